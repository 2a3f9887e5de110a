/** A digest of the program that Pulumi runs, so that going back carries out the one that was planned and no other. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** The program, its policies, what it takes of the connector (.dependency-cruiser.cjs), and its dependencies. */
const PARTS = [
  "Pulumi.yaml",
  "package-lock.json",
  "infra",
  join("app", "domain"),
  join("app", "config"),
  join("app", "records"),
  join("app", "adapters", "acs"),
];
const NO_PROGRAM = join("infra", "rehearsal") + sep;

/**
 * SHA-256 over the names and contents of its files, which is the same on every machine with the same commit.
 * @param root the repository's folder
 */
export async function programOf(root: string): Promise<string> {
  const files = (await Promise.all(PARTS.map((part) => filesAt(join(root, part)))))
    .flat()
    .map((file) => relative(root, file))
    .filter((file) => !file.startsWith(NO_PROGRAM) && !file.endsWith(".md"))
    .toSorted();
  const hash = createHash("sha256");
  for (const file of files) {
    const content = createHash("sha256")
      .update(await readFile(join(root, file)))
      .digest("hex");
    hash.update(`${content}  ${file.split(sep).join("/")}\n`);
  }
  return hash.digest("hex");
}

async function filesAt(path: string): Promise<string[]> {
  const found = await readdir(path, { recursive: true, withFileTypes: true }).catch((fault: unknown) => {
    if (fault instanceof Error && "code" in fault && fault.code === "ENOTDIR") return undefined;
    throw fault;
  });
  if (found === undefined) return [path];
  return found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}
