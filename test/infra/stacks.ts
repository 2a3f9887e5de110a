import type { StackSettingsInput } from "../../infra/stack.ts";

export const lamnaConnection = {
  id: "lamna-test",
  name: "Lamna test domain",
  fhirBaseUrl: "https://fhir-ehr-code.cerner.com/r4/0b8a0111-e8e6-4c26-a91c-5069cbc6b1ca",
  environment: "test",
  provider: {
    clientId: "4f1f2d5c-0000-4000-8000-000000000002",
    authentication: { method: "private_key_jwt", key: "fhir-lamna-test" },
  },
} as const;

export const lamnaDepartment = {
  id: "cardiology",
  name: "Cardiology",
  phone: "+1 555 0101",
  timeZone: "America/Chicago",
  connection: "lamna-test",
  locations: ["21304876"] as [string],
  organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
};

/** A deployment as an invented hospital would write it. */
export const lamnaTest = {
  tenant: "lamna",
  environment: "test",
  geography: "americas",
  microsoft: { tenantId: "5b0c3a52-0000-4000-8000-000000000001" },
  organization: { name: "Lamna Healthcare", phone: "+1 555 0100" },
  connections: [lamnaConnection],
  departments: [lamnaDepartment],
} satisfies StackSettingsInput;

/** The same stack with one thing said otherwise: `path` as in `connections.0.id`; undefined leaves the key out. */
export function lamnaWith(path: string, value: unknown): unknown {
  const stack: unknown = structuredClone(lamnaTest);
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const owner = keys.reduce((found, key) => (found as Record<string, unknown>)[key], stack);
  (owner as Record<string, unknown>)[last] = value;
  return JSON.parse(JSON.stringify(stack));
}
