/**
 * Reads the properties that a rule is given. In a preview some values are not known yet, and merely accessing one makes the
 * engine reduce the whole rule to a remark; so everything is read through here, where such a value is {@link UNKNOWN}.
 */
import { UnknownValueError } from "@pulumi/policy";

export const UNKNOWN: unique symbol = Symbol("known only after the deployment");

/** The value at a path like `siteConfig.minTlsVersion`: undefined where there is none, UNKNOWN where it is not known yet. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((here, step) => read(here, step), value);
}

/** The members of a list, each of which may be UNKNOWN; an absent list has none. */
export function items(value: unknown, path: string): readonly unknown[] | typeof UNKNOWN {
  const list = at(value, path);
  if (list === UNKNOWN) return UNKNOWN;
  return Array.isArray(list)
    ? Array.from({ length: list.length }, (_, index) => read(list, String(index)))
    : [];
}

/** A map's members, each of which may be UNKNOWN; an absent map has none. */
export function members(
  value: unknown,
  path: string,
): readonly (readonly [string, unknown])[] | typeof UNKNOWN {
  const map = at(value, path);
  if (map === UNKNOWN) return UNKNOWN;
  if (typeof map !== "object" || map === null) return [];
  return Object.keys(map).map((name) => [name, read(map, name)] as const);
}

/**
 * A value in words. Only short plain values are repeated; values of a settings map, which might be secret, are not read this
 * way.
 */
export function said(value: unknown): string {
  if (value === undefined || value === null) return "is not set";
  if (value === UNKNOWN) return "is not known before the deployment (write it as a literal)";
  if (typeof value === "boolean" || typeof value === "number") return "is " + String(value);
  if (typeof value === "string") return "is " + JSON.stringify(value.slice(0, 120));
  return Array.isArray(value) ? "is another list" : "is something else";
}

function read(from: unknown, step: string): unknown {
  if (from === UNKNOWN) return UNKNOWN;
  if (typeof from !== "object" || from === null) return undefined;
  try {
    return (from as Record<string, unknown>)[step];
  } catch (error) {
    if (error instanceof UnknownValueError) return UNKNOWN;
    throw error;
  }
}
