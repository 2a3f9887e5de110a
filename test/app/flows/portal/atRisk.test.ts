/** Visits at risk: by department, with why and whose move it is, and which appointment one is, which is told in the audit. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RISKS, type FoundVisit, type Risk } from "../../../../app/domain/found.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { RISK_WORDS } from "../../../../app/domain/risks.ts";
import { signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { withSystemClients } from "../../../harness/stack.ts";
import { attributesOf, textsOf } from "../../../harness/html.ts";
import { textOf } from "../../../../infra/rehearsal/visit/html.ts";

const HOUR_MS = 3_600_000;

let deployment: Deployment;
const administrator = new Person();
const kept: VisitId[] = [];
beforeAll(async () => {
  deployment = await startDeployment({ stack: withSystemClients });
  await signInToPortal(deployment, administrator, "administrator");
});
afterAll(() => deployment.stop());
beforeEach(async () => {
  for (const id of kept.splice(0)) await deployment.parts.foundVisits.remove(id);
});

interface Given {
  readonly appointment: string;
  readonly inHours: number;
  readonly risk?: Risk;
  readonly late?: Risk;
  readonly standing?: FoundVisit["standing"];
  readonly departmentId?: string;
  readonly patients?: readonly string[];
  readonly isUntold?: true;
  readonly isChangeUnread?: true;
  /** The hours until the start that its patient knows, where nobody told them of another. */
  readonly knownInHours?: number;
  /** Where the hours begin; without it, at the moment. */
  readonly from?: Date;
}

/** A visit of the first department that has a system client, with its meeting. */
async function found({
  appointment,
  inHours,
  standing = "on",
  departmentId,
  from,
  knownInHours,
  ...how
}: Given): Promise<VisitId> {
  const { foundVisits, hospital, now } = deployment.parts;
  const connection = (await hospital.connections()).find(({ system }) => system !== undefined);
  if (connection === undefined) throw new Error("no connection has a system client");
  const [department] = await hospital.departments(connection.id);
  const id = foundVisits.idOf(connection.fhirBaseUrl, appointment);
  const start = new Date((from ?? now()).getTime() + inHours * HOUR_MS);
  await foundVisits.add(
    {
      id,
      connectionId: connection.id,
      departmentId: departmentId ?? department?.id ?? "",
      location: department?.locations[0] ?? "",
      start,
      end: new Date(start.getTime() + HOUR_MS),
      standing,
      seen: foundVisits.hash(id, "said"),
      firstSeen: now(),
      changes: 0,
      hasMeeting: true,
      ...how,
    },
    appointment,
  );
  kept.push(id);
  if (knownInHours !== undefined) {
    const knownAt = new Date(now().getTime() + knownInHours * HOUR_MS);
    await foundVisits.edit(id, (one) => ({ found: { ...one, isUntold: true, knownAt } }));
  }
  return id;
}

const list = (query = "") => administrator.open(deployment.url + "/portal/visits-at-risk" + query);
const show = (id: string, fields: Record<string, string> = {}) =>
  administrator.send(deployment.url + "/portal/visits-at-risk/" + id, fields);
const rows = (html: string) =>
  attributesOf(html, 'form[action^="/portal/visits-at-risk/"]', "action").map((to) => to.split("/").at(-1));
const shownEvents = async () =>
  (await deployment.parts.audit.events({ limit: 500 })).filter(
    ({ action }) => action === "appointment.shown",
  );

test("where nothing is at risk each department says so, with its count of visits", async () => {
  await found({ appointment: "well", inHours: 2 });
  const { html } = await list();
  expect(html).toContain("Nothing at risk");
  expect(html).toContain("1 visit in the next 24 hours");
  // A time without its day would be taken for today's.
  expect(html).toMatch(/the list is as of \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  expect(rows(html)).toEqual([]);
});

test("only what is under way or takes place within 24 hours and is at risk has a row, the earliest first", async () => {
  const later = await found({ appointment: "later", inHours: 5, risk: "foreign-link" });
  const sooner = await found({ appointment: "sooner", inHours: 1, risk: "no-link" });
  await found({ appointment: "well", inHours: 3 });
  await found({ appointment: "tomorrow", inHours: 25, risk: "no-link" });
  await found({ appointment: "over", inHours: -2, risk: "no-link" });
  const underWay = await found({ appointment: "under way", inHours: -0.5, risk: "no-link" });
  await found({ appointment: "cancelled", inHours: 4, risk: "no-link", standing: "cancelled" });
  await found({ appointment: "missed", inHours: 4, risk: "no-link", standing: "missed" });
  const untold = await found({ appointment: "untold", inHours: 6, standing: "cancelled", isUntold: true });
  const bookedAgain = await found({
    ...{ appointment: "booked again", inHours: 7, standing: "missed", isChangeUnread: true },
  });
  const { html } = await list();
  expect(rows(html)).toEqual([underWay, sooner, later, untold, bookedAgain]);
  expect(html).toContain("Of 6 visits in the next 24 hours, 1 is as it should be.");
  expect(textsOf(html, "time")[0]).toMatch(/^\w{3}, \w{3} \d+, \d+:\d\d\s[AP]M C[SD]T$/);
});

test("who knows of today, and was not told of a move to next week, is at risk today, among the others by that time", async () => {
  const first = await found({ appointment: "first", inHours: 1, risk: "no-link" });
  const last = await found({ appointment: "last", inHours: 3, risk: "no-link" });
  const moved = await found({ appointment: "moved", inHours: 7 * 24, knownInHours: 2 });
  const { html } = await list();
  expect(rows(html)).toEqual([first, moved, last]);
  expect(html).toContain("3 at risk");
  expect(
    textsOf(html, "th[scope=row]").map((says) => says.includes(" as its patient knows; the chart says ")),
  ).toEqual([false, true, false]);
  const [, starts, , ...none] = textsOf(html, "time");
  expect(none).toEqual([]);
  expect(html).toContain("of the visit at " + String(starts));
  expect(html).toContain(RISK_WORDS.untold.next);
});

test("each of several visits of one minute has a button of its own name", async () => {
  const from = deployment.parts.now();
  for (const appointment of ["one", "other"]) await found({ appointment, inHours: 2, risk: "no-link", from });
  await found({ appointment: "later", inHours: 3, risk: "no-link" });
  const buttons = textsOf((await list()).html, 'form[action^="/portal/visits-at-risk/"] button');
  expect(buttons.map((says) => /^Show id of the visit at .*?[AP]M C[SD]T( \(.*)?$/.exec(says)?.[1])).toEqual([
    " (1 of 2)",
    " (2 of 2)",
    undefined,
  ]);
});

test.each(RISKS)("%s is said with why and the next step", async (risk) => {
  await found({ appointment: "one", inHours: 2, risk });
  const { html: text } = await list();
  const { why, next } = RISK_WORDS[risk];
  expect(text).toContain(">" + why.slice(0, 1).toUpperCase() + why.slice(1) + "<");
  expect(text).toContain(next);
});

test("a visit whose department is none any more is listed under that one's id", async () => {
  const id = await found({
    appointment: "gone",
    inHours: 2,
    risk: "department-unknown",
    departmentId: "closed",
  });
  const { html } = await list("?department=closed");
  expect(html).toContain("<h2>closed</h2>");
  expect(rows(html)).toEqual([id]);
  expect(rows((await list("?department=nowhere")).html)).toEqual([id]);
});

test("what was not ready at its start in the last 24 hours is counted by why, also where it is over", async () => {
  expect((await list()).html).not.toContain("Not ready at their start");
  await found({ appointment: "over", inHours: -20, risk: "found-over", late: "found-over" });
  await found({ appointment: "missed", inHours: -3, late: "chart-silent", standing: "missed" });
  await found({ appointment: "under way", inHours: -0.5, late: "chart-silent" });
  await found({ appointment: "cancelled", inHours: -6, late: "no-link", standing: "cancelled" });
  await found({ appointment: "moved", inHours: 5, late: "no-link" });
  await found({ appointment: "long ago", inHours: -25, late: "no-link" });
  await found({ appointment: "never", inHours: -8, risk: "chart-silent" });
  // These were ready: whom the connector does not write to can take part all the same.
  await found({ appointment: "of a couple", inHours: -7, patients: ["one", "other"] });
  await found({ appointment: "untold", inHours: -7, isUntold: true });
  const { html } = await list();
  const text = textOf(html);
  expect(text).toContain("Not ready at their start");
  expect(text).toMatch(/: 3 visits: the chart does not answer; 1 visit: it was over when it was found/);
  for (const risk of ["no-link", "several-patients", "untold"] as const)
    expect(text).not.toContain(RISK_WORDS[risk].why);
  // None of these may be repaired any more, so none has a row.
  expect(rows(html)).toEqual([]);
});

test("of many the first hundred are shown and the others counted", async () => {
  for (let number = 0; number <= 100; number++)
    await found({ appointment: "a" + String(number), inHours: 1 + number / 10, risk: "no-link" });
  const { html } = await list();
  expect(rows(html).length).toBe(100);
  expect(html).toContain("101 at risk");
  expect(html).toContain("The first 100 are shown");
});

describe("which appointment it is", () => {
  test("is shown on a click, with the list, and told in the audit by the visit's hash alone", async () => {
    const id = await found({ appointment: "app-4711", inHours: 2, risk: "no-link" });
    expect((await list()).html).not.toContain("app-4711");
    const page = await show(id);
    expect(page.status).toBe(200);
    expect(page.html).toContain("app-4711");
    expect(rows(page.html)).toEqual([id]);
    const [event] = await shownEvents();
    expect(event).toMatchObject({ object: { kind: "visit", id }, changes: [] });
    expect(JSON.stringify(event)).not.toContain("app-4711");
  });

  test("of a visit that is not kept any more is said, and nothing is told", async () => {
    const before = (await shownEvents()).length;
    for (const id of ["nothing", "AAAAAAAAAAAAAAAA"]) {
      const page = await show(encodeURIComponent(id));
      expect([page.status, page.html.includes("This visit is not kept any more")]).toEqual([200, true]);
    }
    expect((await shownEvents()).length).toBe(before);
  });
});
