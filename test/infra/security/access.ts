/** Who may do what in Azure and in the connector: the whole list, so that a role more is noticed as well as one less. */
import { kindOf, type Recorded } from "../components/recorded.ts";
import { EVENT_ROLE } from "../../../infra/components/appRoles.ts";
import { vaultNames } from "../../../app/domain/vaultNames.ts";
import { hasEvents } from "../../../infra/stack/choices.ts";
import {
  at,
  exactly,
  feeders,
  idOf,
  isOwn,
  listAt,
  must,
  ofKinds,
  words,
  type Deployment,
  type SecurityTest,
} from "./securityTest.ts";

const ROLE = "authorization:RoleAssignment";
const APP_ROLE = "azuread:index/appRoleAssignment:AppRoleAssignment";
const PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal";
const APPLICATION = "azuread:index/application:Application";
const IDENTITY = "managedidentity:UserAssignedIdentity";

/** learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const ROLES: Readonly<Record<string, string>> = {
  "12338af0-0e69-4776-bea7-57ae8d297424": "Key Vault Crypto User",
  "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
  "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": "Storage Blob Data Reader",
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
  "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor",
  "09976791-48a7-449e-bb21-39d1a415f350": "Communication and Email Service Owner",
};

export const accessTests: readonly SecurityTest[] = [
  must("production's identity, which every right is given to, stays", [IDENTITY], (_, { stack }) => ({
    "options.protect": stack.environment === "production",
  })),
  exactly(
    "nobody holds a role in Azure that nothing it does needs",
    [ROLE],
    (deployment) =>
      ofKinds(deployment, ROLE).map((given) =>
        words(
          holderOf(given, deployment),
          "is",
          ROLES[String(at(given, "roleDefinitionId")).slice(-36)] ?? "something else",
          "of",
          placeOf(given, deployment),
        ),
      ),
    ({ stack }) => [
      ...["connector-wrapping", ...vaultNames(stack.connections).keys.map(({ name }) => name)].map(
        (key) => "the connector is Key Vault Crypto User of keyvault:Key " + key,
      ),
      ...(vaultNames(stack.connections).secrets.length > 0
        ? ["the connector is Key Vault Secrets User of keyvault:Vault"]
        : []),
      "the connector is Storage Blob Data Reader of storage:BlobContainer packages",
      "the connector is Storage Queue Data Contributor of storage:Queue work",
      "the connector is Storage Queue Data Contributor of storage:Queue work-poison",
      "the connector is Communication and Email Service Owner of communication:CommunicationService",
      ...stack.deployers.flatMap(({ objectId }) => [
        objectId + " is Storage Blob Data Contributor of storage:BlobContainer packages",
        ...(stack.number === undefined
          ? []
          : [objectId + " is Communication and Email Service Owner of communication:CommunicationService"]),
      ]),
    ],
  ),
  must(
    "the connector's right to its data is the whole of what it does there",
    ["cosmosdb:SqlResourceSqlRoleDefinition"],
    () => ({
      type: "CustomRole",
      "permissions.length": 1,
      "permissions.0.dataActions": [
        "readMetadata",
        "sqlDatabases/containers/items/create",
        "sqlDatabases/containers/items/read",
        "sqlDatabases/containers/items/replace",
        "sqlDatabases/containers/items/delete",
        "sqlDatabases/containers/executeQuery",
        "sqlDatabases/containers/readChangeFeed",
      ].map((action) => "Microsoft.DocumentDB/databaseAccounts/" + action),
      "assignableScopes.length": 1,
      "assignableScopes.0":
        /^\/subscriptions\/0c1f7a52-0000-4000-8000-00000000d001\/resourceGroups\/rg\/providers\/cosmosdb\/DatabaseAccount\/[^/]+\/dbs\/connector$/,
    }),
  ),
  exactly(
    "only the connector's identity reads its data",
    ["cosmosdb:SqlResourceSqlRoleAssignment"],
    (deployment) =>
      ofKinds(deployment, "cosmosdb:SqlResourceSqlRoleAssignment").map((given) =>
        holderOf(given, deployment),
      ),
    () => ["the connector"],
  ),
  must(
    "the connector's data is the one database, and its right there the deployment's own",
    ["cosmosdb:SqlResourceSqlRoleAssignment"],
    () => ({
      scope: (scope) =>
        isOwn(scope) && /\/cosmosdb\/DatabaseAccount\/[^/]+\/dbs\/connector$/.test(String(scope)),
      roleDefinitionId: idOf("cosmosdb:SqlResourceSqlRoleDefinition"),
    }),
  ),
  exactly(
    "only Event Grid and who deploys may subscribe the connector to events",
    [APP_ROLE, PRINCIPAL, APPLICATION],
    (deployment) => {
      const registration = ofKinds(deployment, APPLICATION)[0];
      return ofKinds(deployment, APP_ROLE).map((given) => {
        const fed = feeders(given, "principalObjectId", PRINCIPAL, deployment);
        const who = fed.length > 0 ? at(fed[0] ?? given, "clientId") : at(given, "principalObjectId");
        const to = feeders(given, "resourceObjectId", PRINCIPAL, deployment).map(({ name }) => name);
        const roles = registration === undefined ? [] : listAt(registration, "appRoles");
        const role = roles.find(({ id }) => id === at(given, "appRoleId"))?.["value"];
        return words(who ?? "nobody", "is", role ?? "nothing", "of", to);
      });
    },
    ({ stack }) =>
      hasEvents(stack)
        ? ["4962773b-9cdb-44cf-a8bf-237846a00ab7", ...stack.deployers.map(({ objectId }) => objectId)].map(
            (who) => who + " is " + EVENT_ROLE + ' of ["connector"]',
          )
        : [],
  ),
];

function holderOf(given: Recorded, deployment: Deployment): string {
  const identity = feeders(given, "principalId", IDENTITY, deployment);
  const isConnector =
    identity.length > 0 && at(given, "principalId") === "7d0c5a1e-0000-4000-8000-00000000a0f1";
  return isConnector ? "the connector" : String(at(given, "principalId"));
}

function placeOf(given: Recorded, { resources }: Deployment): string {
  const [place, ...others] = resources.filter(({ urn }) =>
    given.propertyDependencies["scope"]?.includes(urn),
  );
  if (place === undefined || others.length > 0) return "something else";
  const kind = kindOf(place);
  if (!String(at(given, "scope")).includes("/providers/" + kind.replace(":", "/") + "/"))
    return "something else";
  return kind.startsWith("storage:") || kind === "keyvault:Key"
    ? words(kind, String(at(given, "scope")).split("/").at(-1))
    : kind;
}
