/** Compares names as two systems write them: "Lindqvist PhD, Morgan" in a chart, "Morgan Lindqvist" at Microsoft. */

/** Titles after a name or before it say nothing about whose name it is. */
const TITLES = new Set(
  "aprn bs bsn crna crnp cnm cns cnp dc dds dmd dnp do dpm dr dvm edd esq faap facc facp facs fnp ii iii iv jd jr lcsw lmft lpc ma mba mbbs md mph ms msn msw np od otr pa pac pharmd phd psyd pt rd rn sr".split(
    " ",
  ),
);
/** Words that many family names begin with. */
const PARTICLES = new Set("al bin da de del della den der di dos du el la las le los van von".split(" "));

/**
 * Whether two names can be the same person's: they share the family name or a part of it, and a given name begins with the same
 * letter, where both have one. People go by "Bob" or by their middle name.
 */
export function agree(one: string, other: string): boolean {
  const [left, right] = [partsOf(one), partsOf(other)];
  const initials = right.given.map(initial);
  return (
    left.family.some((word) => right.family.includes(word)) &&
    (left.given.length === 0 ||
      initials.length === 0 ||
      left.given.some((word) => initials.includes(initial(word))))
  );
}

interface NameParts {
  readonly family: readonly string[];
  readonly given: readonly string[];
}

/**
 * The family name is what comes before the comma, or else the last word. What follows the name in brackets, or after a dash
 * between spaces, says where the person works.
 */
function partsOf(name: string): NameParts {
  const [first = [], ...rest] = name
    .replace(/[([].*$| [-–—|] .*$/u, "")
    .split(",")
    .map((part) => part.split(/\s+/u).map(wordsOf));
  const given = untitled(rest.flat()).flat();
  const left = untitled(first);
  // Some family names are written as titles are: "Do, Anh", "Jack Ma".
  const isWholeName = left.length > (rest.length > 0 ? 0 : 1);
  const before = isWholeName ? left : first.filter(({ length }) => length > 0);
  const family = given.length > 0 ? before.flat() : (before.at(-1) ?? []);
  const telling = family.filter((word) => !PARTICLES.has(word));
  return {
    family: telling.length > 0 ? telling : family,
    given: given.length > 0 ? given : before.slice(0, -1).flat(),
  };
}

/** The words of one written word: a double name is several; an apostrophe divides no word. */
function wordsOf(name: string): readonly string[] {
  const plain = name
    .normalize("NFD")
    .replace(/[\p{M}'’]/gu, "")
    .toLowerCase();
  const words = plain.match(/\p{L}+/gu) ?? [];
  return words.filter((word) => word.length > 1);
}

/** The written words without titles, and without those of which nothing is left. */
const untitled = (written: readonly (readonly string[])[]) =>
  written.map((words) => words.filter((word) => !TITLES.has(word))).filter(({ length }) => length > 0);

const initial = (word: string) => Array.from(word)[0];
