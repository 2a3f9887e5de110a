/** A document that survives a restart. It is written whole and renamed into place, and only its owner can read it. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type * as z from "zod";
import { SandboxFault } from "../sandboxFault.ts";

export interface Kept<T> {
  read(): Promise<T | undefined>;
  /** Resolves when the document is on the disk; writes are done one after another. */
  write(document: T): Promise<void>;
  /**
   * Resolves when what was written is on the disk. Later writes are not kept, because another process may use the folder by
   * then.
   */
  close(): Promise<void>;
}

/** Makes the document in the folder; without a folder nothing is kept. */
export function kept<T>(folder: string | undefined, name: string, schema: z.ZodType<T>): Kept<T> {
  if (folder === undefined)
    return {
      read: () => Promise.resolve(undefined),
      write: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  const file = path.join(folder, name);
  let last: Promise<void> = Promise.resolve();
  let isClosed = false;
  return {
    read: async () => {
      const text = await contents(file);
      return text === undefined ? undefined : parsed(file, text, schema);
    },
    write: (document) => {
      if (isClosed) return last;
      const text = JSON.stringify(document, null, 1);
      last = last.then(() => replace(file, text));
      return last;
    },
    close: () => {
      isClosed = true;
      return last;
    },
  };
}

function parsed<T>(file: string, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SandboxFault(
      `${file} is damaged. Put it back as it was, or delete .data and start again: everything then begins afresh.`,
      { cause },
    );
  }
}

async function contents(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function replace(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file + ".new", text, { mode: 0o600 });
  await rename(file + ".new", file);
}
