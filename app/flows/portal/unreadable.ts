/** What is told of a setting whose row cannot be read: which one it is, what that means, and who mends it. */
import { MESSAGES_ID, portalMessages, type MessageRulesNow } from "../../records/portalMessages.ts";
import type { UnreadableSetting } from "../../records/unreadableSetting.ts";

interface KindWords {
  /** What it is, before its name; or alone, where there is one for the hospital. */
  readonly what: string;
  readonly means: string;
  /** Whether the hospital has only one of the kind, so that its id says nothing. */
  readonly isOne?: true;
}

const KINDS: Readonly<Record<string, KindWords | undefined>> = {
  connection: {
    what: "The FHIR connection",
    means:
      "Once no process knows it from before, no visit is opened or found there; links that were made stay good.",
  },
  department: {
    what: "The department",
    means:
      "Once no process knows it from before, no visit is opened or found at its locations; links that were made stay good.",
  },
  messages: {
    what: "What is set of messages",
    means:
      "A process that has not read it before sends no message that depends on it: it waits, until it is too late.",
    isOne: true,
  },
  manager: {
    what: "What a department manager sees, whose Microsoft account has the object id",
    means:
      "Reports and visits at risk cannot be opened by that person, unless they may see every department.",
  },
  approvals: {
    what: "Who must agree before a setting is changed",
    means:
      "Until it can be read, each change but what only stops something waits for a second person, unless the stack file says who must agree.",
    isOne: true,
  },
  allocation: {
    what: "The allocation of visits",
    means:
      "Reports do not say which visits are within it, and what is used is told without it; it cannot be set until then.",
    isOne: true,
  },
  reports: {
    what: "What is set of reports",
    means:
      "Calls are judged by the usual limits, and files have an appointment’s id only while its visit is kept; it cannot be set until then.",
    isOne: true,
  },
  "given-records": {
    what: "What Oracle was given of the connection",
    means: "Its integration record counts as not given.",
  },
  proposal: {
    what: "A change that waits, with the id",
    means: "Nobody can approve it, and no other change of the same setting can be proposed.",
  },
  guide: { what: "Where the guided set-up stands", means: "It counts as not begun.", isOne: true },
};

export function unreadableWords(setting: UnreadableSetting): string {
  const { which, means } = toldOf(setting);
  return [`${which} cannot be read: ${wrongWith(setting)}.`, means, mendWords(setting)]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

type Row = Pick<UnreadableSetting, "row" | "why">;

export const wrongWith = ({ row, why }: Row): string =>
  `the row ${row} of the store’s container settings ${why === "damaged" ? "is damaged" : "was written by a newer release"}`;

/** @param where what is set anew is set there */
export const mendWords = ({ why }: Pick<Row, "why">, where = "here"): string =>
  why === "damaged"
    ? `Have the platform team restore that row alone. Where that cannot be done, have them remove that row alone, and set it anew ${where}.`
    : "Have the platform team run that release, or the one between, and leave the row as it is.";

/** That it cannot be read, and what that means, for whoever cannot have the row mended. */
export function meansWords(setting: UnreadableSetting): string {
  const { which, means } = toldOf(setting);
  return [`${which} cannot be read.`, means].filter((sentence) => sentence !== "").join(" ");
}

function toldOf(setting: UnreadableSetting): Pick<KindWords, "means"> & { readonly which: string } {
  const { kind } = setting;
  const { what, means, isOne } = KINDS[kind] ?? { what: `A setting of the kind ${kind}:`, means: "" };
  return { which: isOne === true ? what : `${what} ${calledIn(setting)}`, means };
}

/** Its name and id as lists show them. */
export const calledIn = ({ id, name }: UnreadableSetting): string =>
  name === undefined ? id : `“${name}” (${id})`;

/** The rules of messages, which each process remembers and reads anew every few seconds, where they cannot be read. */
export function unreadableRules({
  messageRulesNow: { unreadable: why },
}: {
  readonly messageRulesNow: Pick<MessageRulesNow, "unreadable">;
}): UnreadableSetting | undefined {
  const { name: kind } = portalMessages;
  return why && { kind, id: MESSAGES_ID, row: [kind, MESSAGES_ID].join("-"), why };
}
