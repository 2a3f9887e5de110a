/** What a clinician can do on the visit's page, besides joining. */
import { z } from "zod";
import { Fault } from "../../web/fault.ts";
import { hasRoomForGuests, type Visit } from "../../domain/visit.ts";
import type { LaunchDeps } from "./deps.ts";
import { openVisit } from "./openVisit.ts";
import type { Session } from "./sessions.ts";

const guestSchema = z.enum(["interpreter", "relative", "guest"]);

/** A guest with a link of their own; none where the visit is full, which its page says. */
export async function invite(deps: LaunchDeps, session: Session, role: string): Promise<void> {
  const guest = guestSchema.safeParse(role);
  if (!guest.success) throw new Fault({ kind: "request-unreadable" });
  const visit = await visitIn(deps, session);
  if (!hasRoomForGuests(visit)) return;
  await deps.visits.invite(visit.id, guest.data);
  deps.log.info("guest.invited", { connection: session.connection.id });
}

/** Revokes a person's link and makes the next one. */
export async function newLink(deps: LaunchDeps, session: Session, person: number): Promise<void> {
  const visit = await visitIn(deps, session);
  if (!visit.people.some(({ number }) => number === person)) throw new Fault({ kind: "request-unreadable" });
  await deps.visits.renewLink(visit.id, person);
  deps.log.info("link.renewed", { connection: session.connection.id });
}

export async function endVisit(deps: LaunchDeps, session: Session): Promise<void> {
  await deps.visits.end((await visitIn(deps, session)).id);
  deps.log.info("visit.ended", { connection: session.connection.id });
}

export async function reopenVisit(deps: LaunchDeps, session: Session): Promise<void> {
  await deps.visits.reopen((await visitIn(deps, session)).id);
  deps.log.info("visit.reopened", { connection: session.connection.id });
}

/** The visit of this launch, as the chart says now: the form names no visit, so it cannot name another's. */
async function visitIn(deps: LaunchDeps, session: Session): Promise<Visit> {
  const place = await openVisit(deps, session);
  if (place.kind !== "visit") throw new Fault({ kind: "request-unreadable" });
  return place.visit;
}
