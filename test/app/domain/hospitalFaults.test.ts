import { describe, expect, test } from "vitest";
import type { Connection, Department } from "../../../app/domain/hospital.ts";
import { hospitalFaults, type SaidOfHospital } from "../../../app/domain/hospitalFaults.ts";
import { bySecret, connection, department, signing, testConnection } from "./lamna.ts";

const two = (changes: Partial<Connection>): readonly Connection[] => [
  connection,
  { ...connection, id: "second", fhirBaseUrl: "https://ehr.example.org/r4/2", ...changes },
];
const both = (changes: Partial<Department>): readonly Department[] => [
  department,
  { ...department, id: "second", locations: ["2"], ...changes },
];
const signIn = {
  authorizationEndpoint: "https://ehr.example.org/a",
  tokenEndpoint: "https://ehr.example.org/t",
};
const plain = { ...connection, fhirBaseUrl: "http://localhost:3002/r4/t" };

describe("what may be said", () => {
  test.each<[what: string, said: SaidOfHospital]>([
    ["nothing at all", { environment: "production" }],
    [
      "production with a test chart beside its own",
      { environment: "production", connections: two({ environment: "test" }) },
    ],
    ["test with a test chart", { environment: "test", connections: [testConnection] }],
    ["a laptop with plain http", { environment: "local", connections: [plain] }],
    [
      "a laptop whose sign-in is plain, too",
      {
        environment: "local",
        connections: [{ ...plain, signIn: { ...signIn, tokenEndpoint: "http://localhost:3002/t" } }],
      },
    ],
    ["two connections that sign by one key", { environment: "production", connections: two({}) }],
    [
      "two algorithms by two keys",
      { environment: "production", connections: two({ provider: signing("other", "ES384") }) },
    ],
    [
      "a secret that is called as a key is",
      { environment: "production", connections: two({ provider: bySecret("fhir-lamna") }) },
    ],
    [
      "numbers of other countries",
      {
        environment: "production",
        organization: { phone: "+49 30 5550100" },
        departments: both({ phone: "+44 20 7946 0958" }),
      },
    ],
    [
      "departments without connections, which are said elsewhere",
      { environment: "production", departments: both({}) },
    ],
    [
      "the same location in another chart system",
      {
        environment: "production",
        connections: two({}),
        departments: both({ connection: "second", locations: department.locations }),
      },
    ],
    [
      "names that read alike when they are put together",
      {
        environment: "production",
        connections: [
          { ...connection, id: "a" },
          { ...connection, id: "ab", fhirBaseUrl: "https://ehr.example.org/r4/2" },
        ],
        departments: [
          { ...department, connection: "a", locations: ["b1"] },
          { ...department, id: "second", connection: "ab", locations: ["1"] },
        ],
      },
    ],
  ])("%s", (_what, said) => {
    expect(hospitalFaults(said)).toEqual([]);
  });
});

describe("what contradicts itself is told in a sentence that starts with the key", () => {
  const production = (connections: readonly Connection[]): SaidOfHospital => ({
    environment: "production",
    connections,
  });
  test.each<[said: SaidOfHospital, sentence: string]>([
    [production(two({ id: "lamna" })), "connections[1].id: is used by an earlier connection; choose another"],
    [
      production(two({ fhirBaseUrl: connection.fhirBaseUrl.replace("fhir-", "FHIR-") + "/" })),
      "connections[1].fhirBaseUrl: is used by an earlier connection; one chart system is one connection",
    ],
    [
      production([{ ...connection, fhirBaseUrl: "https://EHR.example.org:443/r4/t/" }]),
      "connections[0].fhirBaseUrl: must be written https://ehr.example.org/r4/t",
    ],
    [
      production([{ ...connection, fhirBaseUrl: "http://ehr.example.org/r4/t" }]),
      "connections[0].fhirBaseUrl: must start with https://",
    ],
    [production([plain]), "connections[0].fhirBaseUrl: must start with https://"],
    [
      production([{ ...connection, fhirBaseUrl: "https://localhost/r4/t" }]),
      "connections[0].fhirBaseUrl: is an address of this machine; give the hospital's public address",
    ],
    [
      { environment: "test", connections: [testConnection, connection] },
      "connections[1].environment: a test deployment takes only test connections; say test, or move the connection to production's stack",
    ],
    [
      production([
        { ...connection, signIn: { ...signIn, authorizationEndpoint: "http://ehr.example.org/a" } },
      ]),
      "connections[0].signIn.authorizationEndpoint: must start with https://",
    ],
    [
      production([{ ...connection, signIn: { ...signIn, tokenEndpoint: "http://ehr.example.org/t" } }]),
      "connections[0].signIn.tokenEndpoint: must start with https://",
    ],
    [
      production(two({ provider: signing("fhir-lamna", "ES384") })),
      "connections[1].provider.authentication.algorithm: fhir-lamna signs by RS384 at connections[0].provider.authentication.key; use another key",
    ],
    [
      { ...production([connection]), departments: [{ ...department, connection: "elsewhere" }] },
      "departments[0].connection: no connection has the id elsewhere; say one that is there: lamna",
    ],
    [
      { ...production([]), departments: [department] },
      "departments[0].connection: no connection has the id lamna; add one that has it",
    ],
    [
      production([{ ...connection, fhirBaseUrl: testConnection.fhirBaseUrl }]),
      "connections[0].fhirBaseUrl: is Oracle's sandbox, which is never a production system; give the hospital's own, or say environment: test",
    ],
    [
      { environment: "production", departments: both({ id: "cardiology" }) },
      "departments[1].id: is used by an earlier department; choose another",
    ],
    [
      { environment: "production", departments: [{ ...department, timeZone: "Etc/GMT+6" }] },
      expect.stringMatching(/^departments\[0\]\.timeZone: .+; .+/) as string,
    ],
    [
      { environment: "production", departments: both({ locations: ["3", "21304876"] }) },
      "departments[1].locations: 21304876 belongs to department cardiology already; leave it out of one of them",
    ],
  ])("%#", (said, sentence) => {
    expect(hospitalFaults(said)).toEqual([sentence]);
  });
});

test("all faults are told at once, connections' first", () => {
  expect(
    hospitalFaults({
      environment: "production",
      connections: two({ id: "lamna", provider: signing("fhir-lamna", "ES384") }),
      departments: both({ id: "cardiology", connection: "elsewhere" }),
    }).map((fault) => fault.split(":")[0]),
  ).toEqual([
    "connections[1].id",
    "connections[1].provider.authentication.algorithm",
    "departments[1].id",
    "departments[1].connection",
  ]);
});

test.each(["555-0100", "-------", "+1 555 0101"])(
  "a number that nobody can call is told with its key: %s",
  (phone) => {
    const lacks =
      ".phone: is no number that anybody can call; give all of it with its area code, such as (202) 555-0100, and outside";
    const faults = hospitalFaults({
      environment: "production",
      organization: { phone },
      departments: both({ phone }),
    });
    expect(faults.map((fault) => fault.replace(lacks, "").slice(0, 14))).toEqual([
      "organization t",
      "departments[1]",
    ]);
    expect(faults.every((fault) => fault.includes(lacks))).toBe(true);
  },
);
