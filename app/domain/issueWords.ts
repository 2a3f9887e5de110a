/** What is wrong with what somebody wrote, in sentences that are the same for a stack file and for a form of the portal. */
import type * as z from "zod";
import { meantSetting } from "./meantSetting.ts";

/** The words that depend on where the value was written. */
export interface Told {
  /** What a fault is about where no key can be named. */
  readonly whole: string;
  /** Where to look up what a key may hold, such as `stacks/README.md`. */
  readonly reference: string;
}

export type ReadVerdict<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly string[] };

/** Reads a value by a schema. Each fault is a sentence that starts with the key it is about. */
export function readOrExplain<S extends z.ZodType>(
  schema: S,
  value: unknown,
  told: Told,
): ReadVerdict<z.output<S>> {
  const parsed = schema.safeParse(value, { error: (issue) => issueWords(issue, told.reference) });
  if (parsed.success) return { ok: true, value: parsed.data };
  const faults = telling(parsed.error.issues).flatMap((issue) => sentences(issue, value, told, schema));
  return { ok: false, faults: [...new Set(faults)] };
}

/**
 * If a value has the wrong type, only that is reported and not its length, too: text has a length even where a list belongs.
 */
function telling(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const of = ({ path }: z.core.$ZodIssue) => path.map(String).join(".");
  const misfits = new Set(issues.filter(({ code }) => code === "invalid_type").map(of));
  return issues.filter((issue) => issue.code === "invalid_type" || !misfits.has(of(issue)));
}

const standingAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce(
    (found, part) => (typeof found === "object" && found !== null ? Reflect.get(found, part) : undefined),
    value,
  );

/** Whether it is a value in the form in which Pulumi writes what it has encrypted. */
const isEncrypted = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "secure" in value;

/** Whether the schema finds no fault of this key, or of what it stands in, once the key is not there. */
function mayBeLeftOut(schema: z.ZodType, whole: unknown, path: readonly PropertyKey[]): boolean {
  const without = structuredClone(whole);
  const above = standingAt(without, path.slice(0, -1));
  const [name] = path.slice(-1);
  if (Array.isArray(above)) above.splice(Number(name), 1);
  else if (typeof above === "object" && above !== null && name !== undefined)
    Reflect.deleteProperty(above, name);
  const issues = schema.safeParse(without).error?.issues ?? [];
  const own = [path, path.slice(0, -1)].map(keyText);
  return !issues.some((issue) => own.includes(keyText(issue.path)));
}

const ENCRYPTED =
  "is an encrypted value (secure:), which has no place here; a key holds the name that a secret has in the vault, never the secret";

function sentences(issue: z.core.$ZodIssue, whole: unknown, told: Told, schema: z.ZodType): string[] {
  const { path } = issue;
  const above = Array.from({ length: path.length + 1 }, (_, length) => path.slice(0, length));
  const encrypted = above.find((part) => isEncrypted(standingAt(whole, part)));
  if (encrypted !== undefined) return [keyOf(encrypted, told) + ENCRYPTED];
  const standing = standingAt(whole, path);
  // A key with nothing behind it.
  if (issue.code === "invalid_type" && standing === null && path.length > 0) {
    const out = mayBeLeftOut(schema, whole, path) ? ", or leave it out" : "";
    return [keyOf(path, told) + "is empty; say what it is" + out + ". See " + told.reference];
  }
  // A schema's own message says what a text must be, but not that it is missing.
  if (issue.code === "invalid_type" && standing === undefined)
    return [keyOf(path, told) + "is missing; see " + told.reference];
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((name) => {
      const own = [...path, name];
      const meant = meantSetting(schema, own);
      // It is one beside another choice, such as a secret where a key was chosen.
      if (meant !== undefined && keyText(meant) === keyText(own))
        return (
          keyOf(own, told) + "does not go with what stands beside it; leave it out, or see " + told.reference
        );
      const hint = meant === undefined ? "see " : `did you mean ${keyText(meant)}? See `;
      return keyOf(own, told) + "is not a setting; " + hint + told.reference;
    });
  return [keyOf(path, told) + issue.message + quotesHint(issue, standing)];
}

/** The key in the form in which a person writes it, followed by a colon. */
function keyOf(path: readonly PropertyKey[], { whole }: Told): string {
  const key = keyText(path);
  return (key === "" ? whole : key) + ": ";
}

const keyText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (above, part) =>
      typeof part === "number"
        ? above + "[" + String(part) + "]"
        : above === ""
          ? String(part)
          : above + "." + String(part),
    "",
  );

const BELOW = "; each of its settings stands on a line of its own below it";

/**
 * YAML reads digits without quotes as a number, so quotes may be what is missing where digits are a choice, or what is too
 * much; a list of one is often written without its brackets, and a group as the first of its settings alone.
 */
function quotesHint(issue: z.core.$ZodIssue, standing: unknown): string {
  const isDigits =
    issue.code === "invalid_value" &&
    issue.values.every((one) => typeof one === "string" && /^\d+$/u.test(one));
  if (issue.code === "invalid_type" && typeof standing === "string") {
    if (["number", "int"].includes(issue.expected) && /^\d+$/.test(standing)) return "; leave its quotes out";
    if (["number", "int"].includes(issue.expected)) return "; digits alone, without quotes or a unit";
  }
  if (issue.code === "invalid_type" && issue.expected === "array" && standing !== "")
    return typeof standing === "object"
      ? "; each of its entries begins with a dash"
      : `; a list of one has brackets: [${typeof standing === "string" ? standing : JSON.stringify(standing)}]`;
  if (issue.code === "invalid_type" && issue.expected === "object" && issue.path.length > 0) return BELOW;
  return isDigits && typeof standing === "number" ? `; put it in quotes: "${String(standing)}"` : "";
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text; put it in quotes where it is made of digits",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a group of settings",
};

const choice = (values: readonly unknown[]): string =>
  values
    .map(String)
    .join(", ")
    .replace(/, ([^,]*)$/, " or $1");

/** The words that follow the key. A schema's own message takes precedence over these. */
function issueWords(issue: z.core.$ZodRawIssue, reference: string): string | undefined {
  if (issue.input === undefined) return "is missing; see " + reference;
  switch (issue.code) {
    case "invalid_type":
      return "must be " + (KINDS[issue.expected] ?? issue.expected);
    case "invalid_value":
      return "must be " + choice(issue.values);
    case "invalid_union":
      return Array.isArray(issue.options)
        ? "must be " + choice(issue.options)
        : "is in none of the forms that it may have; see " + reference;
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
      return issue.format === "url"
        ? "must be an address such as https://ehr.example.org"
        : "has not the form that it must have; see " + reference;
    default:
      return undefined;
  }
}
