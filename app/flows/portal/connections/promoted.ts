/**
 * Whether the test deployment vouches for the package that runs here. Only what it has signed counts, which the record of
 * the last promotion contains; the rest of that record was noted by the command, and is not trusted.
 */
import { judgedRecord } from "../../../domain/evidence.ts";
import { PromotionsFault } from "../../../ports/promotions.ts";
import type { PortalPicks } from "../parts.ts";

export type Promoted =
  | { readonly by: "promotion"; readonly stack: string; readonly record: string; readonly at: Date }
  /** Why it does not, in a sentence for administrators. */
  | { readonly why: string };

type Picks = Pick<PortalPicks, "log" | "tested">;

/** Undefined where the stack names no keys of a test stack. */
export async function promotedBy(picks: Picks): Promise<Promoted | undefined> {
  const { log, tested } = picks;
  if (tested === undefined) return undefined;
  const { stack: own, package: packageDigest } = tested.by;
  let kept: unknown;
  try {
    kept = await tested.promotions.last(own);
  } catch (error) {
    if (!(error instanceof PromotionsFault)) throw error;
    log.error("promotion.record_not_read", error);
    return { why: error.message };
  }
  if (kept === undefined) return { why: "No promotion to this deployment is recorded yet." };
  const verdict = judgedRecord(kept, tested.keys);
  if (verdict.is === "unreadable") return { why: "The last promotion’s record cannot be read." };
  const { record } = verdict;
  if (verdict.is === "unsigned")
    return { why: `The record of the last ${record.what} has nothing that a test deployment signed.` };
  if (verdict.is === "not-by-these-keys")
    return {
      why: "What the last promotion’s record has of a test deployment is not signed by one of the keys under testStack.evidenceKeys in the stack file.",
    };
  if (verdict.is === "of-another")
    return {
      why: `What the test deployment signed is of the package ${verdict.statement.package.slice(0, 12)} at ${verdict.statement.from}, and not of the one that the last promotion’s record tells.`,
    };
  if (record.from !== tested.stack || record.stack !== own)
    return {
      why: `The last promotion’s record is of ${record.from ?? "no test stack"} and ${record.stack}, and not of ${tested.stack} and ${own}.`,
    };
  if (record.outcome !== "done" || record.runs !== packageDigest)
    return { why: "Another package runs here than the last promotion brought." };
  return { by: "promotion", stack: tested.stack, record: record.id, at: new Date(record.endedAt) };
}
