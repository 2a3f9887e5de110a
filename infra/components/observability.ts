/** Where logs are kept, within the geography, and who is alerted when something is wrong. No key opens any of it. */
import * as applicationinsights from "@pulumi/azure-native/applicationinsights/index.js";
import * as monitor from "@pulumi/azure-native/monitor/index.js";
import * as operationalinsights from "@pulumi/azure-native/operationalinsights/index.js";
import * as pulumi from "@pulumi/pulumi";
import { GLOBAL } from "../stack/regions.ts";
import { inSubscription, isProtected, named, tags, type DeploymentContext } from "./deploymentContext.ts";

/**
 * Azure's own services write to the workspace and owners read it from their desks; closing it would take a private link
 * scope for the whole network. It is protected by two facts: no key opens it, and no log holds anything about a patient.
 */
const OPEN_TO_ENTRA = {
  publicNetworkAccessForIngestion: "Enabled",
  publicNetworkAccessForQuery: "Enabled",
} as const;

export class Observability extends pulumi.ComponentResource {
  readonly workspaceId: pulumi.Output<string>;
  /** The Application Insights component, by the resource: an availability test has to wait for it. */
  readonly component: pulumi.Resource;
  readonly componentId: pulumi.Output<string>;
  readonly actionGroupId: pulumi.Output<string>;

  constructor(
    name: string,
    { context }: { readonly context: DeploymentContext },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("ehr:components:Observability", name, {}, options);
    const { stack, group, location } = context;
    const common = { resourceGroupName: group.name, tags: tags(stack, "operational") };
    const workspace = new operationalinsights.Workspace(
      name + "-workspace",
      {
        ...common,
        workspaceName: named("log", stack),
        location,
        sku: { name: "PerGB2018" },
        retentionInDays: stack.retention.logsDays,
        ...OPEN_TO_ENTRA,
        features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true },
      },
      { parent: this, protect: isProtected(stack) },
    );
    const component = new applicationinsights.Component(
      name + "-insights",
      {
        ...common,
        resourceName: named("appi", stack),
        location,
        kind: "web",
        applicationType: "web",
        workspaceResourceId: workspace.id,
        ingestionMode: "LogAnalytics",
        ...OPEN_TO_ENTRA,
        disableLocalAuth: true,
        disableIpMasking: false,
      },
      { parent: this },
    );
    const told = new monitor.ActionGroup(
      name + "-owners",
      {
        ...common,
        actionGroupName: named("owners", stack),
        location: GLOBAL,
        groupShortName: "ehr-owners",
        enabled: true,
        emailReceivers: [
          { name: stack.owners.team, emailAddress: stack.owners.email, useCommonAlertSchema: true },
        ],
      },
      { parent: this },
    );
    // The subscription's activity log (who did what), kept as long as the other logs.
    new monitor.DiagnosticSetting(
      name + "-activity",
      {
        name: named("activity", stack),
        resourceUri: inSubscription(stack),
        workspaceId: workspace.id,
        logs: ["Administrative", "Security", "Policy", "Alert", "ServiceHealth"].map((category) => ({
          category,
          enabled: true,
        })),
      },
      { parent: this },
    );
    this.workspaceId = workspace.id;
    this.component = component;
    this.componentId = component.id;
    this.actionGroupId = told.id;
    this.registerOutputs({ workspaceId: this.workspaceId });
  }
}
