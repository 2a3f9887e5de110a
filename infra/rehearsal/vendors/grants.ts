/** Which of Azure's roles somebody holds on a resource, there or on what it lies in. */
import { BUILT_IN_ROLES } from "../azure/roles.ts";
import { azure } from "../azure/require.ts";
import { isBelow, isSameId, lastSegment } from "../cloud/ids.ts";
import { textAt } from "../cloud/json.ts";
import type { Cloud } from "../cloud/model.ts";

/** Names of built-in roles, and ids of custom ones. */
export function rolesOn(cloud: Cloud, id: string, principalId: string): readonly string[] {
  return cloud
    .all(azure("authorization:RoleAssignment"))
    .filter(({ properties }) => {
      const scope = textAt(properties, "scope") ?? "";
      const covers = isSameId(scope, id) || isBelow(id, scope);
      return covers && isSameId(textAt(properties, "principalId") ?? "", principalId);
    })
    .map(({ properties }) => lastSegment(textAt(properties, "roleDefinitionId") ?? "").toLowerCase())
    .map((role) => BUILT_IN_ROLES[role] ?? role);
}
