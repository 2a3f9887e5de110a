/** App registrations, and their service principals in the directory. */
import { isSameId, lastSegment } from "../controlPlane/ids.ts";
import { isGroup, listAt, saidAt, textAt, textsAt } from "../controlPlane/json.ts";
import type { Json, Properties } from "../controlPlane/json.ts";
import type { Cloud, CloudResource, Draft } from "../controlPlane/model.ts";
import { Refusal } from "../controlPlane/refusal.ts";
import { SERVICE_PRINCIPAL } from "./principals.ts";

export const APPLICATION = "azuread:index/application:Application";
export const ASSIGNMENT = "azuread:index/appRoleAssignment:AppRoleAssignment";
export const CREDENTIAL =
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";

export const applicationOf = (clientId: string, cloud: Cloud): CloudResource | undefined =>
  cloud.all(APPLICATION).find((one) => one.properties["clientId"] === clientId);

export const serviceOf = (clientId: string, cloud: Cloud): CloudResource | undefined =>
  cloud.all(SERVICE_PRINCIPAL).find((one) => one.properties["clientId"] === clientId);

/** The registration that is named by its client id, or by one of its URIs. */
export const applicationNamed = (idOrUri: string, cloud: Cloud): CloudResource | undefined =>
  cloud
    .all(APPLICATION)
    .find(
      ({ properties }) =>
        textAt(properties, "clientId") === idOrUri || textsAt(properties, "identifierUris").includes(idOrUri),
    );

/**
 * The registration that a request is about.
 * @throws Refusal when it does not exist
 */
export function applicationAt({ inputs }: Draft, cloud: Cloud): CloudResource {
  const id = saidAt(inputs, "applicationId");
  const found = cloud.find(id);
  if (found?.token !== APPLICATION)
    throw new Refusal(
      404,
      "Request_ResourceNotFound",
      `Resource '${lastSegment(id)}' does not exist or one of its queried reference-property objects are not present.`,
    );
  return found;
}

/** The object id of the registration that a request is about, by which the ids of some of its parts begin. */
export const objectIdIn = (inputs: Properties): string => lastSegment(saidAt(inputs, "applicationId"));

/** The resources of a type that belong to a registration; the ids of some do not begin with the registration's. */
export const partsOf = (application: CloudResource, token: string, cloud: Cloud): readonly CloudResource[] =>
  cloud.all(token).filter(({ properties }) => isSameId(saidAt(properties, "applicationId"), application.id));

/** Ids of permissions, by the permissions' values. */
export const idsOf = (permissions: readonly Json[]): Properties =>
  Object.fromEntries(
    permissions
      .filter((one) => isGroup(one) && textAt(one, "value") !== undefined)
      .map((one) => [saidAt(one, "value"), saidAt(one, "id")]),
  );

/** Values of the app roles that a principal was assigned at a service. */
export function appRolesOf(cloud: Cloud, principalId: string, serviceClientId: string): readonly string[] {
  const service = serviceOf(serviceClientId, cloud);
  if (service === undefined) return [];
  const offered = listAt(cloud.answer(service), "appRoles").filter(isGroup);
  return cloud
    .all(ASSIGNMENT)
    .filter(
      ({ properties }) =>
        textAt(properties, "principalObjectId") === principalId &&
        textAt(properties, "resourceObjectId") === service.name,
    )
    .flatMap(({ properties }) => {
      const role = offered.find((one) => textAt(one, "id") === textAt(properties, "appRoleId"));
      return textAt(role, "value") ?? [];
    });
}
