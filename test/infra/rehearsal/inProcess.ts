/**
 * A rehearsal without the engine: the program runs in this process, and the in-memory Azure makes each resource that it
 * asks for. There are no policies, previews or state, but the resulting deployment is the same.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { onTestFinished } from "vitest";
import type { Deployed, AttachedEngine } from "../../../infra/rehearsal/deployed.ts";
import type { Properties } from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import { openRehearsal, type Rehearsal } from "../../../infra/rehearsal/rehearsal.ts";
import type { RehearsalResult } from "../../../infra/rehearsal/report/result.ts";
import type { Azure } from "../../../infra/rehearsal/startInMemoryAzure.ts";
import type { StackSettings } from "../../../infra/stack.ts";
import { pack } from "../../../scripts/package/pack.ts";
import { keepPackage } from "../../../scripts/package/keep.ts";
import { READ_STATE } from "../components/recorded.ts";
import { outputOf, wholeProgram } from "../wholeProgram.ts";
import { attach, type Attached, type Kept } from "./controlPlane/providerDriver.ts";
import { stackOf } from "./reportResults.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

export interface Made {
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
}

export interface Standing {
  readonly rehearsal: Rehearsal;
  readonly stack: StackSettings;
  readonly result: RehearsalResult;
  /** What was made, in order. */
  readonly made: readonly Made[];
}

/** Deploys a stack and visits it once. It is stopped at the end of the test. */
export async function rehearsed(said: Record<string, unknown>): Promise<Standing> {
  const artifact = await pack(root);
  await keepPackage(artifact, join(root, "dist", "packages"));
  const { digest } = artifact;
  const release = { site: digest, ...(said["environment"] === "production" && { staging: digest }) };
  const stack = stackOf({ ...said, release });
  const made: Made[] = [];
  const rehearsal = await openRehearsal({
    name: "in-process",
    stack,
    now: () => new Date(),
    openEngine: (azure) => Promise.resolve(driver({ ...said, release }, azure, made)),
    hear: () => undefined,
    signal: new AbortController().signal,
  });
  onTestFinished(() => rehearsal.stop());
  return { rehearsal, stack, made, result: await rehearsal.play(stack) };
}

function driver(said: Record<string, unknown>, azure: Azure, made: Made[]): AttachedEngine {
  const undo: (() => void)[] = [];
  const kept = new Map<string, Kept>();
  return {
    up: async () => {
      const plugin = await startPlugin(azure);
      const attached = attach(`${azure.debugProviders},ehr:${plugin.port}`);
      undo.push(
        () => attached.stop(),
        () => plugin.stop(),
      );
      return up(said, attached, made, kept);
    },
    close: () => {
      for (const one of undo.splice(0)) one();
      return Promise.resolve();
    },
  };
}

/** Starts the connector's own plugin as the engine does. */
async function startPlugin(azure: Azure): Promise<{ readonly port: string; stop(): void }> {
  const child = spawn(process.execPath, [join(root, "infra", "dataplane", "index.js")], {
    env: { PATH: process.env["PATH"], EHR_READY_WITHIN_SECONDS: "60", ...azure.environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The plugin ended with ${String(code)}`)));
    child.stdout.once("data", (said: Buffer) => resolve(said.toString().trim()));
  });
  return { port, stop: () => void child.kill() };
}

/** Runs the program and makes what it asks for. @throws the first refusal */
async function up(
  said: Record<string, unknown>,
  attached: Attached,
  made: Made[],
  kept: Map<string, Kept>,
): Promise<Deployed> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  // What the engine would read of its state: what was made by the updates before this one.
  const state = {
    outputs: Object.fromEntries(
      made.map(({ type, name }) => [type + "::" + name, { type, outputs: kept.get(type + name)?.outputs }]),
    ),
  };
  const run = async (): Promise<Deployed> => {
    const program = await wholeProgram(said, {
      make: async (type, name, inputs) => {
        if (!/^(azure|ehr:index:)/u.test(type)) return { id: name, state: { ...inputs } };
        try {
          const before = kept.get(type + name);
          // A second `up` sends only what has changed.
          if (
            before !== undefined &&
            isDeepStrictEqual(made.find((one) => one.type === type && one.name === name)?.inputs, inputs)
          )
            return { id: before.id, state: before.outputs };
          const there =
            before === undefined
              ? await attached.create(type, name, { ...inputs })
              : await attached.update(before, { ...inputs });
          kept.set(type + name, there);
          const { id, outputs: state } = there;
          const index = made.findIndex((one) => one.type === type && one.name === name);
          made.splice(index < 0 ? made.length : index, 1, {
            type,
            name,
            id,
            inputs: inputs as Properties,
          });
          return { id, state };
        } catch (error) {
          // Without this, the program would wait for ever.
          reject(new Error(`${type} ${name}: ${error instanceof Error ? error.message : String(error)}`));
          throw error;
        }
      },
      call: (token, inputs) =>
        token === READ_STATE ? Promise.resolve(state) : attached.invoke(token, { ...inputs }),
    });
    const names = ["siteAddress", "packagesUrl", "addresses", "dns", "integrationRecords"];
    const outputs = names.map(async (name) => [name, await outputOf(program, name)] as const);
    return {
      isUp: true,
      errors: [],
      outputs: Object.fromEntries(await Promise.all(outputs)),
      resources: made.map(({ type, name, inputs }) => ({ type, name, inputs })),
      policies: [],
    };
  };
  return Promise.race([run(), failed]);
}
