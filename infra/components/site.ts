/** The web app that runs the connector, and in production its slot. */
import * as web from "@pulumi/azure-native/web/index.js";
import * as pulumi from "@pulumi/pulumi";
import { hasStaging } from "../stack/choices.ts";
import { whileItChanges } from "./patience.ts";
import { verbatimInputs } from "./verbatimInputs.ts";
import { isProtected, named } from "./deploymentContext.ts";
import { siteArguments, type SiteArguments } from "./siteArguments.ts";

/** Name of the slot in which production's next release waits. */
export const STAGING = "staging";

/** Where the connector runs: a site and, in production, a slot beside it. What they run is set by {@link SiteSettings}. */
export class Site extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  readonly siteName: pulumi.Output<string>;
  /** Host name that Azure gave the site. */
  readonly host: pulumi.Output<string>;
  /** The changes made to site and slot; whatever changes the site further has to wait for them. */
  readonly changed: readonly pulumi.Resource[];
  readonly slot: { readonly id: pulumi.Output<string>; readonly host: pulumi.Output<string> } | undefined;

  constructor(name: string, args: SiteArguments, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:Site", name, {}, options);
    const { stack, group } = args.context;
    const said = siteArguments(args);
    const site = new web.WebApp(named("app", stack), said, {
      parent: this,
      protect: isProtected(stack),
      dependsOn: [...args.joinsAfter],
      hooks: whileItChanges(name),
      transformations: [verbatimInputs(said, "siteConfig")],
    });
    this.id = site.id;
    this.siteName = site.name;
    this.host = site.defaultHostName;
    const owner = { resourceGroupName: group.name, name: site.name };
    // Azure refuses a second change of a site while the first is under way ("Cannot modify this site"), so each waits for
    // the one before, and until Azure itself has come to an end.
    const after = (change: string) => ({ hooks: whileItChanges(`${name}-${change}`) });
    const ftp = new web.WebAppFtpAllowed(
      name + "-ftp",
      { ...owner, allow: false },
      { parent: site, ...after("ftp") },
    );
    const scm = new web.WebAppScmAllowed(
      name + "-scm",
      { ...owner, allow: false },
      { parent: site, dependsOn: [ftp], ...after("scm") },
    );
    this.changed = [ftp, scm];
    if (hasStaging(stack)) {
      const waiting = { ...said, name: site.name, slot: STAGING };
      const slot = new web.WebAppSlot(name + "-staging", waiting, {
        parent: site,
        dependsOn: [scm],
        ...after("staging"),
        transformations: [verbatimInputs(waiting, "siteConfig")],
      });
      const ofSlot = { ...owner, slot: STAGING };
      const slotFtp = new web.WebAppFtpAllowedSlot(
        name + "-staging-ftp",
        { ...ofSlot, allow: false },
        { parent: slot, ...after("staging-ftp") },
      );
      const slotScm = new web.WebAppScmAllowedSlot(
        name + "-staging-scm",
        { ...ofSlot, allow: false },
        { parent: slot, dependsOn: [slotFtp], ...after("staging-scm") },
      );
      this.changed = [ftp, scm, slot, slotFtp, slotScm];
      this.slot = { id: slot.id, host: slot.defaultHostName };
    }
    this.registerOutputs({ id: this.id, host: this.host });
  }
}
