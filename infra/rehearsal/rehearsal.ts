/**
 * A rehearsal: a stack's own settings deployed by the real engine onto Azure in memory, and the result visited. What comes
 * up is the very package with the very settings; who answers it are stand-ins at the real names.
 */
import type { StackSettings } from "../stack.ts";
import { deployed, type Deployed, type Engine } from "./deployed.ts";
import { addOrganizers, targetOf, outsideOf } from "./target.ts";
import { openOracleHealth, type OracleHealth } from "./oracle/oracle.ts";
import { byHandInEntra, consent, existingRegistration, putSecrets, verifyMailDomain } from "./persons.ts";
import type { RehearsalResult } from "./report/result.ts";
import { resultOf } from "./gathered.ts";
import { startInMemoryAzure, type Azure } from "./startInMemoryAzure.ts";
import { booked } from "./visit/appointment.ts";
import { watch } from "./visit/blame.ts";
import { steps, Trouble, type StepDone, type Steps } from "./visit/steps.ts";
import { targetsOf } from "./visit/targets.ts";
import { visit, type Outside } from "./visit/visit.ts";

export interface RehearsalOptions {
  /** Of the stack, such as `lamna-test`. */
  readonly name: string;
  readonly stack: StackSettings;
  readonly now: () => Date;
  /** Attaches the real engine to the Azure in memory. */
  readonly openEngine: (azure: Azure) => Promise<Engine>;
  /** Hears of each step as it begins, and as it ends. */
  readonly hear: (name: string, done?: StepDone) => void;
  readonly signal: AbortSignal;
}

export interface Rehearsal {
  readonly azure: Azure;
  /** Of the last {@link play}. */
  oracle(): OracleHealth | undefined;
  /** Deploys, or deploys what has changed since, and visits it. Resolves, too, when that fails: the result says so. */
  play(stack: StackSettings): Promise<RehearsalResult>;
  /** What the last {@link play} visited, when it came that far: to be visited again. */
  standing(): Outside | undefined;
  /** Leaves no process, no port and no folder. A second call is harmless. */
  stop(): Promise<void>;
}

export async function openRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const { stack, now } = options;
  const undo: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const one of undo.splice(0).toReversed()) await one();
  };
  try {
    const target = targetOf(stack);
    const azure = await startInMemoryAzure({ ...target, now });
    undo.push(() => azure.stop());
    for (const resource of existingRegistration(stack)) azure.cloud.put(resource);
    const engine = await options.openEngine(azure);
    undo.push(() => engine.close());
    let oracle: OracleHealth | undefined;
    let standing: Outside | undefined;
    return {
      azure,
      oracle: () => oracle,
      standing: () => standing,
      play: async (played) => {
        addOrganizers(target, played);
        oracle = await openOracleHealth({
          stack: played,
          front: azure.front,
          now,
          caller: outsideOf(played),
        });
        const { result, outside } = await play({ ...options, stack: played }, azure, engine, oracle);
        standing = outside;
        return result;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function play(
  options: RehearsalOptions,
  azure: Azure,
  engine: Engine,
  oracle: OracleHealth,
): Promise<{ readonly result: RehearsalResult; readonly outside: Outside | undefined }> {
  const { name, stack, now, hear, signal } = options;
  const startedAt = now();
  const all = steps(hear, signal);
  const made: Played["made"] = {};
  let fault: RehearsalResult["fault"];
  try {
    await walk(options, { azure, engine, oracle, all, made });
  } catch (error) {
    signal.throwIfAborted();
    fault = faultOf(error);
  }
  const result = resultOf({
    name,
    stack,
    startedAt,
    ended: now(),
    azure,
    deployed: made.deployed,
    steps: all.done,
    fault,
  });
  return { result, outside: made.outside };
}

interface Played {
  readonly azure: Azure;
  readonly engine: Engine;
  readonly oracle: OracleHealth;
  readonly all: Steps;
  /** Filled on the way, so that it can be told of whatever comes after. */
  readonly made: { deployed?: Deployed; outside?: Outside };
}

/** @throws Trouble */
async function walk(
  { stack, signal }: RehearsalOptions,
  { azure, engine, oracle, all: { step }, made }: Played,
): Promise<void> {
  const since = watch(azure.front, () => azure.cloud);
  const addresses = await step("pulumi up, by the real engine and the policies", (tell) =>
    deployed(stack, azure, engine, made, tell),
  );
  await step("What only people do: consent, access policy, registration at Oracle", async () => {
    byHandInEntra(azure, stack, addresses.publicUrl);
    consent(azure);
    // Before anything of the chart can be read: the first round that is let in finds them.
    for (const target of targetsOf(stack)) await booked(oracle, target);
    oracle.register(addresses.records, addresses.publicUrl);
    await putSecrets(azure, oracle.secrets);
  });
  if (stack.mail !== undefined) {
    await step("DNS records of " + stack.mail.domain + ", and Azure verifies it", () =>
      verifyMailDomain(azure, addresses.dns),
    );
    await step("pulumi up again, which takes the mail domain into use", (tell) =>
      deployed(stack, azure, engine, made, tell),
    );
  }
  made.outside = { ...addresses, stack, azure, oracle, step, signal, since, caller: outsideOf(stack) };
  await visit(made.outside);
  await step("Nobody else was called", () => {
    refuseStrangers(azure);
    return Promise.resolve();
  });
}

function refuseStrangers({ front }: Azure): void {
  const refused = front.refused();
  if (refused.length > 0)
    throw new Trouble(
      `Something called ${refused.join(", ")}, which no part of this deployment needs: find out what does, and take it away or list it.`,
    );
}

function faultOf(error: unknown): NonNullable<RehearsalResult["fault"]> {
  const told = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Trouble)) return { told };
  const { stackKey, log } = error;
  return { told, ...(stackKey !== undefined && { stackKey }), ...(log !== undefined && { log }) };
}
