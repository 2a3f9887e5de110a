/** Which https requests of a subnet network security groups drop: outbound, and on the way into a private endpoint. */
import { expect, test } from "vitest";
import { trafficRules } from "../../../../infra/components/trafficRules.ts";
import { openCloud } from "../../../../infra/rehearsal/azure/controlPlane/cloud.ts";
import { lastSegment } from "../../../../infra/rehearsal/azure/controlPlane/ids.ts";
import type { Properties } from "../../../../infra/rehearsal/azure/controlPlane/json.ts";
import type { Cloud } from "../../../../infra/rehearsal/azure/controlPlane/model.ts";
import { AZURE_KINDS } from "../../../../infra/rehearsal/azure/resourceTypes/kinds.ts";
import { stoppedBy } from "../../../../infra/rehearsal/planes/access/traffic.ts";
import { azure } from "./makes.ts";

const SOMEBODY = "dddddddd-0000-4000-8000-000000000001";
const GROUP = "/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-lamna/providers/";
const NETWORK = GROUP + "Microsoft.Network/virtualNetworks/vnet";
const APP = NETWORK + "/subnets/app";
const ENDPOINTS = NETWORK + "/subnets/endpoints";
const STORE = GROUP + "Microsoft.DocumentDB/databaseAccounts/cosmos-lamna";
const ENDPOINT = GROUP + "Microsoft.Network/privateEndpoints/pe-store";
const ZONE = GROUP + "Microsoft.Network/privateDnsZones/privatelink.documents.azure.com";
const RANGES = { app: "10.64.0.0/25", endpoints: "10.64.0.128/25", runners: "10.64.1.0/25" };
const RULES = trafficRules(RANGES);

const VENDOR = "authorization.cerner.com";
const OWN_STORE = "cosmos-lamna.documents.azure.com";

interface Groups {
  readonly app?: readonly object[];
  readonly endpoints?: readonly object[];
  /** The setting `privateEndpointNetworkPolicies` of the endpoints' subnet. */
  readonly policies?: string;
}

/** A network whose store has a private address, with these security groups. */
function network({ app, endpoints, policies }: Groups): Cloud {
  const options = { subscriptionId: "", tenantId: "", deployer: { objectId: SOMEBODY, clientId: SOMEBODY } };
  const { cloud } = openCloud({ ...options, now: () => new Date() }, AZURE_KINDS, []);
  const put = (type: string, id: string, properties: object) => {
    cloud.put({ id, token: azure(type), name: lastSegment(id), properties: properties as Properties });
  };
  const subnet = (id: string, range: string, rules: readonly object[] | undefined, more: object = {}) => {
    const group = GROUP + "Microsoft.Network/networkSecurityGroups/nsg-" + lastSegment(id);
    if (rules !== undefined) put("network:NetworkSecurityGroup", group, { securityRules: rules });
    const guarded = rules === undefined ? {} : { networkSecurityGroup: { id: group } };
    put("network:Subnet", id, { addressPrefix: range, ...guarded, ...more });
  };
  put("network:VirtualNetwork", NETWORK, {});
  subnet(APP, RANGES.app, app);
  subnet(
    ENDPOINTS,
    RANGES.endpoints,
    endpoints,
    policies === undefined ? {} : { privateEndpointNetworkPolicies: policies },
  );
  put("cosmosdb:DatabaseAccount", STORE, { publicNetworkAccess: "Disabled" });
  put("network:PrivateEndpoint", ENDPOINT, {
    subnet: { id: ENDPOINTS },
    privateLinkServiceConnections: [{ privateLinkServiceId: STORE, groupIds: ["Sql"] }],
  });
  put("network:PrivateDnsZoneGroup", ENDPOINT + "/privateDnsZoneGroups/default", {
    privateDnsZoneConfigs: [{ privateDnsZoneId: ZONE }],
  });
  put("privatedns:PrivateZone", ZONE, {});
  put("privatedns:VirtualNetworkLink", ZONE + "/virtualNetworkLinks/link", {
    virtualNetwork: { id: NETWORK },
  });
  return cloud;
}

const stops = (groups: Groups, host: string, caller: Parameters<typeof stoppedBy>[1] = { subnetId: APP }) =>
  stoppedBy(network(groups), caller, host)?.name;

const without = (name: string) => RULES.app.filter((rule) => rule.name !== name);
const all = (access: string, more: object = {}) => ({
  ...RULES.app.find(({ name }) => name === "nothing-else-outbound"),
  access,
  priority: 200,
  ...more,
});

test.each([
  ["the program's rules, and a vendor", RULES.app, VENDOR, undefined],
  ["the program's rules, and the store", RULES.app, OWN_STORE, undefined],
  ["no rule for vendors", without("vendors"), VENDOR, "nsg-app"],
  ["no rule for vendors, and the store", without("vendors"), OWN_STORE, undefined],
  ["no rule for the store", without("stores"), OWN_STORE, "nsg-app"],
  ["no rule for the store, and a vendor", without("stores"), VENDOR, undefined],
  ["no rule at all, as Azure's own end the list", [], VENDOR, undefined],
  [
    "a refusal of one address inside",
    [all("Deny", { destinationAddressPrefix: "10.64.0.129" })],
    VENDOR,
    undefined,
  ],
  ["a refusal of every address", [all("Deny", { destinationAddressPrefix: "0.0.0.0/0" })], VENDOR, "nsg-app"],
  [
    "a refusal of the network",
    [all("Deny", { destinationAddressPrefix: "VirtualNetwork" })],
    OWN_STORE,
    "nsg-app",
  ],
  [
    "a refusal of the network, and a vendor",
    [all("Deny", { destinationAddressPrefix: "VirtualNetwork" })],
    VENDOR,
    undefined,
  ],
  ["a refusal of another port", [all("Deny", { destinationPortRange: "80" })], VENDOR, undefined],
  ["a refusal of ports around 443", [all("Deny", { destinationPortRange: "400-500" })], VENDOR, "nsg-app"],
  [
    "a refusal among listed ports",
    [all("Deny", { destinationPortRange: undefined, destinationPortRanges: ["80", "443"] })],
    VENDOR,
    "nsg-app",
  ],
  ["a refusal of another protocol", [all("Deny", { protocol: "Udp" })], VENDOR, undefined],
  ["a refusal of another sender", [all("Deny", { sourceAddressPrefix: RANGES.runners })], VENDOR, undefined],
  ["a refusal inwards", [all("Deny", { direction: "Inbound" })], VENDOR, undefined],
  ["a leave that comes after the refusal", [all("Allow", { priority: 300 }), all("Deny")], VENDOR, "nsg-app"],
  [
    "a leave that comes before the refusal",
    [all("Deny"), all("Allow", { priority: 150 })],
    VENDOR,
    undefined,
  ],
])("outwards: %s", (_what, app, host, group) => {
  expect(stops({ app, endpoints: RULES.endpoints }, host)).toBe(group);
});

const CLOSED = RULES.endpoints.filter(({ name }) => name !== "app");

test.each([
  ["with the program's rule for the site", RULES.endpoints, "Enabled", undefined],
  ["without it", CLOSED, "Enabled", "nsg-endpoints"],
  ["without it, by the setting for groups alone", CLOSED, "NetworkSecurityGroupEnabled", "nsg-endpoints"],
  ["without it, where the setting is for routes alone", CLOSED, "RouteTableEnabled", undefined],
  ["without it, where the subnet says nothing of it", CLOSED, undefined, undefined],
])("into a private endpoint %s", (_what, endpoints, policies, group) => {
  const groups = { app: RULES.app, endpoints, ...(policies !== undefined && { policies }) };
  expect(stops(groups, OWN_STORE)).toBe(group);
});

test("a group is asked of who comes from its subnet alone, and a subnet without one lets everything out", () => {
  expect(stops({ app: without("vendors") }, VENDOR, { address: "203.0.113.7" })).toBeUndefined();
  expect(stops({ app: without("vendors") }, VENDOR, { subnetId: NETWORK + "/subnets/none" })).toBeUndefined();
  expect(stops({}, VENDOR)).toBeUndefined();
});
