/** What has to be there before something else begins. */
import { kindOf, type Recorded } from "../components/recorded.ts";
import { ofKinds, type SecurityTest } from "./securityTest.ts";

const ROLE = "authorization:RoleAssignment";
const ENDPOINTS = ["network:PrivateEndpoint", "network:PrivateDnsZoneGroup"];
const CONNECTED = [
  ROLE,
  "cosmosdb:SqlResourceSqlContainer",
  "cosmosdb:SqlResourceSqlRoleAssignment",
  "keyvault:Key",
  "storage:BlobContainer",
  "storage:BlobServiceProperties",
  "storage:Queue",
  "web:WebAppSlotConfigurationNames",
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
  ...ENDPOINTS,
];

export const orderTests: readonly SecurityTest[] = [
  after(
    "the connector starts once its rights, keys, containers and private ways are there",
    ["web:WebAppApplicationSettings", "web:WebAppApplicationSettingsSlot"],
    CONNECTED,
  ),
  after(
    "a package is sent once its container keeps what is deleted, and takes nobody else",
    ["ehr:index:Package"],
    [ROLE, "storage:BlobContainer", "storage:BlobServiceProperties"],
  ),
  after(
    "a package goes into a container that keeps what is deleted",
    ["storage:BlobContainer"],
    ["storage:BlobServiceProperties"],
  ),
  after(
    "events come once the release answers, the firewall stands and only Event Grid may bring them",
    ["eventgrid:SystemTopicEventSubscription"],
    [
      "ehr:index:Ready",
      "cdn:Route",
      "cdn:SecurityPolicy",
      "azuread:index/appRoleAssignment:AppRoleAssignment",
    ],
  ),
];

/** Rights at the number are waited for by what buys it, rights in the vault by the connector alone. */
const isWaitedFor = (later: Recorded, first: Recorded): boolean =>
  kindOf(first) !== ROLE ||
  (kindOf(later) === "ehr:index:Package" ? /^(packages|work)/ : /^(packages|work|use-|secrets)/).test(
    first.name,
  );

function after(name: string, kinds: readonly string[], before: readonly string[]): SecurityTest {
  return {
    name,
    kinds: [...kinds, ...before],
    faults: (deployment) =>
      ofKinds(deployment, ...kinds).flatMap((later) =>
        ofKinds(deployment, ...before)
          .filter((first) => isWaitedFor(later, first) && !later.dependencies.includes(first.urn))
          .map((first) => later.name + " does not wait for " + first.name),
      ),
  };
}
