import { parseStack } from "../../../infra/stack.ts";
import type { DeployedStack } from "../../../infra/deployedStack.ts";
import { clientOf, sampleStack } from "../sampleStacks.ts";
import { wholeProgram } from "../wholeProgram.ts";
import type { Deployment } from "./securityTest.ts";

/** The deployments of both samples. */
export async function deployments(): Promise<readonly (readonly [string, Deployment])[]> {
  const made: (readonly [string, Deployment])[] = [];
  // They are recorded one after the other, because Pulumi's SDK has one global state in a process.
  for (const name of ["lamna-production", "lamna-test"] as const)
    made.push([name, await deployed(await sampleStack(name))]);
  return made;
}

async function deployed(said: Record<string, unknown>): Promise<Deployment> {
  const verdict = parseStack(said);
  if (!verdict.ok) throw new Error(verdict.faults.join("\n"));
  const { resources } = await wholeProgram(said, { client: clientOf(said) });
  return { stack: verdict.stack as DeployedStack, resources };
}
