/** An invented hospital in the domain's own types, independent of stack file and portal. */
import type { Deployment } from "../../../app/domain/byHand/deployment.ts";
import type { Connection, Department } from "../../../app/domain/hospital.ts";

export const signing = (key: string, algorithm: "RS384" | "ES384" = "RS384") => ({
  clientId: "4f1f2d5c-0000-4000-8000-000000000002",
  authentication: { method: "private_key_jwt" as const, key, algorithm },
});

export const bySecret = (secret: string) => ({
  clientId: "4f1f2d5c-0000-4000-8000-000000000003",
  authentication: { method: "client_secret_basic" as const, secret },
});

export const connection: Connection = {
  id: "lamna",
  name: "Lamna Healthcare",
  fhirBaseUrl: "https://fhir-ehr.cerner.com/r4/0b8a0111-e8e6-4c26-a91c-5069cbc6b1ca",
  environment: "production",
  provider: signing("fhir-lamna"),
  visitTypes: ["Video Visit"],
};

export const testConnection: Connection = {
  ...connection,
  id: "lamna-test",
  name: "Lamna test domain",
  fhirBaseUrl: "https://fhir-ehr-code.cerner.com/r4/6b1d9c44-7a0e-4f3b-8c25-1f5e7d9b2a33",
  environment: "test",
};

/** A connection without the client id that Oracle will give it. */
export function waiting({ provider: _provider, ...others }: Connection): Connection {
  return others;
}

export const department: Department = {
  id: "cardiology",
  name: "Cardiology",
  phone: "202-555-0101",
  timeZone: "America/Chicago",
  connection: "lamna",
  locations: ["21304876"],
  organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
  lobby: "staff",
};

export const production: Deployment = {
  name: "lamna-production",
  tenant: "lamna",
  environment: "production",
  organization: { name: "Lamna Healthcare", phone: "202-555-0100" },
  ownersMail: "digital-care@lamna.example",
  publicHost: "visits.lamna.example",
  behindEdge: true,
  microsoft: { tenantId: "5b0c3a52-0000-4000-8000-000000000001", consent: "byPerson" },
  subscriptionId: "0c1f7a52-0000-4000-8000-00000000d001",
  deploysFromInside: false,
  deployers: [{ objectId: "7d0c5a1e-0000-4000-8000-00000000d0e1", kind: "servicePrincipal" }],
  features: { staffNames: true, attendance: true, callQuality: false },
  connections: [connection],
  departments: [department],
  wantedNumber: { from: "stack", verification: "approved" },
};

/** A test deployment under the host name that Azure gave it, reachable from listed addresses. */
export const atAzuresName: Deployment = {
  ...production,
  name: "lamna-test",
  environment: "test",
  publicHost: undefined,
  behindEdge: false,
  connections: [testConnection],
  departments: [{ ...department, connection: "lamna-test" }],
  wantedNumber: undefined,
};
