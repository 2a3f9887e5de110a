/**
 * Tests how the suite for a real subscription records, compares and refuses, with two in-memory subscriptions over HTTP.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { AZURE_KINDS } from "../../infra/rehearsal/azure/resourceTypes/kinds.ts";
import { openCloud } from "../../infra/rehearsal/azure/controlPlane/cloud.ts";
import { type ArmEndpoint, open, SCHEMA } from "./armStandIn.ts";
import { recordedWhenDone } from "./record.ts";
import {
  andDestroyed,
  madeIn,
  newsIn,
  realEnvironment,
  recordAll,
  existingGroup,
  whyNot,
  wrongIn,
} from "./realAzure.ts";

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
    recordedWhenDone({ method: "PUT", path, body: { location: "eastus2", ...body } }, (at, init) =>
      fetch(entryPoint.url + at, init),
    );
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

test("a write that goes on is in its first state until somebody has asked after it, and then done", async () => {
  const azure = await target();
  onTestFinished(() => {
    azure.close();
  });
  const path = GROUP + "/providers/Microsoft.Network/networkSecurityGroups/nsg-lamna";
  const put = await fetch(azure.url + path, {
    method: "PUT",
    body: JSON.stringify({ location: "eastus2" }),
  });
  expect([put.status, put.headers.get("retry-after")]).toEqual([201, "1"]);
  const stateIn = async (answer: Response) =>
    ((await answer.json()) as { properties: { provisioningState: string } }).properties.provisioningState;
  expect(await stateIn(put)).toBe("Updating");
  const operation = put.headers.get("azure-asyncoperation") ?? "";
  expect(await (await fetch(operation)).json()).toEqual({ status: "InProgress" });
  expect(await (await fetch(operation)).json()).toEqual({ status: "Succeeded" });
  expect(await stateIn(await fetch(azure.url + path))).toBe("Succeeded");

  const account = GROUP + "/providers/Microsoft.Storage/storageAccounts/stother";
  const begun = await fetch(azure.url + account, {
    method: "PUT",
    body: JSON.stringify({ location: "eastus2", kind: "StorageV2", sku: { name: "Standard_LRS" } }),
  });
  expect([begun.status, await begun.text()]).toEqual([202, ""]);
  const at = begun.headers.get("location") ?? "";
  expect((await fetch(at)).status).toBe(202);
  expect(await stateIn(await fetch(at))).toBe("Succeeded");
  expect((await fetch(at.replace(/[^/]+$/u, "nothing"))).status).toBe(404);
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

test("what is accepted of a resource, whoever deployed it, is no news; what hangs on a recording is", async () => {
  const [real, inMemory] = [await target(), await target()];
  const account = GROUP + "/providers/Microsoft.Storage/storageAccounts/stlamna";
  const { primaryEndpoints } = real.vendors.cloud.find(account)?.properties ?? {};
  await real.vendors.cloud.change(account, {
    minimumTlsVersion: "TLS1_3",
    primaryEndpoints: { ...(primaryEndpoints as object), web: "https://stlamna.z20.web.core.windows.net/" },
  });
  const wrong = wrongIn(await recordAll(madeIn(STATE), real), await recordAll(madeIn(STATE), inMemory));
  expect(wrong.map(({ field }) => field)).toEqual(["minimumtlsversion", "primaryendpoints.web"]);
  expect((await newsIn(wrong, madeIn(STATE))).map(({ field }) => field)).toEqual(["minimumtlsversion"]);
  real.close();
  inMemory.close();
});

const TEST = {
  tenant: "lamna",
  environment: "test",
  azure: { subscriptionId: SUBSCRIPTION },
  microsoft: {},
};

test.each([
  [TEST, undefined],
  [{ ...TEST, environment: "production" }, "environment: test"],
  [{ ...TEST, number: {} }, "number"],
  [{ ...TEST, number: {} }, 'another "tenant"'],
  [{ ...TEST, numbers: "portal" }, "numbers"],
  [{ ...TEST, microsoft: { registration: {} } }, "microsoft.registration"],
  [{ ...TEST, azure: { subscriptionId: SOMEBODY } }, "azure.subscriptionId"],
])("anything but a test stack of that subscription is refused (%#)", (stack, named) => {
  const reason = whyNot(stack, SUBSCRIPTION);
  if (named === undefined) expect(reason).toBeUndefined();
  else expect(reason).toContain(named);
});

test("a stack whose names Azure has already is refused, and so a number that somebody keeps stays", async () => {
  const azure = await target();
  onTestFinished(() => {
    azure.close();
  });
  const there = () => existingGroup(TEST, azure);
  expect(await there()).toBeUndefined();
  for (const name of ["rg-lamna-test-number", "rg-lamna-test"]) {
    const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${name}`;
    await fetch(azure.url + id, { method: "PUT", body: JSON.stringify({ location: "eastus2" }) });
    expect(await there()).toContain(`Azure has the resource group ${name} already`);
    await azure.vendors.cloud.remove(id);
  }
  expect(await there()).toBeUndefined();
});

test("where Azure does not say whether a name is free, nothing is deployed", async () => {
  const closed = createServer((_request, response) => response.writeHead(403).end()).listen(0, "127.0.0.1");
  onTestFinished(() => void closed.close());
  await once(closed, "listening");
  const url = `http://127.0.0.1:${String((closed.address() as AddressInfo).port)}`;
  await expect(existingGroup(TEST, { url })).rejects.toThrow("(it answered 403), so nothing is deployed");
});

test("the engine waits for real sites as long as the program says, by the sign-in of whoever runs it", () => {
  const surroundings = {
    HOME: "/home/somebody",
    PATH: "/usr/bin",
    ARM_CLIENT_ID: SOMEBODY,
    EHR_AZURE_SECOND_MS: "20",
    NODE_OPTIONS: "--import x",
    PULUMI_BACKEND_URL: "https://somewhere.example",
    PULUMI_CONFIG_PASSPHRASE: "somebody's",
  };
  expect(realEnvironment(surroundings, "file:///state")).toEqual({
    HOME: "/home/somebody",
    ARM_CLIENT_ID: SOMEBODY,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false",
    PULUMI_BACKEND_URL: "file:///state",
    PULUMI_CONFIG_PASSPHRASE: "",
  });
  expect(realEnvironment({ EHR_READY_WITHIN_SECONDS: "5400" }, "")).toMatchObject({
    EHR_READY_WITHIN_SECONDS: "5400",
  });
});

const FINE = () => Promise.resolve();
const DIFFERS = () => Promise.reject(new Error("minimumtlsversion differs"));

test.each([
  ["compared and destroyed", FINE, [0], undefined, 0],
  ["destroyed once Azure lets go of the subnet", FINE, [1, 1, 0], undefined, 2],
  ["destroyed although it differs, which is told", DIFFERS, [0], /^minimumtlsversion differs$/, 0],
  ["never destroyed, which is told with what is left", FINE, [1, 1, 1, 1], /^The stack is not .*kept/, 3],
  ["both", DIFFERS, [1, 1, 1, 1], /minimumtlsversion differs\nError: The stack is not .*kept\n.*in use/, 3],
] as const)("a stack that was made for the suite is %s", async (_what, comparing, codes, told, waits) => {
  const left = [...codes];
  let waited = 0;
  const ended = andDestroyed(
    comparing,
    () =>
      Promise.resolve({ code: left.shift() ?? 1, stdout: "", stderr: "the subnet is in use", events: [] }),
    () => Promise.resolve(waited++),
    "Its state is kept",
  );
  if (told === undefined) await ended;
  else await expect(ended).rejects.toThrow(told);
  expect([left, waited]).toEqual([[], waits]);
});
