/** Private and public DNS zones. */
import { isSameId, parentOf } from "../controlPlane/ids.ts";
import type { Cloud, CloudResource, Kind } from "../controlPlane/model.ts";
import { badRequest, conflict } from "../controlPlane/refusal.ts";
import { refuseRegion } from "./regions.ts";
import { all, azure, requiredAt, isNamed, twinOf } from "./require.ts";

const PRIVATE = "{group}/providers/Microsoft.Network/privateDnsZones/{privateZoneName}";

export const DNS: readonly Kind[] = [
  {
    token: azure("privatedns:PrivateZone"),
    id: PRIVATE,
    refuse: all(refuseRegion, ({ name }) => {
      if (!name.includes("."))
        throw badRequest(`The zone name '${name}' needs at least two labels.`, "InvalidZoneName");
    }),
    decided: (_draft, cloud) => ({
      etag: cloud.uuid(),
      location: "global",
      maxNumberOfRecordSets: 25_000,
      maxNumberOfVirtualNetworkLinks: 1000,
      maxNumberOfVirtualNetworkLinksWithRegistration: 100,
      numberOfRecordSets: 1,
      numberOfVirtualNetworkLinksWithRegistration: 0,
      provisioningState: "Succeeded",
    }),
    answered: (zone, cloud) => ({ numberOfVirtualNetworkLinks: networkLinksOf(zone, cloud).length }),
    refuseDelete: (zone, cloud) => {
      const [networkLink] = networkLinksOf(zone, cloud);
      if (networkLink !== undefined)
        throw conflict(
          `The zone cannot be deleted while '${networkLink.id.split("/providers/").at(-1) ?? ""}' exists.`,
          "CannotDeleteResource",
        );
    },
  },
  {
    token: azure("privatedns:VirtualNetworkLink"),
    id: PRIVATE + "/virtualNetworkLinks/{virtualNetworkLinkName}",
    replacedBy: ["virtualNetwork", "virtualNetwork.id"],
    silent: () => ({ registrationEnabled: false, resolutionPolicy: "Default" }),
    decided: (_draft, cloud) => ({
      etag: `"${cloud.uuid()}"`,
      location: "global",
      provisioningState: "Succeeded",
      virtualNetworkLinkState: "Completed",
    }),
    refuse: all(refuseRegion, (draft, cloud) => {
      const network = requiredAt(draft, "virtualNetwork.id", cloud, "network:VirtualNetwork");
      const twin = twinOf(
        draft,
        cloud,
        (one) =>
          isSameId(parentOf(one.id), parentOf(draft.id)) && isNamed(one, "virtualNetwork.id", network?.id),
      );
      if (twin !== undefined)
        throw conflict(`The virtual network is linked to this zone already, by '${twin.name}'.`);
    }),
  },
];

const networkLinksOf = (zone: CloudResource, cloud: Cloud): readonly CloudResource[] =>
  cloud.below(zone.id).filter(({ token }) => token === azure("privatedns:VirtualNetworkLink"));
