/** Decides what a patient's link leads to, both for the quick redirect and for the pages. */
import type { BrowserVerdict } from "../../web/supportedBrowser.ts";
import { findLink, roleOf, type Link, type LivingLink } from "./link.ts";
import type { LinkPicks } from "./parts.ts";
import type { Obstacle } from "./words.ts";

export type Destination =
  /** The link leads into the meeting's lobby. */
  | { readonly kind: "meeting"; readonly link: LivingLink; readonly joinUrl: string }
  /** It is too early, so the link leads to the page about the visit. */
  | { readonly kind: "visit-page"; readonly link: LivingLink }
  /** The visit is open, but Teams does not work in this browser. */
  | { readonly kind: "other-browser"; readonly link: LivingLink; readonly verdict: Unsupported }
  /** The link is a colleague's, so it leads to the staff link: nobody joins by a colleague's link without signing in. */
  | { readonly kind: "staff-link"; readonly token: string }
  | { readonly kind: "obstacle"; readonly obstacle: LinkObstacle; readonly link: Link | LivingLink };

export type Unsupported = Extract<BrowserVerdict, { ok: false }>;
/** The reasons for which the link itself does not lead on. */
export type LinkObstacle = Exclude<Obstacle, "notOpened">;

export interface Tap {
  readonly token: string;
  readonly userAgent: string | undefined;
  /** The query of the address, without its question mark. */
  readonly query: string;
}

export type BrowserJudge = (userAgent: string | undefined) => BrowserVerdict;

export async function destinationOf(parts: LinkPicks, judge: BrowserJudge, tap: Tap): Promise<Destination> {
  const found = await linkOf(parts, tap.token);
  if (found.kind !== "living") return found;
  const { link } = found;
  if (link.state === "early") return { kind: "visit-page", link };
  const verdict = judge(tap.userAgent);
  if (!verdict.ok && !goesAnyway(tap.query)) return { kind: "other-browser", link, verdict };
  const { meeting } = link.visit;
  // It is time, but there is no meeting in Teams yet.
  if (meeting === undefined) return { kind: "obstacle", obstacle: "trouble", link };
  return { kind: "meeting", link, joinUrl: meeting.joinUrl };
}

/** The link, if it leads on now or soon; otherwise why it does not. */
export async function linkOf(
  parts: LinkPicks,
  token: string,
): Promise<
  | { readonly kind: "living"; readonly link: LivingLink }
  | Extract<Destination, { kind: "obstacle" | "staff-link" }>
> {
  const link = await findLink(parts, token);
  const role = "visit" in link ? roleOf(link) : "guest";
  if (role === "colleague") return { kind: "staff-link", token };
  switch (link.state) {
    case "open":
    case "early":
      return {
        kind: "living",
        link: { token, state: link.state, visit: link.visit, person: link.person, role },
      };
    case "forgotten":
      // A link whose visit is forgotten was once good, so the visit is over.
      return { kind: "obstacle", obstacle: "over", link };
    case "unknown":
    case "deleted":
    case "over":
    case "cancelled":
    case "doubted":
    case "revoked":
      return { kind: "obstacle", obstacle: link.state, link };
  }
}

/** What "Continue anyway" adds to the address, for those who know better than we which browser works. */
export const ANYWAY = "anyway=1";

function goesAnyway(query: string): boolean {
  return new URLSearchParams(query).get("anyway") === "1";
}
