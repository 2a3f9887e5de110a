import type { Unproven } from "./unproven.ts";

/** Who brings a notification is known from the tokens inside it, which the hospital's directory gave Microsoft Graph. */
export interface GraphCallers {
  /**
   * Whether a token is Graph's, for this connector. Nothing of it is kept.
   * @throws when the directory's keys cannot be read: nothing is known about the token then.
   */
  recognize(token: string): Promise<"graph" | Unproven | "other-application">;
}
