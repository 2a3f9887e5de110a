/** Recognizes Event Grid. It signs nothing; the bearer token that the hospital's directory issued to it says who calls. */
import type { Unproven } from "./unproven.ts";

export interface EventGridCallers {
  /**
   * Whether the token was issued to Event Grid for this connector. Nothing of the token is kept.
   * @throws when the directory's keys cannot be read, so nothing is known about the token
   */
  recognize(token: string): Promise<"event-grid" | Refusal>;
}

export type Refusal = Unproven | Unentitled;

/** The token is genuine, but was issued to another application than Event Grid, or lacks the role. */
export type Unentitled = "other-application" | "role-missing";
