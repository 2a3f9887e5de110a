/** The hospital of the tests: two connections to the sandbox's chart system, and its departments. */
import tls from "node:tls";
import { launchCallbackPath, launchPath, PATHS } from "../../app/domain/addresses.ts";
import { scopesToAsk, systemScopes } from "../../app/domain/scopes.ts";
import type { ChartRegistration } from "../../app/sandbox/sandbox.ts";
import { parseStack, type StackSettings, type StackSettingsInput } from "../../infra/stack.ts";

export type StackChange = (stack: StackSettingsInput, charts: string) => StackSettingsInput;

export const ORACLE_TENANT = "8d2f3c1a-5b7e-4c09-9a61-2e4f6b8d0c11";
export const ORACLE_TEST_TENANT = "Lq7vTn2WcY4kZs9RbE1xHd6MgUj3PaFo";

/** What the hospital registers at Oracle for both connections. `connector` is the connector's origin. */
export function chartsFor(connector: string): readonly ChartRegistration[] {
  const usual = (id: string, environment: "test" | "production") => ({
    persona: "provider" as const,
    environment,
    scopes: scopesToAsk({}),
    redirectUrl: connector + launchCallbackPath(id),
    launchUrl: connector + launchPath("local", environment),
  });
  return [
    {
      ...usual("lamna", "production"),
      tenant: ORACLE_TENANT,
      clientId: "connector-provider",
      authentication: { jwksUrl: connector + PATHS.keySet },
    },
    {
      ...usual("lamna-test", "test"),
      tenant: ORACLE_TEST_TENANT,
      clientId: "connector-provider-test",
      authentication: { secretName: "lamna-test-provider" },
    },
    {
      persona: "system",
      environment: "production",
      tenant: ORACLE_TENANT,
      clientId: SYSTEM_CLIENTS.lamna.clientId,
      scopes: systemScopes("local", {}),
      authentication: { jwksUrl: connector + PATHS.keySet },
    },
    {
      persona: "system",
      environment: "test",
      tenant: ORACLE_TEST_TENANT,
      clientId: SYSTEM_CLIENTS["lamna-test"].clientId,
      scopes: systemScopes("local", {}),
      authentication: { secretName: SYSTEM_CLIENTS["lamna-test"].authentication.secret },
    },
  ];
}

/** The system clients that are registered as well. A stack uses them if it is made with {@link withSystemClients}. */
const SYSTEM_CLIENTS = {
  lamna: {
    clientId: "connector-system",
    authentication: { method: "private_key_jwt", key: "fhir-client" },
  },
  "lamna-test": {
    clientId: "connector-system-test",
    authentication: { method: "client_secret_basic", secret: "lamna-test-system" },
  },
} as const;

/** Gives both connections their system clients, so that the connector reads and writes by itself. */
export const withSystemClients: StackChange = (stack) => ({
  ...stack,
  connections: (stack.connections ?? []).map((connection) =>
    connection.id === "lamna" || connection.id === "lamna-test"
      ? { ...connection, system: SYSTEM_CLIENTS[connection.id] }
      : connection,
  ),
});

/** The stack's settings. `charts` is the origin of the sandbox's chart system. */
export function stackFor(charts: string, change: StackChange = (stack) => stack): StackSettings {
  const department = { phone: "(202) 555-0142", timeZone: "America/Chicago", lobby: "staff" } as const;
  const usual: StackSettingsInput = {
    tenant: "lamna",
    environment: "local",
    geography: "americas",
    microsoft: { tenantId: "aaaaaaaa-0000-4000-8000-000000000001" },
    organization: { name: "Lamna Healthcare", phone: "(202) 555-0100" },
    connections: [
      {
        id: "lamna",
        name: "Lamna Healthcare",
        fhirBaseUrl: charts + "/r4/" + ORACLE_TENANT,
        environment: "production",
        provider: {
          clientId: "connector-provider",
          authentication: { method: "private_key_jwt", key: "fhir-client" },
        },
      },
      {
        id: "lamna-test",
        name: "Lamna Healthcare (test)",
        fhirBaseUrl: charts + "/r4/" + ORACLE_TEST_TENANT,
        environment: "test",
        provider: {
          clientId: "connector-provider-test",
          authentication: { method: "client_secret_basic", secret: "lamna-test-provider" },
        },
      },
    ],
    departments: [
      {
        ...department,
        id: "cardiology",
        name: "Lamna Cardiology",
        connection: "lamna",
        locations: ["21000102"],
        organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
      },
      {
        ...department,
        id: "family-medicine",
        name: "Lamna Family Medicine",
        connection: "lamna",
        locations: ["21000101"],
        organizer: "7d0c5a1e-0000-4000-8000-00000000a002",
      },
      {
        ...department,
        id: "behavioral-health",
        name: "Lamna Behavioral Health",
        connection: "lamna",
        locations: ["21000103"],
        organizer: "7d0c5a1e-0000-4000-8000-00000000a002",
      },
      {
        ...department,
        id: "cardiology-test",
        name: "Lamna Cardiology (test)",
        connection: "lamna-test",
        locations: ["21000102"],
        organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
      },
    ],
  };
  const verdict = parseStack(change(usual, charts));
  if (!verdict.ok) throw new Error(verdict.faults.join("\n"));
  return verdict.stack;
}

/** Makes this process trust the sandbox's authority, as `NODE_EXTRA_CA_CERTS` does for a process of its own. */
export function trust(authority: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), authority]);
}
