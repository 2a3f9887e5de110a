/**
 * The route from the public host name through the firewall to the site. It uses https from end to end and caches nothing.
 */
import * as cdn from "@pulumi/azure-native/cdn/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { FrontDoor } from "./frontDoor.ts";
import { named, type DeploymentContext } from "./deploymentContext.ts";

export interface EdgeRouteArguments {
  readonly context: DeploymentContext;
  readonly front: FrontDoor;
  /** Host name that Azure gave the site. */
  readonly siteHost: pulumi.Output<string>;
  readonly publicHost: string;
}

export class EdgeRoute extends pulumi.ComponentResource {
  /**
   * Value of the TXT record `_dnsauth.<public host>` that proves that the name belongs to the hospital; empty once Azure has
   * verified it.
   */
  readonly domainProof: pulumi.Output<string>;
  /** What has to exist before anybody calls through the edge. */
  readonly open: pulumi.Resource[];

  constructor(name: string, args: EdgeRouteArguments, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:EdgeRoute", name, {}, options);
    const { stack, group } = args.context;
    const owner = { profileName: args.front.profileName, resourceGroupName: group.name };
    const origins = new cdn.AFDOriginGroup(
      name + "-origins",
      {
        ...owner,
        originGroupName: named("origins", stack),
        sessionAffinityState: "Disabled",
        loadBalancingSettings: {
          sampleSize: 4,
          successfulSamplesRequired: 3,
          additionalLatencyInMilliseconds: 50,
        },
        healthProbeSettings: {
          probePath: "/readyz",
          probeProtocol: "Https",
          probeRequestType: "GET",
          probeIntervalInSeconds: 60,
        },
      },
      { parent: this },
    );
    const origin = new cdn.AFDOrigin(
      name + "-site",
      {
        ...owner,
        originGroupName: origins.name,
        originName: "site",
        hostName: args.siteHost,
        originHostHeader: args.siteHost,
        httpsPort: 443,
        enabledState: "Enabled",
        enforceCertificateNameCheck: true,
        priority: 1,
        weight: 1000,
      },
      { parent: this },
    );
    const domain = new cdn.AFDCustomDomain(
      name + "-domain",
      {
        ...owner,
        customDomainName: args.publicHost.replaceAll(".", "-"),
        hostName: args.publicHost,
        tlsSettings: { certificateType: "ManagedCertificate", minimumTlsVersion: "TLS12" },
      },
      { parent: this },
    );
    const route = new cdn.Route(
      name,
      {
        ...owner,
        endpointName: args.front.endpointName,
        routeName: "everything",
        originGroup: { id: origins.id },
        customDomains: [{ id: domain.id }],
        patternsToMatch: ["/*"],
        supportedProtocols: ["Http", "Https"],
        httpsRedirect: "Enabled",
        forwardingProtocol: "HttpsOnly",
        // Event Grid calls the host name that Azure gave, which works before the hospital's DNS does.
        linkToDefaultDomain: "Enabled",
        enabledState: "Enabled",
      },
      { parent: this, dependsOn: origin },
    );
    const guard = new cdn.SecurityPolicy(
      name + "-guard",
      {
        ...owner,
        securityPolicyName: "firewall",
        parameters: {
          type: "WebApplicationFirewall",
          wafPolicy: { id: args.front.firewallId },
          associations: [
            { domains: [{ id: args.front.endpointId }, { id: domain.id }], patternsToMatch: ["/*"] },
          ],
        },
      },
      { parent: this },
    );
    // Azure no longer answers the token once the name is verified.
    const proof: pulumi.Output<{ readonly validationToken?: string } | undefined> =
      domain.validationProperties;
    this.domainProof = proof.apply((properties) => properties?.validationToken ?? "");
    this.open = [route, guard];
    this.registerOutputs({ domainProof: this.domainProof });
  }
}
