/** Parts of a registration as resources of their own, beside what others set up in it; and consent to delegated permissions. */
import {
  isGroup,
  isSame,
  type Json,
  listAt,
  type Properties,
  textAt,
  textsAt,
  withAt,
} from "../cloud/json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "../cloud/model.ts";
import { badRequest, conflict, notFound } from "../cloud/refusal.ts";
import { applicationFaults } from "./application.ts";
import { applicationAt, idsOf } from "./applications.ts";

/** Where a part stands in its registration, and which entry of the list there it is. */
interface Place {
  readonly path: string;
  readonly entry: (inputs: Properties) => Json;
  readonly isOwn: (entry: Json, inputs: Properties) => boolean;
}

const ROLE: Place = {
  path: "appRoles",
  entry: ({ roleId = "", applicationId: _application, ...role }) => ({ enabled: true, ...role, id: roleId }),
  isOwn: (entry, inputs) => textAt(entry, "id") === inputs["roleId"],
};

const ACCESS: Place = {
  path: "requiredResourceAccesses",
  entry: (inputs) => ({
    resourceAppId: textAt(inputs, "apiClientId") ?? "",
    resourceAccesses: [
      ...textsAt(inputs, "roleIds").map((id) => ({ id, type: "Role" })),
      ...textsAt(inputs, "scopeIds").map((id) => ({ id, type: "Scope" })),
    ],
  }),
  isOwn: (entry, inputs) => textAt(entry, "resourceAppId") === inputs["apiClientId"],
};

const REDIRECTS: Readonly<Record<string, string>> = {
  Web: "web.redirectUris",
  SPA: "singlePageApplication.redirectUris",
  PublicClient: "publicClient.redirectUris",
};

export const APPLICATION_PARTS: readonly Kind[] = [
  listed("azuread:index/applicationAppRole:ApplicationAppRole", "{applicationId}/appRoles/{roleId}", ROLE),
  listed(
    "azuread:index/applicationApiAccess:ApplicationApiAccess",
    "{applicationId}/apiAccess/{apiClientId}",
    ACCESS,
  ),
  {
    token: "azuread:index/applicationRedirectUris:ApplicationRedirectUris",
    id: "{applicationId}/redirectUris/{type}",
    refuse: (draft, cloud) => {
      const { properties } = applicationAt(draft, cloud);
      if (draft.before === undefined && textsAt(properties, redirectsOf(draft)).length > 0)
        throw importFirst(draft.id);
      refuseMade(withAt(properties, redirectsOf(draft), textsAt(draft.inputs, "redirectUris")), cloud);
    },
    afterWrite: (part, cloud) =>
      set(part, redirectsOf({ inputs: part.properties }), textsAt(part.properties, "redirectUris"), cloud),
    afterDelete: (part, cloud) => set(part, redirectsOf({ inputs: part.properties }), [], cloud),
  },
  {
    token: "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
    id: "/oauth2PermissionGrants/{grantId}",
    newId: (_inputs, cloud) => "/oauth2PermissionGrants/" + cloud.hex(43),
    replacedBy: ["servicePrincipalObjectId", "resourceServicePrincipalObjectId", "userObjectId"],
    refuse: refuseGrant,
  },
];

function redirectsOf({ inputs }: Pick<Draft, "inputs">): string {
  const type = textAt(inputs, "type") ?? "";
  const path = REDIRECTS[type];
  if (path === undefined)
    throw badRequest(`expected type to be one of ["PublicClient" "SPA" "Web"], got ${type}`);
  return path;
}

/** A part that is one entry of a list; the other entries stay. */
function listed(token: string, id: string, place: Place): Kind {
  const others = (application: CloudResource, inputs: Properties) =>
    listAt(application.properties, place.path).filter((entry) => !place.isOwn(entry, inputs));
  return {
    token,
    id,
    refuse: (draft, cloud) => {
      const application = applicationAt(draft, cloud);
      const rest = others(application, draft.inputs);
      if (draft.before === undefined && rest.length < listAt(application.properties, place.path).length)
        throw importFirst(draft.id);
      refuseMade(withAt(application.properties, place.path, [...rest, place.entry(draft.inputs)]), cloud);
    },
    afterWrite: (part, cloud) => {
      const application = applicationOfPart(part, cloud);
      if (application !== undefined)
        set(part, place.path, [...others(application, part.properties), place.entry(part.properties)], cloud);
    },
    afterDelete: (part, cloud) => {
      const application = applicationOfPart(part, cloud);
      if (application !== undefined) set(part, place.path, others(application, part.properties), cloud);
    },
  };
}

const importFirst = (id: string) =>
  conflict(
    `A resource with the ID "${id}" already exists - to be managed via Pulumi this resource needs to be imported`,
    "ImportAsExists",
  );

const applicationOfPart = (part: CloudResource, cloud: Cloud): CloudResource | undefined =>
  cloud.find(textAt(part.properties, "applicationId") ?? "");

function set(part: CloudResource, path: string, value: Json, cloud: Cloud): void {
  const application = applicationOfPart(part, cloud);
  if (application === undefined || isSame(application.properties[path], value)) return;
  const properties = withAt(application.properties, path, value);
  cloud.put({
    ...application,
    properties: { ...properties, appRoleIds: idsOf(listAt(properties, "appRoles")) },
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
