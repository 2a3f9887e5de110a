/**
 * What outlives a visit's row: which of its links are valid. An appointment may be moved when its visit's row has gone; then
 * the links that people have are valid again, and those that were revoked stay revoked.
 */
import * as z from "zod";
import type { VisitId } from "../domain/linkToken.ts";
import { newLinks, type Visit } from "../domain/visit.ts";
import type { Stored, Write } from "../ports/store.ts";
import {
  FIRST_VERSION,
  membersOf,
  newBody,
  nextBody,
  RecordOfAnotherRelease,
  UnreadableRecord,
  type RecordKind,
} from "./record.ts";
import type { VisitsDeps } from "./visitFacts.ts";
import { personIn, rememberedRowOf, rememberedSchema } from "./visitPeople.ts";
import type { Kept } from "./visitRow.ts";

const members = z.object({
  people: rememberedSchema,
  epoch: z.int().exactOptional().meta({ description: "random number of the record, in every link into it" }),
  patients: z.array(z.string()).exactOptional().meta({
    description: "keyed hashes of visit and patient, for each patient whom the links were made for",
  }),
});

/** They lie beside their visit's row, so that both are written in one transaction. */
export const visitLinks: RecordKind<typeof members> = {
  container: "visits",
  rows: "links-",
  what: "which links into a visit are good, under a keyed hash of connection and appointment",
  members,
  kept: "until a year after the visit's end",
  expires: true,
  version: FIRST_VERSION,
};

export const linksRowId = (visit: VisitId) => "links-" + visit;
const KEPT_AFTER_END_MS = 366 * 86_400_000;

/** When the visit of a row of links ends. */
export const endInLinks = ({ expiresAt }: Stored): Date | undefined =>
  expiresAt && new Date(expiresAt.getTime() - KEPT_AFTER_END_MS);

/** What is remembered of a visit whose row has gone. */
export interface Remembered extends Pick<Visit, "people" | "epoch"> {
  /** Made by patientHashes (visitPatients.ts); absent where nobody has said whose visit it is. */
  readonly patients?: readonly string[];
}

/** What is remembered, and the row that holds it. A write replaces that very row, and fails if somebody else was quicker. */
export interface LinksThere {
  readonly remembered: Remembered | undefined;
  readonly row: Stored | undefined;
}

/** The row as it lies there: enough to replace it by the links of a visit that is known, also where it is damaged. */
export const linksRow = ({ store }: Pick<VisitsDeps, "store">, id: VisitId): Promise<Stored | undefined> =>
  store.read(visitLinks.container, id, linksRowId(id));

/** @throws UnreadableRecord */
export async function linksThere(deps: Pick<VisitsDeps, "store">, id: VisitId): Promise<LinksThere> {
  const row = await linksRow(deps, id);
  if (row === undefined) return { remembered: undefined, row };
  const { people, epoch, patients } = membersOf(visitLinks, row);
  const remembered = {
    people: people.map(personIn),
    ...(patients !== undefined && { patients }),
    ...(epoch !== undefined && { epoch }),
  };
  return { remembered, row };
}

export const rememberedOf = async (
  deps: Pick<VisitsDeps, "store">,
  id: VisitId,
): Promise<Remembered | undefined> => (await linksThere(deps, id)).remembered;

/** The links of a visit of which nothing is remembered: only the patient's. */
export function firstLinks({ newEpoch }: Pick<VisitsDeps, "newEpoch">): Remembered {
  return { people: [{ number: 0, role: "patient", generation: 0 }], epoch: newEpoch() };
}

/**
 * What is remembered; where the row is damaged, the first links instead. Nobody knows any more which links were revoked, so
 * none that was made before opens again: they have another epoch, also once somebody has the old row again.
 * @throws RecordOfAnotherRelease
 */
export async function linksOrAnew(
  deps: Pick<VisitsDeps, "store" | "newEpoch" | "log">,
  id: VisitId,
): Promise<LinksThere> {
  try {
    return await linksThere(deps, id);
  } catch (error) {
    if (!(error instanceof UnreadableRecord) || error instanceof RecordOfAnotherRelease) throw error;
    deps.log.error("links.made_anew", error);
    const row = await linksRow(deps, id);
    const said = row?.body["epoch"];
    const first = firstLinks(deps);
    const before = typeof said === "number" ? said : first.epoch;
    const links = { people: first.people, ...(before !== undefined && { epoch: before }) };
    return { remembered: newLinks(links, deps.newEpoch()), row };
  }
}

/** What is to be remembered. */
export interface ToRemember extends Pick<Kept, "patients"> {
  readonly visit: Pick<Visit, "id" | "people" | "epoch" | "end">;
}

/**
 * The write that remembers a visit's links. Somebody who has not seen the links that are out must not invalidate them, so
 * the write is refused where `before` is no longer the row that is there.
 */
export function remembering(kept: ToRemember, { row: before }: Pick<LinksThere, "row">): Write {
  const { id, people, epoch, end } = kept.visit;
  const { patients } = kept;
  const links = {
    people: people.map(rememberedRowOf),
    ...(epoch !== undefined && { epoch }),
    ...(patients !== undefined && { patients: [...patients] }),
  };
  const body = before === undefined ? newBody(visitLinks, links) : nextBody(visitLinks, before, links);
  const expiresAt = new Date(end.getTime() + KEPT_AFTER_END_MS);
  const item = { partition: id, id: linksRowId(id), body, expiresAt };
  return before === undefined ? { kind: "create", item } : { kind: "replace", item, etag: before.etag };
}

/**
 * Whether something different is to be remembered, or for longer. A consult is never moved, so nothing of it is remembered.
 */
export function areLinksOther(one: Kept, other: Kept): boolean {
  return other.visit.kind === "appointment" && said(one) !== said(other);
}

const said = ({ visit: { epoch, end, people }, patients }: Kept) =>
  JSON.stringify([epoch, end.getTime(), patients, people.map(rememberedRowOf)]);
