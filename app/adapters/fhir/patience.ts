/** Reading is safe to repeat: a server that is ill for a moment is asked again, within what a person waits for. */
import { backoff, parseRetryAfter, type Wait } from "../../domain/retry.ts";
import { Unreachable, type Incoming, type Outgoing, type Send } from "./send.ts";

export interface PatienceDeps {
  readonly send: Send;
  readonly now: () => Date;
  readonly wait: Wait;
}

const TRIES = 3;
const LONGEST_PAUSE_MS = 2_000;
const PASSES = [429, 502, 503, 504];
/** What a server does that starts anew; against a deadline that ran out, an answer too large, and an address that we do not call. */
const PASSES_UNANSWERED = ["EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "EPIPE"];

/** The last of at most three answers, between them as long as the server asks for if that is short. @throws Unreachable */
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
      if (!PASSES.includes(answer.status) || last || pause > LONGEST_PAUSE_MS) return answer;
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
