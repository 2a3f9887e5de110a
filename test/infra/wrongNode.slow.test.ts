/** A plain `pulumi preview` by Pulumi's own language host, which takes whatever Node is installed. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { serveMonitor } from "../engine/monitor.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const ADVICE =
  ", and the program needs Node 24 with its type stripping: in the project's folder run `npm ci`, which brings that Node," +
  ' and then `PATH="$PWD/node_modules/.bin:$PATH" pulumi preview`.';

/** The machine's own Node, if it is older than the project's. */
const older = (process.env["PATH"] ?? "")
  .split(delimiter)
  .filter((folder) => !folder.startsWith(root))
  .map((folder) => join(folder, "node"))
  .find((node) => {
    const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
    const major = Number(/^v(\d+)\./.exec(stdout)?.[1] ?? NaN);
    return major >= 20 && major < 24;
  });

async function preview(
  node: string,
  options: readonly string[],
): Promise<{ errors: readonly string[]; told: string; code: number | null }> {
  const monitor = await serveMonitor();
  onTestFinished(() => monitor.close());
  const runner = join(root, "node_modules", "@pulumi", "pulumi", "cmd", "run");
  const said = [
    "--monitor",
    monitor.address,
    "--engine",
    monitor.address,
    "--project",
    "teams-ehr-connector",
  ];
  const where = ["--stack", "lamna-test", "--pwd", join(root, "infra"), "--dry-run", "index.js"];
  const child = spawn(node, [...options, runner, ...said, ...where], {
    env: { PATH: process.env["PATH"], PULUMI_CONFIG: "{}" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let told = "";
  for (const output of [child.stdout, child.stderr])
    output.setEncoding("utf8").on("data", (text: string) => (told += text));
  await once(child, "close");
  return { errors: monitor.errors, told, code: child.exitCode };
}

test.skipIf(older === undefined)(
  "an older Node is told in one sentence which one is needed and how to get it",
  async () => {
    const { errors, told, code } = await preview(older ?? "", []);
    expect(errors).toEqual([expect.stringMatching(/^This is Node 2[0-3]\.\d+\.\d+, and the program needs /)]);
    expect(errors[0]?.replace(/^This is Node [\d.]+/, "")).toBe(ADVICE);
    expect(told).toBe("");
    expect(code).not.toBe(0);
  },
);

test("a Node with its type stripping switched off is told the same", async () => {
  const { errors, code } = await preview(process.execPath, ["--no-strip-types"]);
  expect(errors).toEqual(["This is Node " + process.versions.node + ADVICE]);
  expect(code).not.toBe(0);
});

test("with the right Node the program itself speaks", async () => {
  const { errors } = await preview(process.execPath, []);
  expect(errors).toEqual([expect.stringContaining("teams-ehr-connector:connector: is missing")]);
});
