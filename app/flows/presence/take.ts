/**
 * Reads a notification that Graph sent: the vault unwraps its key, its signature is checked, it is decrypted, what it says
 * is noted, and the kept item is removed.
 */
import type { Handlers, Outcome, UndoneOf } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { NotificationUnreadable, type CallEvent } from "../../ports/callEvents.ts";
import { VaultFault } from "../../ports/vault.ts";
import { openErrors } from "../../web/floods.ts";
import { hasSystemClient } from "../../ports/systemEhr.ts";
import { heardBefore } from "../../records/notifications.ts";
import { arriveSoon } from "../../records/preparing.ts";
import { since } from "../../domain/stays.ts";
import { isBelievable } from "../../domain/toldAt.ts";
import { isOfFormer, isToldBy, watchedFrom } from "../../domain/watching.ts";
import { patientsWay } from "../../domain/whoWaits.ts";
import type { PresencePicks } from "./parts.ts";
import { refusals } from "./refusals.ts";

/** Has the chart told that the patient has come, where that is certain and the chart is reached without a person. */
async function tellChart({ hospital, jobs, presences, visits }: PresencePicks, id: VisitId): Promise<void> {
  // It is read anew, before what Teams told of it: the chart may have given it to another patient since.
  const visit = await visits.byId(id);
  if (visit === undefined) return;
  const connection = await hospital.connection(visit.connectionId);
  if (visit.kind !== "appointment" || connection === undefined || !hasSystemClient(connection)) return;
  const watched = await presences.of(visit.id);
  // Somebody who came to the visit before it was moved has not come to it as it is scheduled now.
  const way = watched && patientsWay(visit, since(watched, watchedFrom(visit)));
  if (way !== undefined) await arriveSoon(jobs, visit, way);
}

/**
 * Whether somebody shows that people get in without an account of the hospital. Teams may say nothing of them; then they do
 * where they wait, because accounts of the directory do not. A telephone shows nothing: it does not come by the link.
 */
const isWithoutAccount = ({ look, whereabouts }: CallEvent["people"][number]): boolean =>
  look === "outside" || (look === "unnamed" && whereabouts === "lobby");

const VAULT_AWAY: Outcome = {
  kind: "not-now",
  reason: "vault.unavailable",
  afterSeconds: 2,
  growsToSeconds: 60,
};

/**
 * A notification may come before it is noted which subscription was made, and after a kill in between Graph's list names it
 * to the next process. If this long after it came no
 * subscription of the visit has its id, it is not about this meeting.
 */
const KNOWN_WITHIN_MS = 180_000;
const NOT_KNOWN: Outcome = {
  kind: "not-now",
  reason: "subscription.not-known",
  afterSeconds: 1,
  growsToSeconds: 30,
};

export function takeJob(parts: PresencePicks): Handlers["notification"] {
  const { callEvents, log, notifications, presences, queue, testVisits, visits } = parts;
  const notRead = openErrors(log, "presence.not_read");
  const refused = refusals(log);
  return async ({ of }) => {
    const id = of.visit as VisitId;
    const kept = await notifications.read(id, of.notification);
    if (kept === undefined) return { kind: "done" };
    const visit = await visits.byId(id);
    const watched = kept.subscription === undefined ? undefined : await presences.of(id);
    const by = watched?.subscription;
    const isTold = kept.subscription === undefined || isToldBy(watched ?? {}, kept.subscription);
    // Those that it had before told of the same meeting as the one that is kept.
    const isOfOther = kept.subscription !== undefined && by !== undefined && visit && isOfFormer(by, visit);
    if (isTold && isOfOther === true) refused("subscription");
    else if (!isTold) {
      if (queue.now().getTime() - kept.heard.getTime() < KNOWN_WITHIN_MS) return NOT_KNOWN;
      refused("subscription");
    } else if (visit !== undefined && callEvents !== undefined) {
      try {
        const event = await callEvents.read(kept.item);
        // Somebody who came at a moment that is still to come would never have left.
        const at = isBelievable(event.at, kept.heard) ? event.at : kept.heard;
        if (await presences.tell(visit, { ...event, at }, kept.heard, kept.subscription)) {
          if (event.people.some(isWithoutAccount)) await testVisits.waited(visit.connectionId);
          await tellChart(parts, id);
        } else refused("subscription");
      } catch (error) {
        if (error instanceof VaultFault) {
          notRead(error);
          return VAULT_AWAY;
        }
        if (!(error instanceof NotificationUnreadable)) throw error;
        log.error("presence.notification_refused", error);
      }
    }
    await notifications.remove(id, of.notification);
    return { kind: "done" };
  };
}

/**
 * A notification that nobody could read for as long as it is kept: what Teams told in it is lost. The page says so then, and
 * reports say of nobody that they stayed away.
 */
export function lostJob({ notifications, presences, queue, visits }: PresencePicks): LostJob {
  return async ({ of, usefulUntil }) => {
    const id = of.visit as VisitId;
    const visit = await visits.byId(id);
    if (visit !== undefined)
      await presences.missed(visit, usefulUntil ? heardBefore(usefulUntil) : queue.now());
    await notifications.remove(id, of.notification);
  };
}

type LostJob = Required<UndoneOf>["notification"];
