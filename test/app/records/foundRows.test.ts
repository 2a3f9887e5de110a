/** Rows of visits that were found, and of their changes, that cannot be read: their addresses still say which they are. */
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { FoundVisit } from "../../../app/domain/found.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import type { Body } from "../../../app/ports/store.ts";
import { openFoundVisits } from "../../../app/records/foundVisits.ts";
import { changeId, FOUND_PARTITION, openVisitChanges } from "../../../app/records/visitChanges.ts";
import { keyring } from "../../harness/findingDeployment.ts";

const NOW = new Date("2027-01-04T08:00:00Z");
const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const [ONE, OTHER] = ["A-A_A-A_A-A_A-A-", "BBBBBBBBBBBBBBBB"] as [VisitId, VisitId];

const visit = (id: VisitId, minutes: number): FoundVisit => ({
  ...{ id, connectionId: "lamna", departmentId: "clinic", location: "loc", start: inMinutes(minutes) },
  ...{ end: inMinutes(minutes + 30), standing: "on", seen: "seen", firstSeen: NOW, changes: 0 },
  hasMeeting: false,
});

async function found() {
  const store = openSqliteStore({ file: ":memory:", now: () => NOW });
  onTestFinished(() => store.close());
  const visits = openFoundVisits({ store, keyring, now: () => NOW });
  await visits.add(visit(ONE, 60), "a-1", { change: "new" });
  await visits.add(visit(OTHER, 90), "b-1", { change: "new", knownBefore: true });
  const change = async (id: string, body: Body) => {
    const row = await store.read("visits", FOUND_PARTITION, id);
    if (row === undefined) throw new Error("no row " + id);
    await store.replace("visits", { ...row, body }, row.etag);
  };
  const slices = async () => {
    const all = [];
    for await (const slice of visits.between("lamna", NOW, inMinutes(600))) all.push(slice);
    return all;
  };
  return { change, slices, visits, store, changes: openVisitChanges({ store }) };
}

test.each<[how: string, body: Body]>([
  ["damaged", { v: 1, damaged: true }],
  ["another release's", { v: 7 }],
])(
  "a visit and a change that are %s are told by id, number and moment, and hide no other",
  async (_how, body) => {
    const { change, changes, slices } = await found();
    expect(await slices()).toMatchObject([{ found: [{ id: ONE }, { id: OTHER }], unreadable: [] }]);
    expect((await changes.readSlice({ limit: 9 })).unreadable).toEqual([]);
    await change("found-" + ONE, body);
    await change(changeId(ONE, 1), body);
    const [slice] = await slices();
    expect(slice?.found).toEqual([{ ...visit(OTHER, 90), changes: 1 }]);
    expect(slice?.unreadable).toEqual([{ id: ONE, start: inMinutes(60) }]);
    const told = await changes.readSlice({ limit: 9 });
    expect(told.changes).toMatchObject([{ visit: OTHER, number: 1, change: "new", knownBefore: true }]);
    expect(told.unreadable).toEqual([{ visit: ONE, number: 1, at: NOW }]);
    await expect(changes.read(ONE, 1)).rejects.toThrow("A row in visits");
  },
);

test("a move tells the start before, a first notice none, and a cancellation none", async () => {
  const { changes, visits } = await found();
  const moved = { ...visit(ONE, 75), changes: 1 };
  await visits.edit(ONE, () => ({ found: moved, change: "moved" }));
  await visits.edit(ONE, (each) => ({ found: { ...each, standing: "cancelled" }, change: "cancelled" }));
  const [first, second, third] = await Promise.all([1, 2, 3].map((number) => changes.read(ONE, number)));
  expect(first).not.toHaveProperty("movedFrom");
  expect(second).toMatchObject({ change: "moved", movedFrom: inMinutes(60), start: inMinutes(75) });
  expect(third).not.toHaveProperty("movedFrom");
});

test("what was said of a visit is hashed for that visit; a risk of another release is left out, and kept in the row", async () => {
  const { change, store, visits } = await found();
  const hashes = [visits.hash(ONE, "a"), visits.hash(ONE, "b"), visits.hash(OTHER, "a")];
  expect(new Set(hashes).size).toBe(3);
  const row = await store.read("visits", FOUND_PARTITION, "found-" + ONE);
  await change("found-" + ONE, { ...row?.body, risk: "later-risk", late: "no-link" });
  const read = await visits.byId(ONE);
  expect([read, read?.late]).toEqual([expect.not.objectContaining({ risk: "later-risk" }), "no-link"]);
  expect(read).not.toHaveProperty("risk");
});

test("a visit that is found anew takes no number that a change from before still has", async () => {
  let now = NOW;
  const store = openSqliteStore({ file: ":memory:", now: () => now });
  onTestFinished(() => store.close());
  const visits = openFoundVisits({ store, keyring, now: () => now });
  const changes = openVisitChanges({ store });
  const day = 24 * 60;
  const to = (days: number) =>
    visits.edit(ONE, (each) => ({
      found: { ...each, start: inMinutes(days * day), end: inMinutes(days * day + 30) },
      change: "moved",
    }));
  await visits.add(visit(ONE, day), "a-1", { change: "new" });
  await to(60);
  await to(2);
  // The visit's row and its changes of near times are kept no more, and the one of a far time is.
  now = inMinutes(12 * day);
  expect(await visits.byId(ONE)).toBeUndefined();
  await visits.add(visit(ONE, 20 * day), "a-1", { change: "new" });
  const moved = await to(21);
  expect(await changes.read(ONE, moved?.changes ?? 0)).toMatchObject({ start: inMinutes(21 * day) });
}, 30_000);
