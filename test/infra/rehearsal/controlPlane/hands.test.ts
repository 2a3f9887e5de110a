/** What a test can do with the cloud: look, change things without the engine, let operations fail, and listen. */
import type grpc from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { HookEvent } from "../../../../infra/rehearsal/azure/controlPlane/model.ts";
import { type Failing, failing } from "../../../azure/failing.ts";
import { type ProviderDriver, driveProviders } from "./providerDriver.ts";
import { azure, makes, refusal } from "./makes.ts";

const IDENTITY = azure("managedidentity:UserAssignedIdentity");

let driver: ProviderDriver;
let make: ReturnType<typeof makes>;
let heard: HookEvent[];
let refuses: string | undefined;
let failures: Failing;
beforeEach(async () => {
  heard = [];
  refuses = undefined;
  failures = failing();
  driver = await driveProviders({
    troubled: failures.troubled,
    hooks: {
      [IDENTITY]: async (event, cloud) => {
        heard.push(event);
        await Promise.resolve();
        if (refuses !== undefined) throw new Error(refuses);
        expect(cloud.find(event.resource.id) === undefined).toBe(event.operation === "delete");
      },
    },
  });
  make = makes(driver);
  await make.group();
});
afterEach(() => driver.stop());

test("both providers are attached by one value", () => {
  expect(driver.debugProviders).toMatch(/^azure-native:\d+,azuread:\d+$/);
});

test("an operation that fails before anything was done is made by the next", async () => {
  failures.failNext({
    token: IDENTITY,
    operation: "create",
    message: "Azure is busy",
    leaves: "nothing",
  });
  expect(await refusal(make.identity())).toContain("Azure is busy");
  expect(driver.cloud.all(IDENTITY)).toEqual([]);
  expect((await make.identity()).outputs["name"]).toBe("id-lamna");
});

test("an operation whose answer is lost leaves what the next one stumbles over", async () => {
  failures.failNext({
    token: IDENTITY,
    operation: "create",
    message: "connection reset",
    leaves: "unreported",
  });
  expect(await refusal(make.identity())).toContain("connection reset");
  expect(await refusal(make.identity())).toContain("cannot create already existing resource");
});

test("an operation that is half done tells the engine what is there", async () => {
  failures.failNext({
    token: IDENTITY,
    operation: "create",
    message: "still provisioning",
    leaves: "reported",
  });
  const error = await make.identity().catch((one: unknown) => one as grpc.ServiceError);
  const [details] = (error as grpc.ServiceError).metadata.get("grpc-status-details-bin");
  expect(String(details)).toContain("pulumirpc.ErrorResourceInitFailed");
  expect(String(details)).toContain("userAssignedIdentities/id-lamna");
});

test("an update and a delete can fail, too", async () => {
  const made = await make.identity();
  failures.failNext({ token: IDENTITY, operation: "update", message: "throttled", leaves: "nothing" });
  expect(await refusal(driver.update(made, { ...made.inputs, tags: { tenant: "lamna" } }))).toContain(
    "throttled",
  );
  expect(driver.cloud.find(made.id)?.properties["tags"]).toEqual({});
  failures.failNext({ token: IDENTITY, operation: "delete", message: "throttled", leaves: "nothing" });
  expect(await refusal(driver.delete(made))).toContain("throttled");
  expect(driver.cloud.find(made.id)?.name).toBe("id-lamna");
  failures.failNext({
    token: IDENTITY,
    operation: "delete",
    message: "connection reset",
    leaves: "unreported",
  });
  expect(await refusal(driver.delete(made))).toContain("connection reset");
  expect(driver.cloud.find(made.id)).toBeUndefined();
});

test("a hook hears of every operation, and of changes behind the engine's back", async () => {
  const made = await make.identity();
  const tagged = await driver.update(made, { ...made.inputs, tags: { a: "1" } });
  await driver.cloud.change(made.id, { tags: { a: "2" } });
  await driver.delete(tagged);
  expect(heard.map(({ operation, before }) => [operation, before?.properties["tags"]])).toEqual([
    ["create", undefined],
    ["update", {}],
    ["update", { a: "1" }],
    ["delete", undefined],
  ]);
});

test("a hook that fails fails the operation with its words, and nothing has happened", async () => {
  refuses = "the site does not start";
  expect(await refusal(make.identity())).toContain("the site does not start");
  expect(driver.cloud.all(IDENTITY)).toEqual([]);
  refuses = undefined;
  const made = await make.identity();
  refuses = "the site does not start";
  expect(await refusal(driver.update(made, { ...made.inputs, tags: { a: "1" } }))).toContain(
    "the site does not start",
  );
  expect(driver.cloud.find(made.id)?.properties["tags"]).toEqual({});
  expect(await refusal(driver.delete(made))).toContain("the site does not start");
  expect(driver.cloud.find(made.id)?.name).toBe("id-lamna");
});

test("what somebody removed is found missing by a refresh", async () => {
  const made = await make.identity();
  await driver.cloud.remove(made.id);
  expect(await driver.refresh(made)).toBeUndefined();
});

test("what is not there cannot be changed, and the cloud says so", async () => {
  await expect(driver.cloud.change("/subscriptions/x/none", {})).rejects.toThrow(
    "The cloud holds no /subscriptions/x/none",
  );
  await expect(driver.cloud.remove("/subscriptions/x/none")).rejects.toThrow("The cloud holds no");
});

test("the same random numbers make the same cloud", async () => {
  const ids = await Promise.all(
    [1, 2].map(async () => {
      const other = await driveProviders({ random: (bytes) => new Uint8Array(bytes).fill(7) });
      const there = makes(other);
      await there.group();
      const { outputs } = await there.identity();
      other.stop();
      return outputs["principalId"];
    }),
  );
  expect(ids[0]).toBe(ids[1]);
  expect(ids[0]).toBe("07070707-0707-4707-8707-070707070707");
});
