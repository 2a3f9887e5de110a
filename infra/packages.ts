/**
 * Which packages a stack runs, and where their bytes are: on this disk, or in the storage of the test deployment that ran
 * them first.
 */
import * as pulumi from "@pulumi/pulumi";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { DeployedStack } from "./deployedStack.ts";
import { hasStaging } from "./stack/choices.ts";

/** The folder in which `npm run package` puts packages. */
const FOLDER = fileURLToPath(new URL("../dist/packages", import.meta.url));

/** The packages that a stack runs, with nothing left open: what its file does not say is filled in. */
export interface RunningDigests {
  readonly site: string;
  /** Digest of the slot's package; undefined where there is no slot. */
  readonly staging: string | undefined;
}

/** @throws pulumi.RunError when a test stack names no package and none was built. */
export function runningDigests(stack: DeployedStack, folder = FOLDER): RunningDigests {
  const site = stack.release.site ?? lastBuilt(folder);
  if (site === undefined)
    throw new pulumi.RunError(
      "release.site: is missing, and dist/packages has no package that was built last; run npm run package, or say a digest in the stack file",
    );
  return { site, staging: hasStaging(stack) ? (stack.release.staging ?? site) : undefined };
}

function lastBuilt(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const zips = readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.zip$/.test(name));
  const [latest] = zips
    .map((name) => ({ name, builtMs: statSync(join(folder, name)).mtimeMs }))
    .sort((one, other) => other.builtMs - one.builtMs);
  return latest?.name.slice(0, 64);
}

export interface Bytes {
  readonly file?: string;
  readonly from?: { readonly blobEndpoint: pulumi.Input<string>; readonly container: pulumi.Input<string> };
}

/** Where a package's bytes are to be taken from, by digest; the disk is preferred to the test deployment's container. */
export function bytesFor(stack: DeployedStack, folder = FOLDER): (digest: string) => Bytes {
  let tested: Bytes["from"];
  return (digest) => {
    const file = join(folder, digest + ".zip");
    if (existsSync(file)) return { file };
    if (stack.testStack === undefined) return {};
    // Site and slot may both take their package from there, and the engine allows only one reference to a stack.
    tested ??= containerAt(stack.testStack.packages ?? outputOf(stack.testStack.stack, "packagesUrl"));
    return { from: tested };
  };
}

function containerAt(address: pulumi.Input<string>): NonNullable<Bytes["from"]> {
  const parts = pulumi.output(address).apply((text) => new URL(text));
  return {
    blobEndpoint: parts.apply(({ origin }) => origin),
    container: parts.apply(({ pathname }) => pathname.slice(1)),
  };
}

/** An output in the test stack's state, which is in the same backend as this stack's. */
function outputOf(stack: string, output: string): pulumi.Output<string> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), stack].join("/");
  return new pulumi.StackReference(name).requireOutput(output) as pulumi.Output<string>;
}
