/** What comes of texts: replies and reports, through the sandbox's Event Grid and as it brings them at its worst. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { TEXTING_ID } from "../../../../app/records/portalTexting.ts";
import { reply } from "../../../../app/sandbox/communication/desk.ts";
import { PROVISIONED } from "../../../../app/sandbox/sandbox.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { call } from "./eventGrid.ts";

const VISIT = "AAAAAAAAAAAAAAAA" as VisitId;
let deployment: Deployment;
let token: string;
let next = 100;
beforeAll(async () => {
  deployment = await startDeployment();
  token = await deployment.sandbox.microsoft.eventGridToken();
});
beforeEach(() => deployment.sandbox.communication.faults.clear());
afterAll(() => deployment.stop());

/** A number that no other test has used. */
const freshNumber = () => "+12025550" + String(next++);
const desk = () => deployment.sandbox.communication.desk;
const toPhone = (number: string) =>
  desk().texts.flatMap((one) => (one.kind === "text" && one.to === number ? one.text : []));

async function says(number: string, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    reply(desk(), number, PROVISIONED.number, text);
    await desk().events?.settled();
  }
}

const event = (eventType: string, data: object) => ({
  id: randomUUID(),
  eventType: "Microsoft.Communication." + eventType,
  eventTime: new Date().toISOString(),
  subject: "",
  topic: "",
  data,
  dataVersion: "1.0",
});
const said = (from: string, message: string, receivedTimestamp: string, messageId = randomUUID()) =>
  event("SMSReceived", { messageId, from: from.slice(1), to: "18335550100", message, receivedTimestamp });
const report = (tag: string, deliveryStatus: string, deliveryStatusDetails = "") =>
  event("SMSDeliveryReportReceived", {
    messageId: "Outgoing_1",
    Tag: tag,
    deliveryStatus,
    deliveryStatusDetails,
  });
const bring = async (...events: readonly object[]) =>
  (await call(deployment.url, { token, kind: "Notification", body: JSON.stringify(events) })).status;

describe("a reply", () => {
  test("of STOP counts behind a report whose record cannot be read, and the batch is brought again", async () => {
    const number = freshNumber();
    const { messages, optOuts, store } = deployment.parts;
    const of = { visit: VISIT, kind: "update", way: "text", start: "2027-01-12T15:00:00.000Z" } as const;
    const { message } = await messages.begin({ ...of, which: randomUUID() });
    const row = (await store.changes("messages", 500)).items.find(({ id }) => id === message.id);
    if (row === undefined) throw new Error("no row");
    await store.replace("messages", { ...row, body: { ...row.body, v: 99 } }, row.etag);
    const batch = [report(message.id, "Delivered"), said(number, "STOP", new Date().toISOString())];
    expect(await bring(...batch)).toBe(503);
    expect(await optOuts.isStopped(number)).toBe(true);
    const spoilt = (await store.changes("messages", 500)).items.find(({ id }) => id === message.id);
    if (spoilt !== undefined) await store.replace("messages", { ...spoilt, body: row.body }, spoilt.etag);
    expect(await bring(...batch)).toBe(200);
  });

  test.each([null, "soon", 7, ""])(
    "of STOP counts whatever its own time is: %j",
    async (receivedTimestamp) => {
      const number = freshNumber();
      const data = { messageId: randomUUID(), from: number.slice(1), message: "stop", receivedTimestamp };
      expect(await bring(event("SMSReceived", data))).toBe(200);
      expect(await deployment.parts.optOuts.isStopped(number)).toBe(true);
    },
  );

  test.each([
    ["no id", { messageId: null }, {}],
    ["an id that is left out", { messageId: undefined }, {}],
    ["no time of the event", {}, { eventTime: null }],
    ["an odd time of the event", {}, { eventTime: "soon" }],
  ])("of STOP counts with %s", async (_, more, around) => {
    const number = freshNumber();
    const data = { messageId: randomUUID(), from: number.slice(1), message: "stop", ...more };
    expect(await bring({ ...event("SMSReceived", data), ...around })).toBe(200);
    expect(await deployment.parts.optOuts.isStopped(number)).toBe(true);
  });

  test("whose event has no data is told as an error, too", async () => {
    const before = deployment.logged.length;
    expect(await bring({ ...event("SMSReceived", {}), data: null })).toBe(200);
    expect(deployment.logged.slice(before).join("")).toContain("events.replies_unreadable");
  });

  test("is not answered once STOP was said, be it in the same batch", async () => {
    const number = freshNumber();
    const [at, later] = [0, 1000].map((more) => new Date(Date.now() + more).toISOString());
    expect(await bring(said(number, "running late", at ?? ""), said(number, "STOP", later ?? ""))).toBe(200);
    expect(toPhone(number)).toEqual([]);
  });

  test("is answered once though it comes again the next day", async () => {
    const number = freshNumber();
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    const first = said(number, "running late", yesterday);
    expect([await bring(first), await bring(first)]).toEqual([200, 200]);
    expect(toPhone(number)).toHaveLength(1);
    // It is that day's answer, and today has one of its own.
    await says(number, "still late");
    expect(toPhone(number)).toHaveLength(2);
  });

  test("that cannot be read is told as an error, as it may have been somebody's STOP", async () => {
    const before = deployment.logged.length;
    expect(await bring(event("SMSReceived", { from: "nobody" }))).toBe(200);
    expect(deployment.logged.slice(before).join("")).toContain("events.replies_unreadable");
  });

  test("of STOP ends texts, and the carrier's own answer is not doubled", async () => {
    const number = freshNumber();
    await says(number, "Stop");
    expect(await deployment.parts.optOuts.isStopped(number)).toBe(true);
    expect(toPhone(number)).toEqual([]);
    await says(number, "START");
    expect(await deployment.parts.optOuts.isStopped(number)).toBe(false);
    expect(toPhone(number)).toEqual([]);
  });

  test("of Cancel ends texts and says that the visit is not cancelled", async () => {
    const number = freshNumber();
    await says(number, "Cancel", "cancel");
    expect(await deployment.parts.optOuts.isStopped(number)).toBe(true);
    expect(toPhone(number)).toEqual([expect.stringContaining("Your visit is NOT canceled") as string]);
  });

  test("of HELP is answered once a day in each language", async () => {
    const number = freshNumber();
    await says(number, "HELP", "ayuda", "help", "info");
    expect(toPhone(number)).toEqual([
      expect.stringContaining("Call (202) 555-0100") as string,
      expect.stringContaining("Llame al (202) 555-0100") as string,
    ]);
  });

  test("of anything else is told once a day that nobody reads it", async () => {
    const number = freshNumber();
    await says(number, "running late", "hello?");
    expect(toPhone(number)).toEqual([
      expect.stringMatching(/^Lamna Healthcare: Replies are not read\./) as string,
    ]);
    await says(number, "stop", "still late");
    expect(toPhone(number)).toHaveLength(1);
  });

  test("that comes twice is answered once", async () => {
    const number = freshNumber();
    deployment.sandbox.communication.faults.set({ reports: "doubled" });
    await says(number, "help");
    expect(toPhone(number)).toHaveLength(1);
  });

  test("is answered once even where the answer's own answer is lost", async () => {
    const number = freshNumber();
    const again = said(number, "help", new Date().toISOString());
    deployment.sandbox.communication.faults.set({ answersLost: 1 });
    expect([await bring(again), await bring(again)]).toEqual([200, 200]);
    expect(toPhone(number)).toHaveLength(1);
  });

  test("is answered to listed staff alone where patients are not written to; STOP counts from anybody", async () => {
    const { optOuts, textingNow, textingSettings } = deployment.parts;
    const [patient, staff] = [freshNumber(), freshNumber()];
    const change = { actor: { kind: "program", name: "test" }, action: "texting.pilot" } as const;
    const pilot = { connections: [], live: false, staff: { phones: [staff], mails: [] } };
    const { revision, value } = await textingSettings.add(change, TEXTING_ID, pilot);
    await textingNow.refresh();
    await says(patient, "help", "running late", "cancel");
    await says(staff, "help");
    await textingSettings.replace(change, TEXTING_ID, revision, { ...value, live: true });
    await textingNow.refresh();
    expect([toPhone(patient), toPhone(staff).length]).toEqual([[], 1]);
    expect(await optOuts.isStopped(patient)).toBe(true);
  });

  test.each([
    ["in order", 0, 1],
    ["in reverse", 1, 0],
  ])("the later word counts, brought %s", async (_order, first, second) => {
    const number = freshNumber();
    const [before, after] = [Date.now() - 5 * 60_000, Date.now()].map((at) => new Date(at).toISOString());
    const words = [said(number, "stop", before ?? ""), said(number, "start", after ?? "")];
    expect(await bring(words[first] ?? {}, words[second] ?? {})).toBe(200);
    expect(await deployment.parts.optOuts.isStopped(number)).toBe(false);
    expect(await bring(said(number, "stop", after ?? ""))).toBe(200);
    expect(await deployment.parts.optOuts.isStopped(number)).toBe(true);
  });
});

describe("a report", () => {
  const begin = async () => {
    const start = "2027-01-12T15:00:00.000Z";
    const made = await deployment.parts.messages.begin({
      visit: VISIT,
      kind: "reminder",
      way: "text",
      start,
      which: randomUUID(),
    });
    return made.message.id;
  };
  const state = async (id: Awaited<ReturnType<typeof begin>>) => {
    const message = await deployment.parts.messages.read(id);
    return [message?.state, message?.code];
  };

  test("finds its message though all else stands as null", async () => {
    const id = await begin();
    const nulls = {
      messageId: null,
      to: null,
      from: null,
      deliveryStatusDetails: null,
      receivedTimestamp: null,
    };
    const data = { Tag: id, deliveryStatus: "Delivered", ...nulls };
    expect(await bring(event("SMSDeliveryReportReceived", data))).toBe(200);
    expect(await state(id)).toEqual(["delivered", undefined]);
  });

  test("finds its message by the tag, and what arrived stays arrived", async () => {
    const id = await begin();
    expect(await bring(report(id, "Delivered"), report(id, "Failed", "5001"))).toBe(200);
    const { messages } = deployment.parts;
    const message = await messages.read(id);
    if (message === undefined) throw new Error("no message");
    await messages.settle(message, { state: "accepted", providerId: "Outgoing_1" });
    expect(await state(id)).toEqual(["delivered", undefined]);
  });

  test("that gives no tag back is nobody's, also by the vendor's own id of the text: it stays sent and not confirmed", async () => {
    const id = await begin();
    const { messages } = deployment.parts;
    const message = await messages.read(id);
    if (message === undefined) throw new Error("no message");
    await messages.settle(message, { state: "accepted", providerId: "Outgoing_1" });
    const number = freshNumber();
    const data = {
      messageId: "Outgoing_1",
      To: number,
      deliveryStatus: "Failed",
      deliveryStatusDetails: "4007",
    };
    const before = deployment.logged.length;
    expect(await bring(event("SMSDeliveryReportReceived", data))).toBe(200);
    expect(await state(id)).toEqual(["accepted", undefined]);
    expect(await deployment.parts.optOuts.isStopped(number)).toBe(true);
    const logged = deployment.logged.slice(before).filter((line) => line.includes('"events.'));
    expect(logged.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
      "events.taken",
      "events.untagged",
    ]);
  });

  test.each([
    ["4006: unreachable", "4006"],
    ["4010: unverified", "4010"],
    ["4009: rejected by the entitlement system", "4009"],
    ["At 2027-01-12 the phone was off (4006)", "4006"],
    ["Sender blocked for given recipient.", "4007"],
    ["something else", "other"],
  ])("of failure says why: %s", async (details, code) => {
    const id = await begin();
    expect(await bring(report(id, "Failed", details))).toBe(200);
    expect(await state(id)).toEqual(["failed", code]);
  });

  test("of a mail finds its message by the operation's id", async () => {
    const id = await begin();
    const mail = (status: string) => event("EmailDeliveryReportReceived", { messageId: id, status });
    await bring(mail("Bounced"));
    expect(await state(id)).toEqual(["failed", "bounced"]);
    await bring(mail("Delivered"));
    expect(await state(id)).toEqual(["delivered", undefined]);
  });

  test("that a carrier blocks ends texts to that number", async () => {
    const number = freshNumber();
    const data = { Tag: "", To: number.slice(1), deliveryStatus: "Failed", deliveryStatusDetails: "4007" };
    expect(await bring(event("SMSDeliveryReportReceived", data))).toBe(200);
    expect(await deployment.parts.optOuts.isStopped(number)).toBe(true);
  });

  test("of nobody's message, of another kind or unreadable harms nothing of its batch", async () => {
    const id = await begin();
    const others = [
      report("no-id", "Delivered"),
      event("CallStarted", {}),
      event("SMSReceived", {}),
      { x: 1 },
      null,
    ];
    expect(await bring(...others.map((one) => one ?? {}), report(id, "Delivered"))).toBe(200);
    expect(await state(id)).toEqual(["delivered", undefined]);
  });
});

test("of two who begin one message, one is first", async () => {
  const of = {
    visit: VISIT,
    kind: "update",
    way: "text",
    start: "2027-01-12T15:00:00.000Z",
    which: "1",
  } as const;
  const begun = await Promise.all([1, 2, 3].map(() => deployment.parts.messages.begin(of)));
  expect(begun.filter(({ first }) => first)).toHaveLength(1);
  expect(new Set(begun.map(({ message }) => message.id)).size).toBe(1);
});

test("200 segments a minute are taken over all instances, and no more", async () => {
  const { sendingRate } = deployment.parts;
  const limits = [{ seconds: 3600, most: 200 }];
  const taken = await Promise.all(Array.from({ length: 30 }, () => sendingRate.take("test", 8, limits)));
  expect(taken.filter((wait) => wait === undefined)).toHaveLength(25);
  expect(Math.max(...taken.map((wait) => wait ?? 0))).toBeLessThanOrEqual(3_600_000);
});

test("neither numbers nor words are kept or logged", async () => {
  const number = freshNumber();
  await says(number, "mark-words-77 help me", "stop");
  const kept = (await deployment.parts.store.changes("messages", 500)).items;
  expect(kept.length).toBeGreaterThan(0);
  for (const text of [JSON.stringify(kept), deployment.logged.join("")]) {
    expect(text).not.toContain(number.slice(2));
    expect(text).not.toContain("mark-words-77");
  }
});
