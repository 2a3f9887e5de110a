/** The categories of logs and metrics of each type to which the program attaches a diagnostic setting, and of a network. */
import { azure } from "./require.ts";

export interface Categories {
  readonly logs: readonly string[];
  readonly groups: readonly string[];
  readonly metrics: readonly string[];
}

const ALL = ["allLogs"];
const AUDIT = ["allLogs", "audit"];
const METRICS = ["AllMetrics"];
const TRANSACTIONS = ["AllMetrics", "Transaction", "Capacity"];
export const NONE: Categories = { logs: [], groups: [], metrics: [] };

export const STORAGE_SERVICE: Categories = {
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

/** Categories by ARM type. https://learn.microsoft.com/azure/azure-monitor/reference/logs-index */
export const BY_TYPE: Readonly<Record<string, Categories>> = {
  [azure("web:WebApp")]: site,
  [azure("web:WebAppSlot")]: site,
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
  [azure("network:VirtualNetwork")]: { logs: ["VMProtectionAlerts"], groups: ALL, metrics: METRICS },
  [azure("eventgrid:SystemTopic")]: { logs: ["DeliveryFailures"], groups: ALL, metrics: METRICS },
};

export const ACTIVITY: Categories = {
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
