/**
 * A visit that an administrator has deleted leaves a tombstone in place of its record. Whoever would make the visit anew
 * finds it in the same row, in whatever order things happen, and a release that does not know tombstones makes nothing there
 * either.
 */
import * as z from "zod";
import type { Item, Stored } from "../ports/store.ts";
import { FIRST_VERSION, newBody, type RecordKind } from "./record.ts";

const members = z.object({
  deleted: z.iso.datetime().meta({ description: "when the visit was deleted" }),
});

export const tombstones: RecordKind<typeof members> = {
  container: "visits",
  marked: "deleted",
  what: "that a visit was deleted, in place of its record, under the same keyed hash of connection and appointment",
  members,
  kept: "until a year after the visit’s end, or after the deletion where that is later or the end was not known",
  expires: true,
  version: FIRST_VERSION,
};

/** An administrator has deleted the visit: nothing is made or sent for its appointment again. */
export class VisitDeleted extends Error {
  override readonly name = "VisitDeleted";
  constructor() {
    super("an administrator has deleted this visit");
  }
}

/** As long as links are kept: the appointment may be far off, or be moved by months, and be found again only then. */
const KEPT_AFTER_MS = 366 * 86_400_000;

/** @param end the visit's end, where it is known */
export const tombstoneUntil = (end: Date | undefined, now: Date): Date =>
  new Date(Math.max(end?.getTime() ?? 0, now.getTime()) + KEPT_AFTER_MS);

export const tombstone = (id: string, end: Date | undefined, now: Date): Item => ({
  partition: id,
  id,
  body: newBody(tombstones, { deleted: now.toISOString() }),
  expiresAt: tombstoneUntil(end, now),
});

/** Checked on every tap of a patient's link. */
export const isTombstone = ({ body }: Pick<Stored, "body">): boolean => body["deleted"] !== undefined;
