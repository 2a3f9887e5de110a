/** Gathers what works, what is wrong, and whose move it is. No vendor is asked: the last known results are told. */
import type { Mover } from "../../domain/mover.ts";
import type { Check, CheckName } from "../../web/flow.ts";
import { portalPath } from "./addresses.ts";
import { CHECK_WORDS } from "./checkWords.ts";
import { clearingOf, nextOf, type Clearing } from "./connections/clearing.ts";
import { OBSTACLES } from "./connections/obstacles.ts";
import { connectionRows, type ConnectionRow } from "./connections/rows.ts";
import { distinctlyNamed } from "./distinctNames.ts";
import type { PortalPicks } from "./parts.ts";

export interface Wrong {
  /** The check that found it; absent where something waits for somebody. */
  readonly check?: CheckName;
  readonly title: string;
  /** The address of the page where it is mended. */
  readonly at?: string;
  readonly tone: "bad" | "attention";
  readonly word: string;
  readonly means: string;
  /** What the check found, in its own words. */
  readonly found?: string;
  readonly next: string;
  readonly move: Mover;
}

export interface Works {
  readonly check: CheckName;
  readonly title: string;
  readonly at?: string;
  readonly means: string;
}

/** A check whose result is not known. */
export interface NotSeen {
  readonly check: CheckName;
  readonly title: string;
  readonly why: string;
  readonly next: string;
  readonly move: Mover;
  /** Nobody has to do anything to know it: there is nothing yet to look at. */
  readonly isNothingYet?: true;
}

export interface HowItStands {
  readonly wrong: readonly Wrong[];
  readonly works: readonly Works[];
  readonly notSeen: readonly NotSeen[];
}

/** How many of one kind are shown here. All connections are on a page of their own. */
const MOST_SHOWN = 20;

export async function howItStands(
  picks: Pick<
    PortalPicks,
    | "checks"
    | "connectionSettings"
    | "environment"
    | "formerAddresses"
    | "hospital"
    | "proposals"
    | "log"
    | "tested"
    | "standings"
    | "testVisits"
  >,
): Promise<HowItStands> {
  const [checks, all, proposed] = await Promise.all([
    picks.checks(),
    connectionRows(picks),
    picks.proposals.waiting(),
  ]);
  const rows = distinctlyNamed(all);
  // The check of a connection is replaced by its row, which knows more.
  const others = checks.filter(({ name }) => name !== "connection");
  const isWaiting = rows.some(({ status }) => status.word === "Not allowed yet");
  const clearing = isWaiting ? await clearingOf(picks) : undefined;
  const unwell = rows.flatMap((row) => wrongConnection(row, clearing));
  const rowOf = new Map(rows.map((row) => [row.id, row] as const));
  const on = rows.filter(({ status }) => status.word === "On").length;
  return {
    wrong: [
      ...(proposed.length > 0 ? [changesWait(proposed.length)] : []),
      ...namesOf(others).flatMap((name) =>
        firstOf(
          others
            .filter((check) => check.name === name)
            .toSorted(warningsLast)
            .flatMap((check) => wrongCheck(check, rowOf)),
          moreOfCheck(name),
        ),
      ),
      ...firstOf(unwell, moreConnections),
    ],
    works: [...(on > 0 ? [connectionsOn(on)] : []), ...wellIn(others).map((name) => works(name, others))],
    notSeen: namesOf(others).flatMap((name) =>
      notSeen(
        others.filter((check) => check.name === name && check.unseen !== undefined),
        rowOf,
      ),
    ),
  };
}

/** The checks that are well everywhere, each once. */
function wellIn(checks: readonly Check[]): readonly CheckName[] {
  const others = checks.filter(({ fault, unseen }) => fault !== undefined || unseen !== undefined);
  const notWell = new Set(namesOf(others));
  return namesOf(checks).filter((name) => !notWell.has(name));
}

const namesOf = (checks: readonly Check[]): readonly CheckName[] => [
  ...new Set(checks.map(({ name }) => name)),
];

/** The first of them, and one entry that says how many more there are. */
const firstOf = (all: readonly Wrong[], more: (count: number, first: Wrong) => Wrong): readonly Wrong[] => {
  const [first] = all;
  if (first === undefined || all.length <= MOST_SHOWN) return all;
  return [...all.slice(0, MOST_SHOWN), more(all.length - MOST_SHOWN, first)];
};

function works(name: CheckName, checks: readonly Check[]): Works {
  const { title, well, at } = CHECK_WORDS[name];
  const proved = checks
    .flatMap((check) => (check.name === name ? (check.provedOn ?? []) : []))
    .sort()
    .at(-1);
  const means = proved === undefined ? well : `${well} Last proved on ${proved}.`;
  return { check: name, title, means, ...(at !== undefined && { at: portalPath(at) }) };
}

type RowOf = ReadonlyMap<string, ConnectionRow>;

function titleOf({ name, of }: Check, rowOf: RowOf): string {
  const { title } = CHECK_WORDS[name];
  return of === undefined ? title : `${title}: ${rowOf.get(of)?.name ?? of}`;
}

/**
 * The checks of one name whose result is not known. Where there are many, only the first ones, and one entry that says how
 * many more there are.
 */
function notSeen(checks: readonly Check[], rowOf: RowOf): readonly NotSeen[] {
  const all = checks.toSorted(nothingYetLast).flatMap((check): readonly NotSeen[] => {
    const { name, unseen, move, isNothingYet } = check;
    if (unseen === undefined) return [];
    const words = CHECK_WORDS[name];
    const title = titleOf(check, rowOf);
    const one = { check: name, title, why: unseen, next: words.next, move: move ?? words.move };
    return [isNothingYet ? { ...one, move: "nobody", isNothingYet } : one];
  });
  const further = all[MOST_SHOWN];
  if (further === undefined) return all;
  const title = `${CHECK_WORDS[further.check].title}: ${String(all.length - MOST_SHOWN)} more`;
  return [...all.slice(0, MOST_SHOWN), { ...further, title }];
}

/** So that where there are many, those come first of which somebody can do something to know them. */
const nothingYetLast = (one: Check, other: Check) =>
  Number(one.isNothingYet ?? false) - Number(other.isNothingYet ?? false);

function wrongCheck(check: Check, rowOf: RowOf): readonly Wrong[] {
  const { name, of, fault, isWarning, move } = check;
  if (fault === undefined) return [];
  const words = CHECK_WORDS[name];
  const row = of === undefined ? undefined : rowOf.get(of);
  return [
    {
      check: name,
      title: titleOf(check, rowOf),
      ...(words.at === undefined
        ? row && { at: portalPath("connection", row.id) }
        : { at: portalPath(words.at) }),
      ...(isWarning ? WARNING : NOT_WELL),
      means: (isWarning ? words.warns : undefined) ?? words.wrong,
      found: fault,
      next: words.next,
      move: move ?? words.move,
    },
  ];
}

/** So that where many are not well, the entry for the further ones says the worst of them. */
const warningsLast = (one: Check, other: Check) =>
  Number(one.isWarning ?? false) - Number(other.isWarning ?? false);

const NOT_WELL = { tone: "bad", word: "Not well" } as const;
const WARNING = { tone: "attention", word: "Take note" } as const;

function wrongConnection(
  { id, name, status }: ConnectionRow,
  clearing: Clearing | undefined,
): readonly Wrong[] {
  const { tone, word, reason, move = "administrator", obstacle } = status;
  if (tone === "good" || tone === "calm") return [];
  const isClosed = word === "Awaiting registration" || word === "Not allowed yet";
  return [
    {
      check: "connection",
      title: name,
      at: portalPath("connection", id),
      tone,
      word,
      means: isClosed
        ? "Clinicians cannot open visits from this chart system yet."
        : CHECK_WORDS.connection.wrong,
      ...(reason !== undefined && { found: reason }),
      next:
        word === "Awaiting registration"
          ? "Register the connector at Oracle with the values on the connection’s page, and enter the client id that Oracle gives you."
          : word === "Not allowed yet" && clearing !== undefined
            ? nextOf(clearing)
            : obstacle === undefined
              ? CHECK_WORDS.connection.next
              : OBSTACLES[obstacle].next,
      move,
    },
  ];
}

/** The entry for further ones of the same check: it is of the same kind as the first, so what was found there may help. */
const moreOfCheck =
  (name: CheckName) =>
  (count: number, { means, move, next, tone, word }: Wrong): Wrong => ({
    check: name,
    title: `${CHECK_WORDS[name].title}: ${String(count)} more`,
    tone,
    word,
    means,
    next,
    move,
  });

const moreConnections = (count: number): Wrong => ({
  check: "connection",
  title: `${String(count)} more FHIR connections`,
  at: portalPath("connections"),
  tone: "attention",
  word: "Not well",
  means: CHECK_WORDS.connection.wrong,
  next: "Open the list of connections: it names each with its reason.",
  move: "administrator",
});

const changesWait = (count: number): Wrong => ({
  title: count === 1 ? "1 change waits" : `${String(count)} changes wait`,
  at: portalPath("approvals"),
  tone: "attention",
  word: "Waiting",
  means: "The configuration stays as it is until a second administrator has approved it.",
  next: "Look at what waits, and approve or reject what somebody else has proposed.",
  move: "administrator",
});

const connectionsOn = (count: number): Works => ({
  check: "connection",
  title: count === 1 ? "1 FHIR connection is on" : `${String(count)} FHIR connections are on`,
  at: portalPath("connections"),
  means: "Clinicians can open visits from there.",
});
