/** The firewall before the edge: what it stops, and what its log must not hold. */
import { PATHS, pathPattern } from "../../../app/domain/addresses.ts";
import { all, each, is, isAbsent } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at, items, said, UNKNOWN } from "../reading.ts";
import { rule, type Check } from "../rule.ts";

export const FIREWALL = "azure-native:frontdoor:Policy";

/**
 * An EHR starts a launch with its own address in `iss`, which the rule against foreign addresses takes for an attack. So
 * that rule may only write down, or leave `iss` out; the connector compares it with its configured addresses.
 */
const MAY_LOG = "931130";
const EXCLUSIONS = [{ rule: MAY_LOG, variable: "QueryStringArgNames", name: "iss" }];
export const SCRUBBED = ["RequestUri", "RequestIPAddress", "QueryStringArgNames"];
/** A request's URI has scheme, host, port and query there; this is one path, without a query. */
const EVENTS = "^https://[^/?#]+" + pathPattern(PATHS.events) + "$";
/** A hospital's clinicians share one address. */
const MOST_REQUESTS = 10_000;
/** What the firewall can hide, and Front Door itself never writes down. */
const SCRUBBED_BODY = [
  "RequestBodyPostArgNames",
  "RequestBodyJsonArgNames",
  "RequestCookieNames",
  "RequestHeaderNames",
];

export const firewallRules = [
  rule(
    "EHR-WAF-01",
    {
      says: "The firewall stops attacks and robots, and leaves nothing out",
      severity: "critical",
      control: CONTROLS.malware,
      remedy: `Set policySettings.enabledState: "Enabled", mode: "Prevention", requestBodyCheck: "Enabled"; managed rules Microsoft_DefaultRuleSet 2.0 or newer and Microsoft_BotManagerRuleSet, without overrides that turn rules off. Exceptions are rule 931130, which takes every launch for an attack, and POST to exactly ${PATHS.events}, after the rate limit: patients' own words come by it.`,
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
        at(one, "enabledState") === "Enabled" && (at(one, "action") === "Block" || letsEventsIn(one))
          ? []
          : [where + " does not block, or is off"],
      ),
      limitFirst,
    ),
  ),
  rule(
    "EHR-WAF-02",
    {
      says: "The firewall's log holds no link, query, field, cookie, header or client address",
      severity: "high",
      control: CONTROLS.minimumNecessary,
      remedy:
        'Set policySettings.state: "Enabled" with scrubbingRules for RequestUri, RequestIPAddress, QueryStringArgNames and the names of body fields, cookies and headers, each EqualsAny and enabled.',
    },
    [FIREWALL],
    all(
      is("policySettings.state", "Enabled"),
      scrubs("policySettings.scrubbingRules", [...SCRUBBED, ...SCRUBBED_BODY]),
    ),
  ),
  rule(
    "EHR-WAF-03",
    {
      says: "One address cannot flood the connector",
      severity: "medium",
      control: CONTROLS.malware,
      remedy:
        "Give customRules a RateLimitRule that blocks: rateLimitDurationInMinutes 1 or 5, rateLimitThreshold of 10000 or less, over every request: RequestHeader Host, GreaterThanOrEqual 0. A RequestUri starts with https://, so one that begins with / is no request's.",
    },
    [FIREWALL],
    ({ props }) => {
      const rules = items(props, "customRules.rules");
      return rules !== UNKNOWN && rules.some(limits)
        ? []
        : ["customRules has no rate limit over every request"];
    },
  ),
];

function limits(rule: unknown): boolean {
  const threshold = at(rule, "rateLimitThreshold");
  return (
    at(rule, "ruleType") === "RateLimitRule" &&
    at(rule, "action") === "Block" &&
    at(rule, "enabledState") === "Enabled" &&
    typeof threshold === "number" &&
    threshold > 0 &&
    threshold <= MOST_REQUESTS &&
    [1, 5].includes(Number(at(rule, "rateLimitDurationInMinutes"))) &&
    hasConditions(rule, [["RequestHeader", "Host", "GreaterThanOrEqual", "0"]])
  );
}

/** The connector itself checks the token of who calls there. */
const letsEventsIn = (rule: unknown): boolean =>
  at(rule, "ruleType") === "MatchRule" &&
  at(rule, "action") === "Allow" &&
  hasConditions(rule, [
    ["RequestMethod", undefined, "Equal", "POST"],
    ["RequestUri", undefined, "RegEx", EVENTS],
  ]);

/** What is let in ends the firewall's work, the limit's too. */
function limitFirst({ props }: Parameters<Check>[0]): readonly string[] {
  const rules = items(props, "customRules.rules");
  if (rules === UNKNOWN) return [];
  const first = (wanted: (rule: unknown) => boolean) =>
    Math.min(...rules.filter(wanted).map((one) => Number(at(one, "priority"))));
  const letIn = rules.filter((one) => at(one, "action") === "Allow");
  return letIn.every((one) => first(limits) < Number(at(one, "priority")))
    ? []
    : ["customRules lets in what no limit counted before"];
}

type Condition = readonly [variable: string, selector: string | undefined, operator: string, value: string];

function hasConditions(rule: unknown, wanted: readonly Condition[]): boolean {
  const conditions = items(rule, "matchConditions");
  return (
    conditions !== UNKNOWN &&
    conditions.length === wanted.length &&
    wanted.every(([variable, selector, operator, value], index) => {
      const values = items(conditions[index], "matchValue");
      return (
        at(conditions[index], "matchVariable") === variable &&
        at(conditions[index], "selector") === selector &&
        at(conditions[index], "operator") === operator &&
        at(conditions[index], "negateCondition") !== true &&
        values !== UNKNOWN &&
        values.length === 1 &&
        values[0] === value
      );
    })
  );
}

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

export function scrubs(path: string, variables: readonly string[]): Check {
  return ({ props }) => {
    const list = items(props, path);
    if (list === UNKNOWN) return [path + " " + said(UNKNOWN)];
    const scrubbed = list
      .filter((one) => at(one, "state") === "Enabled" && at(one, "selectorMatchOperator") === "EqualsAny")
      .map((one) => at(one, "matchVariable"));
    return variables
      .filter((variable) => !scrubbed.includes(variable))
      .map((variable) => path + " leaves " + variable + " in");
  };
}
