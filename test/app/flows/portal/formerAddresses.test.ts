/** Base URLs that connections had: production is no test afterwards, under no name, and what was kept is still looked up. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import type { FhirBaseUrl } from "../../../../app/domain/fhirBaseUrl.ts";
import { addressRound } from "../../../../app/flows/portal/addressRound.ts";
import { clearingOf } from "../../../../app/flows/portal/connections/clearing.ts";
import { signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { ORACLE_TEST_TENANT } from "../../../harness/stack.ts";

const actor = { kind: "program", name: "test" } as const;
const added = { actor, action: "connection.added" } as const;
const OTHER = "https://fhir.example/r4/other";

let deployment: Deployment;
let address: string;
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment({
    stack: ({ connections: _theirs, departments: _too, ...stack }) => stack,
  });
  address = deployment.sandbox.oracle.backChannel + "/r4/" + ORACLE_TEST_TENANT;
  await signInToPortal(deployment, administrator, "administrator");
});
afterAll(() => deployment.stop());

const value = (more: Partial<PortalConnection>): PortalConnection => ({
  name: "Lamna",
  fhirBaseUrl: address,
  environment: "production",
  visitTypes: ["Video Visit"],
  enabled: false,
  ...more,
});
const at = (path: string) => deployment.url + "/portal" + path;
const remove = async (id: string) => {
  const revision = String((await deployment.parts.connectionSettings.read(id))?.revision);
  return administrator.send(at(`/connections/${id}/remove`), { revision });
};
const add = (fields: Record<string, string>) =>
  administrator.send(at("/new-connection"), {
    name: "Lamna again",
    fhirBaseUrl: address,
    providerMethod: "key",
    systemMethod: "key",
    visitTypes: "Video Visit",
    ...fields,
  });

test("a chart system that was production is not added as a test after it was removed, however it is written", async () => {
  const { connectionSettings, formerAddresses } = deployment.parts;
  await connectionSettings.add(added, "lamna", value({}));
  expect((await remove("lamna")).status).toBe(200);
  expect(await formerAddresses.list()).toEqual([
    { connectionId: "lamna", fhirBaseUrl: address, environment: "production" },
  ]);
  for (const fhirBaseUrl of [address, address + "/", address.replace("http:", "HTTP:")]) {
    const refused = await add({ fhirBaseUrl, environment: "test" });
    expect([refused.status, refused.html.includes("was production here, as the connection lamna")]).toEqual([
      422,
      true,
    ]);
  }
  expect((await add({ environment: "production", id: "again" })).status).toBe(200);
  await remove("again");
});

test("nor by a change that has waited for a second person meanwhile", async () => {
  const { connectionSettings, proposals, approvalSettings, formerAddresses } = deployment.parts;
  const second = new Person();
  await signInToPortal(deployment, second, "globalAdministrator");
  const asked = { actor, action: "approvals.required" } as const;
  const { revision } = await approvalSettings.add(asked, "approvals", { secondPerson: true });
  const url = "https://fhir.example/r4/waits" as FhirBaseUrl;
  const after = value({ fhirBaseUrl: url, environment: "test", enabled: true });
  const person = { kind: "person", objectId: "7d0c5a1e-0000-4000-8000-00000000b010" } as const;
  await proposals.make(
    { actor: person, action: "connection.added" },
    { kind: "connection", id: "waits", after },
  );
  await formerAddresses.note({ connectionId: "was", fhirBaseUrl: url, environment: "production" });
  const waiting = await proposals.read("connection.waits");
  const shown = typeof waiting === "object" ? String(waiting.revision) : "";
  const refused = await second.send(at("/approvals/connection.waits/approve"), { revision: shown });
  expect([refused.status, refused.html.includes("was production here")]).toEqual([409, true]);
  expect(await connectionSettings.read("waits")).toBeUndefined();
  await approvalSettings.remove(asked, "approvals", revision);
});

test("a visit on what was a production chart clears nothing, under whatever id it was noted", async () => {
  const { connectionSettings, formerAddresses, testVisits } = deployment.parts;
  const other = { ...value({ fhirBaseUrl: OTHER, environment: "test", enabled: true }) };
  await connectionSettings.add(added, "taken-for-test", other);
  await testVisits.opened("taken-for-test");
  await testVisits.tapped("taken-for-test");
  expect((await clearingOf(deployment.parts)).kind).toBe("proved");
  await formerAddresses.note({
    connectionId: "had-it",
    fhirBaseUrl: OTHER as FhirBaseUrl,
    environment: "production",
  });
  expect((await clearingOf(deployment.parts)).kind).toBe("launch-missing");
  // Whoever deploys may say that it is a test domain.
  const stackConnections = [
    { ...other, id: "taken-for-test", fhirBaseUrl: OTHER as FhirBaseUrl, aud: OTHER },
  ] as unknown as typeof deployment.parts.hospital.stackConnections;
  const { hospital } = deployment.parts;
  expect((await clearingOf({ ...deployment.parts, hospital: { ...hospital, stackConnections } })).kind).toBe(
    "proved",
  );
});

test("the stack file’s connections are noted each day", async () => {
  const connection = { id: "of-stack", fhirBaseUrl: OTHER as FhirBaseUrl, environment: "production" };
  const hospital = {
    ...deployment.parts.hospital,
    stackConnections: [connection],
  } as unknown as typeof deployment.parts.hospital;
  const round = addressRound({ ...deployment.parts, hospital });
  const signal = new AbortController().signal;
  await round.run({ signal });
  await round.run({ signal });
  const noted = (await deployment.parts.formerAddresses.list()).filter(
    (one) => one.connectionId === "of-stack",
  );
  expect(noted).toEqual([{ connectionId: "of-stack", fhirBaseUrl: OTHER, environment: "production" }]);
});

test("what is held under a base URL that a connection had is looked up and deleted by it", async () => {
  const { holdings } = deployment.parts;
  const about = { fhirBaseUrl: address as FhirBaseUrl, appointmentId: "some-appointment" };
  await holdings.delete(about);
  expect((await administrator.open(at("/privacy"))).html).toContain(
    `<option value="${address}">lamna, which had this base URL`,
  );
  const look = (connection: string) =>
    administrator.send(at("/privacy/appointment"), { connection, appointment: "some-appointment" });
  expect((await look(address + "/")).html).toContain("That a visit was deleted");
  for (const unknown of ["lamna", "https://fhir.example/r4/nobody-had-it"])
    expect([(await look(unknown)).status, unknown]).toEqual([422, unknown]);
});
