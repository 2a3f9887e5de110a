/** The languages that patients read. Dictionaries are `Record<Language, …>`: a missing one does not compile. */
export const LANGUAGES = ["en", "es"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Locales for dates. A hospital's patients are in the United States, whichever of the two languages they read. */
export const LOCALE: Record<Language, string> = { en: "en-US", es: "es-US" };

/** The language for what a chart gives as a patient's language, in BCP 47; English for whoever reads neither. */
export const languageFor = (code: string | undefined): Language =>
  code?.toLowerCase().split("-")[0] === "es" ? "es" : "en";
