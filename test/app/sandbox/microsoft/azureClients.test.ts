import { ClientAssertionCredential, ManagedIdentityCredential } from "@azure/identity";
import { CryptographyClient, KeyClient } from "@azure/keyvault-keys";
import { SecretClient } from "@azure/keyvault-secrets";
import { createHash, createPublicKey, randomBytes, verify, type JsonWebKey } from "node:crypto";
import { mkdtemp, readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { CLIENT, EXCHANGE, field, hospital, IDENTITY, identityToken, TENANT } from "./hospital.ts";

// The SDK settles on one identity endpoint for the life of the process and keeps its tokens, so the stand-in of this file
// stays where it is when it restarts, and each test has keys of its own.
const dataFolder = await mkdtemp(path.join(tmpdir(), "microsoft-"));
let microsoft = await hospital({}, { dataFolder });
process.env["IDENTITY_ENDPOINT"] = microsoft.identity.endpoint;
process.env["IDENTITY_HEADER"] = microsoft.identity.header;
afterAll(() => microsoft.stop());

async function restart(change: Parameters<typeof hospital>[0] = {}): Promise<void> {
  const port = (origin: string) => Number(new URL(origin).port);
  const ports = { pages: port(microsoft.pages), backChannel: port(microsoft.backChannel) };
  await microsoft.stop();
  microsoft = await hospital(change, { dataFolder, ports });
}

const identity = () => new ManagedIdentityCredential({ clientId: IDENTITY.clientId });
const trusting = { disableChallengeResourceVerification: true, retryOptions: { maxRetries: 0 } } as const;
const keys = () => new KeyClient(microsoft.backChannel, identity(), trusting);
const secrets = () => new SecretClient(microsoft.backChannel, identity(), trusting);

async function cryptography(name: string, version?: string): Promise<CryptographyClient> {
  const key = await keys().getKey(name, version === undefined ? {} : { version });
  return new CryptographyClient(key.id ?? "", identity(), trusting);
}

test("Azure's own clients get the registration a token for Graph, by way of the managed identity", async () => {
  const assertion = async () => (await identity().getToken(EXCHANGE + "/.default")).token;
  const credential = new ClientAssertionCredential(TENANT, CLIENT, assertion, {
    authorityHost: microsoft.backChannel,
    disableInstanceDiscovery: true,
  });
  const { token } = await credential.getToken(microsoft.backChannel + "/.default");
  const person = await fetch(microsoft.backChannel + "/v1.0/users/7d0c5a1e-0000-4000-8000-00000000b002", {
    headers: { authorization: "Bearer " + token },
  });
  expect(field(await person.json(), "displayName")).toBe("Avery Park, MD");
});

test.for([
  ["fhir", "RS384", "ieee-p1363"],
  ["fhir-ec", "ES384", "ieee-p1363"],
] as const)(
  "what the vault signs with %s as %s, anybody verifies with the published key",
  async ([name, algorithm, dsaEncoding]) => {
    const words = Buffer.from("a client assertion");
    const client = await cryptography(name);
    const { result } = await client.signData(algorithm, words);
    const { key } = await keys().getKey(name);
    const jwk: JsonWebKey = Object.fromEntries(
      Object.entries(key ?? {}).map(([member, value]) => [
        member,
        value instanceof Uint8Array ? Buffer.from(value).toString("base64url") : value,
      ]),
    );
    const publicKey = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding };
    expect(verify("sha384", words, publicKey, result)).toBe(true);
    const digest = createHash("sha384").update(words).digest();
    expect((await client.verify(algorithm, digest, result)).result).toBe(true);
    expect((await client.verify(algorithm, randomBytes(48), result)).result).toBe(false);
    const shown = await vault(`/keys/${name}?api-version=7.6`, "GET");
    expect(await shown.json()).not.toHaveProperty("key.d");
  },
);

test("a version that was rotated away still unwraps what it wrapped", async () => {
  const secret = randomBytes(32);
  await microsoft.vault.createKey("rotating", { kty: "RSA" });
  const before = await cryptography("rotating");
  const { result } = await before.wrapKey("RSA-OAEP-256", secret);
  await microsoft.vault.rotateKey("rotating");
  const after = await cryptography("rotating");
  expect(after.keyID).not.toBe(before.keyID);
  expect(Buffer.from((await before.unwrapKey("RSA-OAEP-256", result)).result)).toEqual(secret);
  await expect(after.unwrapKey("RSA-OAEP-256", result)).rejects.toMatchObject({ statusCode: 400 });
  const versions = [];
  for await (const { version } of keys().listPropertiesOfKeyVersions("rotating")) versions.push(version);
  expect(versions).toHaveLength(2);
});

test("outside its validity a key decrypts, unwraps and verifies, and does nothing else", async () => {
  await microsoft.vault.createKey("ageing", { kty: "RSA" });
  const young = await cryptography("ageing");
  const digest = randomBytes(48);
  const { result: wrapped } = await young.wrapKey("RSA-OAEP-256", digest);
  const { result: encrypted } = await young.encrypt({ algorithm: "RSA-OAEP-256", plaintext: digest });
  const { result: signature } = await young.sign("RS384", digest);
  await keys().updateKeyProperties("ageing", { expiresOn: new Date(Date.now() - 86_400_000) });
  // The SDK refuses an expired key by itself, whatever the vault would do; so the vault is asked directly.
  const operation = (name: string, body: object) =>
    vault(`/keys/ageing/${name}?api-version=7.6`, "POST", body);
  const unwrapped = await operation("unwrapkey", { alg: "RSA-OAEP-256", value: base64(wrapped) });
  expect(await unwrapped.json()).toMatchObject({ value: base64(digest) });
  const decrypted = await operation("decrypt", { alg: "RSA-OAEP-256", value: base64(encrypted) });
  expect(await decrypted.json()).toMatchObject({ value: base64(digest) });
  const value = base64(signature);
  const verified = await operation("verify", { alg: "RS384", digest: base64(digest), value });
  expect(await verified.json()).toMatchObject({ value: true });
  const signed = await operation("sign", { alg: "RS384", value: base64(digest) });
  expect(signed.status).toBe(403);
  for (const name of ["wrapkey", "encrypt"]) {
    const refused = await operation(name, { alg: "RSA-OAEP-256", value: base64(digest) });
    expect([refused.status, field(await refused.json(), "error", "innererror", "code")]).toEqual([
      403,
      "KeyExpired",
    ]);
  }
  await keys().updateKeyProperties("ageing", { enabled: false });
  const disabled = await operation("unwrapkey", { alg: "RSA-OAEP-256", value: base64(wrapped) });
  expect(disabled.status).toBe(403);
});

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");

async function vault(
  where: string,
  method: string,
  body?: object,
  resource = "https://vault.azure.net",
): Promise<Response> {
  return fetch(microsoft.backChannel + where, {
    method,
    headers: {
      authorization: "Bearer " + (await identityToken(microsoft, resource)),
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

test("the vault asks for a token and says whose, and takes none that is for somebody else", async () => {
  const response = await fetch(microsoft.backChannel + "/keys/fhir?api-version=7.6");
  expect([response.status, response.headers.get("www-authenticate")]).toEqual([
    401,
    `Bearer authorization="${microsoft.backChannel}/${TENANT}", resource="https://vault.azure.net"`,
  ]);
  expect(
    (await vault("/keys/fhir?api-version=7.6", "GET", undefined, "https://graph.microsoft.com")).status,
  ).toBe(401);
  expect((await vault("/keys/fhir?api-version=7.6", "GET")).status).toBe(200);
  expect((await vault("/keys/fhir", "GET")).status).toBe(400);
});

test("an identity does what its roles on the vault allow: the connector's makes no keys, an officer's does", async () => {
  await expect(keys().createRsaKey("another")).rejects.toMatchObject({ statusCode: 403 });
  await expect(keys().rotateKey("fhir")).rejects.toMatchObject({ statusCode: 403 });
  await expect(secrets().setSecret("new", "x")).rejects.toMatchObject({ statusCode: 403 });
  const roles = ["Key Vault Crypto Officer", "Key Vault Secrets Officer"] as const;
  await restart({ vault: { name: "lamna", keys: [], secrets: {}, roles } });
  const made = await keys().createEcKey("another", { curve: "P-256" });
  expect((await keys().rotateKey("another")).properties.version).not.toBe(made.properties.version);
  expect((await secrets().setSecret("new", "first")).properties.version).toMatch(/^[0-9a-f]{32}$/);
  await restart();
  expect((await secrets().getSecret("new")).value).toBe("first");
});

test("secrets are read by name, in their newest version", async () => {
  const old = await secrets().getSecret("chart-secret");
  await microsoft.vault.setSecret("chart-secret", "changed");
  expect((await secrets().getSecret("chart-secret")).value).toBe("changed");
  const version = old.properties.version ?? "";
  expect((await secrets().getSecret("chart-secret", { version })).value).toBe("s3cret");
  await expect(secrets().getSecret("none")).rejects.toMatchObject({
    statusCode: 404,
    code: "SecretNotFound",
  });
});

test("keys outlive a restart, in files that only their owner reads", async () => {
  const before = await cryptography("wrapping");
  const { result } = await before.wrapKey("RSA-OAEP-256", Buffer.from("keep"));
  await restart();
  const after = await cryptography("wrapping");
  expect(after.keyID).toBe(before.keyID);
  expect(Buffer.from((await after.unwrapKey("RSA-OAEP-256", result)).result).toString()).toBe("keep");
  for (const file of await readdir(dataFolder))
    expect((await stat(path.join(dataFolder, file))).mode & 0o077).toBe(0);
});
