/**
 * Decrypts what Graph encrypts: each item has a key of its own, wrapped for ours; the HMAC by that key over the data is
 * checked first; then the data is decrypted by AES in CBC mode.
 * https://learn.microsoft.com/graph/change-notifications-with-resource-data
 */
import { createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";
import { NotificationUnreadable, type EncryptedItem } from "../../ports/callEvents.ts";
import { WrappedForAnother, type NotificationKey } from "../../ports/notificationKey.ts";

const KEY_BYTES = 32;
const BLOCK_BYTES = 16;

/** The item's content as JSON. @throws NotificationUnreadable, VaultFault */
export async function opened(key: Pick<NotificationKey, "unwrap">, item: EncryptedItem): Promise<unknown> {
  const inner = await unwrapped(key, item);
  const data = Buffer.from(item.data, "base64");
  const signature = createHmac("sha256", inner).update(data).digest();
  const claimed = Buffer.from(item.dataSignature, "base64");
  if (claimed.length !== signature.length || !timingSafeEqual(claimed, signature))
    throw new NotificationUnreadable("its signature is not that of its data");
  try {
    const decipher = createDecipheriv("aes-256-cbc", inner, inner.subarray(0, BLOCK_BYTES));
    return JSON.parse(Buffer.concat([decipher.update(data), decipher.final()]).toString("utf8")) as unknown;
  } catch {
    // The parser's own error would quote what it read, so it is not kept as a cause.
    throw new NotificationUnreadable("it does not hold JSON");
  }
}

async function unwrapped(key: Pick<NotificationKey, "unwrap">, item: EncryptedItem): Promise<Uint8Array> {
  try {
    const inner = await key.unwrap(item.certificateId, Buffer.from(item.dataKey, "base64"));
    if (inner.length === KEY_BYTES) return inner;
  } catch (cause) {
    if (!(cause instanceof WrappedForAnother)) throw cause;
    throw new NotificationUnreadable("it is encrypted for another key", { cause });
  }
  throw new NotificationUnreadable("its key is of another length");
}
