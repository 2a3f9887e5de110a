/** Checks that most rules are made of. A value that is absent or not known yet never passes, unless a check says so. */
import { at, items, said, UNKNOWN } from "./reading.ts";
import type { Check } from "./rule.ts";

type Plain = string | number | boolean;
const words = (values: readonly Plain[]): string => values.map((value) => JSON.stringify(value)).join(" or ");

/** The value is one of these. */
export const is =
  (path: string, ...wanted: readonly Plain[]): Check =>
  ({ props }) => {
    const value = at(props, path);
    return wanted.some((one) => one === value)
      ? []
      : [path + " " + said(value) + "; it must be " + words(wanted)];
  };

/** The value is absent, or one of these. For properties whose default at the vendor is the safe value. */
export const isAtMost =
  (path: string, ...allowed: readonly Plain[]): Check =>
  (resource) =>
    at(resource.props, path) === undefined ? [] : is(path, ...allowed)(resource);

/** The value is a number that is not smaller. */
export const atLeast =
  (path: string, least: number): Check =>
  ({ props }) => {
    const value = at(props, path);
    return typeof value === "number" && value >= least
      ? []
      : [path + " " + said(value) + "; it must be at least " + String(least)];
  };

/** There is a value, even if it (such as an id) is known only later. */
export const isThere =
  (path: string): Check =>
  ({ props }) => {
    const value = at(props, path);
    return value === undefined || value === null || value === "" ? [path + " is not set"] : [];
  };

/** There is no value, or an empty list. */
export const isAbsent =
  (path: string): Check =>
  ({ props }) => {
    const value = at(props, path);
    if (value === undefined || value === null || value === "") return [];
    if (Array.isArray(value) && value.length === 0) return [];
    return [path + " must not be there"];
  };

/** The value is a text of a shape, which is also described in words. */
export const matches =
  (path: string, shape: RegExp, allowed: string): Check =>
  ({ props }) => {
    const value = at(props, path);
    return typeof value === "string" && shape.test(value)
      ? []
      : [path + " " + said(value) + "; it must be " + allowed];
  };

/** Like {@link matches}, but a value that a preview does not know yet passes. */
export const matchesOnceKnown =
  (path: string, shape: RegExp, allowed: string): Check =>
  (resource) =>
    at(resource.props, path) === UNKNOWN ? [] : matches(path, shape, allowed)(resource);

/** Checks each member of a list. */
export const each =
  (path: string, check: (member: unknown, index: string) => readonly string[]): Check =>
  ({ props }) => {
    const list = items(props, path);
    if (list === UNKNOWN) return [path + " " + said(UNKNOWN)];
    return list.flatMap((member, index) => check(member, path + "[" + String(index) + "]"));
  };

export const all =
  (...checks: readonly Check[]): Check =>
  (resource) =>
    checks.flatMap((check) => check(resource));

export const inProduction =
  (check: Check): Check =>
  (resource) =>
    resource.said.environment === "production" ? check(resource) : [];

export const isProtected: Check = ({ protect }) =>
  protect ? [] : ["the resource option protect is not true"];
