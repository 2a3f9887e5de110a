/** A store's private address in the deployment's network, and the name that leads to it. */
import * as network from "@pulumi/azure-native/network/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { PrivateService } from "./azureConstants.ts";
import { named, tags, type DeploymentContext } from "./deploymentContext.ts";
import type { Network } from "./network.ts";

export interface PrivateAccessArgs {
  readonly context: DeploymentContext;
  readonly network: Network;
  readonly service: PrivateService;
  /** Azure id of the store. */
  readonly target: pulumi.Input<string>;
  /** What else is changed of the store, or names the network's subnets, before the endpoint joins the network. */
  readonly after: readonly pulumi.Resource[];
}

export class PrivateAccess extends pulumi.ComponentResource {
  readonly endpointId: pulumi.Output<string>;
  /** Requests from within the network take the private way once these exist. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: PrivateAccessArgs, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:PrivateAccess", name, {}, options);
    const { context, service, target, after } = args;
    const { stack, location, group } = context;
    const called = named("pe-" + service.toLowerCase(), stack);

    const endpoint = new network.PrivateEndpoint(
      service,
      {
        resourceGroupName: group.name,
        privateEndpointName: called,
        location,
        subnet: { id: args.network.endpointsSubnetId },
        privateLinkServiceConnections: [{ name: called, privateLinkServiceId: target, groupIds: [service] }],
        tags: tags(stack, "phi-transient"),
      },
      { parent: this, dependsOn: [...args.network.settled, ...after] },
    );
    const zone = args.network.zones?.[service];
    const names = zone && [
      zone.networkLink,
      new network.PrivateDnsZoneGroup(
        service,
        {
          resourceGroupName: group.name,
          privateEndpointName: endpoint.name,
          privateDnsZoneGroupName: "default",
          privateDnsZoneConfigs: [{ name: service.toLowerCase(), privateDnsZoneId: zone.id }],
        },
        { parent: this },
      ),
    ];

    this.endpointId = endpoint.id;
    this.ready = [endpoint, ...(names ?? [])];
    this.registerOutputs({ endpointId: this.endpointId });
  }
}

/**
 * In a private network, gives each service of a store its private address, one after the other, since a store accepts one
 * change at a time. In any other network it does nothing.
 * @returns what anybody who calls the store from inside the network has to wait for.
 */
export function privately(
  parent: pulumi.Resource,
  services: readonly PrivateService[],
  args: Omit<PrivateAccessArgs, "service" | "after">,
  after: readonly pulumi.Resource[] = [],
): readonly pulumi.Resource[] {
  if (args.context.stack.network.mode !== "private") return [];
  return services.reduce<readonly pulumi.Resource[]>(
    (ready, service) => [
      ...ready,
      ...new PrivateAccess(service, { ...args, service, after: [...after, ...ready] }, { parent }).ready,
    ],
    [],
  );
}
