/** How a client proves to the token endpoint who it is: by a signed assertion or by a secret, as it is registered. */
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from "jose";
import { timingSafeEqual } from "node:crypto";
import * as z from "zod";
import type { RegisteredClient } from "../options.ts";
import { OAuthRefusal } from "./oauthError.ts";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ASSERTION_LIVES_SECONDS = 300;

export interface ClientAuthentication {
  /** The client that sent a token request, by the one method that its registration names; any other is refused. */
  authenticate(
    tokenUrl: string,
    authorization: string | undefined,
    form: Record<string, string>,
  ): Promise<RegisteredClient>;
}

export function makeClientAuthentication(
  clients: () => readonly RegisteredClient[],
  fetchJwks: (url: string) => Promise<JSONWebKeySet>,
  now: () => Date,
): ClientAuthentication {
  const keySets = new Map<string, JSONWebKeySet>();
  const usedIds = new Map<string, number>();

  return {
    authenticate: async (tokenUrl, authorization, form) => {
      const { client_assertion_type: type, client_assertion: assertion } = form;
      if (authorization !== undefined && assertion !== undefined)
        throw refused("several-authentication-methods");
      if (authorization !== undefined) return bySecret(authorization);
      if (type !== ASSERTION_TYPE || assertion === undefined) throw refused("client-authentication-missing");
      return byAssertion(tokenUrl, assertion);
    },
  };

  function bySecret(authorization: string): RegisteredClient {
    const [scheme, encoded = ""] = authorization.split(" ");
    const [id = "", secret = ""] = Buffer.from(encoded, "base64")
      .toString("utf8")
      .split(":")
      .map(formDecoded);
    const client = clients().find((each) => each.clientId === id);
    if (scheme?.toLowerCase() !== "basic" || client === undefined || !("secret" in client.authentication))
      throw refused("client-secret-not-accepted");
    if (!sameText(secret, client.authentication.secret)) throw refused("client-secret-wrong");
    return client;
  }

  async function byAssertion(tokenUrl: string, assertion: string): Promise<RegisteredClient> {
    const client = clients().find((each) => each.clientId === issuerOf(assertion));
    if (client === undefined || !("jwksUrl" in client.authentication))
      throw refused("assertion-not-accepted");
    const keySet = await keySetWith(client.authentication.jwksUrl, assertion);
    const { payload } = await jwtVerify(assertion, createLocalJWKSet(keySet), {
      algorithms: ["RS384", "ES384"],
      issuer: client.clientId,
      subject: client.clientId,
      audience: tokenUrl,
      currentDate: now(),
      requiredClaims: ["exp", "jti"],
    }).catch((cause: unknown) => {
      throw refused("assertion-invalid", cause);
    });
    const seconds = Math.floor(now().getTime() / 1000);
    const { exp = 0, jti = "" } = payload;
    if (exp > seconds + ASSERTION_LIVES_SECONDS) throw refused("assertion-lives-too-long");
    for (const [id, endsAt] of usedIds) if (endsAt < seconds) usedIds.delete(id);
    const id = `${client.clientId} ${jti}`;
    if (usedIds.has(id)) throw refused("assertion-used-before");
    usedIds.set(id, exp);
    return client;
  }

  /** The client's key set. It is kept, and read again when an assertion names a key that is not in it. */
  async function keySetWith(url: string, assertion: string): Promise<JSONWebKeySet> {
    const { kid } = decodeProtectedHeader(assertion);
    if (kid === undefined) throw refused("assertion-names-no-key");
    const known = keySets.get(url);
    if (known?.keys.some((key) => key.kid === kid) === true) return known;
    const fresh = await fetchJwks(url).catch((cause: unknown) => {
      throw refused("client-keys-not-readable", cause);
    });
    keySets.set(url, fresh);
    if (!fresh.keys.some((key) => key.kid === kid)) throw refused("assertion-key-unknown");
    return fresh;
  }
}

/** Reads a published key set as Oracle would: without redirects, within five seconds. */
export async function fetchPublishedJwks(url: string): Promise<JSONWebKeySet> {
  const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`The key set at ${url} answered ${String(answer.status)}`);
  return z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }).parse(await answer.json());
}

function issuerOf(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).iss;
  } catch (cause) {
    throw refused("assertion-not-a-jwt", cause);
  }
}

function formDecoded(text: string): string {
  return new URLSearchParams(`text=${text}`).get("text") ?? "";
}

function sameText(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function refused(rule: string, cause?: unknown): OAuthRefusal {
  return new OAuthRefusal("invalid_client", `client:${rule}`, { cause });
}
