/**
 * The oldest audit events are removed after six years. In the same transaction the trail itself records which have gone and
 * which was the last of them, so that whoever verifies it knows where it begins.
 */
import { EXPIRED_ACTION, type AuditEntry } from "../domain/auditChain.ts";
import type { Store, Stored } from "../ports/store.ts";
import { auditEvents, eventsAsStored, type Audit } from "./audit.ts";
import { membersOf } from "./record.ts";

/** The most events that are removed at once; together with the event that records it, a batch holds no more. */
const AT_ONCE = 90;

export interface RetentionDeps {
  readonly store: Store;
  readonly audit: Pick<Audit, "commit">;
  readonly now: () => Date;
}

/** @returns how many events were removed */
export async function expireEvents(
  { store, audit, now }: RetentionDeps,
  signal: AbortSignal,
): Promise<number> {
  let gone = 0;
  for (let last = AT_ONCE; last === AT_ONCE && !signal.aborted; gone += last)
    await audit.commit(async () => {
      const old = (await eventsAsStored(store, AT_ONCE)).filter((stored) => isOver(stored, now()));
      last = old.length;
      const oldest = old.at(0);
      const newest = old.at(-1);
      if (oldest === undefined || newest === undefined) return undefined;
      return {
        writes: old.map(({ id, etag }) => ({ kind: "remove", id, etag })),
        entries: [told(oldest, newest)],
      };
    });
  return gone;
}

/** Whether six years have passed since it was written: years of the calendar, with whatever leap days they have. */
function isOver(stored: Stored, now: Date): boolean {
  const end = new Date(membersOf(auditEvents, stored).at);
  end.setUTCFullYear(end.getUTCFullYear() + 6);
  return end <= now;
}

function told(oldest: Stored, newest: Stored): Omit<AuditEntry, "at" | "act"> {
  const [first, last] = [oldest, newest].map((stored) => membersOf(auditEvents, stored));
  return {
    actor: { kind: "program", name: "retention" },
    action: EXPIRED_ACTION,
    object: { kind: "audit" },
    changes: [
      { member: "first", from: String(first?.number) },
      { member: "last", from: String(last?.number) },
      { member: "hash", from: last?.hash ?? "" },
    ],
  };
}
