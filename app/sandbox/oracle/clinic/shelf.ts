import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SandboxFault } from "../../sandboxFault.ts";

/** What one tenant keeps over a restart: its visits, and which was the newest of each scenario. */
const keptSchema = z.object({
  newest: z.record(z.string(), z.string()),
  /** The highest id that an appointment has had: one that was deleted does not come back as another. */
  lastId: z.number().int().optional(),
  resources: z.array(z.looseObject({ resourceType: z.enum(["Appointment", "Encounter"]), id: z.string() })),
});

export type Kept = z.output<typeof keptSchema>;

export interface Shelf {
  load(): Promise<Kept | undefined>;
  save(kept: Kept): void;
  /**
   * Resolves when the last {@link save} is on disk. What is saved later is not kept: the folder is somebody else's by then.
   */
  close(): Promise<void>;
}

/** Keeps nothing without a folder. Writes follow one another, and each replaces the file whole. */
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
      // A failed write is told by close(), when the stand-in stops.
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
