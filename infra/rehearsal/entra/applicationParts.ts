/** App roles as resources of their own, in a registration that somebody else set up; and consent to delegated permissions. */
import { isGroup, type Json, listAt, type Properties, textAt, textsAt } from "../cloud/json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "../cloud/model.ts";
import { badRequest, conflict, notFound } from "../cloud/refusal.ts";
import { applicationFaults } from "./application.ts";
import { applicationAt, idsOf } from "./applications.ts";

/** A role as an entry of the registration's list. */
const entryOf = ({ roleId = "", applicationId: _application, ...role }: Properties): Properties => ({
  enabled: true,
  ...role,
  id: roleId,
});

export const APPLICATION_PARTS: readonly Kind[] = [
  {
    token: "azuread:index/applicationAppRole:ApplicationAppRole",
    id: "{applicationId}/appRoles/{roleId}",
    refuse: (draft, cloud) => {
      const application = applicationAt(draft, cloud);
      const rest = otherRoles(application, draft.inputs);
      if (draft.before === undefined && rest.length < rolesOf(application).length)
        throw importFirst(draft.id);
      refuseMade({ ...application.properties, appRoles: [...rest, entryOf(draft.inputs)] }, cloud);
    },
    afterWrite: ({ properties }, cloud) =>
      setRoles(
        properties,
        (application) => [...otherRoles(application, properties), entryOf(properties)],
        cloud,
      ),
    afterDelete: ({ properties }, cloud) =>
      setRoles(properties, (application) => otherRoles(application, properties), cloud),
  },
  {
    token: "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
    id: "/oauth2PermissionGrants/{grantId}",
    newId: (_inputs, cloud) => "/oauth2PermissionGrants/" + cloud.hex(43),
    replacedBy: ["servicePrincipalObjectId", "resourceServicePrincipalObjectId", "userObjectId"],
    refuse: refuseGrant,
  },
];

const rolesOf = (application: CloudResource) => listAt(application.properties, "appRoles");

const otherRoles = (application: CloudResource, { roleId }: Properties) =>
  rolesOf(application).filter((role) => textAt(role, "id") !== roleId);

const importFirst = (id: string) =>
  conflict(
    `A resource with the ID "${id}" already exists - to be managed via Pulumi this resource needs to be imported`,
    "ImportAsExists",
  );

function setRoles(
  part: Properties,
  change: (application: CloudResource) => readonly Json[],
  cloud: Cloud,
): void {
  const application = cloud.find(textAt(part, "applicationId") ?? "");
  if (application === undefined) return;
  const appRoles = change(application);
  cloud.put({
    ...application,
    properties: { ...application.properties, appRoles, appRoleIds: idsOf(appRoles) },
  });
}

/** The registration as it would be is refused as a whole. */
function refuseMade(properties: Properties, cloud: Cloud): void {
  const [fault] = applicationFaults(properties, cloud.tenantId);
  if (fault !== undefined) throw fault;
}

function refuseGrant({ inputs }: Draft, cloud: Cloud): void {
  const [client, resource] = ["servicePrincipalObjectId", "resourceServicePrincipalObjectId"].map((name) =>
    cloud.find(`/servicePrincipals/${textAt(inputs, name) ?? ""}`),
  );
  if (client === undefined || resource === undefined)
    throw notFound("The service principal of a grant does not exist.");
  const offered = listAt(cloud.answer(resource), "oauth2PermissionScopes").filter(isGroup);
  const values = offered.map((one) => textAt(one, "value"));
  for (const value of textsAt(inputs, "claimValues"))
    if (!values.includes(value))
      throw badRequest(
        `Invalid scope(s) '${value}' for the resource '${textAt(resource.properties, "displayName") ?? ""}'.`,
        "Request_BadRequest",
      );
}
