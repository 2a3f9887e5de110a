/**
 * Lints the customers' pipelines, and runs each step as far as possible without a runner, a directory and a subscription.
 */
import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, ".github", "workflows");

const texts = z.record(z.string(), z.string());
const step = z.strictObject({
  uses: z
    .string()
    // An action is named by its commit, because its owner can move a tag.
    .regex(/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/)
    .optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  if: z.string().optional(),
  env: texts.optional(),
  run: z.string().optional(),
});
const permissions = z.record(z.string(), z.enum(["read", "write"]));
const job = z.strictObject({
  "runs-on": z.string(),
  "timeout-minutes": z.int().max(180),
  needs: z.string().optional(),
  if: z.string().optional(),
  environment: z.string().optional(),
  permissions: permissions.optional(),
  strategy: z.unknown().optional(),
  env: texts.optional(),
  steps: z.array(step),
});
/** The members of a workflow that are used. Any other is a mistake or not needed. */
const workflow = z.strictObject({
  name: z.string(),
  on: z.unknown(),
  permissions,
  concurrency: z.unknown().optional(),
  defaults: z.strictObject({ run: z.strictObject({ shell: z.literal("bash") }) }),
  env: texts.optional(),
  jobs: z.record(z.string(), job),
});

const NAMES = readdirSync(folder).toSorted();
const read = async (name: string) =>
  workflow.parse(parse(await readFile(join(folder, name), "utf8"), { version: "1.2" }));

/** The commands of each job's steps in order, by workflow and job. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  "drift.yml drift": ["npm ci", "npm run -s drift -- contoso-test --html drift.html --json drift.json"],
  "pull-request.yml check": ["npm ci", "npm run -s check"],
  "pull-request.yml rehearse": [
    "npm ci",
    "npm run -s rehearse -- contoso-test --package built --html rehearsal.html --json rehearsal.json",
  ],
  "pull-request.yml preview": [
    "npm ci",
    "npm run -s package",
    "pulumi preview --stack contoso-test --policy-pack infra/policy --suppress-outputs --color never",
    "gh pr comment https://pr.example/1 --body-file comment.md --edit-last --create-if-none",
  ],
  "release.yml test": [
    "npm ci",
    "npm run -s package",
    "pulumi up --stack contoso-test --yes --policy-pack infra/policy",
    "npm run -s promote -- contoso-test contoso-production --dry-run",
  ],
  "release.yml production": [
    "npm ci",
    "npm run -s promote -- contoso-test contoso-production --approval approval-0.sig --approval approval-2.sig",
    "git add stacks/Pulumi.contoso-production.yaml",
    "git config user.name release",
    "git config user.email release@localhost",
    "git commit -m release: contoso-production runs what contoso-test ran",
    "git pull --rebase",
    "git push",
  ],
};

/** Values for the repository's variables and for the inputs of whoever starts a workflow. */
const SAID: Readonly<Record<string, string>> = {
  TEST_STACK: "contoso-test",
  PRODUCTION_STACK: "contoso-production",
  STACK: "contoso-test",
  PULL_REQUEST: "https://pr.example/1",
  APPROVAL: Buffer.from("a signature").toString("base64"),
  SECOND_APPROVAL: Buffer.from("another one").toString("base64"),
};

const saidOf = (variables: readonly string[]) =>
  Object.fromEntries(variables.map((one) => [one, SAID[one] ?? "something"]));

test("every job is tried here", async () => {
  const jobs = await Promise.all(
    NAMES.map(async (name) => Object.keys((await read(name)).jobs).map((one) => `${name} ${one}`)),
  );
  expect(jobs.flat().toSorted()).toEqual(Object.keys(ASKED).toSorted());
});

test.each(NAMES)(
  "%s lets nobody put words into a shell, and takes no more rights than it needs",
  async (name) => {
    const { jobs, permissions: rights } = await read(name);
    expect(rights).toEqual({ contents: "read" });
    const source = await readFile(join(folder, name), "utf8");
    expect(source).not.toContain("secrets.");
    // These triggers would run a stranger's code with the repository's rights.
    expect(source).not.toMatch(/pull_request_target|workflow_run|issue_comment/);
    for (const { steps, ...one } of Object.values(jobs)) {
      for (const { run = "" } of steps) expect(run).not.toContain("${{");
      const signsIn = steps.some(({ uses }) => uses?.startsWith("azure/login@"));
      expect(one.permissions?.["id-token"]).toBe(signsIn ? "write" : undefined);
      // A job that signs in needs an environment, which decides on the identity, the reviewers and the branches.
      expect(one.environment !== undefined).toBe(signsIn);
      expect(JSON.stringify(one.env ?? {})).not.toContain("github.token");
      const pushes = steps.some(({ run }) => run?.includes("git push"));
      for (const { uses, with: inputs } of steps)
        if (uses?.startsWith("actions/checkout@"))
          expect(inputs?.["persist-credentials"], "credentials that stay in the folder").toBe(pushes);
    }
  },
);

test("each action is named by one commit, with its version beside it", async () => {
  const sources = await Promise.all(NAMES.map((name) => readFile(join(folder, name), "utf8")));
  const used = sources.flatMap((source) => source.match(/uses:.*/g) ?? []);
  expect(used.filter((line) => !/^uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual(
    [],
  );
  const commits = Map.groupBy(new Set(used), (line) => line.replace(/@.*/, ""));
  expect([...commits.values()].filter((lines) => lines.length > 1)).toEqual([]);
});

test("a job before the promotion does not stop a run that only has to bring an earlier one to its end", async () => {
  const { jobs } = await read("release.yml");
  const dry = jobs["test"]?.steps.find(({ run }) => run?.includes("--dry-run"))?.run ?? "";
  for (const [code, passes] of [
    [0, true],
    [1, false],
    [2, false],
    [3, true],
  ] as const) {
    const child = spawn(
      "bash",
      ["--noprofile", "--norc", "-euo", "pipefail", "-c", `npm() { return ${String(code)}; }\n${dry}`],
      {
        env: {
          PATH: process.env["PATH"],
          GITHUB_STEP_SUMMARY: "/dev/null",
          TEST_STACK: "a",
          PRODUCTION_STACK: "b",
        },
        stdio: "ignore",
      },
    );
    const ended = await new Promise((resolve) => child.once("close", resolve));
    expect(ended === 0, `exit code ${String(code)}`).toBe(passes);
  }
});

test.each(Object.entries(ASKED))("%s asks of programs what they know", async (name, asked) => {
  const [file = "", jobName = ""] = name.split(" ");
  const { jobs, env } = await read(file);
  const { steps, env: own } = jobs[jobName] ?? { steps: [], env: {} };
  const folder = await mkdtemp(join(tmpdir(), "workflow-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const log = join(folder, "asked.log");
  await mkdir(join(folder, "bin"));
  for (const program of ["npm", "pulumi", "gh", "git"]) {
    const stub = join(folder, "bin", program);
    await writeFile(stub, `#!/bin/sh\necho "${program} $*" >> "${log}"\necho "${program} said this"\n`);
    await chmod(stub, 0o755);
  }
  const variables = Object.keys({ ...env, ...own });
  const environment = {
    PATH: join(folder, "bin") + delimiter + (process.env["PATH"] ?? ""),
    GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
    ...saidOf(variables),
  };
  for (const { run, env: only = {} } of steps)
    if (run !== undefined) {
      const child = spawn("bash", ["--noprofile", "--norc", "-euo", "pipefail", "-c", run], {
        cwd: folder,
        env: { ...environment, ...saidOf(Object.keys(only)) },
        stdio: ["ignore", "ignore", "pipe"],
      });
      const [faults, code] = await Promise.all([
        text(child.stderr),
        new Promise((resolve) => child.once("close", resolve)),
      ]);
      expect([code, faults], run).toEqual([0, ""]);
    }
  const did = (await readFile(log, "utf8")).trim().split("\n");
  expect(did).toEqual(asked);
  await refuseUnknown(did);
  if (name === "release.yml production")
    expect(await readFile(join(folder, "approval-2.sig"), "utf8")).toBe("another one");
});

/** Fails unless the commands are scripts of this project, with options that their help names. */
async function refuseUnknown(did: readonly string[]): Promise<void> {
  const { scripts } = z
    .object({ scripts: texts })
    .parse(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
  for (const line of did) {
    const script = /^npm run -s (\S+) --/.exec(line)?.[1];
    if (script === undefined) continue;
    expect(Object.keys(scripts)).toContain(script);
    const files = [script + ".ts", join(script, "command.ts"), join(script, "asked.ts")];
    const sources = await Promise.all(
      files.map((file) => readFile(join(root, "scripts", file), "utf8").catch(() => "")),
    );
    for (const option of line.match(/ --[a-z-]+/g) ?? [])
      expect(sources.join("\n"), line).toContain(option.trim());
  }
}

test("an approval that was not given is none", async () => {
  const { jobs } = await read("release.yml");
  expect(jobs["production"]?.if).toBe("inputs.approval != ''");
  expect(jobs["production"]?.needs).toBe("test");
  expect(jobs["production"]?.environment).toBe("production");
  // Pull requests never use the runner that reaches production.
  expect(await readFile(join(folder, "pull-request.yml"), "utf8")).not.toContain("PRODUCTION_RUNNER");
  expect(jobs["production"]?.["runs-on"]).toContain("vars.PRODUCTION_RUNNER");
  // The stack file as a failed run left it is uploaded, so that it is not lost with the runner.
  const kept = jobs["production"]?.steps.find(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
  expect(kept).toMatchObject({ if: "always()", with: { name: "stack-file" } });
});
