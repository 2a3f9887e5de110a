/**
 * Visits before they have a meeting. Their links are valid from the moment they are found. What the links are made of is
 * kept where it is also remembered afterwards (visitLinks.ts), so the links stay the same when the meeting is made. The
 * visit's times are known from where it was found (foundVisits.ts).
 */
import { isBelievedCancelled } from "../domain/found.ts";
import type { VisitId } from "../domain/linkToken.ts";
import { newLinks, withChartLink, type KnownVisit, type Visit } from "../domain/visit.ts";
import { openFoundVisits } from "./foundVisits.ts";
import { isDeleted, refuseDeleted } from "./keptVisits.ts";
import type { AppointmentFacts, VisitsDeps } from "./visitFacts.ts";
import { VisitChanged } from "./visitChanged.ts";
import {
  firstLinks,
  linksThere,
  rememberedOf,
  remembering,
  visitLinks,
  type Remembered,
} from "./visitLinks.ts";
import { ownersOf } from "./visitPatients.ts";
import { untilWritten } from "./writing.ts";

/** What a visit's links are made of. */
export type ExpectedLinks = Pick<Visit, "id" | "people" | "epoch">;

/**
 * The links of a visit that has no row yet, with one for the chart's provider room. They are valid for these patients and no
 * others.
 * @throws VisitDeleted, and VisitChanged where they were made anew, for other patients, since `before`
 */
export async function expected(
  deps: VisitsDeps,
  id: VisitId,
  facts: AppointmentFacts,
): Promise<ExpectedLinks> {
  await refuseDeleted(deps, id, facts.end);
  return untilWritten(visitLinks.container, async () => {
    const there = await linksThere(deps, id);
    const { remembered: before } = there;
    const first = before ?? firstLinks(deps);
    const now = await linksFor(deps, id, facts, first);
    const isSince = facts.before !== undefined && before?.epoch !== facts.before.visit?.epoch;
    if (isSince && now.epoch !== first.epoch) throw new VisitChanged();
    const links = { id, people: now.people, ...(now.epoch !== undefined && { epoch: now.epoch }) };
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(now)) return links;
    const { patients } = now;
    const kept = { visit: { ...links, end: facts.end }, ...(patients !== undefined && { patients }) };
    await deps.store.batch(visitLinks.container, id, [remembering(kept, there)]);
    return links;
  });
}

async function linksFor(
  { keyring, newEpoch }: VisitsDeps,
  id: VisitId,
  { patients }: AppointmentFacts,
  before: Remembered,
): Promise<Remembered> {
  const own = withChartLink(before);
  if (patients === undefined) return own;
  const owners = await ownersOf(keyring, id, before.patients, patients);
  return { ...(owners.areSame ? own : { ...own, ...newLinks(own, newEpoch()) }), patients: owners.patients };
}

/** Undefined where the visit was not found in a chart, or where its row has gone. */
export async function expectedVisit(deps: VisitsDeps, id: VisitId): Promise<KnownVisit | undefined> {
  const found = await openFoundVisits(deps).byId(id);
  const links = found && (await rememberedOf(deps, id));
  if (found === undefined || links === undefined || (await isDeleted(deps, id))) return undefined;
  const { connectionId, departmentId, start, end } = found;
  const { people, epoch } = links;
  return {
    id,
    kind: "appointment",
    connectionId,
    departmentId,
    start,
    end,
    state: isBelievedCancelled(found) ? "cancelled" : "open",
    people,
    ...(epoch !== undefined && { epoch }),
  };
}
