/**
 * The privacy table: every field that the connector keeps, with what it holds, made from the same schemas with which rows
 * are written and read. README.md and records/README.md are generated from it (`npm run privacy-table`).
 */
import * as z from "zod";
import { kinds } from "./containers.ts";
import { unwrapped, type RecordKind } from "./record.ts";

/** A member of a kind's rows, or of what is sealed in them. */
export interface Field {
  /**
   * Paths of the values: `start`, `people[].role`. The path of a sealed one follows the name of what is sealed: `session:
   * grant.patient`.
   */
  readonly paths: readonly string[];
  readonly holds: string;
}

export interface KindTable {
  readonly container: string;
  /** How the ids of its rows begin, where the container holds several kinds. */
  readonly rows?: string;
  /** The member that tells its rows from another kind's. */
  readonly marked?: string;
  readonly what: string;
  readonly kept: string;
  readonly fields: readonly Field[];
}

/** The kinds in the order in which people read about them. */
export const table: readonly KindTable[] = kinds.map(tableOf);

export function tableOf(kind: RecordKind): KindTable {
  return {
    container: kind.container,
    ...(kind.rows !== undefined && { rows: kind.rows }),
    ...(kind.marked !== undefined && { marked: kind.marked }),
    what: kind.what,
    kept: kind.kept,
    fields: [{ paths: ["v"], holds: "version of the row's form" }, ...fieldsOf(kind)],
  };
}

function fieldsOf({ members, sealed = {} }: RecordKind): Field[] {
  const inside = Object.entries(sealed).flatMap(([name, content]) =>
    membersIn(content).map(({ paths, holds }) => ({
      paths: paths.map((path) => name + ": " + path),
      holds,
    })),
  );
  return [...membersIn(members), ...inside];
}

/** A group of members is one field where the group has a description; otherwise each of its members is a field. */
function membersIn({ shape }: z.ZodObject, within = ""): Field[] {
  return Object.entries(shape as Readonly<Record<string, z.ZodType>>).flatMap(([name, schema]) => {
    const path = within + name;
    const { description } = schema;
    if (description !== undefined) return [{ paths: [...new Set(leaves(path, schema))], holds: description }];
    const group = unwrapped(schema);
    if (group instanceof z.ZodObject) return membersIn(group, path + ".");
    throw new Error("the stored field " + path + " has no description");
  });
}

/** The paths of the values below a schema. */
function leaves(path: string, wrapped: z.core.$ZodType): string[] {
  const schema = unwrapped(wrapped);
  if (schema instanceof z.ZodArray) return leaves(path + "[]", schema.element);
  if (schema instanceof z.ZodDiscriminatedUnion)
    return schema.options.flatMap((option) => leaves(path, option));
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>).flatMap(([name, member]) =>
      leaves(path + "." + name, member),
    );
  return [path];
}
