import { describe, expect, test } from "vitest";
import type { Client } from "../../../app/domain/hospital.ts";
import { VAULT_KEYS, vaultKeyFaults } from "../../../app/domain/vaultKeyNames.ts";

const signing = (key: string, algorithm: "RS384" | "ES384" = "RS384"): Client => ({
  clientId: "client",
  authentication: { method: "private_key_jwt", key, algorithm },
});
const bySecret = (secret: string): Client => ({
  clientId: "client",
  authentication: { method: "client_secret_basic", secret },
});

test("the deployment's own keys have these names, which a vault that is there already has", () => {
  expect(Object.values(VAULT_KEYS)).toEqual([
    "connector-wrapping",
    "store-encryption",
    "fhir-portal",
    "graph-notifications",
    "evidence",
  ]);
});

describe("a connection's key may not have the name of a key of our own", () => {
  test.each(
    Object.values(VAULT_KEYS)
      .filter((name) => name !== "fhir-portal")
      .flatMap((name) =>
        [name, name.toUpperCase()].flatMap((written) =>
          (["provider", "system"] as const).map((persona) => [written, persona] as const),
        ),
      ),
  )("%s for the %s", (name, persona) => {
    const connections = [{ id: "one" }, { id: "lamna", [persona]: signing(name) }];
    expect(vaultKeyFaults(connections)).toEqual([
      `connections[1].${persona}.authentication.key: ${name} is the name of a key of the connector's own; choose another one, such as fhir-client-lamna`,
    ]);
  });

  test("but a secret may: secrets and keys are two lists of a vault", () => {
    expect(vaultKeyFaults([{ id: "lamna", provider: bySecret("evidence") }])).toEqual([]);
  });
});

describe("the key of the portal's connections, which one that moves into the stack file keeps", () => {
  test("may be named, by several", () => {
    expect(
      vaultKeyFaults([
        { id: "lamna", provider: signing("fhir-portal"), system: signing("fhir-portal") },
        { id: "south", provider: signing("fhir-portal") },
      ]),
    ).toEqual([]);
  });

  test("but not by another algorithm than its own", () => {
    expect(vaultKeyFaults([{ id: "lamna", provider: signing("fhir-portal", "ES384") }])).toEqual([
      "connections[0].provider.authentication.algorithm: fhir-portal signs by RS384; say so, or use another key",
    ]);
  });

  test("nor by another spelling", () => {
    expect(vaultKeyFaults([{ id: "lamna", system: signing("FHIR-Portal") }])).toEqual([
      "connections[0].system.authentication.key: FHIR-Portal is fhir-portal to the key vault; write it so",
    ]);
  });
});

describe("registrations may share a key", () => {
  test("of one name and one algorithm", () => {
    const client = signing("fhir-lamna");
    expect(vaultKeyFaults([{ id: "lamna", provider: client, system: client }])).toEqual([]);
  });

  test("but not by two spellings, which the vault takes for one name", () => {
    expect(
      vaultKeyFaults([
        { id: "lamna", provider: signing("fhir-lamna") },
        { id: "south", provider: signing("FHIR-Lamna") },
      ]),
    ).toEqual([
      "connections[1].provider.authentication.key: FHIR-Lamna is fhir-lamna to the key vault; write both alike, or use another name",
    ]);
  });

  test.each(["provider", "system"] as const)(
    "but not for two algorithms, first signed by at the %s",
    (first) => {
      const second = first === "provider" ? "system" : "provider";
      expect(
        vaultKeyFaults([
          { id: "lamna", [first]: signing("fhir-lamna") },
          { id: "south", [second]: signing("fhir-lamna", "ES384") },
        ]),
      ).toEqual([
        `connections[1].${second}.authentication.algorithm: fhir-lamna signs by RS384 at connections[0].${first}.authentication.key; use another key`,
      ]);
    },
  );
});
