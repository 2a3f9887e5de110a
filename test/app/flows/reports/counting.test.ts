/** A visit becomes one row of the reports, whatever happens to it meanwhile. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FhirBaseUrl } from "../../../../app/domain/fhirBaseUrl.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import type { Store } from "../../../../app/ports/store.ts";
import { openUsages } from "../../../../app/records/usages.ts";
import { LAMNA, reportsDeployment } from "../../../harness/reportsDeployment.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";

let deployment: ReturnType<typeof reportsDeployment>;
beforeEach(() => (deployment = reportsDeployment()));
afterEach(() => deployment.close());

const CLINICIAN = "7d0c5a1e-0000-4000-8000-00000000b001";
const EMPLOYEE = "7d0c5a1e-0000-4000-8000-00000000b009";
const after = ({ end }: Visit, minutes: number) => new Date(end.getTime() + minutes * 60_000);
const roster = (at: Date, id: string, more: object) => ({
  eventType: "rosterUpdated",
  eventDateTime: at.toISOString(),
  "participants@delta": [{ id, ...more }],
});
const staff = {
  info: { identity: { user: { id: CLINICIAN, tenantId: ORACLE_TENANT, displayName: "Avery Park" } } },
};
const guest = { info: { identity: { guest: { id: "8:teamsvisitor:1", displayName: "Pat Example" } } } };
const LEFT = { removedState: { reason: "left" } };

/** Staff come at the start, the guest waits two minutes and is let in, and both leave after 20. */
async function held(visit: Visit, leaveOut: readonly ("staff" | "guest")[] = []): Promise<void> {
  const at = (minute: number) => new Date(visit.start.getTime() + minute * 60_000);
  await deployment.tell(visit, { eventType: "callStarted", eventDateTime: at(0).toISOString() });
  if (!leaveOut.includes("staff")) {
    await deployment.presences.staffCame(visit, CLINICIAN);
    await deployment.tell(visit, roster(at(0), "s", { isInLobby: false, ...staff }));
    await deployment.tell(visit, roster(at(20), "s", { ...staff, ...LEFT }));
  }
  if (leaveOut.includes("guest")) return;
  await deployment.tell(visit, roster(at(1), "g", { isInLobby: true, ...guest }));
  if (!leaveOut.includes("staff"))
    await deployment.tell(visit, roster(at(3), "g", { isInLobby: false, ...guest }));
  await deployment.tell(visit, roster(at(20), "g", { ...guest, ...LEFT }));
}

test("a visit is in the reports some minutes after its end, with nothing of the patient", async () => {
  const visit = await deployment.visit("one", 60);
  await held(visit);
  await deployment.until(visit.end);
  expect(await deployment.rows()).toEqual([]);
  await deployment.until(after(visit, 15));
  const row = await deployment.row(visit.id);
  expect(row).toMatchObject({
    connectionId: LAMNA,
    departmentId: "lamna-clinic",
    start: visit.start,
    outcome: "completed",
    source: "presence",
    attendees: 2,
    lobbySeconds: 120,
    staff: [{ account: CLINICIAN, seconds: 17 * 60 }],
  });
  expect(JSON.stringify(row)).not.toMatch(/Pat|Avery|visitor|"one"/);
});

test.each([
  ["staff alone", ["guest"], "patient-absent"],
  ["a patient who waits alone", ["staff"], "staff-absent"],
  ["nobody", ["staff", "guest"], "nobody-came"],
] as const)("%s: a no-show that is there", async (_who, leaveOut, outcome) => {
  const visit = await deployment.visit("one", 60);
  await deployment.until(visit.start);
  await held(visit, leaveOut);
  await deployment.until(after(visit, 15));
  expect(await deployment.row(visit.id)).toMatchObject({ outcome, source: "presence" });
});

test("where Teams told nothing of a visit, the row says that it is not known", async () => {
  const [unwatched, refused] = [await deployment.visit("one", 60), await deployment.visit("two", 60)];
  await deployment.presences.watching(refused, { trouble: "refused" });
  await deployment.until(after(refused, 15));
  for (const { id } of [unwatched, refused])
    expect(await deployment.row(id)).toMatchObject({ outcome: "not-known", source: "none" });
});

test.each([
  [
    "something was lost of what Teams told",
    (visit: Visit) => deployment.presences.missed(visit, visit.start),
  ],
  ["Teams told nothing of it", () => Promise.resolve()],
])("nobody is said not to have come where %s", async (_why, lost) => {
  const visit = await deployment.visit("one", 60);
  await lost(visit);
  await deployment.presences.watching(visit, { trouble: "refused" });
  await deployment.presences.watching(visit, {});
  await deployment.until(after(visit, 15));
  expect((await deployment.row(visit.id))?.outcome).toBe("not-known");
});

test("a visit with a gap is completed where both were there, and no no-show where one was", async () => {
  const [both, one] = [await deployment.visit("one", 60), await deployment.visit("two", 60)];
  for (const visit of [both, one]) await deployment.presences.missed(visit, visit.start);
  await held(both);
  await held(one, ["guest"]);
  await deployment.until(after(both, 15));
  expect((await deployment.row(both.id))?.outcome).toBe("completed");
  expect((await deployment.row(one.id))?.outcome).toBe("not-known");
});

test("an employee who is the patient is reported by no account, and is not said to have stayed away", async () => {
  const visit = await deployment.visit("one", 60);
  await held(visit, ["guest"]);
  const patient = { info: { identity: { user: { id: EMPLOYEE, tenantId: ORACLE_TENANT } } } };
  await deployment.tell(visit, roster(visit.start, "p", { isInLobby: false, ...patient }));
  await deployment.until(after(visit, 15));
  const row = await deployment.row(visit.id);
  expect(row?.outcome).toBe("not-known");
  expect(JSON.stringify(row)).not.toContain(EMPLOYEE);
});

test("what comes late corrects the row: a message's report, and what Teams told last", async () => {
  const visit = await deployment.visit("one", 60);
  const of = {
    visit: visit.id,
    kind: "reminder",
    way: "text",
    start: visit.start.toISOString(),
    which: "15",
  } as const;
  const { message } = await deployment.messages.begin(of);
  await deployment.messages.settle(message, { state: "accepted", providerId: "1" });
  await held(visit, ["guest"]);
  await deployment.until(after(visit, 15));
  expect(await deployment.row(visit.id)).toMatchObject({
    outcome: "patient-absent",
    messages: [{ kind: "reminder", way: "text", state: "accepted", count: 1 }],
  });
  await held(visit);
  await deployment.messages.report(message.id, { kind: "delivered" });
  await deployment.until(after(visit, 35));
  expect(await deployment.row(visit.id)).toMatchObject({
    outcome: "completed",
    messages: [{ kind: "reminder", way: "text", state: "delivered", count: 1 }],
  });
});

test("a visit that is moved has its one row at its new time, also in another month", async () => {
  const missed = await deployment.visit("one", 60);
  await held(missed, ["guest"]);
  await deployment.until(after(missed, 15));
  expect(await deployment.rows()).toHaveLength(1);
  const moved = await deployment.visit("one", 30 * 1440);
  expect(moved.id).toBe(missed.id);
  await deployment.work();
  expect(await deployment.rows()).toEqual([]);
  await deployment.until(after(moved, 15));
  expect(await deployment.rows()).toHaveLength(1);
  expect((await deployment.row(moved.id))?.start).toEqual(moved.start);
});

test("whoever writes a visit as it was before it was moved to another month leaves no second row", async () => {
  const visit = await deployment.visit("one", 60);
  await held(visit);
  await deployment.until(after(visit, 15));
  const before = await deployment.row(visit.id);
  if (before === undefined) throw new Error("no row");
  await deployment.usages.remove(visit.id);
  const moved = {
    ...before,
    start: deployment.inMinutes(-40 * 1440),
    end: deployment.inMinutes(-40 * 1440 + 30),
  };
  const { store, now } = deployment;
  const late = openUsages({
    store: {
      ...store,
      async create(container, item) {
        await deployment.usages.write(moved);
        return store.create(container, item);
      },
    },
    now,
  });
  await late.write(before);
  expect((await deployment.rows()).map(({ id }) => id)).toEqual([visit.id]);
});

test("a row that is damaged is whole again when its visit is counted next", async () => {
  const visit = await deployment.visit("one", 60);
  await held(visit);
  await deployment.until(after(visit, 15));
  const row = await deployment.store.read("usage", visit.start.toISOString().slice(0, 7), visit.id);
  if (row === undefined) throw new Error("no row");
  await deployment.store.replace("usage", { ...row, body: { ...row.body, attendees: "many" } }, row.etag);
  expect(await deployment.row(visit.id)).toBeUndefined();
  await deployment.until(after(visit, 35));
  expect(await deployment.row(visit.id)).toMatchObject({ attendees: 2 });
});

test("while appointments' ids are taken out of the rows, others have their turn", async () => {
  const visit = await deployment.visit("one", 60);
  await held(visit);
  await deployment.until(after(visit, 15));
  let [turns, isOver] = [0, false];
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await deployment.usages.forgetAppointments(new AbortController().signal);
  isOver = true;
  expect(turns).toBeGreaterThan(2);
});

test("of a page of rows, others have their turn before it is read and again before it is given on", async () => {
  let [turns, isOver] = [0, false];
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  let [asked, read] = [0, 0];
  const list: Store["list"] = async (...query) => {
    expect(turns).toBeGreaterThan(asked);
    const page = await deployment.store.list(...query);
    read = turns;
    return page;
  };
  const usages = openUsages({ store: { ...deployment.store, list }, now: deployment.now });
  let slices = 0;
  for await (const _slice of usages.between(
    deployment.inMinutes(-90 * 1440),
    deployment.now(),
    "ascending",
  )) {
    slices += 1;
    expect(turns).toBeGreaterThan(read);
    asked = turns;
  }
  isOver = true;
  expect(slices).toBeGreaterThan(2);
});

test("of a visit that was moved by days only what happened at its new time is measured", async () => {
  const first = await deployment.visit("one", 60);
  await held(first, ["staff"]);
  await deployment.until(after(first, 15));
  const moved = await deployment.visit("one", 3 * 1440);
  await deployment.until(moved.start);
  await held(moved);
  await deployment.until(after(moved, 15));
  expect(await deployment.row(moved.id)).toMatchObject({
    lobbySeconds: 120,
    attendees: 2,
    opened: moved.start,
  });
  const again = await deployment.visit("one", 3 * 1440);
  await deployment.until(after(again, 15));
  expect(await deployment.row(again.id)).toMatchObject({ outcome: "not-known", attendees: 0 });
});

test("a canceled visit is none, unless it was held; colleagues among themselves are none", async () => {
  const [empty, used] = [await deployment.visit("one", 60), await deployment.visit("two", 60)];
  await held(used);
  for (const appointment of ["one", "two"]) await deployment.parts.visits.cancel(LAMNA, appointment);
  await deployment.until(after(used, 15));
  expect(await deployment.row(empty.id)).toBeUndefined();
  expect(await deployment.row(used.id)).toMatchObject({ outcome: "completed" });
});

test("what an administrator deletes goes from the reports, too, and does not come back", async () => {
  const visit = await deployment.visit("one", 60);
  await held(visit);
  await deployment.until(after(visit, 15));
  const appointment = { fhirBaseUrl: "https://fhir.example/r4/lamna" as FhirBaseUrl, appointmentId: "one" };
  const kinds = (await deployment.holdings.about(appointment)).map(({ kind }) => kind.container);
  expect(kinds).toContain("usage");
  const row = await deployment.row(visit.id);
  await deployment.holdings.delete(appointment);
  expect(await deployment.rows()).toEqual([]);
  if (row !== undefined) await deployment.usages.write(row);
  await deployment.until(after(visit, 35));
  expect(await deployment.rows()).toEqual([]);
});

test("a row that another release has written stays as it is, and the job goes on to the next count", async () => {
  const visit = await deployment.visit("one", 60);
  await held(visit);
  await deployment.until(after(visit, 15));
  const partition = visit.start.toISOString().slice(0, 7);
  const read = () => deployment.store.read("usage", partition, visit.id);
  const counted = await read();
  if (counted === undefined) throw new Error("it was not counted");
  const theirs = { ...counted.body, v: 99, attendees: 7 };
  await deployment.store.replace("usage", { ...counted, body: theirs }, counted.etag);
  const due = deployment.now();
  const { signal } = new AbortController();
  const job = { id: "job", of: { visit: visit.id }, due, tries: 1, signal };
  expect(await deployment.reports.jobs.usage(job)).toEqual({ kind: "done" });
  await deployment.until(after(visit, 10 * 24 * 60));
  expect((await read())?.body).toEqual(theirs);
});

test("rows come in the order of their start, forwards and backwards, and go after 13 months", async () => {
  const early = await deployment.visit("early", 60);
  await deployment.until(after(early, 15));
  const late = await deployment.visit("late", 40 * 1440);
  await deployment.until(after(late, 15));
  const ids = async (order: "ascending" | "descending") => (await deployment.rows(order)).map(({ id }) => id);
  expect(await ids("ascending")).toEqual([early.id, late.id]);
  expect(await ids("descending")).toEqual([late.id, early.id]);
  deployment.forward(365 * 1440);
  expect(await ids("ascending")).toEqual([late.id]);
});
