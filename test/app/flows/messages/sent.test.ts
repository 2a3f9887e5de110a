/** A message whose time has come: by which way it leaves, with what in it, and what its record says where it does not. */
import { expect, test } from "vitest";
import { TEXT_LIMITS } from "../../../../app/records/sendingRate.ts";
import type { FoundVisit } from "../../../../app/domain/found.ts";
import type { Department } from "../../../../app/domain/hospital.ts";
import { mailSenderOf } from "../../../../app/domain/mailing.ts";
import type { Occasion } from "../../../../app/flows/messages/occasion.ts";
import { sent, type Ready } from "../../../../app/flows/messages/sent.ts";
import { withheld, type Telling } from "../../../../app/flows/messages/telling.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";
import type { MailToSend } from "../../../../app/ports/mail.ts";
import type { Recipient } from "../../../../app/ports/systemEhr.ts";
import type { Handover } from "../../../../app/ports/texts.ts";
import { connectionOf, departmentOf } from "../../../harness/findingDeployment.ts";

const NOW = new Date("2027-01-12T15:00:00Z");
const START = new Date("2027-01-12T21:00:00Z");
const END = new Date("2027-01-12T21:30:00Z");
const ID = "AAAAAAAAAAAAAAAA";
const NUMBER = "+13125550123";
const ADDRESS = "pat@patients.example";
const FROM = "+18335550100";
const RECORD = { visit: ID, kind: "confirmation", start: START.toISOString(), which: "change-1" };
const ACCEPTED: Handover = { kind: "accepted", providerId: "Outgoing_1" };
const DONE = { kind: "done" };
const MORNING = { kind: "not-now", reason: "messages.hours" };

interface Said {
  readonly by?: string;
  readonly as?: string;
  readonly kind?: Occasion["kind"];
  readonly words?: Ready["words"];
  readonly isNight?: boolean;
  /** The start that the patient believes, where it is sooner. */
  readonly sooner?: Date;
  /** The hours begin before the visit. */
  readonly morning?: true;
  readonly recipient?: Recipient;
  readonly department?: Partial<Department>;
  readonly organization?: string;
  readonly isStopped?: boolean | "not-known";
  readonly byMail?: boolean;
  readonly text?: Handover;
  readonly mail?: Handover;
  readonly wait?: number;
  readonly messaging?: object;
  readonly isLinkless?: boolean;
  readonly patients?: readonly string[] | "none";
  /** Staff hold its messages back, and these are the keyed hashes of its row. */
  readonly held?: readonly string[];
  /** The record of the message that exists already. */
  readonly record?: { readonly state: string; readonly code?: string };
}

function hospital(said: Said = {}) {
  const done: unknown[] = [];
  const mails: MailToSend[] = [];
  const edits: ((found: FoundVisit) => { readonly found: FoundVisit })[] = [];
  const expected: unknown[] = [];
  const messaging = {
    ...{ number: FROM, isAgreed: true, isApproved: true, isLive: true, isStaff: () => false },
    mailSender: mailSenderOf("visits@mail.lamna.example", undefined),
    textsPatientsOf: () => true,
    unknown: NOTHING_UNKNOWN,
    texts: {
      send: ({ to, text }: { readonly to: string; readonly text: string }) => {
        done.push(["text", to, text.replace(/https\S+/, "LINK")]);
        return Promise.resolve(said.text ?? ACCEPTED);
      },
    },
    mail: {
      send: (mail: MailToSend) => {
        mails.push(mail);
        done.push(["mail", mail.to, mail.subject]);
        return Promise.resolve(said.mail ?? ACCEPTED);
      },
    },
    ...said.messaging,
  };
  const found = {
    ...{ id: ID, connectionId: "lamna", start: START, end: END, changes: 3 },
  } as unknown as FoundVisit;
  const parts = {
    environment: "production",
    foundVisits: {
      edit: (_id: string, edit: (typeof edits)[number]) => Promise.resolve(void edits.push(edit)),
    },
    heard: { textSent: () => Promise.resolve() },
    hospital: { organization: { name: said.organization ?? "Lamna Healthcare", phone: "(202) 555-0100" } },
    log: { warn: (...entry: unknown[]) => void done.push(["log", ...entry]) },
    messageRules: { byMail: said.byMail ?? true, words: [] },
    messages: {
      begin(of: object) {
        done.push(["begin", of]);
        return Promise.resolve({
          message: { id: "m-1", state: "begun", begun: NOW.toISOString(), ...of },
          first: true,
        });
      },
      of: () => Promise.resolve([]),
      settle: (message: object, settled: object) => Promise.resolve({ ...message, ...settled }),
      withhold(of: object, code: string) {
        done.push(["withheld", of, code]);
        return Promise.resolve(said.record ?? { state: "withheld", code });
      },
    },
    messaging,
    optOuts: {
      isStopped: (number: string) =>
        number === NUMBER ? Promise.resolve(said.isStopped ?? false) : Promise.reject(new Error("no number")),
    },
    publicUrl: "https://visits.example",
    queue: { now: () => NOW },
    sendingRate: {
      take(from: string, segments: number, limits: unknown, rank: unknown) {
        if (from === FROM) done.push(["take", segments, limits, rank]);
        return Promise.resolve(said.wait);
      },
      giveBack(from: string, segments: number, limits: unknown, taken: Date) {
        if (from === FROM) done.push(["give back", segments, limits, taken]);
        return Promise.resolve();
      },
    },
    visits: {
      expect(facts: object, meeting: boolean) {
        expected.push([facts, meeting]);
        const people =
          said.isLinkless === true ? [{ role: "colleague" }] : [{ role: "colleague" }, { role: "patient" }];
        return Promise.resolve({ links: { people } });
      },
      withPatients: () => Promise.resolve(said.held && { visit: { held: NOW }, patients: said.held }),
      token: (_visit: object, { role }: { readonly role: string }) => "token-of-" + role,
    },
  };
  const kind = said.kind ?? "confirmation";
  const { signal } = new AbortController();
  const telling = {
    ...{ parts, messaging, signal, message: { kind: "change", number: 1 } },
    of: { visit: ID, what: "change-1", by: said.by ?? "any", as: said.as ?? "live" },
    occasion: { found, kind, record: { ...RECORD, kind } },
  } as unknown as Telling;
  const patients = said.patients ?? ["p-a"];
  const ready = {
    chart: {
      chart: { patientIds: (id: string) => Promise.resolve({ kind: "ids", ids: [id, "p-old"] }) },
      connection: connectionOf("lamna"),
      appointment: { id: "a", ...(patients !== "none" && { patients }) },
      recipient: said.recipient ?? { textNumber: NUMBER, mail: ADDRESS },
      whose: { named: "hash p-a", all: new Set(["hash p-a"]) },
    },
    department: departmentOf("lamna", { timeZone: "UTC", ...said.department }),
    ...{ isNight: said.isNight ?? false, start: START, end: END, sooner: said.sooner ?? START },
    words: said.words ?? kind,
    morning: said.morning && MORNING,
  } as unknown as Ready;
  return { telling, ready, done, mails, edits, expected, found };
}
async function told(said: Said = {}) {
  const at = hospital(said);
  return { ...at, outcome: await sent(at.telling, at.ready) };
}
const begin = (way: string, more: object = {}) => ["begin", { ...RECORD, way, patient: "hash p-a", ...more }];
const notBy = (way: string, code: string, more: object = {}) => [
  "withheld",
  { ...RECORD, way, ...more },
  code,
];
/** Six hours ahead three quarters of a minute's room may be used, and only those of the next two hours come first. */
const TAKE = ["take", 1, [{ seconds: 60, most: 150 }], 2];
const TEXT = [
  "text",
  NUMBER,
  "Lamna Healthcare: Video visit Tue, Jan 12, 9:00 PM UTC. Join: LINK STOP to end.",
];
const MAIL = ["mail", ADDRESS, expect.stringMatching(/^Your video visit on /) as string];
const BY_MAIL = [begin("mail"), MAIL];
const REFUSED: Handover = { kind: "refused", reason: "recipient" };

test.each<[what: string, said: Said, done: readonly unknown[]]>([
  ["it is a text, and nothing else", {}, [begin("text"), TAKE, TEXT]],
  [
    "the second try has a record of its own",
    { by: "again" },
    [begin("text", { which: "change-1-again" }), TAKE, TEXT],
  ],
  ["what failed as a text is a mail", { by: "mail" }, BY_MAIL],
  ["what is refused is a mail", { text: REFUSED }, [begin("text"), TAKE, TEXT, ...BY_MAIL]],
  ["whoever has said STOP is mailed", { isStopped: true }, [notBy("text", "opted-out"), ...BY_MAIL]],
  ["at night it is a mail", { isNight: true }, [notBy("text", "night"), ...BY_MAIL]],
  [
    "what was known before has no first notice by text",
    { as: "by-mail" },
    [notBy("text", "known-before"), ...BY_MAIL],
  ],
  [
    "nor by mail in the pilot",
    { as: "pilot" },
    [notBy("text", "known-before"), notBy("mail", "known-before")],
  ],
  [
    "somebody without a mobile is mailed",
    { recipient: { mail: ADDRESS }, isStopped: true },
    [notBy("text", "no-mobile"), ...BY_MAIL],
  ],
  [
    "where there is no address neither is sent",
    { recipient: {} },
    [notBy("text", "no-mobile"), notBy("mail", "no-address")],
  ],
  ["where mails are off none is sent", { by: "mail", byMail: false }, [notBy("mail", "mails-off")]],
  [
    "a death is told to nobody",
    { recipient: { textNumber: NUMBER, gone: "deceased" } },
    [notBy("text", "deceased")],
  ],
  [
    "a hospital without a name that can be texted texts nobody",
    { organization: "" },
    [notBy("text", "no-sender-name")],
  ],
  [
    "and says first why it would not text them",
    { organization: "", isNight: true },
    [notBy("text", "night"), ["begin", expect.anything()], ["mail", ADDRESS, expect.anything()]],
  ],
  ["where the patient has no link nothing is sent", { isLinkless: true }, [notBy("text", "no-link")]],
  [
    "and where its mail was to be sent, the mail's record says so",
    { isLinkless: true, by: "mail" },
    [notBy("mail", "no-link")],
  ],
  [
    "what a text's record says of before stays so",
    { isNight: true, record: { state: "accepted" } },
    [notBy("text", "night")],
  ],
])("a message is handed over, or not: %s", async (_what, said, done) => {
  const { outcome, done: was } = await told(said);
  expect([outcome, was]).toEqual([DONE, done]);
});

test.each<[what: string, said: Said, outcome: object, done: readonly unknown[]]>([
  ["is mailed where they can be", {}, DONE, [notBy("text", "night"), ...BY_MAIL]],
  ["waits for the morning where they cannot", { recipient: { textNumber: NUMBER } }, MORNING, []],
  ["waits for the morning where no mails are sent", { byMail: false }, MORNING, []],
  [
    "waits for nothing where they cannot be texted either",
    { recipient: {} },
    DONE,
    [notBy("text", "no-mobile"), notBy("mail", "no-address")],
  ],
])("at night, what is to be told before the next day's visits %s", async (_what, said, outcome, done) => {
  const { outcome: was, done: did } = await told({ isNight: true, morning: true, ...said });
  expect([was, did]).toEqual([outcome, done]);
});

test.each<[what: string, said: Said, isAtRisk: boolean]>([
  ["a notice", {}, true],
  ["a reminder", { kind: "reminder" }, false],
  ["that staff run late", { kind: "late", words: "late" }, false],
  ["a notice of somebody without a mobile", { recipient: {} }, false],
])("whether a visit is at risk where only the night stands against %s", async (_what, said, isAtRisk) => {
  const { edits } = await told({ isNight: true, recipient: { textNumber: NUMBER }, ...said });
  expect(edits).toHaveLength(isAtRisk ? 1 : 0);
});

test("until it can be read whether the number has ended texts, nothing is sent and nothing is decided", async () => {
  const { outcome, done } = await told({ isStopped: "not-known" });
  expect(done).toEqual([]);
  expect(outcome).toEqual({
    ...{ kind: "not-now", reason: "messages.opt-out-unreadable" },
    ...{ afterSeconds: 15, growsToSeconds: 300 },
  });
});

test.each(["any", "mail"])(
  "what cannot be decided now is looked at every five minutes: by %s",
  async (by) => {
    const messaging = {
      ...{ isLive: false, textsPatientsOf: () => false },
      unknown: { ...NOTHING_UNKNOWN, isLive: true, textsPatientsOf: () => true },
    };
    const { outcome, done } = await told({ messaging, by });
    expect(done).toEqual([]);
    expect(outcome).toEqual({
      ...{ kind: "not-now", reason: "messages.texting-unreadable" },
      ...{ afterSeconds: 15, growsToSeconds: 300 },
    });
  },
);

test("that staff run late is a text, by its own words, and never a mail", async () => {
  const late = { kind: "late", words: "late" } as const;
  const { done } = await told(late);
  const text = "Lamna Healthcare: We are late for your 9:00 PM UTC visit. Join: LINK STOP to end.";
  expect(done.at(-1)).toEqual(["text", NUMBER, text]);
  expect((await told({ ...late, isNight: true })).done).toEqual([notBy("text", "night", { kind: "late" })]);
});

test("a visit that was moved before anybody was told of it is told as new, in the patient's language", async () => {
  const recipient = { textNumber: NUMBER, mail: ADDRESS, language: "es" };
  const { done } = await told({ kind: "update", words: "confirmation", recipient, text: REFUSED });
  expect(done.at(2)).toEqual([
    "text",
    NUMBER,
    expect.stringMatching(/^Lamna Healthcare: .*mar 12 ene, 9:00 p\.m\. UTC/),
  ]);
  expect(done.at(-1)).toEqual(["mail", ADDRESS, expect.stringMatching(/^Su consulta por video: /)]);
});

test("a message to whoever comes soon by what they believe finds the room that is kept for that", async () => {
  const room = async (said: Said) => {
    const { done } = await told(said);
    return done.find((each) => Array.isArray(each) && each[0] === "take");
  };
  expect(await room({ kind: "update", words: "update" })).not.toEqual(["take", 1, TEXT_LIMITS, 0]);
  const soon = { sooner: new Date(NOW.getTime() + 60 * 60_000) };
  expect(await room({ kind: "update", words: "update", ...soon })).toEqual(["take", 1, TEXT_LIMITS, 0]);
});

const WHILE_HELD = { kind: "not-now", reason: "messages.held", afterSeconds: 15, growsToSeconds: 60 };
test.each<[what: string, said: Said, outcome: object, done: readonly unknown[]]>([
  ["a text", { held: ["hash p-a"] }, WHILE_HELD, [begin("text"), TAKE]],
  ["a mail", { held: ["hash p-a"], by: "mail" }, WHILE_HELD, [begin("mail")]],
  ["a text of nobody's row", { held: [] }, WHILE_HELD, [begin("text"), TAKE]],
  ["no text of somebody else's", { held: ["hash p-z"] }, DONE, [begin("text"), TAKE, TEXT]],
  ["no mail of somebody else's", { held: ["hash p-z"], by: "mail" }, DONE, BY_MAIL],
])("what staff hold back at the last moment is %s", async (_what, said, outcome, done) => {
  const came = await told(said);
  expect([came.outcome, came.done]).toEqual([outcome, done]);
});

test.each<[what: string, said: Said, outcome: object]>([
  [
    "waits for the vendor",
    { text: { kind: "not-now", reason: "busy", retryAfterMs: 4000 } },
    { reason: "messages.busy", afterSeconds: 4 },
  ],
  [
    "waits as long as we choose",
    { text: { kind: "not-now", reason: "busy" } },
    { reason: "messages.busy", afterSeconds: 15 },
  ],
  // Six hours ahead of 48, and a notice: an eighth of half a minute, after another half.
  ["finds no room, and keeps its order", { wait: 60_000 }, { reason: "messages.rate", afterSeconds: 88.116 }],
  [
    "waits as a mail",
    { by: "mail", mail: { kind: "not-now", reason: "busy", retryAfterMs: 4000 } },
    { reason: "messages.busy", afterSeconds: 4 },
  ],
])("a message that %s is put off", async (_what, said, outcome) => {
  const { outcome: was } = await told(said);
  expect(was).toMatchObject({ kind: "not-now", reason: (outcome as { readonly reason: string }).reason });
  const { afterSeconds } = was as { readonly afterSeconds?: number };
  expect(afterSeconds?.toFixed(3)).toBe(
    (outcome as { readonly afterSeconds?: number }).afterSeconds?.toFixed(3),
  );
});

test("where there is no number to send from any more by then, it is mailed", async () => {
  let asked = 0;
  const messaging = {
    get number() {
      return (asked += 1) > 1 ? undefined : FROM;
    },
  };
  const at = hospital();
  Object.defineProperties(at.telling.messaging, Object.getOwnPropertyDescriptors(messaging));
  expect(await sent(at.telling, at.ready)).toEqual(DONE);
  expect(at.done).toEqual([notBy("text", "no-number"), ...BY_MAIL]);
});

test("where there is no address to send from any more by then, nothing is mailed, and nothing is said of it", async () => {
  let asked = 0;
  const own = mailSenderOf("visits@mail.lamna.example", undefined);
  const at = hospital({ by: "mail" });
  Object.defineProperty(at.telling.messaging, "mailSender", {
    get: () => ((asked += 1) > 1 ? undefined : own),
  });
  expect(await sent(at.telling, at.ready)).toEqual(DONE);
  expect([at.done, at.edits]).toEqual([[], []]);
});

test("a link is the patient's own, for the visit as it was found, and for all ids of the patient", async () => {
  const { expected, mails } = await told({ by: "mail" });
  expect(mails[0]?.plain).toContain("https://visits.example/j/token-of-patient");
  const [[facts, meeting]] = expected as [
    [{ patients: { ids: unknown; namesOf: (id: string) => unknown } }, boolean],
  ];
  const { patients, ...others } = facts;
  const visit = { connectionId: "lamna", appointmentId: "a", start: START, end: END };
  expect([others, meeting]).toMatchObject([visit, false]);
  expect([patients.ids, await patients.namesOf("p-a")]).toEqual([["p-a"], ["p-a", "p-old"]]);
  const without = await told({ by: "mail", patients: "none" });
  expect((without.expected[0] as [object])[0]).not.toHaveProperty("patients");
});

test("a cancellation has no link, and opens no visit again", async () => {
  const { expected, done } = await told({ kind: "cancellation" });
  expect(expected).toEqual([]);
  expect(done.at(-1)).toEqual([
    "text",
    NUMBER,
    "Lamna Healthcare: Your video visit Tue, Jan 12, 9:00 PM UTC is canceled. Questions? Call (202) 555-0100. STOP to end.",
  ]);
});

test.each([
  ["the hospital", {}, "Lamna Healthcare"],
  ["the hospital, where its name in texts is not said", { name: "Kidneys" }, "Lamna Healthcare"],
  ["the department, where the hospital says so", { name: "Kidneys", nameInTexts: true }, "Kidneys"],
])(
  "a mail is from %s, and moves the visit's entry in the patient's calendar",
  async (_who, department, sender) => {
    const { mails } = await told({ by: "mail", department });
    const [mail] = mails;
    expect(mail?.calendar).toContain("UID:" + ID + "@visits.example");
    expect(mail?.calendar).toContain("DTSTAMP:20270112T150000Z");
    expect(mail?.calendar).toContain("DTSTART:20270112T210000Z");
    expect(mail?.calendar).toContain("DTEND:20270112T213000Z");
    expect(mail?.calendar).toContain("SUMMARY:Video visit\\, " + sender);
    expect(mail?.plain).toContain("Call (202) 555-0100.");
  },
);

test.each<[what: string, said: Said, record: object, isAtRisk: boolean]>([
  ["a text", {}, { way: "text" }, true],
  ["the second try", { by: "again" }, { way: "text", which: "change-1-again" }, true],
  ["a mail", { by: "mail" }, { way: "mail" }, true],
  ["that staff run late", { kind: "late" }, { way: "text", kind: "late" }, false],
  ["what has left", { record: { state: "accepted", code: "too-late" } }, { way: "text" }, false],
  ["what was withheld before", { record: { state: "withheld", code: "pilot" } }, { way: "text" }, false],
])(
  "%s that was too late is withheld, and the visit is at risk for a notice that never left: %#",
  async (_what, said, record, isAtRisk) => {
    const { telling, done, edits, found } = hospital(said);
    expect(await withheld(telling, "too-late")).toEqual(DONE);
    const log = ["log", "message.too_late", { connection: "lamna" }];
    expect(done).toEqual([["withheld", { ...RECORD, ...record }, "too-late"], ...(isAtRisk ? [log] : [])]);
    expect(edits).toHaveLength(isAtRisk ? 1 : 0);
    const [edit] = edits;
    expect(edit !== undefined).toBe(isAtRisk);
    if (edit === undefined) return;
    expect(edit(found)).toEqual({ found: { ...found, isUntold: true } });
    const [moved, untold] = [
      { ...found, start: END },
      { ...found, isUntold: true as const },
    ];
    expect([edit(moved).found, edit(untold).found]).toEqual([moved, untold]);
    expect(edit(untold).found).toBe(untold);
  },
);

test("what is withheld for another reason puts no visit at risk", async () => {
  const { telling, done, edits } = hospital();
  await withheld(telling, "pilot");
  expect([done, edits]).toEqual([[notBy("text", "pilot")], []]);
});
