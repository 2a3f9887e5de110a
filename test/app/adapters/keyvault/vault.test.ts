import { flattenedVerify, importJWK } from "jose";
import { expect, test } from "vitest";
import { openVault } from "../../../../app/adapters/keyvault/vault.ts";
import { VaultFault } from "../../../../app/ports/vault.ts";
import { serveKeyVault, type Version } from "./keyVault.ts";

const NOW = new Date("2027-01-12T15:00:00Z");
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const [OLD, MIDDLE, YOUNG] = ["aaaa0000", "bbbb0000", "cccc0000"] as const;
const credential = {
  getToken: () => Promise.resolve({ token: "identity-token", expiresOnTimestamp: Date.now() + 3_600_000 }),
};

async function vaultWith(versions: Version[]) {
  let now = NOW;
  const served = await serveKeyVault("ehr-key", versions, () => now);
  const open = (trustAnyVaultHost: boolean) =>
    openVault({ url: served.url, credential, now: () => now, trustAnyVaultHost });
  const calls = (part: string) => served.asked.filter(({ url }) => url.pathname.includes(part)).length;
  return {
    vault: open(true),
    asked: served.asked,
    open,
    calls,
    pass: (minutes: number) => (now = new Date(now.getTime() + minutes * 60_000)),
  };
}
const payload = (kid: string) => new TextEncoder().encode(header(kid) + ".e30");
const header = (kid: string) => Buffer.from(JSON.stringify({ alg: "RS384", kid })).toString("base64url");
const kidsOf = async (vault: ReturnType<typeof openVault>) =>
  (await vault.publicKeys("ehr-key", "RS384")).map(({ kid }) => kid);

test("a signature verifies with the published key of the version that it names", async () => {
  const { vault } = await vaultWith([{ id: OLD, createdAt: ago(9999) }]);
  const { kid, value } = await vault.sign("ehr-key", "RS384", payload);
  const key = (await vault.publicKeys("ehr-key", "RS384")).find((each) => each.kid === kid);
  expect(key).toMatchObject({ kty: "RSA", use: "sig", alg: "RS384" });
  expect(Object.keys(key ?? {}).toSorted()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
  const signature = Buffer.from(value).toString("base64url");
  await flattenedVerify(
    { protected: header(kid), payload: "e30", signature },
    await importJWK(key ?? { kty: "" }),
  );
});

test.each<[string, Version[], string]>([
  [
    "the newest",
    [
      { id: OLD, createdAt: ago(9999) },
      { id: MIDDLE, createdAt: ago(61) },
    ],
    MIDDLE,
  ],
  [
    "not one that verifiers cannot know yet",
    [
      { id: OLD, createdAt: ago(9999) },
      { id: YOUNG, createdAt: ago(59) },
    ],
    OLD,
  ],
  [
    "the oldest while all are young",
    [
      { id: MIDDLE, createdAt: ago(9) },
      { id: YOUNG, createdAt: ago(1) },
    ],
    MIDDLE,
  ],
  [
    "not a disabled one",
    [
      { id: OLD, createdAt: ago(9999) },
      { id: MIDDLE, createdAt: ago(99), enabled: false },
    ],
    OLD,
  ],
  [
    "not an expired one",
    [
      { id: OLD, createdAt: ago(99) },
      { id: MIDDLE, createdAt: ago(90), expiresAt: ago(1) },
    ],
    OLD,
  ],
  [
    "not one before its time",
    [
      { id: OLD, createdAt: ago(99) },
      { id: MIDDLE, createdAt: ago(90), notBefore: ago(-5) },
    ],
    OLD,
  ],
])("of several versions there signs %s", async (_case, versions, signs) => {
  const { vault } = await vaultWith(versions);
  const { kid } = await vault.sign("ehr-key", "RS384", payload);
  expect(kid).toBe(signs);
  expect(await kidsOf(vault)).toContain(kid);
});

test("published are the three newest that are enabled and unexpired, the coming one among them", async () => {
  const { vault } = await vaultWith([
    { id: "dddd0000", createdAt: ago(500) },
    { id: OLD, createdAt: ago(400) },
    { id: "eeee0000", createdAt: ago(350), enabled: false },
    { id: "ffff0000", createdAt: ago(340), expiresAt: ago(1) },
    { id: MIDDLE, createdAt: ago(300) },
    { id: YOUNG, createdAt: ago(1), notBefore: ago(-60) },
  ]);
  expect(await kidsOf(vault)).toEqual([YOUNG, MIDDLE, OLD]);
});

test("versions and secrets are asked for once in five minutes", async () => {
  const { vault, calls, pass } = await vaultWith([{ id: OLD, createdAt: ago(9999) }]);
  const twice = async () => {
    for (const _time of [1, 2]) {
      await vault.sign("ehr-key", "RS384", payload);
      await vault.publicKeys("ehr-key", "RS384");
      expect(await vault.secret("ehr-secret")).toBe("s3cret");
    }
  };
  await twice();
  const [listings, secrets] = [calls("/versions"), calls("/secrets/")];
  pass(4);
  await twice();
  expect([calls("/versions"), calls("/secrets/")]).toEqual([listings, secrets]);
  pass(2);
  await twice();
  expect([calls("/versions"), calls("/secrets/")]).toEqual([listings + 1, secrets + 1]);
});

test("a version that is disabled while it is in use is replaced at the next attempt", async () => {
  const versions: Version[] = [
    { id: OLD, createdAt: ago(9999) },
    { id: MIDDLE, createdAt: ago(99) },
  ];
  const { vault } = await vaultWith(versions);
  expect((await vault.sign("ehr-key", "RS384", payload)).kid).toBe(MIDDLE);
  for (const version of versions) version.enabled = version.id === OLD;
  await expect(vault.sign("ehr-key", "RS384", payload)).rejects.toThrow(VaultFault);
  expect((await vault.sign("ehr-key", "RS384", payload)).kid).toBe(OLD);
});

test("many first signatures at once are all good: none is sent before the vault's challenge is answered", async () => {
  const { vault, asked } = await vaultWith([{ id: OLD, createdAt: ago(9999) }]);
  const signed = await Promise.all([1, 2, 3, 4].map(() => vault.sign("ehr-key", "RS384", payload)));
  expect(new Set(signed.map(({ value }) => Buffer.from(value).toString("hex"))).size).toBe(1);
  expect(asked.filter(({ method, headers }) => method === "POST" && !headers.authorization)).toEqual([]);
});

test("what an earlier version wrapped is unwrapped after it has expired; new things the newest version wraps", async () => {
  const versions: Version[] = [{ id: OLD, createdAt: ago(9999) }];
  const { vault, open, pass } = await vaultWith(versions);
  const wrapped = await vault.wrap("ehr-key", Buffer.from("0123456789abcdef"));
  expect(wrapped.version).toBe(OLD);
  // Long ago, since the SDK has a clock of its own.
  for (const version of versions) version.expiresAt = new Date("2020-01-01");
  versions.push({ id: YOUNG, createdAt: NOW });
  pass(6);
  const restarted = open(true);
  expect(Buffer.from(await restarted.unwrap("ehr-key", wrapped)).toString()).toBe("0123456789abcdef");
  expect((await vault.wrap("ehr-key", Buffer.from("x"))).version).toBe(YOUNG);
});

test("faults name the key or secret and say what to do", async () => {
  const { vault } = await vaultWith([{ id: OLD, createdAt: ago(99), expiresAt: ago(1) }]);
  await expect(vault.secret("gone")).rejects.toThrow(/no secret named gone: create it/);
  await expect(vault.publicKeys("other", "RS384")).rejects.toThrow(/no key named other: create it/);
  await expect(vault.sign("ehr-key", "RS384", payload)).rejects.toThrow(
    /ehr-key has no version that is enabled and valid/,
  );
});

test("a key of the wrong kind for the algorithm is said to be one", async () => {
  const { vault } = await vaultWith([{ id: OLD, createdAt: ago(99) }]);
  await expect(vault.publicKeys("ehr-key", "ES384")).rejects.toThrow(
    /cannot sign with ES384: make it an EC key/,
  );
});

test("a host that is no key vault is given no token", async () => {
  const { open, calls } = await vaultWith([{ id: OLD, createdAt: ago(99) }]);
  await expect(open(false).secret("ehr-secret")).rejects.toThrow(VaultFault);
  expect(calls("/secrets/")).toBe(1);
});

test("a key that is gone says what it wrapped, and that a new one of its name does not help", async () => {
  const { vault } = await vaultWith([{ id: OLD, createdAt: ago(9999) }]);
  const { value } = await vault.wrap("ehr-key", Buffer.from("0123456789abcdef"));
  const unwrapped = vault.unwrap("ehr-key", { version: MIDDLE, value });
  await expect(unwrapped).rejects.toBeInstanceOf(VaultFault);
  await expect(unwrapped).rejects.toThrow(
    /with the version bbbb0000 of the key ehr-key, .*: recover that key .* A new key of that name does not open them/,
  );
});

test("an answer that is larger than any of the vault's is not read to its end", async () => {
  const { vault } = await vaultWith([{ id: OLD, createdAt: ago(99) }]);
  const fault = await vault.secret("endless").catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(VaultFault);
  expect((fault as VaultFault).cause).toMatchObject({ name: "TooLarge" });
});

test.each(["empty", "bare"])("a secret that is %s is no secret, and says what to do", async (name) => {
  const { vault } = await vaultWith([{ id: OLD, createdAt: ago(9999) }]);
  await expect(vault.secret(name)).rejects.toThrow(`The vault secret ${name} is empty: give it its value.`);
});

test("a key is as old as its newest version that is enabled", async () => {
  const { vault } = await vaultWith([
    { id: OLD, createdAt: ago(9999) },
    { id: MIDDLE, createdAt: ago(99) },
    { id: YOUNG, createdAt: ago(1), enabled: false },
  ]);
  expect(await vault.madeAt("ehr-key")).toEqual(ago(99));
  await expect(vault.madeAt("other")).rejects.toThrow("The vault has no key named other");
  const off = await vaultWith([{ id: OLD, createdAt: ago(99), enabled: false }]);
  await expect(off.vault.madeAt("ehr-key")).rejects.toThrow(
    "The vault key ehr-key has no version that is enabled: enable one.",
  );
});

test("a version of which the vault does not say when it was made is left out", async () => {
  const { vault } = await vaultWith([{ id: OLD, createdAt: ago(99) }, { id: YOUNG }]);
  expect(await kidsOf(vault)).toEqual([OLD]);
});

test("whatever is asked of a key, a refusal says that it is about a key, and which", async () => {
  const data = Buffer.from("0123456789abcdef");
  const versions: Version[] = [{ id: OLD, createdAt: ago(9999) }];
  const { vault } = await vaultWith(versions);
  const { value } = await vault.wrap("ehr-key", data);
  for (const version of versions) version.enabled = false;
  const refused =
    "The vault refused the key ehr-key: give the connector's identity the role Key Vault Crypto User";
  await expect(vault.sign("ehr-key", "RS384", payload)).rejects.toThrow(refused);
  await expect(vault.unwrap("ehr-key", { version: OLD, value })).rejects.toThrow(refused);
  await expect(vault.sign("other", "RS384", payload)).rejects.toThrow("no key named other");
  await expect(vault.wrap("other", data)).rejects.toThrow("no key named other");
});
