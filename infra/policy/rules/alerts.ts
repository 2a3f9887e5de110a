/** Rules about who is alerted when something is wrong, or when somebody changes what must not change. */
import { all, atLeast, each, is, matches } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at, items, said, UNKNOWN } from "../reading.ts";
import { rule, ruleInTwoHalves, type Finding, type Stack } from "../rule.ts";

const ACTIVITY = "azure-native:monitor:ActivityLogAlert";
const GROUP = "azure-native:monitor:ActionGroup";
const METRIC = "azure-native:monitor:MetricAlert";
const ALERTS = [METRIC, "azure-native:monitor:ScheduledQueryRule"];
const WATCHED = ["Administrative", "Policy", "Security"];

export const alertRules = [
  ruleInTwoHalves(
    "EHR-LOG-04",
    {
      says: "Somebody is told when administrators, policies or security change the subscription",
      severity: "medium",
      control: CONTROLS.activityReview,
      remedy:
        "Make an ActivityLogAlert for each of the categories Administrative, Policy and Security, enabled, over the subscription, with an action group.",
    },
    [ACTIVITY],
    all(
      is("enabled", true),
      matches("scopes.0", /^\/subscriptions\/[0-9a-f-]{36}$/i, "the subscription's id"),
      atLeast("actions.actionGroups.length", 1),
    ),
    activityAlerts,
  ),
  rule(
    "EHR-LOG-05",
    {
      says: "An action group reaches somebody",
      severity: "medium",
      control: CONTROLS.incidents,
      remedy: "Set enabled: true and list an e-mail receiver; web hooks start with https://.",
    },
    [GROUP],
    all(
      is("enabled", true),
      ({ props }) => {
        const receivers = [
          "emailReceivers",
          "armRoleReceivers",
          "smsReceivers",
          "azureAppPushReceivers",
          "webhookReceivers",
        ].map((path) => items(props, path));
        return receivers.some((list) => list === UNKNOWN || list.length > 0)
          ? []
          : ["nobody receives anything"];
      },
      each("webhookReceivers", (one, where) => {
        const address = at(one, "serviceUri");
        return typeof address === "string" && address.startsWith("https://")
          ? []
          : [where + ".serviceUri " + said(address)];
      }),
    ),
  ),
  ruleInTwoHalves(
    "EHR-LOG-06",
    {
      says: "An alert is on and tells somebody",
      severity: "medium",
      control: CONTROLS.incidents,
      remedy: "Set enabled: true and name an action group in actions.",
    },
    ALERTS,
    all(is("enabled", true), ({ props, type }) => {
      const groups = items(props, type === METRIC ? "actions" : "actions.actionGroups");
      return groups === UNKNOWN || groups.length > 0 ? [] : ["no action group is named"];
    }),
    (stack) =>
      stack
        .of(...ALERTS)
        .filter((one) => !one.fedBy("actions").some(({ type }) => type === GROUP))
        .map((about) => ({ about, says: "actions does not name an action group of the stack" })),
  ),
  rule(
    "EHR-LOG-08",
    {
      says: "The availability test asks over HTTPS and checks the certificate",
      severity: "low",
      control: CONTROLS.activityReview,
      remedy:
        "Set enabled: true, request.requestUrl to the https address of /healthz and validationRules.sSLCheck: true.",
    },
    ["azure-native:applicationinsights:WebTest"],
    all(is("enabled", true), is("validationRules.sSLCheck", true), ({ props }) => {
      const address = at(props, "request.requestUrl");
      return address === UNKNOWN ||
        (typeof address === "string" && /^https:\/\/[^/?#@]+\/healthz$/.test(address))
        ? []
        : ["request.requestUrl " + said(address) + "; it must be the https address of /healthz"];
    }),
  ),
];

function activityAlerts(stack: Stack): readonly Finding[] {
  if (stack.of("azure-native:web:WebApp").length === 0) return [];
  const alerts = stack.of(ACTIVITY).filter(({ props }) => at(props, "enabled") !== false);
  const watched = alerts.flatMap(({ props }) => {
    const conditions = items(props, "condition.allOf");
    return conditions === UNKNOWN
      ? []
      : conditions.filter((one) => at(one, "field") === "category").map((one) => at(one, "equals"));
  });
  return [
    ...WATCHED.filter((category) => !watched.includes(category)).map((category) => ({
      says: "nobody is told about the category " + category,
    })),
    ...alerts
      .filter((one) => !one.fedBy("actions").some(({ type }) => type === GROUP))
      .map((about) => ({ about, says: "actions does not name an action group of the stack" })),
  ];
}
