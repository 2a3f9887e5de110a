/** Reads a batch of Graph's notifications. Its items may be of several subscriptions; encrypted content stays encrypted. */
import * as z from "zod";
import type { EncryptedItem } from "../../ports/callEvents.ts";

interface Sent {
  readonly clientState: string;
  /** Id of the subscription. */
  readonly subscription: string;
}
export type Item =
  | (Sent & { readonly kind: "event"; readonly encrypted: EncryptedItem })
  | (Sent & { readonly kind: "lifecycle"; readonly event: string });

export interface Batch {
  /** The items, not read yet. */
  readonly value: readonly unknown[];
  readonly tokens: readonly string[];
}

export interface Items {
  readonly items: readonly Item[];
  /** How many items are not of a form that we know. */
  readonly unreadable: number;
}

/** More than Graph brings at once. */
const MOST_ITEMS = 1000;
const MOST_TOKENS = 20;

const batch = z.object({
  value: z.array(z.unknown()).max(MOST_ITEMS),
  validationtokens: z.array(z.string()).max(MOST_TOKENS).nullish(),
});
const base64 = z.base64().min(1);
const encryptedContent = z.object({
  data: base64,
  datakey: base64,
  datasignature: base64,
  encryptioncertificateid: z.string().min(1).max(128),
});
const item = z.object({
  clientstate: z.string(),
  subscriptionid: z.string().min(1).max(128),
  lifecycleevent: z.string().nullish(),
  encryptedcontent: z.unknown().optional(),
});

/** @returns undefined if the body is no batch */
export function batchIn(body: unknown): Batch | undefined {
  const read = batch.safeParse(lowered(body));
  return read.success ? { value: read.data.value, tokens: read.data.validationtokens ?? [] } : undefined;
}

/** @param which `lifecycle` reads lifecycle notifications only, and counts all others as unreadable */
export function itemsIn(value: readonly unknown[], which: "all" | "lifecycle"): Items {
  const items = value.map((one) => itemIn(one, which));
  const known = items.filter((one) => one !== undefined);
  return { items: known, unreadable: items.length - known.length };
}

function itemIn(json: unknown, which: "all" | "lifecycle"): Item | undefined {
  const read = item.safeParse(lowered(json));
  if (!read.success) return undefined;
  const { clientstate: clientState, subscriptionid: subscription } = read.data;
  const { lifecycleevent: event, encryptedcontent } = read.data;
  if (typeof event === "string") return { kind: "lifecycle", clientState, subscription, event };
  if (which === "lifecycle") return undefined;
  const content = encryptedContent.safeParse(lowered(encryptedcontent));
  if (!content.success) return undefined;
  const { data, datakey, datasignature, encryptioncertificateid } = content.data;
  const sealed = { data, dataKey: datakey, dataSignature: datasignature };
  const encrypted = { ...sealed, certificateId: encryptioncertificateid };
  return { kind: "event", clientState, subscription, encrypted };
}

/** Lowers the names of members, which come in either case. */
function lowered(json: unknown): unknown {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name.toLowerCase(), value as unknown]),
  );
}
