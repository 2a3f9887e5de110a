/** Compares names as two systems write them: "Lindqvist PhD, Morgan" in a chart, "Morgan Lindqvist" at Microsoft. */

/** Titles after a name or before it say nothing about whose name it is. */
const TITLES = new Set(
  "aprn bs bsn crna crnp cnm cns cnp dc dds dmd dnp do dpm dr dvm edd esq faap facc facp facs fnp jd jr lcsw lmft lpc ma mba mbbs md mph ms msn msw np od otr pa pac pharmd phd psyd pt rd rn sr".split(
    " ",
  ),
);

/** Whether two names can be the same person's: they share a word that is not a title. */
export function agree(one: string, other: string): boolean {
  const words = wordsOf(one);
  return wordsOf(other).some((word) => words.includes(word));
}

function wordsOf(name: string): readonly string[] {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const words = plain.match(/\p{L}+/gu) ?? [];
  return words.filter((word) => word.length > 1 && !TITLES.has(word));
}
