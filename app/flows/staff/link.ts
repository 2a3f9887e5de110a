/** Finds out what a staff link stands for now; it is decided anew when the colleague comes back from the sign-in. */
import { linkState, type KnownVisit, type LinkState } from "../../domain/visit.ts";
import type { LinkClaims } from "../../domain/linkToken.ts";
import type { LinkPicks } from "./parts.ts";

export type StaffLink =
  | { readonly kind: "open"; readonly visit: KnownVisit; readonly joinUrl: string }
  | { readonly kind: "early"; readonly token: string; readonly visit: KnownVisit }
  /** The link of a patient or a guest, who join without an account. */
  | { readonly kind: "joining"; readonly token: string }
  /** The link leads nowhere. `visit` is absent where no visit is known. */
  | { readonly kind: "obstacle"; readonly obstacle: Obstacle; readonly visit?: KnownVisit };

/** The reasons for which a staff link does not lead on. */
export type Obstacle = "unknown" | "deleted" | "not-ready" | Exclude<LinkState, "open" | "early">;

/**
 * What a staff link stands for now. The store is asked only for a token that was verified, and only once where there is a
 * visit.
 */
export async function findLink(
  { visits, hospital, now }: LinkPicks,
  token: string,
  claims: LinkClaims,
): Promise<StaffLink> {
  const visit = await visits.ofLink(claims.visit);
  // A link whose visit is forgotten was once good, so the visit is over.
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

/** Whether the visit belongs to a test chart. */
export async function isOfTestChart(
  { hospital }: Pick<LinkPicks, "hospital">,
  visit: KnownVisit | undefined,
): Promise<boolean> {
  return visit !== undefined && (await hospital.connection(visit.connectionId))?.environment === "test";
}
