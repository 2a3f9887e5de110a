/**
 * How an application proves to the token endpoint who it is: by an assertion alone, since the registration has no
 * secret.
 */
import { AadError } from "./aadError.ts";
import type { Tenant, TrustingRegistration } from "./tenant.ts";
import { TokenRefused } from "./tokens.ts";

const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export interface ClientForm {
  readonly client_id?: string | undefined;
  readonly client_secret?: string | undefined;
  readonly client_assertion?: string | undefined;
  readonly client_assertion_type?: string | undefined;
}

/**
 * Proves the client, which must present a token that one of the registration's federated credentials trusts.
 * @throws AadError
 */
export async function proveClient(tenant: Tenant, form: ClientForm): Promise<TrustingRegistration> {
  const clientId = form.client_id ?? "";
  const registration = tenant.registration(clientId);
  if (registration === undefined)
    throw new AadError(
      700016,
      "unauthorized_client",
      `Application with identifier '${clientId}' was not found in the directory '${tenant.options.tenantId}'.`,
    );
  if (form.client_secret !== undefined)
    throw new AadError(
      7000215,
      "invalid_client",
      `Invalid client secret provided for app '${clientId}'. It has none.`,
      401,
    );
  if (form.client_assertion === undefined || form.client_assertion_type !== JWT_BEARER)
    throw new AadError(
      7000218,
      "invalid_client",
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
      401,
    );
  const assertion = await verified(tenant, form.client_assertion);
  const unmatched = (aadsts: number, part: string, value: unknown) =>
    new AadError(
      aadsts,
      "invalid_client",
      `No matching federated identity record found for presented assertion ${part} '${String(value)}'.`,
      401,
    );
  const ofIssuer = registration.federatedCredentials.filter(({ issuer }) => issuer === assertion.iss);
  if (ofIssuer.length === 0) throw unmatched(700211, "issuer", assertion.iss);
  const ofSubject = ofIssuer.filter(({ subject }) => subject === assertion.sub);
  if (ofSubject.length === 0) throw unmatched(700213, "subject", assertion.sub);
  if (!ofSubject.some(({ audience }) => audience === assertion.aud))
    throw unmatched(700212, "audience", assertion.aud);
  return registration;
}

async function verified(tenant: Tenant, assertion: string) {
  try {
    return await tenant.tokens.verify(assertion);
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    const [code, words] =
      error.reason === "expired"
        ? ([700024, "Client assertion is not within its valid time range."] as const)
        : ([700027, "Client assertion failed signature validation."] as const);
    throw new AadError(code, "invalid_client", words, 401, { cause: error });
  }
}
