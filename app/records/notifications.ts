/** What Microsoft Graph has told and nobody has read yet: still encrypted, as it came, and gone when it is read. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { VisitId } from "../domain/linkToken.ts";
import type { EncryptedItem } from "../ports/callEvents.ts";
import { StoreConflict, type ListedPage, type Store, type Stored } from "../ports/store.ts";
import type { Jobs } from "./jobs.ts";
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

const KEPT_MS = 15 * 60_000;
const SORTED = "notification ";
const AT_ONCE = 100;

export interface Notifications {
  /** Kept, and work for whoever is next; once this resolves, no kill loses it. The same one twice is one; of a deleted visit, none. */
  keep(visit: VisitId, item: EncryptedItem): Promise<void>;
  read(
    visit: VisitId,
    id: string,
  ): Promise<{ readonly item: EncryptedItem; readonly heard: Date } | undefined>;
  remove(visit: VisitId, id: string): Promise<void>;
}

export interface NotificationsDeps {
  readonly store: Store;
  readonly jobs: Pick<Jobs, "add">;
  readonly now: () => Date;
}

export function openNotifications({ store, jobs, now }: NotificationsDeps): Notifications {
  return {
    async keep(visit, item) {
      if (await isDeleted({ store }, visit)) return;
      const id = idOf(item);
      const heard = now();
      const until = new Date(heard.getTime() + KEPT_MS);
      const body = newBody(notifications, { ...item, heard: heard.toISOString() });
      try {
        const row = { partition: visit, id: ROWS + id, body, expiresAt: until };
        await store.create(notifications.container, { ...row, sort: SORTED + heard.toISOString() });
      } catch (error) {
        // It came before and was kept, and perhaps its job was not.
        if (!(error instanceof StoreConflict)) throw error;
      }
      await jobs.add({
        kind: "notification",
        key: [visit, id].join("."),
        of: { visit, notification: id },
        usefulUntil: until,
      });
    },
    async read(visit, id) {
      const stored = await store.read(notifications.container, visit, ROWS + id);
      if (stored === undefined) return undefined;
      const { heard, ...item } = membersOf(notifications, stored);
      return { item, heard: new Date(heard) };
    },
    remove: (visit, id) => removeRow(store, notifications.container, { partition: visit, id: ROWS + id }),
  };
}

/** Graph encrypts each item anew, and sends the same one again as it was. */
const idOf = ({ data, dataKey }: EncryptedItem) =>
  createHash("sha256").update([dataKey, data].join(" ")).digest("base64url").slice(0, 22);

/** Those of a visit that nobody has read yet, page by page. */
export async function* notificationsOf(store: Pick<Store, "list">, visit: VisitId): AsyncGenerator<Stored> {
  const range = { from: SORTED, before: "notification!", limit: AT_ONCE };
  let continuation: string | undefined;
  do {
    const more = continuation === undefined ? {} : { continuation };
    const page: ListedPage = await store.list(notifications.container, visit, { ...range, ...more });
    yield* page.items;
    continuation = page.next;
  } while (continuation !== undefined);
}
