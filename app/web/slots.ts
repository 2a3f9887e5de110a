/**
 * Pages that are the same for many readers but for a few words. Such a page is rendered once for each shape, with marks where
 * those words stand, and kept in pieces that are encoded already; for each reader the pieces are put together around the
 * reader's own words.
 */
import { escapeHtml } from "../domain/html.ts";

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
 * @returns gives the page of a shape and of a reader's words, encoded as UTF-8. The words are escaped
 */
export function slotted<Shape extends object, Name extends string>(
  names: readonly Name[],
  render: (shape: Shape, slots: Slots<Name>) => string,
  most = 500,
): (shape: Shape, words: Slots<Name>) => Buffer {
  const markOf = (name: Name) => String.fromCharCode(FIRST_MARK + names.indexOf(name));
  const marks = Object.fromEntries(names.map((name) => [name, markOf(name)])) as Slots<Name>;
  const kept = new Map<string, readonly (Buffer | Name)[]>();

  /** What stands in the page, in this order: encoded text, and slots. */
  function partsOf(shape: Shape): readonly (Buffer | Name)[] {
    const key = JSON.stringify(shape);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const parts = render(shape, marks)
      .split(MARK)
      .map((part) => names.find((name) => marks[name] === part) ?? Buffer.from(part));
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size >= most) kept.delete(oldest);
    kept.set(key, parts);
    return parts;
  }

  return (shape, words) =>
    Buffer.concat(
      partsOf(shape).map((part) => (typeof part === "string" ? Buffer.from(escapeHtml(words[part])) : part)),
    );
}
