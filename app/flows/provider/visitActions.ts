/** What a clinician can do on the visit's page, besides joining. Each answers what the page then says. */
import { z } from "zod";
import { hasRoomForGuests, VisitFull, type Visit } from "../../domain/visit.ts";
import type { Session } from "../../records/sessions.ts";
import { keptOf } from "./kept.ts";
import type { NoVisit } from "./locate.ts";
import { openVisit } from "./openVisit.ts";
import type { ProviderParts } from "./parts.ts";
import { fault } from "./problems.ts";
import type { Said } from "./said.ts";

type Done = Promise<NoVisit | Said>;

const guestSchema = z.enum(["interpreter", "relative", "guest"]);

/** A guest with a link of their own; none where the visit is full, which its page says. */
export async function invite(parts: ProviderParts, session: Session, role: string): Done {
  const guest = guestSchema.safeParse(role);
  if (!guest.success) throw fault({ kind: "request-unreadable" });
  return onVisit(parts, session, async (visit) => {
    if (!hasRoomForGuests(visit)) return { kind: "visit-full" };
    try {
      const { number: person } = await parts.visits.invite(visit.id, guest.data);
      parts.log.info("guest.invited", { connection: session.connection.id });
      return { kind: "guest-invited", person };
    } catch (error) {
      if (error instanceof VisitFull) return { kind: "visit-full" };
      throw error;
    }
  });
}

/** Revokes a person's link and makes the next one. */
export async function newLink(parts: ProviderParts, session: Session, person: number): Done {
  return onVisit(parts, session, async (visit) => {
    if (!visit.people.some(({ number }) => number === person)) throw fault({ kind: "request-unreadable" });
    await parts.visits.renewLink(visit.id, person);
    parts.log.info("link.renewed", { connection: session.connection.id });
    return { kind: "link-renewed", person };
  });
}

export async function endVisit(parts: ProviderParts, session: Session): Done {
  return onVisit(parts, session, async (visit) => {
    await parts.visits.end(visit.id);
    parts.log.info("visit.ended", { connection: session.connection.id });
    return { kind: "links-closed" };
  });
}

export async function reopenVisit(parts: ProviderParts, session: Session): Done {
  return onVisit(parts, session, async (visit) => {
    await parts.visits.reopen(visit.id);
    parts.log.info("visit.reopened", { connection: session.connection.id });
    return { kind: "links-opened" };
  });
}

/**
 * The visit of this launch: the form names no visit, so it cannot name another's. A visit that was opened is ours to end and
 * its links ours to revoke, whatever else is down; only where none was opened yet the chart is asked which it is.
 */
async function onVisit(parts: ProviderParts, session: Session, act: (visit: Visit) => Promise<Said>): Done {
  const kept = await keptOf(parts, session);
  if (kept !== undefined) return act(kept);
  const place = await openVisit(parts, session);
  if (place.kind === "no-visit") return place;
  if (place.kind === "choice") throw fault({ kind: "request-unreadable" });
  return act(place.visit);
}
