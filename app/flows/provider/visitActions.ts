/** What a clinician can do on the visit's page, besides joining. Each function returns what the page then says. */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { visitPath } from "../../domain/addresses.ts";
import { VisitFull, type Visit } from "../../domain/visit.ts";
import { fulfilSoon, prepareSoon } from "../../records/preparing.ts";
import type { Session } from "../../records/sessions.ts";
import { roomAt } from "../../records/visitRoom.ts";
import { watchAt } from "../../records/watching.ts";
import { mayBeLate } from "../../domain/lateness.ts";
import { textLate } from "./runningLate.ts";
import { keptOf } from "./kept.ts";
import type { NoVisit } from "./locate.ts";
import { openVisit } from "./openVisit.ts";
import type { ProviderParts } from "./parts.ts";
import { fault } from "./problems.ts";
import type { Said } from "./said.ts";

type Done = Promise<NoVisit | Said>;
type Form = Readonly<Record<string, unknown>>;

const guestSchema = z.enum(["colleague", "interpreter", "relative", "guest"]);
/** Made by {@link newInvitation}. A page of the release before has none, and its form may invite twice. */
const invitationSchema = z
  .string()
  .regex(/^[\w-]{12}$/)
  .optional();

/** Invites a guest, who gets a link of their own; however often the same form is sent, there is one guest. */
export async function invite(parts: ProviderParts, session: Session, form: Form): Done {
  const guest = guestSchema.safeParse(form["role"]);
  const invitation = invitationSchema.safeParse(form["invitation"]);
  if (!guest.success || !invitation.success) throw fault({ kind: "request-unreadable" });
  return onVisit(parts, session, form, async (visit) => {
    const isNew = await unlessFull(session, () => parts.visits.invite(visit.id, guest.data, invitation.data));
    if (isNew) parts.log.info("guest.invited", { connection: session.connection.id });
    return { kind: "guest-invited" };
  });
}

/** The name of one form's invitation. It is random, because two pages may be open. */
export const newInvitation = (): string => randomBytes(9).toString("base64url");

const byteSchema = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number);

/**
 * Revokes a person's link and makes the next one. The form says which generation of the link it showed, so that it revokes
 * that one and no other, however often it is sent.
 */
export async function newLink(parts: ProviderParts, session: Session, form: Form): Done {
  const person = byteSchema.safeParse(form["person"]);
  const shown = byteSchema.optional().safeParse(form["generation"]);
  if (!person.success || !shown.success) throw fault({ kind: "request-unreadable" });
  return onVisit(parts, session, form, async (visit) => {
    if (!holdsNumber(visit, person.data)) return { kind: "link-replaced" };
    const isNew = await unlessFull(session, () => parts.visits.renewLink(visit.id, person.data, shown.data));
    if (isNew) {
      parts.log.info("link.renewed", { connection: session.connection.id });
      await inChart(parts, session, () => prepareSoon(parts.jobs, visit.id));
    }
    return { kind: "link-renewed", person: person.data };
  });
}

/** Revokes a guest's link for good. */
export async function removeGuest(parts: ProviderParts, session: Session, form: Form): Done {
  const person = byteSchema.safeParse(form["person"]);
  if (!person.success || person.data === 0) throw fault({ kind: "request-unreadable" });
  return onVisit(parts, session, form, async (visit) => {
    if (!holdsNumber(visit, person.data)) return { kind: "link-replaced" };
    if (await parts.visits.removeGuest(visit.id, person.data))
      parts.log.info("guest.removed", { connection: session.connection.id });
    return { kind: "guest-removed" };
  });
}

/**
 * Whether somebody of the visit has this number. A person who was removed keeps theirs, so that a form that is sent twice is
 * no mistake. A number is nobody's any more if its last generation was replaced after the page was loaded.
 */
function holdsNumber({ people }: Visit, person: number): boolean {
  const numbers = people.map(({ number }) => number);
  if (person > Math.max(...numbers)) throw fault({ kind: "request-unreadable" });
  return numbers.includes(person);
}

async function unlessFull<T>({ launchId }: Session, done: () => Promise<T>): Promise<T> {
  try {
    return await done();
  } catch (error) {
    if (error instanceof VisitFull)
      throw fault({ kind: "visit-full", of: error.of, back: visitPath(launchId) });
    throw error;
  }
}

export async function endVisit(parts: ProviderParts, session: Session, form: Form): Done {
  return onVisit(parts, session, form, async (visit) => {
    await parts.visits.end(visit.id);
    parts.log.info("visit.ended", { connection: session.connection.id });
    await inChart(parts, session, () => fulfilSoon(parts.jobs, visit));
    await watchAnew(parts, visit);
    await roomAt(parts.jobs, visit.id, parts.jobs.now());
    return { kind: "links-closed" };
  });
}

/** Says on the patient's page, and by a text where texts are on, that the clinician runs late. */
export async function sayLate(parts: ProviderParts, session: Session, form: Form): Done {
  return onVisit(parts, session, form, async (visit) => {
    if (!mayBeLate(visit, parts.hospital.visitRules, parts.now())) return { kind: "late-not-now" };
    // Whoever of the staff came in since has ended what was said before: it can be said again.
    const presence = visit.late && (await parts.presences.of(visit.id));
    const { since, isNew } = await parts.visits.runLate(visit.id, presence);
    if (isNew) parts.log.info("visit.late", { connection: session.connection.id });
    await textLate(parts, session, visit, since);
    return { kind: isNew ? "late-said" : "late-said-before" };
  });
}

const momentSchema = z.iso.datetime().transform((text) => new Date(text));

/** Takes back what the page showed, and nothing that was said since. */
export async function sayOnTime(parts: ProviderParts, session: Session, form: Form): Done {
  const said = momentSchema.safeParse(form["late"]);
  if (!said.success) throw fault({ kind: "request-unreadable" });
  return onVisit(parts, session, form, async (visit) => {
    if (await parts.visits.onTime(visit.id, said.data))
      parts.log.info("visit.on_time", { connection: session.connection.id });
    return { kind: "late-taken-back" };
  });
}

/**
 * Looks at the visit's subscription now: it is removed for a visit that was closed, and made for one that was opened again.
 */
async function watchAnew(
  { callEvents, jobs }: Pick<ProviderParts, "callEvents" | "jobs">,
  { id }: Visit,
): Promise<void> {
  if (callEvents !== undefined) await watchAt(jobs, id, jobs.now());
}

/**
 * Asks for what is to be written to the chart. If that cannot be asked for now, what is missing in the chart is found later;
 * what the clinician did is done.
 */
async function inChart(
  { log }: Pick<ProviderParts, "log">,
  { connection }: Session,
  ask: () => Promise<void>,
): Promise<void> {
  if (connection.system === undefined) return;
  await ask().catch((cause: unknown) => log.error("chart.not_told", cause, { connection: connection.id }));
}

export async function reopenVisit(parts: ProviderParts, session: Session, form: Form): Done {
  return onVisit(parts, session, form, async (visit) => {
    await parts.visits.reopen(visit.id);
    parts.log.info("visit.reopened", { connection: session.connection.id });
    await watchAnew(parts, visit);
    await roomAt(parts.jobs, visit.id, parts.jobs.now());
    return { kind: "links-opened" };
  });
}

/**
 * Acts on the visit of this launch: a form cannot name the visit of another launch. The form says which visit it showed,
 * because another one may have been opened in another tab; then nothing is done. A visit that was opened is in our store, so
 * it can be ended and its links revoked while nothing else answers; only where none was opened yet, the chart is asked which
 * one it is.
 */
async function onVisit(
  parts: ProviderParts,
  session: Session,
  form: Form,
  act: (visit: Visit) => Promise<Said>,
): Done {
  const actIfShown = (visit: Visit) =>
    // A page of the release before does not say which visit it showed.
    form["visit"] === undefined || form["visit"] === visit.id
      ? act(visit)
      : Promise.resolve({ kind: "other-visit" } as const);
  const kept = await keptOf(parts, session);
  if (kept !== undefined) return actIfShown(kept);
  const opened = await openVisit(parts, session);
  if (opened.kind === "no-visit") return opened;
  if (opened.kind === "choice") throw fault({ kind: "request-unreadable" });
  return actIfShown(opened.visit);
}
