/**
 * Which log categories of which resource are collected. No list holds a category that carries requested addresses (a
 * patient's link works like a key), callers, or recipients of messages; groups like allLogs are refused, because vendors add
 * categories to them. The log of texts (SMSOperational) is left out as well, because it holds the number that a text went
 * to. The vault's audit log names who used a key and from where: staff and services, never a patient.
 */
export interface LoggedType {
  readonly required: readonly string[];
  readonly allowed: readonly string[];
}

export const LOGGED: ReadonlyMap<string, LoggedType> = new Map([
  ["azure-native:keyvault:Vault", { required: ["AuditEvent"], allowed: ["AzurePolicyEvaluationDetails"] }],
  ["azure-native:cosmosdb:DatabaseAccount", { required: ["ControlPlaneRequests"], allowed: [] }],
  [
    "azure-native:web:WebApp",
    { required: ["AppServiceConsoleLogs", "AppServicePlatformLogs"], allowed: ["AppServiceAppLogs"] },
  ],
  [
    "azure-native:web:WebAppSlot",
    { required: ["AppServiceConsoleLogs", "AppServicePlatformLogs"], allowed: ["AppServiceAppLogs"] },
  ],
  [
    "azure-native:communication:CommunicationService",
    { required: ["Usage"], allowed: ["AuthOperational", "EmailSendMailOperational"] },
  ],
  // These log who changed a package. Logs of reads would hold what each instance fetched, and queues' logs every message.
  ["azure-native:storage:StorageAccount", { required: [], allowed: ["StorageWrite", "StorageDelete"] }],
  ["azure-native:eventgrid:SystemTopic", { required: ["DeliveryFailures"], allowed: [] }],
  [
    "azure-native:cdn:Profile",
    { required: ["FrontDoorHealthProbeLog"], allowed: ["FrontDoorWebApplicationFirewallLog"] },
  ],
]);

/** The subscription's activity log: which member of staff changed what. */
const ACTIVITY = [
  "Administrative",
  "Security",
  "Policy",
  "Alert",
  "ServiceHealth",
  "ResourceHealth",
  "Autoscale",
];

export const ALLOWED_ANYWHERE: readonly string[] = [
  ...[...LOGGED.values()].flatMap(({ required, allowed }) => [...required, ...allowed]),
  ...ACTIVITY,
];
