/** Values as the engine and a provider exchange them. */
import { isDeepStrictEqual } from "node:util";

export type Json = string | number | boolean | null | readonly Json[] | Properties;
export interface Properties {
  readonly [name: string]: Json;
}

/** The marks that stand for a value that only a later step knows. The engine has one for each kind of value. */
const UNKNOWNS: ReadonlySet<unknown> = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const isUnknown = (value: Json | undefined): boolean => UNKNOWNS.has(value);

export const isGroup = (value: Json | undefined): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** A list of words that have blanks between them. */
export const words = (all: string): readonly string[] => all.split(" ").filter(Boolean);

/** The value at a dotted path. */
export function at(value: Json | undefined, path: string): Json | undefined {
  return path
    .split(".")
    .reduce<Json | undefined>((inner, name) => (isGroup(inner) ? inner[name] : undefined), value);
}

export function textAt(value: Json | undefined, path: string): string | undefined {
  const found = at(value, path);
  return typeof found === "string" ? found : undefined;
}

/** The text at a dotted path; "" where there is none. */
export const saidAt = (value: Json | undefined, path: string): string => textAt(value, path) ?? "";

export function groupAt(value: Json | undefined, path: string): Properties {
  const found = at(value, path);
  return isGroup(found) ? found : {};
}

export function listAt(value: Json | undefined, path: string): readonly Json[] {
  const found = at(value, path);
  return isList(found) ? found : [];
}

/** The texts in a list; items of any other kind are left out. */
export const textsAt = (value: Json | undefined, path: string): readonly string[] =>
  listAt(value, path).filter((item) => typeof item === "string");

/** Both merged: values of `over` take precedence; groups are merged, lists are not. */
export function merged(under: Properties, over: Properties): Properties {
  const result: Record<string, Json> = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const below = under[name];
    result[name] = isGroup(below) && isGroup(value) ? merged(below, value) : value;
  }
  return result;
}

/** A copy without the value at the dotted path. */
export function without(properties: Properties, path: string): Properties {
  const [first = "", ...rest] = path.split(".");
  const inner = properties[first];
  if (inner === undefined) return properties;
  const { [first]: _left, ...others } = properties;
  if (rest.length === 0) return others;
  return isGroup(inner) ? { ...others, [first]: without(inner, rest.join(".")) } : properties;
}

/** A copy with this value at the dotted path. */
export function withAt(properties: Properties, path: string, value: Json): Properties {
  const [first = "", ...rest] = path.split(".");
  if (rest.length === 0) return { ...properties, [first]: value };
  return { ...properties, [first]: withAt(groupAt(properties, first), rest.join("."), value) };
}

export const isSame = (one: Json | undefined, other: Json | undefined): boolean =>
  isDeepStrictEqual(one, other);

/** Whether any value inside is not known yet. */
export function holdsUnknown(value: Json | undefined): boolean {
  if (isList(value)) return value.some(holdsUnknown);
  if (isGroup(value)) return Object.values(value).some(holdsUnknown);
  return isUnknown(value);
}
