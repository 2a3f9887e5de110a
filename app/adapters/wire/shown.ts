/** Words that a vendor gives, such as names, as a page shows them. */

/** Control characters, and those that turn the direction of what follows: they would change how a page reads. */
const UNSEEN = /[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu;
const MOST_SHOWN = 200;

/** In one line, and cut to what a screen has room for. */
export const shown = (words: string): string =>
  Array.from(words.slice(0, 2 * MOST_SHOWN).replace(UNSEEN, " "))
    .slice(0, MOST_SHOWN)
    .join("")
    .trim();
