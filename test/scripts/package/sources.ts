/** Small invented products to package: folders with sources and with packages that were never published. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export type Sources = Readonly<Record<string, string>>;

export const small: Sources = {
  "package.json": `{ "name": "visits", "version": "1.2.3", "license": "Apache-2.0" }`,
  "package-lock.json": `{ "packages": {} }`,
  "app/main.ts": `import { words } from "./words.ts"; process.stdout.write(words);`,
  "app/words.ts": `export const words: string = "up";`,
  "app/public/page.css": "body { margin: 0 }",
};

export interface Folders {
  /** Makes a new folder with these files. */
  folder(files?: Sources): Promise<string>;
  clear(): Promise<void>;
}

export function folders(): Folders {
  const made: string[] = [];
  return {
    async folder(files = {}) {
      const root = await mkdtemp(join(tmpdir(), "package-"));
      made.push(root);
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), content);
      }
      return root;
    },
    async clear() {
      for (const root of made) await rm(root, { recursive: true, force: true });
    },
  };
}
