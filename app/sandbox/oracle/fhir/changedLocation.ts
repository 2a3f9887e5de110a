/** A resource as it is shown while the clinic's locations are being rearranged; undefined where it is not shown. */
import type { WithId } from "@medplum/core";
import type { Resource } from "@medplum/fhirtypes";
import { locationId } from "../clinic/locations.ts";
import type { FaultMenu } from "../faults.ts";

export function asFaultsHaveIt(faults: FaultMenu, resource: WithId<Resource>): WithId<Resource> | undefined {
  if (resource.resourceType !== "Location" || resource.id !== locationId("cardiology")) return resource;
  if (faults.isOn("locationGone")) return undefined;
  if (!faults.isOn("locationRenamed")) return resource;
  return {
    ...resource,
    name: "Heart Center",
    partOf: { reference: "Location/" + locationId("southBuilding") },
  };
}
