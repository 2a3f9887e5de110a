/** A visit beside its chart, its staff and its Teams meeting: what each changes of it, and whose its links are. */
import { describe, expect, onTestFinished, test } from "vitest";
import type { Department } from "../../../app/domain/hospital.ts";
import { linkState, type KnownVisit, type Visit } from "../../../app/domain/visit.ts";
import { MeetingsFault, type Meetings } from "../../../app/ports/meetings.ts";
import { VisitChanged } from "../../../app/records/visitChanged.ts";
import { departmentOf, findingDeployment } from "../../harness/findingDeployment.ts";
import { scriptedChart } from "../../harness/scriptedChart.ts";

const LAMNA = "lamna";
const DEPARTMENT = departmentOf(LAMNA);

function hospital(departments: readonly Department[] = [DEPARTMENT]) {
  const deployment = findingDeployment({ charts: { [LAMNA]: scriptedChart() }, departments });
  onTestFinished(() => deployment.close());
  const { inMinutes, teams } = deployment;
  const { visits } = deployment.parts;
  const facts = (more: object = {}) => ({
    connectionId: LAMNA,
    appointmentId: "a-1",
    department: DEPARTMENT,
    start: inMinutes(60),
    end: inMinutes(90),
    ...more,
  });
  const open = (more: object = {}) => visits.open(facts(more));
  const now = async ({ id }: Pick<Visit, "id">) => {
    const visit = await visits.byId(id);
    if (visit === undefined) throw new Error("no visit");
    return visit;
  };
  const row = ({ id }: Pick<Visit, "id">) => deployment.store.read("visits", id, id);
  /** Replaces functions of the scripted Teams. */
  const script = (more: Partial<Meetings>) => void Object.assign(teams, more);
  const events = () => deployment.logged.map((line) => (JSON.parse(line) as { event: string }).event);
  return { ...deployment, visits, facts, open, now, row, script, events };
}
const patients = (ids: readonly string[], names: Readonly<Record<string, readonly string[]>> = {}) => ({
  patients: { ids, namesOf: (id: string) => Promise.resolve(names[id] ?? [id]) },
});
/** The links of a visit's people as they are handed out. */
const links = ({ visits }: ReturnType<typeof hospital>, visit: Visit) =>
  visit.people.map((person) => visits.token(visit, person));

describe("a visit that is opened", () => {
  test("has a meeting, the patient's link and its appointment's id, sealed, until a week after its end", async () => {
    const at = hospital();
    const visit = await at.open();
    expect(visit).toMatchObject({
      kind: "appointment",
      connectionId: LAMNA,
      departmentId: DEPARTMENT.id,
      start: at.inMinutes(60),
      end: at.inMinutes(90),
      state: "open",
      people: [{ number: 0, role: "patient", generation: 0 }],
    });
    expect([...at.teams.made.values()]).toEqual([1]);
    expect(await at.visits.appointmentId(visit.id)).toBe("a-1");
    const sealed = await at.visits.sealedAppointment(visit.id);
    expect(at.visits.appointmentIn(visit.id, sealed ?? "")).toBe("a-1");
    const row = await at.row(visit);
    expect(row?.expiresAt).toEqual(at.inMinutes(90 + 7 * 1440));
    const links = await at.store.read("visits", visit.id, "links-" + visit.id);
    expect(links?.expiresAt).toEqual(at.inMinutes(90 + 366 * 1440));
    expect(links?.body).toMatchObject({
      people: [{ number: 0, role: "patient", generation: 0 }],
      epoch: visit.epoch,
    });
  });

  test("again is the same one, and nothing is written or asked", async () => {
    const at = hospital();
    const visit = await at.open();
    const before = await at.row(visit);
    expect(await at.open()).toEqual(visit);
    expect((await at.row(visit))?.etag).toBe(before?.etag);
    expect([...at.teams.made.values()]).toEqual([1]);
  });

  test("by two at once is one, with one meeting and one link", async () => {
    const at = hospital();
    const [one, other] = await Promise.all([at.open(), at.open()]);
    expect(one).toEqual(other);
    expect(at.teams.made.size).toBe(1);
  });

  test("of a connection that is not set up is a mistake; of nothing nothing is known", async () => {
    const at = hospital();
    await expect(at.open({ connectionId: "none" })).rejects.toThrow("no connection none");
    const id = at.visitOf(LAMNA, "a-1");
    expect(await at.visits.byId(id)).toBeUndefined();
    expect(await at.visits.appointmentId(id)).toBeUndefined();
    expect(await at.visits.sealedAppointment(id)).toBeUndefined();
    expect(await at.visits.isDeleted(id)).toBe(false);
    expect(await at.visits.catchUp(id)).toBe("in-step");
    expect(await at.visits.lookAtMeeting(id)).toBe("as-asked");
    for (const act of [at.visits.end(id), at.visits.reopen(id)])
      await expect(act).rejects.toThrow("the visit is no longer kept");
    await at.visits.cancel(LAMNA, "a-1");
    await at.visits.moveIntoPast(id, { start: at.inMinutes(-60), end: at.inMinutes(-30) });
    expect(await at.visits.byId(id)).toBeUndefined();
  });
});

describe("its staff", () => {
  test("end it, which ends that it is late, and open it again", async () => {
    const at = hospital();
    const visit = await at.open();
    await at.visits.runLate(visit.id);
    await at.visits.end(visit.id);
    expect(await at.now(visit)).toMatchObject({ state: "ended", closedAt: at.parts.queue.now() });
    expect(await at.now(visit)).not.toHaveProperty("late");
    const ended = await at.row(visit);
    at.forward(1);
    await at.visits.end(visit.id);
    expect((await at.row(visit))?.etag).toBe(ended?.etag);
    await at.visits.reopen(visit.id);
    expect((await at.now(visit)).state).toBe("open");
    const open = await at.row(visit);
    await at.visits.reopen(visit.id);
    expect((await at.row(visit))?.etag).toBe(open?.etag);
  });

  test("are late from when they said so first, and on time again by taking back that very saying", async () => {
    const at = hospital();
    const visit = await at.open();
    const first = at.inMinutes(0);
    expect(await at.visits.runLate(visit.id)).toEqual({ since: first, isNew: true });
    at.forward(1);
    expect(await at.visits.runLate(visit.id)).toEqual({ since: first, isNew: false });
    expect(await at.visits.onTime(visit.id, at.inMinutes(0))).toBe(false);
    expect(await at.visits.onTime(visit.id, first)).toBe(true);
    expect(await at.visits.onTime(visit.id, first)).toBe(false);
    expect(await at.now(visit)).not.toHaveProperty("late");
  });
});

describe("its messages", () => {
  test("are held back from when staff said so first, and let go by that very saying", async () => {
    const at = hospital();
    const visit = await at.open();
    const first = at.inMinutes(0);
    expect(await at.visits.holdMessages(visit.id)).toBe(true);
    expect((await at.now(visit)).held).toEqual(first);
    at.forward(1);
    expect(await at.visits.holdMessages(visit.id)).toBe(false);
    expect((await at.now(visit)).held).toEqual(first);
    expect(await at.visits.letMessagesGo(visit.id, at.inMinutes(0))).toBe(false);
    expect(await at.visits.letMessagesGo(visit.id, first)).toBe(true);
    expect(await at.visits.letMessagesGo(visit.id, first)).toBe(false);
    expect(await at.now(visit)).not.toHaveProperty("held");
  });

  test("stay held back whatever becomes of the visit, until it is another patient's", async () => {
    const at = hospital();
    const visit = await at.open(patients(["p-1"]));
    await at.visits.holdMessages(visit.id);
    const { held } = await at.now(visit);
    const still = async () => expect((await at.now(visit)).held).toEqual(held);
    await at.visits.end(visit.id);
    await still();
    await at.visits.reopen(visit.id);
    await at.visits.renewLink(visit.id, 0);
    await at.open({ ...patients(["p-1"]), start: at.inMinutes(120), end: at.inMinutes(150) });
    await still();
    await at.visits.cancel(LAMNA, "a-1");
    await still();
    // The record was combined into another one, and somebody else is there besides.
    await at.open(patients(["p-2"], { "p-2": ["p-1", "p-2"] }));
    await still();
    await at.open(patients(["p-2", "p-4"]));
    await still();
    await at.open(patients(["p-3"]));
    expect(await at.now(visit)).not.toHaveProperty("held");
  });
});

describe("its chart", () => {
  test("cancels it and has it take place after all, with the same links", async () => {
    const at = hospital();
    const visit = await at.open();
    await at.visits.runLate(visit.id);
    await at.visits.cancel(LAMNA, "a-1");
    expect(await at.now(visit)).toMatchObject({ state: "cancelled" });
    expect(await at.now(visit)).not.toHaveProperty("late");
    const cancelled = await at.row(visit);
    await at.visits.cancel(LAMNA, "a-1");
    expect((await at.row(visit))?.etag).toBe(cancelled?.etag);
    const again = await at.open();
    expect([again.state, links(at, again)]).toEqual(["open", links(at, visit)]);
  });

  test("cancels nothing that staff have ended and that has begun, and what has not is open when it is booked again", async () => {
    const at = hospital();
    const visit = await at.open();
    await at.visits.end(visit.id);
    await at.visits.cancel(LAMNA, "a-1");
    expect((await at.now(visit)).state).toBe("cancelled");
    expect((await at.open()).state).toBe("open");
    await at.visits.end(visit.id);
    at.forward((visit.start.getTime() - at.inMinutes(0).getTime()) / 60_000);
    await at.visits.cancel(LAMNA, "a-1");
    expect((await at.now(visit)).state).toBe("ended");
  });

  test("moves it, and Teams is told its times; of times that are over Teams is told nothing", async () => {
    const at = hospital();
    const visit = await at.open();
    const moved = await at.open({ start: at.inMinutes(120), end: at.inMinutes(150) });
    expect(moved).toMatchObject({ start: at.inMinutes(120), movedFrom: visit.start });
    expect(moved).not.toHaveProperty("behind");
    expect([...at.teams.times.values()]).toEqual([{ start: at.inMinutes(120), end: at.inMinutes(150) }]);
    const past = { start: at.inMinutes(-600), end: at.inMinutes(-570) };
    await at.visits.moveIntoPast(visit.id, past);
    expect(await at.now(visit)).toMatchObject(past);
    expect([...at.teams.times.values()]).toEqual([{ start: at.inMinutes(120), end: at.inMinutes(150) }]);
  });

  test("gives it to another department, whose meeting and lobby stay what they are until Teams knows", async () => {
    const other = departmentOf(LAMNA, { id: "other", lobby: "staffAndGuestAccounts" });
    const at = hospital([DEPARTMENT, other]);
    const visit = await at.open();
    const asked: unknown[] = [];
    const open = at.teams.open.bind(at.teams);
    at.script({
      open(request) {
        asked.push(request.lobby);
        return open(request);
      },
    });
    const given = await at.open({ department: other });
    expect([given.departmentId, given.organizer, asked]).toEqual([
      "other",
      visit.organizer,
      ["staffAndGuestAccounts"],
    ]);
    expect((await at.row(visit))?.body["lobby"]).toBe("staffAndGuestAccounts");
    await at.open({ department: other });
    expect(asked).toHaveLength(1);
  });
});

describe("where Teams does not take a change", () => {
  const MOVED = (at: ReturnType<typeof hospital>) => ({ start: at.inMinutes(120), end: at.inMinutes(150) });

  test("the visit has its times all the same, and Teams is told later, a minute apart", async () => {
    const at = hospital();
    const visit = await at.open();
    at.teams.fault = "unavailable";
    const times = MOVED(at);
    expect(await at.open(times)).toMatchObject({ start: times.start, behind: at.inMinutes(0) });
    expect(at.events()).toContain("meeting.not_changed");
    const before = at.teams.times.size;
    at.teams.fault = undefined;
    at.forward(0.999);
    expect(await at.open(times)).toHaveProperty("behind");
    at.forward(0.001);
    expect(await at.open(times)).not.toHaveProperty("behind");
    expect([at.teams.times.size, [...at.teams.times.values()][0]]).toEqual([before, times]);
    expect(await at.visits.catchUp(visit.id)).toBe("in-step");
  });

  test("it is told by whoever looks after it, and says why it does not take it", async () => {
    const at = hospital();
    const visit = await at.open();
    at.teams.fault = "unavailable";
    const times = MOVED(at);
    await at.open(times);
    expect(await at.visits.catchUp(visit.id)).toBe("unavailable");
    at.teams.fault = "access-policy";
    expect(await at.visits.catchUp(visit.id)).toBe("access-policy");
    at.teams.fault = undefined;
    at.script({ move: () => Promise.resolve("in-use" as never) });
    expect(await at.visits.catchUp(visit.id)).toBe("running");
    expect(await at.now(visit)).toHaveProperty("behind");
    at.script({ move: () => Promise.resolve("moved") });
    expect(await at.visits.catchUp(visit.id)).toBe("in-step");
    expect(await at.now(visit)).not.toHaveProperty("behind");
  });

  test("of a meeting that somebody has deleted it says so, and of one that it only refuses that", async () => {
    const at = hospital();
    const visit = await at.open();
    at.teams.fault = "unavailable";
    await at.open(MOVED(at));
    at.teams.fault = undefined;
    at.teams.deleted.add(visit.meeting.id);
    expect(await at.visits.catchUp(visit.id)).toBe("gone");
    at.script({ look: () => Promise.resolve("other") });
    expect(await at.visits.catchUp(visit.id)).toBe("refused");
    at.script({ look: () => Promise.reject(new MeetingsFault("unavailable", "away")) });
    expect(await at.visits.catchUp(visit.id)).toBe("refused");
    at.script({ look: () => Promise.reject(new TypeError("a bug")) });
    await expect(at.visits.catchUp(visit.id)).rejects.toThrow("a bug");
  });

  test("it is not told of a visit that is not open any more", async () => {
    const at = hospital();
    const visit = await at.open();
    at.teams.fault = "unavailable";
    await at.open(MOVED(at));
    await at.visits.end(visit.id);
    expect(await at.visits.catchUp(visit.id)).toBe("in-step");
  });

  test("a bug is a bug", async () => {
    const at = hospital();
    await at.open();
    at.script({ move: () => Promise.reject(new TypeError("a bug")) });
    await expect(at.open(MOVED(at))).rejects.toThrow("a bug");
  });
});

describe("its links", () => {
  test("are its patient's; by another id of the same patient they stay, and for another patient all are new", async () => {
    const at = hospital();
    const visit = await at.open(patients(["p-1"]));
    await at.visits.invite(visit.id, "guest");
    const before = await at.now(visit);
    expect(links(at, await at.open(patients(["p-1"])))).toEqual(links(at, before));
    expect(links(at, await at.open())).toEqual(links(at, before));
    // The record was combined into another one.
    expect(links(at, await at.open(patients(["p-2"], { "p-2": ["p-1", "p-2"] })))).toEqual(links(at, before));
    const theirs = await at.open(patients(["p-3"]));
    expect(theirs).toMatchObject({
      relinked: at.inMinutes(0),
      people: [{ generation: 1 }, { generation: 1 }],
    });
    expect(theirs.epoch).not.toBe(before.epoch);
    expect(links(at, theirs).some((link) => links(at, before).includes(link))).toBe(false);
  });

  test("of a visit of several stay while each of them is still there, and who comes besides has them, too", async () => {
    const at = hospital();
    const visit = await at.open(patients(["p-1", "p-2"]));
    expect(links(at, await at.open(patients(["p-2", "p-1", "p-1"])))).toEqual(links(at, visit));
    const more = await at.open(patients(["p-3", "p-2", "p-1"]));
    expect(links(at, more)).toEqual(links(at, visit));
    expect(links(at, await at.open(patients(["p-1", "p-2"])))).not.toEqual(links(at, visit));
  });

  test("of a visit of nobody that is known are whoever's it is first", async () => {
    const at = hospital();
    const visit = await at.open();
    expect(links(at, await at.open(patients(["p-1"])))).toEqual(links(at, visit));
    expect(links(at, await at.open(patients(["p-2"])))).not.toEqual(links(at, visit));
  });

  test("are told when they were opened, to the minute, and only while they are good", async () => {
    const at = hospital();
    const visit = await at.open();
    const [link = ""] = links(at, visit);
    at.forward(0.7);
    await at.visits.noteOpened(link);
    expect((await at.now(visit)).people[0]?.opened).toEqual(new Date("2027-01-04T08:00:00Z"));
    const noted = await at.row(visit);
    await at.visits.noteOpened(link);
    await at.visits.noteOpened(link.slice(1));
    expect((await at.row(visit))?.etag).toBe(noted?.etag);
    expect(await at.visits.renewLink(visit.id, 0)).toBe(true);
    at.forward(5);
    await at.visits.noteOpened(link);
    expect((await at.now(visit)).people[0]).not.toHaveProperty("opened");
    const [next = ""] = links(at, await at.now(visit));
    await at.open(patients(["p-1"]));
    await at.open(patients(["p-2"]));
    await at.visits.noteOpened(next);
    expect((await at.now(visit)).people[0]).not.toHaveProperty("opened");
  });

  test("of a visit whose row has gone are good again when it is opened again, and those that were revoked are not", async () => {
    const at = hospital();
    const visit = await at.open(patients(["p-1"]));
    const [first] = links(at, visit);
    await at.visits.renewLink(visit.id, 0);
    await at.visits.invite(visit.id, "interpreter");
    await at.visits.invite(visit.id, "guest");
    await at.visits.removeGuest(visit.id, 2);
    const before = await at.now(visit);
    at.forward(8 * 1440 + 90);
    expect(await at.visits.byId(visit.id)).toBeUndefined();
    const again = await at.open(patients(["p-1"]));
    expect(links(at, again)).toEqual(links(at, before));
    expect(again.people.map(({ removed }) => removed)).toEqual([undefined, undefined, true]);
    expect(links(at, again)).not.toContain(first);
    at.forward(8 * 1440 + 90);
    expect(links(at, await at.open(patients(["p-2"]))).some((link) => links(at, before).includes(link))).toBe(
      false,
    );
  });

  test("are expected without a meeting, and the same once there is one", async () => {
    const at = hospital();
    const { links: linked, visit: none } = await at.visits.expect(at.facts(), false);
    expect([none, at.teams.made.size]).toEqual([undefined, 0]);
    const { visit } = await at.visits.expect(at.facts(), true);
    expect(visit?.epoch).toBe(linked.epoch);
    expect(visit?.people).toEqual(linked.people);
    expect(visit?.people.map(({ role, ofChart }) => [role, ofChart])).toEqual([
      ["patient", undefined],
      ["colleague", true],
    ]);
    expect((await at.visits.expect(at.facts(), false)).visit).toEqual(visit);
    expect(at.teams.made.size).toBe(1);
    await at.visits.cancel(LAMNA, "a-1");
    const hidden = await at.visits.expect(at.facts({ mayBeOff: true }), true);
    expect(hidden.visit?.state).toBe("cancelled");
    expect((await at.visits.expect(at.facts(), true)).visit?.state).toBe("open");
  });
});

describe("what was read before others changed the visit", () => {
  const before = (visit: Visit | undefined) => ({ before: { visit } });

  test.each<[string, (at: ReturnType<typeof hospital>, visit: Visit) => Promise<unknown>]>([
    ["cancelled", (at) => at.visits.cancel(LAMNA, "a-1")],
    ["moved", (at) => at.open({ end: at.inMinutes(100) })],
    ["ended", (at, { id }) => at.visits.end(id)],
    ["given to another patient", (at) => at.open(patients(["p-2"]))],
    ["moved to another department", (at) => at.open({ department: { ...DEPARTMENT, id: "other" } })],
  ])("changes nothing of one that was %s since", async (_what, change) => {
    const at = hospital();
    const visit = await at.open(patients(["p-1"]));
    await change(at, visit);
    const now = await at.now(visit);
    const read = { ...patients(["p-1"]), start: at.inMinutes(70), end: at.inMinutes(90) };
    await expect(at.open({ ...read, ...before(visit) })).rejects.toBeInstanceOf(VisitChanged);
    await expect(at.open({ ...read, ...before(undefined) })).rejects.toBeInstanceOf(VisitChanged);
    expect(await at.now(visit)).toEqual(now);
    expect((await at.open({ ...read, ...before(now) })).start).toEqual(read.start);
  });

  test.each([false, true])(
    "makes no links anew of one that has no row yet and was given away since, where a meeting is asked for: %s",
    async (meeting) => {
      const at = hospital();
      const expected = (ids: readonly string[], known?: KnownVisit) =>
        at.visits.expect(
          at.facts({ ...patients(ids), ...(known !== undefined && { before: { visit: known } }) }),
          known !== undefined && meeting,
        );
      const { links: first } = await expected(["p-1"]);
      const known = { ...first, state: "open" } as unknown as KnownVisit;
      const { links: given } = await expected(["p-2"]);
      await expect(expected(["p-1"], known)).rejects.toBeInstanceOf(VisitChanged);
      expect((await expected(["p-2"], known)).links.epoch).toBe(given.epoch);
      await at.visits.cancel(LAMNA, "a-1");
      const back = { ...given, state: "open" } as unknown as KnownVisit;
      if (!meeting) expect((await expected(["p-1"], back)).links.epoch).not.toBe(given.epoch);
    },
  );

  test("makes no links anew of one that was not known at all, and is another patient's by now", async () => {
    const at = hospital();
    await at.visits.expect(at.facts(patients(["p-2"])), false);
    const late = at.visits.expect(at.facts({ ...patients(["p-1"]), ...before(undefined) }), false);
    await expect(late).rejects.toBeInstanceOf(VisitChanged);
  });

  test("takes note of nobody, where it was read beside another patient's chart; what is read now doubts the visit alone", async () => {
    const at = hospital();
    const note = (ids: readonly string[], known: Visit | undefined) =>
      at.visits.noteWhose({ connectionId: LAMNA, appointmentId: "a-1", ...patients(ids), ...before(known) });
    expect(await note(["p-2"], undefined)).toBeUndefined();
    const first = await at.open(patients(["p-1"]));
    expect(await note(["p-1"], first)).toEqual(first);
    const given = await at.open(patients(["p-2"]));
    await expect(note(["p-1"], first)).rejects.toBeInstanceOf(VisitChanged);
    expect(await at.now(given)).toEqual(given);
    expect(await note(["p-3"], given)).toEqual({ ...given, doubted: at.inMinutes(0) });
    expect(await note(["p-2"], given)).toEqual(given);
  });

  test("gives a visit of which nobody has said whose it is to nobody, where it was read beside another patient's chart", async () => {
    const at = hospital();
    const first = await at.open();
    const its = { connectionId: LAMNA, appointmentId: "a-1", ...before(first) };
    expect(await at.visits.noteWhose({ ...its, ...patients(["p-2"]) })).toEqual(first);
    expect((await at.visits.withPatients(first.id))?.patients).toBeUndefined();
    // So its links stay good for whom it is opened first.
    expect(await at.open(patients(["p-1"]))).toEqual(first);
  });

  test("is no matter where it says what is kept, or what changed is not the chart's", async () => {
    const at = hospital();
    const visit = await at.open({ ...patients(["p-1"]), ...before(undefined) });
    expect(await at.open({ ...patients(["p-1"]), ...before(undefined) })).toEqual(visit);
    await at.visits.invite(visit.id, "guest");
    await at.visits.runLate(visit.id);
    const moved = await at.open({ start: at.inMinutes(70), ...before(visit) });
    expect(moved.start).toEqual(at.inMinutes(70));
  });

  test("is compared with what is kept, and that changes nothing", async () => {
    const at = hospital();
    expect(await at.visits.compare(at.facts())).toEqual({ visit: undefined, isOther: false });
    const visit = await at.open(patients(["p-1"]));
    const compare = async (more: object) => at.visits.compare(at.facts({ ...patients(["p-1"]), ...more }));
    expect(await compare({})).toEqual({ visit, isOther: false });
    expect(await compare({ department: undefined })).toEqual({ visit, isOther: false });
    for (const more of [
      { end: at.inMinutes(100) },
      patients(["p-2"]),
      { department: { ...DEPARTMENT, id: "other" } },
    ])
      expect(await compare(more)).toEqual({ visit, isOther: true });
    await at.visits.cancel(LAMNA, "a-1");
    expect(await compare({})).toMatchObject({ isOther: true });
    expect(await compare({ mayBeOff: true })).toMatchObject({ isOther: false });
    expect((await at.now(visit)).state).toBe("cancelled");
  });

  test("moves a visit that is cancelled into the past without reviving it", async () => {
    const at = hospital();
    const visit = await at.open();
    await at.visits.cancel(LAMNA, "a-1");
    await at.visits.moveIntoPast(visit.id, { start: at.inMinutes(-60), end: at.inMinutes(-30) });
    expect(await at.now(visit)).toMatchObject({ state: "cancelled", end: at.inMinutes(-30) });
  });
});

describe("its meeting's room", () => {
  const over = (visit: Visit) => visit.state === "ended";

  test("is closed once the visit is over, opened once it takes place after all, and asked for no more than needed", async () => {
    const at = hospital();
    const visit = await at.open();
    expect(await at.visits.setRoom(visit.id, over)).toBe("set");
    expect(at.teams.closed.size).toBe(0);
    await at.visits.end(visit.id);
    expect(await at.visits.setRoom(visit.id, over)).toBe("set");
    expect(at.teams.closed.size).toBe(1);
    const closed = await at.now(visit);
    expect(closed.roomClosed).toEqual(at.inMinutes(0));
    expect(closed).not.toHaveProperty("roomAsked");
    const row = await at.row(visit);
    expect(await at.visits.setRoom(visit.id, over)).toBe("set");
    expect((await at.row(visit))?.etag).toBe(row?.etag);
    await at.visits.reopen(visit.id);
    expect(await at.visits.setRoom(visit.id, over)).toBe("set");
    const opened = await at.now(visit);
    expect([opened.roomClosed, opened.roomAsked, at.teams.closed.size]).toEqual([undefined, undefined, 0]);
  });

  test("counts as neither while Teams has not answered, and is asked for anew", async () => {
    const at = hospital();
    const visit = await at.open();
    await at.visits.end(visit.id);
    at.teams.fault = "unavailable";
    await expect(at.visits.setRoom(visit.id, over)).rejects.toThrow("Teams says unavailable");
    const between = await at.now(visit);
    expect([between.roomClosed, typeof between.roomAsked]).toEqual([undefined, "number"]);
    expect(await at.visits.lookAtMeeting(visit.id)).toBe("as-asked");
    at.teams.fault = undefined;
    expect(await at.visits.setRoom(visit.id, over)).toBe("set");
    expect((await at.now(visit)).roomClosed).toBeDefined();
  });

  test("has to be set again where the visit changed while Teams was asked", async () => {
    const at = hospital();
    const visit = await at.open();
    await at.visits.end(visit.id);
    const close = at.teams.close.bind(at.teams);
    at.script({
      async close(meeting) {
        await close(meeting);
        await at.visits.reopen(visit.id);
      },
    });
    expect(await at.visits.setRoom(visit.id, over)).toBe("besides");
    expect(typeof (await at.now(visit)).roomAsked).toBe("number");
    expect(await at.visits.setRoom(visit.id, over)).toBe("set");
    expect((await at.now(visit)).roomClosed).toBeUndefined();
  });

  test("of a meeting that is gone is none; of one that Teams only refuses that is told", async () => {
    const at = hospital();
    const visit = await at.open();
    await at.visits.end(visit.id);
    at.teams.deleted.add(visit.meeting.id);
    expect(await at.visits.setRoom(visit.id, over)).toBe("gone");
    at.script({ look: () => Promise.resolve("as-asked") });
    await expect(at.visits.setRoom(visit.id, over)).rejects.toMatchObject({ reason: "refused" });
    at.script({ close: () => Promise.reject(new TypeError("a bug")) });
    await expect(at.visits.setRoom(visit.id, over)).rejects.toThrow("a bug");
  });
});

test("a consult is among colleagues: one for each key, without a patient, an appointment or links that are remembered", async () => {
  const at = hospital();
  const facts = {
    connectionId: LAMNA,
    key: "k",
    department: DEPARTMENT,
    start: at.inMinutes(0),
    end: at.inMinutes(30),
  };
  expect(await at.visits.consultOf({ connectionId: LAMNA, key: "k" })).toBeUndefined();
  const consult = await at.visits.openConsult(facts);
  expect(consult).toMatchObject({ kind: "consult", people: [], state: "open" });
  expect(await at.visits.openConsult(facts)).toEqual(consult);
  expect(await at.visits.consultOf({ connectionId: LAMNA, key: "k" })).toEqual(consult);
  expect((await at.visits.openConsult({ ...facts, key: "other" })).id).not.toBe(consult.id);
  expect(await at.visits.appointmentId(consult.id)).toBeUndefined();
  await at.visits.invite(consult.id, "colleague");
  expect(await at.store.read("visits", consult.id, "links-" + consult.id)).toBeUndefined();
});

describe("while the row of a visit's links", () => {
  type At = ReturnType<typeof hospital>;
  const change = async (at: At, { id }: Pick<Visit, "id">, more: object) => {
    const row = await at.store.read("visits", id, "links-" + id);
    if (row === undefined) throw new Error("no links");
    const { etag, ...item } = row;
    await at.store.replace("visits", { ...item, body: { ...item.body, ...more } }, etag);
  };
  const DAMAGED = { people: "gone" };
  /** Which of the links lead into the visit as it is known now. */
  const good = async (at: At, visit: Pick<Visit, "id">, tokens: readonly string[]) => {
    const known = await at.visits.ofLink(visit.id);
    return tokens.map((token) => {
      const claims = at.visits.claims(token);
      if (claims === undefined || known === undefined) throw new Error("no link");
      return linkState(known, claims, at.parts.hospital.visitRules, at.inMinutes(60)) !== "revoked";
    });
  };
  const idOf = (at: At) => ({ id: at.visitOf(LAMNA, "a-1") });

  test("is damaged, a link is replaced, a guest is invited and removed, and what is kept of them is whole again", async () => {
    const at = hospital();
    const visit = await at.open();
    const [old = ""] = links(at, visit);
    await change(at, visit, DAMAGED);
    expect(await at.visits.renewLink(visit.id, 0)).toBe(true);
    await change(at, visit, DAMAGED);
    expect(await at.visits.invite(visit.id, "guest")).toBe(1);
    await change(at, visit, DAMAGED);
    expect(await at.visits.removeGuest(visit.id, 1)).toBe(true);
    const [next = "", guest = ""] = links(at, await at.now(visit));
    expect(await good(at, visit, [old, next, guest])).toEqual([false, true, false]);
    // Its own row has gone, and the appointment is moved: what is kept of the links decides.
    await at.store.remove("visits", visit.id, visit.id, (await at.row(visit))?.etag ?? "");
    const again = await at.open({ start: at.inMinutes(120), end: at.inMinutes(150) });
    expect(await good(at, again, [old, next, guest])).toEqual([false, true, false]);
  });

  test("is another release's, none of them is changed, nor the row", async () => {
    const at = hospital();
    const visit = await at.open();
    await change(at, visit, { v: 7 });
    const before = await at.store.read("visits", visit.id, "links-" + visit.id);
    await expect(at.visits.renewLink(visit.id, 0)).rejects.toThrow("Run the release that wrote it");
    await expect(at.visits.invite(visit.id, "guest")).rejects.toThrow("version 7");
    expect(await good(at, visit, links(at, visit))).toEqual([true]);
    expect((await at.now(visit)).people).toEqual(visit.people);
    expect(await at.store.read("visits", visit.id, "links-" + visit.id)).toEqual(before);
    // Nobody gets in by any of them once they are closed.
    await at.visits.end(visit.id);
    expect((await at.now(visit)).state).toBe("ended");
  });

  test.each([
    ["with their epoch", {}],
    ["with nothing that can be read", { epoch: "x" }],
  ])(
    "is damaged %s, a clinician who opens the visit gets new links, and no older one opens",
    async (_how, more) => {
      const at = hospital();
      const { links: before } = await at.visits.expect(at.facts(), false);
      const old = before.people.map((person) => at.visits.token(before, person));
      await change(at, idOf(at), { ...DAMAGED, ...more });
      const waits = { name: "UnreadableRecord" };
      for (const meeting of [false, true])
        await expect(at.visits.expect(at.facts(), meeting)).rejects.toMatchObject(waits);
      const visit = await at.open();
      expect(visit.people).toEqual([{ number: 0, role: "patient", generation: 1 }]);
      expect(visit.relinked).toBeUndefined();
      expect(at.events()).toContain("links.made_anew");
      expect(visit.epoch).not.toBe(before.epoch);
      expect(await good(at, visit, old)).toEqual(old.map(() => false));
      expect(await good(at, visit, links(at, visit))).toEqual([true]);
      await at.store.remove("visits", visit.id, visit.id, (await at.row(visit))?.etag ?? "");
      expect((await at.open()).people).toEqual(visit.people);
    },
  );

  test("is damaged, and its epoch is the very one that would be next, the new links have another", async () => {
    const at = hospital();
    const { links: before } = await at.visits.expect(at.facts(), false);
    const next = (before.epoch ?? 0) + 2 * 7_919;
    await change(at, idOf(at), { ...DAMAGED, epoch: next });
    expect((await at.open()).epoch).toBe(next + 1);
  });

  test("is another release's, nobody opens the visit by new links", async () => {
    const at = hospital();
    await at.visits.expect(at.facts(), false);
    await change(at, idOf(at), { v: 7 });
    await expect(at.open()).rejects.toThrow("version 7");
    expect(await at.row(idOf(at))).toBeUndefined();
  });
});

test("for how many patients a visit's links were made is kept from its opening on", async () => {
  const at = hospital();
  const { id } = await at.open(patients(["p-1", "p-2"]));
  expect(await at.visits.patientsSharing(id)).toBe(2);
  const alone = await at.open({ appointmentId: "a-2" });
  expect(await at.visits.patientsSharing(alone.id)).toBe(1);
});
