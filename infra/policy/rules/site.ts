/** Rules about App Service: what a site and its slot admit, run and report. */
import { all, each, inProduction, is, isAtMost, isThere, matches } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at } from "../reading.ts";
import { rule, ruleInTwoHalves } from "../rule.ts";

export const SITE = "azure-native:web:WebApp";
export const SLOT = "azure-native:web:WebAppSlot";
export const SITES = [SITE, SLOT];
export const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";
export const siteRules = [
  rule(
    "EHR-WEB-01",
    {
      says: "A site answers over HTTPS only",
      severity: "critical",
      control: CONTROLS.transmissionEncryption,
      remedy: "Set httpsOnly: true on the site and on its slot.",
    },
    SITES,
    is("httpsOnly", true),
  ),
  rule(
    "EHR-WEB-02",
    {
      says: "A site speaks TLS 1.2 or newer",
      severity: "high",
      control: CONTROLS.transmissionEncryption,
      remedy: 'Set siteConfig.minTlsVersion: "1.2" or "1.3".',
    },
    SITES,
    is("siteConfig.minTlsVersion", "1.2", "1.3"),
  ),
  rule(
    "EHR-WEB-03",
    {
      says: "A site's deployment end speaks TLS 1.2 or newer",
      severity: "high",
      control: CONTROLS.transmissionEncryption,
      remedy: 'Set siteConfig.scmMinTlsVersion: "1.2" or "1.3".',
    },
    SITES,
    is("siteConfig.scmMinTlsVersion", "1.2", "1.3"),
  ),
  rule(
    "EHR-WEB-04",
    {
      says: "A site has no FTP",
      severity: "high",
      control: CONTROLS.network,
      remedy: 'Set siteConfig.ftpsState: "Disabled"; packages come from the artifact container.',
    },
    SITES,
    is("siteConfig.ftpsState", "Disabled"),
  ),
  rule(
    "EHR-WEB-05",
    {
      says: "Nobody attaches a debugger to a site",
      severity: "high",
      control: CONTROLS.access,
      remedy: "Set siteConfig.remoteDebuggingEnabled: false.",
    },
    SITES,
    is("siteConfig.remoteDebuggingEnabled", false),
  ),
  ruleInTwoHalves(
    "EHR-WEB-06",
    {
      says: "A site has a managed identity",
      severity: "high",
      control: CONTROLS.identity,
      remedy:
        'Set identity.type: "UserAssigned" with the deployment\'s identity; every store is reached by it, never by a key.',
    },
    SITES,
    all(is("identity.type", "UserAssigned", "SystemAssigned", "SystemAssigned, UserAssigned"), (resource) =>
      is("identity.type", "SystemAssigned")(resource).length === 0
        ? []
        : isThere("identity.userAssignedIdentities")(resource),
    ),
    (stack) =>
      stack
        .of(...SITES)
        .filter(({ props }) => String(at(props, "identity.type")).includes("UserAssigned"))
        .filter((site) => !site.fedBy("identity").some(({ type }) => type === IDENTITY))
        .map((about) => ({ about, says: "its identity is not one of this stack" })),
  ),
  rule(
    "EHR-WEB-07",
    {
      says: "A production site has no SSH",
      severity: "high",
      control: CONTROLS.access,
      remedy: "Set sshEnabled: false; a running site is looked into by its logs.",
    },
    SITES,
    inProduction(is("sshEnabled", false)),
  ),
  rule(
    "EHR-WEB-10",
    {
      says: "A site's health is watched",
      severity: "medium",
      control: CONTROLS.recovery,
      remedy: "Set siteConfig.healthCheckPath to /healthz, so that a sick instance is taken out.",
    },
    SITES,
    matches("siteConfig.healthCheckPath", /^\/[a-z]+$/, "a path such as /healthz"),
  ),
  rule(
    "EHR-WEB-11",
    {
      says: "A site never sleeps",
      severity: "medium",
      control: CONTROLS.recovery,
      remedy: "Set siteConfig.alwaysOn: true; reminders are sent by the same process.",
    },
    SITES,
    is("siteConfig.alwaysOn", true),
  ),
  rule(
    "EHR-WEB-12",
    {
      says: "A site speaks HTTP/2",
      severity: "low",
      control: CONTROLS.transmission,
      remedy: "Set siteConfig.http20Enabled: true.",
    },
    SITES,
    is("siteConfig.http20Enabled", true),
  ),
  rule(
    "EHR-WEB-13",
    {
      says: "No other web site may call a site from a browser",
      severity: "high",
      control: CONTROLS.access,
      remedy: "Leave siteConfig.cors out, or list origins by name; never *.",
    },
    SITES,
    all(
      each("siteConfig.cors.allowedOrigins", (origin, where) =>
        typeof origin === "string" && /^https:\/\/[^*]+$/.test(origin)
          ? []
          : [where + " must be one https origin, without *"],
      ),
      isAtMost("siteConfig.cors.supportCredentials", false),
    ),
  ),
  rule(
    "EHR-WEB-14",
    {
      says: "Any instance serves any request",
      severity: "low",
      control: CONTROLS.recovery,
      remedy:
        "Set clientAffinityEnabled: false; sessions are in the store, and the affinity cookie marks patients.",
    },
    SITES,
    is("clientAffinityEnabled", false),
  ),
  rule(
    "EHR-WEB-16",
    {
      says: "Everything a site sends goes through its network",
      severity: "high",
      control: CONTROLS.network,
      remedy:
        "Set outboundVnetRouting.allTraffic: true (or applicationTraffic: true), so that stores see the app's subnet.",
    },
    SITES,
    (resource) =>
      is("outboundVnetRouting.allTraffic", true)(resource).length === 0
        ? []
        : is("outboundVnetRouting.applicationTraffic", true)(resource),
  ),
  rule(
    "EHR-WEB-19",
    {
      says: "Requests stay encrypted up to a production site's instances",
      severity: "medium",
      control: CONTROLS.transmissionEncryption,
      remedy: "Set endToEndEncryptionEnabled: true; Premium plans offer it.",
    },
    SITES,
    inProduction(is("endToEndEncryptionEnabled", true)),
  ),
];
