/** What is written down, and who is told. */
import { hasEdge, hasStaging } from "../../../infra/stack/choices.ts";
import { publicUrl } from "./registration.ts";
import {
  at,
  exactly,
  feeders,
  idOf,
  isOwn,
  listAt,
  must,
  ofKinds,
  words,
  type Deployment,
  type SecurityTest,
} from "./securityTest.ts";
import { kindOf } from "../components/recorded.ts";

const SETTING = "monitor:DiagnosticSetting";
const METRIC = "monitor:MetricAlert";
const ACTIVITY = "monitor:ActivityLogAlert";
const QUERY = "monitor:ScheduledQueryRule";
const SITE_LOGS = ["AppServiceConsoleLogs", "AppServicePlatformLogs"];

export const watchingTests: readonly SecurityTest[] = [
  exactly(
    "what holds no patient is written down, of every resource, and nothing else",
    [SETTING],
    (deployment) =>
      ofKinds(deployment, SETTING).map((setting) => {
        const about = deployment.resources
          .filter(({ urn }) => setting.propertyDependencies["resourceUri"]?.includes(urn))
          .map(kindOf);
        const ofOwn =
          feeders(setting, "workspaceId", "operationalinsights:Workspace", deployment).length === 1;
        const logs = listAt(setting, "logs").map(({ category, categoryGroup, enabled }) =>
          enabled === true ? (category ?? categoryGroup) : undefined,
        );
        const uri = String(at(setting, "resourceUri"));
        return words(
          setting.name,
          about,
          logs,
          at(setting, "logs") === undefined ? "unsaid" : "",
          ofOwn,
          isOwn(uri + "/"),
        );
      }),
    ({ stack }) =>
      [
        ["observability-activity", [], ["Administrative", "Security", "Policy", "Alert"]],
        ["diagnostics-vault", ["keyvault:Vault"], ["AuditEvent"]],
        ["diagnostics-store", ["cosmosdb:DatabaseAccount"], ["ControlPlaneRequests"]],
        ["diagnostics-site", ["web:WebApp"], SITE_LOGS],
        ...(hasStaging(stack) ? [["diagnostics-slot", ["web:WebAppSlot"], SITE_LOGS]] : []),
        ["diagnostics-communication", ["communication:CommunicationService"], ["AuthOperational", "Usage"]],
        ...(hasEdge(stack)
          ? [
              [
                "diagnostics-edge",
                ["cdn:Profile"],
                ["FrontDoorHealthProbeLog", "FrontDoorWebApplicationFirewallLog"],
              ],
            ]
          : []),
        ["diagnostics-packages", ["storage:StorageAccount"], ["StorageWrite", "StorageDelete"]],
        ["diagnostics-storage", ["storage:StorageAccount"], []],
        ["diagnostics-queues", ["storage:StorageAccount"], []],
        ["diagnostics-topic", ["eventgrid:SystemTopic"], ["DeliveryFailures"]],
      ].map((row) => words(...row, "", true, true)),
  ),
  exactly(
    "owners are told when the connector fails, is not there, or its vault refuses it",
    [METRIC],
    (deployment) =>
      ofKinds(deployment, METRIC).map((alert) =>
        words(alert.name, ...metricOf(alert), ...aboutOf(alert, deployment)),
      ),
    () => [
      words(
        "alerts-failing",
        "Microsoft.Web/sites Http5xx Total GreaterThan 10",
        [],
        "PT1M PT5M 1",
        ["web:WebApp"],
        true,
      ),
      words(
        "alerts-unhealthy",
        "Microsoft.Web/sites HealthCheckStatus Average LessThan 100",
        [],
        "PT1M PT5M 1",
        ["web:WebApp"],
        true,
      ),
      words(
        "alerts-store-throttled",
        "Microsoft.DocumentDB/databaseAccounts TotalRequests Count GreaterThan 50",
        codes("429"),
        "PT1M PT5M 2",
        ["cosmosdb:DatabaseAccount"],
        true,
      ),
      words(
        "alerts-vault-refuses",
        "Microsoft.KeyVault/vaults ServiceApiResult Count GreaterThan 5",
        codes("403"),
        "PT1M PT5M 1",
        ["keyvault:Vault"],
        true,
      ),
      words(
        "alerts-unreachable",
        "from two places",
        2,
        "PT1M PT5M 0",
        ["applicationinsights:Component", "applicationinsights:WebTest"],
        true,
      ),
    ],
  ),
  must("an alert compares as it says", [METRIC], (alert) => ({
    "criteria.odataType": alert.name.endsWith("unreachable")
      ? "Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria"
      : "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
    "criteria.allOf.0.criterionType": alert.name.endsWith("unreachable")
      ? undefined
      : "StaticThresholdCriterion",
    "criteria.componentId": alert.name.endsWith("unreachable")
      ? idOf("applicationinsights:Component")
      : undefined,
    "criteria.webTestId": alert.name.endsWith("unreachable")
      ? idOf("applicationinsights:WebTest")
      : undefined,
  })),
  exactly(
    "owners are told when somebody changes who may do what",
    [ACTIVITY],
    (deployment) =>
      ofKinds(deployment, ACTIVITY).map((alert) =>
        words(
          alert.name,
          listAt(alert, "condition.allOf").map(({ field, equals, containsAny }) =>
            words(field ?? "", equals ?? containsAny ?? ""),
          ),
          at(alert, "scopes"),
        ),
      ),
    ({ stack }) =>
      [
        [
          "alerts-administrative",
          ["category Administrative", "operationName Microsoft.Authorization/roleAssignments/write"],
        ],
        ["alerts-policy", ["category Policy", 'level ["Warning","Error","Critical"]']],
        ["alerts-security", ["category Security", "status Active"]],
      ].map((row) => words(...row, ["/subscriptions/" + stack.azure.subscriptionId])),
  ),
  exactly(
    "the log is asked for what no metric counts",
    [QUERY],
    (deployment) => ofKinds(deployment, QUERY).map(({ name }) => name),
    () => ["alerts-jobs-poisoned"],
  ),
  must("owners are told when background work failed too often", [QUERY], () => ({
    "scopes.length": 1,
    "scopes.0": idOf("operationalinsights:Workspace"),
    "criteria.allOf": [
      {
        query: `AppServiceConsoleLogs | where ResultDescription has '"event":"job.poisoned"'`,
        timeAggregation: "Count",
        operator: "GreaterThan",
        threshold: 0,
        failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
      },
    ],
    "actions.actionGroups.length": 1,
    "actions.actionGroups.0": idOf("monitor:ActionGroup"),
    enabled: true,
    evaluationFrequency: "PT5M",
    windowSize: "PT10M",
    severity: 2,
    autoMitigate: true,
    skipQueryValidation: true,
  })),
  must("an alert reaches the owners", [METRIC, ACTIVITY], (alert) => ({
    ["actions" + (kindOf(alert) === ACTIVITY ? ".actionGroups" : "") + ".0.actionGroupId"]:
      idOf("monitor:ActionGroup"),
  })),
  must("owners are who the stack file names", ["monitor:ActionGroup"], (_, { stack }) => ({
    "emailReceivers.length": 1,
    "emailReceivers.0.emailAddress": stack.owners.email,
  })),
  must(
    "whether patients can come is asked where they come, from three places",
    ["applicationinsights:WebTest"],
    (_, deployment) => ({
      "request.requestUrl": publicUrl(deployment) + "/healthz",
      "request.httpVerb": "GET",
      "request.followRedirects": false,
      "validationRules.expectedHttpStatusCode": 200,
      "validationRules.sSLCheck": true,
      "validationRules.sSLCertRemainingLifetimeCheck": 14,
      "locations.length": 3,
      frequency: 300,
      webTestKind: "standard",
      kind: "standard",
    }),
  ),
  must("who asked is not written down, and no key opens the logs", ["applicationinsights:Component"], () => ({
    disableIpMasking: false,
    disableLocalAuth: true,
    ingestionMode: "LogAnalytics",
    publicNetworkAccessForIngestion: "Enabled",
    publicNetworkAccessForQuery: "Enabled",
  })),
  must("logs are written and read from where Entra lets one in", ["operationalinsights:Workspace"], () => ({
    publicNetworkAccessForIngestion: "Enabled",
    publicNetworkAccessForQuery: "Enabled",
  })),
  must("the owners are told of costs before and after", ["consumption:Budget"], (_, { stack }) => ({
    "notifications.expected": {
      enabled: true,
      operator: "GreaterThanOrEqualTo",
      threshold: 100,
      thresholdType: "Forecasted",
      contactEmails: [stack.owners.email],
    },
    "notifications.spent": {
      enabled: true,
      operator: "GreaterThanOrEqualTo",
      threshold: 80,
      thresholdType: "Actual",
      contactEmails: [stack.owners.email],
    },
    amount: stack.budget?.monthlyAmount,
    scope: "/subscriptions/" + stack.azure.subscriptionId,
    filter: {
      dimensions: {
        name: "ResourceGroupName",
        operator: "In",
        values: ["", "-number"].map((end) => ["rg", stack.tenant, stack.environment].join("-") + end),
      },
    },
  })),
  must("logs are kept as long as the stack file says", ["operationalinsights:Workspace"], (_, { stack }) => ({
    retentionInDays: stack.retention.logsDays,
    "features.enableLogAccessUsingOnlyResourcePermissions": true,
    "features.disableLocalAuth": true,
  })),
];

const codes = (...values: readonly string[]) => [{ name: "StatusCode", operator: "Include", values }];

function metricOf(alert: Parameters<typeof listAt>[0]): readonly unknown[] {
  const when = [at(alert, "evaluationFrequency"), at(alert, "windowSize"), at(alert, "severity")];
  const criteria = listAt(alert, "criteria.allOf");
  if (alert.name.endsWith("unreachable"))
    return ["from two places", at(alert, "criteria.failedLocationCount"), ...when];
  return [
    ...criteria.flatMap(
      ({ metricNamespace, metricName, timeAggregation, operator, threshold, dimensions }) => [
        metricNamespace ?? "",
        metricName ?? "",
        timeAggregation ?? "",
        operator ?? "",
        threshold ?? "",
        dimensions ?? "unsaid",
      ],
    ),
    ...when,
  ];
}

function aboutOf(alert: Parameters<typeof listAt>[0], deployment: Deployment): readonly unknown[] {
  const about = deployment.resources
    .filter(({ urn }) => alert.propertyDependencies["scopes"]?.includes(urn))
    .map(kindOf)
    .sort();
  const scopes = (at(alert, "scopes") ?? []) as string[];
  return [about, scopes.length === about.length && scopes.every((id) => isOwn(id))];
}
