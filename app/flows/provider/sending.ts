/** What the visit's page knows of sending: the ways to send, and what was sent about the visit so far. */
import type { VisitId } from "../../domain/linkToken.ts";
import type { Person } from "../../domain/visit.ts";
import { languageFor, type Language } from "../../domain/language.ts";
import type { ChartPatient } from "../../ports/ehr.ts";
import type { Messaging } from "../../parts.ts";
import { isTold, type Message } from "../../records/messages.ts";
import type { Session } from "../../records/sessions.ts";
import type { OpenVisit } from "./opened.ts";
import { optionalParts } from "./optional.ts";
import type { ProviderPicks } from "./parts.ts";

export interface Sending {
  /** Whether a link can be sent from here: this connector can send, and knows what it has sent. */
  readonly isPossible: boolean;
  /** The newest first. */
  readonly sent: readonly Message[];
  /** The patient's number and address in the chart, masked; absent where the chart has none or was not read. */
  readonly chart: {
    readonly number?: Shown;
    /** Whether the number gets no texts. */
    readonly isStopped: boolean;
    /** Whether it has ended texts cannot be read, so it gets none. */
    readonly isStopUnknown?: true;
    readonly mail?: Shown;
    readonly prefers?: ChartPatient["prefers"] | undefined;
    /** Why nobody is to be written to, if so: then nothing else of the chart is shown here. */
    readonly gone?: NonNullable<ChartPatient["gone"]>;
  };
  readonly language: Language;
}

interface Shown {
  readonly masked: string;
  /** A keyed hash, by which the form sends to what was shown and to nothing else. */
  readonly hash: string;
}

export async function sendingOf(
  parts: Pick<ProviderPicks, "log" | "messages" | "messaging" | "optOuts">,
  { visit, patient }: OpenVisit,
  session: Pick<Session, "grant">,
  optional = optionalParts(parts),
): Promise<Sending> {
  const { messages, messaging, optOuts } = parts;
  const known = typeof patient === "object" ? patient : undefined;
  const gone = known?.gone;
  const { textNumber, mail, prefers } = known === undefined || gone !== undefined ? NOBODY : known;
  const [sent, optOut] = await Promise.all([
    optional.read("messages", () => messages.of(visit.id), undefined),
    textNumber !== undefined &&
      optional.read("opt-out", () => optOuts.about(textNumber), "not-known" as const),
  ]);
  const shown = (address: string, mask: (address: string) => string): Shown => ({
    masked: mask(address),
    hash: messages.shown(visit.id, address),
  });
  return {
    isPossible:
      sent !== undefined &&
      messaging !== undefined &&
      (hasNumber(messaging) || messaging.mailSender !== undefined),
    sent: notToOthers(messages, visit.id, ownIds(session, { patient }), sent ?? []),
    chart: {
      isStopped: optOut !== false && (optOut === "not-known" || optOut.stoppedAt !== undefined),
      ...(optOut === "not-known" && { isStopUnknown: true }),
      ...(textNumber !== undefined && { number: shown(textNumber, maskedNumber) }),
      ...(mail !== undefined && { mail: shown(mail, maskedMail) }),
      ...(gone === undefined ? { prefers } : { gone }),
    },
    language: languageFor(known?.language?.code),
  };
}

const NOBODY: Pick<ChartPatient, "textNumber" | "mail" | "prefers"> = {};

/** Where nobody can say whether there is one, a link is not sent, and the page says why. */
const hasNumber = ({ number, unknown }: Messaging): boolean => number !== undefined || unknown.number;

/**
 * Without what was sent to another patient: several patients may share a visit, and an appointment may be given to somebody
 * else.
 *
 * @param own see {@link ownIds}
 */
export function notToOthers(
  messages: Pick<ProviderPicks["messages"], "patientHash">,
  visit: VisitId,
  own: readonly string[],
  sent: readonly Message[],
): readonly Message[] {
  if (own.length === 0 || sent.length === 0) return sent;
  const hashes = new Set(own.map((id) => messages.patientHash(visit, id)));
  return sent.filter(({ patient }) => patient === undefined || hashes.has(patient));
}

/**
 * The ids of the launch's patient: none where it names nobody; else the one by which the chart was opened, and those of
 * combined records, as far as the record could be read. What was sent under any of them was sent to this patient.
 */
export function ownIds(
  { grant }: Pick<Session, "grant">,
  { patient }: Pick<OpenVisit, "patient">,
): readonly string[] {
  if (grant.patient === undefined) return [];
  const theirs = typeof patient === "object" ? [patient.id, ...patient.replaced] : [];
  return [...new Set([grant.patient, ...theirs])];
}

/** Whether the link that the message brought was replaced since, as far as its record tells. */
export function isReplaced(
  { kind, generation, begun }: Message,
  person: Pick<Person, "generation">,
  relinked: Date | undefined,
): boolean {
  if (kind !== "link") return false;
  const isBefore = relinked !== undefined && Date.parse(begun) < relinked.getTime();
  return isBefore || (generation !== undefined && generation !== person.generation);
}

/** Shows enough to ask "does it end in 0123?", and not more to somebody who looks over a shoulder. */
export const maskedNumber = (number: string): string => "(•••) •••-" + number.slice(-4);
export const maskedMail = (address: string): string =>
  address.slice(0, 1) + "•••" + address.slice(address.lastIndexOf("@"));

/** The messages by which staff have sent this person their link, or tried to. */
export const linksSentTo = (
  sent: readonly Message[],
  { number }: Pick<Person, "number">,
): readonly Message[] => sent.filter(({ kind, person }) => kind === "link" && person === number);

/** The start that a guest was told last with their link, where the visit starts at another time now. */
export function toldOtherwise(
  {
    open: { visit },
    sending: { sent },
  }: { readonly open: Pick<OpenVisit, "visit">; readonly sending: Pick<Sending, "sent"> },
  person: Person,
): Date | undefined {
  if (person.role === "patient") return undefined;
  const [last] = linksSentTo(sent, person).filter(isTold);
  const start = last && new Date(last.start);
  return start?.getTime() === visit.start.getTime() ? undefined : start;
}

/** The messages that the connector has sent to the patient by itself. */
export const sentUnasked = (sent: readonly Message[]): readonly Message[] =>
  sent.filter(({ kind }) => kind !== "link");

const HOUR_MS = 3_600_000;
/** How many links may be sent within an hour: to one person, and to all people of a visit, because guests come and go. */
const MOST_TO_ONE = 3;
const MOST_OF_VISIT = 12;
/** How many may be tried within an hour, including those that were withheld. */
const MOST_TRIES = 20;

export type Oftenness = (typeof OFTENNESSES)[number];
const OFTENNESSES = ["link-sent-often", "link-visit-often"] as const;
export const isOftenness = (code: string | undefined): code is Oftenness =>
  OFTENNESSES.some((one) => one === code);

/**
 * What the page says where links of the visit were sent, or tried, as often as they may be within an hour.
 *
 * @param theirs those of the visit's messages that went to the person
 */
export function oftenness(
  sent: readonly Message[],
  theirs: readonly Message[],
  now: Date,
): Oftenness | undefined {
  const since = now.getTime() - HOUR_MS;
  const lately = (all: readonly Message[]) =>
    all.filter(({ kind, begun }) => kind === "link" && new Date(begun).getTime() > since);
  const mayHaveLeft = ({ state }: Message) => state !== "withheld" && state !== "refused";
  const tried = lately(sent);
  const left = tried.filter(mayHaveLeft);
  if (lately(theirs).filter(mayHaveLeft).length >= MOST_TO_ONE) return "link-sent-often";
  return left.length >= MOST_OF_VISIT || tried.length >= MOST_TRIES ? "link-visit-often" : undefined;
}
