/**
 * Whether an answer says that the patient has died. Nobody is to be texted about the visits of somebody who has died, and
 * whoever tells us does not also write "stop". A patient may write, too, that a relative has died, and go on to speak of the
 * visit: who asks something, or says what they themselves need, goes on wanting texts. Words are compared in small letters,
 * without accents and punctuation.
 */
import type { Language } from "./language.ts";
import { RELATIVE } from "./relatives.ts";

/** Whether one sentence says that somebody has died who may be the patient. */
export const saysDied = (sentence: string, language: Language): boolean => DIED[language].test(sentence);

/** Whether the whole answer goes on about the visit. A question mark is looked for where there still is one. */
export const isAboutVisit = (text: string, words: string): boolean => /[?¿]/u.test(text) || ABOUT.test(words);

/** What leads to the sentence: "I am sorry to tell you that", "because". */
const LED_TO =
  "(?:.{0,80}\\b(?:that|think|believe|know|you|because|since|que|porque|y|and|but|stop|please|texts|messages) )?";
const SOFTLY =
  "(?:(?:hi|hello|sorry|im sorry|i am sorry|sadly|unfortunately|regrettably|hola|perdon|lo siento|lamentablemente|desafortunadamente|desgraciadamente) )*";
const LATELY = "(?:(?:has|have|had|is|was|just|recently|already|sadly|now|unfortunately) )*";
/** A name. What belongs to the writer, such as a phone or a dog, has none. */
const NAME =
  "(?!(?:i|we|you|it|my|our|your|his|her|their|the|a|this|that|not|no|never|is|isnt|hasnt|has|if|when|until|who|mi|tu|su|un|una|yo|se|nunca|si|cuando|quien)\\b)\\p{L}+";
const GONE = "(?:passed away|deceased|no longer (?:with us|living|alive)|not (?:with us any ?more|alive))";
/** Whoever only "passed" may have passed a test, so a time or nothing follows. */
const PASSED =
  "passed(?: on)?(?= (?:last|yesterday|this (?:morning|afternoon|evening|week|weekend|month|year|past|spring|summer|fall|winter)|today|in (?:january|february|march|april|may|june|july|august|september|october|november|december|20\\d\\d)|a (?:(?:few|couple)(?: of)? )?(?:hour|day|week|month|year)s?|please|stop|so)\\b|$)";

/** What is said to die, too, and is nobody. */
const THINGS = `(?:${[
  "(?:cell ?|smart)?phones?|cell|mobile|iphone|android|samsung|battery|charger|laptop|computer|pc|mac|macbook|chromebook",
  "ipad|tablet|screen|camera|mic|microphone|headphones|internet|wifi|signal|service|connection|power|line|call|link|app",
  "router|modem|printer|monitor|tv|television|webcam|speaker|keyboard|bluetooth|browser|chrome|google|outlook|mychart|server",
  "netflix|uber|lyft|ride|bus|tesla|verizon|comcast|xfinity|impresora|bocina",
  "audio|video|sound|zoom|teams|website|site|page|car|truck|engine|pet|dog|cat|puppy|kitten|bird|horse|plant|tooth|nerve",
  "every(?:thing|one|body)|some(?:thing|one|body)|any(?:thing|one|body)|nothing|people|many|both|they|friend|neighbor",
  "just|almost|nearly|totally|completely|basically|literally|suddenly|already|still|then|also|never|not|has|have|is|was|so",
  "telefono|celular|movil|bateria|pila|computadora|senal|conexion|carro|coche|perr[ao]|gat[ao]|mascota|planta|nadie|alguien|todos?",
].join("|")})s?`;
/** How an answer goes on that somebody has died; "dead tired" and "died laughing" go on otherwise. */
const WHEN =
  "(?: (?:last|yesterday|today|this|on|in|a|an|two|three|few|several|months|years|weeks|some|ago|please|stop|so|sorry|ayer|hoy|hace|en|el (?:lunes|martes|miercoles|jueves|viernes|sabado|domingo|mes|ano)|la semana)(?: .*)?)?";
const NAMED_DIED: Readonly<Record<Language, RegExp>> = {
  en: new RegExp(
    `^((?:(?!${THINGS} )\\p{L}+ ){1,3}?)(?:has |is |was |had |just |recently |already )*(?:died|dead)(?! on (?:her|his|my|me)\\b)${WHEN}$`,
    "u",
  ),
  es: new RegExp(
    `^((?:(?!${THINGS} )\\p{L}+ ){1,3}?)(?:ya |se |ha |esta )*(?:murio|muert[oa])${WHEN}$|^(?:ya )?(?:se )?murio ((?:(?!${THINGS}\\b)\\p{L}+ ?){1,3})$`,
    "u",
  ),
};

/** Whether one sentence says that somebody with a name has died; a name is known by its capital letter. */
export function saysNamedDied(words: readonly string[], language: Language): boolean {
  const said = words.join(" ").toLowerCase();
  const [, before, after] = NAMED_DIED[language].exec(said) ?? [];
  const name = (before ?? after ?? "").trim();
  if (name === "" || DETERMINED.test(name)) return false;
  const count = name.split(" ").length;
  const named = before === undefined ? words.slice(-count) : words.slice(0, count);
  return named.every((word) => /^\p{Lu}\p{Ll}+$/u.test(word));
}
const DETERMINED =
  /\b(?:i|we|you|it|my|our|your|his|her|their|the|a|an|this|that|no|if|when|who|he|she|what|mi|tu|su|el|la|los|las|un|una|yo|si|cuando|quien|ya|se)\b/u;

const DIED: Readonly<Record<Language, RegExp>> = {
  en: new RegExp(
    `^${SOFTLY}${LED_TO}(?:(?:(?:he|she)s?|(?:the |your |this |that )?(?:patient|person)s?|(?:(?:my|our) )?(?:late |dear |grand ?)?${RELATIVE}(?:s|(?: in law)?(?: (?!is\\b|not\\b|isnt\\b|${THINGS}\\b)\\p{L}+)?)) ${LATELY}(?:died(?! (?:laughing|on (?:me|us)|his|her|my|their|the)\\b)|dead(?! (?:tired|asleep|set|wrong|on|serious|sure|tone)\\b)|${PASSED}|${GONE})|(?:${NAME} ){1,3}${LATELY}${GONE}|(?:(?:the |your )?patient (?:has )?expired))(?: .*)?$|^${SOFTLY}(?:has )?(?:deceased|died|passed away)$`,
    "u",
  ),
  es: new RegExp(
    `^${SOFTLY}${LED_TO}(?:ya )?(?:(?:(?:(?:el|la|su|este|esta|ese|esa) (?:paciente|persona|senora?|sra?)(?: ${NAME})*|el|ella|(?:mi|nuestr[oa]) ${RELATIVE}(?: ${NAME})?) )?(?:ya |ha |acaba de |se )*(?:fallecio|fallecid[oa]|fallecer|murio|muerto|morir)|(?:${NAME} ){1,3}(?:ya |ha |acaba de )*(?:fallecio|fallecido|fallecer)|(?:(?:el|la|su|este|esta|ese|esa) (?:paciente|persona)|el|ella|ya|(?:mi|nuestr[oa]) ${RELATIVE}) (?:ya )?esta (?:muert[oa]|fallecid[oa]))(?! de\\b| (?:el|la|mi|un|una|su|los|las) (?!(?:paciente|senora?|sra?|${RELATIVE})\\b))(?: .*)?$`,
    "u",
  ),
};

/** What somebody says who asks for something, or speaks of their own visit, and not of the messages. */
const TO_TELL = "(?! (?:to |you to )?(?:let|tell|inform|know|stop|report))";
const OF_TELLING =
  "(?!(?:so |very )?(?:sorry|writing|letting|telling|afraid|sad|his|her|the|texting|not)\\b)";
const ABOUT = new RegExp(
  `\\b(?:${[
    "resched\\w*|postpone|funeral|(?:my|our|a|an|another|new|different|next) (?:appointment|appt|visit|time|date|link)",
    "(?:can|could|may|should|shall|must) (?:i|we)|(?:i|we)ll|id like|when i|history|running|on my way|\\d+ min\\w*",
    `(?:i|we) (?:need|want|would|cant|cannot|can|will|wont|may|have|had)${TO_TELL}`,
    `(?:im|i am) ${OF_TELLING}\\w+`,
    "reagendar|reprogramar|posponer|aplazar|mi (?:cita|consulta)|otra (?:cita|fecha|hora)",
    "puedo|podemos|podria|podriamos|necesito|no puedo|cuando yo",
  ].join("|")})\\b`,
  "u",
);
