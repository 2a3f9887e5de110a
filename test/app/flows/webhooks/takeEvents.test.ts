/** What is done about a batch of replies and reports: what is kept, what is answered, and what the log says. */
import { expect, test } from "vitest";
import { textDelivery } from "../../../../app/domain/delivery.ts";
import { replyOf } from "../../../../app/domain/replies.ts";
import type { Batch, Told } from "../../../../app/flows/webhooks/events.ts";
import { takeEvents, type TakePicks } from "../../../../app/flows/webhooks/takeEvents.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";
import { TEXT_LIMITS } from "../../../../app/records/sendingRate.ts";

const NOW = new Date("2027-01-12T15:00:00Z");
const AT = new Date("2027-01-11T23:59:00Z");
const BEGUN = "2027-01-10T12:00:00.000Z";
const NUMBER = "+12025550147";
const OTHER = "+12025550148";
const FROM = "+18335550100";

interface Said {
  readonly messaging?: object | "none";
  readonly organization?: object;
  readonly stopped?: readonly string[];
  /** Whether any number has ended texts cannot be read. */
  readonly stop?: "not-known";
  /** Whether another process has already made the answer's record. */
  readonly isBegun?: boolean;
  readonly wait?: number;
  readonly outcome?: object;
  readonly sendFails?: Error;
  readonly reportFails?: Error;
  /** The record of the message that the report is about. */
  readonly message?: object;
  /** Whether a STOP arrives while the answer waits for its turn. */
  readonly stopsMeanwhile?: boolean;
}

function hospital(said: Said = {}) {
  const done: unknown[] = [];
  const logged: unknown[] = [];
  const stopped = new Set(said.stopped);
  const note =
    <T>(what: string, answer?: T) =>
    (...about: readonly unknown[]) => {
      done.push([what, ...about]);
      return Promise.resolve(answer);
    };
  const log =
    (level: string) =>
    (...entry: unknown[]) =>
      void logged.push([level, ...entry]);
  const messaging = {
    number: FROM,
    unknown: NOTHING_UNKNOWN,
    mayReach: () => true,
    texts: {
      send: ({ id, ...text }: { readonly id: string }) => {
        expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        done.push(["send", text]);
        return said.sendFails
          ? Promise.reject(said.sendFails)
          : Promise.resolve(said.outcome ?? { kind: "accepted" });
      },
    },
    ...(said.messaging === "none" ? {} : said.messaging),
  };
  const parts = {
    answers: { begin: note("begin", said.isBegun !== true) },
    heard: { told: note("heard"), startLost: note("start lost") },
    hospital: { organization: { name: "Lamna Healthcare", phone: "(202) 555-0100", ...said.organization } },
    jobs: { now: () => NOW, add: note("job") },
    log: { info: log("info"), warn: log("warn"), error: log("error") },
    messages: {
      report: (...about: unknown[]) => {
        done.push(["report", ...about]);
        return said.reportFails ? Promise.reject(said.reportFails) : Promise.resolve(said.message);
      },
    },
    messaging: said.messaging === "none" ? undefined : messaging,
    now: () => NOW,
    optOuts: {
      about: (number: string) =>
        Promise.resolve(stopped.has(number) ? { id: "1", stoppedAt: AT } : { id: "1" }),
      isStopped: (number: string) => Promise.resolve(said.stop ?? stopped.has(number)),
      stop: (...about: [string, Date]) => (stopped.add(about[0]), note("stop")(...about)),
      stopNow: (...about: [string, Date]) => (stopped.add(about[0]), note("stopNow")(...about)),
      start: (...about: [string, Date]) => (stopped.delete(about[0]), note("start")(...about)),
    },
    sendingRate: {
      take: (...about: unknown[]) => {
        if (said.stopsMeanwhile === true) stopped.add(NUMBER);
        return note("take", said.wait)(...about);
      },
    },
  } as unknown as TakePicks;
  const take = (told: readonly Told[], more: Partial<Batch> = {}) =>
    takeEvents(parts, { told, others: 0, unreadable: 0, lostReplies: 0, lostStarts: [], ...more });
  return { take, done, logged };
}
const says = (words: string, number = NUMBER, timed = true): Told => ({
  ...{ kind: "reply", reply: replyOf(words), number, which: "in-1", at: AT, timed },
});
const report = (details: string | undefined, more: object = { number: NUMBER }): Told => ({
  ...{ kind: "report", id: "id-1", at: AT },
  ...{ delivery: textDelivery(details === undefined ? "Delivered" : "Failed", details ?? "") },
  ...more,
});
const TAKEN = ["info", "events.taken", { count: 1 }];
const HEARD = ["heard"];
const take = ["take", FROM, 1, TEXT_LIMITS];
const send = (text: string) => ["send", { from: FROM, to: NUMBER, text, firstSent: NOW }];
const HELP =
  "Lamna Healthcare: Texts about video visits, about 3 a visit. Call (202) 555-0100. Msg & data rates may apply. STOP to end.";

test.each<[words: string, done: readonly unknown[]]>([
  ["STOP", [["stop", NUMBER, AT], HEARD]],
  ["START", [["start", NUMBER, AT], HEARD]],
  ["HELP", [["begin", "help", NUMBER, "2027-01-11 en"], take, send(HELP), HEARD]],
  [
    "ayuda",
    [
      ["begin", "help", NUMBER, "2027-01-11 es"],
      take,
      send(
        "Lamna Healthcare: Mensajes sobre citas por video. Llame al (202) 555-0100. Pueden aplicarse tarifas. Baja: STOP.",
      ),
      HEARD,
    ],
  ],
  [
    "hello?",
    [
      ["begin", "unread", NUMBER, "2027-01-11"],
      take,
      send(
        "Lamna Healthcare: Replies are not read. Call (202) 555-0100. Not for you? Reply STOP. / No leemos respuestas: llame. No es usted? Baja: STOP.",
      ),
      HEARD,
    ],
  ],
  [
    "stop the pain",
    [
      ["begin", "unread", NUMBER, "2027-01-11 stopping"],
      take,
      send(
        "Lamna Healthcare: Replies are not read. Call (202) 555-0100. Not for you? Reply STOP. / No leemos respuestas: llame. No es usted? Baja: STOP.",
      ),
      HEARD,
    ],
  ],
  [
    "cancel",
    [
      ["stop", NUMBER, AT],
      ["begin", "stopped", NUMBER, "2027-01-11"],
      take,
      send(
        "Lamna Healthcare: You get no more texts. Your visit is NOT canceled. About it, call (202) 555-0100. START for texts.",
      ),
      HEARD,
    ],
  ],
])("a reply of %s is kept, and answered by its own day", async (words, done) => {
  const hospitals = hospital();
  await hospitals.take([says(words)]);
  expect([hospitals.done, hospitals.logged]).toEqual([done, [TAKEN]]);
});

test.each<[what: string, said: Said]>([
  ["there are no Communication Services", { messaging: "none" }],
  ["there is no number", { messaging: { number: undefined } }],
  ["the hospital has no name that can be texted", { organization: { name: "" } }],
  ["the number may not be reached", { messaging: { mayReach: () => false } }],
])("nobody is answered where %s, and no record is made", async (_what, said) => {
  const { take: taken, done } = hospital(said);
  await taken([says("HELP"), says("hello?"), says("cancel")]);
  expect(done).toEqual([["stop", NUMBER, AT], HEARD]);
});

test("whoever asks for help while the number cannot be read is answered from the number that they texted", async () => {
  const messaging = { number: undefined, unknown: { ...NOTHING_UNKNOWN, number: true } };
  const told = hospital({ messaging });
  await told.take([{ ...says("HELP"), ours: FROM } as Told]);
  expect(told.done).toEqual([["begin", "help", NUMBER, "2027-01-11 en"], take, send(HELP), HEARD]);
  const untold = hospital({ messaging });
  await untold.take([says("HELP")]);
  expect(untold.done).toEqual([HEARD]);
  expect(untold.logged).toEqual([["warn", "answer.not_sent", { reason: "number-unreadable" }], TAKEN]);
});

test("an answer's record that somebody else has made is answered by them", async () => {
  const { take: taken, done } = hospital({ isBegun: true });
  await taken([says("HELP")]);
  expect(done).toEqual([["begin", "help", NUMBER, "2027-01-11 en"], HEARD]);
});

test("whoever has said STOP is told what was asked for, and nothing else, also where they said it meanwhile", async () => {
  const before = hospital({ stopped: [NUMBER] });
  await before.take([says("hello?"), says("HELP")]);
  expect(before.done).toEqual([["begin", "help", NUMBER, "2027-01-11 en"], take, send(HELP), HEARD]);
  const unknown = hospital({ stop: "not-known" });
  await unknown.take([says("hello?"), says("HELP")]);
  expect(unknown.done).toEqual(before.done);
  const meanwhile = hospital({ stopsMeanwhile: true });
  await meanwhile.take([says("hello?"), says("HELP")]);
  expect(meanwhile.done.filter((one) => (one as readonly string[])[0] === "send")).toEqual([send(HELP)]);
});

test.each<[what: string, said: Said, reason: string, isSent: boolean]>([
  ["finds no room", { wait: 1000 }, "not-now", false],
  ["finds no room for now", { wait: 0 }, "not-now", false],
  ["is refused", { outcome: { kind: "refused", reason: "recipient" } }, "refused", true],
])("an answer that %s is logged, without whom it was for", async (_what, said, reason, isSent) => {
  const { take: taken, done, logged } = hospital(said);
  await taken([says("HELP")]);
  expect(done.filter((one) => (one as readonly string[])[0] === "send")).toHaveLength(isSent ? 1 : 0);
  expect(logged).toEqual([["warn", "answer.not_sent", { reason }], TAKEN]);
});

const MESSAGE = { id: "00000000-0000-0000-0000-000000000000", way: "text", which: "change-1", begun: BEGUN };
test.each<
  [what: string, told: Told, message: object | undefined, after: readonly unknown[], unknown: number]
>([
  ["of a message that arrived", report(undefined), MESSAGE, [], 0],
  ["of nobody's message", report(undefined), undefined, [], 1],
  ["that nobody's number has ended texts", report("4007"), undefined, [["stop", NUMBER, AT]], 1],
  [
    "that a number had ended texts when it was sent",
    report("4007"),
    { ...MESSAGE, which: undefined },
    [["stop", NUMBER, new Date(BEGUN)]],
    0,
  ],
  ["that says so of no number", report("4007", {}), undefined, [], 1],
  ["of a number that is not there", report("4004"), { ...MESSAGE, which: undefined }, [], 0],
])("a report %s", async (_what, told, message, after, unknown) => {
  const { take: taken, done, logged } = hospital(message && { message });
  await taken([told]);
  const { id, delivery, number } = told as Extract<Told, { kind: "report" }>;
  expect(done).toEqual([["report", id, delivery], ...after, ...(number === undefined ? [] : [HEARD])]);
  expect(logged).toEqual([TAKEN, ...(unknown > 0 ? [["info", "events.unknown", { count: unknown }]] : [])]);
});

test("a text that failed is told by another way", async () => {
  const { take: taken, done } = hospital({ message: MESSAGE });
  await taken([report("4004")]);
  expect(done).toContainEqual(["job", expect.objectContaining({ kind: "message", due: NOW })]);
});

test("a report of a mail does not show that those of texts come", async () => {
  const { take: taken, done } = hospital({ message: MESSAGE });
  await taken([report(undefined, {})]);
  expect(done).not.toContainEqual(HEARD);
});

test("what was not taken is counted, by why; a reply that cannot be read is an error", async () => {
  const { take: taken, done, logged } = hospital();
  await taken([], { others: 2, unreadable: 3, lostReplies: 1 });
  expect(done).toEqual([]);
  const counts = [
    ["info", "events.others", { count: 2 }],
    ["info", "events.unreadable", { count: 3 }],
  ];
  const lost = new Error("replies could not be read");
  expect(logged).toEqual([...counts, ["error", "events.replies_unreadable", lost, { count: 1 }]]);
  const well = hospital();
  await well.take([], { others: 1 });
  expect(well.logged).toEqual([["info", "events.others", { count: 1 }]]);
});

test("a START that cannot be counted is noted where its number stays opted out, and nowhere else", async () => {
  const noted = async (said: Said, told: readonly Told[], lostStarts: readonly string[]) => {
    const { take: taken, done } = hospital(said);
    await taken(told, { unreadable: 1, lostReplies: 1, lostStarts });
    return done.filter((one) => (one as readonly string[])[0] === "start lost").length;
  };
  expect(await noted({ stopped: [OTHER] }, [], [NUMBER, OTHER])).toBe(1);
  expect(await noted({ stopped: [OTHER] }, [], [NUMBER])).toBe(0);
  // The same batch may bring a STOP, or a START that counts.
  expect(await noted({}, [says("STOP")], [NUMBER])).toBe(1);
  expect(await noted({ stopped: [NUMBER] }, [says("START")], [NUMBER])).toBe(0);
});

test("what fails hinders none of the others, and the batch fails with the first", async () => {
  const reportFails = new Error("no report");
  const sendFails = new Error("no text");
  const { take: taken, done, logged } = hospital({ reportFails, sendFails });
  await expect(taken([report("4004"), says("HELP"), says("STOP", OTHER)])).rejects.toBe(reportFails);
  expect(done).toContainEqual(["stop", OTHER, AT]);
  expect(done).toContainEqual(send(HELP));
  expect(logged).toEqual([]);
  const only = hospital({ sendFails });
  await expect(only.take([says("HELP")])).rejects.toBe(sendFails);
});

test("a STOP without a time that can be believed counts whatever was said before", async () => {
  const { take, done } = hospital();
  await take([says("STOP", NUMBER, false)]);
  expect(done).toContainEqual(["stopNow", NUMBER, AT]);
});
