/**
 * The step that deploys: it runs the engine, interprets the outcome, and stops waiting when there is no point in it any
 * longer.
 */
import { setTimeout as passed } from "node:timers/promises";
import * as z from "zod";
import type { IntegrationRecord } from "../../app/domain/integration.ts";
import type { StackSettings } from "../stack.ts";
import type { RehearsalResult } from "./report/result.ts";
import { stackKeyIn } from "./stackKeys.ts";
import type { Azure } from "./startInMemoryAzure.ts";
import { watch, type Watch } from "./visit/blame.ts";
import { lastRun, notStarted } from "./visit/readiness.ts";
import type { PublicAddresses } from "./visit/outside.ts";
import { Trouble } from "./visit/steps.ts";

/** What Pulumi's engine did with a stack. */
export interface Deployed {
  readonly isUp: boolean;
  /** The engine's messages to a person, when the deployment failed. */
  readonly errors: readonly string[];
  readonly outputs: unknown;
  readonly resources: RehearsalResult["resources"];
  readonly policies: RehearsalResult["policies"];
}

/** Pulumi's engine, attached to an in-memory Azure. */
export interface AttachedEngine {
  /** Aborting the signal is a Ctrl-C; the engine cannot be used afterwards. */
  up(signal: AbortSignal): Promise<Deployed>;
  close(): Promise<void>;
}

const outputs = z.looseObject({
  siteAddress: z.url(),
  packagesUrl: z.url(),
  addresses: z.looseObject({ jwks: z.url() }),
  dns: z.array(z.object({ name: z.string(), type: z.string(), value: z.string() })),
  integrationRecords: z.array(z.custom<IntegrationRecord>((value) => typeof value === "object")),
});

/** How long a site that did not start is retried; if it still does not start by then, it never will. */
const PATIENCE_MS = 6_000;
const LOOK_EVERY_MS = 250;
/** How many reports of not being ready are enough; a connector tries every two seconds. */
const NOT_READY_AT_MOST = 3;

/** @throws Trouble */
export async function deployed(
  stack: StackSettings,
  azure: Azure,
  engine: AttachedEngine,
  made: { deployed?: Deployed },
  tell: (words: string) => void,
): Promise<PublicAddresses> {
  const over = new AbortController();
  const ending = new AbortController();
  const seen = watch(azure.front, () => azure.cloud);
  const watching = isHopeless(azure, over.signal).then((hopeless) => {
    if (hopeless) ending.abort();
  });
  const result = await engine.up(ending.signal).finally(() => over.abort());
  await watching;
  made.deployed = result;
  if (!result.isUp) throw brokenSite(azure, seen) ?? refused(result, stack);
  const read = outputs.parse(result.outputs);
  tell(`${String(result.resources.length)} resources`);
  return {
    publicUrl: new URL(read.addresses.jwks).origin,
    siteHost: new URL(read.siteAddress).host,
    records: read.integrationRecords,
    dns: read.dns,
    packagesUrl: read.packagesUrl,
  };
}

/** Whether a site does not start, or starts and is not ready. Resolves to false when `over` is aborted first. */
async function isHopeless({ appService }: Azure, over: AbortSignal): Promise<boolean> {
  const failedAt = new Map<string, number>();
  while (!over.aborted) {
    for (const { host, state, log } of appService.sites()) {
      // A site that is starting again keeps its earlier failure until it is up.
      if (state === "failed" && !failedAt.has(host)) failedAt.set(host, performance.now());
      if (state === "up" || state === "empty") failedAt.delete(host);
      if (lastRun(log).filter(isNotReady).length >= NOT_READY_AT_MOST) return true;
    }
    if ([...failedAt.values()].some((since) => performance.now() - since > PATIENCE_MS)) return true;
    await passed(LOOK_EVERY_MS);
  }
  return false;
}

const isNotReady = (line: string): boolean => line.includes('"event":"connector.not_ready"');

/** The trouble with the broken site, in the site's own words or by naming who refused it something. */
function brokenSite({ appService }: Azure, seen: Watch): Trouble | undefined {
  const broken = appService.sites().find(({ state }) => state === "failed" || state === "starting");
  if (broken !== undefined) return notStarted(appService, broken.host);
  const unready = appService.sites().find(({ log }) => lastRun(log).some(isNotReady));
  if (unready === undefined) return undefined;
  const { told, stackKey } = seen.blame() ?? {};
  const words = told ?? lastRun(unready.log).findLast(isNotReady) ?? "";
  return new Trouble(`The site ${unready.host} is not ready: ${words}`, { stackKey, log: unready.log });
}

function refused({ errors, policies }: Deployed, stack: StackSettings): Trouble {
  const violations = policies.flatMap(({ name, violations: all }) =>
    all
      .filter(({ level }) => level === "mandatory")
      .map(({ resource, message }) => `${name} refuses ${resource}: ${message}`),
  );
  // Operations that were cancelled after the first fault report that, too, but are not a cause.
  const faults = errors.filter((error) => !/context canceled|^update failed$/u.test(error));
  const words = [...violations, ...(faults.length > 0 ? faults : errors)].join("\n");
  const told = words === "" ? "pulumi up failed without a word." : words;
  // A policy judges the program, so a stack key whose value occurs in its message is there by chance.
  return new Trouble(told, violations.length > 0 ? {} : { stackKey: stackKeyIn(words, stack) });
}
