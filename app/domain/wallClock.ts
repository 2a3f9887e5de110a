/** Times that come without a zone: what a clock on a department's wall shows. */

import { momentFormat } from "./formatters.ts";

const DAY_MS = 86_400_000;

/**
 * The instant at which a zone's clock shows this time; `shown` gives the time as though it were UTC. A time that the clock
 * skips in spring is taken as the time that it shows instead (2:30 becomes 3:30). Of a time that it shows twice in autumn
 * the first is taken, because whoever is early only waits, while whoever is late has missed the visit.
 */
export function instantIn(zone: string, shown: Date): Date {
  const at = shown.getTime();
  const [before, after] = [offsetMs(zone, at - DAY_MS), offsetMs(zone, at + DAY_MS)];
  const fits = (offset: number) => offsetMs(zone, at - offset) === offset;
  return new Date(at - (!fits(before) && fits(after) ? after : before));
}

/** How many milliseconds a zone's clock is ahead of UTC at an instant. */
function offsetMs(zone: string, instant: number): number {
  const format = momentFormat("en-US", zone, "whole clock");
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  const shown = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return shown - Math.floor(instant / 1000) * 1000;
}

/**
 * A visit's times as instants, where they are wall clock times of a zone. Where the zone's clock jumps between the two, the
 * visit keeps its length.
 */
export function timesIn<
  T extends { readonly start: Date; readonly end: Date; readonly clock: "instant" | "wall" },
>(zone: string, times: T): T {
  if (times.clock === "instant") return times;
  const start = instantIn(zone, times.start);
  const end = new Date(start.getTime() + times.end.getTime() - times.start.getTime());
  return { ...times, start, end, clock: "instant" };
}

const MINUTE_MS = 60_000;

/**
 * The instant at which a zone's clock reaches a time of the day, such as "08:00". Of two such instants the first is taken.
 * Where the clock skips that time it is the moment of the skip, because the clock is past the time then.
 */
export function instantAt(zone: string, day: string, time: string): Date {
  const wanted = new Date(day + "T" + time + "Z");
  let instant = instantIn(zone, wanted);
  const isPast = (one: Date) => one.getTime() + offsetMs(zone, one.getTime()) > wanted.getTime();
  if (!isPast(instant)) return instant;
  for (;;) {
    const before = new Date(instant.getTime() - MINUTE_MS);
    if (!isPast(before)) return instant;
    instant = before;
  }
}
