/**
 * The application settings of site and slot, and the revision by which the connector says which settings it runs with.
 */
import * as web from "@pulumi/azure-native/web/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { SettingValues } from "../../app/config/names.ts";
import { revisionOf } from "../revision.ts";
import type { DeploymentContext } from "./deploymentContext.ts";
import { whileItChanges } from "./patience.ts";
import { STAGING, type Site } from "./site.ts";

/** A package that a site runs: its digest is known before anything is created, its address only afterwards. */
export interface Running {
  readonly digest: string;
  readonly url: pulumi.Output<string>;
}

export interface SiteSettingsArguments {
  readonly context: DeploymentContext;
  readonly site: Site;
  readonly identityId: pulumi.Output<string>;
  /** The connector's settings for the package with this digest, without their revision. */
  readonly settingsFor: (digest: string) => Omit<SettingValues<pulumi.Output<string>>, "CONNECTOR_REVISION">;
  readonly onSite: Running;
  /** What the slot runs; undefined where there is no slot. */
  readonly onStaging: Running | undefined;
  /** What a connector needs from its start: role assignments, keys, containers. */
  readonly after: readonly pulumi.Resource[];
}

/** The setting that stays with the slot in a swap: a release that waits in the slot does no background work. */
const STICKY = { CONNECTOR_WORKER: "off" } as const;

/**
 * App Service considers a container started when it answers the first address; a swap waits until the second says that store
 * and keys are reachable.
 */
const WARM_UP = {
  WEBSITE_WARMUP_PATH: "/healthz",
  WEBSITE_WARMUP_STATUSES: "200",
  WEBSITE_SWAP_WARMUP_PING_PATH: "/readyz",
  WEBSITE_SWAP_WARMUP_PING_STATUSES: "200",
} as const;

/** Nothing is built on the site, because the package is complete. */
const AS_PACKAGED = { SCM_DO_BUILD_DURING_DEPLOYMENT: "false", ENABLE_ORYX_BUILD: "false" } as const;

/**
 * Settings of site and slot. Each set is complete: Azure removes a setting that is not in it. The two sets differ in the
 * package and in {@link STICKY}, which the revision leaves out, so that a swap exchanges packages and nothing else.
 */
export class SiteSettings extends pulumi.ComponentResource {
  readonly siteRevision: pulumi.Output<string>;
  readonly stagingRevision: pulumi.Output<string> | undefined;
  /** These exist once the settings are in force. */
  readonly applied: pulumi.Resource[];

  constructor(name: string, args: SiteSettingsArguments, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:SiteSettings", name, {}, options);
    const owner = { resourceGroupName: args.context.group.name, name: args.site.siteName };
    const sticky = new web.WebAppSlotConfigurationNames(
      name + "-sticky",
      {
        ...owner,
        appSettingNames: Object.keys(STICKY),
        connectionStringNames: [],
        azureStorageConfigNames: [],
      },
      { parent: this, dependsOn: [...args.site.changed], hooks: whileItChanges(name + "-sticky") },
    );
    const onSite = settingsOf(args, args.onSite);
    this.siteRevision = onSite.CONNECTOR_REVISION;
    this.applied = [
      sticky,
      new web.WebAppApplicationSettings(
        name,
        { ...owner, properties: onSite },
        { parent: this, dependsOn: [sticky, ...args.after], hooks: whileItChanges(name) },
      ),
    ];
    if (args.onStaging !== undefined) {
      const onStaging = settingsOf(args, args.onStaging);
      this.stagingRevision = onStaging.CONNECTOR_REVISION;
      this.applied.push(
        new web.WebAppApplicationSettingsSlot(
          name + "-staging",
          { ...owner, slot: STAGING, properties: { ...onStaging, ...STICKY } },
          { parent: this, dependsOn: [sticky, ...args.after], hooks: whileItChanges(name + "-staging") },
        ),
      );
    }
    this.registerOutputs({});
  }
}

function settingsOf({ settingsFor, identityId }: SiteSettingsArguments, running: Running) {
  const settings = {
    ...settingsFor(running.digest),
    ...WARM_UP,
    ...AS_PACKAGED,
    WEBSITE_RUN_FROM_PACKAGE: running.url,
    WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: identityId,
  };
  return { ...settings, CONNECTOR_REVISION: pulumi.output(settings).apply(revisionOf) };
}
