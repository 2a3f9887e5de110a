/** Whether patients get into meetings without an account: only somebody who taps a link can prove it. */
import type { Check } from "../../web/flow.ts";
import type { PatientPicks } from "./parts.ts";

/** Whoever tapped a link and wants to wait has typed a name by then, and Teams has told of them. */
const TOLD_WITHIN_MS = 30 * 60_000;

export async function patientChecks({
  callEvents,
  now,
  testVisits,
}: Pick<PatientPicks, "callEvents" | "now" | "testVisits">): Promise<readonly Check[]> {
  const check = { name: "anonymous-join" } as const;
  const visits = await testVisits.list();
  const taps = visits.flatMap(({ tappedAt, lastTappedAt }) => [tappedAt ?? [], lastTappedAt ?? []].flat());
  const waited = visits.flatMap(({ waitedAt, lastWaitedAt }) => [waitedAt ?? [], lastWaitedAt ?? []].flat());
  // Where Teams does not tell who waits, nobody sees more than that the link has led into a meeting.
  const proved = (callEvents === undefined ? [...waited, ...taps] : waited).sort().at(-1);
  // An earlier release keeps in `waitedAt` the last time, this one the first. Where it is all there is, or later than what
  // this release has kept as the last, it is not said to be either.
  const isLast = visits.some((visit) => proved === visit.lastWaitedAt || proved === visit.lastTappedAt);
  if (proved !== undefined && now().getTime() - Date.parse(proved) <= PROVES_DAYS * DAY_MS)
    return [{ ...check, ...(isLast && { provedOn: proved.slice(0, 10) }) }];
  // Times are written once a day, so those of one day are in no order.
  const [first] = taps.filter((at) => proved === undefined || at.slice(0, 10) > proved.slice(0, 10)).sort();
  if (first === undefined)
    return [{ ...check, unseen: proved === undefined ? NO_TAP : longAgo(proved.slice(0, 10), isLast) }];
  if (now().getTime() - Date.parse(first) < TOLD_WITHIN_MS) return [{ ...check, unseen: NOBODY_YET }];
  return [
    {
      ...check,
      isWarning: true,
      fault: `A patient’s link was opened on ${first.slice(0, 16).replace("T", " ")} UTC, and nobody without an account was seen in a lobby or meeting of a test chart since. Either nobody went on, or Teams asks for an account.`,
    },
  ];
}

/** Teams’ settings may have changed since. */
const PROVES_DAYS = 90;
const DAY_MS = 86_400_000;
const longAgo = (day: string, isLast: boolean) =>
  (isLast
    ? `It was last proved on ${day}, more than ${String(PROVES_DAYS)} days ago.`
    : `It was proved on ${day}, and whether it was in the last ${String(PROVES_DAYS)} days is not known.`) +
  " Only a tap shows whether it is so still: tap a patient’s link of a test chart in a private window, where nobody is signed in.";
const NO_TAP =
  "Only a tap shows it, and no patient’s link of a test chart has led into a meeting yet. Tap one in a private window, where nobody is signed in.";
const NOBODY_YET =
  "A patient’s link was opened just now. Type a name and join: once Teams tells that somebody waits in the lobby, it is proved.";
