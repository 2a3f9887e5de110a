/**
 * A patient as we read them: which record it is, and how the patient is addressed. What the server hides is reported and not
 * guessed.
 */
import * as z from "zod";
import { languageName, languageTag } from "../../domain/formatters.ts";
import type { ChartPatient, PatientField, PatientLanguage } from "../../ports/ehr.ts";
import { anyText, flag, isSeen, listOf, saysWords, text, type Reading } from "../wire/members.ts";
import { shown } from "../wire/shown.ts";
import { asRead, codeRead, coding, concept, namesOf, reference } from "./concepts.ts";
import { reachedBy, telecomSchema } from "./telecom.ts";
import { idOf } from "./references.ts";
import { readDate } from "./times.ts";
import { isCurrent, validityOf, validitySchema } from "./validity.ts";
import { goneAs, preferenceOf } from "./writtenTo.ts";

/**
 * A member with an underscore holds what a server sends in place of a value, such as a note that the value is masked. A blank
 * part of a name hides nothing, so the parts are read whatever they are.
 */
const names = listOf(
  validitySchema.extend({
    text: anyText.optional(),
    _text: z.unknown().optional(),
    family: listOf(anyText).optional(),
    _family: z.unknown().optional(),
    given: listOf(anyText).optional(),
    _given: z.unknown().optional(),
  }),
).default([]);

export const patientSchema = z.object({
  resourceType: z.literal("Patient"),
  id: text.optional(),
  active: flag.optional(),
  _active: z.unknown().optional(),
  deceasedBoolean: z.unknown().optional(),
  _deceasedBoolean: z.unknown().optional(),
  deceasedDateTime: z.unknown().optional(),
  _deceasedDateTime: z.unknown().optional(),
  birthDate: text.optional(),
  _birthDate: z.unknown().optional(),
  name: names,
  link: listOf(z.object({ type: text.optional(), other: reference.optional() })).default([]),
  communication: listOf(z.object({ language: concept.optional(), preferred: flag.optional() })).default([]),
  telecom: listOf(telecomSchema).default([]),
  extension: listOf(
    z.object({
      url: text.optional(),
      valueBoolean: flag.optional(),
      valueCoding: coding.optional(),
      valueCodeableConcept: concept.optional(),
      /** Taken as they are, because what is wrong with a preference counts. */
      extension: listOf(z.looseObject({ url: text.optional() })).default([]),
    }),
  ).default([]),
});

export type Patient = z.output<typeof patientSchema>;

export function linked(
  { link }: Pick<Patient, "link">,
  how: "replaced-by" | "replaces",
  base: string,
): readonly (string | undefined)[] {
  const such = link.filter(({ type }) => codeRead(type) === how);
  return such.map(({ other }) => idOf(other, "Patient", base));
}

/**
 * Id of the record that replaced this one. A record that is in use, or names several, or one that cannot be read, may be a
 * slip: then nobody stands in its place.
 */
export function replacementOf(patient: Pick<Patient, "link" | "active">, base: string): string | undefined {
  const [next, ...others] = new Set(linked(patient, "replaced-by", base));
  return others.length === 0 && patient.active !== true ? next : undefined;
}

/** Which of several combined records this is. */
export interface Identity extends Pick<ChartPatient, "id" | "replaced" | "areIdsUnsure"> {
  /** Another record replaced this one, or may have, and it is not clear which, or cannot be read. */
  readonly isLinkUnreadable: boolean;
}

export function chartPatient(
  { value, ignored }: Reading<Patient>,
  { id, replaced, areIdsUnsure, isLinkUnreadable }: Identity,
  now: Date,
): ChartPatient {
  const name = nameOf(value, ignored, now);
  const birthDate = readDate(value.birthDate);
  const isBirthDateHidden =
    birthDate === undefined &&
    (value.birthDate !== undefined || value._birthDate !== undefined || ignored.includes("birthDate"));
  const fields: PatientField[] = [...name.hidden];
  if (isBirthDateHidden) fields.push("birthDate");
  if (isLinkUnreadable) fields.push("link");
  const language = languageOf(value);
  const interpreter = interpreterOf(value);
  const { phone, textNumber, mail } = reachedBy(value.telecom, now);
  const said = goneAs(value, ignored);
  // Whose number it is, only the record that stands for the patient can say.
  const gone = isLinkUnreadable && said !== "deceased" ? "replaced" : said;
  const prefers = preferenceOf(value);
  const unread = [...blanksIn(value), ...unclearIn(value)];
  return {
    id,
    replaced,
    ...(areIdsUnsure === true && { areIdsUnsure }),
    ...(name.written !== "" && { name: name.written }),
    ...(birthDate !== undefined && { birthDate }),
    ...(language !== undefined && { language }),
    ...(interpreter !== undefined && { interpreter }),
    ...(phone !== undefined && { phone }),
    ...(textNumber !== undefined && { textNumber }),
    ...(mail !== undefined && { mail }),
    ...(gone !== undefined && { gone }),
    ...(prefers !== undefined && { prefers }),
    hints: [
      ...(fields.length === 0 ? [] : [{ kind: "patient-unreadable", fields } as const]),
      ...(unread.length === 0 ? [] : [{ kind: "members-ignored", fields: unread } as const]),
    ],
  };
}

/**
 * The uses of names in the order in which a name is taken: the formal one, then the one that people use, one of which nothing
 * is said (it is current, unless it says that it is temporary or old), and what is only better than no name. "old" and
 * "maiden" are names of before. https://hl7.org/fhir/R4/valueset-name-use.html,
 * https://hl7.org/fhir/R4/datatypes-definitions.html#HumanName.use
 */
const USES = ["official", "usual", "", "temp", "anonymous", "nickname"];
const OF_BEFORE = new Set(["old", "maiden"]);

type Name = Patient["name"][number];

const rankOf = (use: string): number => USES.indexOf(USES.includes(use) ? use : "");

function nameOf(patient: Patient, ignored: readonly string[], now: Date) {
  const said = patient.name.map(withoutBlanks).filter(isThere);
  const [current] = said
    .map((name) => ({ name, validity: validityOf(name) }))
    .filter(({ validity }) => !OF_BEFORE.has(validity.use) && isCurrent(validity, now))
    .sort((one, other) => rankOf(one.validity.use) - rankOf(other.validity.use));
  const name = current?.name;
  const hidden: PatientField[] = [];
  if (name === undefined) {
    if (said.length > 0) return { written: "", hidden: ["name.current"] as const };
    const isMasked = ignored.some(isOfName) || patient.name.some(hasMask);
    return { written: "", hidden: isMasked ? (["name"] as const) : hidden };
  }
  const family = name.family?.join(" ") ?? "";
  const given = name.given?.join(" ") ?? "";
  const parts = [family, given].filter((part) => part !== "").join(", ");
  const written = shown(name.text ?? parts);
  if (name.text !== undefined) return { written, hidden };
  if (written === "") return { written, hidden: ["name"] as const };
  if (isHidden(family, name.family, name._family, ignored, "family")) hidden.push("name.family");
  if (isHidden(given, name.given, name._given, ignored, "given")) hidden.push("name.given");
  return { written, hidden };
}

function withoutBlanks({ text: whole, family = [], given = [], ...name }: Name): Name {
  const [families, givens] = [family.filter(saysWords), given.filter(saysWords)];
  const isTextSaid = whole !== undefined && saysWords(whole);
  // Beside a part that says something, a part of signs alone stands in place of what it does not say.
  const isSaid = isTextSaid || families.length > 0 || givens.length > 0;
  return {
    ...name,
    ...(isTextSaid && { text: whole }),
    ...(families.length > 0 && { family: families }),
    ...(givens.length > 0 && { given: givens }),
    ...(isSaid && name._family === undefined && family.some(isMask) && { _family: family }),
    ...(isSaid && name._given === undefined && given.some(isMask) && { _given: given }),
  };
}

/** Whether signs are all that can be seen, as in "***". */
const isMask = (words: string): boolean => isSeen(words) && !saysWords(words);

const hasMask = ({ text: whole = "", family = [], given = [] }: Name): boolean =>
  [whole, ...family, ...given].some(isMask);

/** Whether a name says anything, or holds something in place of what it says. */
const isThere = ({ text: whole, _text, family, _family, given, _given }: Name): boolean =>
  [whole, _text, family, _family, given, _given].some((part) => part !== undefined);

/** The parts of names that say nothing, for the log. */
function blanksIn({ name }: Patient): readonly string[] {
  const parts = ["text", "family", "given"] as const;
  return parts
    .filter((part) => name.some((each) => [each[part] ?? []].flat().some((words) => !saysWords(words))))
    .map((part) => "name[]." + part);
}

/** What may say that a name, a number or an address is over, and cannot be read, for the log. */
function unclearIn({ name, telecom }: Patient): readonly string[] {
  const unclear = (member: string, entries: readonly Parameters<typeof validityOf>[0][]) =>
    entries.flatMap((entry) => validityOf(entry).unclear.map((part) => `${member}[].${part}`));
  return [...new Set([...unclear("name", name), ...unclear("telecom", telecom)])];
}

/** Whether the member is present but gives no words, because it is masked or has a shape that cannot be read. */
function isHidden(
  words: string,
  list: readonly string[] | undefined,
  inItsPlace: unknown,
  ignored: readonly string[],
  member: string,
): boolean {
  const isThere = list !== undefined || inItsPlace !== undefined;
  return (words === "" && isThere) || ignored.some((path) => isOfName(path) && path.includes(member));
}

const isOfName = (path: string) => /^name\b/.test(path);

/** The language that the patient prefers, or else the only one listed. */
export function languageOf({ communication }: Pick<Patient, "communication">): PatientLanguage | undefined {
  const preferred =
    communication.find((each) => each.preferred === true) ??
    (communication.length === 1 ? communication.find((each) => each.preferred !== false) : undefined);
  const language = preferred?.language;
  if (language === undefined) return undefined;
  const tags = language.coding.filter(({ system }) => system === undefined || OF_LANGUAGES.test(system));
  const tag = tags.flatMap(({ code }) => tagIn(code) ?? [])[0];
  const said = language.text ?? language.coding.findLast(({ display }) => display !== undefined)?.display;
  const name = said ?? (tag === undefined ? undefined : languageName(tag)) ?? namesOf(language).at(-1);
  if (name === undefined) return undefined;
  const code = tag ?? namesOf(language).flatMap((each) => codeNamed(each) ?? [])[0];
  return { name: shown(name), ...(code !== undefined && { code }) };
}

/** The systems of codes that are language tags, or that a tag begins with: BCP 47 and ISO 639, by their various addresses. */
const OF_LANGUAGES = /bcp.?47|639|\/languages$/i;
/** A language tag (https://www.rfc-editor.org/rfc/rfc5646): a language and the subtags that narrow it. */
const TAG = /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i;

/**
 * The tag that a code is, as RFC 5646 writes it, in small letters: some servers join the parts by an underline, and ISO 639-2
 * has three letters for a language whose tag has two.
 */
function tagIn(code: string | undefined): string | undefined {
  const tag = code?.trim().replaceAll("_", "-") ?? "";
  // Where some part of it is none of a tag's, its language is said all the same.
  return TAG.test(tag) ? (languageTag(tag) ?? tag.toLowerCase()) : undefined;
}

/** Codes for languages that hospitals' own code sets give by name only. */
const BY_NAME: ReadonlyMap<string, string> = new Map([
  ...["english", "inglés", "ingles"].map((name) => [asRead(name), "en"] as const),
  ...["spanish", "español", "espanol", "castilian", "castellano"].map(
    (name) => [asRead(name), "es"] as const,
  ),
]);

/** What stands between several names of one language, or around the country where it is spoken: "Spanish; Castilian". */
const BETWEEN_NAMES = /[;,()[\]]|\s[-/]\s/;

/** The language that a name says, unless it names both. */
function codeNamed(name: string): string | undefined {
  const parts = asRead(name).split(BETWEEN_NAMES);
  const codes = new Set(parts.flatMap((part) => BY_NAME.get(part.trim()) ?? []));
  return codes.size === 1 ? [...codes][0] : undefined;
}

const INTERPRETER = /\/(patient-interpreterRequired|us-core-interpreter-needed)$/;
/** Yes and no in SNOMED CT and in HL7's code system. */
const ANSWERS: Readonly<Record<string, boolean>> = {
  "373066001": true,
  "373067005": false,
  y: true,
  n: false,
};

function interpreterOf({ extension }: Patient): boolean | undefined {
  const said = extension.find(({ url }) => INTERPRETER.test(url ?? ""));
  if (said === undefined) return undefined;
  const codes = [said.valueCoding, ...(said.valueCodeableConcept?.coding ?? [])];
  return (
    said.valueBoolean ?? codes.map((each) => ANSWERS[codeRead(each?.code)]).find((yes) => yes !== undefined)
  );
}

/** Whether the record says that another one replaced it, or may have, and it is not clear which. */
export function isReplacementHidden(patient: Pick<Patient, "link" | "active">, base: string): boolean {
  const { link, active } = patient;
  return (
    replacementOf(patient, base) === undefined &&
    link.some(({ type }) => codeRead(type) === "replaced-by" || (type === undefined && active === false))
  );
}
