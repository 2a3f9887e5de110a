/** Stack files after the engine has rewritten them, and a plain `pulumi preview` on a Node that is too old. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseStack, STACK_KEY } from "../../infra/stack.ts";
import { errorsOf } from "../../scripts/engine/outcome.ts";
import { engineFor, type Hospital, openHospital, succeeded } from "./hospital.ts";

const engine = await engineFor("a stack file says the same after the engine rewrote it");
const stacks = fileURLToPath(new URL("../../stacks", import.meta.url));
const names = (await readdir(stacks)).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);

async function settingsIn(file: string): Promise<unknown> {
  const { config } = parse(await readFile(file, "utf8")) as { config: Record<string, unknown> };
  return parseStack(config[STACK_KEY]);
}

describe.skipIf(engine.kind === "none")("the engine and a stack file", { timeout: 120_000 }, () => {
  let hospital: Hospital;
  beforeEach(async () => {
    hospital = await openHospital(engine);
  });
  afterEach(() => hospital.stop());

  test.each(names.filter((name) => !["empty", "local"].includes(name)))(
    "%s says the same after the engine made the stack and set and removed another value",
    async (name) => {
      const before = await settingsIn(join(stacks, "Pulumi." + name + ".yaml"));
      expect(before).toMatchObject({ ok: true });
      const workspace = await hospital.open(name);
      const initialized = await readFile(workspace.stackFile, "utf8");
      expect(initialized).toContain("encryptionsalt");
      expect(await settingsIn(workspace.stackFile)).toEqual(before);

      await succeeded(workspace.run(["config", "set", "azure-native:location", "eastus2"]));
      const rewritten = await readFile(workspace.stackFile, "utf8");
      expect(rewritten).not.toBe(initialized);
      expect(await settingsIn(workspace.stackFile)).toEqual(before);

      await succeeded(workspace.run(["config", "rm", "azure-native:location"]));
      expect(await settingsIn(workspace.stackFile)).toEqual(before);
    },
  );

  test("a day without quotes, which the engine takes for a moment, stays that day", async () => {
    const workspace = await hospital.open("lamna-production");
    const before = await settingsIn(workspace.stackFile);
    const text = await readFile(workspace.stackFile, "utf8");
    await writeFile(workspace.stackFile, text.replaceAll('"2024-11-04"', "2024-11-04"));
    await succeeded(workspace.run(["config", "set", "azure-native:location", "eastus2"]));
    expect(await readFile(workspace.stackFile, "utf8")).toContain("at: 2024-11-04 00:00:00");
    expect(before).toMatchObject({ ok: true });
    expect(await settingsIn(workspace.stackFile)).toEqual(before);
  });

  test("digests that read like numbers stay digests", async () => {
    const release = { site: "0".repeat(61) + "e10", staging: "1".repeat(64) };
    const workspace = await hospital.open("lamna-production", (settings) => ({ ...settings, release }));
    await succeeded(workspace.run(["config", "set", "azure-native:location", "eastus2"]));
    expect(await settingsIn(workspace.stackFile)).toMatchObject({ ok: true, stack: { release } });
  });

  test("a Node without type stripping is told in one sentence which one is needed", async () => {
    await hospital.program.change(
      "Pulumi.yaml",
      "    typescript: false",
      '    nodeargs: "--no-strip-types"\n    typescript: false',
    );
    const refused = await (await hospital.open("local")).preview();
    expect(refused.code).not.toBe(0);
    expect(errorsOf(refused)).toEqual([
      expect.stringMatching(
        /^This is Node [\d.]+, and the program needs Node 24 with its type stripping: in the project's folder run `npm ci`/,
      ),
    ]);
  });
});
