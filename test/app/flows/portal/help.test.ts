/** Help in the portal: the next step of each page, the runbook, and the guide's words. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { portalPath, type PortalPageName } from "../../../../app/flows/portal/addresses.ts";
import { NEXT } from "../../../../app/flows/portal/next.tsx";
import { signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { attributesOf } from "../../../harness/html.ts";

let deployment: Deployment;
const administrator = new Person();
const operator = new Person();
beforeAll(async () => {
  deployment = await startDeployment({});
  await signInToPortal(deployment, administrator, "administrator");
  await signInToPortal(deployment, operator, "operator");
});
afterAll(() => deployment.stop());

const runbook = readFileSync("infra/README.md", "utf8");
const pages = Object.entries(NEXT) as [PortalPageName, (typeof NEXT)[keyof typeof NEXT]][];

test.each(pages)("the page %s says its next step, and a heading that the runbook has", async (name, step) => {
  expect(runbook.split("\n").map((line) => line.replace(/^#+ /, ""))).toContain(step.runbook);
  const { status, html, url } = await administrator.open(deployment.url + portalPath(name));
  if (status === 403) return;
  const said = html.slice(html.indexOf('<p class="quiet next">'));
  expect([url.pathname, said.includes(step.runbook)]).toEqual([portalPath(name), true]);
  expect(said).toContain(`href="${portalPath(step.to)}"`);
});

test("the guide's words lead to their pages; nobody is led where they may not go", async () => {
  const { html } = await administrator.open(deployment.url + portalPath("help"));
  for (const word of ["Integration records", "SMS configuration", "Group visits", "Joining in the browser"])
    expect(html).toContain(`<dt>${word}</dt>`);
  expect(html).toContain("Not offered: a visit has one patient.");
  const theirs = await operator.open(deployment.url + portalPath("help"));
  expect([theirs.status, theirs.html.includes(`<dt>Group visits</dt>`)]).toEqual([200, true]);
  const content = theirs.html.slice(theirs.html.indexOf("<h1>"));
  expect(attributesOf(content, '[href^="/portal/"]', "href")).toEqual([]);
});
