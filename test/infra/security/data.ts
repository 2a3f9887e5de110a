/** What is kept, for how long, behind which door, and what cannot be lost. */
import { kindOf } from "../components/recorded.ts";
import {
  at,
  exactly,
  idOf,
  isOwn,
  isProduction,
  must,
  ofKinds,
  words,
  type SecurityTest,
} from "./securityTest.ts";

/** Production's own: an update neither deletes nor replaces these. */
const KEPT = [
  "keyvault:Vault",
  "keyvault:Key",
  "cosmosdb:DatabaseAccount",
  "cosmosdb:SqlResourceSqlDatabase",
  "cosmosdb:SqlResourceSqlContainer",
  "storage:StorageAccount",
  "storage:BlobContainer",
  "storage:Queue",
  "communication:EmailService",
  "communication:Domain",
  "communication:CommunicationService",
  "ehr:index:PhoneNumber",
  "web:WebApp",
  "operationalinsights:Workspace",
];
/** What outlives even a destroy, where it is protected: the number, what it hangs on, and what decrypts the rest. */
const OUTLIVES = [
  "keyvault:Key",
  "communication:EmailService",
  "communication:Domain",
  "communication:CommunicationService",
  "ehr:index:PhoneNumber",
];

export const dataTests: readonly SecurityTest[] = [
  must("what production keeps is protected", KEPT, (_, deployment) => ({
    "options.protect": (isProtected) => isProtected === isProduction(deployment),
  })),
  must("the number outlives a production, and a key any deployment", OUTLIVES, (resource, deployment) => ({
    "options.retainOnDelete": isProduction(deployment) || kindOf(resource) === "keyvault:Key",
  })),
  must(
    "queues and packages are where the connector and whoever deploys look for them",
    ["storage:Queue", "storage:BlobContainer"],
    (resource) => ({
      [kindOf(resource) === "storage:Queue" ? "queueName" : "containerName"]: resource.name,
    }),
  ),
  must("packages outlive what deployed them", ["ehr:index:Package"], () => ({
    "options.retainOnDelete": true,
  })),
  must("the number's group outlives a production", ["resources:ResourceGroup"], (group, deployment) => ({
    "options.protect": group.name === "number" && isProduction(deployment),
    "options.retainOnDelete": group.name === "number" && isProduction(deployment),
    resourceGroupName: /^rg-[a-z0-9]+-(test|production)(-number)?$/,
  })),
  exactly(
    "in production nobody deletes a store, a vault or the number in the portal by a slip",
    ["authorization:ManagementLockByScope"],
    (deployment) =>
      ofKinds(deployment, "authorization:ManagementLockByScope").map((lock) =>
        words(
          at(lock, "level"),
          "of",
          deployment.resources
            .filter(({ urn }) => lock.propertyDependencies["scope"]?.includes(urn))
            .map((kept) => kindOf(kept) + " " + kept.name.split("-", 1).join("")),
          isOwn(at(lock, "scope")),
        ),
      ),
    (deployment) =>
      isProduction(deployment)
        ? [
            "cosmosdb:DatabaseAccount cosmos",
            "keyvault:Vault kvlamnap",
            "storage:StorageAccount stlamnap",
            "resources:ResourceGroup number",
          ].map((kept) => words("CanNotDelete of", [kept], true))
        : [],
  ),
  must(
    "the vault is this directory's, and takes nobody but the app's subnet",
    ["keyvault:Vault"],
    (_, { stack }) => ({
      "properties.tenantId": stack.microsoft.tenantId,
      "properties.publicNetworkAccess": stack.network.mode === "private" ? "Disabled" : "Enabled",
      "properties.networkAcls.ipRules": [],
      "properties.networkAcls.virtualNetworkRules": (rules) =>
        Array.isArray(rules) &&
        rules.every(
          ({ id }: { id: string }) => stack.network.mode !== "private" && id.endsWith("/Subnet/app"),
        ),
      "properties.enableSoftDelete": true,
      "properties.softDeleteRetentionInDays": 90,
      "properties.enabledForDeployment": false,
      "properties.enabledForDiskEncryption": false,
      "properties.enabledForTemplateDeployment": false,
    }),
  ),
  must("a key does its one thing and no other, and is made anew each year", ["keyvault:Key"], (key) => ({
    "properties.keyOps": key.name === "connector-wrapping" ? ["wrapKey", "unwrapKey"] : ["sign", "verify"],
    "properties.attributes": { enabled: true, exportable: false },
    "properties.rotationPolicy.lifetimeActions": [
      { action: { type: "rotate" }, trigger: { timeAfterCreate: "P1Y" } },
      { action: { type: "notify" }, trigger: { timeBeforeExpiry: "P30D" } },
    ],
    keyName: key.name,
  })),
  must(
    "storage takes the app's and the runners' subnets and the listed addresses",
    ["storage:StorageAccount"],
    (_, { stack }) => ({
      publicNetworkAccess:
        stack.network.mode === "private" && (stack.deployFrom ?? []).length === 0 ? "Disabled" : "Enabled",
      "networkRuleSet.ipRules": (stack.deployFrom ?? []).map((range) => ({
        action: "Allow",
        iPAddressOrRange: range.replace(/\/32$/, ""),
      })),
      "networkRuleSet.virtualNetworkRules": (rules) =>
        Array.isArray(rules) &&
        rules
          .map(({ action, virtualNetworkResourceId: id }: Record<string, string>) =>
            words(action, id?.split("/Subnet/").at(-1), id?.startsWith("/subscriptions/0c1f7a52")),
          )
          .join() === "Allow app true,Allow runners true",
      kind: "StorageV2",
    }),
  ),
  must(
    "the store takes nobody but the app's subnet, keeps every write and can be turned back",
    ["cosmosdb:DatabaseAccount"],
    (_, deployment) => ({
      virtualNetworkRules: (rules) =>
        Array.isArray(rules) &&
        rules.every(
          ({ id }: { id: string }) =>
            deployment.stack.network.mode !== "private" && id.endsWith("/Subnet/app"),
        ),
      isVirtualNetworkFilterEnabled: deployment.stack.network.mode !== "private",
      ipRules: undefined,
      cors: undefined,
      "backupPolicy.continuousModeProperties.tier": isProduction(deployment)
        ? "Continuous30Days"
        : "Continuous7Days",
      // What one instance wrote, another reads: a visit is begun once.
      "consistencyPolicy.defaultConsistencyLevel": "Strong",
      enableAutomaticFailover: isProduction(deployment),
      enableMultipleWriteLocations: false,
      "locations.length": 1,
    }),
  ),
  must(
    "containers hold what they are named after, and forget on time where they must",
    ["cosmosdb:SqlResourceSqlContainer"],
    (container) => ({
      containerName: container.name,
      "resource.id": container.name,
      "resource.partitionKey.paths": ["/partition"],
      "resource.defaultTtl": ["settings", "signIns", "sessions", "visits", "jobs"].includes(container.name)
        ? -1
        : undefined,
    }),
  ),
  must("the database is the connector's", ["cosmosdb:SqlResourceSqlDatabase"], () => ({
    databaseName: "connector",
    "resource.id": "connector",
  })),
  must(
    "texts and mails are written from the hospital's own service, which takes no keys",
    ["communication:CommunicationService"],
    () => ({
      "linkedDomains.length": 1,
      "linkedDomains.0": idOf("communication:Domain"),
      disableLocalAuth: true,
      publicNetworkAccess: "Enabled",
    }),
  ),
  must("a number is the hospital's own, for texts alone", ["ehr:index:PhoneNumber"], (_, { stack }) => ({
    tag: stack.tenant,
    calling: "none",
    sms: "inbound+outbound",
    endpoint: /^https:\/\/acs-[a-z0-9-]+\.unitedstates\.communication\.azure\.com$/,
  })),
];
