import { afterAll, expect, test } from "vitest";
import { shop, type Shop } from "../../app/sandbox/communication/shop.ts";
import { hospital } from "../../app/sandbox/microsoft/hospital.ts";
import { drivePlugin, UNKNOWN } from "./pluginDriver.ts";

const microsoft = await hospital();
afterAll(() => microsoft.stop());

const wait = () => Promise.resolve();
const wanted = (endpoint: string) => ({
  endpoint,
  countryCode: "US",
  phoneNumberType: "tollFree",
  sms: "inbound+outbound",
  calling: "none",
  tag: "lamna",
});
const plugin = (open: Shop) => drivePlugin("PhoneNumber", { credential: open.credential, wait });
const nowhere = { credential: { getToken: () => Promise.reject(new Error("asked")) }, wait };

test("a number is bought once, and adopted by whoever comes after a destroy", async () => {
  const open = await shop({}, { microsoft });
  const pulumi = await plugin(open);
  const inputs = wanted(open.backChannel + "/");
  expect(await pulumi.check(inputs)).toEqual([]);
  const { id, outputs } = await pulumi.create(inputs);
  expect(open.purchased()).toEqual([id]);
  expect(outputs).toEqual({
    ...inputs,
    phoneNumber: id,
    sms: "inbound+outbound",
    calling: "none",
    purchasedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
  });
  expect(pulumi.said).toContain("The number is bought.");
  await pulumi.delete(id, inputs);
  expect(open.purchased()).toEqual([id]);
  expect(pulumi.warned[0]).toContain("release it there");
  expect((await (await plugin(open)).create(inputs)).id).toBe(id);
});

test("a number is released only by who said so", async () => {
  const open = await shop({}, { microsoft });
  const pulumi = await plugin(open);
  const inputs = wanted(open.backChannel);
  const { id } = await pulumi.create(inputs);
  await pulumi.delete(id, { ...inputs, releaseOnDelete: true });
  expect([open.purchased(), (await pulumi.read(id, inputs)).id]).toEqual([[], ""]);
});

test("a preview asks nobody, and says what will only be known later", async () => {
  const pulumi = await drivePlugin("PhoneNumber", nowhere);
  const inputs = { ...wanted("https://lamna.communication.azure.com"), endpoint: UNKNOWN };
  expect(await pulumi.check(inputs)).toEqual([]);
  expect(await pulumi.preview(inputs)).toEqual({
    ...inputs,
    phoneNumber: UNKNOWN,
    purchasedAt: UNKNOWN,
    sms: "inbound+outbound",
    calling: "none",
  });
  const before = { phoneNumber: "+18335550100", purchasedAt: "2026-11-25T00:00:00Z" };
  expect(await pulumi.previewUpdate("+18335550100", before, inputs)).toMatchObject(before);
  expect(await pulumi.diff(wanted("https://lamna.communication.azure.com"), inputs)).toEqual({
    changes: [],
    replaces: [],
  });
});

test.for<[string, unknown]>([
  ["endpoint", "http://lamna.communication.azure.com"],
  ["endpoint", "https://lamna.communication.azure.com/phoneNumbers"],
  ["countryCode", "CA"],
  ["phoneNumberType", "geographic"],
  ["areaCode", "425"],
  ["sms", "both"],
  ["calling", true],
  ["tag", ""],
  ["colour", "red"],
])("a wrong %s is named before anything is made", async ([name, value]) => {
  const pulumi = await drivePlugin("PhoneNumber", nowhere);
  const failures = await pulumi.check({ ...wanted("https://lamna.communication.azure.com"), [name]: value });
  expect(failures.map(([property]) => property)).toEqual([name]);
});

test("capabilities change in place; all else that says what a number is does not change", async () => {
  const open = await shop({}, { microsoft });
  const pulumi = await plugin(open);
  const inputs = wanted(open.backChannel);
  const { id } = await pulumi.create(inputs);
  const fewer = { ...inputs, sms: "outbound" };
  expect(await pulumi.diff(inputs, fewer)).toEqual({ changes: ["sms"], replaces: [] });
  expect(await pulumi.update(id, fewer)).toMatchObject({ phoneNumber: id, sms: "outbound" });
  const harmless = { ...inputs, areaCode: "844", tag: "lamna-clinics", releaseOnDelete: true };
  expect((await pulumi.diff(inputs, harmless)).changes).toEqual([]);
  await expect(pulumi.diff(inputs, { ...inputs, phoneNumberType: "geographic" })).rejects.toThrow(
    /^A number keeps its phoneNumberType for life\./,
  );
  await expect(pulumi.diff(inputs, wanted("https://other.communication.azure.com"))).rejects.toThrow(
    /numbers do not move/,
  );
});

test("what somebody changed in the Azure portal is seen, and what somebody released is gone", async () => {
  const open = await shop({}, { microsoft });
  const pulumi = await plugin(open);
  const inputs = wanted(open.backChannel);
  const { id } = await pulumi.create(inputs);
  expect((await pulumi.read(id, inputs)).inputs).toEqual(inputs);
  await pulumi.update(id, { ...inputs, sms: "none" });
  const seen = await pulumi.read(id, inputs);
  expect([seen.inputs["sms"], seen.outputs["sms"]]).toEqual(["none", "none"]);
  expect((await pulumi.diff(seen.inputs, inputs)).changes).toEqual(["sms"]);
  expect((await pulumi.read("+18005550199", inputs)).id).toBe("");
});

test("a number is imported by its address at the resource", async () => {
  const open = await shop({}, { microsoft });
  const { id } = await (await plugin(open)).create(wanted(open.backChannel));
  const pulumi = await plugin(open);
  const found = await pulumi.read(`${open.backChannel}/phoneNumbers/${id}`);
  expect([found.id, found.outputs["phoneNumber"]]).toEqual([id, id]);
  expect((await pulumi.diff(found.inputs, wanted(open.backChannel))).changes).toEqual([]);
  await expect(pulumi.read(id)).rejects.toThrow(/^Import a number as https:/);
});

test("a role that the same update gave is waited for, and one that never works is named", async () => {
  const owners: string[] = [];
  const open = await shop({ owners }, { microsoft });
  let waits = 0;
  const pulumi = await drivePlugin("PhoneNumber", {
    credential: open.credential,
    wait: () => {
      if (++waits === 3) owners.push("c0ffee00-0000-4000-8000-0000000000d2");
      return Promise.resolve();
    },
  });
  const { id } = await pulumi.create(wanted(open.backChannel));
  expect(open.purchased()).toEqual([id]);
  const stranger = await shop({ owners: [] }, { microsoft });
  await expect((await plugin(stranger)).create(wanted(stranger.backChannel))).rejects.toThrow(
    /Communication and Email Service Owner/,
  );
});

test("cancelled in the middle of a purchase and run again, there is one number", async () => {
  const open = await shop({ limits: { numbers: 9, searchesAWeek: 9 } }, { microsoft });
  open.faults.set({ operationRequests: 30 });
  const stopped = await drivePlugin("PhoneNumber", {
    credential: open.credential,
    wait: async (milliseconds, signal) => {
      if (milliseconds < 10_000) await stopped.cancel();
      signal?.throwIfAborted();
    },
  });
  await expect(stopped.create(wanted(open.backChannel))).rejects.toThrow("cancelled");
  expect(open.purchased()).toEqual([]);
  const { id } = await (await plugin(open)).create(wanted(open.backChannel));
  expect(open.purchased()).toEqual([id]);
});
