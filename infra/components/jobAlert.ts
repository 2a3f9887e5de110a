import * as monitor from "@pulumi/azure-native/monitor/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { named, tags, type Ground } from "./ground.ts";

export interface JobAlertArguments {
  readonly ground: Ground;
  readonly actionGroupId: pulumi.Input<string>;
  readonly workspaceId: pulumi.Input<string>;
}

/** How the connector's log says that a job failed too often (app/worker/messages.ts). */
const POISONED = `AppServiceConsoleLogs | where ResultDescription has '"event":"job.poisoned"'`;

/** Tells the owners when background work failed so often that only a person can decide on it. No metric counts that; the log does. */
export function jobAlert(parent: pulumi.Resource, name: string, args: JobAlertArguments): void {
  const { stack, group, location } = args.ground;
  new monitor.ScheduledQueryRule(
    name + "-jobs-poisoned",
    {
      ruleName: named("jobs-poisoned", stack),
      resourceGroupName: group.name,
      location,
      description: "Background work failed too often and is not tried again by itself",
      enabled: true,
      severity: 2,
      scopes: [args.workspaceId],
      evaluationFrequency: "PT5M",
      windowSize: "PT10M",
      autoMitigate: true,
      // The table comes with the first line that the site logs, which is later.
      skipQueryValidation: true,
      criteria: {
        allOf: [
          {
            query: POISONED,
            timeAggregation: "Count",
            operator: "GreaterThan",
            threshold: 0,
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
          },
        ],
      },
      actions: { actionGroups: [args.actionGroupId] },
      tags: tags(stack, "operational"),
    },
    { parent },
  );
}
