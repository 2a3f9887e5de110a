/** Judges an authorization request: first where its answer may be sent, then everything else. */
import { isEnabled, type RegisteredClient } from "../options.ts";
import type { Addresses } from "./addresses.ts";
import type { Grants, Launch } from "./grants.ts";
import { OAuthRefusal } from "./oauthError.ts";
import { requestedScopes } from "./scopes.ts";

/** An authorization request that may proceed to the sign-in. */
export interface AuthorizeRequest {
  readonly client: RegisteredClient;
  /** The redirect URI as it was sent. The token request must repeat it, or leave it out when it was left out here. */
  readonly redirectUri: string | undefined;
  readonly returnTo: ReturnTo;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
  readonly nonce: string | undefined;
  readonly launch: { readonly value: string; readonly context: Launch } | undefined;
}

/** The address to which an answer may be sent. It is known only once the client and redirect URI are proved. */
export interface ReturnTo {
  readonly uri: string;
  readonly state: string | undefined;
}

export type Parameters = Readonly<Record<string, string | undefined>>;

/**
 * Which client asks, and where an answer may be sent. Until this is known, a fault is shown on a page and never redirected.
 */
export function returnAddress(
  clients: readonly RegisteredClient[],
  tenant: string,
  sent: Parameters,
): { readonly client: RegisteredClient; readonly returnTo: ReturnTo } {
  const client = clients.find((each) => each.clientId === sent["client_id"]);
  if (client === undefined) throw new OAuthRefusal("unauthorized_client", "grant:client-unknown");
  // A client of a system signs nobody in, so it has no address.
  if (client.redirectUris.length === 0)
    throw new OAuthRefusal("unauthorized_client", "grant:client-persona-mismatch");
  if (!isEnabled(client, tenant)) throw new OAuthRefusal("unauthorized_client", "grant:unknown-tenant");
  const asked = sent["redirect_uri"];
  const [only, ...others] = client.redirectUris;
  const uri = asked ?? (others.length === 0 ? only : undefined);
  if (uri === undefined) throw new OAuthRefusal("invalid_request", "grant:redirect-uri-missing");
  if (!client.redirectUris.some((registered) => leadsTo(registered, uri)))
    throw new OAuthRefusal("invalid_request", "grant:redirect-uri-mismatch");
  return { client, returnTo: { uri, state: sent["state"] } };
}

/** Applies the remaining rules of facts 2.2. A refusal is sent to the application by redirect. */
export function readAuthorizeRequest(
  at: Addresses,
  grants: Grants,
  pkceRequired: boolean,
  { client, returnTo }: ReturnType<typeof returnAddress>,
  sent: Parameters,
): AuthorizeRequest {
  if (sent["response_type"] !== "code")
    throw new OAuthRefusal("unsupported_response_type", "grant:response-type");
  if ((returnTo.state ?? "") === "") throw new OAuthRefusal("invalid_request", "grant:state-missing");
  if (sent["aud"]?.replace(/\/$/u, "") !== at.fhirBase)
    throw new OAuthRefusal("invalid_request", "grant:audience");
  const challenge = challengeOf(sent, pkceRequired);
  const verdict = requestedScopes(sent["scope"], "user");
  if (!verdict.ok) throw new OAuthRefusal("invalid_scope", verdict.urn);
  return {
    client,
    redirectUri: sent["redirect_uri"],
    returnTo,
    scopes: verdict.scopes,
    challenge,
    nonce: sent["nonce"],
    launch: verdict.scopes.includes("launch") ? launchOf(at, grants, client, sent["launch"]) : undefined,
  };
}

function challengeOf(sent: Parameters, required: boolean): string | undefined {
  const challenge = sent["code_challenge"];
  const method = sent["code_challenge_method"];
  if (challenge === undefined && method === undefined && !required) return undefined;
  // Without the parameter the method would be `plain`, which protects nothing.
  if (method !== "S256" || !/^[\w-]{43}$/u.test(challenge ?? ""))
    throw new OAuthRefusal("invalid_request", "grant:pkce-s256-required");
  return challenge;
}

function launchOf(at: Addresses, grants: Grants, client: RegisteredClient, value: string | undefined) {
  const context = value === undefined ? undefined : grants.liveLaunch(value);
  const isOurs = context?.clientId === client.clientId && at.fhirBase.endsWith(`/${context.tenant}`);
  if (value === undefined || context === undefined || !isOurs)
    throw new OAuthRefusal(
      "invalid_request",
      "urn:cerner:error:authorization-server:smart-v1:grant:launch:code-required",
    );
  return { value, context };
}

/**
 * Whether the address matches the registered one. Oracle compares origin and path exactly, a final slash included, and
 * tolerates additional query parameters.
 */
function leadsTo(registered: string, asked: string): boolean {
  const [ours, theirs] = [URL.parse(registered), URL.parse(asked)];
  if (ours === null || theirs?.hash !== "" || theirs.username !== "") return false;
  const keepsQuery = [...ours.searchParams].every(([name, value]) =>
    theirs.searchParams.getAll(name).includes(value),
  );
  return ours.origin === theirs.origin && ours.pathname === theirs.pathname && keepsQuery;
}
