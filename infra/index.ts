/** A deployment: one hospital in one environment, said by `stacks/Pulumi.<stack>.yaml`. */
import * as resources from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";
import { deployedStack } from "./deployedStack.ts";
import { locationOf } from "./places.ts";

const stack = deployedStack(new pulumi.Config("teams-ehr-connector"));

const group = new resources.ResourceGroup("group", {
  resourceGroupName: ["rg", stack.tenant, stack.environment].join("-"),
  location: locationOf(stack),
  tags: { tenant: stack.tenant, environment: stack.environment },
});

export const resourceGroup = group.name;
export const location = group.location;
