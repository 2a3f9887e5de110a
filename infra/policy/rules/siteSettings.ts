/** Rules about App Service: the settings of a site and of its slot. */
import { all, atLeast, each, matches, matchesOnceKnown } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at, items, members, said, UNKNOWN } from "../reading.ts";
import { rule, ruleInTwoHalves, type Check, type Finding, type Stack } from "../rule.ts";
import { IDENTITY, SITES } from "./site.ts";

export const SETTINGS = [
  "azure-native:web:WebAppApplicationSettings",
  "azure-native:web:WebAppApplicationSettingsSlot",
];
const READY = "ehr:index:Ready";
const PACKAGE = "ehr:index:Package";

const SECRET_NAME =
  /secret|passw|pwd|token|connection_?string|(access|account|api|private|shared|master|primary)_?key/i;
/**
 * Settings that look secret but are not: without local authentication (EHR-LOG-03), this one only says where telemetry goes.
 */
const NOT_SECRET = ["APPLICATIONINSIGHTS_CONNECTION_STRING"];
const FROM_VAULT = "@Microsoft.KeyVault(";
const SECRET_VALUE = [
  /[?&]sig=/i,
  /(AccountKey|SharedAccessKey|SharedAccessSignature|AccessKey|Password|Pwd|ClientSecret|client_secret)\s*=/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\beyJ[\w-]+\.eyJ[\w-]+\./,
  /:\/\/[^/\s:@]+:[^/\s@]+@/,
  /^[A-Za-z0-9+/]{43}=$/,
  /^[A-Za-z0-9+/]{86}==$/,
  /^[\w.~-]{3}8Q~[\w.~-]{31,37}$/,
];

const DANGEROUS: Readonly<Record<string, RegExp>> = {
  NODE_TLS_REJECT_UNAUTHORIZED: /^(?!1$)/,
  NODE_OPTIONS: /--(inspect|require|import|loader|eval|tls-min-v1\.[01]|insecure)|(^|\s)-r\s/,
  NODE_EXTRA_CA_CERTS: /./,
  NODE_DEBUG: /./,
  SSLKEYLOGFILE: /./,
  STORE_SQLITE_FILE: /./,
  HTTP_PROXY: /./,
  HTTPS_PROXY: /./,
  SCM_DO_BUILD_DURING_DEPLOYMENT: /^(true|1)$/i,
  ENABLE_ORYX_BUILD: /^(true|1)$/i,
};

export const siteSettingRules = [
  rule(
    "EHR-WEB-20",
    {
      says: "No setting holds a secret",
      severity: "critical",
      control: CONTROLS.encryption,
      remedy:
        "Reach the service by the managed identity, or keep the secret in the vault and set its name. Rotate what was here: settings are readable by everybody who may read the site, and are in the state.",
    },
    [...SETTINGS, ...SITES],
    all(mapSecrets, listSecrets),
  ),
  ruleInTwoHalves(
    "EHR-WEB-21",
    {
      says: "A site runs one package, named by its digest, fetched by the site's identity",
      severity: "critical",
      control: CONTROLS.integrity,
      remedy:
        "Set WEBSITE_RUN_FROM_PACKAGE to the url of the Package resource (no query string), PACKAGE_DIGEST to the same digest, and WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID to the identity's id.",
    },
    SETTINGS,
    runsPackage,
    packageIsFed,
  ),
  rule(
    "EHR-WEB-29",
    {
      says: "No setting weakens the connector",
      severity: "critical",
      control: CONTROLS.integrity,
      remedy:
        "Remove the setting: it turns off certificate checks, opens a debugger, changes the code that runs or who is trusted. CONNECTOR_ENVIRONMENT is test or production, and addresses start with https://.",
    },
    SETTINGS,
    hardened,
  ),
  ruleInTwoHalves(
    "EHR-WEB-30",
    {
      says: "A deployment ends when site and slot answer, over HTTPS, with the package and settings they were given",
      severity: "medium",
      control: CONTROLS.integrity,
      remedy:
        "Make a Ready resource that depends on the settings of every site, with the site's https origin.",
    },
    [READY],
    all(atLeast("sites.length", 1), (resource) =>
      each("sites", (site, where) =>
        all(
          matchesOnceKnown("address", /^https:\/\/[^/?#@]+$/, "an https origin"),
          matches("digest", /^[0-9a-f]{64}$/, "the package's SHA-256"),
        )({ ...resource, props: site }).map((words) => where + "." + words),
      )(resource),
    ),
    (stack) =>
      stack
        .of(...SETTINGS)
        .filter((settings) => !stack.of(READY).some((ready) => ready.needs().includes(settings)))
        .map((about) => ({ about, says: "nobody waits until its site answers" })),
  ),
];

function mapSecrets({ props }: Parameters<Check>[0]): readonly string[] {
  const settings = members(props, "properties");
  return settings === UNKNOWN ? [] : settings.flatMap(([name, value]) => secretViolations(name, value));
}

function listSecrets({ props }: Parameters<Check>[0]): readonly string[] {
  return ["siteConfig.appSettings", "siteConfig.connectionStrings"].flatMap((path) => {
    const list = items(props, path);
    return list === UNKNOWN
      ? []
      : list.flatMap((one) =>
          secretViolations(String(at(one, "name")), at(one, "value") ?? at(one, "connectionString")),
        );
  });
}

/** A fault that names the setting, never its value. */
export function secretViolations(name: string, value: unknown): readonly string[] {
  if (value === UNKNOWN) return [];
  const text = typeof value === "string" ? value : "";
  if (text.startsWith(FROM_VAULT) || text === "") return [];
  if (SECRET_VALUE.some((shape) => shape.test(text))) return ["the setting " + name + " looks like a secret"];
  return SECRET_NAME.test(name) && !NOT_SECRET.includes(name)
    ? ["the setting " + name + " is named like a secret and is not a vault reference"]
    : [];
}

function runsPackage({ props }: Parameters<Check>[0]): readonly string[] {
  const url = at(props, "properties.WEBSITE_RUN_FROM_PACKAGE");
  const digest = at(props, "properties.PACKAGE_DIGEST");
  const identity = at(props, "properties.WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID");
  const violations: string[] = [];
  if (typeof digest !== "string" || !/^[0-9a-f]{64}$/.test(digest))
    violations.push("PACKAGE_DIGEST " + said(digest) + "; it must be the package's SHA-256");
  if (identity === undefined || identity === "")
    violations.push(
      "WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID is not set, so the site would ask as another identity",
    );
  if (url === UNKNOWN) return violations;
  const shape = /^https:\/\/[a-z0-9]{3,24}\.blob\.[a-z.]+\/[a-z0-9-]{3,63}\/([0-9a-f]{64})\.zip$/.exec(
    typeof url === "string" ? url : "",
  );
  if (shape === null)
    violations.push(
      "WEBSITE_RUN_FROM_PACKAGE must be the address of a blob named <digest>.zip, without a query string",
    );
  else if (shape[1] !== digest)
    violations.push("WEBSITE_RUN_FROM_PACKAGE is another package than PACKAGE_DIGEST says");
  return violations;
}

/** In a preview the package's address is not known, but the resource that it comes from is. */
function packageIsFed(stack: Stack): readonly Finding[] {
  return stack.of(...SETTINGS).flatMap((settings): readonly Finding[] => {
    const wanted = at(settings.props, "properties.PACKAGE_DIGEST");
    const packages = settings.fedBy("properties").filter(({ type }) => type === PACKAGE);
    const isIdentified = settings.fedBy("properties").some(({ type }) => type === IDENTITY);
    return [
      ...(packages.some(({ props }) => digestOf(props) === wanted)
        ? []
        : ["is not fed by the Package resource whose digest is PACKAGE_DIGEST"]),
      ...(isIdentified ? [] : ["does not name the stack's managed identity"]),
    ].map((says) => ({ about: settings, says }));
  });
}

/** The package's digest: an input before the package is stored, and part of its address afterwards. */
function digestOf(props: unknown): unknown {
  const [digest, url] = [at(props, "digest"), at(props, "url")];
  return digest ?? (typeof url === "string" ? /([0-9a-f]{64})\.zip$/.exec(url)?.[1] : undefined);
}

function hardened({ props }: Parameters<Check>[0]): readonly string[] {
  const settings = members(props, "properties");
  if (settings === UNKNOWN) return ["properties " + said(UNKNOWN)];
  const environment = at(props, "properties.CONNECTOR_ENVIRONMENT");
  return [
    ...(environment === "test" || environment === "production"
      ? []
      : ["CONNECTOR_ENVIRONMENT " + said(environment) + "; it must be test or production"]),
    ...settings.flatMap(([name, value]) => {
      if (typeof value !== "string") return [];
      if (DANGEROUS[name.toUpperCase()]?.test(value) === true) return [name + " must not be set like this"];
      return value.toLowerCase().startsWith("http://") ? [name + " is a plain http address"] : [];
    }),
  ];
}
