/**
 * `npm run drift -- <stack>`: what somebody has changed or added by hand in Azure. It only reads, and uses your sign-in to
 * Pulumi's state and to Azure. `--json <file>`, `--html <file>`. Exit code 0: no drift; 1: some; 2: not everything could be
 * read.
 */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { AZURE_CONSTANTS } from "../infra/components/azureConstants.ts";
import { deployer, withDeadline } from "../infra/dataplane/credential.ts";
import { deployerEnvironment } from "../infra/dataplane/environment.ts";
import { drift, exitCode } from "./drift/drift.ts";
import { list } from "./drift/list.ts";
import { page } from "./drift/page.tsx";
import { findEngine } from "./engine/engine.ts";
import { openOwnStack } from "./engine/ownStack.ts";
import { ExplainedError, readDeployedStackFile, stackNameOf } from "./local/stackFile.ts";
import { asking } from "./preflight/asking.ts";
import { signedIn } from "./preflight/signedIn.ts";
import { storedPackages } from "./storedPackages.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const USAGE = `npm run drift -- <stack> [--json <file>] [--html <file>]
  <stack>  a stack of this folder, such as lamna-test, or the path of a file Pulumi.<stack>.yaml`;

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = asked(args);
  const [said, ...more] = positionals;
  if (said === undefined || more.length > 0) throw new ExplainedError(USAGE);
  const stackFile = /[\\/]|\.ya?ml$/.test(said)
    ? resolve(said)
    : join(root, "stacks", "Pulumi." + said + ".yaml");
  await readDeployedStackFile(stackFile, said, "drift is of");
  const engine = await findEngine();
  if (engine.kind === "none")
    throw new ExplainedError(
      `Drift is seen by the Pulumi engine, and there is none here, because ${engine.because}. Install Pulumi (https://www.pulumi.com/docs/install/).`,
    );
  const { signal } = stopping;
  const name = stackNameOf(stackFile) ?? said;
  const own = await openOwnStack({ engine, name, stackFile, environment: process.env, signal });
  try {
    const credential = withDeadline(deployer(deployerEnvironment()));
    await signedIn(credential);
    const azure = asking(AZURE_CONSTANTS.management, credential, signal);
    const graph = asking(AZURE_CONSTANTS.graph, credential, signal);
    const listing = asking(AZURE_CONSTANTS.management, credential, signal, "POST");
    const stored = storedPackages(credential, signal);
    const found = await drift({ stack: name, own, azure, graph, listing, stored });
    if (values.json !== undefined) await writeFile(values.json, JSON.stringify(found, undefined, 2) + "\n");
    if (values.html !== undefined) await writeFile(values.html, page(found));
    process.stdout.write(list(found) + "\n");
    return exitCode(found);
  } finally {
    await own.close();
  }
}

/** @throws ExplainedError */
function asked(args: readonly string[]) {
  try {
    const options = { json: { type: "string" }, html: { type: "string" } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    throw new ExplainedError(USAGE, { cause });
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (fault) {
  const words =
    fault instanceof ExplainedError ? fault.message : fault instanceof Error ? fault.stack : String(fault);
  process.stderr.write((words ?? "") + "\n");
  process.exitCode = 2;
}
