/**
 * Visits as they are stored: how they are begun, read and changed. What outlives a visit's row is written together with it.
 */
import type { VisitId } from "../domain/linkToken.ts";
import { organizerFor } from "../domain/organizers.ts";
import { relinked, type Visit } from "../domain/visit.ts";
import { MeetingsFault } from "../ports/meetings.ts";
import type { Stored } from "../ports/store.ts";
import { newBody, nextBody } from "./record.ts";
import { isTombstone, tombstoneUntil, VisitDeleted } from "./tombstones.ts";
import { VisitChanged } from "./visitChanged.ts";
import type { AppointmentFacts, ConsultFacts, VisitsDeps } from "./visitFacts.ts";
import { openMeetingCounts } from "./meetingCounts.ts";
import {
  areLinksOther,
  firstLinks,
  linksRow,
  linksThere,
  remembering,
  type LinksThere,
} from "./visitLinks.ts";
import { ownersOf } from "./visitPatients.ts";
import { asMembers, expiry, keptIn, visits, type Kept } from "./visitRow.ts";
import { changeRow, createOrReadOnce, untilWritten, type NextRow } from "./writing.ts";

/** Returns the very same object where nothing changed, so that nothing is written. */
export const withVisit = (kept: Kept, visit: Visit): Kept =>
  visit === kept.visit ? kept : { ...kept, visit };

export async function readKept(deps: VisitsDeps, id: VisitId): Promise<Kept | undefined> {
  return living(deps, await deps.store.read(visits.container, id, id));
}

/** The visit of a row; a tombstone is not a visit. */
const living = ({ now }: Pick<VisitsDeps, "now">, stored: Stored | undefined): Kept | undefined =>
  stored === undefined || isTombstone(stored) ? undefined : keptIn(stored, now());

/** Whether an administrator has deleted the visit; asked where no visit is known. */
export async function isDeleted({ store }: Pick<VisitsDeps, "store">, id: VisitId): Promise<boolean> {
  const stored = await store.read(visits.container, id, id);
  return stored !== undefined && isTombstone(stored);
}

export async function readVisit(deps: VisitsDeps, id: VisitId): Promise<Visit | undefined> {
  return (await readKept(deps, id))?.visit;
}

/** Logs that Teams did not take a change, once for as long as it does not. */
export function tellAway(
  { away }: Pick<VisitsDeps, "away">,
  fault: MeetingsFault,
  { id, connectionId }: Pick<Visit, "id" | "connectionId">,
): void {
  away.tell(fault.reason, fault.reason === "unavailable" ? "" : id, fault, { connection: connectionId });
}

/**
 * Two who open the same visit at once get one meeting (because of its id) and one row (the second finds the first's).
 * @param remembered reads which links of the visit are good
 * @throws VisitDeleted, VisitChanged where its links were made anew, for other patients, since `before`, and what `remembered`
 * throws
 */
export async function begin(
  deps: VisitsDeps,
  id: VisitId,
  facts: AppointmentFacts | ConsultFacts,
  remembered: typeof linksThere = linksThere,
): Promise<Visit> {
  const { start, end, department } = facts;
  const { lobby } = department;
  if ("appointmentId" in facts) await refuseDeleted(deps, id, end);
  const organizer = organizerFor(department, id);
  const { behind, ...meeting } = await deps.meetings.open({ visitId: id, organizer, start, end, lobby });
  await openMeetingCounts(deps).count(organizer);
  if (behind instanceof MeetingsFault) tellAway(deps, behind, { id, connectionId: facts.connectionId });
  const belongs = { connectionId: facts.connectionId, departmentId: department.id, organizer, meeting };
  const isBehind = behind === undefined ? {} : { behind: deps.now() };
  const common = { id, start, end, state: "open", ...belongs, ...isBehind } as const;
  const created = await untilWritten(visits.container, async () => {
    if (!("appointmentId" in facts))
      return create(deps, {
        visit: { ...common, kind: "consult", people: [], epoch: deps.newEpoch() },
        lobby,
      });
    const there = await remembered(deps, id);
    return create(deps, await ofAppointment(deps, common, facts, there), there);
  });
  return created.visit;
}

/**
 * To be called before anything is made. A deleted visit that was moved stays deleted for as long as if it had had the new
 * time when it was deleted.
 * @throws VisitDeleted
 */
export async function refuseDeleted(
  { store, now }: Pick<VisitsDeps, "now" | "store">,
  id: VisitId,
  end: Date,
): Promise<void> {
  const row = await changeRow(store, visits.container, { partition: id, id }, (stored) => {
    const until = tombstoneUntil(end, now());
    const isLonger = isTombstone(stored) && (stored.expiresAt ?? until) < until;
    return isLonger ? { body: stored.body, expiresAt: until } : undefined;
  });
  if (row !== undefined && isTombstone(row)) throw new VisitDeleted();
}

/** The visit of an appointment. It keeps the links that are remembered, if they were made for the same patients. */
async function ofAppointment(
  deps: VisitsDeps,
  common: Omit<Visit, "kind" | "people" | "epoch">,
  { appointmentId, patients, department, before }: AppointmentFacts,
  there: LinksThere,
): Promise<Kept> {
  const { keyring, newEpoch, now } = deps;
  const { id } = common;
  const { people, epoch, patients: were } = there.remembered ?? firstLinks(deps);
  const visit: Visit = { ...common, kind: "appointment", people, ...(epoch !== undefined && { epoch }) };
  // It has no meeting yet in which somebody may be, so a launch waits for no record that cannot be read.
  const owners = patients && (await ownersOf(keyring, id, were, patients, true));
  const { patients: theirs, areSame: areTheirs } = owners ?? { patients: were, areSame: true };
  // A launch does not look for links that were made before there was a row.
  if (!areTheirs && before?.visit !== undefined && before.visit.epoch !== epoch) throw new VisitChanged();
  return {
    visit: areTheirs ? visit : relinked(visit, newEpoch(), now()),
    lobby: department.lobby,
    appointment: keyring.seal("visit " + id, appointmentId),
    ...(theirs !== undefined && { patients: theirs }),
  };
}

/**
 * Writes the visit; without `there`, its links are not remembered beside it.
 * @throws StoreConflict if somebody has written its links since
 */
async function create(deps: VisitsDeps, kept: Kept, there?: LinksThere): Promise<Kept> {
  const { id } = kept.visit;
  const body = newBody(visits, asMembers(kept));
  const item = { partition: id, id, body, expiresAt: expiry(kept.visit) };
  const beside = there === undefined ? [] : [remembering(kept, there)];
  const made = living(deps, await createOrReadOnce(deps.store, visits.container, { ...item, beside }));
  // The visit was deleted while Teams was asked.
  if (made === undefined) throw new VisitDeleted();
  return made;
}

export async function changeVisit(deps: VisitsDeps, id: VisitId, edit: (kept: Kept) => Kept): Promise<Visit> {
  const kept = await changeKept(deps, id, edit);
  if (kept === undefined)
    throw (await isDeleted(deps, id)) ? new VisitDeleted() : new Error("the visit is no longer kept");
  return kept.visit;
}

/** Undefined where there is no such visit. */
export async function changeKept(
  deps: VisitsDeps,
  id: VisitId,
  edit: (kept: Kept) => Kept | Promise<Kept>,
): Promise<Kept | undefined> {
  const stored = await changeRow(
    deps.store,
    visits.container,
    { partition: id, id },
    async (row): Promise<NextRow | undefined> => {
      const before = living(deps, row);
      if (before === undefined) return undefined;
      const after = await edit(before);
      if (after === before) return undefined;
      const next = { body: nextBody(visits, row, asMembers(after)), expiresAt: expiry(after.visit) };
      return areLinksOther(before, after)
        ? { ...next, beside: [remembering(after, { row: await linksRow(deps, id) })] }
        : next;
    },
  );
  return living(deps, stored);
}
