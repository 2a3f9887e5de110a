/** Where the sign-in does not list directory roles, a Global Administrator has them read with their consent. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { heading } from "../provider/otherChart.ts";
import { attributesOf } from "../../../harness/html.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());
afterEach(() => {
  deployment.sandbox.microsoft.faults.clear();
});

const linkIn = ({ html }: Page): string => attributesOf(html, '[href*="account=roles"]', "href")[0] ?? "";
const leftOut = () => {
  deployment.sandbox.microsoft.faults.set({ directoryRoles: "left-out" });
};

test("nobody becomes a Global Administrator by the claim's absence, and a click has Microsoft asked", async () => {
  leftOut();
  const person = new Person();
  const page = await signInToPortal(deployment, person, "globalAdministrator", "/portal/approvals");
  expect([page.status, heading(page)]).toEqual([403, "Your account has no role for this page"]);
  const opened = await person.open(deployment.url + linkIn(page));
  expect([opened.status, opened.url.pathname]).toEqual([200, "/portal/approvals"]);
  // The right to decide, which a form that nobody filled in shows by its own refusal.
  const decided = await person.send(deployment.url + "/portal/approvals/loosen", { revision: "7" });
  expect([decided.status, heading(decided)]).toEqual([409, "Approvals"]);
});

test("where the claim is there, nobody is asked for more", async () => {
  const person = new Person();
  const page = await signInToPortal(deployment, person, "globalAdministrator", "/portal/approvals");
  expect([page.status, linkIn(page)]).toEqual([200, ""]);
});

test("whoever is none cannot agree at Microsoft, and stays what they were", async () => {
  leftOut();
  const person = new Person();
  const page = await signInToPortal(deployment, person, "administrator", "/portal/approvals");
  await person.send(deployment.url + "/portal/approvals/require", { revision: "0" });
  const shown = await person.open(deployment.url + "/portal/approvals");
  expect(page.status).toBe(200);
  const refused = await person.open(deployment.url + linkIn(shown));
  expect([refused.status, heading(refused)]).toEqual([
    403,
    "Microsoft did not let the portal read your roles",
  ]);
  expect(attributesOf(refused.html, "a.button", "href")).toEqual(["/portal/approvals"]);
  expect((await person.open(deployment.url + "/portal/approvals")).status).toBe(200);
  const decided = await person.send(deployment.url + "/portal/approvals/loosen", { revision: "1" });
  expect(decided.status).toBe(403);
});

test("a Graph that does not answer lets nobody in with more than before", async () => {
  leftOut();
  const person = new Person();
  const page = await signInToPortal(deployment, person, "globalAdministrator", "/portal/approvals");
  deployment.sandbox.microsoft.faults.set({ graph: "down" });
  const failed = await person.open(deployment.url + linkIn(page));
  expect(failed.status).toBe(502);
  deployment.sandbox.microsoft.faults.set({ graph: "answers" });
  expect((await person.open(deployment.url + "/portal/approvals")).status).toBe(403);
});
