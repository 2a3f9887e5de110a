import type { CapabilityStatement } from "@medplum/fhirtypes";
import type { Addresses } from "../smart/addresses.ts";

const INTERACTIONS = {
  Appointment: ["read", "search-type", "patch"],
  Encounter: ["read", "search-type"],
  Patient: ["read", "search-type"],
  Practitioner: ["read", "search-type"],
  Location: ["read", "search-type"],
} as const;

/** `/metadata` in the shape of Oracle's live server, with what the stand-in serves and no more. */
export function capabilityStatement(at: Addresses, now: Date): CapabilityStatement {
  return {
    resourceType: "CapabilityStatement",
    name: "OracleHealthCapabilityStatement",
    status: "active",
    date: now.toISOString().slice(0, 10),
    publisher: "Oracle Health (sandbox stand-in)",
    kind: "instance",
    implementation: { description: "Stand-in for Oracle Health Millennium", url: at.fhirBase },
    fhirVersion: "4.0.1",
    format: ["json", "application/fhir+json"],
    patchFormat: ["application/json-patch+json"],
    rest: [
      {
        mode: "server",
        security: {
          cors: true,
          service: [
            {
              coding: [
                { system: "http://terminology.hl7.org/CodeSystem/restful-security-service", code: "SMART-on-FHIR" },
              ],
            },
          ],
          extension: [
            {
              url: "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
              extension: [
                { url: "token", valueUri: at.token },
                { url: "authorize", valueUri: at.authorize },
                { url: "revoke", valueUri: at.revoke },
              ],
            },
          ],
        },
        resource: Object.entries(INTERACTIONS).map(([type, codes]) => ({
          type,
          interaction: codes.map((code) => ({ code })),
        })),
      },
    ],
  };
}
