/**
 * Decides which links the chart has, and which it should have. A link that is not this deployment's own is never replaced.
 */
import { linkPathFor, PATHS } from "../../domain/addresses.ts";
import type { FoundVisit, Risk } from "../../domain/found.ts";
import { present, sameTimes, type Visit } from "../../domain/visit.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import type { LinksToWrite, Rooms } from "../../ports/systemEhr.ts";
import type { ExpectedLinks } from "../../records/expectedVisits.ts";
import type { FindingPicks } from "./parts.ts";

export type LinksVerdict =
  /** The chart has both links, each in its room. */
  | { readonly kind: "right" }
  /** The chart has no link of ours and is to have none. */
  | { readonly kind: "none" }
  /** The links may be written. */
  | { readonly kind: "to-write" }
  | { readonly kind: "risk"; readonly risk: Risk };

/**
 * The links that a visit's chart should have. Undefined where the visit has no person number left for the chart's own staff
 * link.
 */
export function linksOf(
  { publicUrl, visits }: Pick<FindingPicks, "publicUrl" | "visits">,
  expected: ExpectedLinks,
  { start, end }: Pick<Visit, "start" | "end">,
): LinksToWrite | undefined {
  const people = present(expected);
  const patient = people.find(({ role }) => role === "patient");
  const staff = people.find(({ ofChart }) => ofChart === true);
  if (patient === undefined || staff === undefined) return undefined;
  const [toPatient, toStaff] = [patient, staff].map((person) =>
    [publicUrl + linkPathFor(person), visits.token(expected, person)].join("/"),
  );
  if (toPatient === undefined || toStaff === undefined) return undefined;
  return { provider: toStaff, patient: toPatient, start, end };
}

/** A keyed hash of the pair of links: it stays the same for as long as nobody's link is replaced. */
export const pairOf = (
  { foundVisits }: Pick<FindingPicks, "foundVisits">,
  visit: VisitId,
  { provider, patient }: Pick<LinksToWrite, "provider" | "patient">,
): string => foundVisits.hash(visit, JSON.stringify([provider, patient]));

/** Whether the links that the chart has are those that are good now. */
export function hasOwnLinks(
  parts: Pick<FindingPicks, "foundVisits" | "publicUrl" | "visits">,
  found: FoundVisit,
  visit: ExpectedLinks | undefined,
): boolean {
  const wanted = visit && linksOf(parts, visit, found);
  return wanted !== undefined && pairOf(parts, found.id, wanted) === found.links;
}

/**
 * Whose a link in the chart is: this visit's; another visit's; nobody's any more, though it is at our address; or not ours
 * at all.
 */
export type Whose = "this-visit" | "another-visit" | "nobody" | "foreign";

export function whoseLink(
  { publicUrl, visits }: Pick<FindingPicks, "publicUrl" | "visits">,
  visit: VisitId,
): (link: string) => Whose {
  return (link) => {
    const url = URL.parse(link);
    if (url?.origin !== publicUrl) return "foreign";
    const claims = visits.claims(url.pathname.slice(url.pathname.lastIndexOf("/") + 1));
    if (claims === undefined) return "nobody";
    return claims.visit === visit ? "this-visit" : "another-visit";
  };
}

/** @param writes whether links may be written to this chart. */
export function judgeLinks(
  rooms: Rooms,
  wanted: LinksToWrite,
  whose: (link: string) => Whose,
  writes: boolean,
): LinksVerdict {
  const { provider, patient, order, period } = rooms;
  const there = [provider, patient].filter((link) => link !== undefined);
  if (provider === wanted.provider && patient === wanted.patient) {
    const isStale = period !== undefined && !sameTimes(period, wanted);
    if (!isStale || !writes) return { kind: "right" };
    // Each link is in its room, but the period of the rooms can be written in the documented order only.
    return order === "documented" ? { kind: "to-write" } : { kind: "risk", risk: "rooms-other" };
  }
  if (!writes) return judgeUnwritten(there, whose);
  if (there.some((link) => whose(link) === "foreign")) return { kind: "risk", risk: "foreign-link" };
  if (areSwapped(rooms)) return { kind: "risk", risk: "links-swapped" };
  if (order === "other") return { kind: "risk", risk: "rooms-other" };
  return there.length === 1 ? { kind: "risk", risk: "half-linked" } : { kind: "to-write" };
}

/** In a chart that nothing is written to, only a link at our own address concerns us. */
function judgeUnwritten(there: readonly string[], whose: (link: string) => Whose): LinksVerdict {
  const owners = there.map(whose);
  if (owners.includes("another-visit")) return { kind: "risk", risk: "wrong-environment" };
  if (owners.includes("nobody") || owners.includes("this-visit")) return { kind: "risk", risk: "dead-link" };
  return { kind: "none" };
}

/**
 * Whether one of our links is in the other one's room: staff would then be led to the patients' page, and patients to the
 * staff's.
 */
function areSwapped({ provider, patient }: Rooms): boolean {
  const isBelow = (link: string | undefined, path: string) =>
    URL.parse(link ?? "")?.pathname.startsWith(path + "/") === true;
  return isBelow(provider, PATHS.link) || isBelow(patient, PATHS.staffLink);
}
