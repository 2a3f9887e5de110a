/** Rules about the firewall in front of the connector: what it stops, and what its log must not hold. */
import { PATHS } from "../../../app/domain/addresses.ts";
import { CALL_EVENTS, EVENTS, LINKS, WAITING } from "../../stack/atTheEdge.ts";
import { LEFT_OUT, RULES_OF_RANDOM_TEXT } from "../../stack/leftOut.ts";
import { all, each, is, isAbsent } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at, items, said, UNKNOWN } from "../reading.ts";
import { rule, type Check } from "../rule.ts";

export const FIREWALL = "azure-native:frontdoor:Policy";

/**
 * An EHR starts a launch with its own address in `iss`, which this managed rule against foreign addresses takes for an
 * attack. So this rule may log instead of block, or may exclude `iss`; the connector compares `iss` with its configured
 * addresses.
 */
const MAY_LOG = "931130";
const EXCLUSIONS = [
  {
    rule: MAY_LOG,
    what: { matchVariable: "QueryStringArgNames", selectorMatchOperator: "Equals", selector: "iss" },
  },
  ...RULES_OF_RANDOM_TEXT.flatMap(({ id }) => LEFT_OUT.map((what) => ({ rule: id, what }))),
];
export const SCRUBBED = ["RequestUri", "RequestIPAddress", "QueryStringArgNames"];
/** The highest limit for requests of one address; a hospital's clinicians share one address. */
const MOST_REQUESTS = 10_000;
/** Addresses that the limit over all requests may leave out if each has a limit of its own, and the highest such limit. */
const APART: readonly (readonly [address: string, most: number])[] = [
  [CALL_EVENTS, 100_000],
  [LINKS, 50_000],
  [WAITING, 100_000],
];
/** Variables that the firewall could hide, but that Front Door never logs. */
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
      remedy: `Set policySettings.enabledState: "Enabled", mode: "Prevention", requestBodyCheck: "Enabled"; managed rules Microsoft_DefaultRuleSet 2.0 or newer and Microsoft_BotManagerRuleSet, without overrides that turn rules off. Exceptions are rule 931130, which takes every launch for an attack, the exclusions of infra/stack/leftOut.ts in the rules that take random text for an attack, and POST to exactly ${PATHS.events}, by which patients' own words come, and ${PATHS.callEvents}, by which encrypted notifications come, after every rate limit.`,
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
        at(one, "enabledState") === "Enabled" && (at(one, "action") === "Block" || letsWebhookIn(one))
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
        "Give customRules a RateLimitRule that blocks: rateLimitDurationInMinutes 1 or 5, rateLimitThreshold of 10000 or less, over every request: RequestHeader Host, GreaterThanOrEqual 0. Negated conditions may leave out the addresses of infra/stack/atTheEdge.ts for Graph's notifications (at most 100000), links (at most 50000) and open pages that ask who waits (at most 100000), each of which then needs a limit of its own. A RequestUri starts with https://, so one that begins with / is no request's.",
    },
    [FIREWALL],
    ({ props }) => {
      const rules = items(props, "customRules.rules");
      return rules !== UNKNOWN && rules.some((one) => limitsAll(one, rules))
        ? []
        : ["customRules has no rate limit over every request"];
    },
  ),
];

/** Whether every request is counted, either by this rule or by the limit of an address that this rule leaves out. */
const limitsAll = (rule: unknown, rules: readonly unknown[]): boolean =>
  APART.reduce<(typeof APART)[number][][]>(
    (sets, one) => sets.flatMap((set) => [set, [...set, one]]),
    [[]],
  ).some(
    (leftOut) =>
      limits(rule, MOST_REQUESTS, [
        ["RequestHeader", "Host", "GreaterThanOrEqual", "0"],
        ...leftOut.map(([address]): Condition => ["RequestUri", undefined, "RegEx", address, "negated"]),
      ]) &&
      leftOut.every(([address, most]) =>
        rules.some((one) => limits(one, most, [["RequestUri", undefined, "RegEx", address]])),
      ),
  );

function limits(rule: unknown, most: number, conditions: readonly Condition[]): boolean {
  const threshold = at(rule, "rateLimitThreshold");
  return (
    at(rule, "ruleType") === "RateLimitRule" &&
    at(rule, "action") === "Block" &&
    at(rule, "enabledState") === "Enabled" &&
    typeof threshold === "number" &&
    threshold > 0 &&
    threshold <= most &&
    [1, 5].includes(Number(at(rule, "rateLimitDurationInMinutes"))) &&
    hasConditions(rule, conditions)
  );
}

/** Whether the rule admits POST requests to a webhook, at which the connector itself checks the caller's token. */
const letsWebhookIn = (rule: unknown): boolean =>
  at(rule, "ruleType") === "MatchRule" &&
  at(rule, "action") === "Allow" &&
  [EVENTS, CALL_EVENTS].some((address) =>
    hasConditions(rule, [
      ["RequestMethod", undefined, "Equal", "POST"],
      ["RequestUri", undefined, "RegEx", address],
    ]),
  );

/** A request that a rule lets in is not looked at by later rules, limits included; so all limits have to come first. */
function limitFirst({ props }: Parameters<Check>[0]): readonly string[] {
  const rules = items(props, "customRules.rules");
  if (rules === UNKNOWN) return [];
  const priorities = (wanted: (rule: unknown) => boolean) =>
    rules.filter(wanted).map((one) => Number(at(one, "priority")));
  const counted = priorities((one) => at(one, "ruleType") === "RateLimitRule");
  const letIn = priorities((one) => at(one, "action") === "Allow");
  return letIn.length === 0 || (counted.length > 0 && Math.max(...counted) < Math.min(...letIn))
    ? []
    : ["customRules lets in what no limit counted before"];
}

type Condition = readonly [
  variable: string,
  selector: string | undefined,
  operator: string,
  value: string,
  negated?: "negated",
];

function hasConditions(rule: unknown, wanted: readonly Condition[]): boolean {
  const conditions = items(rule, "matchConditions");
  return (
    conditions !== UNKNOWN &&
    conditions.length === wanted.length &&
    wanted.every(([variable, selector, operator, value, negated], index) => {
      const values = items(conditions[index], "matchValue");
      return (
        at(conditions[index], "matchVariable") === variable &&
        at(conditions[index], "selector") === selector &&
        at(conditions[index], "operator") === operator &&
        (at(conditions[index], "negateCondition") === true) === (negated !== undefined) &&
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
        // Azure turns off a managed rule whose state is left out.
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
            known.rule === rule && Object.entries(known.what).every(([key, value]) => at(one, key) === value),
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
