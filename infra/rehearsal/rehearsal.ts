/**
 * A rehearsal: a stack's own settings are deployed by the real engine to an in-memory Azure, and the result is visited. What
 * runs is the real package with the real settings; stand-ins answer it at the vendors' real host names.
 */
import type { StackSettings } from "../stack.ts";
import { deployed, type Deployed, type AttachedEngine } from "./deployed.ts";
import { addOrganizers, targetOf, outsideOf } from "./target.ts";
import { openOracleHealth, type OracleHealth } from "./planes/oracle/oracle.ts";
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
  /** Name of the stack, such as `lamna-test`. */
  readonly name: string;
  readonly stack: StackSettings;
  readonly now: () => Date;
  /** Attaches the real engine to the Azure in memory. */
  readonly openEngine: (azure: Azure) => Promise<AttachedEngine>;
  /** Called when each step begins, and with `done` when it ends. */
  readonly hear: (name: string, done?: StepDone) => void;
  readonly signal: AbortSignal;
}

export interface Rehearsal {
  readonly azure: Azure;
  /** The Oracle Health of the last {@link play}. */
  oracle(): OracleHealth | undefined;
  /**
   * Deploys, or deploys what has changed since, and makes the visit. It resolves even when that fails: the result says so.
   */
  play(stack: StackSettings): Promise<RehearsalResult>;
  /** The deployment that the last {@link play} visited, if it got that far, for further visits. */
  standing(): Outside | undefined;
  /** Stops every process, closes every port and removes every folder. A second call is harmless. */
  stop(): Promise<void>;
}

export async function openRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const { stack, now } = options;
  await using undo = new AsyncDisposableStack();
  const target = targetOf(stack);
  const azure = await startInMemoryAzure({ ...target, now });
  undo.defer(() => azure.stop());
  for (const resource of existingRegistration(stack)) azure.cloud.put(resource);
  const engine = await options.openEngine(azure);
  undo.defer(() => engine.close());
  let oracle: OracleHealth | undefined;
  let standing: Outside | undefined;
  const opened = undo.move();
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
        ...(oracle && { issued: oracle.secrets }),
      });
      const { result, outside } = await play({ ...options, stack: played }, azure, engine, oracle);
      standing = outside;
      return result;
    },
    stop: () => opened.disposeAsync(),
  };
}

async function play(
  options: RehearsalOptions,
  azure: Azure,
  engine: AttachedEngine,
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
  readonly engine: AttachedEngine;
  readonly oracle: OracleHealth;
  readonly all: Steps;
  /** Filled during the walk, so that it is available even if a later step fails. */
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
    // Where the stack file has the program consent, a person who did so too would hide what it leaves out.
    if (stack.microsoft.consent === "byPerson") consent(azure);
    // The appointments are booked before the chart can be read, so that the connector's first successful round finds them.
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
  await step("Nobody else was called", () => refuseStrangers(azure));
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
