/** The languages that patients read. Dictionaries are `Record<Language, …>`: a missing one does not compile. */
export type Language = "en" | "es";

export const LANGUAGES: readonly Language[] = ["en", "es"];

/** Locales for dates: a hospital's patients are in the United States, whichever of the two they read. */
export const LOCALE: Record<Language, string> = { en: "en-US", es: "es-US" };

/** Of what a chart calls a patient's language, as BCP 47; whoever reads neither reads English. */
export const languageFor = (code: string | undefined): Language =>
  code?.toLowerCase().split("-")[0] === "es" ? "es" : "en";
