/** What the page of a launch is about: the visit as chart and store have it, the choice, or a consult; without a browser. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { leaveConsult, openConsult, startConsult } from "../../../../app/flows/provider/consults.ts";
import type { OpenVisit } from "../../../../app/flows/provider/opened.ts";
import { choose, chooseAgain } from "../../../../app/flows/provider/choosing.ts";
import { openVisit } from "../../../../app/flows/provider/openVisit.ts";
import type { ProviderParts } from "../../../../app/flows/provider/parts.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { VaultFault } from "../../../../app/ports/vault.ts";
import type { Session, SessionContent } from "../../../../app/records/sessions.ts";
import { Fault } from "../../../../app/web/fault.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";
import { chartFault, launched, problemOf } from "../../../harness/launched.ts";

const CLINIC = departmentOf("lamna");
const OTHER = departmentOf("lamna", { id: "other", name: "Other", locations: ["loc-2"] });
let at: ReturnType<typeof launched>;
let session: Session;
beforeEach(async () => {
  at = launched([CLINIC, OTHER]);
  session = await at.begin();
});
afterEach(() => at.close());

const again = () => at.again(session);
const look = async (parts = at.parts) => openVisit(parts, await again());
async function visitNow(parts = at.parts): Promise<OpenVisit> {
  const open = await look(parts);
  if (open.kind !== "visit") throw new Error("no visit: " + open.kind);
  return open;
}
const keep = (change: Partial<SessionContent>) =>
  at.parts.sessions.change(session.id, (content) => ({ ...content, ...change }));
const jobs = async () => (await at.jobs()).map(({ kind }) => kind).toSorted();
const events = () =>
  at.logged().map(({ event, reason }) => [event, ...(reason === undefined ? [] : [reason])]);
const patient = { id: "p-1", replaced: [], name: "Example, Pat", hints: [] };

describe("the first view", () => {
  test("of one visit opens it, and keeps which one", async () => {
    at.shown.appointments = [at.appointment(10, { hints: [{ kind: "duration-assumed" }] })];
    const open = await visitNow();
    expect(open).toMatchObject({
      patient,
      hints: [{ kind: "duration-assumed" }],
      notRead: [],
      appointment: { id: "a-1" },
      department: CLINIC,
      visit: { state: "open", start: at.inMinutes(10), end: at.inMinutes(40) },
    });
    const { id: visitId, epoch } = open.visit;
    expect(await again()).toMatchObject({
      place: { kind: "appointment", appointmentId: "a-1", visitId, epoch },
      readAt: at.now().getTime(),
    });
    expect(at.noted.toSorted()).toEqual(["launched lamna", "opened lamna"]);
    expect(await jobs()).toEqual(["room", "usage"]);
  });

  test("of several asks which, and opens none", async () => {
    at.shown.appointments = [at.appointment(10), at.appointment(60, { id: "a-2" })];
    expect(await look()).toMatchObject({
      kind: "choice",
      patient,
      hints: [],
      candidates: [{ appointment: { id: "a-1" } }, { appointment: { id: "a-2" } }],
    });
    expect([(await again()).place, at.teams.made.size, at.noted]).toEqual([undefined, 0, []]);
  });

  test("offers what somebody opened before its department was removed, though another visit may be meant", async () => {
    const { id } = await at.booked();
    const removed = { name: at.parts.hospital.organization.name, timeZone: CLINIC.timeZone };
    const hospital = { ...at.parts.hospital, department: () => Promise.resolve(undefined) };
    const chart = at.parts.ehr.chart(session.connection, session.grant);
    const unshown = [{ from: at.inMinutes(60), before: at.inMinutes(90) }];
    const ehr = {
      chart: () => ({
        ...chart,
        appointments: async (...asked: Parameters<typeof chart.appointments>) => ({
          ...(await chart.appointments(...asked)),
          unshown,
        }),
      }),
    };
    const one = at.appointment(10, { locations: ["loc-9"] });
    const wasNeverOpened = at.appointment(60, { id: "a-2", locations: ["loc-9"] });
    for (const [parts, appointments] of [
      [at.withParts({ hospital }), [one, at.appointment(60, { id: "a-2" })]],
      [at.withParts({ hospital, ehr }), [one]],
    ] as const) {
      session = await at.begin();
      at.shown.appointments = appointments;
      const choice = await look(parts);
      expect(choice).toMatchObject({
        kind: "choice",
        candidates: [{ department: undefined, removed }, {}].slice(0, appointments.length),
      });
      expect(await choose(parts, session, "a-1")).toEqual({ kind: "visit-chosen" });
      expect(await visitNow(parts)).toMatchObject({
        visit: { id },
        notRead: [{ kind: "department-removed" }],
      });
    }
    // Where its department is there, and has the location no more, it is shut as it is alone; so is what nobody has opened.
    session = await at.begin();
    at.shown.appointments = [one, wasNeverOpened];
    for (const parts of [at.parts, at.withParts({ hospital })]) {
      const shut = parts === at.parts ? [{}, {}] : [{ removed }, {}];
      const choice = await look(parts);
      if (choice.kind !== "choice") throw new Error(choice.kind);
      expect(
        choice.candidates.map(({ removed: its }) => (its === undefined ? {} : { removed: its })),
      ).toMatchObject(shut);
    }
  });

  test("of the only one that could be read asks whether it is the one, and opens none", async () => {
    at.shown.appointments = [at.appointment(10)];
    await keep({ grant: { ...session.grant, encounter: "e" } });
    const chart = at.parts.ehr.chart(session.connection, session.grant);
    const encounters = {
      ...chart,
      appointmentsOfEncounter: () => Promise.resolve({ ids: ["a-9"], hints: [] }),
      appointment: (id: string) =>
        id === "a-9" ? Promise.reject(chartFault("chart-refused")) : chart.appointment(id),
    };
    const parts = at.withParts({ ehr: { chart: () => encounters } });
    expect(await look(parts)).toMatchObject({ kind: "choice", candidates: [{ appointment: { id: "a-1" } }] });
    expect([(await again()).place, at.teams.made.size]).toEqual([undefined, 0]);
  });

  test("of none says so", async () => {
    expect(await look()).toEqual({ kind: "no-visit", because: "none-today", hints: [], patient });
  });

  test("needs the chart, and a location that is set up", async () => {
    at.shown.trouble = chartFault("chart-unavailable");
    expect(await problemOf(look())).toEqual({ kind: "chart-unavailable" });
    at.shown.trouble = undefined;
    at.shown.appointments = [at.appointment(10, { locations: ["loc-9"] })];
    expect(await problemOf(look())).toEqual({ kind: "department-unknown", location: "loc-9" });
    at.shown.appointments = [at.appointment(10, { locations: [] })];
    expect(await problemOf(look())).toStrictEqual({ kind: "location-absent" });
  });

  test("leaves a visit as it is that somebody opened at a location that was set up", async () => {
    const { id } = await at.booked();
    at.shown.appointments = [at.appointment(20, { locations: ["loc-9"] })];
    expect(await problemOf(look())).toEqual({ kind: "department-unknown", location: "loc-9" });
    expect((await at.parts.visits.byId(id))?.start).toEqual(at.inMinutes(10));
  });

  test("says where the chart hid the location", async () => {
    const chart = at.parts.ehr.chart(session.connection, session.grant);
    const hidden = { ...chart, parentLocation: () => Promise.resolve({ kind: "hidden" }) };
    at.shown.appointments = [at.appointment(10, { locations: ["loc-9"] })];
    const parts = at.withParts({ ehr: { chart: () => hidden } });
    expect(await problemOf(look(parts))).toEqual({ kind: "department-unreadable" });
  });

  test("knows the patient also where the chart shows them itself, because links are sent to them", async () => {
    at.shown.appointments = [at.appointment(10)];
    await keep({ grant: { ...session.grant, needPatientBanner: false } });
    expect((await visitNow()).patient).toEqual(at.shown.patient);
  });

  test("counts a patient whom it names by both ids of combined records once", async () => {
    at.shown.patient = { ...at.shown.patient, id: "p-1", replaced: ["p-old"] };
    at.shown.appointments = [at.appointment(10, { patients: ["p-old", "p-1"] })];
    expect((await visitNow()).appointment?.patients).toEqual(["p-1"]);
    at.shown.appointments = [at.appointment(10, { patients: ["p-old", "p-2", "p-1"] })];
    expect((await visitNow()).appointment?.patients).toEqual(["p-1", "p-2"]);
  });

  test("shows the visit although the patient's record cannot be read; not so where the session is over", async () => {
    at.shown.appointments = [at.appointment(10)];
    const chart = at.parts.ehr.chart(session.connection, session.grant);
    const unread = (error: Error) =>
      at.withParts({ ehr: { chart: () => ({ ...chart, patient: () => Promise.reject(error) }) } });
    expect((await visitNow(unread(chartFault("chart-refused")))).patient).toBe("not-shown");
    expect(events()).toEqual([["chart.read-in-part", "patient-unreadable"]]);
    expect((await visitNow(unread(chartFault("chart-unavailable")))).patient).toBe("not-read");
    expect(events()).toEqual([["chart.not_read", "chart-unavailable"]]);
    const first = await at.begin();
    for (const kind of ["session-over", "token-refused"] as const)
      expect(await problemOf(openVisit(unread(chartFault(kind)), first))).toEqual({ kind });
    const bug = new TypeError("a bug");
    expect(await problemOf(openVisit(unread(bug), first))).toBe(bug);
  });
});

describe("a later view", () => {
  beforeEach(async () => {
    at.shown.appointments = [at.appointment(10)];
    await visitNow();
    at.logged();
  });

  test("shows the visit as the chart has it now, though another was booked meanwhile", async () => {
    at.shown.appointments = [at.appointment(20), at.appointment(60, { id: "a-2" })];
    expect((await visitNow()).visit).toMatchObject({ start: at.inMinutes(20), movedFrom: at.inMinutes(10) });
  });

  test("keeps to two minutes when the chart was read, without a write at each look", async () => {
    const began = at.now().getTime();
    const writes: number[] = [];
    const sessions = {
      ...at.parts.sessions,
      change: (...change: Parameters<ProviderParts["sessions"]["change"]>) => {
        writes.push((at.now().getTime() - began) / 60_000);
        return at.parts.sessions.change(...change);
      },
    };
    const parts = at.withParts({ sessions });
    for (const minutes of [1, 1, 1]) {
      at.forward(minutes);
      await look(parts);
    }
    expect([writes, (await again()).readAt]).toEqual([[2], began + 2 * 60_000]);
  });

  test("keeps what was done in another tab meanwhile", async () => {
    const before = await again();
    at.forward(3);
    const consult = { departmentId: CLINIC.id, start: 0, number: 0 };
    await keep({ place: { kind: "consult", ...consult } });
    await openVisit(at.parts, before);
    const { kind: _kind, ...visit } = before.place ?? { kind: "none" };
    expect(await again()).toMatchObject({
      place: { kind: "consult", ...consult },
      patientVisit: visit,
      readAt: at.now().getTime(),
    });
    await keep({ place: { kind: "appointment", appointmentId: "a-2" }, readAt: 1 });
    await openVisit(at.parts, before);
    expect(await again()).toMatchObject({ place: { appointmentId: "a-2" }, readAt: 1 });
  });

  test("of a launch that names no patient any more says that there is none", async () => {
    const { patient: _nobody, ...grant } = session.grant;
    await keep({ grant });
    expect(await look()).toMatchObject({ kind: "no-visit", because: "no-patient" });
  });

  test("of an appointment that is another patient's now shows nothing, and keeps that it is", async () => {
    at.shown.appointments = [at.appointment(10, { patients: ["p-2"] })];
    const { place: subject } = await again();
    expect(await look()).toEqual({ kind: "no-visit", because: "other-patient", hints: [], patient });
    expect((await again()).place).toEqual({ ...subject, anothers: true });
    // The chart is down, and nothing of what may be another's is shown.
    at.shown.trouble = chartFault("chart-unavailable");
    expect(await problemOf(look())).toEqual({ kind: "chart-unavailable" });
    at.shown.trouble = undefined;
    at.shown.appointments = [at.appointment(10)];
    await visitNow();
    expect((await again()).place).not.toHaveProperty("anothers");
  });

  test("of one that was given to another patient says nothing about what another tab has open", async () => {
    at.shown.appointments = [at.appointment(10, { patients: ["p-2"] })];
    const before = await again();
    for (const subject of [
      { kind: "appointment", appointmentId: "a-2" },
      { kind: "consult", departmentId: CLINIC.id, start: 0 },
    ] as const) {
      await keep({ place: subject });
      await openVisit(at.parts, before);
      expect((await again()).place).toEqual(subject);
    }
  });

  test.each<[string, () => Error, string]>([
    ["is down", () => chartFault("chart-unavailable"), "chart-unavailable"],
    ["has ended the session", () => chartFault("session-over"), "session-over"],
    ["cannot be asked for want of a key", () => new VaultFault("no key"), "proof-missing"],
    ["has no key", () => new Fault({ kind: "proof-missing" }), "proof-missing"],
    ["fails", () => new Fault({ kind: "connection-failing" }), "connection-failing"],
  ])("stays while the chart %s, and says since when", async (_what, trouble, problem) => {
    const { readAt = 0 } = await again();
    const { visit } = await visitNow();
    at.forward(1);
    at.shown.trouble = trouble();
    const open = await visitNow();
    expect(open).toEqual({
      kind: "visit",
      hints: [],
      department: CLINIC,
      visit,
      patient: "not-read",
      notRead: [{ kind: "chart", problem, readAt: new Date(readAt) }],
    });
    expect(at.logged().at(-1)).toMatchObject({
      level: "error",
      event: "chart.not_read",
      connection: "lamna",
      reason: problem,
    });
    const { readAt: _none, ...undated } = await again();
    const { notRead } = (await openVisit(at.parts, undated)) as OpenVisit;
    expect(notRead).toEqual([{ kind: "chart", problem }]);
    expect(notRead[0]).not.toHaveProperty("readAt");
    const { patient: _patient, ...grant } = session.grant;
    expect(await openVisit(at.parts, { ...(await again()), grant })).toMatchObject({ patient: undefined });
  });

  test("does not stay where something else is wrong, or the visit is cancelled", async () => {
    for (const error of [
      new Fault({ kind: "meetings-unavailable" }),
      new StoreFault("away"),
      new TypeError("bug"),
    ]) {
      at.shown.trouble = error;
      await expect(look()).rejects.toBe(error);
    }
    await at.parts.visits.cancel("lamna", "a-1");
    const down = chartFault("chart-unavailable");
    at.shown.trouble = down;
    expect(await problemOf(look())).toEqual({ kind: "visit-cancelled" });
    expect(((await look().catch((error: unknown) => error)) as Error).cause).toBe(down);
  });

  test("names its messages that are held back where it is cancelled, also while the chart cannot be read", async () => {
    const { visit } = await visitNow();
    await at.parts.visits.holdMessages(visit.id);
    const { held: since } = (await at.parts.visits.byId(visit.id)) ?? visit;
    await at.parts.visits.cancel("lamna", "a-1");
    const held = [{ visit: visit.id, start: visit.start, epoch: visit.epoch, since }];
    at.shown.appointments = [at.appointment(10, { status: "unknown" })];
    expect(await problemOf(look())).toEqual({ kind: "visit-cancelled", mayBeOff: true, held });
    at.shown.trouble = chartFault("chart-unavailable");
    expect(await problemOf(look())).toEqual({ kind: "visit-cancelled", held });
  });

  test("says that it may be shared where it names its patient in words, and others have the same visit", async () => {
    const shared = at.withParts({
      visits: { ...at.parts.visits, patientsSharing: () => Promise.resolve(2) },
    });
    expect(await visitNow(shared)).not.toHaveProperty("mayBeShared");
    at.shown.appointments = [at.appointment(10, { patients: [] })];
    expect(await visitNow(shared)).toMatchObject({ mayBeShared: true });
    expect(await visitNow()).not.toHaveProperty("mayBeShared");
  });

  test("says that its location is hidden, though it is known in which department it was found", async () => {
    const chart = at.parts.ehr.chart(session.connection, session.grant);
    const hidden = { ...chart, parentLocation: () => Promise.resolve({ kind: "hidden" }) };
    at.shown.appointments = [at.appointment(10, { locations: ["loc-9"] })];
    const found = { standing: "on", connectionId: "lamna", departmentId: OTHER.id, location: "loc-9" };
    const parts = at.withParts({
      ehr: { chart: () => hidden },
      foundVisits: { ...at.parts.foundVisits, byId: () => Promise.resolve(found) },
    });
    expect(await visitNow(parts)).toMatchObject({ department: OTHER, notRead: [{ kind: "location" }] });
  });

  test.each<[string, readonly string[]]>([
    ["its department", ["loc-1"]],
    ["a department that was removed", ["loc-9"]],
  ])("of %s stays cancelled while the chart's state of it cannot be read", async (_where, locations) => {
    const { visit } = await visitNow();
    await at.parts.visits.cancel("lamna", "a-1");
    const hospital = { ...at.parts.hospital, department: () => Promise.resolve(undefined) };
    const parts = locations[0] === "loc-1" ? at.parts : at.withParts({ hospital });
    at.shown.appointments = [at.appointment(10, { locations, status: "unknown" })];
    expect(await problemOf(look(parts))).toEqual({ kind: "visit-cancelled", mayBeOff: true });
    expect((await at.parts.visits.byId(visit.id))?.state).toBe("cancelled");
    at.shown.appointments = [at.appointment(10, { locations })];
    expect(await visitNow(parts)).toMatchObject({ visit: { state: "open" } });
  });

  test("stays where the chart does not show the appointment; what was never opened does not", async () => {
    const { visit } = await visitNow();
    at.shown.appointments = [];
    expect(await look()).toEqual({
      kind: "visit",
      hints: [],
      department: CLINIC,
      visit,
      patient,
      notRead: [{ kind: "appointment-hidden" }],
    });
    await keep({ place: { kind: "appointment", appointmentId: "a-9" } });
    expect(await look()).toMatchObject({ kind: "no-visit", because: "not-shown" });
  });

  test("keeps the department where the appointment's location is not set up", async () => {
    const { visit } = await visitNow();
    at.shown.appointments = [
      at.appointment(10, { locations: ["loc-9"], hints: [{ kind: "duration-assumed" }] }),
    ];
    expect(await look()).toMatchObject({
      visit,
      department: CLINIC,
      appointment: { locations: ["loc-9"] },
      hints: [{ kind: "duration-assumed" }],
      notRead: [{ kind: "department" }],
    });
  });

  test("stays where the appointment has no times now; what was never opened does not", async () => {
    const { visit } = await visitNow();
    const { start: _start, end: _end, clock: _clock, ...untimed } = at.appointment(10);
    const hints = [{ kind: "status-unreadable" }] as const;
    at.shown.appointments = [{ ...untimed, hints } as unknown as ReturnType<typeof at.appointment>];
    expect(await look()).toMatchObject({ kind: "visit", visit, department: CLINIC, hints, notRead: [] });
    // What the chart has cancelled before, it has not brought back by that.
    await at.parts.visits.cancel("lamna", "a-1");
    expect(await problemOf(look())).toEqual({ kind: "visit-cancelled", mayBeOff: true });
    await keep({ place: { kind: "appointment", appointmentId: "a-1" } });
    expect(await look()).toMatchObject({ kind: "no-visit", because: "none-today", hints });
  });

  test("keeps its time where the chart gives one without a zone, at a location that is not set up", async () => {
    const { visit } = await visitNow();
    at.shown.appointments = [at.appointment(30, { locations: ["loc-9"], clock: "wall" })];
    const shown = { kind: "visit", visit, department: CLINIC, appointment: { locations: ["loc-9"] } };
    expect(await look()).toMatchObject({ ...shown, notRead: [{ kind: "department" }] });
    const hospital = { ...at.parts.hospital, department: () => Promise.resolve(undefined) };
    const removed = await look(at.withParts({ hospital }));
    expect(removed).toMatchObject({ visit, notRead: [{ kind: "department-removed" }] });
    await keep({ place: { kind: "appointment", appointmentId: "a-1" } });
    expect(await problemOf(look())).toMatchObject({ kind: "department-unknown", location: "loc-9" });
  });

  test.each<["location" | "department" | "department-removed"]>([
    ["location"],
    ["department"],
    ["department-removed"],
  ])("follows the chart where the page says %s", async (kind) => {
    at.shown.appointments = [at.appointment(30, { locations: ["loc-9"], patients: ["p-1", "p-2"] })];
    at.teams.fault = "unavailable";
    const chart = at.parts.ehr.chart(session.connection, session.grant);
    const above = kind === "location" ? "hidden" : "top";
    const parts = at.withParts({
      ehr: { chart: () => ({ ...chart, parentLocation: () => Promise.resolve({ kind: above }) }) },
      ...(kind === "department-removed" && {
        hospital: { ...at.parts.hospital, department: () => Promise.resolve(undefined) },
      }),
    });
    const { visit, notRead } = await visitNow(parts);
    expect([visit.start, notRead]).toEqual([at.inMinutes(30), [{ kind }, { kind: "meeting-behind" }]]);
    expect(await jobs()).toContain("meeting");
    // Its links are new, as it is of other patients, and it stays on the page while the chart cannot be read.
    at.shown.trouble = chartFault("chart-unavailable");
    expect(await visitNow(parts)).toMatchObject({ visit: { id: visit.id, epoch: visit.epoch } });
  });

  test("says that Teams is behind, and has it told later", async () => {
    expect(await jobs()).not.toContain("meeting");
    at.shown.appointments = [at.appointment(20)];
    at.teams.fault = "unavailable";
    expect((await visitNow()).notRead).toEqual([{ kind: "meeting-behind" }]);
    expect(await jobs()).toContain("meeting");
  });

  test("is shown although side notes cannot be kept", async () => {
    const away = () => Promise.reject(new StoreFault("it is away"));
    at.forward(3);
    const parts = at.withParts({
      jobs: { ...at.parts.jobs, add: away },
      sessions: { ...at.parts.sessions, change: away },
    });
    expect(await look(parts)).toMatchObject({ kind: "visit" });
    expect(events()).toEqual(Array(3).fill(["session.not_noted"]));
  });
});

describe("a pick", () => {
  beforeEach(() => {
    at.shown.appointments = [at.appointment(10), at.appointment(60, { id: "a-2" })];
  });

  test("is kept where it was offered, and forgotten when it was wrong", async () => {
    expect(await choose(at.parts, session, "a-2")).toEqual({ kind: "visit-chosen" });
    expect(events()).toEqual([["visit.chosen"]]);
    expect((await again()).place).toEqual({ kind: "appointment", appointmentId: "a-2", picked: true });
    expect(await visitNow()).toMatchObject({ appointment: { id: "a-2" } });
    await chooseAgain(at.parts, session);
    expect(await again()).toMatchObject({ grant: session.grant });
    expect((await again()).place).toBeUndefined();
  });

  test("whose meeting Teams does not make is asked for anew, so that the others stay within reach", async () => {
    await choose(at.parts, session, "a-2");
    at.teams.fault = "access-policy";
    await expect(visitNow()).rejects.toMatchObject({ name: "MeetingsFault", reason: "access-policy" });
    expect(await again()).not.toHaveProperty("place");
    expect(await look()).toMatchObject({ kind: "choice" });
  });

  test("stays where the chart cannot be read, and once it is opened", async () => {
    await choose(at.parts, session, "a-2");
    at.shown.trouble = chartFault("chart-unavailable");
    expect(await problemOf(look())).toMatchObject({ kind: "chart-unavailable" });
    expect((await again()).place).toMatchObject({ appointmentId: "a-2", picked: true });
    at.shown.trouble = undefined;
    await visitNow();
    expect((await again()).place).toMatchObject({ appointmentId: "a-2", picked: true });
  });

  test("of what was not offered changes nothing", async () => {
    expect(await choose(at.parts, session, "a-3")).toMatchObject({ because: "not-offered" });
    expect([(await again()).place, events()]).toEqual([undefined, []]);
  });

  test("is not forgotten by a page from before a consult", async () => {
    const subject = { kind: "consult", departmentId: CLINIC.id, start: 0 } as const;
    await keep({ place: subject });
    await chooseAgain(at.parts, session);
    expect((await again()).place).toEqual(subject);
  });
});

describe("a consult", () => {
  const start = async (departmentId = CLINIC.id) => startConsult(at.parts, await again(), departmentId);
  const consult = (number: number, departmentId = CLINIC.id, from = at.now()) => ({
    departmentId,
    start: from.getTime(),
    number,
  });

  test("is begun beside the patient's visit, and left again", async () => {
    at.shown.appointments = [at.appointment(10)];
    await visitNow();
    const { place: subject } = await again();
    at.logged();
    await start();
    expect(at.logged()).toEqual([
      { level: "info", event: "consult.begun", connection: "lamna", department: CLINIC.id },
    ]);
    const { kind: _kind, ...patientVisit } = subject ?? { kind: "none" };
    expect(await again()).toMatchObject({
      place: { kind: "consult", ...consult(0) },
      consults: [consult(0)],
      patientVisit,
    });
    const open = await visitNow();
    expect(open).toMatchObject({ patient, hints: [], notRead: [], department: CLINIC });
    expect(open).not.toHaveProperty("appointment");
    expect(open.visit).toMatchObject({ kind: "consult", start: at.now(), end: at.inMinutes(60), people: [] });
    // Begun from a consult, another one leads back to the same visit.
    await start(OTHER.id);
    expect(await again()).toMatchObject({ patientVisit, consults: [consult(0), consult(0, OTHER.id)] });
    await leaveConsult(at.parts, await again());
    expect((await again()).place).toEqual(subject);
    expect(await again()).not.toHaveProperty("patientVisit");
    await leaveConsult(at.parts, await again());
    expect((await again()).place).toEqual(subject);
  });

  test("that Teams does not begin leaves the patient's visit on the page, and can be tried again", async () => {
    at.shown.appointments = [at.appointment(10)];
    const before = await visitNow();
    await start();
    at.teams.fault = "access-policy";
    at.logged();
    const shown = await visitNow();
    expect(at.logged()).toMatchObject([
      { event: "consult.not_begun", connection: "lamna", reason: "access-policy" },
    ]);
    expect(shown).toMatchObject({ visit: { id: before.visit.id }, appointment: before.appointment });
    expect(shown.notRead).toEqual([{ kind: "consult" }]);
    expect((await again()).place).toMatchObject({ kind: "appointment", appointmentId: "a-1" });
    expect((await visitNow()).notRead).toEqual([]);
    at.teams.fault = undefined;
    await start();
    expect((await visitNow()).visit).toMatchObject({ kind: "consult" });
    expect((await again()).consults).toEqual([consult(0)]);
  });

  test("whose department is removed before it is begun leaves the patient's visit on the page", async () => {
    at.shown.appointments = [at.appointment(10)];
    const before = await visitNow();
    await start(OTHER.id);
    const { hospital } = at.parts;
    const department = (id: string) =>
      id === OTHER.id ? Promise.resolve(undefined) : hospital.department(id);
    const shown = await openVisit(at.withParts({ hospital: { ...hospital, department } }), await again());
    expect(shown).toMatchObject({ visit: { id: before.visit.id }, notRead: [{ kind: "consult" }] });
    expect((await again()).place).toMatchObject({ kind: "appointment" });
  });

  test("that Teams does not begin leads back to where there was no visit, or to the choice, and is forgotten", async () => {
    at.teams.fault = "access-policy";
    const views = [];
    for (const appointments of [[], [at.appointment(10), at.appointment(60, { id: "a-2" })]]) {
      at.shown.appointments = appointments;
      await start();
      const { kind, ...shown } = await look();
      views.push([kind, "isConsultNotBegun" in shown, "isConsultNotBegun" in (await look())]);
      expect(await again()).toMatchObject({ consults: [] });
      expect(await again()).not.toHaveProperty("place");
    }
    expect(views).toEqual([
      ["no-visit", true, false],
      ["choice", true, false],
    ]);
  });

  test("that was begun goes on where its department was removed since, which is said", async () => {
    await start();
    const { visit } = await visitNow();
    const hospital = { ...at.parts.hospital, department: () => Promise.resolve(undefined) };
    expect(await visitNow(at.withParts({ hospital }))).toMatchObject({
      visit: { id: visit.id, kind: "consult" },
      notRead: [{ kind: "department-removed" }],
    });
  });

  test("that cannot be read is told as what it is, and is neither left nor forgotten", async () => {
    at.shown.appointments = [at.appointment(10)];
    await visitNow();
    await start();
    for (const error of [new StoreFault("it is away"), new Fault({ kind: "meetings-unavailable" })]) {
      const openConsult = () => Promise.reject(error);
      const parts = at.withParts({ visits: { ...at.parts.visits, openConsult } });
      await expect(look(parts)).rejects.toBe(error);
      expect(await again()).toMatchObject({ place: { kind: "consult" }, consults: [consult(0)] });
    }
  });

  test("that Teams does not begin leaves those of other departments known", async () => {
    at.shown.appointments = [at.appointment(10)];
    await visitNow();
    await start();
    await visitNow();
    await start(OTHER.id);
    at.teams.fault = "access-policy";
    expect((await visitNow()).notRead).toEqual([{ kind: "consult" }]);
    expect((await again()).consults).toEqual([consult(0)]);
  });

  test("that is begun from a page without a visit leads to no visit, also after one of another department", async () => {
    await start();
    await start(OTHER.id);
    expect(await again()).not.toHaveProperty("patientVisit");
    await leaveConsult(at.parts, await again());
    expect(await again()).not.toHaveProperty("place");
  });

  test("that Teams does not begin after another one leaves that one known, and begins the next one later", async () => {
    at.shown.appointments = [at.appointment(10)];
    await visitNow();
    await start();
    const { visit } = await visitNow();
    await at.parts.visits.end(visit.id);
    await start();
    at.teams.fault = "access-policy";
    expect((await visitNow()).notRead).toEqual([{ kind: "consult" }]);
    expect((await again()).consults).toEqual([consult(0)]);
    at.teams.fault = undefined;
    await start();
    expect((await visitNow()).visit.id).not.toBe(visit.id);
    expect((await again()).consults).toEqual([consult(1)]);
  });

  test("that was begun where there is no visit leads back to the search for one", async () => {
    await start();
    expect(await again()).not.toHaveProperty("patientVisit");
    // Two clicks on the way back lead to the same page.
    for (const _click of [1, 2]) {
      await leaveConsult(at.parts, await again());
      expect(await again()).not.toHaveProperty("place");
    }
    expect(await again()).toMatchObject({ consults: [consult(0)], grant: session.grant });
  });

  test("is the same one however often it is begun, until it is over; then it is the next", async () => {
    const began = at.now();
    await start();
    const { visit } = await visitNow();
    at.forward(1);
    await start();
    expect((await again()).consults).toEqual([consult(0, CLINIC.id, began)]);
    await at.parts.visits.end(visit.id);
    const before = await again();
    await startConsult(at.parts, before, CLINIC.id);
    expect((await again()).consults).toEqual([consult(1)]);
    // A second click of the same page finds what the first has begun.
    at.forward(1);
    await startConsult(at.parts, before, CLINIC.id);
    expect((await again()).consults).toMatchObject([{ number: 1 }]);
    expect((await visitNow()).visit.id).not.toBe(visit.id);
  });

  test("is over when its links have closed by themselves", async () => {
    await start();
    await visitNow();
    at.forward(60 + 240);
    await start();
    expect((await again()).consults).toMatchObject([{ number: 0 }]);
    at.forward(1);
    await start();
    expect((await again()).consults).toEqual([consult(1)]);
  });

  test("of the release before, which has no number, is gone on with", async () => {
    await keep({ place: { kind: "consult", departmentId: CLINIC.id, start: at.now().getTime() } });
    const { visit } = await visitNow();
    await start();
    expect((await visitNow()).visit.id).toBe(visit.id);
    expect((await again()).consults).toEqual([{ departmentId: CLINIC.id, start: at.now().getTime() }]);
    await start(OTHER.id);
    expect((await again()).consults).toHaveLength(2);
    await at.parts.visits.end(visit.id);
    await start();
    expect((await again()).consults).toContainEqual(consult(0));
  });

  test("is held in a department of this chart only", async () => {
    for (const id of ["nobody's", ""])
      expect(await problemOf(start(id))).toEqual({ kind: "request-unreadable" });
    expect(await again()).not.toHaveProperty("consults");
    await keep({ place: { kind: "consult", departmentId: "gone", start: 0 } });
    expect(await look()).toMatchObject({ kind: "no-visit", isConsultNotBegun: true });
  });

  test("needs no chart; the patient is shown where it can be read", async () => {
    await start();
    at.shown.trouble = chartFault("chart-unavailable");
    expect((await visitNow()).patient).toBe("not-read");
    const bug = new TypeError("a bug");
    at.shown.trouble = bug;
    const { place: subject } = await again();
    if (subject?.kind !== "consult") throw new Error("no consult");
    await expect(openConsult(at.parts, await again(), subject)).rejects.toBe(bug);
  });
});
