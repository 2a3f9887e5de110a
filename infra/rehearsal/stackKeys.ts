/** Which key of the stack file an error is about, where it says so or names what stands there. */
import type { StackSettings } from "../stack.ts";
import { isGroup, isList, type Json } from "./controlPlane/json.ts";

/** Our own sentences begin with the key. */
const FIRST_WORD = /^\s*([a-z][A-Za-z]*(?:\.[A-Za-z]+|\[\d*\])*): /mu;
/** In names of nearly everything. */
const EVERYWHERE = /^(tenant|environment|geography|owners\..*|azure\..*|microsoft\.tenantId)$/u;
const SHORTEST = 5;
/** An id, a host, an address, or a name that somebody made up: with a dot, a dash or a digit inside, and without blanks. */
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

/** Not a part of a longer name. */
function isWord(text: string, words: string): boolean {
  const place = words.indexOf(text);
  const [before = " ", after = " "] = [words[place - 1], words[place + text.length]];
  return place >= 0 && !/[\w-]/u.test(before) && !/[\w-]/u.test(after);
}
