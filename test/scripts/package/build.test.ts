import { cp, readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { afterAll, expect, test } from "vitest";
import { build } from "../../../scripts/build.ts";
import { pack } from "../../../scripts/package/pack.ts";
import { folders, small, type Sources } from "./sources.ts";

const made = folders();
afterAll(() => made.clear());

async function source(files: Sources): Promise<{ root: string; out: string }> {
  const root = await made.folder(files);
  return { root, out: join(root, "dist", "connector") };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

test("what npm start runs is what a deployment is sent: the same files, named by the same digest", async () => {
  const { root, out } = await source(small);
  const { file, digest, bytes } = await build({ root, out });
  const artifact = await pack(root);
  expect([digest, bytes]).toEqual([artifact.digest, artifact.zip.length]);
  expect(await filesIn(out)).toEqual([...artifact.files.keys()].sort());
  for (const [name, content] of artifact.files)
    expect((await readFile(join(out, name))).equals(content), name).toBe(true);
  expect(await readFile(file, "utf8")).toContain("up");
});

test("a second build into the same folder leaves nothing of an earlier one", async () => {
  const { root, out } = await source(small);
  const first = await build({ root, out });
  await cp(first.file, join(out, "public", "left-over.js"));
  expect(await build({ root, out })).toEqual(first);
  expect(await filesIn(out)).not.toContain(join("public", "left-over.js"));
});

test("a package with a part of the sandbox in it is refused", async () => {
  const refused = await source({
    ...small,
    "app/main.ts": `import { phone } from "./sandbox/phone.ts"; process.stdout.write(phone);`,
    "app/sandbox/phone.ts": `export const phone = "ring";`,
  });
  await expect(build(refused)).rejects.toThrow("must not contain app/sandbox/phone.ts");
});
