/** The categories of logs and metrics of each type to which the program attaches a diagnostic setting, and of a network. */
import { words } from "../controlPlane/json.ts";
import { azure } from "./require.ts";

export interface Categories {
  readonly logs: readonly string[];
  readonly groups: readonly string[];
  readonly metrics: readonly string[];
}

const ALL = "allLogs";
const TRANSACTIONS = "AllMetrics Transaction Capacity";

const offered = (logs: string, groups = "allLogs audit", metrics = "AllMetrics"): Categories => ({
  logs: words(logs),
  groups: words(groups),
  metrics: words(metrics),
});

export const NONE: Categories = offered("", "", "");
export const STORAGE_SERVICE: Categories = offered(
  "StorageRead StorageWrite StorageDelete",
  undefined,
  TRANSACTIONS,
);
export const ACTIVITY: Categories = offered(
  "Administrative Security ServiceHealth Alert Recommendation Policy Autoscale ResourceHealth",
  ALL,
  "",
);
const site = offered(
  "AppServiceAntivirusScanAuditLogs AppServiceHTTPLogs AppServiceConsoleLogs AppServiceAppLogs AppServiceFileAuditLogs AppServiceAuditLogs AppServiceIPSecAuditLogs AppServicePlatformLogs AppServiceAuthenticationLogs",
  ALL,
);

/** Categories by ARM type. https://learn.microsoft.com/azure/azure-monitor/reference/logs-index */
export const BY_TYPE: Readonly<Record<string, Categories>> = {
  [azure("web:WebApp")]: site,
  [azure("web:WebAppSlot")]: site,
  [azure("cosmosdb:DatabaseAccount")]: offered(
    "DataPlaneRequests QueryRuntimeStatistics PartitionKeyStatistics PartitionKeyRUConsumption ControlPlaneRequests MongoRequests CassandraRequests GremlinRequests TableApiRequests DataPlaneRequests5M DataPlaneRequests15M",
    undefined,
    "Requests SLI AllMetrics",
  ),
  [azure("keyvault:Vault")]: offered("AuditEvent AzurePolicyEvaluationDetails"),
  [azure("communication:CommunicationService")]: offered(
    "ChatOperational SMSOperational CallSummary CallDiagnostics Usage AuthOperational EmailSendMailOperational EmailStatusUpdateOperational EmailUserEngagementOperational NetworkTraversalOperational NetworkTraversalDiagnostics CallRecordingSummary CallRecordingOperational CallAutomationOperational CallAutomationMediaSummary CallSummaryUpdates CallDiagnosticUpdates CallClientOperations CallClientMediaStatsTimeSeries CallSurvey AdvancedMessagingOperational JobRouterOperational RoomsOperational OptOutManagementOperational",
    undefined,
    "AllMetrics Traffic",
  ),
  [azure("storage:StorageAccount")]: offered("", "", TRANSACTIONS),
  [azure("cdn:Profile")]: offered(
    "FrontDoorAccessLog FrontDoorHealthProbeLog FrontDoorWebApplicationFirewallLog",
  ),
  [azure("network:VirtualNetwork")]: offered("VMProtectionAlerts", ALL),
  [azure("eventgrid:SystemTopic")]: offered("DeliveryFailures", ALL),
};
