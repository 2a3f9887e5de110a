/** Judges a request for a sign-in: first where its answer may be sent, then everything else. */
import * as z from "zod";
import { AadError } from "./aadError.ts";
import { READ_ROLES, scopeOfGraph } from "./graphScope.ts";
import type { Tenant } from "./tenant.ts";

/** A sign-in request that is valid in everything; only the person is not known yet. */
export interface SignInRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state?: string;
  readonly nonce?: string;
  /** The PKCE challenge, by S256. */
  readonly challenge: string;
  readonly scopes: readonly string[];
  readonly prompt: "none" | "select_account" | "login" | "usual";
}

/** A request whose client and redirect URI are proved, so an error may be sent there. */
export interface Addressed {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state?: string;
}

const SCOPES = ["openid", "profile", "email", "offline_access"];
const prompts = z.enum(["none", "select_account", "login", "usual"]);

/**
 * Where to send the answer. A fault here is shown to the person and never sent to the address in the request.
 * @throws AadError
 */
export function addressed(tenant: Tenant, query: URLSearchParams): Addressed {
  const clientId = query.get("client_id") ?? "";
  const redirectUri = query.get("redirect_uri") ?? "";
  const state = query.get("state");
  const repeated = [...new Set(query.keys())].find((name) => query.getAll(name).length > 1);
  if (repeated !== undefined)
    throw new AadError(90015, "invalid_request", `The parameter '${repeated}' is repeated.`);
  const registration = tenant.registration(clientId);
  if (registration === undefined)
    throw new AadError(
      700016,
      "unauthorized_client",
      `Application with identifier '${clientId}' was not found in the directory '${tenant.options.tenantId}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.`,
    );
  if (!registration.redirectUris.includes(redirectUri))
    throw new AadError(
      50011,
      "invalid_request",
      `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application '${clientId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.`,
    );
  return { clientId, redirectUri, ...(state === null ? {} : { state }) };
}

/** @throws AadError that is to be sent to the application */
export function signInRequest(tenant: Tenant, query: URLSearchParams, to: Addressed): SignInRequest {
  const refuse = (aadsts: number, error: string, message: string): never => {
    throw new AadError(aadsts, error, message);
  };
  if (query.get("response_type") !== "code")
    refuse(700054, "unsupported_response_type", "response_type must be 'code' for this application.");
  if ((query.get("response_mode") ?? "query") !== "query")
    refuse(900561, "invalid_request", "This endpoint answers with response_mode 'query' only.");
  if (query.get("code_challenge_method") !== "S256" || !/^[\w-]{43}$/.test(query.get("code_challenge") ?? ""))
    refuse(
      9002325,
      "invalid_request",
      "Proof Key for Code Exchange with code_challenge_method S256 is required.",
    );
  const scopes = (query.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  const unknown = scopes.find(
    (scope) => !SCOPES.includes(scope) && scopeOfGraph(tenant, scope) !== READ_ROLES,
  );
  if (unknown !== undefined || !scopes.includes("openid"))
    refuse(
      70011,
      "invalid_scope",
      `The provided value for the input parameter 'scope' is not valid: '${scopes.join(" ")}'.`,
    );
  const prompt = prompts.safeParse(query.get("prompt") ?? "usual");
  if (!prompt.success) throw new AadError(90023, "invalid_request", "Unsupported 'prompt' value.");
  const nonce = query.get("nonce");
  return {
    ...to,
    challenge: query.get("code_challenge") ?? "",
    scopes,
    prompt: prompt.data,
    ...(nonce === null ? {} : { nonce }),
  };
}
