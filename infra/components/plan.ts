/** The instances that site and slot run on; autoscale adds some at busy times. */
import * as monitor from "@pulumi/azure-native/monitor/index.js";
import * as web from "@pulumi/azure-native/web/index.js";
import * as pulumi from "@pulumi/pulumi";
import { hasStaging, sizesOf, type Sizes } from "../stack/choices.ts";
import { whileItChanges } from "./patience.ts";
import { named, tags, type DeploymentContext } from "./deploymentContext.ts";

const TIERS: Readonly<Record<Sizes["plan"], string>> = {
  P0v3: "Premium0V3",
  P1v3: "PremiumV3",
  P2v3: "PremiumV3",
  P1mv3: "PremiumMV3",
};

export class Plan extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;

  constructor(
    name: string,
    { context }: { readonly context: DeploymentContext },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("ehr:components:Plan", name, {}, options);
    const { stack, group, location } = context;
    const { plan, instances, instancesAtMost } = sizesOf(stack);
    const servers = new web.AppServicePlan(
      name,
      {
        name: named("plan", stack),
        resourceGroupName: group.name,
        location,
        kind: "linux",
        reserved: true,
        sku: { name: plan, tier: TIERS[plan], capacity: instances },
        zoneRedundant: hasStaging(stack),
        tags: tags(stack, "phi-transient"),
      },
      // Where there is autoscale, it decides on the number of instances after the first update.
      {
        parent: this,
        hooks: whileItChanges(name),
        ...(instancesAtMost > instances && { ignoreChanges: ["sku.capacity"] }),
      },
    );
    this.id = servers.id;
    if (instancesAtMost > instances)
      new monitor.AutoscaleSetting(
        name + "-autoscale",
        {
          autoscaleSettingName: named("autoscale", stack),
          resourceGroupName: group.name,
          location,
          targetResourceUri: servers.id,
          enabled: true,
          profiles: [
            {
              name: "by processor time",
              capacity: {
                minimum: String(instances),
                maximum: String(instancesAtMost),
                default: String(instances),
              },
              rules: [
                rule(servers.id, { above: 65, minutes: 5, change: "Increase" }),
                rule(servers.id, { below: 30, minutes: 20, change: "Decrease" }),
              ],
            },
          ],
          tags: tags(stack, "operational"),
        },
        { parent: this },
      );
    this.registerOutputs({ id: this.id });
  }
}

type Turn = { readonly minutes: number } & (
  | { readonly above: number; readonly change: "Increase" }
  | { readonly below: number; readonly change: "Decrease" }
);

/** An autoscale rule that adds or removes one instance when the processors were busy or idle for some minutes. */
function rule(plan: pulumi.Output<string>, turn: Turn) {
  const minutes = "PT" + String(turn.minutes) + "M";
  return {
    metricTrigger: {
      metricName: "CpuPercentage",
      metricResourceUri: plan,
      timeGrain: "PT1M",
      statistic: "Average" as const,
      timeWindow: minutes,
      timeAggregation: "Average" as const,
      operator: "above" in turn ? ("GreaterThan" as const) : ("LessThan" as const),
      threshold: "above" in turn ? turn.above : turn.below,
    },
    scaleAction: { direction: turn.change, type: "ChangeCount" as const, value: "1", cooldown: minutes },
  };
}
