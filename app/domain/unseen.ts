/**
 * Characters that nobody sees, in names and words that people type: they come along when a text is pasted. Two names that look
 * alike would be two, and a character that turns the direction of writing changes how all that follows reads
 * (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
 */

/**
 * Control characters, ends of lines and paragraphs, halves of a character, all that a font leaves out, and the blank of Braille.
 * The hyphen that is shown at a line's end alone, and the joiners of scripts and of pictures, are among them.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** The first such character, as Unicode writes it, such as U+202E; undefined where there is none. */
export function unseenIn(text: string): string | undefined {
  const code = UNSEEN.exec(text)?.[0].codePointAt(0);
  return code === undefined ? undefined : "U+" + code.toString(16).toUpperCase().padStart(4, "0");
}

/** A text that came with a request, fit to be repeated on a page: a mark stands for each such character. */
export const withMarks = (text: string): string =>
  Array.from(text, (one) => (UNSEEN.test(one) ? "\uFFFD" : one)).join("");

/** The beginning of a text that came with a request, to be repeated in a sentence: so many characters of it at most. */
export const quoted = (text: string, most = 100): string =>
  withMarks(text.length > most ? text.slice(0, most) + "…" : text);

/** What is wrong with a name or words that somebody has typed into a form; undefined where nothing is. */
export function unseenFault(text: string): string | undefined {
  const unseen = unseenIn(text);
  if (unseen === undefined) return undefined;
  return /\p{Cc}/u.test(text)
    ? "Use one line, without tabs or other characters that nobody sees."
    : `It has a character that nobody sees (${unseen}), as pasted text may. Type it anew.`;
}
