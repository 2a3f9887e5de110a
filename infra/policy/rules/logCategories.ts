/**
 * Which logs of which resource are kept. A category that carries addresses people reach (a patient's link is a key), who
 * asked, or who was written to is in no list; groups like allLogs are refused, because vendors add to them.
 * The log of texts (SMSOperational) is not there either: it holds the number a text went to.
 * The vault's audit log names who used a key and from where: staff and services, never a patient.
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
  // Who changed a package; reads would carry what each instance fetched, and queues' logs every message.
  ["azure-native:storage:StorageAccount", { required: [], allowed: ["StorageWrite", "StorageDelete"] }],
  ["azure-native:eventgrid:SystemTopic", { required: ["DeliveryFailures"], allowed: [] }],
  [
    "azure-native:cdn:Profile",
    { required: ["FrontDoorHealthProbeLog"], allowed: ["FrontDoorWebApplicationFirewallLog"] },
  ],
]);

/** The subscription's own log: who among the staff changed what. */
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
