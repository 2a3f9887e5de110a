/**
 * Differences between vendors and stand-ins that are accepted, each with its reason. One that no longer exists must be
 * removed.
 */
import { readFile } from "node:fs/promises";
import type { Difference } from "./compare.ts";

interface FactFields {
  readonly facts: readonly string[];
  /** Fields, as {@link Difference} names them, each with both values in the words of {@link wordsOf}. */
  readonly fields: Readonly<Record<string, string>>;
}

interface Accepted {
  readonly reason: string;
  /** Whether it holds for any deployment; left out if the reason is the age of the recording. */
  readonly holdsOfAnyDeployment?: boolean;
  readonly where: readonly FactFields[];
}

export const readAccepted = async (): Promise<readonly Accepted[]> =>
  JSON.parse(await readFile(new URL("accepted.json", import.meta.url), "utf8")) as readonly Accepted[];

/** The accepted differences that hold for every resource like that of the fact, whoever deployed it and when. */
export const acceptedAnywhere = (accepted: readonly Accepted[]): readonly FactFields[] =>
  accepted.flatMap(({ holdsOfAnyDeployment, where }) => (holdsOfAnyDeployment === true ? where : []));

/**
 * Whether the field is accepted, with whatever values a deployment has.
 * @param named what stands for the difference's own fact: names of facts that are about the same
 */
export const coversAny = (
  where: readonly FactFields[],
  named: readonly string[],
  { field }: Difference,
): boolean => where.some(({ facts, fields }) => field in fields && named.some((one) => facts.includes(one)));

/** Both values of a difference. */
const wordsOf = ({ theirs, ours }: Difference): string => `${theirs}, here ${ours}`;

export interface Verdict {
  /** Differences that nobody accepted, or that were accepted with other values: `fact: field: theirs, here ours`. */
  readonly news: readonly string[];
  /** Parts of the list that no difference needs: `fact: field`. */
  readonly idle: readonly string[];
}

/** @param facts the facts of this suite; accepted differences of other suites' facts are ignored */
export function judged(
  differences: readonly Difference[],
  accepted: readonly Accepted[],
  facts: readonly string[],
): Verdict {
  const pinned = new Map(
    accepted
      .flatMap(({ where }) => where)
      .flatMap(({ facts: own, fields }) => own.map((fact) => [fact, fields] as const))
      .filter(([fact]) => facts.includes(fact))
      .flatMap(([fact, fields]) =>
        Object.entries(fields).map(([field, words]) => [`${fact}: ${field}`, words] as const),
      ),
  );
  const told = differences.map((one) => [`${one.fact}: ${one.field}`, wordsOf(one)] as const);
  const differing = new Set(told.map(([what]) => what));
  return {
    news: told
      .filter(([what, words]) => pinned.get(what) !== words)
      .map(([what, words]) => {
        const before = pinned.get(what);
        return `${what}: ${words}${before === undefined ? "" : ` (accepted: ${before})`}`;
      }),
    idle: [...pinned.keys()].filter((what) => !differing.has(what)),
  };
}
