/** Checks whether Communication Services reports what becomes of texts: reports and replies come minutes after a text. */
import type { Parts } from "../../parts.ts";
import type { Check } from "../../web/flow.ts";

/**
 * After this long without a report something is wrong: a report comes within minutes, and Event Grid tries again for a while
 * where one was not taken.
 */
const SILENT_MS = 2 * 3_600_000;

export async function webhookChecks({ heard, now }: Pick<Parts, "heard" | "now">): Promise<readonly Check[]> {
  const check = { name: "text-reports" } as const;
  const { waitsSince, told } = await heard.last();
  if (waitsSince === undefined)
    return [{ ...check, ...(told === undefined && { unseen: "No text was sent yet." }) }];
  if (now().getTime() - waitsSince.getTime() < SILENT_MS) return [check];
  const last = told === undefined ? "It has never told anything." : `It last told something on ${utc(told)}.`;
  return [
    {
      ...check,
      fault: `Since a text of ${utc(waitsSince)} Communication Services has told nothing of any. ${last}`,
    },
  ];
}

const utc = (at: Date) => at.toISOString().slice(0, 16).replace("T", " ") + " UTC";
