/**
 * Files as a zip whose bytes depend on names and contents only. Entries are stored uncompressed: the output of deflate
 * differs with the version of zlib and with the processor for which it is optimized, and App Service reads a stored zip as
 * well.
 */
import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";

/** Contents by name; names contain slashes. */
export type Files = ReadonlyMap<string, Uint8Array>;

// A zip holds local time. Whatever the time zone of the machine, the entries show noon of this day.
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
