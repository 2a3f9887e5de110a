/** Which package a rollback brings back. */
import { ExplainedError } from "../local/stackFile.ts";
import { digest as digestSchema } from "../../app/domain/promotion.ts";
import type { PromotionRecord } from "../../app/domain/promotion.ts";
import { short } from "./run.ts";

/**
 * @param asked a digest, if another package is wanted than the one before the last promotion
 * @throws ExplainedError when it cannot be determined which
 */
export function rolledBackTo(
  stack: string,
  last: PromotionRecord | undefined,
  asked: string | undefined,
): { readonly last: PromotionRecord; readonly digest: string } {
  if (last === undefined)
    throw new ExplainedError(
      `No promotion of ${stack} is recorded in its package container, so there is nothing to roll back to. Put an older digest under release.site in the stack file and run pulumi up.`,
    );
  if (asked !== undefined) {
    if (digestSchema.safeParse(asked).success) return { last, digest: asked };
    throw new ExplainedError(`--to ${asked}: a package is named by its SHA-256, 64 digits of 0-9 and a-f.`);
  }
  if (last.what === "rollback")
    throw new ExplainedError(
      `The last record is a rollback already: ${last.who} went from ${short(last.before.site)} back to ${short(last.runs)}, ${last.endedAt}. Another would bring back what was taken away then. Say which package you want, an older one or that one: --to <digest> (${last.before.site} was taken away; promotions/${stack}/ in the package container has the older ones).`,
    );
  return { last, digest: last.before.site };
}
