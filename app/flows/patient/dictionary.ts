import type { Language } from "../../web/language.ts";
import { english } from "./english.ts";
import { spanish } from "./spanish.ts";
import type { PatientWords } from "./words.ts";

export const WORDS: Readonly<Record<Language, PatientWords>> = { en: english, es: spanish };
