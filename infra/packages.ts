/** Which packages a stack runs, and where their bytes are: on this disk, or with the test deployment that ran them first. */
import * as pulumi from "@pulumi/pulumi";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { DeployedStack } from "./deployedStack.ts";
import { hasStaging } from "./stack/choices.ts";

/** Where `npm run package` puts them. */
const FOLDER = fileURLToPath(new URL("../dist/packages", import.meta.url));

export interface Releases {
  readonly site: string;
  /** Set where there is a slot. */
  readonly staging: string | undefined;
}

/** @throws pulumi.RunError when a test stack names no package and none was built. */
export function releases(stack: DeployedStack, folder = FOLDER): Releases {
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

/** Where packages' bytes are to be taken from, by digest; what is on disk goes before what is far away. */
export function bytesFor(stack: DeployedStack, folder = FOLDER): (digest: string) => Bytes {
  let tested: Bytes["from"];
  return (digest) => {
    const file = join(folder, digest + ".zip");
    if (existsSync(file)) return { file };
    if (stack.testStack === undefined) return {};
    // Site and slot may both take theirs from there, and the engine knows a stack by one reference.
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

/** The test stack's state, in the backend that this stack's is in. */
function outputOf(stack: string, output: string): pulumi.Output<string> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), stack].join("/");
  return new pulumi.StackReference(name).requireOutput(output) as pulumi.Output<string>;
}
