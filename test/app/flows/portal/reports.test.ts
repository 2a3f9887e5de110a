/**
 * The reports of the portal: visits line by line, as charts, as a file and for programs; and nothing of a patient in any.
 */
import { renderToString } from "preact-render-to-string";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { charactersOf } from "../../../../app/domain/formatters.ts";
import { METRICS } from "../../../../app/domain/metrics.ts";
import type { Usage } from "../../../../app/domain/usage.ts";
import { ColumnChart } from "../../../../app/flows/portal/reports/charts.tsx";
import { lookups } from "../../../../app/flows/portal/reports/rows.ts";
import { columnsOf } from "../../../../app/flows/portal/reports/columns.ts";
import { MOST_STAFF, sortAsked, sortedPageOf } from "../../../../app/flows/portal/reports/sorting.ts";
import { reportAsked } from "../../../../app/flows/portal/reports/asked.ts";
import { summaryOf } from "../../../../app/flows/portal/reports/summary.ts";
import { PROVISIONED } from "../../../../app/sandbox/sandbox.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { ACCOUNT } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { linkAt, tablesIn, textsOf } from "../../../harness/html.ts";
import { elementsOf, textOf } from "../../../../infra/rehearsal/visit/html.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let deployment: Deployment;
const reader = new Person();
let department: { readonly id: string; readonly name: string };
const ago = (days: number, minutes = 0) =>
  new Date(deployment.parts.now().getTime() - days * DAY_MS + minutes * MINUTE_MS);

const completed = (number: number, start: Date, more: Partial<Usage> = {}): Usage => ({
  id: String(number).padStart(16, "0") as VisitId,
  connectionId: "lamna",
  departmentId: department.id,
  start,
  end: new Date(start.getTime() + 30 * MINUTE_MS),
  outcome: "completed",
  source: "presence",
  opened: new Date(start.getTime() - 2 * MINUTE_MS),
  together: new Date(start.getTime() + MINUTE_MS),
  over: new Date(start.getTime() + 22 * MINUTE_MS),
  attendees: 3,
  atOnce: 2,
  byPhone: 0,
  lobbySeconds: 75,
  staff: [{ account: ACCOUNT, seconds: 1200 }],
  messages: [{ kind: "reminder", way: "text", state: "delivered", count: 2 }],
  ...more,
});
const AVERY = "7d0c5a1e-0000-4000-8000-00000000b002";
const NOBODY = { attendees: 0, atOnce: 0, byPhone: 0, staff: [], messages: [] };
const missed = (number: number, start: Date): Usage => ({
  id: String(number).padStart(16, "0") as VisitId,
  connectionId: "lamna",
  departmentId: "closed-=ward",
  start,
  end: new Date(start.getTime() + 30 * MINUTE_MS),
  outcome: "patient-absent",
  source: "presence",
  ...NOBODY,
  attendees: 1,
  atOnce: 1,
});

beforeAll(async () => {
  deployment = await startDeployment();
  await signInToPortal(deployment, reader, "reportReader");
  const { hospital, usages } = deployment.parts;
  const [first] = await hospital.departments("lamna");
  if (first === undefined) throw new Error("no department");
  department = first;
  // Several of the very same moment, so that pages part among them.
  for (let number = 0; number < 120; number++)
    await usages.write(completed(number, ago(3, Math.floor(number / 10))));
  await usages.write(missed(500, ago(2)));
  const held = { kind: "reminder", way: "text", state: "held", count: 3 } as const;
  const delivered = { ...held, state: "delivered", count: 2 } as const;
  await usages.write(completed(600, ago(60), { messages: [delivered, held] }));
});
afterAll(() => deployment.stop());

const twins = async (connection: string) => {
  const [one] = await deployment.parts.hospital.departments(connection);
  if (one === undefined) return [];
  return [department.id, "closed-=ward"].map((id) => ({ ...one, id, name: "Ward" }));
};
const page = (query = "", path = "/portal/reports") => reader.open(deployment.url + path + query);
/** The visits on a page, one line for each, with bars between the cells. */
const lines = (html: string) =>
  elementsOf(html, "tr")
    .filter((row) => row.querySelector('th[scope="row"]') !== null)
    .map((row) => row.querySelectorAll("th, td").map(({ text }) => text.trim()))
    .map((cells) => "|" + cells.join("|") + "|");
const next = (html: string) =>
  (linkAt(html, "Older visits") ?? linkAt(html, "Later visits"))?.replace("/portal/reports", "");
const ask = async (account: keyof typeof PORTAL_ACCOUNTS, query = "?days=90") => {
  const token = await deployment.sandbox.microsoft.cliToken(
    PORTAL_ACCOUNTS[account],
    "api://" + PROVISIONED.clientId,
  );
  return fetch(deployment.url + "/portal/api/report" + query, {
    headers: { authorization: "Bearer " + token },
  });
};
const audited = async () =>
  (await deployment.parts.audit.events({ limit: 5 })).map(({ action, object, actor }) => ({
    action,
    object,
    actor,
  }));

describe("the page", () => {
  test("shows the published columns and what is known besides, with names read from the directory now", async () => {
    const { html } = await page("?order=oldest");
    const [first = ""] = lines(html);
    const start = ago(3, 1).toISOString().slice(0, 10);
    expect(first).toContain(start);
    for (const part of ["21 min", department.name, "|3|", "|Yes|", "1 min 15 s", "Completed", "|2|"])
      expect(first).toContain(part);
    expect(first).toMatch(/@lamna\.example/);
    expect(first).not.toContain(ACCOUNT);
  });

  test.each(["newest", "oldest"])("gives each visit once, %s first", async (order) => {
    const seen: string[] = [];
    let query: string | undefined = "?order=" + order + "&column=scheduled&column=durationSeconds";
    for (let pages = 0; query !== undefined && pages < 9; pages++) {
      const { html } = await page(query);
      seen.push(...lines(html));
      query = next(html);
    }
    expect(seen).toHaveLength(121);
    const times = seen.map((line) => line.split("|")[1] ?? "");
    expect(times).toEqual(order === "oldest" ? times.toSorted() : times.toSorted().toReversed());
    expect(seen.filter((line) => line.includes("21 min"))).toHaveLength(120);
  });

  test.each([
    ["attendees", "1", "3"],
    ["-attendees", "3", "1"],
    ["department", "closed-=ward (no department any more)", "LAST"],
    ["-department", "LAST", "closed-=ward (no department any more)"],
    // Whoever was not there has no duration, and comes last in both directions.
    ["durationSeconds", "5 min", "–"],
    ["-durationSeconds", "21 min", "–"],
    ["primary", "Avery Park, MD", "–"],
    ["-primary", "Robin Sample, MD", "–"],
    ["-primaryEmail", "robin.sample@lamna.example", "–"],
    ["withinLimit", "Yes", "Yes"],
  ])("sorted by %s gives each visit once, from %s to %s", async (order, first, last) => {
    const { usages } = deployment.parts;
    const over = new Date(ago(4).getTime() + 6 * MINUTE_MS);
    const short = completed(650, ago(4), { over, staff: [{ account: AVERY, seconds: 300 }] });
    await usages.write(short);
    const column = order.replace("-", "");
    const seen: string[] = [];
    let query: string | undefined = `?order=${order}&column=scheduled&column=${column}`;
    for (let pages = 0; query !== undefined && pages < 9; pages++) {
      const { html } = await page(query);
      expect(html).toContain(`aria-sort="${order === column ? "ascending" : "descending"}"`);
      seen.push(...lines(html));
      query = linkAt(html, "More visits")?.replace("/portal/reports", "");
      // An address is in the browser's history, so it has no names.
      expect(query ?? "").not.toMatch(/avery|robin/i);
    }
    await usages.remove(short.id);
    expect(seen).toHaveLength(122);
    const values = seen.map((line) => line.split("|")[2]);
    const says = (word: string) => (word === "LAST" ? department.name : word);
    expect([values[0], values.at(-1)]).toEqual([says(first), says(last)]);
    expect(values.filter((value, at) => value !== values[at - 1]).length).toBe(new Set(values).size);
  });

  test("an order that there is none of is the usual one, and the file is by time whatever the page is sorted by", async () => {
    for (const order of ["appointment", "-startLocal", "--attendees", "__proto__"])
      expect((await page("?order=" + order)).html).toContain('aria-sort="descending"');
    const { html } = await page("?order=-attendees&after=2027-01-01T00:00:00Z%200000000000000001%20{");
    expect(lines(html)).toHaveLength(50);
    expect(html).not.toContain('<input type="hidden" name="order"');
  });

  test("takes the whole window where that is asked for, and goes on so, and back", async () => {
    const { html } = await page("?days=90&column=scheduled&view=whole");
    expect(html).not.toContain('aria-label="Portal"');
    expect(next(html)).toContain("view=whole");
    expect(html).toContain('href="/portal/reports?days=90&amp;column=scheduled"');
    expect((await page("?days=90")).html).toContain('aria-label="Portal"');
  });

  test.each([
    ["?days=7", 121, "a week"],
    ["?days=90&standing=no-show", 1, "no-shows alone"],
    ["?days=90&department=closed-%3Dward", 1, "a department that is none any more"],
    ["?from=2020-01-01&to=2020-01-31", 0, "a time without any"],
  ])("%s: %i visits of %s", async (query, count) => {
    const { html } = await page(query + "&column=scheduled");
    expect(lines(html)).toHaveLength(Math.min(count, 50));
    if (count === 0) expect(html).toContain("No such visit");
  });

  test.each([
    ["?from=2027-02-30&to=2027-03-01", "year-month-day"],
    ["?from=2027-01-02", "Give both days"],
    ["?from=2027-01-02&to=2027-01-01", "before the first"],
    ["?from=2020-01-02&to=2027-01-01", "13 months"],
  ])("%s is told what is wrong with it, and shows the last month", async (query, words) => {
    const { status, html } = await page(query);
    expect([status, html.includes(words), lines(html).length]).toEqual([200, true, 50]);
  });

  test("a position to go on from that is none gives the first page, and what is asked for is never markup", async () => {
    const { html } = await page("?after=%3Cb%3E&department=%22%3E%3Cscript%3E&column=%3Cb%3E");
    expect(html).not.toMatch(/<b>|"><script>/);
    expect(lines((await page("?after=nowhere")).html)).toHaveLength(50);
  });

  test("a row that cannot be read is counted and keeps nobody from the others", async () => {
    const { store, usages } = deployment.parts;
    const start = ago(20);
    await usages.write(completed(700, start));
    const month = start.toISOString().slice(0, 7);
    const row = await store.read("usage", month, "700".padStart(16, "0"));
    if (row === undefined) throw new Error("no row");
    await store.replace("usage", { ...row, body: { ...row.body, attendees: "many" } }, row.etag);
    const { html } = await page("?order=oldest");
    expect(html).toContain("Not every visit can be read");
    expect(lines(html)).toHaveLength(50);
    const file = await reader.send(deployment.url + "/portal/reports/visits.csv", { days: "30" });
    const told = file.html.trimEnd().split("\r\n");
    expect(told).toHaveLength(1 + 121 + 1);
    expect(told.at(-1)).toMatch(/^1 row of this time cannot be read in the store; not in this report\./);
    expect(deployment.logged.join("")).toContain("report.rows_unreadable");
    expect(await (await ask("reportReader", "?days=30")).json()).toMatchObject({ damaged: 1 });
    await usages.remove("700".padStart(16, "0") as VisitId);
  });
});

describe("the file", () => {
  const csv = async (fields: Record<string, string> = { days: "90" }) =>
    (await reader.send(deployment.url + "/portal/reports/visits.csv", fields)).html;

  test("has every visit of the time in the columns of the report, and is told in the audit", async () => {
    const text = await csv();
    const [head = "", ...rows] = text.trimEnd().split("\r\n");
    const cookie = "portal=" + (reader.cookies().find(({ name }) => name === "portal")?.value ?? "");
    const answer = await fetch(deployment.url + "/portal/reports/visits.csv", {
      method: "POST",
      headers: { cookie, "sec-fetch-site": "same-origin" },
    });
    expect([...new Uint8Array(await answer.arrayBuffer()).slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(answer.headers.get("content-disposition")).toMatch(/visits-[\d-]+\.csv/);
    expect(head).toContain("Start (UTC),Start (department’s time)");
    expect(head).toContain("Primary,Primary’s email,Department,Attendees");
    expect(rows).toHaveLength(122);
    expect(rows[0]).toContain(",closed-=ward (no department any more),");
    const [event] = await audited();
    expect(event).toMatchObject({
      action: "report.exported",
      object: { kind: "report" },
      actor: { kind: "person", objectId: PORTAL_ACCOUNTS.reportReader },
    });
    await csv({ days: "90", standing: "no-show", department: "closed-=ward" });
    const [{ changes } = { changes: [] }] = await deployment.parts.audit.events({ limit: 1 });
    expect(changes).toEqual([
      { member: "days", to: "90" },
      { member: "department", to: "closed-=ward" },
      { member: "standing", to: "no-show" },
      { member: "appointmentIds", to: "in it" },
    ]);
  });

  test("a department whose id is a formula is text", async () => {
    await deployment.parts.usages.write({ ...missed(501, ago(1)), departmentId: " =1+1" });
    expect(await csv()).toContain(",' =1+1 (no department any more),");
    await deployment.parts.usages.remove("501".padStart(16, "0") as VisitId);
  });

  test("an appointment’s id stands in it while the visit’s own record lives, and on no page", async () => {
    const { hospital, visits, usages, now } = deployment.parts;
    const full = await hospital.department(department.id);
    if (full === undefined) throw new Error("no department");
    const [start, end] = [now(), new Date(now().getTime() + MINUTE_MS)];
    const facts = { connectionId: "lamna", appointmentId: "appointment-4711", department: full, start, end };
    const visit = await visits.open(facts);
    await usages.write({ ...completed(0, new Date(start.getTime() - MINUTE_MS)), id: visit.id });
    expect(await csv()).toContain(",appointment-4711\r\n");
    expect((await page("?days=7&column=appointment&column=status")).html).not.toContain("appointment-4711");
    const { store } = deployment.parts;
    const row = await store.read("visits", visit.id, visit.id);
    if (row === undefined) throw new Error("no row");
    for (const damage of [{ appointment: "broken" }, { start: "never" }]) {
      const before = await store.read("visits", visit.id, visit.id);
      await store.replace("visits", { ...row, body: { ...row.body, ...damage } }, before?.etag ?? "");
      const text = await csv();
      expect(text).not.toContain("appointment-4711");
      expect(text.trimEnd().split("\r\n")).toHaveLength(1 + 123);
    }
    await usages.remove(visit.id);
  });

  test("asked for by programs it is the same visits as JSON, for report readers and administrators alone", async () => {
    const body = (await (await ask("reportReader")).json()) as { visits: Record<string, unknown>[] };
    expect(body.visits).toHaveLength(122);
    expect(body.visits.at(-1)).toMatchObject({
      durationSeconds: 1260,
      attendees: 3,
      withinLimit: "Yes",
      reached: "yes",
      status: "completed",
      statusWords: "Completed",
    });
    expect((await audited())[0]).toMatchObject({ action: "report.exported" });
    expect((await ask("administrator")).status).toBe(200);
    for (const account of ["departmentManager", "operator", "nobodySpecial"] as const)
      expect((await ask(account)).status).toBe(403);
    const refused = await ask("reportReader", "?from=yesterday&to=today");
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ kind: "range-unreadable" });
  });

  test.each([
    ["days", "?days=14"],
    ["standing", "?standing=noshow"],
    ["order", "?order=asc"],
    ["days", "?days=7&from=2027-01-01&to=2027-01-02"],
    ["department", "?days=90&department=no-such"],
    ["depratment", "?days=90&depratment=lamna-clinic"],
    ["department", "?days=90&department=lamna-clinic&department=closed-%3Dward"],
  ])("a slip in %s is answered by no other data: %s", async (name, query) => {
    const refused = await ask("reportReader", query);
    expect(refused.status).toBe(400);
    const told = (await refused.json()) as { happened: string };
    expect(told).toMatchObject({ kind: "parameter-unreadable" });
    expect(told.happened).toContain(name);
    const file = await reader.send(deployment.url + "/portal/reports/visits.csv", new URLSearchParams(query));
    expect([file.status, file.html]).toEqual([400, told.happened]);
  });

  test("the department's time in a file has its year and its zone", async () => {
    expect(await csv()).toMatch(/,\d{4}-\d\d-\d\d \d\d:\d\d C[SD]T,/);
  });
});

describe("charts", () => {
  test("the usage page counts what the dictionary says, with words, patterns and a table", async () => {
    const { html } = await page("?days=7", "/portal/reports/usage");
    expect(html).toContain("<dt>Visits</dt><dd>121</dd>");
    expect(html).toContain("<dt>No show</dt><dd>1 (1 %)</dd>");
    expect(elementsOf(html, 'svg[role="img"][aria-labelledby="visits-t visits-d"]')).toHaveLength(1);
    expect(textOf(html, "desc#visits-d")).toContain("Completed: at most 120");
    expect(html).toContain('fill="url(#visits-p1)"');
    expect(html).toContain("The numbers as a table");
    expect(elementsOf(html, "svg[style], rect[style]")).toEqual([]);
  });

  test.each([0, 1, 10_000])(
    "a chart of %i departments with long names has words that do not overlap",
    (many) => {
      const categories = Array.from({ length: many }, (_, at) => `${String(at)} ${"Ward 😀 ".repeat(20)}`);
      const chart = ColumnChart({
        id: "c",
        title: "By department",
        says: "Visits <script>.",
        categories,
        categoriesAre: "Department",
        series: [{ name: "Within", values: categories.map(() => 1) }],
      });
      const html = renderToString(chart);
      const words = textsOf(html, 'text[text-anchor="middle"]');
      expect(words.length).toBeLessThanOrEqual(10);
      expect(charactersOf(words.join("")).length).toBeLessThanOrEqual(103);
      expect(html).not.toMatch(/<script|NaN|Infinity/);
    },
  );

  test("departments of one name are two, told apart by their ids", async () => {
    const { parts } = deployment;
    const named = { ...parts, hospital: { ...parts.hospital, departments: twins } };
    const filter = reportAsked(() => undefined, { now: parts.now(), departments: [] });
    const { departments } = await summaryOf(named, filter);
    expect(departments.map(({ name, visits }) => [name, visits])).toEqual([
      [`Ward (${department.id})`, 120],
      ["Ward (closed-=ward)", 1],
    ]);
  });

  test("the texts page counts them by kind and by what became of them", async () => {
    const { html } = await page("?days=7", "/portal/reports/texts");
    expect(tablesIn(html)).toContain("Reminder | 240");
    expect(tablesIn(html)).toContain("Yes | 120");
    // What staff held back stands apart from what the connector withheld.
    const texts = (await page("?days=90", "/portal/reports/texts")).html;
    expect(tablesIn(texts)).toContain("Withheld | Held back by staff");
    expect(tablesIn(texts)).toContain("Reminder | 242 | 0 | 0 | 0 | 3");
  });

  test("what each number means stands on a page, each once", async () => {
    const { html } = await page("", "/portal/reports/words");
    for (const { name } of Object.values(METRICS)) expect(html.split(`<dt>${name}</dt>`)).toHaveLength(2);
    expect(html).toContain("/portal/api/report?days=30");
  });
});

/**
 * The connector's parts with these visits in the reports, and a directory in which accounts are named by their last digits.
 */
function having(rows: readonly Usage[], more: Partial<Deployment["parts"]> = {}) {
  const { parts } = deployment;
  const account = (objectId: string) => {
    const name = "Z" + objectId.slice(-4);
    return Promise.resolve({ objectId, displayName: name, userName: name + "@lamna.example" });
  };
  async function* between(from: Date, before: Date, order: "ascending" | "descending") {
    await Promise.resolve();
    const inTime = rows.filter(({ start }) => start >= from && start < before);
    yield { usages: order === "ascending" ? inTime : inTime.toReversed(), damaged: 0 };
  }
  return {
    ...parts,
    usages: { ...parts.usages, between },
    directory: { ...parts.directory, account },
    ...more,
  };
}
const sorted = async (picks: ReturnType<typeof having>, order: string, after = "") => {
  const { parts } = deployment;
  const filter = reportAsked((name) => (name === "days" ? "90" : undefined), {
    now: parts.now(),
    departments: [],
  });
  const sort = sortAsked(order, columnsOf(picks));
  if (sort === undefined) throw new Error("no such column");
  return sortedPageOf(picks, filter, { after, sort });
};
const account = (number: number) => AVERY.slice(0, -4) + String(number).padStart(4, "0");

test("by staff a report is sorted where their names are few enough to be read, and the page says where they are not", async () => {
  const many = Array.from({ length: MOST_STAFF + 1 }, (_, number) =>
    completed(number, ago(5, number), { staff: [{ account: account(number), seconds: 60 }] }),
  );
  expect(await sorted(having(many), "primary")).toBe("too-many-staff");
  const first = await sorted(having(many.slice(1)), "-primary");
  if (typeof first === "string") throw new Error("they are few enough");
  expect(first.rows.map(({ primary }) => primary?.name).slice(0, 2)).toEqual(["Z0300", "Z0299"]);
  const next = await sorted(having(many.slice(1)), "-primary", first.next);
  if (typeof next === "string") throw new Error("they are few enough");
  expect(next.rows.map(({ primary }) => primary?.name).slice(0, 2)).toEqual(["Z0250", "Z0249"]);
  const { usages } = deployment.parts;
  const long = (number: number) => ago(200, number);
  for (const [number, { staff }] of many.entries())
    await usages.write(completed(10_000 + number, long(number), { staff }));
  const range = [ago(201), ago(199)].map((at) => at.toISOString().slice(0, 10));
  const { html } = await reader.open(
    `${deployment.url}/portal/reports?order=primary&from=${range[0] ?? ""}&to=${range[1] ?? ""}`,
  );
  expect(html).toContain("More than 300 members of staff had visits in this time");
  expect(html).toMatch(/href="[^"]*order=newest[^"]*after=[^"]*"/);
  expect(html).toContain('aria-sort="descending"');
  expect(lines(html)).toHaveLength(50);
});

test("whom the directory has no more comes last, and a position to go on from that is no account's gives the first page", async () => {
  const rows = [3, 1, 2].map((number, at) =>
    completed(number, ago(5, at), { staff: [{ account: account(number), seconds: 60 }] }),
  );
  const { directory } = having(rows);
  const picks = having(rows, {
    directory: {
      ...directory,
      account: (id) => (id === account(1) ? Promise.resolve("unknown" as const) : directory.account(id)),
    },
  });
  for (const after of ["", ago(1).toISOString() + ` ${rows[0]?.id ?? ""} "avery.park@lamna.example"`])
    expect(await sorted(picks, "primary", after)).toMatchObject({
      rows: [
        { primary: { name: "Z0002" } },
        { primary: { name: "Z0003" } },
        { primary: { name: account(1) + " (not in the directory any more)" } },
      ],
    });
});

test("by staff no visit is left out between two pages, though the directory falls silent or somebody is renamed", async () => {
  const rows = Array.from({ length: 60 }, (_, number) =>
    completed(number, ago(5, number), { staff: [{ account: account(number), seconds: 60 }] }),
  );
  const { directory } = having(rows);
  const saying = (of: number, answer: Awaited<ReturnType<typeof directory.account>>) =>
    having(rows, {
      directory: {
        ...directory,
        account: (id) => (id === account(of) ? Promise.resolve(answer) : directory.account(id)),
      },
    });
  const first = await sorted(having(rows), "primary");
  if (typeof first === "string") throw new Error("all are named");
  // Of the last of the first page, and of somebody of the second one.
  for (const silent of [49, 55])
    expect(await sorted(saying(silent, "not-told"), "primary", first.next)).toBe("directory-silent");
  const renamed = saying(49, { objectId: account(49), displayName: "ZZ", userName: "zz@lamna.example" });
  const anew = await sorted(renamed, "primary", first.next);
  if (typeof anew === "string") throw new Error("all are named");
  const names = anew.rows.map(({ primary }) => primary?.name);
  expect([anew.isAnew, names[0], names[48], names[49]]).toEqual([true, "Z0000", "Z0048", "Z0050"]);
  // Somebody of the second page moves to the first, also one whom the directory had not before, and also by the address.
  const moved = { objectId: account(55), displayName: "A55", userName: "a55@lamna.example" };
  for (const column of ["primary", "primaryEmail"])
    for (const before of [having(rows), saying(55, "unknown")]) {
      const page = await sorted(before, column);
      if (typeof page === "string") throw new Error("all are told");
      expect(await sorted(before, column, page.next)).toMatchObject({ rows: { length: 10 } });
      expect(await sorted(saying(55, moved), column, page.next)).toMatchObject({
        isAnew: true,
        rows: { 0: { primary: { name: "A55" } }, length: 50 },
      });
    }
  expect(decodeURIComponent(first.next ?? "")).not.toMatch(/Z0049/);
});

test("visits beyond the month's allocation are sorted before those within it", async () => {
  const rows = [0, 1, 2].map((number) => completed(number, ago(40, number)));
  const read = () =>
    Promise.resolve({
      id: "allocation",
      revision: 1,
      changedAt: ago(1),
      value: { hospital: 2, departments: [] },
    });
  const { allocationSettings } = deployment.parts;
  const picks = having(rows, { allocationSettings: { ...allocationSettings, read } });
  expect(await sorted(picks, "withinLimit")).toMatchObject({
    rows: [{ usage: rows[2], isBeyondLimit: true }, { isBeyondLimit: false }, { isBeyondLimit: false }],
  });
  expect(await sorted(picks, "-withinLimit")).toMatchObject({
    rows: [{ usage: rows[1] }, { usage: rows[0] }, { usage: rows[2], isBeyondLimit: true }],
  });
});

test("names that the directory does not say are told from people who left it", async () => {
  const left = "7d0c5a1e-0000-4000-8000-0000000000ff";
  const usage = completed(800, ago(1), { staff: [{ account: left, seconds: 1200 }] });
  await deployment.parts.usages.write(usage);
  expect((await page("?days=7")).html).toContain(left + " (not in the directory any more)");
  const silent = {
    ...deployment.parts,
    directory: { ...deployment.parts.directory, account: () => Promise.resolve("not-told" as const) },
  };
  const [row] = await (await lookups(silent, undefined)).rows([usage], ["names"]);
  expect(row?.primary).toEqual({ name: left + " (the directory did not say)" });
  await deployment.parts.usages.remove(usage.id);
});

test.each([
  ["%C3%A9", "é"],
  ["e%CC%81", "e\u0301"],
  ["%E2%80%AEabc", "\uFFFDabc"],
  ["%00", "\uFFFD"],
  ["%E9", "\uFFFD"],
  ["%zz", "%zz"],
  ["x".repeat(99) + "%F0%9F%AB%80", "x".repeat(99) + "\uFFFD"],
])(
  "a department that is asked for as %s is none, and is repeated so that the page reads as it should",
  async (typed, told) => {
    const { status, html } = await page("?days=90&department=" + typed);
    expect([status, html.includes(`no visit of this time is of ${told}.`)]).toEqual([200, true]);
    expect(html).not.toMatch(/[\0\u202E]/);
  },
);

test("a department that there is none of is said so on the page, and shows nothing", async () => {
  const { html } = await page("?days=90&department=no-such");
  expect(html).toContain("There is no such department");
  expect(lines(html)).toEqual([]);
});

test("days that somebody picks in the form win over the choice above them, which wins where they stayed", () => {
  const now = new Date("2027-02-10T12:00:00Z");
  const asked = (form: Record<string, string>) => reportAsked((name) => form[name], { now, departments: [] });
  const shown = { shown: "2027-01-11 2027-02-10", from: "2027-01-11", to: "2027-02-10" };
  expect(asked({ days: "7", ...shown })).toMatchObject({ days: 7, firstDay: "2027-02-03" });
  expect(asked({ days: "30", ...shown, from: "2027-01-01" })).toMatchObject({ firstDay: "2027-01-01" });
  expect(asked({ days: "30", ...shown, from: "2027-01-01" }).days).toBeUndefined();
});

test.each([
  ["Europe/Madrid", "2027-03-28", "2027-03-27T23:00:00Z", "2027-03-28T22:00:00Z"],
  ["America/Chicago", "2027-01-31", "2027-01-31T06:00:00Z", "2027-02-01T06:00:00Z"],
])("a range of one's own is whole days of %s, the last one included: %s", (timeZone, day, from, before) => {
  const departments = [
    { id: "a", name: "A", timeZone },
    { id: "b", name: "B", timeZone },
    { id: "c", name: "C", timeZone: "Pacific/Honolulu" },
  ];
  const asked = (department: string) =>
    reportAsked((name) => ({ from: day, to: day, department })[name], { now: new Date(), departments });
  const range = { from: new Date(from), before: new Date(before), zone: timeZone };
  expect(asked("")).toMatchObject(range);
  expect(asked("a")).toMatchObject(range);
  // Whose days begin at another time.
  expect(asked("c").zone).toBe("Pacific/Honolulu");
});
