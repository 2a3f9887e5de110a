import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { digestOf } from "../../../infra/dataplane/blobs.ts";
import { packageIn } from "../../../scripts/promote/production.ts";

test("a package on this disk that is another than its name says is not run", async () => {
  const packages = await mkdtemp(join(tmpdir(), "packages-"));
  onTestFinished(() => rm(packages, { recursive: true, force: true }));
  const zip = Buffer.from("a package");
  const digest = digestOf(zip);
  const there = { packages, containers: [], call: {} as never };
  await writeFile(join(packages, digest + ".zip"), zip);
  expect((await packageIn(digest, there)).zip).toEqual(zip);
  await writeFile(join(packages, digest + ".zip"), "another");
  await expect(packageIn(digest, there)).rejects.toThrow("is another package than its name says");
});
