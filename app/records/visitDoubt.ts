/**
 * A visit for the patients whom the chart names now. Where its links were made for others, they are replaced; and while nobody
 * knows whether they were, nobody is led into its meeting.
 */
import { isYounger } from "../domain/age.ts";
import { isAnybodyThere } from "../domain/presence.ts";
import { closes, isDoubted, relinked, undoubted, type Visit } from "../domain/visit.ts";
import { lostAt, mayHaveBeenEntered, subscriptionTo } from "../domain/watching.ts";
import { openPresences } from "./presences.ts";
import type { NamedPatients, VisitsDeps } from "./visitFacts.ts";
import { ownersOf } from "./visitPatients.ts";
import type { Kept } from "./visitRow.ts";

/**
 * Who reads that a visit is these patients': somebody who launches it, and can be asked; somebody who has another patient's
 * chart open, and gives it to nobody; or a job, which nobody sees.
 */
export type OpenedBy = "launch" | "launch-of-another" | "job";

/**
 * The chart says that the visit is somebody else's, and whoever has read that may not give it to them: somebody is in its
 * meeting, or it was read beside another patient's chart. A chart that has combined two records may say so of one person, so it
 * is left to whoever launches the visit.
 */
export class WhoseUntold extends Error {
  override readonly name = "WhoseUntold";
}

/** A visit for the patients whom the chart names. `untold` says why it is in doubt whether they are who they were before. */
export interface Owned {
  readonly kept: Kept;
  readonly untold?: Error;
}

/** How long a record is asked in vain before a launch takes it for one that proves nothing. */
const IN_DOUBT_MS = 120_000;

/** Whether a visit has been in doubt for so long that a launch waits for no record any more. */
export const isAskedInVain = ({ doubted }: Pick<Visit, "doubted">, now: Date): boolean =>
  doubted !== undefined && !isYounger(doubted.getTime(), now, IN_DOUBT_MS);

/**
 * The visit as it may be shown to these patients' clinicians. It is the very same where its links were made for these
 * patients; where they were made for somebody else, all of them are replaced. While that is not known, it is doubted.
 */
export async function forPatients(
  deps: VisitsDeps,
  kept: Kept,
  patients: NamedPatients | undefined,
  by: OpenedBy,
): Promise<Owned> {
  const { visit } = kept;
  if (patients === undefined) return { kept: isDoubted(visit) ? { ...kept, visit: undoubted(visit) } : kept };
  const now = deps.now();
  const isInVain = isAskedInVain(visit, now);
  let untold: Error;
  try {
    const owners = await ownersOf(deps.keyring, visit.id, kept.patients, patients, isInVain);
    if (owners.areSame) return { kept: owned(kept, owners.patients, undoubted(visit)) };
    if (by === "launch" || (by === "job" && !(await mayAnybodyBeIn(deps, visit))))
      return { kept: owned(kept, owners.patients, relinked(visit, deps.newEpoch(), now)) };
    untold = new WhoseUntold();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    untold = error;
  }
  return {
    kept: isDoubted(visit) ? kept : { ...kept, visit: { ...visit, doubted: now } },
    untold,
  };
}

const owned = (kept: Kept, patients: readonly string[], visit: Visit): Kept =>
  visit === kept.visit && patients === kept.patients ? kept : { ...kept, patients, visit };

/**
 * Whether somebody may be in the visit's meeting, or wait there, whom another meeting would part from whoever comes later.
 * Where Teams does not tell, or something that it told was lost, whoever has opened a link since it was good may be.
 */
async function mayAnybodyBeIn(deps: VisitsDeps, visit: Visit): Promise<boolean> {
  const now = deps.now();
  const rules = deps.hospital.visitRules;
  if (visit.meeting.knownTo === "another" || visit.state !== "open" || now > closes(visit, rules))
    return false;
  const presence = await openPresences(deps).of(visit.id);
  if (presence !== undefined && isAnybodyThere(visit, presence)) return true;
  const subscription = subscriptionTo(visit, presence);
  const isTold = subscription !== undefined && subscription.until > now && presence?.trouble === undefined;
  const isAllTold = isTold && lostAt(visit, presence) === undefined;
  return !isAllTold && mayHaveBeenEntered(visit, rules);
}
