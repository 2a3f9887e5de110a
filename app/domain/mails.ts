/**
 * The words of every mail, as plain text and as HTML, and the calendar entry that comes with it. A subject is read on locked
 * screens, as a text is, and a mailbox may be a family's; so a mail names neither patient, clinician nor department.
 */
import { calendarFile } from "./calendar.ts";
import { momentFormat } from "./formatters.ts";
import { escapeHtml } from "./html.ts";
import { LOCALE, type Language } from "./language.ts";
import type { MessageKind } from "./messages.ts";
import type { GuestRole, Person } from "./visit.ts";

export interface MailFacts {
  /** The sender's full name, as texts name it. */
  readonly sender: string;
  readonly start: Date;
  readonly end: Date;
  readonly zone: string;
  readonly link: string;
  /** The department's phone number. */
  readonly phone: string;
  /** Names the visit in the recipient's calendar, so that a later mail moves the same entry: see {@link entryUid}. */
  readonly uid: string;
  readonly made: Date;
}

export interface MailContent {
  readonly subject: string;
  readonly plain: string;
  readonly html: string;
  /** The calendar entry of a visit that takes place; for a cancelled one, the entry that removes it from the calendar. */
  readonly calendar: string;
}

/** What somebody else than the patient reads who is given a link. */
type OthersWords = Readonly<Record<GuestRole, { readonly who: string; readonly first: string }>>;

interface Words {
  readonly others: OthersWords;
  readonly othersSubject: (who: string, when: string) => string;
  readonly othersJoin: string;
  readonly subject: Readonly<Record<MessageKind, (when: string) => string>>;
  readonly first: Readonly<Record<MessageKind, string>>;
  readonly when: string;
  readonly join: string;
  readonly note: string;
  readonly questions: (phone: string) => string;
  readonly unread: string;
  readonly entry: (sender: string) => string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    subject: {
      confirmation: (when) => `Your video visit on ${when}`,
      update: (when) => `Your video visit has a new time: ${when}`,
      cancellation: (when) => `Your video visit on ${when} is canceled`,
      reminder: (when) => `Reminder: your video visit on ${when}`,
    },
    first: {
      confirmation: "You have a video visit.",
      update: "Your video visit was moved. The new time is below; the link is the same.",
      cancellation: "This video visit is canceled. You do not need to do anything.",
      reminder: "This is a reminder of your video visit.",
    },
    others: {
      colleague: {
        who: "for colleagues",
        first: "A colleague has invited you to this video visit. You sign in with your hospital account.",
      },
      interpreter: { who: "interpreter", first: "You join this video visit as the interpreter." },
      relative: {
        who: "family or caregiver",
        first: "You join this video visit as a family member or caregiver.",
      },
      guest: { who: "guest", first: "You are invited to join this video visit." },
    },
    othersSubject: (who, when) => `Video visit on ${when}: ${who}`,
    othersJoin: "Join the visit",
    when: "When",
    join: "Join your visit",
    note: "This link is just for you. Please do not share it.",
    questions: (phone) => `Questions? Call ${phone}.`,
    unread: "Replies to this e-mail are not read.",
    entry: (sender) => `Video visit, ${sender}`,
  },
  es: {
    subject: {
      confirmation: (when) => `Su consulta por video: ${when}`,
      update: (when) => `Su consulta por video tiene nueva hora: ${when}`,
      cancellation: (when) => `Su consulta por video queda cancelada: ${when}`,
      reminder: (when) => `Recordatorio de su consulta por video: ${when}`,
    },
    first: {
      confirmation: "Usted tiene una consulta por video.",
      update: "Su consulta por video cambió. La nueva hora está abajo; el enlace es el mismo.",
      cancellation: "Esta consulta por video queda cancelada. No tiene que hacer nada.",
      reminder: "Le recordamos su consulta por video.",
    },
    others: {
      colleague: {
        who: "para colegas",
        first: "Un colega le invitó a esta consulta por video. Inicie sesión con su cuenta del hospital.",
      },
      interpreter: {
        who: "intérprete",
        first: "Usted participa en esta consulta por video como intérprete.",
      },
      relative: {
        who: "familiar o cuidador",
        first: "Usted participa en esta consulta por video como familiar o cuidador.",
      },
      guest: { who: "invitado", first: "Usted recibió una invitación a esta consulta por video." },
    },
    othersSubject: (who, when) => `Consulta por video, ${when}: ${who}`,
    othersJoin: "Entrar a la consulta",
    when: "Cuándo",
    join: "Entrar a la consulta",
    note: "El enlace es solo para usted. No lo comparta.",
    questions: (phone) => `¿Preguntas? Llame al ${phone}.`,
    unread: "No leemos las respuestas a este correo.",
    entry: (sender) => `Consulta por video, ${sender}`,
  },
};

/** A mail to the patient. */
export function visitMail(kind: MessageKind, language: Language, facts: MailFacts): MailContent {
  const words = WORDS[language];
  return mailOf(language, facts, {
    subject: words.subject[kind],
    first: words.first[kind],
    join: words.join,
    isOn: kind !== "cancellation",
  });
}

/** A mail with the link of somebody who takes part. */
export function linkMail(role: Person["role"], language: Language, facts: MailFacts): MailContent {
  if (role === "patient") return visitMail("confirmation", language, facts);
  const { others, othersJoin: join, othersSubject } = WORDS[language];
  const { who, first } = others[role];
  return mailOf(language, facts, { subject: (when) => othersSubject(who, when), first, join, isOn: true });
}

interface Said {
  readonly subject: (when: string) => string;
  readonly first: string;
  readonly join: string;
  /** Whether the visit takes place. */
  readonly isOn: boolean;
}

function mailOf(language: Language, facts: MailFacts, { subject, first, join, isOn }: Said): MailContent {
  const words = WORDS[language];
  const { sender, link, phone } = facts;
  const format = (style: "whole day" | "clock with zone" | "day of this year") =>
    momentFormat(LOCALE[language], facts.zone, style).format(facts.start);
  const when = format("whole day") + ", " + format("clock with zone");
  const last = [words.questions(phone), words.unread];
  const plain = [
    sender,
    "",
    first,
    "",
    `${words.when}: ${when}`,
    ...(isOn ? ["", `${join}: ${link}`, words.note] : []),
    "",
    ...last,
    "",
  ].join("\r\n");
  const html = mailDocument(language, sender, [
    paragraph(first),
    `<p><strong>${escapeHtml(words.when)}:</strong> ${escapeHtml(when)}</p>`,
    ...(isOn ? [button(link, join), paragraph(words.note)] : []),
    ...last.map(paragraph),
  ]);
  return {
    subject: subject(format("day of this year")),
    plain,
    html,
    calendar: entryOf(facts, words, isOn),
  };
}

function entryOf(facts: MailFacts, words: Words, isOn: boolean): string {
  const { uid, start, end, made, link, sender } = facts;
  return calendarFile({
    uid,
    start,
    end,
    made,
    title: words.entry(sender),
    text: words.questions(facts.phone),
    url: link,
    isCancelled: !isOn,
  });
}

function mailDocument(language: Language, sender: string, body: readonly string[]): string {
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(sender)}</title></head>` +
    `<body style="font-family:sans-serif;font-size:16px;line-height:1.5;color:#1b1b1b;max-width:36em">` +
    `<h1 style="font-size:20px">${escapeHtml(sender)}</h1>${body.join("")}</body></html>`
  );
}

const paragraph = (text: string) => `<p>${escapeHtml(text)}</p>`;

/**
 * The address is shown beside the button, because some mail programs show no buttons, and people check where a link leads.
 */
function button(link: string, words: string): string {
  const address = escapeHtml(link);
  const style =
    "display:inline-block;padding:12px 20px;background:#0b5cad;color:#ffffff;border-radius:6px;text-decoration:none";
  return `<p><a href="${address}" style="${style}">${escapeHtml(words)}</a></p><p><a href="${address}">${address}</a></p>`;
}
