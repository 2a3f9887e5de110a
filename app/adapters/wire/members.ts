/**
 * Reads what a vendor answered, by one set of rules for all vendors. `null` and `""` count as absent; members that no schema
 * names are ignored; an optional member with a wrong value, with text in which nothing can be seen, or with words that say nothing, counts as absent; and a
 * required member that is missing is named by its path in the answer. A value is never quoted, because it may be personal
 * data.
 */
import * as z from "zod";

/**
 * A character that is not seen: a blank, a control character, or one that Unicode has programs draw nothing for
 * (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point). The empty cell of Braille looks like a blank.
 */
const UNSEEN = String.raw`\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800`;
const SEEN = new RegExp(`[^${UNSEEN}]`, "u");

/** Whether anything of the text can be seen. */
export const isSeen = (words: string): boolean => SEEN.test(words);

/** Some of Unicode's letters are drawn as nothing, such as those that fill a place in Hangul. */
const SAYS = /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}]/u;

/**
 * Whether words for people say anything, such as a name: without a letter or a digit, as in a lone comma or a row of asterisks,
 * they are a blank.
 */
export const saysWords = (words: string): boolean => SAYS.test(words);

/** Text, be there something to see or not. A whole number in its place is taken as text, if none of its digits was lost. */
export const anyText = z.union([z.string(), z.int().transform(String)]);

/** The same, of which something can be seen. */
export const text = z.union([z.string().refine(isSeen), z.int().transform(String)]);

/** Words for people: names, and what something is called. */
export const words = z.union([z.string().refine(saysWords), z.int().transform(String)]);

/** A boolean, or its word as a string. */
export const flag = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^(true|false)$/i)
    .transform((word) => word.toLowerCase() === "true"),
]);

/** A number, or a number as a string. */
export const amount = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d{1,15}(\.\d{1,15})?$/)
    .transform(Number),
]);

/** A list. A server that has one entry may send it without the list. */
export const listOf = <S extends z.ZodType>(item: S) =>
  z.preprocess((found) => (found === undefined || Array.isArray(found) ? found : [found]), z.array(item));

/** An optional value, for which a server may send a list of one. */
export const orListOfOne = <S extends z.ZodType>(value: S) =>
  z.preprocess(
    (found) => (Array.isArray(found) && found.length === 1 ? (found[0] as unknown) : found),
    value.optional(),
  );

export interface Reading<T> {
  readonly value: T;
  /**
   * Paths of the members that were present and could not be read, so that they count as absent, such as
   * `participant[].actor`. For the log.
   */
  readonly ignored: readonly string[];
}

/** The answer lacks something required. The message names members of the answer, never their values. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly members: readonly string[];
  constructor(message: string, members: readonly string[] = []) {
    super(message);
    this.members = members;
  }
}

/** Parses a body as JSON, for {@link readMembers}. A leading byte order mark is skipped. @throws Unreadable */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, "")) as unknown;
  } catch {
    // The parser's own error would quote the body, so it is not kept as a cause.
    throw new Unreadable(body.trim() === "" ? "the answer is empty" : "the answer is not JSON");
  }
}

/**
 * Reads what a schema asks for. A wrong value is removed with the smallest optional part around it: a member, an entry of a
 * list, or what contains them.
 * @throws Unreadable when that is the whole answer
 */
export function readMembers<S extends z.ZodType>(schema: S, answer: unknown): Reading<z.output<S>> {
  const root = { answer: said(answer, MOST_LEVELS) };
  const ignored = new Set<string>();
  for (;;) {
    const read = schema.safeParse(root.answer);
    if (read.success) return { value: read.data, ignored: [...ignored] };
    const taken = read.error.issues.map(({ path }) => smallestThere(root.answer, path));
    const whole = read.error.issues.filter((_, index) => taken[index]?.length === 0);
    if (whole.length > 0) throw lacking([...whole.map(({ path }) => named(path)), ...ignored]);
    for (const path of taken) ignored.add(named(path));
    root.answer = without(root.answer, taken);
  }
}

/** {@link parseJson} and {@link readMembers} in one. @throws Unreadable */
export function readJson<S extends z.ZodType>(schema: S, body: string): Reading<z.output<S>> {
  return readMembers(schema, parseJson(body));
}

/** Deeper than any answer that we read, and less than the call stack allows. */
const MOST_LEVELS = 64;
const MOST_NAMES = 12;

function lacking(names: readonly string[]): Unreadable {
  const members = [...new Set(names)].slice(0, MOST_NAMES);
  return new Unreadable("missing or not as it must be: " + members.join(", "), members);
}

/** What an answer says, without the values that count as absent: for what is not read by {@link readMembers}. */
export const present = (answer: unknown): unknown => said(answer, MOST_LEVELS);

/** The answer without the values that count as absent. What has none, as most answers, is not copied. */
function said(value: unknown, levels: number): unknown {
  if (value === null || value === "" || levels === 0) return undefined;
  if (typeof value !== "object") return value;
  const before: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  const after = before.map((member) => said(member, levels - 1));
  const isPresent = (content: unknown) => content !== undefined;
  if (after.every((content, index) => isPresent(content) && content === before[index])) return value;
  if (Array.isArray(value)) return after.filter(isPresent);
  const named = Object.keys(value).map((name, index) => [name, after[index]] as const);
  return Object.fromEntries(named.filter(([, content]) => isPresent(content)));
}

type Path = readonly PropertyKey[];

/** The path itself if there is something at it; otherwise the nearest path above it where there is. */
function smallestThere(answer: unknown, path: Path): Path {
  const steps: PropertyKey[] = [];
  let here = answer;
  for (const step of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) break;
    here = (here as Readonly<Record<PropertyKey, unknown>>)[step];
    steps.push(step);
  }
  // The schema treats a single value where a list was meant as a list of one, and so does the path.
  return steps;
}

/** A copy of the value without what is at these paths. */
function without(value: unknown, paths: readonly Path[]): unknown {
  if (paths.some((path) => path.length === 0)) return undefined;
  if (paths.length === 0 || typeof value !== "object" || value === null) return value;
  const below = Map.groupBy(paths, ([first]) => String(first));
  const rest = Object.entries(value).flatMap(([name, member]) => {
    const kept = without(
      member,
      (below.get(name) ?? []).map((path) => path.slice(1)),
    );
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return Array.isArray(value) ? rest.map(([, entry]) => entry) : Object.fromEntries(rest);
}

/** A path for the log, such as `entry[].resource.start`. A name that none of our schemas would use is not repeated. */
function named(path: Path): string {
  const name = path
    .map((step) => {
      if (typeof step === "number") return "[]";
      return "." + (/^[A-Za-z_][\w-]{0,60}$/.test(String(step)) ? String(step) : "?");
    })
    .join("")
    .replace(/^\./, "");
  return name === "" ? "the whole answer" : name;
}
