import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { build } from "../../scripts/build.ts";

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

async function tree(files: Record<string, string>): Promise<{ root: string; out: string }> {
  const root = await mkdtemp(join(tmpdir(), "build-"));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return { root, out: join(root, "dist") };
}

const app = {
  "app/main.ts": `import { words } from "./words.ts"; process.stdout.write(words);`,
  "app/words.ts": `export const words: string = "up";`,
  "app/public/page.css": "body { margin: 0 }",
};

test("the same sources give the same package in any folder", async () => {
  const [here, there] = [await build(await tree(app)), await build(await tree(app))];
  expect(here.digest).toBe(there.digest);
  expect(here.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(here.bytes).toBe(there.bytes);
});

test("a second build into the same folder gives the same digest, so what an earlier one left does not count", async () => {
  const source = await tree(app);
  const first = await build(source);
  await cp(first.file, join(source.out, "public", "left-over.js"));
  expect(await build(source)).toEqual(first);
});

test("a changed stylesheet is another package", async () => {
  const before = await build(await tree(app));
  const after = await build(await tree({ ...app, "app/public/page.css": "body { margin: 1px }" }));
  expect(after.digest).not.toBe(before.digest);
});

test("the package is one file and what browsers load; the list of what went in stays out of its digest", async () => {
  const source = await tree(app);
  const { file, bytes } = await build(source);
  const bundle = await readFile(file);
  expect(bundle.toString()).toContain("up");
  expect(bytes).toBe(bundle.length + app["app/public/page.css"].length);
  const meta = JSON.parse(await readFile(join(source.out, "meta.json"), "utf8")) as { inputs: object };
  expect(Object.keys(meta.inputs).sort()).toEqual(["app/main.ts", "app/words.ts"]);
});

test("a package with a part of the sandbox in it is refused", async () => {
  const source = await tree({
    ...app,
    "app/main.ts": `import { phone } from "./sandbox/phone.ts"; process.stdout.write(phone);`,
    "app/sandbox/phone.ts": `export const phone = "ring";`,
  });
  await expect(build(source)).rejects.toThrow("must not contain app/sandbox/phone.ts");
});
