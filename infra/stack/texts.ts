/**
 * Rules for every text in a stack file, whatever its key, because texts are copied into forms, addresses and messages
 * unchanged.
 */
import { unseenIn } from "../../app/domain/unseen.ts";

/**
 * Keys for which the rules do not apply: a public key pasted from a file ends with a line break, and is read correctly all
 * the same.
 */
const PASTED = "testStack.evidenceKeys[";

/** Each fault is a sentence that starts with the key to change. */
export function textFaults(value: unknown, key = ""): string[] {
  if (typeof value === "string") return key.startsWith(PASTED) ? [] : faultsOf(value, key);
  if (Array.isArray(value))
    return value.flatMap((item, index) => textFaults(item, `${key}[${String(index)}]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    textFaults(inner, key === "" ? name : `${key}.${name}`),
  );
}

function faultsOf(text: string, key: string): string[] {
  if (text !== "" && text.trim() === "") return [key + ": has blanks alone; say what it is"];
  if (text.trim() !== text)
    return [key + ": must not begin or end with a blank or a line break; take it out"];
  if (/\p{Cc}/u.test(text)) return [key + ": must be one line without tabs; write blanks instead"];
  const unseen = unseenIn(text);
  return unseen === undefined
    ? []
    : [`${key}: must not have a character that nobody sees (${unseen}); type it anew instead of pasting it`];
}
