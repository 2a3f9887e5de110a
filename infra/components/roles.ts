/**
 * The built-in Azure roles that the deployment grants, by id
 * (learn.microsoft.com/azure/role-based-access-control/built-in-roles).
 */
import * as authorization from "@pulumi/azure-native/authorization/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { guidOf } from "./guid.ts";
import { inSubscription } from "./deploymentContext.ts";
import type { DeployedStack } from "../deployedStack.ts";

const ROLES = {
  keyVaultCryptoUser: "12338af0-0e69-4776-bea7-57ae8d297424",
  keyVaultSecretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
  keyVaultCryptoServiceEncryptionUser: "e147488a-f6f5-4113-8e2d-b22465e65bf6",
  storageBlobDataReader: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  storageBlobDataContributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  storageQueueDataContributor: "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
  communicationAndEmailServiceOwner: "09976791-48a7-449e-bb21-39d1a415f350",
} as const;

/** Azure's names for the kinds of principals that a stack file names. */
export const DIRECTORY_KINDS = {
  user: "User",
  group: "Group",
  servicePrincipal: "ServicePrincipal",
} as const;

export interface Grant {
  readonly stack: DeployedStack;
  readonly role: keyof typeof ROLES;
  readonly scope: pulumi.Input<string>;
  readonly principalId: pulumi.Input<string>;
  readonly principalType: "ServicePrincipal" | "User" | "Group";
}

/** Grants a role. The assignment's name is derived from what it grants, so that the next run finds the same assignment. */
export function grant(
  name: string,
  { stack, role, scope, principalId, principalType }: Grant,
  options: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  return new authorization.RoleAssignment(
    name,
    {
      roleAssignmentName: guidOf(
        [stack.azure.subscriptionId, stack.tenant, stack.environment, name].join("/"),
      ),
      roleDefinitionId:
        inSubscription(stack) + "/providers/Microsoft.Authorization/roleDefinitions/" + ROLES[role],
      scope,
      principalId,
      principalType,
    },
    options,
  );
}
