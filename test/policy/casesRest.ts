import type { CasesById } from "./cases.ts";
import { add, drop, ignore, put, retype, take, unlink, unprotect, type Sketch } from "./scene.ts";
import { ids, SUBSCRIPTION } from "./soundData.ts";

const texting = (changes: object) =>
  JSON.stringify({
    consents: {
      sendOnBehalf: { by: "7d0c5a1e-0000-4000-8000-00000000ad01", at: "2026-11-02" },
      attendeesConsent: { by: "7d0c5a1e-0000-4000-8000-00000000ad01", at: "2026-11-02" },
    },
    connections: ["main"],
    verification: "approved",
    ...changes,
  });
const TEXTING = "properties.CONNECTOR_TEXTING";
const rules = "managedRules.managedRuleSets";
const override = (rule: object) => ({ ruleGroupOverrides: [{ ruleGroupName: "SQLI", rules: [rule] }] });
const set = (more: object) => ({
  ruleSetType: "Microsoft_DefaultRuleSet",
  ruleSetVersion: "2.1",
  ruleSetAction: "Block",
  ...more,
});
const password: Sketch = {
  type: "azuread:index/applicationPassword:ApplicationPassword",
  name: "password",
  props: {},
};

export const messagingCases: CasesById = {
  "EHR-ACS-01": {
    fails: [
      ["texts in Europe", put("communication", "dataLocation", "Europe")],
      ["mail in Asia", put("email", "dataLocation", "Asia Pacific")],
      ["nobody says which geography", take("email", "tags")],
    ],
  },
  "EHR-ACS-02": {
    fails: [
      ["keys work", put("communication", "disableLocalAuth", false)],
      ["left out", take("communication", "disableLocalAuth")],
    ],
  },
  "EHR-ACS-03": { fails: [["left out", take("communication", "identity")]] },
  "EHR-ACS-04": {
    fails: [
      ["the number", unprotect("number")],
      ["its service", unprotect("communication")],
    ],
  },
  "EHR-ACS-05": {
    fails: [
      [
        "one consent",
        put(
          "siteSettings",
          TEXTING,
          texting({
            consents: { sendOnBehalf: { by: "7d0c5a1e-0000-4000-8000-00000000ad01", at: "2026-11-02" } },
          }),
        ),
      ],
      [
        "ticked by nobody",
        put(
          "slotSettings",
          TEXTING,
          texting({
            consents: { sendOnBehalf: { at: "2026-11-02" }, attendeesConsent: { at: "2026-11-02" } },
          }),
        ),
      ],
      [
        "at no time",
        put(
          "siteSettings",
          TEXTING,
          texting({
            consents: {
              sendOnBehalf: { by: "7d0c5a1e-0000-4000-8000-00000000ad01", at: "once" },
              attendeesConsent: {},
            },
          }),
        ),
      ],
      ["not verified yet", put("siteSettings", TEXTING, texting({ verification: "submitted" }))],
      ["nobody can read it", put("siteSettings", TEXTING, "both")],
    ],
    passes: [
      ["no texts", take("siteSettings", TEXTING)],
      [
        "no connection is texted for",
        put("siteSettings", TEXTING, texting({ connections: [], consents: {} })),
      ],
    ],
    inTest: {
      passes: [["not verified yet", put("siteSettings", TEXTING, texting({ verification: "pending" }))]],
    },
  },
  "EHR-ACS-06": {
    fails: [
      ["watched", put("mailDomain", "userEngagementTracking", "Enabled")],
      ["left out", take("mailDomain", "userEngagementTracking")],
      ["through Exchange", put("mailDomain", "domainManagement", "CustomerManagedInExchangeOnline")],
    ],
  },
  "EHR-ACS-07": {
    fails: [
      ["it calls", put("number", "calling", "outbound")],
      ["a local number, which cannot text", put("number", "phoneNumberType", "geographic")],
      ["nothing to adopt it by", take("number", "tag")],
    ],
  },
  "EHR-EG-01": {
    fails: [
      ["Europe, without a word", put("topic", "tags.geography", "europe")],
      ["nobody says which geography", take("topic", "tags.geography")],
    ],
    passes: [
      [
        "Europe, accepted",
        put("topic", "tags.geography", "europe"),
        put("topic", "tags.globalEvents", "accepted"),
      ],
    ],
  },
  "EHR-EG-02": {
    fails: [
      [
        "plain http",
        put(
          "subscription",
          "destination.endpointUrl",
          "http://visits.lamnahealthcare.example/webhooks/events",
        ),
      ],
      [
        "a key in the address",
        put(
          "subscription",
          "destination.endpointUrl",
          "https://visits.lamnahealthcare.example/webhooks/events?code=1",
        ),
      ],
      ["no token", take("subscription", "destination.azureActiveDirectoryApplicationIdOrUri")],
      ["no directory", take("subscription", "destination.azureActiveDirectoryTenantId")],
      ["another registration", unlink("subscription", "destination")],
      ["TLS 1.0", put("subscription", "destination.minimumTlsVersionAllowed", "1.0")],
      ["a queue", put("subscription", "destination.endpointType", "StorageQueue")],
      ["given up after an hour", put("subscription", "retryPolicy.eventTimeToLiveInMinutes", 60)],
      ["tried once", put("subscription", "retryPolicy.maxDeliveryAttempts", 1)],
      ["no retries said", take("subscription", "retryPolicy")],
    ],
    passes: [
      ["a registration that was there before", drop("application"), unlink("subscription", "destination")],
    ],
  },
  "EHR-EG-03": {
    fails: [
      ["everything", take("subscription", "filter")],
      [
        "chats, too",
        put("subscription", "filter.includedEventTypes.0", "Microsoft.Communication.ChatMessageReceived"),
      ],
      ["dead letters", put("subscription", "deadLetterDestination", { endpointType: "StorageBlob" })],
      ["dead letters by identity", put("subscription", "deadLetterWithResourceIdentity", { identity: {} })],
    ],
  },
  "EHR-EG-04": {
    fails: [["another service's", put("topic", "topicType", "Microsoft.Storage.StorageAccounts")]],
  },
};

export const watchingCases: CasesById = {
  "EHR-LOG-01": {
    fails: [
      ["requests, with patients' links", put("log-site", "logs.0.category", "AppServiceHTTPLogs")],
      [
        "recipients",
        put("log-communication", "logs.1", { category: "EmailStatusUpdateOperational", enabled: true }),
      ],
      ["numbers", put("log-communication", "logs.1", { category: "SMSOperational", enabled: true })],
      ["everything", put("log-vault", "logs", [{ categoryGroup: "allLogs", enabled: true }])],
      ["a category of another type", put("log-account", "logs.1", { category: "AuditEvent", enabled: true })],
      ["off", put("log-vault", "logs.0.enabled", false)],
      ["a store without a log", drop("log-account")],
      ["storage without a log", drop("log-storage")],
      ["to another workspace", unlink("log-site", "workspaceId")],
      ["to no workspace", take("log-slot", "workspaceId")],
      ["copies in storage", put("log-vault", "storageAccountId", ids.storage)],
      ["copies elsewhere", put("log-vault", "eventHubAuthorizationRuleId", "x")],
      ["to a vendor", put("log-vault", "marketplacePartnerId", "x")],
    ],
    passes: [
      [
        "Azure answers with categories that are off",
        put("log-site", "logs.2", { category: "AppServiceHTTPLogs", enabled: false }),
      ],
    ],
  },
  "EHR-LOG-02": {
    fails: [
      ["three months", put("workspace", "retentionInDays", 90)],
      ["left out", take("workspace", "retentionInDays")],
      ["keys work", take("workspace", "features")],
      ["in Europe", put("workspace", "location", "westeurope")],
      ["purged at once", put("workspace", "features.immediatePurgeDataOn30Days", true)],
    ],
  },
  "EHR-LOG-03": {
    fails: [
      ["a store of its own", take("insights", "workspaceResourceId")],
      ["another workspace", unlink("insights", "workspaceResourceId")],
      ["keys work", take("insights", "disableLocalAuth")],
      ["patients' addresses", put("insights", "disableIpMasking", true)],
    ],
  },
  "EHR-LOG-04": {
    fails: [
      ["nobody watches policies", drop("activity-Policy")],
      ["off", put("activity-Security", "enabled", false)],
      ["nobody is told", put("activity-Administrative", "actions", { actionGroups: [] })],
      ["somebody else is told", unlink("activity-Administrative", "actions")],
      ["over nothing", put("activity-Policy", "scopes", [])],
    ],
  },
  "EHR-LOG-05": {
    fails: [
      ["off", put("actionGroup", "enabled", false)],
      ["nobody", take("actionGroup", "emailReceivers")],
      ["in the clear", put("actionGroup", "webhookReceivers", [{ serviceUri: "http://hooks.example" }])],
    ],
  },
  "EHR-LOG-06": {
    fails: [
      ["off", put("alert", "enabled", false)],
      ["nobody is told", put("alert", "actions", [])],
      ["a query that tells nobody", take("queryAlert", "actions")],
    ],
  },
  "EHR-LOG-07": {
    fails: [["unprotected", unprotect("workspace")]],
    inTest: { passes: [["unprotected", unprotect("workspace")]] },
  },
  "EHR-LOG-08": {
    fails: [
      [
        "plain http",
        put("availability", "request.requestUrl", "http://visits.lamnahealthcare.example/healthz"),
      ],
      ["any certificate", put("availability", "validationRules.sSLCheck", false)],
      ["off", put("availability", "enabled", false)],
    ],
  },
  "EHR-LOG-09": { fails: [["no telemetry", drop("insights")]] },
  "EHR-NET-01": {
    fails: [
      ["a bare subnet", take("appSubnet", "networkSecurityGroup")],
      ["a group from elsewhere", unlink("endpointsSubnet", "networkSecurityGroup")],
      ["a store nobody reaches", drop("endpoint-cosmos")],
      ["queues nobody reaches", drop("endpoint-queue")],
      ["the wrong service", put("endpoint-vault", "privateLinkServiceConnections.0.groupIds", ["sites"])],
      ["a connection to elsewhere", unlink("endpoint-vault", "privateLinkServiceConnections")],
      ["no name", drop("zoneGroup-blob")],
      ["a zone nobody asks", drop("zoneLink-cosmos")],
    ],
    passes: [
      [
        "a gateway",
        put("appSubnet", "subnetName", "GatewaySubnet"),
        take("appSubnet", "networkSecurityGroup"),
      ],
    ],
  },
  "EHR-NET-02": {
    fails: [
      ["everybody", put("securityGroup", "securityRules.0.sourceAddressPrefix", "*")],
      ["the internet", put("securityGroup", "securityRules.0.sourceAddressPrefix", "Internet")],
      [
        "everybody in a list",
        put("securityGroup", "securityRules.0.sourceAddressPrefixes", ["10.0.0.0/8", "0.0.0.0/0"]),
      ],
      ["no source", take("securityGroup", "securityRules.0.sourceAddressPrefix")],
      [
        "a rule of its own",
        add({
          type: "azure-native:network:SecurityRule",
          name: "rule",
          props: { direction: "Inbound", access: "Allow", sourceAddressPrefix: "*" },
        }),
      ],
    ],
    passes: [
      [
        "everybody is kept out",
        put("securityGroup", "securityRules.0", {
          direction: "Inbound",
          access: "Deny",
          sourceAddressPrefix: "*",
        }),
      ],
    ],
  },
  "EHR-NET-03": {
    fails: [
      ["waits for approval", put("endpoint-vault", "manualPrivateLinkServiceConnections", [{ name: "x" }])],
      ["of no service", take("endpoint-vault", "privateLinkServiceConnections.0.groupIds")],
      ["no connection", put("endpoint-vault", "privateLinkServiceConnections", [])],
    ],
  },
  "EHR-NET-04": {
    fails: [
      ["subnets inside", put("network", "subnets", [{ name: "other" }])],
      ["another network", put("network", "virtualNetworkPeerings", [{ name: "hub" }])],
    ],
  },
};

export const edgeCases: CasesById = {
  "EHR-WAF-01": {
    fails: [
      ["only looks", put("firewall", "policySettings.mode", "Detection")],
      ["off", put("firewall", "policySettings.enabledState", "Disabled")],
      ["bodies unread", put("firewall", "policySettings.requestBodyCheck", "Disabled")],
      ["old rules", put("firewall", rules + ".0.ruleSetVersion", "1.1")],
      ["robots", put("firewall", rules, [set({})])],
      ["only writes down", put("firewall", rules + ".0.ruleSetAction", "Log")],
      [
        "a rule turned off",
        put("firewall", rules + ".0", set(override({ ruleId: "942100", enabledState: "Disabled" }))),
      ],
      [
        "a rule that only writes down",
        put(
          "firewall",
          rules + ".0",
          set(override({ ruleId: "942100", enabledState: "Enabled", action: "Log" })),
        ),
      ],
      [
        "a header left out",
        put("firewall", rules + ".0.exclusions", [
          { matchVariable: "RequestHeaderNames", selectorMatchOperator: "EqualsAny", selector: "*" },
        ]),
      ],
      [
        "iss left out of everything",
        put("firewall", rules + ".0.exclusions", [
          { matchVariable: "QueryStringArgNames", selectorMatchOperator: "Equals", selector: "iss" },
        ]),
      ],
      ["a list of exceptions", put("firewall", "managedRules.exceptionsList", { exceptions: [{}] })],
      ["a way past", put("firewall", "customRules", { rules: [{ name: "friends", action: "Allow" }] })],
      ["a tier without managed rules", put("firewall", "sku.name", "Standard_AzureFrontDoor")],
    ],
    passes: [
      [
        "a limit on requests",
        put("firewall", "customRules", {
          rules: [{ name: "limit", action: "Block", enabledState: "Enabled" }],
        }),
      ],
    ],
  },
  "EHR-WAF-02": {
    fails: [
      ["off", put("firewall", "policySettings.state", "Disabled")],
      ["links stay in", put("firewall", "policySettings.scrubbingRules.0.state", "Disabled")],
      ["left out", take("firewall", "policySettings.scrubbingRules")],
    ],
  },
  "EHR-FD-01": {
    fails: [
      ["left out", take("profile", "logScrubbing")],
      ["addresses stay in", put("profile", "logScrubbing.scrubbingRules.1.matchVariable", "RequestUri")],
      ["a tier without managed rules", put("profile", "sku.name", "Standard_AzureFrontDoor")],
    ],
  },
  "EHR-FD-02": {
    fails: [
      ["plain http inside", put("route", "forwardingProtocol", "MatchRequest")],
      ["plain http outside", put("route", "httpsRedirect", "Disabled")],
      [
        "copies of pages",
        put("route", "cacheConfiguration", { queryStringCachingBehavior: "UseQueryString" }),
      ],
    ],
    passes: [["https alone", put("route", "supportedProtocols", ["Https"]), take("route", "httpsRedirect")]],
  },
  "EHR-FD-03": {
    fails: [
      ["TLS 1.0", put("publicHost", "tlsSettings.minimumTlsVersion", "TLS10")],
      ["left out", take("publicHost", "tlsSettings")],
    ],
  },
  "EHR-FD-04": {
    fails: [
      ["left out", take("origin", "enforceCertificateNameCheck")],
      ["off", put("origin", "enforceCertificateNameCheck", false)],
      ["the patient's host name, which the site does not know", take("origin", "originHostHeader")],
    ],
  },
  "EHR-FD-05": {
    fails: [
      ["no firewall before the edge", drop("edgePolicy")],
      ["some paths", put("edgePolicy", "parameters.associations.0.patternsToMatch", ["/launch/*"])],
      ["the public host left out", put("edgePolicy", "parameters.associations.0.domains.1", { id: "x" })],
      ["no firewall named", put("edgePolicy", "parameters.wafPolicy", { id: "x" })],
    ],
  },
  "EHR-FD-06": { fails: [["plain http", put("originGroup", "healthProbeSettings.probeProtocol", "Http")]] },
  "EHR-FD-07": { fails: [["no route", drop("route")]] },
};

export const stackCases: CasesById = {
  "EHR-ID-01": {
    fails: [
      ["a password beside", add(password)],
      ["a password inside", put("application", "password", { displayName: "x" })],
      ["every directory", put("application", "signInAudience", "AzureADMultipleOrgs")],
      ["left out", take("application", "signInAudience")],
      [
        "an open redirect",
        put("application", "web.redirectUris", ["https://*.lamnahealthcare.example/auth"]),
      ],
      ["plain http", put("application", "web.redirectUris", ["http://visits.lamnahealthcare.example/auth"])],
      [
        "tokens in the address bar",
        put("application", "web.implicitGrant", { accessTokenIssuanceEnabled: true }),
      ],
      [
        "id tokens in the address bar",
        put("application", "web.implicitGrant", { idTokenIssuanceEnabled: true }),
      ],
      ["a public client", put("application", "fallbackPublicClientEnabled", true)],
      [
        "a page's client",
        put("application", "singlePageApplication", { redirectUris: ["https://x.example/"] }),
      ],
    ],
  },
  "EHR-ID-02": {
    fails: [
      ["another issuer", put("credential", "issuer", "https://token.actions.githubusercontent.com")],
      ["another audience", put("credential", "audiences", ["api://other"])],
      ["two audiences", put("credential", "audiences", ["api://AzureADTokenExchange", "api://other"])],
      ["somebody else", unlink("credential", "subject")],
    ],
  },
  "EHR-ID-03": {
    fails: [
      [
        "Mail.ReadWrite",
        put(
          "application",
          "requiredResourceAccesses.0.resourceAccesses.1.id",
          "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
        ),
      ],
      [
        "another interface",
        put(
          "application",
          "requiredResourceAccesses.0.resourceAppId",
          "00000002-0000-0ff1-ce00-000000000000",
        ),
      ],
    ],
  },
  "EHR-ID-04": {
    fails: [["Directory.ReadWrite.All", put("consent", "appRoleId", "19dbc75e-c2e2-444c-a770-ec69d8559fc7")]],
  },
  "EHR-ID-05": {
    fails: [
      ["everything", put("messageRole", "permissions.0.actions", ["*"])],
      ["everything of a service", put("messageRole", "permissions.0.actions", ["Microsoft.Storage/*"])],
      [
        "giving rights",
        put("messageRole", "permissions.0.actions", ["Microsoft.Authorization/roleAssignments/write"]),
      ],
      [
        "keys",
        put("messageRole", "permissions.0.actions", ["Microsoft.Storage/storageAccounts/listKeys/action"]),
      ],
      ["all data", put("messageRole", "permissions.0.dataActions", ["*"])],
    ],
  },
  "EHR-ID-06": {
    fails: [
      ["any repository", put("pipeline", "subject", "repo:*")],
      ["another audience", put("pipeline", "audiences", ["api://other"])],
    ],
  },
  "EHR-GEN-01": {
    fails: [
      ["no owner", take("vault", "tags.owner")],
      ["none", take("plan", "tags")],
      ["a made-up class", put("workspace", "tags.dataClass", "secret")],
      ["a store that says it holds nothing", put("account", "tags.dataClass", "operational")],
    ],
  },
  "EHR-GEN-02": {
    fails: [
      ["Europe", put("vault", "location", "northeurope")],
      ["left out", take("site", "location")],
      ["nobody says which geography", take("plan", "tags")],
      ["a region for what has none", put("communication", "location", "eastus2")],
    ],
    passes: [["as Azure writes it", put("vault", "location", "East US 2")]],
  },
  "EHR-GEN-03": {
    fails: [
      ["who it is for is not said", take("blobReader", "principalType")],
      [
        "Owner",
        put(
          "blobReader",
          "roleDefinitionId",
          SUBSCRIPTION +
            "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        ),
      ],
      [
        "Contributor",
        put(
          "blobReader",
          "roleDefinitionId",
          SUBSCRIPTION +
            "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c",
        ),
      ],
      ["the subscription", put("blobReader", "scope", SUBSCRIPTION)],
      [
        "a whole group",
        put("blobReader", "scope", { $from: "group", value: SUBSCRIPTION + "/resourceGroups/rg" }),
      ],
    ],
  },
  "EHR-GEN-04": {
    fails: [
      ["a preview by its type", retype("vault", "azure-native:keyvault/v20250501preview:Vault")],
      ["a preview by its input", put("storage", "azureApiVersion", "2024-01-01-preview")],
    ],
    passes: [
      ["a stable version", retype("vault", "azure-native:keyvault/v20241101:Vault")],
      ["what exists in no other form", put("log-vault", "azureApiVersion", "2021-05-01-preview")],
    ],
  },
  "EHR-GEN-05": {
    fails: [
      ["no budget", drop("budget")],
      ["nobody is warned", put("budget", "notifications", {})],
      ["off", put("budget", "notifications.most.enabled", false)],
      ["no amount", take("budget", "amount")],
    ],
  },
  "EHR-GEN-06": {
    fails: [
      ["a database nobody judged", add({ type: "azure-native:sql:Server", name: "sql", props: {} })],
      ["a command", add({ type: "command:local:Command", name: "command", props: {} })],
      ["code in the state", add({ type: "pulumi-nodejs:dynamic:Resource", name: "dynamic", props: {} })],
      ["another provider", add({ type: "pulumi:providers:command", name: "provider", props: {} })],
    ],
    passes: [
      [
        "a component of ours",
        add({ type: "teams-ehr-connector:data:Data", name: "component", props: {}, custom: false }),
      ],
      ["the stack itself", add({ type: "pulumi:pulumi:Stack", name: "stack", props: {}, custom: false })],
      ["a provider of ours", add({ type: "pulumi:providers:azure-native", name: "provider", props: {} })],
    ],
  },
  "EHR-GEN-07": {
    fails: [["a setting that anybody may change", ignore("siteSettings", "properties")]],
  },
  "EHR-GEN-08": {
    fails: [
      ["no lock", drop("lock")],
      ["no level", take("lock", "level")],
    ],
  },
};
