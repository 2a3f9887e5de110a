/** The chart of a connection, as the connector itself reads it; and what stands between them, as work is put off for it. */
import type { Outcome } from "../../domain/job.ts";
import {
  hasSystemClient,
  type SystemChart,
  type SystemConnection,
  type Trouble,
} from "../../ports/systemEhr.ts";
import type { FindingPicks } from "./parts.ts";

export interface ChartAt {
  readonly kind: "chart";
  readonly connection: SystemConnection;
  readonly chart: SystemChart;
}

/** `gone`: there is no such connection any more, or nothing of it is read without a person. */
export type NoChart = { readonly kind: "gone" } | { readonly kind: "unwell"; readonly reason: string };

export async function chartAt(
  { hospital, standings, systemEhr }: Pick<FindingPicks, "hospital" | "standings" | "systemEhr">,
  connectionId: string,
): Promise<ChartAt | NoChart> {
  const connection = await hospital.connection(connectionId);
  if (connection === undefined || !hasSystemClient(connection)) return { kind: "gone" };
  const standing = await standings.of(connection);
  if (!standing.ok) return { kind: "unwell", reason: standing.reason };
  return { kind: "chart", connection, chart: systemEhr.chart(connection, standing.endpoints) };
}

const A_PERSON_IS_NEEDED_SECONDS = 900;

/** A chart that is away is nobody's failure, however long. */
export function putOff(trouble: Trouble): Outcome {
  switch (trouble.kind) {
    case "limited":
      return { kind: "not-now", reason: "ehr.limited", afterSeconds: trouble.retryAfterMs / 1000 };
    case "down":
      return { kind: "not-now", reason: "ehr.down" };
    case "shut-out":
      return { kind: "not-now", reason: "ehr." + trouble.why, afterSeconds: A_PERSON_IS_NEEDED_SECONDS };
    case "not-fhir":
      return { kind: "not-now", reason: "ehr.not-fhir", afterSeconds: A_PERSON_IS_NEEDED_SECONDS };
  }
}
