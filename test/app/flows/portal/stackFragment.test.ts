/** What the portal keeps moves into the stack file: as a fragment that is valid there, and taken over without a gap. */
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { besideConnections, text } from "../../../../app/flows/portal/connections/fragmentOfTexts.ts";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import type { PortalDepartment } from "../../../../app/records/portalDepartments.ts";
import { MESSAGES_ID } from "../../../../app/records/portalMessages.ts";
import { TEXTING_ID, type PortalTexting } from "../../../../app/records/portalTexting.ts";
import { parseStack, STACK_KEY } from "../../../../infra/stack.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { launchFrom, launchOf } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { ORACLE_TEST_TENANT } from "../../../harness/stack.ts";

let deployment: Deployment;
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment({ stack: (all) => ({ ...all, numbers: "portal" }) });
  await signInToPortal(deployment, administrator, "administrator");
});
afterAll(() => deployment.stop());

const KEY = { method: "private_key_jwt" } as const;
const usual = {
  name: 'A "quoted" name: # no comment',
  fhirBaseUrl: "https://fhir.lamna.org/r4/one",
  environment: "test",
  visitTypes: ["Video Visit", "Visita: vídeo"],
  writeBack: { links: true, status: { arrived: false, checkedIn: true, fulfilled: false } },
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
const FOLDER = fileURLToPath(new URL("../../../../stacks/", import.meta.url));
/** What is wrong with a stack file by its schema, which editors use, and by whoever reads it. */
async function faultsOf(file: object, whole: object): Promise<readonly unknown[]> {
  const ajv = new Ajv2020();
  formats.default(ajv);
  const validate = ajv.compile(JSON.parse(await readFile(FOLDER + "stack.schema.json", "utf8")) as object);
  validate({ ...file, config: { [STACK_KEY]: whole } });
  const read = parseStack(whole);
  return [...(validate.errors ?? []), ...(read.ok ? [] : read.faults)];
}

test("before anything is set the fragment is empty, and still one", async () => {
  expect((parse(await exported()) as StackFile).config).toEqual({ [STACK_KEY]: {} });
});

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
    {
      id: "one",
      name: usual.name,
      writeBack: usual.writeBack,
      provider: { clientId: "yes", authentication: { key: "fhir-portal" } },
    },
    { id: "two", system: { clientId: "123", authentication: { secret: "two-system" } } },
  ]);
  const file = parse(await readFile(FOLDER + "Pulumi.lamna-test.yaml", "utf8")) as StackFile;
  const stack = file.config[STACK_KEY];
  const whole = { ...stack, connections: [...(stack?.connections ?? []), ...connections] };
  expect(await faultsOf(file, whole)).toEqual([]);
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
  const how = { tenant: ORACLE_TEST_TENANT, clientId: "connector-provider-test" };
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

test("departments of what is exported come with it, those of a connection that is off do not, and the whole is valid", async () => {
  const department = {
    name: "Sleep: a clinic",
    phone: "(202) 555-0100",
    timeZone: "America/Chicago",
    locations: ["loc-1", "loc-2"],
    organizers: ["7d0c5a1e-0000-4000-8000-00000000a001"],
    lobby: "staff",
  } satisfies Omit<PortalDepartment, "connection">;
  await make("beside", { ...usual, fhirBaseUrl: "https://fhir.lamna.org/r4/beside" });
  await make("resting", { ...usual, fhirBaseUrl: "https://fhir.lamna.org/r4/resting", enabled: false });
  const change = { actor: { kind: "program", name: "test" }, action: "department.added" } as const;
  const { departmentSettings } = deployment.parts;
  await departmentSettings.add(change, "sleep", { ...department, connection: "beside", nameEs: "Sueño" });
  await departmentSettings.add(change, "dreams", { ...department, connection: "resting" });
  const fragment = await exported();
  expect(fragment).toContain('therefore left out: department dreams ("Sleep: a clinic")');
  const { departments, connections } = Object.values((parse(fragment) as Exported).config)[0] ?? {};
  expect(departments).toEqual([{ id: "sleep", ...department, connection: "beside", nameEs: "Sueño" }]);
  expect(connections?.map(({ id }) => id)).toContain("beside");
});

test("all that a stack file can say is exported, and valid there: rules, words, texts, number, staff, approvals", async () => {
  const { approvalSettings, messageSettings, numberPurchases, textingNow, textingSettings } =
    deployment.parts;
  const actor = { kind: "person", objectId: PORTAL_ACCOUNTS.globalAdministrator } as const;
  // One connection is sent nothing, one only reminders, one has the connector's own rules, and one is off.
  const rules = {
    revision: "0",
    connections: "one two beside resting",
    aheadDays: "30",
    from: "08:30",
    to: "20:00",
    byMail: "yes",
    "kind-two-reminder": "yes",
    "remind-two": "2 days\n90 minutes",
    ...Object.fromEntries(
      ["confirmation", "update", "cancellation", "reminder"].map((kind) => ["kind-beside-" + kind, "yes"]),
    ),
    "remind-beside": "1 day\n2 minutes",
    "kind-resting-cancellation": "yes",
  };
  const saved = await administrator.send(deployment.url + "/portal/texts/rules", rules);
  expect([saved.status, saved.url.pathname]).toEqual([200, "/portal/texts"]);
  const revision = String((await messageSettings.read(MESSAGES_ID))?.revision);
  const words = { revision, "words-en-reminder": '{sender}: "Soon": {when} {link} #1 STOP' };
  const said = await administrator.send(deployment.url + "/portal/texts/words", words);
  expect([said.status, said.url.pathname]).toEqual([200, "/portal/texts"]);

  const consent = { by: actor.objectId, at: "2026-11-02T10:00:00.000Z", words: 1 };
  const texting: PortalTexting = {
    consents: { sendOnBehalf: consent, attendeesConsent: consent },
    connections: ["one", "two", "resting", "moved"],
    charts: [
      { connection: "one", fhirBaseUrl: "https://fhir.lamna.org/r4/one" },
      // It leads elsewhere by now, so nobody has agreed to texts to its patients.
      { connection: "two", fhirBaseUrl: "https://fhir.lamna.org/r4/two-before" },
    ],
    live: true,
    verification: "submitted",
    staff: { phones: ["+12025550147"], mails: ["kim@lamna.example"] },
  };
  await textingSettings.add({ actor, action: "texting.agreed" }, TEXTING_ID, texting);
  await textingNow.refresh();
  const { run } = await numberPurchases.ask(actor, "844");
  await numberPurchases.end(run, { how: "had", number: "+18445550111" });
  await approvalSettings.add({ actor, action: "approvals.required" }, "approvals", { secondPerson: true });

  const fragment = await exported();
  expect(fragment).not.toContain("+18445550111");
  for (const note of [
    "# Put it under the connection resting: messages:",
    "# Patients of resting are texted, too: put it under sms.connections with it.",
    "Take numbers: portal out",
    "sms.live is left out until the carriers have approved",
    "department managers, allocation, reports",
  ])
    expect(fragment).toContain(note);
  const given = (parse(fragment) as StackFile).config[STACK_KEY];
  expect(given).toMatchObject({
    messages: {
      aheadDays: 30,
      hours: { from: "08:30", to: "20:00" },
      words: [{ kind: "reminder", language: "en", text: words["words-en-reminder"] }],
    },
    sms: {
      consents: {
        sendOnBehalf: { by: actor.objectId, at: "2026-11-02" },
        attendeesConsent: { by: actor.objectId, at: "2026-11-02" },
      },
      connections: ["one"],
    },
    number: { verification: "submitted" },
    staffRecipients: { phones: ["+12025550147"], mails: ["kim@lamna.example"] },
    approvals: { secondPerson: true },
  });
  const by = (id: string) => given?.connections.find((one) => one.id === id);
  expect([by("one"), by("two"), by("beside")]).toMatchObject([
    { messages: { kinds: [] } },
    { messages: { kinds: ["reminder"], remindMinutesBefore: [2880, 90] } },
    expect.not.objectContaining({ messages: expect.anything() as unknown }),
  ]);

  // In a production file, beside what that has.
  const file = parse(await readFile(FOLDER + "Pulumi.lamna-production.yaml", "utf8")) as Exported;
  const { sms: _sms, number: _number, staffRecipients: _staff, ...stack } = file.config[STACK_KEY] ?? {};
  const beside = (key: "connections" | "departments") => [
    ...((stack[key] as readonly object[] | undefined) ?? []),
    ...(((given as Readonly<Record<string, unknown>> | undefined)?.[key] as readonly object[] | undefined) ??
      []),
  ];
  const whole = {
    ...stack,
    ...given,
    connections: beside("connections"),
    departments: beside("departments"),
  };
  expect(await faultsOf(file, whole)).toEqual([]);
  // Once the carriers have approved, the stack file says that texts are live, too.
  const now = await textingSettings.read(TEXTING_ID);
  const approved = { ...texting, verification: "approved" as const };
  const change = { actor, action: "texting.verification" };
  await textingSettings.replace(change, TEXTING_ID, now?.revision ?? 0, approved);
  await textingNow.refresh();
  const live = (parse(await exported()) as Exported).config[STACK_KEY];
  expect(live).toMatchObject({ sms: { live: true }, number: { verification: "approved" } });
  expect(await faultsOf(file, { ...whole, ...live, ...pick(whole, "connections", "departments") })).toEqual(
    [],
  );
});

test("what is texted by the stack file's number is live there only with its verification; consents for none are told", () => {
  const consent = { by: PORTAL_ACCOUNTS.globalAdministrator, at: "2026-11-02T10:00:00.000Z", words: 1 };
  const texting = { consents: { sendOnBehalf: consent, attendeesConsent: consent }, live: true };
  const set = (verification: "approved" | "submitted" | "unknown", texted: readonly string[] = ["one"]) =>
    besideConnections(
      {
        texting,
        texted,
        isUnreadable: false,
        number: verification === "unknown" ? undefined : { verification, isStackFiles: true },
        isNumberUnknown: verification === "unknown",
        unreadable: ["connection-two"],
        approvals: undefined,
        said: [],
      },
      new Set(["one"]),
    );
  const early = set("submitted");
  expect(early.notes).toContain("# Cannot be read now, and is left out: connection-two.");
  expect(early.lines).not.toContain("      live: true");
  expect(early.notes.join("\n")).toContain("sms.live is left out until the carriers have approved");
  const approved = set("approved");
  expect(approved.lines).toContain("      live: true");
  expect(approved.notes.join("\n")).toContain(
    "# With sms.live the stack file has number.verification: approved.",
  );
  const unknown = set("unknown");
  expect(unknown.lines).not.toContain("      live: true");
  expect(unknown.notes.join("\n")).toContain("Whether there is a number cannot be read now");
  // The number is in the stack file already.
  for (const { lines } of [early, approved]) expect(lines).not.toContain("    number:");
  for (const texted of [[], ["other"]]) {
    const none = set("approved", texted);
    expect(none.lines).toEqual([]);
    expect(none.notes.join("\n")).toContain(
      "# Both consents stay here: a stack file has them for a connection",
    );
  }
});

test("a text is on its line, and has no character that readers of YAML refuse", () => {
  // Each is a control character, or a line end, to the parser of Pulumi's engine: https://github.com/yaml/go-yaml/issues/179
  const strange = "a\u007f\u0085b\u0090\u2028\ufffe\uffff ü 🙂 - x: #";
  const written = text(strange);
  expect(written).not.toMatch(/[\u007f-\u009f\u2028\u2029\ufffe\uffff]/);
  expect([parse(written), written.includes("ü 🙂")]).toEqual([strange, true]);
});

const pick = <T extends object, K extends keyof T>(of: T, ...keys: readonly K[]): Pick<T, K> =>
  Object.fromEntries(keys.map((key) => [key, of[key]])) as Pick<T, K>;

interface Exported {
  readonly config: Readonly<
    Record<
      string,
      Readonly<Record<string, unknown>> & { readonly connections?: readonly { readonly id: string }[] }
    >
  >;
}
