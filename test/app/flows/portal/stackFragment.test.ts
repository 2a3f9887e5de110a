/** What the portal keeps moves into the stack file: as a fragment that is valid there, and taken over without a gap. */
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import { parseStack, STACK_KEY } from "../../../../infra/stack.ts";
import { signInToPortal } from "../../../harness/administrator.ts";
import { launchFrom, launchOf } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { TEST_TENANT } from "../../../harness/stack.ts";

let deployment: Deployment;
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment();
  await signInToPortal(deployment, administrator, "administrator");
});
afterAll(() => deployment.stop());

const KEY = { method: "private_key_jwt" } as const;
const usual = {
  name: 'A "quoted" name: # no comment',
  fhirBaseUrl: "https://fhir.lamna.org/r4/one",
  environment: "test",
  visitTypes: ["Video Visit", "Visita: vídeo"],
  enabled: true,
  provider: { clientId: "yes", authentication: KEY },
} satisfies PortalConnection;

async function make(id: string, value: PortalConnection): Promise<void> {
  const actor = { kind: "program", name: "test" } as const;
  await deployment.parts.connectionSettings.add({ actor, action: "connection.added" }, id, value);
}
const exported = async () => (await administrator.open(deployment.url + "/portal/connections.yaml")).html;

interface StackFile {
  readonly config: Readonly<Record<string, { readonly connections: readonly { readonly id: string }[] }>>;
}

test("what is on is exported, valid in a deployment's file, its secret as one to create, and no secret in it", async () => {
  await make("one", usual);
  const sealedSecret = deployment.parts.keyring.seal("x", "the-secret-itself");
  await make("two", {
    ...usual,
    name: "Two",
    fhirBaseUrl: "https://fhir.lamna.org/r4/two",
    system: { clientId: "123", authentication: { method: "client_secret_basic", sealedSecret } },
  });
  await make("yes", {
    ...usual,
    name: "Off\nhere\u2028now",
    fhirBaseUrl: "https://fhir.lamna.org/r4/x",
    enabled: false,
  });
  const fragment = await exported();
  expect(fragment).toContain('# Off in the portal, and therefore left out: yes ("Off\\nhere\\u2028now").');
  expect(fragment).toContain("az keyvault secret set --vault-name <vault> --name two-system");
  expect(fragment).not.toContain(sealedSecret);

  const { connections } = (parse(fragment) as StackFile).config[STACK_KEY] ?? { connections: [] };
  expect(connections).toMatchObject([
    { id: "one", name: usual.name, provider: { clientId: "yes", authentication: { key: "fhir-portal" } } },
    { id: "two", system: { clientId: "123", authentication: { secret: "two-system" } } },
  ]);
  const folder = fileURLToPath(new URL("../../../../stacks/", import.meta.url));
  const file = parse(await readFile(folder + "Pulumi.lamna-test.yaml", "utf8")) as StackFile;
  const stack = file.config[STACK_KEY];
  const whole = { ...stack, connections: [...(stack?.connections ?? []), ...connections] };
  expect(parseStack(whole)).toEqual(expect.objectContaining({ ok: true }));
  const ajv = new Ajv2020();
  formats.default(ajv);
  const validate = ajv.compile(JSON.parse(await readFile(folder + "stack.schema.json", "utf8")) as object);
  expect([validate({ ...file, config: { [STACK_KEY]: whole } }), validate.errors]).toEqual([true, null]);
});

test("what the stack file has, by its id or base URL, is left out and named", async () => {
  const { stackConnections } = deployment.parts.hospital;
  const base = stackConnections.find(({ id }) => id === "lamna-test")?.fhirBaseUrl ?? "";
  expect(base).toContain(deployment.sandbox.oracle.backChannel);
  await make("lamna", { ...usual, name: "By id", fhirBaseUrl: "https://fhir.lamna.org/r4/by-id" });
  await make("by-url", { ...usual, name: "By URL", fhirBaseUrl: base + "/" });
  const fragment = await exported();
  for (const one of ['lamna ("By id")', 'by-url ("By URL")'])
    expect(fragment).toContain("# In the stack file already, and therefore left out: " + one);
  const { connections } = (parse(fragment) as StackFile).config[STACK_KEY] ?? { connections: [] };
  expect(connections.map(({ id }) => id)).toEqual(["one", "two"]);
});

test("what the stack file has taken over is locked, launches go on, and what was kept here is still told", async () => {
  await make("lamna-test", { ...usual, name: "Made here", fhirBaseUrl: "https://fhir.lamna.org/r4/before" });
  const { html } = await administrator.open(deployment.url + "/portal/connections/lamna-test");
  expect(html).toContain("Locked: the stack file says it");
  expect(html).toContain("It was made here before, as Made here at https://fhir.lamna.org/r4/before.");
  const list = await administrator.open(deployment.url + "/portal/connections?search=lamna-test");
  expect(list.html).toContain("1 of 6 connections");
  const how = { tenant: TEST_TENANT, clientId: "connector-provider-test" };
  const launch = await launchOf(deployment, "inProgress", how);
  expect((await launchFrom(deployment, new Person(), launch)).html).toContain("Lamna Cardiology (test)");
});

test("what the portal keeps of it is removed while the stack file has it, and the trail says so", async () => {
  const { audit, connectionSettings } = deployment.parts;
  const address = deployment.url + "/portal/connections/lamna-test";
  expect((await administrator.open(address)).html).toContain('href="/portal/connections/lamna-test/remove"');
  const question = await administrator.open(address + "/remove");
  expect(question.html).toContain("The stack file has this connection");
  const revision = String((await connectionSettings.read("lamna-test"))?.revision);
  expect((await administrator.send(address + "/remove", { revision })).status).toBe(200);
  expect(await connectionSettings.read("lamna-test")).toBeUndefined();
  const [event] = await audit.events({ limit: 1 });
  expect(event).toMatchObject({ action: "connection.removed", object: { id: "lamna-test" } });
  expect((await administrator.open(address)).html).not.toContain("It was made here before");
});
