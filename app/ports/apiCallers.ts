/** Who calls with a token of the hospital's directory in place of a session: operators, and the programs that they run. */
import type { Unproven } from "./unproven.ts";

export interface ApiCallers {
  /**
   * Whose token it is, if our directory gave it out for this connector. What they may do is said by their roles. Nothing of
   * it is kept. @throws when the directory's keys cannot be read: nothing is known about the token then.
   */
  recognize(token: string): Promise<ApiCaller | NotRecognized>;
}

/** A member of the hospital's directory, by a program that may speak for people here; or an application by itself. */
export interface ApiCaller {
  readonly kind: "person" | "application";
  readonly objectId: string;
  /** Values of the registration's app roles that the caller holds. */
  readonly appRoles: readonly string[];
}

/**
 * `guest`: the account is a guest's, or the token does not say that it is not. `scope`: a person's token that was asked for
 * something else than our API. `version`: of another format than the registration asks for.
 */
export type NotRecognized = Unproven | "guest" | "scope" | "version";
