/** Front Door's web application firewall: its policy's own rules, and after them some of the managed ones. */
import { azure } from "../../azure/resourceTypes/require.ts";
import { groupAt, isGroup, listAt, saidAt, textAt, textsAt } from "../../azure/controlPlane/json.ts";
import type { Properties } from "../../azure/controlPlane/json.ts";
import { isBelow, isSameId } from "../../azure/controlPlane/ids.ts";
import type { Cloud, CloudResource } from "../../azure/controlPlane/model.ts";
import { argumentsOf, stops, type Part } from "./managedRules.ts";

export interface Inspected {
  readonly method: string;
  /**
   * The URI as the firewall sees it: scheme, host, port, path and query
   * (https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-custom-rules).
   */
  readonly url: URL;
  /** The client's address, by which rate limits count. */
  readonly from: string;
  /** Its cookies, and the fields of its form or its body. */
  readonly sent: readonly Part[];
}

/** How many requests of each address each rate limit has counted in a window. */
export type Counts = Map<string, number>;

/** The page of whoever is stopped, where the policy has no words of its own. */
export const BLOCKED = "The request is blocked.";

const MINUTE_MS = 60_000;

/**
 * Whether the firewall in front of one of a profile's host names stops the request.
 * @param domain endpoint or custom domain
 * @param counts kept from one request to the next
 */
export function isStoppedByFirewall(
  cloud: Cloud,
  domain: CloudResource,
  asked: Inspected,
  counts: Counts,
): boolean {
  const profile = domain.id.replace(/(\/profiles\/[^/]+).*$/iu, "$1");
  return cloud
    .all(azure("cdn:SecurityPolicy"))
    .filter(({ id, properties }) => isBelow(id, profile) && guards(properties, domain))
    .flatMap(({ properties }) => cloud.find(saidAt(properties, "parameters.wafPolicy.id")) ?? [])
    .some(({ id, properties }) => isStopped(properties, asked, (rule) => isTooMuch(rule, id, asked, counts)));
}

const guards = (properties: Properties, { id }: CloudResource): boolean =>
  listAt(properties, "parameters.associations")
    .flatMap((one) => listAt(one, "domains"))
    .some((one) => isSameId(saidAt(one, "id"), id));

function isStopped(policy: Properties, asked: Inspected, isOver: (rule: Properties) => boolean): boolean {
  const { enabledState, mode, requestBodyCheck } = groupAt(policy, "policySettings");
  if (enabledState !== "Enabled" || mode !== "Prevention") return false;
  const own = listAt(policy, "customRules.rules")
    .filter(isGroup)
    .filter((rule) => rule["enabledState"] !== "Disabled")
    .toSorted((one, other) => Number(one["priority"]) - Number(other["priority"]))
    .find(
      (rule) =>
        listAt(rule, "matchConditions")
          .filter(isGroup)
          .every((one) => isMet(one, asked)) &&
        // A request within a rate limit goes on to the rules that follow.
        (rule["ruleType"] !== "RateLimitRule" || isOver(rule)),
    );
  if (own?.["action"] === "Allow") return false;
  if (own?.["action"] === "Block") return true;
  // https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-policy-settings
  const sent = asked.sent.filter(
    ({ kind }) => requestBodyCheck === "Enabled" || kind === "RequestCookieNames",
  );
  return listAt(policy, "managedRules.managedRuleSets")
    .filter(isGroup)
    .filter((set) => textAt(set, "ruleSetType") === "Microsoft_DefaultRuleSet")
    .some((set) =>
      stops(set, [...argumentsOf("QueryStringArgNames", asked.url.searchParams), ...sent], asked.url.host),
    );
}

function isTooMuch(rule: Properties, policy: string, { from }: Inspected, counts: Counts): boolean {
  const window = Math.floor(performance.now() / (Number(rule["rateLimitDurationInMinutes"]) * MINUTE_MS));
  const key = [policy, textAt(rule, "name"), from, window].join(" ");
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count > Number(rule["rateLimitThreshold"]);
}

function isMet(condition: Properties, { method, url }: Inspected): boolean {
  const value = valueOf(condition, method, url);
  const matches = textsAt(condition, "matchValue").some((wanted) => {
    switch (condition["operator"]) {
      case "RegEx":
        return new RegExp(wanted, "u").test(value);
      case "GreaterThanOrEqual":
        return value.length >= Number(wanted);
      default:
        return wanted === value;
    }
  });
  return matches !== (condition["negateCondition"] === true);
}

/** The part of the request that the condition is about. The only header that the rules name is the host. */
function valueOf(condition: Properties, method: string, url: URL): string {
  if (condition["matchVariable"] === "RequestMethod") return method;
  return condition["matchVariable"] === "RequestHeader" ? url.host : withPort(url);
}

const withPort = ({ hostname, pathname, search }: URL): string =>
  `https://${hostname}:443${pathname}${search}`;
