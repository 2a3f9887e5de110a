/** Alerts the owners when people cannot reach the connector, or when it fails. */
import * as applicationinsights from "@pulumi/azure-native/applicationinsights/index.js";
import * as monitor from "@pulumi/azure-native/monitor/index.js";
import * as pulumi from "@pulumi/pulumi";
import { GLOBAL, type Geography } from "../stack/regions.ts";
import { inSubscription, named, tags, type DeploymentContext } from "./deploymentContext.ts";
import { logAlerts } from "./logAlerts.ts";

export interface AlertArguments {
  readonly context: DeploymentContext;
  readonly actionGroupId: pulumi.Output<string>;
  readonly component: pulumi.Resource;
  readonly componentId: pulumi.Output<string>;
  readonly siteId: pulumi.Output<string>;
  readonly storeId: pulumi.Output<string>;
  readonly vaultId: pulumi.Output<string>;
  readonly workspaceId: pulumi.Output<string>;
  /** The origin by which people reach the connector. */
  readonly publicUrl: pulumi.Input<string>;
}

/** Where the availability test runs from, for each geography (ids of Application Insights' test agents). */
const ASKED_FROM: Readonly<Record<Geography, readonly string[]>> = {
  americas: ["us-va-ash-azr", "us-il-ch1-azr", "us-ca-sjc-azr"],
  europe: ["emea-nl-ams-azr", "emea-gb-db3-azr", "emea-se-sto-edge"],
  asiaPacific: ["apac-sg-sin-azr", "apac-jp-kaw-edge", "apac-hk-hkn-azr"],
};

interface Watched {
  readonly name: string;
  readonly says: string;
  readonly of: pulumi.Output<string>;
  readonly metric: string;
  readonly namespace: string;
  readonly by: "Total" | "Average" | "Count";
  readonly operator: "GreaterThan" | "LessThan";
  readonly threshold: number;
  readonly dimension?: { readonly name: string; readonly operator: "Include"; readonly values: string[] };
  readonly severity: 0 | 1 | 2;
}

export class Alerts extends pulumi.ComponentResource {
  constructor(name: string, args: AlertArguments, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:Alerts", name, {}, options);
    for (const watched of metricsOf(args)) metricAlert(this, name, args, watched);
    availability(this, name, args);
    logAlerts(this, name, args);
    this.registerOutputs({});
  }
}

function metricsOf({ siteId, storeId, vaultId }: AlertArguments): Watched[] {
  const site = { of: siteId, namespace: "Microsoft.Web/sites", severity: 1 } as const;
  const code = (name: string, ...values: string[]) => ({ name, operator: "Include" as const, values });
  return [
    {
      ...site,
      name: "failing",
      says: "The site answered with server errors",
      metric: "Http5xx",
      by: "Total",
      operator: "GreaterThan",
      threshold: 10,
    },
    {
      ...site,
      name: "unhealthy",
      says: "An instance does not answer its health check",
      metric: "HealthCheckStatus",
      by: "Average",
      operator: "LessThan",
      threshold: 100,
    },
    {
      name: "store-throttled",
      says: "The store refuses requests because it is at its limit",
      of: storeId,
      namespace: "Microsoft.DocumentDB/databaseAccounts",
      metric: "TotalRequests",
      by: "Count",
      operator: "GreaterThan",
      threshold: 50,
      dimension: code("StatusCode", "429"),
      severity: 2,
    },
    {
      name: "vault-refuses",
      // 401 is not counted, because each client's first request gets it: the vault answers where to get a token.
      says: "The vault refuses requests: a role, a key or the network is wrong",
      of: vaultId,
      namespace: "Microsoft.KeyVault/vaults",
      metric: "ServiceApiResult",
      by: "Count",
      operator: "GreaterThan",
      threshold: 5,
      dimension: code("StatusCode", "403"),
      severity: 1,
    },
  ];
}

function metricAlert(
  parent: Alerts,
  name: string,
  { context, actionGroupId }: AlertArguments,
  watched: Watched,
): void {
  const { stack, group } = context;
  new monitor.MetricAlert(
    name + "-" + watched.name,
    {
      ruleName: named(watched.name, stack),
      resourceGroupName: group.name,
      location: GLOBAL,
      description: watched.says,
      enabled: true,
      severity: watched.severity,
      scopes: [watched.of],
      evaluationFrequency: "PT1M",
      windowSize: "PT5M",
      autoMitigate: true,
      criteria: {
        odataType: "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
        allOf: [
          {
            name: watched.name,
            criterionType: "StaticThresholdCriterion",
            metricName: watched.metric,
            metricNamespace: watched.namespace,
            timeAggregation: watched.by,
            operator: watched.operator,
            threshold: watched.threshold,
            dimensions: watched.dimension === undefined ? [] : [watched.dimension],
          },
        ],
      },
      actions: [{ actionGroupId }],
      tags: tags(stack, "operational"),
    },
    { parent },
  );
}

function availability(parent: Alerts, name: string, args: AlertArguments): void {
  const { stack, group, location } = args.context;
  const component = [
    inSubscription(stack),
    "resourceGroups",
    named("rg", stack),
    "providers/microsoft.insights/components",
    named("appi", stack),
  ].join("/");
  const asks = new applicationinsights.WebTest(
    name + "-availability",
    {
      webTestName: named("reached", stack),
      resourceGroupName: group.name,
      location,
      kind: "standard",
      webTestKind: "standard",
      syntheticMonitorId: named("reached", stack),
      enabled: true,
      frequency: 300,
      timeout: 30,
      retryEnabled: true,
      locations: ASKED_FROM[stack.geography].map((region) => ({ location: region })),
      request: {
        requestUrl: pulumi.output(args.publicUrl).apply((url) => url + "/healthz"),
        httpVerb: "GET",
        followRedirects: false,
      },
      validationRules: { expectedHttpStatusCode: 200, sSLCheck: true, sSLCertRemainingLifetimeCheck: 14 },
      // The portal finds the component of an availability test by this tag, so the component's id has to be known
      // beforehand.
      tags: { ...tags(stack, "operational"), ["hidden-link:" + component]: "Resource" },
    },
    // The tag names the component but creates no dependency for the engine, and Azure refuses a test whose component does
    // not exist yet.
    { parent, dependsOn: args.component },
  );
  new monitor.MetricAlert(
    name + "-unreachable",
    {
      ruleName: named("unreachable", stack),
      resourceGroupName: group.name,
      location: GLOBAL,
      description: "The connector cannot be reached from two locations",
      enabled: true,
      severity: 0,
      scopes: [asks.id, args.componentId],
      evaluationFrequency: "PT1M",
      windowSize: "PT5M",
      criteria: {
        odataType: "Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria",
        componentId: args.componentId,
        webTestId: asks.id,
        failedLocationCount: 2,
      },
      actions: [{ actionGroupId: args.actionGroupId }],
      tags: tags(stack, "operational"),
    },
    { parent },
  );
}
