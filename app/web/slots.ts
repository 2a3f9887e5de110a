/**
 * Pages that are the same for many readers but for a few words. Such a page is rendered once for each shape, with marks where
 * those words stand, and kept in pieces that are encoded already; for each reader the pieces are put together around the
 * reader's own words.
 */
import { escapeHtml } from "../domain/html.ts";

/**
 * A page as the bytes of its UTF-8 form, of which each is a character here. Node writes such a text together with the headers in
 * one piece, where a buffer would be a second one.
 */
export interface Encoded {
  readonly bytes: string;
}

/** The words of each slot; while a shape is rendered, the mark that stands for them. */
export type Slots<Name extends string> = Readonly<Record<Name, string>>;

/** The marks are the first characters of Unicode's area for private use. Our own words have none; others' belong in slots. */
const FIRST_MARK = 0xe000;
const MARK = /([\uE000-\uE0FF])/;

/**
 * @param names of the slots. A slot's words may stand anywhere in the page, as text or in an attribute, also several times
 * @param render gives the page's HTML. Of a reader it sees nothing but the shape, so that what it makes for one reader is right
 *   for every other reader with the same shape. What depends on a slot's words has to be another shape. A shape holds no words
 *   of others, which might contain a mark
 * @param most how many shapes are kept; beyond that the oldest goes
 * @returns gives the page of a shape and of a reader's words. The words are escaped
 */
export function slotted<Shape extends object, Name extends string>(
  names: readonly Name[],
  render: (shape: Shape, slots: Slots<Name>) => string,
  most = 500,
): (shape: Shape, words: Slots<Name>) => Encoded {
  const markOf = (name: Name) => String.fromCharCode(FIRST_MARK + names.indexOf(name));
  const marks = Object.fromEntries(names.map((name) => [name, markOf(name)])) as Slots<Name>;
  const kept = new Map<string, readonly Part<Name>[]>();

  /** What stands in the page, in this order: encoded text, and slots. */
  function partsOf(shape: Shape): readonly Part<Name>[] {
    const key = JSON.stringify(shape);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const parts = render(shape, marks)
      .split(MARK)
      .map((part) => ({ name: names.find((name) => marks[name] === part), bytes: bytesOf(part) }));
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size >= most) kept.delete(oldest);
    kept.set(key, parts);
    return parts;
  }

  return (shape, words) => {
    let bytes = "";
    for (const part of partsOf(shape))
      bytes += part.name === undefined ? part.bytes : bytesOf(escapeHtml(words[part.name]));
    return { bytes };
  };
}

interface Part<Name> {
  /** Of the slot; undefined for text that is the same for each reader. */
  readonly name: Name | undefined;
  readonly bytes: string;
}

const ASCII = /^[\0-\x7F]*$/;
const bytesOf = (text: string): string => (ASCII.test(text) ? text : Buffer.from(text).toString("latin1"));
