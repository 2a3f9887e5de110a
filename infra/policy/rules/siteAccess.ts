/** Rules about App Service: who may reach a site, and which resources have to exist beside it. */
import { isListed } from "../addresses.ts";
import { all, each, inProduction, is, isThere } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at, items, members, said, UNKNOWN } from "../reading.ts";
import {
  rule,
  ruleInTwoHalves,
  stackRule,
  type Check,
  type Finding,
  type Stack,
  type StackCheck,
} from "../rule.ts";
import { SITE, SITES, SLOT } from "./site.ts";

const EDGE_TAG = "AzureFrontDoor.Backend";
const EDGE_HEADER = "x-azure-fdid";

export const siteAccessRules = [
  ...basicPasswords("EHR-WEB-08", "FTP", "WebAppFtpAllowed"),
  ...basicPasswords("EHR-WEB-09", "the deployment end", "WebAppScmAllowed"),
  ruleInTwoHalves(
    "EHR-WEB-15",
    {
      says: "A production site stands in the deployment's network",
      severity: "high",
      control: CONTROLS.network,
      remedy: "Set virtualNetworkSubnetId to the id of the app's subnet, as the subnet resource gives it.",
    },
    SITES,
    inProduction(isThere("virtualNetworkSubnetId")),
    (stack) =>
      stack
        .of(...SITES)
        .filter(({ said: { environment } }) => environment === "production")
        .filter(
          (site) =>
            !site.fedBy("virtualNetworkSubnetId").some(({ type }) => type === "azure-native:network:Subnet"),
        )
        .map((about) => ({
          about,
          says: "virtualNetworkSubnetId does not come from a subnet of this stack",
        })),
  ),
  rule(
    "EHR-WEB-17",
    {
      says: "A site takes nobody but its edge and listed addresses",
      severity: "critical",
      control: CONTROLS.network,
      remedy:
        "Set siteConfig.ipSecurityRestrictionsDefaultAction: \"Deny\"; in production allow the service tag AzureFrontDoor.Backend with the header x-azure-fdid, and the addresses that may deploy; in test the hospital's addresses and the vendors' service tags.",
    },
    SITES,
    all(
      is("siteConfig.ipSecurityRestrictionsDefaultAction", "Deny"),
      restrictions("siteConfig.ipSecurityRestrictions"),
      edgeOnly,
    ),
  ),
  rule(
    "EHR-WEB-18",
    {
      says: "A site's deployment end takes nobody who is not listed",
      severity: "high",
      control: CONTROLS.network,
      remedy:
        'Set siteConfig.scmIpSecurityRestrictionsDefaultAction: "Deny" and allow single addresses only.',
    },
    SITES,
    all(
      is("siteConfig.scmIpSecurityRestrictionsDefaultAction", "Deny"),
      restrictions("siteConfig.scmIpSecurityRestrictions"),
    ),
  ),
];

/** Two small resources beside each site switch basic authentication off; where one is missing, passwords work. */
function basicPasswords(id: string, service: string, name: string) {
  const [ofSite, ofSlot] = ["azure-native:web:" + name, "azure-native:web:" + name + "Slot"] as const;
  return [
    ruleInTwoHalves(
      id,
      {
        says: "No password opens " + service + " of a site",
        severity: "high",
        control: CONTROLS.authentication,
        remedy: "Give every site a " + name + " and every slot a " + name + "Slot with allow: false.",
      },
      [ofSite, ofSlot],
      is("allow", false),
      beside([SITE, ofSite], [SLOT, ofSlot]),
    ),
  ];
}

function beside(...pairs: readonly (readonly [string, string])[]): StackCheck {
  return (stack) =>
    pairs.flatMap(([owner, part]) =>
      stack
        .of(owner)
        .filter((site) => !partsOf(stack, part, owner).has(site.urn))
        .map((about): Finding => ({
          about,
          says: "has no " + (part.split(":").at(-1) ?? part) + " beside it",
        })),
    );
}

const partsOf = (stack: Stack, part: string, owner: string): ReadonlySet<string> =>
  new Set(
    stack
      .of(part)
      .flatMap((one) => one.needs())
      .filter(({ type }) => type === owner)
      .map(({ urn }) => urn),
  );

/** Each rule that admits callers has to name them: a subnet, a service, or addresses of one owner. */
function restrictions(path: string): Check {
  return (resource) =>
    each(path, (member, where) => {
      const action = at(member, "action");
      if (action === "Deny") return [];
      if (action !== "Allow") return [where + ".action " + said(action) + "; it must be Allow or Deny"];
      if (at(member, "vnetSubnetResourceId") !== undefined) return [];
      const address = at(member, "ipAddress");
      if (at(member, "tag") === "ServiceTag")
        return serviceViolations(resource.said.environment, address, member, where);
      return typeof address === "string" && isListed(address)
        ? []
        : [where + ".ipAddress " + said(address) + "; it must be one address or a block of one owner"];
    })(resource);
}

function serviceViolations(
  environment: string,
  service: unknown,
  member: unknown,
  where: string,
): readonly string[] {
  if (service === EDGE_TAG)
    return hasEdgeHeader(member)
      ? []
      : [where + " lets in every customer's Front Door: headers." + EDGE_HEADER + " is missing"];
  if (typeof service !== "string" || !/^[A-Za-z]+(\.[A-Za-z0-9]+)?$/.test(service) || service === "Internet")
    return [where + ".ipAddress " + said(service) + "; it must be the name of a vendor's service tag"];
  return environment === "production"
    ? [where + " lets in " + service + "; in production only the edge comes by a service tag"]
    : [];
}

/**
 * Whether the rule asks for Front Door's header. The id itself is known once the profile exists; that the header is asked
 * for is known at once.
 */
function hasEdgeHeader(member: unknown): boolean {
  const headers = members(member, "headers");
  if (headers === UNKNOWN) return true;
  return headers.some(([name]) => {
    if (name.toLowerCase() !== EDGE_HEADER) return false;
    const ids = items(member, "headers." + name);
    return (
      ids === UNKNOWN ||
      (ids.length > 0 && ids.every((id) => id === UNKNOWN || (typeof id === "string" && id !== "")))
    );
  });
}

/** Patients reach a production site through its edge only; a slot has no edge. */
function edgeOnly({ type, said: { environment }, props }: Parameters<Check>[0]): readonly string[] {
  if (type !== SITE || environment !== "production") return [];
  const list = items(props, "siteConfig.ipSecurityRestrictions");
  return list !== UNKNOWN &&
    list.some((member) => at(member, "ipAddress") === EDGE_TAG && hasEdgeHeader(member))
    ? []
    : ["siteConfig.ipSecurityRestrictions has no rule for " + EDGE_TAG + " with the header " + EDGE_HEADER];
}

export const edgeBeforeSite = stackRule(
  "EHR-FD-07",
  {
    says: "Production stands behind Front Door",
    severity: "critical",
    control: CONTROLS.network,
    remedy: "Give production an edge (edge: frontDoor) with a route to its site.",
  },
  (stack) =>
    stack.said.environment === "production" &&
    stack.of(SITE).length > 0 &&
    stack.of("azure-native:cdn:Route").length === 0
      ? [{ says: "a production site has no Front Door route before it" }]
      : [],
);
