/** Reads what Graph told: unwrapped by the vault, its signature looked at, decrypted, reduced, noted, and the item is gone. */
import type { Handlers, Outcome } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { NotificationUnreadable } from "../../ports/callEvents.ts";
import { VaultFault } from "../../ports/vault.ts";
import { openErrors } from "../../web/floods.ts";
import type { PresencePicks } from "./parts.ts";

const VAULT_AWAY: Outcome = {
  kind: "not-now",
  reason: "vault.unavailable",
  afterSeconds: 2,
  growsToSeconds: 60,
};

export function takeJob(parts: PresencePicks): Handlers["notification"] {
  const { callEvents, log, notifications, presences, visits } = parts;
  const notRead = openErrors(log, "presence.not_read");
  return async ({ of }) => {
    const id = of.visit as VisitId;
    const kept = await notifications.read(id, of.notification);
    if (kept === undefined) return { kind: "done" };
    const visit = await visits.byId(id);
    if (visit !== undefined && callEvents !== undefined) {
      try {
        await presences.tell(visit, await callEvents.read(kept.item), kept.heard);
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
