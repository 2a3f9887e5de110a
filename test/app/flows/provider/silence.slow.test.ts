/** Vendors that take longer than a clinician can wait: the deadlines are real here, so this takes its time. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchFrom, launchOf, launchScenario, patientLink } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { heading } from "./otherChart.ts";

const LONGER_THAN_ANYBODY_WAITS_S = 30;
const SOON_ENOUGH_MS = 15_000;

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

async function inTime(open: Promise<Page>): Promise<Page> {
  const begun = performance.now();
  const page = await open;
  expect(performance.now() - begun).toBeLessThan(SOON_ENOUGH_MS);
  return page;
}

test("a Teams that does not answer in time gets a page, the patient's link stays, and a reload mends it", async () => {
  const person = new Person();
  const opened = await launchScenario(deployment, person, "startsSoon");
  const { faults } = deployment.sandbox.microsoft;
  faults.set({ slowMilliseconds: LONGER_THAN_ANYBODY_WAITS_S * 1000 });
  const silent = await inTime(launchScenario(deployment, person, "inProgress"));
  expect([silent.status, heading(silent)]).toEqual([502, "Teams is not answering"]);
  expect(silent.html).toContain("Try again in a minute");
  // A visit that was opened before needs nothing of Teams: its page and its patient's link go on.
  expect((await inTime(person.open(opened.url))).status).toBe(200);
  const tap = await new Person().open(patientLink(opened), (url) => url.origin !== deployment.url);
  expect(tap.status).toBe(302);
  faults.clear();
  expect((await person.open(silent.url)).status).toBe(200);
});

test("a chart that does not answer in time gets a page, a visit that is open stays on its own, and a reload mends both", async () => {
  const person = new Person();
  const opened = await launchScenario(deployment, person, "startsSoon");
  const choice = await launchFrom(
    deployment,
    person,
    await launchOf(deployment, "firstOfTwo", { fromEncounter: false }),
  );
  const { faults } = deployment.sandbox.oracle;
  faults.set("slow", { seconds: LONGER_THAN_ANYBODY_WAITS_S });
  const [silent, stays] = await Promise.all([
    inTime(person.open(choice.url)),
    inTime(person.open(opened.url)),
  ]);
  expect([silent.status, heading(silent)]).toEqual([502, "The chart is not answering"]);
  expect([stays.status, stays.html.includes("The chart is not answering")]).toEqual([200, true]);
  expect(patientLink(stays)).toBe(patientLink(opened));
  faults.clear();
  expect((await person.open(choice.url)).status).toBe(200);
});
