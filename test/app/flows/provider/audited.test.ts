/** What clinicians do to the links of a visit is in the audit trail: once for each change, and nobody's act waits for it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Visit } from "../../../../app/domain/visit.ts";
import { shownOf } from "../../../../app/flows/provider/formMembers.ts";
import { sendLink } from "../../../../app/flows/provider/sendLink.ts";
import {
  endVisit,
  invite,
  newLink,
  removeGuest,
  reopenVisit,
  sayLate,
  sayOnTime,
} from "../../../../app/flows/provider/visitActions.ts";
import { actionWords, memberWords } from "../../../../app/flows/portal/auditWords.ts";
import type { Handover } from "../../../../app/ports/texts.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";
import type { Session } from "../../../../app/records/sessions.ts";
import { FHIR_USER, launched } from "../../../harness/launched.ts";

const NUMBER = "+12025550123";
const MAIL = "pat@patients.example";
const ACCOUNT = "7d0c5a1e-0000-4000-8000-00000000b001";

let at: ReturnType<typeof launched>;
let visit: Visit;
let session: Session;
let outcome: Handover;
beforeEach(async () => {
  at = launched();
  at.shown.appointments = [at.appointment(10)];
  at.shown.patient = { ...at.shown.patient, textNumber: NUMBER, mail: MAIL };
  outcome = { kind: "accepted", providerId: "v-1" };
  visit = await at.booked();
  const { id, epoch } = visit;
  session = await at.begin({
    place: { kind: "appointment", appointmentId: "a-1", visitId: id, ...(epoch !== undefined && { epoch }) },
  });
  at.logged();
});
afterEach(() => at.close());

const send = { send: () => Promise.resolve(outcome) };
const SENDING = {
  heard: { textSent: () => Promise.resolve() },
  messaging: {
    number: "+18335550100",
    mailSender: { address: "visits@lamna.example", limits: { perMinute: 10, perHour: 100 } },
    isApproved: true,
    isAgreed: true,
    isLive: true,
    isStaff: () => false,
    mayReach: () => true,
    textsPatientsOf: () => true,
    unknown: NOTHING_UNKNOWN,
    whyNotTexted: () => undefined,
    texts: send,
    mail: send,
  },
  sendingRate: { take: () => Promise.resolve(undefined), giveBack: () => Promise.resolve() },
};
const FORM = { person: "0", generation: "0", sent: "0", to: "typed", typed: NUMBER, language: "en" };
const INVITATION = { role: "interpreter", invitation: "A".repeat(12) };

interface Acted {
  readonly action: string;
  readonly act: typeof endVisit;
  /** What its form says. */
  readonly form: () => object;
  /** The acts that go before. */
  readonly after?: string;
  /** What its events say of it, and what only the second one says. */
  readonly says: readonly string[];
  readonly more?: readonly string[];
}
const ACTS: readonly Acted[] = [
  {
    ...{ action: "guest-invited", act: invite, form: () => INVITATION },
    ...{ says: ["role interpreter"], more: ["person 1"] },
  },
  {
    ...{ action: "guest-removed", act: removeGuest, form: () => ({ person: "1" }) },
    ...{ after: "guest-invited", says: ["person 1"] },
  },
  {
    ...{ action: "link-replaced", act: newLink, form: () => ({ person: "0", generation: "0" }) },
    says: ["person 0"],
  },
  { action: "links-closed", act: endVisit, form: () => ({}), says: [] },
  { action: "links-opened", act: reopenVisit, form: () => ({}), after: "links-closed", says: [] },
  { action: "late-said", act: sayLate, form: () => ({}), says: [] },
  {
    ...{ action: "late-taken-back", act: sayOnTime, form: () => ({ late: at.now().toISOString() }) },
    ...{ after: "late-said", says: [] },
  },
  {
    ...{ action: "link-sent", act: sendLink, form: () => FORM },
    says: ["person 0", "way text", "recipient typed"],
  },
];
const act = async (name: string, more: object = {}) => {
  const acted = ACTS.find(({ action }) => action === name) ?? never();
  const parts = at.withParts({ ...SENDING, ...more });
  return acted.act(parts, session, { ...acted.form(), ...shownOf(visit) });
};
const trail = async () =>
  (await at.audited()).map(({ action, changes, act: of }) => [
    action,
    of?.phase,
    ...changes.filter(({ member }) => member !== "ehrUser").map(({ member, to }) => [member, to].join(" ")),
  ]);

describe.each(ACTS)("$action", ({ action, after, says, more = [] }) => {
  const name = "visit." + action;
  const both = [
    [name, "intended", ...says],
    [name, "done", ...says, ...more],
  ];
  /** The trail without what went before. */
  let since = 0;
  beforeEach(async () => {
    if (after !== undefined) await act(after);
    since = (await trail()).length;
    at.logged();
  });
  const own = async () => (await trail()).slice(since);

  test("is in the trail once, by whom and of which visit, and again only when something is changed again", async () => {
    await act(action);
    expect(await own()).toEqual(both);
    await act(action);
    expect(await own()).toEqual(both);
    const events = (await at.audited()).slice(since);
    const { staffAccounts } = at.parts;
    const ehrUser = { member: "ehrUser", to: staffAccounts.idOf(FHIR_USER) };
    for (const event of events) {
      expect(event).toMatchObject({
        actor: { kind: "program", name: "unlinked-clinician" },
        object: { kind: "visit", id: visit.id },
      });
      expect(event.changes).toContainEqual(ehrUser);
    }
    const members = events.flatMap(({ changes }) => changes.map(({ member }) => member));
    for (const member of members) expect(memberWords(member)).not.toBe(member);
    expect(actionWords(name)).not.toBe(name);
    expect(JSON.stringify(events)).not.toMatch(/"p-1"|Pat|"a-1"|Practitioner|2025550123|example/);
  });

  test("is by the Microsoft account where one is linked", async () => {
    await at.parts.staffAccounts.link(FHIR_USER, ACCOUNT);
    await act(action);
    const actors = (await at.audited()).slice(since).map(({ actor }) => actor);
    expect(actors).toEqual([1, 2].map(() => ({ kind: "person", objectId: ACCOUNT })));
  });

  test("of several at once is in the trail as done once", async () => {
    await Promise.all([1, 2, 3].map(() => act(action)));
    const phases = (await own()).map(([, phase]) => phase);
    expect(phases.filter((phase) => phase === "done")).toHaveLength(1);
    expect(phases.filter((phase) => phase === "intended")).toHaveLength((phases.length / 2) | 0);
  });

  test.each([new StoreFault("it is away"), new UnreadableRecord("the head is damaged")])(
    "is done although the trail does not take it, and the log says by whom and of which visit: %s",
    async (fault) => {
      const audit = { ...at.parts.audit, during: () => Promise.reject(fault) };
      const came = await act(action, { audit });
      const lines = at.logged().filter(({ event }) => event === "audit.not_written");
      expect(lines).toMatchObject([
        {
          level: "error",
          connection: "lamna",
          reason: name,
          visit: visit.id,
          ehrUser: at.parts.staffAccounts.idOf(FHIR_USER),
        },
      ]);
      expect(await own()).toEqual([]);
      // Done again, it finds that it is done.
      await act(action);
      expect(await own()).toEqual([]);
      expect(came).not.toMatchObject({ kind: "no-visit" });
    },
  );

  test("is not done, and not said to be, where something is broken that is neither the store nor a row", async () => {
    const broken = new TypeError("it is broken");
    const audit = { ...at.parts.audit, during: () => Promise.reject(broken) };
    await expect(act(action, { audit })).rejects.toBe(broken);
  });
});

describe("a link that is sent", () => {
  const sendTo = (form: object) =>
    sendLink(at.withParts(SENDING), session, { ...FORM, ...form, ...shownOf(visit) });

  test("to the chart's address says so, and by which way", async () => {
    const mail = at.parts.messages.shown(visit.id, MAIL);
    expect(await sendTo({ to: "mail", typed: "", mail })).toMatchObject({ kind: "link-sent" });
    expect((await trail()).at(-1)).toEqual([
      "visit.link-sent",
      "done",
      ...["person 0", "way mail", "recipient chart"],
    ]);
  });

  test.each<[Handover, string, string]>([
    [{ kind: "unknown" }, "link-perhaps-sent", "done"],
    [{ kind: "refused", reason: "recipient" }, "link-not-sent", "failed"],
    [{ kind: "not-now", reason: "busy" }, "link-not-sent", "failed"],
  ])("and of which the vendor says %j is said to be %s, and in the trail %s", async (given, kind, phase) => {
    outcome = given;
    expect(await sendTo({})).toMatchObject({ kind });
    expect((await trail()).map(([, one]) => one)).toEqual(["intended", phase]);
  });

  test("and withheld, before anything can leave, is not in the trail", async () => {
    const messaging = {
      ...SENDING.messaging,
      isAgreed: false,
      isApproved: false,
      whyNotTexted: () => "pilot",
    };
    const parts = at.withParts({ ...SENDING, messaging });
    expect(await sendLink(parts, session, { ...FORM, ...shownOf(visit) })).toMatchObject({
      kind: "link-not-sent",
    });
    expect(await trail()).toEqual([]);
  });
});

test("what the store does not take is in the trail as failed, and a visit that is full is refused without an event", async () => {
  const away = new StoreFault("it is away");
  const visits = { ...at.parts.visits, renewLink: () => Promise.reject(away) };
  await expect(act("link-replaced", { visits })).rejects.toBe(away);
  expect((await trail()).map(([, phase]) => phase)).toEqual(["intended", "failed"]);
  for (let each = 0; each < 20; each++) await at.parts.visits.invite(visit.id, "guest");
  await expect(act("guest-invited")).rejects.toMatchObject({ problem: { kind: "visit-full" } });
  expect(await trail()).toHaveLength(2);
});

function never(): never {
  throw new Error("there is none");
}
