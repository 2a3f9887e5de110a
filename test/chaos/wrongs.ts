/** Finds what must not have happened, by the outside's count and by the jobs' records. */
import type { Job } from "../../app/domain/job.ts";
import type { Counts } from "./outside.ts";
import { ROUND_SECONDS } from "./pace.ts";

export interface Wrong {
  /** Ids of jobs that never acted on the outside. */
  readonly lost: readonly string[];
  /** Ids of jobs of which one try acted twice, or which acted again although they had to ask the outside first. */
  readonly doubled: readonly string[];
  /** Ids of jobs that were begun again after they were done, or that had a try of which no record says how it ended. */
  readonly unexplained: readonly string[];
  readonly early: readonly string[];
  /** Ids of jobs for which two acts were under way at once. */
  readonly together: readonly string[];
  /** Turns of the periodic work that were done twice although no process was killed during the first one. */
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

/**
 * The last try did the job, and each try before it failed, was lost or was put off. So the job acted at most once for each
 * try.
 */
const isExplained = ({ tries, failures, losses, postponements }: Job): boolean =>
  tries === 1 + failures + losses + postponements;

/**
 * Each turn names the time at which the turn before it began. Two turns that were done never begin in the same period. A
 * turn is done again only if a kill cut it off, so there are no more such turns than kills.
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
