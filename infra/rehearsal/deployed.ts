/** The step that deploys: what the engine is asked, what it answers, and when there is no point in waiting any longer. */
import { setTimeout as passed } from "node:timers/promises";
import { z } from "zod";
import type { IntegrationRecord } from "../integration.ts";
import type { RehearsalResult } from "./report/result.ts";
import type { Azure } from "./startAzure.ts";
import { Trouble } from "./visit/steps.ts";

/** What the real engine made of a stack. */
export interface Deployed {
  readonly isUp: boolean;
  /** The engine's words to a person, when it is not up. */
  readonly errors: readonly string[];
  readonly outputs: unknown;
  readonly resources: RehearsalResult["resources"];
  readonly policies: RehearsalResult["policies"];
}

/** The engine, attached to an Azure in memory. */
export interface Engine {
  /** Aborting it is a Ctrl-C; the engine then serves no more. */
  up(signal: AbortSignal): Promise<Deployed>;
  close(): Promise<void>;
}

/** Where it is, as people and vendors are told. */
export interface Place {
  readonly publicUrl: string;
  readonly siteHost: string;
  readonly records: readonly IntegrationRecord[];
}

const outputs = z.looseObject({
  siteAddress: z.url(),
  addresses: z.looseObject({ jwks: z.url() }),
  integrationRecords: z.array(z.custom<IntegrationRecord>((value) => typeof value === "object")),
});

/** A site that did not start is tried again; one that still does not, never will. */
const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 250;

/** @throws Trouble */
export async function deployed(
  azure: Azure,
  engine: Engine,
  made: { deployed?: Deployed },
  tell: (words: string) => void,
): Promise<Place> {
  const over = new AbortController();
  const ending = new AbortController();
  const watching = isHopeless(azure, over.signal).then((hopeless) => {
    if (hopeless) ending.abort();
  });
  const result = await engine.up(ending.signal).finally(() => over.abort());
  await watching;
  made.deployed = result;
  const broken = azure.appService.sites().find(({ state }) => state === "failed");
  if (broken !== undefined && !result.isUp) throw notStarted(broken);
  if (!result.isUp) throw refused(result);
  const read = outputs.parse(result.outputs);
  tell(`${String(result.resources.length)} resources`);
  return {
    publicUrl: new URL(read.addresses.jwks).origin,
    siteHost: new URL(read.siteAddress).host,
    records: read.integrationRecords,
  };
}

/** Whether a site has failed to start for a while, before `over` says that nobody waits any more. */
async function isHopeless({ appService }: Azure, over: AbortSignal): Promise<boolean> {
  let since = performance.now();
  while (!over.aborted) {
    if (!appService.sites().some(({ state }) => state === "failed")) since = performance.now();
    if (performance.now() - since > PATIENCE_MS) return true;
    await passed(LOOK_EVERY_MS);
  }
  return false;
}

function notStarted({ host, log }: { readonly host: string; readonly log: string }): Trouble {
  const lines = log.split("\n");
  const begun = lines.findLastIndex((line) => line.endsWith(" starts."));
  const words = lines
    .slice(begun + 1)
    .map((line) => line.replace(/^\S+Z \S+ /u, ""))
    .join(" ");
  return new Trouble(`The site ${host} does not start: ${words}`, { log });
}

/** The stack key that an error begins with, where it does. */
const KEY = /^\s*([a-z][A-Za-z]*(?:(?:\.|\[\d*\]\.?)[A-Za-z]*)*): /mu;

function refused({ errors, policies }: Deployed): Trouble {
  const violations = policies.flatMap(({ name, violations: all }) =>
    all
      .filter(({ level }) => level === "mandatory")
      .map(({ resource, message }) => `${name} refuses ${resource}: ${message}`),
  );
  const words = [...violations, ...errors];
  const told = words.length > 0 ? words.join("\n") : "pulumi up failed without a word.";
  return new Trouble(told, { stackKey: KEY.exec(errors.join("\n"))?.[1] });
}
