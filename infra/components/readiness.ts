/** Makes the update wait until site and slot answer with the packages and settings that they were given. */
import * as pulumi from "@pulumi/pulumi";
import { Ready } from "../dataplane/resources.ts";
import type { RunningDigests } from "../packages.ts";
import { named, type DeploymentContext } from "./deploymentContext.ts";
import type { Site } from "./site.ts";
import type { SiteSettings } from "./siteSettings.ts";

/** A new Front Door has been observed to take 40 to 50 minutes until it answers. */
const EDGE_SECONDS = 3600;

export interface ReadinessArguments {
  readonly context: DeploymentContext;
  readonly site: Site;
  readonly running: RunningDigests;
  readonly settings: SiteSettings;
  /** Present where the site is behind an edge: the edge's host name, and what has to exist before anybody calls it. */
  readonly edge?:
    { readonly host: pulumi.Output<string>; readonly open: readonly pulumi.Resource[] } | undefined;
}

export class Readiness extends pulumi.ComponentResource {
  /** Once these exist, callers from outside reach the connector. */
  readonly answered: readonly pulumi.Resource[];

  constructor(name: string, args: ReadinessArguments, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:Readiness", name, {}, options);
    const { site, running, settings, edge } = args;
    const { slot } = site;
    // Site and slot are always named together, so that a swap, which exchanges what they run, counts as no change.
    const sites = (host: pulumi.Output<string>) => [
      { address: addressOf(host), digest: running.site, revision: settings.siteRevision },
      ...(slot !== undefined && running.staging !== undefined && settings.stagingRevision !== undefined
        ? [{ address: addressOf(slot.host), digest: running.staging, revision: settings.stagingRevision }]
        : []),
    ];
    const logs = "the table AppServiceConsoleLogs of the workspace " + named("log", args.context.stack);
    const answered = new Ready(
      name,
      { sites: sites(site.host), logs },
      { parent: this, dependsOn: settings.applied },
    );
    const through = edge && [
      new Ready(
        name + "-edge",
        { sites: sites(edge.host), logs, withinSeconds: EDGE_SECONDS },
        { parent: this, dependsOn: [answered, ...edge.open] },
      ),
    ];
    this.answered = [answered, ...(through ?? [])];
    this.registerOutputs({});
  }
}

const addressOf = (host: pulumi.Output<string>) => pulumi.interpolate`https://${host}`;
