/**
 * What a package tells before it is let run: that these settings can be read, and which rows it reads and writes. Reaches
 * nothing.
 */
import { kinds } from "./records/containers.ts";

/** Asked of the package by this argument. */
export const CHECK_SETTINGS = "--check-settings";

export interface SettingsChecked {
  /** By kind: the version of a row that it writes, and those that it reads. */
  readonly records: Readonly<Record<string, { readonly writes: number; readonly reads: readonly number[] }>>;
}

export function settingsChecked(): SettingsChecked {
  const nameOf = ({ container, rows = "", marked }: (typeof kinds)[number]) =>
    [container, rows, ...(marked === undefined ? [] : [marked])].join("/");
  return { records: Object.fromEntries(kinds.map((kind) => [nameOf(kind), kind.version])) };
}
