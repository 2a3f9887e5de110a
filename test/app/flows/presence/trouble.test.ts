import { afterAll, beforeAll, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { launchScenario, patientLink } from "../../../harness/clinician.ts";
import { Person } from "../../../harness/person.ts";
import { Browser } from "../../sandbox/microsoft/browser.ts";

let deployment: Deployment;
beforeAll(async () => void (deployment = await startDeployment()));
afterAll(() => deployment.stop());

const nothingOpen = async () => {
  await deployment.sandbox.microsoft.told();
  const { jobs, now } = deployment.parts;
  for (;;) {
    const before = new Date(now().getTime() + 1000);
    const { jobs: open } = await jobs.page("open", { before, limit: 100 });
    if (open.every(({ job }) => job.kind !== "notification" && job.kind !== "watch")) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

test("where Graph has as many subscriptions as it gives, the page says that the status is unavailable, and the log which limit", async () => {
  deployment.sandbox.microsoft.faults.set({ subscriptions: "limit" });
  const clinician = new Person();
  const page = await launchScenario(deployment, clinician, "startsSoon");
  deployment.work();
  await nothingOpen();
  expect((await clinician.open(page.url)).html).toContain("Live status unavailable");
  const refused = deployment.logged.find((line) => line.includes("presence.not_watched"));
  expect(refused).toContain("as many subscriptions as it gives this application in this organization");
  deployment.sandbox.microsoft.faults.clear();
});

test("what Graph brings twice, or after what happened next, is the same in the end", async () => {
  const { microsoft } = deployment.sandbox;
  const page = await launchScenario(deployment, new Person(), "inProgress");
  const visit = deployment.parts.visits.claims(patientLink(page).split("/").at(-1) ?? "")?.visit;
  if (visit === undefined) throw new Error("no link");
  await nothingOpen();
  const room = (await deployment.parts.visits.byId(visit))?.meeting.joinUrl ?? "";
  const patient = new Browser();
  microsoft.faults.set({ notifications: "held-back" });
  await patient.submit(room, { do: "join-guest", name: "Pat Example" });
  microsoft.faults.set({ notifications: "doubled" });
  await patient.submit(room, { do: "leave" });
  await nothingOpen();
  const [person, ...others] = (await deployment.parts.presences.of(visit))?.people ?? [];
  expect(others).toEqual([]);
  expect(person?.moments.map(({ place }) => place)).toEqual(["lobby", "left"]);
});
