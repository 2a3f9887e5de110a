/** The real engine with our language host, on a small program that has nothing to do with the connector. */
import { copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { findEngine } from "../../scripts/engine/engine.ts";
import { changesOf, errorsOf, type Outcome, stepsOf, violationsOf } from "../../scripts/engine/outcome.ts";
import { openWorkspace, type Workspace, type WorkspaceOptions } from "../../scripts/engine/workspace.ts";
import { type Attached, attachedProvider, policy, type Shelf, stackOf } from "./fixtureWorkspace.ts";
import { processesWith } from "./processes.ts";

const engine = await findEngine();
if (engine.kind === "none")
  process.stdout.write(
    "!!! No Pulumi engine, because " +
      engine.because +
      ": not proved here is that programs, plugins and policy packs run on the real one.\n",
  );

describe.skipIf(engine.kind === "none")("the real engine", () => {
  let folder: string;
  let attached: Attached;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "engine-test-"));
    attached = await attachedProvider();
  });

  afterAll(async () => {
    await attached.stop();
    await rm(folder, { recursive: true });
  });

  async function open(shelf: Shelf, more: Partial<WorkspaceOptions> = {}): Promise<Workspace> {
    if (engine.kind === "none") throw new Error(engine.because);
    const workspace = await openWorkspace({
      engine,
      ...(await stackOf(await mkdtemp(join(folder, "stack-")), shelf)),
      environment: attached.environment,
      policyPacks: [policy],
      ...more,
    });
    onTestFinished(() => workspace.close());
    return workspace;
  }

  test("a stack is previewed, made, unchanged, refreshed and destroyed by a plugin and an attached provider", async () => {
    const workspace = await open({ size: 3 });
    expect(shelves(await succeeded(workspace.preview()))).toEqual(["create attached", "create ours"]);
    expect((await state(workspace)).deployment.resources).toBeUndefined();

    expect(shelves(await succeeded(workspace.up()))).toEqual(["create attached", "create ours"]);
    expect(await workspace.outputs()).toEqual({
      shelves: ["shelf-of-ours", "shelf-of-attached"],
      secret: "kept to ourselves",
    });
    expect(JSON.stringify(await state(workspace))).not.toContain("kept to ourselves");

    expect(changesOf(await succeeded(workspace.preview(["--expect-no-changes"])))).toEqual([]);
    await succeeded(workspace.refresh(["--preview-only", "--expect-no-changes"]));
    await succeeded(workspace.refresh());
    expect(shelves(await succeeded(workspace.destroy()))).toEqual(["delete attached", "delete ours"]);
  });

  test("a policy pack that knows the stack's settings refuses a preview and an up", async () => {
    const workspace = await open({ size: 25 });
    for (const refused of [await workspace.preview(), await workspace.up()]) {
      expect(refused.code).not.toBe(0);
      expect(violationsOf(refused)[0]).toMatchObject({
        policyName: "shelf-size",
        enforcementLevel: "mandatory",
        resourceUrn: expect.stringContaining("::ours") as string,
        message: expect.stringContaining("a shelf of 25 is larger than 24 in shelves") as string,
      });
    }
    expect(JSON.stringify(await state(workspace))).not.toContain("fixture:index:Shelf");
  });

  test("a program that refuses fails the command with its own words", async () => {
    const refused = await (await open({ size: 3, fails: "the carpenter is away" })).preview();
    expect(refused.code).not.toBe(0);
    expect(errorsOf(refused)).toEqual(["the carpenter is away"]);
  });

  test("the person's stack file stays as it is, byte for byte", async () => {
    const stack = await stackOf(await mkdtemp(join(folder, "stack-")), { size: 3 });
    const before = await readFile(stack.stackFile);
    const workspace = await open({ size: 3 }, stack);
    await succeeded(workspace.up());
    await succeeded(workspace.run(["config", "set", "engine-fixture:largest", "30"]));
    expect((await readFile(workspace.stackFile)).equals(before)).toBe(false);
    expect((await readFile(stack.stackFile)).equals(before)).toBe(true);
    expect(await readdir(dirname(stack.stackFile))).toEqual(["Pulumi.shelves.yaml"]);
  });

  test("a Ctrl-C ends a running up, and closing leaves no process and no folder", async () => {
    const stopped = new AbortController();
    const making = Promise.withResolvers<string>();
    const workspace = await open(
      { size: 3, waits: true },
      {
        signal: stopped.signal,
        told: (text) => {
          if (text.includes("Shelf ours creating")) making.resolve(text);
        },
      },
    );
    const up = workspace.up();
    await Promise.race([making.promise, up]);
    // Language host, plugin and policy pack can be found by the workspace's folder in their environment.
    expect((await processesWith(workspace.folder)).length).toBeGreaterThan(2);
    stopped.abort();
    expect((await up).code).not.toBe(0);
    await workspace.close();
    expect(await processesWith(workspace.folder)).toEqual([]);
    await expect(readdir(workspace.folder)).rejects.toThrow("ENOENT");
    await expect(workspace.preview()).rejects.toThrow();
  });

  test("an engine that dies takes host, plugin and pack with it", async () => {
    const making = Promise.withResolvers<string>();
    const workspace = await open(
      { size: 3, waits: true },
      {
        told: (text) => {
          if (text.includes("Shelf ours creating")) making.resolve(text);
        },
      },
    );
    const up = workspace.up();
    await Promise.race([making.promise, up]);
    const [pulumi] = await processesWith("up\0--policy-pack\0" + policy);
    if (pulumi === undefined) throw new Error("the engine does not run");
    process.kill(pulumi, "SIGKILL");
    await up;
    await expect.poll(() => processesWith(workspace.folder), { timeout: 10_000 }).toEqual([]);
  });

  test("an installed engine without a language host is given ours", async () => {
    if (engine.kind === "none") throw new Error(engine.because);
    const bin = await mkdtemp(join(folder, "bin-"));
    await copyFile(engine.file, join(bin, "pulumi"));
    const installed = await findEngine({ path: bin });
    expect(installed).toMatchObject({ kind: "installed", version: engine.version, hasLanguageHost: false });
    if (installed.kind === "none") return;
    await succeeded((await open({ size: 3 }, { engine: installed })).preview());
  });

  async function succeeded(running: Promise<Outcome>): Promise<Outcome> {
    const outcome = await running;
    if (outcome.code !== 0) throw new Error(outcome.stdout + outcome.stderr);
    return outcome;
  }

  const shelves = (outcome: Outcome): string[] =>
    stepsOf(outcome)
      .filter(({ type }) => type.endsWith(":Shelf"))
      .map(({ op, urn }) => op + " " + (urn.split("::").at(-1) ?? ""))
      .sort();

  const state = async (workspace: Workspace) =>
    (await workspace.exportState()) as { deployment: { resources?: readonly unknown[] } };
});
