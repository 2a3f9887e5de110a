/** What the stack file says of approvals, nobody gets round in the portal: whether a second person is asked, and the override. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { json, startSmallServer, type SmallServer } from "../provider/smallServer.ts";
import { fieldIn, statusesIn } from "../../../harness/html.ts";

const actor = { kind: "person", objectId: PORTAL_ACCOUNTS.administrator } as const;
const PRODUCTION = {
  name: "Production",
  fhirBaseUrl: "https://fhir.example/r4/production",
  environment: "production",
  visitTypes: ["Video Visit"],
  enabled: false,
} satisfies PortalConnection;
const at = new Date().toISOString();

let deployment: Deployment;
let server: SmallServer;
beforeAll(async () => {
  server = await startSmallServer();
  const { fhirBaseUrl } = server;
  const authentication = { method: "private_key_jwt", key: "fhir-client" } as const;
  const moved = { id: "moved", name: "Moved", fhirBaseUrl, environment: "test" } as const;
  deployment = await startDeployment({
    stack: (all) => ({
      ...all,
      approvals: { secondPerson: true },
      connections: [{ ...moved, provider: { clientId: "c", authentication } }, ...(all.connections ?? [])],
    }),
  });
});
afterAll(async () => {
  await deployment.stop();
  await server.stop();
});

test("other sign-in addresses of the stack file’s connection are shown side by side, and approved by a second person", async () => {
  const [one, two] = [new Person(), new Person()];
  await signInToPortal(deployment, one, "globalAdministrator");
  await signInToPortal(deployment, two, "secondGlobalAdministrator");
  const address = deployment.url + "/portal/connections/moved";
  await deployment.probeAll();
  const elsewhere = {
    authorization_endpoint: server.origin + "/new/a",
    token_endpoint: server.origin + "/new/t",
  };
  server.answers.set("/fhir/.well-known/smart-configuration", () => json(elsewhere));
  await deployment.probeAll();
  const page = await one.open(address);
  for (const words of ["Locked: the stack file says it", "not those that were found first", "/new/t"])
    expect(page.html).toContain(words);
  const addresses = fieldIn(page, "addresses");
  const smart = "/fhir/.well-known/smart-configuration";
  const propose = async () => {
    const waits = await one.send(address + "/sign-in", { addresses });
    expect(waits.url.pathname).toBe("/portal/approvals/addresses.moved");
    return fieldIn(waits, "revision");
  };
  const approve = deployment.url + "/portal/approvals/addresses.moved/approve";
  // While the server is asked once more, somebody rejects the change.
  const taken = await propose();
  server.answers.set(smart, async () => {
    server.answers.set(smart, () => json(elsewhere));
    await one.send(deployment.url + "/portal/approvals/addresses.moved/reject", { revision: taken });
    return json(elsewhere);
  });
  const late = await two.send(approve, { revision: taken });
  expect([late.status, late.html.includes("It does not wait any more")]).toEqual([409, true]);
  expect(await two.open(address)).toMatchObject({
    html: expect.stringContaining("not those that were found first") as unknown,
  });
  const trail = await deployment.parts.audit.events({ limit: 1 });
  expect(trail.map(({ action }) => action)).toEqual(["change.withdrawn"]);

  const revision = await propose();
  expect((await one.send(approve, { revision })).status).toBe(409);
  expect((await two.send(approve, { revision })).status).toBe(200);
  expect(statusesIn(await two.open(address))).toContain("On");
});

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

test("a change from before the stack file said it is not approved any more", async () => {
  const person = new Person();
  await signInToPortal(deployment, person, "globalAdministrator");
  const { approvalSettings, proposals } = deployment.parts;
  const loosens = { kind: "approvals", id: "approvals", after: { secondPerson: false } } as const;
  await proposals.make({ actor, action: "approvals.loosened" }, loosens);
  const refused = await approve(person, "approvals.approvals");
  expect([refused.status, refused.html.includes("It is changed there.")]).toEqual([409, true]);
  expect(await approvalSettings.list()).toEqual([]);
});

test("the override that the stack file does not allow is neither made nor approved", async () => {
  const person = new Person();
  await signInToPortal(deployment, person, "globalAdministrator");
  const { connectionSettings, proposals } = deployment.parts;
  const added = { actor: { kind: "program", name: "test" }, action: "connection.added" } as const;
  const { revision } = await connectionSettings.add(added, "production", PRODUCTION);
  const refused = await person.send(deployment.url + "/portal/connections/production/override", {
    revision: String(revision),
    reason: "It is urgent.",
  });
  expect([refused.status, refused.html.includes("approvals.testOverride")]).toEqual([409, true]);
  const panel = await person.open(deployment.url + "/portal/connections/production");
  expect(panel.html).toContain("only where the stack file says");
  expect(panel.html).not.toContain("Turn on without a visit");
  const after = { ...PRODUCTION, enabled: true, cleared: { by: "override", reason: "Urgent", at } } as const;
  const of = { kind: "connection", id: "production", shown: revision, before: PRODUCTION, after } as const;
  await proposals.make({ actor, action: "connection.overridden" }, of);
  const answer = await approve(person, "connection.production");
  expect([answer.status, answer.html.includes("approvals.testOverride")]).toEqual([409, true]);
  expect((await connectionSettings.read("production"))?.value.enabled).toBe(false);
});

test("a connection that was cleared by a visit which proves nothing any more is not turned on by an approval", async () => {
  const person = new Person();
  await signInToPortal(deployment, person, "globalAdministrator");
  const { connectionSettings, proposals } = deployment.parts;
  const value = { ...PRODUCTION, fhirBaseUrl: "https://fhir.example/r4/cleared" };
  const added = { actor: { kind: "program", name: "test" }, action: "connection.added" } as const;
  const { revision } = await connectionSettings.add(added, "cleared", value);
  const cleared = { by: "visit", connectionId: "lamna-test", at } as const;
  const after = { ...value, enabled: true, cleared };
  const of = { kind: "connection", id: "cleared", shown: revision, before: value, after } as const;
  await proposals.make({ actor, action: "connection.turned-on" }, of);
  const refused = await approve(person, "connection.cleared");
  expect([refused.status, refused.html.includes("It was not turned on")]).toEqual([409, true]);
  expect((await connectionSettings.read("cleared"))?.value.enabled).toBe(false);
});

async function approve(person: Person, id: string) {
  const proposal = await deployment.parts.proposals.read(id);
  if (typeof proposal !== "object") throw new Error("nothing waits");
  const revision = String(proposal.revision);
  return person.send(`${deployment.url}/portal/approvals/${id}/approve`, { revision });
}
