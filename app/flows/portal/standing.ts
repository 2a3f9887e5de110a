/** What works, what is wrong, and whose move it is. Nobody outside is asked: the last word is told. */
import type { Check, Mover } from "../../web/flow.ts";
import { portalPath } from "./addresses.ts";
import { CHECK_WORDS } from "./checkWords.ts";
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

/** All connections are on a page of their own. */
const MOST_SHOWN = 20;

export async function howItStands(
  picks: Pick<
    PortalPicks,
    "checks" | "connectionSettings" | "environment" | "hospital" | "standings" | "stackFile"
  >,
): Promise<HowItStands> {
  const [checks, rows] = await Promise.all([picks.checks(), connectionRows(picks)]);
  // The rows know more of a connection than its check does.
  const others = checks.filter(({ name }) => name !== "connection");
  const unwell = rows.flatMap(wrongConnection);
  const more = unwell.length - MOST_SHOWN;
  const on = rows.filter(({ status }) => status.word === "On").length;
  return {
    wrong: [
      ...others.flatMap(wrongCheck),
      ...unwell.slice(0, MOST_SHOWN),
      ...(more > 0 ? [moreConnections(more)] : []),
    ],
    works: [
      ...(on > 0 ? [connectionsOn(on)] : []),
      ...others
        .filter(({ fault }) => fault === undefined)
        .map(({ name }) => ({ title: CHECK_WORDS[name].title, means: CHECK_WORDS[name].well })),
    ],
  };
}

function wrongCheck({ name, fault, move }: Check): readonly Wrong[] {
  if (fault === undefined) return [];
  const words = CHECK_WORDS[name];
  return [
    {
      title: words.title,
      tone: "bad",
      word: "Not well",
      means: words.wrong,
      found: fault,
      next: words.next,
      move: move ?? words.move,
    },
  ];
}

function wrongConnection({ id, name, status }: ConnectionRow): readonly Wrong[] {
  const { tone, word, reason, move = "administrator", obstacle } = status;
  if (tone === "good" || tone === "calm") return [];
  const words = CHECK_WORDS.connection;
  const isAwaiting = word === "Awaiting registration";
  return [
    {
      title: name,
      at: portalPath("connection", id),
      tone,
      word,
      means: isAwaiting ? "Clinicians cannot open visits from this chart system yet." : words.wrong,
      ...(reason !== undefined && { found: reason }),
      next: isAwaiting
        ? "Register the connector at Oracle with the values on the connection’s page, and enter the client id that Oracle gives you."
        : obstacle === undefined
          ? words.next
          : OBSTACLES[obstacle].next,
      move: isAwaiting ? "administrator" : move,
    },
  ];
}

const moreConnections = (count: number): Wrong => ({
  title: `${String(count)} more FHIR connections`,
  at: portalPath("connections"),
  tone: "attention",
  word: "Not well",
  means: CHECK_WORDS.connection.wrong,
  next: "Open the list of connections: it names each with its reason.",
  move: "administrator",
});

const connectionsOn = (count: number): Works => ({
  title: count === 1 ? "1 FHIR connection is on" : `${String(count)} FHIR connections are on`,
  at: portalPath("connections"),
  means: "Clinicians can open visits from there.",
});
