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
  const taps = visits.flatMap(({ tappedAt }) => tappedAt ?? []).sort();
  const [first] = taps;
  if (first === undefined) return [{ ...check, unseen: NO_TAP }];
  // Where Teams does not tell who waits, nobody sees more than that the link has led into a meeting.
  if (callEvents === undefined || visits.some(({ waitedAt }) => waitedAt !== undefined)) return [check];
  if (now().getTime() - Date.parse(first) < TOLD_WITHIN_MS) return [{ ...check, unseen: NOBODY_YET }];
  return [
    {
      ...check,
      isWarning: true,
      fault: `A patient’s link was opened on ${first.slice(0, 16).replace("T", " ")} UTC, and nobody without an account was seen in a lobby or meeting of a test chart since. Either nobody went on, or Teams asks for an account.`,
    },
  ];
}

const NO_TAP =
  "Only a tap shows it, and no patient’s link of a test chart has led into a meeting yet. Tap one in a private window, where nobody is signed in.";
const NOBODY_YET =
  "A patient’s link was opened just now. Type a name and join: once Teams tells that somebody waits in the lobby, it is proved.";
