/**
 * Reads a notification that Graph sent: the vault unwraps its key, its signature is checked, it is decrypted, what it says
 * is noted, and the kept item is removed.
 */
import type { Handlers, Outcome } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { NotificationUnreadable } from "../../ports/callEvents.ts";
import { VaultFault } from "../../ports/vault.ts";
import { openErrors } from "../../web/floods.ts";
import { hasSystemClient } from "../../ports/systemEhr.ts";
import { KEPT_MS } from "../../records/notifications.ts";
import { arriveSoon } from "../../records/preparing.ts";
import { since } from "../../domain/stays.ts";
import { watchedFrom } from "../../domain/watching.ts";
import { patientsWay } from "../../domain/whoWaits.ts";
import type { Visit } from "../../domain/visit.ts";
import type { PresencePicks } from "./parts.ts";

/** Has the chart told that the patient has come, where that is certain and the chart is reached without a person. */
async function tellChart({ hospital, jobs, presences }: PresencePicks, visit: Visit): Promise<void> {
  const connection = await hospital.connection(visit.connectionId);
  if (visit.kind !== "appointment" || connection === undefined || !hasSystemClient(connection)) return;
  const watched = await presences.of(visit.id);
  // Somebody who came to the visit before it was moved has not come to it as it is scheduled now.
  const way = watched && patientsWay(visit, since(watched, watchedFrom(visit)));
  if (way !== undefined) await arriveSoon(jobs, visit, way);
}

const LONGEST_PAUSE_SECONDS = 60;
const VAULT_AWAY: Outcome = {
  kind: "not-now",
  reason: "vault.unavailable",
  afterSeconds: 2,
  growsToSeconds: LONGEST_PAUSE_SECONDS,
};

/** Whether this may have been the last time that the item could be read. */
const isLastTry = (heard: Date, now: Date): boolean =>
  now.getTime() + LONGEST_PAUSE_SECONDS * 1000 >= heard.getTime() + KEPT_MS;

export function takeJob(parts: PresencePicks): Handlers["notification"] {
  const { callEvents, log, notifications, presences, queue, testVisits, visits } = parts;
  const notRead = openErrors(log, "presence.not_read");
  return async ({ of }) => {
    const id = of.visit as VisitId;
    const kept = await notifications.read(id, of.notification);
    if (kept === undefined) return { kind: "done" };
    const visit = await visits.byId(id);
    if (visit !== undefined && callEvents !== undefined) {
      try {
        const event = await callEvents.read(kept.item);
        await presences.tell(visit, event, kept.heard);
        if (event.people.some(({ look }) => look === "outside")) await testVisits.waited(visit.connectionId);
        await tellChart(parts, visit);
      } catch (error) {
        if (error instanceof VaultFault) {
          notRead(error);
          // What was told in it is lost then, and reports say of nobody that they stayed away.
          if (isLastTry(kept.heard, queue.now())) await presences.missed(visit, kept.heard);
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
