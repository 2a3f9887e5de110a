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

/**
 * The values of a field in words: one line, and one for each item of a list whose items have several members. Undefined where
 * the row has none, or where they are inside of what is sealed.
 */
export function heldWords({ paths }: Field, body: Body): readonly string[] | undefined {
  const inRow = paths.filter((path) => !path.includes(": ")).map((path) => path.split("."));
  const { alone, lists } = apart(inRow);
  const found = alone.flatMap((steps) => {
    const says = saidAt(body, steps);
    return says === undefined ? [] : [{ name: nameWords(steps.at(-1) ?? ""), says }];
  });
  // If there is only one path, the field's own words name it.
  const line = found.map(({ name, says }) => (inRow.length === 1 ? says : `${name}: ${says}`)).join("; ");
  const lines = lists.flatMap(({ steps, members }) =>
    itemsAt(body, steps).flatMap((item) => itemWords(item, members) ?? []),
  );
  const all = [...(found.length > 0 ? [line] : []), ...lines];
  return all.length === 0 ? undefined : all;
}

type Steps = readonly string[];
interface OfList {
  readonly steps: Steps;
  /** The paths of an item's members, from the item on. */
  readonly members: readonly Steps[];
}

/** The lists of which several members are told, and all other paths. */
function apart(paths: readonly Steps[]): {
  readonly alone: readonly Steps[];
  readonly lists: readonly OfList[];
} {
  const listOf = (steps: Steps) => steps.slice(0, steps.findIndex((step) => step.endsWith("[]")) + 1);
  const keyOf = (steps: Steps) => listOf(steps).join(".");
  const of = (key: string) => paths.filter((steps) => keyOf(steps) === key);
  const several = [...new Set(paths.map(keyOf))].filter((key) => key !== "" && of(key).length > 1);
  return {
    alone: paths.filter((steps) => !several.includes(keyOf(steps))),
    lists: several.map((key) => {
      const steps = key.split(".");
      return { steps, members: of(key).map((each) => each.slice(steps.length)) };
    }),
  };
}

/** An item's members, each with its name; undefined where it has none of them. */
function itemWords(item: Json, paths: readonly Steps[]): string | undefined {
  const { alone, lists } = apart(paths);
  const named = (steps: Steps, says: string) =>
    steps.length === 0 ? says : `${steps.map(nameWords).join(" ")}: ${says}`;
  const own = alone.flatMap((steps) => {
    const says = saidAt(item, steps);
    return says === undefined ? [] : [named(steps, says)];
  });
  const below = lists.flatMap(({ steps, members }) => {
    const each = itemsAt(item, steps).flatMap((one) => itemWords(one, members) ?? []);
    return each.length === 0 ? [] : [named(steps, each.map((one) => `(${one})`).join(" "))];
  });
  const all = [...own, ...below];
  return all.length === 0 ? undefined : all.join("; ");
}

function saidAt(value: Json | Body, steps: Steps): string | undefined {
  const values = valuesAt(value, steps);
  const secret = NOT_SHOWN[steps[0]?.replace("[]", "") ?? ""];
  return values.length === 0 ? undefined : (secret ?? values.map(scalarWords).join(", "));
}

/** The items of the list at the end of a path; none where there is no list. */
function itemsAt(value: Json | Body | undefined, [step, ...others]: Steps): readonly Json[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const member = (value as Body)[step?.replace("[]", "") ?? ""];
  if (others.length > 0) return itemsAt(member, others);
  return Array.isArray(member) ? (member as readonly Json[]) : [];
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
