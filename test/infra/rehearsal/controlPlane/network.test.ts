/** Networks, private ways in, names: what is refused when a location, a range or a neighbour does not fit. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ProviderDriver, type Kept, driveProviders } from "./providerDriver.ts";
import { makes, refusal } from "./makes.ts";

let driver: ProviderDriver;
let make: ReturnType<typeof makes>;
let network: Kept;
beforeEach(async () => {
  driver = await driveProviders();
  make = makes(driver);
  await make.group();
  network = await make.network();
});
afterEach(() => driver.stop());

test("subnets lie in their network, beside each other", async () => {
  await make.subnet("app", "10.20.1.0/24");
  expect(await refusal(make.subnet("far", "10.30.0.0/24"))).toContain("NetcfgSubnetRangeOutsideVnet");
  expect(await refusal(make.subnet("same", "10.20.1.128/25"))).toContain("NetcfgSubnetRangesOverlap");
  await make.subnet("next", "10.20.2.0/24");
});

test("a network has a space, and a subnet a part of it", async () => {
  const empty = { virtualNetworkName: "vnet-two", addressSpace: { addressPrefixes: [] } };
  expect(await refusal(make.network(empty))).toContain("needs an address space");
  const nowhere = { virtualNetworkName: "vnet-lamna", subnetName: "app" };
  expect(await refusal(make.make("network:Subnet", "app", nowhere))).toContain("has no address prefix");
});

test("a private endpoint stands somewhere", async () => {
  const nowhere = { privateEndpointName: "pe-store", location: "eastus2" };
  expect(await refusal(make.make("network:PrivateEndpoint", "endpoint", nowhere))).toContain("MissingSubnet");
});

test("a network shows its subnets, and a refresh does not put them into the program's inputs", async () => {
  const app = await make.subnet("app", "10.20.1.0/24");
  const seen = await driver.refresh(network);
  expect(seen?.outputs["subnets"]).toMatchObject([
    { id: app.id, name: "app", addressPrefix: "10.20.1.0/24" },
  ]);
  expect(seen?.inputs).toEqual(network.inputs);
});

test("a network that is changed keeps the subnets that others made", async () => {
  const app = await make.subnet("app", "10.20.1.0/24");
  await driver.update(network, { ...network.inputs, tags: { tenant: "lamna" } });
  expect(driver.cloud.find(app.id)?.name).toBe("app");
});

test("a guard stays as long as a subnet has it, and is of the network's own region", async () => {
  const guard = await make.make("network:NetworkSecurityGroup", "guard", {
    networkSecurityGroupName: "nsg-app",
    location: "eastus2",
  });
  const far = await make.make("network:NetworkSecurityGroup", "far", {
    networkSecurityGroupName: "nsg-far",
    location: "westus3",
  });
  const app = await make.subnet("app", "10.20.1.0/24", { networkSecurityGroup: { id: guard.id } });
  expect(await refusal(driver.delete(guard))).toContain("InUseNetworkSecurityGroupCannotBeDeleted");
  expect(
    await refusal(make.subnet("two", "10.20.2.0/24", { networkSecurityGroup: { id: far.id } })),
  ).toContain("InvalidResourceReference");
  await driver.delete(app);
  await driver.delete(guard);
});

test("two rules of a guard cannot have one priority", async () => {
  const rule = (name: string) => ({
    name,
    priority: 100,
    direction: "Inbound",
    access: "Allow",
    protocol: "Tcp",
  });
  const guard = {
    networkSecurityGroupName: "nsg-app",
    location: "eastus2",
    securityRules: [rule("one"), rule("two")],
  };
  expect(await refusal(make.make("network:NetworkSecurityGroup", "guard", guard))).toContain(
    "SecurityRuleConflict",
  );
});

const endpoint = (subnet: string, target: string, groupIds: string[], more: object = {}) =>
  make.make("network:PrivateEndpoint", "endpoint", {
    privateEndpointName: "pe-store",
    location: "eastus2",
    subnet: { id: subnet },
    privateLinkServiceConnections: [{ name: "store", privateLinkServiceId: target, groupIds }],
    ...more,
  });

test("a private endpoint leads from a subnet of its own region to a part of what is there", async () => {
  const account = await make.account();
  const ways = await make.subnet("ways", "10.20.1.0/24");
  const app = await make.subnet("app", "10.20.2.0/24", {
    delegations: [{ name: "app", serviceName: "Microsoft.Web/serverFarms" }],
  });
  expect(await refusal(endpoint("/subscriptions/x/none", account.id, ["Sql"]))).toContain(
    "LinkedResourceNotFound",
  );
  expect(await refusal(endpoint(ways.id, "/subscriptions/x/none", ["Sql"]))).toContain(
    "LinkedResourceNotFound",
  );
  expect(await refusal(endpoint(ways.id, account.id, ["blob"]))).toContain(
    "PrivateLinkServiceGroupIdNotFound",
  );
  expect(await refusal(endpoint(ways.id, account.id, ["Sql"], { location: "westus3" }))).toContain(
    "InvalidResourceReference",
  );
  expect(await refusal(endpoint(app.id, account.id, ["Sql"]))).toContain("SubnetThatHasDelegation");
  const made = await endpoint(ways.id, account.id, ["Sql"]);
  expect(made.outputs).toMatchObject({
    privateLinkServiceConnections: [{ privateLinkServiceConnectionState: { status: "Approved" } }],
  });
  expect(await refusal(driver.delete(ways))).toContain("InUseSubnetCannotBeDeleted");
  expect(await refusal(driver.delete(network))).toContain("InUseSubnetCannotBeDeleted");
  expect((await driver.diff(made, { ...made.inputs, subnet: { id: app.id } })).replaces).toEqual(["subnet"]);
});

const zone = (more: object = {}) =>
  make.make("privatedns:PrivateZone", "zone", {
    privateZoneName: "privatelink.documents.azure.com",
    location: "global",
    ...more,
  });

test("a private zone is global, linked once to a network, and stays while it is linked", async () => {
  expect(await refusal(zone({ location: "eastus2" }))).toContain("LocationNotAvailableForResourceType");
  expect(await refusal(zone({ privateZoneName: "lamna" }))).toContain("InvalidZoneName");
  const made = await zone();
  const link = (name: string, id = network.id) =>
    make.make("privatedns:VirtualNetworkLink", name, {
      privateZoneName: "privatelink.documents.azure.com",
      virtualNetworkLinkName: name,
      location: "global",
      virtualNetwork: { id },
    });
  expect(await refusal(link("one", "/subscriptions/x/none"))).toContain("LinkedResourceNotFound");
  const one = await link("one");
  expect(await refusal(link("two"))).toContain("linked to this zone already");
  expect((await driver.refresh(made))?.outputs).toMatchObject({ numberOfVirtualNetworkLinks: 1 });
  expect(await refusal(driver.delete(made))).toContain("CannotDeleteResource");
  await driver.delete(one);
  await driver.delete(made);
});

test("an endpoint's group of names asks for zones that are there", async () => {
  const account = await make.account();
  const ways = await make.subnet("ways", "10.20.1.0/24");
  await endpoint(ways.id, account.id, ["Sql"]);
  const names = (privateDnsZoneId: string) =>
    make.make("network:PrivateDnsZoneGroup", "names", {
      privateEndpointName: "pe-store",
      privateDnsZoneGroupName: "default",
      privateDnsZoneConfigs: [{ name: "store", privateDnsZoneId }],
    });
  expect(await refusal(names("/subscriptions/x/none"))).toContain("LinkedResourceNotFound");
  const made = await zone();
  await names(made.id);
});
