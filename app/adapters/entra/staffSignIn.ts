/**
 * Staff sign in with their Microsoft account: by the authorization code flow with PKCE, state and nonce, in the hospital's
 * tenant only.
 */
import { setTimeout as passed } from "node:timers/promises";
import { requestIdsIn, whatIsAsked, type NoteCall } from "../../domain/trace.ts";
import * as oidc from "openid-client";
import * as z from "zod";
import { isLoopback } from "../../domain/fhirBaseUrl.ts";
import { READ_ROLES } from "../../domain/graphPermissions.ts";
import {
  StaffSignInFault,
  type StaffAccount,
  type StaffSignIn,
  type StaffSignInRequest,
} from "../../ports/staffSignIn.ts";
import { boundedFetch } from "../wire/body.ts";
import { clockDifference, differenceInWords } from "../wire/clocks.ts";
import { saysWords } from "../wire/members.ts";
import { isWebPage } from "../wire/page.ts";
import { nextLink, pagesOf } from "../wire/pages.ts";
import { shown } from "../wire/shown.ts";
import { sharedAnswers } from "../wire/sharedAnswers.ts";
import { consentGiven, consentPage } from "./adminConsent.ts";
import { discoveryFault, signInFault } from "./signInFault.ts";

export interface StaffSignInOptions {
  /** Origin of the sign-in authority, such as https://login.microsoftonline.com. */
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** Origin of Microsoft Graph. */
  readonly graph: string;
  /** Gives the managed identity's token, which the app registration presents in place of a secret. */
  readonly assertion: () => Promise<string>;
  /** Lets the page that people open be plain http on loopback. The addresses that the connector itself calls stay https. */
  readonly allowHttp: boolean;
  readonly fetch?: oidc.CustomFetch;
  /** Called for each request, to note it in the trace. */
  readonly note?: NoteCall;
  readonly now: () => Date;
}

const DEADLINE_SECONDS = 10;
/** The pauses, in milliseconds, after which a request is made again that was answered with one of these statuses. */
const PAUSES_MS = [200, 600];
const NOT_PROCESSED = 503;
const ILL: ReadonlySet<number> = new Set([500, 502, NOT_PROCESSED, 504]);
/** Documents, key sets and tokens are a few kilobytes, so this is ample. */
const MAX_BYTES = 1_000_000;
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export function staffSignIn(options: StaffSignInOptions): StaffSignIn {
  const { tenantId, assertion } = options;
  /** How far the authority's clock was ahead of ours at its last answer, where the difference could matter. */
  let aheadMs: number | undefined;
  const heard: oidc.CustomFetch = async (url, request) => {
    const begun = performance.now();
    const response = await (options.fetch ?? ask)(url, request);
    const asked = new URL(url);
    options.note?.({
      host: asked.host,
      what: whatIsAsked(request.method, asked),
      status: response.status,
      milliseconds: Math.round(performance.now() - begun),
      requestIds: requestIdsIn((name) => response.headers.get(name) ?? undefined),
    });
    const [date, age] = ["date", "age"].map((name) => response.headers.get(name) ?? undefined);
    aheadMs = clockDifference({ date, age }, options.now());
    return response;
  };

  /**
   * Asks again where the authority is ill for a moment: a code that it has not redeemed is good for the next try. After
   * another answer than 503 nobody knows whether it was.
   */
  const patient: oidc.CustomFetch = async (url, request) => {
    for (const pause of PAUSES_MS) {
      const response = await heard(url, request);
      const isToRepeat =
        request.method === "GET" ? ILL.has(response.status) : response.status === NOT_PROCESSED;
      if (!isToRepeat || response.headers.has("retry-after")) return response;
      await response.body?.cancel();
      await passed(pause);
    }
    return heard(url, request);
  };

  const discovered = sharedAnswers(Number.POSITIVE_INFINITY, options.now, () =>
    discover({ ...options, fetch: patient }),
  );
  const authority = () => discovered.of(tenantId);

  /** The person's own directory roles, read by the token to which they have just consented. */
  async function rolesOf(token: string): Promise<readonly string[]> {
    const roles: string[] = [];
    const pages = pagesOf({
      base: options.graph + VERSION,
      path: ROLES_PATH,
      most: MOST_PAGES,
      read: (path) => rolesAt(path, token),
      unless: (cause) => new StaffSignInFault("unavailable", cause.message, { cause }),
    });
    for await (const { value } of pages) roles.push(...value.map(({ roleTemplateId }) => roleTemplateId));
    return roles;
  }

  async function rolesAt(path: string, token: string): Promise<z.output<typeof rolesSchema>> {
    const response = await boundedFetch(heard, MAX_BYTES)(options.graph + VERSION + path, {
      method: "GET",
      headers: { authorization: "Bearer " + token },
      body: null,
      redirect: "manual",
      signal: AbortSignal.timeout(DEADLINE_SECONDS * 1000),
    });
    const written = await response.text();
    const isPage = isWebPage(written, response.headers.get("content-type"));
    if (response.status !== 200 || isPage)
      throw new StaffSignInFault(
        response.status === 403 && !isPage ? "registration" : "unavailable",
        `Graph answers ${String(response.status)} for the roles.`,
      );
    return rolesSchema.parse(JSON.parse(written));
  }

  return {
    async begin(request) {
      try {
        return await signInPage(await authority(), options, request);
      } catch (error) {
        throw signInFault(error);
      }
    },
    async finish(callback, pending) {
      try {
        const config = await authority();
        // The assertion lives an hour and is fetched anew each time, so it is passed as a parameter of this one grant.
        const tokens = await oidc.authorizationCodeGrant(
          config,
          answerAt(pending.redirectUri, callback),
          { pkceCodeVerifier: pending.verifier, expectedState: pending.state, expectedNonce: pending.nonce },
          { client_assertion: await assertion(), client_assertion_type: ASSERTION_TYPE },
        );
        const known = account(tokens.claims(), tenantId);
        return pending.prompt === "roles"
          ? { ...known, directoryRoles: await rolesOf(tokens.access_token) }
          : known;
      } catch (error) {
        throw withClocks(signInFault(error), aheadMs);
      }
    },
    async consentPage(request) {
      try {
        const { authorization_endpoint } = (await authority()).serverMetadata();
        return consentPage(pageToOpen(authorization_endpoint, options), { ...options, ...request });
      } catch (error) {
        throw signInFault(error);
      }
    },
    consented: (callback) => consentGiven(callback, tenantId),
  };
}

/**
 * Adds the clock difference to a refusal. Assertions and id_tokens carry times and codes live for minutes, so wrong clocks
 * may be the reason.
 */
function withClocks(fault: StaffSignInFault, aheadMs: number | undefined): StaffSignInFault {
  const { reason, message, cause, code } = fault;
  if (aheadMs === undefined || reason === "other-tenant" || reason === "declined") return fault;
  const words = `${message} Besides, ${differenceInWords(aheadMs, "Microsoft's sign-in")}: set the one that is wrong.`;
  return new StaffSignInFault(reason, words, { cause, code });
}

const ask: oidc.CustomFetch = (url, options) => fetch(url, options as RequestInit);

async function discover(options: StaffSignInOptions): Promise<oidc.Configuration> {
  const { authority, tenantId, clientId } = options;
  const config = await oidc
    .discovery(new URL(`${authority}/${tenantId}/v2.0`), clientId, undefined, oidc.None(), {
      timeout: DEADLINE_SECONDS,
      [oidc.customFetch]: boundedFetch(options.fetch ?? ask, MAX_BYTES),
    })
    .catch(async (error: unknown) => {
      throw await discoveryFault(error);
    });
  // By default the library trusts TLS for an id_token that it fetched itself. With this setting it checks the signature too.
  oidc.enableNonRepudiationChecks(config);
  return config;
}

async function signInPage(
  config: oidc.Configuration,
  options: StaffSignInOptions,
  request: StaffSignInRequest,
): Promise<URL> {
  const page = pageToOpen(config.serverMetadata().authorization_endpoint, options);
  const parameters = {
    client_id: options.clientId,
    response_type: "code",
    redirect_uri: request.redirectUri,
    scope: "openid profile" + (request.prompt === "roles" ? ` ${options.graph}/${READ_ROLES.value}` : ""),
    state: request.state,
    nonce: request.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(request.verifier),
    code_challenge_method: "S256",
    ...((request.prompt === "select" || request.prompt === "again") && { prompt: PROMPTS[request.prompt] }),
  };
  for (const [name, value] of Object.entries(parameters)) page.searchParams.set(name, value);
  return page;
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-authorization-code */
const PROMPTS = { select: "select_account", again: "login" } as const;

/**
 * The one address that a browser opens. The library guards the other addresses; it would refuse plain http for this one,
 * even on loopback.
 */
function pageToOpen(address = "", { allowHttp }: StaffSignInOptions): URL {
  const url = URL.parse(address);
  const mayBePlain = allowHttp && url?.protocol === "http:" && isLoopback(url.hostname);
  if (url?.protocol === "https:" || (url !== null && mayBePlain)) return url;
  throw new StaffSignInFault("unavailable", "The sign-in authority names no https page to sign in at.");
}

/** The answer as though it had come to the registered redirect address, whatever host name a proxy uses for this process. */
function answerAt(redirectUri: string, callback: URL): URL {
  const answer = new URL(redirectUri);
  answer.search = callback.search;
  return answer;
}

/** https://learn.microsoft.com/graph/api/user-list-transitivememberof */
const ROLES_PATH = "/me/transitiveMemberOf/microsoft.graph.directoryRole?$select=roleTemplateId&$top=999";
const VERSION = "/v1.0";
/** Nobody has so many roles. */
const MOST_PAGES = 10;
const rolesSchema = z.object({
  value: z.array(z.object({ roleTemplateId: z.string().transform((id) => id.toLowerCase()) })),
  ...nextLink,
});

/** A claim that is there and is nothing counts as absent; one of another form is refused, because claims say who it is. */
const claim = <S extends z.ZodType>(schema: S) =>
  z.preprocess((found) => (found === null || found === "" ? undefined : found), schema.optional());

const claimsSchema = z.looseObject({
  tid: z.string(),
  oid: z.guid(),
  name: claim(z.string()),
  preferred_username: claim(z.string()),
  idp: claim(z.string()),
  acct: claim(z.union([z.string(), z.number()])),
  roles: claim(z.array(z.string())),
  wids: claim(z.array(z.string())),
});

/**
 * Reads the account from the id_token's claims. Its signature, issuer, audience, expiry and nonce have been checked before.
 */
function account(claims: unknown, tenantId: string): StaffAccount {
  const { tid, oid, name, preferred_username: userName = "", ...said } = claimsSchema.parse(claims);
  const { idp, acct, roles = [], wids } = said;
  if (tid.toLowerCase() !== tenantId.toLowerCase())
    throw new StaffSignInFault(
      "other-tenant",
      "The account belongs to another directory than the hospital's.",
    );
  const isGuest = acct === undefined ? isOfAnother(idp, tenantId) : String(acct) !== "0";
  return {
    objectId: oid.toLowerCase(),
    displayName: name !== undefined && saysWords(name) ? shown(name) : userName,
    userName,
    isGuest,
    isProvenMember: acct !== undefined && !isGuest,
    appRoles: roles,
    ...(wids !== undefined && { directoryRoles: wids.map((id) => id.toLowerCase()) }),
  };
}

/**
 * Whether the account is known through another directory or service than the tenant. `acct`, where the registration asks for
 * it, tells whether the account is a guest's. `idp` names the directory or other service that knows the person, and may be
 * absent where that is the tenant itself (https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference).
 */
function isOfAnother(idp: string | undefined, tenantId: string): boolean {
  return idp !== undefined && !idp.toLowerCase().includes(tenantId.toLowerCase());
}
