/** Answers that a client of the Azure SDK reads for us: whole, and not larger than what is taken of the service. */
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";
import { streamed } from "./body.ts";

/** What a policy of the SDK's pipeline needs to know of a request and its answer. */
interface Asked {
  streamResponseStatusCodes?: Set<number>;
}
interface Answered {
  bodyAsText?: string | null;
  readableStreamBody?: AsyncIterable<Uint8Array | string>;
}

/** For a client's option `additionalPolicies`. What is larger fails with TooLarge, and is not asked for again. */
export function boundedAnswers(maxBytes: number) {
  const policy = {
    name: "boundedAnswers",
    sendRequest: <A extends Asked, R extends object>(request: A, next: (request: A) => Promise<R>) =>
      answered(request, next, maxBytes),
  };
  // After the retries: each answer is read within its own try.
  return [{ policy, position: "perRetry" as const }];
}

/** The same for a client that takes no policies: its option `httpClient`. */
export function boundedHttpClient(maxBytes: number): HttpClient {
  const client = createDefaultHttpClient();
  return { sendRequest: (request) => answered(request, (asked) => client.sendRequest(asked), maxBytes) };
}

async function answered<A extends Asked, R extends object>(
  request: A,
  next: (request: A) => Promise<R>,
  maxBytes: number,
): Promise<R> {
  // The SDK's word for: hand over every answer unread.
  request.streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
  const response = await next(request);
  const { readableStreamBody, ...answer } = response as R & Answered;
  if (readableStreamBody === undefined) return response;
  return { ...answer, bodyAsText: await streamed(readableStreamBody, maxBytes) } as R & Answered;
}
