/**
 * What a patient's answer to a text means. Besides the carriers' words, whatever a reasonable person would understand as
 * "no more" ends texts (47 CFR 64.1200(a)(10)); these are the phrases that count, in both languages.
 */
import type { Language } from "./language.ts";

export type Reply =
  /** `carrierAnswers`: the toll-free carriers answer this word by themselves, and block further texts. */
  | { readonly kind: "stop"; readonly language: Language; readonly carrierAnswers: boolean }
  /** The carriers answer it, too. YES is none: it may answer anything, and carriers lift no block at it. */
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
    "optout",
    "opt out",
    "cancel",
    "unsubscribe",
    "stop it",
    "stop please",
    "please stop",
    "stop now",
    "stop texts",
    "stop texting",
    "stop texting me",
    "please stop texting me",
    "stop sending me texts",
    "stop messages",
    "stop messaging me",
    "do not text",
    "do not text me",
    "dont text",
    "dont text me",
    "please dont text me",
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
    "no me manden mensajes",
    "no me manden mas mensajes",
    "no me escriban",
    "no me escriban mas",
    "no quiero mensajes",
    "no quiero mas mensajes",
    "no enviar",
    "dejen de enviar mensajes",
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

export function replyOf(text: string): Reply {
  const said = bare(text);
  if (START.includes(said)) return { kind: "start" };
  for (const language of ["en", "es"] as const) {
    if (STOP[language].includes(said))
      return { kind: "stop", language, carrierAnswers: said === ANSWERED_BY_CARRIERS };
    if (HELP[language].includes(said)) return { kind: "help", language };
  }
  return { kind: "other" };
}

/** Longer than any phrase that counts, so that nobody's essay is worked through. */
const LONGEST = 200;

/** Words alone: neither case, accents nor punctuation say anything; apostrophes join what they stand in. */
function bare(text: string): string {
  return text
    .slice(0, LONGEST)
    .normalize("NFKD")
    .toLowerCase()
    .replace(/['’`\p{M}]/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
