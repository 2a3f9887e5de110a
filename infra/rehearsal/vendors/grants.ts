/** Which of Azure's roles somebody holds at a resource, or at what contains it. */
import { BUILT_IN_ROLES } from "../resourceTypes/roles.ts";
import { azure } from "../resourceTypes/require.ts";
import { isBelow, isSameId, lastSegment } from "../controlPlane/ids.ts";
import { textAt } from "../controlPlane/json.ts";
import type { Cloud } from "../controlPlane/model.ts";

/** Names of built-in roles, and ids of custom ones, that the principal holds. */
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
