import * as pulumi from "@pulumi/pulumi";
import { Ready } from "../dataplane/resources.ts";
import type { Releases } from "../packages.ts";
import { named, type Ground } from "./ground.ts";
import type { Site } from "./site.ts";
import type { SiteSettings } from "./siteSettings.ts";

export interface ReadinessArguments {
  readonly ground: Ground;
  readonly site: Site;
  readonly release: Releases;
  readonly settings: SiteSettings;
}

/** The update ends when site and slot answer with the packages and settings that they were given. */
export class Readiness extends pulumi.ComponentResource {
  readonly answered: pulumi.Resource;

  constructor(name: string, args: ReadinessArguments, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:Readiness", name, {}, options);
    const { site, release, settings } = args;
    const { slot } = site;
    const sites = [
      { address: addressOf(site.host), digest: release.site, revision: settings.siteRevision },
      ...(slot !== undefined && release.staging !== undefined && settings.stagingRevision !== undefined
        ? [{ address: addressOf(slot.host), digest: release.staging, revision: settings.stagingRevision }]
        : []),
    ];
    this.answered = new Ready(
      name,
      {
        sites,
        logs: "the table AppServiceConsoleLogs of the workspace " + named("log", args.ground.stack),
      },
      { parent: this, dependsOn: settings.applied },
    );
    this.registerOutputs({});
  }
}

const addressOf = (host: pulumi.Output<string>) => pulumi.interpolate`https://${host}`;
