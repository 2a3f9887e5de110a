/** Checks that most rules are made of. What is absent or not known yet never passes, unless a check says so. */
import { at, items, said, UNKNOWN } from "./reading.ts";
import type { Check } from "./rule.ts";

type Plain = string | number | boolean;
const words = (values: readonly Plain[]): string => values.map((value) => JSON.stringify(value)).join(" or ");

/** The value is one of these, and nothing else. */
export const is =
  (path: string, ...wanted: readonly Plain[]): Check =>
  ({ props }) => {
    const value = at(props, path);
    return wanted.some((one) => one === value)
      ? []
      : [path + " " + said(value) + "; it must be " + words(wanted)];
  };

/** The value may be left out; if it is there, it is one of these. For properties whose vendor's default is the safe one. */
export const isAtMost =
  (path: string, ...allowed: readonly Plain[]): Check =>
  (resource) =>
    at(resource.props, path) === undefined ? [] : is(path, ...allowed)(resource);

/** A number that is not smaller. */
export const atLeast =
  (path: string, least: number): Check =>
  ({ props }) => {
    const value = at(props, path);
    return typeof value === "number" && value >= least
      ? []
      : [path + " " + said(value) + "; it must be at least " + String(least)];
  };

/** Something stands there; what, is known only later (an id). */
export const isThere =
  (path: string): Check =>
  ({ props }) => {
    const value = at(props, path);
    return value === undefined || value === null || value === "" ? [path + " is not set"] : [];
  };

/** Nothing stands there, or an empty list. */
export const isAbsent =
  (path: string): Check =>
  ({ props }) => {
    const value = at(props, path);
    if (value === undefined || value === null || value === "") return [];
    if (Array.isArray(value) && value.length === 0) return [];
    return [path + " must not be there"];
  };

/** Text of a shape that is said in words. */
export const matches =
  (path: string, shape: RegExp, inWords: string): Check =>
  ({ props }) => {
    const value = at(props, path);
    return typeof value === "string" && shape.test(value)
      ? []
      : [path + " " + said(value) + "; it must be " + inWords];
  };

/** As {@link matches}, of a value that a first preview may not know. */
export const matchesOnceKnown =
  (path: string, shape: RegExp, inWords: string): Check =>
  (resource) =>
    at(resource.props, path) === UNKNOWN ? [] : matches(path, shape, inWords)(resource);

/** Each member of a list by itself. */
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
