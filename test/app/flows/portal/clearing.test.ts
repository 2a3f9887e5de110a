/** A production connection is turned on after a visit on a test connection: from the chart, with its meeting, to the tap. */
import { get } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import { signInToPortal } from "../../../harness/administrator.ts";
import { launchFrom, launchOf, patientLink } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { ORACLE_TENANT, ORACLE_TEST_TENANT } from "../../../harness/stack.ts";
import { statusesIn } from "../../../harness/html.ts";

const actor = { kind: "program", name: "test" } as const;
const VALUE = {
  name: "Production",
  fhirBaseUrl: "https://fhir.example/r4/production",
  environment: "production",
  visitTypes: ["Video Visit"],
  enabled: false,
} satisfies PortalConnection;

let deployment: Deployment;
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment();
  await signInToPortal(deployment, administrator, "administrator");
  await deployment.parts.connectionSettings.add({ actor, action: "connection.added" }, "production", VALUE);
});
afterAll(() => deployment.stop());

const panel = () => administrator.open(deployment.url + "/portal/connections/production");
const revision = async () => (await deployment.parts.connectionSettings.read("production"))?.revision ?? 0;
const turnOn = async () =>
  administrator.send(deployment.url + "/portal/connections/production/switch", {
    turn: "on",
    revision: String(await revision()),
  });
const kept = async () => (await deployment.parts.connectionSettings.read("production"))?.value;
const noted = () => deployment.parts.testVisits.list();

const visitAt = async (tenant: string, clientId: string) =>
  launchFrom(deployment, new Person(), await launchOf(deployment, "inProgress", { tenant, clientId }));
/** Unlike fetch, says of itself only what it is told to. */
const tap = (link: string, says: Record<string, string>) =>
  new Promise<void>((resolve, reject) => {
    const headers = { "user-agent": "Mozilla/5.0 (iPhone) Version/18.5 Mobile/15E148 Safari/604.1", ...says };
    get(link, { headers }, (response) => {
      expect([response.statusCode, response.headers.location]).toEqual([302, expect.any(String)]);
      response.resume().on("end", () => {
        resolve();
      });
    }).on("error", reject);
  });
const AS_PERSON = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

test("before any visit the page says what is missing, and it is not turned on", async () => {
  const { html } = await panel();
  expect(html).toContain("Not allowed for production yet");
  expect(statusesIn({ html }).filter((status) => status === "Missing")).toHaveLength(2);
  expect(html).toContain("Open a video visit from a chart of the test domain");
  const refused = await turnOn();
  expect([refused.status, (await kept())?.enabled]).toEqual([409, false]);
});

test("visits on production connections are not noted", async () => {
  const page = await visitAt(ORACLE_TENANT, "connector-provider");
  await deployment.parts.testVisits.tapped("lamna");
  expect(patientLink(page)).toContain("/j/");
  expect(await noted()).toEqual([]);
});

test("what was noted of a connection that is a production one by now clears neither itself nor another", async () => {
  const { connectionSettings, testVisits } = deployment.parts;
  const was = { ...VALUE, name: "Was a test", fhirBaseUrl: "https://fhir.example/r4/was", enabled: true };
  const change = { actor, action: "connection.added" } as const;
  const { revision } = await connectionSettings.add(change, "was", { ...was, environment: "test" });
  await testVisits.opened("was");
  await testVisits.tapped("was");
  await connectionSettings.replace(change, "was", revision, { ...was, enabled: false });
  expect(await noted()).toMatchObject([{ connectionId: "was", tappedAt: expect.any(String) as string }]);
  expect((await turnOn()).status).toBe(409);
  const itself = await administrator.send(deployment.url + "/portal/connections/was/switch", {
    turn: "on",
    revision: String(revision + 1),
  });
  expect([itself.status, (await connectionSettings.read("was"))?.value.enabled]).toEqual([409, false]);
});

test("a tap alone, of a visit whose opening was not noted, proves nothing", async () => {
  const { connectionSettings, testVisits } = deployment.parts;
  const tapped = { ...VALUE, fhirBaseUrl: "https://fhir.example/r4/tapped", enabled: true };
  const change = { actor, action: "connection.added" } as const;
  await connectionSettings.add(change, "tapped", { ...tapped, environment: "test" });
  await testVisits.tapped("tapped");
  expect((await noted()).map(({ connectionId }) => connectionId)).toContain("tapped");
  expect((await turnOn()).status).toBe(409);
});

test("a launch alone is not enough: a tap is missing", async () => {
  await visitAt(ORACLE_TEST_TENANT, "connector-provider-test");
  const { html } = await panel();
  expect(statusesIn({ html }).filter((status) => status === "Missing")).toHaveLength(1);
  expect(html).toContain("A visit on lamna-test was opened");
  expect((await turnOn()).status).toBe(409);
  expect((await noted()).map(({ connectionId }) => connectionId)).toContain("lamna-test");
});

test("after a patient's tap an administrator turns it on, and the trail says by which visit", async () => {
  const link = patientLink(await visitAt(ORACLE_TEST_TENANT, "connector-provider-test"));
  // A program that looks at links is no patient.
  await tap(link, {});
  expect((await panel()).html).not.toContain("It can be turned on");
  await tap(link, AS_PERSON);
  const ofTest = async () => (await noted()).find(({ connectionId }) => connectionId === "lamna-test");
  await expect.poll(async () => (await ofTest())?.tappedAt).toBeDefined();
  expect((await panel()).html).toContain("It can be turned on");
  const on = await turnOn();
  expect(on.status).toBe(200);
  expect(await kept()).toMatchObject({ enabled: true, cleared: { by: "visit", connectionId: "lamna-test" } });
  expect(on.html).toContain("Allowed after a visit on lamna-test");
  const [event] = await deployment.parts.audit.events({ limit: 1 });
  expect(event).toMatchObject({ action: "connection.turned-on" });
  expect(JSON.stringify(event)).toContain("lamna-test");
});

test("is noted once, whoever is on the way", async () => {
  const before = await noted();
  await Promise.all([1, 2, 3].map(() => deployment.parts.testVisits.tapped("lamna-test")));
  await visitAt(ORACLE_TEST_TENANT, "connector-provider-test");
  expect(await noted()).toEqual(before);
});
