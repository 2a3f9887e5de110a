/** The part of a sound deployment that connects, guards and watches. */
import { LOGGED } from "../../../infra/policy/rules/logCategories.ts";
import { from, type Sketch } from "./scene.ts";
import { ids, inGroup, region, SUBSCRIPTION, tags, worldwide } from "./soundData.ts";
import { DIGEST, SUBNET_ID } from "./soundSite.ts";

const WORKSPACE_ID = inGroup("Microsoft.OperationalInsights/workspaces/log-lamna-production");
const GROUP_ID = inGroup("Microsoft.Insights/actionGroups/ag-lamna-production");
const EVENT_ROLE = "7d0c5a1e-0000-4000-8000-00000000f0f0";
const CLIENT_ID = "7d0c5a1e-0000-4000-8000-0000000c11e1";

const subnet = (name: string): Sketch => ({
  type: "azure-native:network:Subnet",
  name: name + "Subnet",
  props: {
    virtualNetworkName: from("network", "vnet-lamna-production"),
    subnetName: name,
    privateEndpointNetworkPolicies: "Enabled",
    networkSecurityGroup: {
      id: from("securityGroup", inGroup("Microsoft.Network/networkSecurityGroups/nsg")),
    },
  },
});

const endpoint = (name: string, target: keyof typeof ids, service: string): Sketch[] => [
  {
    type: "azure-native:network:PrivateEndpoint",
    name: "endpoint-" + name,
    props: {
      ...region("operational"),
      subnet: { id: from("endpointsSubnet", SUBNET_ID) },
      privateLinkServiceConnections: [
        { name, privateLinkServiceId: from(target, ids[target]), groupIds: [service] },
      ],
    },
  },
  { type: "azure-native:privatedns:PrivateZone", name: "zone-" + name, props: worldwide("operational") },
  {
    type: "azure-native:privatedns:VirtualNetworkLink",
    name: "zoneLink-" + name,
    props: { ...worldwide("operational"), privateZoneName: from("zone-" + name, "privatelink.example") },
  },
  {
    type: "azure-native:network:PrivateDnsZoneGroup",
    name: "zoneGroup-" + name,
    props: { privateEndpointName: from("endpoint-" + name, "pe-" + name), privateDnsZoneConfigs: [] },
  },
];

const diagnostics = (target: string, type: string): Sketch => ({
  type: "azure-native:monitor:DiagnosticSetting",
  name: "log-" + target,
  props: {
    resourceUri: from(target, inGroup(target)),
    workspaceId: from("workspace", WORKSPACE_ID),
    logs: (LOGGED.get(type)?.required ?? []).map((category) => ({ category, enabled: true })),
    metrics: [{ category: "AllMetrics", enabled: true }],
  },
});

const activity = (category: string): Sketch => ({
  type: "azure-native:monitor:ActivityLogAlert",
  name: "activity-" + category,
  props: {
    ...worldwide("operational"),
    enabled: true,
    scopes: [SUBSCRIPTION],
    condition: { allOf: [{ field: "category", equals: category }] },
    actions: { actionGroups: [{ actionGroupId: from("actionGroup", GROUP_ID) }] },
  },
});

const scrubbing = (...variables: readonly string[]) =>
  ["RequestUri", "RequestIPAddress", "QueryStringArgNames", ...variables].map((matchVariable) => ({
    matchVariable,
    selectorMatchOperator: "EqualsAny",
    state: "Enabled",
  }));

export const rest: readonly Sketch[] = [
  {
    type: "azure-native:network:VirtualNetwork",
    name: "network",
    props: { ...region("operational"), addressSpace: { addressPrefixes: ["10.64.0.0/23"] } },
  },
  {
    type: "azure-native:network:NetworkSecurityGroup",
    name: "securityGroup",
    props: {
      ...region("operational"),
      securityRules: [
        {
          name: "app",
          direction: "Inbound",
          access: "Allow",
          protocol: "Tcp",
          sourceAddressPrefix: "10.64.0.0/25",
          sourcePortRange: "*",
          destinationAddressPrefix: "10.64.0.128/25",
          destinationPortRange: "443",
        },
        ...["Inbound", "Outbound"].map((direction) => ({
          name: "nothing else",
          direction,
          access: "Deny",
          protocol: "*",
          sourceAddressPrefix: "*",
          sourcePortRange: "*",
          destinationAddressPrefix: "*",
          destinationPortRange: "*",
        })),
      ],
    },
  },
  subnet("app"),
  subnet("endpoints"),
  ...endpoint("cosmos", "account", "Sql"),
  ...endpoint("vault", "vault", "vault"),
  ...endpoint("blob", "storage", "blob"),
  ...endpoint("queue", "storage", "queue"),
  {
    type: "azure-native:communication:CommunicationService",
    name: "communication",
    protect: true,
    props: {
      ...worldwide("phi-transient"),
      dataLocation: "United States",
      disableLocalAuth: true,
      identity: { type: "SystemAssigned" },
    },
  },
  {
    type: "azure-native:communication:EmailService",
    name: "email",
    props: { ...worldwide("phi-transient"), dataLocation: "United States" },
  },
  {
    type: "azure-native:communication:Domain",
    name: "mailDomain",
    props: {
      ...worldwide("phi-transient"),
      domainManagement: "CustomerManaged",
      userEngagementTracking: "Disabled",
    },
  },
  {
    type: "ehr:index:PhoneNumber",
    name: "number",
    protect: true,
    props: {
      countryCode: "US",
      phoneNumberType: "tollFree",
      sms: "inbound+outbound",
      calling: "none",
      tag: "lamna",
    },
  },
  {
    type: "azure-native:eventgrid:SystemTopic",
    name: "topic",
    props: {
      ...worldwide("phi-transient"),
      topicType: "Microsoft.Communication.CommunicationServices",
      source: from("communication", inGroup("Microsoft.Communication/communicationServices/acs")),
    },
  },
  {
    type: "azure-native:eventgrid:SystemTopicEventSubscription",
    name: "subscription",
    props: {
      systemTopicName: from("topic", "topic"),
      destination: {
        endpointType: "WebHook",
        endpointUrl: "https://visits.lamnahealthcare.example/webhooks/events",
        azureActiveDirectoryTenantId: "7d0c5a1e-0000-4000-8000-00000000e0e0",
        azureActiveDirectoryApplicationIdOrUri: from("application", CLIENT_ID),
        minimumTlsVersionAllowed: "1.2",
      },
      filter: {
        includedEventTypes: [
          "Microsoft.Communication.SMSDeliveryReportReceived",
          "Microsoft.Communication.SMSReceived",
        ],
      },
      retryPolicy: { eventTimeToLiveInMinutes: 1440, maxDeliveryAttempts: 30 },
    },
  },
  {
    type: "azure-native:operationalinsights:Workspace",
    name: "workspace",
    protect: true,
    props: { ...region("operational"), retentionInDays: 365, features: { disableLocalAuth: true } },
  },
  {
    type: "azure-native:applicationinsights:Component",
    name: "insights",
    props: {
      ...region("operational"),
      applicationType: "web",
      kind: "web",
      workspaceResourceId: from("workspace", WORKSPACE_ID),
      disableLocalAuth: true,
    },
  },
  {
    type: "azure-native:applicationinsights:WebTest",
    name: "availability",
    props: {
      ...region("operational"),
      enabled: true,
      request: { requestUrl: "https://visits.lamnahealthcare.example/healthz" },
      validationRules: { sSLCheck: true },
    },
  },
  {
    type: "azure-native:monitor:ActionGroup",
    name: "actionGroup",
    props: {
      ...worldwide("operational"),
      enabled: true,
      emailReceivers: [{ name: "team", emailAddress: "digital-care@lamnahealthcare.example" }],
    },
  },
  {
    type: "azure-native:monitor:MetricAlert",
    name: "alert",
    props: {
      ...worldwide("operational"),
      enabled: true,
      actions: [{ actionGroupId: from("actionGroup", GROUP_ID) }],
    },
  },
  {
    type: "azure-native:monitor:ScheduledQueryRule",
    name: "queryAlert",
    props: {
      ...region("operational"),
      enabled: true,
      actions: { actionGroups: [from("actionGroup", GROUP_ID)] },
    },
  },
  ...["Administrative", "Policy", "Security"].map(activity),
  diagnostics("vault", "azure-native:keyvault:Vault"),
  diagnostics("account", "azure-native:cosmosdb:DatabaseAccount"),
  diagnostics("site", "azure-native:web:WebApp"),
  diagnostics("slot", "azure-native:web:WebAppSlot"),
  diagnostics("communication", "azure-native:communication:CommunicationService"),
  diagnostics("storage", "azure-native:storage:StorageAccount"),
  diagnostics("topic", "azure-native:eventgrid:SystemTopic"),
  diagnostics("profile", "azure-native:cdn:Profile"),
  {
    type: "azure-native:consumption:Budget",
    name: "budget",
    props: {
      amount: 1500,
      notifications: {
        most: {
          enabled: true,
          operator: "GreaterThan",
          threshold: 80,
          contactEmails: ["digital-care@lamnahealthcare.example"],
        },
      },
    },
  },
  {
    type: "azure-native:frontdoor:Policy",
    name: "firewall",
    props: {
      ...worldwide("operational"),
      sku: { name: "Premium_AzureFrontDoor" },
      policySettings: {
        enabledState: "Enabled",
        mode: "Prevention",
        requestBodyCheck: "Enabled",
        state: "Enabled",
        scrubbingRules: scrubbing(
          "RequestBodyPostArgNames",
          "RequestBodyJsonArgNames",
          "RequestCookieNames",
          "RequestHeaderNames",
        ),
      },
      customRules: {
        rules: [
          {
            name: "floods",
            ruleType: "RateLimitRule",
            action: "Block",
            enabledState: "Enabled",
            rateLimitDurationInMinutes: 5,
            rateLimitThreshold: 6000,
            priority: 100,
            matchConditions: [
              {
                matchVariable: "RequestHeader",
                selector: "Host",
                operator: "GreaterThanOrEqual",
                matchValue: ["0"],
              },
            ],
          },
          {
            name: "events",
            ruleType: "MatchRule",
            action: "Allow",
            enabledState: "Enabled",
            priority: 200,
            matchConditions: [
              { matchVariable: "RequestMethod", operator: "Equal", matchValue: ["POST"] },
              {
                matchVariable: "RequestUri",
                operator: "RegEx",
                matchValue: ["^https://[^/?#]+/webhooks/events$"],
              },
            ],
          },
        ],
      },
      managedRules: {
        managedRuleSets: [
          {
            ruleSetType: "Microsoft_DefaultRuleSet",
            ruleSetVersion: "2.1",
            ruleSetAction: "Block",
            ruleGroupOverrides: [
              {
                ruleGroupName: "RFI",
                rules: [
                  {
                    ruleId: "931130",
                    enabledState: "Enabled",
                    exclusions: [
                      {
                        matchVariable: "QueryStringArgNames",
                        selectorMatchOperator: "Equals",
                        selector: "iss",
                      },
                    ],
                  },
                ],
              },
            ],
          },
          { ruleSetType: "Microsoft_BotManagerRuleSet", ruleSetVersion: "1.1", ruleSetAction: "Block" },
        ],
      },
    },
  },
  {
    type: "azure-native:cdn:Profile",
    name: "profile",
    props: {
      ...worldwide("operational"),
      sku: { name: "Premium_AzureFrontDoor" },
      logScrubbing: { state: "Enabled", scrubbingRules: scrubbing() },
    },
  },
  {
    type: "azure-native:cdn:AFDEndpoint",
    name: "edgeEndpoint",
    props: { ...worldwide("operational"), profileName: from("profile", "fd") },
  },
  {
    type: "azure-native:cdn:AFDOriginGroup",
    name: "originGroup",
    props: {
      profileName: from("profile", "fd"),
      healthProbeSettings: { probeProtocol: "Https", probePath: "/healthz" },
    },
  },
  {
    type: "azure-native:cdn:AFDOrigin",
    name: "origin",
    props: {
      originGroupName: from("originGroup", "site"),
      hostName: from("site", "app1a2b.azurewebsites.net"),
      originHostHeader: from("site", "app1a2b.azurewebsites.net"),
      enforceCertificateNameCheck: true,
    },
  },
  {
    type: "azure-native:cdn:AFDCustomDomain",
    name: "publicHost",
    props: {
      profileName: from("profile", "fd"),
      hostName: "visits.lamnahealthcare.example",
      tlsSettings: { certificateType: "ManagedCertificate", minimumTlsVersion: "TLS12" },
    },
  },
  {
    type: "azure-native:cdn:Route",
    name: "route",
    props: {
      endpointName: from("edgeEndpoint", "lamna"),
      supportedProtocols: ["Http", "Https"],
      httpsRedirect: "Enabled",
      forwardingProtocol: "HttpsOnly",
      patternsToMatch: ["/*"],
    },
  },
  {
    type: "azure-native:cdn:SecurityPolicy",
    name: "edgePolicy",
    props: {
      profileName: from("profile", "fd"),
      parameters: {
        type: "WebApplicationFirewall",
        wafPolicy: {
          id: from("firewall", inGroup("Microsoft.Network/frontdoorWebApplicationFirewallPolicies/waf")),
        },
        associations: [
          {
            patternsToMatch: ["/*"],
            domains: [{ id: from("edgeEndpoint", inGroup("e")) }, { id: from("publicHost", inGroup("d")) }],
          },
        ],
      },
    },
  },
  {
    type: "azuread:index/application:Application",
    name: "application",
    props: {
      displayName: "Teams EHR connector (Lamna, production)",
      signInAudience: "AzureADMyOrg",
      appRoles: [{ id: EVENT_ROLE, value: "AzureEventGridSecureWebhookSubscriber" }],
      web: { redirectUris: ["https://visits.lamnahealthcare.example/auth/callback"] },
      requiredResourceAccesses: [
        {
          resourceAppId: "00000003-0000-0000-c000-000000000000",
          resourceAccesses: [
            { id: "e1fe6dd8-ba31-4d61-89e7-88639da4683d", type: "Scope" },
            { id: "b8bb2037-6e08-44ac-a4ea-4674e010e2a4", type: "Role" },
          ],
        },
      ],
    },
  },
  {
    type: "azuread:index/servicePrincipal:ServicePrincipal",
    name: "principal",
    props: { clientId: from("application", CLIENT_ID) },
  },
  {
    type: "azuread:index/servicePrincipal:ServicePrincipal",
    name: "graph",
    props: { clientId: "00000003-0000-0000-c000-000000000000", useExisting: true },
  },
  {
    type: "azuread:index/appRoleAssignment:AppRoleAssignment",
    name: "consent",
    props: {
      appRoleId: "b8bb2037-6e08-44ac-a4ea-4674e010e2a4",
      principalObjectId: from("principal", "p"),
      resourceObjectId: from("graph", "g"),
    },
  },
  {
    type: "azuread:index/appRoleAssignment:AppRoleAssignment",
    name: "webhookRole",
    props: {
      appRoleId: EVENT_ROLE,
      principalObjectId: "7d0c5a1e-0000-4000-8000-00000000f0f1",
      resourceObjectId: from("principal", "p"),
    },
  },
  {
    type: "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
    name: "credential",
    props: {
      applicationId: from("application", "/applications/x"),
      issuer: "https://login.microsoftonline.com/7d0c5a1e-0000-4000-8000-00000000e0e0/v2.0",
      subject: from("identity", "7d0c5a1e-0000-4000-8000-0000000001d1"),
      audiences: ["api://AzureADTokenExchange"],
    },
  },
  {
    type: "azure-native:managedidentity:FederatedIdentityCredential",
    name: "pipeline",
    props: {
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:lamna/deployments:environment:production",
      audiences: ["api://AzureADTokenExchange"],
    },
  },
  {
    type: "azure-native:authorization:RoleDefinition",
    name: "messageRole",
    props: {
      scope: SUBSCRIPTION,
      permissions: [
        {
          actions: [
            "Microsoft.Communication/CommunicationServices/Read",
            "Microsoft.Communication/CommunicationServices/Write",
          ],
          dataActions: [],
        },
      ],
    },
  },
  {
    type: "azure-native:authorization:RoleAssignment",
    name: "blobReader",
    props: {
      principalId: from("identity", "7d0c5a1e-0000-4000-8000-0000000001d1"),
      principalType: "ServicePrincipal",
      roleDefinitionId:
        SUBSCRIPTION +
        "/providers/Microsoft.Authorization/roleDefinitions/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
      scope: from("storage", ids.storage),
    },
  },
  {
    type: "teams-ehr-connector:web:Web",
    name: "web",
    custom: false,
    props: { digest: DIGEST, tags: tags("operational") },
  },
];
