import { expect, test } from "vitest";
import { subnetRanges, storageAddresses } from "../../../infra/components/addresses.ts";
import { Identity } from "../../../infra/components/identity.ts";
import { Network } from "../../../infra/components/network.ts";
import { lamnaProduction, lamnaTest, lamnaWith } from "../stacks.ts";
import { ofType, one, record } from "./recorded.ts";

const network = (stack: unknown) =>
  record(stack, (context) => {
    new Network("network", { context });
  });

test("the connector is one user-assigned identity, named and tagged by its deployment", async () => {
  const identity = one(
    await record(lamnaTest, (context) => {
      new Identity("identity", { context });
    }),
    "azure-native:managedidentity:UserAssignedIdentity",
  );
  expect(identity.inputs).toMatchObject({
    resourceName: "id-lamna-test",
    location: "eastus2",
    tags: {
      tenant: "lamna",
      environment: "test",
      geography: "americas",
      dataClass: "operational",
      owner: "Digital Care",
    },
  });
});

test.each([
  ["10.64.0.0/23", { app: "10.64.0.0/25", endpoints: "10.64.0.128/25", runners: "10.64.1.0/25" }],
  ["10.64.2.0/24", { app: "10.64.2.0/26", endpoints: "10.64.2.64/26", runners: "10.64.2.128/26" }],
  ["172.16.0.0/16", { app: "172.16.0.0/18", endpoints: "172.16.64.0/18", runners: "172.16.128.0/18" }],
])("the range %s is cut into quarters", (space, ranges) => {
  expect(subnetRanges(space)).toEqual(ranges);
});

test.each([
  ["203.0.113.10", ["203.0.113.10"]],
  ["203.0.113.10/32", ["203.0.113.10"]],
  ["203.0.113.11/31", ["203.0.113.10", "203.0.113.11"]],
  ["203.0.113.0/24", ["203.0.113.0/24"]],
])("storage is told of %s as %j", (range, told) => {
  expect(storageAddresses(range)).toEqual(told);
});

test.each([lamnaTest, lamnaProduction])(
  "every subnet has rules of its own, and nothing else comes in or out",
  async (stack) => {
    const all = await network(stack);
    for (const part of ["app", "endpoints", "runners"]) {
      const rules = one(all, "azure-native:network:NetworkSecurityGroup", part);
      const subnet = one(all, "azure-native:network:Subnet", part);
      expect(subnet.propertyDependencies["networkSecurityGroup"]).toEqual([rules.urn]);
      expect(subnet.inputs["privateEndpointNetworkPolicies"]).toBe("Enabled");
      for (const direction of ["Inbound", "Outbound"])
        expect(rules.inputs["securityRules"]).toContainEqual(
          expect.objectContaining({
            direction,
            access: "Deny",
            priority: 4096,
            protocol: "*",
            sourceAddressPrefix: "*",
            sourcePortRange: "*",
            destinationAddressPrefix: "*",
            destinationPortRange: "*",
          }),
        );
    }
  },
);

test("the app and runners ask by HTTPS, stores are asked by those two, and nobody is let in from the internet", async () => {
  const all = await network(lamnaTest);
  const allowed = ["app", "endpoints", "runners"].flatMap((part) =>
    (one(all, "azure-native:network:NetworkSecurityGroup", part).inputs["securityRules"] as Rule[])
      .filter(({ access }) => access === "Allow")
      .map((rule) =>
        [
          part,
          rule.direction,
          rule.protocol,
          rule.sourceAddressPrefix,
          rule.destinationAddressPrefix,
          rule.destinationPortRange,
        ].join(" "),
      ),
  );
  expect(allowed).toEqual([
    "app Outbound Tcp 10.64.0.0/25 10.64.0.128/25 443",
    "app Outbound Tcp 10.64.0.0/25 Internet 443",
    "endpoints Inbound Tcp 10.64.0.0/25 10.64.0.128/25 443",
    "endpoints Inbound Tcp 10.64.1.0/25 10.64.0.128/25 443",
    "runners Outbound Tcp 10.64.1.0/25 10.64.0.128/25 443",
    "runners Outbound Tcp 10.64.1.0/25 Internet 443",
  ]);
});

test("only the app's subnet is App Service's, and stores see which subnet asks", async () => {
  const all = await network(lamnaTest);
  const subnet = (part: string) => one(all, "azure-native:network:Subnet", part).inputs;
  expect(subnet("app")["delegations"]).toEqual([{ name: "app", serviceName: "Microsoft.Web/serverFarms" }]);
  expect(subnet("endpoints")["delegations"]).toBeUndefined();
  expect(subnet("runners")["delegations"]).toBeUndefined();
  const services = (part: string) =>
    (subnet(part)["serviceEndpoints"] as { service: string }[]).map(({ service }) => service);
  const stores = ["Microsoft.Storage", "Microsoft.KeyVault", "Microsoft.AzureCosmosDB"];
  expect(services("app")).toEqual(stores);
  expect(services("endpoints")).toEqual([]);
  expect(services("runners")).toEqual([...stores, "Microsoft.Web"]);
});

test("subnets are made one after the other, as Azure wants it", async () => {
  const all = await network(lamnaTest);
  const subnet = (part: string) => one(all, "azure-native:network:Subnet", part);
  expect(subnet("endpoints").dependencies).toEqual([subnet("app").urn]);
  expect(subnet("runners").dependencies).toEqual([subnet("endpoints").urn]);
});

test("in a private network the stores' names lead to their private addresses, and are asked there only", async () => {
  const all = await network(lamnaWith("network", { mode: "private", allow: ["198.51.100.0/24"] }));
  expect(
    ofType(all, "azure-native:privatedns:PrivateZone").map(({ inputs }) => inputs["privateZoneName"]),
  ).toEqual([
    "privatelink.documents.azure.com",
    "privatelink.vaultcore.azure.net",
    "privatelink.blob.core.windows.net",
    "privatelink.queue.core.windows.net",
  ]);
  const links = ofType(all, "azure-native:privatedns:VirtualNetworkLink");
  expect(links).toHaveLength(4);
  for (const { inputs } of links)
    expect(inputs).toMatchObject({ registrationEnabled: false, location: "global" });
});

test("a restricted network has no private names", async () => {
  const all = await network(lamnaWith("network.mode", "restricted"));
  expect(ofType(all, "azure-native:privatedns:PrivateZone")).toEqual([]);
});

interface Rule {
  readonly direction: string;
  readonly access: string;
  readonly protocol: string;
  readonly sourceAddressPrefix: string;
  readonly destinationAddressPrefix: string;
  readonly destinationPortRange: string;
}
