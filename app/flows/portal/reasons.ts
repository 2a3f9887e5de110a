/**
 * What a reason must not hold that somebody gives for what they do: the audit trail keeps it for six years, and an id or a
 * number would say of whom it is, also where everything else about them was deleted.
 */
import { phoneNumberOf } from "../../domain/phoneNumbers.ts";

/** A reference to a record about a patient, as charts show it and people copy it. */
const REFERENCE = /(?<![a-z])(?:appointment|encounter|patient|person|relatedperson)\/[a-z0-9.~_-]*\d/;

/** Whether the reason names a record of a chart. @param ids those of the record that the form is about */
export function namesRecord(reason: string, ids: readonly string[] = []): boolean {
  const text = plain(reason);
  return REFERENCE.test(text) || ids.some((id) => holds(text, plain(id)));
}

/** Whether the reason holds a phone number of anybody. */
export const namesNumber = (reason: string): boolean =>
  (plain(reason).replace(DAY, "a day").match(LIKE_A_NUMBER) ?? []).some(
    (each) => phoneNumberOf(each) !== undefined,
  );

/** A day, which looks like a number with the hour that follows it. */
const DAY = /\b20\d\d-\d\d-\d\d\b/g;
const LIKE_A_NUMBER = /(?<![a-z0-9])\+?\(?\d[\d ().-]{5,}\d/g;

const plain = (text: string): string => text.normalize("NFKC").toLowerCase();

/** An id as long as this is found with other signs between its own, too; a shorter one may be a part of another word. */
const LONG = 6;

function holds(text: string, id: string): boolean {
  const bare = (each: string) => each.replace(/[^a-z0-9]/g, "");
  if (bare(id).length >= LONG) return bare(text).includes(bare(id));
  const isOfWord = (sign: string | undefined) => sign !== undefined && /[a-z0-9]/.test(sign);
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1))
    if (!isOfWord(text[at - 1]) && !isOfWord(text[at + id.length])) return true;
  return false;
}
