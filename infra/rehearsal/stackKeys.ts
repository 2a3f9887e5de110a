/** Finds the key of the stack file that an error is about, where the error names the key or repeats its value. */
import type { StackSettings } from "../stack.ts";
import { isGroup, isList, type Json } from "./azure/controlPlane/json.ts";

/** Our own messages begin with the key. */
const FIRST_WORD = /^\s*([a-z][A-Za-z]*(?:\.[A-Za-z]+|\[\d*\])*): /mu;
/** Keys whose values occur in nearly every name, and so say nothing. */
const EVERYWHERE = /^(tenant|environment|geography|owners\..*|azure\..*|microsoft\.tenantId)$/u;
const SHORTEST = 5;
/**
 * A value that identifies something (an id, a host, an address, a chosen name): it contains a dot, a dash or a digit, and no
 * blanks.
 */
const IS_NAME = /^[\w+][\w+./:@-]*[-.\d@][\w./:@-]*$/u;

export function stackKeyIn(words: string, stack: StackSettings): string | undefined {
  const said = FIRST_WORD.exec(words)?.[1];
  const [first = ""] = said?.split(/[.[]/u) ?? [];
  if (first in stack) return said;
  const named = texts(stack as unknown as Json, "")
    .filter(
      ({ key, text }) =>
        text.length >= SHORTEST && IS_NAME.test(text) && !EVERYWHERE.test(key) && isWord(text, words),
    )
    .toSorted((one, other) => other.text.length - one.text.length);
  return named[0]?.key;
}

interface Said {
  readonly key: string;
  readonly text: string;
}

function texts(value: Json | undefined, key: string): readonly Said[] {
  if (typeof value === "string") return [{ key, text: value }];
  if (isList(value)) return value.flatMap((item, index) => texts(item, `${key}[${String(index)}]`));
  if (!isGroup(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => texts(inner, key === "" ? name : `${key}.${name}`));
}

/** Whether the text occurs by itself, and not as a part of a longer name. */
function isWord(text: string, words: string): boolean {
  const at = words.indexOf(text);
  const [before = " ", after = " "] = [words[at - 1], words[at + text.length]];
  return at >= 0 && !/[\w-]/u.test(before) && !/[\w-]/u.test(after);
}
