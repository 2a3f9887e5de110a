/** What must not have happened, by the outside's count and the records' own. */
import type { Job } from "../../app/domain/job.ts";
import type { Counts } from "./outside.ts";
import { ROUND_SECONDS } from "./pace.ts";

export interface Wrong {
  /** Ids that the outside never saw. */
  readonly lost: readonly string[];
  /** Ids of which one try acted twice, or one whose work must be asked for first acted again. */
  readonly doubled: readonly string[];
  /** Ids that were done, and begun once more; or a try of which nobody says how it ended. */
  readonly unexplained: readonly string[];
  readonly early: readonly string[];
  /** Ids for which two were under way at once. */
  readonly together: readonly string[];
  /** Turns of what comes round that were had twice though nobody was killed for it. */
  readonly doubledTurns: readonly string[];
}

export function wrongs(
  { acted, early, together, rounds }: Counts,
  kept: ReadonlyMap<string, Job | undefined>,
  kills: number,
): Wrong {
  const ids = [...kept.keys()];
  const triesOf = (id: string) => acted.get(id) ?? [];
  const isAsked = (id: string) => id.startsWith("asked:");
  return {
    lost: ids.filter((id) => triesOf(id).length === 0),
    doubled: ids.filter((id) => {
      const tries = triesOf(id);
      return new Set(tries).size < tries.length || (isAsked(id) && tries.length > 1);
    }),
    unexplained: ids.filter((id) => {
      const job = kept.get(id);
      return job === undefined || !isExplained(job) || (!isAsked(id) && triesOf(id).at(-1) !== job.tries);
    }),
    early,
    together,
    doubledTurns: doubledTurns(rounds, kills),
  };
}

/** Each try but the last one, which did it, ended in one of these ways; so the work came to the outside as often at most. */
const isExplained = ({ tries, failures, losses, postponements }: Job): boolean =>
  tries === 1 + failures + losses + postponements;

/**
 * Each turn says when the one before it began. Two that were done never began in one period; and one that comes again
 * after the same turn was cut off before, for which somebody was killed.
 */
function doubledTurns(rounds: ReadonlyMap<string, number>, kills: number): readonly string[] {
  const periods = new Set<number>();
  const inOnePeriod = [...rounds.keys()].filter((since) => {
    const period = Math.floor(Number(since) / 1000 / ROUND_SECONDS);
    const isKnown = periods.has(period);
    periods.add(period);
    return isKnown;
  });
  const again = [...rounds].filter(([, times]) => times > 1);
  const times = again.reduce((sum, [, one]) => sum + one - 1, 0);
  return [...inOnePeriod, ...(times > kills ? again.map(([since]) => since) : [])];
}
