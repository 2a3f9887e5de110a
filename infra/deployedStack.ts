/** Reads the stack that is being deployed, and refuses one that is not complete enough for Azure. */
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { configFaults } from "./stack/config.ts";
import { parseStack, STACK_KEY, type StackContext, type StackSettings } from "./stack.ts";
import { siblingsIn } from "./stack/siblings.ts";

/** Settings of a stack that can be deployed: keys that only a laptop's stack may leave out are present. */
export type DeployedStack = StackSettings & {
  readonly [Key in "owners" | "azure" | "deployers"]: NonNullable<StackSettings[Key]>;
} & { readonly environment: "test" | "production" };

export type DeployedVerdict =
  | { readonly ok: true; readonly stack: DeployedStack }
  | { readonly ok: false; readonly faults: readonly string[] };

/** The folder that Pulumi.yaml names under stackConfigDir. */
const STACKS = join(import.meta.dirname, "../stacks");

/**
 * The stack's settings, complete enough for a deployment.
 * @throws pulumi.RunError, which the engine shows without a stack trace, with a sentence for each fault.
 */
export function deployedStack(config: pulumi.Config): DeployedStack {
  const faults = configFaults(Object.keys(pulumi.runtime.allConfig()));
  const verdict = readDeployed(config.getObject("connector"), {
    name: pulumi.getStack(),
    siblingOf: siblingsIn(STACKS),
  });
  if (!verdict.ok) refuse([...faults, ...verdict.faults]);
  if (faults.length > 0) refuse(faults);
  return verdict.stack;
}

/**
 * Reads what stands under {@link STACK_KEY}: the settings, or a sentence for each reason why the stack cannot be deployed.
 */
export function readDeployed(value: unknown, context?: StackContext): DeployedVerdict {
  if (value === undefined)
    return { ok: false, faults: [STACK_KEY + ": is missing; stacks/README.md shows what stands under it"] };
  const verdict = parseStack(value, context);
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

/** Only narrows the type: {@link parseStack} refuses any stack but a laptop's that lacks one of these keys. */
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
