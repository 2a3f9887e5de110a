/**
 * The words of every text. Each is one segment: 160 characters of the carriers' plain alphabet, which has é and ñ, but not
 * á, í, ó or ú. A text is read on locked screens, so it names neither patient nor clinician. It says that a visit is
 * planned, not that it was just booked, since the chart may have known it for long.
 */
import { namesDepartmentInTexts } from "./defaults.ts";
import { momentFormat } from "./formatters.ts";
import { LANGUAGES, LOCALE, type Language } from "./language.ts";
import { TOLD_KINDS, type ToldKind } from "./messages.ts";
import { excessOf, plainText } from "./plainText.ts";
import { senderNameOf } from "./senderName.ts";
import { filledIn, type TextWords } from "./textWords.ts";

export interface TextFacts {
  /** See {@link textSenderOf}. */
  readonly sender: string;
  readonly start: Date;
  /** The department's time zone. */
  readonly zone: string;
  /** The patient's link. */
  readonly link: string;
  /** The department's phone number. */
  readonly phone: string;
}

/** The connector's own words; a hospital may have others (domain/textWords.ts), but for `late`. */
const WORDS: Readonly<Record<Language, Readonly<Record<ToldKind, string>>>> = {
  en: {
    confirmation: "{sender}: Video visit {when}. Join: {link} STOP to end.",
    update: "{sender}: Visit moved to {when}. Join: {link} STOP to end.",
    cancellation: "{sender}: Your video visit {when} is canceled. Questions? Call {phone}. STOP to end.",
    reminder: "{sender}: Visit reminder, {when}. Join: {link} STOP to end.",
    late: "{sender}: We are late for your {when} visit. Join: {link} STOP to end.",
  },
  es: {
    confirmation: "{sender}: Cita por video {when}. Entre: {link} Baja: STOP.",
    update: "{sender}: Su cita cambia a {when}. Entre: {link} Baja: STOP.",
    cancellation: "{sender}: Su cita por video {when} queda cancelada. Llame al {phone}. Baja: STOP.",
    reminder: "{sender}: Recuerde su cita {when}. Entre: {link} Baja: STOP.",
    late: "{sender}: Su cita {when} se retrasa. Entre: {link} Baja: STOP.",
  },
};

/** The words of a text before anything is put in: the hospital's, or else the connector's own. */
export const wordsOf = (kind: ToldKind, language: Language, own: readonly TextWords[] = []): string =>
  own.find((one) => one.kind === kind && one.language === language)?.text ?? WORDS[language][kind];

/**
 * `{when}` is the day and time of the visit; for `late`, its time alone.
 * @param own the words that the hospital has in place of the connector's
 */
export function visitText(
  kind: ToldKind,
  language: Language,
  facts: TextFacts,
  own: readonly TextWords[] = [],
): string {
  const { sender, link, phone, start, zone } = facts;
  const when = kind === "late" ? clockInText(start, zone, language) : momentInText(start, zone, language);
  const withLink = (as: string) => filledIn(wordsOf(kind, language, own), { sender, when, link: as, phone });
  const safe = withLink(safeLink(link));
  return excessOf(safe) === 0 ? safe : withLink(link);
}

/**
 * The texts' alphabet has the underline at another position than ASCII, so some carriers and phones make a quote, a "§" or a
 * blank of it, and the link leads nowhere (https://github.com/twilio/twilio-php/issues/473,
 * https://github.com/18F/identity-idp/pull/3701, https://github.com/kobotoolbox/enketo-express/issues/496). The percent sign
 * and the digits are the same in both. Where there is no room for it in the segment, the underline stays.
 */
const safeLink = (link: string) => link.replaceAll("_", "%5F");

/** Whether the text has that link, in whichever of its two forms. */
export const leadsTo = (text: string, link: string): boolean =>
  text.includes(safeLink(link)) || text.includes(link);

/** A moment as a text writes it: "Tue, Jan 12, 9:00 AM CST" or "mar 12 ene, 9:00 a.m. CST". */
export function momentInText(at: Date, zone: string, language: Language): string {
  if (language === "en") return plainText(momentFormat(LOCALE.en, zone, "moment in a text").format(at));
  const part = partsOf(at, zone, language);
  const day = [part("weekday"), part("day"), part("month")].join(" ");
  return plainText(day + ", " + clockInText(at, zone, language));
}

/** A moment of today as a text writes it: "9:00 AM CST" or "9:00 a.m. CST". */
function clockInText(at: Date, zone: string, language: Language): string {
  const part = partsOf(at, zone, language);
  return plainText(`${part("hour")}:${part("minute")} ${part("dayPeriod")} ${part("timeZoneName")}`);
}

function partsOf(at: Date, zone: string, language: Language) {
  const format = momentFormat(LOCALE[language], zone, "moment in a text");
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? "";
}

/** Who answers a reply: the hospital, since a reply does not say which visit it is about. */
export interface AnswerFacts {
  readonly sender: string;
  /** The hospital's phone number. */
  readonly phone: string;
}

/** Sent to staff who try whether texts arrive. */
export const trialText = ({ sender, phone }: AnswerFacts): string =>
  `${sender}: This is a test of texts about video visits. Questions? Call ${phone}. STOP to end.`;

export const HELP_ANSWERS: Readonly<Record<Language, (facts: AnswerFacts) => string>> = {
  en: ({ sender, phone }) =>
    `${sender}: Texts about video visits, about 3 a visit. Call ${phone}. Msg & data rates may apply. STOP to end.`,
  es: ({ sender, phone }) =>
    `${sender}: Mensajes sobre citas por video. Llame al ${phone}. Pueden aplicarse tarifas. Baja: STOP.`,
};

/**
 * The answer to a reply that was not understood, in both languages, since nothing says which one its writer reads. Words alone do
 * not find everybody who is not the patient, so it says what they do. It asks nothing by which a phone that sends the text back
 * would end texts.
 */
export const unreadAnswer = ({ sender, phone }: AnswerFacts): string =>
  `${sender}: Replies are not read. Call ${phone}. Not for you? Reply STOP. / No leemos respuestas: llame. No es usted? Baja: STOP.`;

/**
 * The answers to words that end texts and that carriers do not answer themselves. After "cancel" nobody may think that the
 * visit is cancelled.
 */
export const STOPPED_ANSWERS: Readonly<Record<Language, (facts: AnswerFacts) => string>> = {
  en: ({ sender, phone }) =>
    `${sender}: You get no more texts. Your visit is NOT canceled. About it, call ${phone}. START for texts.`,
  es: ({ sender, phone }) =>
    `${sender}: Ya no recibe mensajes. Su cita NO queda cancelada: llame al ${phone}. Alta: START.`,
};

/**
 * The sender that texts name. The department's own name takes the hospital's place only where the hospital says so, because
 * it can be a diagnosis.
 */
export function textSenderOf(
  organization: { readonly name: string; readonly textName?: string | undefined },
  department?: { readonly name: string; readonly nameInTexts?: boolean | undefined },
): string | undefined {
  const named =
    department !== undefined && namesDepartmentInTexts(department) ? plainText(department.name) : "";
  return named === "" ? senderNameOf(organization) : named;
}

/** The number of characters by which the longest text of a sender is too long for one segment; 0 where all fit. */
export function tooLongBy(said: Omit<TextFacts, "start">, own: readonly TextWords[] = []): number {
  const texts = TOLD_KINDS.flatMap((kind) =>
    LANGUAGES.map((language) => longestText(kind, language, said, own)),
  );
  return Math.max(...texts.map(excessOf));
}

/** The text of a kind at the moment at which it is longest. */
export function longestText(
  kind: ToldKind,
  language: Language,
  said: Omit<TextFacts, "start">,
  own: readonly TextWords[] = [],
): string {
  const texts = longMomentsOf(said.zone, language).map((start) =>
    visitText(kind, language, { ...said, start }, own),
  );
  return texts.reduce((longest, text) => (text.length > longest.length ? text : longest));
}

/** Found once for each zone and language, of which a hospital has few, while it may have hundreds of departments. */
const longest = new Map<string, readonly Date[]>();

/** Those of {@link LONG_MOMENTS} at which a moment is written longest, with its day and without. */
function longMomentsOf(zone: string, language: Language): readonly Date[] {
  const key = zone + " " + language;
  const known = longest.get(key);
  if (known !== undefined) return known;
  const found = [momentInText, clockInText].map((write) =>
    LONG_MOMENTS.reduce((long, at) =>
      write(at, zone, language).length > write(long, zone, language).length ? at : long,
    ),
  );
  longest.set(key, found);
  return found;
}

/**
 * The moments whose texts are longest: names of days are equally long, September's is the longest of the months' names, and
 * a zone has a name for each half of the year.
 */
const LONG_MOMENTS: readonly Date[] = ["2026-09-29", "2026-12-29"].flatMap((day) =>
  Array.from({ length: 24 }, (_, hour) => new Date(Date.parse(day) + hour * 3_600_000)),
);
