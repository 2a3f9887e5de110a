/**
 * Visits that were found before and are not shown now. They are read by their ids, because that a search does not show a visit
 * says nothing about it.
 */
import { believedTimes, type FoundStanding, type FoundVisit } from "../../domain/found.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { isOfRecord } from "./changeUnread.ts";
import { isWorkedOn, type Look } from "./look.ts";
import { isOutOfStep } from "./outOfStep.ts";
import type { Read } from "./readAgain.ts";
import { readTogether } from "./readTogether.ts";

/** How many are read in one round; the rest is read in the next. */
const MOST_LOOKED_UP = 100;

/** Sorted from the one after `last` on, and then from the beginning, so that each has its turn. */
function inTurnAfter(all: readonly FoundVisit[], last: VisitId | undefined): readonly FoundVisit[] {
  const sorted = all.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const first = last === undefined ? 0 : sorted.findIndex(({ id }) => id > last);
  return first <= 0 ? sorted : [...sorted.slice(first), ...sorted.slice(0, first)];
}

/** How the search before has ended, and of which round it was. */
export interface Searched {
  /** Whether visits that are away are looked for, too. */
  readonly isFar: boolean;
  /**
   * Whether it could not show all. Then it says nothing about visits that were cancelled or missed either: they may have been
   * booked again, also at another time.
   */
  readonly hasGaps: boolean;
}

/**
 * Reads the missing visits by their ids; those that take place come first.
 * @param lookedUp which of the visits that are away was read last, by batch, and which of those that are off: kept from round
 * to round
 * @returns whether all that take place were read, as far as the chart let us ask
 */
export async function lookForMissing(
  look: Look,
  locations: readonly string[],
  { isFar, hasGaps }: Searched,
  lookedUp: Map<string, VisitId>,
): Promise<boolean> {
  const { parts, known, prepare, came } = look;
  const now = parts.queue.now();
  const missing = [...known.values()].filter(
    (found) => locations.includes(found.location) && (found.end > now || believedTimes(found, now).end > now),
  );
  const on = missing.filter(({ standing }) => standing === "on");
  const away = inTurnAfter(
    missing.filter(({ standing }) => isFar && standing === "away"),
    lookedUp.get(locations.join()),
  );
  // While the search shows all, nobody looks for what is cancelled, unless its links say that it takes place.
  const revived: FoundVisit[] = [];
  for (const found of missing)
    if (found.standing === "cancelled" && (await isOutOfStep(look, found))) revived.push(found);
  const looked = [...on, ...revived, ...away].slice(0, MOST_LOOKED_UP);
  const lastAway = looked.findLast(({ standing }) => standing === "away");
  if (lastAway !== undefined) lookedUp.set(locations.join(), lastAway.id);
  let wereRead = on.length <= MOST_LOOKED_UP;
  const asRead = async (read: Read): Promise<void> => {
    if (read.kind === "on" && isWorkedOn(read.found, now)) await prepare(read.found.id);
    // What was missed is searched after this, and may show it.
    if (read.kind !== "trouble") known.set(read.found.id, read.found);
  };
  await readTogether(look, looked, async (read) => {
    if (read.kind === "trouble") {
      if (isOfRecord(read.trouble)) came.changeUnread += 1;
      else wereRead = false;
    }
    await asRead(read);
  });
  if (hasGaps) {
    const isOff = (found: FoundVisit) => OFF.has(found.standing) && !revived.includes(found);
    const turn = ["off", ...locations].join();
    const off = inTurnAfter(missing.filter(isOff), lookedUp.get(turn)).slice(
      0,
      MOST_LOOKED_UP - looked.length,
    );
    const last = off.at(-1);
    if (last !== undefined) lookedUp.set(turn, last.id);
    // Such a one may be the very record that the chart cannot show, which the search has said already.
    await readTogether(look, off, asRead);
  }
  return wereRead;
}

const OFF: ReadonlySet<FoundStanding> = new Set(["cancelled", "missed"]);
