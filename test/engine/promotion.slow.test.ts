/** `npm run promote`, as a pipeline runs it: the real engine, both of lamna's deployments, Azure in memory. */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { consent } from "../../infra/rehearsal/persons.ts";
import { targetOf, outsideOf } from "../../infra/rehearsal/target.ts";
import { openOracleHealth, type OracleHealth } from "../../infra/rehearsal/oracle/oracle.ts";
import { answerReads } from "../../infra/rehearsal/vendors/management.ts";
import { readDeployedStackFile } from "../../scripts/local/stackFile.ts";
import { releaseIn } from "../../scripts/promote/stackFile.ts";
import type { Workspace } from "../../scripts/engine/workspace.ts";
import { engineFor, openHospital, succeeded, type Hospital } from "./hospital.ts";
import { packages } from "./programCopy.ts";

const engine = await engineFor("a promotion brings to production what test runs");
const root = fileURLToPath(new URL("../..", import.meta.url));
const sample = (stack: string) => join(root, "stacks", `Pulumi.${stack}.yaml`);
const run = promisify(execFile);

describe.skipIf(engine.kind === "none")("a promotion of lamna", { timeout: 480_000 }, () => {
  let hospital: Hospital;
  let current: string;
  let next: string;
  let workspaces: Record<"test" | "production", Workspace>;
  let key: string;

  beforeAll(async () => {
    const stacks = {
      test: await readDeployedStackFile(sample("lamna-test"), "lamna-test", "a test deploys"),
      production: await readDeployedStackFile(
        sample("lamna-production"),
        "lamna-production",
        "a test deploys",
      ),
    };
    const { cast, organizers } = targetOf(stacks.production);
    hospital = await openHospital(engine, { cast, organizers });
    answerReads(hospital.azure);
    const oracle = await openOracleHealth({
      stack: {
        ...stacks.production,
        connections: [...(stacks.test.connections ?? []), ...(stacks.production.connections ?? [])],
      },
      front: hospital.azure.front,
      now: () => new Date(),
      caller: outsideOf(stacks.test),
    });
    const built = await packages();
    current = await hospital.program.place(built.first);
    next = await hospital.program.place(built.next);
    key = join(hospital.folder, "approver");
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "approver", "-f", key]);
    const approvers = [{ name: "Sam Brenner", key: (await readFile(key + ".pub", "utf8")).trim() }];
    workspaces = {
      test: await hospital.open("lamna-test", (settings) => ({ ...settings, release: { site: next } })),
      production: await hospital.open("lamna-production", (settings) => ({
        ...settings,
        release: { site: current, staging: current, approvers },
      })),
    };
    await Promise.all([succeeded(workspaces.test.up()), succeeded(workspaces.production.up())]);
    await register(oracle, [workspaces.test, workspaces.production]);
    consent(hospital.azure);
  }, 480_000);
  afterAll(() => hospital.stop());

  /** What somebody does in Oracle's code console, for both at once. */
  async function register(oracle: OracleHealth, deployed: readonly Workspace[]): Promise<void> {
    const records: Parameters<OracleHealth["register"]>[0][number][] = [];
    for (const workspace of deployed) {
      const { integrationRecords } = (await workspace.outputs()) as { integrationRecords: typeof records };
      records.push(...integrationRecords);
    }
    oracle.register(records, "https://visits.lamna.example");
  }

  async function promote(...args: readonly string[]) {
    const environment = {
      ...process.env,
      ...hospital.environment,
      EHR_READY_WITHIN_SECONDS: "90",
    };
    const words = [
      "--import",
      "tsx",
      join(root, "scripts", "promote.ts"),
      workspaces.test.stackFile,
      workspaces.production.stackFile,
    ];
    try {
      const { stdout } = await run(process.execPath, [...words, ...args], { env: environment, cwd: root });
      return { code: 0, said: stdout };
    } catch (fault) {
      const { code, stdout, stderr } = fault as { code: number; stdout: string; stderr: string };
      return { code, said: stdout + stderr };
    }
  }

  test("is looked at, signed, carried out, tried, swapped and recorded; the stack file says so", async () => {
    const file = workspaces.production.stackFile;
    const before = await readFile(file, "utf8");
    const dry = await promote("--dry-run");
    const digest = /Digest of this plan: (\w+)/.exec(dry.said)?.[1] ?? "";
    expect([dry.code, digest.length], dry.said).toEqual([0, 64]);
    expect(await readFile(file, "utf8")).toBe(before);
    const plan = join(hospital.folder, "plan.txt");
    await writeFile(plan, digest);
    await run("ssh-keygen", ["-q", "-Y", "sign", "-n", "teams-ehr-promotion", "-f", key, plan]);

    const { code, said } = await promote("--approval", plan + ".sig");
    expect(code, said).toBe(0);
    for (const line of [
      /^lamna-test has not drifted: nothing differs$/m,
      /^lamna-test makes its canary visit with \w+: passed at 1 connection$/m,
      /^The package starts with these settings +[\d.]+ s {2}\w+ and \w+ start with these settings/m,
      /^ {4}settings-staging \(web:WebAppApplicationSettingsSlot\): .*properties\.PACKAGE_DIGEST/m,
      /^The plan is approved +[\d.]+ s {2}Sam Brenner$/m,
      /^A canary visit in the slot +[\d.]+ s {2}passed at 2 connections/m,
      /^A preview finds nothing to do +[\d.]+ s {2}a preview shows no change$/m,
    ])
      expect(said).toMatch(line);
    expect(said).toContain(`Production runs ${next}.`);
    expect(said).not.toContain("fhir-ehr");
    expect(await releaseIn(file)).toEqual({ site: next, staging: current });
    const visits = await hospital.azure.front.entryPoint({ address: "192.0.2.77" });
    const health = await visits.fetch("https://visits.lamna.example/healthz");
    expect(await health.json()).toMatchObject({ status: "up", package: next });
  });
});
