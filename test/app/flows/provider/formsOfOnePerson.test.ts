/** How many forms one clinician sends in a minute, by however many charts: each act of theirs moves the end of the audit trail. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { OF_ONE_PERSON } from "../../../../app/web/limits.ts";
import { launchScenario } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { heading } from "./otherChart.ts";

let deployment: Deployment;
beforeAll(async () => void (deployment = await startDeployment()));
afterAll(() => deployment.stop());

test("whoever sends more forms than a person can is refused, from another of their charts, too; nobody else is", async () => {
  const [clinician, again, other] = [new Person(), new Person(), new Person()];
  const page = await launchScenario(deployment, clinician, "startsSoon");
  const second = await launchScenario(deployment, again, "startsSoon");
  const others = await launchScenario(deployment, other, "inProgressBehavioral");
  for (let sent = 0; sent < OF_ONE_PERSON.limit; sent++) {
    const { status, html } = await clinician.send(page.url.href + "/messages-held", {});
    expect([status, html.includes("Messages are held back")]).toEqual([200, true]);
  }
  const refused = await clinician.send(page.url.href + "/messages-held", {});
  expect([refused.status, heading(refused)]).toEqual([429, "Too many tries at once"]);
  expect((await again.send(second.url.href + "/late", {})).status).toBe(429);
  expect((await other.send(others.url.href + "/late", {})).status).toBe(200);
  expect((await clinician.open(page.url)).status).toBe(200);
});
