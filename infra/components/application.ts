/** The app registration: one that is made, or the hospital's own, which is given what the connector needs and nothing else. */
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { graphPermissions } from "../../app/domain/graphPermissions.ts";
import { registrationName } from "../../app/domain/resourceNames.ts";
import type { DeployedStack } from "../deployedStack.ts";
import { featuresOf } from "../stack/choices.ts";
import { apiScope, appRoles } from "./appRoles.ts";
import { AZURE_CONSTANTS } from "./azureConstants.ts";
import { isProtected } from "./deploymentContext.ts";

export interface Application {
  /** `/applications/<object id>`. */
  readonly id: pulumi.Input<string>;
  readonly clientId: pulumi.Output<string>;
  readonly servicePrincipalId: pulumi.Input<string>;
  /** Its roles are there. */
  readonly ready: readonly pulumi.Resource[];
  /** Programs can ask for tokens. */
  readonly api: readonly pulumi.Resource[];
}

type ExistingRegistration = NonNullable<DeployedStack["microsoft"]["registration"]>;

export function newApplication(
  parent: pulumi.Resource,
  stack: DeployedStack,
  redirectUri: pulumi.Output<string>,
): Application {
  // Consents and the access policy for meetings hang on its client id, so production's is never replaced.
  const options = { parent, protect: isProtected(stack) };
  const application = new azuread.Application(
    "connector",
    {
      displayName: registrationName(stack),
      preventDuplicateNames: true,
      signInAudience: "AzureADMyOrg",
      // Directory roles come with the sign-in, so that a Global Administrator is known as one.
      groupMembershipClaims: ["DirectoryRole"],
      // So does whether the account is a member's or a guest's; without it the portal lets nobody in.
      // In access tokens, too, beside whether anybody but an application stands behind one.
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
    // Its URI is made of its client id, so it is a resource of its own.
    { ...options, ignoreChanges: ["identifierUris"] },
  );
  const principal = new azuread.ServicePrincipal(
    "connector",
    {
      clientId: application.clientId,
      // Every clinician of the directory may sign in; what they may do is the roles' and the chart's.
      appRoleAssignmentRequired: false,
    },
    options,
  );
  return {
    id: application.id,
    clientId: application.clientId,
    servicePrincipalId: principal.objectId,
    ready: [principal],
    api: api(parent, stack, application.id, application.clientId),
  };
}

/** How programs ask for tokens of ours; the Azure CLI may for whoever is signed in to it, without anybody's consent. */
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
      { parent, dependsOn },
    ),
    new azuread.ApplicationPreAuthorized(
      "azure-cli",
      {
        applicationId,
        authorizedClientId: AZURE_CONSTANTS.azureCliAppId,
        permissionIds: [apiScope(stack).id],
      },
      { parent, dependsOn },
    ),
  ];
}

/**
 * Each part of it is a resource of its own, so that what the hospital set up beside them stays. Entra's provider has none that
 * adds one redirect address or one permission to those that are there: those two are for a person ({@link registrationByHand}).
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
    { parent },
  );
  return {
    id: applicationId,
    clientId: pulumi.output(registration.clientId),
    servicePrincipalId: registration.servicePrincipalId,
    api: api(parent, stack, applicationId, registration.clientId, [ownScope]),
    ready: appRoles(stack).map(
      ({ id, ...role }) =>
        new azuread.ApplicationAppRole(role.value, { applicationId, roleId: id, ...role }, { parent }),
    ),
  };
}
