/**
 * What becomes of a job that comes upon a row that cannot be read: it waits for whoever mends the row, or for the release that
 * wrote it. That is no failure of the job, so it is never given up for it.
 */
import { ROW_UNREADABLE, type Outcome } from "../domain/job.ts";
import { UnreadableRecord, type unreadableIn } from "../records/record.ts";

/**
 * Nobody tells a job that its row has been mended. A reminder comes a quarter of an hour before its visit. The reason names the
 * row's container, where it is the row itself that cannot be read.
 */
export const untilReadable = (row: NonNullable<ReturnType<typeof unreadableIn>>): Outcome => ({
  kind: "not-now",
  reason: [ROW_UNREADABLE, ...containerOf(row)].join("."),
  afterSeconds: 15,
  growsToSeconds: 300,
});

const containerOf = (row: object): readonly string[] =>
  row instanceof UnreadableRecord && row.container !== undefined ? [row.container] : [];
