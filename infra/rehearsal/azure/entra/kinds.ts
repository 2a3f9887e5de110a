/** Directory objects as Graph creates, answers and refuses them. */
import { isSameId } from "../controlPlane/ids.ts";
import { listAt, type Properties, saidAt, textAt, textsAt } from "../controlPlane/json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "../controlPlane/model.ts";
import { badRequest, notFound } from "../controlPlane/refusal.ts";
import { refuseRegistration } from "./application.ts";
import {
  APPLICATION,
  applicationAt,
  applicationOf,
  ASSIGNMENT,
  CREDENTIAL,
  idsOf,
  objectIdIn,
  partsOf,
  serviceOf,
} from "./applications.ts";
import { APPLICATION_PARTS, PRE_AUTHORIZED } from "./applicationParts.ts";
import { principal, SERVICE_PRINCIPAL } from "./principals.ts";

const MOST_CREDENTIALS = 20;
/** The role id of an assignment without a role. */
const NO_ROLE = "00000000-0000-0000-0000-000000000000";

export const ENTRA_KINDS: readonly Kind[] = [
  {
    token: APPLICATION,
    id: "/applications/{objectId}",
    newId: (_inputs, cloud) => "/applications/" + cloud.uuid(),
    silent: ({ before }) => ({
      // These are set by resources of their own.
      identifierUris: listAt(before?.properties, "identifierUris"),
      deviceOnlyAuthEnabled: false,
      disabledByMicrosoft: "",
      fallbackPublicClientEnabled: false,
      featureTags: [],
      logoUrl: "",
      oauth2PostResponseRequired: false,
      preventDuplicateNames: false,
      signInAudience: "AzureADMyOrg",
      tags: [],
      templateId: "",
    }),
    decided: ({ inputs, name, before }, cloud) => ({
      objectId: name,
      clientId: textAt(before?.properties, "clientId") ?? cloud.uuid(),
      publisherDomain: "lamnahealthcare.onmicrosoft.com",
      appRoleIds: idsOf(listAt(inputs, "appRoles")),
      oauth2PermissionScopeIds: idsOf(listAt(inputs, "api.oauth2PermissionScopes")),
    }),
    refuse: refuseApplication,
    afterDelete: (application, cloud) => {
      for (const token of [CREDENTIAL, PRE_AUTHORIZED])
        for (const { id } of partsOf(application, token, cloud)) cloud.drop(id);
      const own = serviceOf(saidAt(application.properties, "clientId"), cloud);
      if (own !== undefined) void cloud.remove(own.id);
    },
  },
  {
    token: SERVICE_PRINCIPAL,
    id: "/servicePrincipals/{objectId}",
    newId: (inputs, cloud) =>
      serviceOf(saidAt(inputs, "clientId"), cloud)?.id ?? "/servicePrincipals/" + cloud.uuid(),
    adopts: (inputs) => inputs["useExisting"] === true,
    replacedBy: ["clientId"],
    silent: ({ before }) => ({
      accountEnabled: true,
      appRoleAssignmentRequired: false,
      ...before?.properties,
    }),
    decided: ({ name, inputs, before }, cloud) => {
      const application = applicationOf(saidAt(inputs, "clientId"), cloud);
      return {
        objectId: name,
        applicationTenantId: textAt(before?.properties, "applicationTenantId") ?? cloud.tenantId,
        displayName:
          textAt(application?.properties, "displayName") ?? textAt(before?.properties, "displayName") ?? "",
        type: textAt(before?.properties, "type") ?? "Application",
        featureTags: [],
        features: [],
        homepageUrl: "",
        logoutUrl: "",
        redirectUris: textsAt(application?.properties, "web.redirectUris"),
        samlMetadataUrl: "",
        servicePrincipalNames: [
          saidAt(inputs, "clientId"),
          ...textsAt(application?.properties, "identifierUris"),
        ],
        signInAudience: saidAt(application?.properties, "signInAudience"),
        tags: textsAt(inputs, "tags"),
      };
    },
    answered: answeredService,
    refuse: refuseService,
  },
  {
    token: ASSIGNMENT,
    id: "/servicePrincipals/{resourceObjectId}/appRoleAssignedTo/{assignmentId}",
    newId: (inputs, cloud) =>
      `/servicePrincipals/${saidAt(inputs, "resourceObjectId")}/appRoleAssignedTo/${cloud.hex(43)}`,
    replacedBy: ["appRoleId", "principalObjectId", "resourceObjectId"],
    decided: ({ inputs }, cloud) => ({
      principalDisplayName: displayNameOf(saidAt(inputs, "principalObjectId"), cloud),
      principalType: principal(cloud, saidAt(inputs, "principalObjectId"))?.type ?? "",
      resourceDisplayName: displayNameOf(saidAt(inputs, "resourceObjectId"), cloud),
    }),
    refuse: refuseRole,
  },
  {
    token: CREDENTIAL,
    id: "{objectId}/federatedIdentityCredential/{credentialId}",
    newId: (inputs, cloud) => `${objectIdIn(inputs)}/federatedIdentityCredential/${cloud.uuid()}`,
    replacedBy: ["applicationId", "displayName"],
    decided: ({ name }) => ({ credentialId: name }),
    refuse: refuseCredential,
  },
  ...APPLICATION_PARTS,
];

/** A service principal offers what its registration says at the moment. */
function answeredService(service: CloudResource, cloud: Cloud): Properties {
  const application = applicationOf(saidAt(service.properties, "clientId"), cloud);
  const appRoles = listAt(application?.properties ?? service.properties, "appRoles");
  const scopes =
    application === undefined
      ? listAt(service.properties, "oauth2PermissionScopes")
      : listAt(application.properties, "api.oauth2PermissionScopes");
  return {
    appRoles,
    appRoleIds: idsOf(appRoles),
    oauth2PermissionScopes: scopes,
    oauth2PermissionScopeIds: idsOf(scopes),
  };
}

function displayNameOf(objectId: string, cloud: Cloud): string {
  return saidAt(cloud.find("/servicePrincipals/" + objectId)?.properties, "displayName");
}

function refuseApplication(draft: Draft, cloud: Cloud): void {
  refuseRegistration(draft.inputs, cloud.tenantId);
  const named = textAt(draft.inputs, "displayName");
  if (draft.before !== undefined) return;
  const twin = cloud.all(APPLICATION).find((one) => textAt(one.properties, "displayName") === named);
  if (draft.inputs["preventDuplicateNames"] === true && twin !== undefined)
    throw badRequest(
      `An existing "azuread_application" with name "${named ?? ""}" (ID: "${twin.name}") was found and \`prevent_duplicate_names\` was specified. To be managed via Pulumi, this resource needs to be imported into the State.`,
      "ImportAsExists",
    );
  const uris = new Set(textsAt(draft.inputs, "identifierUris"));
  if (
    cloud
      .all(APPLICATION)
      .flatMap((one) => textsAt(one.properties, "identifierUris"))
      .some((uri) => uris.has(uri))
  )
    throw badRequest(
      "Another object with the same value for property identifierUris already exists.",
      "Request_MultipleObjectsWithSameKeyValue",
    );
}

function refuseService({ inputs, before }: Draft, cloud: Cloud): void {
  const clientId = saidAt(inputs, "clientId");
  if (before === undefined && applicationOf(clientId, cloud) === undefined)
    throw badRequest(
      `When using this permission, the backing application of the service principal being created must in the local tenant: the appId '${clientId}' does not reference a valid application object.`,
      "NoBackingApplicationObject",
    );
}

function refuseRole(draft: Draft, cloud: Cloud): void {
  const named = ["appRoleId", "principalObjectId", "resourceObjectId"];
  const [role = "", who = "", where = ""] = named.map((name) => saidAt(draft.inputs, name));
  const service = cloud.find("/servicePrincipals/" + where);
  if (service === undefined) throw notFound(`Resource '${where}' does not exist.`);
  if (principal(cloud, who) === undefined)
    throw badRequest(
      `Not a valid reference update: the principal '${who}' does not exist.`,
      "Request_BadRequest",
    );
  const offered = listAt(cloud.answer(service), "appRoles").map((one) => textAt(one, "id"));
  if (role !== NO_ROLE && !offered.includes(role))
    throw badRequest(
      `Permission being assigned was not found on application '${saidAt(service.properties, "clientId")}'.`,
      "Request_BadRequest",
    );
  const same = (one: CloudResource) =>
    named.every((name) => saidAt(one.properties, name) === saidAt(draft.inputs, name));
  if (cloud.all(ASSIGNMENT).some((one) => !isSameId(one.id, draft.id) && same(one)))
    throw badRequest("Permission being assigned already exists on the object.", "InvalidUpdate");
}

/** Issuer, subject and audience are accepted unchecked: a wrong one shows only when somebody signs in. */
function refuseCredential(draft: Draft, cloud: Cloud): void {
  const application = applicationAt(draft, cloud);
  const others = partsOf(application, CREDENTIAL, cloud).filter((one) => !isSameId(one.id, draft.id));
  if (others.length >= MOST_CREDENTIALS)
    throw badRequest(
      "The maximum number of federated identity credentials (20) on the application has been reached.",
      "Request_BadRequest",
    );
  const same = (one: CloudResource, ...paths: string[]) =>
    paths.every((path) => textAt(one.properties, path) === textAt(draft.inputs, path));
  if (others.some((one) => same(one, "displayName")))
    throw badRequest(
      `FederatedIdentityCredential with name ${saidAt(draft.inputs, "displayName")} already exists.`,
      "Request_MultipleObjectsWithSameKeyValue",
    );
  if (others.some((one) => same(one, "issuer", "subject")))
    throw badRequest(
      "FederatedIdentityCredential with issuer and subject already exists on the application.",
      "Request_BadRequest",
    );
}
