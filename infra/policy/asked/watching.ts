/** What is logged, and who is alerted to what. */
import { named } from "../../../app/domain/resourceNames.ts";
import type { DeployedStack } from "../../deployedStack.ts";
import { hasEdge, hasEvents, hasStaging } from "../../stack/choices.ts";
import {
  asked,
  here,
  idOf,
  inGroup,
  isProduction,
  NUMBER_GROUP,
  OWNERS,
  GROUP,
  SERVICE,
  siteKey,
  storageKey,
  storeKey,
  subscription,
  vaultKey,
  WORKSPACE,
  worldwide,
  type Asked,
} from "./asked.ts";
import { from, like, type Expected } from "./expected.ts";

const COMPONENT = "applicationinsights:Component observability-insights";
const OPEN_TO_ENTRA = { publicNetworkAccessForIngestion: "Enabled", publicNetworkAccessForQuery: "Enabled" };

export const watching = (said: DeployedStack): readonly Asked[] => [
  ...kept(said),
  ...logs(said),
  ...acts(said),
  ...(said.budget === undefined ? [] : [budget(said, said.budget)]),
];

const kept = (said: DeployedStack): readonly Asked[] => [
  asked(
    WORKSPACE,
    {
      ...inGroup(said),
      ...here(said, "operational"),
      workspaceName: named("log", said),
      sku: { name: "PerGB2018" },
      retentionInDays: said.retention.logsDays,
      ...OPEN_TO_ENTRA,
      features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true },
    },
    { protect: isProduction(said) },
  ),
  asked(COMPONENT, {
    ...inGroup(said),
    ...here(said, "operational"),
    resourceName: named("appi", said),
    kind: "web",
    applicationType: "web",
    flowType: "Bluefield",
    requestSource: "rest",
    workspaceResourceId: idOf(said, WORKSPACE),
    ingestionMode: "LogAnalytics",
    ...OPEN_TO_ENTRA,
    disableLocalAuth: true,
    disableIpMasking: false,
  }),
  asked(OWNERS, {
    ...inGroup(said),
    ...worldwide(said, "operational"),
    actionGroupName: named("owners", said),
    groupShortName: "ehr-owners",
    enabled: true,
    emailReceivers: [{ name: said.owners.team, emailAddress: said.owners.email, useCommonAlertSchema: true }],
  }),
];

/** Diagnostic settings with each resource's log categories that identify no patient; no other categories. */
function logs(said: DeployedStack): readonly Asked[] {
  const console = ["AppServiceConsoleLogs", "AppServicePlatformLogs"];
  const storage = storageKey(said);
  const settings: readonly (readonly [string, string | false, readonly string[], string, string?])[] = [
    ["vault", vaultKey(said), ["AuditEvent"], "AllMetrics"],
    ["store", storeKey(said), ["ControlPlaneRequests"], "Requests"],
    ["site", siteKey(said), console, "AllMetrics"],
    ["slot", hasStaging(said) && "web:WebAppSlot site-staging", console, "AllMetrics"],
    ["communication", SERVICE, ["AuthOperational", "Usage"], "Traffic"],
    [
      "edge",
      hasEdge(said) && "cdn:Profile front",
      ["FrontDoorHealthProbeLog", "FrontDoorWebApplicationFirewallLog"],
      "AllMetrics",
    ],
    ["packages", storage, ["StorageWrite", "StorageDelete"], "Transaction", "/blobServices/default"],
    ["storage", storage, [], "Transaction"],
    ["queues", storage, [], "Transaction", "/queueServices/default"],
    ["topic", hasEvents(said) && "eventgrid:SystemTopic events-topic", ["DeliveryFailures"], "AllMetrics"],
  ];
  const enabled = (category: string) => ({ category, enabled: true });
  return [
    asked("monitor:DiagnosticSetting observability-activity", {
      name: named("activity", said),
      resourceUri: subscription(said),
      workspaceId: idOf(said, WORKSPACE),
      logs: ["Administrative", "Security", "Policy", "Alert", "ServiceHealth"].map(enabled),
    }),
    ...settings.flatMap(([name, of, categories, metric, part = ""]) =>
      of === false
        ? []
        : [
            asked("monitor:DiagnosticSetting diagnostics-" + name, {
              name: "connector",
              resourceUri: idOf(said, of, part === "" ? "/[^/]+" : part),
              workspaceId: idOf(said, WORKSPACE),
              logs: categories.map(enabled),
              metrics: [enabled(metric)],
            }),
          ],
    ),
  ];
}

/**
 * Administrators' operations that change who may do what, and that nobody of the hospital does in ordinary work. Each has an
 * alert of its own, as Azure's lists for auditors ask.
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

function acts(said: DeployedStack): readonly Asked[] {
  const alert = (name: string, category: string, ...of: readonly Expected[]) =>
    asked("monitor:ActivityLogAlert activity-" + name, {
      ...inGroup(said),
      ...worldwide(said, "operational"),
      activityLogAlertName: named(name, said),
      enabled: true,
      scopes: [subscription(said)],
      condition: { allOf: [{ field: "category", equals: category }, ...of] },
      actions: { actionGroups: [{ actionGroupId: idOf(said, OWNERS) }] },
    });
  return [
    ...Object.entries(ACTS).map(([name, act]) =>
      alert(name, "Administrative", { field: "operationName", equals: act }),
    ),
    alert("policy", "Policy", { field: "level", containsAny: ["Warning", "Error", "Critical"] }),
    alert("security", "Security", { field: "status", equals: "Active" }),
    alert("service-health", "ServiceHealth", {
      anyOf: ["Incident", "Security", "ActionRequired"].map((kind) => ({
        field: "properties.incidentType",
        equals: kind,
      })),
    }),
  ];
}

const budget = (
  said: DeployedStack,
  { monthlyAmount, from: since }: NonNullable<DeployedStack["budget"]>,
): Asked => {
  const warning = (threshold: number, thresholdType: string) => ({
    ...{ enabled: true, operator: "GreaterThanOrEqualTo", threshold, thresholdType },
    contactEmails: [said.owners.email],
  });
  const group = named("rg", said);
  return asked("consumption:Budget budget", {
    budgetName: named("budget", said),
    scope: subscription(said),
    filter: {
      dimensions: {
        name: "ResourceGroupName",
        operator: "In",
        values: [from(GROUP, group), from(NUMBER_GROUP, group + "-number")],
      },
    },
    amount: monthlyAmount,
    category: "Cost",
    timeGrain: "Monthly",
    // Azure does not accept a past month, so the program moves the start on, but by no more than a year from today.
    timePeriod: { startDate: like(firstOfMonths(since, new Date())) },
    notifications: { spent: warning(80, "Actual"), expected: warning(100, "Forecasted") },
  });
};

/** The first day of a month from `since` (such as `2026-12`) to a year after today, as the budget has it. */
function firstOfMonths(since: string, today: Date): RegExp {
  const last = today.getUTCFullYear() * 12 + today.getUTCMonth() + 12;
  const [year = 0, month = 0] = since.split("-").map(Number);
  const first = year * 12 + month - 1;
  const months = Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => monthOf(first + index));
  return new RegExp(`^(${months.join("|")})-01T00:00:00Z$`);
}

/** @param months since the beginning of year 0 */
const monthOf = (months: number): string =>
  `${String(Math.floor(months / 12))}-${String((months % 12) + 1).padStart(2, "0")}`;
