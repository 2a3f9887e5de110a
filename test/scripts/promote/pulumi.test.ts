/** How the engine's outcomes are reported, with a script of a few lines as the engine. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Outcome } from "../../../scripts/engine/outcome.ts";
import { isAlive } from "../../../scripts/engine/ownStack.ts";
import { plannedIn, pulumi } from "../../../scripts/promote/pulumi.ts";
import { programOf } from "../../../scripts/promote/program.ts";
import { keptOf } from "../../../scripts/promote/run.ts";

const SLOT = "azure-native:web:WebAppApplicationSettingsSlot";
const urn = (type: string, name: string) =>
  `urn:pulumi:lamna-production::teams-ehr-connector::${type}::${name}`;

const fileOf = (site: string) =>
  `config:\n  teams-ehr-connector:connector:\n    release:\n      site: "${site}"\n`;
const FILE = fileOf("a");

interface Step {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  readonly value?: string;
  readonly protect?: boolean;
  readonly names?: readonly string[];
}

const outcome = (steps: readonly Step[], more: Partial<Outcome> = {}): Outcome => ({
  code: 0,
  stdout: "",
  stderr: "",
  events: steps.map(({ op, type, name, value = "", protect, names = [] }) => ({
    sequence: 0,
    timestamp: 0,
    resOutputsEvent: {
      metadata: {
        op,
        type,
        urn: urn(type, name),
        old: { inputs: {}, protect },
        new: { inputs: { properties: { CONNECTOR_TENANT: value } } },
        detailedDiff: Object.fromEntries(names.map((one) => [one, { diffKind: "update", inputDiff: true }])),
      },
    },
  })) as never,
  ...more,
});

async function over(...outcomes: readonly Outcome[]) {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const stackFile = join(folder, "Pulumi.lamna-production.yaml");
  await writeFile(stackFile, FILE);
  const ran: string[] = [];
  let program = "planned";
  const left = [...outcomes];
  const run = (args: readonly string[]) => {
    ran.push(args.join(" "));
    return Promise.resolve(left.shift() ?? outcome([]));
  };
  return {
    engine: pulumi({
      stack: "lamna-production",
      own: { folder, run },
      stackFile,
      policies: "the/pack",
      program: () => Promise.resolve(program),
    }),
    checkOut: (other: string) => void (program = other),
    stackFile,
    ran,
  };
}

const STAGED: Step = {
  op: "update",
  type: SLOT,
  name: "settings-staging",
  value: "lamna",
  names: ["properties.A"],
};

test("the same plan has the same digest, whatever the order; another value has another", async () => {
  const other: Step = { op: "create", type: "ehr:index:Package", name: "package" };
  const { engine } = await over(
    outcome([STAGED, other]),
    outcome([other, STAGED]),
    outcome([other, { ...STAGED, value: "another" }]),
  );
  const [one, two, three] = [
    await engine.plan("b", "before"),
    await engine.plan("b", "before"),
    await engine.plan("b", "before"),
  ];
  expect(two.digest).toBe(one.digest);
  expect(three.digest).not.toBe(one.digest);
  expect(one.slotSettings).toEqual({ CONNECTOR_TENANT: "lamna" });
  expect(JSON.stringify(one.changes)).not.toContain('lamna"');
});

test("a plan that changes nothing is approved for one act alone: this stack, from this package, to that", async () => {
  const { engine, stackFile } = await over();
  const { digest } = await engine.plan("b", "before");
  expect((await engine.plan("b", "before")).digest).toBe(digest);
  expect((await engine.plan("c", "before")).digest).not.toBe(digest);
  // A signature does not hold for promoting the package again after a rollback.
  expect((await engine.plan("b", "the rollback")).digest).not.toBe(digest);
  expect((await engine.plan("b", undefined)).digest).not.toBe(digest);
  await writeFile(stackFile, fileOf("c"));
  expect((await engine.plan("b", "before")).digest).not.toBe(digest);
});

test("a replacement is one change, and what holds data is protected even where Pulumi was told to let go of it", () => {
  const vault = { type: "azure-native:keyvault:Vault", name: "vault" };
  const changes = plannedIn(
    outcome([
      { op: "create-replacement", ...vault },
      { op: "replace", ...vault, names: ["location"] },
      { op: "delete-replaced", ...vault },
      { op: "delete", type: "azure-native:monitor:MetricAlert", name: "alert" },
      { op: "delete", type: "azure-native:monitor:MetricAlert", name: "kept", protect: true },
      { op: "update", type: "ehr:components:Site", name: "site" },
      { op: "same", type: SLOT, name: "settings" },
    ]),
  );
  expect(changes).toEqual([
    { resource: "vault (keyvault:Vault)", does: "replace", names: ["location"], isProtected: true },
    { resource: "alert (monitor:MetricAlert)", does: "delete", names: [], isProtected: false },
    { resource: "kept (monitor:MetricAlert)", does: "delete", names: [], isProtected: true },
  ]);
});

test("a stack file that was edited after the plan is refused before Pulumi is asked", async () => {
  const { engine, stackFile, ran, checkOut } = await over(outcome([STAGED]));
  const plan = await engine.plan("b", "before");
  await writeFile(stackFile, FILE + "# changed\n");
  await expect(engine.apply(plan)).rejects.toThrow("was edited after the plan was made");
  await expect(engine.asPlanned()).rejects.toThrow("was edited after the plan was made");
  await expect(engine.restore(plan.file)).rejects.toThrow("carry out what nobody approved");
  expect(ran).toHaveLength(1);
  // Going back is meant to change the package.
  await writeFile(stackFile, fileOf("c"));
  await engine.restore(plan.file);
  expect(ran.splice(1)).toEqual([expect.stringMatching(/^up --refresh --yes/)]);
  // The next run may be on another commit, whose program nobody has approved.
  checkOut("another commit");
  await expect(engine.restore(plan.file)).rejects.toThrow("or the program in this folder does");
  expect(ran).toHaveLength(1);
  checkOut("planned");
  await writeFile(stackFile, FILE);
  await engine.apply(plan);
  expect(ran[1]).toMatch(/^up --plan \S+plan\.json --yes --skip-preview --policy-pack the\/pack$/);
});

test("a failure is told with the policy that refused, and never with the settings that a broken plan prints", async () => {
  const failing = (diagnostic: string): Outcome =>
    outcome([], {
      code: 255,
      events: [
        { sequence: 0, timestamp: 0, diagnosticEvent: { severity: "error", message: diagnostic } },
        {
          sequence: 1,
          timestamp: 0,
          policyEvent: {
            policyName: "EHR-KV-08",
            message: "a key has one use",
            enforcementLevel: "mandatory",
          },
        },
      ] as never,
    });
  const { engine } = await over(
    outcome([]),
    failing("update failed"),
    failing("update failed"),
    failing(`resource violates plan: "secret"`),
  );
  const { file } = await engine.plan("b", "before");
  await expect(engine.restore(file)).rejects.toThrow("EHR-KV-08: a key has one use\nupdate failed");
  // Only this part of the engine's message is kept.
  expect(keptOf(await engine.restore(file).catch((fault: unknown) => fault))).toBe("a policy refused it");
  const told = await engine.refresh().catch((fault: unknown) => String(fault));
  expect(told).toContain("is not what was planned");
  expect(told).not.toContain("secret");
});

test("a lock is taken away only where a run before was killed, and only once", async () => {
  const locked = outcome([], { code: 255, stderr: "error: the stack is currently locked by 1 lock(s)" });
  const { engine, ran } = await over(locked, locked, outcome([]), outcome([]), locked);
  await expect(engine.refresh()).rejects.toThrow("currently locked");
  await engine.unlock();
  await engine.refresh();
  expect(ran.slice(1)).toEqual([
    "refresh --yes --skip-preview",
    "cancel --yes",
    "refresh --yes --skip-preview",
  ]);
  await expect(engine.refresh()).rejects.toThrow("currently locked");
});

test("the engine of a command that was killed is waited for before its lock is taken away", async () => {
  const engineLeft = spawn("sleep", ["1"]);
  const by = `created by sam@${hostname()} (pid ${String(engineLeft.pid)}) at 2026-11-29T22:00:00Z`;
  const locked = outcome([], {
    code: 255,
    stderr: `error: the stack is currently locked by 1 lock(s).\n  ${by}`,
  });
  let runs = 0;
  const own = {
    folder: tmpdir(),
    run: ([command]: readonly string[]) => {
      runs += 1;
      // This process gets the exit code somewhat later.
      if (command === "cancel")
        expect(isAlive(engineLeft.pid ?? 0), "whether the engine before works").toBe(false);
      return Promise.resolve(runs === 1 ? locked : outcome([]));
    },
  };
  const next = pulumi({ stack: "lamna-production", own, stackFile: "none" });
  await next.unlock();
  await next.refresh();
  expect(runs).toBe(3);
});

test("what is carried out is the stack file that was looked at, even if it is edited while the engine waits for its turn", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const stackFile = join(folder, "Pulumi.lamna-production.yaml");
  await writeFile(stackFile, FILE);
  const locked = outcome([], { code: 255, stderr: "error: the stack is currently locked by 1 lock(s)" });
  const carriedOut: string[] = [];
  const own = {
    folder,
    async run(args: readonly string[], file = stackFile) {
      carriedOut.push(`${args[0] ?? ""} ${await readFile(file, "utf8")}`);
      await writeFile(stackFile, FILE + "# edited\n");
      return carriedOut.length === 2 ? locked : outcome([]);
    },
  };
  const program = () => Promise.resolve("planned");
  const engine = pulumi({ stack: "lamna-production", own, stackFile, program });
  const plan = await engine.plan("b", "before");
  await writeFile(stackFile, FILE);
  await engine.unlock();
  await engine.restore(plan.file);
  await writeFile(stackFile, FILE);
  await engine.apply(plan);
  expect(carriedOut.filter((one) => !one.startsWith("cancel"))).toEqual([
    "preview " + FILE,
    "up " + FILE,
    "up " + FILE,
    "up " + FILE,
  ]);
});

test("the program's digest is of its files wherever they lie, and of no text for people", async () => {
  const [one, other] = await Promise.all(
    ["one", "other"].map(async (name) => {
      const root = await mkdtemp(join(tmpdir(), name));
      onTestFinished(() => rm(root, { recursive: true, force: true }));
      for (const file of [
        "Pulumi.yaml",
        "package-lock.json",
        "infra/index.ts",
        "infra/rehearsal/front/hosts.ts",
      ])
        await written(root, file, file);
      for (const folder of ["app/domain", "app/config", "app/records", "app/adapters/acs"])
        await written(root, folder + "/a.ts", folder);
      return root;
    }),
  );
  if (one === undefined || other === undefined) throw new Error("there are two");
  const digest = await programOf(one);
  expect(await programOf(other)).toBe(digest);
  await written(other, "infra/README.md", "text");
  await written(other, "infra/rehearsal/front/hosts.ts", "another");
  expect(await programOf(other)).toBe(digest);
  await written(other, "infra/policy/asked.ts", "");
  expect(await programOf(other)).not.toBe(digest);
});

async function written(root: string, file: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), content);
}
