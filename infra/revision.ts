/**
 * Which settings a connector runs with, in one word: `up` ends when `/healthz` answers it, because a package that did not
 * change is answered by the old process, too.
 */
import { createHash } from "node:crypto";

/** SHA-256 over names and values, in the order of the names; 64 hexadecimal digits. */
export function revisionOf(settings: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(settings).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
}

/** What a process is started with: the placed settings, and the revision that is made of all of them. */
export function withRevision<S extends Readonly<Record<string, string>>>(
  placed: S,
): S & { readonly CONNECTOR_REVISION: string } {
  return { ...placed, CONNECTOR_REVISION: revisionOf(placed) };
}
