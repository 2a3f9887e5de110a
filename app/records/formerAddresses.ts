/**
 * The FHIR base URLs that connections had before. What was kept of a visit lies under the hash of the base URL of its time,
 * so it is looked up by that. A chart system that was production here also stays production, whatever it is added as later.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import { fhirBaseUrl as judged, type FhirBaseUrl } from "../domain/fhirBaseUrl.ts";
import type { ListedSlice, Store } from "../ports/store.ts";
import { SETTINGS } from "./audit.ts";
import { FIRST_VERSION, membersOf, newBody, type RecordKind } from "./record.ts";
import type { SettingChange } from "./settingChange.ts";
import { createOrRead } from "./writing.ts";

const members = z.object({
  connectionId: z.string().meta({ description: "id of the connection" }),
  fhirBaseUrl: z.string().meta({ description: "the FHIR base URL" }),
  environment: z.enum(["test", "production"]).meta({ description: "whether it was test or production" }),
});
const ROWS = "address-";

export const formerAddresses: RecordKind<typeof members> = {
  container: SETTINGS.container,
  rows: ROWS,
  what: "a FHIR base URL that a connection had",
  members,
  kept: "until deleted",
  expires: false,
  version: FIRST_VERSION,
};

export interface FormerAddress {
  readonly connectionId: string;
  readonly fhirBaseUrl: FhirBaseUrl;
  readonly environment: "test" | "production";
}

export interface FormerAddresses {
  /** Keeps the address; a second time changes nothing. */
  note(address: FormerAddress): Promise<void>;
  /**
   * All addresses, sorted by the connection's id.
   * @throws UnreadableRecord because an address that cannot be read may be production's
   */
  list(): Promise<readonly FormerAddress[]>;
}

export function openFormerAddresses({ store }: { readonly store: Store }): FormerAddresses {
  return {
    async note({ connectionId, fhirBaseUrl, environment }) {
      const hash = createHash("sha256").update(fhirBaseUrl).digest("hex").slice(0, 32);
      const key = [connectionId, environment, hash];
      await createOrRead(store, SETTINGS.container, {
        partition: SETTINGS.partition,
        id: ROWS + key.join("-"),
        sort: ["address", ...key].join("/"),
        body: newBody(formerAddresses, { connectionId, fhirBaseUrl, environment }),
      });
    },
    async list() {
      const found: FormerAddress[] = [];
      let continuation: string | undefined;
      do {
        const slice: ListedSlice = await store.list(SETTINGS.container, SETTINGS.partition, {
          from: "address/",
          before: "address0",
          limit: 500,
          ...(continuation !== undefined && { continuation }),
        });
        // An address is kept only after it was checked.
        found.push(...slice.items.map((row) => membersOf(formerAddresses, row) as FormerAddress));
        continuation = slice.next;
      } while (continuation !== undefined);
      return found;
    },
  };
}

/**
 * The base URL that a connection has had is kept before the connection is changed or removed.
 * @param loopback allows plain http and loopback addresses, for a laptop
 */
export async function noteFormer(
  {
    formerAddresses: kept,
    loopback,
  }: {
    readonly formerAddresses: Pick<FormerAddresses, "note">;
    readonly loopback: boolean;
  },
  of: SettingChange,
): Promise<void> {
  if (of.kind !== "connection" || of.before === undefined) return;
  const { before, after } = of;
  if (after?.fhirBaseUrl === before.fhirBaseUrl && after.environment === before.environment) return;
  const verdict = judged(before.fhirBaseUrl, { loopback });
  if (!verdict.ok) return;
  const { environment } = before;
  await kept.note({ connectionId: of.id, fhirBaseUrl: verdict.url, environment });
}
