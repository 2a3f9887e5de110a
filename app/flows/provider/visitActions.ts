/** What a clinician can do on the visit's page, besides joining. Each function returns what the page then says. */
import { randomBytes } from "node:crypto";
import * as z from "zod";
import { visitPath } from "../../domain/addresses.ts";
import {
  invited,
  isDoubted,
  renewed,
  VisitFull,
  whyShut,
  withoutGuest,
  type Shut,
  type Visit,
} from "../../domain/visit.ts";
import { fulfilSoon, prepareSoon } from "../../records/preparing.ts";
import { RecordOfAnotherRelease } from "../../records/record.ts";
import type { Session } from "../../records/sessions.ts";
import { lateSince, mayBeLate } from "../../domain/lateness.ts";
import { audited, ifChanged } from "./audited.ts";
import { byteSchema, membersIn, otherThanShown, textIn, visitShown, type Form } from "./formMembers.ts";
import { lateNow, presenceIfLate, textLate } from "./runningLate.ts";
import { keptOf } from "./kept.ts";
import type { NoVisit } from "./opened.ts";
import { optionalParts } from "./optional.ts";
import { chooseAgain } from "./choosing.ts";
import { openVisit } from "./openVisit.ts";
import type { ProviderParts } from "./parts.ts";
import { fault } from "./problems.ts";
import type { Said } from "./said.ts";
import { unlessStoreFails } from "./session.ts";
import { heldAmong } from "./visitCancelled.ts";
import { afterwards, inChart, openRoom } from "./whatFollows.ts";

type Done = Promise<NoVisit | Said>;

const invitationSchema = z.object({
  ...visitShown,
  role: z.enum(["colleague", "interpreter", "relative", "guest"]),
  /** Made by {@link newInvitation}. */
  invitation: z.string().regex(/^[\w-]{12}$/),
});

/** Invites a guest, who gets a link of their own; however often the same form is sent, there is one guest. */
export async function invite(parts: ProviderParts, session: Session, form: Form): Done {
  const { role, invitation } = membersIn(invitationSchema, form);
  return onVisit(parts, session, form, async (visit) => {
    const shut = shutLinks(parts, visit);
    if (shut !== undefined) return { kind: shut };
    const number = await linked(session, async () => {
      if (invited(visit, role, invitation) === visit) return undefined;
      return audited(parts, session, visit, {
        ...{ action: "visit.guest-invited", about: { role } },
        act: () => parts.visits.invite(visit.id, role, invitation),
        came: (person) => (person === undefined ? undefined : { person }),
      });
    });
    if (number === "links-unread") return { kind: number };
    if (number !== undefined) parts.log.info("guest.invited", { connection: session.connection.id });
    return { kind: "guest-invited" };
  });
}

/** The name of one form's invitation. It is random, because two pages may be open. */
export const newInvitation = (): string => randomBytes(9).toString("base64url");

/**
 * Why a new link would open nothing, although the visit takes place: its links are closed, or have closed by themselves, or it
 * is in doubt whose the visit is.
 */
export function shutLinks(
  { hospital, now }: Pick<ProviderParts, "hospital" | "now">,
  visit: Visit,
): (typeof SHUT)[Shut] | undefined {
  if (visit.state === "ended") return "links-not-open";
  const why = whyShut(visit, hospital.visitRules, now());
  return why && SHUT[why];
}

const SHUT = { cancelled: "links-not-open", over: "links-over", doubted: "links-doubted" } as const;

const newLinkSchema = z.object({ ...visitShown, person: byteSchema, generation: byteSchema });

/**
 * Revokes a person's link and makes the next one, also while links are closed, because they may be opened again. The form
 * says which generation of the link it showed, so that it revokes that one and no other, however often it is sent.
 */
export async function newLink(parts: ProviderParts, session: Session, form: Form): Done {
  const { person, generation } = membersIn(newLinkSchema, form);
  return onVisit(parts, session, form, async (visit) => {
    if (isOfChart(visit, person)) return { kind: "link-of-chart" };
    const at = visit.people.findIndex(({ number }) => number === person);
    if (!holdsNumber(visit, person)) return { kind: "link-replaced" };
    // No page has shown a link that is still to come.
    if (generation > (visit.people[at]?.generation ?? 0)) throw fault({ kind: "request-unreadable" });
    const isNew = await linked(session, async () => {
      if (renewed(visit, person, generation) === visit) return false;
      return audited(parts, session, visit, {
        ...{ action: "visit.link-replaced", about: { person }, came: ifChanged },
        act: () => parts.visits.renewLink(visit.id, person, generation),
      });
    });
    if (isNew === "links-unread") return { kind: isNew };
    const { people } = (await parts.visits.byId(visit.id)) ?? visit;
    const holder = people[at];
    if (isNew) {
      parts.log.info("link.renewed", { connection: session.connection.id });
      await inChart(parts, session, () => prepareSoon(parts.jobs, visit.id));
    } else {
      if (holder?.removed === true) return { kind: "guest-gone" };
      // Sent twice, the form finds the link that it has made.
      if (holder?.number !== person || holder.generation !== generation + 1) return { kind: "link-replaced" };
    }
    const kind =
      visit.state === "ended" ? "link-off" : isDoubted(visit) ? "link-off-doubted" : "link-renewed";
    return { kind, person: holder?.number ?? person };
  });
}

const removalSchema = z.object({ ...visitShown, person: byteSchema.refine((number) => number > 0) });

/** Revokes a guest's link for good, also while links are closed. */
export async function removeGuest(parts: ProviderParts, session: Session, form: Form): Done {
  const { person } = membersIn(removalSchema, form);
  return onVisit(parts, session, form, async (visit) => {
    if (isOfChart(visit, person)) return { kind: "link-of-chart" };
    if (!holdsNumber(visit, person)) return { kind: "link-replaced" };
    const isGone = await linked(session, async () => {
      if (withoutGuest(visit, person) === visit) return false;
      return audited(parts, session, visit, {
        ...{ action: "visit.guest-removed", about: { person }, came: ifChanged },
        act: () => parts.visits.removeGuest(visit.id, person),
      });
    });
    if (isGone === "links-unread") return { kind: isGone };
    if (isGone) parts.log.info("guest.removed", { connection: session.connection.id });
    return { kind: "guest-removed" };
  });
}

/**
 * Whether the number is that of the link in the chart's provider room. No page shows it: it is made, and made anew, with what
 * is written into the chart, and all of the staff who open the visit there have it.
 */
export const isOfChart = ({ people }: Pick<Visit, "people">, person: number): boolean =>
  people.some(({ number, ofChart }) => number === person && ofChart === true);

/**
 * Whether somebody of the visit has this number. A person who was removed keeps theirs, so that a form that is sent twice is
 * no mistake. A number is nobody's any more if its last generation was replaced after the page was loaded.
 */
function holdsNumber({ people }: Visit, person: number): boolean {
  const numbers = people.map(({ number }) => number);
  if (person > Math.max(...numbers)) throw fault({ kind: "request-unreadable" });
  return numbers.includes(person);
}

/**
 * Changes the links. One that was revoked while another release's row says that it is good would open again once the visit's own
 * row has gone, so then nothing is changed.
 */
async function linked<T>({ launchId }: Session, done: () => Promise<T>): Promise<T | "links-unread"> {
  try {
    return await done();
  } catch (error) {
    if (error instanceof RecordOfAnotherRelease) return "links-unread";
    if (error instanceof VisitFull)
      throw fault({ kind: "visit-full", of: error.of, back: visitPath(launchId) });
    throw error;
  }
}

export async function endVisit(parts: ProviderParts, session: Session, form: Form): Done {
  return onVisit(parts, session, form, async (visit) => {
    if (visit.state !== "ended") {
      const { isEnded, isNew } = await audited(parts, session, visit, {
        action: "visit.links-closed",
        act: () => parts.visits.end(visit.id, visit.start),
        came: (came) => ifChanged(came.isNew),
      });
      if (!isEnded) return { kind: "visit-moved" };
      if (isNew) parts.log.info("visit.ended", { connection: session.connection.id });
    }
    await inChart(parts, session, () => fulfilSoon(parts.jobs, visit));
    await afterwards(parts, visit);
    return { kind: "links-closed" };
  });
}

/** Says on the patient's page, and by a text where texts are on, that the clinician runs late. */
export async function sayLate(parts: ProviderParts, session: Session, form: Form): Done {
  return onVisit(parts, session, form, async (visit) => {
    if (visit.state === "ended") return { kind: "links-not-open" };
    if (isDoubted(visit)) return { kind: "links-doubted" };
    if (!mayBeLate(visit, parts.hospital.visitRules, parts.now())) return { kind: "late-not-now" };
    // Whoever of the staff came in since has ended what was said before: it can be said again.
    const presence = await presenceIfLate(parts, visit, optionalParts(parts));
    const said = lateSince(visit, parts.now(), presence);
    const { since, isNew } =
      said === undefined
        ? await audited(parts, session, visit, {
            action: "visit.late-said",
            act: () => parts.visits.runLate(visit.id, presence),
            came: (came) => ifChanged(came.isNew),
          })
        : { since: said, isNew: false };
    if (isNew) parts.log.info("visit.late", { connection: session.connection.id });
    const isAskedFor = await unlessStoreFails(parts, () => textLate(parts, session, visit, since));
    if (!isAskedFor) return { kind: "late-said-untexted" };
    return { kind: isNew ? "late-said" : "late-said-before" };
  });
}

const onTimeSchema = z.object({
  ...visitShown,
  late: z.iso.datetime().transform((text) => new Date(text)),
});

/** Takes back what the page showed, and nothing that was said since. */
export async function sayOnTime(parts: ProviderParts, session: Session, form: Form): Done {
  const { late: said } = membersIn(onTimeSchema, form);
  return onVisit(parts, session, form, async (visit) => {
    const isTaken =
      visit.late?.getTime() === said.getTime() &&
      (await audited(parts, session, visit, {
        ...{ action: "visit.late-taken-back", came: ifChanged },
        act: () => parts.visits.onTime(visit.id, said),
      }));
    if (isTaken) parts.log.info("visit.on_time", { connection: session.connection.id });
    const since = await lateNow(parts, (await parts.visits.byId(visit.id)) ?? visit);
    return { kind: since === undefined ? "late-taken-back" : "late-said-since" };
  });
}

export async function reopenVisit(parts: ProviderParts, session: Session, form: Form): Done {
  return onVisit(parts, session, form, async (visit) => {
    const isNew =
      visit.state === "ended" &&
      (await audited(parts, session, visit, {
        ...{ action: "visit.links-opened", came: ifChanged },
        act: () => parts.visits.reopen(visit.id),
      }));
    if (isNew) parts.log.info("visit.reopened", { connection: session.connection.id });
    if (visit.meeting.knownTo === "another")
      await inChart(parts, session, () => prepareSoon(parts.jobs, visit.id));
    await unlessStoreFails(parts, () => openRoom(parts, session, visit));
    await afterwards(parts, visit);
    return { kind: "links-opened" };
  });
}

/**
 * Acts on the visit of this launch: a form cannot name the visit of another launch. The form says what its page showed of the
 * visit, because another one may have been opened in another tab, and this one may have been moved; then nothing is done. A
 * visit that was opened is in our store, so it can be ended and its links revoked while nothing else answers; only where none
 * was opened yet, the chart is asked which one it is.
 * @throws Fault form-outdated, visit-cancelled
 */
export async function onVisit(
  parts: ProviderParts,
  session: Session,
  form: Form,
  act: (visit: Visit) => Promise<Said>,
): Done {
  const shown = membersIn(z.object(visitShown), form);
  const actIfShown = async (visit: Visit): Promise<Said> => {
    const other = otherThanShown(shown, visit);
    if (other !== undefined) return other;
    // What the chart has canceled is neither ended nor opened again from here.
    if (visit.state === "cancelled") throw fault({ kind: "visit-cancelled", ...heldAmong([visit]) });
    return act(visit);
  };
  const kept = await keptOf(parts, session);
  if (kept !== undefined) return actIfShown(kept);
  const opened = await openVisit(parts, session);
  if (opened.kind === "no-visit") return opened;
  if (opened.kind === "choice") return { kind: "none-picked" };
  return actIfShown(opened.visit);
}

/**
 * Forgets which visit was picked, unless another one was picked since, in another tab. It does nothing to the visit, so it
 * does not matter whether that was moved.
 */
export async function pickAgain(
  parts: Pick<ProviderParts, "sessions">,
  session: Session,
  form: Form,
): Promise<Said | undefined> {
  const shown = textIn(form, "visit");
  const { place: subject } = session;
  if (subject?.kind === "appointment" && (subject.visitId ?? shown) !== shown) return { kind: "other-visit" };
  await chooseAgain(parts, session);
  return undefined;
}
