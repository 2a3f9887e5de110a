/** Diagnostic settings: which categories each type of resource has, and that no two settings send to the same place. */
import { isSameId } from "../cloud/ids.ts";
import { groupAt, isGroup, listAt, textAt } from "../cloud/json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "../cloud/model.ts";
import { badRequest, conflict } from "../cloud/refusal.ts";
import { azure, requiredAt } from "./require.ts";

interface Categories {
  readonly logs: readonly string[];
  readonly groups: readonly string[];
  readonly metrics: readonly string[];
}

const ALL = ["allLogs"];
const AUDIT = ["allLogs", "audit"];
const METRICS = ["AllMetrics"];
const TRANSACTIONS = ["AllMetrics", "Transaction", "Capacity"];
const NONE: Categories = { logs: [], groups: [], metrics: [] };

const storageService: Categories = {
  logs: ["StorageRead", "StorageWrite", "StorageDelete"],
  groups: AUDIT,
  metrics: TRANSACTIONS,
};

const site: Categories = {
  logs: [
    "AppServiceAntivirusScanAuditLogs",
    "AppServiceHTTPLogs",
    "AppServiceConsoleLogs",
    "AppServiceAppLogs",
    "AppServiceFileAuditLogs",
    "AppServiceAuditLogs",
    "AppServiceIPSecAuditLogs",
    "AppServicePlatformLogs",
    "AppServiceAuthenticationLogs",
  ],
  groups: ALL,
  metrics: METRICS,
};

/** https://learn.microsoft.com/azure/azure-monitor/reference/logs-index */
const BY_TYPE: Readonly<Record<string, Categories>> = {
  [azure("web:WebApp")]: site,
  [azure("web:WebAppSlot")]: site,
  [azure("web:AppServicePlan")]: { logs: [], groups: [], metrics: METRICS },
  [azure("cosmosdb:DatabaseAccount")]: {
    logs: [
      "DataPlaneRequests",
      "QueryRuntimeStatistics",
      "PartitionKeyStatistics",
      "PartitionKeyRUConsumption",
      "ControlPlaneRequests",
      "MongoRequests",
      "CassandraRequests",
      "GremlinRequests",
      "TableApiRequests",
      "DataPlaneRequests5M",
      "DataPlaneRequests15M",
    ],
    groups: AUDIT,
    metrics: ["Requests", "SLI", "AllMetrics"],
  },
  [azure("keyvault:Vault")]: {
    logs: ["AuditEvent", "AzurePolicyEvaluationDetails"],
    groups: AUDIT,
    metrics: METRICS,
  },
  [azure("communication:CommunicationService")]: {
    logs: [
      "ChatOperational",
      "SMSOperational",
      "CallSummary",
      "CallDiagnostics",
      "Usage",
      "AuthOperational",
      "EmailSendMailOperational",
      "EmailStatusUpdateOperational",
      "EmailUserEngagementOperational",
      "NetworkTraversalOperational",
      "NetworkTraversalDiagnostics",
      "CallRecordingSummary",
      "CallRecordingOperational",
      "CallAutomationOperational",
      "CallAutomationMediaSummary",
      "CallSummaryUpdates",
      "CallDiagnosticUpdates",
      "CallClientOperations",
      "CallClientMediaStatsTimeSeries",
      "CallSurvey",
      "AdvancedMessagingOperational",
      "JobRouterOperational",
      "RoomsOperational",
      "OptOutManagementOperational",
    ],
    groups: AUDIT,
    metrics: ["AllMetrics", "Traffic"],
  },
  [azure("storage:StorageAccount")]: { logs: [], groups: [], metrics: TRANSACTIONS },
  [azure("cdn:Profile")]: {
    logs: ["FrontDoorAccessLog", "FrontDoorHealthProbeLog", "FrontDoorWebApplicationFirewallLog"],
    groups: AUDIT,
    metrics: METRICS,
  },
  [azure("eventgrid:SystemTopic")]: { logs: ["DeliveryFailures"], groups: ALL, metrics: METRICS },
  [azure("operationalinsights:Workspace")]: {
    logs: ["Audit", "SummaryLogs", "Jobs"],
    groups: AUDIT,
    metrics: METRICS,
  },
  [azure("network:NetworkSecurityGroup")]: {
    logs: ["NetworkSecurityGroupEvent", "NetworkSecurityGroupRuleCounter"],
    groups: ALL,
    metrics: [],
  },
  [azure("network:VirtualNetwork")]: { logs: ["VMProtectionAlerts"], groups: ALL, metrics: METRICS },
  [azure("applicationinsights:Component")]: {
    logs: [
      "AppAvailabilityResults",
      "AppBrowserTimings",
      "AppEvents",
      "AppMetrics",
      "AppDependencies",
      "AppExceptions",
      "AppPageViews",
      "AppPerformanceCounters",
      "AppRequests",
      "AppSystemEvents",
      "AppTraces",
    ],
    groups: ALL,
    metrics: METRICS,
  },
  [azure("monitor:AutoscaleSetting")]: {
    logs: ["AutoscaleEvaluations", "AutoscaleScaleActions"],
    groups: ALL,
    metrics: METRICS,
  },
};

const ACTIVITY: Categories = {
  logs: [
    "Administrative",
    "Security",
    "ServiceHealth",
    "Alert",
    "Recommendation",
    "Policy",
    "Autoscale",
    "ResourceHealth",
  ],
  groups: ALL,
  metrics: [],
};

const SINKS = [
  "workspaceId",
  "storageAccountId",
  "eventHubAuthorizationRuleId",
  "marketplacePartnerId",
] as const;

export const DIAGNOSTICS: readonly Kind[] = [
  {
    token: azure("monitor:DiagnosticSetting"),
    id: "{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
    silent: () => ({ logs: [], metrics: [] }),
    refuse: (draft, cloud) => {
      const uri = textAt(draft.inputs, "resourceUri") ?? "";
      if (isSameId(uri.replace(/\/$/u, ""), "/subscriptions/" + cloud.subscriptionId)) {
        refuseSetting(draft, ACTIVITY, cloud);
        return;
      }
      const target = serviceOf(uri, cloud) ?? requiredAt(draft, "resourceUri", cloud);
      refuseSetting(draft, categoriesOf(target, uri), cloud);
    },
  },
];

const SERVICE = /\/(blob|queue|table|file)Services\/default$/iu;

/** A storage account's services are there with it, whether or not a program ever set them. */
function serviceOf(id: string, cloud: Cloud): CloudResource | undefined {
  return SERVICE.test(id) ? cloud.find(id.replace(SERVICE, "")) : undefined;
}

const categoriesOf = (target: CloudResource | undefined, uri: string): Categories =>
  SERVICE.test(uri) ? storageService : (BY_TYPE[target?.token ?? ""] ?? NONE);

function refuseSetting(draft: Draft, known: Categories, cloud: Cloud): void {
  const { inputs } = draft;
  requiredAt(draft, "workspaceId", cloud, "operationalinsights:Workspace");
  requiredAt(draft, "storageAccountId", cloud, "storage:StorageAccount");
  if (SINKS.every((sink) => (textAt(inputs, sink) ?? "") === ""))
    throw badRequest("At least one data sink needs to be specified.", "BadRequest");
  const logs = listAt(inputs, "logs").filter(isGroup);
  const metrics = listAt(inputs, "metrics").filter(isGroup);
  if (logs.length + metrics.length === 0)
    throw badRequest("At least one log or metric category must be specified.", "BadRequest");
  for (const log of logs) {
    const [category, group] = [textAt(log, "category"), textAt(log, "categoryGroup")];
    if (category !== undefined && group !== undefined)
      throw badRequest("Category and category group cannot both be set.", "BadRequest");
    if (category !== undefined && !known.logs.includes(category)) throw unsupported(category);
    if (group !== undefined && !known.groups.includes(group))
      throw badRequest(`Category group: ${group} is not supported.`, "BadRequest");
  }
  for (const metric of metrics) {
    const category = textAt(metric, "category") ?? "";
    if (!known.metrics.includes(category))
      throw badRequest(`Metric category '${category}' is not supported.`, "BadRequest");
  }
  refuseSameSink(draft, cloud);
}

const unsupported = (category: string) =>
  badRequest(`Category '${category}' is not supported.`, "BadRequest");

function refuseSameSink(draft: Draft, cloud: Cloud): void {
  const folder = draft.id.slice(0, draft.id.lastIndexOf("/") + 1).toLowerCase();
  for (const other of cloud.all(draft.token)) {
    if (!other.id.toLowerCase().startsWith(folder) || isSameId(other.id, draft.id)) continue;
    for (const sink of SINKS) {
      const [one, two] = [textAt(draft.inputs, sink), textAt(other.properties, sink)];
      if (one !== undefined && two !== undefined && isSameId(one, two))
        throw conflict(
          `Data sink '${one}' is already used in diagnostic setting '${other.name}' for category '${textAt(groupAt({ first: listAt(draft.inputs, "logs")[0] ?? {} }, "first"), "category") ?? "AllMetrics"}'. Data sinks can't be reused in different settings on the same category for the same resource.`,
        );
    }
  }
}
