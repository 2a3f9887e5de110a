/**
 * Visits that were found before and are not shown now. They are read by their ids, because that a search does not show a visit
 * says nothing about it.
 */
import { believedTimes, type FoundVisit } from "../../domain/found.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { isWorkedOn, type Look } from "./look.ts";
import { isOutOfStep } from "./outOfStep.ts";
import { readTogether } from "./readTogether.ts";

/** How many are read in one round; the rest is read in the next. */
const MOST_LOOKED_UP = 100;

/** Sorted from the one after `last` on, and then from the beginning, so that each has its turn. */
function inTurnAfter(all: readonly FoundVisit[], last: VisitId | undefined): readonly FoundVisit[] {
  const sorted = all.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const first = last === undefined ? 0 : sorted.findIndex(({ id }) => id > last);
  return first <= 0 ? sorted : [...sorted.slice(first), ...sorted.slice(0, first)];
}

/**
 * Reads the missing visits by their ids; those that take place come first.
 * @param isFar whether visits that are away are looked for, too
 * @param lookedUp which of the visits that are away was read last, by batch: kept from round to round
 * @returns whether all that take place were read
 */
export async function lookForMissing(
  look: Look,
  locations: readonly string[],
  isFar: boolean,
  lookedUp: Map<string, VisitId>,
): Promise<boolean> {
  const { parts, known, prepare } = look;
  const now = parts.queue.now();
  const missing = [...known.values()].filter(
    (found) => locations.includes(found.location) && (found.end > now || believedTimes(found, now).end > now),
  );
  const on = missing.filter(({ standing }) => standing === "on");
  const away = inTurnAfter(
    missing.filter(({ standing }) => isFar && standing === "away"),
    lookedUp.get(locations.join()),
  );
  // Nobody looks for what is cancelled, unless its links say that it takes place.
  const revived: FoundVisit[] = [];
  for (const found of missing)
    if (found.standing === "cancelled" && (await isOutOfStep(look, found))) revived.push(found);
  const looked = [...on, ...revived, ...away].slice(0, MOST_LOOKED_UP);
  const lastAway = looked.findLast(({ standing }) => standing === "away");
  if (lastAway !== undefined) lookedUp.set(locations.join(), lastAway.id);
  let wereRead = on.length <= MOST_LOOKED_UP;
  await readTogether(look, looked, async (read) => {
    if (read.kind === "on" && isWorkedOn(read.found, now)) await prepare(read.found.id);
    if (read.kind === "trouble") wereRead = false;
    // What was missed is searched after this, and may show it.
    else known.set(read.found.id, read.found);
  });
  return wereRead;
}
