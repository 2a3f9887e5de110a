/**
 * Alerts the owners to what only the log says and only a person can correct: faults of background work, which the log repeats
 * as long as they last, and acts that the audit trail did not take. No metric counts these.
 */
import * as monitor from "@pulumi/azure-native/monitor/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { named, tags, type DeploymentContext } from "./deploymentContext.ts";

export interface LogAlertArguments {
  readonly context: DeploymentContext;
  readonly actionGroupId: pulumi.Input<string>;
  readonly workspaceId: pulumi.Input<string>;
}

interface Told {
  readonly name: string;
  readonly says: string;
  /**
   * The event of a log line. For background work one process writes the line in each minute's sweep while it applies
   * (app/flows/background/background.ts); for the audit trail it is written once for each act (app/records/audit.ts).
   */
  readonly event: string;
  readonly operator: "GreaterThan" | "LessThan";
  readonly threshold: number;
  readonly windowSize: string;
}

const TOLD: readonly Told[] = [
  {
    name: "jobs-poisoned",
    says: "Background work failed too often and is not tried again by itself",
    event: "jobs.poisoned",
    operator: "GreaterThan",
    threshold: 0,
    windowSize: "PT10M",
  },
  {
    name: "jobs-late",
    says: "Background work has been due for more than ten minutes and is not done",
    event: "jobs.late",
    operator: "GreaterThan",
    threshold: 0,
    windowSize: "PT10M",
  },
  {
    name: "jobs-unswept",
    says: "No instance does background work",
    event: "jobs.swept",
    operator: "LessThan",
    threshold: 1,
    windowSize: "PT15M",
  },
  {
    name: "audit-not-written",
    says: "Something was done that the audit trail does not say; the log does, as long as it is kept",
    event: "audit.not_written",
    operator: "GreaterThan",
    threshold: 0,
    windowSize: "PT10M",
  },
];

export function logAlerts(parent: pulumi.Resource, name: string, args: LogAlertArguments): void {
  const { stack, group, location } = args.context;
  for (const told of TOLD)
    new monitor.ScheduledQueryRule(
      name + "-" + told.name,
      {
        ruleName: named(told.name, stack),
        resourceGroupName: group.name,
        location,
        description: told.says,
        enabled: true,
        severity: 2,
        scopes: [args.workspaceId],
        evaluationFrequency: "PT5M",
        windowSize: told.windowSize,
        autoMitigate: true,
        // The log table is created with the first line that the site logs, which is after this rule.
        skipQueryValidation: true,
        criteria: {
          allOf: [
            {
              query: `AppServiceConsoleLogs | where ResultDescription has '"event":"${told.event}"'`,
              timeAggregation: "Count",
              operator: told.operator,
              threshold: told.threshold,
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
