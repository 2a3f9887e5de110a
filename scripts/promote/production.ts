/**
 * The real production stack of a promotion: its file, its owner's Pulumi, Azure, and the connectors of test and production.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BlobServiceClient } from "@azure/storage-blob";
import type { TokenCredential } from "@azure/identity";
import { digestOf, fetchPackage, isStored, type Container } from "../../infra/dataplane/blobs.ts";
import type { Call } from "../../infra/dataplane/resource.ts";
import { firstFailed } from "../../app/domain/canary.ts";
import { ExplainedError } from "../local/stackFile.ts";
import { askCanary, operatorToken, type Smoke } from "../smoke/ask.ts";
import { putBack, storedPackages, type Stored } from "../storedPackages.ts";
import { approvable, approve, type Approving } from "./approve.ts";
import { keptIn, type Kept } from "./container.ts";
import type { Deployed } from "./deployed.ts";
import type { Plan, Production } from "./port.ts";
import { type Planned, pulumi } from "./pulumi.ts";
import { short } from "./run.ts";
import { sites } from "./sites.ts";
import { releaseIn, writeRelease } from "./stackFile.ts";
import { vouched } from "./vouched.ts";
import { misread, started, type Package } from "./starts.ts";

const PACKAGES = fileURLToPath(new URL("../../dist/packages", import.meta.url));

export interface ProductionOptions {
  readonly deployed: Deployed;
  /** The test stack that the package comes from; undefined for a rollback. */
  readonly test?: Deployed | undefined;
  /** Containers with packages, in addition to this disk: those of the test stack, and production's own. */
  readonly containers: readonly Container[];
  /** The folder in which `npm run package` puts packages. */
  readonly packages?: string;
  readonly policies?: string;
  readonly approving: Approving;
  readonly credential: TokenCredential;
  readonly call: Call;
  readonly signal: AbortSignal;
  /** Called when the turn is lost, so that somebody else may be promoting. */
  readonly onLost: () => void;
}

export interface RealProduction extends Production {
  readonly kept: Kept;
  /** Name of the test stack whose packages it runs. */
  readonly follows: string | undefined;
}

export function production(options: ProductionOptions): RealProduction {
  const { deployed, approving, credential, call, signal } = options;
  const { name, stackFile, own } = deployed;
  const kept = keptIn(containerOf(deployed.container, credential), {
    stack: name,
    now: call.now,
    onLost: options.onLost,
  });
  const engine = pulumi({
    stack: name,
    own,
    stackFile,
    ...(options.policies !== undefined && { policies: options.policies }),
  });
  const azure = sites({ siteId: deployed.siteId, credential, signal });
  const packageOf = (digest: string) => packageIn(digest, options);
  /** The last plan, with the settings with which it would start the slot. */
  let last: Planned | undefined;
  return {
    stack: name,
    kept,
    follows: deployed.settings.testStack?.stack,
    take: (who) => kept.take(who),
    look: () => kept.look(),
    declared: () => releaseIn(stackFile),
    declare: (release) => writeRelease(stackFile, release),
    // After another promotion the same changes are another act, which older signatures do not approve.
    plan: async (brings) => (last = await engine.plan(brings, await kept.after())),
    async start(plan: Plan, runs: string) {
      if (last?.digest !== plan.digest) throw new Error("That plan is not the last one.");
      const { slotSettings } = last;
      const [now, next] = await Promise.all(
        [runs, plan.brings].map(async (digest) => ({
          digest,
          ...(await started(await packageOf(digest), slotSettings)),
        })),
      );
      const wrong = now !== undefined && next !== undefined ? misread(now, next) : [];
      if (wrong.length > 0)
        throw new Error(
          `${wrong.join(" ")} Both share one store while one takes the other's place, so a new version takes two releases. Bring the release between them first, which reads both; if that is not to be had, mend it forward by a package that reads what is written.`,
        );
      return `${short(runs)} and ${short(plan.brings)} start with these settings and read each other's rows`;
    },
    asPlanned: () => engine.asPlanned(),
    apply: (plan) => engine.apply(plan),
    restore: (file) => engine.restore(file),
    refresh: () => engine.refresh(),
    unlock: () => engine.unlock(),
    running: () => azure.running(),
    stored: (digest) => refuseReplaced(deployed.container, digest, storedPackages(credential, signal)),
    swap: () => azure.swap(),
    serves: (digest) => azure.serves(digest),
    async tryOut(digest) {
      const token = await operatorToken(credential, deployed.clientId);
      return passedBy(await askCanary(await azure.slotAddress(), token), digest);
    },
    approve: (plan) => approve(plan, approving),
    approvable: (plan) => approvable(plan, approving),
    vouch: (record) => vouched(record, options),
    record: (record) => kept.record(record),
  };
}

/**
 * The result of a canary visit, in words.
 * @throws Error when a step failed, or another package made the visit
 */
export function passedBy({ package: by, isWell, canaries }: Smoke, digest: string): string {
  if (by !== digest)
    throw new Error(`The canary visit was made by ${short(by)} and not by ${short(digest)}.`);
  const failures = canaries.flatMap(({ connection, steps }) => {
    const failure = firstFailed(steps);
    return failure === undefined
      ? []
      : [`${connection.name}, at the step ${failure.step}: ${failure.why ?? ""}`];
  });
  if (!isWell || failures.length > 0) throw new Error("The canary visit did not pass: " + failures.join(" "));
  const untried = canaries.filter(({ needsLaunch }) => needsLaunch).length;
  const count = canaries.length === 1 ? "1 connection" : `${String(canaries.length)} connections`;
  return `passed at ${count}${untried === 0 ? "" : `, ${String(untried)} of them without the chart's own sign-in`}`;
}

/** @throws Error when other bytes are stored under the package's name than it says, or none */
export async function refuseReplaced(at: Container, digest: string, stored: Stored): Promise<void> {
  const is = await stored(at, digest);
  if (is === digest) return;
  const what =
    is === undefined ? "Nothing is stored under its name" : "Other bytes are stored under its name";
  throw new Error(`${what}, ${short(digest)}, so it is not swapped in. Next, ${putBack(at, digest)}.`);
}

function containerOf({ blobEndpoint, container }: Container, credential: TokenCredential) {
  return new BlobServiceClient(blobEndpoint, credential, {
    retryOptions: { maxTries: 4 },
  }).getContainerClient(container);
}

/** @throws ExplainedError when the package is found nowhere, or this disk has another under its name */
export async function packageIn(
  digest: string,
  { packages = PACKAGES, containers, call }: Pick<ProductionOptions, "packages" | "containers" | "call">,
): Promise<Package> {
  const file = join(packages, digest + ".zip");
  if (existsSync(file)) {
    const zip = await readFile(file);
    if (digestOf(zip) === digest) return { digest, zip };
    throw new ExplainedError(
      `${file} is another package than its name says. Remove the file, then run this again.`,
    );
  }
  for (const container of containers)
    if (await isStored(container, digest, call))
      return { digest, zip: await fetchPackage(container, digest, call) };
  throw new ExplainedError(
    `Nobody has the package ${digest}: not this disk (dist/packages), not the containers of test and production.`,
  );
}
