import { LEFT_OUT, RULES_OF_RANDOM_TEXT } from "../../../infra/stack/leftOut.ts";
import type { CasesById } from "./cases.ts";
import { drop, put, take, unlink } from "./scene.ts";

const rules = "managedRules.managedRuleSets";
const override = (rule: object) => ({ ruleGroupOverrides: [{ ruleGroupName: "SQLI", rules: [rule] }] });
const set = (more: object) => ({
  ruleSetType: "Microsoft_DefaultRuleSet",
  ruleSetVersion: "2.1",
  ruleSetAction: "Block",
  ...more,
});

const limit = {
  ruleType: "RateLimitRule",
  action: "Block",
  enabledState: "Enabled",
  priority: 1,
  rateLimitDurationInMinutes: 1,
  rateLimitThreshold: 1000,
  matchConditions: [
    { matchVariable: "RequestHeader", selector: "Host", operator: "GreaterThanOrEqual", matchValue: ["0"] },
  ],
};

export const edgeCases: CasesById = {
  "EHR-WAF-01": {
    fails: [
      [
        "a rule that says nothing, which turns it off",
        put("firewall", rules + ".0", set(override({ ruleId: "942100" }))),
      ],
      ["no action", take("firewall", rules + ".0.ruleSetAction")],
      ["only looks", put("firewall", "policySettings.mode", "Detection")],
      ["off", put("firewall", "policySettings.enabledState", "Disabled")],
      ["bodies unread", put("firewall", "policySettings.requestBodyCheck", "Disabled")],
      ["old rules", put("firewall", rules + ".0.ruleSetVersion", "1.1")],
      ["robots", put("firewall", rules, [set({})])],
      ["only writes down", put("firewall", rules + ".0.ruleSetAction", "Log")],
      [
        "a rule turned off",
        put("firewall", rules + ".0", set(override({ ruleId: "942100", enabledState: "Disabled" }))),
      ],
      [
        "a rule that only writes down",
        put(
          "firewall",
          rules + ".0",
          set(override({ ruleId: "942100", enabledState: "Enabled", action: "Log" })),
        ),
      ],
      [
        "a header left out",
        put("firewall", rules + ".0.exclusions", [
          { matchVariable: "RequestHeaderNames", selectorMatchOperator: "EqualsAny", selector: "*" },
        ]),
      ],
      [
        "iss left out of everything",
        put("firewall", rules + ".0.exclusions", [
          { matchVariable: "QueryStringArgNames", selectorMatchOperator: "Equals", selector: "iss" },
        ]),
      ],
      ...(
        [
          ["RequestBodyPostArgNames", "Equals", "reason"],
          ["RequestCookieNames", "StartsWith", "__Secure-"],
          ["QueryStringArgNames", "EqualsAny", "code"],
          ["RequestCookieNames", "Equals", "code"],
        ] as const
      ).map(([matchVariable, selectorMatchOperator, selector]): [string, ReturnType<typeof put>] => [
        `${matchVariable} ${selectorMatchOperator} ${selector} left out of a rule of random text`,
        put(
          "firewall",
          rules + ".0",
          set(
            override({
              ...{ ruleId: "942450", enabledState: "Enabled", action: "AnomalyScoring" },
              exclusions: [...LEFT_OUT, { matchVariable, selectorMatchOperator, selector }],
            }),
          ),
        ),
      ]),
      [
        "our own cookies left out of another rule",
        put(
          "firewall",
          rules + ".0",
          set(
            override({
              ...{ ruleId: "942100", enabledState: "Enabled", action: "AnomalyScoring" },
              exclusions: [...LEFT_OUT],
            }),
          ),
        ),
      ],
      [
        "our own cookies left out of every rule",
        put("firewall", rules + ".0", set({ exclusions: [...LEFT_OUT] })),
      ],
      ["a list of exceptions", put("firewall", "managedRules.exceptionsList", { exceptions: [{}] })],
      ["a way past", put("firewall", "customRules", { rules: [{ name: "friends", action: "Allow" }] })],
      [
        "every path that ends as the one for events",
        put("firewall", "customRules.rules.4.matchConditions.1.matchValue", ["/webhooks/events$"]),
      ],
      ["every method", put("firewall", "customRules.rules.4.matchConditions.0.operator", "Any")],
      [
        "every path but events'",
        put("firewall", "customRules.rules.4.matchConditions.1.negateCondition", true),
      ],
      ["events before they are counted", put("firewall", "customRules.rules.4.priority", 50)],
      ["notifications before they are counted", put("firewall", "customRules.rules.5.priority", 105)],
      [
        "whatever has the path of notifications in its query",
        put("firewall", "customRules.rules.5.matchConditions.1.matchValue", ["/webhooks/graph"]),
      ],
      ["links past the managed rules", put("firewall", "customRules.rules.2.action", "Allow")],
      ["open pages past the managed rules", put("firewall", "customRules.rules.3.action", "Allow")],
      ["a tier without managed rules", put("firewall", "sku.name", "Standard_AzureFrontDoor")],
    ],
    passes: [
      [
        "random text of our own left out of the rules that take it for an attack",
        put(
          "firewall",
          rules + ".0",
          set({
            ruleGroupOverrides: RULES_OF_RANDOM_TEXT.map(({ group, id }) => ({
              ruleGroupName: group,
              rules: [
                {
                  ...{ ruleId: id, enabledState: "Enabled", action: "AnomalyScoring" },
                  exclusions: [...LEFT_OUT],
                },
              ],
            })),
          }),
        ),
      ],
      ["no path for events", put("firewall", "customRules.rules", [limit])],
      [
        "the rule that takes launches for attacks only writes down",
        put(
          "firewall",
          rules + ".0",
          set(override({ ruleId: "931130", enabledState: "Enabled", action: "Log" })),
        ),
      ],
      [
        "a limit on requests",
        put("firewall", "customRules", {
          rules: [{ name: "limit", action: "Block", enabledState: "Enabled" }],
        }),
      ],
    ],
  },
  "EHR-WAF-02": {
    fails: [
      ["off", put("firewall", "policySettings.state", "Disabled")],
      ["links stay in", put("firewall", "policySettings.scrubbingRules.0.state", "Disabled")],
      ["cookies stay in", put("firewall", "policySettings.scrubbingRules.5.state", "Disabled")],
      ["left out", take("firewall", "policySettings.scrubbingRules")],
    ],
  },
  "EHR-WAF-03": {
    fails: [
      ["no limit", take("firewall", "customRules")],
      ["only written down", put("firewall", "customRules.rules.0.action", "Log")],
      ["off", put("firewall", "customRules.rules.0.enabledState", "Disabled")],
      ["a limit nobody meets", put("firewall", "customRules.rules.0.rateLimitThreshold", 1_000_000)],
      [
        "a limit for addresses that begin with /, which none does",
        put("firewall", "customRules.rules.0.matchConditions.0", {
          matchVariable: "RequestUri",
          operator: "BeginsWith",
          matchValue: ["/"],
        }),
      ],
      [
        "a limit for some headers",
        put("firewall", "customRules.rules.0.matchConditions.0.selector", "X-Launch"),
      ],
      ["a limit for nobody", put("firewall", "customRules.rules.0.matchConditions.0.negateCondition", true)],
      [
        "links left out by a query",
        put("firewall", "customRules.rules.0.matchConditions.2.matchValue", ["/j/"]),
      ],
      ["links alone", put("firewall", "customRules.rules.0.matchConditions.2.negateCondition", false)],
      [
        "links left out, and no limit of theirs",
        put("firewall", "customRules.rules.2.enabledState", "Disabled"),
      ],
      [
        "open pages left out by a path that others begin with, too",
        put("firewall", "customRules.rules.0.matchConditions.3.matchValue", ["/visits/"]),
      ],
      [
        "open pages left out, and no limit of theirs",
        put("firewall", "customRules.rules.3.enabledState", "Disabled"),
      ],
      [
        "notifications left out, and a limit that nobody meets",
        put("firewall", "customRules.rules.1.rateLimitThreshold", 1_000_000),
      ],
    ],
    passes: [["one limit for everything", put("firewall", "customRules.rules", [limit])]],
  },
  "EHR-FD-01": {
    fails: [
      ["left out", take("profile", "logScrubbing")],
      ["addresses stay in", put("profile", "logScrubbing.scrubbingRules.1.matchVariable", "RequestUri")],
      ["a tier without managed rules", put("profile", "sku.name", "Standard_AzureFrontDoor")],
    ],
  },
  "EHR-FD-02": {
    fails: [
      ["plain http inside", put("route", "forwardingProtocol", "MatchRequest")],
      ["plain http outside", put("route", "httpsRedirect", "Disabled")],
      [
        "copies of pages",
        put("route", "cacheConfiguration", { queryStringCachingBehavior: "UseQueryString" }),
      ],
    ],
    passes: [["https alone", put("route", "supportedProtocols", ["Https"]), take("route", "httpsRedirect")]],
  },
  "EHR-FD-03": {
    fails: [
      ["TLS 1.0", put("publicHost", "tlsSettings.minimumTlsVersion", "TLS10")],
      ["left out", take("publicHost", "tlsSettings")],
    ],
  },
  "EHR-FD-04": {
    fails: [
      ["left out", take("origin", "enforceCertificateNameCheck")],
      ["off", put("origin", "enforceCertificateNameCheck", false)],
      ["the patient's host name, which the site does not know", take("origin", "originHostHeader")],
    ],
  },
  "EHR-FD-05": {
    fails: [
      ["no firewall before the edge", drop("edgePolicy")],
      ["some paths", put("edgePolicy", "parameters.associations.0.patternsToMatch", ["/launch/*"])],
      ["another deployment's", unlink("edgePolicy", "parameters")],
    ],
  },
  "EHR-FD-06": { fails: [["plain http", put("originGroup", "healthProbeSettings.probeProtocol", "Http")]] },
  "EHR-FD-07": { fails: [["no route", drop("route")]] },
};
