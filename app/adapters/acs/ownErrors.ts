/**
 * Tells the vendor's own refusals of a message from any others. Only the vendor itself, in a form of its own errors, and by a
 * status that is about the message, refuses one for good; whatever else comes leaves it to be tried again, or in doubt.
 */
import * as z from "zod";
import type { Handover } from "../../ports/texts.ts";
import { parsed, type WireAnswer } from "./exchange.ts";

/** By member of the request, as texts are refused; the member may also lie within a list of problems. */
const byMember = z
  .record(z.string(), z.array(z.string()).min(1))
  .refine((members) => Object.keys(members).length > 0);
const ownError = z.union([
  z.looseObject({ error: z.looseObject({ code: z.string() }) }),
  byMember,
  z.looseObject({ errors: byMember }),
]);

/** Whether an answer's body is an error in a form of the vendor's. */
export const isOwnError = (body: string | undefined): boolean => ownError.safeParse(parsed(body)).success;

/**
 * The statuses by which the vendor says that the message itself is at fault: it is malformed, too large, or cannot be
 * processed. https://learn.microsoft.com/rest/api/communication/errorcodes
 */
const OF_THE_MESSAGE = new Set([400, 413, 422]);

/**
 * What a refusal means whose status says nothing else. Another than the vendor may have let the message pass.
 * @param forGood what is refused where the vendor says that the message itself is at fault
 */
export function refusalIn(answer: WireAnswer | undefined, forGood: (words: string) => Handover): Handover {
  if (answer === undefined || !isOwnError(answer.body)) return { kind: "unknown" };
  return OF_THE_MESSAGE.has(answer.status) ? forGood(answer.body) : { kind: "not-now", reason: "other" };
}
