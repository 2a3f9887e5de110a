import type { CasesById } from "./cases.ts";
import { add, drop, put, take, unlink } from "./scene.ts";

const STRANGER = "ffffffff-0000-4000-8000-00000000ffff";
const SUBSCRIPTION = "/subscriptions/0c1f7a52-0000-4000-8000-00000000d001";
const NETWORK =
  SUBSCRIPTION + "/resourceGroups/rg-lamna-production/providers/Microsoft.Network/virtualNetworks/";
const RESTRICTIONS = "siteConfig.ipSecurityRestrictions";

/** Cases with values of the right form that belong to somebody else. */
const START = "timePeriod.startDate";
const now = new Date();
const nextYears =
  new Date(Date.UTC(now.getUTCFullYear() + 1, now.getUTCMonth())).toISOString().slice(0, 10) + "T00:00:00Z";

export const askedCases: CasesById = {
  "EHR-GEN-09": {
    fails: [
      [
        "another allowed address, past Front Door and its firewall",
        put("site", RESTRICTIONS + ".3", {
          ...{ name: "friends", description: "x", action: "Allow", priority: 500 },
          ipAddress: "198.51.100.0/24",
        }),
      ],
      ["whoever deploys from elsewhere", put("site", RESTRICTIONS + ".1.ipAddress", "203.0.113.11/32")],
      [
        "a second redirect address",
        put("application", "web.redirectUris.1", "https://evil.example/signin/callback"),
      ],
      [
        "another redirect address",
        put("application", "web.redirectUris.0", "https://visits.lamna.example/signin/cb"),
      ],
      ["every group in each token", put("application", "groupMembershipClaims", ["All"])],
      ["tokens of the first version", put("application", "api.requestedAccessTokenVersion", 1)],
      [
        "an administrator's role for applications",
        put("application", "appRoles.0.allowedMemberTypes", ["User", "Application"]),
      ],
      ["a role for a stranger", put("packagesDeployer", "principalId", STRANGER)],
      [
        "a role that nobody asked for",
        add({
          type: "azure-native:authorization:RoleAssignment",
          name: "stranger",
          props: { principalId: STRANGER },
        }),
      ],
      [
        "pages of others may ask",
        put("site", "siteConfig.cors", { allowedOrigins: ["https://evil.example"] }),
      ],
      [
        "an address of nobody's at storage",
        put("storage", "networkRuleSet.ipRules.1", { action: "Allow", iPAddressOrRange: "198.51.100.7" }),
      ],
      [
        "mails to a stranger",
        put("actionGroup", "emailReceivers.1", {
          ...{ name: "x", useCommonAlertSchema: true },
          emailAddress: "x@evil.example",
        }),
      ],
      ["owners of another hospital", put("actionGroup", "emailReceivers.0.emailAddress", "x@evil.example")],
      [
        "mails from a domain of somebody else's",
        put("siteSettings", "properties.COMMUNICATION_MAIL_SENDER", "DoNotReply@mail.evil.example"),
      ],
      ["another mail domain", put("ownMailDomain", "domainName", "mail.evil.example")],
      ["no reports of mails", put("subscription", "filter.includedEventTypes.2", undefined)],
      ["a budget a hundred times the stack's", put("budget", "amount", 250_000)],
      ["a budget that counts too late", put("budget", START, "2099-07-01T00:00:00Z")],
      ["a budget that began before its month", put("budget", START, "2019-07-01T00:00:00Z")],
      ["a budget from within a month", put("budget", START, nextYears.replace("-01T", "-15T"))],
      ["an alert that never comes", put("alert", "criteria.allOf.0.threshold", 1_000_000)],
      [
        "a week of the store",
        put("account", "backupPolicy.continuousModeProperties.tier", "Continuous7Days"),
      ],
      ["administrators' acts unwritten", put("log-activity", "logs.0", { category: "Alert", enabled: true })],
      ["names of machines in the zones", put("zoneLink-cosmos", "registrationEnabled", true)],
      ["the weakest ciphers", put("site", "siteConfig.minTlsCipherSuite", "TLS_RSA_WITH_AES_128_CBC_SHA")],
      ["another health check", put("site", "siteConfig.healthCheckPath", "/health")],
      ["a key at the floor", put("wrappingKey", "properties.keySize", 2048)],
      ["logs longer than the stack file says", put("workspace", "retentionInDays", 730)],
      ["packages shorter", put("blobs", "deleteRetentionPolicy.days", 30)],
      ["another public host", put("publicHost", "hostName", "visits.lamna.other.example")],
      ["another hospital's tag", put("vault", "tags.tenant", "contoso")],
      ["what another package is called", put("package", "digest", "9c2f".repeat(16))],
      ["nothing of what was asked", take("vault", "properties.tenantId")],
    ],
    passes: [
      ["a budget that counts a year from now", put("budget", START, nextYears)],
      ["the names that azure-native adds", put("vault", "vaultName", "kvlamnap1a2b3c4d")],
      ["the version that it speaks", put("vault", "azureApiVersion", "2024-11-01")],
      ["the location of the resource group", put("container-visits", "location", "eastus2")],
      [
        "what Entra's provider fills in",
        put("application", "__defaults", ["oauth2PostResponseRequired"]),
        put("application", "oauth2PostResponseRequired", false),
      ],
    ],
    inTest: {
      fails: [
        ["another hospital's addresses", put("site", RESTRICTIONS + ".0.ipAddress", "198.51.100.0/24")],
      ],
    },
  },
  "EHR-GEN-10": {
    fails: [
      ["a queue less", drop("queueWork")],
      ["a mail domain less", drop("ownMailDomain")],
      ["another service's mail domain", unlink("communication", "linkedDomains")],
      ["an alert less", drop("activity-Security")],
      ["another plan", unlink("site", "serverFarmId")],
      ["another identity", unlink("blobReader", "principalId")],
      ["another account's container", unlink("packages", "accountName")],
    ],
    failsLater: [
      ...(
        [
          ["QUEUE_ENDPOINT", "https://stother.queue.core.windows.net"],
          ["VAULT_URL", "https://kvother.vault.azure.net"],
          ["STORE_COSMOS_ENDPOINT", "https://cosmos-other.documents.azure.com"],
          ["COMMUNICATION_ENDPOINT", "https://acs-other.unitedstates.communication.azure.com"],
          [
            "WEBSITE_RUN_FROM_PACKAGE",
            `https://stother.blob.core.windows.net/packages/${"5e".repeat(32)}.zip`,
          ],
        ] as const
      ).map(
        ([name, address]) =>
          ["somebody else's " + name, put("siteSettings", "properties." + name, address)] as const,
      ),
      // All of these still come from the resource that they should come from.
      ["a role for a stranger", put("blobReader", "principalId", STRANGER)],
      ["the store's data for a stranger", put("dataAssignment", "principalId", STRANGER)],
      ["a stranger's identity", put("siteSettings", "properties.IDENTITY_CLIENT_ID", STRANGER)],
      ["a stranger's registration", put("siteSettings", "properties.MICROSOFT_CLIENT_ID", STRANGER)],
      [
        "a stranger's subnet",
        put("site", "virtualNetworkSubnetId", NETWORK + "vnet-lamna-production/subnets/app-2"),
      ],
      ["a stranger's network", put("site", "virtualNetworkSubnetId", NETWORK + "vnet-other/subnets/app")],
      [
        "a stranger's lock",
        put(
          "lock",
          "scope",
          SUBSCRIPTION +
            "/resourceGroups/rg-lamna-production/providers/Microsoft.DocumentDB/databaseAccounts/cosmos-other",
        ),
      ],
      ["a key in a stranger's vault", put("wrappingKey", "vaultName", "kvother")],
      [
        "a health check of somebody else's site",
        put("ready", "sites.0.address", "https://app-other.azurewebsites.net"),
      ],
      [
        "a slot of a site that begins alike",
        put("ready", "sites.1.address", "https://app-lamna-productionother-staging.azurewebsites.net"),
      ],
    ],
  },
};
