/** The differences between a vendor's answer and ours. */
import type { Answer } from "./facts.ts";
import type { Fields } from "./shape.ts";

export interface Difference {
  /** Name of the fact. */
  readonly fact: string;
  /** `status`, `code`, `begins`, `header x`, or the path of a field. */
  readonly field: string;
  readonly theirs: string;
  readonly ours: string;
}

const ABSENT = "<absent>";

export function differences(fact: string, theirs: Answer, ours: Answer): readonly Difference[] {
  const line = (field: string, one: unknown, other: unknown): readonly Difference[] => {
    const [their, our] = [one ?? ABSENT, other ?? ABSENT].map(String);
    return their === our ? [] : [{ fact, field, theirs: their ?? "", ours: our ?? "" }];
  };
  const each = (prefix: string, one: Fields, other: Fields, names: Iterable<string>) =>
    [...names].flatMap((name) => line(prefix + name, one[name], other[name]));
  const refused = theirs.code !== undefined || ours.code !== undefined;
  const [their, our] = [theirs.fields ?? {}, ours.fields ?? {}];
  return [
    ...line("status", theirs.status, ours.status),
    ...line("code", theirs.code, ours.code),
    ...line("begins", theirs.begins, ours.begins),
    ...each("header ", theirs.headers ?? {}, ours.headers ?? {}, Object.keys(theirs.headers ?? {})),
    ...(refused && theirs.code !== ours.code
      ? []
      : each("", their, our, new Set([...Object.keys(their), ...Object.keys(our)]))),
  ];
}
