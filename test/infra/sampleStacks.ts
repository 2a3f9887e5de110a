/** The samples in stacks/ that are deployed, each with an invented package, because none is built here. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { STACK_KEY } from "../../infra/stack.ts";

export const SAMPLES = ["lamna-test", "lamna-production", "sample"] as const;

export async function sampleStack(name: (typeof SAMPLES)[number]): Promise<Record<string, unknown>> {
  const file = fileURLToPath(new URL("../../stacks/Pulumi." + name + ".yaml", import.meta.url));
  const { config } = parse(await readFile(file, "utf8")) as { config: Record<string, object> };
  return { release: { site: "7e".repeat(32) }, ...config[STACK_KEY] };
}

/** The subscription and the directory in which one has to be signed in for a stack. */
export function clientOf(stack: Record<string, unknown>): { subscriptionId: string; tenantId: string } {
  const { azure, microsoft } = stack as {
    azure: { subscriptionId: string };
    microsoft: { tenantId: string };
  };
  return { subscriptionId: azure.subscriptionId, tenantId: microsoft.tenantId };
}
