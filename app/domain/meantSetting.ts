/** The setting that somebody probably meant by an unknown key: one with a similar name, or one of that name elsewhere. */
import * as z from "zod";

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
}

/** @returns its path, with a number for each position in a list that the key has, too; undefined where none is near */
export function meantSetting(
  schema: z.ZodType,
  path: readonly PropertyKey[],
): readonly PropertyKey[] | undefined {
  const shape = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Shape;
  // Several ways to write a group may have a setting in common.
  const all = [...new Map(pathsIn(shape).map((one) => [one.join("."), one])).values()];
  const above = path.slice(0, -1);
  const name = String(path.at(-1));
  const beside = all.filter((one) => one.length === path.length && isWithin(one, above));
  const near = beside
    .map((one) => ({ one, steps: stepsBetween(String(one.at(-1)).toLowerCase(), name.toLowerCase()) }))
    .filter(({ steps }) => steps <= 2 && steps < name.length / 2)
    .toSorted((one, other) => one.steps - other.steps)[0];
  if (near !== undefined) return [...above, String(near.one.at(-1))];
  const [elsewhere, ...more] = all.filter((one) => one.at(-1) === name);
  return elsewhere !== undefined && more.length === 0 && !elsewhere.includes(ENTRY) ? elsewhere : undefined;
}

/** Stands for the position of an entry in a list. */
const ENTRY = "[]";

function pathsIn(shape: Shape, above: readonly string[] = []): readonly (readonly string[])[] {
  const own = Object.entries(shape.properties ?? {}).flatMap(([name, inner]) => [
    [...above, name],
    ...pathsIn(inner, [...above, name]),
  ]);
  const entries = shape.items === undefined ? [] : pathsIn(shape.items, [...above, ENTRY]);
  const ways = [...(shape.anyOf ?? []), ...(shape.oneOf ?? [])].flatMap((way) => pathsIn(way, above));
  return [...own, ...entries, ...ways];
}

const isWithin = (path: readonly string[], above: readonly PropertyKey[]): boolean =>
  above.every((part, index) => path[index] === (typeof part === "number" ? ENTRY : part));

/** How many letters must be put in, taken out or changed to make one word of the other (Levenshtein). */
function stepsBetween(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(one).entries()) {
    const steps = [row + 1];
    for (const [column, beside] of Array.from(other).entries())
      steps.push(
        Math.min(
          (above[column] ?? 0) + (letter === beside ? 0 : 1),
          (above[column + 1] ?? 0) + 1,
          (steps[column] ?? 0) + 1,
        ),
      );
    above = steps;
  }
  return above.at(-1) ?? 0;
}
