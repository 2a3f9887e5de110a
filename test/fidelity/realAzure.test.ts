/** Recorder, comparer and refusal of the suite for a real subscription, tried on two in-memory ones over HTTP. */
import { expect, test } from "vitest";
import { AZURE_KINDS } from "../../infra/rehearsal/azure/resourceTypes/kinds.ts";
import { openCloud } from "../../infra/rehearsal/azure/controlPlane/cloud.ts";
import { type ArmEndpoint, open, SCHEMA } from "./armStandIn.ts";
import { madeIn, recordAll, whyNot, wrongIn } from "./realAzure.ts";

const SUBSCRIPTION = "0c1f7a52-0000-4000-8000-00000000d001";
const SOMEBODY = "0c1f7a52-0000-4000-8000-00000000d003";
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-lamna`;
const STATE = {
  deployment: {
    resources: [
      { urn: "urn:pulumi:a::b::pulumi:pulumi:Stack::b-a", type: "pulumi:pulumi:Stack" },
      {
        urn: "urn:pulumi:a::b::azuread:index/application:Application::one",
        type: "azuread:index/application:Application",
        id: "/applications/one",
      },
      {
        urn: "urn:pulumi:a::b::azure-native:resources:ResourceGroup::group",
        type: "azure-native:resources:ResourceGroup",
        id: GROUP,
        outputs: { azureApiVersion: "2024-11-01" },
      },
      {
        urn: "urn:pulumi:a::b::azure-native:storage:StorageAccount::storage",
        type: "azure-native:storage:StorageAccount",
        id: GROUP + "/providers/Microsoft.Storage/storageAccounts/stlamna",
        outputs: { azureApiVersion: "2024-01-01" },
      },
    ],
  },
};

async function target(): Promise<ArmEndpoint> {
  const vendors = openCloud(
    {
      subscriptionId: SUBSCRIPTION,
      tenantId: SOMEBODY,
      deployer: { objectId: SOMEBODY, clientId: SOMEBODY },
      now: () => new Date(),
    },
    AZURE_KINDS,
    [SCHEMA],
  );
  const entryPoint = await open(vendors);
  const put = (path: string, body: object) =>
    fetch(entryPoint.url + path, { method: "PUT", body: JSON.stringify({ location: "eastus2", ...body }) });
  await put(GROUP, {});
  await put(GROUP + "/providers/Microsoft.Storage/storageAccounts/stlamna", {
    kind: "StorageV2",
    sku: { name: "Standard_LRS" },
  });
  return entryPoint;
}

test("a deployment is recorded resource by resource, and two that answer the same do not differ", async () => {
  const [one, other] = [await target(), await target()];
  const records = await recordAll(madeIn(STATE), one);
  expect([...records.keys()]).toEqual([
    "urn:pulumi:a::b::azure-native:resources:ResourceGroup::group",
    "urn:pulumi:a::b::azure-native:storage:StorageAccount::storage",
  ]);
  expect([...records.values()][1]).toMatchObject({
    status: 200,
    fields: { minimumtlsversion: "TLS1_2", "sku.name": "Standard_LRS", creationtime: "<time>" },
  });
  expect(wrongIn(records, await recordAll(madeIn(STATE), other))).toEqual([]);
  one.close();
  other.close();
});

test("it is said where the in-memory Azure is wrong: another value, a field too few, a resource that is not there", async () => {
  const [real, inMemory] = [await target(), await target()];
  const account = GROUP + "/providers/Microsoft.Storage/storageAccounts/stlamna";
  await real.vendors.cloud.change(account, { minimumTlsVersion: "TLS1_3", isLocalUserEnabled: false });
  const wrong = wrongIn(await recordAll(madeIn(STATE), real), await recordAll(madeIn(STATE), inMemory));
  expect(wrong.map(({ field, theirs, ours }) => [field, theirs, ours])).toEqual([
    ["minimumtlsversion", "TLS1_3", "TLS1_2"],
    ["islocaluserenabled", "false", "<absent>"],
  ]);
  await inMemory.vendors.cloud.remove(account);
  const missing = wrongIn(await recordAll(madeIn(STATE), real), await recordAll(madeIn(STATE), inMemory));
  expect(missing[0]).toMatchObject({ field: "status", theirs: "200", ours: "404" });
  real.close();
  inMemory.close();
});

const TEST = {
  environment: "test",
  azure: { subscriptionId: SUBSCRIPTION },
  organization: { name: "Lamna" },
};

test.each([
  [TEST, undefined],
  [{ ...TEST, environment: "production" }, "environment: test"],
  [{ ...TEST, number: {} }, "number"],
  [{ ...TEST, numbers: "portal" }, "numbers"],
  [{ ...TEST, azure: { subscriptionId: SOMEBODY } }, "azure.subscriptionId"],
])("anything but a test stack of that subscription is refused (%#)", (stack, named) => {
  const reason = whyNot(stack, SUBSCRIPTION);
  if (named === undefined) expect(reason).toBeUndefined();
  else expect(reason).toContain(named);
});
