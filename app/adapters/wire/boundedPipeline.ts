/**
 * Limits the answers that a client of the Azure SDK reads: each is read whole, and is not larger than the limit for its
 * service.
 */
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";
import { streamed } from "./body.ts";

/** The members that the policy uses of the SDK's request and response. */
interface Asked {
  streamResponseStatusCodes?: Set<number>;
}
interface Answered {
  bodyAsText?: string | null;
  readableStreamBody?: AsyncIterable<Uint8Array | string>;
}

/** Policies for a client's option `additionalPolicies`. A larger answer fails with TooLarge and is not requested again. */
export function boundedAnswers(maxBytes: number) {
  const policy = {
    name: "boundedAnswers",
    sendRequest: <A extends Asked, R extends object>(request: A, next: (request: A) => Promise<R>) =>
      answered(request, next, maxBytes),
  };
  // Placed after the SDK's retries, so that each answer is read within its own try.
  return [{ policy, position: "perRetry" as const }];
}

/** The same for a client that takes no policies: a value for its option `httpClient`. */
export function boundedHttpClient(maxBytes: number): HttpClient {
  const client = createDefaultHttpClient();
  return { sendRequest: (request) => answered(request, (asked) => client.sendRequest(asked), maxBytes) };
}

async function answered<A extends Asked, R extends object>(
  request: A,
  next: (request: A) => Promise<R>,
  maxBytes: number,
): Promise<R> {
  // Tells the SDK to hand over every answer unread.
  request.streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
  const response = await next(request);
  const { readableStreamBody, ...answer } = response as R & Answered;
  if (readableStreamBody === undefined) return response;
  return { ...answer, bodyAsText: await streamed(readableStreamBody, maxBytes) } as R & Answered;
}
