/**
 * App roles as resources of their own, in a registration that somebody else created; and consents to delegated permissions.
 */
import {
  groupAt,
  isGroup,
  type Json,
  listAt,
  type Properties,
  textAt,
  textsAt,
} from "../controlPlane/json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "../controlPlane/model.ts";
import { badRequest, conflict, notFound } from "../controlPlane/refusal.ts";
import { applicationFaults } from "./application.ts";
import { applicationAt, idsOf } from "./applications.ts";

/** An app role as an entry in the registration's list. */
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
    token: "azuread:index/applicationPermissionScope:ApplicationPermissionScope",
    id: "{applicationId}/permissionScopes/{scopeId}",
    refuse: (draft, cloud) => {
      const application = applicationAt(draft, cloud);
      const rest = otherScopes(application, draft.inputs);
      if (draft.before === undefined && rest.length < scopesOf(application).length)
        throw importFirst(draft.id);
      refuseMade(withScopes(application, [...rest, scopeOf(draft.inputs)]), cloud);
    },
    afterWrite: ({ properties }, cloud) =>
      change(properties, cloud, (application) =>
        withScopes(application, [...otherScopes(application, properties), scopeOf(properties)]),
      ),
    afterDelete: ({ properties }, cloud) =>
      change(properties, cloud, (application) =>
        withScopes(application, otherScopes(application, properties)),
      ),
  },
  {
    token: "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri",
    id: "{applicationId}/identifierUris/{uri}",
    newId: (inputs) =>
      `${textAt(inputs, "applicationId") ?? ""}/identifierUris/${Buffer.from(uriIn(inputs)).toString("base64")}`,
    replacedBy: ["applicationId", "identifierUri"],
    refuse: (draft, cloud) => {
      const application = applicationAt(draft, cloud);
      if (draft.before === undefined && urisOf(application).includes(uriIn(draft.inputs)))
        throw importFirst(draft.id);
      const identifierUris = [...otherUris(application, draft.inputs), uriIn(draft.inputs)];
      refuseMade({ ...application.properties, identifierUris }, cloud);
    },
    afterWrite: ({ properties }, cloud) =>
      change(properties, cloud, (application) => ({
        ...application.properties,
        identifierUris: [...otherUris(application, properties), uriIn(properties)],
      })),
    afterDelete: ({ properties }, cloud) =>
      change(properties, cloud, (application) => ({
        ...application.properties,
        identifierUris: otherUris(application, properties),
      })),
  },
  {
    token: "azuread:index/applicationPreAuthorized:ApplicationPreAuthorized",
    id: "{applicationId}/preAuthorizedApplications/{authorizedClientId}",
    replacedBy: ["applicationId", "authorizedClientId"],
    refuse: (draft, cloud) => {
      const scopes = scopesOf(applicationAt(draft, cloud)).map((one) => textAt(one, "id"));
      for (const id of textsAt(draft.inputs, "permissionIds"))
        if (!scopes.includes(id))
          throw badRequest(
            `Property api.preAuthorizedApplications.delegatedPermissionIds has a permission that the application does not have: ${id}.`,
            "Request_BadRequest",
          );
    },
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

const scopeOf = ({ scopeId = "", applicationId: _application, ...scope }: Properties): Properties => ({
  enabled: true,
  ...scope,
  id: scopeId,
});
const scopesOf = (application: CloudResource) => listAt(application.properties, "api.oauth2PermissionScopes");
const otherScopes = (application: CloudResource, { scopeId }: Properties) =>
  scopesOf(application).filter((scope) => textAt(scope, "id") !== scopeId);
const withScopes = ({ properties }: CloudResource, oauth2PermissionScopes: readonly Json[]): Properties => ({
  ...properties,
  api: { ...groupAt(properties, "api"), oauth2PermissionScopes },
  oauth2PermissionScopeIds: idsOf(oauth2PermissionScopes),
});

const uriIn = (inputs: Properties): string => textAt(inputs, "identifierUri") ?? "";
const urisOf = ({ properties }: CloudResource) => textsAt(properties, "identifierUris");
const otherUris = (application: CloudResource, inputs: Properties) =>
  urisOf(application).filter((uri) => uri !== uriIn(inputs));

const importFirst = (id: string) =>
  conflict(
    `A resource with the ID "${id}" already exists - to be managed via Pulumi this resource needs to be imported`,
    "ImportAsExists",
  );

function setRoles(
  part: Properties,
  roles: (application: CloudResource) => readonly Json[],
  cloud: Cloud,
): void {
  change(part, cloud, (application) => {
    const appRoles = roles(application);
    return { ...application.properties, appRoles, appRoleIds: idsOf(appRoles) };
  });
}

function change(part: Properties, cloud: Cloud, to: (application: CloudResource) => Properties): void {
  const application = cloud.find(textAt(part, "applicationId") ?? "");
  if (application !== undefined) cloud.put({ ...application, properties: to(application) });
}

/** Graph refuses a change as it would refuse the whole registration after it. */
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
