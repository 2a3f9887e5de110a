/** What the visit's page knows of sending: which ways there are, and what was sent about the visit so far. */
import type { Person } from "../../domain/visit.ts";
import { languageFor, type Language } from "../../domain/language.ts";
import type { Message } from "../../records/messages.ts";
import type { OpenVisit } from "./opened.ts";
import type { ProviderPicks } from "./parts.ts";

export interface Sending {
  /** Whether this connector can send at all. */
  readonly isPossible: boolean;
  /** The newest first. */
  readonly sent: readonly Message[];
  /** As the chart has them, masked; absent where it has none or was not read. */
  readonly chart: { readonly number?: string; readonly isStopped: boolean; readonly mail?: string };
  readonly language: Language;
}

export async function sendingOf(
  { messages, messaging, optOuts }: Pick<ProviderPicks, "messages" | "messaging" | "optOuts">,
  { visit, patient }: OpenVisit,
): Promise<Sending> {
  const { textNumber, mail, language } = typeof patient === "object" ? patient : {};
  const [sent, isStopped] = await Promise.all([
    messages.of(visit.id),
    textNumber !== undefined && optOuts.isStopped(textNumber),
  ]);
  return {
    isPossible: messaging?.number !== undefined || messaging?.mailSender !== undefined,
    sent,
    chart: {
      isStopped,
      ...(textNumber !== undefined && { number: maskedNumber(textNumber) }),
      ...(mail !== undefined && { mail: maskedMail(mail) }),
    },
    language: languageFor(language?.code),
  };
}

/** Enough to ask "does it end in 0123?", and no more for whoever looks over a shoulder. */
export const maskedNumber = (number: string): string => "(•••) •••-" + number.slice(-4);
export const maskedMail = (address: string): string =>
  address.slice(0, 1) + "•••" + address.slice(address.lastIndexOf("@"));

/** Links that staff have sent to somebody of the visit, or would have. */
export const linksSentTo = (
  sent: readonly Message[],
  { number }: Pick<Person, "number">,
): readonly Message[] => sent.filter(({ kind, person }) => kind === "link" && person === number);

/** What was sent unasked, to the patient. */
export const sentUnasked = (sent: readonly Message[]): readonly Message[] =>
  sent.filter(({ kind }) => kind !== "link");

const HOUR_MS = 3_600_000;
const MOST_AN_HOUR = 3;

export function wereOften(links: readonly Message[], now: Date): boolean {
  const since = now.getTime() - HOUR_MS;
  const left = links.filter(({ state, begun }) => {
    const isOut = state !== "withheld" && state !== "refused";
    return isOut && new Date(begun).getTime() > since;
  });
  return left.length >= MOST_AN_HOUR;
}
