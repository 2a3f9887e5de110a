/** The app registration: the permissions that it asks for, whom it serves, and where sign-ins return to. */
import { PATHS } from "../../../app/domain/addresses.ts";
import { graphPermissions } from "../../../app/domain/graphPermissions.ts";
import { named, registrationName } from "../../../app/domain/resourceNames.ts";
import { guidOf } from "../../components/guid.ts";
import type { DeployedStack } from "../../deployedStack.ts";
import { featuresOf, hasEvents } from "../../stack/choices.ts";
import { APPLICATION, asked, IDENTITY, isProduction, siteKey, type Asked } from "./asked.ts";
import { addressAt, outputOf, like, type Claim } from "./expected.ts";

const PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal ";
const GRANT = "azuread:index/appRoleAssignment:AppRoleAssignment ";
const EVENT_ROLE = "AzureEventGridSecureWebhookSubscriber";
const OF_PROGRAMS = [EVENT_ROLE, "Connector.ReportReader", "Connector.Operator"];
const SCOPE = "access";
/** Client ids of Microsoft's own applications, which are the same in every directory. */
const GRAPH = "00000003-0000-0000-c000-000000000000";
const AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const EVENT_GRID = "4962773b-9cdb-44cf-a8bf-237846a00ab7";

export const registration = (said: DeployedStack): readonly Asked[] => [
  ...(said.microsoft.registration === undefined ? made(said) : addedTo(said.microsoft.registration, said)),
  asked(
    "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential identity",
    {
      applicationId:
        said.microsoft.registration === undefined
          ? outputOf(APPLICATION, "objectId", /^\/applications\/[0-9a-f-]{36}$/)
          : "/applications/" + said.microsoft.registration.objectId,
      displayName: named("id", said),
      description: like(/\S/),
      issuer: "https://login.microsoftonline.com/" + said.microsoft.tenantId + "/v2.0",
      subject: outputOf(IDENTITY, "principalId"),
      audiences: ["api://AzureADTokenExchange"],
    },
  ),
  ...api(said),
  ...(hasEvents(said) ? eventRole(said) : []),
  ...(said.microsoft.consent === "granted" ? consent(said) : []),
];

/** The address by which people reach the connector: the hospital's own host name, or the site's. */
export const publicUrl = (said: DeployedStack, path = ""): string | Claim =>
  said.publicHost === undefined
    ? addressAt(siteKey(said), new RegExp("^https://[a-z0-9-]+\\.azurewebsites\\.net" + path + "$"))
    : "https://" + said.publicHost + path;

function made(said: DeployedStack): readonly Asked[] {
  const kept = { protect: isProduction(said) };
  return [
    asked(
      APPLICATION,
      {
        displayName: registrationName(said),
        preventDuplicateNames: true,
        signInAudience: "AzureADMyOrg",
        groupMembershipClaims: ["DirectoryRole"],
        optionalClaims: { idTokens: [{ name: "acct" }], accessTokens: [{ name: "acct" }, { name: "idtyp" }] },
        fallbackPublicClientEnabled: false,
        api: {
          requestedAccessTokenVersion: 2,
          oauth2PermissionScopes: [{ ...scope(said), enabled: true }],
        },
        appRoles: roles(said).map((role) => ({ ...role, enabled: true })),
        web: {
          redirectUris: [publicUrl(said, PATHS.signInCallback)],
          implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false },
        },
        requiredResourceAccesses: [
          {
            resourceAppId: GRAPH,
            resourceAccesses: graphPermissions(featuresOf(said)).map(({ id, kind }) => ({ id, type: kind })),
          },
        ],
      },
      kept,
    ),
    asked(
      PRINCIPAL + "connector",
      { clientId: outputOf(APPLICATION, "clientId", /^[0-9a-f-]{36}$/), appRoleAssignmentRequired: false },
      kept,
    ),
  ];
}

const addedTo = (
  { objectId }: NonNullable<DeployedStack["microsoft"]["registration"]>,
  said: DeployedStack,
): readonly Asked[] =>
  roles(said).map(({ id, ...role }) =>
    asked("azuread:index/applicationAppRole:ApplicationAppRole " + role.value, {
      applicationId: "/applications/" + objectId,
      roleId: id,
      ...role,
    }),
  );

const scope = (said: DeployedStack) => ({
  id: roleId(said, SCOPE),
  value: SCOPE,
  type: "Admin",
  adminConsentDisplayName: like(/\S/),
  adminConsentDescription: like(/\S/),
});

/**
 * Programs ask for tokens by the registration's URI. Of Microsoft's own programs, only the Azure CLI may, for whoever is
 * signed in to it.
 */
function api(said: DeployedStack): readonly Asked[] {
  const { registration: own } = said.microsoft;
  const applicationId =
    own === undefined
      ? outputOf(APPLICATION, "objectId", /^\/applications\/[0-9a-f-]{36}$/)
      : "/applications/" + own.objectId;
  const { id: scopeId, ...rest } = scope(said);
  return [
    ...(own === undefined
      ? []
      : [
          asked("azuread:index/applicationPermissionScope:ApplicationPermissionScope " + SCOPE, {
            applicationId,
            scopeId,
            ...rest,
          }),
        ]),
    asked("azuread:index/applicationIdentifierUri:ApplicationIdentifierUri api", {
      applicationId,
      identifierUri:
        own === undefined
          ? outputOf(APPLICATION, "clientId", /^api:\/\/[0-9a-f-]{36}$/)
          : "api://" + own.clientId,
    }),
    asked("azuread:index/applicationPreAuthorized:ApplicationPreAuthorized azure-cli", {
      applicationId,
      authorizedClientId: AZURE_CLI,
      permissionIds: [scopeId],
    }),
    ...said.deployers.map(({ objectId }) =>
      asked(GRANT + "operator-" + objectId, {
        appRoleId: roleId(said, "Connector.Operator"),
        principalObjectId: objectId,
        resourceObjectId: ownPrincipal(said),
      }),
    ),
  ];
}

/** The app roles; a service may hold only those that are meant for programs. */
const roles = (said: DeployedStack) =>
  [
    "Connector.Admin",
    "Connector.ReportReader",
    "Connector.DepartmentManager",
    "Connector.Operator",
    ...(hasEvents(said) ? [EVENT_ROLE] : []),
  ].map((value) => ({
    id: roleId(said, value),
    value,
    displayName: like(/\S/),
    description: like(/\S/),
    allowedMemberTypes: OF_PROGRAMS.includes(value) ? ["User", "Application"] : ["User"],
  }));

const roleId = ({ microsoft, tenant, environment }: DeployedStack, value: string): string =>
  guidOf([microsoft.tenantId, tenant, environment, value].join("/"));

const ownPrincipal = ({ microsoft }: DeployedStack): string | Claim =>
  microsoft.registration?.servicePrincipalId ?? outputOf(PRINCIPAL + "connector", "objectId");

/** Only Event Grid and whoever deploys may subscribe the connector to events. */
function eventRole(said: DeployedStack): readonly Asked[] {
  const holders: readonly (readonly [string, string | Claim])[] = [
    ["event-grid", outputOf(PRINCIPAL + "event-grid", "objectId")],
    ...said.deployers.map(({ objectId }) => ["deployer-" + objectId, objectId] as const),
  ];
  return [
    asked(PRINCIPAL + "event-grid", { clientId: EVENT_GRID, useExisting: true }),
    ...holders.map(([name, principalObjectId]) =>
      asked(GRANT + name, {
        appRoleId: roleId(said, EVENT_ROLE),
        principalObjectId,
        resourceObjectId: ownPrincipal(said),
      }),
    ),
  ];
}

function consent(said: DeployedStack): readonly Asked[] {
  const permissions = graphPermissions(featuresOf(said));
  return [
    asked(PRINCIPAL + "graph", { clientId: GRAPH, useExisting: true }),
    ...permissions
      .filter(({ kind }) => kind === "Role")
      .map(({ value, id }) =>
        asked(GRANT + value, {
          appRoleId: id,
          principalObjectId: ownPrincipal(said),
          resourceObjectId: outputOf(PRINCIPAL + "graph", "objectId"),
        }),
      ),
    asked(
      "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant graph",
      {
        servicePrincipalObjectId: ownPrincipal(said),
        resourceServicePrincipalObjectId: outputOf(PRINCIPAL + "graph", "objectId"),
        claimValues: permissions.filter(({ kind }) => kind === "Scope").map(({ value }) => value),
      },
    ),
  ];
}
