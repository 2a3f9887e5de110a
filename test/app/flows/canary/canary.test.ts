/** The canary visit of each connection, as an operator asks for it and as it comes round, and each of its steps failing. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import { firstFailed, needsLaunch } from "../../../../app/domain/canary.ts";
import type { ConfiguredConnection } from "../../../../app/domain/hospital.ts";
import { CANARY_VISIT, canaryFlow } from "../../../../app/flows/canary/canary.ts";
import type { CanaryPicks } from "../../../../app/flows/canary/parts.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { openCanaries } from "../../../../app/records/canaries.ts";
import { PROVISIONED } from "../../../../app/sandbox/sandbox.ts";
import { askCanary, connectorAt, operatorToken } from "../../../../scripts/smoke/ask.ts";
import { list } from "../../../../scripts/smoke/list.ts";
import { PORTAL_ACCOUNTS } from "../../../harness/administrator.ts";
import { launchScenario } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { withSystemClients } from "../../../harness/stack.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment({ stack: withSystemClients });
});
afterAll(() => deployment.stop());
afterEach(() => {
  deployment.sandbox.oracle.faults.clear();
  deployment.sandbox.microsoft.faults.clear();
});

interface Told {
  readonly isWell: boolean;
  readonly package: string;
  readonly canaries: readonly {
    readonly connection: { readonly id: string };
    readonly launchedAt?: string;
    readonly needsLaunch: boolean;
    readonly steps: readonly {
      readonly step: string;
      readonly outcome: string;
      readonly move?: string;
      readonly why?: string;
    }[];
  }[];
}

async function smoke(): Promise<Told> {
  const token = await deployment.sandbox.microsoft.cliToken(
    PORTAL_ACCOUNTS.operator,
    "api://" + PROVISIONED.clientId,
  );
  const answer = await fetch(deployment.url + PATHS.portal + "/api/canary", {
    method: "POST",
    headers: { authorization: "Bearer " + token },
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Told;
}

const outcomes = (told: Told, id = "lamna") =>
  told.canaries.find(({ connection }) => connection.id === id)?.steps.map(({ outcome }) => outcome);

/** The canary visit of one connection with some parts in another state. */
async function visited(change: Partial<CanaryPicks> = {}) {
  const all = await canaryFlow({ ...deployment.parts, ...change }).visitAll();
  const failure = firstFailed(all.find(({ connection }) => connection.id === "lamna")?.ran?.steps ?? []);
  return failure && [failure.step, failure.move, failure.why];
}

test("every step passes at every connection, and neither an appointment nor a patient is asked for", async () => {
  const before = deployment.sandbox.oracle.received().length;
  const told = await smoke();
  expect(told).toMatchObject({ isWell: true, package: "0".repeat(64) });
  expect(outcomes(told)).toEqual(Array.from({ length: 6 }, () => "passed"));
  expect(outcomes(told, "lamna-test")).toEqual(outcomes(told));
  const asked = deployment.sandbox.oracle.received().slice(before);
  expect(asked.length).toBeGreaterThan(0);
  expect(JSON.stringify(asked)).not.toMatch(/Appointment|\/Patient|Encounter/u);
});

test("the same meeting is used all month, whoever asks and however often", async () => {
  const made = () => deployment.sandbox.microsoft.received().filter(isCreateOrGet).length;
  const isCreateOrGet = (request: unknown) => JSON.stringify(request).includes("createOrGet");
  await smoke();
  const before = made();
  await smoke();
  expect(made()).toBeGreaterThan(before);
  const meetings = deployment.sandbox.microsoft
    .meetings()
    .filter(({ externalId }) => externalId?.startsWith("canary-"));
  expect(meetings).toHaveLength(2);
});

test.each([
  ["oracle", "unavailable"],
  ["administrator", "forbidden"],
] as const)("the location is red and it is for %s to mend when FHIR answers %s", async (move, fault) => {
  deployment.sandbox.oracle.faults.set(fault);
  expect(await visited()).toEqual(["location", move, expect.any(String)]);
});

test("discovery is red when the chart system does not say where to sign in", async () => {
  const ill = { ok: false, why: "unwell", obstacle: "ill", reason: "It is ill." } as const;
  const { standings } = deployment.parts;
  expect(await visited({ standings: { ...standings, askNow: () => Promise.resolve(ill) } })).toEqual([
    "discovery",
    "oracle",
    "It is ill.",
  ]);
});

test.each([
  ["accessPolicy", "missing-forbidden", "administrator"],
  ["graph", "down", "microsoft"],
] as const)("the meeting is red while %s is %s, and it is for %s to mend", async (name, value, move) => {
  deployment.sandbox.microsoft.faults.set({ [name]: value });
  expect(await visited()).toEqual(["meeting", move, expect.any(String)]);
});

test("the location is red when the chart has none such", async () => {
  const { hospital } = deployment.parts;
  const elsewhere = async (id: string) =>
    (await hospital.departments(id)).map((one) => ({ ...one, locations: ["999"] }));
  expect(await visited({ hospital: { ...hospital, departments: elsewhere } })).toEqual([
    "location",
    "administrator",
    expect.stringContaining("999"),
  ]);
});

test("the store is red when it does not take a row, and the answer comes all the same", async () => {
  const full = () => Promise.reject(new StoreFault("The disk is full."));
  const store = { ...deployment.parts.store, create: full };
  const canaries = openCanaries({ ...deployment.parts, store, packageDigest: "other" });
  expect(await visited({ store, canaries })).toEqual(["store", "administrator", "The disk is full."]);
  expect(deployment.logged.join("")).toContain("canary.not_kept");
});

test("the link is red when it is not known again", async () => {
  const { visits } = deployment.parts;
  expect(await visited({ visits: { ...visits, claims: () => undefined } })).toEqual([
    "link",
    "administrator",
    expect.any(String),
  ]);
});

test("what comes round each hour is a check and a line in the log", async () => {
  await smoke();
  const flow = canaryFlow(deployment.parts);
  const [tick] = flow.ticks;
  expect([tick?.name, tick?.everySeconds]).toEqual([CANARY_VISIT, 3600]);
  expect(await tick?.each?.()).toEqual(["lamna", "lamna-test"]);
  const { signal } = new AbortController();
  deployment.sandbox.microsoft.faults.set({ graph: "down" });
  await tick?.run({ of: "lamna", signal });
  expect(await flow.checks()).toEqual([
    { name: "canary", of: "lamna" },
    { name: "organizers", of: "lamna", fault: expect.any(String) as string, move: "microsoft" },
    { name: "canary", of: "lamna-test" },
    expect.objectContaining({ name: "organizers", of: "lamna-test" }),
    { name: "version" },
  ]);
  expect(deployment.logged.at(-1)).toContain('"event":"canary.failed"');
  deployment.sandbox.microsoft.faults.clear();
  await tick?.run({ of: "lamna", signal });
  expect((await flow.checks()).filter(({ fault }) => fault !== undefined)).toEqual([]);
  expect(deployment.logged.at(-1)).toContain('"event":"canary.passed"');
});

test("another package's outcome is its own", async () => {
  const other = openCanaries({ ...deployment.parts, packageDigest: "f".repeat(64) });
  expect(await other.of("lamna")).toEqual({});
  await other.ran("lamna", new Date(), []);
  expect((await deployment.parts.canaries.of("lamna")).ran?.steps).toHaveLength(6);
});

test("a person's launch is a step of its own, with its time", async () => {
  const launchedAt = async () =>
    (await smoke()).canaries.find(({ connection }) => connection.id === "lamna")?.launchedAt;
  expect(await launchedAt()).toBeUndefined();
  await launchScenario(deployment, new Person(), "startsSoon");
  expect(await launchedAt()).toBeDefined();
});

const steps = async (change: (one: ConfiguredConnection) => ConfiguredConnection) => {
  const { hospital } = deployment.parts;
  const connections = async () => (await hospital.connections()).map(change);
  const [first] = await canaryFlow({
    ...deployment.parts,
    hospital: { ...hospital, connections },
  }).visitAll();
  return first?.ran?.steps ?? [];
};

test("without a system client, token and location are not tried, and a person's launch is asked for", async () => {
  const found = await steps(({ system: _system, ...one }) => one);
  expect(found.map(({ outcome }) => outcome)).toEqual([
    ...["passed", "not-tried", "not-tried", "passed", "passed", "passed"],
  ]);
  expect([firstFailed(found), needsLaunch(found)]).toEqual([undefined, true]);
});

test("the token is red when the client is not registered, and what builds on it is not reached", async () => {
  const found = await steps((one) => ({
    ...one,
    ...(one.system && { system: { ...one.system, clientId: "nobody" } }),
  }));
  expect(found.map(({ outcome }) => outcome)).toEqual([
    ...["passed", "failed", "not-reached", "passed", "passed", "passed"],
  ]);
  expect([firstFailed(found), needsLaunch(found)]).toMatchObject([
    { step: "token", move: "administrator" },
    false,
  ]);
});

test("npm run smoke shows each step with its time, the one that failed with who can mend it, and ends with 1", async () => {
  const token = await deployment.sandbox.microsoft.cliToken(
    PORTAL_ACCOUNTS.operator,
    "api://" + PROVISIONED.clientId,
  );
  const told = list(await askCanary(connectorAt(deployment.url), token));
  expect(told).toMatch(
    /Lamna Healthcare \(lamna\)\n {2}ok {10}The chart system says where to sign in +\d+ ms/u,
  );
  expect(told).not.toContain("FAILED");
  deployment.sandbox.microsoft.faults.set({ graph: "down" });
  const failing = list(await askCanary(connectorAt(deployment.url), token));
  expect(failing).toMatch(/FAILED {6}Teams opens a meeting[^]*It is Microsoft's to mend/u);
});

test("npm run smoke says why nothing is known: the address, the sign-in, the role", async () => {
  expect(() => connectorAt("http://visits.lamna.example")).toThrow("begins with https://");
  expect(() => connectorAt("visits")).toThrow("begins with https://");
  const credential = { getToken: () => Promise.reject(new Error("nobody")) };
  await expect(operatorToken(credential, "x")).rejects.toThrow("x is no client id");
  await expect(operatorToken(credential, PROVISIONED.clientId)).rejects.toThrow("az login");
  const here = connectorAt(deployment.url);
  await expect(askCanary(here, "none")).rejects.toThrow("401: It is not an access token");
  await expect(askCanary(connectorAt("http://127.0.0.1:1"), "none")).rejects.toThrow("does not answer");
  const nobody = await deployment.sandbox.microsoft.cliToken(
    PORTAL_ACCOUNTS.nobodySpecial,
    "api://" + PROVISIONED.clientId,
  );
  await expect(askCanary(here, nobody)).rejects.toThrow("Connector.Operator");
});

test("a browser's own request, without a token, is refused", async () => {
  const answer = await fetch(deployment.url + PATHS.portal + "/api/canary", {
    method: "POST",
    headers: { "sec-fetch-site": "cross-site", accept: "application/json" },
  });
  expect(answer.status).toBe(401);
});
