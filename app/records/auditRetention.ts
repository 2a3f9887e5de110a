/**
 * The oldest audit events go after six years. The trail itself says which have gone and what the last of them was, in the
 * transaction in which they go, so that whoever verifies it knows where it begins.
 */
import { EXPIRED_ACTION, type AuditEntry } from "../domain/auditChain.ts";
import type { Store, Stored } from "../ports/store.ts";
import { auditEvents, eventsAsStored, type Audit } from "./audit.ts";
import { membersOf } from "./record.ts";

/** With what tells of them, a batch holds no more. */
const AT_ONCE = 90;

export interface RetentionDeps {
  readonly store: Store;
  readonly audit: Pick<Audit, "commit">;
  readonly now: () => Date;
}

/** @returns how many have gone. */
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

/** Six years after it was written; a calendar's, with whatever leap days it has. */
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
