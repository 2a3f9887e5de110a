/** Rules about App Service: what a site runs, on what, and what it logs by itself. */
import { all, atLeast, each, inProduction, is, isAbsent, isAtMost, isThere, matches } from "../checks.ts";
import { sizesOf } from "../../stack/choices.ts";
import { CONTROLS } from "../controls.ts";
import { rule } from "../rule.ts";
import { SITES } from "./site.ts";

const LOGGING = [
  "azure-native:web:WebAppDiagnosticLogsConfiguration",
  "azure-native:web:WebAppDiagnosticLogsConfigurationSlot",
];

/** The long-term support version of Node that the package is built and tested on. */
const NODE_LINES = ["NODE|24-lts"];

export const siteRunRules = [
  rule(
    "EHR-WEB-22",
    {
      says: "A site runs a Node that is still repaired",
      severity: "high",
      control: CONTROLS.malware,
      remedy:
        "Set siteConfig.linuxFxVersion to " +
        NODE_LINES.join(" or ") +
        ", the line the package is tested on.",
    },
    SITES,
    is("siteConfig.linuxFxVersion", ...NODE_LINES),
  ),
  rule(
    "EHR-WEB-25",
    {
      says: "App Service writes no request down",
      severity: "high",
      control: CONTROLS.minimumNecessary,
      remedy:
        "Leave httpLoggingEnabled, detailedErrorLoggingEnabled and requestTracingEnabled out or false: a patient's link is a key, and these logs hold it.",
    },
    [...SITES, ...LOGGING],
    all(
      isAtMost("siteConfig.httpLoggingEnabled", false),
      isAtMost("siteConfig.detailedErrorLoggingEnabled", false),
      isAtMost("siteConfig.requestTracingEnabled", false),
      isAtMost("detailedErrorMessages.enabled", false),
      isAtMost("failedRequestsTracing.enabled", false),
      isAtMost("httpLogs.fileSystem.enabled", false),
      isAtMost("httpLogs.azureBlobStorage.enabled", false),
    ),
  ),
  rule(
    "EHR-WEB-26",
    {
      says: "A site starts what the package holds, and nothing else writes to it",
      severity: "high",
      control: CONTROLS.integrity,
      remedy:
        "Set siteConfig.appCommandLine; give settings by WebAppApplicationSettings alone (drift in siteConfig is not seen), and leave out connection strings, source control and automatic swaps.",
    },
    SITES,
    all(
      matches(
        "siteConfig.appCommandLine",
        /^node [\w .=/-]+\.js$/,
        "a start command such as node connector.js",
      ),
      matches(
        "siteConfig.appCommandLine",
        /^(?!.*--(?:inspect|eval|tls-min|use-openssl-ca|insecure))/,
        "without debugging options",
      ),
      isAbsent("siteConfig.appSettings"),
      isAbsent("siteConfig.connectionStrings"),
      isAbsent("siteConfig.autoSwapSlotName"),
      isAtMost("siteConfig.scmType", "None"),
      isAbsent("siteConfig.azureStorageAccounts"),
    ),
  ),
  rule(
    "EHR-WEB-27",
    {
      says: "A site's own host name has a certificate",
      severity: "high",
      control: CONTROLS.transmissionEncryption,
      remedy: 'Set sslState: "SniEnabled" and the certificate\'s thumbprint on the host name binding.',
    },
    ["azure-native:web:WebAppHostNameBinding"],
    all(is("sslState", "SniEnabled"), isThere("thumbprint")),
  ),
  rule(
    "EHR-WEB-23",
    {
      says: "Production has a Premium v3 plan with two instances at least",
      severity: "medium",
      control: CONTROLS.recovery,
      remedy: "Set sku.name to P1v3 or larger and sku.capacity to 2 or more.",
    },
    ["azure-native:web:AppServicePlan"],
    all(
      inProduction(
        all(
          matches("sku.name", /^P\dm?v[34]$/, "a Premium v3 size such as P1v3"),
          atLeast("sku.capacity", 2),
        ),
      ),
      (resource) => atLeast("sku.capacity", sizesOf(resource.said).instances)(resource),
    ),
  ),
  rule(
    "EHR-WEB-24",
    {
      says: "Production's plan spans availability zones",
      severity: "medium",
      control: CONTROLS.recovery,
      remedy: "Set zoneRedundant: true; it cannot be changed later without a new plan.",
    },
    ["azure-native:web:AppServicePlan"],
    inProduction(is("zoneRedundant", true)),
  ),
  rule(
    "EHR-WEB-28",
    {
      says: "Production never shrinks to one instance",
      severity: "medium",
      control: CONTROLS.recovery,
      remedy: 'Set capacity.minimum and capacity.default to "2" or more in every autoscale profile.',
    },
    ["azure-native:monitor:AutoscaleSetting"],
    inProduction(
      all(is("enabled", true), (resource) =>
        each("profiles", (profile, where) =>
          ["minimum", "default"].flatMap((which) =>
            matches(
              "capacity." + which,
              /^([2-9]|[1-9]\d+)$/,
              "2 or more",
            )({ ...resource, props: profile }).map((words) => where + "." + words),
          ),
        )(resource),
      ),
    ),
  ),
];
