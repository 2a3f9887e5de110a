/** The kinds of principals that can hold a role: service principals, managed identities, users, groups. */
import { groupAt, saidAt, textAt } from "../controlPlane/json.ts";
import type { Cloud, CloudResource } from "../controlPlane/model.ts";

export const SERVICE_PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal";
const FOLDERS = { ServicePrincipal: "servicePrincipals", User: "users", Group: "groups" } as const;
export type PrincipalType = keyof typeof FOLDERS;

export function principal(cloud: Cloud, objectId: string): { readonly type: PrincipalType } | undefined {
  const types = Object.keys(FOLDERS) as PrincipalType[];
  const type = types.find((one) => cloud.find(`/${FOLDERS[one]}/${objectId}`) !== undefined);
  if (type !== undefined) return { type };
  const isOwnIdentity = cloud
    .all()
    .some((one) => textAt(groupAt(one.properties, "identity"), "principalId") === objectId);
  return isOwnIdentity ? { type: "ServicePrincipal" } : undefined;
}

/** A principal that is in the directory before a deployment; no resource of the program creates users and groups. */
export const principalIn = (type: PrincipalType, objectId: string, clientId = objectId): CloudResource => ({
  id: `/${FOLDERS[type]}/${objectId}`,
  token: type === "ServicePrincipal" ? SERVICE_PRINCIPAL : "entra:" + type,
  name: objectId,
  properties: type === "ServicePrincipal" ? { objectId, clientId, displayName: objectId } : { objectId },
});

/** The service principal that Azure creates for a user-assigned identity. */
export function servicePrincipalOf(identity: CloudResource): CloudResource {
  const objectId = saidAt(identity.properties, "principalId");
  return {
    ...principalIn("ServicePrincipal", objectId),
    properties: {
      objectId,
      clientId: saidAt(identity.properties, "clientId"),
      displayName: identity.name,
      type: "ManagedIdentity",
      accountEnabled: true,
      appRoleAssignmentRequired: false,
      appRoles: [],
      appRoleIds: {},
      oauth2PermissionScopes: [],
      oauth2PermissionScopeIds: {},
      servicePrincipalNames: [saidAt(identity.properties, "clientId")],
      alternativeNames: ["isExplicit=True", identity.id],
      tags: [],
    },
  };
}
