/** The network: who may reach whom, derived from the address space in the stack file. */
import { Netmask } from "netmask";
import { named } from "../../../app/domain/resourceNames.ts";
import type { DeployedStack } from "../../deployedStack.ts";
import {
  asked,
  here,
  idOf,
  inGroup,
  isPrivate,
  storageKey,
  storeKey,
  vaultKey,
  worldwide,
  type Asked,
} from "./asked.ts";
import { from, like, type Expected } from "./expected.ts";

const NETWORK = "network:VirtualNetwork network";
const STORES = ["Microsoft.Storage", "Microsoft.KeyVault", "Microsoft.AzureCosmosDB"];
const SERVICE_ENDPOINTS = { app: STORES, endpoints: [], runners: [...STORES, "Microsoft.Web"] } as const;
type Part = keyof typeof SERVICE_ENDPOINTS;
const PARTS: readonly Part[] = ["app", "endpoints", "runners"];

/** Azure's names of the zones (learn.microsoft.com/azure/private-link/private-endpoint-dns). */
const ZONES = {
  Sql: "privatelink.documents.azure.com",
  vault: "privatelink.vaultcore.azure.net",
  blob: "privatelink.blob.core.windows.net",
  queue: "privatelink.queue.core.windows.net",
} as const;

export function network(said: DeployedStack): readonly Asked[] {
  return [
    asked(NETWORK, {
      ...inGroup(said),
      ...here(said),
      virtualNetworkName: named("vnet", said),
      addressSpace: { addressPrefixes: [said.network.addressSpace] },
      enableDdosProtection: false,
      enableVmProtection: false,
    }),
    ...PARTS.flatMap((part) => subnet(part, said)),
    ...(isPrivate(said) ? privateWays(said) : []),
  ];
}

function subnet(part: Part, said: DeployedStack): readonly Asked[] {
  const ranges = rangesOf(said.network.addressSpace);
  const group = "network:NetworkSecurityGroup " + part;
  return [
    asked(group, {
      ...inGroup(said),
      ...here(said),
      networkSecurityGroupName: named("nsg-" + part, said),
      securityRules: [
        ...traffic(part, ranges),
        ...["Inbound", "Outbound"].map((direction) =>
          rule("nothing-else-" + direction.toLowerCase(), 4096, "Deny", direction, "*", "*", "*"),
        ),
      ],
    }),
    asked("network:Subnet " + part, {
      ...inGroup(said),
      virtualNetworkName: from(NETWORK, named("vnet", said)),
      subnetName: part,
      addressPrefix: ranges[part],
      defaultOutboundAccess: false,
      networkSecurityGroup: { id: idOf(said, group) },
      serviceEndpoints: SERVICE_ENDPOINTS[part].map((service) => ({ service })),
      privateEndpointNetworkPolicies: "Enabled",
      privateLinkServiceNetworkPolicies: "Enabled",
      delegations: part === "app" ? [{ name: "app", serviceName: "Microsoft.Web/serverFarms" }] : undefined,
    }),
  ];
}

/** Traffic rules: the app and whoever deploys may call the stores, and vendors, who have no fixed addresses. */
function traffic(part: Part, { app, endpoints, runners }: Readonly<Record<Part, string>>): Expected[] {
  if (part === "endpoints")
    return [
      rule("app", 100, "Allow", "Inbound", app, endpoints, "443"),
      rule("runners", 110, "Allow", "Inbound", runners, endpoints, "443"),
    ];
  const own = part === "app" ? app : runners;
  return [
    rule("stores", 100, "Allow", "Outbound", own, endpoints, "443"),
    rule("vendors", 110, "Allow", "Outbound", own, "Internet", "443"),
  ];
}

const rule = (
  name: string,
  priority: number,
  access: "Allow" | "Deny",
  direction: string,
  sourceAddressPrefix: string,
  destinationAddressPrefix: string,
  destinationPortRange: string,
) => ({
  ...{
    name,
    priority,
    access,
    direction,
    sourceAddressPrefix,
    destinationAddressPrefix,
    destinationPortRange,
  },
  description: like(/\S/),
  protocol: access === "Deny" ? "*" : "Tcp",
  sourcePortRange: "*",
});

/** Private endpoints and DNS: inside the network, each store is reached by its own name. */
const privateWays = (said: DeployedStack): readonly Asked[] =>
  Object.entries(ZONES).flatMap(([service, privateZoneName]) => {
    const [zone, endpoint] = ["privatedns:PrivateZone " + service, "network:PrivateEndpoint " + service];
    const target = { Sql: storeKey, vault: vaultKey }[service] ?? storageKey;
    const called = named("pe-" + service.toLowerCase(), said);
    return [
      asked(zone, { ...inGroup(said), ...worldwide(said), privateZoneName }),
      asked("privatedns:VirtualNetworkLink " + service, {
        ...inGroup(said),
        ...worldwide(said),
        privateZoneName: from(zone, privateZoneName),
        virtualNetworkLinkName: named("link", said),
        virtualNetwork: { id: idOf(said, NETWORK) },
        registrationEnabled: false,
      }),
      asked(endpoint, {
        ...inGroup(said),
        ...here(said),
        privateEndpointName: called,
        // Only the subnet's id matters; the SDK adds the rest.
        subnet: {
          id: idOf(said, "network:Subnet endpoints"),
          privateEndpointNetworkPolicies: "Disabled",
          privateLinkServiceNetworkPolicies: "Enabled",
        },
        privateLinkServiceConnections: [
          { name: called, privateLinkServiceId: idOf(said, target(said)), groupIds: [service] },
        ],
      }),
      asked("network:PrivateDnsZoneGroup " + service, {
        ...inGroup(said),
        privateEndpointName: from(endpoint, called),
        privateDnsZoneGroupName: "default",
        privateDnsZoneConfigs: [
          { name: service.toLowerCase(), privateDnsZoneId: idOf(said, zone, privateZoneName) },
        ],
      }),
    ];
  });

/** The address space in four quarters: the app, the private endpoints, the runners, and one that stays unused. */
function rangesOf(space: string): Readonly<Record<Part, string>> {
  const [address = "", bits] = space.split("/");
  const quarter = new Netmask(address, Number(bits) + 2);
  const [app = "", endpoints = "", runners = ""] = [quarter, quarter.next(1), quarter.next(2)].map(String);
  return { app, endpoints, runners };
}
