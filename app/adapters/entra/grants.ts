/**
 * Which permissions are consented to, as a token of the registration shows: Entra lists the granted application permissions
 * in it.
 */
import { decodeJwt } from "jose";
import { z } from "zod";
import type { GraphPermission } from "../../domain/graphPermissions.ts";
import type { Grants } from "../../ports/grants.ts";
import type { AppTokens } from "./credential.ts";

const rolesSchema = z.array(z.string()).catch([]);

/** A token is kept for an hour. Where it lacks a permission, a new token shows whether it was granted meanwhile. */
export function entraGrants(tokens: AppTokens, asked: readonly GraphPermission[]): Grants {
  const needed = asked.flatMap(({ kind, value }) => (kind === "Role" ? [value] : []));
  const look = async () => {
    // Entra has signed the token for Graph. It is only read here, and authorizes nothing in this process, so it need not be
    // verified.
    const granted = rolesSchema.parse(decodeJwt(await tokens.token())["roles"]);
    return needed.filter((value) => !granted.includes(value));
  };
  return {
    async missing() {
      try {
        const missing = await look();
        return missing.length > 0 && tokens.renewToken() ? await look() : missing;
      } catch {
        return "not-told";
      }
    },
  };
}
