/**
 * Each check seen green and red: something is broken in the sandbox, or in what is kept, and what a program is told of how
 * everything stands says so. The portal's page has all of it.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import { openWorkStanding } from "../../../../app/records/workStanding.ts";
import { PREREQUISITES, SYMPTOMS } from "../../../../app/flows/portal/checks/asked.ts";
import { CHECK_WORDS } from "../../../../app/flows/portal/checkWords.ts";
import { workChecks } from "../../../../app/flows/background/checks.ts";
import { messageChecks } from "../../../../app/flows/messages/checks.ts";
import { providerChecks } from "../../../../app/flows/provider/checks.ts";
import { portalChecks } from "../../../../app/flows/portal/ownChecks.ts";
import { openDataRegions, type DataRegion } from "../../../../app/records/dataRegions.ts";
import type { CheckName } from "../../../../app/web/flow.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { launchScenario } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { ORACLE_TENANT, withSystemClients } from "../../../harness/stack.ts";
import { checkFaults, locationsReadAgain, ownStrays, told, TRIED_IN_ORDER } from "./checkFaults.ts";

let deployment: Deployment;
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment({ stack: withSystemClients });
  await deployment.sandbox.microsoft.vault.setSecret("lamna-test-provider", "not-what-oracle-knows");
  await deployment.probeAll();
  const end = deployment.work();
  while (!(await isRound())) await new Promise((resolve) => setTimeout(resolve, 50));
  await end();
  // Otherwise the clinic has visits at a location that no department has.
  await ownStrays(deployment);
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
  const checks = await told(deployment);
  return (
    ran.every((canary) => canary.ran !== undefined) &&
    checks.every(({ name, fault }) => fault === undefined || !ROUND.has(name)) &&
    checks.every(({ name, unseen }) => unseen === undefined || !SEEN.has(name))
  );
}
/** What is well only once work has come round. */
const ROUND = new Set<CheckName>(["worker", "jobs-due", "visits-found", "locations"]);
/** What is not known until work has come round. */
const SEEN = new Set<CheckName>(["system-client", "locations", "stray-locations", "quiet-departments"]);

const of = async (name: CheckName) => (await told(deployment)).filter((check) => check.name === name);
const faults = async (name: CheckName): Promise<readonly string[]> => {
  const work = await workFaults();
  if (Object.hasOwn(work, name)) return [work[name] ?? []].flat();
  return (await of(name)).flatMap(({ fault }) => fault ?? []);
};
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
test("at a hospital where all goes well nothing is wrong, and what cannot be told says why", async () => {
  const checks = await told(deployment);
  // Some of the clinic's scenarios have rooms that no link can be written to.
  const wrong = checks.filter(({ name, fault }) => fault !== undefined && name !== "visits-at-risk");
  expect(wrong).toEqual([]);
  // Whether a visit is near enough to be watched depends on the hour.
  const unseen = checks.filter(({ name, unseen: why }) => why !== undefined && name !== "presence");
  expect(unseen.map(({ name }) => name)).toEqual([
    ...["anonymous-join", "text-reports"],
    ...["launch-scopes", "launches", "launch-environment", "clock"],
    "data-geography",
  ]);
  // Whoever may not read them learns nothing of them.
  const ready = (await (await fetch(deployment.url + "/readyz")).json()) as unknown;
  expect(ready).toEqual({ store: true, keys: true, worked: true });
});

test("the page has every check of the list, the document’s prerequisites and the troubleshooting page’s rows", async () => {
  await signInToPortal(deployment, administrator, "administrator");
  const { html } = await administrator.open(deployment.url + "/portal/checks");
  const names = new Set((await told(deployment)).map(({ name }) => name));
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

test("whose move it is follows from what was refused", async () => {
  const { oracle } = deployment.sandbox;
  oracle.faults.set("scopesTrimmed");
  await launchScenario(deployment, new Person(), "startsSoon");
  expect((await of("launch-scopes")).map(({ of: id, move }) => [id, move])).toEqual([["lamna", "oracle"]]);
  oracle.faults.clear();
  await launchScenario(deployment, new Person(), "startsSoon");
});

test("a key that nobody rotates is a warning", async () => {
  const old = await providerChecks(at(400 * 86_400_000))();
  expect(old.filter(({ name }) => name === "signing-keys")).toMatchObject([
    { isWarning: true, fault: expect.stringContaining("days old") as string },
    { isWarning: true },
  ]);
});

test("site, store and texts lie in one geography, or it is said which does not, or who does not tell", async () => {
  const { parts } = deployment;
  const told = async (...regions: readonly DataRegion[]) => {
    const checks = await portalChecks({ ...parts, dataRegions: { told: () => regions } });
    return checks.find(({ name }) => name === "data-geography");
  };
  const site = (region: string) => ({ what: "site", region }) as const;
  const store = (region: string) => ({ what: "store", region }) as const;
  const texts = (region: string) => ({ what: "texts and mails", region }) as const;
  const name = "data-geography";
  expect(await told(site("East US 2"), store("eastus2"), store("Central US"), texts("unitedstates"))).toEqual(
    {
      name,
    },
  );
  expect(await told(site("Sweden Central"), store("North Europe"), texts("unitedstates"))).toMatchObject({
    fault:
      "site: Sweden Central (europe); store: North Europe (europe); texts and mails: unitedstates (americas).",
  });
  expect((await told(site("Brazil South"), store("Brazil South")))?.fault).toContain("no geography");
  expect((await told(store("East US 2")))?.unseen).toContain("does not tell where the site is");
  expect((await told())?.unseen).toContain("a laptop");
  // As Azure names its own address; anybody else's tells nothing.
  const placed = (communication: string) =>
    openDataRegions({ regions: () => ["East US"] }, "East US", communication).told();
  expect(placed("https://visits.europe.communication.azure.com")).toContainEqual(texts("europe"));
  for (const other of ["https://visits.communication.azure.com", "http://localhost:3001"])
    expect(placed(other)).toEqual([site("East US"), store("East US")]);
});

type Texts = NonNullable<Deployment["parts"]["messaging"]>["textsPatientsOf"];
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
    const { textingNow } = deployment.parts;
    const stands = (why: "chosen" | "other-chart" | "not-said") => ({
      ...textingNow,
      current: () => ({ ...textingNow.current(), whyNotTexted: () => why }),
    });
    const consents = async (why: "chosen" | "other-chart" | "not-said", textsPatientsOf: Texts) => {
      const all = { ...messaging(), textsPatientsOf };
      const how = { ...deployment.parts, environment: "production" as const, messaging: all };
      const checks = await messageChecks({ ...how, textingNow: stands(why) });
      return checks.find(({ name, of: id }) => name === "consents" && id === "lamna");
    };
    const others: Texts = ({ id }) => id !== "lamna";
    const nobody: Texts = () => false;
    // A number that is None is a choice, and no noise.
    for (const texts of [others, nobody])
      expect(await consents("chosen", texts)).toEqual({ name: "consents", of: "lamna" });
    expect(await consents("not-said", others)).toMatchObject({
      isWarning: true,
      fault: expect.stringContaining("nobody has chosen") as string,
    });
    expect((await consents("not-said", nobody))?.unseen).toContain("Texts are optional");
    for (const texts of [others, nobody])
      expect((await consents("other-chart", texts))?.fault).toContain("another chart than it did");
    // The stack file's choice is of its own connections: of one of the portal's it cannot say anything.
    const { hospital } = deployment.parts;
    const byStack = async (stackConnections: typeof hospital.stackConnections) => {
      const consent = { by: PORTAL_ACCOUNTS.globalAdministrator, at: "2026-11-02" };
      const sms = { consents: { sendOnBehalf: consent, attendeesConsent: consent } };
      const checks = await messageChecks({
        ...{ ...deployment.parts, environment: "production", hospital: { ...hospital, stackConnections } },
        messaging: { ...messaging(), textsPatientsOf: others },
        textingNow: { ...stands("chosen"), said: { ...sms, connections: ["lamna-test"] } },
      });
      return checks.find(({ name, of: id }) => name === "consents" && id === "lamna");
    };
    expect(await byStack(hospital.stackConnections)).toEqual({ name: "consents", of: "lamna" });
    expect(await byStack([])).toMatchObject({
      isWarning: true,
      fault: expect.stringContaining("sms.connections") as string,
    });
    const none = { isAgreed: false, number: undefined, textsPatientsOf: () => false };
    const off = await seen(none, "production");
    expect(off.filter(({ fault }) => fault !== undefined)).toEqual([]);
    expect(off.filter(({ name }) => name === "consents").every(({ unseen }) => unseen !== undefined)).toBe(
      true,
    );
  });
});

describe("each check", () => {
  test("has a fault that turns it red", () => {
    const every = Object.keys(CHECK_WORDS).sort();
    expect(Object.keys(checkFaults(deployment, faults)).sort()).toEqual(every);
    expect([...TRIED_IN_ORDER].sort()).toEqual(every);
  });

  test.each(TRIED_IN_ORDER)("%s is red by its fault, and green again without", async (name) => {
    const { aDayLater, before, fault, green, red } = checkFaults(deployment, faults)[name];
    const is = async (...how: readonly string[]) => [name, fault, ...how, (await faults(name)).length > 0];
    await before?.();
    expect(await is("before")).toEqual([name, fault, "before", false]);
    await red();
    expect(await is("red")).toEqual([name, fault, "red", true]);
    await green();
    expect(await (aDayLater ?? faults)(name)).toEqual([]);
  });
});

test("a launch from a base URL that no connection has is told as a warning", async () => {
  const iss = `${deployment.sandbox.oracle.backChannel}/r4/${ORACLE_TENANT}x`;
  const other = new URLSearchParams({ iss, launch: "x" }).toString();
  await new Person().open(`${deployment.url}${PATHS.launch}?${other}`);
  expect(await of("launch-environment")).toContainEqual(
    expect.objectContaining({
      isWarning: true,
      fault: expect.stringContaining(`the FHIR base URL ${iss}, which no connection has`) as string,
    }),
  );
});

test("a location that has another name, or another location above it, is a warning, and one that is gone is none", async () => {
  deployment.sandbox.oracle.faults.set("locationRenamed");
  await locationsReadAgain(deployment);
  const end = deployment.work();
  const named = async () => (await of("locations")).find(({ of: id, fault }) => id === "lamna" && fault);
  await expect.poll(named, { timeout: 20_000, interval: 100 }).toMatchObject({
    isWarning: true,
    fault: expect.stringMatching(
      /is called “Heart Center”.*it was called “Cardiology Clinic”.*is part of “South Building”/,
    ) as string,
  });
  await end();
});

test("a launch from which nobody comes back is told, and no more once somebody has; a window that is open is not", async () => {
  const iss = `${deployment.sandbox.oracle.backChannel}/r4/${ORACLE_TENANT}`;
  const query = new URLSearchParams({ iss, launch: "x" }).toString();
  const begins = () => fetch(`${deployment.url}${PATHS.launch}?${query}`, { redirect: "manual" });
  const lost = async (aheadMs = 0) =>
    (await providerChecks(at(aheadMs))()).filter(
      ({ name, of: id, fault }) => name === "launches" && id && fault,
    );
  // It is noted once an hour.
  deployment.clock.forward(3_600_000);
  expect((await begins()).status).toBe(302);
  await expect.poll(async () => (await deployment.parts.canaries.of("lamna")).begunAt).toBeDefined();
  const [minutes, day] = [60_000, 86_400_000];
  expect([await lost(10 * minutes), await lost(day + 10 * minutes)]).toEqual([[], []]);
  expect(await lost(20 * minutes)).toMatchObject([
    { of: "lamna", isWarning: true, fault: expect.stringContaining("nobody has come back") as string },
  ]);
  // Where more was noted since than is read, the return may be among the rest: patients' visits count, too.
  const busy = { ...at(20 * minutes), traces: { ...deployment.parts.traces, list: manyOfPatients } };
  const ofBusy = (await providerChecks(busy)()).filter(({ name, of: id }) => name === "launches" && id);
  expect(ofBusy.filter(({ fault }) => fault)).toEqual([]);
  await launchScenario(deployment, new Person(), "startsSoon");
  expect(await lost(20 * minutes)).toEqual([]);
});
const manyOfPatients: Deployment["parts"]["traces"]["list"] = ({ until, limit }) =>
  Promise.resolve(
    Array.from({ length: limit }, (_, index) => ({
      ...{ reference: "r" + String(index), at: new Date(until.getTime() - index * 1000).toISOString() },
      ...{ milliseconds: 1, flow: "patient", what: "GET /v", outcome: "not-found", status: 404, calls: [] },
    })),
  );
