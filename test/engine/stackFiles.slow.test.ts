/** Stack files after the engine had them in its hands, and a plain preview with a Node that will not do. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
  beforeAll(async () => {
    hospital = await openHospital(engine);
  });
  afterAll(() => hospital.stop());

  test.each(names.filter((name) => name !== "local"))(
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
