/**
 * An appointment that does not name this chart's patient, as far as can be read, may have been theirs: then their links, which
 * this launch's page may show, still lead into its visit. So the appointment is read by its id, which alone can give a visit
 * away, and whose it is by now is noted with the visit (decision 152).
 */
import { standingOf } from "../../domain/appointmentStatus.ts";
import { isDoubted, type Visit } from "../../domain/visit.ts";
import { isAskedInVain } from "../../records/visitDoubt.ts";
import type { Session } from "../../records/sessions.ts";
import { readKnown, type Believing } from "./believed.ts";
import { keptAppointment } from "./kept.ts";
import { unlessUnread } from "./leftOut.ts";
import type { ProviderPicks } from "./parts.ts";
import { patientsOf } from "./patientNames.ts";
import { fault } from "./problems.ts";
import type { OfOthers } from "./whose.ts";

interface Asking extends Believing {
  readonly parts: Pick<ProviderPicks, "foundVisits" | "now" | "visits">;
  readonly session: Pick<Session, "connection" | "grant" | "place">;
}

/**
 * Notes whose the visit is. Where this patient's own record cannot be read, it counts as another's once a record was asked in
 * vain for long enough, and where it was given away since this launch has opened it.
 * @throws Fault whose-untold while it is in doubt
 */
export const ofOthers =
  (asking: Asking): OfOthers =>
  async ({ id, status }, untold) => {
    // One that does not take place is not noted, whosesoever it is.
    const visit = standingOf(status) === "off" ? undefined : await noted(asking, id);
    if (untold === undefined) return;
    if (visit === undefined) throw untold;
    if (isDoubted(visit)) {
      if (isAskedInVain(visit, asking.parts.now())) return;
      throw fault({ kind: "whose-untold" }, { cause: untold });
    }
    if (!(await isGivenAway(asking, id))) throw untold;
  };

async function noted(asking: Asking, appointmentId: string): Promise<Visit | undefined> {
  const { parts, chart, session } = asking;
  const { connection, grant } = session;
  const its = { connectionId: connection.id, appointmentId };
  const kept = await parts.visits.ofAppointment(its);
  if (kept === undefined) return undefined;
  // Where it cannot be read a second time, what is known of the visit stays so.
  const known = await unlessUnread(
    () => readKnown(asking, appointmentId),
    () => undefined,
  );
  const { before, appointment } = known ?? {};
  if (before === undefined || appointment === undefined || standingOf(appointment.status) === "off")
    return kept;
  // Who is named in words, or by another server, is nobody to compare with.
  if (appointment.patients.length === 0) return kept;
  return parts.visits.noteWhose({ ...its, before, patients: patientsOf(chart, appointment, grant.patient) });
}

/** Whether this launch has opened the visit, and all links that were good then are replaced. */
async function isGivenAway({ parts, session }: Asking, appointmentId: string): Promise<boolean> {
  const { place } = session;
  if (place?.kind !== "appointment" || place.appointmentId !== appointmentId) return false;
  return place.visitId !== undefined && (await keptAppointment(parts, place)) === undefined;
}
