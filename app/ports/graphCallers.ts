/**
 * Recognizes who sends a notification, by the tokens inside it, which the hospital's directory issued to Microsoft Graph.
 */
import type { Unproven } from "./unproven.ts";

export interface GraphCallers {
  /**
   * Whether the token was issued to Graph for this connector. Nothing of the token is kept.
   * @throws when the directory's keys cannot be read, so nothing is known about the token
   */
  recognize(token: string): Promise<"graph" | Unproven | "other-application">;
}
