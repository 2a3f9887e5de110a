/** What is noticed of a chart's locations between two readings. */
import { expect, test } from "vitest";
import {
  losesVisits,
  locationsNow,
  locationChangeWords,
  type LocationsRead,
} from "../../../app/domain/knownLocations.ts";

const DAY_MS = 86_400_000;
const now = new Date("2026-11-29T12:00:00.000Z");
const later = (days: number) => new Date(now.getTime() + days * DAY_MS);
const HOUSE = { id: "house", name: "House" };
const WING = { id: "wing", name: "Wing" };
const UNIT = { id: "unit", name: "Unit", partOf: "house" };
const ROOM = { id: "room", name: "Room", partOf: "unit" };
const read = (more: Partial<LocationsRead> = {}): LocationsRead => ({
  roots: ["unit"],
  all: [HOUSE, WING, UNIT, ROOM],
  below: [{ id: "room", root: "unit" }],
  asked: new Map(),
  ...more,
});
const first = { ...locationsNow({}, read(), now), below: read().below, roots: ["unit"] };
const GONE: LocationsRead["asked"] = new Map([["unit", "gone"]]);
const changed = (more: Partial<LocationsRead>, before = first, at = later(1)) =>
  locationsNow(before, read(more), at).changes.map(({ id, what, from, to }) => [what, id, from, to]);

test("nothing the first time, and nothing where all is as it was", () => {
  expect([first.changes, changed({})]).toEqual([[], []]);
});

test.each<[string, Partial<LocationsRead>, unknown[]]>([
  [
    "another name",
    { all: [HOUSE, WING, { ...UNIT, name: "Ward" }, ROOM] },
    ["renamed", "unit", "Unit", "Ward"],
  ],
  [
    "another location above",
    { all: [HOUSE, WING, { ...UNIT, partOf: "wing" }, ROOM] },
    ["moved", "unit", "House", "Wing"],
  ],
  [
    "no location above any more",
    { all: [HOUSE, WING, { id: "unit", name: "Unit" }, ROOM] },
    ["moved", "unit", "House", undefined],
  ],
  ["not shown", { all: [HOUSE, WING, ROOM], below: [], asked: GONE }, ["gone", "unit", "Unit", undefined]],
  ["a room elsewhere", { below: [] }, ["left", "room", "Room", undefined]],
])("%s", (_what, more, change) => {
  expect(changed(more)).toContainEqual(change);
});

test("one that is no part of another any more is told once", () => {
  const alone = { all: [HOUSE, WING, { id: "unit", name: "Unit" }, ROOM] };
  const then = { ...first, ...locationsNow(first, read(alone), now) };
  expect(changed(alone, then)).toEqual([["moved", "unit", "House", undefined]]);
});

test("one that the list leaves out, and which is shown by its id, is not gone", () => {
  const all = [HOUSE, WING, ROOM];
  expect(changed({ all, asked: new Map([["unit", { id: "unit", name: "Unit" }]]) })).toEqual([]);
  expect(changed({ all })).toEqual([]);
});

test("a room below a location that was added to a department is where it is wanted", () => {
  const roots = ["unit", "room2"];
  expect(changed({ roots, below: [{ id: "room", root: "room2" }] })).toEqual([]);
});

test("is told for thirty days; what is gone for as long as it is, from the first day on", () => {
  const renamed = { all: [HOUSE, WING, { ...UNIT, name: "Ward" }, ROOM] };
  const then = { ...first, ...locationsNow(first, read(renamed), now) };
  expect(changed(renamed, then, later(29))).toHaveLength(1);
  expect(changed(renamed, then, later(30))).toEqual([]);
  const away = { all: [HOUSE], below: [], asked: GONE };
  const gone = { ...first, ...locationsNow(first, read(away), now) };
  const still = locationsNow(gone, read(away), later(90)).changes.filter(({ what }) => what === "gone");
  expect(still.map(({ at }) => at)).toEqual([now]);
  expect(locationsNow(gone, read(), later(91)).changes.filter(({ what }) => what === "gone")).toEqual([]);
});

test("of a location that no department has any more nothing is told", () => {
  const renamed = { all: [HOUSE, WING, { ...UNIT, name: "Ward" }, ROOM] };
  const then = { ...first, ...locationsNow(first, read(renamed), now) };
  expect(changed({ roots: [], below: [] }, then)).toEqual([]);
});

test.each(["renamed", "moved", "gone", "left"] as const)("%s is told in a sentence with its day", (what) => {
  const words = locationChangeWords({ id: "unit", what, from: "A", to: "B", at: now });
  expect(words).toMatch(/^[A-Z].*unit.*since 2026-11-29.*\.$/);
});

test.each<[change: Parameters<typeof locationChangeWords>[0], words: string]>([
  [
    { what: "renamed", id: "unit", from: "A", to: "B", at: now },
    "Location unit is called “B” since 2026-11-29; it was called “A”.",
  ],
  [
    { what: "renamed", id: "unit", at: now },
    "Location unit is called “” since 2026-11-29; it was called “”.",
  ],
  [
    { what: "moved", id: "unit", from: "A", to: "B", at: now },
    "Location unit is part of “B” since 2026-11-29; it was part of “A”.",
  ],
  [
    { what: "moved", id: "unit", at: now },
    "Location unit is part of no other one since 2026-11-29; it was part of none.",
  ],
  [
    { what: "gone", id: "unit", from: "A", at: now },
    "The chart has not shown location unit (“A”) since 2026-11-29, so no visits are found there. Ask the chart team which location took its place.",
  ],
  [
    { what: "gone", id: "unit", at: now },
    "The chart has not shown location unit since 2026-11-29, so no visits are found there. Ask the chart team which location took its place.",
  ],
  [
    { what: "left", id: "room", from: "A", at: now },
    "Location room (“A”) is no part of the department’s locations any more since 2026-11-29, so visits there belong to no department, or to another one. Add it, if they should belong here.",
  ],
  [
    { what: "left", id: "room", at: now },
    "Location room is no part of the department’s locations any more since 2026-11-29, so visits there belong to no department, or to another one. Add it, if they should belong here.",
  ],
])("%j in words", (change, words) => {
  expect(locationChangeWords(change)).toBe(words);
});

test("visits may be missed where a location is gone or has left, and not where it is called otherwise", () => {
  const loses = (["renamed", "moved", "gone", "left"] as const).map((what) =>
    losesVisits({ id: "unit", what, at: now }),
  );
  expect(loses).toEqual([false, false, true, true]);
});
