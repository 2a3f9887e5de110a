/**
 * What a patient's answer to a text means. Besides the carriers' words, whatever a reasonable person would understand as "no
 * more" ends texts (47 CFR 64.1200(a)(10)), and so does whoever says that they are not the patient, who would get links into
 * somebody else's visit, or that the patient has died.
 */
import { correctsName, isAnother, isRelative } from "./anotherPerson.ts";
import { isAboutVisit, saysDied, saysNamedDied } from "./deathWords.ts";
import type { Language } from "./language.ts";
import {
  endsTexts,
  endsTextsAfterOpening,
  endsTextsAlone,
  FIRST,
  isOpening,
  withoutOpening,
} from "./optOutWords.ts";

export type Reply =
  /** `carrierAnswers`: the toll-free carriers answer this word themselves, and block further texts. */
  | { readonly kind: "stop"; readonly language: Language; readonly carrierAnswers: boolean }
  /**
   * The carriers answer such a word, too. YES is not one: it may answer anything, and carriers do not lift a block because
   * of it.
   */
  | { readonly kind: "start" }
  | { readonly kind: "help"; readonly language: Language }
  /** `ofStopping`: it speaks of ending texts, or of whose the number is, in a way that is not plain enough. */
  | { readonly kind: "other"; readonly ofStopping?: true };

const HELP: Readonly<Record<Language, readonly string[]>> = {
  en: ["help", "info"],
  es: ["ayuda", "informacion"],
};
const START: readonly string[] = ["start", "unstop"];
const ANSWERED_BY_CARRIERS = "stop";
/** Words before or after a request that say nothing about what is wanted. */
const COURTESIES = "please|pls|plz|thank you|thanks|thx|por favor|porfavor|muchas gracias|gracias";
const COURTESIES_BEFORE = new RegExp(`^(?:(?:${COURTESIES}|ok|okay|ya)(?: |$))+`, "u");
const COURTESIES_AFTER = new RegExp(`(?:(?:^| )(?:${COURTESIES}|ya))+$`, "u");
/** A phrase said more than once, as in "stop stop" or "no más no más". */
const SAID_AGAIN = /(?<=^| )(.+?)(?: \1)+(?= |$)/gu;

export function replyOf(text: string): Reply {
  const read = text.slice(0, LONGEST).trimStart().replace(QUOTED, ". ");
  const whole = lineOf(read);
  if (whole.kind !== "other") return whole;
  // Below the first line may stand what a phone adds, such as a signature.
  const first = lineOf(read.split(/[\r\n]/, 1)[0] ?? "");
  if (first.kind === "stop") return { ...first, carrierAnswers: false };
  const language = LANGUAGES.find((one) => isStopAmongMore(read, one));
  if (language !== undefined) return { kind: "stop", language, carrierAnswers: false };
  return OF_STOPPING.test(bare(read).toLowerCase()) ? { kind: "other", ofStopping: true } : whole;
}

/** Words of whoever may want no more texts. They are also said of pills, so they end nothing. */
const OF_STOPPING =
  /\b(?:stop|unsubscri\w+|opt(?:ed|ing)? out|(?:texts?|texting|messages?|sms|mensajes?|textos?)|(?:wrong|not my) number|numero equivocado|de baja|basta|pare[n]?|dejen?)\b/u;

/** Spanish comes first: whoever writes "stop" and then Spanish reads Spanish. */
const LANGUAGES = ["es", "en"] as const satisfies readonly Language[];

function lineOf(text: string): Reply {
  const words = bare(text).toLowerCase();
  const said = saidIn(words);
  if (START.includes(said)) return { kind: "start" };
  for (const language of ["en", "es"] as const) {
    if (endsTextsAlone(said, language) || FIRST[language].has(withoutOpening(said, language)))
      return { kind: "stop", language, carrierAnswers: words === ANSWERED_BY_CARRIERS };
    if (HELP[language].includes(said)) return { kind: "help", language };
  }
  return { kind: "other" };
}

/** Whether one of several sentences, or of the parts between commas, ends texts. A question does not begin with a stop. */
function isStopAmongMore(text: string, language: Language): boolean {
  const parts = text.split(PAUSES).filter((part) => bare(part) !== "");
  const [first = ""] = parts;
  const isAsked = text.trimStart().slice(first.length).startsWith("?");
  if (!isAsked && FIRST[language].has(saidBy(first))) return true;
  if (isLoneStop(text, language)) return true;
  const sentences = [...text.split(SENTENCE_ENDS), ...parts];
  const all = sentences.map(saidBy);
  if (all.some((part) => endsTexts(part, language))) return true;
  if (isDeath(text, sentences, language)) return true;
  const words = bare(text).toLowerCase();
  const isForPatient = isRelative(words) || correctsName(words);
  return !isForPatient && sentences.some((part) => isAnother(bare(part).split(" "), language));
}

function isDeath(text: string, sentences: readonly string[], language: Language): boolean {
  const isSaid = sentences.some(
    (part) => saysDied(saidBy(part), language) || saysNamedDied(bare(part).split(" "), language),
  );
  return isSaid && !isAboutVisit(text, saidBy(text));
}

/**
 * Whether a word that ends texts is a sentence of its own, or is all that is said besides a greeting, a thanks or who it may
 * be that writes. What is asked, or what somebody does under a condition, is none.
 */
function isLoneStop(text: string, language: Language): boolean {
  const sentences = [...text.matchAll(SENTENCE)].filter(([, words = ""]) => bare(words) !== "");
  const isTold = ([, words = "", end = ""]: RegExpMatchArray): boolean => {
    if (end.includes("?") || CONDITION.test(bare(words).toLowerCase())) return false;
    const parts = words.split(COMMAS).map(saidBy);
    const isStop = (part: string | undefined) => part !== undefined && FIRST[language].has(part);
    // "Walk, sit, stop" lists what somebody does, and "metformin, stop" says what they no longer take.
    if (parts.length <= 2 && isStop(parts[0])) return true;
    return isStop(parts.at(-1)) && parts.slice(0, -1).every(isOpening);
  };
  if (sentences.some(isTold)) return true;
  const asked = sentences
    .filter(([, , end = ""]) => end.includes("?"))
    .map(([, words = ""]) => saidBy(words));
  const told = sentences
    .filter(([, , end = ""]) => !end.includes("?"))
    .flatMap(([, words = ""]) => words.split(COMMAS).map(saidBy))
    .filter((part) => !isOpening(part));
  return (
    asked.every(isOpening) && told.length > 0 && told.every((part) => endsTextsAfterOpening(part, language))
  );
}

/** A line that goes on in a small letter goes on with its sentence. */
const SENTENCE = /((?:[^.!?;…\r\n]|[\r\n]+(?!\s*\p{Lu}))+)([.!?;…]*)/gu;
const COMMAS = /,|(?<=\s)[-–—]+(?=\s)|[–—]|--+/u;
const CONDITION = /^(?:if|when|whenever|until|unless|after|should|si|cuando|hasta)\b/u;

/**
 * What somebody quotes at length is not what they say: phones answer so for whoever likes a text, which says how to end texts.
 * Whatever stands after the last quotation mark is their own again.
 */
const QUOTED = /(?<=\S\s+|\S:)[“”"«„](?=[^“”"«»]{40})(?:[^]*[“”"»]|[^]*$)/u;

const SENTENCE_ENDS = /[.!?;…\r\n]+/u;
const PAUSES = /[.!?;…,:\r\n]+|(?<=\s)[-–—]+(?=\s)|[–—]|--+/u;

const saidBy = (part: string): string => saidIn(bare(part).toLowerCase());
const saidIn = (words: string) =>
  words.replace(COURTESIES_BEFORE, "").replace(COURTESIES_AFTER, "").replace(SAID_AGAIN, "$1");

/** As much as three texts hold; the rest of a longer one is not read. */
const LONGEST = 480;

/** A sign that people write for "number". */
const NUMBER_SIGN = /\b(wrong|incorrect|bad|right|correct|my|your|this|her|his|their|new|old)\s*#/giu;

/**
 * The words alone: accents and punctuation are removed, since they say nothing; an apostrophe joins the parts of its word.
 */
function bare(text: string): string {
  return text
    .replace(/['’‘´`ʼ]/gu, "")
    .replace(NUMBER_SIGN, "$1 number ")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
