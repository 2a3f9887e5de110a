/** Looks each linked account up at Microsoft once a day. One that was not found on three days is removed. */
import { DAYS_TO_MISS } from "../../../records/staffAccounts.ts";
import type { Tick, Turn } from "../../../web/flow.ts";
import type { PortalPicks } from "../parts.ts";

type Picks = Pick<PortalPicks, "audit" | "directory" | "log" | "now" | "staffAccounts">;

const AT_ONCE = 100;

export function linkedAccountRound(picks: Picks): Tick {
  return {
    name: "staff-links.look",
    concerns: "everybody",
    everySeconds: 86_400,
    run: (turn) => lookForAll(picks, turn),
  };
}

async function lookForAll(picks: Picks, { signal }: Turn): Promise<void> {
  let after: string | undefined;
  do {
    const { accounts, next } = await picks.staffAccounts.readSlice(AT_ONCE, after);
    for (const { id, objectId } of accounts) {
      if (signal.aborted) return;
      await lookFor(picks, id, objectId);
    }
    after = next;
  } while (after !== undefined);
}

/** Looks up one account. A directory that does not answer changes nothing. */
async function lookFor({ audit, directory, log, now, staffAccounts }: Picks, id: string, objectId: string) {
  const isKnown = await directory.knows(objectId);
  if (isKnown === "not-told") return;
  const today = now().toISOString().slice(0, 10);
  const days = await staffAccounts.looked(id, objectId, isKnown ? "found" : { notFoundOn: today });
  if (days < DAYS_TO_MISS) return;
  const entry = {
    // These names are in trails that are kept, and stay as they were first written.
    actor: { kind: "program", name: "staff-links" },
    action: "staff-link.removed",
    object: { kind: "staff-link", id },
    changes: [{ member: "account", from: objectId }],
    reason: "Microsoft did not know the account on three days.",
  } as const;
  await audit.during(entry, () => staffAccounts.remove(id));
  log.info("staff_link.removed", { reason: "not-found" });
}
