/** What `npm start -- --help` and a second start beside the first say to somebody who wants another hospital or port. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const run = promisify(execFile);

test.each(["--help", "-h", "help"])(
  "npm start -- %s names the stacks, the ports, and two at once",
  async (word) => {
    const { stdout } = await run(process.execPath, ["scripts/start.js", word], { cwd: root });
    for (const words of [
      "\n  local ",
      "\n  empty ",
      "\n  year ",
      "PORT=4000 npm start",
      "3000",
      "git worktree add",
    ])
      expect(stdout).toContain(words);
    expect(stdout).not.toContain("lamna-production");
  },
);

test("a second start in the same folder says how two run at once", async () => {
  const copy = await mkdtemp(join(tmpdir(), "start-twice-"));
  const first = spawn(process.execPath, ["-e", "process.stdin.resume()", "start.js"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  onTestFinished(async () => {
    first.stdin.end();
    await once(first, "exit");
    await rm(copy, { recursive: true });
  });
  await cp(join(root, "scripts"), join(copy, "scripts"), { recursive: true });
  await cp(join(root, "package.json"), join(copy, "package.json"));
  await mkdir(join(copy, ".data"));
  await writeFile(join(copy, ".data", "running.json"), JSON.stringify({ pid: first.pid, port: 3000 }));
  const said = await run(process.execPath, ["scripts/start.js", "empty"], { cwd: copy }).catch(
    (error: unknown) => error,
  );
  expect(said).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("is running in this folder already") as string,
  });
  expect(said).toMatchObject({
    stderr: expect.stringContaining("git worktree add ../second, then in it PORT=3100") as string,
  });
});
