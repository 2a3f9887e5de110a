/** What follows from each answer of a vendor, and what stands before a text or a mail is handed over. */
import { expect, test } from "vitest";
import { mailSenderOf } from "../../../app/domain/mailing.ts";
import { handedOver, type SendPicks } from "../../../app/messages/handOver.ts";
import { handOverMail, sendMail } from "../../../app/messages/sendMail.ts";
import { handOverText, sendText } from "../../../app/messages/sendText.ts";
import type { Fate } from "../../../app/ports/mail.ts";
import type { Handover } from "../../../app/ports/texts.ts";
import type { Message } from "../../../app/records/messages.ts";
import { TEXT_LIMITS } from "../../../app/records/sendingRate.ts";

const NOW = new Date("2027-01-12T14:00:00Z");
const ago = (milliseconds: number) => new Date(NOW.getTime() - milliseconds);
const FROM = "+18335550100";
const TO = "+12025550123";
const SENDER = mailSenderOf("visits@mail.lamna.example", undefined);
const ACCEPTED: Handover = { kind: "accepted", providerId: "Outgoing_1" };

interface Said {
  readonly messaging?: object | "none";
  readonly answer?: Handover;
  readonly fate?: Fate;
  readonly wait?: number;
  readonly isStopped?: boolean;
  /** Whether another process has already taken the message. */
  readonly isTaken?: boolean;
}

function vendors(said: Said = {}) {
  const done: unknown[] = [];
  const note = <T>(what: string, about: readonly unknown[], answer?: T) => {
    done.push([what, ...about]);
    return Promise.resolve(answer);
  };
  const messaging = {
    ...{ number: FROM, mailSender: SENDER },
    texts: { send: (...about: unknown[]) => note("text", about, said.answer ?? ACCEPTED) },
    mail: {
      send: (...about: unknown[]) => note("mail", about, said.answer ?? ACCEPTED),
      fateOf: (...about: unknown[]) => note("fate", about, said.fate ?? { kind: "absent" }),
    },
    ...(said.messaging === "none" ? {} : said.messaging),
  };
  const parts = {
    heard: { textSent: () => note("heard", []) },
    log: { warn: (...entry: unknown[]) => void done.push(["log", ...entry]) },
    messages: {
      begin: (of: Pick<Message, "way">) =>
        note("begin", [of], { message: message({ way: of.way }), first: true }),
      again: (one: Message) =>
        note("again", [one.id], said.isTaken === true ? undefined : { ...one, tries: 2 }),
      settle: (one: Message, settled: object) => note("settle", [settled], { ...one, ...settled }),
    },
    messaging: said.messaging === "none" ? undefined : messaging,
    optOuts: { isStopped: () => Promise.resolve(said.isStopped === true) },
    queue: { now: () => NOW },
    sendingRate: { take: (...about: unknown[]) => note("take", about, said.wait) },
  } as unknown as SendPicks;
  return { parts, done };
}
const message = (more: Partial<Message> = {}) =>
  ({ id: "m-1", way: "text", state: "begun", begun: NOW.toISOString(), ...more }) as Message;
const over = (more: Partial<Message> = {}) => ({ kind: "over", message: message(more) });
const later = (reason: string, afterMs?: number) => ({
  ...{ kind: "later", reason: "messages." + reason },
  ...(afterMs !== undefined && { afterMs }),
});
const settled = (as: object) => ["settle", as];
const WAITING = settled({ state: "waiting" });
const doubted = (way: "text" | "mail") => ["log", "message.in_doubt", { reason: way }];
const notTaken = (reason: string) => ["log", "message.not_taken", { reason }];

test.each<[answer: Handover, first: boolean, sent: object, done: readonly unknown[]]>([
  ...[true, false].map((first): [Handover, boolean, object, readonly unknown[]] => [
    ACCEPTED,
    first,
    over({ state: "accepted", providerId: "Outgoing_1" }),
    [["heard"], settled({ state: "accepted", providerId: "Outgoing_1" })],
  ]),
  [
    { kind: "refused", reason: "recipient" },
    true,
    over({ state: "refused", code: "recipient" }),
    [settled({ state: "refused", code: "recipient" })],
  ],
  [{ kind: "refused", reason: "recipient" }, false, over(), []],
  [{ kind: "not-now", reason: "busy" }, true, later("busy"), [WAITING]],
  [{ kind: "not-now", reason: "busy" }, false, later("busy"), []],
  [{ kind: "not-now", reason: "role", retryAfterMs: 7 }, true, later("role", 7), [notTaken("role"), WAITING]],
  [
    { kind: "not-now", reason: "unreachable", retryAfterMs: 300_001 },
    false,
    later("unreachable", 300_000),
    [notTaken("unreachable")],
  ],
  [{ kind: "unknown" }, true, later("unknown", 10_000), []],
  [{ kind: "unknown" }, false, later("unknown", 10_000), []],
  [
    { kind: "unknown", answered: "in-between" },
    true,
    later("unknown", 10_000),
    [["log", "message.answered_in_between", { reason: "text" }]],
  ],
  [{ kind: "forgotten" }, true, later("clocks"), [WAITING]],
  [{ kind: "forgotten" }, false, over(), []],
])("the answer %j, the first time: %s", async (answer, first, sent, done) => {
  const { parts, done: was } = vendors();
  expect(await handedOver(parts, message(), first, answer)).toEqual(sent);
  expect(was).toEqual(done);
});

test("that a mail was taken says nothing of texts", async () => {
  const { parts, done } = vendors();
  await handedOver(parts, message({ way: "mail" }), true, ACCEPTED);
  expect(done).toEqual([settled({ state: "accepted", providerId: "Outgoing_1" })]);
});

const { signal } = new AbortController();
const TEXT = { to: TO, text: "Visit reminder" };
const text = (more: object = {}, firstSent = NOW) => [
  "text",
  { from: FROM, ...TEXT, id: "m-1", firstSent, ...more },
  signal,
];
const TAKEN = [["heard"], settled({ state: "accepted", providerId: "Outgoing_1" })];
const AGAIN = ["again", "m-1"];
const GONE_OUT = over({ state: "accepted", providerId: "Outgoing_1" });

test.each<
  [what: string, said: Said, begun: Date | undefined, more: object, sent: object, done: readonly unknown[]]
>([
  ["is new", {}, undefined, {}, GONE_OUT, [["take", FROM, 1, TEXT_LIMITS, undefined], text(), ...TAKEN]],
  [
    "is long, with limits and a rank of its own",
    {},
    undefined,
    { text: "x".repeat(161), limits: [{ seconds: 60, most: 3 }], rank: 2 },
    GONE_OUT,
    [["take", FROM, 2, [{ seconds: 60, most: 3 }], 2], text({ text: "x".repeat(161) }), ...TAKEN],
  ],
  [
    "finds no room",
    { wait: 5 },
    undefined,
    {},
    later("rate", 5),
    [["take", FROM, 1, TEXT_LIMITS, undefined], WAITING],
  ],
  [
    "is for somebody who has said STOP",
    { isStopped: true },
    undefined,
    {},
    over({ state: "withheld", code: "opted-out" }),
    [["take", FROM, 1, TEXT_LIMITS, undefined], settled({ state: "withheld", code: "opted-out" })],
  ],
  [
    "may have left, and STOP was said since",
    { isStopped: true },
    ago(60_000),
    {},
    over({ begun: ago(60_000).toISOString() }),
    [],
  ],
  [
    "may have left just now",
    {},
    ago(60_000),
    {},
    { kind: "over", message: { ...GONE_OUT.message, begun: ago(60_000).toISOString(), tries: 2 } },
    [AGAIN, text({}, ago(60_000)), ...TAKEN],
  ],
  [
    "is being repeated by somebody else",
    { isTaken: true },
    ago(60_000),
    {},
    later("unknown", 10_000),
    [AGAIN],
  ],
  [
    "may have left so long ago that nobody remembers it",
    {},
    ago(270_000),
    {},
    over({ begun: ago(270_000).toISOString() }),
    [doubted("text")],
  ],
  [
    "may have left in a minute, by another clock",
    {},
    ago(-60_000),
    {},
    over({ begun: ago(-60_000).toISOString() }),
    [doubted("text")],
  ],
])("a text that %s", async (_what, said, begun, more, sent, done) => {
  const { parts, done: was } = vendors(said);
  const record = { message: message(begun && { begun: begun.toISOString() }), first: begun === undefined };
  expect(await handOverText(parts, record, { ...TEXT, ...more }, signal)).toEqual(sent);
  expect(was).toEqual(done);
});

test.each([269_999, -59_999])(
  "a text of %i ms ago is repeated under its first time",
  async (milliseconds) => {
    const { parts, done } = vendors();
    const begun = ago(milliseconds);
    await handOverText(
      parts,
      { message: message({ begun: begun.toISOString() }), first: false },
      TEXT,
      signal,
    );
    expect(done).toEqual([AGAIN, text({}, begun), ...TAKEN]);
  },
);

test("a text that has come to its end is not repeated", async () => {
  const { parts, done } = vendors();
  const arrived = message({ state: "delivered" });
  expect(await handOverText(parts, { message: arrived, first: false }, TEXT)).toEqual({
    kind: "over",
    message: arrived,
  });
  expect(done).toEqual([]);
});

const CONTENT = { subject: "s", plain: "p", html: "h", calendar: "c" };
const MAIL = { to: "pat@patients.example", content: CONTENT };
const MAIL_ROOM = [
  ...["take", SENDER.address, 1],
  [
    { seconds: 60, most: 30 },
    { seconds: 3600, most: 100 },
  ],
  0,
];
const HANDED = ["mail", { ...CONTENT, id: "m-1", from: SENDER.address, to: MAIL.to }, signal];
const MAIL_TAKEN = settled({ state: "accepted", providerId: "Outgoing_1" });
const FATE = ["fate", "m-1", signal];
const asMail = (more: Partial<Message> = {}) => message({ way: "mail", ...more });
const mailOver = (more: Partial<Message> = {}) => ({ kind: "over", message: asMail(more) });
const SENT: Partial<Message> = { state: "accepted", providerId: "Outgoing_1" };

test.each<[what: string, said: Said, begun: number | undefined, sent: object, done: readonly unknown[]]>([
  ["is new", {}, undefined, mailOver(SENT), [MAIL_ROOM, HANDED, MAIL_TAKEN]],
  ["finds no room", { wait: 5 }, undefined, later("rate", 5), [MAIL_ROOM, WAITING]],
  ["may be under way", {}, 59_999, later("unknown", 1), []],
  ["may be under way, by another clock", {}, -5000, later("unknown", 60_000), []],
  [
    "never came to the vendor",
    {},
    60_000,
    mailOver({ ...SENT, begun: ago(60_000).toISOString(), tries: 2 }),
    [FATE, MAIL_ROOM, AGAIN, HANDED, MAIL_TAKEN],
  ],
  [
    "never came, and is refused now",
    { answer: { kind: "refused", reason: "recipient" } },
    3_600_000,
    mailOver({ state: "refused", code: "recipient", begun: ago(3_600_000).toISOString(), tries: 2 }),
    [FATE, MAIL_ROOM, AGAIN, HANDED, settled({ state: "refused", code: "recipient" })],
  ],
  ["never came, and finds no room", { wait: 5 }, 60_000, later("rate", 5), [FATE, MAIL_ROOM]],
  [
    "is being repeated by somebody else",
    { isTaken: true },
    60_000,
    later("unknown", 10_000),
    [FATE, MAIL_ROOM, AGAIN],
  ],
  [
    "was taken",
    { fate: ACCEPTED },
    60_000,
    mailOver({ ...SENT, begun: ago(60_000).toISOString() }),
    [FATE, MAIL_TAKEN],
  ],
  [
    "was taken and then refused",
    { fate: { kind: "refused", reason: "recipient" } },
    60_000,
    mailOver({ state: "refused", code: "recipient", begun: ago(60_000).toISOString() }),
    [FATE, settled({ state: "refused", code: "recipient" })],
  ],
  [
    "is over an hour old",
    {},
    3_600_001,
    mailOver({ begun: ago(3_600_001).toISOString() }),
    [doubted("mail")],
  ],
])("a mail that %s", async (_what, said, begun, sent, done) => {
  const { parts, done: was } = vendors(said);
  const record = {
    message: asMail(begun === undefined ? {} : { begun: ago(begun).toISOString() }),
    first: begun === undefined,
  };
  expect(await handOverMail(parts, record, MAIL, signal)).toEqual(sent);
  expect(was).toEqual(done);
});

test("a mail that has come to its end is not repeated", async () => {
  const { parts, done } = vendors();
  const arrived = asMail({ state: "delivered", begun: ago(90_000).toISOString() });
  expect(await handOverMail(parts, { message: arrived, first: false }, MAIL)).toEqual({
    kind: "over",
    message: arrived,
  });
  expect(done).toEqual([]);
});

const OF = { visit: "AAAAAAAAAAAAAAAA", kind: "reminder", start: NOW.toISOString(), which: "15" } as never;
test("the record is made before anything leaves, and not where there is nothing to send from", async () => {
  const { parts, done } = vendors();
  await sendText(parts, { of: OF, ...TEXT }, signal);
  await sendMail(parts, { of: OF, ...MAIL }, signal);
  expect(done.map((one) => (one as readonly unknown[]).slice(0, 2))).toEqual([
    ["begin", { ...(OF as object), way: "text" }],
    ["take", FROM],
    text().slice(0, 2),
    ["heard"],
    TAKEN[1],
    ["begin", { ...(OF as object), way: "mail" }],
    ["take", SENDER.address],
    HANDED.slice(0, 2),
    MAIL_TAKEN,
  ]);
  for (const messaging of ["none", { number: undefined, mailSender: undefined }] as const) {
    const without = vendors({ messaging });
    const begun = { message: message(), first: true };
    expect([
      await sendText(without.parts, { of: OF, ...TEXT }),
      await handOverText(without.parts, begun, TEXT),
      await sendMail(without.parts, { of: OF, ...MAIL }),
      await handOverMail(without.parts, begun, MAIL),
    ]).toEqual([{ kind: "no-number" }, { kind: "no-number" }, { kind: "no-sender" }, { kind: "no-sender" }]);
    expect(without.done).toEqual([]);
  }
});
