/** Values that the program leaves out and that would open something if somebody added them: by kind, path and value. */
const EVERYBODY = "0.0.0.0/0";
const STRANGER = "ffffffff-0000-4000-8000-00000000ffff";

type Addition = readonly [path: string, value: unknown];

const SITE: readonly Addition[] = [
  ["siteConfig.cors", { allowedOrigins: ["*"] }],
  ["siteConfig.appSettings", [{ name: "A", value: "b" }]],
  ["siteConfig.connectionStrings", [{ name: "a", connectionString: "b", type: "Custom" }]],
  [
    "siteConfig.scmIpSecurityRestrictions",
    [{ action: "Allow", ipAddress: EVERYBODY, name: "x", priority: 1 }],
  ],
];
const SETTINGS: readonly Addition[] = [
  ["properties.NODE_TLS_REJECT_UNAUTHORIZED", "0"],
  ["properties.NODE_OPTIONS", "--inspect=0.0.0.0"],
  ["properties.MICROSOFT_CLIENT_SECRET", "kept in the state"],
  ["properties.APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=" + STRANGER],
];

export const ADDITIONS: Readonly<Record<string, readonly Addition[]>> = {
  "web:WebApp": SITE,
  "web:WebAppSlot": SITE,
  "web:WebAppApplicationSettings": SETTINGS,
  "web:WebAppApplicationSettingsSlot": SETTINGS,
  "cosmosdb:DatabaseAccount": [
    ["ipRules", [{ ipAddressOrRange: "0.0.0.0" }]],
    ["cors", [{ allowedOrigins: "*" }]],
    ["networkAclBypassResourceIds", ["/subscriptions/" + STRANGER]],
  ],
  "storage:StorageAccount": [
    ["enableNfsV3", true],
    ["networkRuleSet.resourceAccessRules", [{ tenantId: STRANGER, resourceId: "/subscriptions/*" }]],
  ],
  "storage:BlobServiceProperties": [["cors", { corsRules: [{ allowedOrigins: ["*"] }] }]],
  "keyvault:Vault": [
    [
      "properties.accessPolicies",
      [{ tenantId: STRANGER, objectId: STRANGER, permissions: { keys: ["all"], secrets: ["all"] } }],
    ],
  ],
  "azuread:index/application:Application": [
    ["password", { displayName: "x" }],
    ["identifierUris", ["api://elsewhere"]],
    ["singlePageApplication", { redirectUris: ["https://elsewhere.example/"] }],
    ["publicClient", { redirectUris: ["https://elsewhere.example/"] }],
    ["owners", [STRANGER]],
  ],
  "cdn:Route": [
    ["cacheConfiguration", { queryStringCachingBehavior: "IgnoreQueryString" }],
    ["ruleSets", [{ id: "/subscriptions/" + STRANGER }]],
    ["originPath", "/elsewhere"],
  ],
  "cdn:AFDOrigin": [["sharedPrivateLinkResource", { privateLink: { id: "/subscriptions/" + STRANGER } }]],
  "eventgrid:SystemTopicEventSubscription": [
    ["deadLetterDestination", { endpointType: "StorageBlob", blobContainerName: "x", resourceId: "/x" }],
    [
      "deliveryWithResourceIdentity",
      { destination: { endpointType: "WebHook", endpointUrl: "https://elsewhere.example" } },
    ],
  ],
  "network:VirtualNetwork": [
    ["subnets", [{ name: "open" }]],
    ["virtualNetworkPeerings", [{ remoteVirtualNetwork: { id: "/subscriptions/" + STRANGER } }]],
    ["dhcpOptions", { dnsServers: ["192.0.2.53"] }],
  ],
  "network:Subnet": [
    ["natGateway", { id: "/subscriptions/" + STRANGER }],
    ["routeTable", { id: "/subscriptions/" + STRANGER }],
  ],
  "network:PrivateEndpoint": [["manualPrivateLinkServiceConnections", [{ name: "x", groupIds: ["Sql"] }]]],
  "monitor:DiagnosticSetting": [
    ["storageAccountId", "/subscriptions/" + STRANGER],
    ["eventHubAuthorizationRuleId", "/subscriptions/" + STRANGER],
    ["marketplacePartnerId", "/subscriptions/" + STRANGER],
  ],
  "monitor:ActionGroup": [["webhookReceivers", [{ name: "x", serviceUri: "https://elsewhere.example" }]]],
  "authorization:RoleAssignment": [["delegatedManagedIdentityResourceId", "/subscriptions/" + STRANGER]],
  "keyvault:Key": [["properties.release_policy", { data: "x" }]],
};
