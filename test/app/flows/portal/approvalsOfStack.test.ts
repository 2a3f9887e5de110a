/** Where the stack file says whether a second person is asked, nobody changes it in the portal. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment({ stack: (all) => ({ ...all, approvals: { secondPerson: true } }) });
});
afterAll(() => deployment.stop());

test("what the stack file says is locked, with its file and key", async () => {
  const person = new Person();
  const page = await signInToPortal(deployment, person, "globalAdministrator", "/portal/approvals");
  expect(page.html).toContain(deployment.parts.stackFile);
  expect(page.html).toContain("approvals.secondPerson");
  expect(page.html).not.toContain("Let changes be made alone");
  const refused = await person.send(deployment.url + "/portal/approvals/loosen", { revision: "0" });
  expect([refused.status, await deployment.parts.proposals.isAsked()]).toEqual([409, true]);
  expect(refused.html).toContain("It is changed there.");
});
