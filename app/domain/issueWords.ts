/** What is wrong with what somebody wrote, in sentences: the same ones for a stack file and for a form of the portal. */
import type { z } from "zod";

/** How whoever wrote it is told. */
export interface Told {
  /** What a fault of the whole is about, where no key can be named. */
  readonly whole: string;
  /** Where to look up what a key may hold, such as `stacks/README.md`. */
  readonly place: string;
}

export type ReadVerdict<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly string[] };

/** Reads a value by a schema. Each fault is a sentence that starts with the key it is about. */
export function readInWords<S extends z.ZodType>(
  schema: S,
  value: unknown,
  told: Told,
): ReadVerdict<z.output<S>> {
  const parsed = schema.safeParse(value, { error: (issue) => inWords(issue, told.place) });
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, faults: telling(parsed.error.issues).flatMap((issue) => sentences(issue, told)) };
}

/** What is of another kind is told so, and not besides how long it is: a text has a length, too, where a list belongs. */
function telling(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const of = ({ path }: z.core.$ZodIssue) => path.map(String).join(".");
  const misfits = new Set(issues.filter(({ code }) => code === "invalid_type").map(of));
  return issues.filter((issue) => issue.code === "invalid_type" || !misfits.has(of(issue)));
}

function sentences(issue: z.core.$ZodIssue, { whole, place }: Told): string[] {
  const key = issue.path.reduce<string>(
    (path, part) =>
      typeof part === "number"
        ? path + "[" + String(part) + "]"
        : path === ""
          ? String(part)
          : path + "." + String(part),
    "",
  );
  if (issue.code === "unrecognized_keys")
    return issue.keys.map(
      (name) => (key === "" ? name : key + "." + name) + ": is not a setting; see " + place,
    );
  return [(key === "" ? whole : key) + ": " + issue.message];
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text; put it in quotes where it is made of digits",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a group of settings",
};

/** Words that follow the key; what a schema says in its own words goes before these. */
function inWords(issue: z.core.$ZodRawIssue, place: string): string | undefined {
  if (issue.input === undefined) return "is missing; see " + place;
  switch (issue.code) {
    case "invalid_type":
      return "must be " + (KINDS[issue.expected] ?? issue.expected);
    case "invalid_value":
      return (
        "must be " +
        issue.values
          .map(String)
          .join(", ")
          .replace(/, ([^,]*)$/, " or $1")
      );
    case "invalid_union":
      return "must be one of the ways that " + place + " lists";
    case "too_small":
      return issue.origin === "array" || issue.origin === "string"
        ? "must not be empty"
        : "must be at least " + String(issue.minimum);
    case "too_big":
      if (issue.origin === "array") return "must have " + String(issue.maximum) + " entries at most";
      return issue.origin === "string"
        ? "must be " + String(issue.maximum) + " characters at most"
        : "must be at most " + String(issue.maximum);
    case "invalid_format":
      return (
        "must be " + (issue.format === "url" ? "an address such as https://ehr.example.org" : "well formed")
      );
    default:
      return undefined;
  }
}
