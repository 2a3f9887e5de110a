import { readdir, readFile } from "node:fs/promises";

/** The ids of the processes that have `words` in their environment or on their command line. */
export async function processesWith(words: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const said = await Promise.all(
    pids.map(async (pid) =>
      (
        await Promise.all(
          ["environ", "cmdline"].map((name) => readFile("/proc/" + pid + "/" + name, "utf8").catch(() => "")),
        )
      ).join("\0"),
    ),
  );
  return pids.filter((_, index) => said[index]?.includes(words)).map(Number);
}
