/** Certificates that are signed elsewhere, read back by Node's own parser. */
import { createSign, generateKeyPairSync, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { selfSigned } from "../../../../app/adapters/keyvault/selfSigned.ts";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

async function certificate(different: Partial<Parameters<typeof selfSigned>[0]> = {}) {
  const der = await selfSigned(
    {
      publicKey: publicKey.export({ format: "jwk" }),
      name: "notifications",
      serial: Buffer.from("010203", "hex"),
      notBefore: new Date("2027-01-12T15:00:07.123Z"),
      notAfter: new Date("2030-01-13T00:00:00Z"),
      ...different,
    },
    (data) => Promise.resolve(createSign("sha256").update(data).sign(privateKey)),
  );
  return new X509Certificate(der);
}

test("it is of version 3, names the key, carries it, and its signature is by it", async () => {
  const made = await certificate();
  expect([made.subject, made.issuer, made.serialNumber]).toEqual([
    "CN=notifications",
    "CN=notifications",
    "010203",
  ]);
  expect(made.publicKey.equals(publicKey)).toBe(true);
  expect(made.verify(publicKey)).toBe(true);
  expect(made.raw.includes(Buffer.from("a003020102", "hex"))).toBe(true);
  expect(made.toLegacyObject()).toMatchObject({ bits: 2048 });
});

test("it says from when until when it is valid, to the second", async () => {
  const made = await certificate();
  expect([made.validFromDate, made.validToDate]).toEqual([
    new Date("2027-01-12T15:00:07Z"),
    new Date("2030-01-13T00:00:00Z"),
  ]);
});

// RFC 5280, 4.1.2.5
test.each([
  ["2049-12-31T23:59:59Z", "170d3439313233313233353935395a"],
  ["2050-01-01T00:00:00Z", "180f32303530303130313030303030305a"],
])("a validity until %s has the form that its year asks for", async (until, der) => {
  const made = await certificate({ notAfter: new Date(until) });
  expect(made.validToDate).toEqual(new Date(until));
  expect(made.raw.includes(Buffer.from(der, "hex"))).toBe(true);
});

test.each([1, 100, 127, 128, 255, 256, 300])("a name of %i bytes is read whole", async (length) => {
  const name = "n".repeat(length);
  expect((await certificate({ name })).subject).toBe("CN=" + name);
});

test.each([
  [127, "0c7f"],
  [128, "0c8180"],
  [255, "0c81ff"],
  [256, "0c820100"],
])("the length of %i bytes is written as short as it can be, as DER has it", async (length, der) => {
  const { raw } = await certificate({ name: "n".repeat(length) });
  expect(raw.includes(Buffer.concat([Buffer.from(der, "hex"), Buffer.from("n")]))).toBe(true);
});

test("a name of other letters is UTF-8", async () => {
  expect((await certificate({ name: "clé" })).subject).toBe("CN=clé");
});
