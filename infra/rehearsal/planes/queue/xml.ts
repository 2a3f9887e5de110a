/** Messages in the XML of requests and answers. */
import { storageRefusal } from "../access/refused.ts";
import { escaped } from "../access/storage.ts";
import type { Message } from "./messages.ts";

/** @throws Refused */
export function textIn(body: string): string {
  const found =
    /^\s*(?:<\?xml[^>]*\?>)?\s*<QueueMessage>\s*<MessageText(?:\s*\/>|>([^<]*)<\/MessageText>)\s*<\/QueueMessage>\s*$/u.exec(
      body.replace(/^\uFEFF/u, ""),
    );
  const read =
    found &&
    (found[1] ?? "").replaceAll(/&(amp|lt|gt|quot|apos|#x[0-9a-f]+|#\d+);/giu, (_, name: string) =>
      entity(name),
    );
  if (read === null || NO_XML.test(read)) throw storageRefusal("InvalidXmlDocument");
  return read;
}

/**
 * Characters that no XML 1.0 document may contain, escaped or not (https://www.w3.org/TR/xml/#charsets). That Azure refuses
 * them is a guess.
 */
const NO_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function entity(name: string): string {
  if (name.startsWith("#")) {
    const point = /^#x/iu.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return point <= 0x10ffff ? String.fromCodePoint(point) : "\0";
  }
  return { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }[name.toLowerCase()] ?? "";
}

/** The elements of a message that the answers to `Put`, `Get` and `Peek` contain. */
const PUT = ["MessageId", "InsertionTime", "ExpirationTime", "PopReceipt", "TimeNextVisible"] as const;
const TOLD = {
  put: PUT,
  get: [...PUT, "DequeueCount", "MessageText"],
  peek: ["MessageId", "InsertionTime", "ExpirationTime", "DequeueCount", "MessageText"],
} as const;

const NEVER = new Date(Date.UTC(9999, 11, 31, 23, 59, 59));

export function listed(messages: readonly Message[], for_: keyof typeof TOLD): string {
  const items = messages.map((message) => {
    const fields = {
      MessageId: message.id,
      InsertionTime: message.inserted.toUTCString(),
      ExpirationTime: (message.expires ?? NEVER).toUTCString(),
      PopReceipt: message.receipt,
      TimeNextVisible: message.visibleAt.toUTCString(),
      DequeueCount: String(message.taken),
      MessageText: escaped(message.text),
    };
    return `<QueueMessage>${TOLD[for_].map((name) => `<${name}>${fields[name]}</${name}>`).join("")}</QueueMessage>`;
  });
  const list =
    items.length === 0 ? "<QueueMessagesList />" : `<QueueMessagesList>${items.join("")}</QueueMessagesList>`;
  return `<?xml version="1.0" encoding="utf-8"?>${list}`;
}
