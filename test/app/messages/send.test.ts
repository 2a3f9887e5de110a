/** One message is sent once, whatever its vendor answers and however often it is tried. */
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import { mailSenderOf } from "../../../app/domain/mailing.ts";
import type { SendPicks } from "../../../app/messages/handOver.ts";
import { sendMail } from "../../../app/messages/sendMail.ts";
import { sendText } from "../../../app/messages/sendText.ts";
import { jsonLog } from "../../../app/log.ts";
import type { Fate } from "../../../app/ports/mail.ts";
import type { Handover } from "../../../app/ports/texts.ts";
import { openHeard } from "../../../app/records/heard.ts";
import { openMessages, type MessageOf } from "../../../app/records/messages.ts";
import { openOptOuts } from "../../../app/records/optOuts.ts";
import { openSendingRate } from "../../../app/records/sendingRate.ts";
import { keyring } from "../../harness/findingDeployment.ts";
import { NOTHING_UNKNOWN } from "../../../app/records/portalTexting.ts";

const FROM = "+18335550100";
const TO = "+12025550123";
const OF: Omit<MessageOf, "way"> = {
  visit: "AAAAAAAAAAAAAAAA" as VisitId,
  kind: "reminder",
  start: "2027-01-12T15:00:00.000Z",
  which: "15",
};
const ACCEPTED: Handover = { kind: "accepted", providerId: "Outgoing_1" };
const CONTENT = { subject: "s", plain: "p", html: "h", calendar: "c" };

let at = 0;
beforeEach(() => void (at = Date.parse("2027-01-12T14:00:00Z")));
const forward = (seconds: number) => void (at += seconds * 1000);

function vendors() {
  const now = () => new Date(at);
  const store = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => store.close());
  const answers: Handover[] = [];
  const fates: Fate[] = [];
  const handed: { readonly id: string; readonly firstSent?: Date }[] = [];
  const next = <T>(from: T[], usual: T) => Promise.resolve(from.shift() ?? usual);
  const log = jsonLog(() => undefined, now);
  const parts: SendPicks = {
    log,
    heard: openHeard({ store, log, now }),
    messages: openMessages({ store, keyring, now }),
    sendingRate: openSendingRate({ store, now }),
    optOuts: openOptOuts({ store, keyring, log }),
    queue: { now } as SendPicks["queue"],
    messaging: {
      number: FROM,
      mailSender: mailSenderOf("visits@mail.lamna.example", undefined),
      isAgreed: true,
      isApproved: true,
      textsPatientsOf: () => true,
      unknown: NOTHING_UNKNOWN,
      whyNotTexted: () => "not-said",
      isLive: true,
      isStaff: () => false,
      mayReach: () => true,
      texts: { send: (text) => (handed.push(text), next(answers, ACCEPTED)) },
      mail: {
        send: (mail) => (handed.push(mail), next(answers, ACCEPTED)),
        fateOf: () => next(fates, { kind: "absent" }),
      },
    },
  };
  const text = (more: Partial<Parameters<typeof sendText>[1]> = {}) =>
    sendText(parts, { of: OF, to: TO, text: "Visit reminder", ...more });
  const mail = () => sendMail(parts, { of: OF, to: "pat@patients.example", content: CONTENT });
  const state = async () => (await parts.messages.of(OF.visit)).map((one) => one.state);
  return { parts, answers, fates, handed, text, mail, state };
}

test("a text is handed over once, however often it is asked for", async () => {
  const { handed, text, state } = vendors();
  expect(await text()).toMatchObject({ kind: "over", message: { state: "accepted" } });
  await text();
  await Promise.all([text(), text()]);
  expect(handed).toHaveLength(1);
  expect(await state()).toEqual(["accepted"]);
});

test("what was not taken waits, and is handed over for the first time later, as new", async () => {
  const { answers, handed, text, state } = vendors();
  answers.push({ kind: "not-now", reason: "busy", retryAfterMs: 30_000 });
  expect(await text()).toEqual({ kind: "later", reason: "messages.busy", afterMs: 30_000 });
  expect(await state()).toEqual(["waiting"]);
  forward(3600);
  expect(await text()).toMatchObject({ kind: "over" });
  expect(handed).toHaveLength(2);
  expect(handed[1]?.id).toBe(handed[0]?.id);
  expect(handed[1]?.firstSent).toEqual(new Date(at));
});

test("a text that a process with a clock ahead has begun is handed over by the next one all the same", async () => {
  const { answers, handed, text } = vendors();
  answers.push({ kind: "unknown" });
  await text();
  forward(-3);
  await text();
  expect(handed).toHaveLength(2);
  expect(new Set(handed.map(({ id }) => id)).size).toBe(1);
});

test("an answer that was lost is asked for under the same id and time, while the vendor remembers it, and never after", async () => {
  const { answers, handed, text, state } = vendors();
  answers.push({ kind: "unknown" }, { kind: "unknown" });
  await text();
  forward(60);
  await text();
  expect(handed.map(({ firstSent }) => firstSent?.getTime())).toEqual([at - 60_000, at - 60_000]);
  forward(300);
  expect(await text()).toMatchObject({ kind: "over", message: { state: "begun" } });
  expect(handed).toHaveLength(2);
  expect(await state()).toEqual(["begun"]);
});

test.each<Handover>([
  { kind: "not-now", reason: "busy" },
  { kind: "refused", reason: "recipient" },
  { kind: "forgotten" },
])("what may have left stays so, whatever a repetition is answered: %j", async (answer) => {
  const { answers, text, state } = vendors();
  answers.push({ kind: "unknown" }, answer);
  await text();
  forward(60);
  await text();
  expect(await state()).toEqual(["begun"]);
});

test("there is room for so many segments a minute, and what has none waits for the next", async () => {
  const { handed, text } = vendors();
  const limits = [{ seconds: 60, most: 1 }];
  await text({ limits });
  const second = { ...OF, which: "1440" };
  expect(await text({ of: second, limits })).toEqual({
    kind: "later",
    reason: "messages.rate",
    afterMs: 60_000,
  });
  expect(handed).toHaveLength(1);
  forward(60);
  expect(await text({ of: second, limits })).toMatchObject({ kind: "over" });
});

test("a mail's fate is asked before it is handed over again", async () => {
  const { answers, fates, handed, mail, state } = vendors();
  answers.push({ kind: "unknown" });
  fates.push(ACCEPTED);
  await mail();
  expect(await mail()).toMatchObject({ kind: "later" });
  forward(90);
  expect(await mail()).toMatchObject({ kind: "over", message: { state: "accepted" } });
  expect(handed).toHaveLength(1);
  expect(await state()).toEqual(["accepted"]);
});

test("a mail that the vendor never got is handed over again, and not after an hour", async () => {
  const { answers, handed, mail } = vendors();
  answers.push({ kind: "unknown" }, { kind: "unknown" });
  await mail();
  forward(90);
  await mail();
  expect(handed).toHaveLength(2);
  forward(3601);
  expect(await mail()).toMatchObject({ kind: "over", message: { state: "begun" } });
  expect(handed).toHaveLength(2);
});

test("whoever has said STOP gets nothing, also where an answer was lost before", async () => {
  const { answers, handed, parts, text, state } = vendors();
  answers.push({ kind: "unknown" });
  await text();
  await parts.optOuts.stop(TO, new Date(at));
  forward(30);
  await text();
  expect(handed).toHaveLength(1);
  expect(await text({ of: { ...OF, which: "1440" } })).toMatchObject({
    message: { state: "withheld", code: "opted-out" },
  });
  expect(handed).toHaveLength(1);
  expect((await state()).toSorted()).toEqual(["begun", "withheld"]);
});

test("a text waits while it cannot be read whether its number has ended texts, and is not in doubt after that", async () => {
  const { handed, parts, text, state } = vendors();
  const { optOuts } = parts;
  Object.assign(parts, { optOuts: { ...parts.optOuts, isStopped: () => Promise.resolve("not-known") } });
  for (let tries = 0; tries < 2; tries++) {
    expect(await text()).toEqual({ kind: "later", reason: "messages.opt-out-unreadable" });
    expect([handed.length, await state()]).toEqual([0, ["waiting"]]);
    forward(3600);
  }
  Object.assign(parts, { optOuts });
  expect(await text()).toMatchObject({ kind: "over", message: { state: "accepted" } });
  expect(handed).toHaveLength(1);
});

test("one that may have left is not repeated meanwhile", async () => {
  const { answers, handed, parts, text, state } = vendors();
  answers.push({ kind: "unknown" });
  await text();
  Object.assign(parts, { optOuts: { ...parts.optOuts, isStopped: () => Promise.resolve("not-known") } });
  forward(30);
  expect(await text()).toEqual({ kind: "later", reason: "messages.opt-out-unreadable" });
  expect([handed.length, await state()]).toEqual([1, ["begun"]]);
});

const NO_ROOM_YET = 5000;
/** An answer that comes late. */
function slow<T>(answer: T) {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return {
    answer: () => promise.then(() => answer),
    come: () => {
      resolve(undefined);
    },
  };
}

test.each([
  ["found no room", undefined],
  ["was told to come later", { kind: "not-now", reason: "busy" }],
  ["was refused", { kind: "refused", reason: "recipient" }],
] as const)("a slow process that %s does not unsay what another has sent meanwhile", async (_, answer) => {
  const { handed, parts, answers, text, state } = vendors();
  const room = slow(NO_ROOM_YET);
  const vendor = slow<Handover>(answer ?? ACCEPTED);
  const one = {
    ...parts,
    ...(answer === undefined && { sendingRate: { take: room.answer } }),
    ...(answer !== undefined && { messaging: { ...parts.messaging, texts: { send: vendor.answer } } }),
  } as SendPicks;
  const late = sendText(one, { of: OF, to: TO, text: "Visit reminder" });
  await vi.waitFor(async () => {
    expect(await state()).toEqual(["begun"]);
  });
  forward(45);
  answers.push({ kind: "unknown" });
  await text();
  room.come();
  vendor.come();
  await late;
  expect(await state()).toEqual(["begun"]);
  forward(45);
  await text();
  expect(await state()).toEqual(["accepted"]);
  expect(new Set(handed.map(({ firstSent }) => firstSent?.getTime())).size).toBe(1);
});

test("what was accepted stays so, and its report may come", async () => {
  const { parts, text, state } = vendors();
  const { message } = await parts.messages.begin({ ...OF, way: "text" });
  await text();
  expect(await parts.messages.settle(message, { state: "waiting" })).toMatchObject({ state: "accepted" });
  expect(await state()).toEqual(["accepted"]);
  await parts.messages.report(message.id, { kind: "delivered" });
  expect(await state()).toEqual(["delivered"]);
});

test("a mail that finds no room the second time is not taken for one that never left", async () => {
  const { answers, handed, mail, parts, state } = vendors();
  answers.push({ kind: "unknown" });
  await mail();
  forward(90);
  const full = { ...parts, sendingRate: { ...parts.sendingRate, take: () => Promise.resolve(NO_ROOM_YET) } };
  await sendMail(full, { of: OF, to: "pat@patients.example", content: CONTENT });
  expect(await state()).toEqual(["begun"]);
  await mail();
  expect(handed).toHaveLength(2);
});

test.each<[what: string, by: "mail" | "text"]>([
  ["mails", "mail"],
  ["texts", "text"],
])("%s that the vendor does not take leave the room for when it does", async (_what, by) => {
  const { answers, handed, parts } = vendors();
  const most = { perMinute: 3, perHour: 3 };
  const messaging = { ...parts.messaging, mailSender: { address: "visits@lamna.example", limits: most } };
  const few = { ...parts, messaging } as SendPicks;
  const one = (which: string) =>
    by === "mail"
      ? sendMail(few, { of: { ...OF, which }, to: "pat@patients.example", content: CONTENT })
      : sendText(few, { of: { ...OF, which }, to: TO, text: "x", limits: [{ seconds: 3600, most: 3 }] });
  for (let times = 0; times < 6; times++) {
    answers.push({ kind: "not-now", reason: "unreachable" });
    expect(await one("a")).toMatchObject({ kind: "later", reason: "messages.unreachable" });
    forward(60);
  }
  const came = [];
  for (const which of ["a", "b", "c", "d"]) came.push((await one(which)).kind);
  expect([came, handed.length]).toEqual([["over", "over", "over", "later"], 9]);
});
