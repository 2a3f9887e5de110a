/**
 * Each check seen green and red: something is broken in the sandbox, or in what is kept, and what a program is told of how
 * everything stands says so. The portal's page has all of it.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import { PROVISIONED } from "../../../../app/sandbox/sandbox.ts";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import { changeRow } from "../../../../app/records/writing.ts";
import { openWorkStanding } from "../../../../app/records/workStanding.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { PREREQUISITES, SYMPTOMS } from "../../../../app/flows/portal/checks/asked.ts";
import { CHECK_WORDS } from "../../../../app/flows/portal/checkWords.ts";
import { workChecks } from "../../../../app/flows/background/checks.ts";
import { messageChecks } from "../../../../app/flows/messages/checks.ts";
import { presenceFlow } from "../../../../app/flows/presence/presence.ts";
import { webhookChecks } from "../../../../app/flows/webhooks/checks.ts";
import { providerChecks } from "../../../../app/flows/provider/checks.ts";
import { readiness, readinessCheck } from "../../../../app/web/readiness.ts";
import type { CheckName } from "../../../../app/web/flow.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { launchFrom, launchOf, launchScenario } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { TENANT, TEST_TENANT, withSystemClients } from "../../../harness/stack.ts";

let deployment: Deployment;
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment({ stack: withSystemClients });
  await deployment.sandbox.microsoft.vault.setSecret("lamna-test-provider", "not-what-oracle-knows");
  await deployment.probeAll();
  const end = deployment.work();
  while (!(await isRound())) await new Promise((resolve) => setTimeout(resolve, 50));
  await end();
});
afterAll(() => deployment.stop());
afterEach(() => {
  deployment.sandbox.oracle.faults.clear();
  deployment.sandbox.microsoft.faults.clear();
});
/** Whether everything has come round once. */
async function isRound(): Promise<boolean> {
  const { canaries } = deployment.parts;
  const ran = await Promise.all(["lamna", "lamna-test"].map((id) => canaries.of(id)));
  const checks = await told();
  return (
    ran.every((canary) => canary.ran !== undefined) &&
    checks.every(({ name, fault }) => fault === undefined || !ROUND.has(name))
  );
}
/** What is well only once work has come round. */
const ROUND = new Set<CheckName>(["worker", "jobs-due", "visits-found", "locations"]);

interface Told {
  readonly name: CheckName;
  readonly of?: string;
  readonly fault?: string;
  readonly isWarning?: boolean;
  readonly unseen?: string;
  readonly move?: string;
}
async function told(): Promise<readonly Told[]> {
  const token = await deployment.sandbox.microsoft.cliToken(
    PORTAL_ACCOUNTS.operator,
    "api://" + PROVISIONED.clientId,
  );
  const answer = await fetch(deployment.url + PATHS.portal + "/api/standing", {
    headers: { authorization: "Bearer " + token },
  });
  return ((await answer.json()) as { readonly checks: readonly Told[] }).checks;
}
const of = async (name: CheckName) => (await told()).filter((check) => check.name === name);
const faults = async (name: CheckName) => (await of(name)).flatMap(({ fault }) => fault ?? []);
/** How work stands, looked at now: a connector does so every five seconds. */
async function workFaults(): Promise<Partial<Record<CheckName, string | undefined>>> {
  const standing = openWorkStanding({ ...deployment.parts, now: deployment.parts.queue.now });
  standing.worker("working");
  return Object.fromEntries(workChecks(await standing.says()).map(({ name, fault }) => [name, fault]));
}
/** The parts of a connector whose clock is so much further. */
const at = (aheadMs: number) => ({
  ...deployment.parts,
  now: () => new Date(deployment.clock.now().getTime() + aheadMs),
});
/** How long the vault's answers are kept, and how long what was asked of vendors for a check. */
const VAULT_KEPT_MS = 301_000;
const LOOKED_AT_MS = 61_000;
const launch = () => launchScenario(deployment, new Person(), "startsSoon");
async function launchTest() {
  const clientId = "connector-provider-test";
  const how = await launchOf(deployment, "startsSoon", { tenant: TEST_TENANT, clientId });
  return launchFrom(deployment, new Person(), how);
}

test("at a hospital where all goes well nothing is wrong, and what cannot be told says why", async () => {
  const checks = await told();
  // Some of the clinic's scenarios have rooms that no link can be written to.
  const wrong = checks.filter(({ name, fault }) => fault !== undefined && name !== "visits-at-risk");
  expect(wrong).toEqual([]);
  expect(checks.filter(({ unseen }) => unseen !== undefined).map(({ name }) => name)).toEqual([
    "anonymous-join",
    "text-reports",
  ]);
  // Whoever may not read them learns nothing of them.
  const ready = (await (await fetch(deployment.url + "/readyz")).json()) as unknown;
  expect(ready).toEqual({ store: true, keys: true, worked: true });
});

test("the page has every check of the list, the document’s prerequisites and the troubleshooting page’s rows", async () => {
  await signInToPortal(deployment, administrator, "administrator");
  const { html } = await administrator.open(deployment.url + "/portal/checks");
  const names = new Set((await told()).map(({ name }) => name));
  for (const name of names) if (name !== "connection") expect(html).toContain(CHECK_WORDS[name].title);
  for (const { says } of [...PREREQUISITES, ...SYMPTOMS])
    expect(html).toContain(says.replaceAll("'", "&#39;"));
  const everything = Object.keys(CHECK_WORDS).filter((name) => name !== "checks");
  expect([...names].sort()).toEqual(everything.sort());
  // The start page tells the same.
  const home = (await administrator.open(deployment.url + "/portal")).html;
  expect(home).toContain(CHECK_WORDS["visits-at-risk"].wrong);
});

test("work that was given up is red, and is tried again or discarded on its page, which the audit tells", async () => {
  const { audit, jobs, now } = deployment.parts;
  for (const key of ["one", "two"]) {
    await jobs.add({ kind: "canary", key, of: { slot: key } });
    const kept = await jobs.read("canary:" + key);
    const lastFailure = { how: "failed", reason: "graph.403", at: now() } as const;
    await (kept && jobs.write(kept, { ...kept.job, state: "poisoned", endedAt: now(), lastFailure }));
  }
  expect((await workFaults())["jobs-poisoned"]).toContain("2 jobs");

  const work = deployment.url + "/portal/work";
  expect((await administrator.open(work)).html).toMatch(/graph\.403[^]*graph\.403/);
  const endedOf = async (id: string) => (await jobs.read(id))?.job.endedAt?.toISOString() ?? "";
  const [one, two] = [await endedOf("canary:one"), await endedOf("canary:two")];
  expect((await administrator.send(work + "/replay", { job: "canary:one", ended: "before" })).status).toBe(
    409,
  );
  const page = await administrator.send(work + "/replay", { job: "canary:one", ended: one });
  expect([page.status, page.url.pathname, page.html.includes("canary:one")]).toEqual([
    200,
    "/portal/work",
    false,
  ]);
  expect((await jobs.read("canary:one"))?.job.state).toBe("waiting");
  await administrator.send(work + "/discard", { job: "canary:two", ended: two });
  expect((await jobs.read("canary:two"))?.job.state).toBe("discarded");
  const again = await administrator.send(work + "/discard", { job: "canary:one", ended: one });
  expect([again.status, (await jobs.read("canary:one"))?.job.state]).toEqual([409, "waiting"]);
  const events = await audit.events({ limit: 4 });
  expect(events.map(({ action, act, object }) => [action, act?.phase, object.id])).toEqual([
    ["work.discarded", "done", "canary:two"],
    ["work.discarded", "intended", "canary:two"],
    ["work.replayed", "done", "canary:one"],
    ["work.replayed", "intended", "canary:one"],
  ]);
  expect((await workFaults())["jobs-poisoned"]).toBeUndefined();
});

test("launches that Oracle refuses for the connector’s secret are red until one goes well", async () => {
  await launchTest();
  expect((await of("launches")).map(({ of: id, move }) => [id, move])).toEqual([["lamna-test", "oracle"]]);
  const { vault } = deployment.sandbox.microsoft;
  await vault.setSecret("lamna-test-provider", vault.secretVersions("lamna-test-provider")[0]?.value ?? "");
  deployment.clock.forward(VAULT_KEPT_MS);
  await launchTest();
  expect(await faults("launches")).toEqual([]);
});

test("that patients need no account is proved by a tap", async () => {
  await deployment.parts.testVisits.tapped("lamna-test");
  expect((await of("anonymous-join")).map(({ unseen }) => unseen)).toEqual([undefined]);
});

describe("launches", () => {
  test("that are granted too little are red until one goes well", async () => {
    deployment.sandbox.oracle.faults.set("scopesTrimmed");
    await launch();
    expect(await of("launch-scopes")).toMatchObject([
      { of: "lamna", fault: expect.stringContaining("fewer scopes") as string, move: "oracle" },
    ]);
    deployment.sandbox.oracle.faults.clear();
    await launch();
    expect(await faults("launch-scopes")).toEqual([]);
  });

  test("at the launch URL of another environment, and from nobody’s base URL, are red for a day", async () => {
    const iss = `${deployment.sandbox.oracle.backChannel}/r4/${TENANT}`;
    await new Person().open(
      `${deployment.url}${PATHS.testLaunch}?${new URLSearchParams({ iss, launch: "x" }).toString()}`,
    );
    expect((await faults("launch-environment")).join()).toContain("launch URL of production");
    const tomorrow = await providerChecks(at(86_400_000))();
    expect(tomorrow.find(({ name }) => name === "launch-environment")?.fault).toBeUndefined();
    const other = new URLSearchParams({ iss: iss + "x", launch: "x" }).toString();
    await new Person().open(`${deployment.url}${PATHS.launch}?${other}`);
    expect((await faults("launch-environment")).join()).toContain("no connection has");
  });

  test("that fail for a clock are red", async () => {
    // The chart system's answers are dated by the real clock, which the connector's is far ahead of by now.
    deployment.sandbox.oracle.faults.set("idTokenExpired");
    await launch();
    expect((await faults("clock")).join()).toContain("minutes apart");
    deployment.sandbox.oracle.faults.clear();
    await launch();
    expect(await faults("clock")).toEqual([]);
  });
});

test("a key of the vault that is disabled is red, and one that nobody rotates is a warning", async () => {
  const { vault } = deployment.sandbox.microsoft;
  deployment.clock.forward(VAULT_KEPT_MS);
  await vault.changeKey("fhir-client", undefined, { enabled: false });
  expect((await of("signing-keys")).find(({ of: key }) => key === "fhir-client")?.fault).toBeDefined();
  await vault.changeKey("fhir-client", undefined, { enabled: true });
  deployment.clock.forward(VAULT_KEPT_MS);
  expect((await of("signing-keys")).flatMap(({ fault }) => fault ?? [])).toEqual([]);
  const old = await providerChecks(at(400 * 86_400_000))();
  expect(old.filter(({ name }) => name === "signing-keys")).toMatchObject([
    { isWarning: true, fault: expect.stringContaining("days old") as string },
    { isWarning: true },
  ]);
});

test("a consent that is missing is red until it is given", async () => {
  deployment.sandbox.microsoft.faults.set({ profileConsent: "missing" });
  // Graph refuses, so the next token is a new one.
  await deployment.parts.directory.account("somebody@lamna.example");
  deployment.clock.forward(LOOKED_AT_MS);
  expect((await faults("graph-permissions")).join()).toContain("User.ReadBasic.All");
  deployment.sandbox.microsoft.faults.clear();
  const isGiven = () => {
    deployment.clock.forward(LOOKED_AT_MS);
    return faults("graph-permissions");
  };
  // A token is renewed every two seconds at most.
  await expect.poll(isGiven, { timeout: 10_000, interval: 1_000 }).toEqual([]);
});

describe("what a canary visit finds", () => {
  const visited = async () => {
    const token = await deployment.sandbox.microsoft.cliToken(
      PORTAL_ACCOUNTS.operator,
      "api://" + PROVISIONED.clientId,
    );
    await fetch(deployment.url + PATHS.portal + "/api/canary", {
      method: "POST",
      headers: { authorization: "Bearer " + token },
    });
  };
  test("an access policy that is missing is the organizers’, and not the canary’s", async () => {
    deployment.sandbox.microsoft.faults.set({ accessPolicy: "missing-forbidden" });
    await visited();
    expect((await faults("organizers"))[0]).toContain("access policy");
    expect(await faults("canary")).toEqual([]);
    deployment.sandbox.microsoft.faults.clear();
    await visited();
    expect(await faults("organizers")).toEqual([]);
  });

  test("a chart that is down is the canary’s", async () => {
    deployment.sandbox.oracle.faults.set("unavailable");
    await visited();
    expect((await faults("canary")).join()).toContain("At the step");
    deployment.sandbox.oracle.faults.clear();
    await visited();
    expect(await faults("canary")).toEqual([]);
  });
});

test("a text that is never reported on is red", async () => {
  const { heard } = deployment.parts;
  await heard.textSent();
  expect(await faults("text-reports")).toEqual([]);
  const [silent] = await webhookChecks(at(2 * 3_600_000));
  expect(silent?.fault).toContain("has told nothing");
  await heard.told();
  const [told] = await webhookChecks(at(2 * 3_600_000));
  expect(told).toEqual({ name: "text-reports" });
});

test("a system client that is not let in is red until it is, and says whose move it is", async () => {
  deployment.sandbox.oracle.faults.set("systemScopesTrimmed");
  const client = async () => (await of("system-client")).find(({ of: id }) => id === "lamna");
  // Its token is used to its end.
  const comesRound = async (isRed: boolean) => {
    deployment.clock.forward(600_000);
    const end = deployment.work();
    while (((await client())?.fault !== undefined) !== isRed)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await end();
  };
  await comesRound(true);
  expect(await client()).toMatchObject({
    fault: expect.stringContaining("fewer scopes") as string,
    move: "oracle",
  });
  deployment.sandbox.oracle.faults.clear();
  await comesRound(false);
  expect(await client()).toEqual({ name: "system-client", of: "lamna" });
});

test("an organizer with nearly as many meetings as Teams gives is red", async () => {
  const { hospital, meetingCounts, now, store } = deployment.parts;
  const [department] = await hospital.departments("lamna");
  const organizer = department?.organizer ?? "";
  await meetingCounts.count(organizer);
  const id = ["meetings", organizer, now().toISOString().slice(0, 7)].join("-");
  await changeRow(store, "ticks", { partition: "meetings", id }, ({ body }) => ({
    body: { ...body, count: 1_600 },
  }));
  expect((await faults("organizer-meetings")).join()).toContain("meetings this month");
});

test("locations that could not be read, and visits at risk, are red", async () => {
  const { foundVisits, hospital, now, locations } = deployment.parts;
  await locations.keep("lamna", { below: [], isCut: true, readAt: now() });
  expect((await faults("locations")).join()).toContain("more locations");
  const connection = await hospital.connection("lamna");
  if (connection === undefined) throw new Error("no connection");
  const id = foundVisits.idOf(connection.fhirBaseUrl, "risky");
  const start = new Date(now().getTime() + 3_600_000);
  await foundVisits.add(
    {
      id,
      connectionId: "lamna",
      departmentId: "cardiology",
      location: "21000102",
      start,
      end: new Date(start.getTime() + 60_000),
      standing: "on",
      seen: foundVisits.hash(id, "said"),
      firstSeen: now(),
      changes: 0,
      hasMeeting: false,
      risk: "no-meeting",
    },
    "risky",
  );
  expect((await faults("visits-at-risk")).join()).toContain("1 visit");
});

describe("texts and mails", () => {
  const messaging = () => {
    const { messaging: all } = deployment.parts;
    if (all === undefined) throw new Error("nothing is sent");
    return all;
  };
  const seen = async (change: Partial<ReturnType<typeof messaging>>, environment: "test" | "production") =>
    messageChecks({ ...deployment.parts, environment, messaging: { ...messaging(), ...change } });
  const one = async (name: CheckName, ...how: Parameters<typeof seen>) =>
    (await seen(...how)).find((check) => check.name === name);

  test("say what is missing, and that nothing is wrong where nobody has agreed to texts", async () => {
    expect((await one("number", { number: undefined }, "production"))?.fault).toContain("no number");
    expect(await one("number", { isApproved: false }, "production")).toMatchObject({ move: "carriers" });
    expect((await one("going-live", { isLive: false }, "production"))?.isWarning).toBe(true);
    expect((await one("mail", { mailSender: undefined }, "production"))?.isWarning).toBe(true);
    const off = await seen({ number: undefined, textsPatientsOf: () => false }, "production");
    expect(off.filter(({ fault }) => fault !== undefined)).toEqual([]);
    expect(off.filter(({ name }) => name === "consents").every(({ unseen }) => unseen !== undefined)).toBe(
      true,
    );
  });
});

test("a deployment without live presence is told", async () => {
  const [check] = await presenceFlow({ ...deployment.parts, callEvents: undefined }).checks();
  expect(check?.isWarning).toBe(true);
});

test("a store that takes nothing is red", async () => {
  const store = { ...deployment.parts.store, create: () => Promise.reject(new StoreFault("full")) };
  expect(readinessCheck(await readiness({ ...deployment.parts, store })()).fault).toContain("did not take");
});

test("a chart system whose host is gone is red once it was asked", async () => {
  const { connectionSettings } = deployment.parts;
  const value = {
    name: "Gone",
    fhirBaseUrl: "https://no-such-host.invalid/r4/x",
    environment: "test",
    visitTypes: ["Video Visit"],
    enabled: true,
    provider: { clientId: "x", authentication: { method: "private_key_jwt" } },
  } satisfies PortalConnection;
  const actor = { kind: "program", name: "test" } as const;
  await connectionSettings.add({ actor, action: "connection.added" }, "gone", value);
  await deployment.probeAll();
  expect((await of("connection")).find(({ of: id }) => id === "gone")?.fault).toBeDefined();
  expect((await faults("connection")).length).toBe(1);
});

test("work that stands still is red", async () => {
  await deployment.parts.jobs.add({ kind: "canary", key: "late", of: { slot: "late" } });
  deployment.clock.forward(700_000);
  expect((await faults("visits-found")).join()).toContain("minutes ago");
  const { worker, "jobs-due": due } = await workFaults();
  expect(worker).toContain("No process has taken");
  expect(due).toContain("has been due");
});
