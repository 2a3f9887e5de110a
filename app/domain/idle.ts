/** When a clinician's page counts as left alone. Workstations are shared, and hardly anybody signs out of a page. */

/** Milliseconds without a request from a person after which a page is closed. */
export const IDLE_MS = 30 * 60_000;
const NEVER_BEFORE_START_MS = 30 * 60_000;
const NEVER_AFTER_END_MS = 60 * 60_000;

/**
 * Whether the page is closed now. While its visit is near or under way the clinician is in Teams and not at this page, so
 * nothing counts as idle from half an hour before the start until an hour after the end; the half hour begins anew after
 * that.
 */
export function isIdle(
  seenAt: Date,
  visit: { readonly start: Date; readonly end: Date } | undefined,
  now: Date,
): boolean {
  const at = now.getTime();
  const from = visit && visit.start.getTime() - NEVER_BEFORE_START_MS;
  const until = visit && visit.end.getTime() + NEVER_AFTER_END_MS;
  const isKnown = from !== undefined && until !== undefined;
  if (isKnown && at >= from && at <= until) return false;
  // After a clock was set back, a time that lies far in the future is not believed.
  if (seenAt.getTime() - at > IDLE_MS) return true;
  if (!isKnown) return at - seenAt.getTime() > IDLE_MS;
  // A page that was left in between counts from the end of that time.
  const isLeftInBetween = seenAt.getTime() >= from - IDLE_MS;
  const since = isLeftInBetween ? Math.max(seenAt.getTime(), until) : seenAt.getTime();
  return at - since > IDLE_MS;
}
