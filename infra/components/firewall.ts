/**
 * The web application firewall in front of production: what it refuses, and the managed rules that would refuse
 * launches and sign-ins.
 */
import * as frontdoor from "@pulumi/azure-native/frontdoor/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { CALL_EVENTS, EVENTS, LINKS, WAITING } from "../stack/atTheEdge.ts";
import { LEFT_OUT, RULES_OF_RANDOM_TEXT } from "../stack/leftOut.ts";
import { GLOBAL } from "../stack/regions.ts";
import { tags, type DeploymentContext } from "./deploymentContext.ts";

/**
 * The most requests of one address in five minutes. A hospital's clinicians share one address; an attack takes far more
 * requests than they do.
 */
const AT_MOST_IN_FIVE_MINUTES = 6000;

/**
 * A condition that every request meets, since each has a host: a rate limit has to have a condition
 * (https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-rate-limit-configure).
 */
const EVERY_REQUEST = {
  matchVariable: "RequestHeader",
  selector: "Host",
  operator: "GreaterThanOrEqual",
  matchValue: ["0"],
  negateCondition: false,
};

/**
 * Graph sends up to 200 notifications a second from few addresses, which is 60,000 in five minutes; the limit is one and a
 * half times that.
 */
const NOTIFICATIONS_IN_FIVE_MINUTES = 90_000;

/**
 * The limit for patients' and guests' links is higher, because a telephone network puts thousands of patients behind one
 * address.
 */
const LINKS_IN_FIVE_MINUTES = 30_000;

/**
 * The limit for questions about who waits: an open page that receives the event stream asks every three minutes; one that
 * receives none asks a hundred times in five minutes.
 */
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

/** A rule that blocks an address that exceeds the limit within five minutes. */
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
/**
 * A rule that lets in POST requests to an address. No later rule looks at a request that was let in, so this one comes after
 * all rate limits.
 */
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
      // Azure accepts only letters and digits in this name, unlike in all others.
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
          // Replies of patients arrive at this path; the managed rules might take one for an attack, and a STOP would be
          // lost. The connector itself checks who may call, by a token of the hospital's directory.
          allow("events", 200, EVENTS),
          // Graph's notifications are encrypted, so they may look like anything; the connector checks their tokens.
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
              ...RULES_OF_RANDOM_TEXT.map(({ group: ruleGroupName, id }) => ({
                ruleGroupName,
                rules: [
                  {
                    ruleId: id,
                    enabledState: "Enabled",
                    action: "AnomalyScoring",
                    exclusions: LEFT_OUT.map((one) => ({ ...one })),
                  },
                ],
              })),
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

/** A patient's link works like a key, so no log may hold one. Neither should a log hold addresses or names of fields. */
const scrubbed = (matchVariable: string) => ({
  matchVariable,
  selectorMatchOperator: "EqualsAny",
  state: "Enabled",
});
