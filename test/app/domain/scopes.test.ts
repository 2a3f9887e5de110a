import { describe, expect, test } from "vitest";
import { missingScopes, scopesToAsk } from "../../../app/domain/scopes.ts";

const usual = {};
const asked = scopesToAsk(usual);

describe("what the chart system granted", () => {
  test("everything that was asked for lacks nothing", () => {
    expect(missingScopes(usual, asked)).toEqual([]);
  });

  test("the rump that Oracle grants when an application is not enabled lacks every reading", () => {
    expect(missingScopes(usual, ["openid", "fhirUser", "launch", "online_access"])).toEqual([
      "user/Appointment.read",
      "user/Encounter.read",
      "user/Patient.read",
      "user/Location.read",
    ]);
  });

  test.each([
    ["user/*.read", true],
    ["user/*.*", true],
    ["user/Appointment.rs", true],
    ["user/Appointment.cruds", true],
    ["user/Appointment.r", false],
    ["user/Appointment.write", false],
    ["patient/Appointment.read", false],
    ["user/AppointmentResponse.read", false],
    ["superuser/Appointment.read", false],
    ["user/Appointment.read?status=booked", false],
  ])("%s %j reading appointments for the user", (given, covers) => {
    const others = asked.filter((scope) => scope !== "user/Appointment.read");
    expect(missingScopes(usual, [...others, given]).length === 0).toBe(covers);
  });

  test("what asks for context or duration may be left out; openid may not", () => {
    const without = (gone: string) => asked.filter((scope) => scope !== gone);
    expect(missingScopes(usual, without("launch"))).toEqual([]);
    expect(missingScopes(usual, without("online_access"))).toEqual([]);
    expect(missingScopes(usual, without("openid"))).toEqual(["openid"]);
  });

  test("who signs in may be told by profile, and must be told by something", () => {
    const others = asked.filter((scope) => scope !== "fhirUser");
    expect(missingScopes(usual, [...others, "profile"])).toEqual([]);
    expect(missingScopes(usual, others)).toEqual(["fhirUser"]);
    expect(missingScopes(usual, [...others.filter((scope) => scope !== "openid"), "profile"])).toEqual([
      "openid",
    ]);
  });

  test.each([
    ["user/Encounter.write", "user/Encounter.cud", true],
    ["user/Encounter.write", "user/Encounter.cu", false],
    ["user/Encounter.*", "user/Encounter.cruds", true],
    ["user/Encounter.*", "user/Encounter.rs", false],
  ] as const)("%s is granted by %s: %j", (asks, given, covers) => {
    const provider = {
      clientId: "x",
      authentication: { method: "private_key_jwt", key: "k", algorithm: "RS384" },
      scopes: ["openid", asks] as [string, ...string[]],
    } as const;
    expect(missingScopes({ provider }, ["openid", given])).toEqual(covers ? [] : [asks]);
  });

  test("a connection may ask for others", () => {
    const provider = {
      clientId: "x",
      authentication: { method: "private_key_jwt", key: "k", algorithm: "RS384" },
      scopes: ["openid", "patient/*.read"] as [string, ...string[]],
    } as const;
    expect(missingScopes({ provider: { ...provider, scopes: [...provider.scopes] } }, ["openid"])).toEqual([
      "patient/*.read",
    ]);
  });
});
