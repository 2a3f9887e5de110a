import { expect, onTestFinished, test } from "vitest";
import { openCosmosStore } from "../../../app/adapters/cosmos/store.ts";
import type { Properties } from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import { SOMEBODY, type Caller } from "../../../infra/rehearsal/front/hosts/caller.ts";
import {
  accountId,
  DATABASE,
  ENDPOINT,
  grantData,
  groupId,
  makeStore,
  startDataPlanes,
  type DataPlanes,
} from "./dataPlanes.ts";

const now = () => new Date();
const VNET = `${groupId}/providers/Microsoft.Network/virtualNetworks/vnet`;
const APP = VNET + "/subnets/app";
const ZONE = "privatelink.documents.azure.com";
const LINK = `${groupId}/providers/Microsoft.Network/privateDnsZones/${ZONE}/virtualNetworkLinks/link`;
const IN_GROUP = { resourceGroupName: "stores" };

async function network(account: Properties): Promise<DataPlanes> {
  const planes = await startDataPlanes(now);
  onTestFinished(() => planes.stop());
  await planes.make("network:VirtualNetwork", {
    ...IN_GROUP,
    virtualNetworkName: "vnet",
    location: "eastus2",
    addressSpace: { addressPrefixes: ["10.64.2.0/23"] },
  });
  const services = {
    app: ["Microsoft.AzureCosmosDB"],
    endpoints: [],
    listed: ["Microsoft.AzureCosmosDB"],
    other: ["Microsoft.AzureCosmosDB"],
  };
  for (const [at, [subnetName, endpoints]] of Object.entries(services).entries())
    await planes.make("network:Subnet", {
      ...IN_GROUP,
      virtualNetworkName: "vnet",
      subnetName,
      addressPrefix: `10.64.2.${String(at * 64)}/26`,
      serviceEndpoints: endpoints.map((service) => ({ service })),
    });
  await makeStore(planes, account);
  await grantData(planes);
  return planes;
}

async function privateEndpoint({ make }: DataPlanes): Promise<void> {
  await make("privatedns:PrivateZone", { ...IN_GROUP, privateZoneName: ZONE, location: "global" });
  await make("privatedns:VirtualNetworkLink", {
    ...IN_GROUP,
    privateZoneName: ZONE,
    virtualNetworkLinkName: "link",
    location: "global",
    virtualNetwork: { id: VNET },
    registrationEnabled: false,
  });
  await make("network:PrivateEndpoint", {
    ...IN_GROUP,
    privateEndpointName: "pe-sql",
    location: "eastus2",
    subnet: { id: VNET + "/subnets/endpoints" },
    privateLinkServiceConnections: [{ name: "pe-sql", privateLinkServiceId: accountId, groupIds: ["Sql"] }],
  });
  await make("network:PrivateDnsZoneGroup", {
    ...IN_GROUP,
    privateEndpointName: "pe-sql",
    privateDnsZoneGroupName: "default",
    privateDnsZoneConfigs: [
      { name: "sql", privateDnsZoneId: `${groupId}/providers/Microsoft.Network/privateDnsZones/${ZONE}` },
    ],
  });
}

/** `let in`, or else the refusal of Cosmos DB. */
async function outcome(planes: DataPlanes, caller: Caller): Promise<string> {
  const agent = await planes.from(caller);
  const store = openCosmosStore({
    endpoint: ENDPOINT,
    database: DATABASE,
    agent,
    credential: planes.credential(),
    now,
  });
  try {
    await store.ready();
    return "let in";
  } catch (error) {
    return String(error instanceof Error && error.cause instanceof Error ? error.cause.message : error);
  } finally {
    await store.close();
  }
}

const OUT =
  /^Request originated from IP \S+ through public internet. This is blocked by your Cosmos DB account firewall/;

test("a private account is out of reach of everybody outside its network", async () => {
  const planes = await network({ publicNetworkAccess: "Disabled" });
  expect(await outcome(planes, { subnetId: APP })).toMatch(OUT);
  await privateEndpoint(planes);
  expect(await outcome(planes, { subnetId: APP })).toBe("let in");
  expect(await outcome(planes, SOMEBODY)).toMatch(OUT);
  expect(await outcome(planes, { subnetId: VNET.replace("/vnet", "/elsewhere") + "/subnets/app" })).toMatch(
    OUT,
  );
});

test.each([
  ["a zone that is not linked to the network", LINK],
  [
    "an endpoint without names in the zone",
    `${groupId}/providers/Microsoft.Network/privateEndpoints/pe-sql/privateDnsZoneGroups/default`,
  ],
  ["no endpoint", `${groupId}/providers/Microsoft.Network/privateEndpoints/pe-sql`],
])("a private account is out of reach of its own network with %s", async (_, missing) => {
  const planes = await network({ publicNetworkAccess: "Disabled" });
  await privateEndpoint(planes);
  await planes.vendors.cloud.remove(missing);
  expect(await outcome(planes, { subnetId: APP })).toMatch(OUT);
});

test("a restricted account lets in the subnets and addresses that it lists", async () => {
  const planes = await network({
    isVirtualNetworkFilterEnabled: true,
    virtualNetworkRules: [{ id: APP }, { id: VNET + "/subnets/listed" }],
    ipRules: [{ ipAddressOrRange: "198.51.100.0/24" }],
  });
  expect(await outcome(planes, { subnetId: APP })).toBe("let in");
  expect(await outcome(planes, { address: "198.51.100.7" })).toBe("let in");
  expect(await outcome(planes, { subnetId: VNET + "/subnets/other" })).toMatch(OUT);
  expect(await outcome(planes, SOMEBODY)).toMatch(OUT);
  expect(await outcome(planes, { subnetId: VNET + "/subnets/listed" })).toBe("let in");
  // Without a service endpoint, Cosmos DB does not see from which subnet a request comes.
  await planes.vendors.cloud.change(VNET + "/subnets/listed", { serviceEndpoints: [] });
  expect(await outcome(planes, { subnetId: VNET + "/subnets/listed" })).toMatch(OUT);
});

test("an account without rules lets in everybody with a token and a role", async () => {
  const planes = await network({});
  expect(await outcome(planes, SOMEBODY)).toBe("let in");
});
