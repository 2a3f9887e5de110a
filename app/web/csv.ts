/** Comma-separated values as spreadsheets open them: UTF-8 with a byte order mark, lines as RFC 4180 has them. */

export const CSV_START = "\uFEFF";

/**
 * One line. A spreadsheet takes a cell that begins with = + - @ for a formula, also after a leading blank, so an apostrophe
 * is put in front of such a cell (https://owasp.org/www-community/attacks/CSV_Injection). A phone number's plus stays as it
 * is.
 */
export function csvLine(cells: readonly (string | number | undefined)[]): string {
  return (
    cells.map((cell) => quoted(typeof cell === "number" ? String(cell) : harmless(cell ?? ""))).join(",") +
    "\r\n"
  );
}

const isFormula = /^[\s\uFEFF]*[=+\-@\t\r]/;
const isPhoneNumber = /^\+[\d ().-]{6,24}$/;

/** Where a spreadsheet separates by semicolons or tabs, a cell begins after one. */
const afterSeparator = /(?<=[;\t]\s*)(?=[=+\-@])/g;

const harmless = (text: string) =>
  (isFormula.test(text) && !isPhoneNumber.test(text) ? "'" + text : text).replace(afterSeparator, "'");

const quoted = (text: string) => (/[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text);
