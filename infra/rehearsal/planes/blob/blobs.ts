/** Block blobs, as the service stores and answers them. */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { storageRefusal } from "../access/refused.ts";
import { unspoken } from "../access/storage.ts";

export interface Blob {
  readonly bytes: Buffer;
  readonly type: string;
  readonly md5: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly etag: string;
  readonly modified: Date;
  readonly created: Date;
}

/**
 * The blob that a `Put Blob` stores.
 * @throws Refused
 */
export function written(
  bytes: Buffer,
  headers: IncomingHttpHeaders,
  before: Blob | undefined,
  now: Date,
): Blob {
  if (headers["x-ms-blob-type"] !== "BlockBlob")
    throw unspoken(`a blob of type ${String(headers["x-ms-blob-type"])}`);
  const md5 = createHash("md5").update(bytes).digest("base64");
  for (const name of ["content-md5", "x-ms-blob-content-md5"]) {
    const said = headers[name];
    if (said !== undefined && said !== md5) throw storageRefusal("Md5Mismatch");
  }
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith("x-ms-meta-"))
    .map(([name, value]) => [name, String(value)]);
  return {
    bytes,
    md5,
    type: String(headers["x-ms-blob-content-type"] ?? headers["content-type"] ?? "application/octet-stream"),
    metadata: Object.fromEntries(metadata) as Record<string, string>,
    etag: `"0x8D${createHash("sha256")
      .update(md5 + now.toISOString())
      .digest("hex")
      .slice(0, 13)
      .toUpperCase()}"`,
    modified: now,
    created: before?.created ?? now,
  };
}

/** @throws Refused when a condition of the request is not met, or is of a kind that is not implemented here */
export function checkConditions(headers: IncomingHttpHeaders, blob: Blob | undefined): void {
  for (const name of ["if-modified-since", "if-unmodified-since", "x-ms-if-tags"])
    if (headers[name] !== undefined) throw unspoken("the condition " + name);
  const { "if-none-match": none, "if-match": match } = headers;
  if (none === "*" && blob !== undefined) throw storageRefusal("BlobAlreadyExists");
  const unmet =
    (none !== undefined && none !== "*" && none === blob?.etag) ||
    (match !== undefined && match !== blob?.etag);
  if (unmet) throw storageRefusal("ConditionNotMet");
}

export interface Part {
  readonly status: 200 | 206;
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The bytes that a request asks for.
 * @throws Refused
 */
export function part(blob: Blob, headers: IncomingHttpHeaders): Part {
  const range = headers["x-ms-range"] ?? headers.range;
  if (range === undefined) return { status: 200, bytes: blob.bytes, headers: { "content-md5": blob.md5 } };
  const [, first, last] = /^bytes=(\d+)-(\d*)$/u.exec(String(range)) ?? [];
  if (first === undefined) throw unspoken("the range " + String(range));
  const size = blob.bytes.byteLength;
  if (Number(first) >= size) throw storageRefusal("InvalidRange");
  const end = last === undefined || last === "" ? size : Math.min(Number(last) + 1, size);
  return {
    status: 206,
    bytes: blob.bytes.subarray(Number(first), end),
    headers: {
      "content-range": `bytes ${first}-${String(end - 1)}/${String(size)}`,
      "x-ms-blob-content-md5": blob.md5,
    },
  };
}

export const described = (blob: Blob): Readonly<Record<string, string>> => ({
  "content-type": blob.type,
  "accept-ranges": "bytes",
  etag: blob.etag,
  "last-modified": blob.modified.toUTCString(),
  "x-ms-creation-time": blob.created.toUTCString(),
  "x-ms-blob-type": "BlockBlob",
  "x-ms-server-encrypted": "true",
  ...blob.metadata,
});
