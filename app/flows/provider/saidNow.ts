/**
 * What the page says was just done, where the visit, as it is now, agrees: an address can be written by anybody, be kept, and
 * be loaded again after the opposite was done.
 */
import { isDoubted } from "../../domain/visit.ts";
import type { HeldVisit } from "./problems.ts";
import type { Said } from "./said.ts";
import type { VisitView } from "./visitView.ts";

type Now = Pick<VisitView, "account" | "isMeetingClosed" | "isPicked" | "lateness" | "open">;

const isEnded = ({ open }: Now) => open.visit.state === "ended";
const isOpen = ({ open }: Now) => open.visit.state === "open";
const isKnownWhose = ({ open }: Now) => !isDoubted(open.visit);
const isHeld = ({ open }: Now) => open.visit.held !== undefined;
const isLate = ({ lateness }: Now) => lateness.kind === "said";

/** When each is true. What is missing here is about the moment at which it was asked for. */
const HOLDS: Partial<Record<Said["kind"], (now: Now) => boolean>> = {
  "account-for-now": ({ account }) => account !== undefined,
  "account-linked": ({ account }) => account !== undefined,
  "account-unlinked": ({ account }) => account === undefined,
  "late-said": isLate,
  "late-said-since": isLate,
  "late-said-untexted": isLate,
  "late-taken-back": (now) => !isLate(now),
  "guest-invited": isKnownWhose,
  "link-off": isEnded,
  "link-off-doubted": (now) => !isKnownWhose(now),
  "link-renewed": isKnownWhose,
  "links-closed": isEnded,
  "links-not-open": isEnded,
  "links-doubted": (now) => !isKnownWhose(now),
  "links-opened": (now) => isOpen(now) && isKnownWhose(now),
  "links-opened-not-meeting": (now) => isOpen(now) && isKnownWhose(now) && now.isMeetingClosed,
  "messages-held": isHeld,
  "messages-held-before": isHeld,
  "messages-held-since": isHeld,
  "messages-let-go": (now) => !isHeld(now),
  "visit-chosen": ({ isPicked }) => isPicked,
};

/** The same on a page without a visit: what was just done with messages, where that is so. */
export function saidOfHeld(said: Said | undefined, held: readonly HeldVisit[]): Said | undefined {
  const isSo =
    (said?.kind === "messages-let-go" && held.length === 0) ||
    (said?.kind === "messages-held-since" && held.length > 0);
  return isSo ? said : undefined;
}

export function saidNow(said: Said | undefined, now: Now): Said | undefined {
  if (said === undefined) return undefined;
  if (said.kind === "links-opened" && now.isMeetingClosed)
    return saidNow({ kind: "links-opened-not-meeting" }, now);
  return HOLDS[said.kind]?.(now) === false ? undefined : said;
}
