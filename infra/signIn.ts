/** Checks that whoever runs `pulumi up` is signed in to the tenant and the subscription that the stack file names. */
import * as authorization from "@pulumi/azure-native/authorization/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { DeployedStack } from "./deployedStack.ts";

/** @throws pulumi.RunError that explains the difference, before anything is created in the wrong subscription. */
export async function refuseAnotherSignIn(stack: DeployedStack): Promise<void> {
  const { subscriptionId, tenantId } = await authorization.getClientConfig();
  const wanted = stack.azure.subscriptionId;
  if (subscriptionId !== wanted)
    throw new pulumi.RunError(
      `azure.subscriptionId: is ${wanted}, but you are signed in to ${subscriptionId}; run az account set --subscription ${wanted}, or change the stack file`,
    );
  if (tenantId !== stack.microsoft.tenantId)
    throw new pulumi.RunError(
      `microsoft.tenantId: is ${stack.microsoft.tenantId}, but you are signed in to the directory ${tenantId}; run az login --tenant ${stack.microsoft.tenantId}, or change the stack file`,
    );
}
