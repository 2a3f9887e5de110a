import { AadError } from "./aadError.ts";
import { federatedCredential, type Tenant } from "./tenant.ts";
import { TokenRefused } from "./tokens.ts";

const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export interface ClientForm {
  readonly client_id?: string | undefined;
  readonly client_secret?: string | undefined;
  readonly client_assertion?: string | undefined;
  readonly client_assertion_type?: string | undefined;
}

/** The client is the registration only if it shows a token of the managed identity that its federated credential trusts. @throws AadError */
export async function proveClient(tenant: Tenant, form: ClientForm): Promise<void> {
  const { clientId } = tenant.options.registration;
  if (form.client_id !== clientId)
    throw new AadError(
      700016,
      "unauthorized_client",
      `Application with identifier '${form.client_id ?? ""}' was not found in the directory '${tenant.options.tenantId}'.`,
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
  const trusted = federatedCredential(tenant);
  if (assertion.iss !== trusted.issuer)
    throw new AadError(
      700211,
      "invalid_client",
      `No matching federated identity record found for presented assertion issuer '${String(assertion.iss)}'.`,
      401,
    );
  if (assertion.sub !== trusted.subject)
    throw new AadError(
      700213,
      "invalid_client",
      `No matching federated identity record found for presented assertion subject '${String(assertion.sub)}'.`,
      401,
    );
  if (assertion.aud !== trusted.audience)
    throw new AadError(
      700212,
      "invalid_client",
      `No matching federated identity record found for presented assertion audience '${String(assertion.aud)}'.`,
      401,
    );
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
