import * as pulumi from "@pulumi/pulumi";
import { configFaults } from "./stack/config.ts";
import { parseStack, STACK_KEY, type StackSettings } from "./stack.ts";

/** A stack that can be deployed: what only a laptop may leave out is there. */
export type DeployedStack = StackSettings & {
  readonly [Key in "owners" | "azure" | "deployers"]: NonNullable<StackSettings[Key]>;
} & { readonly environment: "test" | "production" };

export type DeployedVerdict =
  | { readonly ok: true; readonly stack: DeployedStack }
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * The stack's settings, fit for a deployment.
 * @throws pulumi.RunError, which the engine shows without a stack trace, with a sentence for each fault.
 */
export function deployedStack(config: pulumi.Config): DeployedStack {
  const faults = configFaults(Object.keys(pulumi.runtime.allConfig()));
  const verdict = readDeployed(config.getObject("connector"), pulumi.getStack());
  if (!verdict.ok) refuse([...faults, ...verdict.faults]);
  if (faults.length > 0) refuse(faults);
  return verdict.stack;
}

/** What stands under {@link STACK_KEY}, or a sentence for each reason why it cannot be deployed. */
export function readDeployed(value: unknown, name?: string): DeployedVerdict {
  if (value === undefined)
    return { ok: false, faults: [STACK_KEY + ": is missing; stacks/README.md shows what stands under it"] };
  const verdict = parseStack(value, { name });
  if (!verdict.ok) return verdict;
  const { stack } = verdict;
  return isDeployed(stack)
    ? { ok: true, stack }
    : {
        ok: false,
        faults: [
          "environment: is local, which npm start runs on one machine; a deployment is test or production",
        ],
      };
}

/** {@link parseStack} refuses any other stack that lacks one of these. */
function isDeployed(stack: StackSettings): stack is DeployedStack {
  return (
    stack.environment !== "local" &&
    stack.owners !== undefined &&
    stack.azure !== undefined &&
    stack.deployers !== undefined
  );
}

function refuse(faults: readonly string[]): never {
  const file = "stacks/Pulumi." + pulumi.getStack() + ".yaml";
  throw new pulumi.RunError([file + " cannot be deployed:", ...faults].join("\n  "));
}
