/**
 * What says that the writer of an answer is not the patient, in both languages: that they are somebody else, or that whoever has
 * some name is not there. A name is known by its capital letter alone.
 */
import type { Language } from "./language.ts";
import { PHONE, SORRY } from "./optOutWords.ts";
import { RELATIVE } from "./relatives.ts";

/** Whether a sentence says that its writer is not the patient. Somebody who writes for the patient may say so, too. */
export function isAnother(words: readonly string[], language: Language): boolean {
  const said = words.join(" ").toLowerCase();
  if (ANOTHER[language].test(said)) return true;
  const isShouted = words.every((word) => word === word.toUpperCase());
  if (isShouted) return false;
  return NAMED[language].some(({ before, name, after }) => {
    const count = before.exec(said)?.[0].split(" ").length;
    const [named = "", ...more] = count === undefined ? [] : words.slice(count);
    const isName = /^\p{Lu}\p{Ll}+/u.test(named) && !NO_NAMES.has(named.toLowerCase());
    const isSpelled = words.slice(0, count).some((word) => beginAlike(word, named));
    return isName && !isSpelled && name.test(named) && after.test(more.join(" "));
  });
}

/** "I'm Maria, not Marie" says how the writer's own name is spelled. */
const beginAlike = (one: string, other: string): boolean =>
  one.slice(0, 3).toLowerCase() === other.slice(0, 3).toLowerCase();

/** Whoever says what they are to the patient writes for the patient. */
export const isRelative = (said: string): boolean => new RegExp(`\\b${RELATIVE}\\b`, "u").test(said);

/** Whether somebody says how their own name is right, who may be the patient. Words are in small letters. */
export const correctsName = (words: string): boolean =>
  /\b(?:my names? (?:is )?(?:not|isnt) .*\b(?:its|it is|but|spelled|my name is)|(?:mi nombre no es|no me llamo) .*\b(?:es|sino|me llamo))\b/u.test(
    words,
  );

/** Says without a name that the writer is somebody else. */
const ANOTHER: Readonly<Record<Language, RegExp>> = {
  en: new RegExp(
    `^${SORRY}(?:i am not|im not|i aint|this is not|this isnt|not) (?:the patient|your patient|a patient|that (?:person|patient)|this (?:person|patient)|the (?:(?:right|correct|intended) )?(?:person|recipient)|him$|her$|them$|who you|whoever)\\b`,
    "u",
  ),
  es: /^(?:hola |no |perdon |disculpe |lo siento |stop |alto )*(?:yo )?no soy (?:(?:la|el|su|un|una) paciente|es[ae] persona|la persona|es[ae] paciente|ella$|el$|quien)\b/u,
};

interface Named {
  readonly before: RegExp;
  readonly name: RegExp;
  readonly after: RegExp;
}

const named = (before: string, after: string, name = ""): Named => ({
  before: new RegExp(`^${before}(?= )`, "u"),
  name: new RegExp(name, "u"),
  after: new RegExp(`^(?:${after})$`, "u"),
});
const FEW_WORDS = "(?:\\S+(?: \\S+){0,3})?";
/** What stands for no name after "I am". */
const NOT_SELF =
  "(?:at|in|on|from|for|with|using|taking|seeing|going|coming|here|a|an|the|my|your|not|to|so)";
const SURNAME = "(?:\\p{L}+ )?";

/**
 * What stands around a name in a sentence which says that the writer is not, or does not know, whoever has it, or that the
 * phone is not theirs.
 */
const NAMED: Readonly<Record<Language, readonly Named[]>> = {
  en: [
    named(
      `${SORRY}(?:i am not|im not|i aint|this is not|this isnt|(?:i )?(?:dont|do not) know (?:any|a|anyone named|anybody named|anyone called|who))(?: (?:mr|mrs|ms|miss))?`,
      FEW_WORDS,
    ),
    named(`${SORRY}my names? (?:is )?(?:not|isnt|aint)(?: (?:mr|mrs|ms|miss))?`, "(?:\\p{L}+)?"),
    named(
      `${SORRY}(?:this is|i am|im|my name is|my names) (?!${NOT_SELF}\\b)\\p{L}+(?: \\p{L}+)? not(?: (?:mr|mrs|ms|miss))?`,
      "(?:\\p{L}+)?",
    ),
    named(
      `${SORRY}(?:there is |theres )?no(?: ?(?:one|body) (?:named|called))?`,
      `${SURNAME}(?:lives )?(?:here|at this (?:phone|number|address))`,
    ),
    named(`${SORRY}this ${PHONE} (?:(?:is )?(?:not|no longer)|isnt)`, "any ?more|now|", "s$"),
    named(
      `${SORRY}(?:i|we) (?:just |recently )?(?:got|bought|have) this (?:new |used )?${PHONE} (?:\\p{L}+ ){0,5}?not`,
      "(?:\\p{L}+)?",
    ),
  ],
  es: [
    named(
      "(?:hola |no |perdon |disculpe |lo siento |stop |alto )*(?:mi nombre no es|(?:yo )?no me llamo)",
      "(?:\\p{L}+)?",
    ),
    named(
      "(?:hola |perdon |disculpe |lo siento |stop |alto )*(?:(?:yo )?soy|est[ae] es|habla) \\p{L}+(?: \\p{L}+)? no(?: soy)?",
      "(?:\\p{L}+)?",
    ),
    named(
      "(?:hola |no |perdon |disculpe |lo siento |stop |alto )*(?:(?:yo )?no soy|est[ae] no es|aqui no hay ningun\\p{L}*|no conozco a(?: ningun\\p{L}*)?)(?: (?:el|la))?(?: (?:sr|sra|senor|senora))?",
      FEW_WORDS,
    ),
  ],
};

/** What people write with a capital letter in such sentences without meaning a name. */
const NO_NAMES: ReadonlySet<string> = new Set(
  `sure able available home well ok okay good fine here there ready free late sick better happy going coming feeling
  interested using working seeing getting having on in at a an the my your so too very really monday tuesday wednesday thursday
  friday saturday sunday january february march april may june july august september october november december english
  spanish american mexican hispanic latino latina medicare medicaid covid zoom teams facetime whatsapp google iphone android
  diabetic pregnant allergic vaccinated dr doctor dra doctora urgent positive allowed one body parking internet signal
  service wifi nurse provider video audio sound link problem pain fever symptoms answer camera computer interpreter
  appointment windows ios samsung yours ours always button lobby room entrance office staff bueno password code`.split(
    /\s+/,
  ),
);
