/**
 * The deployment's own network: the app's subnet, the stores' private addresses, and a subnet for whoever runs `pulumi up`.
 */
import * as network from "@pulumi/azure-native/network/index.js";
import * as privatedns from "@pulumi/azure-native/privatedns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { GLOBAL } from "../stack/regions.ts";
import { subnetRanges, type SubnetRanges } from "./addresses.ts";
import { PRIVATE_ZONES, type PrivateService } from "./azureConstants.ts";
import { named, tags, type DeploymentContext } from "./deploymentContext.ts";
import { trafficRules } from "./trafficRules.ts";

type Part = keyof SubnetRanges;

const STORES = ["Microsoft.Storage", "Microsoft.KeyVault", "Microsoft.AzureCosmosDB"];

/** Through a service endpoint a store sees which subnet a request comes from, and may admit that subnet only. */
const SERVICE_ENDPOINTS: Readonly<Record<Part, readonly string[]>> = {
  app: STORES,
  endpoints: [],
  runners: [...STORES, "Microsoft.Web"],
};

/** A private DNS zone with the names of a service, and the link by which the network sees them. */
export interface Zone {
  readonly id: pulumi.Output<string>;
  readonly networkLink: pulumi.Resource;
}

export class Network extends pulumi.ComponentResource {
  readonly networkId: pulumi.Output<string>;
  readonly appSubnetId: pulumi.Output<string>;
  readonly endpointsSubnetId: pulumi.Output<string>;
  readonly runnersSubnetId: pulumi.Output<string>;
  /**
   * The subnets. While one of them is being created, Azure refuses any other change of the network ("another operation is in
   * progress").
   */
  readonly settled: readonly pulumi.Resource[];
  /** Present where stores have private addresses only. */
  readonly zones: Readonly<Record<PrivateService, Zone>> | undefined;

  constructor(
    name: string,
    { context }: { context: DeploymentContext },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("ehr:components:Network", name, {}, options);
    const { stack, location, group } = context;

    const whole = new network.VirtualNetwork(
      "network",
      {
        resourceGroupName: group.name,
        virtualNetworkName: named("vnet", stack),
        location,
        addressSpace: { addressPrefixes: [stack.network.addressSpace] },
        tags: tags(stack, "phi-transient"),
      },
      { parent: this },
    );
    // Azure accepts one change of a network's subnets at a time, so each subnet waits for the one before.
    const app = this.#subnet("app", context, whole, []);
    const endpoints = this.#subnet("endpoints", context, whole, [app]);
    const runners = this.#subnet("runners", context, whole, [endpoints]);

    this.networkId = whole.id;
    this.appSubnetId = app.id;
    this.endpointsSubnetId = endpoints.id;
    this.runnersSubnetId = runners.id;
    this.settled = [app, endpoints, runners];
    this.zones = stack.network.mode === "private" ? this.#zones(context, whole, this.settled) : undefined;
    this.registerOutputs({ networkId: this.networkId });
  }

  #subnet(
    part: Part,
    context: DeploymentContext,
    whole: network.VirtualNetwork,
    after: pulumi.Resource[],
  ): network.Subnet {
    const { stack, location, group } = context;
    const ranges = subnetRanges(stack.network.addressSpace);

    const rules = new network.NetworkSecurityGroup(
      part,
      {
        resourceGroupName: group.name,
        networkSecurityGroupName: named("nsg-" + part, stack),
        location,
        securityRules: trafficRules(ranges)[part],
        tags: tags(stack, "phi-transient"),
      },
      { parent: this },
    );
    return new network.Subnet(
      part,
      {
        resourceGroupName: group.name,
        virtualNetworkName: whole.name,
        subnetName: part,
        addressPrefix: ranges[part],
        // No traffic leaves by an outbound address that Azure chooses; App Service has outbound addresses of its own, and a
        // runner gets one.
        defaultOutboundAccess: false,
        networkSecurityGroup: { id: rules.id },
        serviceEndpoints: SERVICE_ENDPOINTS[part].map((service) => ({ service })),
        // Without this setting, the network security rules do not apply to private endpoints.
        privateEndpointNetworkPolicies: "Enabled",
        ...(part === "app" && { delegations: [{ name: "app", serviceName: "Microsoft.Web/serverFarms" }] }),
      },
      { parent: this, dependsOn: after },
    );
  }

  /**
   * The links are changes of one network, so each waits for the one before
   * (https://github.com/hashicorp/terraform-provider-azurerm/issues/29354).
   */
  #zones(
    context: DeploymentContext,
    whole: network.VirtualNetwork,
    settled: readonly pulumi.Resource[],
  ): Readonly<Record<PrivateService, Zone>> {
    const zone = (service: PrivateService, after: readonly pulumi.Resource[]) =>
      this.#zone(service, context, whole, after);
    const Sql = zone("Sql", settled);
    const vault = zone("vault", [...settled, Sql.networkLink]);
    const blob = zone("blob", [...settled, vault.networkLink]);
    return { Sql, vault, blob, queue: zone("queue", [...settled, blob.networkLink]) };
  }

  /** A DNS zone in which the names of stores resolve to their private addresses, for everybody in the network. */
  #zone(
    service: PrivateService,
    { stack, group }: DeploymentContext,
    whole: network.VirtualNetwork,
    after: readonly pulumi.Resource[],
  ): Zone {
    const common = {
      resourceGroupName: group.name,
      location: GLOBAL,
      tags: tags(stack, "phi-transient"),
    };
    const zone = new privatedns.PrivateZone(
      service,
      { ...common, privateZoneName: PRIVATE_ZONES[service] },
      { parent: this },
    );
    const networkLink = new privatedns.VirtualNetworkLink(
      service,
      {
        ...common,
        privateZoneName: zone.name,
        virtualNetworkLinkName: named("link", stack),
        virtualNetwork: { id: whole.id },
        registrationEnabled: false,
      },
      { parent: this, dependsOn: [...after] },
    );
    return { id: zone.id, networkLink };
  }
}
