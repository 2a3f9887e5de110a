import { expect, test } from "vitest";
import { addresses, integrationRecords, registrationByHand } from "../../../app/domain/integration.ts";
import { parseStack, type StackSettings } from "../../../infra/stack.ts";
import { lamnaConnection, lamnaProduction, lamnaTest, lamnaWith } from "../../infra/stacks.ts";

const host = "https://visits.lamna.example";

function stackOf(value: unknown): StackSettings {
  const verdict = parseStack(value);
  if (!verdict.ok) throw new Error(verdict.faults.join("\n"));
  return verdict.stack;
}

test("a test deployment launches test connections at its own launch address", () => {
  expect(integrationRecords(stackOf(lamnaTest), host)).toEqual([
    {
      connection: "lamna-test",
      name: "Lamna test domain",
      environment: "test",
      fhirBaseUrl: lamnaConnection.fhirBaseUrl,
      status: "registered",
      launchUrl: host + "/launch/provider",
      redirectUrl: host + "/launch/callback/lamna-test",
      jwksUrl: host + "/.well-known/jwks.json",
      clientId: lamnaConnection.provider.clientId,
    },
  ]);
});

test("production has another launch address for its test connections", () => {
  const both = {
    ...lamnaConnection,
    id: "lamna",
    fhirBaseUrl: "https://ehr.example.org/r4/2",
    environment: "production",
  };
  const records = integrationRecords(
    stackOf({ ...lamnaProduction, connections: [lamnaConnection, both] }),
    host,
  );
  expect(records.map(({ connection, launchUrl }) => [connection, launchUrl])).toEqual([
    ["lamna-test", host + "/launch/test"],
    ["lamna", host + "/launch/provider"],
  ]);
});

test("a connection that awaits its registration has its record already", () => {
  const { provider: _provider, ...waiting } = lamnaConnection;
  expect(integrationRecords(stackOf({ ...lamnaTest, connections: [waiting] }), host)).toMatchObject([
    { status: "awaiting registration", clientId: null, redirectUrl: host + "/launch/callback/lamna-test" },
  ]);
});

test("the deployment says its own addresses", () => {
  expect(addresses(stackOf(lamnaProduction), host)).toEqual({
    launch: { production: host + "/launch/provider", test: host + "/launch/test" },
    signInRedirect: host + "/signin/callback",
    jwks: host + "/.well-known/jwks.json",
    portal: host + "/portal",
  });
});

test("a registration of the hospital's own is told what a person adds to it", () => {
  const registration = {
    clientId: "7d0c5a1e-0000-4000-8000-00000000c0a1",
    objectId: "7d0c5a1e-0000-4000-8000-00000000c0a2",
    servicePrincipalId: "7d0c5a1e-0000-4000-8000-00000000c0a3",
  };
  expect(registrationByHand(stackOf(lamnaTest), host)).toBe("nothing");
  expect(registrationByHand(stackOf(lamnaWith("microsoft.registration", registration)), host)).toEqual({
    clientId: registration.clientId,
    redirectUri: host + "/signin/callback",
    applicationPermissions: ["OnlineMeetings.ReadWrite.All", "User.ReadBasic.All"],
    delegatedPermissions: ["openid", "profile"],
  });
});
