/** The connector report as a file and for programs: page by page, in constant memory, and each time told in the audit. */
import { pipeline } from "node:stream/promises";
import type { Response } from "express";
import type { Actor } from "../../../domain/auditChain.ts";
import type { ApiCaller } from "../../../ports/apiCallers.ts";
import { CSV_START, csvLine } from "../../../web/csv.ts";
import type { PortalPicks } from "../parts.ts";
import type { ReportFilter } from "./asked.ts";
import { COLUMNS } from "./columns.ts";
import { lookups, usagesOf, type ReportRow, type RowPicks } from "./rows.ts";

export type FilePicks = RowPicks & Pick<PortalPicks, "audit" | "log">;

export interface ReportTaker {
  readonly as: "csv" | "json";
  readonly by: Actor;
  /** The program, where one asks. */
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
  const entries = [{ actor, action: "report.exported", object, changes: [] }];
  await audit.commit(() => Promise.resolve({ writes: [], entries }));
  response.status(200).type(as === "csv" ? "text/csv" : "application/json");
  if (as === "csv") response.attachment(`visits-${filter.firstDay}-${filter.lastDay}.csv`);
  try {
    await pipeline(
      as === "csv" ? csvOf(picks, filter) : jsonOf(picks, filter, { generated: now(), askedBy: caller }),
      response,
    );
  } catch (error) {
    // The headers are out: the file ends where it is.
    log.error("report.export_ended", error);
  }
}

async function* rowsOf(picks: RowPicks, filter: ReportFilter): AsyncGenerator<readonly ReportRow[]> {
  const looked = await lookups(picks);
  for await (const { usages } of usagesOf(picks, filter)) yield await looked.rows(usages, true);
}

async function* csvOf(picks: RowPicks, filter: ReportFilter): AsyncGenerator<string> {
  yield CSV_START + csvLine(COLUMNS.map(({ name }) => name));
  for await (const rows of rowsOf(picks, filter))
    if (rows.length > 0) yield rows.map((row) => csvLine(COLUMNS.map(({ of }) => of(row)))).join("");
}

async function* jsonOf(picks: RowPicks, filter: ReportFilter, more: object): AsyncGenerator<string> {
  const { from, before } = filter;
  const about = { ...more, from, before };
  yield JSON.stringify(about).slice(0, -1) + ',"visits":[';
  let separator = "\n";
  for await (const rows of rowsOf(picks, filter))
    for (const row of rows) {
      yield separator + JSON.stringify(Object.fromEntries(COLUMNS.map(({ id, of }) => [id, of(row)])));
      separator = ",\n";
    }
  yield "\n]}\n";
}
