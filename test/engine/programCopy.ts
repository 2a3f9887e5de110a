/** A copy of the Pulumi program that a test may change, with packages of its own. */
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pack } from "../../scripts/package/pack.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface ProgramCopy {
  /** The folder of Pulumi.yaml. */
  readonly folder: string;
  readonly policyPack: string;
  /** Puts a zip where `npm run package` would, as the package that was built last. @returns its digest */
  deploy(zip: Buffer): Promise<string>;
  /** Removes a package's zip. */
  forget(digest: string): Promise<void>;
  /** Changes one passage of one file, and returns what changes it back. @throws unless the file has that passage exactly once */
  change(file: string, from: string, to: string): Promise<() => Promise<void>>;
}

export async function copyProgram(folder: string): Promise<ProgramCopy> {
  const packages = join(folder, "dist", "packages");
  await mkdir(packages, { recursive: true });
  await cp(join(root, "infra"), join(folder, "infra"), {
    recursive: true,
    filter: (path) => path !== join(root, "infra", "rehearsal"),
  });
  for (const file of ["Pulumi.yaml", "package.json"]) await cp(join(root, file), join(folder, file));
  for (const name of ["app", "node_modules"]) await symlink(join(root, name), join(folder, name));
  const zipOf = (digest: string) => join(packages, digest + ".zip");
  return {
    folder,
    policyPack: join(folder, "infra", "policy"),
    async deploy(zip) {
      const digest = createHash("sha256").update(zip).digest("hex");
      await writeFile(zipOf(digest), zip);
      await utimes(zipOf(digest), new Date(), new Date());
      return digest;
    },
    forget: (digest) => rm(zipOf(digest)),
    async change(file, from, to) {
      const path = join(folder, file);
      const before = await readFile(path, "utf8");
      if (before.split(from).length !== 2) throw new Error(file + " does not say once: " + from);
      await writeFile(
        path,
        before.replace(from, () => to),
      );
      return () => writeFile(path, before);
    },
  };
}

/** The connector's package, and the same one with another digest, as a later commit would build it. */
export async function packages(): Promise<{ readonly first: Buffer; readonly next: Buffer }> {
  const { zip } = await pack(root);
  return { first: zip, next: commented(zip, "the next commit's") };
}

const COMMENT_LENGTH = 2;

/** A zip with a comment. A zip ends with the length of its comment and the comment itself. */
function commented(zip: Buffer, comment: string): Buffer {
  const text = Buffer.from(comment);
  const length = Buffer.alloc(COMMENT_LENGTH);
  length.writeUInt16LE(text.length);
  return Buffer.concat([zip.subarray(0, -COMMENT_LENGTH), length, text]);
}
