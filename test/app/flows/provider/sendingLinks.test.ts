/** Send link, without a browser: to whom a form may send, what keeps it from being sent, and what the record says. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Visit } from "../../../../app/domain/visit.ts";
import type { Withheld } from "../../../../app/domain/withheld.ts";
import { shownOf } from "../../../../app/flows/provider/formMembers.ts";
import type { OpenVisit } from "../../../../app/flows/provider/opened.ts";
import type { ProviderParts } from "../../../../app/flows/provider/parts.ts";
import {
  isOftenness,
  isReplaced,
  linksSentTo,
  maskedMail,
  maskedNumber,
  oftenness,
  sendingOf,
  sentUnasked,
  type Oftenness,
} from "../../../../app/flows/provider/sending.ts";
import { sendLink } from "../../../../app/flows/provider/sendLink.ts";
import { whyNotWords } from "../../../../app/flows/provider/sentWords.ts";
import type { ChartPatient } from "../../../../app/ports/ehr.ts";
import type { Handover, PutOffReason, RefusedReason } from "../../../../app/ports/texts.ts";
import type { Message } from "../../../../app/records/messages.ts";
import type { Session } from "../../../../app/records/sessions.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { chartFault, launched, problemOf } from "../../../harness/launched.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";

const NUMBER = "+12025550123";
const MAIL = "pat@patients.example";
const FROM = "+18335550100";
/** When the clock of a launch begins. */
const NOW = new Date("2027-01-04T08:00:00Z");

const message = (minutesAgo: number, change: Partial<Message> = {}): Message =>
  ({
    id: "m" + String(minutesAgo),
    kind: "link",
    way: "text",
    person: 0,
    state: "accepted",
    begun: new Date(NOW.getTime() - minutesAgo * 60_000).toISOString(),
    ...change,
  }) as Message;
const times = (count: number, of: (index: number) => Message) =>
  Array.from({ length: count }, (_one, index) => of(index));

describe("within an hour", () => {
  const often = (sent: readonly Message[], number = 0) => oftenness(sent, linksSentTo(sent, { number }), NOW);

  test.each<[string, readonly Message[], Oftenness | undefined]>([
    ["nobody was sent anything", [], undefined],
    ["two were sent to the person", times(2, () => message(1)), undefined],
    ["three were sent to the person", times(3, () => message(1)), "link-sent-often"],
    ["three were, one an hour ago", [message(60), message(59), message(1)], undefined],
    ["three were, one almost an hour ago", [message(59.99), message(59), message(1)], "link-sent-often"],
    ["three were, one withheld", [message(1), message(1), message(1, { state: "withheld" })], undefined],
    ["three were, one refused", [message(1), message(1), message(1, { state: "refused" })], undefined],
    ["three were, unasked", times(3, () => message(1, { kind: "reminder" })), undefined],
    ["eleven were sent to others", times(11, (index) => message(1, { person: index + 1 })), undefined],
    [
      "twelve were sent to others",
      times(12, (index) => message(1, { person: index + 1 })),
      "link-visit-often",
    ],
    [
      "nineteen were tried",
      times(19, (index) => message(1, { person: index + 1, state: "withheld" })),
      undefined,
    ],
    [
      "twenty were tried",
      times(20, (index) => message(1, { person: index + 1, state: "refused" })),
      "link-visit-often",
    ],
  ])("where %s, the next may be sent or not", (_what, sent, may) => {
    expect(often(sent)).toBe(may);
  });

  test("each person has three of their own", () => {
    expect(
      [0, 1].map((number) =>
        often(
          times(3, () => message(1)),
          number,
        ),
      ),
    ).toEqual(["link-sent-often", undefined]);
  });

  test.each([
    ["link-sent-often", true],
    ["link-visit-often", true],
    ["link-sent", false],
    ["", false],
    [undefined, false],
  ])("%j is such a code or not", (code, is) => {
    expect(isOftenness(code)).toBe(is);
  });
});

test("a person's links, and what was sent unasked, are told apart", () => {
  const [mine, theirs, reminder] = [message(1), message(2, { person: 1 }), message(3, { kind: "reminder" })];
  const all = [mine, theirs, reminder];
  expect([linksSentTo(all, { number: 0 }), linksSentTo(all, { number: 1 }), sentUnasked(all)]).toEqual([
    [mine],
    [theirs],
    [reminder],
  ]);
});

test("a number and an address are masked for whoever looks over a shoulder", () => {
  expect(maskedNumber(NUMBER)).toBe("(•••) •••-0123");
  expect(maskedMail(MAIL)).toBe("p•••@patients.example");
  expect(maskedMail('"a@b"@patients.example')).toBe('"•••@patients.example');
});

describe("why somebody was not reached", () => {
  const OURS: Readonly<Record<Withheld | RefusedReason | PutOffReason | Oftenness, true>> = {
    "no-number": true,
    "not-found": true,
    "no-sender": true,
    "no-sender-name": true,
    "no-consent": true,
    "texting-unreadable": true,
    "other-chart": true,
    "no-department": true,
    "azure-domain": true,
    "mails-off": true,
    role: true,
    sender: true,
    "kind-off": true,
    unapproved: true,
    unverified: true,
    test: true,
    pilot: true,
    "opted-out": true,
    "opt-out-unreadable": true,
    deceased: true,
    inactive: true,
    replaced: true,
    preference: true,
    "prefers-mail": true,
    "no-mobile": true,
    "no-address": true,
    "no-patient": true,
    "patient-hidden": true,
    "no-chart": true,
    "several-patients": true,
    declined: true,
    pending: true,
    away: true,
    missed: true,
    ended: true,
    held: true,
    night: true,
    "known-before": true,
    "not-told": true,
    "no-link": true,
    recipient: true,
    content: true,
    busy: true,
    unreachable: true,
    other: true,
    "link-sent-often": true,
    "link-visit-often": true,
    "too-late": true,
    "late-often": true,
    "not-late": true,
    superseded: true,
    "same-time": true,
  };
  const THEIRS = ["4010", "4007", "4002", "4004", "4003", "4005", "4006", "4009"];
  const MAILS = ["bounced", "suppressed", "filteredspam", "quarantined", "rate", "clocks"];

  test.each([...Object.keys(OURS), ...THEIRS, ...MAILS])("%s has words", (code) => {
    for (const kind of ["link", "reminder"] as const)
      expect(whyNotWords({ kind, code })).toMatch(/^(?!it did not arrive)[a-zM].{15,}[a-z)]$/);
  });

  test("words that lead to different deeds are different", () => {
    const apart = [
      "no-number",
      "no-consent",
      "other-chart",
      "no-sender",
      "kind-off",
      "unapproved",
      "pilot",
      "deceased",
    ];
    const more = [
      "inactive",
      "preference",
      "prefers-mail",
      "no-mobile",
      "no-address",
      "no-chart",
      "several-patients",
    ];
    const rest = [
      "away",
      "held",
      "missed",
      "ended",
      "night",
      "known-before",
      "not-told",
      "no-link",
      "recipient",
      "content",
      "busy",
    ];
    const last = [
      "too-late",
      "late-often",
      "not-late",
      "superseded",
      "same-time",
      "link-sent-often",
      "4003",
      "4005",
      "4006",
      "4009",
      ...MAILS.slice(0, 4),
    ];
    const all = [...apart, ...more, ...rest, ...last];
    expect(new Set(all.map((code) => whyNotWords({ kind: "reminder", code }))).size).toBe(all.length);
  });

  test("a link's sender is not told that a number has ended texts, which a typed one may be anybody's", () => {
    for (const code of ["opted-out", "4007"]) {
      expect(whyNotWords({ kind: "reminder", code })).toContain("STOP");
      expect(whyNotWords({ kind: "link", code })).toBe("this number cannot be texted from here");
    }
  });

  test("a code that nobody knows is shown as it is", () => {
    expect(whyNotWords({ kind: "link", code: "9999" })).toBe("it did not arrive (9999)");
    expect(whyNotWords({ kind: "link" })).toBe("it did not arrive");
  });
});

let at: ReturnType<typeof launched>;
let visit: Visit;
let session: Session;
let texts: { to: string; text: string; from: string; id: string }[];
let mails: { to: string; plain: string; calendar: string; from: string }[];
let outcome: Handover;
beforeEach(async () => {
  at = launched();
  at.shown.appointments = [at.appointment(10)];
  const patient: ChartPatient = { ...at.shown.patient, textNumber: NUMBER, mail: MAIL };
  at.shown.patient = patient;
  texts = [];
  mails = [];
  outcome = { kind: "accepted", providerId: "v-1" };
  visit = await at.booked();
  session = await at.begin();
  at.logged();
});
afterEach(() => at.close());

const messaging = (change: object = {}) => ({
  number: FROM,
  mailSender: { address: "visits@lamna.example", limits: { perMinute: 10, perHour: 100 } },
  isApproved: true,
  isAgreed: true,
  isLive: true,
  isStaff: () => false,
  mayReach: () => true,
  textsPatientsOf: () => true,
  unknown: NOTHING_UNKNOWN,
  whyNotTexted: () => undefined,
  texts: {
    send: (text: (typeof texts)[number]) => {
      texts.push(text);
      return Promise.resolve(outcome);
    },
  },
  mail: {
    send: (mail: (typeof mails)[number]) => {
      mails.push(mail);
      return Promise.resolve(outcome);
    },
  },
  ...change,
});
const withParts = (more: object = {}) =>
  at.withParts({
    heard: { textSent: () => Promise.resolve() },
    messaging: messaging(),
    sendingRate: { take: () => Promise.resolve(undefined), giveBack: () => Promise.resolve() },
    ...more,
  });
const FORM = { person: "0", generation: "0", sent: "0", to: "typed", typed: NUMBER, language: "en" };
const answered = (change: object = {}, parts = withParts(), of = session) =>
  sendLink(parts, of, { ...FORM, ...shownOf(visit), ...change });
/** Sends a form. @returns the answer without what was entered, which other tests look at */
const send = async (...asked: Parameters<typeof answered>) => {
  const came = await answered(...asked);
  if (came.kind === "no-visit") return came;
  const { typed: _typed, picked: _picked, ...said } = came;
  return said;
};
const records = () => at.parts.messages.of(visit.id);
const shown = (address: string) => at.parts.messages.shown(visit.id, address);
const UNREADABLE = { kind: "request-unreadable" };
const linkOf = (text: string) =>
  /https:\/\/visits\.example(\/[js]\/)([\w%-]+)/.exec(text)?.map((part) => decodeURIComponent(part)) ?? [];
/** The path of the link in a text, and whose link it is. */
const leads = (text = "") => {
  const [, path, token = ""] = linkOf(text);
  return [path, at.parts.visits.claims(token)?.person];
};
const nothingLeft = () => [texts.length, mails.length];

describe("of a visit that several patients share, or that was given to somebody else", () => {
  const others = () => ({ ...session, grant: { ...session.grant, patient: "p-2" } });
  const known = async (of: Session) =>
    (await sendingOf(withParts(), { visit, patient: undefined } as OpenVisit, of)).sent;

  test("what one was sent is neither shown nor counted as the other's", async () => {
    for (const sent of ["0", "1", "2"]) expect(await send({ sent })).toMatchObject({ kind: "link-sent" });
    expect(await send({ sent: "3" })).toMatchObject({ kind: "link-sent-often" });
    expect(await known(session)).toHaveLength(3);
    expect(await known(others())).toEqual([]);
    at.shown.patient = { ...at.shown.patient, id: "p-2" };
    at.shown.appointments = at.shown.appointments.map((one) => ({ ...one, patients: ["p-1", "p-2"] }));
    expect(await send({}, withParts(), others())).toMatchObject({ kind: "link-sent" });
    expect(await known(others())).toHaveLength(1);
    expect(texts).toHaveLength(4);
  });

  test("what says nothing of a patient, as what a guest was sent, is shown to each", async () => {
    const [kept] = [message(1), message(2, { patient: "another's" })].filter(({ patient }) => !patient);
    const parts = withParts({ messages: { ...at.parts.messages, of: () => Promise.resolve([kept]) } });
    const open = { visit, patient: undefined } as OpenVisit;
    expect((await sendingOf(parts, open, others())).sent).toEqual([kept]);
  });

  test("what the patient was sent under the other id of combined records is shown, and counted", async () => {
    const old = { ...session, grant: { ...session.grant, patient: "p-old" } };
    const [theirs, another] = ["p-new", "p-2"].map((id, number) =>
      message(number + 1, { patient: at.parts.messages.patientHash(visit.id, id) }),
    );
    const all = { ...at.parts.messages, of: () => Promise.resolve([theirs, another]) };
    const parts = withParts({ messages: all });
    const patient = { ...at.shown.patient, id: "p-new", replaced: ["p-old", "p-older"] };
    const sentTo = async (shown: OpenVisit["patient"]) =>
      (await sendingOf(parts, { visit, patient: shown } as OpenVisit, old)).sent;
    expect(await sentTo(patient)).toEqual([theirs]);
    // Where the record could not be read, nothing proves whose it is.
    expect(await sentTo("not-read")).toEqual([]);
  });
});

describe("a link that was sent", () => {
  test("is told as replaced once it is, as far as its record says which it was", async () => {
    await send();
    const [sent] = await records();
    if (sent === undefined) throw new Error("nothing was sent");
    expect(sent.generation).toBe(0);
    const later = new Date(Date.parse(sent.begun) + 1);
    expect(isReplaced(sent, { generation: 0 }, undefined)).toBe(false);
    expect(isReplaced(sent, { generation: 1 }, undefined)).toBe(true);
    expect(isReplaced(sent, { generation: 0 }, later)).toBe(true);
    expect(isReplaced(sent, { generation: 0 }, new Date(sent.begun))).toBe(false);
    const { generation: _none, ...before } = sent;
    expect(isReplaced(before, { generation: 1 }, undefined)).toBe(false);
    expect(isReplaced({ ...sent, kind: "reminder" }, { generation: 1 }, later)).toBe(false);
  });
});

describe("a link is sent", () => {
  test("as a text to the number that was typed, once; the record says whose it was and not where it went", async () => {
    expect(await send()).toEqual({ kind: "link-sent", person: 0 });
    expect(texts).toMatchObject([{ from: FROM, to: NUMBER }]);
    expect(texts[0]?.text).toMatch(/^Lamna Healthcare: Video visit /);
    expect(leads(texts[0]?.text)).toEqual(["/j/", 0]);
    const [record, ...more] = await records();
    expect([record, more]).toMatchObject([
      {
        kind: "link",
        way: "text",
        person: 0,
        start: visit.start.toISOString(),
        state: "accepted",
        patient: at.parts.messages.patientHash(visit.id, "p-1"),
      },
      [],
    ]);
    expect(at.logged().at(-1)).toEqual({
      level: "info",
      event: "link.sent",
      connection: "lamna",
      reason: "text accepted",
    });
    expect(await send()).toEqual({ kind: "link-sent-before", person: 0 });
    expect(await send({ sent: "1" })).toEqual({ kind: "link-sent", person: 0 });
    expect(texts).toHaveLength(2);
  });

  test("as a mail to the address that was typed, with the visit for the calendar, in the language that was picked", async () => {
    expect(await send({ typed: "  somebody@else.example ", language: "es" })).toEqual({
      kind: "link-sent",
      person: 0,
    });
    expect(mails).toMatchObject([{ from: "visits@lamna.example", to: "somebody@else.example" }]);
    expect(mails[0]?.plain).toContain("Entrar a la consulta");
    expect(mails[0]?.calendar).toContain(`UID:${visit.id}@visits.example`);
    expect(leads(mails[0]?.plain)).toEqual(["/j/", 0]);
    expect(at.logged().at(-1)).toMatchObject({ reason: "mail accepted" });
  });

  test("as a mail whatever has ended texts, which is not asked", async () => {
    const isStopped = () => Promise.reject(new Error("it was asked"));
    const came = await send({ typed: MAIL, sent: "0" }, withParts({ optOuts: { isStopped } }));
    expect(came).toMatchObject({ kind: "link-sent" });
    expect((await records()).map(({ way, state }) => [way, state])).toEqual([["mail", "accepted"]]);
  });

  test("to somebody else than the patient in words for them, with an entry of their own", async () => {
    for (const role of ["interpreter", "relative", "colleague"] as const)
      await at.parts.visits.invite(visit.id, role);
    const words = [{ kind: "confirmation", language: "en", text: "{sender}: Your visit {when} {link} STOP" }];
    const parts = withParts({ messageRules: { ...at.parts.messageRules, words } });
    for (const person of ["0", "1", "2", "3"]) {
      await send({ person, typed: "somebody@else.example" }, parts);
      await send({ person, sent: "1" }, parts);
    }
    expect(mails.map(({ plain }) => /Your|You join|You have|A colleague/.exec(plain)?.[0])).toEqual([
      "You have",
      "You join",
      "You join",
      "A colleague",
    ]);
    expect(texts.map(({ text }) => /: (Your visit|Video visit)/.exec(text)?.[1])).toEqual([
      "Your visit",
      ...Array<string>(3).fill("Video visit"),
    ]);
    const uids = mails.map(({ calendar }) => /^UID:(.*)\r$/m.exec(calendar)?.[1]);
    expect(uids).toEqual(["", "-1", "-2", "-3"].map((which) => `${visit.id}${which}@visits.example`));
  });

  test("again after the link was replaced, with an entry that takes the place of the one before", async () => {
    const entry = () => {
      const { calendar = "" } = mails.at(-1) ?? {};
      return [
        /^UID:(.*)\r$/m.exec(calendar)?.[1],
        Number(/^SEQUENCE:(\d+)\r$/m.exec(calendar)?.[1]),
      ] as const;
    };
    await send({ typed: "somebody@else.example" });
    const [uid, sequence] = entry();
    at.forward(1);
    await at.parts.visits.renewLink(visit.id, 0, 0);
    await send({ typed: "somebody@else.example", generation: "1", sent: "1" });
    expect(mails).toHaveLength(2);
    expect(entry()[0]).toBe(uid);
    expect(entry()[1]).toBeGreaterThan(sequence);
  });

  test("to a guest and to a colleague, whose link is another, and of whose patient nothing is kept", async () => {
    for (const role of ["guest", "colleague"] as const) await at.parts.visits.invite(visit.id, role);
    expect(await send({ person: "1" })).toEqual({ kind: "link-sent", person: 1 });
    expect(await send({ person: "2" })).toEqual({ kind: "link-sent", person: 2 });
    expect(texts.map(({ text }) => leads(text))).toEqual([
      ["/j/", 1],
      ["/s/", 2],
    ]);
    for (const record of await records()) expect(record).not.toHaveProperty("patient");
    for (const to of ["text", "mail"])
      expect(await problemOf(send({ person: "1", sent: "1", to, typed: "" }))).toEqual(UNREADABLE);
  });

  test("to the chart's number or address, if the page showed this one", async () => {
    expect(await send({ to: "text", typed: "", text: shown(NUMBER) })).toEqual({
      kind: "link-sent",
      person: 0,
    });
    expect(texts[0]?.to).toBe(NUMBER);
    expect(await send({ to: "mail", typed: "", mail: shown(MAIL), sent: "1" })).toEqual({
      kind: "link-sent",
      person: 0,
    });
    expect(mails[0]?.to).toBe(MAIL);
    const before = nothingLeft();
    for (const [to, address] of [
      ["text", MAIL],
      ["mail", NUMBER],
    ] as const)
      expect(await send({ to, typed: "", [to]: shown(address), sent: "2" })).toEqual({
        kind: "link-to-other",
        person: 0,
      });
    for (const to of ["text", "mail"])
      expect(await send({ to, typed: "", sent: "2" })).toEqual({ kind: "link-to-other", person: 0 });
    expect([nothingLeft(), (await records()).length]).toEqual([before, 2]);
  });

  test("to the chart's number, which is read anew where the page's own read of the patient has failed", async () => {
    const chart = at.parts.ehr.chart(session.connection, session.grant);
    let asked = 0;
    const patient = (id: string) =>
      asked++ === 0 ? Promise.reject(chartFault("chart-unavailable")) : chart.patient(id);
    const ehr = { chart: () => ({ ...chart, patient }) };
    const form = { to: "text", typed: "", text: shown(NUMBER) };
    expect(await send(form, withParts({ ehr }))).toEqual({ kind: "link-sent", person: 0 });
    expect([texts.map(({ to }) => to), asked]).toEqual([[NUMBER], 2]);
  });

  test("to the chart's number where the chart shows the patient itself, so that the page has no banner", async () => {
    const grant = { ...session.grant, needPatientBanner: false };
    expect(
      await send({ to: "text", typed: "", text: shown(NUMBER) }, withParts(), { ...session, grant }),
    ).toEqual({
      kind: "link-sent",
      person: 0,
    });
    const { patient: _none, ...patientless } = grant;
    const subject = { kind: "consult", departmentId: "lamna-clinic", start: at.now().getTime() } as const;
    const consult = { ...session, grant: patientless, place: subject };
    expect(await send({}, withParts(), consult)).toEqual({ kind: "other-visit" });
  });

  test.each([
    [{ kind: "refused", reason: "recipient" }, "link-not-sent", "refused", "recipient"],
    [{ kind: "not-now", reason: "busy" }, "link-not-sent", "withheld", "busy"],
    [{ kind: "forgotten" }, "link-not-sent", "withheld", "clocks"],
    [{ kind: "unknown" }, "link-perhaps-sent", "begun", undefined],
  ] as const)("or not, as the vendor says: %j", async (answer, kind, state, code) => {
    outcome = answer;
    expect(await send()).toEqual({ kind, person: 0 });
    const [record] = await records();
    expect([record?.state, record?.code]).toEqual([state, code]);
    expect(at.logged().at(-1)).toMatchObject({ event: "link.sent", reason: "text " + (code ?? state) });
  });
});

describe("a link is not sent", () => {
  test.each<object>([
    { person: "x" },
    { person: "1000" },
    { person: "-1" },
    { generation: "" },
    { sent: "0.5" },
    { to: "everybody" },
    { typed: "x".repeat(201) },
    { typed: 5 },
    { language: "fr" },
    { text: "x".repeat(65) },
    { mail: "x".repeat(65) },
  ])("by a form that no page has made: %j", async (change) => {
    expect(await problemOf(send(change))).toEqual(UNREADABLE);
    expect([nothingLeft(), await records()]).toEqual([[0, 0], []]);
  });

  test.each(["visit", "start", "epoch", "person", "generation", "sent", "to", "language"])(
    "by a form of an older page, which does not say: %s",
    async (member) => {
      expect(await problemOf(send({ [member]: undefined }))).toEqual({ kind: "form-outdated" });
      expect([nothingLeft(), await records()]).toEqual([[0, 0], []]);
    },
  );

  test("and what was typed comes back, unless it may have been used", async () => {
    const typed = async (change: object, parts?: ReturnType<typeof withParts>) => {
      const said = await answered(change, parts);
      return "typed" in said ? said.typed : undefined;
    };
    expect(await typed({ visit: "B".repeat(16) })).toBe(NUMBER);
    expect(await typed({ start: "2027-01-04T07:00:00.000Z" })).toBe(NUMBER);
    expect(await typed({ typed: " 555-0142 " })).toBe("555-0142");
    expect(await typed({ to: "text", typed: "", text: "x" })).toBeUndefined();
    outcome = { kind: "not-now", reason: "busy" };
    expect(await typed({})).toBe(NUMBER);
    for (const answer of [{ kind: "unknown" }, { kind: "accepted", providerId: "v-2" }] as const) {
      outcome = answer;
      const sent = String((await records()).length);
      expect(await typed({ sent }), answer.kind).toBeUndefined();
    }
    expect(await typed({ sent: "0" })).toBe(NUMBER);
    await at.parts.visits.end(visit.id);
    expect(await typed({})).toBe(NUMBER);
  });

  test("while it cannot be read what was sent before: it might go twice, or too often", async () => {
    const of = () => Promise.reject(new StoreFault("it is away"));
    const parts = withParts({ messages: { ...at.parts.messages, of } });
    expect(await send({}, parts)).toEqual({ kind: "link-sent-unknown", person: 0 });
    expect([nothingLeft(), await records()]).toEqual([[0, 0], []]);
  });

  test("to the chart's number or address where it is another person's link: those are the patient's", async () => {
    await at.parts.visits.invite(visit.id, "guest");
    for (const [to, address] of [
      ["text", NUMBER],
      ["mail", MAIL],
    ] as const) {
      const form = { person: "1", to, typed: "", [to]: shown(address) };
      expect(await problemOf(send(form))).toEqual(UNREADABLE);
    }
    expect([nothingLeft(), await records()]).toEqual([[0, 0], []]);
  });

  test("by a deployment that sends nothing", async () => {
    const off = withParts({ messaging: undefined });
    const picked = { to: "typed", language: "es" };
    expect(await answered(picked, off)).toEqual({
      kind: "link-sending-off",
      person: 0,
      typed: NUMBER,
      picked,
    });
  });

  test.each<[string, object, object]>([
    ["another visit", { visit: "B".repeat(16) }, { kind: "other-visit" }],
    ["another start", { start: "2027-01-04T07:00:00.000Z" }, { kind: "visit-moved" }],
    ["links of another patient", { epoch: "1" }, { kind: "links-anew" }],
    ["a link that was replaced", { generation: "1" }, { kind: "link-replaced" }],
    ["nobody of the visit", { person: "9" }, { kind: "link-replaced" }],
    ["a page that knew of fewer", { sent: "1" }, { kind: "link-sent-before", person: 0 }],
    ["two addresses", { to: "text" }, { kind: "link-to-two", person: 0 }],
    ["no number", { typed: "555-0142" }, { kind: "link-to-nobody", person: 0 }],
    ["a number that cannot be texted", { typed: "+442079460958" }, { kind: "link-to-nobody", person: 0 }],
    ["no address", { typed: "pat@" }, { kind: "link-to-nobody", person: 0 }],
    ["nothing", { typed: " " }, { kind: "link-to-nobody", person: 0 }],
  ])("for %s", async (_what, change, said) => {
    expect(await send(change)).toEqual(said);
    expect([nothingLeft(), await records()]).toEqual([[0, 0], []]);
  });

  test("of a visit that was ended, or by a link of the chart's", async () => {
    const ofChart = { number: 3, role: "colleague", generation: 0, ofChart: true } as const;
    const open = {
      ...at.parts.visits,
      open: () => Promise.resolve({ ...visit, people: [...visit.people, ofChart] }),
    };
    expect(await send({ person: "3" }, withParts({ visits: open }))).toEqual({ kind: "link-of-chart" });
    await at.parts.visits.invite(visit.id, "guest");
    await at.parts.visits.removeGuest(visit.id, 1);
    expect(await send({ person: "1" })).toEqual({ kind: "guest-gone" });
    await at.parts.visits.end(visit.id);
    expect([await send(), nothingLeft()]).toEqual([{ kind: "links-not-open" }, [0, 0]]);
    await at.parts.visits.reopen(visit.id);
    at.forward(10 + 30 + 240 + 1);
    expect([await send(), nothingLeft()]).toEqual([{ kind: "links-over" }, [0, 0]]);
  });

  test("where there is no visit, or none was picked", async () => {
    at.shown.appointments = [];
    expect(await send()).toMatchObject({ kind: "no-visit" });
    at.shown.appointments = [at.appointment(10), at.appointment(60, { id: "a-2" })];
    expect(await answered()).toEqual({ kind: "none-picked", typed: NUMBER });
    at.shown.trouble = chartFault("chart-unavailable");
    expect(await problemOf(send())).toEqual({ kind: "chart-unavailable" });
  });

  const already = (all: readonly Message[], after = all) => {
    let asked = 0;
    return withParts({
      messages: { ...at.parts.messages, of: () => Promise.resolve(asked++ === 0 ? all : after) },
    });
  };

  test("too often, and what was tried at the same moment counts", async () => {
    const three = times(3, (index) => message(index));
    expect(await send({ sent: "3" }, already(three))).toEqual({ kind: "link-sent-often", person: 0 });
    expect(await records()).toEqual([]);
    expect(await send({}, already([], three))).toEqual({ kind: "link-sent-often", person: 0 });
    expect((await records()).map(({ state, code }) => [state, code])).toEqual([
      ["withheld", "link-sent-often"],
    ]);
    const many = (count: number) => times(count, () => message(100, { kind: "reminder" }));
    expect(await send({}, already(many(1000)))).toEqual({ kind: "link-too-many", person: 0 });
    expect(nothingLeft()).toEqual([0, 0]);
    expect(await send({ language: "es" }, already(many(999)))).not.toMatchObject({ kind: "link-too-many" });
  });

  test("by a page from before: the record's name has how many there were, and the newest one's time", async () => {
    const named: string[] = [];
    const begin = ({ which }: { which: string }) => {
      named.push(which);
      return Promise.resolve({ message: message(0), first: false });
    };
    const parts = (all: readonly Message[]) =>
      withParts({ messages: { ...at.parts.messages, begin, of: () => Promise.resolve(all) } });
    expect(await send({}, parts([]))).toEqual({ kind: "link-sent-before", person: 0 });
    const [newest, older] = [message(61), message(62)];
    await send({ sent: "2" }, parts([newest, older]));
    expect(named).toEqual(
      ["link-0-0-none-", "link-0-2-" + newest.begun + "-"].map(
        (name) => name + at.parts.messages.patientHash(visit.id, "p-1"),
      ),
    );
    expect(nothingLeft()).toEqual([0, 0]);
  });

  test.each<[string, Partial<ChartPatient>, "text" | "mail", string]>([
    ["has no mobile number", { textNumber: undefined as never }, "text", "no-mobile"],
    ["has no address", { mail: undefined as never }, "mail", "no-address"],
    ["has died", { gone: "deceased" }, "text", "deceased"],
    ["is not in use", { gone: "inactive" }, "mail", "inactive"],
    ["was replaced by nobody knows which", { gone: "replaced" }, "text", "replaced"],
  ])("to a patient whose record %s, and the record says so", async (_what, change, to, code) => {
    at.shown.patient = { ...at.shown.patient, ...change };
    expect(await send({ to, typed: "", text: shown(NUMBER), mail: shown(MAIL) })).toEqual({
      kind: "link-not-sent",
      person: 0,
    });
    expect((await records()).map((one) => [one.way, one.state, one.code])).toEqual([[to, "withheld", code]]);
    expect([nothingLeft(), at.logged().at(-1)?.["reason"]]).toEqual([[0, 0], `${to} ${code}`]);
  });

  test("to a number that has ended texts, or by a way that is not there, or before the deployment is live", async () => {
    const code = async (change: object, parts: ProviderParts) => {
      const sent = String((await records()).length);
      expect(await send({ ...change, sent }, parts)).toEqual({ kind: "link-not-sent", person: 0 });
      at.forward(1);
      return (await records())[0]?.code;
    };
    expect(await code({}, withParts({ messaging: messaging({ isLive: false }) }))).toBe("pilot");
    expect(await code({}, withParts({ messaging: messaging({ number: undefined }) }))).toBe("no-number");
    expect(await code({ typed: MAIL }, withParts({ messaging: messaging({ mailSender: undefined }) }))).toBe(
      "no-sender",
    );
    expect(await code({ typed: MAIL }, withParts({ environment: "test" }))).toBe("test");
    expect(await code({}, withParts({ optOuts: { isStopped: () => Promise.resolve(true) } }))).toBe(
      "opted-out",
    );
    // What cannot be read may be a STOP.
    const isStopped = () => Promise.resolve("not-known");
    expect(await code({}, withParts({ optOuts: { isStopped } }))).toBe("opt-out-unreadable");
    expect(await code({}, withParts({ sendingRate: { take: () => Promise.resolve(1_000) } }))).toBe("rate");
    expect(nothingLeft()).toEqual([0, 0]);
  });
});

describe("what the page knows of sending", () => {
  const open = (patient: OpenVisit["patient"]) => ({ visit, patient }) as OpenVisit;
  const known = (patient: OpenVisit["patient"], more: object = {}) => {
    const { patient: _patient, ...grant } = session.grant;
    return sendingOf(withParts(more), open(patient), { grant });
  };

  test.each(["deceased", "inactive", "replaced"] as const)(
    "shows no number and no address of a record that is %s, and asks for no STOP",
    async (gone) => {
      const about = () => Promise.reject(new Error("it was asked for"));
      const { chart } = await known(
        { ...at.shown.patient, textNumber: NUMBER, mail: MAIL, prefers: "text", gone },
        { optOuts: { about } },
      );
      expect(chart).toEqual({ gone, isStopped: false });
    },
  );

  test("is the chart's number and address, masked, with what proves to the form which were shown", async () => {
    const patient = {
      ...at.shown.patient,
      language: { code: "es", name: "Spanish" },
      prefers: "mail",
    } as const;
    await send();
    expect(await known(patient)).toEqual({
      isPossible: true,
      sent: await records(),
      chart: {
        isStopped: false,
        number: { masked: "(•••) •••-0123", hash: shown(NUMBER) },
        mail: { masked: "p•••@patients.example", hash: shown(MAIL) },
        prefers: "mail",
      },
      language: "es",
    });
    const about = (number: string) =>
      Promise.resolve({ id: "1", ...(number === NUMBER && { stoppedAt: at.now() }) });
    const { chart: stopped } = await known(patient, { optOuts: { about } });
    expect([stopped.isStopped, "isStopUnknown" in stopped]).toEqual([true, false]);
    const free = () => Promise.resolve({ id: "1" });
    expect((await known(patient, { optOuts: { about: free } })).chart.isStopped).toBe(false);
    // What cannot be read may be a STOP.
    const unread = () => Promise.reject(new StoreFault("away"));
    expect((await known(patient, { optOuts: { about: unread } })).chart).toMatchObject({
      isStopped: true,
      isStopUnknown: true,
    });
  });

  test.each(["not-shown", "not-read", undefined] as const)(
    "is nothing of a patient who is %s",
    async (patient) => {
      expect(await known(patient)).toEqual({
        isPossible: true,
        sent: [],
        chart: { isStopped: false },
        language: "en",
      });
    },
  );

  test("is whether anything can be sent at all", async () => {
    const { mailSender } = messaging();
    for (const [has, is] of [
      [undefined, false],
      [messaging({ number: undefined, mailSender: undefined }), false],
      [messaging({ mailSender: undefined }), true],
      [messaging({ number: undefined, mailSender }), true],
    ] as const)
      expect((await known("not-read", { messaging: has })).isPossible).toBe(is);
  });
});
