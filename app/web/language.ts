/** How one of the languages that patients read is chosen for a page. */
import type { IncomingMessage } from "node:http";
import accepts from "accepts";
import { LANGUAGES, type Language } from "../domain/language.ts";

import { parametersOf } from "./parameters.ts";

export { LOCALE, type Language } from "../domain/language.ts";

/** What a link to this language is called, in that language. */
export const LANGUAGE_NAME: Record<Language, string> = { en: "English", es: "Español" };

/** The language a person picked by a link (`?lang=`), if they did. */
export function pickedLanguage(request: IncomingMessage): Language | undefined {
  const [picked, ...others] = parametersOf(request).getAll("lang");
  return others.length > 0 ? undefined : LANGUAGES.find((language) => language === picked);
}

/** The picked language, else the browser's preference, else English. */
export function languageOf(request: IncomingMessage): Language {
  const preferred = pickedLanguage(request) ?? preferredLanguage(request);
  return preferred === "es" ? "es" : "en";
}

/** The longest list of languages that is read: browsers send some twenty characters, and reading thousands takes long. */
const LONGEST = 500;

function preferredLanguage(request: IncomingMessage): string | false {
  const { length } = request.headers["accept-language"] ?? "";
  const [preferred = false] = length > LONGEST ? [] : [accepts(request).languages([...LANGUAGES])].flat();
  return preferred;
}

export function otherLanguage(language: Language): Language {
  return language === "en" ? "es" : "en";
}
