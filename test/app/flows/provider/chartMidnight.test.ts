/** What is today's when the day ends. The clock goes on to midnight here, before anything else has happened. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { appointment, startChartAt, type ChartAt } from "./chartAt.ts";
import { heading } from "./otherChart.ts";

let chart: ChartAt;
beforeAll(async () => {
  chart = await startChartAt((stack) => stack, 0);
});
afterAll(() => chart.stop());

const told = (page: { readonly status: number; readonly html: string }) => [page.status, heading(page)];
const NONE = [404, "No video visit today"];
const OPEN = [200, "Video Visit"];

test("late in the evening a visit of the next morning is open as soon as its link is, and yesterday's as long", async () => {
  const { clock } = chart.deployment;
  const zone = "America/Chicago";
  const [hours = 0, minutesNow = 0] = new Date(clock.now())
    .toLocaleTimeString("en-GB", { timeZone: zone })
    .split(":")
    .map(Number);
  const left = 24 * 60 - (hours * 60 + minutesNow);
  // The clock never goes back: with less than that left today, it is six minutes before the next midnight.
  clock.forward(((left >= 6 ? left : left + 24 * 60) - 6) * 60_000);
  const from = (minute: number) => new Date(clock.now().getTime() + minute * 60_000).toISOString();
  const after = { id: "a-4", start: from(8), end: from(38) };
  chart.searchFinds(appointment(after));
  expect(told(await chart.launchToSearch())).toEqual(OPEN);
  chart.server.reset();
  chart.answers("Encounter/e-1", {
    resourceType: "Encounter",
    appointment: [{ reference: "Appointment/a-4" }],
  });
  chart.answers("Appointment/a-4", appointment(after));
  chart.searchFinds();
  expect(told(await chart.launch())).toEqual(OPEN);
  chart.searchFinds(appointment({ id: "a-5", start: from(8 * 60), end: from(9 * 60) }));
  expect(told(await chart.launchToSearch())).toEqual(NONE);
  clock.forward(46 * 60_000);
  chart.searchFinds(appointment({ id: "a-6", start: from(-76), end: from(-46) }));
  expect(told(await chart.launchToSearch())).toEqual(OPEN);
});
