/** Where one tenant keeps its visits over a restart. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { SandboxFault } from "../../sandboxFault.ts";

/** What one tenant keeps over a restart: its visits, and the newest one of each scenario. */
const keptSchema = z.object({
  newest: z.record(z.string(), z.string()),
  /** The highest id that an appointment has had, so that the id of a deleted one is not used again. */
  lastId: z.number().int().optional(),
  resources: z.array(z.looseObject({ resourceType: z.enum(["Appointment", "Encounter"]), id: z.string() })),
});

export type Kept = z.output<typeof keptSchema>;

export interface Shelf {
  load(): Promise<Kept | undefined>;
  save(kept: Kept): void;
  /**
   * Resolves when the last {@link save} is on the disk. Later saves are not kept, because another process may use the folder
   * by then.
   */
  close(): Promise<void>;
}

/**
 * Makes the shelf; without a folder it keeps nothing. Writes are done one after another, and each replaces the whole file.
 */
export function makeShelf(folder: string | undefined, tenant: string): Shelf {
  if (folder === undefined)
    return {
      load: () => Promise.resolve(undefined),
      save: () => undefined,
      close: () => Promise.resolve(),
    };
  const file = join(folder, `oracle-${tenant}.json`);
  let waiting: Kept | undefined;
  let writing: Promise<void> = Promise.resolve();
  let isClosed = false;
  return {
    load: () => load(file),
    save: (kept) => {
      if (isClosed) return;
      waiting = kept;
      writing = writing.then(async () => {
        if (waiting === undefined) return;
        const text = JSON.stringify(waiting);
        waiting = undefined;
        await mkdir(folder, { recursive: true });
        await writeFile(`${file}.new`, text, { mode: 0o600 });
        await rename(`${file}.new`, file);
      });
      // close() reports a failed write when the stand-in stops.
      writing.catch(() => undefined);
    },
    close: () => {
      isClosed = true;
      return writing;
    },
  };
}

async function load(file: string): Promise<Kept | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return keptSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SandboxFault(
      `${file} is damaged. Delete it and start again: the clinic then gets new visits.`,
      { cause },
    );
  }
}
