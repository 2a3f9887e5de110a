/** Which visits somebody may come to in a range of time: by the chart, and by what their patients know. */
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { FoundVisit } from "../../../app/domain/found.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import { expectedBetween } from "../../../app/records/expectedBetween.ts";
import { openFoundVisits } from "../../../app/records/foundVisits.ts";
import { FOUND_PARTITION } from "../../../app/records/visitChanges.ts";
import { keyring } from "../../harness/findingDeployment.ts";

const NOW = new Date("2027-01-04T08:00:00Z");
const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const HOUR = 60;
const DAY = 24 * HOUR;
// A dash in an id is no end of it.
const ID = "A-A_A-A_A-A_A-A-" as VisitId;

function hospital() {
  let now = NOW;
  const store = openSqliteStore({ file: ":memory:", now: () => now });
  onTestFinished(() => store.close());
  const visits = openFoundVisits({ store, keyring, now: () => now });
  const add = async (minutes: number, id = ID) =>
    visits.add(
      {
        ...{ id, connectionId: "lamna", departmentId: "clinic", location: "loc", standing: "on" },
        ...{
          start: inMinutes(minutes),
          end: inMinutes(minutes + 30),
          seen: "seen",
          firstSeen: NOW,
          changes: 0,
        },
        hasMeeting: true,
      },
      "a-1",
    );
  const awaited = async (from: number, before: number, connection = "lamna") => {
    const all: (readonly [VisitId, number])[] = [];
    for await (const { found, at } of visits.awaitedBetween(connection, inMinutes(from), inMinutes(before)))
      all.push([found.id, (at.getTime() - NOW.getTime()) / 60_000]);
    return all;
  };
  const expected = async (from: number, before: number) => {
    const all: unknown[] = [];
    const range = { from: inMinutes(from), before: inMinutes(before), now };
    for await (const slice of expectedBetween(visits, "lamna", range))
      for (const { found, at, isOver, risk } of slice.expected)
        all.push([found.id, (at.getTime() - NOW.getTime()) / 60_000, ...(isOver ? ["over"] : []), risk]);
    return all;
  };
  const edit = (more: Partial<FoundVisit>, id = ID) =>
    visits.edit(id, (found) => ({ found: { ...found, ...more } }));
  const setClock = (minutes: number) => void (now = inMinutes(minutes));
  return { store, visits, add, awaited, expected, edit, setClock };
}

/** Moved from in an hour to next week, and not told. */
const UNTOLD = {
  ...{ isUntold: true as const, knownAt: inMinutes(HOUR) },
  ...{ start: inMinutes(7 * DAY), end: inMinutes(7 * DAY + 30) },
} as const;

test("a visit is awaited at the start that its patient knows, for as long as its row says so", async () => {
  const { add, awaited, edit, visits } = hospital();
  await add(HOUR);
  expect(await awaited(0, DAY)).toEqual([]);
  await edit(UNTOLD);
  expect(await awaited(0, DAY)).toEqual([[ID, HOUR]]);
  expect([await awaited(0, HOUR), await awaited(HOUR + 1, DAY), await awaited(0, DAY, "other")]).toEqual([
    [],
    [],
    [],
  ]);
  expect((await visits.byId(ID))?.knownAt).toEqual(inMinutes(HOUR));
  await visits.edit(ID, ({ isUntold: _, ...found }) => ({ found }));
  expect(await awaited(0, DAY)).toEqual([]);
  // The same start once more, which has its row already.
  await edit(UNTOLD);
  expect(await awaited(0, DAY)).toEqual([[ID, HOUR]]);
  await edit({ knownAt: inMinutes(2 * HOUR) });
  expect(await awaited(0, DAY)).toEqual([[ID, 2 * HOUR]]);
});

test("a visit whose chart is another connection's by now is awaited as that one's", async () => {
  const { add, awaited, edit } = hospital();
  await add(HOUR);
  await edit(UNTOLD);
  await edit({ connectionId: "other" });
  expect([await awaited(0, DAY), await awaited(0, DAY, "other")]).toEqual([[], [[ID, HOUR]]]);
});

test.each<[what: string, found: Partial<FoundVisit>, isAwaited: boolean]>([
  ["away", { standing: "away" }, true],
  ["missed", { standing: "missed" }, true],
  ["on at another time, as the release before leaves it", {}, false],
  ["on at a time that is over", { start: inMinutes(-DAY), end: inMinutes(-DAY + 30) }, true],
])("a visit that was to start in an hour, and is %s, is awaited then: %#", async (_, found, isAwaited) => {
  const { add, awaited, edit } = hospital();
  await add(7 * DAY);
  await edit({ wasAt: inMinutes(HOUR), ...found });
  expect(await awaited(0, DAY)).toEqual(isAwaited ? [[ID, HOUR]] : []);
});

test("a row that cannot be read, or has gone, is left out", async () => {
  const { add, awaited, edit, store, visits } = hospital();
  await add(HOUR);
  await edit(UNTOLD);
  const row = await store.read("visits", FOUND_PARTITION, "found-" + ID);
  if (row === undefined) throw new Error("no row");
  await store.replace("visits", { ...row, body: { v: 1 } }, row.etag);
  expect(await awaited(0, DAY)).toEqual([]);
  await visits.remove(ID);
  expect(await awaited(0, DAY)).toEqual([]);
});

test("a visit that was moved far into the past is kept until its patient has come", async () => {
  const { add, edit, setClock, visits } = hospital();
  await add(HOUR);
  await edit({ wasAt: inMinutes(HOUR), start: inMinutes(-30 * DAY), end: inMinutes(-30 * DAY + 30) });
  expect(await visits.byId(ID)).toBeDefined();
  setClock(8 * DAY);
  expect(await visits.byId(ID)).toBeUndefined();
});

const [FIRST, LAST] = ["BBBBBBBBBBBBBBBB", "CCCCCCCCCCCCCCCC"] as [VisitId, VisitId];

test("each visit is expected once: by the chart, or earlier by what its patient knows", async () => {
  const { add, edit, expected } = hospital();
  await add(2 * HOUR, FIRST);
  await add(HOUR);
  await add(3 * HOUR, LAST);
  expect(await expected(0, DAY)).toEqual([
    [ID, HOUR, undefined],
    [FIRST, 2 * HOUR, undefined],
    [LAST, 3 * HOUR, undefined],
  ]);
  await edit({ ...UNTOLD, risk: "no-link" });
  await edit({ isUntold: true, knownAt: inMinutes(5 * HOUR) }, FIRST);
  await edit({ isUntold: true, knownAt: inMinutes(90) }, LAST);
  expect(await expected(0, DAY)).toEqual([
    [FIRST, 2 * HOUR, "untold"],
    [LAST, 90, "untold"],
    [ID, HOUR, "untold"],
  ]);
  expect(await expected(6 * DAY, 8 * DAY)).toEqual([[ID, 7 * DAY, "no-link"]]);
});

test("a visit that was earlier than its patient knows is expected until they have come", async () => {
  const { add, edit, expected, setClock } = hospital();
  await add(-HOUR);
  await edit({ isUntold: true, knownAt: inMinutes(HOUR) });
  expect(await expected(-4 * HOUR, DAY)).toEqual([[ID, HOUR, "untold"]]);
  setClock(95);
  expect(await expected(-4 * HOUR, DAY)).toEqual([[ID, -HOUR, "over", "untold"]]);
});

test("who waits for a visit that is away finds it by the time before; one that was moved into the past is no risk", async () => {
  const { add, edit, expected } = hospital();
  await add(7 * DAY);
  await edit({ wasAt: inMinutes(HOUR), standing: "away", risk: "left-locations" });
  expect(await expected(0, DAY)).toEqual([[ID, HOUR, "left-locations"]]);
  await edit({ standing: "on", start: inMinutes(-DAY), end: inMinutes(-DAY + 30) });
  expect(await expected(0, DAY)).toEqual([]);
});
