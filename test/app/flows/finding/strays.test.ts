/** Video visits at locations that belong to no department: searched for in turn, told, and told no more. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { findingChecks } from "../../../../app/flows/finding/checks.ts";
import { lookForStrays } from "../../../../app/flows/finding/strays.ts";
import { departmentOf, findingDeployment } from "../../../harness/findingDeployment.ts";
import { scriptedChart } from "../../../harness/scriptedChart.ts";

const chart = scriptedChart();
let deployment: ReturnType<typeof findingDeployment>;
beforeEach(() => {
  deployment = findingDeployment({ charts: { lamna: chart }, departments: [departmentOf("lamna")] });
  chart.booked.clear();
  chart.trouble = () => undefined;
  chart.locations = ["loc-1", "loc-2", "loc-3"].map((id) => ({ id, name: "Unit " + id.slice(4) }));
});
afterEach(() => deployment.close());

const search = () => deployment.round("finding.strays", "lamna");
const check = async () =>
  (await findingChecks(deployment.parts)).find(({ name }) => name === "stray-locations");
const book = (id: string, location: string, more: object = {}) =>
  chart.book({ id, start: deployment.inMinutes(600), location, ...more });

test("each location is told with its visits, the one with most first; others are not", async () => {
  expect((await check())?.unseen).toContain("once a day");
  book("a", "loc-1");
  book("b", "loc-2");
  for (const id of ["c", "d"]) book(id, "loc-3");
  book("e", "loc-2", { isVideo: false });
  book("f", "loc-2", { status: "cancelled" });
  book("g", "loc-2", { start: deployment.inMinutes(8 * 1440) });
  await search();
  expect(await check()).toMatchObject({ isWarning: true });
  expect((await check())?.fault).toContain("loc-3 (Unit 3): 2 visits; loc-2 (Unit 2): 1 visit. Nobody");
});

test("one that a department has by now, or where none is booked any more, is told no more", async () => {
  book("a", "loc-2");
  await search();
  deployment.reset({ departments: [departmentOf("lamna", { locations: ["loc-1", "loc-2"] })] });
  expect((await check())?.fault).toBeUndefined();
  deployment.reset({ departments: [departmentOf("lamna")] });
  expect((await check())?.fault).toBeDefined();
  chart.change("a", { status: "cancelled" });
  await search();
  expect((await check())?.fault).toBeUndefined();
});

test("a chart with very many is searched in turn, and what was seen stays told until its turn comes again", async () => {
  chart.locations = Array.from({ length: 1_500 }, (_, index) => ({ id: "p-" + String(10_000 + index) }));
  book("first", "p-10000");
  book("last", "p-11499");
  await search();
  expect((await check())?.fault).toMatch(/p-10000 \(no name\): 1 visit\. Nobody/);
  await search();
  for (const id of ["p-10000", "p-11499"]) expect((await check())?.fault).toContain(id);
});

test("a chart that does not answer takes nothing away, and the search is done again", async () => {
  book("a", "loc-2");
  await search();
  chart.trouble = (request) => (request === "search" ? { kind: "down", reason: "away" } : undefined);
  expect(await search()).toBe(false);
  expect((await check())?.fault).toContain("loc-2");
});

const MINUTE = 60_000;
const DAY = 1440;
const kept = async () => deployment.parts.strays.of("lamna");
const lookedAt = (more: object = {}, signal = new AbortController().signal) =>
  lookForStrays({ ...deployment.parts, ...more }, "lamna", signal);
const given = () => chart.chart({} as never, { tokenEndpoint: "" }, {} as never);
const unchanged = given();
const appointments = unchanged.appointments.bind(unchanged);
const locations = unchanged.locations.bind(unchanged);
afterEach(() => void Object.assign(unchanged, { appointments, locations }));

test("what is kept of each is its name, how many visits, and when it was seen; and where the search came to", async () => {
  chart.locations = [...chart.locations, { id: "loc-4" }];
  book("a", "loc-2");
  book("b", "loc-4");
  await search();
  const at = deployment.now();
  expect(await kept()).toEqual({
    after: "loc-4",
    found: [
      { id: "loc-2", name: "Unit 2", visits: 1, at },
      { id: "loc-4", visits: 1, at },
    ],
  });
});

test("the seven days from now are searched, at locations of no department, fifty at a time and a thousand in a turn", async () => {
  chart.locations = Array.from({ length: 1_030 }, (_, index) => ({
    id: "p-" + String(10_000 + index),
  })).toReversed();
  const searched: (readonly string[])[] = [];
  chart.trouble = (_, one) => {
    if (one === undefined) return undefined;
    expect([one.from, one.before]).toEqual([deployment.now(), deployment.inMinutes(7 * DAY)]);
    searched.push(one.locations);
    return undefined;
  };
  await search();
  expect(searched.map((some) => [some.length, some[0], some.at(-1)])).toEqual(
    Array.from({ length: 20 }, (_, index) => [
      50,
      "p-" + String(10_000 + 50 * index),
      "p-" + String(10_049 + 50 * index),
    ]),
  );
  expect((await kept())?.after).toBe("p-10999");
  searched.length = 0;
  // The remaining locations are searched, and then the first ones again.
  await search();
  expect(searched.flat().slice(0, 31)).toEqual([
    ...Array.from({ length: 30 }, (_, index) => "p-" + String(11_000 + index)),
    "p-10000",
  ]);
  expect(searched.flat()).toHaveLength(1_000);
  // All that were searched are gone from the chart, and then there are fifty.
  for (const count of [2, 50]) {
    chart.locations = Array.from({ length: count }, (_, index) => ({ id: "a-" + String(index + 10) }));
    searched.length = 0;
    await search();
    expect(searched.map(({ length }) => length)).toEqual([count]);
  }
});

test("of each fifty three pages are read", async () => {
  chart.pageSize = 1;
  for (let count = 0; count < 5; count++) book("v-" + String(count), "loc-2");
  await search();
  chart.pageSize = 100;
  expect((await kept())?.found).toMatchObject([{ id: "loc-2", visits: 3 }]);
});

test("a visit at several locations counts at each that was asked for, and at no other", async () => {
  unchanged.appointments = async function* () {
    await Promise.resolve();
    const one = { id: "a", status: "booked", isVideo: true, rooms: { order: "absent" }, hints: [] } as const;
    yield {
      kind: "page",
      appointments: [{ ...one, locations: ["loc-1", "loc-2", "loc-3", "elsewhere"] }],
      repeated: 0,
      hints: [],
    };
  };
  await search();
  expect((await kept())?.found.map(({ id, visits }) => [id, visits])).toEqual([
    ["loc-2", 1],
    ["loc-3", 1],
  ]);
});

test("what was seen is told for two weeks without its location's having its turn", async () => {
  book("a", "loc-1");
  const seen = (id: string, milliseconds: number) => ({
    id,
    visits: 1,
    at: new Date(deployment.now().getTime() - milliseconds),
  });
  await deployment.parts.strays.keep("lamna", {
    found: [seen("old", 14 * DAY * MINUTE), seen("young", 14 * DAY * MINUTE - 1), seen("loc-2", 1)],
  });
  await search();
  expect((await kept())?.found.map(({ id }) => id)).toEqual(["young"]);
});

test("a chart that breaks off later has been searched up to there", async () => {
  chart.locations = Array.from({ length: 120 }, (_, index) => ({ id: "p-" + String(100 + index) }));
  book("a", "p-110");
  book("b", "p-160");
  chart.trouble = (_, one) =>
    one?.locations.includes("p-150") === true ? { kind: "down", reason: "ill" } : undefined;
  expect(await search()).toBe(true);
  expect(await kept()).toMatchObject({ after: "p-149", found: [{ id: "p-110" }] });
  // From that location on nothing is answered, so these count as not searched.
  await expect(lookedAt()).rejects.toMatchObject({
    name: "TurnFailed",
    reason: "ehr.down",
    message: "the chart was not searched: down",
  });
  expect(await kept()).toMatchObject({ after: "p-149", found: [{ id: "p-110" }] });
});

test("a chart that is not asked, or whose locations are not read, is said; one with too many is let be", async () => {
  const standings = { of: () => Promise.resolve({ ok: false, reason: "no address" }) };
  await expect(lookedAt({ standings })).rejects.toMatchObject({
    reason: "ehr.unwell",
    message: "the chart is not asked: no address",
  });
  unchanged.locations = () => Promise.resolve({ kind: "limited", retryAfterMs: 1 });
  await expect(lookedAt()).rejects.toMatchObject({
    reason: "ehr.limited",
    message: "locations were not read: limited",
  });
  unchanged.locations = () => Promise.resolve({ kind: "too-many" });
  await lookedAt();
  expect(await kept()).toBeUndefined();
  deployment.reset({ connections: [] });
  await lookedAt();
});

test("a process that stops searches no further", async () => {
  book("a", "loc-2");
  await expect(lookedAt({}, AbortSignal.abort(new Error("the process stops")))).rejects.toThrow(
    "the process stops",
  );
});
