/** What the check of finding visits says of the rounds of a connection's batches. */
import type { TickState } from "../../records/ticks.ts";

const TOO_LONG_MS = 600_000;

/** What is wrong with when the batches were last read wholly. */
export function lookedFault(come: readonly TickState[], now: Date): string | undefined {
  const lasts = come.flatMap((turn) => turn.last?.getTime() ?? []);
  if (lasts.length === 0)
    return "The chart's visits have not been read yet. See that the system client is registered and the chart answers.";
  if (lasts.length < come.length)
    return "The visits at some of its locations have not been read yet. They are caught up as soon as the chart answers for these; the log's event tick.failed says why it does not.";
  const minutes = Math.floor((now.getTime() - Math.min(...lasts)) / 60_000);
  if (minutes * 60_000 <= TOO_LONG_MS) return undefined;
  return `The chart's visits were last read wholly ${String(minutes)} minutes ago. What was missed is caught up as soon as it answers; the log's event tick.failed says why it does not.`;
}

/** What is not read because the chart's answers are too large. The far rounds read what the near ones do, and more. */
export function tooLargeWords(
  near: readonly (TickState | undefined)[],
  far: readonly (TickState | undefined)[],
): string | undefined {
  const halfHours = most(near, far, "tooLarge");
  if (halfHours === 0 && ![...near, ...far].some(failedTooLarge)) return undefined;
  const some =
    halfHours === 0
      ? "some visits"
      : halfHours === 1
        ? "visits that start in one half hour"
        : `visits that start in ${String(halfHours)} half hours`;
  return `The chart answers searches for visits with more than 4 MB, which is not read, so ${some} may not be known; all others are. The connector asks for fewer visits at once and for shorter times, from round to round, and for what was too large once an hour. If this is still here in two hours, report to Oracle which connection it is and that one page of Appointment is so large; until it is gone, see in the chart which visits have no link.`;
}

/** What whole rounds have come upon and could not read; undefined where there is nothing. */
export function lackWords(
  near: readonly (TickState | undefined)[],
  far: readonly (TickState | undefined)[],
): string | undefined {
  const unreadable = far.reduce((sum, turn) => sum + (turn?.leftOut ?? 0), 0);
  const isKeptBack = far.some((turn) => (turn?.keptBack ?? 0) > 0);
  const lacks = [
    unreadable > 0 && unreadableWords(unreadable),
    isKeptBack && keptBackWords,
    changeUnreadWords(near, far),
  ].filter((words) => typeof words === "string");
  return lacks.length === 0 ? undefined : lacks.join(" ");
}

/** Of how many visits only the search showed a change. The far rounds read what the near ones do, and more. */
function changeUnreadWords(
  near: readonly (TickState | undefined)[],
  far: readonly (TickState | undefined)[],
): string | undefined {
  const count = most(near, far, "changeUnread");
  if (count === 0) return undefined;
  const [visits, record, patients] =
    count === 1
      ? ["1 visit", "its own record", "its patient was"]
      : [`${String(count)} visits`, "their own records", "their patients were"];
  return `The chart’s search shows ${visits} changed or not at all, and ${record} cannot be read, so ${patients} told nothing of that. The connector reads again in each round, and all other visits as ever; those of the next 24 hours are among the visits at risk. If this is still here in an hour, report to Oracle that its API does not show single appointments.`;
}

const most = (
  near: readonly (TickState | undefined)[],
  far: readonly (TickState | undefined)[],
  what: "tooLarge" | "changeUnread",
): number =>
  Math.max(...[near, far].map((turns) => turns.reduce((sum, turn) => sum + (turn?.[what] ?? 0), 0)));

/** The release before took a round in which something was too large for one that failed. */
export const failedTooLarge = (turn: TickState | undefined): boolean =>
  turn !== undefined && turn.failures > 0 && turn.lastFailure?.reason === "ehr.too-large";

const keptBackWords =
  "The chart says that it keeps appointments back from the connector on purpose, such as those with a security label, so a video visit among them is not known, and asking again shows no more. Whoever sets up rights in the chart can say which ones; until the connector’s client may see them, see there which have no link.";

const unreadableWords = (count: number) =>
  `Of the chart's appointments ${String(count)} cannot be read, or say no time, so a video visit among them is not known. See in the chart which ones have no link, and report to Oracle what its API answers.`;
