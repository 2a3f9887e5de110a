/**
 * The carriers' plain alphabet, in which one text holds 160 characters; a single character outside of it reduces that to 70
 * (GSM 03.38, https://www.unicode.org/Public/MAPPINGS/ETSI/GSM0338.TXT).
 */

/** The basic table without its control characters. A character of the extension table takes the room of two. */
const PLAIN = new Set(
  "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENSION = new Set("^{}\\[~]|€\f");

/** The plain characters for those that keyboards and formatters of times put in their place. */
const PLAINER: Readonly<Record<string, string>> = {
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "–": "-",
  "—": "-",
  "\u00a0": " ",
  "\u202f": " ",
};

export const isPlain = (text: string): boolean =>
  Array.from(text.normalize("NFC")).every((one) => PLAIN.has(one));

/**
 * The characters, each once, that make a text dearer: one that the plain alphabet does not have more than halves the room of
 * a segment, and one of its extension takes the room of two. Braces, which are no part of the text, are left out.
 */
export const costlyIn = (words: string): readonly string[] => [
  ...new Set(Array.from(words.normalize("NFC")).filter((one) => !PLAIN.has(one) && !/[{}]/.test(one))),
];

/**
 * As much of a text as the plain alphabet has: missing accents are dropped (í becomes i), and other scripts are left out.
 */
export function plainText(text: string): string {
  return Array.from(text.normalize("NFC"), plainly).join("").replace(/ +/g, " ").trim();
}

function plainly(character: string): string {
  if (PLAIN.has(character)) return character;
  const [bare = ""] = character.normalize("NFD");
  return PLAINER[character] ?? (PLAIN.has(bare) ? bare : "");
}

/** The number of characters by which a text is too long for one segment; 0 for one that fits. */
export function excessOf(text: string): number {
  const { sizes, single } = measured(text);
  return Math.max(0, sum(sizes) - single);
}

/**
 * The number of segments that a text is sent and paid as. A longer text is cut, and each part holds a header that says where
 * it belongs.
 */
export function segmentsOf(text: string): number {
  if (excessOf(text) === 0) return 1;
  const { sizes, part } = measured(text);
  let segments = 1;
  let filled = 0;
  // A character that takes the room of two is not cut in two.
  for (const size of sizes) {
    const isFull = filled + size > part;
    if (isFull) segments++;
    filled = isFull ? size : filled + size;
  }
  return segments;
}

function measured(text: string) {
  const characters = Array.from(text);
  const isSeven = characters.every((one) => PLAIN.has(one) || EXTENSION.has(one) || /[\n\r]/.test(one));
  return isSeven
    ? { sizes: characters.map((one) => (EXTENSION.has(one) ? 2 : 1)), single: 160, part: 153 }
    : { sizes: characters.map((one) => one.length), single: 70, part: 67 };
}

const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);
