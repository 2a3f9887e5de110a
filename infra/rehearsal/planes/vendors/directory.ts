/** The cloud's directory in the form that Entra's token endpoint needs: registrations, identities, and consents. */
import type { ManagedIdentity, TokenVersion } from "../../../../app/sandbox/microsoft/options.ts";
import { NOTHING_OFFERED } from "../../../../app/sandbox/microsoft/entra/tenant.ts";
import type { TrustingRegistration } from "../../../../app/sandbox/microsoft/entra/tenant.ts";
import { azure } from "../../azure/resourceTypes/require.ts";
import { at, listAt, saidAt, textAt, textsAt } from "../../azure/controlPlane/json.ts";
import type { Cloud, CloudResource } from "../../azure/controlPlane/model.ts";
import { PRE_AUTHORIZED } from "../../azure/entra/applicationParts.ts";
import { applicationOf, appRolesOf, CREDENTIAL, partsOf, serviceOf } from "../../azure/entra/applications.ts";
import { PUBLISHED } from "../../azure/entra/directory.ts";

/** The deployer's pipeline; it shows a token of this issuer in place of a secret. */
export const PIPELINE = {
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:lamna-healthcare/deployments:environment:rehearsal",
  audience: "api://AzureADTokenExchange",
} as const;

export function registrationIn(cloud: Cloud, clientId: string): TrustingRegistration | undefined {
  if (clientId === cloud.deployer.clientId)
    return {
      clientId,
      servicePrincipalId: cloud.deployer.objectId,
      federatedCredentials: [PIPELINE],
      ...NOTHING_OFFERED,
    };
  const application = applicationOf(clientId, cloud);
  const service = serviceOf(clientId, cloud);
  // A registration without a service principal cannot sign in to the tenant.
  if (application === undefined || service === undefined) return undefined;
  return {
    clientId,
    servicePrincipalId: service.name,
    redirectUris: textsAt(application.properties, "web.redirectUris"),
    federatedCredentials: partsOf(application, CREDENTIAL, cloud).map(({ properties }) => ({
      issuer: saidAt(properties, "issuer"),
      subject: saidAt(properties, "subject"),
      audience: textsAt(properties, "audiences")[0] ?? textAt(properties, "audiences") ?? "",
    })),
    grantedRoles: appRolesOf(cloud, service.name, PUBLISHED.MicrosoftGraph),
    idTokenSays: [
      ...claimsOf(application, "idTokens", ["acct"]),
      ...(textsAt(application.properties, "groupMembershipClaims").some((one) =>
        /^(DirectoryRole|All)$/u.test(one),
      )
        ? (["wids"] as const)
        : []),
    ],
    appRoles: listAt(application.properties, "appRoles").flatMap((one) => textAt(one, "value") ?? []),
    api: {
      identifierUris: textsAt(application.properties, "identifierUris"),
      preAuthorized: Object.fromEntries(
        partsOf(application, PRE_AUTHORIZED, cloud).map(({ properties }) => [
          saidAt(properties, "authorizedClientId"),
          scopesOf(application, textsAt(properties, "permissionIds")),
        ]),
      ),
      accessTokenSays: claimsOf(application, "accessTokens", ["acct", "idtyp"]),
      tokenVersion: tokenVersionOf(application),
    },
  };
}

/** Entra's default is version 1 (https://learn.microsoft.com/graph/api/resources/apiapplication). */
export const tokenVersionOf = (application: CloudResource | undefined): TokenVersion =>
  at(application?.properties, "api.requestedAccessTokenVersion") === 2 ? "2.0" : "1.0";

const claimsOf = <C extends string>(
  { properties }: CloudResource,
  tokens: "idTokens" | "accessTokens",
  known: readonly C[],
): readonly C[] => {
  const said = listAt(properties, "optionalClaims." + tokens).map((one) => textAt(one, "name"));
  return known.filter((name) => said.includes(name));
};

const scopesOf = ({ properties }: CloudResource, ids: readonly string[]): readonly string[] =>
  listAt(properties, "api.oauth2PermissionScopes")
    .filter((one) => ids.includes(saidAt(one, "id")))
    .flatMap((one) => textAt(one, "value") ?? []);

export function identityIn(cloud: Cloud, clientId: string): ManagedIdentity | undefined {
  return cloud
    .all(azure("managedidentity:UserAssignedIdentity"))
    .map(identityOf)
    .find((identity) => identity.clientId === clientId);
}

export const identityOf = ({ properties }: CloudResource): ManagedIdentity => ({
  clientId: saidAt(properties, "clientId"),
  principalId: saidAt(properties, "principalId"),
});
