/** The web application firewall before production: what it refuses, and the one rule that would refuse every launch. */
import * as frontdoor from "@pulumi/azure-native/frontdoor/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { PATHS, pathPattern } from "../../app/domain/addresses.ts";
import { GLOBAL } from "../stack/places.ts";
import { tags, type Ground } from "./ground.ts";

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

/** What Front Door calls a request's URI has scheme, host, port and query, so all of it is said: exactly this path, and no query. */
const EVENTS = "^https://[^/?#]+" + pathPattern(PATHS.events) + "$";

export function firewall(
  name: string,
  { stack, group }: Ground,
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
          {
            name: "floods",
            priority: 100,
            ruleType: "RateLimitRule",
            action: "Block",
            enabledState: "Enabled",
            rateLimitDurationInMinutes: 5,
            rateLimitThreshold: AT_MOST_IN_FIVE_MINUTES,
            matchConditions: [EVERY_REQUEST],
          },
          {
            // Patients' own words come by this path, and a STOP that the managed rules take for an attack would be lost. Who may
            // call is checked by the connector, by the token of the hospital's directory.
            name: "events",
            priority: 200,
            ruleType: "MatchRule",
            action: "Allow",
            enabledState: "Enabled",
            matchConditions: [
              {
                matchVariable: "RequestMethod",
                operator: "Equal",
                matchValue: ["POST"],
                negateCondition: false,
              },
              {
                matchVariable: "RequestUri",
                operator: "RegEx",
                matchValue: [EVENTS],
                negateCondition: false,
              },
            ],
          },
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
