/** What Microsoft Graph has sent and nobody has read yet. It is kept encrypted, as it came, and removed when it is read. */
import { createHash } from "node:crypto";
import * as z from "zod";
import type { VisitId } from "../domain/linkToken.ts";
import type { EncryptedItem } from "../ports/callEvents.ts";
import { StoreConflict, type ListedSlice, type Store, type Stored } from "../ports/store.ts";
import { addAgain } from "./jobUpkeep.ts";
import { jobId, type Jobs } from "./jobs.ts";
import { isDeleted } from "./keptVisits.ts";
import { FIRST_VERSION, membersOf, newBody, type RecordKind } from "./record.ts";
import { removeRow } from "./writing.ts";

const ROWS = "notification-";
const members = z.object({
  data: z.string().meta({ description: "what happened in the meeting, encrypted by Microsoft Graph" }),
  dataKey: z.string().meta({ description: "the key to it, wrapped for a key of the vault" }),
  dataSignature: z.string().meta({ description: "its signature" }),
  certificateId: z.string().meta({ description: "version of the vault's key" }),
  heard: z.iso.datetime().meta({ description: "when it came" }),
  // The release before keeps none.
  subscription: z.string().exactOptional().meta({ description: "id of the subscription by which it came" }),
});

/** They lie in their visit's partition. */
export const notifications: RecordKind<typeof members> = {
  container: "visits",
  rows: ROWS,
  what: "a notification of Microsoft Graph, still encrypted, under a hash of it",
  members,
  kept: "until it is read, 15 minutes at most",
  expires: true,
  version: FIRST_VERSION,
};

/** How long one that nobody has read is kept. */
const KEPT_MS = 15 * 60_000;
/**
 * How long its job makes sense: a little less, so that where the clocks of store and queue differ, none is gone whose job
 * still finds nothing wrong.
 */
const USEFUL_MS = KEPT_MS - 30_000;
const SORTED = "notification ";
const UNREAD = { from: SORTED, before: "notification!" } as const;
const AT_ONCE = 100;

export interface KeptNotification {
  readonly item: EncryptedItem;
  readonly heard: Date;
  /** Id of the subscription by which it came. */
  readonly subscription?: string;
}

export interface Notifications {
  /**
   * Keeps the notification and makes the job that reads it; once this resolves, a killed process does not lose it. The same
   * one is kept only once; for a deleted visit none is kept.
   */
  keep(visit: VisitId, subscription: string, item: EncryptedItem): Promise<void>;
  read(visit: VisitId, id: string): Promise<KeptNotification | undefined>;
  remove(visit: VisitId, id: string): Promise<void>;
  /** When the oldest came of the visit's that nobody has read yet. */
  unreadSince(visit: VisitId): Promise<Date | undefined>;
}

export interface NotificationsDeps {
  readonly store: Store;
  readonly jobs: Pick<Jobs, "add" | "change" | "read" | "wakeSoon">;
  readonly now: () => Date;
}

export function openNotifications({ store, jobs, now }: NotificationsDeps): Notifications {
  return {
    async keep(visit, subscription, item) {
      if (await isDeleted({ store }, visit)) return;
      const id = idOf(item);
      const heard = now();
      const after = (milliseconds: number) => new Date(heard.getTime() + milliseconds);
      const body = newBody(notifications, { ...item, heard: heard.toISOString(), subscription });
      try {
        const row = { partition: visit, id: ROWS + id, body, expiresAt: after(KEPT_MS) };
        await store.create(notifications.container, { ...row, sort: SORTED + heard.toISOString() });
      } catch (error) {
        // It came before and was kept, but perhaps its job was not made.
        if (!(error instanceof StoreConflict)) throw error;
      }
      const key = [visit, id].join(".");
      const of = { visit, notification: id };
      const job = { kind: "notification", key, of, due: heard, usefulUntil: after(USEFUL_MS) } as const;
      if ((await jobs.add(job)) === "added") return;
      // Graph repeats it. What was read already is not kept again; whoever reads it just now looks again.
      const isRead = (await jobs.read(jobId(job.kind, key)))?.job.state === "done";
      if (isRead) await removeRow(store, notifications.container, { partition: visit, id: ROWS + id });
      else await addAgain(jobs, job);
    },
    async read(visit, id) {
      const stored = await store.read(notifications.container, visit, ROWS + id);
      if (stored === undefined) return undefined;
      const { heard, subscription, ...item } = membersOf(notifications, stored);
      return { item, heard: new Date(heard), ...(subscription !== undefined && { subscription }) };
    },
    async unreadSince(visit) {
      const { items } = await store.list(notifications.container, visit, { ...UNREAD, limit: 1 });
      // Its position in the list says when it came, also where another release wrote the row.
      const heard = items[0]?.sort?.slice(SORTED.length);
      return heard === undefined ? undefined : new Date(heard);
    },
    remove: (visit, id) => removeRow(store, notifications.container, { partition: visit, id: ROWS + id }),
  };
}

/** When the notification came whose job makes sense until then. */
export const heardBefore = (usefulUntil: Date): Date => new Date(usefulUntil.getTime() - USEFUL_MS);

/** Graph encrypts each item anew, but repeats an item exactly as it was. */
const idOf = ({ data, dataKey }: EncryptedItem) =>
  createHash("sha256").update([dataKey, data].join(" ")).digest("base64url").slice(0, 22);

/** The notifications of a visit that nobody has read yet, slice by slice. */
export async function* notificationsOf(store: Pick<Store, "list">, visit: VisitId): AsyncGenerator<Stored> {
  const range = { ...UNREAD, limit: AT_ONCE };
  let continuation: string | undefined;
  do {
    const more = continuation === undefined ? {} : { continuation };
    const slice: ListedSlice = await store.list(notifications.container, visit, { ...range, ...more });
    yield* slice.items;
    continuation = slice.next;
  } while (continuation !== undefined);
}
