/**
 * Alerts the owners when somebody changes who may do what in the subscription, and when Azure itself has an incident.
 */
import * as monitor from "@pulumi/azure-native/monitor/index.js";
import * as pulumi from "@pulumi/pulumi";
import { GLOBAL } from "../stack/regions.ts";
import { inSubscription, named, tags, type DeploymentContext } from "./deploymentContext.ts";

interface Condition {
  readonly field?: string;
  readonly equals?: string;
  readonly containsAny?: string[];
  readonly anyOf?: { readonly field: string; readonly equals: string }[];
}

/**
 * The administrators' operations that raise an alert: those that change who may do what, who reaches whom, or what monitors
 * the deployment. Other operations are the ordinary work of each update.
 */
const ACTS = {
  administrative: "Microsoft.Authorization/roleAssignments/write",
  "network-rules": "Microsoft.Network/networkSecurityGroups/write",
  "network-rules-deleted": "Microsoft.Network/networkSecurityGroups/delete",
  "network-rule": "Microsoft.Network/networkSecurityGroups/securityRules/write",
  "network-rule-deleted": "Microsoft.Network/networkSecurityGroups/securityRules/delete",
  "policy-assigned": "Microsoft.Authorization/policyAssignments/write",
  "policy-unassigned": "Microsoft.Authorization/policyAssignments/delete",
  "security-policy": "Microsoft.Security/policies/write",
  "security-solution": "Microsoft.Security/securitySolutions/write",
  "security-solution-deleted": "Microsoft.Security/securitySolutions/delete",
} as const;

/**
 * What raises an alert. Azure requires a second condition beside the category
 * (https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-activity-log-alert-rule).
 */
const WATCHED: readonly (readonly [name: string, category: string, condition: Condition])[] = [
  // The auditors' lists for Azure require one alert for each operation, so each operation has its own.
  ...Object.entries(ACTS).map(
    ([name, equals]) => [name, "Administrative", { field: "operationName", equals }] as const,
  ),
  ["policy", "Policy", { field: "level", containsAny: ["Warning", "Error", "Critical"] }],
  ["security", "Security", { field: "status", equals: "Active" }],
  [
    "service-health",
    "ServiceHealth",
    {
      anyOf: ["Incident", "Security", "ActionRequired"].map((equals) => ({
        field: "properties.incidentType",
        equals,
      })),
    },
  ],
];

export class ActivityAlerts extends pulumi.ComponentResource {
  constructor(
    name: string,
    {
      context,
      actionGroupId,
    }: { readonly context: DeploymentContext; readonly actionGroupId: pulumi.Output<string> },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("ehr:components:ActivityAlerts", name, {}, options);
    const { stack, group } = context;
    for (const [kind, category, condition] of WATCHED)
      new monitor.ActivityLogAlert(
        name + "-" + kind,
        {
          activityLogAlertName: named(kind, stack),
          resourceGroupName: group.name,
          location: GLOBAL,
          enabled: true,
          scopes: [inSubscription(stack)],
          condition: { allOf: [{ field: "category", equals: category }, condition] },
          actions: { actionGroups: [{ actionGroupId }] },
          tags: tags(stack, "operational"),
        },
        { parent: this },
      );
    this.registerOutputs({});
  }
}
