/** A test deployment vouches for what it has tested, and production turns its connections on by that, and by nothing else. */
import { createPublicKey, generateKeyPairSync, sign, type JsonWebKey } from "node:crypto";
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import { canonical } from "../../../../app/domain/auditChain.ts";
import { evidenceOf, judgedRecord, type Statement } from "../../../../app/domain/evidence.ts";
import type { PromotionRecord } from "../../../../app/domain/promotion.ts";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import { PROVISIONED } from "../../../../app/sandbox/sandbox.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { withSystemClients } from "../../../harness/stack.ts";

/** This deployment is both: the one that has tested, and the one that was promoted to. */
const STACK = "local";
const RUNS = "0".repeat(64);
const OTHER = "b".repeat(64);

const release = { site: RUNS, staging: OTHER };
const RECORD: PromotionRecord = {
  id: "2026-11-29T22-00-00-000000000000",
  what: "promotion",
  who: "Sam Brenner from runner-1",
  from: STACK,
  startedAt: "2026-11-29T22:00:00.000Z",
  before: { site: OTHER },
  goal: release,
  done: [{ step: "checked", milliseconds: 900, told: "3 things hold" }],
  plan: "p",
  approvals: [{ by: "Sam Brenner", how: "terminal", at: "2026-11-29T22:01:00.000Z" }],
  canary: "passed at 2 connections",
  stack: STACK,
  outcome: "done",
  endedAt: "2026-11-29T22:05:00.000Z",
  runs: RUNS,
};

const pair = () => generateKeyPairSync("ec", { namedCurve: "P-384" });
const [known, strange] = [pair(), pair()];

const SAYS: Statement = {
  from: STACK,
  package: RUNS,
  passedAt: "2026-11-29T21:59:00.000Z",
  askedBy: { kind: "person", objectId: PORTAL_ACCOUNTS.operator },
};

/** As the vault of a test deployment signs, and as a record embeds it. */
function signedBy(
  { privateKey }: ReturnType<typeof pair>,
  record = RECORD,
  says: Statement = { ...SAYS, from: record.from ?? "", package: record.runs },
): PromotionRecord {
  const { signedOver, kept } = evidenceOf(says);
  const key = { key: privateKey, dsaEncoding: "ieee-p1363" } as const;
  return { ...record, evidence: kept("1", sign("sha384", signedOver("1"), key)) };
}

/** What the package container answers. */
let container: { readonly status: number; readonly text: string } = { status: 404, text: "" };
let asked: { readonly path: string | undefined; readonly says: string | undefined } | undefined;
const blobs = createServer((request, response) => {
  asked = { path: request.url, says: request.headers.authorization };
  const { status, text } = container;
  // A page of somebody in between has none of the service's own headers.
  const isOwn = !text.startsWith("<html>");
  const code = status === 404 ? { "x-ms-error-code": "BlobNotFound" } : {};
  response.writeHead(status, isOwn ? { "x-ms-version": "2024-11-04", ...code } : {}).end(text);
});
const holds = (record: unknown) => void (container = { status: 200, text: JSON.stringify(record) });

let deployment: Deployment;
const administrator = new Person();
beforeAll(async () => {
  await new Promise<void>((resolve) => blobs.listen(0, "127.0.0.1", resolve));
  const address = blobs.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  deployment = await startDeployment({
    blobEndpoint: `http://127.0.0.1:${String(address.port)}`,
    stack: (stack, charts) => ({
      ...withSystemClients(stack, charts),
      testStack: {
        stack: STACK,
        evidenceKeys: [known.publicKey.export({ format: "jwk" })],
      },
    }),
  });
});
afterAll(async () => {
  blobs.close();
  await deployment.stop();
});

describe("a production connection of the portal", () => {
  const VALUE = {
    name: "Production",
    fhirBaseUrl: "https://fhir.example/r4/production",
    environment: "production",
    visitTypes: ["Video Visit"],
    enabled: false,
  } satisfies PortalConnection;
  const address = () => deployment.url + "/portal/connections/promoted";
  beforeAll(async () => {
    await signInToPortal(deployment, administrator, "administrator");
    const actor = { kind: "program", name: "test" } as const;
    await deployment.parts.connectionSettings.add({ actor, action: "connection.added" }, "promoted", VALUE);
  });
  const turnOn = async () => {
    const { revision = 0 } = (await deployment.parts.connectionSettings.read("promoted")) ?? {};
    return administrator.send(address() + "/switch", { turn: "on", revision: String(revision) });
  };

  const { evidence: _left, ...unsigned } = signedBy(known);
  const tampered = (change: object) => ({ ...signedBy(known), ...change });
  const asHs256 = () => {
    const [, payload = "", signature = ""] = signedBy(known).evidence?.split(".") ?? [];
    const header = Buffer.from(
      canonical({ alg: "none", kid: "1", typ: "teams-ehr-tested-package+jws" }),
    ).toString("base64url");
    return { ...RECORD, evidence: `${header}.${payload}.${signature}` };
  };
  const withPayload = (says: object) => {
    const [header = "", , signature = ""] = signedBy(known).evidence?.split(".") ?? [];
    return `${header}.${Buffer.from(canonical(says)).toString("base64url")}.${signature}`;
  };
  test.each([
    ["without a record", undefined, "No promotion to this deployment is recorded yet."],
    ["by a record that nobody signed", unsigned, "has nothing that a test deployment signed"],
    ["by one that a strange key signed", signedBy(strange), "not signed by one of the keys"],
    [
      "by one whose statement was changed",
      tampered({ evidence: withPayload({ ...SAYS, passedAt: "2026-11-30T21:59:00.000Z" }) }),
      "not signed by one of the keys",
    ],
    [
      "by one whose statement has a member more",
      signedBy(known, RECORD, { ...SAYS, approvedBy: "x" } as Statement),
      "not signed by one of the keys",
    ],
    ["by one whose digest was changed", tampered({ runs: OTHER }), "and not of the one that the last"],
    [
      "by one with another package’s statement",
      signedBy(known, RECORD, { ...SAYS, package: OTHER }),
      "is of the package bbbbbbbbbbbb at local, and not of the one",
    ],
    [
      "by one with another test stack’s statement",
      signedBy(known, RECORD, { ...SAYS, from: "contoso-test" }),
      "at contoso-test, and not of the one",
    ],
    ["by one that says which way it was signed", asHs256(), "not signed by one of the keys"],
    ["by one with a member more", tampered({ note: "x" }), "cannot be read"],
    [
      "by another production's",
      signedBy(known, { ...RECORD, stack: "contoso-production" }),
      "and contoso-production, and not of",
    ],
    [
      "by one from another test stack",
      signedBy(known, { ...RECORD, from: "contoso-test" }),
      "is of contoso-test",
    ],
    ["by one of another package", signedBy(known, { ...RECORD, runs: OTHER }), "Another package runs here"],
    [
      "by one that went back",
      signedBy(known, { ...RECORD, outcome: "went-back" }),
      "Another package runs here",
    ],
    ["by what is no JSON", "not a record", "cannot be read"],
  ])("is not turned on %s, and its page says so", async (_which, record, says) => {
    if (record === undefined) container = { status: 404, text: "" };
    else holds(record);
    expect((await administrator.open(address())).html).toContain(says);
    expect((await turnOn()).status).toBe(409);
  });

  test("is not turned on while the container refuses, and its page says what to see to", async () => {
    container = { status: 403, text: "AuthorizationPermissionMismatch" };
    const { status, html } = await administrator.open(address());
    expect([status, html]).toEqual([200, expect.stringContaining("Storage Blob Data Reader")]);
    expect((await turnOn()).status).toBe(409);
  });

  test.each([200, 403, 404])(
    "is not turned on by a web page with %i, and its page says whose it is",
    async (status) => {
      container = { status, text: "<html>Blocked</html>" };
      const { html } = await administrator.open(address());
      expect(html).toContain("with a web page, as somebody in between does");
      expect(html).not.toContain("Storage Blob Data Reader");
      expect((await turnOn()).status).toBe(409);
    },
  );

  test("is turned on by the record that the test deployment signed, and the trail says by which", async () => {
    holds(signedBy(known));
    expect((await administrator.open(address())).html).toContain("has tested the package that runs here");
    expect(asked?.path).toBe("/packages/promotions/local/last.json");
    expect(asked?.says).toMatch(/^Bearer /);
    const on = await turnOn();
    expect(on.status).toBe(200);
    expect(on.html).toContain("of a package for which the test deployment local vouches");
    expect((await deployment.parts.connectionSettings.read("promoted"))?.value).toMatchObject({
      enabled: true,
      cleared: { by: "promotion", stack: STACK, record: RECORD.id },
    });
    const [event] = await deployment.parts.audit.events({ limit: 1 });
    expect(JSON.stringify(event)).toContain(RECORD.id);
  });
});

describe("asked to sign", () => {
  const post = async (path: string, body?: unknown, as: keyof typeof PORTAL_ACCOUNTS = "operator") => {
    const { microsoft } = deployment.sandbox;
    const token = await microsoft.cliToken(PORTAL_ACCOUNTS[as], "api://" + PROVISIONED.clientId);
    const answer = await fetch(deployment.url + PATHS.portal + path, {
      method: "POST",
      headers: { authorization: "Bearer " + token, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const said = (await answer.json()) as { happened?: string; evidence?: string };
    return { status: answer.status, ...said };
  };
  const vouch = (body: unknown = { package: RUNS }) => post("/api/evidence", body);
  beforeAll(async () => {
    const { connectionSettings } = deployment.parts;
    const kept = await connectionSettings.read("promoted");
    if (kept === undefined) throw new Error("there is no such connection");
    const actor = { kind: "program", name: "test" } as const;
    const off = { ...kept.value, enabled: false };
    await connectionSettings.replace(
      { actor, action: "connection.turned-off" },
      "promoted",
      kept.revision,
      off,
    );
  });

  test("before any canary visit with this package it refuses", async () => {
    expect(await vouch()).toMatchObject({
      status: 409,
      happened: "No canary visit of Lamna Healthcare was made within a day with this package.",
    });
  });

  test("after a canary visit that failed it refuses, and says at which step", async () => {
    deployment.sandbox.oracle.faults.set("unavailable");
    await post("/api/canary");
    deployment.sandbox.oracle.faults.clear();
    expect((await vouch()).happened).toMatch(/^The canary visit of Lamna Healthcare failed, at the step /);
  });

  describe("after one that passed", () => {
    beforeAll(() => post("/api/canary"));

    test("it signs what it knows, and who asked, by a key whose public part it publishes", async () => {
      const { status, evidence = "" } = await vouch();
      expect(status).toBe(200);
      const published = await fetch(deployment.url + PATHS.evidenceKeys);
      const { keys } = (await published.json()) as { keys: JsonWebKey[] };
      const publicKeys = keys.map((key) => createPublicKey({ key, format: "jwk" }));
      const says = {
        from: STACK,
        package: RUNS,
        passedAt: expect.any(String) as string,
        askedBy: { kind: "person", objectId: PORTAL_ACCOUNTS.operator },
      };
      expect(judgedRecord({ ...RECORD, evidence }, publicKeys)).toEqual({
        is: "vouched",
        record: { ...RECORD, evidence },
        statement: says,
      });
      expect(judgedRecord({ ...RECORD, evidence }, [known.publicKey]).is).toBe("not-by-these-keys");
      const signIn = await fetch(deployment.url + PATHS.keySet);
      expect(await signIn.text()).not.toContain(keys[0]?.x);
    });

    test("who asked is in the trail, and no caller’s words are in the log", async () => {
      const before = deployment.logged.length;
      await vouch();
      const [event] = await deployment.parts.audit.events({ limit: 1 });
      expect(event).toMatchObject({
        actor: { kind: "person", objectId: PORTAL_ACCOUNTS.operator },
        action: "evidence.signed",
        object: { kind: "package", id: RUNS },
        act: { phase: "done" },
      });
      expect(deployment.logged.slice(before).join("")).not.toContain(PORTAL_ACCOUNTS.operator);
    });

    test.each([
      ["of another package", { package: OTHER }, "this deployment runs 000000000000"],
      ["of a record with invented approvals", RECORD, "names a package by its digest, and nothing else"],
      ["of somebody else’s asking", { package: RUNS, who: "Alex Romero" }, "and nothing else"],
      ["of nothing", {}, "names a package by its digest"],
    ])("it signs nothing %s", async (_which, body, says) => {
      const { status, happened, evidence } = await vouch(body);
      expect([status, happened, evidence]).toEqual([409, expect.stringContaining(says), undefined]);
    });

    test("it signs nothing for whoever is no operator", async () => {
      expect(await post("/api/evidence", { package: RUNS }, "reportReader")).toMatchObject({ status: 403 });
    });

    test("a day later it wants another canary visit", async () => {
      deployment.clock.forward(24 * 3_600_000);
      expect((await vouch()).happened).toContain("within a day");
    });
  });
});
