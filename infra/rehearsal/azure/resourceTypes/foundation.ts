/** Resource groups, identities, roles, locks. */
import { lastSegment, lowered } from "../controlPlane/ids.ts";
import { saidAt, textAt } from "../controlPlane/json.ts";
import type { Cloud, Draft, Kind } from "../controlPlane/model.ts";
import { badRequest, conflict, Refusal } from "../controlPlane/refusal.ts";
import { principal, servicePrincipalOf } from "../entra/principals.ts";
import { refuseUnknownRegion } from "./regions.ts";
import { azure, isNamed, twinOf } from "./require.ts";
import { BUILT_IN_ROLES } from "./roles.ts";

export const FOUNDATION: readonly Kind[] = [
  {
    token: azure("resources:ResourceGroup"),
    id: "{group}",
    type: "Microsoft.Resources/resourceGroups",
    refuse: refuseUnknownRegion,
    decided: () => ({ properties: { provisioningState: "Succeeded" } }),
  },
  {
    token: azure("managedidentity:UserAssignedIdentity"),
    id: "{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
    answersId: lowered("resourceGroups"),
    refuse: refuseUnknownRegion,
    silent: () => ({ tags: {} }),
    decided: ({ before }, cloud) => ({
      principalId: textAt(before?.properties, "principalId") ?? cloud.uuid(),
      clientId: textAt(before?.properties, "clientId") ?? cloud.uuid(),
      tenantId: cloud.tenantId,
    }),
    afterWrite: (identity, cloud) => cloud.put(servicePrincipalOf(identity)),
    afterDelete: (identity, cloud) => {
      const own = cloud.find(servicePrincipalOf(identity).id);
      if (own !== undefined) void cloud.remove(own.id);
    },
  },
  {
    token: azure("authorization:RoleAssignment"),
    id: "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    naming: "uuid",
    replacedBy: ["principalId", "scope", "roleDefinitionId"],
    silent: () => ({ principalType: "User", condition: "", conditionVersion: "" }),
    refuse: refuseAssignment,
    decided: ({ inputs, before, name }, cloud) => ({
      scope: saidAt(inputs, "scope"),
      roleAssignmentName: name,
      principalType: principal(cloud, saidAt(inputs, "principalId"))?.type ?? "User",
      createdOn: textAt(before?.properties, "createdOn") ?? cloud.now().toISOString(),
      createdBy: cloud.deployer.objectId,
      updatedOn: cloud.now().toISOString(),
      updatedBy: cloud.deployer.objectId,
    }),
  },
  {
    token: azure("authorization:ManagementLockByScope"),
    id: "{scope}/providers/Microsoft.Authorization/locks/{lockName}",
  },
];

function refuseAssignment(draft: Draft, cloud: Cloud): void {
  const principalId = saidAt(draft.inputs, "principalId");
  const found = principal(cloud, principalId);
  if (found === undefined)
    throw badRequest(
      `Principal ${principalId.replaceAll("-", "")} does not exist in the directory ${cloud.tenantId}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.`,
      "PrincipalNotFound",
    );
  const said = textAt(draft.inputs, "principalType");
  if (said !== undefined && said !== found.type)
    throw badRequest(
      `The PrincipalId '${principalId.replaceAll("-", "")}' has type '${found.type}', which is different from specified PrinciaplType '${said}'.`,
      "UnmatchedPrincipalType",
    );
  const role = lastSegment(saidAt(draft.inputs, "roleDefinitionId"));
  if (BUILT_IN_ROLES[role.toLowerCase()] === undefined)
    throw new Refusal(
      404,
      "RoleDefinitionDoesNotExist",
      `The specified role definition with ID '${role}' does not exist.`,
    );
  const twin = twinOf(
    draft,
    cloud,
    (one) =>
      ["principalId", "scope"].every((path) => isNamed(one, path, saidAt(draft.inputs, path))) &&
      lastSegment(saidAt(one.properties, "roleDefinitionId")) === role,
  );
  if (twin !== undefined)
    throw conflict(
      `The role assignment already exists. The ID of the existing role assignment is ${twin.name.replaceAll("-", "")}.`,
      "RoleAssignmentExists",
    );
}
