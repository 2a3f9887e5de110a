/** Sends one request to Communication Services within its deadline, and repeats it where repeating may help. */
import type { PhoneNumbersClient } from "@azure/communication-phone-numbers";
import { backoff, parseRetryAfter, type Wait } from "../../domain/retry.ts";
import { answerOf, numberFault, refusalOf } from "./numberFault.ts";

export interface Line {
  readonly endpoint: string;
  readonly client: PhoneNumbersClient;
  readonly now: () => Date;
  readonly wait: Wait;
  /** Aborts every request and every wait on this line. */
  readonly signal: AbortSignal;
}

const REQUEST_MILLISECONDS = 30_000;
const ATTEMPTS = 4;
const LONGEST_PAUSE_MS = 120_000;

/**
 * Sends a request, and repeats it after passing failures. Every request made by this adapter may be repeated: it only reads,
 * states the wanted result, or buys what its id names only once.
 * @throws NumberFault
 */
export async function ask<T>(line: Line, request: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(line, REQUEST_MILLISECONDS, request);
    } catch (error) {
      line.signal.throwIfAborted();
      const refusal = refusalOf(error);
      if (refusal !== undefined) throw refusal;
      const pause = pauseMs(error, attempt, line.now());
      if (attempt === ATTEMPTS || pause > LONGEST_PAUSE_MS)
        throw numberFault("busy", String(answerOf(error).status ?? "no answer"), { cause: error });
      await line.wait(pause, line.signal);
    }
  }
}

/** Makes one attempt, and answers or throws as it ended. */
export function once<T>(
  line: Line,
  milliseconds: number,
  request: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  return request(AbortSignal.any([line.signal, AbortSignal.timeout(milliseconds)]));
}

function pauseMs(error: unknown, attempt: number, now: Date): number {
  return parseRetryAfter(retryAfterOf(error), now) ?? backoff(attempt + 1, Math.random());
}

/** The `Retry-After` header, which the SDK attaches to its error with the rest of the answer. */
function retryAfterOf(error: unknown): string | null {
  if (!(error instanceof Error && "response" in error)) return null;
  const { response } = error as { response?: { headers?: { get(name: string): string | undefined } } };
  return response?.headers?.get("retry-after") ?? null;
}
