/**
 * Which permissions are consented to, as a token of the registration shows: Entra lists the granted application permissions
 * in it.
 */
import type { Grants } from "../../ports/grants.ts";
import { claimsIn, missingIn, type AppTokens } from "./credential.ts";

/**
 * A token is kept for an hour. Where it lacks a permission, a new token shows whether it was granted meanwhile.
 * @param needed values of application permissions
 */
export function entraGrants(tokens: AppTokens, needed: readonly string[]): Grants {
  return {
    async missing() {
      try {
        const token = await tokens.token();
        if (claimsIn(token) === undefined) return "not-told";
        const missing = missingIn(token, needed);
        if (missing.length === 0 || !tokens.renewToken(token, 403)) return missing;
        return missingIn(await tokens.token(), needed);
      } catch {
        return "not-told";
      }
    },
    changed: () => {
      tokens.forget();
    },
  };
}
