/** What the visit's page knows of sending: the ways to send, and what was sent about the visit so far. */
import type { Person } from "../../domain/visit.ts";
import { languageFor, type Language } from "../../domain/language.ts";
import type { ChartPatient } from "../../ports/ehr.ts";
import type { Message } from "../../records/messages.ts";
import type { OpenVisit } from "./opened.ts";
import type { ProviderPicks } from "./parts.ts";

export interface Sending {
  /** Whether this connector can send at all. */
  readonly isPossible: boolean;
  /** The newest first. */
  readonly sent: readonly Message[];
  /** The patient's number and address in the chart, masked; absent where the chart has none or was not read. */
  readonly chart: {
    readonly number?: Shown;
    readonly isStopped: boolean;
    readonly mail?: Shown;
    readonly prefers?: ChartPatient["prefers"] | undefined;
  };
  readonly language: Language;
}

interface Shown {
  readonly masked: string;
  /** A keyed hash, by which the form sends to what was shown and to nothing else. */
  readonly hash: string;
}

export async function sendingOf(
  { messages, messaging, optOuts }: Pick<ProviderPicks, "messages" | "messaging" | "optOuts">,
  { visit, patient }: OpenVisit,
): Promise<Sending> {
  const { textNumber, mail, language, prefers } = typeof patient === "object" ? patient : {};
  const [sent, isStopped] = await Promise.all([
    messages.of(visit.id),
    textNumber !== undefined && optOuts.isStopped(textNumber),
  ]);
  const shown = (address: string, mask: (address: string) => string): Shown => ({
    masked: mask(address),
    hash: messages.shown(visit.id, address),
  });
  return {
    isPossible: messaging?.number !== undefined || messaging?.mailSender !== undefined,
    sent,
    chart: {
      isStopped,
      ...(textNumber !== undefined && { number: shown(textNumber, maskedNumber) }),
      ...(mail !== undefined && { mail: shown(mail, maskedMail) }),
      prefers,
    },
    language: languageFor(language?.code),
  };
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

/** What the page says where links of the visit were sent, or tried, as often as they may be within an hour. */
export function oftenness(
  sent: readonly Message[],
  person: Pick<Person, "number">,
  now: Date,
): Oftenness | undefined {
  const since = now.getTime() - HOUR_MS;
  const tried = sent.filter(({ kind, begun }) => kind === "link" && new Date(begun).getTime() > since);
  const left = tried.filter(({ state }) => state !== "withheld" && state !== "refused");
  if (linksSentTo(left, person).length >= MOST_TO_ONE) return "link-sent-often";
  return left.length >= MOST_OF_VISIT || tried.length >= MOST_TRIES ? "link-visit-often" : undefined;
}
