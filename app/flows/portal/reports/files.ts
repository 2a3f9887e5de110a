/**
 * Sends the connector report as a file or to a program: slice by slice, in constant memory, and recorded in the audit trail
 * each time.
 */
import { pipeline } from "node:stream/promises";
import type { Response } from "express";
import type { Actor } from "../../../domain/auditChain.ts";
import type { ApiCaller } from "../../../ports/apiCallers.ts";
import { CSV_START, csvLine } from "../../../web/csv.ts";
import type { PortalPicks } from "../parts.ts";
import { meansWords } from "../unreadable.ts";
import { asParameters, type ReportFilter } from "./asked.ts";
import { columnsOf, type Column } from "./columns.ts";
import type { Only } from "./whose.ts";
import { lookups, usagesOf, type Lookups, type ReportRow, type RowPicks } from "./rows.ts";

export type FilePicks = RowPicks & Pick<PortalPicks, "audit" | "log">;

export interface ReportTaker {
  readonly as: "csv" | "json";
  readonly by: Actor;
  /** The program, if one asks. */
  readonly caller?: ApiCaller;
}

export async function sendReport(
  picks: FilePicks,
  response: Response,
  filter: ReportFilter,
  { as, by: actor, caller }: ReportTaker,
): Promise<void> {
  const { audit, log, now } = picks;
  const object = { kind: "report", id: [as, filter.firstDay, filter.lastDay].join(" ") };
  const entries = [{ actor, action: "report.exported", object, changes: asked(filter) }];
  await audit.commit(() => Promise.resolve({ writes: [], entries }));
  response.status(200).type(as === "csv" ? "text/csv" : "application/json");
  if (as === "csv") response.attachment(`visits-${filter.firstDay}-${filter.lastDay}.csv`);
  try {
    await pipeline(
      as === "csv" ? csvOf(picks, filter) : jsonOf(picks, filter, { generated: now(), askedBy: caller }),
      response,
    );
  } catch (error) {
    // The headers are sent already, so the file ends here.
    log.error("report.export_ended", error);
  }
}

/**
 * What the audit event says: what was asked for, and that the file has ids of appointments, by which the chart identifies
 * patients.
 */
const asked = (filter: ReportFilter) => [
  ...Object.entries(asParameters(filter)).map(([member, to]) => ({ member, to })),
  ...(filter.only === undefined ? [] : [{ member: "departments", to: filter.only.join(" ") }]),
  { member: "appointmentIds", to: "in it" },
];

/**
 * The rows of the report, slice by slice.
 * @returns how many rows could not be read, and the settings that they were made without
 */
async function* rowsOf(
  picks: RowPicks,
  filter: ReportFilter,
): AsyncGenerator<readonly ReportRow[], Pick<Lookups, "unread"> & { readonly damaged: number }> {
  const looked = await lookups(picks, filter.only);
  let all = 0;
  for await (const { usages, damaged } of usagesOf(picks, filter)) {
    all += damaged;
    yield await looked.rows(usages, ["names", "limit", "appointments"]);
  }
  if (all > 0) picks.log.error("report.rows_unreadable", new Error(damagedWords(all, undefined)));
  return { damaged: all, unread: looked.unread };
}

/** Says that rows cannot be read. Their number is of all departments, so somebody who may see some only is not told it. */
export const damagedWords = (rows: number, only: Only): string =>
  (only !== undefined ? "Some rows" : rows === 1 ? "1 row" : `${String(rows)} rows`) +
  " of this time cannot be read in the store; not in this report.";

async function* csvOf(picks: RowPicks, filter: ReportFilter): AsyncGenerator<string> {
  const columns = columnsOf(picks);
  yield CSV_START + csvLine(columns.map(({ name }) => name));
  const rows = rowsOf(picks, filter);
  let slice = await rows.next();
  for (; slice.done !== true; slice = await rows.next())
    if (slice.value.length > 0)
      yield slice.value.map((row) => csvLine(columns.map(({ of }) => of(row)))).join("");
  const { damaged, unread } = slice.value;
  const said = [...(damaged > 0 ? [damagedWords(damaged, filter.only)] : []), ...unread.map(meansWords)];
  yield said.map((words) => csvLine(columns.map((_column, at) => (at === 0 ? words : "")))).join("");
}

async function* jsonOf(picks: RowPicks, filter: ReportFilter, more: object): AsyncGenerator<string> {
  const { from, before } = filter;
  const about = { ...more, from, before };
  yield JSON.stringify(about).slice(0, -1) + ',"visits":[';
  const columns = columnsOf(picks);
  let separator = "\n";
  const rows = rowsOf(picks, filter);
  let slice = await rows.next();
  for (; slice.done !== true; slice = await rows.next())
    if (slice.value.length > 0) {
      yield separator + slice.value.map((row) => JSON.stringify(membersOf(row, columns))).join(",\n");
      separator = ",\n";
    }
  const { damaged, unread } = slice.value;
  yield `\n],"damaged":${String(damaged)},"unread":${JSON.stringify(unread.map(({ kind }) => kind))}}\n`;
}

/**
 * A row as JSON members, by the ids of the columns. A column with a code has that code, and beside it the words for people.
 */
const membersOf = (row: ReportRow, columns: readonly Column[]): object =>
  Object.fromEntries(
    columns.flatMap(({ id, code, of }) =>
      code === undefined
        ? [[id, of(row)]]
        : [
            [id, code(row)],
            [id + "Words", of(row)],
          ],
    ),
  );
