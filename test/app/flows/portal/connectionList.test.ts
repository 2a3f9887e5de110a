/** The list of connections: those of the stack file are locked, and many of them stay readable. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import { signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { fieldIn, statusesIn } from "../../../harness/html.ts";
import { textOf } from "../../../../infra/rehearsal/visit/html.ts";

let deployment: Deployment;
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment();
  await signInToPortal(deployment, administrator, "administrator");
  for (let number = 1; number <= COUNT; number++) await make(number);
});
afterAll(() => deployment.stop());

const COUNT = 70;

async function make(number: number): Promise<void> {
  const id = "clinic-" + String(number).padStart(4, "0");
  const value = {
    name: "Clinic " + id,
    fhirBaseUrl: "https://fhir.example/r4/" + id,
    environment: "test",
    visitTypes: ["Video Visit"],
    enabled: number > 1,
  } satisfies PortalConnection;
  const actor = { kind: "program", name: "test" } as const;
  await deployment.parts.connectionSettings.add({ actor, action: "connection.added" }, id, value);
}

const open = async (path: string) => (await administrator.open(deployment.url + "/portal" + path)).html;
const namesIn = (html: string) =>
  [...html.matchAll(/href="\/portal\/connections\/([\w-]+)[?"]/g)].map(([, id]) => id);

test("is read a page at a time, and a page that is not there is the last one", async () => {
  const first = await open("/connections");
  expect(first).toContain("72 connections, page 1 of 2");
  expect(namesIn(first)).toHaveLength(50);
  const last = await open("/connections?page=2");
  expect(namesIn(last)).toHaveLength(22);
  expect(namesIn(await open("/connections?page=9"))).toEqual(namesIn(last));
  expect(new Set([...namesIn(first), ...namesIn(last)]).size).toBe(72);
});

test("is searched by name, id and base URL, and the pages keep what was searched", async () => {
  expect(namesIn(await open("/connections?search=CLINIC-0042"))).toEqual(["clinic-0042"]);
  expect(await open("/connections?search=fhir.example")).toContain("search=fhir.example&amp;page=2");
  expect(await open("/connections?search=nothing-like-it")).toContain("0 of 72 connections");
});

test("a connection that is opened and closed leads back to where the list was", async () => {
  const list = await open("/connections?search=fhir.example&page=2");
  const query = "?search=fhir.example&amp;page=2";
  expect(list).toContain(`href="/portal/connections/clinic-0070${query}"`);
  const panel = await open("/connections/clinic-0070" + query.replace("&amp;", "&"));
  expect(panel).toContain(`href="/portal/connections${query}"`);
  expect(panel).toContain(`href="/portal/connections/clinic-0069${query}"`);
  expect(await open("/connections/clinic-0070")).not.toContain("?search");
});

test("what is done to a connection leads back to where the list was, too", async () => {
  const on = "?search=clinic-0003";
  const panel = await open("/connections/clinic-0003" + on);
  const there = (name: string) => new RegExp(`/portal/connections/clinic-0003/${name}\\${on}"`);
  for (const name of ["edit", "switch", "remove"]) expect(panel).toMatch(there(name));
  const revision = fieldIn({ html: panel }, "revision");
  const address = deployment.url + "/portal/connections/clinic-0003";
  const off = await administrator.send(address + "/switch" + on, { revision, turn: "off" });
  expect([off.status, off.url.search]).toEqual([200, on + "&done"]);
  expect(await open("/connections/clinic-0003/edit" + on)).toMatch(there("edit"));
  const removal = await open("/connections/clinic-0003/remove" + on);
  expect(removal).toMatch(there("remove"));
  expect(removal).toContain(`href="/portal/connections/clinic-0003${on}"`);
});

test("says by a word how each stands, and whose move it is", async () => {
  const off = await open("/connections?search=clinic-0001");
  expect(statusesIn({ html: off })).toContain("Off");
  const waiting = await open("/connections?search=clinic-0002");
  expect(textOf(waiting)).toMatch(/Awaiting registration .*Whose move: Yours/);
});

describe("a connection of the stack file", () => {
  test("is shown locked, with the file and the key", async () => {
    const page = await open("/connections/lamna-test");
    expect(page).toContain("<code>stacks/Pulumi.local.yaml</code>, under <code>connections[1]</code>");
    expect(page).toContain("connector-provider-test, by a client secret");
    expect(page).not.toContain("/connections/lamna-test/edit");
  });

  test.each(["edit", "switch", "remove"])(
    "is not changed by a form that was sent to %s all the same",
    async (to) => {
      const before = await deployment.parts.audit.head();
      const address = `${deployment.url}/portal/connections/lamna/${to}`;
      const page = await administrator.send(address, { revision: "1", name: "Other", turn: "off" });
      expect([page.status, page.html.includes("It is changed there")]).toEqual([409, true]);
      expect(await deployment.parts.audit.head()).toEqual(before);
    },
  );
});
