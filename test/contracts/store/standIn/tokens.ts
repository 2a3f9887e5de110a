/** Tokens for the stand-in: a directory that signs them, and the check that the service makes. */
import type { TokenCredential } from "@azure/identity";
import { generateKeyPair, jwtVerify, SignJWT } from "jose";
import { Refused } from "../../../../infra/rehearsal/planes/cosmos/refused.ts";

export interface Directory {
  /** Gives tokens for the resource that is asked for, or for `audience` instead. */
  credential(audience?: string): TokenCredential;
  /** @throws Refused */
  check(authorization: string | undefined, account: string): Promise<void>;
}

const PREFIX = "type=aad&ver=1.0&sig=";

export async function directory(): Promise<Directory> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  return {
    credential: (audience) => ({
      async getToken(scopes) {
        const resource = String(scopes).replace(/\/\.default$/, "");
        const expiresOnTimestamp = Date.now() + 3_600_000;
        const token = await new SignJWT({ oid: "connector" })
          .setProtectedHeader({ alg: "ES256" })
          .setAudience(audience ?? resource)
          .setExpirationTime(new Date(expiresOnTimestamp))
          .sign(privateKey);
        return { token, expiresOnTimestamp };
      },
    }),
    async check(authorization, account) {
      if (authorization?.startsWith(PREFIX) !== true)
        throw new Refused(401, "Required Header authorization is missing, or is not type=aad&ver=1.0&sig=…");
      try {
        await jwtVerify(authorization.slice(PREFIX.length), publicKey, {
          audience: [account, "https://cosmos.azure.com"],
          algorithms: ["ES256"],
        });
      } catch (cause) {
        throw new Refused(401, `The token is refused: ${String(cause)}`);
      }
    },
  };
}
