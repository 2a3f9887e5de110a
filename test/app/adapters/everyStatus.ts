/**
 * What every status means to an adapter, with each kind of body: a table that a reader can check, in which no status may fall
 * into a class that nobody meant.
 */

/** The statuses of https://www.iana.org/assignments/http-status-codes by which a request can end, and one of nobody's. */
export const STATUSES: readonly number[] = [
  ...[200, 201, 202, 203, 204, 205, 206],
  ...[300, 301, 302, 303, 304, 307, 308],
  ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417],
  ...[421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 499],
  ...[500, 501, 502, 503, 504, 505, 507, 508, 511],
];

/** A page, as somebody in between writes it. */
export const PAGE = "<!doctype html><html><title>Blocked</title></html>";

/** The statuses by what they mean; neighbours in the list are written as a range, such as `500-511`. */
export async function byMeaning(
  meaningOf: (status: number) => string | Promise<string>,
  statuses = STATUSES,
): Promise<Readonly<Record<string, string>>> {
  const meant = new Map<string, number[][]>();
  let before: string | undefined;
  for (const status of statuses) {
    const meaning = await meaningOf(status);
    const runs = meant.get(meaning) ?? [];
    if (meaning === before) runs.at(-1)?.push(status);
    else runs.push([status]);
    meant.set(meaning, runs);
    before = meaning;
  }
  return Object.fromEntries([...meant].map(([meaning, runs]) => [meaning, runs.map(written).join(" ")]));
}

const written = (run: readonly number[]) =>
  run.length === 1 ? String(run[0]) : [run[0], run.at(-1)].join("-");
