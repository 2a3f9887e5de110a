/** `npm run promote` as a pipeline runs it, with the real engine and both of lamna's deployments in the in-memory Azure. */
import { execFile, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as passed } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { consent } from "../../infra/rehearsal/persons.ts";
import { targetOf, outsideOf } from "../../infra/rehearsal/target.ts";
import { openOracleHealth, type OracleHealth } from "../../infra/rehearsal/planes/oracle/oracle.ts";
import { answerReads } from "../azure/reads.ts";
import { textAt } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import type { Difference } from "../../scripts/drift/difference.ts";
import type { Drift } from "../../scripts/drift/drift.ts";
import { readDeployedStackFile } from "../../scripts/local/stackFile.ts";
import { releaseIn } from "../../scripts/promote/stackFile.ts";
import type { Workspace } from "../../scripts/engine/workspace.ts";
import { BY_HAND, changeByHand, type ByHand } from "./byHand.ts";
import { partByCommit } from "./byCommit.ts";
import { engineFor, openHospital, succeeded, type Hospital } from "./hospital.ts";
import { packages } from "./programCopy.ts";

const engine = await engineFor("a promotion brings to production what test runs");
const root = fileURLToPath(new URL("../..", import.meta.url));
const sample = (stack: string) => join(root, "stacks", `Pulumi.${stack}.yaml`);
const run = promisify(execFile);
/** When a promotion is killed; each case takes some two minutes. */
const KILLS = ["while Pulumi works", "after the swap"] as const;
const kills = partByCommit(KILLS, "PROMOTION", 2);
const testKill = (kill: (typeof KILLS)[number], name: string, run: () => Promise<void>) => {
  if (kills.includes(kill)) test(name, run);
};

const PLAN = /Digest of this plan: (\w{64})/;

describe.skipIf(engine.kind === "none")("a promotion of lamna", { timeout: 900_000 }, () => {
  let hospital: Hospital;
  let current: string;
  let next: string;
  let workspaces: Record<"test" | "production", Workspace>;
  let key: string;
  let approval: string;

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
    current = await hospital.program.deploy(built.first);
    next = await hospital.program.deploy(built.next);
    key = join(hospital.folder, "approver");
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "approver", "-f", key]);
    const approvers = [{ name: "Sam Brenner", key: (await readFile(key + ".pub", "utf8")).trim() }];
    workspaces = {
      test: await hospital.open(
        "lamna-test",
        (settings) => ({ ...settings, release: { site: next } }),
        "left out",
      ),
      production: await hospital.open(
        "lamna-production",
        (settings) => ({ ...settings, release: { site: current, staging: current, approvers } }),
        "left out",
      ),
    };
    await Promise.all([succeeded(workspaces.test.up()), succeeded(workspaces.production.up())]);
    await register(oracle, [workspaces.test, workspaces.production]);
    consent(hospital.azure);
  }, 480_000);
  afterAll(() => hospital.stop());

  /** Registers the connector at Oracle for both deployments, as a person does in the code console. */
  async function register(oracle: OracleHealth, deployed: readonly Workspace[]): Promise<void> {
    const records: Parameters<OracleHealth["register"]>[0][number][] = [];
    for (const workspace of deployed) {
      const { integrationRecords } = (await workspace.outputs()) as { integrationRecords: typeof records };
      records.push(...integrationRecords);
    }
    oracle.register(records, "https://visits.lamna.example");
  }

  /** Runs `npm run <name>` to its end, or kills it as soon as a condition holds for what it has printed. */
  async function command(
    name: "promote" | "rollback" | "promotion" | "drift",
    args: readonly string[],
    until?: (said: string) => boolean,
  ) {
    const child = spawn(process.execPath, ["--import", "tsx", join(root, "scripts", name + ".ts"), ...args], {
      env: { ...process.env, ...hospital.environment },
      cwd: root,
    });
    let said = "";
    for (const output of [child.stdout, child.stderr])
      output.setEncoding("utf8").on("data", (text: string) => (said += text));
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    if (until !== undefined) {
      while (!until(said) && child.exitCode === null) await passed(20);
      child.kill("SIGKILL");
    }
    const code = await ended;
    return { code, said };
  }
  const promote = (args: readonly string[], until?: () => boolean) =>
    command("promote", [workspaces.test.stackFile, workspaces.production.stackFile, ...args], until);

  /** The digests of the packages that site and slot run. */
  function running(): { readonly site: string; readonly slot: string } {
    const packageOf = (type: string) => {
      const settings = hospital.azure.cloud
        .all("azure-native:web:WebAppApplicationSettings" + type)
        .find(({ id }) => id.includes("lamna-production"));
      if (settings === undefined) throw new Error("production has no settings");
      return textAt(settings.properties, "properties.PACKAGE_DIGEST") ?? "";
    };
    return { site: packageOf(""), slot: packageOf("Slot") };
  }

  /** Signs the plan that a command has printed, as an approver does. */
  async function sign(said: string): Promise<string> {
    const digest = PLAN.exec(said)?.[1] ?? "";
    expect(digest.length, said).toBe(64);
    const plan = join(hospital.folder, digest.slice(0, 12) + ".txt");
    await writeFile(plan, digest);
    await run("ssh-keygen", ["-q", "-Y", "sign", "-n", "teams-ehr-promotion", "-f", key, plan]);
    return plan + ".sig";
  }

  test("is looked at and signed", async () => {
    const file = workspaces.production.stackFile;
    const before = await readFile(file, "utf8");
    const dry = await promote(["--dry-run"]);
    expect(dry.code, dry.said).toBe(0);
    expect(dry.said).toContain("0 of 1 approvals: this plan needs signatures of Sam Brenner.");
    expect(await readFile(file, "utf8")).toBe(before);
    approval = await sign(dry.said);
  });

  testKill(
    "while Pulumi works",
    "killed while Pulumi works, it is gone back on by the next run",
    async () => {
      const file = workspaces.production.stackFile;
      const before = await readFile(file, "utf8");
      const killed = await promote(["--approval", approval], () => running().slot === next);
      expect(killed.code).toBeNull();
      expect(killed.said).not.toContain("The plan is carried out");
      const open = await command("promotion", [file]);
      expect([open.code, open.said]).toEqual([
        1,
        expect.stringContaining('and is at the step "applied". Wait until that has come to its end'),
      ]);
      hospital.leases.endAll();
      const back = await promote(["--approval", approval]);
      expect(back.code, back.said).toBe(3);
      expect(back.said).toMatch(/^A promotion to \w+ by .*came to no end: it was at the step "applied"/m);
      expect(back.said).toContain("Azure is as the stack file says.");
      expect(running()).toEqual({ site: current, slot: current });
      expect(await readFile(file, "utf8")).toBe(before);
    },
  );

  test("the same approval then carries it out: tried, swapped and recorded; the stack file says so", async () => {
    const file = workspaces.production.stackFile;
    const { code, said } = await promote(["--approval", approval]);
    expect(code, said).toBe(0);
    for (const line of [
      /^lamna-test has not drifted: nothing differs$/m,
      /^lamna-test makes its canary visit with \w+: passed at 1 connection$/m,
      /^The package starts with these settings +[\d.]+ s {2}\w+ and \w+ start with these settings/m,
      /^ {4}settings-staging \(web:WebAppApplicationSettingsSlot\): .*properties\.PACKAGE_DIGEST/m,
      /^The plan is approved +[\d.]+ s {2}Sam Brenner$/m,
      /^A canary visit in the slot +[\d.]+ s {2}passed at 2 connections/m,
      /^A preview finds nothing to do +[\d.]+ s {2}a preview shows no change$/m,
      /^Together +[\d.]+ s$/m,
    ])
      expect(said).toMatch(line);
    expect(said).toContain(`Production runs ${next}.`);
    expect(said).not.toContain("fhir-ehr");
    expect(await releaseIn(file)).toEqual({ site: next, staging: current });
    const visits = await hospital.azure.front.entryPoint({ address: "192.0.2.77" });
    const health = await visits.fetch("https://visits.lamna.example/healthz");
    expect(await health.json()).toMatchObject({ status: "up", package: next });
  });

  testKill(
    "after the swap",
    "a rollback that is killed after its swap is gone on from by the next run",
    async () => {
      const file = workspaces.production.stackFile;
      // The approver waits for the plan and passes the signature through a pipe.
      const pipe = join(hospital.folder, "approval.pipe");
      await run("mkfifo", [pipe]);
      let signing: Promise<void> | undefined;
      const killed = await command("rollback", [file, "--approval", pipe], (said) => {
        if (PLAN.test(said)) signing ??= sign(said).then(async (own) => writeFile(pipe, await readFile(own)));
        return running().site === current;
      });
      expect(killed.code, killed.said).toBeNull();
      await signing;
      hospital.leases.endAll();
      const on = await command("rollback", [file]);
      expect(on.code, on.said).toBe(3);
      expect(on.said).toContain('it was at the step "swapped"');
      expect(on.said).toContain(`Production runs ${current}.`);
      expect(running()).toEqual({ site: current, slot: next });
      expect(await releaseIn(file)).toEqual({ site: current, staging: next });
    },
  );

  test("what somebody then changes by hand is named by npm run drift, with who puts it back", async () => {
    const made = await changeByHand(hospital.azure, "lamna-production");
    const [html, json] = ["drift.html", "drift.json"].map((name) => join(hospital.folder, name));
    const { code, said } = await command("drift", [
      workspaces.production.stackFile,
      ...["--html", html ?? "", "--json", json ?? ""],
    ]);
    expect(code, said).toBe(1);
    const found = JSON.parse(await readFile(json ?? "", "utf8")) as Drift;
    expect(found.unknown).toEqual([]);
    const isOf =
      ({ resource, what, name }: ByHand) =>
      (one: Difference) =>
        one.what === what &&
        resource.test(one.resource) &&
        (name === undefined || one.names.some((each) => name.test(each)));
    for (const one of made) {
      const told = found.differences.find(isOf(one));
      expect(told, `${one.what} ${String(one.resource)} ${String(one.name)} in\n${said}`).toBeDefined();
      expect(told?.next).toMatch(one.next);
      expect(said).toContain(told?.next);
    }
    expect(found.differences.filter((each) => !made.some((one) => isOf(one)(each)))).toEqual([]);
    expect(said + (await readFile(html ?? "", "utf8"))).not.toContain(BY_HAND);
  });
});
