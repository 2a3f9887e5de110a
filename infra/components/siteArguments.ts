/** The properties that site and slot have in common, so that a swap changes none of them. */
import type * as web from "@pulumi/azure-native/web/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { NODE_ARGUMENTS } from "../../app/domain/nodeArguments.ts";
import { accessRestrictions, type RestrictionArguments } from "./accessRestrictions.ts";
import { tags, type DeploymentContext } from "./deploymentContext.ts";

export interface SiteArguments extends Omit<RestrictionArguments, "stack"> {
  readonly context: DeploymentContext;
  readonly planId: pulumi.Output<string>;
  readonly identityId: pulumi.Output<string>;
  readonly appSubnetId: pulumi.Output<string>;
  /** The subnets, and the stores that admit them: the site joins the network once nothing else changes or names it. */
  readonly joinsAfter: readonly pulumi.Resource[];
}

/** App Service would otherwise choose a start command by itself. */
const START = ["node", ...NODE_ARGUMENTS, "connector.js"].join(" ");

export function siteArguments(args: SiteArguments) {
  const { stack, group, location } = args.context;
  return {
    resourceGroupName: group.name,
    location,
    kind: "app,linux",
    serverFarmId: args.planId,
    reserved: true,
    httpsOnly: true,
    identity: { type: "UserAssigned", userAssignedIdentities: [args.identityId] },
    keyVaultReferenceIdentity: args.identityId,
    virtualNetworkSubnetId: args.appSubnetId,
    outboundVnetRouting: { allTraffic: true },
    publicNetworkAccess: "Enabled",
    clientAffinityEnabled: false,
    endToEndEncryptionEnabled: true,
    sshEnabled: false,
    siteConfig: {
      linuxFxVersion: "NODE|24-lts",
      appCommandLine: START,
      alwaysOn: true,
      healthCheckPath: "/healthz",
      http20Enabled: true,
      minTlsVersion: "1.2",
      scmMinTlsVersion: "1.2",
      ftpsState: "Disabled",
      remoteDebuggingEnabled: false,
      webSocketsEnabled: false,
      use32BitWorkerProcess: false,
      ipSecurityRestrictionsDefaultAction: "Deny",
      ipSecurityRestrictions: accessRestrictions({ ...args, stack }),
      scmIpSecurityRestrictionsDefaultAction: "Deny",
      scmIpSecurityRestrictionsUseMain: false,
    },
    tags: tags(stack, "phi-transient"),
  } satisfies web.WebAppArgs;
}
