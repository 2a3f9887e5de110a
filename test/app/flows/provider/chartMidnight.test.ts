/**
 * What is today's when the day ends. The clock goes on to midnight here, before anything else has happened. The department is
 * in a zone where that is an hour away at most, because the connector's own tokens live for a day.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StackChange } from "../../../harness/stack.ts";
import { appointment, startChartAt, type ChartAt } from "./chartAt.ts";
import { heading } from "./otherChart.ts";

const begun = new Date();
const minute = begun.getUTCMinutes();
/** How long it is until six minutes before the full hour, in minutes. */
const until54 = minute < 54 ? 54 - minute : 114 - minute;
/** A zone that is so far ahead of UTC, in hours, that this full hour is midnight there. */
const ahead = (minute < 54 ? 23 : 22) - begun.getUTCHours();
/** Places without summer time, from nine hours behind UTC to fourteen ahead of it, an hour apart. */
const PLACES = [
  ...["Pacific/Gambier", "Pacific/Pitcairn", "America/Phoenix", "America/Costa_Rica", "America/Panama"],
  ...["America/Puerto_Rico", "America/Argentina/Buenos_Aires", "America/Noronha", "Atlantic/Cape_Verde"],
  ...["Atlantic/Reykjavik", "Africa/Lagos", "Africa/Johannesburg", "Asia/Riyadh", "Asia/Dubai"],
  ...["Asia/Karachi", "Asia/Dhaka", "Asia/Bangkok", "Asia/Singapore", "Asia/Tokyo", "Australia/Brisbane"],
  ...["Pacific/Guadalcanal", "Pacific/Tarawa", "Pacific/Tongatapu", "Pacific/Kiritimati"],
];
const timeZone = PLACES[9 + (ahead <= 14 ? ahead : ahead - 24)] ?? "none";
const inThatZone: StackChange = (stack) => ({
  ...stack,
  departments: stack.departments?.map((one) => ({ ...one, timeZone })),
});

let chart: ChartAt;
beforeAll(async () => {
  chart = await startChartAt(inThatZone, 0);
});
afterAll(() => chart.stop());

const told = (page: { readonly status: number; readonly html: string }) => [page.status, heading(page)];
const NONE = [404, "No video visit today"];
const OPEN = [200, "Video Visit"];

test("late in the evening a visit of the next morning is open as soon as its link is, and yesterday's as long", async () => {
  const { clock } = chart.deployment;
  clock.forward(until54 * 60_000);
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
