/**
 * Visits of which the chart's search shows a change, or which it does not show, and whose own records cannot be read. Nobody
 * is told a change that only a page shows, so the clinic has to know that its patient may believe something else.
 */
import type { FoundVisit } from "../../domain/found.ts";
import type { Trouble } from "../../ports/systemEhr.ts";
import type { FindingPicks } from "./parts.ts";

type Reading = Pick<FindingPicks, "foundVisits">;

/**
 * Whether it is this record that cannot be read. A search that was whole beside it loses nothing: the record is read again in
 * each round, and the check of finding visits says it. Where nobody was let ask, the round is done again.
 */
export const isOfRecord = ({ kind }: Trouble): boolean =>
  kind === "down" || kind === "not-fhir" || kind === "too-large";

/** Puts the visit at risk, unless nobody has asked the chart. */
export async function markUnread(
  { foundVisits }: Reading,
  { found, trouble }: { readonly found: FoundVisit; readonly trouble: Trouble },
): Promise<void> {
  if (trouble.kind === "busy") return;
  await foundVisits.edit(found.id, (now) => ({
    found: now.isChangeUnread === true ? now : { ...now, isChangeUnread: true },
  }));
}

/** The chart shows the visit as it is kept. */
export async function leaveRead({ foundVisits }: Reading, found: FoundVisit): Promise<void> {
  if (found.isChangeUnread === true)
    await foundVisits.edit(found.id, (now) => ({ found: withoutUnread(now) }));
}

/** The visit once its own record was read, or is known not to be shown; the very same object where nothing changes. */
export function withoutUnread(found: FoundVisit): FoundVisit {
  if (found.isChangeUnread === undefined) return found;
  const { isChangeUnread: _, ...rest } = found;
  return rest;
}
