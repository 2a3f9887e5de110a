/**
 * The starts at which patients may come to visits that have another start by now: each is written beside its visit's row, so
 * that whoever looks at a day finds such a visit there, too. The visit's own row says whether that is still so.
 */
import * as z from "zod";
import type { VisitId } from "../domain/linkToken.ts";
import type { Store, Stored, Write } from "../ports/store.ts";
import { FIRST_VERSION, newBody, nextBody, type RecordKind } from "./record.ts";
import { FOUND_PARTITION } from "./visitChanges.ts";

const members = z.object({
  visit: z.string().meta({ description: "id of the visit's row" }),
  start: z.iso.datetime().meta({ description: "the start that its patient knows" }),
});

export const otherStarts: RecordKind<typeof members> = {
  container: "visits",
  rows: "other-",
  what: "a start at which a patient may come to a visit that was moved, under the visit's id and that start",
  members,
  kept: "until a day after that start",
  expires: true,
  version: FIRST_VERSION,
};

const KEPT_MS = 86_400_000;
const idStart = (visit: VisitId) => ["other", visit, ""].join("-");
const rowId = (visit: VisitId, start: Date) => idStart(visit) + String(start.getTime());
const sortOf = (connectionId: string, start: Date) => ["other", connectionId, start.toISOString()].join(" ");

export const isOtherStartOf = (visit: VisitId, id: string): boolean => id.startsWith(idStart(visit));

/**
 * What is to be written beside the visit's row: nothing where that start is kept already, or has passed long since. Where the
 * visit's chart is another connection's by now, it is kept among that one's.
 */
export async function otherStartWrites(
  store: Pick<Store, "read">,
  { id: visit, connectionId }: { readonly id: VisitId; readonly connectionId: string },
  start: Date,
  now: Date,
): Promise<readonly Write[]> {
  const id = rowId(visit, start);
  const expiresAt = new Date(start.getTime() + KEPT_MS);
  if (expiresAt <= now) return [];
  const sort = sortOf(connectionId, start);
  const kept = await store.read(otherStarts.container, FOUND_PARTITION, id);
  if (kept?.sort === sort) return [];
  const says = { visit, start: start.toISOString() };
  const address = { partition: FOUND_PARTITION, id, sort, expiresAt };
  return kept === undefined
    ? [{ kind: "create", item: { ...address, body: newBody(otherStarts, says) } }]
    : [{ kind: "replace", item: { ...address, body: nextBody(otherStarts, kept, says) }, etag: kept.etag }];
}

const SLICE = 100;

/** The visits of a connection that have such a start in the range, a slice at a time: their rows' addresses say which. */
export async function* visitsWithOtherStart(
  store: Pick<Store, "list">,
  connectionId: string,
  from: Date,
  before: Date,
): AsyncIterable<readonly { readonly visit: VisitId; readonly start: Date }[]> {
  let continuation: string | undefined;
  do {
    const slice = await store.list(otherStarts.container, FOUND_PARTITION, {
      from: sortOf(connectionId, from),
      before: sortOf(connectionId, before),
      limit: SLICE,
      ...(continuation !== undefined && { continuation }),
    });
    yield slice.items.map(whoseIn);
    continuation = slice.next;
  } while (continuation !== undefined);
}

function whoseIn({ id }: Stored): { readonly visit: VisitId; readonly start: Date } {
  const at = id.lastIndexOf("-");
  return {
    visit: id.slice(idStart("" as VisitId).length - 1, at) as VisitId,
    start: new Date(Number(id.slice(at + 1))),
  };
}
