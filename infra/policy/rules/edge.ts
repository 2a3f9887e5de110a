/** Rules about Front Door and its firewall, by which patients and vendors reach the connector. */
import { all, is, isAbsent, isAtMost, isThere } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at, items, UNKNOWN } from "../reading.ts";
import { rule, stackRule, type Finding, type Stack } from "../rule.ts";
import { FIREWALL, SCRUBBED, scrubs } from "./firewall.ts";
import { edgeBeforeSite } from "./siteAccess.ts";

const PROFILE = "azure-native:cdn:Profile";
const ENDPOINT = "azure-native:cdn:AFDEndpoint";
const DOMAIN = "azure-native:cdn:AFDCustomDomain";
const SECURITY = "azure-native:cdn:SecurityPolicy";

export const edgeRules = [
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
      scrubs("logScrubbing.scrubbingRules", SCRUBBED),
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
      (route) =>
        !policies.some((policy) => {
          const named = policy.fedBy("parameters");
          return named.includes(route) && named.some(({ type }) => type === FIREWALL);
        }),
    )
    .map((about) => ({ about, says: "is not guarded by the firewall" }));
}
