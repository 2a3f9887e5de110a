/** What a clinician does on the visit's page: links given and revoked, the visit ended, "running late"; each act by itself. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  endVisit,
  invite,
  newInvitation,
  newLink,
  pickAgain,
  removeGuest,
  reopenVisit,
  sayLate,
  sayOnTime,
} from "../../../../app/flows/provider/visitActions.ts";
import { shownOf } from "../../../../app/flows/provider/formMembers.ts";
import { riskOf } from "../../../../app/domain/risks.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { RecordOfAnotherRelease } from "../../../../app/records/record.ts";
import type { Session } from "../../../../app/records/sessions.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import { chartFault, launched, problemOf } from "../../../harness/launched.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";

let at: ReturnType<typeof launched>;
let visit: Visit;
let session: Session;
beforeEach(async () => {
  at = launched();
  visit = await at.booked();
  session = await sessionFor(visit);
});
afterEach(() => at.close());

const sessionFor = ({ id, epoch }: Visit, more: object = {}) =>
  at.begin({
    place: {
      kind: "appointment",
      appointmentId: "a-1",
      visitId: id,
      ...(epoch !== undefined && { epoch }),
      ...more,
    },
  });
const now = async () => {
  const kept = await at.parts.visits.byId(visit.id);
  if (kept === undefined) throw new Error("no visit");
  return kept;
};
const people = async () =>
  (await now()).people.map(({ number, role, generation, removed }) =>
    [number, role, generation, ...(removed === true ? ["removed"] : [])].join(" "),
  );
const events = () => at.logged().map(({ event, connection }) => `${String(event)} ${String(connection)}`);
/** The kinds of the jobs, and in how many minutes each is due. */
const jobs = async () =>
  (await at.jobs()).map(({ kind, due }) => [kind, (due.getTime() - at.now().getTime()) / 60_000].join(" "));
const UNREADABLE = { kind: "request-unreadable" };
const OUTDATED = { kind: "form-outdated" };
/** What the page's own form says, besides what it is about. */
const shown = (form: object = {}) => ({ ...shownOf(visit), ...form });
const guest = (role = "guest") => shown({ role, invitation: newInvitation() });

describe("an invitation", () => {
  test.each(["colleague", "interpreter", "relative", "guest"])("of a %s gives them a link", async (role) => {
    const form = guest(role);
    expect(await invite(at.parts, session, form)).toEqual({ kind: "guest-invited" });
    expect(await people()).toEqual(["0 patient 0", `1 ${role} 0`]);
    expect(events()).toEqual(["guest.invited lamna"]);
    expect(await invite(at.parts, session, form)).toEqual({ kind: "guest-invited" });
    expect([await people(), events()]).toEqual([["0 patient 0", `1 ${role} 0`], []]);
  });

  test.each([
    { role: "patient" },
    { role: "" },
    { role: "guest", invitation: "" },
    { role: "guest", invitation: "A".repeat(13) },
    { role: "guest", invitation: "A".repeat(11) },
    { role: "guest", invitation: "A".repeat(11) + "=" },
    { role: "guest", invitation: "/" + "A".repeat(12) },
    { role: "guest", invitation: "A".repeat(12) + "/" },
    { role: "guest", invitation: "=".repeat(12) },
  ])("that no page has made is refused: %j", async (form) => {
    expect(await problemOf(invite(at.parts, session, { ...guest(), ...form }))).toEqual(UNREADABLE);
    expect([await people(), events()]).toEqual([["0 patient 0"], []]);
  });

  test("has a mark of its own", () => {
    expect(newInvitation()).toMatch(/^[\w-]{12}$/);
    expect(newInvitation()).not.toBe(newInvitation());
  });

  test("to a visit that is full is refused, with the way back; a store that fails is no such thing", async () => {
    const away = new StoreFault("it is away");
    const visits = { ...at.parts.visits, invite: () => Promise.reject(away) };
    await expect(invite(at.withParts({ visits }), session, guest())).rejects.toBe(away);
    for (let each = 0; each < 20; each++) await invite(at.parts, session, guest());
    expect(await problemOf(invite(at.parts, session, guest()))).toEqual({
      kind: "visit-full",
      of: "guests",
      back: "/visits/" + session.launchId,
    });
  });
});

describe("the chart's own link, which no page shows,", () => {
  test("is neither replaced nor removed by a form that names it", async () => {
    const ofChart = { number: 1, role: "colleague", generation: 0, ofChart: true } as const;
    const people = [...visit.people, ofChart];
    const nobody = () => Promise.reject(new Error("nobody asks"));
    const visits = {
      ...at.parts.visits,
      byId: () => Promise.resolve({ ...visit, people }),
      renewLink: nobody,
      removeGuest: nobody,
    };
    const parts = at.withParts({ visits });
    expect(await newLink(parts, session, shown({ person: "1", generation: "0" }))).toEqual({
      kind: "link-of-chart",
    });
    expect(await removeGuest(parts, session, shown({ person: "1" }))).toEqual({ kind: "link-of-chart" });
    expect(await problemOf(removeGuest(parts, session, shown({ person: "2" })))).toEqual(UNREADABLE);
  });
});

test("no link is changed of which another release keeps whether it is good, and it is said what to do", async () => {
  const another = () => Promise.reject(new RecordOfAnotherRelease("a row has version 7"));
  await invite(at.parts, session, guest());
  const visits = { ...at.parts.visits, invite: another, renewLink: another, removeGuest: another };
  const parts = at.withParts({ visits });
  const said = { kind: "links-unread" };
  expect(await invite(parts, session, guest())).toEqual(said);
  expect(await newLink(parts, session, shown({ person: "0", generation: "0" }))).toEqual(said);
  expect(await removeGuest(parts, session, shown({ person: "1" }))).toEqual(said);
  expect(await people()).toEqual(["0 patient 0", "1 guest 0"]);
});

describe("a new link", () => {
  test("revokes the one that the page showed, and that one only; the chart gets the new one", async () => {
    const ask = (generation: string) => newLink(at.parts, session, shown({ person: "0", generation }));
    expect(await ask("0")).toEqual({ kind: "link-renewed", person: 0 });
    expect([await people(), events(), await jobs()]).toEqual([
      ["0 patient 1"],
      ["link.renewed lamna"],
      ["prepare 0"],
    ]);
    expect(await ask("0")).toEqual({ kind: "link-renewed", person: 0 });
    expect([await people(), events()]).toEqual([["0 patient 1"], []]);
    expect(await ask("1")).toEqual({ kind: "link-renewed", person: 0 });
    expect([await people(), events()]).toEqual([["0 patient 2"], ["link.renewed lamna"]]);
  });

  test("is never said to be new where it is not", async () => {
    const ask = (generation: number, person = 0) =>
      newLink(at.parts, session, shown({ person: String(person), generation: String(generation) }));
    await ask(0);
    await ask(1);
    expect(await ask(0)).toEqual({ kind: "link-replaced" });
    for (const generation of [3, 255, 256]) expect(await problemOf(ask(generation))).toEqual(UNREADABLE);
    await invite(at.parts, session, guest());
    await removeGuest(at.parts, session, shown({ person: "1" }));
    expect(await ask(0, 1)).toEqual({ kind: "guest-gone" });
    expect(await people()).toEqual(["0 patient 2", "1 guest 1 removed"]);
  });

  test("in its last generation has another number, and is said of that one", async () => {
    const last = { ...(await now()), people: [{ number: 0, role: "patient", generation: 255 } as const] };
    const after = { ...last, people: [{ number: 1, role: "patient", generation: 0 } as const] };
    const found = [last, after];
    const visits = {
      ...at.parts.visits,
      byId: () => Promise.resolve(found.shift()),
      renewLink: () => Promise.resolve(true),
    };
    const form = shown({ person: "0", generation: "255" });
    expect(await newLink(at.withParts({ visits }), session, form)).toEqual({
      kind: "link-renewed",
      person: 1,
    });
  });

  test("is not written to a chart without a system client; where that cannot be asked for, the link is new all the same", async () => {
    const { system: _none, ...connection } = session.connection;
    await newLink(at.parts, { ...session, connection }, shown({ person: "0", generation: "0" }));
    expect([await people(), await jobs(), events()]).toEqual([["0 patient 1"], [], ["link.renewed lamna"]]);
    const failing = { ...at.parts.jobs, add: () => Promise.reject(new StoreFault("it is away")) };
    const form = shown({ person: "0", generation: "1" });
    expect(await newLink(at.withParts({ jobs: failing }), session, form)).toEqual({
      kind: "link-renewed",
      person: 0,
    });
    expect([await people(), events()]).toEqual([
      ["0 patient 2"],
      ["link.renewed lamna", "chart.not_told lamna"],
    ]);
  });

  test.each([
    { person: "x" },
    { person: "" },
    { person: "-1" },
    { person: "0.5" },
    { person: "0000" },
    { person: "1" },
    { person: "0", generation: "x" },
    { person: "0", generation: "" },
    { person: "0", generation: "0001" },
  ])("that no page has offered is refused: %j", async (form) => {
    const sent = shown({ generation: "0", ...form });
    expect(await problemOf(newLink(at.parts, session, sent))).toEqual(UNREADABLE);
    expect([await people(), events()]).toEqual([["0 patient 0"], []]);
  });
});

describe("a guest", () => {
  beforeEach(async () => {
    for (const role of ["guest", "interpreter"]) await invite(at.parts, session, guest(role));
    at.logged();
  });

  test("who is removed is so for good, and sent twice it is no mistake", async () => {
    const remove = (person: string) => removeGuest(at.parts, session, shown({ person }));
    expect(await remove("2")).toEqual({ kind: "guest-removed" });
    expect(await people()).toEqual(["0 patient 0", "1 guest 0", "2 interpreter 1 removed"]);
    expect(await remove("2")).toEqual({ kind: "guest-removed" });
    expect(events()).toEqual(["guest.removed lamna"]);
    for (const person of ["0", "3", "x"]) expect(await problemOf(remove(person)), person).toEqual(UNREADABLE);
  });

  test("whose number was replaced since is not touched by a page from before", async () => {
    const other = { number: 3, role: "guest", generation: 0 } as const;
    const replaced = { ...(await now()), people: [...(await now()).people.slice(0, 1), other] };
    const visits = { ...at.parts.visits, byId: () => Promise.resolve(replaced) };
    const parts = at.withParts({ visits });
    const form = shown({ person: "2", generation: "0" });
    expect(await removeGuest(parts, session, form)).toEqual({ kind: "link-replaced" });
    expect(await newLink(parts, session, form)).toEqual({ kind: "link-replaced" });
    expect([await people(), events()]).toEqual([["0 patient 0", "1 guest 0", "2 interpreter 0"], []]);
    expect(await newLink(at.parts, session, form)).toMatchObject({ person: 2 });
  });
});

describe("a visit is ended and opened again", () => {
  const callEvents = {};

  test("and the chart, the meeting and whoever tells of it are looked after", async () => {
    const parts = at.withParts({ callEvents });
    expect(await endVisit(parts, session, shown())).toEqual({ kind: "links-closed" });
    expect([(await now()).state, events()]).toEqual(["ended", ["visit.ended lamna"]]);
    expect((await jobs()).toSorted()).toEqual(["fulfil 10", "room 0", "watch 0"]);
    at.forward(1);
    expect(await reopenVisit(parts, session, shown())).toEqual({ kind: "links-opened" });
    expect([(await now()).state, events()]).toEqual(["open", ["visit.reopened lamna"]]);
    expect((await jobs()).toSorted()).toEqual(["fulfil 9", "room -1", "room 0", "watch -1", "watch 0"]);
  });

  test("and before its start it is at risk until then, where it was found in the chart", async () => {
    at.system.book({ id: "a-1", start: visit.start, patient: "p-1" });
    await at.round("finding.near", "lamna");
    const risk = async () => {
      const found = await at.parts.foundVisits.byId(visit.id);
      return found && riskOf({ ...found, hasMeeting: true }, at.now());
    };
    expect(await risk()).not.toBe("links-closed");
    await endVisit(at.parts, session, shown());
    expect(await risk()).toBe("links-closed");
    await reopenVisit(at.parts, session, shown());
    expect(await risk()).not.toBe("links-closed");
    at.forward(10);
    await endVisit(at.parts, session, shown());
    expect(await risk()).not.toBe("links-closed");
  });

  test("and its meeting is asked for later where the store fails on the way", async () => {
    await endVisit(at.parts, session, shown());
    at.forward(1);
    const away = () => Promise.reject(new StoreFault("it is away"));
    const parts = at.withParts({ callEvents, visits: { ...at.parts.visits, setRoom: away } });
    expect(await reopenVisit(parts, session, shown())).toEqual({ kind: "links-opened" });
    expect([(await now()).state, events().at(-1)]).toEqual(["open", "session.not_noted undefined"]);
    expect((await jobs()).toSorted()).toEqual(["fulfil 9", "room -1", "room 0", "watch 0"]);
  });

  test("and its links work although Teams keeps the meeting closed, which is logged and asked for later", async () => {
    at.forward(15);
    await endVisit(at.parts, session, shown());
    await at.parts.visits.setRoom(visit.id, () => true);
    at.teams.fault = "unavailable";
    expect(await reopenVisit(at.parts, session, shown())).toEqual({ kind: "links-opened" });
    expect([(await now()).state, events().at(-1)]).toEqual(["open", "meeting.not_changed lamna"]);
    expect(await jobs()).toContain("room 0");
  });

  test("and its meeting, in which somebody may be, is left to the job where it is over by its time", async () => {
    let asked = 0;
    const setRoom = () => Promise.resolve((asked++, "set" as const));
    const parts = at.withParts({ visits: { ...at.parts.visits, setRoom } });
    await endVisit(parts, session, shown());
    expect(await reopenVisit(parts, session, shown())).toEqual({ kind: "links-opened" });
    expect(asked).toBe(1);
    await endVisit(parts, session, shown());
    at.forward(24 * 60);
    expect(await reopenVisit(parts, session, shown())).toEqual({ kind: "links-opened" });
    expect(asked).toBe(1);
  });

  test("and a meeting that was another patient's stays closed: the visit is prepared, so that it gets another one", async () => {
    at.forward(15);
    await endVisit(at.parts, session, shown());
    await at.parts.visits.setRoom(visit.id, () => true);
    const { start, end, meeting } = visit;
    const patients = { ids: ["p-2"], namesOf: () => Promise.resolve([]) };
    await at.parts.visits.known({
      ...{ connectionId: visit.connectionId, appointmentId: "a-1", start, end, patients },
    });
    const theirs = await sessionFor(await now());
    expect(await reopenVisit(at.parts, theirs, shownOf(await now()))).toEqual({ kind: "links-opened" });
    expect(await at.parts.visits.setRoom(visit.id, () => false)).toBe("set");
    expect([(await now()).state, at.teams.closed.has(meeting.id)]).toEqual(["open", true]);
    expect((await at.jobs()).map(({ kind }) => kind)).toContain("prepare");
  });

  test("and nobody is asked to tell where Teams does not", async () => {
    await endVisit(at.parts, session, shown());
    expect((await jobs()).toSorted()).toEqual(["fulfil 10", "room 0"]);
  });
});

describe("running late", () => {
  test("is said once, and taken back as the page showed it", async () => {
    expect(await sayLate(at.parts, session, shown())).toEqual({ kind: "late-said" });
    const [since] = [(await now()).late];
    expect([since, events(), await jobs()]).toEqual([at.now(), ["visit.late lamna"], []]);
    at.forward(1);
    expect(await sayLate(at.parts, session, shown())).toEqual({ kind: "late-said-before" });
    expect([(await now()).late, events()]).toEqual([since, []]);
    const back = (late: unknown) => sayOnTime(at.parts, session, shown({ late }));
    expect(await back(at.now().toISOString())).toEqual({ kind: "late-said-since" });
    expect([(await now()).late, events()]).toEqual([since, []]);
    expect(await back(since?.toISOString())).toEqual({ kind: "late-taken-back" });
    expect([(await now()).late, events()]).toEqual([undefined, ["visit.on_time lamna"]]);
    expect(await back(since?.toISOString())).toEqual({ kind: "late-taken-back" });
    for (const late of ["soon", ""]) expect(await problemOf(back(late))).toEqual(UNREADABLE);
  });

  test("can be said again when somebody of the staff has come in and left since", async () => {
    await sayLate(at.parts, session, shown());
    at.forward(1);
    await at.parts.presences.tell(
      visit,
      { kind: "roster", at: at.now(), people: [{ id: "p", look: "staff", whereabouts: "in" }] },
      at.now(),
    );
    at.logged();
    expect(await sayLate(at.parts, session, shown())).toEqual({ kind: "late-said" });
    expect([(await now()).late, events()]).toEqual([at.now(), ["visit.late lamna"]]);
  });

  test("is texted where there are texts: one job for each time that it is said", async () => {
    const messaging = { unknown: NOTHING_UNKNOWN, isLive: true, textsPatientsOf: () => true };
    await sayLate(at.withParts({ messaging }), session, shown());
    await sayLate(at.withParts({ messaging }), session, shown());
    const page = await at.parts.jobs.readSlice("open", { before: at.inMinutes(1), limit: 9 });
    expect(page.jobs.map(({ job }) => [job.id, job.kind, job.of, job.due])).toEqual([
      [
        `message:${visit.id} late-${at.now().toISOString()}`,
        "message",
        { visit: visit.id, what: "late-" + at.now().toISOString(), by: "any", as: "live" },
        at.now(),
      ],
    ]);
  });

  test("means nothing long before the visit, and says so", async () => {
    const early = { ...visit, start: at.inMinutes(46), end: at.inMinutes(76) };
    const visits = { ...at.parts.visits, byId: () => Promise.resolve(early) };
    expect(await sayLate(at.withParts({ visits }), session, shownOf(early))).toEqual({
      kind: "late-not-now",
    });
    expect([(await now()).late, events()]).toEqual([undefined, []]);
  });
});

describe("a form", () => {
  const LATE = "2027-01-04T08:00:00.000Z";
  const acts: readonly (readonly [string, typeof endVisit, object])[] = [
    ["invite", invite, { role: "guest", invitation: "A".repeat(12) }],
    ["new link", newLink, { person: "0", generation: "0" }],
    ["remove", removeGuest, { person: "1" }],
    ["end", endVisit, {}],
    ["reopen", reopenVisit, {}],
    ["late", sayLate, {}],
    ["on time", sayOnTime, { late: LATE }],
  ];

  test.each(acts)(
    "of another visit than the one that is open changes nothing: %s",
    async (_what, act, form) => {
      const before = await now();
      expect(await act(at.parts, session, shown({ ...form, visit: "B".repeat(16) }))).toEqual({
        kind: "other-visit",
      });
      expect([await now(), events(), await jobs()]).toEqual([before, [], []]);
    },
  );

  test.each(acts)(
    "of a page from before the visit was moved changes nothing: %s",
    async (_what, act, form) => {
      await at.parts.visits.invite(visit.id, "guest");
      const moved = await at.booked(24 * 60);
      expect([moved.id, moved.start]).toEqual([visit.id, at.inMinutes(24 * 60)]);
      const before = await now();
      expect(await act(at.parts, session, shown(form))).toEqual({ kind: "visit-moved" });
      expect([await now(), events(), await jobs()]).toEqual([before, [], []]);
      // A page that shows the new time acts as ever.
      visit = before;
      expect(await act(at.parts, session, shown(form))).not.toMatchObject({ kind: "visit-moved" });
    },
  );

  test("closes no links where the visit is moved at that moment", async () => {
    const visits = { ...at.parts.visits, byId: () => Promise.resolve(visit) };
    await at.booked(24 * 60);
    const before = await now();
    expect(await endVisit(at.withParts({ visits }), session, shown())).toEqual({ kind: "visit-moved" });
    expect([await now(), events(), await jobs()]).toEqual([before, [], []]);
  });

  test.each(acts)(
    "of a page from before all links were replaced changes nothing: %s",
    async (_what, act, form) => {
      const before = await now();
      expect(await act(at.parts, session, shown({ ...form, epoch: "1" }))).toEqual({ kind: "links-anew" });
      expect(await act(at.parts, session, shown({ ...form, epoch: "" }))).toEqual({ kind: "links-anew" });
      expect([await now(), events(), await jobs()]).toEqual([before, [], []]);
      for (const other of [{ start: "soon" }, { start: "" }, { epoch: "-1" }])
        expect(await problemOf(act(at.parts, session, shown({ ...form, ...other })))).toEqual(UNREADABLE);
    },
  );

  test("acts on a visit whose record is older than random numbers of records are", async () => {
    const { epoch: _none, ...old } = await now();
    const place = { kind: "appointment", appointmentId: "a-1", visitId: visit.id } as const;
    const parts = at.withParts({ visits: { ...at.parts.visits, byId: () => Promise.resolve(old) } });
    expect(shownOf(old).epoch).toBe("");
    expect(await endVisit(parts, { ...session, place }, shownOf(old))).toEqual({ kind: "links-closed" });
  });

  test.each(acts)("that lacks any of what it must say changes nothing: %s", async (_what, act, form) => {
    const before = await now();
    for (const lacking of Object.keys(shown(form))) {
      const { [lacking]: _none, ...others } = shown(form) as Record<string, unknown>;
      expect(await problemOf(act(at.parts, session, others)), lacking).toEqual(OUTDATED);
    }
    expect(await problemOf(act(at.parts, session, {}))).toEqual(OUTDATED);
    expect([await now(), events(), await jobs()]).toEqual([before, [], []]);
  });

  test.each<[string, typeof endVisit, object, string, string[]]>([
    ["invite", invite, { role: "guest", invitation: "A".repeat(12) }, "links-not-open", []],
    ["new link", newLink, { person: "0", generation: "0" }, "link-off", ["link.renewed lamna"]],
    ["remove", removeGuest, { person: "1" }, "guest-removed", ["guest.removed lamna"]],
    ["late", sayLate, {}, "links-not-open", []],
    ["end", endVisit, {}, "links-closed", []],
  ])(
    "of a page from before the links were closed says what is so now: %s",
    async (_what, act, form, kind, done) => {
      await invite(at.parts, session, guest());
      await endVisit(at.parts, session, shown());
      at.logged();
      expect(await act(at.parts, session, shown(form))).toMatchObject({ kind });
      expect([(await now()).state, events()]).toEqual(["ended", done]);
    },
  );

  test("invites nobody once the links have closed by themselves, and says so", async () => {
    at.forward(10 + 30 + 240 + 1);
    expect(await invite(at.parts, session, guest())).toEqual({ kind: "links-over" });
    expect([await people(), events()]).toEqual([["0 patient 0"], []]);
  });

  test.each(acts)("of a visit that the chart has canceled changes nothing: %s", async (_what, act, form) => {
    await at.parts.visits.cancel("lamna", "a-1");
    const before = await now();
    expect(await problemOf(act(at.parts, session, shown(form)))).toEqual({ kind: "visit-cancelled" });
    expect([await now(), events()]).toEqual([before, []]);
  });

  test.each(acts)(
    "says what it has done, though nothing that follows can be asked for: %s",
    async (_what, act, form) => {
      const away = () => Promise.reject(new StoreFault("jobs is throttled"));
      const messaging = { unknown: NOTHING_UNKNOWN, isLive: true, textsPatientsOf: () => true };
      const failing = { jobs: { ...at.parts.jobs, add: away, change: away }, callEvents: {}, messaging };
      await at.parts.visits.invite(visit.id, "guest");
      const came = await act(at.withParts(failing), session, shown(form));
      const kind = act === sayLate ? "late-said-untexted" : "kind" in came && came.kind;
      expect(came).toMatchObject({ kind });
    },
  );

  test("acts on what was opened while the chart is down, and asks the chart where nothing was", async () => {
    at.shown.trouble = chartFault("chart-unavailable");
    expect(await endVisit(at.parts, session, shown())).toEqual({ kind: "links-closed" });
    const fresh = await at.begin();
    expect(await problemOf(endVisit(at.parts, fresh, shown()))).toEqual({ kind: "chart-unavailable" });
    at.shown.trouble = undefined;
    expect(await endVisit(at.parts, fresh, shown())).toMatchObject({
      kind: "no-visit",
      because: "none-today",
    });
    at.shown.appointments = [at.appointment(10), at.appointment(60, { id: "a-2" })];
    expect(await endVisit(at.parts, fresh, shown())).toEqual({ kind: "none-picked" });
    at.shown.appointments = [at.appointment(60, { id: "a-2" })];
    expect(await endVisit(at.parts, fresh, shown())).toEqual({ kind: "other-visit" });
    const { place: subject } = await at.again(fresh);
    const id = subject?.kind === "appointment" ? subject.visitId : undefined;
    const other = await at.parts.visits.byId(id as Visit["id"]);
    expect(await endVisit(at.parts, fresh, other === undefined ? {} : shownOf(other))).toEqual({
      kind: "links-closed",
    });
  });

  test("does nothing to a visit that the chart has given to another patient since", async () => {
    const theirs = await sessionFor(visit, { anothers: true });
    at.shown.appointments = [at.appointment(10, { patients: ["p-2"] })];
    expect(await endVisit(at.parts, theirs, shown())).toMatchObject({ because: "other-patient" });
    expect((await now()).state).toBe("open");
  });

  test("that asks for the other visits does not undo what was picked in another tab since", async () => {
    expect(await problemOf(pickAgain(at.parts, session, {}))).toEqual(OUTDATED);
    expect(await pickAgain(at.parts, session, { visit: "B".repeat(16) })).toEqual({ kind: "other-visit" });
    expect(await at.again(session)).toHaveProperty("place");
    expect(await pickAgain(at.parts, session, shown())).toBeUndefined();
    expect(await at.again(session)).not.toHaveProperty("place");
  });
});
