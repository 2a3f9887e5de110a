/**
 * Describes what the stack file asks for, and compares it with a resource's properties. Every property is compared; one that
 * nothing in the description asks for is a violation.
 */
import { at, items, said, UNKNOWN } from "../reading.ts";

/** A plain value, a list, a group, or a claim (below). Undefined means that there may be no value. */
export type Expected = string | number | boolean | undefined | Claim | readonly Expected[] | Group;
interface Group {
  readonly [key: string]: Expected;
}

/** The resource, as `kind name`, by whose name a host name begins, and what may follow before the first dot. */
interface Host {
  readonly of: string;
  readonly after?: RegExp;
}

/** A claim about a value that comes from other resources' outputs, or of which only the shape is known. */
export class Claim {
  readonly shape: RegExp | string;
  /** Resources from whose outputs the value comes, as `kind name`; undefined for a value that the program itself gives. */
  readonly of: readonly string[] | undefined;
  /** Whether the value may be left out. */
  readonly isOptional: boolean;
  /** For an address: whose it is. */
  readonly host: Host | undefined;
  /** The output that the value has in it. Left out, an Azure id is compared by its names, and all else by its shape alone. */
  readonly output: string | undefined;

  constructor(
    shape: RegExp | string,
    of?: readonly string[],
    isOptional = false,
    host?: Host,
    output?: string,
  ) {
    this.shape = shape;
    this.of = of;
    this.isOptional = isOptional;
    this.host = host;
    this.output = output;
  }

  holdsFor(value: unknown): boolean {
    if (this === ANYTHING || (this.isOptional && value === undefined)) return true;
    if (typeof value !== "string") return false;
    return typeof this.shape === "string" ? value === this.shape : this.shape.test(value);
  }
}

/** Accepts any value; for properties that somebody else decides, or that change by themselves. */
export const ANYTHING = new Claim("", [], true);

/** An output of these resources; once it is known, it has this shape. */
export const from = (of: string | readonly string[], shape: RegExp | string = /\S/): Claim =>
  new Claim(shape, [of].flat());

/** One output of a resource, by its name, or a text around it. */
export const outputOf = (of: string, output: string, shape = /\S/): Claim =>
  new Claim(shape, [of], false, undefined, output);

/** An address at the host of one of the deployment's resources; its host name begins with that resource's name. */
export const addressAt = (
  host: Host | string,
  shape: RegExp,
  of: readonly string[] = [typeof host === "string" ? host : host.of],
): Claim => new Claim(shape, of, false, typeof host === "string" ? { of: host } : host);

/** A text that has this shape. */
export const like = (shape: RegExp): Claim => new Claim(shape);

/** A name that the provider generates where the program gives none: the beginning, followed by hexadecimal digits. */
export const calledLike = (beginning: string): Claim =>
  new Claim(new RegExp("^" + beginning + "[0-9a-f]*$"), undefined, true);

/** All resources from whose outputs a value comes. */
export const sources = (expected: Expected): readonly string[] =>
  claimsIn(expected).flatMap(({ of = [] }) => of);

function claimsIn(expected: Expected): readonly Claim[] {
  if (expected instanceof Claim) return [expected];
  return typeof expected === "object" ? Object.values(expected).flatMap(claimsIn) : [];
}

/**
 * What is wrong with a value, a sentence for each violation. A value that a preview does not know passes if it may come from
 * other resources.
 */
export function violationsOf(expected: Expected, value: unknown, path: string): readonly string[] {
  if (value === UNKNOWN && claimsIn(expected).some(({ of }) => of !== undefined)) return [];
  if (expected instanceof Claim)
    return expected.holdsFor(value) ? [] : [path + " " + said(value) + wanted(expected)];
  if (Array.isArray(expected)) return listViolations(expected as readonly Expected[], value, path);
  if (typeof expected === "object")
    return groupViolations(expected as Readonly<Record<string, Expected>>, value, path);
  return value === expected ? [] : [path + " " + said(value) + wanted(expected)];
}

function listViolations(expected: readonly Expected[], value: unknown, path: string): readonly string[] {
  const list = items({ list: value }, "list");
  if (list === UNKNOWN || !isList(value)) return [path + " " + said(value) + wanted("a list")];
  const more = list.length - expected.length;
  return [
    ...(more > 0 ? [path + " has " + String(more) + " more than the stack file asks for"] : []),
    ...expected.flatMap((one, index) => violationsOf(one, list[index], path + "[" + String(index) + "]")),
  ];
}

function groupViolations(
  expected: Readonly<Record<string, Expected>>,
  value: unknown,
  path: string,
): readonly string[] {
  if (value === UNKNOWN || typeof value !== "object" || value === null || isList(value))
    return [path + " " + said(value) + wanted("a group of values")];
  const inside = (key: string) => (path === "" ? key : path + "." + key);
  return [
    ...Object.entries(expected).flatMap(([key, one]) => violationsOf(one, read(value, key), inside(key))),
    ...Object.keys(value)
      .filter((key) => !(key in expected) && !key.startsWith("__") && !defaultsIn(value).includes(key))
      .filter((key) => read(value, key) !== undefined)
      .map((key) => inside(key) + " is said, and nothing in the stack file asks for it"),
  ];
}

/**
 * The names of values that are the vendor's own defaults. Providers keep notes under keys that begin with two underscores,
 * and Entra's provider lists these names there.
 */
function defaultsIn(group: object): readonly unknown[] {
  const list = items(group, "__defaults");
  return list === UNKNOWN ? [] : list;
}

/** The value at a key; names of tags contain dots, so those are not read as paths. */
const read = (group: object, key: string): unknown =>
  key.includes(".") ? (group as Record<string, unknown>)[key] : at(group, key);

const isList = (value: unknown): boolean => Array.isArray(value);

function wanted(expected: string | number | boolean | undefined | Claim): string {
  if (expected === undefined) return "; nothing may stand there";
  if (expected instanceof Claim)
    return expected.of === undefined
      ? "; it must look like " + String(expected.shape)
      : "; it comes from " + expected.of.join(" and ") + " and looks like " + String(expected.shape);
  return "; the stack file asks for " + JSON.stringify(expected);
}
