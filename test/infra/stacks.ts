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
  phone: "202-555-0101",
  timeZone: "America/Chicago",
  connection: "lamna-test",
  locations: ["21304876"] as [string],
  organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
};

/** The stack of an invented hospital's test deployment, as they would write it. */
export const lamnaTest = {
  tenant: "lamna",
  environment: "test",
  geography: "americas",
  owners: { team: "Digital Care", email: "digital-care@lamna.example" },
  azure: { subscriptionId: "0c1f7a52-0000-4000-8000-00000000d001" },
  deployers: [{ objectId: "7d0c5a1e-0000-4000-8000-00000000d0e1", kind: "servicePrincipal" }],
  network: { allow: ["198.51.100.0/24"] },
  microsoft: { tenantId: "5b0c3a52-0000-4000-8000-000000000001" },
  organization: { name: "Lamna Healthcare", phone: "202-555-0100" },
  connections: [lamnaConnection],
  departments: [lamnaDepartment],
} satisfies StackSettingsInput;

const consent = { by: "7d0c5a1e-0000-4000-8000-00000000ad01", at: "2024-11-04" };

/** The stack of the same hospital's production, with everything that a stack can say. */
export const lamnaProduction = {
  ...lamnaTest,
  environment: "production",
  network: { mode: "private" },
  publicHost: "visits.lamna.example",
  release: { site: "5e".repeat(32), staging: "5e".repeat(32) },
  testStack: { stack: "lamna-test" },
  budget: { monthlyAmount: 2500, from: "2026-12" },
  number: { areaCode: "833", verification: "approved" },
  sms: {
    consents: { sendOnBehalf: consent, attendeesConsent: consent },
    connections: ["lamna-test"],
    live: true,
  },
  messages: { aheadDays: 21, hours: { from: "07:30", to: "20:00" } },
  mail: { domain: "mail.lamna.example" },
  approvals: { secondPerson: true },
  deployFrom: ["203.0.113.10/32"],
} satisfies StackSettingsInput;

/** A stack with one value changed. `path` is like `connections.0.id`; the value undefined leaves the key out. */
export function lamnaWith(path: string, value: unknown, base: StackSettingsInput = lamnaTest): unknown {
  const stack: unknown = JSON.parse(JSON.stringify(base));
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const owner = keys.reduce((found, key) => (found as Record<string, unknown>)[key], stack);
  (owner as Record<string, unknown>)[last] = value;
  return JSON.parse(JSON.stringify(stack));
}
