/**
 * The revision identifies the settings that a connector runs with. `up` ends when `/healthz` answers it; the package's
 * digest alone is not enough, because the old process answers with the same digest when the package did not change.
 */
import { createHash } from "node:crypto";

/** SHA-256 over names and values, in the order of the names; 64 hexadecimal digits. */
export function revisionOf(settings: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(settings).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
}

/** The settings that a process is started with: those given, and the revision computed from them. */
export function withRevision<S extends Readonly<Record<string, string>>>(
  placed: S,
): S & { readonly CONNECTOR_REVISION: string } {
  return { ...placed, CONNECTOR_REVISION: revisionOf(placed) };
}
