import { constants, generateKeyPairSync, privateDecrypt, publicEncrypt, randomBytes } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import { openKeyring } from "../../../../app/adapters/keyvault/keyring.ts";
import { openSqliteStore } from "../../../../app/adapters/sqlite/store.ts";
import { makeLinkToken, readLinkToken, type VisitId } from "../../../../app/domain/linkToken.ts";
import { keptKeys } from "../../../../app/records/keys.ts";
import { KeysUnusable, SealBroken } from "../../../../app/ports/keyring.ts";
import type { ContainerName, Json, Store } from "../../../../app/ports/store.ts";
import { VaultFault, type Vault } from "../../../../app/ports/vault.ts";

const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };

/** An RSA key with versions, as in the vault: the newest valid version wraps, and every version unwraps. */
function vaultInMemory() {
  const versions = new Map<string, ReturnType<typeof generateKeyPairSync>>();
  let current: string | undefined;
  const refuse = () => Promise.reject(new VaultFault("not asked here"));
  const vault: Vault = {
    sign: refuse,
    publicKeys: refuse,
    secret: refuse,
    wrap(_key, bytes) {
      const pair = versions.get(current ?? "");
      if (current === undefined || pair === undefined) return Promise.reject(new VaultFault("all expired"));
      return Promise.resolve({
        version: current,
        value: publicEncrypt({ key: pair.publicKey, ...oaep }, bytes),
      });
    },
    unwrap(_key, { version, value }) {
      const pair = versions.get(version);
      if (pair === undefined) return Promise.reject(new VaultFault("no such version"));
      return Promise.resolve(privateDecrypt({ key: pair.privateKey, ...oaep }, value));
    },
  };
  const rotate = () => {
    current = `v${String(versions.size + 1)}`;
    versions.set(current, generateKeyPairSync("rsa", { modulusLength: 2048 }));
  };
  rotate();
  return {
    vault,
    rotate,
    expireAll: () => (current = undefined),
    forget: (version: string) => versions.delete(version),
  };
}

function keysInStore() {
  const inMemory = vaultInMemory();
  const store = openSqliteStore({ file: ":memory:", now: () => new Date() });
  onTestFinished(() => store.close());
  const told: VaultFault[] = [];
  const open = (random = randomBytes as (count: number) => Uint8Array) =>
    openKeyring({
      vault: inMemory.vault,
      kept: keptKeys(store),
      wrappingKey: "wrapping",
      random,
      onStillWrappedByOldVersion: (fault) => told.push(fault),
    });
  return { ...inMemory, store, open, told };
}

const kept = async (store: Store) => (await store.read("keys", "keyring", "keyring"))?.body;
const claims = { visit: "AAAABBBBCCCCDDDD" as VisitId, person: 0, generation: 0 };

test("after a restart every hash, seal and link is what it was", async () => {
  const { open } = keysInStore();
  const before = await open();
  const after = await open();
  expect(after.hash("visit", "a")).toBe(before.hash("visit", "a"));
  expect(after.open("c", before.seal("c", "clear ñ"))).toBe("clear ñ");
  expect(readLinkToken(after.links, makeLinkToken(before.links, claims))).toEqual(claims);
});

test("instances that start for the first time at once agree on one set of keys", async () => {
  const { open } = keysInStore();
  const rings = await Promise.all([open(), open(), open()]);
  expect(new Set(rings.map((ring) => ring.hash("p", "v"))).size).toBe(1);
});

test("rotating the vault's key wraps the keys anew and changes none; the old version may go then", async () => {
  const { open, rotate, forget, store } = keysInStore();
  const before = await open();
  const first = await kept(store);
  rotate();
  await open();
  const second = await kept(store);
  expect([first?.["version"], second?.["version"]]).toEqual(["v1", "v2"]);
  forget("v1");
  const after = await open();
  expect(after.hash("p", "v")).toBe(before.hash("p", "v"));
  expect(after.open("c", before.seal("c", "x"))).toBe("x");
});

test("several instances start after a rotation: one wraps, all work", async () => {
  const { open, rotate } = keysInStore();
  await open();
  rotate();
  const rings = await Promise.all([open(), open()]);
  expect(rings[0].hash("p", "v")).toBe(rings[1].hash("p", "v"));
});

test("when every version has expired the keys still open, and somebody is told", async () => {
  const { open, expireAll, told } = keysInStore();
  const before = await open();
  expireAll();
  const after = await open();
  expect(after.hash("p", "v")).toBe(before.hash("p", "v"));
  expect(told).toHaveLength(1);
});

test("a vault that does not unwrap stops the start with its own words", async () => {
  const { open, forget } = keysInStore();
  await open();
  forget("v1");
  await expect(open()).rejects.toThrow(VaultFault);
});

test("what is kept holds no key in the clear", async () => {
  const { open, store } = keysInStore();
  const made: Uint8Array[] = [];
  await open((count) => {
    made.push(randomBytes(count));
    return made.at(-1) ?? new Uint8Array();
  });
  const stored = JSON.stringify(await kept(store));
  const keys = made.filter((bytes) => bytes.length === 32);
  expect(keys).toHaveLength(4);
  for (const key of keys) expect(stored).not.toContain(Buffer.from(key).toString("base64url"));
});

test("a hash is 128 bits, and the purposes are apart", async () => {
  const ring = await keysInStore().open();
  expect(ring.hash("visit", "x")).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(ring.hash("visit", "x")).not.toBe(ring.hash("number", "x"));
  expect(ring.hash("ab", "c")).not.toBe(ring.hash("a", "bc"));
});

test("the same text is sealed differently each time", async () => {
  const ring = await keysInStore().open();
  expect(ring.seal("c", "x")).not.toBe(ring.seal("c", "x"));
});

test("a seal breaks for another context, other keys, and any change", async () => {
  const ring = await keysInStore().open();
  const stranger = await keysInStore().open();
  const sealed = ring.seal("session", "secret");
  const bytes = Buffer.from(sealed, "base64url");
  const changed = Buffer.from(bytes.map((byte, at) => (at === bytes.length - 20 ? byte ^ 1 : byte))).toString(
    "base64url",
  );
  expect(() => ring.open("launch", sealed)).toThrow(SealBroken);
  expect(() => stranger.open("session", sealed)).toThrow(SealBroken);
  for (const broken of [changed, sealed + " ", sealed.slice(0, -8), "", "AAAA", sealed + "="])
    expect(() => ring.open("session", broken)).toThrow(SealBroken);
  expect(ring.open("session", sealed)).toBe("secret");
  expect(ring.open("session", ring.seal("session", ""))).toBe("");
});

describe("keys that are lost", () => {
  const visit = { partition: "v", id: "v", body: { v: 1 } };
  /** A used store whose document of keys has been deleted. */
  const lost = async (container: ContainerName) => {
    const used = keysInStore();
    const before = await used.open();
    await used.store.create(container, visit);
    const document = await used.store.read("keys", "keyring", "keyring");
    await used.store.remove("keys", "keyring", "keyring", document?.etag ?? "");
    return { ...used, before };
  };

  test.each<ContainerName>(["visits", "staffAccounts", "sessions"])(
    "stop the start where %s are there, and say where they were and what to do",
    async (container) => {
      const { open, store } = await lost(container);
      await expect(open()).rejects.toBeInstanceOf(KeysUnusable);
      await expect(open()).rejects.toThrow(
        "The connector's own keys are lost: the document keyring in the container keys of :memory: is missing, and there are " +
          container,
      );
      await expect(open()).rejects.toThrow(/Restore it: .* point-in-time backup.* copy of the store's file/);
      expect(await kept(store)).toBeUndefined();
    },
  );

  test("are made anew where nothing hangs on them", async () => {
    const { open } = await lost("signIns");
    await open();
  });

  test("are made anew once an administrator says so, and for that once", async () => {
    const { open, store, before } = await lost("visits");
    await store.create("keys", { partition: "keyring", id: "begin-anew", body: {} });
    const after = await open();
    expect(after.hash("p", "v")).not.toBe(before.hash("p", "v"));
    expect(await store.read("keys", "keyring", "begin-anew")).toBeUndefined();
    const document = await store.read("keys", "keyring", "keyring");
    await store.remove("keys", "keyring", "keyring", document?.etag ?? "");
    await expect(open()).rejects.toBeInstanceOf(KeysUnusable);
  });

  test("are no matter of an instance that starts while another one makes them and opens the first visit", async () => {
    const { open, store } = keysInStore();
    const late: Store = {
      ...store,
      async changes(container, limit, since) {
        if (container === "visits") {
          await open();
          await store.create("visits", visit);
        }
        return store.changes(container, limit, since);
      },
    };
    expect(await keptKeys(late).read()).toBeDefined();
  });
});

describe("keys that are damaged stop the start, without a word of what they are", () => {
  const damaged = async (change: (body: Record<string, Json | undefined>) => object) => {
    const used = keysInStore();
    await used.open();
    const document = await used.store.read("keys", "keyring", "keyring");
    const body = { ...document?.body, ...change({ ...document?.body }) };
    await used.store.replace("keys", { partition: "keyring", id: "keyring", body }, document?.etag ?? "");
    return used;
  };

  test.each<[what: string, change: Parameters<typeof damaged>[0], words: RegExp]>([
    [
      "a member is missing",
      () => ({ keySet: undefined }),
      /cannot be read: the document keyring .* is damaged\. Restore it/,
    ],
    [
      "a member is no base64url",
      () => ({ wrappedKey: "?" }),
      /cannot be read: the document keyring .* is damaged/,
    ],
    [
      "the set is cut off",
      ({ keySet }) => ({ keySet: JSON.stringify(keySet).slice(1, -9) }),
      /they are not inside: the document keyring .* is damaged, or was put together from two/,
    ],
    ["the set is another's", () => ({ keySet: "AAAA" }), /they are not inside/],
  ])("%s", async (_what, change, words) => {
    const { open } = await damaged(change);
    await expect(open()).rejects.toBeInstanceOf(KeysUnusable);
    await expect(open()).rejects.toThrow(words);
  });

  test("the seal that broke is the cause, and what a parser says of keys never is", async () => {
    const another = await damaged(() => ({ keySet: "AAAA" }));
    const broken = await another.open().catch((error: unknown) => error);
    expect(broken).toMatchObject({ cause: expect.any(SealBroken) as SealBroken });
    let made = 0;
    // The second key that is made, the key for hashes, is made too short.
    const short = (count: number) => randomBytes((made += 1) === 2 ? count - 1 : count);
    const fault = await keysInStore()
      .open(short)
      .catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(KeysUnusable);
    expect(fault).not.toHaveProperty("cause");
  });

  test("a document of a newer release asks for that release", async () => {
    const { open } = await damaged(() => ({ v: 2 }));
    await expect(open()).rejects.toThrow(
      "A row in keys has version 2, and this release reads 1. Run the release",
    );
  });
});
