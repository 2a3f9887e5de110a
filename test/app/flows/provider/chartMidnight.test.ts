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

const CLOCK_TIME = new Intl.DateTimeFormat("en-GB", { timeZone: "America/Chicago", timeStyle: "short" });

/** Whole minutes until the next midnight of the chart's zone that is six minutes away at least: the clock never goes back. */
function minutesLeft(now: Date): number {
  for (let left = 6; ; left++) if (CLOCK_TIME.format(now.getTime() + left * 60_000) === "00:00") return left;
}

test("late in the evening a visit of the next morning is open as soon as its link is, and yesterday's as long", async () => {
  const { clock } = chart.deployment;
  clock.forward((minutesLeft(clock.now()) - 6) * 60_000);
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
