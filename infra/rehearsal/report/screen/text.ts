/** Lines of text that fit. */
export const COLUMNS = 100;

/** A section under its heading; nothing at all when there is nothing to say. */
export const headed = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [heading, ...lines];

/** Broken between words; a longer word, such as an address, stays whole. */
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

/** One line; what does not fit is cut. */
export const cut = (text: string): string =>
  text.length <= COLUMNS ? text : text.slice(0, COLUMNS - 2) + " …";

/** Columns side by side, the last one hanging when it is broken. */
export function row(cells: readonly (readonly [string, number])[], last: string): readonly string[] {
  const first = cells.map(([text, width]) => text.padEnd(width)).join("");
  const hanging = cells.reduce((sum, [, width]) => sum + width, 0);
  const [begun = "", ...others] = wrapped(last, hanging);
  return [(first + begun.slice(hanging)).trimEnd(), ...others];
}
