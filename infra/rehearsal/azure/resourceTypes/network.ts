/** Virtual networks, subnets, their security groups, and the private endpoints in them. */
import { isSameId, parentOf } from "../controlPlane/ids.ts";
import { isGroup, listAt, type Properties, saidAt, textAt, textsAt } from "../controlPlane/json.ts";
import type { Cloud, Draft, Kind } from "../controlPlane/model.ts";
import { defaultRules } from "./defaultRules.ts";
import {
  inUse,
  refuseEndpoint,
  refuseSameRules,
  refuseSpace,
  refuseSubnet,
  refuseUsed,
  subnetsOf,
} from "./networkRules.ts";
import { refuseUnknownRegion, regionOf } from "./regions.ts";
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
    answered: (network, cloud) => ({
      subnets: subnetsOf(network, cloud).map((one) => ({ id: one.id, ...cloud.answer(one) })),
    }),
    refuse: all(refuseUnknownRegion, refuseSpace),
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
          id: `${draft.id}/delegations/${saidAt(one, "name")}`,
          etag: `W/"${cloud.uuid()}"`,
          actions: ["Microsoft.Network/virtualNetworks/subnets/join/action"],
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
    decided: (draft, cloud) => {
      const stamps = stamped(draft, cloud);
      return { ...stamps, defaultSecurityRules: defaultRules(draft.id, saidAt(stamps, "etag")) };
    },
    refuse: all(refuseUnknownRegion, refuseSameRules),
    refuseDelete: (guard, cloud) => {
      const user = cloud
        .all(azure("network:Subnet"))
        .find((subnet) => isSameId(saidAt(subnet.properties, "networkSecurityGroup.id"), guard.id));
      if (user !== undefined) throw inUse("NetworkSecurityGroup", guard, user.id);
    },
  },
  {
    token: azure("network:PrivateEndpoint"),
    id: "{group}/providers/Microsoft.Network/privateEndpoints/{privateEndpointName}",
    replacedBy: ["subnet", "subnet.id"],
    silent: () => ({
      customNetworkInterfaceName: "",
      ipConfigurations: [],
      ipVersionType: "IPv4",
      manualPrivateLinkServiceConnections: [],
    }),
    decided: decidedEndpoint,
    refuse: all(refuseUnknownRegion, refuseEndpoint),
  },
  {
    token: azure("network:PrivateDnsZoneGroup"),
    id: "{group}/providers/Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
    decided: decidedZones,
    refuse: ({ inputs }, cloud) => {
      for (const one of listAt(inputs, "privateDnsZoneConfigs"))
        required(cloud, textAt(one, "privateDnsZoneId"), ["privatedns:PrivateZone"]);
    },
  },
];

/** The host names that a private endpoint serves, with the first address for each. */
function decidedEndpoint(draft: Draft, cloud: Cloud): Properties {
  const stamps = stamped(draft, cloud);
  const links = listAt(draft.inputs, "privateLinkServiceConnections").filter(isGroup);
  const hosts = links.flatMap((link) => hostsBehind(link, cloud));
  return {
    ...stamps,
    networkInterfaces: [
      {
        id: `${parentOf(draft.id)}/providers/Microsoft.Network/networkInterfaces/${draft.name}.nic.${cloud.uuid()}`,
      },
    ],
    customDnsConfigs: hosts.map((fqdn, index) => ({ fqdn, ipAddresses: [`10.0.0.${String(4 + index)}`] })),
    privateLinkServiceConnections: links.map((link) => ({
      ...link,
      id: `${draft.id}/privateLinkServiceConnections/${saidAt(link, "name")}`,
      etag: saidAt(stamps, "etag"),
      type: "Microsoft.Network/privateEndpoints/privateLinkServiceConnections",
      provisioningState: "Succeeded",
      privateLinkServiceConnectionState: {
        status: "Approved",
        description: "Auto-Approved",
        actionsRequired: "None",
      },
    })),
  };
}

function hostsBehind(link: Properties, cloud: Cloud): readonly string[] {
  const target = cloud.find(saidAt(link, "privateLinkServiceId"));
  const [group = ""] = textsAt(link, "groupIds");
  switch (target?.token) {
    case azure("storage:StorageAccount"):
      return [`${target.name}.${group}.core.windows.net`];
    case azure("keyvault:Vault"):
      return [`${target.name}.vault.azure.net`];
    case azure("cosmosdb:DatabaseAccount"): {
      const locations = listAt(target.properties, "locations");
      const ends = ["", ...locations.map((one) => "-" + regionOf(saidAt(one, "locationName")))];
      return ends.map((end) => `${target.name}${end}.documents.azure.com`);
    }
    default:
      return [];
  }
}

/** A DNS record for each host name of the endpoint that belongs into the zone. */
function decidedZones(draft: Draft, cloud: Cloud): Properties {
  const etag = `W/"${cloud.uuid()}"`;
  const endpoint = cloud.find(parentOf(draft.id));
  const configs = listAt(draft.inputs, "privateDnsZoneConfigs").filter(isGroup);
  return {
    etag,
    provisioningState: "Succeeded",
    type: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
    privateDnsZoneConfigs: configs.map((config) => {
      const zone = saidAt(config, "privateDnsZoneId").split("/").at(-1) ?? "";
      const suffix = zone.replace(/^privatelink/u, "");
      return {
        ...config,
        id: `${draft.id}/privateDnsZoneConfigs/${saidAt(config, "name")}`,
        etag,
        type: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/privateDnsZoneConfigs",
        provisioningState: "Succeeded",
        recordSets: listAt(endpoint?.properties, "customDnsConfigs")
          .filter((one) => textAt(one, "fqdn")?.endsWith(suffix) === true)
          .map((one) => ({
            recordType: "A",
            recordSetName: saidAt(one, "fqdn").slice(0, -suffix.length),
            fqdn: `${saidAt(one, "fqdn").slice(0, -suffix.length)}.${zone}`,
            ttl: 10,
            provisioningState: "Succeeded",
            ipAddresses: textsAt(one, "ipAddresses"),
          })),
      };
    }),
  };
}
