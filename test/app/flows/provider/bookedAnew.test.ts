/** An open visit that the chart shows otherwise by now, or not at all: what the page says, and where it leads. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { patientLink } from "../../../harness/clinician.ts";
import { elementsOf } from "../../../../infra/rehearsal/visit/html.ts";
import { fieldsIn, textsOf } from "../../../harness/html.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { appointment, minutes, of, startChartAt, type ChartAt } from "./chartAt.ts";
import { heading } from "./otherChart.ts";

let chart: ChartAt;
let count = 0;
let id: string;
let person: Person;
let open: Page;
beforeAll(async () => {
  chart = await startChartAt();
});
beforeEach(async () => {
  id = "a-" + String(++count);
  chart.searchFinds(booked());
  person = new Person();
  open = await chart.launchToSearch(person);
  chart.logged();
});
afterEach(() => chart.server.reset());
afterAll(() => chart.stop());

const booked = (change: object = {}) => appointment({ id, ...change });
const another = () => booked({ id: id + "-b", start: minutes(10), end: minutes(40) });
const says = ({ html }: Page) => textsOf(html, "main")[0] ?? "";
/** Uses the page's way to today's visits. */
async function todays(page: Page): Promise<Page> {
  const [form] = elementsOf(page.html, "form[action$='/choose-again']");
  if (form === undefined) throw new Error("no way on: " + says(page));
  const visit = form.querySelector("input")?.getAttribute("value") ?? "";
  return person.send(new URL(page.url.pathname + "/choose-again", page.url), { visit });
}

describe("where another one was booked in its place", () => {
  test.each<[string, object, number]>([
    ["canceled", { status: "cancelled" }, 410],
    ["another patient's by now", { participant: of("Patient/p-other") }, 404],
  ])("and it is %s, the page leads to that one", async (_what, change, status) => {
    chart.searchFinds(another());
    chart.answers("Appointment/" + id, booked(change));
    const gone = await person.open(open.url);
    expect(gone.status).toBe(status);
    const one = await todays(gone);
    expect([one.status, heading(one)]).toEqual([200, "Is this the visit?"]);
    expect(says(one)).toContain("This is the one video visit of this patient today. Open it");
    const [picked = ""] = fieldsIn({ html: one.html }, "appointment");
    const now = await person.send(new URL(one.url.pathname + "/choice", one.url), { appointment: picked });
    expect([now.status, heading(now)]).toEqual([200, "Video Visit"]);
    expect(patientLink(now)).not.toBe(patientLink(open));
    expect((await person.open(open.url)).status).toBe(200);
  });

  test("and where none was, the page says so, and leads nowhere again", async () => {
    chart.searchFinds(booked({ status: "cancelled" }));
    const none = await todays(await person.open(open.url));
    expect([none.status, heading(none)]).toEqual([410, "This visit was canceled"]);
    expect(elementsOf(none.html, "form[action$='/choose-again']")).toEqual([]);
  });
});

test("a visit that is held in another way by now says so, and one that is again by video does not", async () => {
  chart.searchFinds(booked({ serviceType: [{ text: "Office Visit" }] }));
  const page = await person.open(open.url);
  expect(says(page)).toContain("The chart says no longer that this is a video visit");
  expect(patientLink(page)).toBe(patientLink(open));
  chart.searchFinds(booked());
  expect(says(await person.open(open.url))).not.toContain("says no longer");
});

test("an appointment that cannot be read takes the patient who was read with it from no page", async () => {
  const name = says(open).slice(0, 20);
  chart.answers("Appointment/" + id, { resourceType: "OperationOutcome" }, 500);
  const page = await person.open(open.url);
  expect(page.status).toBe(200);
  expect(says(page)).not.toContain("Patient not known here");
  expect(says(page).slice(0, 20)).toBe(name);
});

describe("what the chart's search shows, and its own record does not,", () => {
  const moved = { start: minutes(15), end: minutes(45) };
  const othersBy = { participant: of("Patient/p-other") };
  const left = () =>
    chart
      .logged()
      .flatMap(({ event, reason, count: number }) => (event === "visit.left_out" ? [[reason, number]] : []));

  test.each<[string, object, object | undefined]>([
    ["moved, and hidden by itself", moved, undefined],
    ["moved, and another patient's by itself", moved, othersBy],
    ["canceled, and hidden by itself", { status: "cancelled" }, undefined],
  ])("is not passed over: %s", async (_what, listed, own) => {
    chart.searchFinds(booked(listed));
    chart.answers("Appointment/" + id, own === undefined ? {} : booked(own), own === undefined ? 404 : 200);
    const page = await chart.launchToSearch();
    expect([page.status, heading(page)]).toEqual([404, "The chart’s answers do not agree"]);
    expect(says(page)).toContain("One appointment in this chart could not be read");
    expect(left()).toEqual([["contradicted", 1]]);
  });

  test("has the clinician asked whether another one is meant", async () => {
    chart.searchFinds(booked(moved), another());
    chart.answers("Appointment/" + id, {}, 404);
    const page = await chart.launchToSearch();
    expect([page.status, heading(page)]).toEqual([200, "Is this the visit?"]);
  });

  test("is not passed over where its visit was canceled here", async () => {
    chart.searchFinds(booked({ status: "cancelled" }));
    await person.open(open.url);
    chart.searchFinds(booked());
    chart.answers("Appointment/" + id, {}, 404);
    expect(heading(await chart.launchToSearch())).toBe("The chart’s answers do not agree");
  });

  test("is no matter where its own record says that it is no video visit, or of another day", async () => {
    for (const own of [{ serviceType: [{ text: "Office Visit" }] }, { status: "proposed" }]) {
      chart.searchFinds(booked(moved));
      chart.answers("Appointment/" + id, booked({ ...moved, ...own }));
      expect(heading(await chart.launchToSearch())).toBe("No video visit today");
      expect(left()).toEqual([]);
    }
  });
});
