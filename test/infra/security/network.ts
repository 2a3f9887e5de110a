/** Who reaches whom inside the deployment's network, worked out from the address space that the stack file names. */
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
  type SecurityTest,
} from "./securityTest.ts";

const GROUP = "network:NetworkSecurityGroup";
const SUBNET = "network:Subnet";
const ENDPOINT = "network:PrivateEndpoint";
const ZONES = "network:PrivateDnsZoneGroup";
const STORES = ["Microsoft.Storage", "Microsoft.KeyVault", "Microsoft.AzureCosmosDB"];
const SERVICE_ENDPOINTS: Readonly<Record<string, readonly string[]>> = {
  app: STORES,
  endpoints: [],
  runners: [...STORES, "Microsoft.Web"],
};

/** Azure's own names (learn.microsoft.com/azure/private-link/private-endpoint-dns). */
const ZONE_OF: Readonly<Record<string, string>> = {
  Sql: "privatelink.documents.azure.com",
  vault: "privatelink.vaultcore.azure.net",
  blob: "privatelink.blob.core.windows.net",
  queue: "privatelink.queue.core.windows.net",
};
const TARGET_OF: Readonly<Record<string, string>> = {
  Sql: "cosmosdb:DatabaseAccount",
  vault: "keyvault:Vault",
  blob: "storage:StorageAccount",
  queue: "storage:StorageAccount",
};

export const networkTests: readonly SecurityTest[] = [
  exactly(
    "in the network nobody talks to anybody beyond what is listed",
    [GROUP],
    (deployment) =>
      ofKinds(deployment, GROUP).flatMap((group) =>
        listAt(group, "securityRules").map((rule) => words(group.name, ...sentence(rule))),
      ),
    ({ stack }) => {
      const { app, endpoints, runners } = rangesOf(stack.network.addressSpace);
      const closed = (group: string) =>
        ["Inbound", "Outbound"].map((way) => group + " 4096 Deny " + way + " * from * : * to * : *");
      const out = (group: string, from: string) => [
        group + " 100 Allow Outbound Tcp from " + from + " : * to " + endpoints + " : 443",
        group + " 110 Allow Outbound Tcp from " + from + " : * to Internet : 443",
      ];
      return [
        ...out("app", app),
        ...out("runners", runners),
        "endpoints 100 Allow Inbound Tcp from " + app + " : * to " + endpoints + " : 443",
        "endpoints 110 Allow Inbound Tcp from " + runners + " : * to " + endpoints + " : 443",
        ...["app", "endpoints", "runners"].flatMap(closed),
      ];
    },
  ),
  must(
    "a subnet is its own part of the address space, under its own security group",
    [SUBNET],
    (subnet, { stack }) => ({
      addressPrefix: rangesOf(stack.network.addressSpace)[subnet.name as "app"],
      "networkSecurityGroup.id": new RegExp("/NetworkSecurityGroup/nsg-" + subnet.name + "-"),
      serviceEndpoints: (SERVICE_ENDPOINTS[subnet.name] ?? []).map((service) => ({ service })),
      "delegations.0.serviceName": subnet.name === "app" ? "Microsoft.Web/serverFarms" : undefined,
      privateLinkServiceNetworkPolicies: "Enabled",
    }),
  ),
  must(
    "the network is the one that the stack file names, and no machine enters its names",
    ["network:VirtualNetwork"],
    (_, { stack }) => ({
      "addressSpace.addressPrefixes": [stack.network.addressSpace],
    }),
  ),
  must(
    "names of stores are answered inside the network, and only there",
    ["privatedns:VirtualNetworkLink"],
    () => ({
      registrationEnabled: false,
      "virtualNetwork.id": idOf("network:VirtualNetwork"),
    }),
  ),
  exactly(
    "in a private deployment each store is reached by its own name inside the network",
    [ENDPOINT, ZONES, "privatedns:PrivateZone"],
    (deployment) =>
      ofKinds(deployment, ENDPOINT).map((endpoint) => {
        const [connection, ...others] = listAt(endpoint, "privateLinkServiceConnections");
        const zones = ofKinds(deployment, ZONES)
          .filter((zone) => feeders(zone, "privateEndpointName", ENDPOINT, deployment).includes(endpoint))
          .flatMap((zone) => listAt(zone, "privateDnsZoneConfigs"))
          .map(({ privateDnsZoneId }) => String(privateDnsZoneId).split("/").at(-1));
        return words(
          connection?.["groupIds"],
          kindIn(connection?.["privateLinkServiceId"]),
          zones,
          String(at(endpoint, "subnet.id")).split("/").at(-1),
          others.length,
        );
      }),
    (deployment) =>
      deployment.stack.network.mode === "private"
        ? Object.entries(ZONE_OF).map(([service, zone]) =>
            words([service], TARGET_OF[service], [zone], "endpoints", 0),
          )
        : [],
  ),
  exactly(
    "a private deployment has the cloud's zones for its stores and no others",
    ["privatedns:PrivateZone"],
    (deployment) =>
      ofKinds(deployment, "privatedns:PrivateZone").map((zone) => String(at(zone, "privateZoneName"))),
    (deployment) => (deployment.stack.network.mode === "private" ? Object.values(ZONE_OF) : []),
  ),
];

const sentence = (rule: Readonly<Record<string, unknown>>): readonly unknown[] => [
  rule["priority"],
  rule["access"],
  rule["direction"],
  rule["protocol"],
  "from",
  rule["sourceAddressPrefix"],
  ":",
  rule["sourcePortRange"],
  "to",
  rule["destinationAddressPrefix"],
  ":",
  rule["destinationPortRange"],
];

const kindIn = (id: unknown): string =>
  isOwn(id)
    ? (String(id).split("/providers/").at(-1)?.split("/").slice(0, 2).join(":") ?? "")
    : "of somebody else";

/** Half of a /23 for the app and the private endpoints, a quarter for runners. */
export function rangesOf(addressSpace: string): Readonly<Record<"app" | "endpoints" | "runners", string>> {
  const [first, second, third] = addressSpace.split(".");
  const at128 = (block: number, from: number) =>
    [first, second, String(Number(third) + block), String(from)].join(".") + "/25";
  return { app: at128(0, 0), endpoints: at128(0, 128), runners: at128(1, 0) };
}
