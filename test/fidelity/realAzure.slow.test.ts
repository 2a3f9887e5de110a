/**
 * Given a subscription, deploys a test stack to real Azure and to the in-memory one, and says where the latter is wrong.
 * AZURE_TEST_SUBSCRIPTION is the subscription's id and AZURE_TEST_STACK the stack file. The deployer is who is signed in
 * with the Azure CLI, or the pipeline by its ARM_ variables.
 */
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { deployer } from "../../infra/dataplane/credential.ts";
import { deployerEnvironment } from "../../infra/dataplane/environment.ts";
import { targetOf } from "../../infra/rehearsal/target.ts";
import { openWorkspace } from "../../scripts/engine/workspace.ts";
import { readDeployedStackFile, stackNameOf } from "../../scripts/local/stackFile.ts";
import { engineFor, openHospital, succeeded } from "../engine/hospital.ts";
import { packages } from "../engine/programCopy.ts";
import { open } from "./armStandIn.ts";
import {
  andDestroyed,
  madeIn,
  newsIn,
  realEnvironment,
  recordAll,
  type TestStack,
  existingGroup,
  whyNot,
  wrongIn,
} from "./realAzure.ts";

const subscription = process.env["AZURE_TEST_SUBSCRIPTION"] ?? "";
const stackFile = process.env["AZURE_TEST_STACK"] ?? "";
const HOURS = 3_600_000;
const MINUTES = 60_000;
const AZURE = "https://management.azure.com";

test.skipIf(subscription === "")(
  "the in-memory Azure answers of a test stack what real Azure does",
  { timeout: 4 * HOURS },
  async () => {
    if (stackFile === "")
      throw new Error("AZURE_TEST_STACK names no stack file: give one with environment: test.");
    const stack = await readDeployedStackFile(stackFile, stackFile, "this suite deploys");
    const real = async () => {
      const token = await deployer(deployerEnvironment()).getToken(AZURE + "/.default");
      return { url: AZURE, token: token?.token ?? "" };
    };
    const refusal =
      whyNot(stack as TestStack, subscription) ?? (await existingGroup(stack as TestStack, await real()));
    if (refusal !== undefined) throw new Error(refusal);
    const engine = await engineFor("the in-memory Azure is like the real one");
    if (engine.kind === "none") throw new Error(engine.because);

    const hospital = await openHospital(engine, targetOf(stack));
    try {
      await hospital.program.deploy((await packages()).first);
      const workspaceIn = (environment: Readonly<Record<string, string>>) =>
        openWorkspace({
          engine,
          stackFile,
          project: hospital.program.folder,
          environment,
          policyPacks: [hospital.program.policyPack],
        });
      const inMemory = await workspaceIn(hospital.environment);
      await succeeded(inMemory.up());
      const entryPoint = await open(hospital.azure.vendors);
      const here = await recordAll(madeIn((await inMemory.exportState()) as object), entryPoint);
      entryPoint.close();
      await inMemory.close();

      const state = await mkdtemp(join(tmpdir(), "azure-test-state-"));
      const workspace = await workspaceIn(realEnvironment(process.env, pathToFileURL(state).href));
      const kept = join(state, basename(stackFile));
      await andDestroyed(
        async () => {
          const outcome = await workspace.up();
          await copyFile(workspace.stackFile, kept);
          await succeeded(Promise.resolve(outcome));
          const made = madeIn((await workspace.exportState()) as object);
          const there = await recordAll(made, await real());
          const file = join(await mkdtemp(join(tmpdir(), "azure-answers-")), "answers.json");
          await writeFile(file, JSON.stringify(Object.fromEntries(there), undefined, 2));
          process.stdout.write(`What Azure answered is in ${file}; it holds no secret.\n`);
          expect(await newsIn(wrongIn(there, here), made)).toEqual([]);
        },
        () => workspace.destroy(),
        () => passed(5 * MINUTES),
        `Its state is kept: PULUMI_BACKEND_URL=${pathToFileURL(state).href} PULUMI_CONFIG_PASSPHRASE= pulumi destroy --stack ${stackNameOf(stackFile) ?? ""} --config-file ${kept}`,
      ).finally(() => workspace.close());
      await rm(state, { recursive: true });
    } finally {
      await hospital.stop();
    }
  },
);
