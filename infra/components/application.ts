/** The app registration: one that is made, or the hospital's own, which is given what the connector needs and nothing else. */
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { graphPermissions } from "../../app/domain/graphPermissions.ts";
import { registrationName } from "../../app/domain/resourceNames.ts";
import type { DeployedStack } from "../deployedStack.ts";
import { appRoles } from "./appRoles.ts";
import { CLOUD } from "./cloud.ts";
import { isProtected } from "./ground.ts";

export interface Application {
  /** `/applications/<object id>`. */
  readonly id: pulumi.Input<string>;
  readonly clientId: pulumi.Output<string>;
  readonly servicePrincipalId: pulumi.Input<string>;
  /** Its roles are there. */
  readonly ready: readonly pulumi.Resource[];
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
      optionalClaims: { idTokens: [{ name: "acct" }] },
      fallbackPublicClientEnabled: false,
      api: { requestedAccessTokenVersion: 2 },
      appRoles: appRoles(stack).map((role) => ({ ...role, enabled: true })),
      web: {
        redirectUris: [redirectUri],
        implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false },
      },
      requiredResourceAccesses: [
        {
          resourceAppId: CLOUD.graphAppId,
          resourceAccesses: graphPermissions(stack.features).map(({ id, kind }) => ({ id, type: kind })),
        },
      ],
    },
    options,
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
  };
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
  return {
    id: applicationId,
    clientId: pulumi.output(registration.clientId),
    servicePrincipalId: registration.servicePrincipalId,
    ready: appRoles(stack).map(
      ({ id, ...role }) =>
        new azuread.ApplicationAppRole(role.value, { applicationId, roleId: id, ...role }, { parent }),
    ),
  };
}
