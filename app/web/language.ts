/** How one of the languages that patients read is chosen for a page. */
import type { Request } from "express";
import { LANGUAGES, type Language } from "../domain/language.ts";

export { LOCALE, type Language } from "../domain/language.ts";

/** What a link to this language is called, in that language. */
export const LANGUAGE_NAME: Record<Language, string> = { en: "English", es: "Español" };

/** The language a person picked by a link (`?lang=`), if they did. */
export function pickedLanguage(request: Request): Language | undefined {
  const { lang } = request.query;
  return LANGUAGES.find((language) => language === lang);
}

/** The picked language, else the browser's preference, else English. */
export function languageOf(request: Request): Language {
  const preferred = pickedLanguage(request) ?? request.acceptsLanguages([...LANGUAGES]);
  return preferred === "es" ? "es" : "en";
}

export function otherLanguage(language: Language): Language {
  return language === "en" ? "es" : "en";
}
