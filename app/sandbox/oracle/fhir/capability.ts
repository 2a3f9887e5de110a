import type { CapabilityStatement, CapabilityStatementRestResource } from "@medplum/fhirtypes";
import type { Addresses } from "../smart/addresses.ts";

const READABLE = [{ code: "read" as const }, { code: "search-type" as const }];
const RESOURCES: CapabilityStatementRestResource[] = [
  { type: "Appointment", interaction: [...READABLE, { code: "patch" as const }] },
  { type: "Encounter", interaction: READABLE },
  { type: "Patient", interaction: READABLE },
  { type: "Practitioner", interaction: READABLE },
  { type: "Location", interaction: READABLE },
];

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
                {
                  system: "http://terminology.hl7.org/CodeSystem/restful-security-service",
                  code: "SMART-on-FHIR",
                },
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
        resource: RESOURCES,
      },
    ],
  };
}
