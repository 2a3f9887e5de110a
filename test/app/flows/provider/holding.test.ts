/** A clinician holds back the messages that go by themselves, and lets them go: once each, audited, whatever else is down. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { shownOf } from "../../../../app/flows/provider/formMembers.ts";
import { holdMessages, letMessagesGo } from "../../../../app/flows/provider/holding.ts";
import { openVisit } from "../../../../app/flows/provider/openVisit.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import type { Session } from "../../../../app/records/sessions.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import { chartFault, FHIR_USER, launched, problemOf } from "../../../harness/launched.ts";

let at: ReturnType<typeof launched>;
let visit: Visit;
let session: Session;
beforeEach(async () => {
  at = launched();
  visit = await at.booked();
  const { id, epoch } = visit;
  session = await at.begin({
    place: { kind: "appointment", appointmentId: "a-1", visitId: id, ...(epoch !== undefined && { epoch }) },
  });
});
afterEach(() => at.close());

const held = async () => (await at.parts.visits.byId(visit.id))?.held;
const shown = (form: object = {}) => ({ ...shownOf(visit), ...form });
const hold = () => holdMessages(at.parts, session, shown());
const letGo = (since: Date | undefined, by = session) =>
  letMessagesGo(at.parts, by, shown({ held: since?.toISOString() }));
/** What the audit trail says, in short. */
const trail = async () => (await at.audited()).map(({ action, act }) => [action, act?.phase].join(" "));
const events = () => at.logged().map(({ event, connection }) => `${String(event)} ${String(connection)}`);
const HELD = ["visit.messages-held intended", "visit.messages-held done"];
const LET_GO = ["visit.messages-let-go intended", "visit.messages-let-go done"];
const CANCELED = "visit-cancelled";

test("they are held back once, and let go once, as the page showed it", async () => {
  expect(await hold()).toEqual({ kind: "messages-held" });
  const since = await held();
  expect([since, events(), await trail()]).toEqual([at.now(), ["visit.messages_held lamna"], HELD]);
  at.forward(1);
  expect(await hold()).toEqual({ kind: "messages-held-before" });
  expect([await held(), events(), await trail()]).toEqual([since, [], HELD]);
  expect(await letGo(at.now())).toEqual({ kind: "messages-held-since" });
  expect([await held(), events(), await trail()]).toEqual([since, [], HELD]);
  expect(await letGo(since)).toEqual({ kind: "messages-let-go" });
  expect([await held(), events()]).toEqual([undefined, ["visit.messages_let_go lamna"]]);
  expect(await letGo(since)).toEqual({ kind: "messages-let-go" });
  expect([await trail(), events(), await at.jobs()]).toEqual([[...HELD, ...LET_GO], [], []]);
  // A page that was loaded before lets nothing go that was held back since.
  at.forward(1);
  await hold();
  expect(await letGo(since)).toEqual({ kind: "messages-held-since" });
  expect(await held()).toEqual(at.now());
});

test("of several who do so at once, one does, and the trail says of the others that they did not", async () => {
  const came = await Promise.all([hold(), hold(), hold()]);
  expect(came.map((one) => one.kind).toSorted()).toEqual([
    "messages-held",
    "messages-held-before",
    "messages-held-before",
  ]);
  const since = await held();
  expect((await Promise.all([letGo(since), letGo(since)])).map((one) => one.kind)).toEqual([
    "messages-let-go",
    "messages-let-go",
  ]);
  const phases = await trail();
  expect(phases.filter((one) => one.endsWith("done"))).toEqual([HELD[1], LET_GO[1]]);
  const ended = phases.filter((one) => /done|failed/.test(one));
  expect(phases.filter((one) => one.endsWith("intended"))).toHaveLength(ended.length);
});

test("who it was stands in the trail, by the EHR user's hash, and nothing of the patient", async () => {
  await hold();
  const { staffAccounts } = at.parts;
  const changes = [{ member: "ehrUser", to: staffAccounts.idOf(FHIR_USER) }];
  expect((await at.audited())[0]).toMatchObject({
    actor: { kind: "program", name: "unlinked-clinician" },
    object: { kind: "visit", id: visit.id },
    changes,
  });
  await staffAccounts.link(FHIR_USER, "7d0c5a1e-0000-4000-8000-00000000b001");
  expect((await staffAccounts.byId(staffAccounts.idOf(FHIR_USER)))?.objectId).toMatch(/b001$/);
  await letGo(await held());
  const all = await at.audited();
  expect(all.at(-1)).toMatchObject({
    actor: { kind: "person", objectId: "7d0c5a1e-0000-4000-8000-00000000b001" },
    changes,
  });
  expect(JSON.stringify(all)).not.toMatch(/"p-1"|Pat|"a-1"|Practitioner/);
});

test("neither asks the chart, Teams or Microsoft", async () => {
  at.shown.trouble = chartFault("chart-unavailable");
  expect(await hold()).toEqual({ kind: "messages-held" });
  expect(await letGo(await held())).toEqual({ kind: "messages-let-go" });
});

test("they are held back although the store does not take the audit event, which the log says, or show the account", async () => {
  const away = new StoreFault("it is away");
  const audit = { ...at.parts.audit, during: () => Promise.reject(away) };
  expect(await holdMessages(at.withParts({ audit }), session, shown())).toEqual({ kind: "messages-held" });
  expect([await held(), events()]).toEqual([
    at.now(),
    ["audit.not_written lamna", "visit.messages_held lamna"],
  ]);
  await letGo(at.now());
  const staffAccounts = { ...at.parts.staffAccounts, of: () => Promise.reject(away) };
  expect(await holdMessages(at.withParts({ staffAccounts }), session, shown())).toEqual({
    kind: "messages-held",
  });
});

test("a hold that the store does not take is said to have failed", async () => {
  const away = new StoreFault("it is away");
  const visits = { ...at.parts.visits, holdMessages: () => Promise.reject(away) };
  await expect(holdMessages(at.withParts({ visits }), session, shown())).rejects.toBe(away);
  expect([await held(), await trail()]).toEqual([undefined, [HELD[0], "visit.messages-held failed"]]);
});

describe("a form", () => {
  test("of another visit, or that lacks something, or that no page has made changes nothing", async () => {
    await hold();
    const since = (await held())?.toISOString();
    const another = shown({ visit: "B".repeat(16), held: since });
    expect(await holdMessages(at.parts, session, another)).toEqual({ kind: "other-visit" });
    expect(await letMessagesGo(at.parts, session, another)).toEqual({ kind: "other-visit" });
    expect(await holdMessages(at.parts, session, shown({ start: at.inMinutes(70).toISOString() }))).toEqual({
      kind: "visit-moved",
    });
    for (const form of [{ held: since }, { visit: visit.id, held: since }, shown()])
      expect(await problemOf(letMessagesGo(at.parts, session, form))).toEqual({ kind: "form-outdated" });
    expect(await problemOf(holdMessages(at.parts, session, {}))).toEqual({ kind: "form-outdated" });
    expect(await problemOf(letMessagesGo(at.parts, session, shown({ held: "soon" })))).toEqual({
      kind: "request-unreadable",
    });
    expect([(await held())?.toISOString(), await trail()]).toEqual([since, HELD]);
  });

  test("of a consult, of which no patient is told, is refused", async () => {
    const consult = await at.parts.visits.openConsult({
      ...{ connectionId: "lamna", key: session.launchId, start: at.now(), end: at.inMinutes(60) },
      department: (await at.parts.hospital.department("lamna-clinic")) ?? never(),
    });
    const place = { kind: "consult", departmentId: "lamna-clinic" } as const;
    const among = { ...session, place } as unknown as Session;
    expect(await problemOf(holdMessages(at.parts, among, shownOf(consult)))).toEqual({
      kind: "request-unreadable",
    });
  });
});

describe("of a visit that the chart has canceled", () => {
  const cancel = async () => {
    await hold();
    at.shown.appointments = [at.appointment(10, { status: "cancelled" })];
    const { id, start, epoch } = visit;
    return { visit: id, start, ...(epoch !== undefined && { epoch }), since: (await held()) ?? never() };
  };

  test("they are let go by whoever had it open, also while the chart is down, and not held back", async () => {
    const { since, ...rest } = await cancel();
    expect(await problemOf(openVisit(at.parts, session))).toEqual({
      kind: CANCELED,
      held: [{ ...rest, since }],
    });
    expect((await at.parts.visits.byId(visit.id))?.state).toBe("cancelled");
    at.shown.trouble = chartFault("chart-unavailable");
    expect(await problemOf(openVisit(at.parts, session))).toEqual({
      kind: CANCELED,
      held: [{ ...rest, since }],
    });
    expect(await problemOf(hold())).toEqual({ kind: CANCELED, held: [{ ...rest, since }] });
    expect(await letGo(since)).toEqual({ kind: "messages-let-go" });
    expect([await held(), await trail()]).toEqual([undefined, [...HELD, ...LET_GO]]);
    expect(await problemOf(openVisit(at.parts, session))).toEqual({ kind: CANCELED });
    expect(await problemOf(hold())).toEqual({ kind: CANCELED });
    expect(await held()).toBeUndefined();
  });

  test("they are let go by whoever opens the patient's chart only now, and nobody else's are", async () => {
    const { since, ...rest } = await cancel();
    const fresh = await at.begin();
    const told = { kind: CANCELED, held: [{ ...rest, since }] };
    expect(await problemOf(openVisit(at.parts, fresh))).toEqual(told);
    const another = shown({ visit: "B".repeat(16), held: since.toISOString() });
    expect(await problemOf(letMessagesGo(at.parts, fresh, another))).toEqual(told);
    // In another patient's chart, the visit is none of theirs.
    at.shown.appointments = [at.appointment(10, { status: "cancelled", patients: ["p-9"] })];
    const came = letGo(since, fresh);
    expect(await problemOf(came.then((one) => ({ problem: one.kind })))).toBeUndefined();
    expect([(await came).kind, await held()]).toEqual(["no-visit", since]);
    at.shown.appointments = [at.appointment(10, { status: "cancelled" })];
    expect(await letGo(since, fresh)).toEqual({ kind: "messages-let-go" });
    expect(await held()).toBeUndefined();
  });

  test("and that was another patient's by then, they are none of a page's that was left open, and are not let go", async () => {
    const ofChart = (id: string) => void (at.shown.patient = { ...at.shown.patient, id });
    ofChart("p-9");
    at.shown.appointments = [at.appointment(10, { patients: ["p-9"] })];
    const theirs = await at.begin({ grant: { ...session.grant, patient: "p-9" } });
    expect(await openVisit(at.parts, theirs)).toMatchObject({ kind: "visit", visit: { id: visit.id } });
    const form = shownOf((await at.parts.visits.byId(visit.id)) ?? never());
    expect(await holdMessages(at.parts, theirs, form)).toEqual({ kind: "messages-held" });
    const since = (await held()) ?? never();
    at.shown.appointments = [at.appointment(10, { status: "cancelled", patients: ["p-9"] })];
    ofChart("p-1");
    const lettingGo = letMessagesGo(at.parts, session, { ...form, held: since.toISOString() });
    expect(await problemOf(lettingGo)).toEqual({ kind: CANCELED });
    expect(await problemOf(openVisit(at.parts, session))).toEqual({ kind: CANCELED });
    expect(await held()).toEqual(since);
    // Where it cannot be read whose it is, it is nobody's.
    const chart = at.parts.ehr.chart(session.connection, session.grant);
    const ehr = {
      chart: () => ({ ...chart, patient: () => Promise.reject(chartFault("chart-unavailable")) }),
    };
    expect(await problemOf(openVisit(at.withParts({ ehr }), session))).toEqual({ kind: CANCELED });
    ofChart("p-9");
    expect(await problemOf(openVisit(at.parts, await at.again(theirs)))).toMatchObject({
      kind: CANCELED,
      held: [{ visit: visit.id, since }],
    });
  });

  test("and of which it does not say now that it takes place, they are let go as well", async () => {
    const { since, ...rest } = await cancel();
    await problemOf(openVisit(at.parts, session));
    at.shown.appointments = [at.appointment(10, { status: "waitlist" })];
    expect(await problemOf(openVisit(at.parts, session))).toEqual({
      ...{ kind: CANCELED, mayBeOff: true },
      held: [{ ...rest, since }],
    });
  });
});

function never(): never {
  throw new Error("there is none");
}
