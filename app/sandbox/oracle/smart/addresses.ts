/**
 * All addresses of one tenant. They use Oracle's own paths, so that nobody is tempted to construct them. The authorize page
 * is on the pages' origin because people open it; everything else is on the back channel.
 */
export interface Addresses {
  readonly fhirBase: string;
  readonly issuer: string;
  /** Differs from {@link issuer}, because Oracle's id_token names the identity provider below it. */
  readonly idTokenIssuer: string;
  readonly authorize: string;
  readonly token: string;
  readonly revoke: string;
  /** Where a person sees which applications may use the chart. The stand-in has no such page. */
  readonly manage: string;
  /** Where a program asks about a token. The stand-in does not answer there. */
  readonly introspect: string;
  readonly jwks: string;
  readonly style: string;
  error(
    urn: string,
    instance: string,
    client: { readonly clientId: string; readonly persona?: string },
  ): string;
}

export interface Origins {
  readonly pages: string;
  readonly backChannel: string;
}

const PROFILE = "protocols/oauth2/profiles/smart-v1";

export const PATHS = {
  authorize: `/tenants/:tenant/${PROFILE}/personas/:persona/authorize`,
  token: `/tenants/:tenant/hosts/localhost/${PROFILE}/token`,
  revoke: `/tenants/:tenant/${PROFILE}/token/revoke`,
  openid: "/tenants/:tenant/oidc/idsps/:again/.well-known/openid-configuration",
  jwks: "/jwk",
  style: "/styles/smart-v1.json",
  error: "/errors/:urn/instances/:instance",
} as const;

export function addressesOf(origins: Origins, tenant: string): Addresses {
  const issuer = `${origins.backChannel}/tenants/${tenant}`;
  return {
    fhirBase: `${origins.backChannel}/r4/${tenant}`,
    issuer,
    idTokenIssuer: `${issuer}/oidc/idsps/${tenant}/`,
    authorize: `${origins.pages}/tenants/${tenant}/${PROFILE}/personas/provider/authorize`,
    token: `${issuer}/hosts/localhost/${PROFILE}/token`,
    revoke: `${issuer}/${PROFILE}/token/revoke`,
    manage: `${origins.pages}/tenants/${tenant}/personas/provider/my-authorizations`,
    introspect: `${origins.backChannel}/tokeninfo`,
    jwks: origins.backChannel + PATHS.jwks,
    style: origins.backChannel + PATHS.style,
    error: (urn, instance, { clientId: client, persona }) =>
      `${origins.pages}/errors/${encodeURIComponent(urn)}/instances/${instance}?` +
      new URLSearchParams({ ...(persona !== undefined && { persona }), client, tenant }).toString(),
  };
}
