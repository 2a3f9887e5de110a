/** Logs, alerts and scaling: categories must exist, a destination is used once, and targets must be there. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ProviderDriver, type Kept, driveProviders, SUBSCRIPTION } from "./providerDriver.ts";
import { azure, makes, refusal } from "./makes.ts";

let driver: ProviderDriver;
let make: ReturnType<typeof makes>;
let workspace: Kept;
beforeEach(async () => {
  driver = await driveProviders();
  make = makes(driver);
  await make.group();
  workspace = await make.workspace();
});
afterEach(() => driver.stop());

const diagnose = (resourceUri: string, more: object = {}, name = "connector") =>
  driver.create(azure("monitor:DiagnosticSetting"), name, {
    name,
    resourceUri,
    workspaceId: workspace.id,
    ...more,
  });
const logs = (...categories: string[]) => ({
  logs: categories.map((category) => ({ category, enabled: true })),
});

test("each type of resource has its own categories", async () => {
  const vault = await make.vault();
  expect(await refusal(diagnose(vault.id, logs("AppServiceHTTPLogs")))).toContain(
    "Category 'AppServiceHTTPLogs' is not supported.",
  );
  expect(
    await refusal(diagnose(vault.id, { metrics: [{ category: "Transaction", enabled: true }] })),
  ).toContain("Metric category 'Transaction'");
  expect(
    await refusal(diagnose(vault.id, { logs: [{ categoryGroup: "everything", enabled: true }] })),
  ).toContain("Category group: everything");
  const both = { logs: [{ category: "AuditEvent", categoryGroup: "audit", enabled: true }] };
  expect(await refusal(diagnose(vault.id, both))).toContain("cannot both be set");
  const made = await diagnose(vault.id, {
    ...logs("AuditEvent"),
    metrics: [{ category: "AllMetrics", enabled: true }],
  });
  // Azure answers everything in lower case, except the names that people gave.
  expect(made.id).not.toBe(`${vault.id}/providers/Microsoft.Insights/diagnosticSettings/connector`);
  expect(made.id).toBe(
    `/subscriptions/${SUBSCRIPTION}/resourcegroups/rg-lamna/providers/microsoft.keyvault/vaults/kv-lamna/providers/microsoft.insights/diagnosticSettings/connector`,
  );
});

test.each([
  ["cosmosdb", "ControlPlaneRequests", () => make.account()],
  ["communication", "AuthOperational", () => make.communication()],
])("what %s writes can be collected", async (_what, category, target) => {
  const made = await target();
  expect((await diagnose(made.id, logs(category))).outputs).toMatchObject({ workspaceId: workspace.id });
});

test("a storage account has metrics, and its services have logs", async () => {
  const account = await make.storage();
  expect(await refusal(diagnose(account.id, logs("StorageWrite")))).toContain(
    "'StorageWrite' is not supported",
  );
  await diagnose(account.id + "/blobServices/default", logs("StorageWrite"));
});

test("what administrators do in the subscription can be collected", async () => {
  const whole = `/subscriptions/${SUBSCRIPTION}`;
  await diagnose(whole, logs("Administrative"), "activity");
  expect(await refusal(diagnose(whole, logs("AuditEvent"), "other"))).toContain(
    "'AuditEvent' is not supported",
  );
});

test("two settings of a resource do not send to one workspace", async () => {
  const vault = await make.vault();
  await diagnose(vault.id, logs("AuditEvent"), "one");
  expect(await refusal(diagnose(vault.id, logs("AuditEvent"), "two"))).toContain(
    "is already used in diagnostic setting 'one'",
  );
});

test("a setting sends something somewhere, from and to what is there", async () => {
  const vault = await make.vault();
  expect(await refusal(diagnose(vault.id))).toContain("At least one log or metric category");
  expect(await refusal(diagnose(vault.id, { ...logs("AuditEvent"), workspaceId: "" }))).toContain(
    "At least one data sink",
  );
  expect(
    await refusal(diagnose(vault.id, { ...logs("AuditEvent"), workspaceId: workspace.id + "x" })),
  ).toContain("LinkedResourceNotFound");
  expect(await refusal(diagnose(vault.id + "x", logs("AuditEvent")))).toContain("could not be found");
});

test("a workspace keeps thirty days and takes keys unless told otherwise", async () => {
  expect(workspace.outputs).toMatchObject({ retentionInDays: 30, features: { disableLocalAuth: false } });
  expect(await refusal(driver.update(workspace, { ...workspace.inputs, retentionInDays: 900 }))).toContain(
    "from 30 to 730",
  );
});

const component = (more: object = {}) =>
  make.make("applicationinsights:Component", "insights", {
    resourceName: "appi-lamna",
    location: "eastus2",
    kind: "web",
    applicationType: "web",
    workspaceResourceId: workspace.id,
    ...more,
  });

test("Application Insights stands on a workspace that is there", async () => {
  expect(await refusal(component({ workspaceResourceId: workspace.id + "x" }))).toContain(
    "LinkedResourceNotFound",
  );
  expect(await refusal(component({ workspaceResourceId: "" }))).toContain("needs a workspaceResourceId");
  const vault = await make.vault();
  expect(await refusal(component({ workspaceResourceId: vault.id }))).toContain("LinkedInvalidPropertyId");
  expect((await component()).outputs).toMatchObject({
    disableLocalAuth: false,
    ingestionMode: "LogAnalytics",
  });
});

test("a web test says by a tag which component it belongs to", async () => {
  const insights = await component();
  const asks = (tags: Record<string, string>) =>
    make.make("applicationinsights:WebTest", "reached", {
      webTestName: "reached",
      location: "eastus2",
      syntheticMonitorId: "reached",
      webTestKind: "standard",
      kind: "standard",
      locations: [{ location: "us-va-ash-azr" }],
      tags,
    });
  expect(await refusal(asks({}))).toContain("hidden-link");
  expect(await refusal(asks({ ["hidden-link:" + insights.id + "x"]: "Resource" }))).toContain("Found none");
  await asks({ ["hidden-link:" + insights.id]: "Resource" });
});

const owners = () =>
  make.make("monitor:ActionGroup", "owners", {
    actionGroupName: "owners",
    location: "global",
    groupShortName: "owners",
    enabled: true,
  });
const alert = (scope: string, actionGroupId: string, more: object = {}) =>
  make.make("monitor:MetricAlert", "alert", {
    ruleName: "failing",
    location: "global",
    enabled: true,
    severity: 1,
    scopes: [scope],
    evaluationFrequency: "PT1M",
    windowSize: "PT5M",
    criteria: {
      odataType: "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
      allOf: [
        {
          name: "failing",
          criterionType: "StaticThresholdCriterion",
          metricName: "Http5xx",
          timeAggregation: "Total",
          operator: "GreaterThan",
          threshold: 1,
        },
      ],
    },
    actions: [{ actionGroupId }],
    ...more,
  });

test("an alert watches what is there and tells a group that is there, from nowhere in particular", async () => {
  const vault = await make.vault();
  const told = await owners();
  expect(await refusal(alert(vault.id + "x", told.id))).toContain("LinkedResourceNotFound");
  expect(await refusal(alert(vault.id, told.id + "x"))).toContain("LinkedResourceNotFound");
  expect(await refusal(alert(vault.id, told.id, { severity: 5 }))).toContain("Severity must be from 0 to 4");
  expect(await refusal(alert(vault.id, told.id, { location: "eastus2" }))).toContain(
    "LocationNotAvailableForResourceType",
  );
  expect((await alert(vault.id, told.id)).outputs).toMatchObject({ autoMitigate: true });
});

test("an alert on the activity log watches the subscription or what is there", async () => {
  const told = await owners();
  const watch = (scope: string, name: string) =>
    make.make("monitor:ActivityLogAlert", name, {
      activityLogAlertName: name,
      location: "global",
      scopes: [scope],
      condition: { allOf: [{ field: "category", equals: "Policy" }] },
      actions: { actionGroups: [{ actionGroupId: told.id }] },
    });
  await watch(`/subscriptions/${SUBSCRIPTION}`, "policy");
  expect(await refusal(watch("/subscriptions/x", "other"))).toContain("LinkedResourceNotFound");
});

test("a plan is scaled by one setting, whose least is not more than its most", async () => {
  const plan = await make.plan();
  const scale = (name: string, minimum: string, targetResourceUri = plan.id) =>
    make.make("monitor:AutoscaleSetting", name, {
      autoscaleSettingName: name,
      location: "eastus2",
      targetResourceUri,
      profiles: [{ name: "usual", capacity: { minimum, maximum: "4", default: "2" }, rules: [] }],
    });
  expect(await refusal(scale("one", "3"))).toContain("InvalidCapacity");
  expect(await refusal(scale("one", "2", plan.id + "x"))).toContain("LinkedResourceNotFound");
  await scale("one", "2");
  expect(await refusal(scale("two", "2"))).toContain("has an autoscale setting already");
});
