/** The web application firewall before production: what it refuses, and the one rule that would refuse every launch. */
import * as frontdoor from "@pulumi/azure-native/frontdoor/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { CALL_EVENTS, EVENTS, LINKS, WAITING } from "../stack/atTheEdge.ts";
import { GLOBAL } from "../stack/regions.ts";
import { tags, type DeploymentContext } from "./deploymentContext.ts";

/** Requests of one address in five minutes: a hospital's clinicians share one address, an attacker needs far more. */
const AT_MOST_IN_FIVE_MINUTES = 6000;

/**
 * A rate limit has to name a condition, and each request has a host
 * (https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-rate-limit-configure).
 */
const EVERY_REQUEST = {
  matchVariable: "RequestHeader",
  selector: "Host",
  operator: "GreaterThanOrEqual",
  matchValue: ["0"],
  negateCondition: false,
};

/** Graph brings up to 200 notifications a second from few addresses: 60,000, and half as many again. */
const NOTIFICATIONS_IN_FIVE_MINUTES = 90_000;

/** A telephone network gives thousands of patients one address. */
const LINKS_IN_FIVE_MINUTES = 30_000;

/** An open page that is told asks every three minutes; one to which no stream comes through asks a hundred times in five. */
const WAITING_IN_FIVE_MINUTES = 60_000;

type Condition = ReturnType<typeof uri> | typeof EVERY_REQUEST;

const uri = (pattern: string, negateCondition = false) => ({
  matchVariable: "RequestUri",
  operator: "RegEx",
  matchValue: [pattern],
  negateCondition,
});
const POSTED = {
  matchVariable: "RequestMethod",
  operator: "Equal",
  matchValue: ["POST"],
  negateCondition: false,
};

/** Blocks an address that asks more often within five minutes. */
const limit = (name: string, priority: number, rateLimitThreshold: number, matchConditions: Condition[]) => ({
  name,
  priority,
  ruleType: "RateLimitRule",
  action: "Block",
  enabledState: "Enabled",
  rateLimitDurationInMinutes: 5,
  rateLimitThreshold,
  matchConditions,
});
/** Lets in what is posted to an address; whatever is let in is looked at by no later rule, so this comes after all limits. */
const allow = (name: string, priority: number, pattern: string) => ({
  name,
  priority,
  ruleType: "MatchRule",
  action: "Allow",
  enabledState: "Enabled",
  matchConditions: [POSTED, uri(pattern)],
});

export function firewall(
  name: string,
  { stack, group }: DeploymentContext,
  options: pulumi.CustomResourceOptions,
): frontdoor.Policy {
  return new frontdoor.Policy(
    name,
    {
      // The one name in Azure that takes letters and digits only.
      policyName: ["waf", stack.tenant, stack.environment].join(""),
      resourceGroupName: group.name,
      location: GLOBAL,
      sku: { name: "Premium_AzureFrontDoor" },
      policySettings: {
        enabledState: "Enabled",
        mode: "Prevention",
        requestBodyCheck: "Enabled",
        state: "Enabled",
        scrubbingRules: [
          scrubbed("RequestUri"),
          scrubbed("RequestIPAddress"),
          scrubbed("QueryStringArgNames"),
          scrubbed("RequestBodyPostArgNames"),
          scrubbed("RequestBodyJsonArgNames"),
          scrubbed("RequestCookieNames"),
          scrubbed("RequestHeaderNames"),
        ],
      },
      customRules: {
        rules: [
          limit("floods", 100, AT_MOST_IN_FIVE_MINUTES, [
            EVERY_REQUEST,
            uri(CALL_EVENTS, true),
            uri(LINKS, true),
            uri(WAITING, true),
          ]),
          limit("notifications", 110, NOTIFICATIONS_IN_FIVE_MINUTES, [uri(CALL_EVENTS)]),
          limit("links", 120, LINKS_IN_FIVE_MINUTES, [uri(LINKS)]),
          limit("waiting", 130, WAITING_IN_FIVE_MINUTES, [uri(WAITING)]),
          // Patients' own words come by this path, and a STOP that the managed rules take for an attack would be lost. Who may
          // call is checked by the connector, by the token of the hospital's directory.
          allow("events", 200, EVENTS),
          // What Graph tells is encrypted, and may look like anything; the connector checks its tokens.
          allow("presence", 210, CALL_EVENTS),
        ],
      },
      managedRules: {
        managedRuleSets: [
          {
            ruleSetType: "Microsoft_DefaultRuleSet",
            ruleSetVersion: "2.1",
            ruleSetAction: "Block",
            ruleGroupOverrides: [
              {
                ruleGroupName: "RFI",
                // A SMART launch names another server in its query (iss=https://…), which this rule takes for an attack.
                rules: [{ ruleId: "931130", enabledState: "Enabled", action: "Log" }],
              },
            ],
          },
          { ruleSetType: "Microsoft_BotManagerRuleSet", ruleSetVersion: "1.1" },
        ],
      },
      tags: tags(stack, "phi-transient"),
    },
    options,
  );
}

/** A patient's link is a key, so no log may hold one; addresses and names of fields are nobody's business either. */
const scrubbed = (matchVariable: string) => ({
  matchVariable,
  selectorMatchOperator: "EqualsAny",
  state: "Enabled",
});
