/** The place that `pulumi up` runs in, where the stack lists no address for it. */
import { named } from "../resourceNames.ts";
import type { Deployment } from "./deployment.ts";
import { AFTER, lines, type Task } from "./task.ts";

/** A package is uploaded from inside the network, which the first `pulumi up` makes: it stops there, half-way. */
export function placeInside(deployment: Deployment): readonly Task[] {
  if (!deployment.deploysFromInside) return [];
  return [
    {
      title: "A runner in the subnet runners",
      when: AFTER,
      who: "whoever may make machines in the resource group",
      why: "deployFrom is left out, so the package's storage lets in the deployment's own network alone. The first pulumi up makes that network and stops at the package; the next one has to run inside.",
      text: lines(
        `az account set --subscription ${deployment.subscriptionId}`,
        `az network vnet subnet show --resource-group ${named("rg", deployment)} --vnet-name ${named("vnet", deployment)} --name runners --query id --output tsv`,
        "",
        "# Start your runner's machine in this subnet, with a public address of its own to go out by;",
        "# then, on it, pulumi up again.",
      ),
    },
  ];
}
