/** Comma-separated values as spreadsheets open them: UTF-8 with a byte order mark, lines as RFC 4180 has them. */

export const CSV_START = "\uFEFF";

/**
 * One line. A spreadsheet takes a cell that begins with = + - @ for a formula, also where blanks, marks that are not seen or
 * quotation marks are in front of it, and some take the full-width signs of East Asian keyboards for the same. So an
 * apostrophe is put in front of such a cell (https://owasp.org/www-community/attacks/CSV_Injection). A phone number's plus
 * stays as it is.
 */
export function csvLine(cells: readonly (string | number | undefined)[]): string {
  return (
    cells.map((cell) => quoted(typeof cell === "number" ? String(cell) : harmless(cell ?? ""))).join(",") +
    "\r\n"
  );
}

const isFormula = /^[\s\p{C}]*(?:[=+\-@＝＋－＠]|[\t\r\n])/u;
const isPhoneNumber = /^\+[\d ().-]{6,24}$/;

/**
 * Where a spreadsheet separates by semicolons or tabs, a cell begins after one, or in the next line, because the quotation
 * mark that would hold the lines together is not at the beginning of its cell.
 */
const afterSeparator = /(?=[=+\-@＝＋－＠])(?<=[;\t\r\n][\s\p{C}"]*)/gu;

const harmless = (text: string) =>
  (isFormula.test(text) && !isPhoneNumber.test(text) ? "'" + text : text).replace(afterSeparator, "'");

const quoted = (text: string) => (/[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text);
