/**
 * Whether the file that was opened is still at its path. A file that was removed or replaced while it is open can be written
 * all the same, but what is written is gone when the process ends, and other processes work with another file.
 */
import { statSync } from "node:fs";
import { StoreFault } from "../../ports/store.ts";

/**
 * @param file the path of a file that has just been opened
 * @returns a function that throws {@link StoreFault} as long as there is no file at the path, or another one
 */
export function stillThere(file: string): () => void {
  if (file === ":memory:") return () => undefined;
  const opened = identityOf(file);
  return () => {
    if (identityOf(file) !== opened)
      throw new StoreFault(
        `${file} was removed or replaced while the connector worked with it. Put it back, and the connector goes on; or start the connector again with the file that is there. Nothing is written until then, because it would be lost.`,
      );
  };
}

/** The file's device and number on it; undefined when there is none. */
function identityOf(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found && [found.dev, found.ino].join(" ");
}
