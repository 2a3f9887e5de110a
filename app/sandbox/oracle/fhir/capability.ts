/** `/metadata` in the form of Oracle's live server, with the resources and searches of the stand-in. */
import type { CapabilityStatement, CapabilityStatementRestResource } from "@medplum/fhirtypes";
import type { Addresses } from "../smart/addresses.ts";
import { searchParameters, type Served } from "./search.ts";

const READABLE = [{ code: "read" as const }, { code: "search-type" as const }];
/** The live server announces that appointments can be created; here an attempt is answered that this is not supported. */
const OF_APPOINTMENTS = [...READABLE, { code: "create" as const }, { code: "patch" as const }];
const SERVED: readonly Served[] = ["Appointment", "Encounter", "Patient", "Practitioner", "Location"];

function resource(type: Served): CapabilityStatementRestResource {
  return {
    type,
    interaction: type === "Appointment" ? OF_APPOINTMENTS : READABLE,
    searchParam: searchParameters(type),
  };
}

const WHAT = "Oracle Health implementation of FHIR on top of Millennium";

export function capabilityStatement(at: Addresses, now: Date): CapabilityStatement {
  return {
    resourceType: "CapabilityStatement",
    url: at.fhirBase + "/metadata",
    name: "OracleHealthCapabilityStatement",
    title: "Oracle Health Capability Statement",
    status: "active",
    date: now.toISOString().slice(0, 10),
    publisher: "Oracle Health",
    description: WHAT,
    kind: "instance",
    instantiates: [
      "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server",
      "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data",
    ],
    implementation: { description: WHAT, url: at.fhirBase },
    fhirVersion: "4.0.1",
    format: ["json", "application/fhir+json"],
    patchFormat: ["application/json-patch+json"],
    rest: [
      {
        mode: "server",
        documentation: WHAT,
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
              text: "OAuth2 using SMART-on-FHIR profile (see http://docs.smarthealthit.org/).",
            },
          ],
          description: "OAuth2 plus SMART extensions",
          extension: [
            {
              url: "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
              extension: [
                { url: "token", valueUri: at.token },
                { url: "authorize", valueUri: at.authorize },
                { url: "revoke", valueUri: at.revoke },
                { url: "manage", valueUri: at.manage },
                { url: "introspect", valueUri: at.introspect },
              ],
            },
          ],
        },
        resource: SERVED.map(resource),
        interaction: [{ code: "batch", documentation: "Implemented per the specification" }],
      },
    ],
  };
}
