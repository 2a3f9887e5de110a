/**
 * Recognizes callers that send a token of the hospital's directory and have no session: operators, and the programs that
 * they run.
 */
import type { Unproven } from "./unproven.ts";

export interface ApiCallers {
  /**
   * The token's caller, if our directory issued the token for this connector. The caller's roles say what is allowed.
   * Nothing of the token is kept.
   * @throws when the directory's keys cannot be read, so nothing is known about the token
   */
  recognize(token: string): Promise<ApiCaller | NotRecognized>;
}

/**
 * Either a member of the hospital's directory, through a program that may act for people here, or an application by itself.
 */
export interface ApiCaller {
  readonly kind: "person" | "application";
  readonly objectId: string;
  /** Values of the registration's app roles that the caller holds. */
  readonly appRoles: readonly string[];
}

/**
 * Why a token is not accepted. `guest`: the account is a guest's, or the token does not say that it is not. `scope`: a
 * person's token that was requested for something other than our API. `version`: the token has another format than the
 * registration asks for.
 */
export type NotRecognized = Unproven | "guest" | "scope" | "version";
