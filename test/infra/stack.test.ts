import { describe, expect, test } from "vitest";
import { parseStack, vaultNames } from "../../infra/stack.ts";
import { lamnaConnection, lamnaDepartment, lamnaTest, lamnaWith } from "./stacks.ts";

const secondConnection = (changes: object) => [
  lamnaConnection,
  { ...lamnaConnection, id: "second", fhirBaseUrl: "https://ehr.example.org/r4/2", ...changes },
];
const secondDepartment = (changes: object) => [
  lamnaDepartment,
  { ...lamnaDepartment, id: "second", locations: ["2"], ...changes },
];
const client = lamnaConnection.provider;

test("what a hospital leaves out has its usual value", () => {
  expect(parseStack(lamnaTest)).toMatchObject({
    ok: true,
    stack: {
      visits: { opensMinutesBefore: 30, closesMinutesAfter: 240 },
      connections: [{ visitTypes: ["Video Visit"] }],
      departments: [{ lobby: "staff" }],
    },
  });
});

test("connections and departments may be left to the portal", () => {
  const { connections: _connections, departments: _departments, ...rest } = lamnaTest;
  expect(parseStack(rest).ok).toBe(true);
});

test("a stack on one laptop may use plain http on loopback", () => {
  const local = { ...lamnaTest, environment: "local" };
  const connections = [{ ...lamnaConnection, fhirBaseUrl: "http://localhost:3002/r4/t" }];
  expect(parseStack({ ...local, connections })).toMatchObject({ ok: true });
});

describe("a stack is refused with a sentence that names the key", () => {
  test.each<[key: string, value: unknown, sentence: string]>([
    ["tenant", undefined, "tenant: is missing; see stacks/README.md"],
    [
      "tenant",
      "Lamna Healthcare",
      "tenant: must be 2 to 16 lower-case letters and digits, starting with a letter",
    ],
    ["environment", undefined, "environment: is missing; see stacks/README.md"],
    ["environment", "staging", "environment: must be local, test or production"],
    ["geography", "mars", "geography: must be americas, europe or asiaPacific"],
    ["microsoft.tenantId", "lamna.onmicrosoft.com", "microsoft.tenantId: must be the directory's tenant id"],
    ["organization", undefined, "organization: is missing; see stacks/README.md"],
    ["organization.name", "", "organization.name: must not be empty"],
    [
      "organization.phone",
      "ask reception",
      "organization.phone: must be a phone number that a patient can tap",
    ],
    ["visits", { opensMinutesBefore: "soon" }, "visits.opensMinutesBefore: must be a number"],
    ["visits", { opensMinutesBefore: 1000 }, "visits.opensMinutesBefore: must be at most 240"],
    ["sms", {}, "sms: is not a setting; see stacks/README.md"],
    ["connections", [], "connections: must not be empty"],
    ["connections.0.colour", "red", "connections[0].colour: is not a setting; see stacks/README.md"],
    ["connections.0.fhirBaseUrl", 7, "connections[0].fhirBaseUrl: must be text"],
    [
      "connections.0.fhirBaseUrl",
      "http://ehr.example.org/r4/t",
      "connections[0].fhirBaseUrl: must start with https://",
    ],
    [
      "connections.0.fhirBaseUrl",
      "https://localhost/r4/t",
      "connections[0].fhirBaseUrl: is an address of this machine; give the hospital's public address",
    ],
    [
      "connections.0.environment",
      "production",
      "connections[0].environment: a test deployment takes only test connections",
    ],
    [
      "connections.0.signIn",
      { authorizationEndpoint: "http://ehr.example.org/a", tokenEndpoint: "https://ehr.example.org/t" },
      "connections[0].signIn.authorizationEndpoint: must start with https://",
    ],
    [
      "connections.0.signIn",
      { authorizationEndpoint: "here", tokenEndpoint: "https://ehr.example.org/t" },
      "connections[0].signIn.authorizationEndpoint: must be an address such as https://ehr.example.org",
    ],
    [
      "connections.0.provider.authentication",
      { method: "client_secret_post", secret: "x" },
      "connections[0].provider.authentication.method: must be one of the ways that stacks/README.md lists",
    ],
    [
      "connections.0.provider.authentication",
      { method: "client_secret_basic", secret: "not/a/name" },
      "connections[0].provider.authentication.secret: must be a name in the key vault: letters, digits, dashes",
    ],
    [
      "connections",
      secondConnection({ id: "lamna-test" }),
      "connections[1].id: is used by an earlier connection; ids must differ",
    ],
    [
      "connections",
      secondConnection({ fhirBaseUrl: lamnaConnection.fhirBaseUrl.replace("fhir-", "FHIR-") + "/" }),
      "connections[1].fhirBaseUrl: is used by an earlier connection",
    ],
    [
      "connections",
      secondConnection({
        provider: { ...client, authentication: { ...client.authentication, algorithm: "ES384" } },
      }),
      "connections[1].provider.authentication.algorithm: fhir-lamna-test signs by RS384 for an earlier connection; use another key",
    ],
    [
      "departments.0.timeZone",
      "Central",
      "departments[0].timeZone: must be a time zone such as America/Chicago",
    ],
    [
      "departments.0.connection",
      "elsewhere",
      "departments[0].connection: no connection has the id elsewhere",
    ],
    [
      "departments",
      secondDepartment({ id: "cardiology" }),
      "departments[1].id: is used by an earlier department; ids must differ",
    ],
    [
      "departments",
      secondDepartment({ locations: ["21304876"] }),
      "departments[1].locations: 21304876 belongs to department cardiology already",
    ],
  ])("%s: %#", (key, value, sentence) => {
    expect(parseStack(lamnaWith(key, value))).toEqual({ ok: false, faults: [sentence] });
  });
});

test("several faults are told at once", () => {
  const verdict = parseStack({ ...lamnaTest, tenant: "L", geography: "mars" });
  expect(verdict).toMatchObject({
    ok: false,
    faults: [/^tenant: /, /^geography: /].map((start) => expect.stringMatching(start) as unknown),
  });
});

test.each([[undefined], [null], ["lamna"], [[]]])("%j is no stack at all", (value) => {
  expect(parseStack(value)).toMatchObject({
    ok: false,
    faults: [
      expect.stringMatching(/^teams-ehr-connector:connector: (is missing|must be a group of settings)/),
    ],
  });
});

test("the vault needs each key and secret once, of the kind its algorithm takes", () => {
  const verdict = parseStack({
    ...lamnaTest,
    connections: [
      ...secondConnection({}),
      {
        ...lamnaConnection,
        id: "third",
        fhirBaseUrl: "https://ehr.example.org/r4/3",
        provider: { ...client, authentication: { method: "client_secret_basic", secret: "third-secret" } },
      },
    ],
  });
  expect(verdict.ok && vaultNames(verdict.stack)).toEqual({
    keys: [{ name: "fhir-lamna-test", kind: "RSA" }],
    secrets: ["third-secret"],
  });
});
