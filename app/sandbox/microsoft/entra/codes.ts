/** Authorization codes. Each works once, within ten minutes, with the verifier and redirect URI for which it was made. */
import { createHash, randomBytes } from "node:crypto";
import type { SandboxPerson } from "../people.ts";
import { AadError } from "./aadError.ts";
import type { SignInRequest } from "./signInRequest.ts";

export interface Redeemed {
  readonly person: SandboxPerson;
  readonly request: SignInRequest;
}

export interface Codes {
  make(request: SignInRequest, person: SandboxPerson): string;
  /** @throws AadError */
  redeem(code: string, redirectUri: string, verifier: string): Redeemed;
}

const LIFETIME_MILLISECONDS = 10 * 60_000;

export function codes(now: () => Date): Codes {
  const made = new Map<string, Redeemed & { readonly until: number; used: boolean }>();
  return {
    make: (request, person) => {
      const code = "1." + randomBytes(48).toString("base64url");
      made.set(code, { request, person, until: now().getTime() + LIFETIME_MILLISECONDS, used: false });
      return code;
    },
    redeem: (code, redirectUri, verifier) => {
      const entry = made.get(code);
      if (entry === undefined)
        throw new AadError(
          9002313,
          "invalid_grant",
          "Invalid request. The authorization code is malformed or unknown.",
        );
      if (entry.used)
        throw new AadError(
          54005,
          "invalid_grant",
          "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
        );
      if (entry.until <= now().getTime())
        throw new AadError(
          70008,
          "invalid_grant",
          "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
        );
      if (entry.request.redirectUri !== redirectUri)
        throw new AadError(
          500112,
          "invalid_grant",
          "The reply address does not match the reply address provided when requesting the authorization code.",
        );
      if (createHash("sha256").update(verifier).digest("base64url") !== entry.request.challenge)
        throw new AadError(
          501481,
          "invalid_grant",
          "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
        );
      entry.used = true;
      return entry;
    },
  };
}
