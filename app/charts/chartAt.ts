/** The chart of a connection, as the connector itself reads it; and what stands between them, as work is put off for it. */
import type { Outcome } from "../domain/job.ts";
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

/** `gone`: there is no such connection any more, or nothing of it is read without a person. */
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

const A_PERSON_IS_NEEDED_SECONDS = 900;

/** How long a chart that does not answer is left alone: no longer than until it may be too late for a visit. */
const AWAY = { afterSeconds: 30, growsToSeconds: 900 };

export const UNWELL: Outcome = { kind: "not-now", reason: "ehr.unwell", ...AWAY };

/** Why a chart is not read, while it is not. Whoever reads it knows that these are over. */
export const UNREAD: ReadonlySet<string> = new Set([
  ...["ehr.unwell", "ehr.limited", "ehr.down"],
  ...["ehr.registration", "ehr.scopes", "ehr.token", "ehr.proof", "ehr.clocks"],
]);

/**
 * A chart that is away is nobody's failure, however long.
 * @param from what was asked of it: that it is read says nothing about writing
 */
export function putOff(trouble: Trouble, from: "ehr" | "ehr.write" = "ehr"): Outcome {
  const put = (why: string, wait: { readonly afterSeconds: number; readonly growsToSeconds?: number }) =>
    ({ kind: "not-now", reason: from + "." + why, ...wait }) as const;
  switch (trouble.kind) {
    case "busy":
      return put("busy", { afterSeconds: trouble.retryAfterMs / 1000 });
    case "limited":
      return put("limited", { afterSeconds: trouble.retryAfterMs / 1000 });
    case "down":
      return put("down", AWAY);
    case "shut-out":
      return put(trouble.why, { afterSeconds: A_PERSON_IS_NEEDED_SECONDS });
    case "not-fhir":
      return put("not-fhir", { afterSeconds: A_PERSON_IS_NEEDED_SECONDS });
  }
}
