import { expect, test } from "vitest";
import type { Client } from "../../../app/domain/hospital.ts";
import { vaultNames, type VaultNames } from "../../../app/domain/vaultNames.ts";
import { bySecret, signing } from "./lamna.ts";

const connected = (...clients: readonly (Client | undefined)[]) =>
  clients.map((provider) => (provider === undefined ? {} : { provider }));
/** Whatever the stack file says. */
const PORTALS = { name: "fhir-portal", kind: "RSA" } as const;

test.each<[what: string, clients: readonly (Client | undefined)[], names: VaultNames]>([
  ["no connection, the portal's key alone", [], { keys: [PORTALS], secrets: [] }],
  [
    "a connection that awaits its registration needs nothing yet",
    [undefined],
    { keys: [PORTALS], secrets: [] },
  ],
  [
    "a key that two connections sign by is one key",
    [signing("fhir"), signing("fhir")],
    { keys: [PORTALS, { name: "fhir", kind: "RSA" }], secrets: [] },
  ],
  [
    "a key is of the kind that its algorithm takes",
    [signing("fhir"), signing("fhir-ec", "ES384")],
    {
      keys: [PORTALS, { name: "fhir", kind: "RSA" }, { name: "fhir-ec", kind: "EC" }],
      secrets: [],
    },
  ],
  [
    "a secret that two connections have is one secret, and no key",
    [bySecret("lamna"), bySecret("lamna"), bySecret("south")],
    { keys: [PORTALS], secrets: ["lamna", "south"] },
  ],
  [
    "keys and secrets stand side by side",
    [signing("fhir"), undefined, bySecret("lamna")],
    { keys: [PORTALS, { name: "fhir", kind: "RSA" }], secrets: ["lamna"] },
  ],
])("%s", (_what, clients, names) => {
  expect(vaultNames(connected(...clients))).toEqual(names);
});

test("connections that are left to the portal sign by its key", () => {
  expect(vaultNames(undefined)).toEqual({ keys: [PORTALS], secrets: [] });
});

test("a connection that keeps the portal's key needs no second one", () => {
  expect(vaultNames(connected(signing("fhir-portal"), signing("fhir")))).toEqual({
    keys: [PORTALS, { name: "fhir", kind: "RSA" }],
    secrets: [],
  });
});

test("a system client's key and secret are needed beside the clinicians'", () => {
  expect(
    vaultNames([
      { provider: signing("fhir"), system: signing("fhir-system", "ES384") },
      { provider: bySecret("lamna"), system: bySecret("lamna-system") },
    ]),
  ).toEqual({
    keys: [PORTALS, { name: "fhir", kind: "RSA" }, { name: "fhir-system", kind: "EC" }],
    secrets: ["lamna", "lamna-system"],
  });
});
