/**
 * The words of a text as a hospital may write them: sentences with names in braces, which are replaced by what is true of the
 * visit. There is no name for a patient or a clinician, because a text is read on locked screens.
 */
import * as z from "zod";
import { LANGUAGES } from "./language.ts";
import { MESSAGE_KINDS, type MessageKind } from "./messageKinds.ts";
import { replyOf } from "./replies.ts";
import { unseenIn } from "./unseen.ts";

/** The names that words may have, and what stands in their place. */
export const WORD_NAMES = {
  sender: "the hospital’s or the department’s name",
  when: "the visit’s day, time and zone",
  link: "the patient’s link",
  phone: "the department’s phone number",
} as const;
export type WordName = keyof typeof WORD_NAMES;

/** The most characters that anybody writes; what they become has to fit into one segment. */
const MOST = 200;
const NAME = /\{([^{}]*)\}/g;

/** What each kind of text has to say. STOP ends texts, and carriers ask that each text says so. */
const NEEDED: Readonly<Record<MessageKind, readonly WordName[]>> = {
  confirmation: ["sender", "when", "link"],
  update: ["sender", "when", "link"],
  cancellation: ["sender", "when"],
  reminder: ["sender", "when", "link"],
};

/** Shared by everybody, so carriers block what links there. A hospital's own short address is its own business. */
const SHORTENERS =
  /(?<![\w.-])(?:bit\.ly|buff\.ly|cutt\.ly|goo\.gl|is\.gd|ow\.ly|rb\.gy|rebrand\.ly|shorturl\.at|t\.co|t\.ly|tiny\.cc|tinyurl\.com)(?![\w-])/iu;

/**
 * Phones make a link and a number of what stands together, so another sign beside them leads to another address, or dials
 * another number. A link may have nearly every sign in it; a number is ended by marks, such as a full stop.
 */
const GLUED = {
  link: /[^ ]\{link\}|\{link\}[^ ]/,
  phone: /[\p{L}\p{N}+*#}]\{phone\}|\{phone\}[\p{L}\p{N}*#{]/u,
} as const satisfies Readonly<Partial<Record<WordName, RegExp>>>;

/** The words with each name replaced; an unknown one stays. What is put in is not searched for names. */
export const filledIn = (words: string, of: Readonly<Record<WordName, string>>): string =>
  words.replace(NAME, (whole, name: string) => (Object.hasOwn(of, name) ? of[name as WordName] : whole));

/** Why words cannot be used for a kind of text, in words for an administrator; undefined where they can. */
export const wordsFault = (kind: MessageKind, words: string): string | undefined =>
  unusable(kind, words) ?? misleadingFault(words);

/** What words may be filled in with, where only what they mean as an answer matters. */
const ANY_FACTS: Readonly<Record<WordName, string>> = {
  sender: "Lamna",
  when: "Tue, Jan 12, 9:00 AM CST",
  link: "https://visits.example/j/abc",
  phone: "(202) 555-0100",
};
/** Words of the carriers that end texts, and which a patient takes for an answer about the visit. */
const ENDING =
  /(?<!\bSTOP(?:\s*=\s*|\s*2\s*|\s+(?:TO|AND|PARA)\s+))\b(?:CANCEL|END|QUIT|CANCELAR|CANCELA)\b/u;
const ANSWERED =
  /\b(?:reply|replying|text|send|answer|respond|type|responda|responde|envi[eé]|env[ií]a|escriba|escribe|conteste|mande)\s+(?:with\s+|con\s+|la palabra\s+|the word\s+|a\s+)?["“'‘«]?(?:cancel|end|quit|cancelar|cancela)\b/iu;

/**
 * What is wrong with what patients tap, answer or send back. Only whoever writes words is told of it: what is deployed with
 * such words goes on.
 */
export function misleadingFault(words: string): string | undefined {
  if (ENDING.test(words) || ANSWERED.test(words))
    return "offers CANCEL, END or QUIT as an answer, which carriers take for STOP: texts would end, and the visit stay as it is; name STOP alone";
  const glued = gluedFault(words);
  if (glued !== undefined) return glued;
  const filled = filledIn(words, ANY_FACTS);
  // Phones send a text back whole, or its last sentences, for whoever likes or forwards it.
  if ([filled, `Liked “${filled}”`, `Liked: ${filled}`].some((text) => replyOf(text).kind !== "other"))
    return "reads, sent back by a phone as it is, as the wish for no more texts; say it as “STOP to end”";
  return undefined;
}

function gluedFault(words: string): string | undefined {
  if (GLUED.link.test(words))
    return "has {link} with something right beside it, which phones take for a part of the link, so that it leads nowhere; put a blank before it and after it";
  if (GLUED.phone.test(words))
    return "has {phone} with a letter, a digit or another name right beside it, so that phones dial another number; put a blank between";
  return undefined;
}

function unusable(kind: MessageKind, words: string): string | undefined {
  const names = [...words.matchAll(NAME)].map(([, name = ""]) => name);
  const unknown = names.find((name) => !Object.hasOwn(WORD_NAMES, name));
  const missing = NEEDED[kind].find((name) => !names.includes(name));
  if (words.length > MOST) return `has more than ${String(MOST)} characters; shorten it`;
  if (/\p{Cc}/u.test(words)) return "has a line break or a tab; write it on one line";
  const unseen = unseenIn(words);
  if (unseen !== undefined) return `has a character that nobody sees (${unseen}); type it anew`;
  if (unknown !== undefined)
    return `has {${unknown}}, which is no name; there are ${Object.keys(WORD_NAMES).map(inBraces).join(", ")}, and none for a patient or a clinician`;
  if (/[{}]/.test(words.replace(NAME, ""))) return "has a brace that belongs to no name; take it out";
  if (missing !== undefined) return `lacks ${inBraces(missing)}, which this text has to say; add it`;
  if (kind === "cancellation" && names.includes("link"))
    return "has {link}, and a canceled visit has nothing to join; take it out";
  const [shortener] = SHORTENERS.exec(words) ?? [];
  if (shortener !== undefined)
    return `has a link of ${shortener}, a public shortener, which carriers block; {link} is the patient’s own`;
  if (!/\bSTOP\b/.test(words)) return "does not say STOP, by which people end texts; add it";
  return undefined;
}

const inBraces = (name: string) => `{${name}}`;

/** Words that a hospital has in place of the connector's own. */
export const textWordsSchema = z
  .strictObject({
    kind: z.enum(MESSAGE_KINDS).meta({ description: "Which text." }),
    language: z.enum(LANGUAGES).meta({ description: "In which language." }),
    text: z.string().meta({
      description:
        "The words, with {sender}, {when}, {link} and {phone} where these belong, {link} with a blank on each side; they have to say STOP, and fit into one segment of 160 characters.",
    }),
  })
  .superRefine(({ kind, text }, context) => {
    const fault = unusable(kind, text);
    if (fault !== undefined) context.addIssue({ code: "custom", path: ["text"], message: fault });
  });
export type TextWords = z.output<typeof textWordsSchema>;
