/** A hospital whose stack file names no connection: an administrator makes them in the portal, and clinicians launch from them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signInToPortal } from "../../../harness/administrator.ts";
import { launchFrom, launchOf, signInToPowerChart } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TENANT, ORACLE_TEST_TENANT } from "../../../harness/stack.ts";
import { heading } from "../provider/otherChart.ts";
import { json, startSmallServer, type SmallServer } from "../provider/smallServer.ts";
import { attributesOf, fieldIn, rowsIn, statusesIn, tablesIn } from "../../../harness/html.ts";
import { textOf } from "../../../../infra/rehearsal/visit/html.ts";

let deployment: Deployment;
let server: SmallServer;
const administrator = new Person();
const globalAdministrator = new Person();
beforeAll(async () => {
  server = await startSmallServer();
  deployment = await startDeployment({
    stack: ({ connections: _theirs, ...stack }) => ({ ...stack, approvals: { testOverride: true } }),
  });
  await signInToPortal(deployment, administrator, "administrator");
  await signInToPortal(deployment, globalAdministrator, "globalAdministrator");
});
afterAll(async () => {
  await deployment.stop();
  await server.stop();
});

type Fields = Record<string, string>;
const at = (path: string) => deployment.url + "/portal" + path;
const send = (path: string, fields: Fields, who = administrator) => who.send(at(path), fields);
const baseOf = (tenant: string) => deployment.sandbox.oracle.backChannel + "/r4/" + tenant;
const typed = (fields: Fields): Fields => ({
  name: "Lamna (test)",
  id: "",
  fhirBaseUrl: server.fhirBaseUrl,
  environment: "test",
  providerMethod: "key",
  systemMethod: "key",
  visitTypes: "Video Visit",
  ...fields,
});
/** The form of a page as its reader would send it, with what they change. */
const editOf = (page: Page, fields: Fields): Fields =>
  typed({ revision: fieldIn(page, "revision"), was: fieldIn(page, "was"), ...fields });
const settings = () => deployment.parts.connectionSettings.list();

test("a test connection is on at once, and a clinician opens a visit from it", async () => {
  const secret = await deployment.parts.vault.secret("lamna-test-provider");
  const made = await send(
    "/new-connection",
    typed({
      id: "lamna-test",
      fhirBaseUrl: baseOf(ORACLE_TEST_TENANT),
      providerClientId: "connector-provider-test",
      providerMethod: "secret",
      providerSecret: secret,
    }),
  );
  expect([made.status, made.url.pathname]).toEqual([200, "/portal/connections/lamna-test"]);
  expect(statusesIn(made)).toContain("On");
  const launch = await launchOf(deployment, "inProgress", {
    tenant: ORACLE_TEST_TENANT,
    clientId: "connector-provider-test",
  });
  expect((await launchFrom(deployment, new Person(), launch)).html).toContain("Lamna Cardiology (test)");

  const form = await administrator.open(at("/connections/lamna-test/edit"));
  const list = await administrator.open(at("/connections"));
  const trail = JSON.stringify(await deployment.parts.audit.events({ limit: 20 }));
  const kept = JSON.stringify(await settings());
  for (const text of [made.html, form.html, list.html, trail, kept]) expect(text).not.toContain(secret);
  expect(trail).toContain("connection.added");
  expect(trail).not.toMatch(/"member":"provider.authentication.sealedSecret","to":"(?!\(not shown\))/);
});

test.each<readonly [string, Fields, string]>([
  ["a fault in another field", { name: "" }, "Enter a name"],
  ["a server that does not answer", { fhirBaseUrl: "http://localhost:1/r4/x" }, "The server does not answer"],
])("a secret that was replaced does not look saved after %s", async (_name, fields, words) => {
  const form = await administrator.open(at("/connections/lamna-test/edit"));
  const usual = {
    name: "Lamna",
    fhirBaseUrl: baseOf(ORACLE_TEST_TENANT),
    providerClientId: "connector-provider-test",
  };
  const replaced = { providerMethod: "secret", providerSecret: "s3cret-word" };
  const page = await send("/connections/lamna-test/edit", editOf(form, { ...usual, ...replaced, ...fields }));
  expect([page.status, page.html.includes(words), page.html.includes("s3cret-word")]).toEqual([
    422,
    true,
    false,
  ]);
  const again = "Error: A client secret that you entered has to be entered again.";
  expect(page.html).toMatch(new RegExp(`id="providerSecret-fault"[^>]*>${again}`));
  expect(page.html).not.toContain('id="systemSecret-fault"');
});

test("a secret that is left empty stays, unless it would go to another server", async () => {
  const form = await administrator.open(at("/connections/lamna-test/edit"));
  const fields = {
    name: "Renamed",
    fhirBaseUrl: baseOf(ORACLE_TEST_TENANT),
    providerClientId: "connector-provider-test",
    providerMethod: "secret",
  };
  const elsewhere = await send(
    "/connections/lamna-test/edit",
    editOf(form, { ...fields, fhirBaseUrl: server.fhirBaseUrl }),
  );
  expect(elsewhere.status).toBe(422);
  expect(elsewhere.html).toContain("Enter the client secret that Oracle issued.");
  const before = (await settings())[0]?.value.provider;
  const edited = await send("/connections/lamna-test/edit", editOf(form, fields));
  expect([edited.status, edited.html.includes("Renamed")]).toEqual([200, true]);
  expect((await settings())[0]?.value.provider).toEqual(before);
});

test("a connection that leads to another server ends what was begun at the first", async () => {
  const provider = { providerClientId: "connector-provider-test", providerMethod: "secret" };
  const secret = { providerSecret: await deployment.parts.vault.secret("lamna-test-provider") };
  const launch = () =>
    launchOf(deployment, "inProgress", { tenant: ORACLE_TEST_TENANT, clientId: "connector-provider-test" });
  const clinician = new Person();
  const visit = await launchFrom(deployment, clinician, await launch());
  expect(visit.status).toBe(200);
  // Somebody is between the chart's sign-in and its answer.
  const waiting = new Person();
  const begun = await launch();
  await signInToPowerChart(deployment, waiting, begun);
  const answer = await waiting.open(deployment.sandbox.oracle.launchUrl(begun), (url) =>
    url.pathname.startsWith("/launch/callback"),
  );
  const lead = async (fhirBaseUrl: string) => {
    const form = await administrator.open(at("/connections/lamna-test/edit"));
    const name = "Renamed";
    return send("/connections/lamna-test/edit", editOf(form, { ...provider, ...secret, name, fhirBaseUrl }));
  };
  expect((await lead(server.fhirBaseUrl)).status).toBe(200);
  const asked = server.received.length;
  expect((await clinician.open(visit.url)).status).toBe(401);
  expect(heading(await waiting.open(answer.url))).toBe("This sign-in is no longer good");
  expect(server.received.length).toBe(asked);
  expect((await lead(baseOf(ORACLE_TEST_TENANT))).status).toBe(200);
  expect((await clinician.open(visit.url)).status).toBe(200);
});

test("a production connection is off until a Global Administrator allows it with a reason", async () => {
  const made = await send(
    "/new-connection",
    typed({
      id: "lamna",
      name: "Lamna",
      environment: "production",
      fhirBaseUrl: baseOf(ORACLE_TENANT),
      providerClientId: "connector-provider",
    }),
  );
  expect(textOf(made.html)).toMatch(/Not allowed yet .*Whose move: Yours/);
  const revision = fieldIn(await globalAdministrator.open(made.url), "revision");
  expect((await send("/connections/lamna/switch", { revision, turn: "on" })).status).toBe(409);
  const reason = "The chart system is the one of the test deployment.";
  expect((await send("/connections/lamna/override", { revision, reason })).status).toBe(403);
  expect((await send("/connections/lamna/override", { revision }, globalAdministrator)).status).toBe(422);
  expect((await deployment.parts.hospital.connection("lamna"))?.id).toBeUndefined();
  const on = await send("/connections/lamna/override", { revision, reason }, globalAdministrator);
  expect(statusesIn(on)).toContain("On");
  expect(JSON.stringify(await deployment.parts.audit.events({ limit: 1 }))).toContain(reason);
  const launch = await launchOf(deployment, "startsSoon");
  expect((await launchFrom(deployment, new Person(), launch)).html).toContain("Lamna Family Medicine");

  // Not called a test, by whose visits it could be allowed.
  const form = await administrator.open(at("/connections/lamna/edit"));
  const fields = {
    name: "Lamna",
    fhirBaseUrl: baseOf(ORACLE_TENANT),
    providerClientId: "connector-provider",
  };
  const renamed = await send("/connections/lamna/edit", editOf(form, { ...fields, environment: "test" }));
  expect([renamed.status, renamed.html.includes("What was production stays so.")]).toEqual([422, true]);
  const before = await deployment.parts.connectionSettings.read("lamna");
  expect(before?.value).toMatchObject({ environment: "production", enabled: true });

  // The same chart system, written otherwise, stays on with its secret; another one does not.
  expect(form.html).toContain("Another address turns the connection off until it is allowed again.");
  const edit = async (address: string, more: Fields) =>
    send(
      "/connections/lamna/edit",
      editOf(await administrator.open(at("/connections/lamna/edit")), {
        ...fields,
        environment: "production",
        fhirBaseUrl: address,
        ...more,
      }),
    );
  const secret = { providerMethod: "secret", providerSecret: "s3cret-word" };
  expect(statusesIn(await edit(baseOf(ORACLE_TENANT), secret))).toContain("On");
  const capitals = baseOf(ORACLE_TENANT).replace("http:", "HTTP:").replace("localhost", "LOCALHOST");
  const refused = await edit(capitals, { providerMethod: "secret" });
  expect([refused.status, refused.html.includes("must be written " + baseOf(ORACLE_TENANT))]).toEqual([
    422,
    true,
  ]);
  const otherwise = baseOf(ORACLE_TENANT) + "/";
  const same = await edit(otherwise, { providerMethod: "secret" });
  expect([same.status, statusesIn(same).includes("On")]).toEqual([200, true]);
  expect(statusesIn(await edit(baseOf(ORACLE_TENANT), {}))).toContain("On");
  expect(statusesIn(await edit(baseOf(ORACLE_TENANT).replace("localhost", "127.0.0.1"), {}))).toContain(
    "Not allowed yet",
  );
  await edit(baseOf(ORACLE_TENANT), {});
  const shown = fieldIn(await globalAdministrator.open(made.url), "revision");
  await send("/connections/lamna/override", { revision: shown, reason }, globalAdministrator);

  const on2 = await administrator.open(made.url);
  const off = await send("/connections/lamna/switch", { revision: fieldIn(on2, "revision"), turn: "off" });
  expect(statusesIn(off)).toContain("Off");
  expect(await deployment.parts.hospital.connection("lamna")).toBeUndefined();
});

describe("what is typed", () => {
  const cases: readonly (readonly [string, Fields, RegExp])[] = [
    ["no name", { name: "" }, /Enter a name/],
    ["plain http", { fhirBaseUrl: "http://fhir.example/r4/x" }, /must start with https/],
    ["a secret without its client", { systemSecret: "s3cret-word" }, /client id that the secret belongs to/],
    ["an id that is taken", { id: "lamna" }, /lamna is the id of Lamna, a connection of the portal/],
  ];
  test.each(cases)("is refused in words: %s", async (_name, fields, words) => {
    const count = (await settings()).length;
    const page = await send("/new-connection", typed({ providerClientId: "typed-by-me", ...fields }));
    expect(page.status).toBe(422);
    expect(page.html.replaceAll("&lt;", "<")).toMatch(words);
    expect(page.html).toContain('value="typed-by-me"');
    expect(page.html).not.toContain("s3cret-word");
    expect(await settings()).toHaveLength(count);
  });

  test("is refused where the chart system is connected already, however it is spelled", async () => {
    const fhirBaseUrl = baseOf(ORACLE_TENANT).replace("localhost", "LOCALHOST") + "/";
    const page = await send("/new-connection", typed({ fhirBaseUrl }));
    expect(page.html).toContain("This is the base URL of Lamna (lamna)");
  });
});

describe("the server", () => {
  const metadata = "/fhir/metadata";
  const cases: readonly (readonly [string, string, ReturnType<typeof json>, string])[] = [
    ["is ill", metadata, json({}, 503), "The server says that it is not available now"],
    ["is not there", metadata, json({}, 404), "There is no FHIR server at this address"],
    ["refuses", metadata, json({}, 403), "The server refuses the connector"],
    ["is a web page", metadata, { status: 200, body: "<html></html>" }, "answers, but not as a FHIR server"],
    [
      "leads elsewhere",
      metadata,
      { status: 302, headers: { location: "http://localhost:1/" }, body: "" },
      "The server leads to another address",
    ],
    [
      "speaks an old FHIR",
      metadata,
      json({ resourceType: "CapabilityStatement", fhirVersion: "3.0.2" }),
      "The server speaks another version of FHIR",
    ],
    [
      "has no appointments",
      metadata,
      json({ resourceType: "CapabilityStatement", fhirVersion: "4.0.1" }),
      "The server offers no appointments",
    ],
    [
      "signs in without https",
      "/fhir/.well-known/smart-configuration",
      json({ authorization_endpoint: "http://evil.example/a", token_endpoint: "http://evil.example/t" }),
      "names a sign-in address that is not safe",
    ],
  ];
  test.each(cases)(
    "that %s is told as what it is, and nothing is saved",
    async (_name, path, reply, words) => {
      server.answers.set(path, () => reply);
      const page = await send("/new-connection", typed({}));
      server.reset();
      expect([page.status, page.html.includes(words)]).toEqual([422, true]);
      expect(page.html).toContain(`value="${server.fhirBaseUrl}"`);
    },
  );

  test("that nobody listens at is silent", async () => {
    const page = await send("/new-connection", typed({ fhirBaseUrl: "http://localhost:1/r4/x" }));
    expect(page.html).toContain("The server does not answer");
  });

  test("that moves its sign-in is shown side by side, and goes on once that is approved", async () => {
    const made = await send(
      "/new-connection",
      typed({ id: "moving", name: "Moving", providerClientId: "c" }),
    );
    expect(made.html).toContain(server.origin);
    const smart = "/fhir/.well-known/smart-configuration";
    const moved = {
      authorization_endpoint: server.origin + "/new/a",
      token_endpoint: server.origin + "/new/t",
    };
    server.answers.set(smart, () => json(moved));
    await deployment.probeAll();
    const alarm = await administrator.open(made.url);
    expect(alarm.html).toContain("not those that were found first");
    expect(alarm.html).toContain("Only a Global Administrator can approve them.");
    const asked = await globalAdministrator.open(made.url);
    const addresses = { addresses: fieldIn(asked, "addresses") };
    expect((await send("/connections/moving/sign-in", addresses)).status).toBe(403);
    const stale = await send("/connections/moving/sign-in", { addresses: "{}" }, globalAdministrator);
    expect([stale.status, stale.html.includes("Nothing was approved")]).toEqual([409, true]);
    // Where a second person is asked, it waits, and the server is asked once more.
    const { approvalSettings: asks } = deployment.parts;
    const actor = { kind: "program", name: "test" } as const;
    const one = await asks.add({ actor, action: "approvals.required" }, "approvals", { secondPerson: true });
    const second = new Person();
    await signInToPortal(deployment, second, "secondGlobalAdministrator");
    const waits = await send("/connections/moving/sign-in", addresses, globalAdministrator);
    expect([waits.url.pathname, waits.html.includes("Approve other sign-in addresses")]).toEqual([
      "/portal/approvals/addresses.moving",
      true,
    ]);
    expect((await administrator.open(made.url)).html).toContain("/portal/approvals/addresses.moving");
    const again = await send("/connections/moving/sign-in", addresses, globalAdministrator);
    expect([again.status, again.html.includes("wait for a second person already")]).toEqual([409, true]);
    const revision = { revision: fieldIn(waits, "revision") };
    const approve = (who: Person) => send("/approvals/addresses.moving/approve", revision, who);
    expect([(await approve(globalAdministrator)).status, (await approve(administrator)).status]).toEqual([
      409, 403,
    ]);
    server.answers.set(smart, () => json({ ...moved, token_endpoint: server.origin + "/third/t" }));
    const other = await approve(second);
    expect([other.status, other.html.includes("names other addresses by now")]).toEqual([409, true]);
    server.answers.set(smart, () => json(moved));
    await approve(second);
    const approved = await administrator.open(made.url);
    await asks.remove({ actor, action: "approvals.loosened" }, "approvals", one.revision);
    server.reset();
    expect(statusesIn(approved)).toContain("On");
    expect(approved.html).toContain("/new/t");
    const trail = await deployment.parts.audit.events({ limit: 4 });
    expect(trail.map(({ action }) => action)).toEqual([
      "approvals.loosened",
      "sign-in-addresses.approved",
      "sign-in-addresses.approved",
      "change.approved",
    ]);
  });
});

test("of two who edit the same, the second sees what changed, loses nothing, and saves over what was seen", async () => {
  const fields = { id: "moving", providerClientId: "c" };
  const opened = await administrator.open(at("/connections/moving/edit"));
  await send(
    "/connections/moving/edit",
    editOf(opened, { ...fields, name: "By the first", visitTypes: "A\nB" }),
  );
  const second = await send(
    "/connections/moving/edit",
    editOf(opened, { ...fields, name: "By the second" }),
    globalAdministrator,
  );
  expect(second.status).toBe(409);
  expect(tablesIn(second.html)).toContain("Moving | By the first | By the second");
  expect(rowsIn(second.html).flat()).toContain("Not changed by you");
  expect(second.html).toContain('value="By the second"');
  expect((await deployment.parts.connectionSettings.read("moving"))?.value.name).toBe("By the first");
  await send(
    "/connections/moving/edit",
    editOf(second, { ...fields, name: "By the second", visitTypes: "A\nB" }),
    globalAdministrator,
  );
  const saved = (await deployment.parts.connectionSettings.read("moving"))?.value;
  expect([saved?.name, saved?.visitTypes]).toEqual(["By the second", ["A", "B"]]);
});

test("what is written to the chart is chosen here, shown, kept through other edits, and told by the audit trail", async () => {
  const fields = { id: "moving", providerClientId: "c", visitTypes: "A\nB" };
  const edit = async (more: Fields) =>
    send("/connections/moving/edit", editOf(await administrator.open(at("/connections/moving/edit")), more));
  const writeBack = async () => (await deployment.parts.connectionSettings.read("moving"))?.value.writeBack;
  expect(await writeBack()).toBeUndefined();
  const written = { writesLinks: "yes", writesFulfilled: "yes" };
  const page = await edit({ ...fields, name: "Writes", ...written });
  expect(await writeBack()).toEqual({
    links: true,
    status: { arrived: false, checkedIn: false, fulfilled: true },
  });
  expect(page.html).toContain("links, fulfilled");
  const records = await administrator.open(at("/integration-records/moving"));
  expect(records.html).toContain("system/Appointment.write");
  const form = await administrator.open(at("/connections/moving/edit"));
  expect(attributesOf(form.html, "[name=writesFulfilled][checked]", "value")).toEqual(["yes"]);
  const connection = await deployment.parts.hospital.connection("moving");
  expect(connection?.writeBack).toEqual(await writeBack());
  const trail = await globalAdministrator.send(at("/audit.json"), {});
  expect(trail.html).toContain("writeBack.status.fulfilled");
  await edit({ ...fields, name: "Writes no more", writesLinks: "no" });
  expect(await writeBack()).toEqual({ links: false });
});

test("nothing is changed by a stale page, nor from another site's", async () => {
  const before = await deployment.parts.audit.head();
  const page = await send("/connections/moving/switch", { revision: "1", turn: "off" });
  expect([page.status, page.html.includes("Somebody else has changed")]).toEqual([409, true]);
  expect((await send("/connections/moving/remove", { revision: "1" })).status).toBe(409);
  const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
  const revision = fieldIn(await administrator.open(at("/connections/moving/remove")), "revision");
  const forged = await administrator.send(at("/connections/moving/remove"), { revision }, headers);
  expect(forged.status).toBe(403);
  expect(await deployment.parts.audit.head()).toEqual(before);
});

test("a connection is removed after a question, and is gone", async () => {
  const question = await administrator.open(at("/connections/moving/remove"));
  expect(heading(question)).toMatch(/^Remove .+\?$/);
  const list = await send("/connections/moving/remove", { revision: fieldIn(question, "revision") });
  expect([list.url.pathname, list.html.includes("By the second")]).toEqual(["/portal/connections", false]);
  for (const id of ["moving", "a%2Fb", "A"])
    expect((await administrator.open(at("/connections/" + id))).status).toBe(404);
});

test("a connection, department, manager or waiting change whose row is damaged is missing in its list, which says so; so does the export", async () => {
  const { connectionSettings, departmentSettings, managerSettings, store } = deployment.parts;
  const { approvalSettings, messageSettings } = deployment.parts;
  const change = { actor: { kind: "program", name: "test" }, action: "test" } as const;
  const [known] = await settings();
  if (known === undefined) throw new Error("no connection");
  const fhirBaseUrl = server.fhirBaseUrl + "/lost";
  await connectionSettings.add(change, "lost", { ...known.value, name: "Lost Chart", fhirBaseUrl });
  await departmentSettings.add(change, "lost-clinic", {
    ...{ name: "Lost Clinic", phone: "+12025550100", timeZone: "America/Chicago", lobby: "everyone" },
    ...{ connection: known.id, locations: ["lost-1"], organizers: ["7d0c5a1e-0000-4000-8000-00000000a001"] },
  } as never);
  const person = "7d0c5a1e-0000-4000-8000-00000000c0de";
  await managerSettings.add(change, person, { departments: ["lost-clinic"] });
  const damage = async (id: string) => {
    const row = await store.read("settings", "hospital", id);
    if (row === undefined) throw new Error(id);
    await store.replace("settings", { ...row, body: { ...row.body, revision: "1" } }, row.etag);
  };
  for (const id of ["connection-lost", "department-lost-clinic", "manager-" + person]) await damage(id);
  const waiting = { partition: "hospital", id: "proposal-connection.lost", sort: "proposal/connection.lost" };
  await store.create("settings", { ...waiting, body: { v: 1 } });
  // Settings are read again once something has been changed.
  await connectionSettings.add(change, "another", { ...known.value, fhirBaseUrl: fhirBaseUrl + "/2" });
  const noticeOf = async (path: string) => textOf((await globalAdministrator.open(at(path))).html);
  expect(await noticeOf("/connections")).toContain(
    "The FHIR connection “Lost Chart” (lost) cannot be read: the row connection-lost of the store’s container settings is damaged.",
  );
  expect(await noticeOf("/connections/another")).toContain("“Lost Chart” (lost) cannot be read");
  expect(await noticeOf("/connections")).not.toContain("Lost Clinic");
  expect(await noticeOf("/departments")).toContain(
    "The department “Lost Clinic” (lost-clinic) cannot be read",
  );
  expect(await noticeOf("/managers")).toContain(`has the object id ${person} cannot be read`);
  expect(await noticeOf("/approvals")).toContain(
    "A change that waits, with the id connection.lost cannot be",
  );
  // What is read for the export alone is missing in it as soon as it is damaged.
  if ((await approvalSettings.list()).length === 0)
    await approvalSettings.add(change, "approvals", { secondPerson: false });
  if ((await messageSettings.list()).length === 0) await messageSettings.add(change, "messages", {});
  for (const id of ["approvals-approvals", "messages-messages"]) await damage(id);
  const exported = (await globalAdministrator.open(at("/connections.yaml"))).html;
  for (const row of [
    ...["connection-lost", "department-lost-clinic", "approvals-approvals", "messages-messages"],
  ])
    expect(exported).toContain(`# Cannot be read now, and is left out: ${row}.`);
});
