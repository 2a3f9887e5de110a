/** Determines which stack `npm run preflight` was asked about. */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ExplainedError, readDeployedStackFile, stackNameOf } from "../local/stackFile.ts";
import type { DeployedSettings } from "./finding.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const USAGE = `npm run preflight -- <stack>
  <stack>  a stack of this folder, such as lamna-test, or the path of a file Pulumi.<stack>.yaml`;

/** @throws ExplainedError */
export async function patientOf(
  words: readonly string[],
): Promise<{ readonly name: string; readonly stack: DeployedSettings }> {
  const [said, ...more] = words;
  if (said === undefined || more.length > 0 || said.startsWith("-")) throw new ExplainedError(USAGE);
  const file = /[\\/]|\.ya?ml$/.test(said) ? resolve(said) : join(root, "stacks", "Pulumi." + said + ".yaml");
  const stack = await readDeployedStackFile(file, said, "a preflight looks at");
  const { azure } = stack;
  if (azure === undefined) throw new Error("parseStack let a deployment without azure pass");
  return { name: stackNameOf(file) ?? said, stack: { ...stack, azure } };
}
