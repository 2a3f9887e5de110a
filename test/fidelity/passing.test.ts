/**
 * Refusals that pass after a while: azure-native's retries succeed, and it becomes visible which resource did not wait for
 * another.
 */
import { expect, test } from "vitest";
import type { Vendors } from "../../infra/rehearsal/azure/controlPlane/cloud.ts";
import { onAnOrdinaryDay, refusing } from "../azure/passing.ts";
import { open } from "./armStandIn.ts";
import { clock, IN, make, steady, SUBSCRIPTION } from "./steady.ts";

const EDGE = { ...IN, profileName: "afd-lamna" };

function cloudOf(told: string[], isCalm = false): Vendors {
  return onAnOrdinaryDay(steady(), {
    isCalm,
    longest: 20,
    secondMs: 5,
    random: () => 0.5,
    refused: (code) => void told.push(code),
    clock: clock(),
  });
}

/** A network with a clock of its own. An operation takes a minute, and another minute to settle. */
async function networkOf(told: string[] = []) {
  const vendors = onAnOrdinaryDay(steady(), {
    longest: 75_000,
    secondMs: 1000,
    random: () => 0.8,
    refused: (code) => void told.push(code),
    clock: clock(),
  });
  await make(vendors, "resources:ResourceGroup", { ...IN, location: "eastus2" });
  const network = { ...IN, virtualNetworkName: "vnet-lamna" };
  await make(vendors, "network:VirtualNetwork", {
    ...network,
    location: "eastus2",
    addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
  });
  return (index: number) =>
    make(vendors, "network:Subnet", {
      ...network,
      subnetName: "subnet-" + String(index),
      addressPrefix: `10.0.${String(index)}.0/24`,
    });
}

const SUBNETS = [1, 2, 3, 4];

test("subnets that are made one after the other come through, whatever is refused at first", async () => {
  const told: string[] = [];
  const subnet = await networkOf(told);
  for (const index of SUBNETS) expect((await subnet(index)).name).toBe("subnet-" + String(index));
  expect(told).toContain("AnotherOperationInProgress");
  expect(told).toContain("RetryableError");
});

test("subnets that are made at once are refused for longer than azure-native tries", async () => {
  const subnet = await networkOf();
  const made = await Promise.allSettled(SUBNETS.map(subnet));
  const refused = made.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  expect(refused.length).toBeGreaterThan(0);
  for (const reason of refused)
    expect(reason).toMatchObject({ status: 409, code: "AnotherOperationInProgress" });
});

test("of what is refused at first each code is told, and the second try comes through", async () => {
  const told: string[] = [];
  const vendors = cloudOf(told);
  await make(vendors, "resources:ResourceGroup", { ...IN, location: "eastus2" });
  const workspace = await make(vendors, "operationalinsights:Workspace", {
    ...IN,
    workspaceName: "log-lamna",
    location: "eastus2",
  });
  for (const name of ["a", "b", "c", "d", "e", "f"])
    await make(vendors, "applicationinsights:Component", {
      ...IN,
      resourceName: "appi-" + name,
      kind: "web",
      applicationType: "web",
      location: "eastus2",
      workspaceResourceId: workspace.id,
    });
  expect(told).toEqual([
    "RetryableError",
    "AnotherOperationInProgress",
    "ReferencedResourceNotProvisioned",
    "RetryableError",
  ]);
});

test("who is throttled is told after how many seconds to ask again, and sooner is refused again", async () => {
  const time = clock();
  const busy = refusing(steady(), { longest: 20, secondMs: 1000, random: () => 0.5, clock: time });
  const server = await open(busy);
  const put = async () => {
    const answer = await fetch(`${server.url}/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-lamna`, {
      method: "PUT",
      body: JSON.stringify({ location: "eastus2" }),
    });
    return [answer.status, answer.headers.get("retry-after")];
  };
  expect(await put()).toEqual([429, "1"]);
  await time.wait(999);
  expect(await put()).toEqual([429, "1"]);
  await time.wait(1);
  expect(await put()).toEqual([201, null]);
  server.close();
});

test("the seconds that a throttled write is told are waited for, so that it is told once", async () => {
  const told: string[] = [];
  const refused = (code: string) => void told.push(code);
  const patient = { longest: 20, secondMs: 1000, random: () => 0.5, refused, clock: clock() };
  const vendors = onAnOrdinaryDay(steady(), patient);
  await make(vendors, "resources:ResourceGroup", { ...IN, location: "eastus2" });
  expect(told).toEqual(["RetryableError"]);
});

test("what names a resource that has not settled is told so, and waits", async () => {
  const told: string[] = [];
  const vendors = cloudOf(told, true);
  await make(vendors, "resources:ResourceGroup", { ...IN, location: "eastus2" });
  const made = make(vendors, "operationalinsights:Workspace", {
    ...IN,
    workspaceName: "log-lamna",
    location: "eastus2",
  });
  while (vendors.cloud.all("azure-native:operationalinsights:Workspace").length === 0)
    await new Promise((resolve) => setImmediate(resolve));
  const [workspace] = vendors.cloud.all("azure-native:operationalinsights:Workspace");
  await make(vendors, "applicationinsights:Component", {
    ...IN,
    resourceName: "appi-lamna",
    kind: "web",
    applicationType: "web",
    location: "eastus2",
    workspaceResourceId: workspace?.id ?? "",
  });
  await made;
  expect(told).toContain("ReferencedResourceNotProvisioned");
});

test("an account that names a subnet which something joins is refused meanwhile, and is made when it waits", async () => {
  const told: string[] = [];
  const vendors = cloudOf(told, true);
  await make(vendors, "resources:ResourceGroup", { ...IN, location: "eastus2" });
  const network = { ...IN, virtualNetworkName: "vnet-lamna", location: "eastus2" };
  await make(vendors, "network:VirtualNetwork", {
    ...network,
    addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
  });
  const { id } = await make(vendors, "network:Subnet", {
    ...network,
    subnetName: "app",
    addressPrefix: "10.0.1.0/24",
    serviceEndpoints: [{ service: "Microsoft.Storage" }, { service: "Microsoft.KeyVault" }],
  });
  const account = (accountName: string) =>
    make(vendors, "storage:StorageAccount", {
      ...IN,
      accountName,
      location: "eastus2",
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
      networkRuleSet: { defaultAction: "Deny", virtualNetworkRules: [{ virtualNetworkResourceId: id }] },
    });
  const { id: target } = await account("stlamna");
  expect(told).toEqual([]);
  const joins = (privateEndpointName: string) =>
    make(vendors, "network:PrivateEndpoint", {
      ...IN,
      privateEndpointName,
      location: "eastus2",
      subnet: { id },
      privateLinkServiceConnections: [{ name: "blob", privateLinkServiceId: target, groupIds: ["blob"] }],
    });
  await Promise.all([joins("pe-blob"), account("stother")]);
  expect(told).toContain("ReferencedResourceNotProvisioned");
  told.length = 0;
  await joins("pe-queue");
  await account("stthird");
  expect(told).toEqual([]);
});

test("a route that does not wait for its origin is refused, and one that does is made", async () => {
  const vendors = cloudOf([], true);
  await make(vendors, "resources:ResourceGroup", { ...IN, location: "eastus2" });
  await make(vendors, "cdn:Profile", {
    ...EDGE,
    location: "global",
    sku: { name: "Standard_AzureFrontDoor" },
  });
  await make(vendors, "cdn:AFDEndpoint", { ...EDGE, endpointName: "visits", location: "global" });
  const group = await make(vendors, "cdn:AFDOriginGroup", { ...EDGE, originGroupName: "site" });
  const origin = () =>
    make(vendors, "cdn:AFDOrigin", {
      ...EDGE,
      originGroupName: "site",
      originName: "site",
      hostName: "app.lamna.example",
    });
  const route = () =>
    make(vendors, "cdn:Route", {
      ...EDGE,
      endpointName: "visits",
      routeName: "all",
      originGroup: { id: group.id },
    });
  const [first] = await Promise.allSettled([route(), origin()]);
  expect(first).toMatchObject({ status: "rejected", reason: { status: 400 } });
  await expect(route()).resolves.toMatchObject({ name: "all" });
});
