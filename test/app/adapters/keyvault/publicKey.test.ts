import type { KeyVaultKey } from "@azure/keyvault-keys";
import { expect, test } from "vitest";
import { publicKey } from "../../../../app/adapters/keyvault/publicKey.ts";

const bytes = (...values: number[]) => Uint8Array.of(...values);
const vaultKey = (key: KeyVaultKey["key"], version: string | undefined = "v1"): KeyVaultKey => ({
  name: "fhir-lamna",
  ...(key && { key }),
  properties: {
    name: "fhir-lamna",
    vaultUrl: "https://lamna.vault.azure.net",
    ...(version !== "" && { version }),
  },
});
const RSA = { kty: "RSA", n: bytes(251, 255), e: bytes(1, 0, 1) } as const;
const EC = { kty: "EC", crv: "P-384", x: bytes(1), y: bytes(2) } as const;

test("an RSA key is published by its modulus and exponent, under its version's name", () => {
  expect(publicKey(vaultKey(RSA), "RS384")).toEqual({
    kty: "RSA",
    n: "-_8",
    e: "AQAB",
    kid: "v1",
    use: "sig",
    alg: "RS384",
  });
});

test("an EC key is published by its curve and point", () => {
  expect(publicKey(vaultKey(EC), "ES384")).toEqual({
    kty: "EC",
    crv: "P-384",
    x: "AQ",
    y: "Ag",
    kid: "v1",
    use: "sig",
    alg: "ES384",
  });
});

test.each<[what: string, key: KeyVaultKey["key"], algorithm: "RS384" | "ES384"]>([
  ["an EC key", EC, "RS384"],
  ["an RSA key without its modulus", { kty: "RSA", e: bytes(1) }, "RS384"],
  ["an RSA key without its exponent", { kty: "RSA", n: bytes(1) }, "RS384"],
  ["nothing", undefined, "RS384"],
])("%s does not sign with RS384, and it is said which would", (_what, key, algorithm) => {
  expect(() => publicKey(vaultKey(key), algorithm)).toThrow(
    "The vault key fhir-lamna cannot sign with RS384: make it an RSA key, or correct the connection's algorithm.",
  );
});

test.each<[what: string, key: KeyVaultKey["key"]]>([
  ["an RSA key", RSA],
  ["a key on another curve", { ...EC, crv: "P-256" }],
  ["one without its x", { kty: "EC", crv: "P-384", y: bytes(2) }],
  ["one without its y", { kty: "EC", crv: "P-384", x: bytes(2) }],
])("%s does not sign with ES384", (_what, key) => {
  expect(() => publicKey(vaultKey(key), "ES384")).toThrow(
    "The vault key fhir-lamna cannot sign with ES384: make it an EC key on P-384, or correct the connection's algorithm.",
  );
});

test("a key whose version the vault does not name is not published", () => {
  expect(() => publicKey(vaultKey(RSA, ""), "RS384")).toThrow(
    "The vault answered for fhir-lamna without a version.",
  );
});
