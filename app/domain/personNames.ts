/** Compares names as two systems write them: "Lindqvist PhD, Morgan" in a chart, "Morgan Lindqvist" at Microsoft. */

/** Titles after a name or before it say nothing about whose name it is. */
const TITLES = new Set(
  "aprn bs bsn crna crnp cnm cns cnp dc dds dmd dnp do dpm dr dvm edd esq faap facc facp facs fnp ii iii iv jd jr lcsw lmft lpc ma mba mbbs md mph ms msn msw np od otr pa pac pharmd phd psyd pt rd rn sr".split(
    " ",
  ),
);
/** Words that many family names begin with. */
const PARTICLES = new Set("al bin da de del della den der di dos du el la las le los van von".split(" "));

/** Given names of which one does not begin with the other, and by which the same person goes; each line is of one name. */
const CALLED = `
alexandra sandra sandy
andrew andy drew
anthony tony
catherine katherine kathryn kathleen kate katie kathy cathy
charles charlie chuck
cynthia cindy
deborah debra debbie
edward eddie ted teddy
elizabeth liz lizzie beth betty betsy
james jim jimmy
jennifer jenny
john johnny jack
jose pepe
joseph joe joey
lawrence larry
margaret meg maggie peggy
michael mike mickey
nicholas nick
patricia patty trish tricia
rebecca becky
richard rick dick
robert rob bob bobby
ronald ron ronnie
stephen steven steve
susan sue suzanne
theodore ted teddy
thomas tom tommy
victoria vicky
william will bill billy
`
  .trim()
  .split("\n")
  .map((line) => new Set(line.split(" ")));

/**
 * Whether two names can be the same person's: they share the family name or a part of it, and a given name, where both have
 * one. People go by "Bob", by the beginning of their name or by their middle name, and charts may have initials only; but two
 * colleagues of one family name have an initial in common soon.
 */
export function agree(one: string, other: string): boolean {
  const [left, right] = [partsOf(one), partsOf(other)];
  if (!left.family.some((word) => right.family.includes(word))) return false;
  if (left.given.length === 0 || right.given.length === 0) return true;
  const [names, others] = [left.given.filter(isWhole), right.given.filter(isWhole)];
  return names.length > 0 && others.length > 0
    ? names.some((name) => others.some((another) => areOneName(name, another)))
    : left.given.some((name) => right.given.some((another) => beginsWith(name, another)));
}

/** Whether a word is more than an initial. */
const isWhole = (word: string): boolean => Array.from(word).length > 1;

const areOneName = (one: string, other: string): boolean =>
  beginsWith(one, other) || CALLED.some((names) => names.has(one) && names.has(other));

/** Whether one of the two begins with the other. */
const beginsWith = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);

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
  const telling = family.filter((word) => isWhole(word) && !PARTICLES.has(word));
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
  return plain.match(/\p{L}+/gu) ?? [];
}

/** The written words without titles, and without those of which nothing is left. */
const untitled = (written: readonly (readonly string[])[]) =>
  written.map((words) => words.filter((word) => !TITLES.has(word))).filter(({ length }) => length > 0);
