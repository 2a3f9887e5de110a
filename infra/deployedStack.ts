import * as pulumi from "@pulumi/pulumi";
import { parseStack, STACK_KEY, type StackSettings } from "./stack.ts";

/**
 * The stack's settings, fit for a deployment.
 * @throws pulumi.RunError, which the engine shows without a stack trace, with a sentence for each fault.
 */
export function deployedStack(config: pulumi.Config): StackSettings {
  const value = config.getObject("connector");
  if (value === undefined) refuse([STACK_KEY + ": is missing; stacks/README.md shows what stands under it"]);
  const verdict = parseStack(value);
  if (!verdict.ok) refuse(verdict.faults);
  if (verdict.stack.environment === "local")
    refuse([
      "environment: is local, which npm start runs on one machine; a deployment is test or production",
    ]);
  return verdict.stack;
}

function refuse(faults: readonly string[]): never {
  const file = "stacks/Pulumi." + pulumi.getStack() + ".yaml";
  throw new pulumi.RunError([file + " cannot be deployed:", ...faults].join("\n  "));
}
