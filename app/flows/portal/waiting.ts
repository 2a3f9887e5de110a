/** What became of the change that waits for a second person while somebody else had the setting's form open. */
import type { Proposal } from "../../records/proposals.ts";
import type { Setting } from "../../records/settings.ts";

export interface Waited {
  /** Whether saving was refused for a change that waited just then. */
  readonly hasWaited: boolean;
}

/**
 * "proposed": a change waits that the form did not show. "decided": the one that it showed does not wait any more. Undefined
 * where the form showed what waits now.
 */
export type Meanwhile = "proposed" | "decided" | undefined;

/** @param instead revision of the waiting change that the form showed */
export function meanwhileOf(
  waiting: Setting<Proposal> | undefined,
  { instead, hasWaited }: Waited & { readonly instead: number | undefined },
): Meanwhile {
  if (waiting === undefined) return hasWaited || instead !== undefined ? "decided" : undefined;
  return hasWaited || waiting.revision !== instead ? "proposed" : undefined;
}

/** Whether the page shows what differs: where nothing does, "decided" has words of its own, which say it all. */
export const isTold = <D>(
  differences: readonly D[] | undefined,
  meanwhile: Meanwhile,
): differences is readonly D[] =>
  differences !== undefined && (differences.length > 0 || meanwhile !== "decided");
