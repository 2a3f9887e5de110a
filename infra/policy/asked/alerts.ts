/** The alerts that tell the owners that the connector fails, is unreachable, or is refused by its own stores. */
import { named } from "../../../app/domain/resourceNames.ts";
import type { DeployedStack } from "../../deployedStack.ts";
import {
  asked,
  here,
  idOf,
  inGroup,
  OWNERS,
  siteKey,
  storeKey,
  subscription,
  vaultKey,
  WORKSPACE,
  worldwide,
  type Asked,
} from "./asked.ts";
import { like, type Expected } from "./expected.ts";
import { publicUrl } from "./registration.ts";

const COMPONENT = "applicationinsights:Component observability-insights";
const ASKING = "applicationinsights:WebTest alerts-availability";

/** Ids of Application Insights' test agents in each geography, from where the availability test runs. */
const ASKED_FROM = {
  americas: ["us-va-ash-azr", "us-il-ch1-azr", "us-ca-sjc-azr"],
  europe: ["emea-nl-ams-azr", "emea-gb-db3-azr", "emea-se-sto-edge"],
  asiaPacific: ["apac-sg-sin-azr", "apac-jp-kaw-edge", "apac-hk-hkn-azr"],
} as const;

export function alerts(said: DeployedStack): readonly Asked[] {
  const { geography } = said;
  const hidden =
    "hidden-link:" +
    [subscription(said), "resourceGroups", named("rg", said), "providers/microsoft.insights/components"].join(
      "/",
    ) +
    "/" +
    named("appi", said);
  const { tags, ...common } = here(said, "operational");
  return [
    metric(said, "failing", 1, siteKey(said), "Microsoft.Web/sites Http5xx Total GreaterThan 10"),
    metric(said, "unhealthy", 1, siteKey(said), "Microsoft.Web/sites HealthCheckStatus Average LessThan 100"),
    metric(
      said,
      "store-throttled",
      2,
      storeKey(said),
      "Microsoft.DocumentDB/databaseAccounts TotalRequests Count GreaterThan 50",
      "429",
    ),
    metric(
      said,
      "vault-refuses",
      1,
      vaultKey(said),
      "Microsoft.KeyVault/vaults ServiceApiResult Count GreaterThan 5",
      "403",
    ),
    asked(ASKING, {
      ...inGroup(said),
      ...common,
      tags: { ...tags, [hidden]: "Resource" },
      webTestName: named("reached", said),
      syntheticMonitorId: named("reached", said),
      kind: "standard",
      webTestKind: "standard",
      enabled: true,
      frequency: 300,
      timeout: 30,
      retryEnabled: true,
      locations: ASKED_FROM[geography].map((location) => ({ location })),
      request: { requestUrl: publicUrl(said, "/healthz"), httpVerb: "GET", followRedirects: false },
      validationRules: { expectedHttpStatusCode: 200, sSLCheck: true, sSLCertRemainingLifetimeCheck: 14 },
    }),
    logged(said, "jobs-poisoned", "jobs.poisoned", "PT10M", "GreaterThan 0"),
    logged(said, "jobs-late", "jobs.late", "PT10M", "GreaterThan 0"),
    logged(said, "jobs-unswept", "jobs.swept", "PT15M", "LessThan 1"),
    logged(said, "audit-not-written", "audit.not_written", "PT10M", "GreaterThan 0"),
    alert(
      said,
      "unreachable",
      0,
      [ASKING, COMPONENT],
      {
        odataType: "Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria",
        componentId: idOf(said, COMPONENT),
        webTestId: idOf(said, ASKING),
        failedLocationCount: 2,
      },
      undefined,
    ),
  ];
}

/**
 * An alert over the connector's log: an event occurs in it, or no longer does; no metric counts such events.
 * @param often operator and threshold, separated by a blank
 */
function logged(said: DeployedStack, name: string, event: string, windowSize: string, often: string): Asked {
  const [operator, threshold] = often.split(" ");
  return asked("monitor:ScheduledQueryRule alerts-" + name, {
    ...inGroup(said),
    ...here(said, "operational"),
    ruleName: named(name, said),
    description: like(/\S/),
    enabled: true,
    severity: 2,
    scopes: [idOf(said, WORKSPACE)],
    evaluationFrequency: "PT5M",
    windowSize,
    autoMitigate: true,
    skipQueryValidation: true,
    criteria: {
      allOf: [
        {
          query: `AppServiceConsoleLogs | where ResultDescription has '"event":"${event}"'`,
          timeAggregation: "Count",
          operator,
          threshold: Number(threshold),
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
        },
      ],
    },
    actions: { actionGroups: [idOf(said, OWNERS)] },
  });
}

/**
 * An alert over a metric.
 * @param what namespace, metric, aggregation, operator and threshold, separated by blanks
 */
function metric(
  said: DeployedStack,
  name: string,
  severity: number,
  of: string,
  what: string,
  status?: string,
): Asked {
  const [metricNamespace, metricName, timeAggregation, operator, threshold] = what.split(" ");
  const criterion: Expected = {
    ...{ name, metricNamespace, metricName, timeAggregation, operator },
    criterionType: "StaticThresholdCriterion",
    threshold: Number(threshold),
    dimensions: status === undefined ? [] : [{ name: "StatusCode", operator: "Include", values: [status] }],
  };
  return alert(
    said,
    name,
    severity,
    [of],
    { odataType: "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria", allOf: [criterion] },
    true,
  );
}

const alert = (
  said: DeployedStack,
  name: string,
  severity: number,
  of: readonly string[],
  criteria: Expected,
  autoMitigate: boolean | undefined,
): Asked =>
  asked("monitor:MetricAlert alerts-" + name, {
    ...inGroup(said),
    ...worldwide(said, "operational"),
    ruleName: named(name, said),
    description: like(/\S/),
    enabled: true,
    severity,
    scopes: of.map((one) => idOf(said, one)),
    evaluationFrequency: "PT1M",
    windowSize: "PT5M",
    autoMitigate,
    criteria,
    actions: [{ actionGroupId: idOf(said, OWNERS) }],
  });
