/**
 * What a patient's answer to a text means. Besides the carriers' words, whatever a reasonable person would understand as "no
 * more" ends texts (47 CFR 64.1200(a)(10)); the phrases that count are listed here, in both languages.
 */
import type { Language } from "./language.ts";

export type Reply =
  /** `carrierAnswers`: the toll-free carriers answer this word themselves, and block further texts. */
  | { readonly kind: "stop"; readonly language: Language; readonly carrierAnswers: boolean }
  /**
   * The carriers answer such a word, too. YES is not one: it may answer anything, and carriers do not lift a block because
   * of it.
   */
  | { readonly kind: "start" }
  | { readonly kind: "help"; readonly language: Language }
  | { readonly kind: "other" };

const STOP: Readonly<Record<Language, readonly string[]>> = {
  en: [
    "stop",
    "stopall",
    "stop all",
    "quit",
    "end",
    "revoke",
    "revoke consent",
    "revoke my consent",
    "i revoke consent",
    "i revoke my consent",
    "i want to stop",
    "i want you to stop",
    "stop sms",
    "stop text",
    "stop texting this number",
    "stop text messages",
    "stop these texts",
    "stop these messages",
    "stop the texts",
    "stop the messages",
    // The carriers' word in French, Canada's other language.
    "arret",
    "optout",
    "opt out",
    "cancel",
    "unsubscribe",
    "stop it",
    "stop now",
    "stop texts",
    "stop texting",
    "stop texting me",
    "stop all texts",
    "stop all messages",
    "stop sending texts",
    "stop sending messages",
    "stop sending me texts",
    "stop sending me messages",
    "stop contacting me",
    "quit texting",
    "quit texting me",
    "quit messaging me",
    "stop messages",
    "stop messaging me",
    "do not text",
    "do not text me",
    "dont text",
    "dont text me",
    "do not message me",
    "dont message me",
    "do not contact me",
    "dont contact me",
    "no texts",
    "no more",
    "no more texts",
    "no more messages",
    "remove me",
    "remove my number",
    "remove me from your list",
    "take me off",
    "take me off your list",
    "opt me out",
    "unsubscribe me",
    "leave me alone",
    "wrong number",
    "you have the wrong number",
  ],
  es: [
    "alto",
    "basta",
    "para",
    "pare",
    "paren",
    "parar",
    "baja",
    "dar de baja",
    "darme de baja",
    "cancela",
    "cancelar",
    "detener",
    "no mas",
    "no mas mensajes",
    "no mas textos",
    "no me envien mensajes",
    "no me envien mas mensajes",
    "no me envien textos",
    "no me envien mas textos",
    "no me manden mensajes",
    "no me manden mas mensajes",
    "no me manden textos",
    "no me manden mas textos",
    "no me escriban",
    "no me escriban mas",
    "no quiero mensajes",
    "no quiero mas mensajes",
    "no quiero textos",
    "no quiero mas textos",
    "no enviar",
    "dejen de enviar mensajes",
    "dejen de enviarme mensajes",
    "dejen de mandar mensajes",
    "dejen de mandarme mensajes",
    "dejen de escribirme",
    "quitenme de la lista",
    "borren mi numero",
    "numero equivocado",
  ],
};

const HELP: Readonly<Record<Language, readonly string[]>> = {
  en: ["help", "info"],
  es: ["ayuda", "informacion"],
};
const START: readonly string[] = ["start", "unstop"];
const ANSWERED_BY_CARRIERS = "stop";
/** Words before or after a request that say nothing about what is wanted. */
const COURTESIES = "please|pls|plz|thank you|thanks|thx|por favor|porfavor|muchas gracias|gracias";
const COURTESIES_BEFORE = new RegExp(`^(?:(?:${COURTESIES}|ok|okay|ya)(?: |$))+`, "u");
const COURTESIES_AFTER = new RegExp(`(?:(?:^| )(?:${COURTESIES}))+$`, "u");
/** A phrase said more than once, as in "stop stop" or "no más no más". */
const SAID_AGAIN = /(?<=^| )(.+?)(?: \1)+(?= |$)/gu;

export function replyOf(text: string): Reply {
  const whole = lineOf(text);
  if (whole.kind !== "other") return whole;
  // Below the first line may stand what a phone adds, such as a signature.
  const first = lineOf(
    text
      .slice(0, LONGEST)
      .trimStart()
      .split(/[\r\n]/, 1)[0] ?? "",
  );
  return first.kind === "stop" ? { ...first, carrierAnswers: false } : whole;
}

function lineOf(text: string): Reply {
  const words = bare(text);
  const said = words.replace(COURTESIES_BEFORE, "").replace(COURTESIES_AFTER, "").replace(SAID_AGAIN, "$1");
  if (START.includes(said)) return { kind: "start" };
  for (const language of ["en", "es"] as const) {
    if (STOP[language].includes(said))
      return { kind: "stop", language, carrierAnswers: words === ANSWERED_BY_CARRIERS };
    if (HELP[language].includes(said)) return { kind: "help", language };
  }
  return { kind: "other" };
}

/** Longer than any phrase that counts; the rest of a longer text is not read. */
const LONGEST = 200;

/**
 * The words alone: case, accents and punctuation are removed, since they say nothing; an apostrophe joins the parts of its
 * word.
 */
function bare(text: string): string {
  return text
    .slice(0, LONGEST)
    .replace(/['’‘´`ʼ]/gu, "")
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
