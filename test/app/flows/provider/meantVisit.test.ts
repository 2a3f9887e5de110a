/** Which visit a launch opens where its encounter's is over, cannot be opened or fails, and the way from there to today's visits. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { elementsOf } from "../../../../infra/rehearsal/visit/html.ts";
import { fieldsIn, textsOf } from "../../../harness/html.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { appointment, minutes, of, startChartAt, type ChartAt } from "./chartAt.ts";
import { heading } from "./otherChart.ts";
import { json, MARKS } from "./smallServer.ts";

let chart: ChartAt;
beforeAll(async () => {
  chart = await startChartAt();
});
afterEach(() => {
  chart.server.reset();
  chart.logged();
});
afterAll(() => chart.stop());

const OWN = "Patient/" + MARKS.patient;
const CHOICE = ["m-1", "m-2"];
const now = (id: string, change: object = {}) => appointment({ id, ...change });
const over = (id: string, change: object = {}) =>
  now(id, { status: "fulfilled", start: minutes(-120), end: minutes(-90), ...change });
const encounterNames = (...ids: readonly string[]) =>
  chart.answers("Encounter/e-1", {
    resourceType: "Encounter",
    appointment: ids.map((id) => ({ reference: "Appointment/" + id })),
  });
/** At a location that no department has. */
function nowhere(): object[] {
  chart.answers("Location/not-set-up", { resourceType: "Location", id: "not-set-up" });
  return [OWN, "Location/not-set-up"].map((reference) => ({ actor: { reference } }));
}
const offered = ({ html }: Page) => fieldsIn({ html }, "appointment");
const says = ({ html }: Page) => textsOf(html, "main")[0] ?? "";
async function todays(person: Person, page: Page): Promise<Page> {
  const [form] = elementsOf(page.html, "form[action$='/choose-again']");
  if (form === undefined) throw new Error("no way on: " + says(page));
  const visit = form.querySelector("input")?.getAttribute("value") ?? "";
  return person.send(new URL(page.url.pathname + "/choose-again", page.url), { visit });
}
const pick = (person: Person, page: Page, appointmentId: string) =>
  person.send(new URL(page.url.pathname + "/choice", page.url), { appointment: appointmentId });

describe("an encounter's visit that is over, or cannot be opened, does not hide the one of now:", () => {
  test.each<[string, () => object, readonly string[]]>([
    ["fulfilled", () => over("m-1"), CHOICE],
    ["past its end", () => over("m-1", { status: "booked" }), CHOICE],
    ["at a location that is not set up", () => now("m-1", { participant: nowhere() }), ["m-2"]],
  ])("%s", async (_what, first, ids) => {
    encounterNames("m-1");
    chart.searchFinds(first(), now("m-2"));
    const person = new Person();
    const page = await chart.launch(person);
    expect([page.status, heading(page)]).toEqual([200, "Which visit?"]);
    expect(offered(page)).toEqual(ids);
    expect(heading(await pick(person, page, "m-2"))).toBe("Video Visit");
  });

  test("and where nothing else is of now, it is opened as before", async () => {
    encounterNames("m-1");
    chart.searchFinds(over("m-1"), over("m-0"));
    expect(heading(await chart.launch())).toBe("Video Visit");
  });

  test("and where the search fails, it is not opened unasked", async () => {
    encounterNames("m-1");
    chart.answers("Appointment/m-1", over("m-1"));
    chart.answers("Appointment", {}, 403);
    const page = await chart.launch();
    expect([heading(page), offered(page)]).toEqual(["Is this the visit?", ["m-1"]]);
  });
});

test("each visit that an encounter decided has a way to all of today's, which leaves the encounter out", async () => {
  encounterNames("m-1");
  chart.searchFinds(now("m-1"), now("m-2"));
  const person = new Person();
  const page = await chart.launch(person);
  expect(heading(page)).toBe("Video Visit");
  const all = await todays(person, page);
  expect([heading(all), offered(all)]).toEqual(["Which visit?", CHOICE]);
  expect(heading(await person.open(page.url))).toBe("Which visit?");
  expect(heading(await pick(person, all, "m-2"))).toBe("Video Visit");
});

test("where the only visit is at a location that is not set up, the page has a way to today's, and it leads nowhere again", async () => {
  encounterNames("m-1");
  chart.searchFinds(now("m-1", { participant: nowhere() }));
  const person = new Person();
  const page = await chart.launch(person);
  expect(page.status).toBe(409);
  const all = await todays(person, page);
  expect([heading(all), offered(all)]).toEqual(["Is this the visit?", []]);
  expect(says(all)).toContain("Location not set up");
});

describe("a visit that was picked, and that the chart", () => {
  test.each<[string, () => void]>([
    ["fails to show", () => chart.answers("Appointment/m-2", {}, 500)],
    ["refuses", () => chart.answers("Appointment/m-2", {}, 403)],
    ["shows without a start", () => chart.answers("Appointment/m-2", now("m-2", { start: undefined }))],
  ])("%s, does not take the others with it, nor the patient", async (_what, fail) => {
    chart.searchFinds(now("m-1"), now("m-2"));
    const person = new Person();
    const page = await chart.launchToSearch(person);
    // The search that the pick is compared with goes well, and the view after it does not.
    fail();
    const picked = await pick(person, page, "m-2");
    expect(picked.status).toBeGreaterThanOrEqual(400);
    expect(says(picked)).not.toContain("Patient not known here");
    chart.searchFinds(now("m-1"));
    const all = await todays(person, picked);
    expect(offered(all)).toContain("m-1");
    expect(heading(await pick(person, all, "m-1"))).toBe("Video Visit");
  });
});

test("a visit that was picked, and that Teams does not begin, leaves the way to the others", async () => {
  chart.searchFinds(now("m-8"), now("m-9"));
  const person = new Person();
  const page = await chart.launchToSearch(person);
  chart.microsoft({ graph: "down" });
  const picked = await pick(person, page, "m-9");
  chart.microsoft({});
  expect(picked.status).toBeGreaterThanOrEqual(500);
  expect(offered(await todays(person, picked))).toEqual(["m-8", "m-9"]);
});

describe("visits under a record that this patient's has replaced", () => {
  const combined = (old: object = {}) => {
    chart.answers(OWN, {
      ...{ resourceType: "Patient", id: MARKS.patient, name: [{ text: MARKS.patientName }] },
      link: [{ type: "replaces", other: { reference: "Patient/old" } }],
    });
    chart.answers("Patient/old", {
      ...{ resourceType: "Patient", id: "old", active: false },
      link: [{ type: "replaced-by", other: { reference: OWN } }],
      ...old,
    });
  };
  const under = (found: Readonly<Record<string, readonly object[]>>) => {
    chart.searchFinds(...Object.values(found).flat());
    chart.server.answers.set("/fhir/Appointment", ({ path }) => {
      const patient = new URL(path, chart.server.origin).searchParams.get("patient") ?? "";
      const entry = (found[patient.replace("Patient/", "")] ?? []).map((resource) => ({ resource }));
      return json({ resourceType: "Bundle", entry });
    });
  };

  test("are this patient's, and are found", async () => {
    combined();
    under({ old: [now("m-2", { participant: of("Patient/old") })] });
    expect(heading(await chart.launchToSearch())).toBe("Video Visit");
  });

  test("are offered beside one that is over", async () => {
    combined();
    under({ [MARKS.patient]: [over("m-1")], old: [now("m-2", { participant: of("Patient/old") })] });
    expect(offered(await chart.launchToSearch())).toEqual(CHOICE);
  });

  test("are not looked for where the other record does not say so", async () => {
    combined({ active: true, link: [] });
    under({ old: [now("m-2", { participant: of("Patient/old") })] });
    expect(heading(await chart.launchToSearch())).toBe("No video visit today");
  });
});
