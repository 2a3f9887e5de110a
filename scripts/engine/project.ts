/** A temporary twin of a Pulumi project: the same program and plugins in their places, but a stack file of its own. */
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isMap, isSeq, parseDocument } from "yaml";

export interface Twin {
  /** The folder with Pulumi.yaml. */
  readonly folder: string;
  readonly stackFile: string;
}

/**
 * Copies Pulumi.yaml from `project`, with absolute paths in place of relative ones, and the stack file byte for byte. The
 * engine rewrites the files that it opens, and it opens only the twin's.
 */
export async function twinOf(
  project: string,
  stack: { readonly file: string; readonly name: string },
  folder: string,
): Promise<Twin> {
  const document = parseDocument(await readFile(join(project, "Pulumi.yaml"), "utf8"));
  const main = document.get("main");
  document.set("main", resolve(project, typeof main === "string" ? main : "."));
  document.set("stackConfigDir", "stacks");
  makeAbsolute(project, document.get("plugins"));
  const stackFile = join(folder, "stacks", "Pulumi." + stack.name + ".yaml");
  await mkdir(join(folder, "stacks"), { recursive: true });
  await copyFile(stack.file, stackFile);
  await writeFile(join(folder, "Pulumi.yaml"), document.toString());
  return { folder, stackFile };
}

/** Makes the paths of plugins absolute; `plugins` has a list for each kind, and each entry has a path. */
function makeAbsolute(project: string, plugins: unknown): void {
  if (!isMap(plugins)) return;
  for (const { value: list } of plugins.items)
    if (isSeq(list))
      for (const plugin of list.items)
        if (isMap(plugin)) {
          const path = plugin.get("path");
          if (typeof path === "string") plugin.set("path", resolve(project, path));
        }
}
