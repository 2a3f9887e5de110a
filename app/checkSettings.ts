/**
 * What a package reports before it is allowed to run: that these settings can be read, and which versions of rows it reads
 * and writes. It makes no connection to anything.
 */
import { kinds } from "./records/containers.ts";

/** The argument by which the package is asked. */
export const CHECK_SETTINGS = "--check-settings";

export interface SettingsChecked {
  /** For each kind of row: the version that it writes, and the versions that it reads. */
  readonly records: Readonly<Record<string, { readonly writes: number; readonly reads: readonly number[] }>>;
}

export function settingsChecked(): SettingsChecked {
  const nameOf = ({ container, rows = "", marked }: (typeof kinds)[number]) =>
    [container, rows, ...(marked === undefined ? [] : [marked])].join("/");
  return { records: Object.fromEntries(kinds.map((kind) => [nameOf(kind), kind.version])) };
}
