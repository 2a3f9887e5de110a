/**
 * The visits that the first whole look at a location finds were booked at some earlier time, so nobody is told of them as if
 * they were new. The same holds where a connection or a location is new, reads another chart or other visit types, or is
 * searched further ahead than before.
 */
import type { SystemConnection } from "../../ports/systemEhr.ts";
import type { SearchedDays, SearchedFor } from "../../records/searched.ts";
import type { Seen } from "./seen.ts";

const DAY_MS = 86_400_000;

export const searchedFor = ({
  id,
  fhirBaseUrl,
  visitTypes,
}: Pick<SystemConnection, "id" | "fhirBaseUrl" | "visitTypes">): SearchedFor => ({
  connectionId: id,
  chart: JSON.stringify([fhirBaseUrl, visitTypes.toSorted()]),
});

/** @param aheadDays how many days ahead patients are told of visits now */
export function wasKnownBefore(
  { where, times }: Pick<Seen, "where" | "times">,
  searched: SearchedDays,
  { aheadDays, now }: { readonly aheadDays: number; readonly now: Date },
): boolean {
  const days = searched.get(where?.location ?? "") ?? 0;
  if (days >= aheadDays) return false;
  return times === undefined || times.start.getTime() > now.getTime() + days * DAY_MS || days === 0;
}

/**
 * What has been searched after a look as far ahead as patients are told of visits.
 * @param all the locations that are searched now, in whichever batch
 * @param read those that the look has read
 */
export function searchedNow(
  before: SearchedDays,
  all: Iterable<string>,
  read: ReadonlySet<string>,
  aheadDays: number,
): SearchedDays {
  const after = new Map<string, number>();
  for (const location of all) {
    const days = read.has(location) ? aheadDays : before.get(location);
    if (days !== undefined) after.set(location, days);
  }
  return after;
}
