/** How azure-native itself behaves: names, places, previews, differences, refresh, import. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { call, type Engine, startEngine, SUBSCRIPTION, UNKNOWN } from "./engine.ts";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type * as protocol from "@pulumi/pulumi/proto/provider_pb.js";

const GROUP = "azure-native:resources:ResourceGroup";
const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";

let engine: Engine;
beforeEach(async () => {
  engine = await startEngine();
});
afterEach(() => engine.stop());

const group = () => engine.create(GROUP, "group", { resourceGroupName: "rg-lamna", location: "eastus2" });

test("a provider takes no secrets, so that what is secret is marked by the engine alone", async () => {
  const shake = await call<protocol.ProviderHandshakeRequest, protocol.ProviderHandshakeResponse>(
    (one, done) => engine.client(GROUP).handshake(one, done),
    new messages.ProviderHandshakeRequest(),
  );
  expect(shake.getAcceptSecrets()).toBe(false);
  const configured = await call<protocol.ConfigureRequest, protocol.ConfigureResponse>(
    (one, done) => engine.client(GROUP).configure(one, done),
    new messages.ConfigureRequest(),
  );
  expect(configured.getAcceptsecrets()).toBe(false);
  expect(configured.getSupportspreview()).toBe(true);
});

test("a group comes up, is read back, changes in place and goes", async () => {
  const made = await group();
  expect(made.id).toBe(`/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-lamna`);
  expect(made.outputs).toMatchObject({
    name: "rg-lamna",
    location: "eastus2",
    azureApiVersion: "2024-03-01",
  });
  const tagged = await engine.update(made, {
    resourceGroupName: "rg-lamna",
    location: "eastus2",
    tags: { tenant: "lamna" },
  });
  expect(tagged.outputs).toMatchObject({ tags: { tenant: "lamna" } });
  await engine.delete(tagged);
  expect(await engine.refresh(tagged)).toBeUndefined();
});

test("a name that is left out is the resource's own with eight characters, the same in preview and up", async () => {
  await group();
  const [one, two] = await Promise.all([
    engine.check(IDENTITY, "app", { resourceGroupName: "rg-lamna" }),
    engine.check(IDENTITY, "app", { resourceGroupName: "rg-lamna" }),
  ]);
  expect(one["resourceName"]).toMatch(/^app[0-9a-f]{8}$/);
  expect(two).toEqual(one);
  expect(one["__createBeforeDelete"]).toBe(true);
});

test("a place that is left out is the group's, and unknown while the group is", async () => {
  await group();
  expect(await engine.check(IDENTITY, "app", { resourceGroupName: "rg-lamna" })).toMatchObject({
    location: "eastus2",
  });
  expect(await engine.check(IDENTITY, "app", { resourceGroupName: UNKNOWN })).toMatchObject({
    location: UNKNOWN,
  });
});

test("a preview shows what was said and leaves the rest unknown", async () => {
  const seen = await engine.preview(GROUP, "group", { resourceGroupName: "rg-lamna", location: "eastus2" });
  expect(seen).toMatchObject({ location: "eastus2", name: UNKNOWN, type: UNKNOWN });
  expect(engine.cloud.all(GROUP)).toEqual([]);
});
