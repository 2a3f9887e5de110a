/** What the chart says of a visit's state, and what becomes of its links. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { patientLink } from "../../../harness/clinician.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { appointment, minutes, startChartAt, type ChartAt } from "./chartAt.ts";
import { heading } from "./otherChart.ts";

let chart: ChartAt;
beforeAll(async () => {
  chart = await startChartAt();
});
afterEach(() => chart.server.reset());
afterAll(() => chart.stop());

const told = (page: { readonly status: number; readonly html: string }) => [page.status, heading(page)];
const tap = async (link: string) =>
  (await new Person().open(link, (url) => url.origin !== chart.deployment.url)).status;

/** Opens a visit and then changes its appointment in the chart. */
async function turned(
  change: Readonly<Record<string, unknown>>,
): Promise<{ person: Person; page: Page; link: string }> {
  chart.server.reset();
  const person = new Person();
  const page = await chart.launch(person);
  const link = patientLink(page);
  expect(await tap(link)).toBe(302);
  chart.answers("Appointment/a-1", appointment(change));
  chart.searchFinds(appointment(change));
  return { person, page, link };
}

describe("a visit whose appointment becomes", () => {
  test.each([
    ["on another day", { start: minutes(28 * 60), end: minutes(29 * 60) }],
    ["as no video visit", { serviceType: [{ text: "Office visit" }] }],
  ])("cancelled %s is off for the patient, though nobody is offered it", async (_how, change) => {
    const { link } = await turned({ status: "cancelled", ...change });
    expect((await chart.launchToSearch()).html).toContain("No video visit today");
    expect(await tap(link)).toBe(410);
  });

  test.each([
    ["pending", "Not yet confirmed"],
    ["booked", "Booked"],
    ["arrived", "Arrived"],
    ["checked-in", "Checked in"],
    ["fulfilled", "Completed in the chart"],
    ["noshow", "Marked as no-show in the chart"],
    ["proposed", "Asked for, not yet booked"],
    ["waitlist", "On the waiting list"],
    ["on-hold", "State not in the chart"],
  ])("%s says so in words, and its patient's link stays", async (status, words) => {
    const { person, page, link } = await turned({ status });
    const after = await person.open(page.url);
    expect([after.status, after.html.includes(words)]).toEqual([200, true]);
    expect(patientLink(after)).toBe(link);
    expect(await tap(link)).toBe(302);
  });

  test.each([
    ["cancelled", "This visit was canceled"],
    ["entered-in-error", "This visit was booked by mistake"],
  ])(
    "%s is off, for whoever looks at it and for the patient, until the chart says otherwise",
    async (status, title) => {
      const { person, page, link } = await turned({ status });
      expect(told(await person.open(page.url))).toEqual([410, title]);
      expect(await tap(link)).toBe(410);
      chart.server.reset();
      expect((await person.open(page.url)).status).toBe(200);
      expect(await tap(link)).toBe(302);
      // A launch sees the change first, either from the encounter or by the search.
      for (const launch of [() => chart.launch(), () => chart.launchToSearch()]) {
        const again = await turned({ status });
        expect(told(await launch())).toEqual([410, title]);
        expect(await tap(again.link)).toBe(410);
        chart.server.reset();
        expect((await again.person.open(again.page.url)).status).toBe(200);
      }
    },
  );

  test("cancelled says that another may be missing, where one could not be read", async () => {
    for (const unread of [{ start: "soon" }, { serviceType: 7 }]) {
      chart.searchFinds(appointment({ status: "Canceled" }), appointment({ id: "a-2", ...unread }));
      const page = await chart.launchToSearch();
      expect(told(page)).toEqual([410, "This visit was canceled"]);
      expect(page.html).toContain("Not every appointment in this chart could be read");
    }
  });

  test("a no-show says so at a launch, too, and the patient may still come", async () => {
    const { link } = await turned({ status: "noshow" });
    for (const launch of [() => chart.launch(), () => chart.launchToSearch()])
      expect(told(await launch())).toEqual([404, "Today’s visit is marked as a no-show"]);
    expect(await tap(link)).toBe(302);
  });
});

describe("a visit that the chart does not show", () => {
  test.each([404, 410])(
    "(%i) is not a cancelled one: the page says so, and the link stays",
    async (status) => {
      const { person, page, link } = await turned({});
      chart.answers("Appointment/a-1", { resourceType: "OperationOutcome" }, status);
      const after = await person.open(page.url);
      expect(after.status).toBe(200);
      expect(after.html).toContain("The chart does not show you this appointment any more");
      expect([patientLink(after), await tap(link)]).toEqual([link, 302]);
      chart.server.reset();
      expect(patientLink(await person.open(page.url))).toBe(link);
    },
  );
});
