/**
 * What is registered at the sandbox for a laptop's connections: everything that a hospital would register, with whole
 * addresses.
 */
import { expect, test } from "vitest";
import { chartsAtSandbox, portsFrom } from "../../../scripts/local/sandboxStack.ts";
import { stackFor, ORACLE_TENANT, ORACLE_TEST_TENANT, withSystemClients } from "../../harness/stack.ts";

const ports = portsFrom("4400");
const connector = "http://127.0.0.1:4400";

test("each connection is registered with the addresses that the connector answers, and as it proves itself", () => {
  const charts = chartsAtSandbox(stackFor(ports.charts, withSystemClients), ports);
  expect(charts.map(({ scopes: _scopes, ...others }) => others)).toEqual([
    {
      persona: "provider",
      tenant: ORACLE_TENANT,
      environment: "production",
      clientId: "connector-provider",
      redirectUrl: connector + "/launch/callback/lamna",
      launchUrl: connector + "/launch/provider",
      authentication: { jwksUrl: connector + "/.well-known/jwks.json" },
    },
    {
      persona: "system",
      tenant: ORACLE_TENANT,
      environment: "production",
      clientId: "connector-system",
      authentication: { jwksUrl: connector + "/.well-known/jwks.json" },
    },
    {
      persona: "provider",
      tenant: ORACLE_TEST_TENANT,
      environment: "test",
      clientId: "connector-provider-test",
      redirectUrl: connector + "/launch/callback/lamna-test",
      launchUrl: connector + "/launch/test",
      authentication: { secretName: "lamna-test-provider" },
    },
    {
      persona: "system",
      tenant: ORACLE_TEST_TENANT,
      environment: "test",
      clientId: "connector-system-test",
      authentication: { secretName: "lamna-test-system" },
    },
  ]);
  for (const { persona, scopes } of charts)
    expect(scopes).toContain(persona === "provider" ? "user/Appointment.read" : "system/Appointment.write");
});

test("a connection to a chart system elsewhere, or without a client id, is not the sandbox's", () => {
  const stack = stackFor(ports.charts, (usual) => ({
    ...usual,
    connections: [
      {
        id: "lamna",
        name: "Lamna",
        fhirBaseUrl: ports.charts + "/r4/" + ORACLE_TENANT,
        environment: "production",
      },
      {
        id: "lamna-test",
        name: "Lamna (test)",
        fhirBaseUrl: "https://fhir-ehr-code.cerner.com/r4/x",
        environment: "test",
        provider: { clientId: "x", authentication: { method: "private_key_jwt", key: "fhir-client" } },
      },
    ],
  }));
  expect(chartsAtSandbox(stack, ports)).toEqual([]);
});
