/**
 * Rows as a newer release may have left them: each group, also a sealed one, has a member that this release does not know.
 */
import { DatabaseSync } from "node:sqlite";
import type { Body, Json } from "../../app/ports/store.ts";
import type { Keyring } from "../../app/ports/keyring.ts";
import { rowsOf, sealedIn, type Row } from "./usedStore.ts";

export const UNKNOWN = { later: "unknown to this release" } as const;

/** Adds the unknown member to every group in the store's file, and returns the rows as they are then. */
export function plantUnknown(file: string, keyring: Keyring): readonly Row[] {
  const database = new DatabaseSync(file);
  try {
    const update = database.prepare("update items set body = ? where container = ? and id = ?");
    for (const row of rowsOf(file)) update.run(JSON.stringify(planted(row, keyring)), row.container, row.id);
  } finally {
    database.close();
  }
  return rowsOf(file);
}

function planted(row: Row, keyring: Keyring): Json {
  const more = added(row.body) as Body;
  const sealed = sealedIn(row);
  if (sealed === undefined) return more;
  const content = JSON.parse(keyring.open(sealed.context, sealed.text)) as Json;
  return { ...more, sealed: keyring.seal(sealed.context, JSON.stringify(added(content))) };
}

/** The paths of groups that have lost the unknown member, in the row and in what is sealed in it. */
export function lost(before: Row, after: Row | undefined, keyring: Keyring): string[] {
  if (after === undefined) return ["the row is gone"];
  const had = groups(before, keyring);
  const have = groups(after, keyring);
  return [...have].flatMap(([path, hasIt]) => (!hasIt && had.get(path) === true ? [path] : []));
}

/** For the path of each group, whether it has the unknown member. */
function groups(row: Row, keyring: Keyring): Map<string, boolean> {
  const sealed = sealedIn(row);
  const content =
    sealed === undefined ? null : (JSON.parse(keyring.open(sealed.context, sealed.text)) as Json);
  return new Map([...groupsIn(row.body, "row"), ...groupsIn(content, "sealed")]);
}

function added(value: Json | undefined): Json {
  if (value === undefined) return null;
  if (Array.isArray(value)) return (value as readonly Json[]).map(added);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, each]): [string, Json] => [name, added(each)]);
  return Object.fromEntries([...entries, ...Object.entries(UNKNOWN)]);
}

function groupsIn(value: Json | undefined, path: string): [string, boolean][] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.entries(value as Readonly<Record<string, Json>>).flatMap(([name, each]) =>
    groupsIn(each, path + "." + name),
  );
  return Array.isArray(value) ? inside : [[path, "later" in value], ...inside];
}
