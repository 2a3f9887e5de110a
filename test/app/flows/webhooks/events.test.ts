/** Event Grid's events in our terms, one by one. */
import { expect, test } from "vitest";
import { eventsIn } from "../../../../app/flows/webhooks/events.ts";
import { validationCode } from "../../../../app/flows/webhooks/handshake.ts";

const now = new Date("2027-01-12T15:00:00Z");
const EVENT_TIME = "2027-01-12T14:59:00.000Z";
const RECEIVED = "2027-01-12T14:58:00.000Z";
const event = (kind: string, data: unknown, more: object = {}) => ({
  eventType: "Microsoft.Communication." + kind,
  eventTime: EVENT_TIME,
  data,
  ...more,
});
const reply = (more: object = {}, around: object = {}) =>
  event(
    "SMSReceived",
    { From: "12025550147", message: "STOP", MessageId: "in-1", receivedTimestamp: RECEIVED, ...more },
    around,
  );
const report = (more: object = {}) =>
  event("SMSDeliveryReportReceived", {
    to: "12025550147",
    Tag: "id-1",
    deliveryStatus: "Failed",
    deliveryStatusDetails: "4006",
    receivedTimestamp: RECEIVED,
    ...more,
  });
const mail = (status: unknown, more: object = {}) =>
  event("EmailDeliveryReportReceived", { messageId: "id-2", status, ...more });
const one = (given: object) => eventsIn([given], now)?.told[0];
const stop = { kind: "stop", language: "en", carrierAnswers: true };

test("a reply is told by its kind, whose it is and when it came; its words are gone", () => {
  expect(eventsIn([reply()], now)).toEqual({
    told: [
      {
        kind: "reply",
        reply: stop,
        number: "+12025550147",
        which: "in-1",
        at: new Date(RECEIVED),
        timed: true,
      },
    ],
    others: 0,
    unreadable: 0,
    lostReplies: 0,
    lostStarts: [],
  });
});

test.each<[to: unknown, told: object]>([
  ["18335550100", { ours: "+18335550100" }],
  ["nobody", {}],
  [null, {}],
])("a reply to %s tells the number of ours that was texted, where it can be read", (to, told) => {
  const { ours } = one(reply({ To: to })) as { readonly ours?: string };
  expect({ ...(ours !== undefined && { ours }) }).toEqual(told);
});

test("a report is told by its message's id, with the number that it is about", () => {
  const failed = { kind: "failed", meaning: "retry", code: "4006" };
  const told = { kind: "report", id: "id-1", delivery: failed, at: new Date(RECEIVED) };
  expect(one(report())).toEqual({ ...told, number: "+12025550147" });
  expect(one(report({ to: "nobody" }))).toEqual(told);
  expect(one(report({ to: null }))).toEqual(told);
  expect(one(report({ receivedTimestamp: "soon" }))).toMatchObject({ at: new Date(EVENT_TIME) });
  expect(one(report({ Tag: null }))).toMatchObject({ id: "" });
});

test("a mail's report is told once the mail has come to its end", () => {
  expect(one(mail("Delivered"))).toEqual({
    kind: "report",
    id: "id-2",
    delivery: { kind: "delivered" },
    at: new Date(EVENT_TIME),
  });
  expect(eventsIn([mail("OutForDelivery")], now)).toEqual({
    told: [],
    others: 1,
    unreadable: 0,
    lostReplies: 0,
    lostStarts: [],
  });
});

test.each<[what: string, given: object, at: string]>([
  ["its own time", reply(), RECEIVED],
  ["the event's", reply({ receivedTimestamp: null }), EVENT_TIME],
  ["the event's, where its own is none", reply({ receivedTimestamp: "soon" }), EVENT_TIME],
  [
    "the event's, where its own is the year 1",
    reply({ receivedTimestamp: "0001-01-01T00:00:00Z" }),
    EVENT_TIME,
  ],
  [
    "the event's, where its own is still to come",
    reply({ receivedTimestamp: "2099-01-01T00:00:00Z" }),
    EVENT_TIME,
  ],
  [
    "now, where neither can be believed",
    reply({ receivedTimestamp: "2027-01-12T15:05:01Z" }, { eventTime: "2026-12-13T14:59:59Z" }),
    now.toISOString(),
  ],
  ["now", reply({ receivedTimestamp: undefined }, { eventTime: undefined }), now.toISOString()],
  [
    "now, where the event's is none",
    reply({ receivedTimestamp: undefined }, { eventTime: "soon" }),
    now.toISOString(),
  ],
])("a STOP counts from %s", (_what, given, at) => {
  expect(one(given)).toMatchObject({ reply: stop, at: new Date(at) });
});

test("a START counts from a time that can be believed, and without one it is lost: it may be older than a STOP", () => {
  const start = (receivedTimestamp: string, eventTime: string) =>
    eventsIn([reply({ message: "START", receivedTimestamp }, { eventTime })], now);
  expect(start(RECEIVED, EVENT_TIME)?.told).toMatchObject([
    { reply: { kind: "start" }, at: new Date(RECEIVED) },
  ]);
  expect(start("2099-01-01T00:00:00Z", EVENT_TIME)?.told).toMatchObject([{ at: new Date(EVENT_TIME) }]);
  expect(start("2099-01-01T00:00:00Z", "0001-01-01T00:00:00Z")).toEqual({
    told: [],
    others: 0,
    unreadable: 1,
    lostReplies: 1,
    lostStarts: ["+12025550147"],
  });
});

test("a reply without words or id is read, too", () => {
  expect(one(reply({ message: null, MessageId: undefined }))).toMatchObject({
    reply: { kind: "other" },
    which: "",
  });
});

test.each(["+12025550147", "1202", "123456789012345"])("%s is a number", (from) => {
  expect(one(reply({ From: from }))).toMatchObject({ number: from.startsWith("+") ? from : "+" + from });
});

test.each<[what: string, given: unknown, isLost: boolean]>([
  ["a reply from nobody", reply({ From: "nobody" }), true],
  ["a reply from too short a number", reply({ From: "120" }), true],
  ["a reply from too long a number", reply({ From: "1234567890123456" }), true],
  ["a reply from a number that begins with nought", reply({ From: "02025550147" }), true],
  ["a reply with more than a number", reply({ From: "x12025550147" }), true],
  ["a reply from whom nobody says", reply({ From: undefined }), true],
  ["a reply without data", event("SMSReceived", null), true],
  ["a report without a status", report({ deliveryStatus: undefined }), false],
  ["a mail's without an id", mail("Delivered", { messageId: undefined }), false],
  ["a mail's without a status", mail(undefined), false],
  ["nothing", null, false],
  ["a word", "event", false],
  ["an event without a type", { data: {} }, false],
])("%s cannot be read, and a lost reply is counted as such", (_what, given, isLost) => {
  expect(eventsIn([given], now)).toEqual({
    told: [],
    others: 0,
    unreadable: 1,
    lostReplies: isLost ? 1 : 0,
    lostStarts: [],
  });
});

test("events of other kinds are counted, and hinder none of their batch", () => {
  const batch = [event("CallStarted", {}), reply(), null, report()];
  expect(eventsIn(batch, now)).toMatchObject({
    told: [{ kind: "reply" }, { kind: "report" }],
    others: 1,
    unreadable: 1,
  });
});

test.each([undefined, null, {}, "[]"])("%j is no batch", (body) => {
  expect(eventsIn(body, now)).toBeUndefined();
});

const handshake = (code: unknown, eventType = "Microsoft.EventGrid.SubscriptionValidationEvent") => [
  { eventType, data: { validationCode: code } },
];
test.each<[body: unknown, code: string | undefined]>([
  [handshake("abc"), "abc"],
  [handshake("a".repeat(200)), "a".repeat(200)],
  [handshake("a".repeat(201)), undefined],
  [handshake(""), undefined],
  [handshake(7), undefined],
  [handshake("abc", "Microsoft.Communication.SMSReceived"), undefined],
  [[...handshake("abc"), ...handshake("def")], undefined],
  [[], undefined],
  [undefined, undefined],
])("the code of a handshake: %j", (body, code) => {
  expect(validationCode(body)).toBe(code);
});
