/**
 * With a subscription, a test stack is made in real Azure and in memory, and it is said where the in-memory one was wrong:
 * AZURE_TEST_SUBSCRIPTION is its id, AZURE_TEST_STACK the stack file. Whoever is signed in with the Azure CLI deploys it.
 */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DefaultAzureCredential } from "@azure/identity";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { STACK_KEY, type StackSettingsInput } from "../../infra/stack.ts";
import { openWorkspace } from "../../scripts/engine/workspace.ts";
import { DEPLOYER, engineFor, openHospital, SUBSCRIPTION, succeeded, TENANT } from "../engine/hospital.ts";
import { packages } from "../engine/programCopy.ts";
import { open } from "./armStandIn.ts";
import { madeIn, recordAll, type TestStack, whyNot, wrongIn } from "./realAzure.ts";

const subscription = process.env["AZURE_TEST_SUBSCRIPTION"] ?? "";
const stackFile = process.env["AZURE_TEST_STACK"] ?? "";
const HOURS = 3_600_000;

test.skipIf(subscription === "")(
  "the in-memory Azure answers of a test stack what real Azure does",
  { timeout: 2 * HOURS },
  async () => {
    if (stackFile === "")
      throw new Error("AZURE_TEST_STACK names no stack file: give one with environment: test.");
    const { config } = parse(await readFile(stackFile, "utf8")) as {
      config: Record<string, StackSettingsInput>;
    };
    const stack = config[STACK_KEY];
    if (stack === undefined) throw new Error(`${stackFile} has no ${STACK_KEY}.`);
    const refusal = whyNot(stack as TestStack, subscription);
    if (refusal !== undefined) throw new Error(refusal);
    const engine = await engineFor("the in-memory Azure is like the real one");
    if (engine.kind === "none") throw new Error(engine.because);

    const hospital = await openHospital(engine);
    try {
      await hospital.program.deploy((await packages()).first);
      const inMemory = await hospital.open("lamna-test", () => ({
        ...stack,
        azure: { ...stack.azure, subscriptionId: SUBSCRIPTION },
        microsoft: { ...stack.microsoft, tenantId: TENANT },
        deployers: [{ objectId: DEPLOYER.objectId, kind: "servicePrincipal" }],
      }));
      await succeeded(inMemory.up());
      const entryPoint = await open(hospital.azure.vendors);
      const here = await recordAll(madeIn((await inMemory.exportState()) as object), entryPoint);
      entryPoint.close();

      const { HOME = "", PATH = "" } = process.env;
      const passphrase = { PULUMI_CONFIG_PASSPHRASE: process.env["PULUMI_CONFIG_PASSPHRASE"] ?? "" };
      const environment = {
        HOME,
        PATH,
        ...passphrase,
        PULUMI_BACKEND_URL: process.env["PULUMI_BACKEND_URL"] ?? "",
      };
      const workspace = await openWorkspace({
        engine,
        stackFile,
        project: hospital.program.folder,
        environment,
        policyPacks: [hospital.program.policyPack],
      });
      try {
        await succeeded(workspace.up());
        const made = madeIn((await workspace.exportState()) as object);
        const { token } = await new DefaultAzureCredential().getToken(
          "https://management.azure.com/.default",
        );
        const there = await recordAll(made, { url: "https://management.azure.com", token });
        const file = join(await mkdtemp(join(tmpdir(), "azure-answers-")), "answers.json");
        await writeFile(file, JSON.stringify(Object.fromEntries(there), undefined, 2));
        process.stdout.write(`What Azure answered is in ${file}; it holds no secret.\n`);
        expect(wrongIn(there, here)).toEqual([]);
      } finally {
        await succeeded(workspace.destroy());
        await workspace.close();
      }
    } finally {
      await hospital.stop();
    }
  },
);
