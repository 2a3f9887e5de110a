/** How files are cleaned up that a killed run has left on the disk. */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { removeLeft } from "../../../scripts/engine/ownStack.ts";

test("the folder of a process that is gone goes, with its plan; that of one that runs stays", async () => {
  const folder = await mkdtemp(join(tmpdir(), "left-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const gone = `pulumi-own-${String(spawnSync(process.execPath, ["--version"]).pid)}-x`;
  const running = `pulumi-own-${String(process.pid)}-x`;
  for (const name of [gone, running, "pulumi-own-x", "other-1-x"]) await mkdir(join(folder, name));
  await writeFile(join(folder, gone, "plan.json"), "{}");
  await removeLeft(folder);
  expect((await readdir(folder)).sort()).toEqual(["other-1-x", running, "pulumi-own-x"].sort());
});
