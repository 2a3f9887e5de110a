/** Lamna Healthcare deploys the connector: the whole program runs on the real engine, against Azure and Entra in memory. */
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parse, stringify } from "yaml";
import {
  type Azure,
  type AzureOptions,
  startInMemoryAzure,
} from "../../infra/rehearsal/startInMemoryAzure.ts";
import { STACK_KEY, type StackSettingsInput } from "../../infra/stack.ts";
import { type Engine, findEngine, type NoEngine } from "../../scripts/engine/engine.ts";
import { changesOf, type Outcome } from "../../scripts/engine/outcome.ts";
import { openWorkspace, type Workspace } from "../../scripts/engine/workspace.ts";
import { asksMore } from "../azure/asksMore.ts";
import { openLeases, type Leases } from "../azure/leases.ts";
import { copyProgram, type ProgramCopy } from "./programCopy.ts";

const stacks = fileURLToPath(new URL("../../stacks", import.meta.url));

/** The identity that runs the sample stacks' pipeline, with their subscription and directory. */
export const DEPLOYER = {
  objectId: "7d0c5a1e-0000-4000-8000-00000000d0e1",
  clientId: "7d0c5a1e-0000-4000-8000-00000000d0c1",
} as const;
export const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
export const SUBSCRIPTION = "0c1f7a52-0000-4000-8000-00000000d001";

/** How long an update waits for its sites: enough on a busy machine, and less than the fifteen minutes in Azure. */
const SITES_SECONDS = 90;

const READY_WITHIN = "EHR_READY_WITHIN_SECONDS";

export type Change = (settings: StackSettingsInput) => StackSettingsInput;

export interface Hospital {
  /** The leases of blobs, by which promotions take turns. */
  readonly leases: Leases;
  readonly azure: Azure;
  readonly program: ProgramCopy;
  /** The environment of the engine's processes: where the in-memory Azure is, who is signed in, where the state is. */
  readonly environment: Readonly<Record<string, string>>;
  /** The folder in which the engine keeps everything, of all stacks. */
  readonly folder: string;
  /** Sets how long updates wait for their sites from now on. @returns a function that sets it back */
  waitsForSites(seconds: number): () => void;
  /**
   * Leaves the policies out of what is run from now on, because to start and ask them is a quarter of a run's work.
   * @returns a function that enforces them again
   */
  withoutPolicies(): () => void;
  /** Everything that the engine has printed. */
  said(): string;
  /**
   * A workspace for a sample stack, or for what somebody made of it; all of them share one backend.
   * @param policies left out for good where a test is not about them
   */
  open(stack: string, change?: Change, policies?: "enforced" | "left out"): Promise<Workspace>;
  stop(): Promise<void>;
}

/** Finds this machine's engine. If there is none, a printed line says what is not proved. */
export async function engineFor(proof: string): Promise<Engine | NoEngine> {
  const engine = await findEngine();
  if (engine.kind === "none")
    process.stdout.write(
      "!!! No Pulumi engine, because " + engine.because + ": not proved here is that " + proof + ".\n",
    );
  return engine;
}

export async function openHospital(
  engine: Engine | NoEngine,
  options: Partial<AzureOptions> = {},
): Promise<Hospital> {
  if (engine.kind === "none") throw new Error(engine.because);
  const folder = await realpath(await mkdtemp(join(tmpdir(), "hospital-")));
  await mkdir(join(folder, "backend"));
  const program = await copyProgram(join(folder, "program"));
  const leases = openLeases();
  const azure = await startInMemoryAzure({
    subscriptionId: SUBSCRIPTION,
    tenantId: TENANT,
    deployer: DEPLOYER,
    now: () => new Date(),
    more: asksMore,
    aroundBlobs: leases.aroundBlobs,
    ...options,
  });
  const environment: Record<string, string> = {
    ...azure.environment,
    [READY_WITHIN]: String(SITES_SECONDS),
    PULUMI_DEBUG_PROVIDERS: azure.debugProviders,
    PULUMI_BACKEND_URL: pathToFileURL(join(folder, "backend")).href,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("base64url"),
  };
  const workspaces: Workspace[] = [];
  const said: string[] = [];
  /** What every workspace enforces that does not leave policies out for good. */
  const packs = [program.policyPack];
  return {
    azure,
    leases,
    program,
    environment,
    folder,
    waitsForSites(seconds) {
      environment[READY_WITHIN] = String(seconds);
      return () => {
        environment[READY_WITHIN] = String(SITES_SECONDS);
      };
    },
    withoutPolicies() {
      packs.length = 0;
      return () => void packs.splice(0, packs.length, program.policyPack);
    },
    said: () => said.join(""),
    async open(stack, change, policies = "enforced") {
      const sample = join(stacks, "Pulumi." + stack + ".yaml");
      const copy = join(folder, basename(sample));
      await writeFile(copy, await readFile(sample));
      if (change !== undefined) await changeStackFile(copy, change);
      const workspace = await openWorkspace({
        engine,
        stackFile: copy,
        project: program.folder,
        environment,
        policyPacks: policies === "enforced" ? packs : [],
        told: (text) => said.push(text),
      });
      workspaces.push(workspace);
      return workspace;
    },
    async stop() {
      for (const workspace of workspaces) await workspace.close();
      await azure.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Changes a stack file as a person would. What the engine wrote into it stays. */
export async function changeStackFile(file: string, change: Change): Promise<void> {
  const written = parse(await readFile(file, "utf8")) as { config: Record<string, StackSettingsInput> };
  const before = written.config[STACK_KEY];
  if (before === undefined) throw new Error(file + " has no settings");
  const config = { ...written.config, [STACK_KEY]: change(before) };
  // Values are quoted, because the engine would read a plain date as a point in time.
  await writeFile(file, stringify({ ...written, config }, { defaultStringType: "QUOTE_DOUBLE" }));
}

/** The outcome of a run that has to succeed. @throws Error with everything that the engine printed, if it failed */
export async function succeeded(running: Promise<Outcome>): Promise<Outcome> {
  const outcome = await running;
  if (outcome.code !== 0) throw new Error(outcome.stdout.slice(-8000) + outcome.stderr);
  return outcome;
}

/** What was done to each resource that was changed, such as `create azure-native:web:WebApp app-lamna-test`. */
export const doneBy = (outcome: Outcome): string[] =>
  changesOf(outcome)
    .filter(({ type }) => !type.startsWith("ehr:components:") && type !== "pulumi:pulumi:Stack")
    .map(({ op, urn, type }) => [op, type, nameOf(urn)].join(" "))
    .sort();

export const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";
