import type { CasesById } from "./cases.ts";
import { drop, put, take, unlink, unprotect } from "./scene.ts";

const key = (name: string) => "properties." + name;

export const dataCases: CasesById = {
  "EHR-COS-01": {
    fails: [
      ["keys work", put("account", "disableLocalAuth", false)],
      ["left out", take("account", "disableLocalAuth")],
    ],
  },
  "EHR-COS-02": { fails: [["left out", take("account", "disableKeyBasedMetadataWriteAccess")]] },
  "EHR-COS-03": {
    fails: [
      ["TLS 1.1", put("account", "minimalTlsVersion", "Tls11")],
      ["left out", take("account", "minimalTlsVersion")],
    ],
  },
  "EHR-COS-04": {
    fails: [
      ["public", put("account", "publicNetworkAccess", "Enabled")],
      ["left out", take("account", "publicNetworkAccess")],
    ],
    inTest: { passes: [["public with rules", put("account", "publicNetworkAccess", "Enabled")]] },
  },
  "EHR-COS-05": {
    fails: [
      ["all of Azure", put("account", "networkAclBypass", "AzureServices")],
      ["left out", take("account", "networkAclBypass")],
      ["every Azure customer", put("account", "ipRules", [{ ipAddressOrRange: "0.0.0.0" }])],
      ["other resources", put("account", "networkAclBypassResourceIds", ["/subscriptions/x"])],
    ],
    inTest: {
      fails: [["open to everybody", take("account", "virtualNetworkRules")]],
      passes: [
        [
          "one address",
          take("account", "virtualNetworkRules"),
          put("account", "ipRules", [{ ipAddressOrRange: "198.51.100.7" }]),
        ],
      ],
    },
  },
  "EHR-COS-06": {
    fails: [
      ["every four hours", put("account", "backupPolicy.type", "Periodic")],
      ["left out", take("account", "backupPolicy")],
    ],
  },
  "EHR-COS-07": {
    fails: [
      [
        "a copy in Europe",
        put("account", "locations.1", { locationName: "northeurope", isZoneRedundant: true }),
      ],
      ["nowhere", take("account", "locations")],
    ],
    passes: [["as Azure writes it", put("account", "locations.0.locationName", "East US 2")]],
  },
  "EHR-COS-08": {
    fails: [["one zone", put("account", "locations.0.isZoneRedundant", false)]],
    inTest: { passes: [["one zone", put("account", "locations.0.isZoneRedundant", false)]] },
  },
  "EHR-COS-09": {
    fails: [["free", put("account", "enableFreeTier", true)]],
    inTest: { passes: [["free", put("account", "enableFreeTier", true)]] },
  },
  "EHR-COS-10": {
    said: { encryption: "customerKeys" },
    fails: [
      ["Microsoft's key", put("account", "kind", "GlobalDocumentDB")],
      [
        "no identity to read it with",
        put("account", "keyVaultKeyUri", "https://vault1a2b.vault.azure.net/keys/store"),
      ],
    ],
    passes: [
      [
        "the hospital's key",
        put("account", "keyVaultKeyUri", "https://vault1a2b.vault.azure.net/keys/store"),
        put("account", "identity", { type: "UserAssigned" }),
        put("account", "defaultIdentity", "UserAssignedIdentity=x"),
      ],
    ],
  },
  "EHR-COS-11": {
    fails: [["unprotected", unprotect("account")]],
    inTest: { passes: [["unprotected", unprotect("account")]] },
  },
  "EHR-COS-12": {
    fails: [
      ["visits kept for ever", take("container-visits", "resource.defaultTtl")],
      ["another partition", put("container-keys", "resource.partitionKey.paths", ["/patient"])],
      ["a container nobody documents", put("container-visits", "resource.id", "patients")],
    ],
  },
  "EHR-COS-13": {
    fails: [
      ["somebody else", unlink("dataAssignment", "principalId")],
      ["nobody", take("dataAssignment", "principalId")],
      ["the whole account", put("dataAssignment", "scope", "/subscriptions/x/databaseAccounts/y")],
      ["a scope typed in", unlink("dataAssignment", "scope")],
      ["a built-in role", unlink("dataAssignment", "roleDefinitionId")],
    ],
  },
  "EHR-COS-14": {
    fails: [
      [
        "everything",
        put("dataRole", "permissions.0.dataActions.0", "Microsoft.DocumentDB/databaseAccounts/*"),
      ],
      [
        "containers, too",
        put(
          "dataRole",
          "permissions.0.dataActions.0",
          "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/*",
        ),
      ],
      ...["upsert", "*"].map(
        (verb) =>
          [
            `items/${verb}, which the connector never does`,
            put(
              "dataRole",
              "permissions.0.dataActions.0",
              "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/" + verb,
            ),
          ] as const,
      ),
      ["left out", take("dataRole", "permissions")],
    ],
  },
  "EHR-COS-15": {
    fails: [
      ["browsers", put("account", "cors", [{ allowedOrigins: "*" }])],
      ["a second copy for analysis", put("account", "enableAnalyticalStorage", true)],
      ["another interface", put("account", "capabilities", [{ name: "EnableTable" }])],
      ["several writers", put("account", "enableMultipleWriteLocations", true)],
    ],
    passes: [["serverless", put("account", "capabilities", [{ name: "EnableServerless" }])]],
  },
  "EHR-KV-01": {
    fails: [
      ["off", put("vault", key("enablePurgeProtection"), false)],
      ["left out", take("vault", key("enablePurgeProtection"))],
    ],
  },
  "EHR-KV-02": {
    fails: [
      ["a week in production", put("vault", key("softDeleteRetentionInDays"), 7)],
      ["off", put("vault", key("enableSoftDelete"), false)],
      ["left out", take("vault", key("softDeleteRetentionInDays"))],
    ],
    passes: [["Azure's own default", take("vault", key("enableSoftDelete"))]],
    inTest: { passes: [["a week", put("vault", key("softDeleteRetentionInDays"), 7)]] },
  },
  "EHR-KV-03": {
    fails: [
      ["left out", take("vault", key("enableRbacAuthorization"))],
      ["a policy beside", put("vault", key("accessPolicies"), [{ objectId: "x" }])],
    ],
  },
  "EHR-KV-04": {
    fails: [
      ["everybody by default", put("vault", key("networkAcls.defaultAction"), "Allow")],
      ["no firewall", take("vault", key("networkAcls"))],
      ["public in production", put("vault", key("publicNetworkAccess"), "Enabled")],
      ["everybody by a rule", put("vault", key("networkAcls.ipRules"), [{ value: "0.0.0.0/0" }])],
    ],
    inTest: { passes: [["public with a firewall", put("vault", key("publicNetworkAccess"), "Enabled")]] },
  },
  "EHR-KV-05": {
    fails: [
      ["a key for ever", take("wrappingKey", key("rotationPolicy.attributes"))],
      ["a secret for ever", take("secret", key("attributes"))],
      ["a secret of no kind", take("secret", key("contentType"))],
    ],
    passes: [
      [
        "a key with a date",
        take("wrappingKey", key("rotationPolicy.attributes")),
        put("wrappingKey", key("attributes"), { expires: 1_830_297_600 }),
      ],
    ],
  },
  "EHR-KV-06": {
    fails: [
      ["only a notice", put("wrappingKey", key("rotationPolicy.lifetimeActions.0.action.type"), "notify")],
      ["never", take("wrappingKey", key("rotationPolicy.lifetimeActions.0.trigger"))],
      ["left out", take("wrappingKey", key("rotationPolicy"))],
    ],
  },
  "EHR-KV-07": {
    fails: [
      ["all of Azure", put("vault", key("networkAcls.bypass"), "AzureServices")],
      ["left out", take("vault", key("networkAcls.bypass"))],
      ["virtual machines", put("vault", key("enabledForDeployment"), true)],
      ["templates", put("vault", key("enabledForTemplateDeployment"), true)],
    ],
    passes: [
      [
        "the store's own key is in it",
        put("vault", key("networkAcls.bypass"), "AzureServices"),
        put("account", "keyVaultKeyUri", {
          $from: "wrappingKey",
          value: "https://vault1a2b.vault.azure.net/keys/store",
        }),
      ],
    ],
  },
  "EHR-KV-08": {
    fails: [
      ["no use said", take("wrappingKey", key("keyOps"))],
      ["two uses", put("wrappingKey", key("keyOps"), ["sign", "unwrapKey"])],
      [
        "that key with a third use",
        put("wrappingKey", "keyName", "graph-notifications"),
        put("wrappingKey", key("keyOps"), ["unwrapKey", "sign", "decrypt"]),
      ],
      ["a short key", put("wrappingKey", key("keySize"), 2048)],
      [
        "a key of Graph's notifications that is shorter still",
        put("wrappingKey", "keyName", "graph-notifications"),
        put("wrappingKey", key("keyOps"), ["unwrapKey", "sign"]),
        put("wrappingKey", key("keySize"), 1024),
      ],
      ["no kind", take("wrappingKey", key("kty"))],
      ["a key that leaves", put("wrappingKey", key("attributes"), { exportable: true })],
    ],
    passes: [
      [
        "a signing key on a curve",
        put("wrappingKey", key("kty"), "EC"),
        put("wrappingKey", key("curveName"), "P-384"),
        put("wrappingKey", key("keyOps"), ["sign", "verify"]),
      ],
      [
        "the key of Graph's notifications, which signs its certificate",
        put("wrappingKey", "keyName", "graph-notifications"),
        put("wrappingKey", key("keyOps"), ["unwrapKey", "sign"]),
        put("wrappingKey", key("keySize"), 2048),
      ],
    ],
  },
  "EHR-KV-09": {
    fails: [["unprotected", unprotect("vault")]],
    inTest: { passes: [["unprotected", unprotect("vault")]] },
  },
  "EHR-STO-01": {
    fails: [
      ["http, too", put("storage", "enableHttpsTrafficOnly", false)],
      ["left out", take("storage", "minimumTlsVersion")],
      ["TLS 1.1", put("storage", "minimumTlsVersion", "TLS1_1")],
    ],
  },
  "EHR-STO-02": { fails: [["left out", take("storage", "allowBlobPublicAccess")]] },
  "EHR-STO-03": {
    fails: [
      ["keys work", put("storage", "allowSharedKeyAccess", true)],
      ["left out", take("storage", "allowSharedKeyAccess")],
    ],
  },
  "EHR-STO-04": {
    fails: [
      ["everybody by default", put("storage", "networkRuleSet.defaultAction", "Allow")],
      ["left out", take("storage", "networkRuleSet")],
      ["all of Azure", put("storage", "networkRuleSet.bypass", "AzureServices")],
      ["half the internet", put("storage", "networkRuleSet.ipRules.0.iPAddressOrRange", "128.0.0.0/2")],
      ["other resources", put("storage", "networkRuleSet.resourceAccessRules", [{ resourceId: "x" }])],
    ],
  },
  "EHR-STO-05": {
    fails: [
      ["left out", take("storage", "isLocalUserEnabled")],
      ["SFTP", put("storage", "isSftpEnabled", true)],
      ["NFS", put("storage", "enableNfsV3", true)],
    ],
  },
  "EHR-STO-06": {
    fails: [
      ["no versions", put("blobs", "isVersioningEnabled", false)],
      ["a week", put("blobs", "deleteRetentionPolicy.days", 7)],
      ["containers at once", take("blobs", "containerDeleteRetentionPolicy")],
      ["for good by an administrator", put("blobs", "deleteRetentionPolicy.allowPermanentDelete", true)],
      ["nothing said", drop("blobs")],
    ],
  },
  "EHR-STO-07": {
    fails: [
      ["public blobs", put("packages", "publicAccess", "Blob")],
      ["left out", take("packages", "publicAccess")],
    ],
  },
  "EHR-STO-08": {
    fails: [
      ["to other directories", put("storage", "allowCrossTenantReplication", true)],
      ["left out", take("storage", "allowCrossTenantReplication")],
      ["keys in the portal", put("storage", "defaultToOAuthAuthentication", false)],
    ],
  },
  "EHR-STO-09": {
    fails: [
      ["one zone", put("storage", "sku.name", "Standard_LRS")],
      ["unprotected", unprotect("storage")],
    ],
    inTest: { passes: [["one zone", put("storage", "sku.name", "Standard_LRS")]] },
  },
  "EHR-STO-10": {
    fails: [
      [
        "public for nobody",
        put("storage", "publicNetworkAccess", "Enabled"),
        put("storage", "networkRuleSet.ipRules", []),
      ],
      ["left out", take("storage", "publicNetworkAccess")],
      ["by a perimeter nobody judged", put("storage", "publicNetworkAccess", "SecuredByPerimeter")],
    ],
    passes: [["public for those who deploy", put("storage", "publicNetworkAccess", "Enabled")]],
    inTest: { passes: [["public", put("storage", "publicNetworkAccess", "Enabled")]] },
  },
};
