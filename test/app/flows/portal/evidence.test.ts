/** A test deployment vouches for what it has tested, and production turns its connections on by that, and by nothing else. */
import { createPublicKey, generateKeyPairSync, sign, type JsonWebKey } from "node:crypto";
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import { canonical } from "../../../../app/domain/auditChain.ts";
import { evidenceOf, judgedRecord, type PromotionRecord } from "../../../../app/domain/promotion.ts";
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

/** As the vault of a test deployment signs. */
function signedBy({ privateKey }: ReturnType<typeof pair>, record = RECORD): PromotionRecord {
  const { signedOver, kept } = evidenceOf(record);
  const key = { key: privateKey, dsaEncoding: "ieee-p1363" } as const;
  return { ...record, evidence: kept("1", sign("sha384", signedOver("1"), key)) };
}

/** What the package container answers. */
let container: { readonly status: number; readonly text: string } = { status: 404, text: "" };
let asked: { readonly path: string | undefined; readonly says: string | undefined } | undefined;
const blobs = createServer((request, response) => {
  asked = { path: request.url, says: request.headers.authorization };
  response.writeHead(container.status).end(container.text);
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
    const [, , signature = ""] = signedBy(known).evidence?.split(".") ?? [];
    const header = Buffer.from(canonical({ alg: "none", kid: "1", typ: "teams-ehr-promotion+jws" })).toString(
      "base64url",
    );
    return { ...RECORD, evidence: `${header}..${signature}` };
  };
  test.each([
    ["without a record", undefined, "No promotion to this deployment is recorded yet."],
    ["by a record that nobody signed", unsigned, "is not signed by a test deployment"],
    ["by one that a strange key signed", signedBy(strange), "not signed by one of the keys"],
    [
      "by one whose canary visit was added",
      tampered({ canary: "passed at 9 connections" }),
      "not signed by one of the keys",
    ],
    ["by one whose digest was changed", tampered({ runs: OTHER }), "not signed by one of the keys"],
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

  test("is turned on by the record that the test deployment signed, and the trail says by which", async () => {
    holds(signedBy(known));
    expect((await administrator.open(address())).html).toContain("has tested the package that runs here");
    expect(asked?.path).toBe("/packages/promotions/local/last.json");
    expect(asked?.says).toMatch(/^Bearer /);
    const on = await turnOn();
    expect(on.status).toBe(200);
    expect(on.html).toContain("for which the test deployment local vouches");
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
  const vouch = (body: unknown) => post("/api/evidence", body);
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
    expect(await vouch(RECORD)).toMatchObject({
      status: 409,
      happened: "No canary visit of Lamna Healthcare was made within a day with this package.",
    });
  });

  test("after a canary visit that failed it refuses, and says at which step", async () => {
    deployment.sandbox.oracle.faults.set("unavailable");
    await post("/api/canary");
    deployment.sandbox.oracle.faults.clear();
    expect((await vouch(RECORD)).happened).toMatch(
      /^The canary visit of Lamna Healthcare failed, at the step /,
    );
  });

  describe("after one that passed", () => {
    beforeAll(() => post("/api/canary"));

    test("it signs by a key whose public part it publishes, and by no other", async () => {
      const { status, evidence = "" } = await vouch(RECORD);
      expect(status).toBe(200);
      const published = await fetch(deployment.url + PATHS.evidenceKeys);
      const { keys } = (await published.json()) as { keys: JsonWebKey[] };
      const publicKeys = keys.map((key) => createPublicKey({ key, format: "jwk" }));
      expect(judgedRecord({ ...RECORD, evidence }, publicKeys).is).toBe("vouched");
      expect(judgedRecord({ ...RECORD, evidence }, [known.publicKey]).is).toBe("not-by-these-keys");
      expect(judgedRecord({ ...RECORD, evidence, who: "Somebody else" }, publicKeys).is).toBe(
        "not-by-these-keys",
      );
      const signIn = await fetch(deployment.url + PATHS.keySet);
      expect(await signIn.text()).not.toContain(keys[0]?.x);
    });

    test.each([
      [
        "of a package that another stack has tested",
        { from: "contoso-test" },
        "is of a package from contoso-test",
      ],
      [
        "of another package",
        { runs: OTHER, goal: { site: OTHER, staging: RUNS } },
        "this deployment runs 000000000000",
      ],
      ["of one that went back", { outcome: "went-back" }, "not of a promotion that came to its end"],
      ["of a rollback", { what: "rollback" }, "not of a promotion that came to its end"],
      ["that says more than a record does", { note: "and more" }, "no record of a promotion"],
      ["that is signed", { evidence: "a..b" }, "signed already"],
    ])("it signs no record %s", async (_which, change, says) => {
      const { status, happened, evidence } = await vouch({ ...RECORD, ...change });
      expect([status, happened, evidence]).toEqual([409, expect.stringContaining(says), undefined]);
    });

    test("it signs nothing for whoever is no operator", async () => {
      expect(await post("/api/evidence", RECORD, "reportReader")).toMatchObject({ status: 403 });
    });

    test("a day later it wants another canary visit", async () => {
      deployment.clock.forward(24 * 3_600_000);
      expect((await vouch(RECORD)).happened).toContain("within a day");
    });
  });
});
