/** The key for which Graph encrypts notifications: its certificate, and which of its versions can open them. */
import { constants, createHash, publicEncrypt, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { openNotificationKey } from "../../../../app/adapters/keyvault/notificationKey.ts";
import { WrappedForAnother } from "../../../../app/ports/notificationKey.ts";
import { VaultFault } from "../../../../app/ports/vault.ts";
import { serveTls } from "../server.ts";
import { serveKeyVault, type Version } from "./keyVault.ts";

const NOW = new Date("2027-01-12T15:00:00Z");
const DAY_MS = 86_400_000;
const [OLD, YOUNG] = ["a".repeat(32), "b".repeat(32)] as const;
const credential = {
  getToken: () => Promise.resolve({ token: "identity-token", expiresOnTimestamp: Date.now() + 3_600_000 }),
};
const options = { credential, trustAnyVaultHost: true, key: "graph-key" };

async function keyWith(versions: Version[]) {
  let now = NOW;
  const vault = await serveKeyVault("graph-key", versions, () => now);
  const wrapped = (text: string, oaepHash = "sha1") =>
    publicEncrypt(
      { key: vault.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash },
      Buffer.from(text),
    );
  const posts = () => vault.asked.filter(({ method }) => method === "POST");
  return {
    key: openNotificationKey({ ...options, url: vault.url, now: () => now }),
    publicKey: vault.publicKey,
    wrapped,
    posts,
    pass: (minutes: number) => (now = new Date(now.getTime() + minutes * 60_000)),
  };
}

test("the certificate is the newest version's, signed by it, from a day before it was made for three years", async () => {
  const { key, publicKey, posts } = await keyWith([
    { id: OLD, createdAt: new Date("2026-01-01T00:00:00Z") },
    { id: YOUNG, createdAt: new Date("2027-01-10T00:00:00Z") },
  ]);
  const { version, der } = await key.certificate();
  const made = new X509Certificate(der);
  expect([version, made.subject]).toEqual([YOUNG, "CN=graph-key"]);
  expect(posts().every(({ url }) => url.pathname === `/keys/graph-key/${YOUNG}/sign`)).toBe(true);
  expect([made.publicKey.equals(publicKey), made.verify(publicKey)]).toEqual([true, true]);
  expect([made.validFromDate, made.validToDate]).toEqual([
    new Date("2027-01-09T00:00:00Z"),
    new Date(Date.parse("2027-01-10T00:00:00Z") + 3 * 366 * DAY_MS),
  ]);
  const named = createHash("sha256").update(YOUNG).digest("hex").slice(0, 30);
  expect(made.serialNumber.toLowerCase()).toBe("01" + named);
});

test("the certificate is kept for an hour, after which a newer version has its own", async () => {
  const versions = [{ id: OLD, createdAt: NOW }];
  const { key, posts, pass } = await keyWith(versions);
  const first = await key.certificate();
  versions.push({ id: YOUNG, createdAt: NOW });
  pass(59);
  expect(await key.certificate()).toBe(first);
  expect(posts().filter(({ body }) => body !== "")).toHaveLength(1);
  pass(2);
  expect((await key.certificate()).version).toBe(YOUNG);
});

test("what was wrapped for a version is unwrapped by that version, and by none that does not exist", async () => {
  const { key, wrapped, posts } = await keyWith([
    { id: OLD, createdAt: NOW },
    { id: YOUNG, createdAt: NOW },
  ]);
  expect(Buffer.from(await key.unwrap(OLD, wrapped("data key"))).toString()).toBe("data key");
  expect(posts().every(({ url }) => url.pathname === `/keys/graph-key/${OLD}/unwrapkey`)).toBe(true);
  const gone = key.unwrap("c".repeat(32), wrapped("data key"));
  await expect(gone).rejects.toBeInstanceOf(WrappedForAnother);
  await expect(gone).rejects.toThrow("it was not wrapped for this version");
});

test("what was wrapped otherwise is another's", async () => {
  const { key, wrapped } = await keyWith([{ id: OLD, createdAt: NOW }]);
  await expect(key.unwrap(OLD, wrapped("x", "sha256"))).rejects.toBeInstanceOf(WrappedForAnother);
  await expect(key.unwrap(OLD, Buffer.alloc(256))).rejects.toBeInstanceOf(WrappedForAnother);
});

test.each(["", "1", "../secrets/lamna", "a".repeat(31), "a".repeat(33), "g".repeat(32), OLD + "/x"])(
  "the vault is not asked for a version that is named '%s'",
  async (version) => {
    const { key, wrapped, posts } = await keyWith([{ id: OLD, createdAt: NOW }]);
    // It is refused before anything is asked, which callers of a promise meet as a rejection.
    const asked = (async () => key.unwrap(version, wrapped("x")))();
    await expect(asked).rejects.toBeInstanceOf(WrappedForAnother);
    await expect(asked).rejects.toThrow("the key has no such version");
    expect(posts()).toHaveLength(0);
  },
);

test("a version's name may be in capitals", async () => {
  const { key, wrapped } = await keyWith([{ id: OLD.toUpperCase(), createdAt: NOW }]);
  expect(Buffer.from(await key.unwrap(OLD.toUpperCase(), wrapped("x"))).toString()).toBe("x");
});

test("many that come first, at once, are each unwrapped as themselves", async () => {
  const { key, wrapped, posts } = await keyWith([{ id: OLD, createdAt: NOW }]);
  const texts = ["one", "two", "three", "four"];
  const clear = await Promise.all(texts.map((text) => key.unwrap(OLD, wrapped(text))));
  expect(clear.map((bytes) => Buffer.from(bytes).toString())).toEqual(texts);
  // Only the first is sent before the vault's challenge is answered.
  expect(posts().filter(({ headers }) => headers.authorization === undefined)).toHaveLength(1);
});

test("after a first one that was another's the next is unwrapped", async () => {
  const { key, wrapped } = await keyWith([{ id: OLD, createdAt: NOW }]);
  const [first, second] = await Promise.allSettled([
    key.unwrap(OLD, Buffer.alloc(256)),
    key.unwrap(OLD, wrapped("x")),
  ]);
  expect([first.status, second.status]).toEqual(["rejected", "fulfilled"]);
});

test.each([400, 404])(
  "somebody in between who answers %i says nothing of what was wrapped",
  async (status) => {
    const { origin } = await serveTls(({ headers }) =>
      headers.authorization === undefined
        ? {
            status: 401,
            headers: {
              "www-authenticate": `Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"`,
            },
            json: {},
          }
        : { status, json: { error: { code: "NotFound", message: "no such path" } } },
    );
    const key = openNotificationKey({ ...options, url: origin, now: () => NOW });
    const asked = key.unwrap(OLD, Buffer.alloc(256));
    await expect(asked).rejects.toBeInstanceOf(VaultFault);
    await expect(asked).rejects.toThrow("The vault could not be asked for the key graph-key");
  },
);

test("a vault that refuses is no matter of what was wrapped", async () => {
  const { key, wrapped } = await keyWith([{ id: OLD, createdAt: NOW, enabled: false }]);
  const refused = key.unwrap(OLD, wrapped("x"));
  await expect(refused).rejects.toBeInstanceOf(VaultFault);
  await expect(refused).rejects.toThrow("The vault refused the key graph-key");
  await expect(key.certificate()).rejects.toThrow("The vault refused the key graph-key");
});

test.each<[what: string, key: object, attributes: object]>([
  ["is no RSA key", { kty: "EC", crv: "P-256", x: "AQ", y: "Ag" }, { created: 1_700_000_000 }],
  ["has no exponent", { kty: "RSA", n: "AQ" }, { created: 1_700_000_000 }],
  ["has no modulus", { kty: "RSA", e: "AQ" }, { created: 1_700_000_000 }],
  ["was made at no time", { kty: "RSA", n: "AQ", e: "AQ" }, {}],
])("a vault key that %s is told to be made anew", async (_what, jwk, attributes) => {
  const { origin } = await serveTls(({ headers }) =>
    headers.authorization === undefined
      ? {
          status: 401,
          headers: {
            "www-authenticate": `Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"`,
          },
          json: {},
        }
      : { json: { attributes, key: { ...jwk, kid: `${origin}/keys/graph-key/${OLD}` } } },
  );
  const asked = openNotificationKey({ ...options, url: origin, now: () => NOW }).certificate();
  await expect(asked).rejects.toThrow(
    "The vault key graph-key must be an RSA key that signs and unwraps: make it anew.",
  );
});
