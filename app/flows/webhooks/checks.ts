/**
 * Checks whether Communication Services reports what becomes of texts (reports and replies come minutes after a text), and
 * whether each patient who wants texts again was heard.
 */
import type { Parts } from "../../parts.ts";
import type { Check } from "../../web/flow.ts";

/**
 * After this long without a report something is wrong: a report comes within minutes, and Event Grid tries again for a while
 * where one was not taken.
 */
const SILENT_MS = 2 * 3_600_000;

export async function webhookChecks({ heard, now }: Pick<Parts, "heard" | "now">): Promise<readonly Check[]> {
  const last = await heard.last();
  return [reports(last, now()), starts(last, now())];
}

type Last = Awaited<ReturnType<Parts["heard"]["last"]>>;

function reports({ waitsSince, told }: Last, now: Date): Check {
  const check = { name: "text-reports" } as const;
  if (waitsSince === undefined)
    return { ...check, ...(told === undefined && { unseen: "No text was sent yet." }) };
  if (now.getTime() - waitsSince.getTime() < SILENT_MS) return check;
  const last = told === undefined ? "It has never told anything." : `It last told something on ${utc(told)}.`;
  return {
    ...check,
    fault: `Since a text of ${utc(waitsSince)} Communication Services has told nothing of any. ${last}`,
  };
}

/** As long as it stands there, the patient may still wait for texts. */
const LOST_STANDS_MS = 7 * 86_400_000;

function starts({ startLost }: Last, now: Date): Check {
  const check = { name: "text-starts" } as const;
  if (startLost === undefined || now.getTime() - startLost.getTime() >= LOST_STANDS_MS) return check;
  return {
    ...check,
    fault: `A START that came at ${utc(startLost)} by the connector’s clock was not counted: the time that Communication Services gives it is more than 5 minutes ahead of that clock, or is missing. It might be older than a STOP, so the number stayed opted out. This is told for a week, as nothing is kept of whose number it is: a START of theirs since then that was counted has ended it.`,
  };
}

const utc = (at: Date) => at.toISOString().slice(0, 16).replace("T", " ") + " UTC";
