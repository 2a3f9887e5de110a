/**
 * Reading what a vendor answered, by one set of rules for all of them. `null` and `""` are absent, members that nobody asked
 * for are not looked at, a member that may be absent is absent when it is wrong, and what is needed and missing is named by
 * its place in the answer. A value is never quoted: it may be a person's.
 */
import { z } from "zod";

/** Text. A number that a server sent in its place is that text, if it is a whole one of which no digit got lost. */
export const text = z.union([z.string(), z.int().transform(String)]);

/** Yes or no, or the word for it in quotation marks. */
export const flag = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^(true|false)$/i)
    .transform((word) => word.toLowerCase() === "true"),
]);

/** A number, or one in quotation marks. */
export const amount = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d{1,15}(\.\d{1,15})?$/)
    .transform(Number),
]);

/** A list; a server that has one thing may send it bare. */
export const listOf = <S extends z.ZodType>(item: S) =>
  z.preprocess((found) => (found === undefined || Array.isArray(found) ? found : [found]), z.array(item));

export interface Reading<T> {
  readonly value: T;
  /** Members that were there and could not be taken, so that they count as absent: `participant[].actor`. For the log. */
  readonly ignored: readonly string[];
}

/** An answer that lacks what is needed. The message names members of the answer, never what stands in them. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly members: readonly string[];
  constructor(message: string, members: readonly string[] = []) {
    super(message);
    this.members = members;
  }
}

/** What a body says as JSON, for {@link readMembers}. A byte order mark is no part of it. @throws Unreadable */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, "")) as unknown;
  } catch {
    // The parser's own error quotes the body.
    throw new Unreadable(body.trim() === "" ? "the answer is empty" : "the answer is not JSON");
  }
}

/**
 * What a schema wants of an answer. What is wrong is taken out with the smallest part around it that may be absent: a
 * member, an entry of a list, or what they belong to. @throws Unreadable when that is the whole answer
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

/** Both at once. @throws Unreadable */
export function readJson<S extends z.ZodType>(schema: S, body: string): Reading<z.output<S>> {
  return readMembers(schema, parseJson(body));
}

/** Deeper than any answer that we read, and less than the stack holds. */
const MOST_LEVELS = 64;
const MOST_NAMES = 12;

function lacking(names: readonly string[]): Unreadable {
  const members = [...new Set(names)].slice(0, MOST_NAMES);
  return new Unreadable("missing or not as it must be: " + members.join(", "), members);
}

/** The answer with only what says something. */
function said(value: unknown, levels: number): unknown {
  if (value === null || value === "" || levels === 0) return undefined;
  if (Array.isArray(value))
    return value.map((entry) => said(entry, levels - 1)).filter((entry) => entry !== undefined);
  if (typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const content = said(member, levels - 1);
      return content === undefined ? [] : [[name, content] as const];
    }),
  );
}

type Path = readonly PropertyKey[];

/** What there is at a path or, when there is nothing, nearest above it. */
function smallestThere(answer: unknown, path: Path): Path {
  const steps: PropertyKey[] = [];
  let here = answer;
  for (const step of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) break;
    here = (here as Readonly<Record<PropertyKey, unknown>>)[step];
    steps.push(step);
  }
  // A bare thing where a list was meant is a list of one for the schema, and so is its path.
  return steps;
}

/** A copy without what is at these paths. */
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

/** `entry[].resource.start`. A name that no schema of ours would have is not repeated. */
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
