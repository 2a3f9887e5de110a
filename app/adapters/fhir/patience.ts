/**
 * Repeats reads. Reading again is safe, so a server that fails for a moment is asked again, within the time that a person
 * waits.
 */
import { backoff, parseRetryAfter, type Wait } from "../../domain/retry.ts";
import { passesSoon } from "../wire/status.ts";
import { Unreachable, type Incoming, type Outgoing, type Send } from "./send.ts";

export interface PatienceDeps {
  readonly send: Send;
  readonly now: () => Date;
  readonly wait: Wait;
}

const TRIES = 3;
const LONGEST_PAUSE_MS = 2_000;
/**
 * Error codes that pass when a server restarts. They do not include a deadline that ran out, an answer that is too large, or
 * an address that is never called.
 */
const PASSES_UNANSWERED = ["EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "EPIPE"];

/**
 * Tries at most three times and returns the last answer. Between tries it waits as long as the server asks for, if that is
 * short.
 * @throws Unreachable
 */
export async function getPatiently(
  deps: PatienceDeps,
  request: Pick<Outgoing, "url" | "headers">,
): Promise<Incoming> {
  for (let attempt = 1; ; attempt++) {
    const last = attempt === TRIES;
    try {
      const answer = await deps.send({ method: "GET", ...request });
      const asks = parseRetryAfter(answer.headers["retry-after"] ?? null, deps.now());
      const pause = asks ?? backoff(attempt, 0.5);
      if (!passesSoon(answer.status) || last || pause > LONGEST_PAUSE_MS) return answer;
      await deps.wait(pause);
    } catch (error) {
      if (last || !passesUnanswered(error)) throw error;
      await deps.wait(backoff(attempt, 0.5));
    }
  }
}

function passesUnanswered(error: unknown): boolean {
  if (!(error instanceof Unreachable)) return false;
  const { cause } = error;
  return (
    cause instanceof Error &&
    "code" in cause &&
    typeof cause.code === "string" &&
    PASSES_UNANSWERED.includes(cause.code)
  );
}
