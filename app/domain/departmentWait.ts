/**
 * How long people have waited in a department's lobbies today, where that can be said honestly. Pure functions.
 *
 * It is said from at least {@link FEWEST} visits of the same department that began, by their schedule, within the last
 * {@link RECENT_MS} and on the department's own day, and of which Teams told when somebody began to wait and when somebody
 * who waited was let in. Whoever came early waited from then on: it is what they waited, not how late anybody was. It is the
 * median, so one who was forgotten for an hour changes nothing, rounded to whole five minutes, because more would be more
 * than is known. From fewer visits nothing is said: two people's waits say nothing about a third, and would tell a reader
 * something of those two. Visits that still go on are not among them, since a visit is counted after its end only.
 */
import type { Usage } from "./usage.ts";
import { dayIn } from "./day.ts";

const MINUTE_MS = 60_000;
export const RECENT_MS = 3 * 60 * MINUTE_MS;
export const FEWEST = 5;
const STEP_MINUTES = 5;

type Counted = Pick<Usage, "departmentId" | "start" | "lobbySeconds">;

/**
 * In whole minutes, a multiple of five; 0 where the median is nearer to none than to five.
 * @param zone the department's time zone
 * @returns undefined where too little is known
 */
export function waitMinutes(
  visits: readonly Counted[],
  { id, timeZone: zone }: { readonly id: string; readonly timeZone: string },
  now: Date,
): number | undefined {
  const today = dayIn(zone, now);
  const waits = visits
    .filter(({ departmentId }) => departmentId === id)
    .filter(({ start }) => start <= now && now.getTime() - start.getTime() <= RECENT_MS)
    .filter(({ start }) => dayIn(zone, start) === today)
    .flatMap(({ lobbySeconds }) => lobbySeconds ?? []);
  if (waits.length < FEWEST) return undefined;
  return Math.round(median(waits) / 60 / STEP_MINUTES) * STEP_MINUTES;
}

/** Of an even number, the mean of the two in the middle. */
function median(numbers: readonly number[]): number {
  const ordered = numbers.toSorted((one, other) => one - other);
  const middle = (ordered.length - 1) / 2;
  const [low = 0, high = 0] = [ordered[Math.floor(middle)], ordered[Math.ceil(middle)]];
  return (low + high) / 2;
}
