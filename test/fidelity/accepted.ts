/**
 * Differences between vendors and stand-ins that are accepted, each with its reason. One that no longer exists must be
 * removed.
 */
import { readFile } from "node:fs/promises";
import type { Difference } from "./compare.ts";

interface FactFields {
  /** Names of facts; `*` stands for any text. */
  readonly facts: readonly string[];
  /** Fields, as {@link Difference} names them; `*` stands for any text. */
  readonly fields: readonly string[];
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

const isLike = (text: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.[\](){}+?^$|\\]/gu, "\\$&").replaceAll("*", ".*")}$`, "u").test(text);

/** @param named the names by which the difference's fact may be listed: its own, or those of facts about the same thing */
export const coversAny = (
  where: readonly FactFields[],
  named: readonly string[],
  difference: Difference,
): boolean => where.some((fields) => named.some((fact) => covers(fields, { ...difference, fact })));

const covers = ({ facts, fields }: FactFields, { fact, field }: Difference): boolean =>
  facts.some((one) => isLike(fact, one)) && fields.some((one) => isLike(field, one));

export interface Verdict {
  /** Differences that are not accepted, as `fact: field: theirs, ours`. */
  readonly news: readonly string[];
  /** Accepted differences that do not occur, as `field of fact`. */
  readonly idle: readonly string[];
}

/** @param facts the facts of this suite; accepted differences of other suites' facts are ignored */
export function judged(
  differences: readonly Difference[],
  accepted: readonly Accepted[],
  facts: readonly string[],
): Verdict {
  const mine = accepted
    .flatMap(({ where }) => where)
    .filter((fields) => fields.facts.some((pattern) => facts.some((fact) => isLike(fact, pattern))));
  const needed = (fields: FactFields) => differences.some((one) => covers(fields, one));
  return {
    news: differences
      .filter((one) => !mine.some((fields) => covers(fields, one)))
      .map(({ fact, field, theirs, ours }) => `${fact}: ${field}: ${theirs}, here ${ours}`),
    idle: mine.flatMap(({ facts: own, fields }) =>
      own.flatMap((fact) =>
        fields
          .filter((field) => !needed({ facts: [fact], fields: [field] }))
          .map((field) => `${fact}: ${field}`),
      ),
    ),
  };
}
