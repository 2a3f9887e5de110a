/** A small sign-in authority that behaves like Entra, except where a test changes that. */
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { NoteCall } from "../../../../app/domain/trace.ts";
import { staffSignIn } from "../../../../app/adapters/entra/staffSignIn.ts";
import type { StaffSignInRequest } from "../../../../app/ports/staffSignIn.ts";
import { serveTls, type Answer } from "../server.ts";

export const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
export const CLIENT = "cccccccc-0000-4000-8000-000000000001";
export const PERSON = "7d0c5a1e-0000-4000-8000-00000000b001";
export const pending: StaffSignInRequest = {
  redirectUri: "https://visits.lamna.example/account/callback",
  state: "state-1",
  nonce: "nonce-1",
  verifier: "v".repeat(43),
  prompt: "none",
};
const ours = await generateKeyPair("RS256");
export const others = await generateKeyPair("RS256");

export interface Differently {
  readonly claims?: Record<string, unknown>;
  readonly issuedFor?: string;
  readonly signedBy?: CryptoKey;
  readonly algorithm?: "none";
  readonly token?: Answer;
  readonly page?: string;
  readonly keys?: Answer;
  readonly discovery?: Answer;
  readonly allowHttp?: boolean;
  /** Graph's answer about the person's directory roles. */
  readonly roles?: Answer;
  readonly note?: NoteCall;
  /** How often a path is answered 503 before it is well again. */
  readonly ill?: Record<string, number>;
}

export async function authority(differently: Differently = {}) {
  const issuer = (tenant = TENANT) => `${served.origin}/${tenant}/v2.0`;
  const served = await serveTls(async ({ url }): Promise<Answer> => {
    const path = url.pathname.replace("/" + TENANT, "");
    const times = differently.ill?.[path] ?? 0;
    if (differently.ill !== undefined && times > 0) {
      differently.ill[path] = times - 1;
      return { status: 503 };
    }
    switch (path) {
      case "/v2.0/.well-known/openid-configuration":
        return differently.discovery ?? { json: metadata() };
      case "/keys":
        return (
          differently.keys ?? {
            json: { keys: [{ ...(await exportJWK(ours.publicKey)), kid: "k1", use: "sig" }] },
          }
        );
      case "/token":
        return (
          differently.token ?? {
            json: { token_type: "Bearer", access_token: "a", id_token: await idToken() },
          }
        );
      case "/v1.0/me/transitiveMemberOf/microsoft.graph.directoryRole":
        return differently.roles ?? { json: { value: [{ roleTemplateId: "ABC" }] } };
      default:
        return { status: 404 };
    }
  });
  const metadata = () => ({
    issuer: issuer(),
    authorization_endpoint: differently.page ?? `${served.origin}/authorize`,
    token_endpoint: `${served.origin}/token`,
    jwks_uri: `${served.origin}/keys`,
    id_token_signing_alg_values_supported: ["RS256"],
  });
  const idToken = () => {
    const now = Math.floor(Date.now() / 1000);
    const usual = {
      iss: issuer(differently.issuedFor),
      aud: CLIENT,
      sub: "pairwise",
      exp: now + 3600,
      iat: now,
      nonce: pending.nonce,
      tid: differently.issuedFor ?? TENANT,
      oid: PERSON,
      name: "Ana Ruiz",
      preferred_username: "ana@lamna.example",
    };
    const claims = { ...usual, ...differently.claims };
    if (differently.algorithm === "none")
      return (
        [{ alg: "none" }, claims]
          .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
          .join(".") + "."
      );
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: "k1" })
      .sign(differently.signedBy ?? ours.privateKey);
  };
  const signIn = staffSignIn({
    authority: served.origin,
    tenantId: TENANT,
    clientId: CLIENT,
    graph: served.origin,
    assertion: () => Promise.resolve("managed-identity-token"),
    allowHttp: differently.allowHttp ?? false,
    now: () => new Date(),
    ...(differently.note && { note: differently.note }),
  });
  return { signIn, asked: served.asked, origin: served.origin };
}
