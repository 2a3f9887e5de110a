/** The languages patients can read, and how one is chosen. Dictionaries are `Record<Language, …>`: a missing one does not compile. */
import type { Request } from "express";

export type Language = "en" | "es";

const LANGUAGES: readonly Language[] = ["en", "es"];

/** Locales for dates: a hospital's patients are in the United States, whichever of the two they read. */
export const LOCALE: Record<Language, string> = { en: "en-US", es: "es-US" };

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
