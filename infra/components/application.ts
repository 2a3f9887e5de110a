/**
 * The app registration: either one that the deployment creates, or the hospital's own, to which the deployment adds only
 * what the connector needs.
 */
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { graphPermissions } from "../../app/domain/graphPermissions.ts";
import { registrationName } from "../../app/domain/resourceNames.ts";
import type { DeployedStack } from "../deployedStack.ts";
import { featuresOf } from "../stack/choices.ts";
import { apiScope, appRoles } from "./appRoles.ts";
import { AZURE_CONSTANTS } from "./azureConstants.ts";
import { isProtected } from "./deploymentContext.ts";
import { unlessThere } from "./lostAnswers.ts";

export interface Application {
  /** Such as `/applications/<object id>`. */
  readonly id: pulumi.Input<string>;
  readonly clientId: pulumi.Output<string>;
  readonly servicePrincipalId: pulumi.Input<string>;
  /** Once these exist, the registration's app roles do. */
  readonly ready: readonly pulumi.Resource[];
  /** Once these exist, programs can ask for tokens for the connector. */
  readonly api: readonly pulumi.Resource[];
}

type ExistingRegistration = NonNullable<DeployedStack["microsoft"]["registration"]>;

export function newApplication(
  parent: pulumi.Resource,
  stack: DeployedStack,
  redirectUri: pulumi.Output<string>,
): Application {
  // Consents and the access policy for meetings refer to the client id, so production's registration is never replaced.
  const options = { parent, protect: isProtected(stack) };
  const application = new azuread.Application(
    "connector",
    {
      displayName: registrationName(stack),
      preventDuplicateNames: true,
      signInAudience: "AzureADMyOrg",
      // The ID token carries directory roles, so that a Global Administrator is recognized as one.
      groupMembershipClaims: ["DirectoryRole"],
      // `acct` says whether the account is a member or a guest of the directory; without it the portal admits nobody. Access
      // tokens carry it too, with `idtyp`, which says whether the token belongs to an application alone.
      optionalClaims: { idTokens: [{ name: "acct" }], accessTokens: [{ name: "acct" }, { name: "idtyp" }] },
      fallbackPublicClientEnabled: false,
      api: {
        requestedAccessTokenVersion: 2,
        oauth2PermissionScopes: [{ ...apiScope(stack), enabled: true }],
      },
      appRoles: appRoles(stack).map((role) => ({ ...role, enabled: true })),
      web: {
        redirectUris: [redirectUri],
        implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false },
      },
      requiredResourceAccesses: [
        {
          resourceAppId: AZURE_CONSTANTS.graphAppId,
          resourceAccesses: graphPermissions(featuresOf(stack)).map(({ id, kind }) => ({ id, type: kind })),
        },
      ],
    },
    // The URI contains the registration's own client id, so it is set by a resource of its own.
    { ...options, ignoreChanges: ["identifierUris"], hooks: unlessThere("registration", "connector") },
  );
  const principal = new azuread.ServicePrincipal(
    "connector",
    {
      clientId: application.clientId,
      // Every clinician of the directory may sign in; what each may do is decided by app roles and by the chart.
      appRoleAssignmentRequired: false,
    },
    { ...options, hooks: unlessThere("principal", "connector") },
  );
  return {
    id: application.id,
    clientId: application.clientId,
    servicePrincipalId: principal.objectId,
    ready: [principal],
    api: api(parent, stack, application.id, application.clientId),
  };
}

/**
 * How programs ask for tokens for the connector. The Azure CLI may ask for whoever is signed in to it, without anybody's
 * consent.
 */
function api(
  parent: pulumi.Resource,
  stack: DeployedStack,
  applicationId: pulumi.Input<string>,
  clientId: pulumi.Input<string>,
  dependsOn: pulumi.Resource[] = [],
): readonly pulumi.Resource[] {
  return [
    new azuread.ApplicationIdentifierUri(
      "api",
      { applicationId, identifierUri: pulumi.interpolate`api://${clientId}` },
      { parent, dependsOn, hooks: unlessThere("uri", "api") },
    ),
    new azuread.ApplicationPreAuthorized(
      "azure-cli",
      {
        applicationId,
        authorizedClientId: AZURE_CONSTANTS.azureCliAppId,
        permissionIds: [apiScope(stack).id],
      },
      { parent, dependsOn, hooks: unlessThere("client", "azure-cli") },
    ),
  ];
}

/**
 * The hospital's own registration. Each addition is a resource of its own, so that what the hospital configured beside it
 * stays. Entra's provider has no resource that adds a single redirect address or a single permission to existing ones, so a
 * person adds those two ({@link registrationByHand}).
 */
export function existingApplication(
  parent: pulumi.Resource,
  stack: DeployedStack,
  registration: ExistingRegistration,
): Application {
  const applicationId = "/applications/" + registration.objectId;
  const { id: scopeId, ...scope } = apiScope(stack);
  const ownScope = new azuread.ApplicationPermissionScope(
    scope.value,
    { applicationId, scopeId, ...scope },
    { parent, hooks: unlessThere("scope", scope.value) },
  );
  return {
    id: applicationId,
    clientId: pulumi.output(registration.clientId),
    servicePrincipalId: registration.servicePrincipalId,
    api: api(parent, stack, applicationId, registration.clientId, [ownScope]),
    ready: appRoles(stack).map(
      ({ id, ...role }) =>
        new azuread.ApplicationAppRole(
          role.value,
          { applicationId, roleId: id, ...role },
          { parent, hooks: unlessThere("role", role.value) },
        ),
    ),
  };
}
