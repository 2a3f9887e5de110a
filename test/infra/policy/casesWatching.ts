import type { CasesById } from "./cases.ts";
import { add, drop, put, take, unlink, unprotect } from "./scene.ts";

const SUBSCRIPTION = "/subscriptions/0c1f7a52-0000-4000-8000-00000000d001";

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
      [
        "staff's sign-ins as if they were the vault's",
        put("log-vault", "logs.1", { category: "Administrative", enabled: true }),
      ],
      ["a category of another type", put("log-account", "logs.1", { category: "AuditEvent", enabled: true })],
      ["off", put("log-vault", "logs.0.enabled", false)],
      ["a store without a log", drop("log-account")],
      ["storage without a log", drop("log-storage"), drop("log-packages"), drop("log-queues")],
      ["to another workspace", unlink("log-site", "workspaceId")],
      ["to no workspace", take("log-slot", "workspaceId")],
      ["copies in storage", put("log-vault", "storageAccountId", "x")],
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
      ["over one group", put("activity-Policy", "scopes", [SUBSCRIPTION + "/resourceGroups/rg"])],
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
      ["somebody else is told", unlink("alert", "actions")],
      ["a query that tells nobody", take("queryAlert", "actions")],
    ],
  },
  "EHR-LOG-07": {
    fails: [["unprotected", unprotect("workspace")]],
    inTest: { passes: [["unprotected", unprotect("workspace")]] },
  },
  "EHR-LOG-08": {
    fails: [
      ["plain http", put("availability", "request.requestUrl", "http://visits.lamna.example/healthz")],
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
      ["queues nobody reaches", put("storage", "publicNetworkAccess", "Disabled"), drop("endpoint-queue")],
      ["the wrong service", put("endpoint-vault", "privateLinkServiceConnections.0.groupIds", ["sites"])],
      ["a connection to elsewhere", unlink("endpoint-vault", "privateLinkServiceConnections")],
      ["no name", drop("zoneGroup-blob")],
      ["in another network", unlink("endpoint-blob", "subnet")],
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
  "EHR-NET-05": {
    fails: [
      ["what is not listed comes in", put("securityGroup", "securityRules.2.access", "Allow")],
      ["what is not listed goes out", put("securityGroup", "securityRules.3.direction", "Inbound")],
      ["only some of it is refused", put("securityGroup", "securityRules.2.destinationPortRange", "22")],
      ["any port", put("securityGroup", "securityRules.0.destinationPortRange", "*")],
      ["any protocol", take("securityGroup", "securityRules.0.protocol")],
      ["no direction", take("securityGroup", "securityRules.0.direction")],
      ["no rules", take("securityGroup", "securityRules")],
    ],
  },
  "EHR-NET-06": {
    fails: [
      ["off", put("endpointsSubnet", "privateEndpointNetworkPolicies", "Disabled")],
      ["left out", take("appSubnet", "privateEndpointNetworkPolicies")],
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
