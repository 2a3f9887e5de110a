/** The chart of a connection as the connector itself reads it, and how long work is put off when it cannot be read. */
import type { Outcome } from "../domain/job.ts";
import { AWAY, REFUSED } from "../domain/waits.ts";
import {
  hasSystemClient,
  type Asker,
  type SystemChart,
  type SystemConnection,
  type Trouble,
} from "../ports/systemEhr.ts";
import type { Parts } from "../parts.ts";

export interface ChartAt {
  readonly kind: "chart";
  readonly connection: SystemConnection;
  readonly chart: SystemChart;
}

/** `gone`: the connection no longer exists, or has no system client, so nothing of it is read without a person. */
export type NoChart = { readonly kind: "gone" } | { readonly kind: "unwell"; readonly reason: string };

export async function chartAt(
  { hospital, standings, systemEhr }: Pick<Parts, "hospital" | "standings" | "systemEhr">,
  connectionId: string,
  asker: Asker,
): Promise<ChartAt | NoChart> {
  const connection = await hospital.connection(connectionId);
  if (connection === undefined || !hasSystemClient(connection)) return { kind: "gone" };
  const standing = await standings.of(connection);
  if (!standing.ok) return { kind: "unwell", reason: standing.reason };
  return { kind: "chart", connection, chart: systemEhr.chart(connection, standing.endpoints, asker) };
}

/**
 * How far the wait grows for a slot at a chart system that is slow: where thousands of jobs wait for the same one, they
 * would otherwise come and go all the time, and keep the store busy.
 */
const NO_PLACE_SECONDS = 240;

/**
 * A chart system that does not answer is left alone by one piece of work for as long as {@link AWAY} says. How many ask at the
 * same time is limited for each chart (adapters/fhir/system/slots.ts). No page waits for it: a view asks the chart itself,
 * unless it has failed within the last seconds (records/standings.ts).
 */
export const UNWELL: Outcome = { kind: "not-now", reason: "ehr.unwell", ...AWAY };

/** The reasons why a chart is not being read. Once the chart has been read again, they no longer apply. */
export const UNREAD: ReadonlySet<string> = new Set([
  ...["ehr.unwell", "ehr.limited", "ehr.down", "ehr.not-fhir"],
  ...["ehr.registration", "ehr.scopes", "ehr.token", "ehr.proof", "ehr.clocks"],
]);

/**
 * Puts work off. A chart system that is away is not counted as a failure of the work, however long it lasts.
 * @param from what was asked of the chart: that it can be read says nothing about writing
 */
export function putOff(trouble: Trouble, from: "ehr" | "ehr.write" = "ehr"): Outcome {
  const put = (why: string, wait: { readonly afterSeconds: number; readonly growsToSeconds?: number }) =>
    ({ kind: "not-now", reason: from + "." + why, ...wait }) as const;
  switch (trouble.kind) {
    case "busy":
      return put("busy", { afterSeconds: trouble.retryAfterMs / 1000, growsToSeconds: NO_PLACE_SECONDS });
    case "limited":
      return put("limited", { afterSeconds: trouble.retryAfterMs / 1000 });
    case "down":
      return put("down", AWAY);
    case "shut-out":
      return put(trouble.why, REFUSED);
    case "not-fhir":
    case "too-large":
      return put(trouble.kind, REFUSED);
  }
}
