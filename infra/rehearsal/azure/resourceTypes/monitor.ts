/** Workspaces, Application Insights, alerts, autoscale. */
import { isSameId, lowered } from "../controlPlane/ids.ts";
import { at, isGroup, listAt, saidAt, textAt, textsAt, words } from "../controlPlane/json.ts";
import type { Properties } from "../controlPlane/json.ts";
import type { Cloud, Draft, Kind } from "../controlPlane/model.ts";
import { badRequest, linkedNotFound } from "../controlPlane/refusal.ts";
import { refuseRegion, refuseUnknownRegion } from "./regions.ts";
import { all, azure, required, requiredAt, isNamed, twinOf } from "./require.ts";

const INSIGHTS = "{group}/providers/Microsoft.Insights";

export const MONITOR: readonly Kind[] = [
  {
    token: azure("operationalinsights:Workspace"),
    id: "{group}/providers/Microsoft.OperationalInsights/workspaces/{workspaceName}",
    silent: () => ({
      features: { enableLogAccessUsingOnlyResourcePermissions: true, disableLocalAuth: false },
      publicNetworkAccessForIngestion: "Enabled",
      publicNetworkAccessForQuery: "Enabled",
      retentionInDays: 30,
      sku: { name: "PerGB2018" },
      workspaceCapping: { dailyQuotaGb: -1 },
    }),
    decided: ({ before }, cloud) => ({
      createdDate: textAt(before?.properties, "createdDate") ?? cloud.now().toISOString(),
      customerId: textAt(before?.properties, "customerId") ?? cloud.uuid(),
      modifiedDate: cloud.now().toISOString(),
      provisioningState: "Succeeded",
    }),
    refuse: all(refuseUnknownRegion, ({ inputs }) => {
      const days = at(inputs, "retentionInDays");
      if (typeof days === "number" && (days < 30 || days > 730))
        throw badRequest(
          `'RetentionInDays' property doesn't match the SKU limits: ${String(days)} is not from 30 to 730.`,
          "InvalidParameter",
        );
    }),
  },
  {
    token: azure("applicationinsights:Component"),
    id: INSIGHTS + "/components/{resourceName}",
    answersId: lowered("Microsoft.Insights"),
    replacedBy: ["applicationType"],
    silent: () => ({
      disableIpMasking: false,
      disableLocalAuth: false,
      flowType: "Bluefield",
      ingestionMode: "LogAnalytics",
      publicNetworkAccessForIngestion: "Enabled",
      publicNetworkAccessForQuery: "Enabled",
      requestSource: "rest",
      retentionInDays: 90,
    }),
    decided: (draft, cloud) => {
      const appId = textAt(draft.before?.properties, "appId") ?? cloud.uuid();
      const key = textAt(draft.before?.properties, "instrumentationKey") ?? cloud.uuid();
      const region = saidAt(draft.inputs, "location");
      return {
        applicationId: draft.name,
        appId,
        etag: `"${cloud.uuid()}"`,
        connectionString: `InstrumentationKey=${key};IngestionEndpoint=https://${region}-0.in.applicationinsights.azure.com/;LiveEndpoint=https://${region}.livediagnostics.monitor.azure.com/;ApplicationId=${appId}`,
        creationDate: textAt(draft.before?.properties, "creationDate") ?? cloud.now().toISOString(),
        instrumentationKey: key,
        privateLinkScopedResources: [],
        provisioningState: "Succeeded",
        tenantId: cloud.tenantId,
      };
    },
    refuse: all(refuseUnknownRegion, (draft, cloud) => {
      const workspace = requiredAt(draft, "workspaceResourceId", cloud, "operationalinsights:Workspace");
      if (workspace === undefined && textAt(draft.inputs, "ingestionMode") !== "ApplicationInsights")
        throw badRequest("A workspace-based component needs a workspaceResourceId.");
    }),
  },
  {
    token: azure("applicationinsights:WebTest"),
    id: INSIGHTS + "/webtests/{webTestName}",
    answersId: lowered("Microsoft.Insights"),
    silent: () => ({ enabled: false, frequency: 300, timeout: 30, retryEnabled: false }),
    decided: () => ({ provisioningState: "Succeeded" }),
    refuse: all(refuseUnknownRegion, refuseUntaggedTest),
  },
  {
    token: azure("monitor:ActionGroup"),
    id: INSIGHTS + "/actionGroups/{actionGroupName}",
    answersId: (id) =>
      lowered("Microsoft.Insights")(id).replace(/(?<=^\/subscriptions\/)[^/]+/u, (guid) =>
        guid.toUpperCase(),
      ),
    type: "Microsoft.Insights/ActionGroups",
    silent: () => Object.fromEntries(RECEIVERS.map((kind) => [kind + "Receivers", []])),
    decided: () => ({ location: "Global" }),
  },
  {
    token: azure("monitor:ActivityLogAlert"),
    id: INSIGHTS + "/activityLogAlerts/{activityLogAlertName}",
    type: "Microsoft.Insights/ActivityLogAlerts",
    silent: () => ({ enabled: true }),
    refuse: ({ inputs }, cloud) => {
      for (const scope of textsAt(inputs, "scopes")) refuseScope(scope, cloud);
      for (const one of listAt(inputs, "actions.actionGroups").filter(isGroup))
        required(cloud, textAt(one, "actionGroupId"), ["monitor:ActionGroup"]);
    },
  },
  {
    token: azure("monitor:MetricAlert"),
    id: INSIGHTS + "/metricAlerts/{ruleName}",
    silent: () => ({ autoMitigate: true }),
    decided: (_draft, cloud) => ({ isMigrated: false, lastUpdatedTime: cloud.now().toISOString() }),
    refuse: all(refuseRegion, refuseAlert),
  },
  {
    token: azure("monitor:ScheduledQueryRule"),
    id: INSIGHTS + "/scheduledQueryRules/{ruleName}",
    answersId: lowered("Microsoft.Insights", "scheduledQueryRules"),
    type: "Microsoft.Insights/scheduledQueryRules",
    silent: () => ({ autoMitigate: true, enabled: true, kind: "LogAlert" }),
    decided: (_draft, cloud) => ({
      createdWithApiVersion: "2025-01-01-preview",
      etag: `"${cloud.hex(16)}"`,
      isLegacyLogAnalyticsRule: false,
      isWorkspaceAlertsStorageConfigured: false,
    }),
    refuse: all(refuseUnknownRegion, ({ inputs }, cloud) => {
      for (const scope of textsAt(inputs, "scopes"))
        required(cloud, scope, ["operationalinsights:Workspace", "applicationinsights:Component"]);
      for (const id of textsAt(inputs, "actions.actionGroups")) required(cloud, id, ["monitor:ActionGroup"]);
    }),
  },
  {
    token: azure("monitor:AutoscaleSetting"),
    id: INSIGHTS + "/autoscaleSettings/{autoscaleSettingName}",
    silent: () => ({ enabled: true, notifications: [] }),
    refuse: all(refuseUnknownRegion, (draft, cloud) => {
      const target = requiredAt(draft, "targetResourceUri", cloud, "web:AppServicePlan");
      const twin = twinOf(draft, cloud, (one) => isNamed(one, "targetResourceUri", target?.id));
      if (twin !== undefined)
        throw badRequest(`The target resource has an autoscale setting already: '${twin.id}'.`, "Conflict");
      for (const profile of listAt(draft.inputs, "profiles")) refuseCapacity(profile as Properties);
    }),
  },
];

const RECEIVERS = words(
  "armRole automationRunbook azureAppPush azureFunction email eventHub itsm logicApp sms voice webhook",
);

/** An availability test belongs to the component that its hidden tag names. */
function refuseUntaggedTest({ inputs }: Draft, cloud: Cloud): void {
  const tags = isGroup(inputs["tags"]) ? Object.keys(inputs["tags"]) : [];
  const named = tags.filter((tag) => tag.startsWith("hidden-link:"));
  const components = named
    .map((tag) => cloud.find(tag.slice("hidden-link:".length)))
    .filter((found) => found?.token === azure("applicationinsights:Component"));
  if (components.length !== 1)
    throw badRequest(
      `A single 'hidden-link' tag pointing to an existing AI component is required. Found ${components.length === 0 ? "none" : String(components.length)}.`,
    );
}

function refuseAlert({ inputs }: Draft, cloud: Cloud): void {
  for (const scope of textsAt(inputs, "scopes")) required(cloud, scope);
  for (const action of listAt(inputs, "actions"))
    required(cloud, textAt(action, "actionGroupId"), ["monitor:ActionGroup"]);
  required(cloud, textAt(inputs, "criteria.webTestId"), ["applicationinsights:WebTest"]);
  required(cloud, textAt(inputs, "criteria.componentId"), ["applicationinsights:Component"]);
  const severity = at(inputs, "severity");
  if (typeof severity === "number" && (severity < 0 || severity > 4))
    throw badRequest("Severity must be from 0 to 4.");
}

function refuseScope(scope: string, cloud: Cloud): void {
  if (isSameId(scope.replace(/\/$/u, ""), "/subscriptions/" + cloud.subscriptionId)) return;
  if (cloud.find(scope) === undefined) throw linkedNotFound(scope);
}

function refuseCapacity(profile: Properties): void {
  const [least, most, usual] = ["minimum", "maximum", "default"].map((name) =>
    Number(textAt(profile, "capacity." + name)),
  );
  if (least === undefined || most === undefined || usual === undefined || !(least <= usual && usual <= most))
    throw badRequest(
      "The capacity of an autoscale profile must hold: minimum <= default <= maximum.",
      "InvalidCapacity",
    );
}
