/** Who a role can be given to: service principals, managed identities, users, groups. */
import { groupAt, textAt } from "../cloud/json.ts";
import type { Cloud, CloudResource } from "../cloud/model.ts";

export const SERVICE_PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal";
/** People and groups: no resource type of ours makes them. */
export const PERSON = "entra:User";
export const PEOPLE = "entra:Group";

export type PrincipalType = "ServicePrincipal" | "User" | "Group";

export function principal(cloud: Cloud, objectId: string): { readonly type: PrincipalType } | undefined {
  const [application, person, people] = ["servicePrincipals", "users", "groups"].map((folder) =>
    cloud.find(`/${folder}/${objectId}`),
  );
  if (application !== undefined) return { type: "ServicePrincipal" };
  if (person !== undefined) return { type: "User" };
  if (people !== undefined) return { type: "Group" };
  const isOwnIdentity = cloud
    .all()
    .some((one) => textAt(groupAt(one.properties, "identity"), "principalId") === objectId);
  return isOwnIdentity ? { type: "ServicePrincipal" } : undefined;
}

/** The directory object that Azure makes for a user-assigned identity. */
export function servicePrincipalOf(identity: CloudResource): CloudResource {
  const objectId = textAt(identity.properties, "principalId") ?? "";
  return {
    id: "/servicePrincipals/" + objectId,
    token: SERVICE_PRINCIPAL,
    name: objectId,
    properties: {
      objectId,
      clientId: textAt(identity.properties, "clientId") ?? "",
      displayName: identity.name,
      type: "ManagedIdentity",
      accountEnabled: true,
      appRoleAssignmentRequired: false,
      appRoles: [],
      appRoleIds: {},
      oauth2PermissionScopes: [],
      oauth2PermissionScopeIds: {},
      servicePrincipalNames: [textAt(identity.properties, "clientId") ?? ""],
      alternativeNames: ["isExplicit=True", identity.id],
      tags: [],
    },
  };
}
