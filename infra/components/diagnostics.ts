/** Sends the logs of each resource to the workspace, and never those that could show a patient's link or number. */
import * as monitor from "@pulumi/azure-native/monitor/index.js";
import * as pulumi from "@pulumi/pulumi";

/**
 * Log categories that are collected for each kind of resource. A patient's link works like a key, so no category is
 * collected that carries requested addresses, callers or recipients of messages; nor is a group such as allLogs, because
 * vendors add categories to groups.
 */
const CATEGORIES = {
  vault: ["AuditEvent"],
  store: ["ControlPlaneRequests"],
  site: ["AppServiceConsoleLogs", "AppServicePlatformLogs"],
  slot: ["AppServiceConsoleLogs", "AppServicePlatformLogs"],
  communication: ["AuthOperational", "Usage"],
  edge: ["FrontDoorHealthProbeLog", "FrontDoorWebApplicationFirewallLog"],
  packages: ["StorageWrite", "StorageDelete"],
  storage: [],
  // A queue's log would hold each message. The topic's log says which delivery failed, but nothing of its content.
  queues: [],
  topic: ["DeliveryFailures"],
} as const;

export type Logged = Readonly<Partial<Record<keyof typeof CATEGORIES, pulumi.Output<string>>>>;

/** A diagnostic setting for each resource, which sends its logs to the deployment's own workspace. */
export class Diagnostics extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: { readonly workspaceId: pulumi.Output<string>; readonly logged: Logged },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("ehr:components:Diagnostics", name, {}, options);
    for (const kind of Object.keys(CATEGORIES) as (keyof typeof CATEGORIES)[]) {
      const resourceUri = args.logged[kind];
      if (resourceUri === undefined) continue;
      new monitor.DiagnosticSetting(
        name + "-" + kind,
        {
          name: "connector",
          resourceUri,
          workspaceId: args.workspaceId,
          logs: CATEGORIES[kind].map((category) => ({ category, enabled: true })),
          metrics: METRICS[kind] === undefined ? [] : [{ category: METRICS[kind], enabled: true }],
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

/** The metrics group of each kind of resource that has one. Metrics are numbers and identify nobody. */
const METRICS: Readonly<Partial<Record<keyof typeof CATEGORIES, string>>> = {
  vault: "AllMetrics",
  store: "Requests",
  site: "AllMetrics",
  slot: "AllMetrics",
  communication: "Traffic",
  edge: "AllMetrics",
  packages: "Transaction",
  storage: "Transaction",
  queues: "Transaction",
  topic: "AllMetrics",
};
