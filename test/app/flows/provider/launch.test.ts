import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { ACCOUNT, launchScenario, patientLink, signInToMicrosoft } from "../../../harness/clinician.ts";
import { Person } from "../../../harness/person.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

describe("a launch from the chart", () => {
  test("leads to the visit's page at an address of its own", async () => {
    const page = await launchScenario(deployment, new Person(), "startsSoon");
    expect(page.status, page.html).toBe(200);
    expect(page.url.pathname).toMatch(/^\/visits\/[\w-]{22}$/);
    expect(page.html).toContain("Example, Pat");
    expect(patientLink(page)).toMatch(/\/j\/[\w-]{38}$/);
  });

  test("leads on to Teams after one Microsoft sign-in, which asks before it links", async () => {
    const person = new Person();
    const visit = await launchScenario(deployment, person, "inProgress");
    const question = await signInToMicrosoft(person, visit, ACCOUNT);
    expect(question.html).toContain("Is this your Microsoft account?");
    const linked = await person.send(question.url, { answer: "yes", account: ACCOUNT });
    expect(linked.html).toContain("Join in Teams");
  });
});
