/** Consents, as a token of the registration tells them: Entra lists in it which application permissions were granted. */
import { decodeJwt } from "jose";
import { z } from "zod";
import type { GraphPermission } from "../../domain/graphPermissions.ts";
import type { Grants } from "../../ports/grants.ts";
import type { AppTokens } from "./credential.ts";

const rolesSchema = z.array(z.string()).catch([]);

/** A token is kept for an hour: where it lacks something, a new one is asked whether it was granted since. */
export function entraGrants(tokens: AppTokens, asked: readonly GraphPermission[]): Grants {
  const needed = asked.flatMap(({ kind, value }) => (kind === "Role" ? [value] : []));
  const look = async () => {
    // Entra has signed it for Graph; nothing is granted by what is read here.
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
