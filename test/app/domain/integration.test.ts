import { describe, expect, test } from "vitest";
import { addresses, integrationRecord, registrationByHand } from "../../../app/domain/integration.ts";
import type { Environment } from "../../../app/domain/environment.ts";
import type { Connection } from "../../../app/domain/hospital.ts";
import { connection, testConnection, waiting } from "./lamna.ts";

const READING = ["system/Appointment.read", "system/Patient.read", "system/Location.read"];
const WRITING = [...READING, "system/Appointment.write"];
const host = "https://visits.lamna.example";

test("a connection's record holds what is entered in the code console", () => {
  expect(integrationRecord("production", connection, host)).toEqual({
    connection: "lamna",
    name: "Lamna Healthcare",
    environment: "production",
    fhirBaseUrl: connection.fhirBaseUrl,
    status: "registered",
    launchUrl: host + "/launch/provider",
    redirectUrl: host + "/launch/callback/lamna",
    jwksUrl: host + "/.well-known/jwks.json",
    clientId: connection.provider?.clientId,
    system: { status: "awaiting registration", clientId: null, scopes: READING },
  });
});

describe("the system client's record", () => {
  const system = { clientId: "s-1", authentication: { method: "client_secret_basic", secret: "s" } } as const;
  test.each<[Environment, Partial<Connection>, readonly string[]]>([
    ["production", {}, READING],
    ["test", { writeBack: { status: { arrived: true } } }, WRITING],
    ["production", { writeBack: { links: true } }, WRITING],
    ["production", { writeBack: { links: false, status: { fulfilled: false } } }, READING],
    ["local", {}, WRITING],
    ["local", { writeBack: { links: false } }, READING],
    ["test", { system: { ...system, scopes: ["system/Appointment.rs"] } }, ["system/Appointment.rs"]],
  ])(
    "in a deployment of the kind %s with %j asks for no more than is used",
    (environment, change, scopes) => {
      const record = integrationRecord(environment, { ...connection, system, ...change }, host);
      expect(record.system).toEqual({ status: "registered", clientId: "s-1", scopes });
    },
  );
});

describe("charts open visits at the address of their kind", () => {
  test.each([
    ["test", testConnection, "/launch/provider"],
    ["production", testConnection, "/launch/test"],
    ["production", connection, "/launch/provider"],
    ["local", testConnection, "/launch/test"],
    ["local", connection, "/launch/provider"],
  ] as const)("in a deployment of the kind %s: %#", (environment, its, path) => {
    expect(integrationRecord(environment, its, host).launchUrl).toBe(host + path);
  });
});

test("a connection that awaits its registration has its record already", () => {
  expect(integrationRecord("test", waiting(testConnection), host)).toMatchObject({
    status: "awaiting registration",
    clientId: null,
    redirectUrl: host + "/launch/callback/lamna-test",
  });
});

describe("a deployment says its own addresses", () => {
  const production = host + "/launch/provider";
  test.each([
    ["production", { production, test: host + "/launch/test" }, {}],
    ["local", { production, test: host + "/launch/test" }, {}],
    ["test", { test: host + "/launch/provider" }, { evidenceKeys: host + "/.well-known/evidence-keys.json" }],
  ] as const)("of the kind %s", (environment, launch, ofTheKind) => {
    expect(addresses(environment, host)).toEqual({
      launch,
      signInRedirect: host + "/signin/callback",
      jwks: host + "/.well-known/jwks.json",
      portal: host + "/portal",
      ...ofTheKind,
    });
  });
});

describe("a registration of the hospital's own is told what a person adds to it", () => {
  const registration = { clientId: "7d0c5a1e-0000-4000-8000-00000000c0a1" };
  test.each([
    [true, ["OnlineMeetings.ReadWrite.All", "User.ReadBasic.All"]],
    [false, ["OnlineMeetings.ReadWrite.All"]],
  ])("with names of staff: %s", (staffNames, applicationPermissions) => {
    expect(
      registrationByHand(registration, { staffNames, attendance: false, callQuality: false }, host),
    ).toEqual({
      clientId: registration.clientId,
      redirectUri: host + "/signin/callback",
      applicationPermissions,
      delegatedPermissions: ["openid", "profile"],
    });
  });

  test("and nothing is added to one that the program makes", () => {
    const features = { staffNames: true, attendance: true, callQuality: true };
    expect(registrationByHand(undefined, features, host)).toBe("nothing");
  });
});
