/** What a staff link stands for at this moment; decided anew when the colleague comes back from the sign-in. */
import { linkState, type KnownVisit, type LinkState } from "../../domain/visit.ts";
import type { LinkClaims } from "../../domain/linkToken.ts";
import type { LinkPicks } from "./parts.ts";

export type StaffLink =
  | { readonly kind: "open"; readonly visit: KnownVisit; readonly joinUrl: string }
  | { readonly kind: "early"; readonly token: string; readonly visit: KnownVisit }
  /** A patient's or a guest's, who join without an account. */
  | { readonly kind: "joining"; readonly token: string }
  /** Without a visit where none is known. */
  | { readonly kind: "obstacle"; readonly obstacle: Obstacle; readonly visit?: KnownVisit };

/** What can keep a staff link from leading on. */
export type Obstacle = "unknown" | "deleted" | "not-ready" | Exclude<LinkState, "open" | "early">;

/** The token is proved before the store is asked, and the store is asked once where there is a visit. */
export async function findLink(
  { visits, hospital, now }: LinkPicks,
  token: string,
  claims: LinkClaims,
): Promise<StaffLink> {
  const visit = await visits.ofLink(claims.visit);
  // A link whose visit is forgotten was a good one once: the visit is over.
  if (visit === undefined)
    return { kind: "obstacle", obstacle: (await visits.isDeleted(claims.visit)) ? "deleted" : "over" };
  const holder = visit.people.find(({ number }) => number === claims.person);
  if (holder !== undefined && holder.role !== "colleague") return { kind: "joining", token };
  const state = linkState(visit, claims, hospital.visitRules, now());
  if (state === "open") {
    const { meeting } = visit;
    return meeting === undefined
      ? { kind: "obstacle", obstacle: "not-ready", visit }
      : { kind: state, visit, joinUrl: meeting.joinUrl };
  }
  if (state === "early") return { kind: state, token, visit };
  return { kind: "obstacle", obstacle: state, visit };
}

/** Whether a visit is one of a test chart. */
export async function isOfTestChart(
  { hospital }: Pick<LinkPicks, "hospital">,
  visit: KnownVisit | undefined,
): Promise<boolean> {
  return visit !== undefined && (await hospital.connection(visit.connectionId))?.environment === "test";
}
