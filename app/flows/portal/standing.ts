/** What works, what is wrong, and whose move it is. Nobody outside is asked: the last word is told. */
import type { Mover } from "../../domain/mover.ts";
import type { Check, CheckName } from "../../web/flow.ts";
import { portalPath } from "./addresses.ts";
import { CHECK_WORDS } from "./checkWords.ts";
import { clearingOf, nextOf, type Clearing } from "./connections/clearing.ts";
import { OBSTACLES } from "./connections/obstacles.ts";
import { connectionRows, type ConnectionRow } from "./connections/rows.ts";
import type { PortalPicks } from "./parts.ts";

export interface Wrong {
  readonly title: string;
  /** The page where it is mended. */
  readonly at?: string;
  readonly tone: "bad" | "attention";
  readonly word: string;
  readonly means: string;
  /** What was found, in the words of whoever found it. */
  readonly found?: string;
  readonly next: string;
  readonly move: Mover;
}

export interface Works {
  readonly title: string;
  readonly at?: string;
  readonly means: string;
}

export interface HowItStands {
  readonly wrong: readonly Wrong[];
  readonly works: readonly Works[];
}

/** Of one kind. All connections are on a page of their own. */
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
    | "standings"
    | "testVisits"
  >,
): Promise<HowItStands> {
  const [checks, rows, proposed] = await Promise.all([
    picks.checks(),
    connectionRows(picks),
    picks.proposals.waiting(),
  ]);
  // The rows know more of a connection than its check does.
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
          others.filter((check) => check.name === name).flatMap((check) => wrongCheck(check, rowOf)),
          moreOfCheck(name),
        ),
      ),
      ...firstOf(unwell, moreConnections),
    ],
    works: [...(on > 0 ? [connectionsOn(on)] : []), ...wellIn(others).map(works)],
  };
}

/** What is well wherever it is looked at, each once. */
function wellIn(checks: readonly Check[]): readonly CheckName[] {
  const wrong = new Set(checks.filter(({ fault }) => fault !== undefined).map(({ name }) => name));
  return namesOf(checks).filter((name) => !wrong.has(name));
}

const namesOf = (checks: readonly Check[]): readonly CheckName[] => [
  ...new Set(checks.map(({ name }) => name)),
];

/** The first of them, and how many more there are. */
const firstOf = (all: readonly Wrong[], more: (count: number, first: Wrong) => Wrong): readonly Wrong[] => {
  const [first] = all;
  if (first === undefined || all.length <= MOST_SHOWN) return all;
  return [...all.slice(0, MOST_SHOWN), more(all.length - MOST_SHOWN, first)];
};

function works(name: CheckName): Works {
  const { title, well, at } = CHECK_WORDS[name];
  return { title, means: well, ...(at !== undefined && { at: portalPath(at) }) };
}

function wrongCheck(
  { name, of, fault, move }: Check,
  rowOf: ReadonlyMap<string, ConnectionRow>,
): readonly Wrong[] {
  if (fault === undefined) return [];
  const words = CHECK_WORDS[name];
  const row = of === undefined ? undefined : rowOf.get(of);
  return [
    {
      title: of === undefined ? words.title : `${words.title}: ${row?.name ?? of}`,
      ...(words.at === undefined
        ? row && { at: portalPath("connection", row.id) }
        : { at: portalPath(words.at) }),
      tone: "bad",
      word: "Not well",
      means: words.wrong,
      found: fault,
      next: words.next,
      move: move ?? words.move,
    },
  ];
}

function wrongConnection(
  { id, name, status }: ConnectionRow,
  clearing: Clearing | undefined,
): readonly Wrong[] {
  const { tone, word, reason, move = "administrator", obstacle } = status;
  if (tone === "good" || tone === "calm") return [];
  const isClosed = word === "Awaiting registration" || word === "Not allowed yet";
  return [
    {
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

/** They are alike, so what was found at one of them may help with the others. */
const moreOfCheck =
  (name: CheckName) =>
  (count: number, { move, next }: Wrong): Wrong => ({
    title: `${CHECK_WORDS[name].title}: ${String(count)} more`,
    tone: "bad",
    word: "Not well",
    means: CHECK_WORDS[name].wrong,
    next,
    move,
  });

const moreConnections = (count: number): Wrong => ({
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
  title: count === 1 ? "1 FHIR connection is on" : `${String(count)} FHIR connections are on`,
  at: portalPath("connections"),
  means: "Clinicians can open visits from there.",
});
