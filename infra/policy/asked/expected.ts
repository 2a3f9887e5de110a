/**
 * How what the stack file asks for is written down, and compared with what a resource says. Everything is compared, and what
 * nobody asked for is a fault: a value that no line here gives a meaning to has none.
 */
import { at, items, said, UNKNOWN } from "../reading.ts";

/** A plain value, a list, a group, or one of the claims below. Undefined: nothing may stand there. */
export type Expected = string | number | boolean | undefined | Claim | readonly Expected[] | Group;
interface Group {
  readonly [key: string]: Expected;
}

/** What is made of other resources, or known only by its shape. */
export class Claim {
  readonly shape: RegExp | string;
  /** Resources whose outputs it is made of, as `kind name`; undefined for what the program itself says. */
  readonly of: readonly string[] | undefined;
  /** It may be left out. */
  readonly isOptional: boolean;

  constructor(shape: RegExp | string, of?: readonly string[], isOptional = false) {
    this.shape = shape;
    this.of = of;
    this.isOptional = isOptional;
  }

  holdsFor(value: unknown): boolean {
    if (this === ANYTHING || (this.isOptional && value === undefined)) return true;
    if (typeof value !== "string") return false;
    return typeof this.shape === "string" ? value === this.shape : this.shape.test(value);
  }
}

/** Another's, or what moves by itself. */
export const ANYTHING = new Claim("", [], true);

/** An output of these resources, of this shape once it is known. */
export const from = (of: string | readonly string[], shape: RegExp | string = /\S/): Claim =>
  new Claim(shape, [of].flat());

/** A text of this shape. */
export const like = (shape: RegExp): Claim => new Claim(shape);

/** What a provider adds by itself where the program says nothing: the beginning, and some digits. */
export const calledLike = (beginning: string): Claim =>
  new Claim(new RegExp("^" + beginning + "[0-9a-f]*$"), undefined, true);

/** All the resources that a value is made of. */
export const sources = (expected: Expected): readonly string[] =>
  claimsIn(expected).flatMap(({ of = [] }) => of);

function claimsIn(expected: Expected): readonly Claim[] {
  if (expected instanceof Claim) return [expected];
  return typeof expected === "object" ? Object.values(expected).flatMap(claimsIn) : [];
}

/** What is wrong, a sentence each. A value that a preview does not know passes where it is made of other resources. */
export function faultsOf(expected: Expected, value: unknown, path: string): readonly string[] {
  if (value === UNKNOWN && claimsIn(expected).some(({ of }) => of !== undefined)) return [];
  if (expected instanceof Claim)
    return expected.holdsFor(value) ? [] : [path + " " + said(value) + wanted(expected)];
  if (Array.isArray(expected)) return listFaults(expected as readonly Expected[], value, path);
  if (typeof expected === "object")
    return groupFaults(expected as Readonly<Record<string, Expected>>, value, path);
  return value === expected ? [] : [path + " " + said(value) + wanted(expected)];
}

function listFaults(expected: readonly Expected[], value: unknown, path: string): readonly string[] {
  const list = items({ list: value }, "list");
  if (list === UNKNOWN || !isList(value)) return [path + " " + said(value) + wanted("a list")];
  const more = list.length - expected.length;
  return [
    ...(more > 0 ? [path + " has " + String(more) + " more than the stack file asks for"] : []),
    ...expected.flatMap((one, index) => faultsOf(one, list[index], path + "[" + String(index) + "]")),
  ];
}

function groupFaults(
  expected: Readonly<Record<string, Expected>>,
  value: unknown,
  path: string,
): readonly string[] {
  if (value === UNKNOWN || typeof value !== "object" || value === null || isList(value))
    return [path + " " + said(value) + wanted("a group of values")];
  const inside = (key: string) => (path === "" ? key : path + "." + key);
  return [
    ...Object.entries(expected).flatMap(([key, one]) => faultsOf(one, read(value, key), inside(key))),
    ...Object.keys(value)
      .filter((key) => !(key in expected) && !key.startsWith("__") && !defaultsIn(value).includes(key))
      .filter((key) => read(value, key) !== undefined)
      .map((key) => inside(key) + " is said, and nothing in the stack file asks for it"),
  ];
}

/** What providers note for themselves begins with two lines; Entra's notes there which values are its vendor's own. */
function defaultsIn(group: object): readonly unknown[] {
  const list = items(group, "__defaults");
  return list === UNKNOWN ? [] : list;
}

/** Names of tags have dots. */
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
