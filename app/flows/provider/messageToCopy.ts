/**
 * A message to paste where the hospital writes to patients: when the visit is, the link, and whom to call; nothing in it
 * says whom or what the visit is about.
 */
import type { Language } from "../../web/language.ts";
import { formatNearDay, formatSpokenClock } from "../../web/time.ts";
import { senderNameOf } from "../../domain/senderName.ts";
import type { OpenVisit } from "./opened.ts";
import type { ProviderPicks } from "./parts.ts";
import type { VisitView } from "./visitView.ts";

export interface ToSend {
  /** The sender's name, as in texts. */
  readonly sender: string;
  readonly start: Date;
  readonly zone: string;
  readonly link: string;
  readonly phone: string;
}

const WORDS: Readonly<Record<Language, (day: string, clock: string, to: ToSend) => string>> = {
  en: (day, clock, { sender, link, phone }) =>
    `${sender}: your video visit is on ${day}, at ${clock}. Join: ${link} Do not pass this link on. Questions? Call ${phone}.`,
  es: (day, clock, { sender, link, phone }) =>
    `${sender}: su consulta por video es el ${day.charAt(0).toLowerCase() + day.slice(1)}, a ${article(clock)} ${clock}. Enlace: ${link} No comparta este enlace. ¿Preguntas? Llame al ${phone}.`,
};

/** Spanish says "la" before one o'clock and the minutes after it, and "las" before the other hours. */
const article = (clock: string): string => (/^1\D/.test(clock) ? "la" : "las");

export function messageToCopy(language: Language, toSend: ToSend, now: Date): string {
  const { start, zone } = toSend;
  return WORDS[language](
    formatNearDay(start, zone, now, language),
    formatSpokenClock(start, zone, language),
    toSend,
  );
}

/** The message in each language, for the patient's link; empty where the visit has no patient. */
export function messagesTo(
  { hospital, now }: ProviderPicks,
  { visit, department }: OpenVisit,
  links: VisitView["links"],
): VisitView["messages"] {
  const patient = visit.people.find(({ role }) => role === "patient");
  const link = patient && links.get(patient.number);
  if (link === undefined) return { en: "", es: "" };
  const { organization } = hospital;
  const toSend = {
    sender: senderNameOf(organization) ?? organization.name,
    start: visit.start,
    zone: department.timeZone,
    link,
    phone: department.phone,
  };
  return { en: messageToCopy("en", toSend, now()), es: messageToCopy("es", toSend, now()) };
}
