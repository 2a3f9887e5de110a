/**
 * What a chart says may be older than what is known already, or say nothing: then no visit is revived, moved or cancelled by
 * it. What a read by the appointment's id says holds, whosesoever the appointment is, and with or without times.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { patientLink } from "../../../harness/clinician.ts";
import { Person } from "../../../harness/person.ts";
import { appointment, minutes, of, PATIENT, startChartAt, type ChartAt } from "./chartAt.ts";
import { heading } from "./otherChart.ts";

let chart: ChartAt;
beforeAll(async () => {
  chart = await startChartAt();
});
afterEach(() => {
  chart.server.reset();
});
afterAll(() => chart.stop());

const JOINS = 302;
const GONE = 410;
const CANCELED = [GONE, "This visit was canceled"];
const tap = async (link: string) =>
  (await new Person().open(link, (url) => url.origin !== chart.deployment.url)).status;
/** The visit is opened by a launch. */
async function opened() {
  const person = new Person();
  const page = await chart.launch(person);
  const link = patientLink(page);
  expect(await tap(link)).toBe(JOINS);
  return { person, page, link };
}
type Opened = Awaited<ReturnType<typeof opened>>;
const WAYS: Readonly<Record<string, (opened: Opened) => Promise<Awaited<ReturnType<ChartAt["launch"]>>>>> = {
  "an open page": ({ person, page }) => person.open(page.url),
  "a launch from the encounter": () => chart.launch(),
  "a launch that searches": () => chart.launchToSearch(),
};
const told = ({ status, html }: { readonly status: number; readonly html: string }) => [
  status,
  heading({ html }),
];

describe("a neighbour that cannot be read", () => {
  const beside = (change: object = {}) =>
    appointment({ id: "b-1", start: minutes(60), end: minutes(90), ...change });
  const ASKED = [200, "Is this the visit?"];

  test.each([
    [403, {}],
    [500, {}],
    [200, { resourceType: "Basic" }],
  ])(
    "(%i) and that the search shows otherwise than it is known leaves the other one, which is asked about",
    async (status, body) => {
      chart.searchFinds(beside());
      expect((await chart.launchToSearch()).status).toBe(200);
      chart.searchFinds(appointment(), beside({ start: minutes(70), end: minutes(100) }));
      chart.answers("Appointment/b-1", body, status);
      const person = new Person();
      const page = await chart.launchToSearch(person);
      expect(told(page)).toEqual(ASKED);
      expect(page.html).toContain("One appointment in this chart could not be read");
      const picked = await person.send(page.url.href + "/choice", { appointment: "a-1" });
      expect(told(picked)).toEqual([200, "Video Visit"]);
    },
  );

  test("because it names an id that the patient's record would have to say leaves the other one", async () => {
    const office = { serviceType: [{ text: "Office Visit" }], participant: of("Patient/pat-before") };
    chart.searchFinds(
      appointment(),
      beside({ start: minutes(-24 * 60), end: minutes(-24 * 60 + 30), ...office }),
    );
    chart.answers(PATIENT.actor.reference, {}, 500);
    expect(told(await chart.launchToSearch())).toEqual([200, "Video Visit"]);
    chart.searchFinds(appointment(), beside({ participant: of("Patient/pat-before") }));
    expect(told(await chart.launchToSearch())).toEqual(ASKED);
  });
});

describe("a search that is older than what is known", () => {
  test("does not revive a visit that is canceled", async () => {
    const { person, page, link } = await opened();
    chart.searchFinds(appointment());
    chart.answers("Appointment/a-1", appointment({ status: "cancelled" }));
    expect(told(await person.open(page.url))).toEqual(CANCELED);
    expect(told(await chart.launchToSearch())).toEqual(CANCELED);
    expect(await tap(link)).toBe(GONE);
  });

  test("does not move one, and shows it at its time", async () => {
    const { person, page } = await opened();
    chart.searchFinds(appointment());
    chart.answers("Appointment/a-1", appointment({ start: minutes(60), end: minutes(90) }));
    const when = (html: string) => /visit-when">(.*?)<\/p>/s.exec(html)?.[1];
    const moved = when((await person.open(page.url)).html);
    expect(moved).not.toBe(when(page.html));
    expect(when((await chart.launchToSearch()).html)).toBe(moved);
  });

  test("does not cancel one, and the visit is opened", async () => {
    const { link } = await opened();
    chart.searchFinds(appointment({ status: "cancelled" }));
    chart.answers("Appointment/a-1", appointment());
    expect((await chart.launchToSearch()).status).toBe(200);
    expect(await tap(link)).toBe(JOINS);
  });

  test("does not give one away", async () => {
    const { link } = await opened();
    chart.searchFinds(appointment({ status: "cancelled", participant: of("Patient/pat9") }));
    chart.answers("Appointment/a-1", appointment());
    await chart.launchToSearch();
    expect(await tap(link)).toBe(JOINS);
  });
});

describe.each(Object.entries(WAYS))("what is canceled, as %s reads it,", (_way, look) => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["has times", {}],
    ["has none", { start: undefined, end: undefined }],
    ["has days only", { start: minutes(0).slice(0, 10), end: minutes(0).slice(0, 10) }],
  ])("is off where it %s", async (_what, change) => {
    for (const [status, title] of [
      ["cancelled", "This visit was canceled"],
      ["entered-in-error", "This visit was booked by mistake"],
    ]) {
      const visit = await opened();
      chart.searchFinds(appointment({ status, ...change }));
      expect(told(await look(visit))).toEqual([GONE, title]);
      expect(await tap(visit.link)).toBe(GONE);
      chart.server.reset();
    }
  });

  test("is off for the patient whose it was, where it is another's by now", async () => {
    const visit = await opened();
    chart.searchFinds(appointment({ status: "cancelled", participant: of("Patient/pat9") }));
    await look(visit);
    expect(await tap(visit.link)).toBe(GONE);
  });
});

test("of two pages of a search the newer copy counts, also where it has no start", async () => {
  const { link } = await opened();
  const off = { status: "cancelled", start: undefined, end: undefined };
  chart.searchFinds(
    appointment({ meta: { versionId: "1" } }),
    appointment({ ...off, meta: { versionId: "2" } }),
  );
  expect(told(await chart.launchToSearch())).toEqual(CANCELED);
  expect(await tap(link)).toBe(GONE);
});

test("an open page whose appointment nobody has booked any more says so, with and without times", async () => {
  const { person, page, link } = await opened();
  for (const times of [{}, { start: undefined, end: undefined }]) {
    chart.answers("Appointment/a-1", appointment({ status: "proposed", ...times }));
    const after = await person.open(page.url);
    expect([...told(after), after.html.includes("Asked for, not yet booked")]).toEqual([
      200,
      "Video Visit",
      true,
    ]);
  }
  expect(await tap(link)).toBe(JOINS);
  chart.answers("Appointment/a-1", appointment({ start: undefined, end: undefined }));
  expect((await person.open(page.url)).html).toContain("The chart");
});

const MASK = [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "masked" }];

test.each<[string, Readonly<Record<string, unknown>>]>([
  ["absent", { status: undefined }],
  ["masked", { status: undefined, _status: { extension: MASK } }],
  ["masked, with a null", { status: null, _status: { extension: MASK } }],
  ["empty", { status: "" }],
  ["a number", { status: 7 }],
  ["a word of the hospital's own", { status: "Canceled by patient" }],
  ["no-show", { status: "noshow" }],
  ["proposed", { status: "proposed" }],
  ["on a waiting list without times", { status: "waitlist", start: undefined, end: undefined }],
])("a status that is %s does not revive what was canceled", async (_what, change) => {
  const { person, page, link } = await opened();
  chart.answers("Appointment/a-1", appointment({ status: "cancelled" }));
  expect(told(await person.open(page.url))).toEqual(CANCELED);
  chart.answers("Appointment/a-1", appointment(change));
  expect((await person.open(page.url)).status).toBe(GONE);
  await chart.launch();
  expect(await tap(link)).toBe(GONE);
  // Nor is it by an answer that does not show the appointment, or says nowhere that it is.
  chart.answers("Appointment/a-1", {}, 404);
  expect((await person.open(page.url)).status).toBe(GONE);
  chart.answers("Appointment/a-1", appointment({ ...change, participant: [PATIENT] }));
  expect((await person.open(page.url)).status).toBe(GONE);
  chart.answers("Appointment/a-1", appointment());
  expect((await person.open(page.url)).status).toBe(200);
  expect(await tap(link)).toBe(JOINS);
});
