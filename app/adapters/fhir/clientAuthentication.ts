/**
 * How the connector authenticates at a token endpoint: by a signed assertion, or by a secret where the registration has one.
 */
import { randomUUID } from "node:crypto";
import type { ConfiguredClient } from "../../domain/hospital.ts";
import type { Keyring } from "../../ports/keyring.ts";
import type { Vault } from "../../ports/vault.ts";

/** Where keys and secrets are: in the hospital's vault, or sealed in the record of their connection. */
export interface Secrets {
  readonly vault: Vault;
  readonly keyring: Pick<Keyring, "open">;
}

export interface Proof {
  readonly headers: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
}

/** SMART allows 5 minutes; one round trip needs far less. */
const ASSERTION_SECONDS = 120;

export async function proof(
  secrets: Secrets,
  client: ConfiguredClient,
  tokenEndpoint: string,
  now: Date,
): Promise<Proof> {
  const { vault } = secrets;
  if (client.authentication.method === "client_secret_basic") {
    const secret = await secretOf(secrets, client.authentication);
    return { headers: { authorization: basic(client.clientId, secret) }, parameters: {} };
  }
  const { key, algorithm } = client.authentication;
  return {
    headers: {},
    parameters: {
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await assertion(vault, {
        key,
        algorithm,
        clientId: client.clientId,
        tokenEndpoint,
        now,
      }),
    },
  };
}

type BySecret = Extract<ConfiguredClient["authentication"], { readonly method: "client_secret_basic" }>;

/** @throws VaultFault, SealBroken */
export async function secretOf({ vault, keyring }: Secrets, authentication: BySecret): Promise<string> {
  return "sealed" in authentication
    ? keyring.open(authentication.context, authentication.sealed)
    : vault.secret(authentication.secret);
}

interface AssertionRequest {
  readonly key: string;
  readonly algorithm: "RS384" | "ES384";
  readonly clientId: string;
  readonly tokenEndpoint: string;
  readonly now: Date;
}

/**
 * The assertion of SMART client-confidential-asymmetric: iss = sub = client id, aud = token URL, and a jti that is never
 * used again.
 */
async function assertion(vault: Vault, request: AssertionRequest): Promise<string> {
  const { key, algorithm, clientId } = request;
  const issued = Math.floor(request.now.getTime() / 1000);
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: request.tokenEndpoint,
    iat: issued,
    exp: issued + ASSERTION_SECONDS,
    jti: randomUUID(),
  };
  let signed = "";
  const signature = await vault.sign(key, algorithm, (kid) => {
    signed = [{ alg: algorithm, kid, typ: "JWT" }, claims].map(base64url).join(".");
    return Buffer.from(signed);
  });
  return signed + "." + Buffer.from(signature.value).toString("base64url");
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** RFC 6749 2.3.1: both parts are form-encoded before they are joined. */
function basic(clientId: string, secret: string): string {
  const encoded = [clientId, secret]
    .map((part) => new URLSearchParams({ p: part }).toString().slice(2))
    .join(":");
  return "Basic " + Buffer.from(encoded).toString("base64");
}
