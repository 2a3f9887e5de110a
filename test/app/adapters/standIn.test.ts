/** The adapters together, with real credentials, against the stand-in that has the vendor's strictness. */
import { randomBytes, webcrypto } from "node:crypto";
import { importJWK } from "jose";
import { afterAll, expect, test } from "vitest";
import {
  accessToken,
  appCredential,
  assertion,
  managedIdentity,
} from "../../../app/adapters/entra/credential.ts";
import { staffSignIn } from "../../../app/adapters/entra/staffSignIn.ts";
import { keptKeys } from "../../../app/records/keys.ts";
import { graphDirectory } from "../../../app/adapters/graph/directory.ts";
import { graphMeetings } from "../../../app/adapters/graph/meetings.ts";
import { openKeyring } from "../../../app/adapters/keyvault/keyring.ts";
import { openVault } from "../../../app/adapters/keyvault/vault.ts";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { TELEHEALTH_CARDIOLOGY, TELEHEALTH_PRIMARY_CARE } from "../../../app/sandbox/microsoft/people.ts";
import { startMicrosoft } from "../../../app/sandbox/microsoft/start.ts";
import { trustedCertificate } from "./server.ts";

const tenantId = "aaaaaaaa-0000-4000-8000-000000000001";
const clientId = "cccccccc-0000-4000-8000-000000000001";
const identityClientId = "dddddddd-0000-4000-8000-000000000001";
const redirectUri = "http://127.0.0.1:3000/account/callback";
const now = () => new Date();

const microsoft = await startMicrosoft(
  { ports: { pages: 0, backChannel: 0 }, tls: await trustedCertificate(), now },
  {
    tenantId,
    registration: {
      clientId,
      redirectUris: [redirectUri],
      grantedRoles: ["OnlineMeetings.ReadWrite.All", "User.ReadBasic.All"],
    },
    identity: { clientId: identityClientId, principalId: "eeeeeeee-0000-4000-8000-000000000001" },
    vault: {
      name: "sandbox",
      keys: [
        { name: "ehr-rsa", kind: "RSA" },
        { name: "ehr-ec", kind: "EC" },
      ],
      secrets: { "ehr-secret": "s3cret" },
    },
    accessPolicy: { organizers: [TELEHEALTH_CARDIOLOGY] },
  },
);
afterAll(() => microsoft.stop());
process.env["IDENTITY_ENDPOINT"] = microsoft.identity.endpoint;
process.env["IDENTITY_HEADER"] = microsoft.identity.header;

const authority = microsoft.backChannel;
const identity = managedIdentity(identityClientId);
const vault = openVault({ url: authority, credential: identity, now, trustAnyVaultHost: true });
const token = accessToken(
  appCredential({ authority, tenantId, clientId, identity }),
  authority + "/.default",
);
const wait = () => Promise.resolve();
const meetings = graphMeetings({ graph: authority, token, now, wait });
const signIn = staffSignIn({
  authority,
  tenantId,
  clientId,
  graph: authority,
  assertion: assertion(identity),
  allowHttp: true,
  now: () => new Date(),
});

test.each([
  ["RS384", "ehr-rsa", { name: "RSASSA-PKCS1-v1_5" }],
  ["ES384", "ehr-ec", { name: "ECDSA", hash: "SHA-384" }],
] as const)("%s: what the vault signs verifies with what is published", async (algorithm, key, verify) => {
  const data = (kid: string) => new TextEncoder().encode("signed by " + kid);
  const { kid, value } = await vault.sign(key, algorithm, data);
  const jwk = (await vault.publicKeys(key, algorithm)).find((each) => each.kid === kid);
  const publicKey = await importJWK(jwk ?? { kty: "" });
  if (publicKey instanceof Uint8Array) throw new Error("not a public key");
  expect(await webcrypto.subtle.verify(verify, publicKey, new Uint8Array(value), data(kid))).toBe(true);
});

test("the keyring lives on the vault's key and the store", async () => {
  const store = openSqliteStore({ file: ":memory:", now });
  const options = {
    vault,
    kept: keptKeys(store),
    wrappingKey: "ehr-rsa",
    random: randomBytes,
    onStillWrappedByOldVersion: (fault: Error) => expect.fail(fault.message),
  };
  const [before, after] = [await openKeyring(options), await openKeyring(options)];
  expect(after.open("c", before.seal("c", "x"))).toBe("x");
  await store.close();
});

test("a secret is read by name", async () => {
  expect(await vault.secret("ehr-secret")).toBe("s3cret");
});

async function signInAs(account: string) {
  const pending = {
    redirectUri,
    state: "s".repeat(43),
    nonce: "n".repeat(43),
    verifier: "v".repeat(43),
    prompt: "select",
  } as const;
  const page = await signIn.begin(pending);
  expect(page.origin).toBe(microsoft.pages);
  const answer = await fetch(page, {
    method: "POST",
    body: new URLSearchParams({ account }),
    redirect: "manual",
  });
  return signIn.finish(new URL(answer.headers.get("location") ?? ""), pending);
}

test("a clinician signs in", async () => {
  const [person] = microsoft.people;
  expect(await signInAs(person?.oid ?? "")).toEqual({
    objectId: person?.oid,
    displayName: person?.displayName,
    userName: person?.userName,
    isGuest: false,
    isProvenMember: true,
    appRoles: [],
  });
});

test("somebody who goes back has declined", async () => {
  await expect(signInAs("cancel")).rejects.toMatchObject({ reason: "declined" });
});

test("a visit's meeting opens, opens again with one call, and moves", async () => {
  const start = new Date(Date.now() + 600_000);
  const visit = {
    visitId: "v1",
    organizer: TELEHEALTH_CARDIOLOGY,
    lobby: "staff",
    start,
    end: new Date(start.getTime() + 1_800_000),
  } as const;
  const calls = () => microsoft.received().filter(({ path }) => path.startsWith("/v1.0/")).length;
  const meeting = await meetings.open(visit);
  expect(URL.canParse(meeting.joinUrl)).toBe(true);
  const first = calls();
  expect(await meetings.open(visit)).toEqual(meeting);
  expect(calls()).toBe(first + 1);
  const later = { start: visit.end, end: new Date(visit.end.getTime() + 1_800_000) };
  await meetings.move({ organizer: visit.organizer, id: meeting.id }, later);
  expect(await meetings.open({ ...visit, ...later })).toEqual(meeting);
  expect(calls()).toBe(first + 3);
});

test("a meeting that is deleted in Teams is gone, and another one is made under an id of its own", async () => {
  const start = new Date(Date.now() + 3_600_000);
  const end = new Date(start.getTime() + 1_800_000);
  const visit = { visitId: "v3", organizer: TELEHEALTH_CARDIOLOGY, lobby: "staff", start, end } as const;
  const { id } = await meetings.open(visit);
  expect(await meetings.look({ ...visit, id })).toBe("as-asked");
  expect(await meetings.look({ ...visit, id, end: new Date(end.getTime() + 60_000) })).toBe("other");
  const address = [authority, "v1.0/users", visit.organizer, "onlineMeetings", encodeURIComponent(id)];
  const headers = { authorization: "Bearer " + (await token()) };
  expect((await fetch(address.join("/"), { method: "DELETE", headers })).status).toBe(204);
  expect(await meetings.look({ ...visit, id })).toBe("gone");
  const anew = await meetings.open({ ...visit, again: 1 });
  expect(anew.id).not.toBe(id);
  expect(await meetings.open({ ...visit, again: 1 })).toEqual(anew);
  expect(await meetings.look({ ...visit, id: anew.id })).toBe("as-asked");
});

test("an account of another tenant is told as such, should Entra let it through", async () => {
  const stranger = microsoft.people.find(({ tid }) => tid !== tenantId);
  microsoft.faults.set({ foreignSignIn: "token" });
  await expect(signInAs(stranger?.oid ?? "")).rejects.toMatchObject({ reason: "other-tenant" });
  microsoft.faults.clear();
});

test("an organizer that the access policy leaves out is told as such", async () => {
  const start = new Date();
  const visit = {
    visitId: "v2",
    organizer: TELEHEALTH_PRIMARY_CARE,
    lobby: "staff",
    start,
    end: new Date(start.getTime() + 60_000),
  } as const;
  await expect(meetings.open(visit)).rejects.toMatchObject({ reason: "access-policy" });
});

test("the directory says what an account is called", async () => {
  const [person] = microsoft.people;
  const directory = graphDirectory({ graph: authority, token, now, wait });
  expect(await directory.person(person?.oid ?? "")).toEqual({
    displayName: person?.displayName,
    userName: person?.userName,
  });
  expect(await directory.person("00000000-0000-4000-8000-000000000000")).toBeUndefined();
});
