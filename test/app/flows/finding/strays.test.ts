/** Video visits at locations that belong to no department: searched for in turn, told, and told no more. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { findingChecks } from "../../../../app/flows/finding/checks.ts";
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
