/**
 * Writes the content of a row in words: the values of a field, wherever its paths lead, and each item of a list by itself.
 */
import type { Field } from "../../../records/table.ts";
import type { Body, Json } from "../../../ports/store.ts";
import { momentWords } from "../auditWords.ts";

/** Fields that are kept, but not shown, because they give access to something. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  joinUrl: "kept, and not shown: whoever has it can ask to join",
  appointment: "sealed",
  sealed: "sealed",
};

/** The values of a field in words; undefined where the row has none, or where they are inside of what is sealed. */
export function heldWords({ paths }: Field, body: Body): string | undefined {
  const inRow = paths.filter((path) => !path.includes(": "));
  const found = inRow.flatMap((path): { readonly name: string; readonly says: string }[] => {
    const steps = path.split(".");
    const values = valuesAt(body, steps);
    if (values.length === 0) return [];
    const secret = NOT_SHOWN[steps[0]?.replace("[]", "") ?? ""];
    return [{ name: nameWords(steps.at(-1) ?? ""), says: secret ?? values.map(scalarWords).join(", ") }];
  });
  if (found.length === 0) return undefined;
  // If there is only one path, the field's own words name it.
  return inRow.length === 1 ? found[0]?.says : found.map(({ name, says }) => `${name}: ${says}`).join("; ");
}

type Scalar = string | number | boolean;

function valuesAt(value: Json | Body | undefined, [step, ...others]: readonly string[]): readonly Scalar[] {
  if (value === undefined || value === null) return [];
  if (step === undefined)
    return typeof value === "object"
      ? Array.isArray(value)
        ? value.flatMap((one: Json) => valuesAt(one, []))
        : []
      : [value];
  if (typeof value !== "object" || Array.isArray(value)) return [];
  const name = step.replace("[]", "");
  const member = (value as Body)[name];
  if (!step.endsWith("[]")) return valuesAt(member, others);
  return Array.isArray(member) ? member.flatMap((one: Json) => valuesAt(one, others)) : [];
}

const scalarWords = (value: Scalar): string => {
  if (value === true) return "yes";
  if (value === false) return "no";
  return momentWords(String(value)) ?? String(value);
};

/** A member's name in words: `joinUrl` becomes “join url”. */
const nameWords = (name: string): string =>
  name.replace("[]", "").replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase());
