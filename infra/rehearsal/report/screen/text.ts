/** How a rehearsal's report is laid out as text: headings, wrapped paragraphs and rows of columns. */

/** The width of lines. */
export const COLUMNS = 100;

/** A section under its heading; empty when it has no lines. */
export const headed = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [heading, ...lines];

/** Text wrapped between words; a word longer than the line, such as an address, stays whole. */
export function wrapped(text: string, indent = 0, hanging = indent): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/u).filter((part) => part !== "")) {
    const margin = lines.length === 0 ? indent : hanging;
    if (line !== "" && margin + line.length + 1 + word.length > COLUMNS) {
      lines.push(" ".repeat(margin) + line);
      line = word;
    } else line = line === "" ? word : line + " " + word;
  }
  return line === "" ? lines : [...lines, " ".repeat(lines.length === 0 ? indent : hanging) + line];
}

/** The text on one line; what does not fit is cut off. */
export const cut = (text: string): string =>
  text.length <= COLUMNS ? text : text.slice(0, COLUMNS - 2) + " …";

/** Columns side by side; the last one is wrapped with a hanging indent. */
export function row(cells: readonly (readonly [string, number])[], last: string): readonly string[] {
  const first = cells.map(([text, width]) => text.padEnd(width)).join("");
  const hanging = cells.reduce((sum, [, width]) => sum + width, 0);
  const [begun = "", ...others] = wrapped(last, hanging);
  return [(first + begun.slice(hanging)).trimEnd(), ...others];
}
