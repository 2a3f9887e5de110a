import * as web from "@pulumi/azure-native/web/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { SettingValues } from "../../app/config/names.ts";
import { revisionOf } from "../revision.ts";
import type { DeploymentContext } from "./deploymentContext.ts";
import { STAGING, type Site } from "./site.ts";

/** A package that runs: its digest is known before anything is made, its address only then. */
export interface Running {
  readonly digest: string;
  readonly url: pulumi.Output<string>;
}

export interface SiteSettingsArguments {
  readonly context: DeploymentContext;
  readonly site: Site;
  readonly identityId: pulumi.Output<string>;
  /** The connector's settings for a package, without their revision. */
  readonly settingsFor: (digest: string) => Omit<SettingValues<pulumi.Output<string>>, "CONNECTOR_REVISION">;
  readonly onSite: Running;
  /** Set where there is a slot. */
  readonly onStaging: Running | undefined;
  /** What a connector needs from its first breath: roles, keys, containers. */
  readonly after: readonly pulumi.Resource[];
}

/** What stays with the slot in a swap: while a release waits there it takes no background work. */
const STICKY = { CONNECTOR_WORKER: "off" } as const;

/** App Service starts when a container answers this; a swap waits until store and keys are reached. */
const WARM_UP = {
  WEBSITE_WARMUP_PATH: "/healthz",
  WEBSITE_WARMUP_STATUSES: "200",
  WEBSITE_SWAP_WARMUP_PING_PATH: "/readyz",
  WEBSITE_SWAP_WARMUP_PING_STATUSES: "200",
} as const;

/** Nothing is built on the site: the package has all it needs. */
const AS_PACKAGED = { SCM_DO_BUILD_DURING_DEPLOYMENT: "false", ENABLE_ORYX_BUILD: "false" } as const;

/**
 * Settings of site and slot, each a whole set: what is not here is taken away. They differ in the package and in
 * {@link STICKY}, which the revision leaves out, so that a swap exchanges them and nothing else.
 */
export class SiteSettings extends pulumi.ComponentResource {
  readonly siteRevision: pulumi.Output<string>;
  readonly stagingRevision: pulumi.Output<string> | undefined;
  /** Exist once the settings are in force. */
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
      { parent: this, dependsOn: [...args.site.changed] },
    );
    const onSite = settingsOf(args, args.onSite);
    this.siteRevision = onSite.CONNECTOR_REVISION;
    this.applied = [
      sticky,
      new web.WebAppApplicationSettings(
        name,
        { ...owner, properties: onSite },
        { parent: this, dependsOn: [sticky, ...args.after] },
      ),
    ];
    if (args.onStaging !== undefined) {
      const onStaging = settingsOf(args, args.onStaging);
      this.stagingRevision = onStaging.CONNECTOR_REVISION;
      this.applied.push(
        new web.WebAppApplicationSettingsSlot(
          name + "-staging",
          { ...owner, slot: STAGING, properties: { ...onStaging, ...STICKY } },
          { parent: this, dependsOn: [sticky, ...args.after] },
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
