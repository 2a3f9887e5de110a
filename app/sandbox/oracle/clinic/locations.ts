/** The clinic's locations, and the time zone of its days. */
import type { Location } from "@medplum/fhirtypes";

/** The time zone in which the clinic's days begin and end. */
export const timeZone = "America/Chicago";

/**
 * The levels are facility, building, nursing unit and room. A stack's departments name units; a visit may be in a room below
 * one.
 */
const LOCATIONS = {
  facility: ["21000001", "Lamna Medical Center", "si", undefined],
  northBuilding: ["21000011", "North Building", "bu", "facility"],
  southBuilding: ["21000012", "South Building", "bu", "facility"],
  familyMedicine: ["21000101", "Family Medicine", "wa", "northBuilding"],
  cardiology: ["21000102", "Cardiology Clinic", "wa", "northBuilding"],
  behavioralHealth: ["21000103", "Behavioral Health", "wa", "southBuilding"],
  sleepLaboratory: ["21000104", "Sleep Laboratory", "wa", "southBuilding"],
  familyMedicineRoom3: ["21000111", "Family Medicine Room 3", "ro", "familyMedicine"],
} as const;

export type LocationName = keyof typeof LOCATIONS;

const KINDS = { si: "Site", bu: "Building", wa: "Ward", ro: "Room" } as const;

export const locationId = (location: LocationName): string => LOCATIONS[location][0];
export const locationName = (location: LocationName): string => LOCATIONS[location][1];

/** Locations where visits take place, for the board's filter: units and rooms. */
export const visitLocations = [
  "familyMedicine",
  "familyMedicineRoom3",
  "cardiology",
  "behavioralHealth",
  "sleepLaboratory",
] as const satisfies readonly LocationName[];

export function locationResources(): Location[] {
  return Object.values(LOCATIONS).map(([id, name, kind, parent]) => ({
    resourceType: "Location",
    id,
    status: "active",
    mode: "instance",
    name,
    physicalType: {
      coding: [
        {
          system: "http://terminology.hl7.org/CodeSystem/location-physical-type",
          code: kind,
          display: KINDS[kind],
        },
      ],
      text: KINDS[kind],
    },
    address: {
      line: ["100 Invented Street"],
      city: "Chicago",
      state: "IL",
      postalCode: "60600",
      country: "US",
    },
    ...(parent === undefined
      ? {}
      : { partOf: { reference: `Location/${locationId(parent)}`, display: locationName(parent) } }),
  }));
}
