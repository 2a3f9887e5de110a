/** The allocation of visits: set in the portal, told month by month, and which visits are within it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { Usage } from "../../../../app/domain/usage.ts";
import type { Store } from "../../../../app/ports/store.ts";
import { openUsages } from "../../../../app/records/usages.ts";
import { allocatedOf } from "../../../../app/flows/portal/reports/allocated.ts";
import { monthIn } from "../../../../app/flows/portal/reports/limits.ts";
import type { ReportFilter } from "../../../../app/flows/portal/reports/asked.ts";
import { columnsOf } from "../../../../app/flows/portal/reports/columns.ts";
import { sortAsked, sortedPageOf } from "../../../../app/flows/portal/reports/sorting.ts";
import { reportPageOf } from "../../../../app/flows/portal/reports/page.ts";
import { lookups, usagesOf } from "../../../../app/flows/portal/reports/rows.ts";
import { summaryOf } from "../../../../app/flows/portal/reports/summary.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { tablesIn } from "../../../harness/html.ts";

/** The month before so many. */
const monthAgo = (months: number) => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months)).toISOString().slice(0, 7);
};
const [MONTH, BEFORE] = [monthAgo(2), monthAgo(3)];
const NOW = new Date(MONTH + "-18T18:00:00Z");
let deployment: Deployment;
const administrator = new Person();
const reader = new Person();
const [one, other] = ["cardiology", "family-medicine"];

const visit = (
  number: number,
  departmentId: string,
  start: string,
  outcome: Usage["outcome"] = "completed",
): Usage => ({
  id: String(number).padStart(16, "0") as VisitId,
  connectionId: "lamna",
  departmentId,
  start: new Date(start),
  end: new Date(Date.parse(start) + 30 * 60_000),
  outcome,
  source: "presence",
  attendees: 2,
  atOnce: 2,
  byPhone: 0,
  staff: [],
  messages: [],
});

beforeAll(async () => {
  deployment = await startDeployment();
  await signInToPortal(deployment, administrator, "administrator");
  await signInToPortal(deployment, reader, "reportReader");
  const { usages } = deployment.parts;
  // The first of them is still of the month before in Chicago.
  await usages.write(visit(1, one, MONTH + "-01T04:30:00Z"));
  for (let day = 2; day <= 6; day++)
    await usages.write(visit(day, one, `${MONTH}-0${String(day)}T15:00:00Z`));
  await usages.write(visit(7, one, MONTH + "-03T16:00:00Z", "patient-absent"));
  await usages.write(visit(8, other, MONTH + "-04T16:00:00Z"));
});
afterAll(() => deployment.stop());

const at = (now: Date) => ({ ...deployment.parts, now: () => now });
const save = (fields: Record<string, string>, by = administrator) =>
  by.send(deployment.url + "/portal/reports/allocation", fields);
const within = async () => {
  const range = { from: MONTH + "-01", to: MONTH + "-07", order: "oldest" };
  const file = await reader.send(deployment.url + "/portal/reports/visits.csv", range);
  const [head = "", ...lines] = file.html.trimEnd().split("\r\n");
  const column = head.replace("\uFEFF", "").split(",").indexOf("Within limit");
  return lines.map((line) => line.split(",")[column]);
};

test("without one nothing is beyond it, and nothing is left or exceeded", async () => {
  const { hospital, departments } = await allocatedOf(at(NOW), undefined, MONTH);
  expect(hospital).toMatchObject({ completed: 6 });
  expect(hospital).not.toHaveProperty("remaining");
  expect(departments.map(({ id, completed }) => [id, completed])).toEqual([
    [one, 5],
    [other, 1],
  ]);
  expect(new Set(await within())).toEqual(new Set(["Yes"]));
});

test("what is typed must be numbers of visits, and only administrators set them", async () => {
  for (const hospital of ["-1", "0", "many", "1.5", "99999999"])
    expect([hospital, (await save({ hospital })).status]).toEqual([hospital, 422]);
  const { html } = await save({ hospital: "many", ["department-" + one]: "12" });
  // Nobody types anything twice.
  for (const typed of ["many", "12"]) expect(html).toContain(`value="${typed}"`);
  expect((await save({})).status).toBe(422);
  expect((await save({ hospital: "10" }, reader)).status).toBe(403);
  expect(await deployment.parts.allocationSettings.list()).toEqual([]);
});

test("completed visits use it up in the order of their time, the month being the hospital's own", async () => {
  expect((await save({ hospital: "5", ["department-" + one]: "3" })).status).toBe(200);
  const [event] = await deployment.parts.audit.events({ limit: 1 });
  expect(event?.changes).toContainEqual({ member: "hospital", to: "5" });
  const { hospital, departments } = await allocatedOf(at(NOW), undefined, MONTH);
  expect(hospital).toMatchObject({ completed: 6, remaining: 0, exceeded: 1, ranOutOn: MONTH + "-05" });
  expect(departments[0]).toMatchObject({ id: one, remaining: 0, exceeded: 2, ranOutOn: MONTH + "-04" });
  expect(departments[1]).not.toHaveProperty("remaining");
  const before = await allocatedOf(at(NOW), undefined, BEFORE);
  expect(before.departments[0]).toMatchObject({ completed: 1, remaining: 2, exceeded: 0 });
  expect(before.departments[0]).not.toHaveProperty("forecast");
  // 2 to 4 are the department's three; the no-show uses none, and the other department's is the hospital's fourth.
  expect(await within()).toEqual(["Yes", "Yes", "Yes", "Yes", "Yes", "No", "No"]);
});

test("what was typed is in the form after a change by somebody else, or one that waits, stands in its way", async () => {
  const { approvalSettings, allocationSettings, proposals } = deployment.parts;
  const now = await allocationSettings.read("allocation");
  const typed = { hospital: "77", ["department-" + one]: "3" };
  const moved = await save({ revision: "0", ...typed });
  expect(moved.status).toBe(409);
  for (const words of ['value="77"', `name="revision" value="${String(now?.revision)}"`])
    expect(moved.html).toContain(words);
  expect(tablesIn(moved.html)).toContain("77 | 5");
  // A form that is refused for something else is still the one that was opened.
  expect((await save({ revision: "8", hospital: "many" })).html).toContain('name="revision" value="8"');
  const actor = { kind: "person", objectId: PORTAL_ACCOUNTS.globalAdministrator } as const;
  await approvalSettings.add({ actor, action: "approvals.required" }, "approvals", { secondPerson: true });
  const revision = String(now?.revision);
  await save({ revision, hospital: "6" });
  const waits = await save({ revision, ...typed });
  expect(waits.status).toBe(409);
  for (const words of ['value="77"', "nothing else can be saved here"]) expect(waits.html).toContain(words);
  const required = await approvalSettings.read("approvals");
  await approvalSettings.remove(
    { actor, action: "approvals.loosened" },
    "approvals",
    required?.revision ?? 0,
  );
  const waiting = await proposals.read("allocation.allocation");
  if (typeof waiting !== "object") throw new Error("nothing waits");
  await proposals.reject(actor, waiting);
});

test("the file by which departments are charged has each with its share, and is told in the audit", async () => {
  const other = await reader.send(deployment.url + "/portal/reports/allocation.csv", { month: "2020-01" });
  expect([other.status, other.html]).toEqual([400, expect.stringContaining(BEFORE)]);
  const file = await reader.send(deployment.url + "/portal/reports/allocation.csv", { month: BEFORE });
  expect(file.html).toContain(BEFORE + ",Lamna Cardiology,cardiology,3,1,2,0,100\r\n");
  const [event] = await deployment.parts.audit.events({ limit: 1 });
  expect(event).toMatchObject({
    action: "report.exported",
    object: { kind: "report", id: "allocation " + BEFORE },
    actor: { kind: "person", objectId: PORTAL_ACCOUNTS.reportReader },
  });
});

test("a day in advance is told once there are four weeks to go by", async () => {
  const early = await allocatedOf(at(NOW), undefined, MONTH);
  expect(early.departments[1]).not.toHaveProperty("forecast");
  const { usages } = deployment.parts;
  let number = 100;
  for (let day = NOW.getTime() - 59.125 * 86_400_000; day < NOW.getTime(); day += 86_400_000)
    await usages.write(visit(number++, other, new Date(day).toISOString()));
  const setting = await deployment.parts.allocationSettings.read("allocation");
  await save({ revision: String(setting?.revision), ["department-" + other]: "25" });
  const { departments } = await allocatedOf(at(NOW), undefined, "");
  const told = departments.find(({ id }) => id === other);
  // 18 on 17 days and one more: 25 on the 24th or the 25th.
  expect(told?.forecast?.likely).toBe(MONTH + "-24");
  expect([
    (told?.forecast?.early ?? "") <= MONTH + "-24",
    (told?.forecast?.late ?? "") >= MONTH + "-24",
  ]).toEqual([true, true]);
  const { html } = await reader.open(deployment.url + "/portal/reports/allocation");
  expect(html).toContain("is an estimate from the last eight weeks");
  expect(html).not.toContain("What is allocated</h2>");
});

/** By what Cosmos DB asks for: https://learn.microsoft.com/azure/cosmos-db/request-units */
const CHARGE = { query: 3, documentFound: 1, pointRead: 1 };

/** Counts what is read of usage rows, and what that costs at most: a row is under a kilobyte. */
function charged() {
  const { store, now } = deployment.parts;
  const seen = { units: 0, rows: 0, partitions: new Set<string>(), fullest: 0 };
  const counting: Store = {
    ...store,
    async list(container, partition, query) {
      const page = await store.list(container, partition, query);
      // One more than is asked for is read, to know whether the list goes on.
      seen.units += CHARGE.query + (page.items.length + 1) * CHARGE.documentFound;
      seen.rows += page.items.length;
      seen.partitions.add(partition);
      for (const { body } of page.items) seen.fullest = Math.max(seen.fullest, JSON.stringify(body).length);
      return page;
    },
    read(container, partition, id) {
      seen.units += CHARGE.pointRead;
      return store.read(container, partition, id);
    },
  };
  return { seen, picks: { ...deployment.parts, usages: openUsages({ store: counting, now }) } };
}

test("what a report costs on Cosmos DB is bounded by its visits: read once, and once more where something is allocated", async () => {
  const { usages } = deployment.parts;
  // More than a page of the store, all in one day.
  for (let number = 1_000; number < 1_350; number++)
    await usages.write(visit(number, one, `${MONTH}-20T15:00:00Z`));
  const { from, before } = monthIn("America/Chicago", MONTH);
  const filter: ReportFilter = {
    ...{ from, before, firstDay: MONTH + "-01", lastDay: MONTH + "-28", zone: "America/Chicago" },
    department: "",
    only: undefined,
    standing: "all",
    order: "newest",
  };
  const most = (visits: number, times: number) => times * (1.05 * visits + 4 * CHARGE.query);
  const cost = async (report: (picks: ReturnType<typeof charged>["picks"]) => Promise<unknown>) => {
    const { seen, picks } = charged();
    await report(picks);
    // A month of the department's time lies in two of UTC.
    expect(seen.partitions.size).toBeLessThanOrEqual(2);
    expect(seen.fullest).toBeLessThan(1_000);
    return seen;
  };
  const all = (await cost((picks) => summaryOf(picks, filter))).rows;
  expect(all).toBeGreaterThan(350);
  expect((await cost((picks) => summaryOf(picks, filter))).units).toBeLessThanOrEqual(most(all, 1));
  const page = await cost((picks) => reportPageOf(picks, filter, { after: "" }));
  // A page shows fifty, and needs to know which of them are beyond the limit.
  expect(page.units).toBeLessThanOrEqual(most(200, 1) + most(all, 1));
  // A sorted one reads all, to know which are the fifty.
  for (const by of ["attendees", "withinLimit", "primary"]) {
    const sort = sortAsked(by, columnsOf(deployment.parts));
    if (sort === undefined) throw new Error("no column");
    const sorted = await cost((picks) => sortedPageOf(picks, filter, { after: "", sort }));
    expect(sorted.units).toBeLessThanOrEqual(most(all, 2));
  }
  const month = await cost((picks) => allocatedOf({ ...picks, now: () => before }, undefined, MONTH));
  expect(month.units).toBeLessThanOrEqual(most(all, 1));
  const rows = async (picks: ReturnType<typeof charged>["picks"]) => {
    const looked = await lookups(picks, undefined);
    for await (const { usages: some } of usagesOf(picks, filter)) await looked.rows(some, ["names", "limit"]);
  };
  expect((await cost(rows)).units).toBeLessThanOrEqual(most(all, 2));
  const setting = await deployment.parts.allocationSettings.read("allocation");
  await save({ revision: String(setting?.revision), hospital: "1" });
  expect((await cost(rows)).units).toBeLessThanOrEqual(most(all, 2));
});

test("a form whose fields are all empty takes it away, and one that shows an old version changes nothing", async () => {
  expect((await save({ revision: "999999", hospital: "7" })).status).toBe(409);
  const setting = await deployment.parts.allocationSettings.read("allocation");
  await save({ revision: String(setting?.revision) });
  expect(await deployment.parts.allocationSettings.list()).toEqual([]);
});
