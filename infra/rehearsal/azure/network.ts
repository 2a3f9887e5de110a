/** Virtual networks, subnets, what guards them and what stands in them. */
import { isSameId, parentOf } from "../cloud/ids.ts";
import { isGroup, listAt, type Properties, textAt } from "../cloud/json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "../cloud/model.ts";
import {
  inUse,
  refuseEndpoint,
  refuseSameRules,
  refuseSpace,
  refuseSubnet,
  refuseUsed,
  subnetsOf,
} from "./networkRules.ts";
import { refuseUnknownRegion } from "./regions.ts";
import { all, azure, required } from "./require.ts";

const NETWORK = "{group}/providers/Microsoft.Network/virtualNetworks/{virtualNetworkName}";

const stamped = ({ before }: Draft, cloud: Cloud): Properties => ({
  etag: `W/"${cloud.uuid()}"`,
  provisioningState: "Succeeded",
  resourceGuid: textAt(before?.properties, "resourceGuid") ?? cloud.uuid(),
});

export const NETWORK_KINDS: readonly Kind[] = [
  {
    token: azure("network:VirtualNetwork"),
    id: NETWORK,
    shared: ["subnets", "virtualNetworkPeerings"],
    silent: () => ({
      enableDdosProtection: false,
      privateEndpointVNetPolicies: "Disabled",
      subnets: [],
      virtualNetworkPeerings: [],
    }),
    decided: stamped,
    answered: (network, cloud) => ({ subnets: subnetsOf(network, cloud).map((one) => within(one, cloud)) }),
    refuse: all(refuseUnknownRegion, refuseSpace),
    afterWrite: writeInlineSubnets,
    refuseDelete: (network, cloud) =>
      subnetsOf(network, cloud).forEach((subnet) => refuseUsed(subnet, cloud)),
  },
  {
    token: azure("network:Subnet"),
    id: NETWORK + "/subnets/{subnetName}",
    silent: () => ({
      delegations: [],
      privateEndpointNetworkPolicies: "Disabled",
      privateLinkServiceNetworkPolicies: "Enabled",
      serviceEndpoints: [],
    }),
    decided: (draft, cloud) => ({
      etag: `W/"${cloud.uuid()}"`,
      provisioningState: "Succeeded",
      delegations: listAt(draft.inputs, "delegations")
        .filter(isGroup)
        .map((one) => ({
          actions: ["Microsoft.Network/virtualNetworks/subnets/action"],
          provisioningState: "Succeeded",
          type: "Microsoft.Network/virtualNetworks/subnets/delegations",
          ...one,
        })),
    }),
    refuse: refuseSubnet,
    refuseDelete: refuseUsed,
  },
  {
    token: azure("network:NetworkSecurityGroup"),
    id: "{group}/providers/Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}",
    silent: () => ({ securityRules: [] }),
    decided: (draft, cloud) => ({ ...stamped(draft, cloud), defaultSecurityRules: [] }),
    refuse: all(refuseUnknownRegion, refuseSameRules),
    refuseDelete: (guard, cloud) => {
      const user = cloud
        .all(azure("network:Subnet"))
        .find((subnet) => isSameId(textAt(subnet.properties, "networkSecurityGroup.id") ?? "", guard.id));
      if (user !== undefined) throw inUse("NetworkSecurityGroup", guard, user.id);
    },
  },
  {
    token: azure("network:PrivateEndpoint"),
    id: "{group}/providers/Microsoft.Network/privateEndpoints/{privateEndpointName}",
    replacedBy: ["subnet", "subnet.id"],
    silent: () => ({ customDnsConfigs: [], ipConfigurations: [], manualPrivateLinkServiceConnections: [] }),
    decided: (draft, cloud) => ({
      ...stamped(draft, cloud),
      networkInterfaces: [
        { id: `${parentOf(draft.id)}/providers/Microsoft.Network/networkInterfaces/${draft.name}.nic` },
      ],
      privateLinkServiceConnections: listAt(draft.inputs, "privateLinkServiceConnections")
        .filter(isGroup)
        .map((one) => ({
          ...one,
          provisioningState: "Succeeded",
          privateLinkServiceConnectionState: { status: "Approved", description: "", actionsRequired: "None" },
        })),
    }),
    refuse: all(refuseUnknownRegion, refuseEndpoint),
  },
  {
    token: azure("network:PrivateDnsZoneGroup"),
    id: "{group}/providers/Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
    decided: (_draft, cloud) => ({ etag: `W/"${cloud.uuid()}"`, provisioningState: "Succeeded" }),
    refuse: ({ inputs }, cloud) => {
      for (const one of listAt(inputs, "privateDnsZoneConfigs"))
        required(cloud, textAt(one, "privateDnsZoneId"), ["privatedns:PrivateZone"]);
    },
  },
];

const within = (subnet: CloudResource, cloud: Cloud): Properties => ({
  id: subnet.id,
  ...cloud.answer(subnet),
});

function writeInlineSubnets(network: CloudResource, cloud: Cloud): void {
  for (const subnet of listAt(network.properties, "subnets").filter(isGroup)) {
    const name = textAt(subnet, "name") ?? "";
    const id = `${network.id}/subnets/${name}`;
    const properties = { delegations: [], serviceEndpoints: [], provisioningState: "Succeeded", ...subnet };
    cloud.put({ id, token: azure("network:Subnet"), name, properties });
  }
}
