/**
 * Files as a zip whose bytes depend on names and contents alone. Entries are stored: deflate's output differs with the
 * version of zlib and with the processor it is tuned for, and App Service reads a stored zip as well.
 */
import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";

/** Names with slashes to contents. */
export type Files = ReadonlyMap<string, Uint8Array>;

// A zip holds local time. Read in whatever zone it was made in, this is noon of that day everywhere.
const ENTRY = {
  mtime: new Date(2000, 0, 1, 12),
  mode: 0o100644,
  forceDosTimestamp: true,
  compress: false,
};

export async function zipped(files: Files): Promise<Buffer> {
  const zip = new ZipFile();
  for (const name of [...files.keys()].sort()) zip.addBuffer(Buffer.from(files.get(name) ?? []), name, ENTRY);
  zip.end();
  return buffer(zip.outputStream);
}
