/** Who may reach the site: the edge only, or the addresses that a test stack lists; and in both cases whoever deploys. */
import type * as inputs from "@pulumi/azure-native/types/input.js";
import type * as pulumi from "@pulumi/pulumi";
import type { DeployedStack } from "../deployedStack.ts";
import { hasEdge } from "../stack/choices.ts";

type Restriction = inputs.web.IpSecurityRestrictionArgs;

export interface RestrictionArguments {
  readonly stack: DeployedStack;
  /** The id of the stack's Front Door; undefined where the stack has no edge. */
  readonly frontDoorId: pulumi.Output<string> | undefined;
  readonly runnersSubnetId: pulumi.Output<string>;
}

/** The rules that let callers in. The default action of the site refuses everything else. */
export function accessRestrictions({
  stack,
  frontDoorId,
  runnersSubnetId,
}: RestrictionArguments): Restriction[] {
  const main = hasEdge(stack) && frontDoorId !== undefined ? [edgeRestriction(frontDoorId)] : listed(stack);
  const deploying: Restriction[] = (stack.deployFrom ?? []).map((range, index) => ({
    name: "deploy from " + String(index + 1),
    description: "Waits for the new release to answer",
    action: "Allow",
    ipAddress: asRange(range),
    priority: 300 + index,
  }));
  const runners: Restriction = {
    name: "deploy from inside",
    description: "A runner in the deployment's own network",
    action: "Allow",
    vnetSubnetResourceId: runnersSubnetId,
    priority: 400,
  };
  return [...main, ...deploying, runners];
}

/** All customers of Front Door share its addresses, so the rule also requires the header with the id of our own profile. */
function edgeRestriction(frontDoorId: pulumi.Output<string>): Restriction {
  return {
    name: "edge",
    description: "This deployment's own Front Door",
    action: "Allow",
    tag: "ServiceTag",
    ipAddress: "AzureFrontDoor.Backend",
    headers: { "x-azure-fdid": [frontDoorId] },
    priority: 100,
  };
}

function listed(stack: DeployedStack): Restriction[] {
  const ranges: Restriction[] = (stack.network.allow ?? []).map((range, index) => ({
    name: "allowed " + String(index + 1),
    description: "network.allow in the stack file",
    action: "Allow",
    ipAddress: asRange(range),
    priority: 100 + index,
  }));
  const vendors: Restriction[] = ["AzureEventGrid", "ApplicationInsightsAvailability"].map(
    (service, index) => ({
      name: service,
      description: "Microsoft's own callers",
      action: "Allow",
      tag: "ServiceTag",
      ipAddress: service,
      priority: 200 + index,
    }),
  );
  return [...ranges, ...vendors];
}

/** App Service expects a range even for a single address. */
const asRange = (range: string): string => (range.includes("/") ? range : range + "/32");
