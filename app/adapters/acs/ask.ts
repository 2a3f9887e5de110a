/** One request to Communication Services: within its deadline, and again when that may help. */
import type { PhoneNumbersClient } from "@azure/communication-phone-numbers";
import { backoff, parseRetryAfter, type Wait } from "../../domain/retry.ts";
import { answerOf, numberFault, refusalOf } from "./numberFault.ts";

export interface Line {
  readonly endpoint: string;
  readonly client: PhoneNumbersClient;
  readonly now: () => Date;
  readonly wait: Wait;
  /** Ends everything that is done here. */
  readonly signal: AbortSignal;
}

const REQUEST_MILLISECONDS = 30_000;
const ATTEMPTS = 4;
const LONGEST_PAUSE_MS = 120_000;

/**
 * Every request made by this adapter may be repeated: it reads, states what shall be, or buys what an id names once.
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

/** One attempt, as it ends. */
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

/** The SDK hands on the answer's headers in its error. */
function retryAfterOf(error: unknown): string | null {
  if (!(error instanceof Error && "response" in error)) return null;
  const { response } = error as { response?: { headers?: { get(name: string): string | undefined } } };
  return response?.headers?.get("retry-after") ?? null;
}
