/**
 * App roles as resources of their own, in a registration that somebody else created; and consents to delegated permissions.
 */
import { groupAt, isGroup, listAt, saidAt, textAt, textsAt } from "../controlPlane/json.ts";
import type { Json, Properties } from "../controlPlane/json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "../controlPlane/model.ts";
import { badRequest, conflict, notFound } from "../controlPlane/refusal.ts";
import { refuseRegistration } from "./application.ts";
import { applicationAt, idsOf, objectIdIn } from "./applications.ts";

/** A list in a registration, of which each item may be a resource of its own. */
interface Part {
  /** The list as it is now. */
  readonly listed: (application: CloudResource) => readonly Json[];
  readonly item: (inputs: Properties) => Json;
  /** Whether an item of the list is the resource's. */
  readonly isOwn: (item: Json, inputs: Properties) => boolean;
  /** The registration's properties with another list. */
  readonly withList: (application: CloudResource, list: readonly Json[]) => Properties;
}

/** How Graph makes, refuses and removes such an item: a change is refused as the whole registration after it would be. */
function partOf({
  listed,
  item,
  isOwn,
  withList,
}: Part): Pick<Kind, "refuse" | "afterWrite" | "afterDelete"> {
  const others = (application: CloudResource, inputs: Properties) =>
    listed(application).filter((one) => !isOwn(one, inputs));
  const change = (inputs: Properties, cloud: Cloud, added: readonly Json[]) => {
    const application = cloud.find(saidAt(inputs, "applicationId"));
    if (application === undefined) return;
    const properties = withList(application, [...others(application, inputs), ...added]);
    cloud.put({ ...application, properties });
  };
  return {
    refuse: (draft, cloud) => {
      const application = applicationAt(draft, cloud);
      const rest = others(application, draft.inputs);
      if (draft.before === undefined && rest.length < listed(application).length)
        throw conflict(
          `A resource with the ID "${draft.id}" already exists - to be managed via Pulumi this resource needs to be imported`,
          "ImportAsExists",
        );
      refuseRegistration(withList(application, [...rest, item(draft.inputs)]), cloud.tenantId);
    },
    afterWrite: ({ properties }, cloud) => change(properties, cloud, [item(properties)]),
    afterDelete: ({ properties }, cloud) => change(properties, cloud, []),
  };
}

const scopesOf = (application: CloudResource) => listAt(application.properties, "api.oauth2PermissionScopes");

export const PRE_AUTHORIZED = "azuread:index/applicationPreAuthorized:ApplicationPreAuthorized";
const GRANT =
  "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant";
/** One grant lists all permissions of one client at one resource, for everybody or for one person. */
const GRANTED = ["servicePrincipalObjectId", "resourceServicePrincipalObjectId", "userObjectId"];

export const APPLICATION_PARTS: readonly Kind[] = [
  {
    token: "azuread:index/applicationAppRole:ApplicationAppRole",
    id: "{applicationId}/appRoles/{roleId}",
    ...partOf({
      listed: ({ properties }) => listAt(properties, "appRoles"),
      item: ({ roleId = "", applicationId: _application, ...role }) => ({
        enabled: true,
        ...role,
        id: roleId,
      }),
      isOwn: (role, { roleId }) => textAt(role, "id") === roleId,
      withList: ({ properties }, appRoles) => ({ ...properties, appRoles, appRoleIds: idsOf(appRoles) }),
    }),
  },
  {
    token: "azuread:index/applicationPermissionScope:ApplicationPermissionScope",
    id: "{applicationId}/permissionScopes/{scopeId}",
    ...partOf({
      listed: scopesOf,
      item: ({ scopeId = "", applicationId: _application, ...scope }) => ({
        enabled: true,
        ...scope,
        id: scopeId,
      }),
      isOwn: (scope, { scopeId }) => textAt(scope, "id") === scopeId,
      withList: ({ properties }, oauth2PermissionScopes) => ({
        ...properties,
        api: { ...groupAt(properties, "api"), oauth2PermissionScopes },
        oauth2PermissionScopeIds: idsOf(oauth2PermissionScopes),
      }),
    }),
  },
  {
    token: "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri",
    id: "{applicationId}/identifierUris/{uri}",
    newId: (inputs) =>
      `${saidAt(inputs, "applicationId")}/identifierUris/${Buffer.from(uriIn(inputs)).toString("base64")}`,
    replacedBy: ["applicationId", "identifierUri"],
    ...partOf({
      listed: ({ properties }) => textsAt(properties, "identifierUris"),
      item: uriIn,
      isOwn: (uri, inputs) => uri === uriIn(inputs),
      withList: ({ properties }, identifierUris) => ({ ...properties, identifierUris }),
    }),
  },
  {
    token: PRE_AUTHORIZED,
    id: "{objectId}/preAuthorizedApplication/{authorizedClientId}",
    newId: (inputs) =>
      `${objectIdIn(inputs)}/preAuthorizedApplication/${saidAt(inputs, "authorizedClientId")}`,
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
    token: GRANT,
    id: "/oauth2PermissionGrants/{grantId}",
    newId: (_inputs, cloud) => "/oauth2PermissionGrants/" + cloud.hex(43),
    replacedBy: GRANTED,
    refuse: (draft, cloud) => {
      refuseGrant(draft, cloud);
      const { inputs, before } = draft;
      const same = (one: CloudResource) =>
        GRANTED.every((name) => textAt(one.properties, name) === textAt(inputs, name));
      if (before === undefined && cloud.all(GRANT).some(same))
        throw conflict("Permission entry already exists.", "Request_MultipleObjectsWithSameKeyValue");
    },
  },
];

function uriIn(inputs: Properties): string {
  return saidAt(inputs, "identifierUri");
}

function refuseGrant({ inputs }: Draft, cloud: Cloud): void {
  const service = (name: string): CloudResource => {
    const objectId = saidAt(inputs, name);
    const found = cloud.find(`/servicePrincipals/${objectId}`);
    if (found === undefined)
      throw notFound(
        `Resource '${objectId}' does not exist or one of its queried reference-property objects are not present.`,
      );
    return found;
  };
  service("servicePrincipalObjectId");
  const resource = service("resourceServicePrincipalObjectId");
  const offered = listAt(cloud.answer(resource), "oauth2PermissionScopes").filter(isGroup);
  const values = offered.map((one) => textAt(one, "value"));
  for (const value of textsAt(inputs, "claimValues"))
    if (!values.includes(value))
      throw badRequest(
        `Invalid scope(s) '${value}' for the resource '${saidAt(resource.properties, "displayName")}'.`,
        "Request_BadRequest",
      );
}
