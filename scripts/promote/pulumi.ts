/** Uses the owner's own Pulumi for a promotion: the policies judge everything it does, and no setting's value is shown. */
import { createHash } from "node:crypto";
import { copyFile, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import * as z from "zod";
import { shown } from "../drift/difference.ts";
import { changesOf, errorsOf, stepsOf, violationsOf, type Outcome } from "../engine/outcome.ts";
import { isAlive, type OwnStack } from "../engine/ownStack.ts";
import type { Plan, PlannedChange } from "./port.ts";
import { programOf } from "./program.ts";
import { NotForTheRecord } from "./run.ts";
import { contentOf, releaseIn } from "./stackFile.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const POLICIES = join(REPOSITORY, "infra", "policy");
/** The type of packages; a package's name contains its digest. */
const PACKAGE = "ehr:index:Package";
const SLOT_SETTINGS = "azure-native:web:WebAppApplicationSettingsSlot";

export interface Planned extends Plan {
  /** The settings with which the slot would be started, by name; those that are not known before are left out. */
  readonly slotSettings: Readonly<Record<string, string>>;
}

export interface Pulumi {
  /** @param after id of the record of the last promotion, which the plan's digest contains */
  plan(brings: string, after: string | undefined): Promise<Planned>;
  asPlanned(): Promise<void>;
  apply(plan: Plan): Promise<void>;
  restore(file: string | undefined): Promise<void>;
  refresh(): Promise<void>;
  unlock(): Promise<void>;
}

export interface PulumiOptions {
  readonly stack: string;
  readonly own: Pick<OwnStack, "folder" | "run">;
  readonly stackFile: string;
  readonly policies?: string;
  /** A digest of the program that is run. Left out: the one of this repository. */
  readonly program?: () => Promise<string>;
}

export function pulumi({
  stack,
  own,
  stackFile,
  policies = POLICIES,
  program = () => programOf(REPOSITORY),
}: PulumiOptions): Pulumi {
  const judged = ["--policy-pack", policies];
  const saved = join(own.folder, "plan.json");
  // Copies, so that nobody edits what has been looked at before it is carried out.
  const planned = join(own.folder, "planned.yaml");
  const restored = join(own.folder, "restored.yaml");
  let mayUnlock = false;
  /** Runs a command. A lock that an earlier run has left is removed once. */
  const run = async (args: readonly string[], file = stackFile): Promise<Outcome> => {
    const outcome = await own.run(args, file);
    if (outcome.code === 0 || !mayUnlock || !isLocked(outcome)) return succeeded(outcome);
    mayUnlock = false;
    await holderGone(outcome);
    await own.run(["cancel", "--yes"]);
    return succeeded(await own.run(args, file));
  };
  /** What an update carries out, apart from the packages. */
  const carriedOut = async (file: string) =>
    createHash("sha256")
      .update(`${await contentOf(file)} ${await program()}`)
      .digest("hex");
  const asPlanned = async () => {
    if (!(await readFile(planned)).equals(await readFile(stackFile)))
      throw new Error("The stack file was edited after the plan was made: what was approved is another one.");
  };
  return {
    async plan(brings, after) {
      await copyFile(stackFile, planned);
      const outcome = await run(["preview", "--save-plan", saved, ...judged], planned);
      return {
        brings,
        digest: digestOf([stack, (await releaseIn(planned)).site, brings, after ?? ""], outcome),
        file: await carriedOut(planned),
        changes: plannedIn(outcome),
        slotSettings: settingsIn(outcome),
      };
    },
    asPlanned,
    async apply() {
      await asPlanned();
      await run(["up", "--plan", saved, "--yes", "--skip-preview", ...judged], planned);
    },
    async restore(file) {
      await copyFile(stackFile, restored);
      if ((await carriedOut(restored)) !== file)
        throw new Error(
          `${stackFile} differs from the one that was planned in more than its packages, or the program in this folder does, so going back would carry out what nobody approved. Azure was left as it is. Take back what was edited meanwhile (git diff), or check out the commit that was planned.`,
        );
      await run(["up", "--refresh", "--yes", "--skip-preview", ...judged], restored);
    },
    async refresh() {
      await run(["refresh", "--yes", "--skip-preview"]);
    },
    unlock() {
      mayUnlock = true;
      return Promise.resolve();
    },
  };
}

/** The messages of a file backend and of Pulumi Cloud for a locked state. */
const isLocked = ({ stderr, stdout }: Outcome): boolean =>
  /currently locked|update is currently in progress/iu.test(stderr + stdout);

const HOLDER_SECONDS = 120;

/**
 * Waits for the engine that holds the lock, if it is on this machine: one whose command was killed may be at work for a
 * while, and two would change production at once.
 * @throws Error when it does not end
 */
async function holderGone({ stderr, stdout }: Outcome): Promise<void> {
  const held = (stderr + stdout).matchAll(/created by \S+@(\S+) \(pid (\d+)\)/gu);
  const pids = [...held].filter(([, host]) => host === hostname()).map(([, , pid]) => Number(pid));
  for (let seconds = 0; pids.some(isAlive); seconds++) {
    if (seconds >= HOLDER_SECONDS)
      throw new Error(
        `The engine of the run before is still at work on this machine (process ${pids.filter(isAlive).join(", ")}). Wait until it has ended.`,
      );
    await passed(1000);
  }
}

function succeeded(outcome: Outcome): Outcome {
  if (outcome.code === 0) return outcome;
  const refused = violationsOf(outcome)
    .filter(({ enforcementLevel }) => enforcementLevel === "mandatory")
    .map(({ policyName, message }) => `${policyName}: ${message}`);
  const said = [...refused, ...errorsOf(outcome), outcome.stderr.trim()].filter((line) => line !== "");
  // The engine's message contains every setting, so it is not repeated.
  if (said.some((line) => line.includes("violates plan")))
    throw new Error(
      "What Pulumi would do now is not what was planned: something has changed since. Nothing more was done.",
    );
  throw new NotForTheRecord(
    refused.length > 0 ? "a policy refused it" : "Pulumi did not do it",
    `Pulumi did not do it. ${(said.join("\n") || outcome.stdout.trim()).slice(0, 2000)}`,
  );
}

/**
 * A digest that is the same for the same plan, whoever makes it, and for no other plan.
 * @param act which stack is brought from which package to which, so that even plans without changes differ, and after which
 *   promotion, so that a signature for one that was rolled back since does not bring its package a second time
 */
function digestOf(act: readonly string[], outcome: Outcome): string {
  const steps = changesOf(outcome)
    .map(({ op, urn, type, old, new: after, detailedDiff }) =>
      // Where a package's bytes are taken from differs with the machine, and its digest identifies the bytes.
      JSON.stringify(
        type === PACKAGE ? [op, urn] : sorted([op, urn, old?.inputs, after?.inputs, detailedDiff]),
      ),
    )
    .toSorted();
  return createHash("sha256")
    .update(JSON.stringify([...act, ...steps]))
    .digest("hex");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]) => [name, sorted(inner)] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/**
 * Types that are protected because deleting them loses something that cannot be made again: data, keys, the number, and the
 * resources that contain these.
 */
const KEPT =
  /:(DatabaseAccount|SqlResourceSql(Database|Container)|Vault|Key|StorageAccount|BlobContainer|Queue|CommunicationService|EmailService|Domain|PhoneNumber|ManagementLock\w*|ResourceGroup|Application)$/u;

/** @param outcome of a preview */
export function plannedIn(outcome: Outcome): PlannedChange[] {
  const byUrn = new Map<string, PlannedChange>();
  for (const step of changesOf(outcome)) {
    // A component has no properties of its own.
    if (/^(pulumi|ehr:components):/u.test(step.type)) continue;
    const names = Object.keys(step.detailedDiff ?? {});
    const before = byUrn.get(step.urn);
    byUrn.set(step.urn, {
      resource: shown(step.urn, step.type),
      does: step.op.includes("replace") ? "replace" : doesOf(step.op),
      names: names.length > 0 ? names : (before?.names ?? step.diffs ?? []),
      isProtected: before?.isProtected === true || isKept(step),
    });
  }
  return [...byUrn.values()];
}

const isKept = ({ old, new: after, type }: StepEventMetadata): boolean =>
  old?.protect === true || after?.protect === true || KEPT.test(type);

function doesOf(op: string): PlannedChange["does"] {
  if (op === "create" || op === "delete") return op;
  // Operations such as `discard` also delete.
  return op === "update"
    ? "update"
    : op.startsWith("delete") || op.startsWith("discard")
      ? "delete"
      : "create";
}

const texts = z.record(z.string(), z.unknown());

function settingsIn(outcome: Outcome): Readonly<Record<string, string>> {
  const step = stepsOf(outcome).find(({ type }) => type === SLOT_SETTINGS);
  const inputs = texts.safeParse(step?.new?.inputs).data ?? {};
  const settings = texts.safeParse(inputs["properties"]).data ?? {};
  return Object.fromEntries(
    Object.entries(settings).filter((one): one is [string, string] => typeof one[1] === "string"),
  );
}
