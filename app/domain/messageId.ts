/** A message's one id, a GUID that names its visit: 96 bits are the visit's id, and 32 bits tell its messages apart. */
import type { VisitId } from "./linkToken.ts";

export type MessageId = string & { readonly __brand: "MessageId" };

const VISIT_BYTES = 12;
const GUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** @param hash keyed hash of what tells the message from the visit's others; 4 bytes of it are used */
export function messageIdOf(visit: VisitId, hash: string): MessageId {
  const bytes = Buffer.concat([
    Buffer.from(visit, "base64url").subarray(0, VISIT_BYTES),
    Buffer.from(hash, "base64url").subarray(0, 4),
  ]);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    "-",
  ) as MessageId;
}

/** The visit of a message whose id came back; undefined if the text is not such an id. */
export function visitOfMessage(
  text: string,
): { readonly visit: VisitId; readonly id: MessageId } | undefined {
  const id = text.toLowerCase();
  if (!GUID.test(id)) return undefined;
  const bytes = Buffer.from(id.replaceAll("-", ""), "hex");
  return { visit: bytes.toString("base64url", 0, VISIT_BYTES) as VisitId, id: id as MessageId };
}
