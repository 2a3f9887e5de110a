import * as monitor from "@pulumi/azure-native/monitor/index.js";
import * as pulumi from "@pulumi/pulumi";

/**
 * What each kind of resource may write down. A patient's link is a key, so no category that carries addresses people
 * call, who called, or who was written to is collected, and no group such as allLogs, to which vendors add.
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
  // A queue's log holds each message; the topic's says which delivery failed, and nothing of what was in it.
  queues: [],
  topic: ["DeliveryFailures"],
} as const;

export type Logged = Readonly<Partial<Record<keyof typeof CATEGORIES, pulumi.Output<string>>>>;

/** A diagnostic setting for each resource, to the deployment's own workspace. */
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

/** Numbers without anybody in them, where the kind has a group of them. */
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
