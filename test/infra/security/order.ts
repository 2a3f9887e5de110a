/** Security tests about the order: what has to exist before something else begins. */
import { kindOf, type Recorded } from "../components/recorded.ts";
import { ofKinds, type SecurityTest } from "./securityTest.ts";

const ROLE = "authorization:RoleAssignment";
const ENDPOINTS = ["network:PrivateEndpoint", "network:PrivateDnsZoneGroup"];
const NAMES = "privatedns:VirtualNetworkLink";
const CONNECTED = [
  NAMES,
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
    [ROLE, NAMES, "storage:BlobContainer", "storage:BlobServiceProperties"],
  ),
  after(
    "a private endpoint is made once no subnet is being made",
    ["network:PrivateEndpoint"],
    ["network:Subnet"],
  ),
  after("a site joins a network that is not being changed", ["web:WebApp"], ["network:Subnet"]),
  after(
    "a store admits a subnet once no subnet is being made",
    ["cosmosdb:DatabaseAccount"],
    ["network:Subnet"],
  ),
  after(
    "a site joins its subnet once the stores that admit it are there",
    ["web:WebApp"],
    ["cosmosdb:DatabaseAccount", "keyvault:Vault", "storage:StorageAccount"],
  ),
  {
    name: "storage admits subnets while no private endpoint joins the network",
    kinds: ["network:PrivateEndpoint", "storage:StorageAccount"],
    faults: (deployment) =>
      ofKinds(deployment, "storage:StorageAccount").flatMap((account) =>
        ofKinds(deployment, "network:PrivateEndpoint")
          .filter((endpoint) => !comesAfter(endpoint, account) && !comesAfter(account, endpoint))
          .map((endpoint) => `${endpoint.name} and ${account.name} do not wait for each other`),
      ),
  },
  after("names are linked to a network once no subnet is being made", [NAMES], ["network:Subnet"]),
  {
    name: "names are linked to a network one after the other",
    kinds: [NAMES],
    faults: (deployment) =>
      ofKinds(deployment, NAMES).flatMap((link, index, all) => {
        const before = all[index - 1];
        return before === undefined || link.dependencies.includes(before.urn)
          ? []
          : [link.name + " does not wait for " + before.name];
      }),
  },
  after("a site is changed one thing at a time: scm", ["web:WebAppScmAllowed"], ["web:WebAppFtpAllowed"]),
  after("a site is changed one thing at a time: slot", ["web:WebAppSlot"], ["web:WebAppScmAllowed"]),
  after("a slot is changed one thing at a time", ["web:WebAppScmAllowedSlot"], ["web:WebAppFtpAllowedSlot"]),
  after(
    "a site is changed one thing at a time: what stays with the slot",
    ["web:WebAppSlotConfigurationNames"],
    ["web:WebAppScmAllowed", "web:WebAppSlot", "web:WebAppScmAllowedSlot"],
  ),
  after(
    "a package goes into a container that keeps what is deleted",
    ["storage:BlobContainer"],
    ["storage:BlobServiceProperties"],
  ),
  {
    name: "the edge is asked once it leads, through its firewall, to a site that answers",
    kinds: ["ehr:index:Ready", "cdn:Route", "cdn:SecurityPolicy"],
    faults: (deployment) =>
      ofKinds(deployment, "ehr:index:Ready")
        .filter(({ name }) => name.endsWith("-edge"))
        .flatMap((edge) =>
          ofKinds(deployment, "ehr:index:Ready", "cdn:Route", "cdn:SecurityPolicy")
            .filter((first) => first !== edge && !edge.dependencies.includes(first.urn))
            .map((first) => edge.name + " does not wait for " + first.name),
        ),
  },
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

/**
 * Whether a resource has to wait for a role assignment. What buys the number waits for rights at Communication Services,
 * only the connector waits for rights in the vault, and nothing waits for an operator's role, which is used later.
 */
const isWaitedFor = (later: Recorded, first: Recorded): boolean =>
  !first.name.startsWith("operator-") && isWaitedForByKind(later, first);

const isWaitedForByKind = (later: Recorded, first: Recorded): boolean =>
  (kindOf(first) === NAMES &&
    (kindOf(later) !== "ehr:index:Package" || ["blob", "queue"].includes(first.name))) ||
  ![ROLE, NAMES].includes(kindOf(first)) ||
  (kindOf(later) === "ehr:index:Package" ? /^(packages|work)/ : /^(packages|work|use-|secrets)/).test(
    first.name,
  );

const comesAfter = ({ dependencies, propertyDependencies }: Recorded, { urn }: Recorded): boolean =>
  [...dependencies, ...Object.values(propertyDependencies).flat()].includes(urn);

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
