/** Front Door and its firewall: where patients and vendors come in. */
import { all, each, is, isAbsent, isAtMost, isThere } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at, items, said, UNKNOWN } from "../reading.ts";
import { rule, stackRule, type Check, type Finding, type Stack } from "../rule.ts";
import { edgeBeforeSite } from "./siteDoors.ts";

const FIREWALL = "azure-native:frontdoor:Policy";
const PROFILE = "azure-native:cdn:Profile";
const ENDPOINT = "azure-native:cdn:AFDEndpoint";
const DOMAIN = "azure-native:cdn:AFDCustomDomain";
const SECURITY = "azure-native:cdn:SecurityPolicy";

/**
 * An EHR starts a launch with its own address in `iss`, which the rule against foreign addresses takes for an attack. So
 * that rule may only write down, or leave `iss` out; the connector compares it with its configured addresses.
 */
const MAY_LOG = "931130";
const EXCLUSIONS = [{ rule: MAY_LOG, variable: "QueryStringArgNames", name: "iss" }];
const SCRUBBED = ["RequestUri", "RequestIPAddress", "QueryStringArgNames"];

export const edgeRules = [
  rule(
    "EHR-WAF-01",
    {
      says: "The firewall stops attacks and robots, and leaves nothing out",
      severity: "critical",
      control: CONTROLS.malware,
      remedy:
        'Set policySettings.enabledState: "Enabled", mode: "Prevention", requestBodyCheck: "Enabled"; managed rules Microsoft_DefaultRuleSet 2.0 or newer and Microsoft_BotManagerRuleSet, without overrides that turn rules off. The one exception is rule 931130, which takes every launch for an attack.',
    },
    [FIREWALL],
    all(
      is("policySettings.enabledState", "Enabled"),
      is("policySettings.mode", "Prevention"),
      is("policySettings.requestBodyCheck", "Enabled"),
      is("sku.name", "Premium_AzureFrontDoor"),
      isAbsent("managedRules.exceptionsList"),
      ruleSets,
      each("customRules.rules", (one, where) =>
        at(one, "action") === "Allow" || at(one, "enabledState") === "Disabled"
          ? [where + " lets requests past the managed rules, or is off"]
          : [],
      ),
    ),
  ),
  rule(
    "EHR-WAF-02",
    {
      says: "The firewall's log holds no link, query or client address",
      severity: "high",
      control: CONTROLS.minimumNecessary,
      remedy:
        'Set policySettings.state: "Enabled" with scrubbingRules for RequestUri, RequestIPAddress and QueryStringArgNames, each EqualsAny and enabled.',
    },
    [FIREWALL],
    all(is("policySettings.state", "Enabled"), scrubs("policySettings.scrubbingRules")),
  ),
  rule(
    "EHR-FD-01",
    {
      says: "Front Door's log holds no link, query or client address",
      severity: "high",
      control: CONTROLS.minimumNecessary,
      remedy:
        'Set logScrubbing.state: "Enabled" with scrubbingRules for RequestUri, RequestIPAddress and QueryStringArgNames; the firewall\'s managed rules need sku Premium_AzureFrontDoor.',
    },
    [PROFILE],
    all(
      is("sku.name", "Premium_AzureFrontDoor"),
      is("logScrubbing.state", "Enabled"),
      scrubs("logScrubbing.scrubbingRules"),
    ),
  ),
  rule(
    "EHR-FD-02",
    {
      says: "A route is HTTPS on both sides and keeps no copies of pages",
      severity: "critical",
      control: CONTROLS.transmissionEncryption,
      remedy:
        'Set supportedProtocols to ["Https"], or to both with httpsRedirect: "Enabled"; forwardingProtocol: "HttpsOnly"; leave cacheConfiguration out: pages with a link are nobody else\'s.',
    },
    ["azure-native:cdn:Route"],
    all(
      is("forwardingProtocol", "HttpsOnly"),
      isAbsent("cacheConfiguration"),
      isAtMost("enabledState", "Enabled"),
      (resource) => {
        const protocols = items(resource.props, "supportedProtocols");
        const httpsOnly = protocols !== UNKNOWN && protocols.length === 1 && protocols[0] === "Https";
        return httpsOnly ? [] : is("httpsRedirect", "Enabled")(resource);
      },
    ),
  ),
  rule(
    "EHR-FD-03",
    {
      says: "The public host speaks TLS 1.2 or newer",
      severity: "critical",
      control: CONTROLS.transmissionEncryption,
      remedy:
        'Set tlsSettings.minimumTlsVersion: "TLS12" and certificateType: "ManagedCertificate" or "CustomerCertificate".',
    },
    [DOMAIN],
    all(
      is("tlsSettings.minimumTlsVersion", "TLS12", "TLS13"),
      is("tlsSettings.certificateType", "ManagedCertificate", "CustomerCertificate"),
    ),
  ),
  rule(
    "EHR-FD-04",
    {
      says: "Front Door talks to the site only, and checks its certificate",
      severity: "high",
      control: CONTROLS.transmission,
      remedy:
        "Set enforceCertificateNameCheck: true, hostName and originHostHeader to the site's own host name.",
    },
    ["azure-native:cdn:AFDOrigin"],
    all(
      is("enforceCertificateNameCheck", true),
      isThere("hostName"),
      isThere("originHostHeader"),
      isAtMost("enabledState", "Enabled"),
    ),
  ),
  stackRule(
    "EHR-FD-05",
    {
      says: "Every way through Front Door passes the firewall",
      severity: "critical",
      control: CONTROLS.malware,
      remedy:
        'Make a SecurityPolicy of type WebApplicationFirewall whose wafPolicy is the firewall and whose associations name every endpoint and custom domain with patternsToMatch ["/*"].',
    },
    guarded,
  ),
  rule(
    "EHR-FD-06",
    {
      says: "Front Door asks after the site over HTTPS",
      severity: "medium",
      control: CONTROLS.transmission,
      remedy: 'Set healthProbeSettings.probeProtocol: "Https" and probePath: "/healthz".',
    },
    ["azure-native:cdn:AFDOriginGroup"],
    all(is("healthProbeSettings.probeProtocol", "Https"), isAtMost("sessionAffinityState", "Disabled")),
  ),
  edgeBeforeSite,
];

function ruleSets({ props }: Parameters<Check>[0]): readonly string[] {
  const sets = items(props, "managedRules.managedRuleSets");
  if (sets === UNKNOWN) return ["managedRules.managedRuleSets " + said(UNKNOWN)];
  const has = (type: string, oldest: number) =>
    sets.some(
      (one) =>
        at(one, "ruleSetType") === type && Number.parseFloat(String(at(one, "ruleSetVersion"))) >= oldest,
    );
  return [
    ...(has("Microsoft_DefaultRuleSet", 2) ? [] : ["Microsoft_DefaultRuleSet 2.0 or newer is missing"]),
    ...(has("Microsoft_BotManagerRuleSet", 1) ? [] : ["Microsoft_BotManagerRuleSet is missing"]),
    ...sets.flatMap((set) => [
      ...(at(set, "ruleSetType") === "Microsoft_DefaultRuleSet" && at(set, "ruleSetAction") !== "Block"
        ? ["ruleSetAction " + said(at(set, "ruleSetAction")) + "; it must be Block"]
        : []),
      ...excluded(set, "exclusions", undefined),
      ...overridden(set),
    ]),
  ];
}

function overridden(set: unknown): readonly string[] {
  const groups = items(set, "ruleGroupOverrides");
  if (groups === UNKNOWN) return ["ruleGroupOverrides " + said(UNKNOWN)];
  return groups.flatMap((group) => {
    const rules = items(group, "rules");
    if (rules === UNKNOWN) return ["ruleGroupOverrides.rules " + said(UNKNOWN)];
    return [
      ...excluded(group, "exclusions", undefined),
      ...rules.flatMap((one) => {
        const id = String(at(one, "ruleId"));
        const action = at(one, "action");
        // Left out, Azure turns the rule off.
        const weak =
          at(one, "enabledState") !== "Enabled" || action === "Allow" || (action === "Log" && id !== MAY_LOG);
        return [...(weak ? ["rule " + id + " is turned off"] : []), ...excluded(one, "exclusions", id)];
      }),
    ];
  });
}

function excluded(from: unknown, path: string, rule: string | undefined): readonly string[] {
  const list = items(from, path);
  if (list === UNKNOWN) return [path + " " + said(UNKNOWN)];
  return list
    .filter(
      (one) =>
        !EXCLUSIONS.some(
          (known) =>
            known.rule === rule &&
            known.variable === at(one, "matchVariable") &&
            known.name === at(one, "selector") &&
            at(one, "selectorMatchOperator") === "Equals",
        ),
    )
    .map(
      (one) =>
        "an exclusion leaves out " +
        String(at(one, "selector")) +
        (rule === undefined ? "" : " in rule " + rule),
    );
}

function scrubs(path: string): Check {
  return ({ props }) => {
    const list = items(props, path);
    if (list === UNKNOWN) return [path + " " + said(UNKNOWN)];
    const scrubbed = list
      .filter((one) => at(one, "state") === "Enabled" && at(one, "selectorMatchOperator") === "EqualsAny")
      .map((one) => at(one, "matchVariable"));
    return SCRUBBED.filter((variable) => !scrubbed.includes(variable)).map(
      (variable) => path + " leaves " + variable + " in",
    );
  };
}

function guarded(stack: Stack): readonly Finding[] {
  const policies = stack.of(SECURITY).filter(({ props }) => {
    const associations = items(props, "parameters.associations");
    return (
      at(props, "parameters.type") === "WebApplicationFirewall" &&
      associations !== UNKNOWN &&
      associations.some((one) => at(one, "patternsToMatch.0") === "/*")
    );
  });
  return [...stack.of(ENDPOINT), ...stack.of(DOMAIN)]
    .filter(
      (door) =>
        !policies.some((policy) => {
          const named = policy.fedBy("parameters");
          return named.includes(door) && named.some(({ type }) => type === FIREWALL);
        }),
    )
    .map((about) => ({ about, says: "is not guarded by the firewall" }));
}
