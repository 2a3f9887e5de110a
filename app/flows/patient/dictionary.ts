/** The words of patients' pages in each language. A language that lacks any of them does not compile. */
import type { Language } from "../../web/language.ts";
import { english } from "./english.ts";
import { spanish } from "./spanish.ts";
import type { PatientWords } from "./words.ts";

export const WORDS: Readonly<Record<Language, PatientWords>> = { en: english, es: spanish };
