import type { Unproven } from "./unproven.ts";

/** Event Grid signs nothing: who calls is known from the bearer token that the hospital's directory gave the caller. */
export interface EventGridCallers {
  /**
   * Whether a token is Event Grid's, for this connector. Nothing of it is kept.
   * @throws when the directory's keys cannot be read: nothing is known about the token then.
   */
  recognize(token: string): Promise<"event-grid" | Refusal>;
}

export type Refusal = Unproven | Unentitled;

/** The token is genuine, and somebody else's than Event Grid's, or without the role. */
export type Unentitled = "other-application" | "role-missing";
