/** The real engine on a temporary copy of the stack file, attached to an in-memory Azure, with the policies enforced. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseDocument } from "yaml";
import type { Properties } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import type { Deployed, AttachedEngine as Rehearsed } from "../../infra/rehearsal/deployed.ts";
import type { Azure } from "../../infra/rehearsal/startInMemoryAzure.ts";
import { RULES } from "../../infra/policy/policies.ts";
import type { Engine } from "../engine/engine.ts";
import { errorsOf, stepsOf, violationsOf, type Outcome } from "../engine/outcome.ts";
import { openWorkspace } from "../engine/workspace.ts";

export interface RehearsalEngineOptions {
  readonly engine: Engine;
  readonly stackFile: string;
  /** The folder of Pulumi.yaml; left out, this repository. */
  readonly project?: string;
  /** Left out: enforced. Without policies, a program that they would refuse shows what the rehearsal itself finds. */
  readonly policies?: "enforced" | "left out";
  readonly signal: AbortSignal;
}

const POLICIES = fileURLToPath(new URL("../../infra/policy", import.meta.url));
const READY_WITHIN_SECONDS = "120";

export interface RehearsalEngine extends Rehearsed {
  /** Copies the configuration from the stack file, so that the next `up` deploys what a person has changed in it. */
  take(stackFile: string): Promise<void>;
}

export async function openEngine(options: RehearsalEngineOptions, azure: Azure): Promise<RehearsalEngine> {
  const { engine, stackFile, project, policies = "enforced", signal } = options;
  const hopeless = new AbortController();
  const workspace = await openWorkspace({
    engine,
    stackFile,
    ...(project !== undefined && { project }),
    environment: {
      ...azure.environment,
      PULUMI_DEBUG_PROVIDERS: azure.debugProviders,
      EHR_READY_WITHIN_SECONDS: READY_WITHIN_SECONDS,
    },
    policyPacks: policies === "enforced" ? [POLICIES] : [],
    signal: AbortSignal.any([signal, hopeless.signal]),
  });
  return {
    up: async (ending) => {
      const abort = () => hopeless.abort();
      ending.addEventListener("abort", abort);
      try {
        const outcome = await workspace.up();
        signal.throwIfAborted();
        return deployedBy(outcome, outcome.code === 0 ? await workspace.outputs() : {});
      } finally {
        ending.removeEventListener("abort", abort);
      }
    },
    take: (changed) => takeConfig(changed, workspace.stackFile),
    close: () => workspace.close(),
  };
}

/** Copies only the configuration, because the rest of the copy is the engine's own. */
async function takeConfig(from: string, to: string): Promise<void> {
  const [changed, own] = await Promise.all(
    [from, to].map(async (file) => parseDocument(await readFile(file, "utf8"))),
  );
  own?.set("config", changed?.get("config"));
  await writeFile(to, String(own));
}

function deployedBy(outcome: Outcome, outputs: unknown): Deployed {
  const errors = errorsOf(outcome);
  return {
    isUp: outcome.code === 0,
    errors: outcome.code === 0 || errors.length > 0 ? errors : [outcome.stderr.trim()],
    outputs,
    resources: stepsOf(outcome).flatMap(({ type, urn, new: made }) =>
      made?.custom === true && !type.startsWith("pulumi:")
        ? { type, name: nameOf(urn), inputs: made.inputs as Properties }
        : [],
    ),
    policies: judgements(outcome),
  };
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;

/** Every policy of the pack, with the number of resources that passed it and with its violations. */
function judgements(outcome: Outcome): Deployed["policies"] {
  const passed = new Map<string, number>();
  for (const name of passes(outcome)) passed.set(name, (passed.get(name) ?? 0) + 1);
  const violations = violationsOf(outcome);
  return RULES.map(({ id: name, words }) => {
    const own = violations.filter(({ policyName }) => policyName === name);
    return {
      name,
      says: words.says,
      remedy: words.remedy,
      ran: (passed.get(name) ?? 0) + own.length,
      violations: own.map(({ resourceUrn = "", message, enforcementLevel }) => ({
        resource: nameOf(resourceUrn),
        message: message.replaceAll(/<\{%[^%]*%\}>/g, "").trim(),
        level: enforcementLevel,
      })),
    };
  });
}

/** The policies that passed, from events for which the engine's SDK has no type. */
function passes({ events }: Outcome): readonly string[] {
  return events.flatMap((event) =>
    Object.entries(event).flatMap(([kind, summary]: [string, unknown]) =>
      kind.startsWith("policyAnalyze") &&
      typeof summary === "object" &&
      summary !== null &&
      "passed" in summary
        ? (summary.passed as readonly string[])
        : [],
    ),
  );
}
