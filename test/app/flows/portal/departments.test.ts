/** Departments that are made in the portal: judged field by field, kept, used by launches at once, and tried at Teams. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MeetingsFault } from "../../../../app/ports/meetings.ts";
import { MESSAGES_ID } from "../../../../app/records/portalMessages.ts";
import { TELEHEALTH_CARDIOLOGY, TELEHEALTH_PRIMARY_CARE } from "../../../../app/sandbox/microsoft/people.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { launchScenario } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { withSystemClients } from "../../../harness/stack.ts";
import { attributesOf, fieldIn, fieldsIn, rowsIn, tablesIn, textsOf } from "../../../harness/html.ts";

let deployment: Deployment;
/** What the stack file would have said. */
let said: {
  readonly connection: string;
  readonly locations: readonly string[];
  readonly phone: string;
  readonly timeZone: string;
};
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment({
    stack: (stack, charts) => {
      const { departments: [first, ...others] = [], ...rest } = withSystemClients(stack, charts);
      if (first === undefined) throw new Error("no department");
      said = first;
      // The first is left to the portal.
      return { ...rest, departments: others };
    },
  });
  await signInToPortal(deployment, administrator, "administrator");
});
afterAll(() => deployment.stop());
beforeEach(async () => {
  deployment.sandbox.microsoft.faults.clear();
  const { departmentSettings } = deployment.parts;
  const actor = { kind: "program", name: "test" } as const;
  for (const { id, revision } of await departmentSettings.list())
    await departmentSettings.remove({ actor, action: "department.removed" }, id, revision);
});

const at = (path: string) => deployment.url + "/portal" + path;
const typed = (more: Record<string, string> = {}) => ({
  name: "Heart clinic",
  connection: said.connection,
  locations: said.locations.join("\n"),
  organizers: "telehealth-cardiology@lamna.example",
  lobby: "staff",
  phone: said.phone,
  timeZone: said.timeZone,
  nameInTexts: "no",
  ...more,
});
const add = (more: Record<string, string> = {}) => administrator.send(at("/new-department"), typed(more));
const linesIn = ({ html }: Page, field: string) => textsOf(html, "textarea#" + field)[0]?.split("\n");
const valueIn = ({ html }: Page, field: string) => attributesOf(html, "input#" + field, "value")[0] ?? "";
const faultOf = ({ html }: Page, field: string) =>
  textsOf(html, `#${field}-fault`)[0]?.replace(/^Error: /, "");

test("one is made by its accounts' sign-in names, listed beside the stack file's, and told in the audit", async () => {
  const page = await add();
  expect([page.status, page.url.pathname]).toEqual([200, "/portal/departments/heart-clinic"]);
  expect(page.html).toContain("Telehealth Cardiology");
  expect(await deployment.parts.departmentSettings.read("heart-clinic")).toMatchObject({
    value: { organizers: [TELEHEALTH_CARDIOLOGY], locations: said.locations },
  });
  const { html } = await administrator.open(at("/departments"));
  expect(html).toMatch(/Heart clinic[^]*Portal/);
  expect(html).toContain("Stack file (locked)");
  const [event] = await deployment.parts.audit.events({ limit: 1 });
  expect(event).toMatchObject({ action: "department.added", object: { kind: "department" } });
});

test("a clinician's launch goes by it at once, and no longer once it is removed", async () => {
  const opens = async () => (await launchScenario(deployment, new Person(), "startsSoon")).html;
  expect(await opens()).not.toContain("Heart clinic");
  await add();
  expect(await opens()).toContain("Heart clinic");
  const { revision } = (await deployment.parts.departmentSettings.read("heart-clinic")) ?? { revision: 0 };
  const gone = await administrator.send(at("/departments/heart-clinic/remove"), {
    revision: String(revision),
  });
  expect(gone.url.pathname).toBe("/portal/departments");
  expect(await deployment.parts.hospital.department("heart-clinic")).toBeUndefined();
});

test("its locations are called what the chart calls them, and one that the chart does not show is said", async () => {
  const page = await add({ locations: said.locations.join("\n") + "\nnowhere-1" });
  expect(page.html.match(/The chart does not show this location/g)?.length).toBe(1);
  expect(page.html).toMatch(new RegExp(`<li>[^<]+<code>${said.locations[0] ?? ""}</code>`));
});

describe("a field that cannot be kept is said, and what was typed stays", () => {
  test.each([
    ["name", "", /Enter the name/],
    ["phone", "call us", /a number that patients can tap/],
    ["connection", "nothing", /Choose the FHIR connection/],
    ["organizers", "nobody@lamna.example", /knows no account nobody@lamna\.example/],
    ["organizers", "7d0c5a1e-0000-4000-8000-00000000ffff", /knows no account/],
    ["organizers", PORTAL_ACCOUNTS.guest, /Noor Haddad .* is a guest of this directory/],
  ])("%s: %j", async (field, text, says) => {
    const page = await add({ [field]: text });
    expect(page.status).toBe(422);
    expect(faultOf(page, field) ?? page.html).toMatch(says);
    if (field !== "phone") expect(page.html).toContain(said.phone);
    expect(await deployment.parts.departmentSettings.list()).toEqual([]);
  });

  test("a name, or a number, with which a text would not fit into one segment; not where texts do not name it", async () => {
    const long = { name: "Heart, lung and blood vessel clinic of the north and the south side" };
    expect(faultOf(await add({ ...long, nameInTexts: "yes" }), "name")).toMatch(
      /give it \d+ characters at most/,
    );
    const { messageRulesNow, messageSettings } = deployment.parts;
    const actor = { kind: "program", name: "test" } as const;
    const text = "{sender}: {when} is canceled. Call {phone}. STOP to end. ".padEnd(121, "x");
    const words = [{ kind: "cancellation", language: "en", text } as const];
    const { revision } = await messageSettings.add({ actor, action: "messages.words" }, MESSAGES_ID, {
      words,
    });
    await messageRulesNow.refresh();
    expect(faultOf(await add({ phone: "+1 (202) 555 - 01 - 00" }), "phone")).toMatch(/one segment/);
    await messageSettings.remove({ actor, action: "messages.words" }, MESSAGES_ID, revision);
    await messageRulesNow.refresh();
    expect((await add(long)).url.pathname).toMatch(/heart-lung/);
  });

  test("a location belongs to one department, the stack file's or the portal's", async () => {
    await add();
    const again = await add({ name: "Another" });
    expect(faultOf(again, "locations")).toMatch(
      /belongs to Heart clinic \(heart-clinic\), a department of the portal/,
    );
    const [theirs] = deployment.parts.hospital.stackDepartments;
    const ofStack = await add({
      name: "Another",
      connection: theirs?.connection ?? "",
      locations: theirs?.locations[0] ?? "",
    });
    expect(faultOf(ofStack, "locations")).toMatch(/a department of the stack file/);
  });

  test("an id is used once", async () => {
    const [theirs] = deployment.parts.hospital.stackDepartments;
    expect(faultOf(await add({ id: theirs?.id ?? "" }), "id")).toMatch(/is the id of/);
  });

  test("while the directory is down, an object id is taken and a sign-in name is not", async () => {
    deployment.sandbox.microsoft.faults.set({ graph: "down" });
    const page = await add();
    expect(faultOf(page, "organizers")).toMatch(/did not say whose sign-in name/);
    const taken = await add({ organizers: TELEHEALTH_CARDIOLOGY.toUpperCase() });
    expect(taken.url.pathname).toBe("/portal/departments/heart-clinic");
    expect((await deployment.parts.departmentSettings.read("heart-clinic"))?.value.organizers).toEqual([
      TELEHEALTH_CARDIOLOGY,
    ]);
  });
});

test("of two who edit the same, the second sees each field's three values and loses nothing of either", async () => {
  const [part = ""] = said.locations;
  await add({ locations: part });
  const opened = await administrator.open(at("/departments/heart-clinic/edit"));
  const shown = { revision: fieldIn(opened, "revision"), was: fieldIn(opened, "was") };
  const edit = (fields: Record<string, string>) =>
    administrator.send(at("/departments/heart-clinic/edit"), fields);
  await edit({ ...typed({ name: "Cardiology", locations: part + "\nroom-1" }), ...shown });
  const late = await edit({ ...typed({ phone: "(202) 555-0199", locations: part + "\nroom-2" }), ...shown });
  expect(late.status).toBe(409);
  expect(late.html).toContain("Somebody else has changed this department meanwhile");
  expect(rowsIn(late.html)).toContainEqual(["Name", "Heart clinic", "Cardiology", "Not changed by you"]);
  expect(tablesIn(late.html)).not.toContain("Phone number");
  expect(linesIn(late, "locations")).toEqual([part, "room-1", "room-2"]);
  const merged = {
    name: valueIn(late, "name"),
    phone: valueIn(late, "phone"),
    locations: (linesIn(late, "locations") ?? []).join("\n"),
  };
  await edit({ ...typed(merged), revision: fieldIn(late, "revision"), was: fieldIn(late, "was") });
  expect((await deployment.parts.departmentSettings.read("heart-clinic"))?.value).toMatchObject({
    name: "Cardiology",
    phone: "(202) 555-0199",
    locations: [part, "room-1", "room-2"],
  });
});

describe("before and without anybody asking it is said", () => {
  test("how many visits of the next days lose their department", async () => {
    await add();
    const removal = async () => (await administrator.open(at("/departments/heart-clinic/remove"))).html;
    expect(await removal()).toContain("No visit that is under way or begins in the next 14 days is known");
    const { foundVisits, hospital, now } = deployment.parts;
    const connection = await hospital.connection(said.connection);
    if (connection === undefined) throw new Error("no connection");
    // The first is over, the second under way.
    for (const [index, appointment] of ["over", "now", "later"].entries()) {
      const id = foundVisits.idOf(connection.fhirBaseUrl, appointment);
      const start = new Date(now().getTime() + (index - 1) * 3_600_000 - 60_000);
      const times = { start, end: new Date(start.getTime() + 1_800_000), firstSeen: now() };
      const of = { connectionId: connection.id, departmentId: "heart-clinic", location: "x" };
      const seen = { standing: "on", seen: "said", changes: 0, hasMeeting: true } as const;
      await foundVisits.add({ id, ...of, ...times, ...seen }, appointment);
    }
    expect(await removal()).toContain(
      "2 visits that are under way or begin in the next 14 days lose their department.",
    );
    const whole = await administrator.open(at(`/connections/${connection.id}/remove`));
    expect(whole.status).toBe(409);
  });

  test("that its locations have changed in the chart, and that it has had no visit for long", async () => {
    await add();
    const { departmentDays, locations, now } = deployment.parts;
    const [id = ""] = said.locations;
    const changes = [{ id, what: "renamed", from: "Before", to: "After", at: now() }] as const;
    await locations.keep(said.connection, { below: [], changes, isCut: false, readAt: now() });
    await departmentDays.had("heart-clinic", new Date(now().getTime() - 40 * 86_400_000));
    const { html } = await administrator.open(at("/departments/heart-clinic"));
    expect(html).toContain("it was called “Before”");
    expect(html).toContain("It has had no visit for 40 days.");
    expect((await administrator.open(at("/departments"))).html).toMatch(
      /Heart clinic[^]*Take note[^]*have changed in the chart[^]*No visit for 40 days/,
    );
  });
});

test("connections of one name are told apart in the list", async () => {
  const { connectionSettings, hospital } = deployment.parts;
  const actor = { kind: "program", name: "test" } as const;
  const same = hospital.stackConnections.find(({ id }) => id === said.connection)?.name ?? "";
  const { revision } = await connectionSettings.add({ actor, action: "connection.added" }, "twin", {
    name: same,
    fhirBaseUrl: "https://fhir.example/r4/twin",
    environment: "production",
    visitTypes: ["Video Visit"],
    enabled: true,
  });
  const list = async () => rowsIn((await administrator.open(at("/departments"))).html).map(([, of]) => of);
  expect(await list()).toContain(`${same} (${said.connection})`);
  await connectionSettings.remove({ actor, action: "connection.removed" }, "twin", revision);
  expect(await list()).toContain(same);
});

test("the stack file's is shown, and not changed here", async () => {
  const [theirs] = deployment.parts.hospital.stackDepartments;
  const shown = await administrator.open(at("/departments/" + (theirs?.id ?? "")));
  expect([shown.status, shown.html.includes("/edit")]).toEqual([200, false]);
  for (const path of ["/edit", "/remove"]) {
    const page = await administrator.send(at("/departments/" + (theirs?.id ?? "") + path), typed());
    expect([page.status, page.html.includes("is the stack file’s")]).toEqual([409, true]);
  }
});

test("whoever is named as an account of a department signs in to the portal all the same", async () => {
  await add({ organizers: PORTAL_ACCOUNTS.globalAdministrator });
  expect(await deployment.parts.hospital.isOrganizer(PORTAL_ACCOUNTS.globalAdministrator, "anywhere")).toBe(
    true,
  );
  const page = await signInToPortal(deployment, new Person(), "globalAdministrator");
  expect([page.status, page.url.pathname]).toEqual([200, "/portal"]);
});

describe("trying its accounts", () => {
  const tryIt = async () => (await administrator.send(at("/departments/heart-clinic/try"), {})).html;

  test("says of each that Teams gives meetings, and opens one meeting however often it is tried", async () => {
    await add({ organizers: [TELEHEALTH_CARDIOLOGY, TELEHEALTH_PRIMARY_CARE].join("\n") });
    await tryIt();
    expect((await tryIt()).match(/Teams gives meetings/g)?.length).toBe(2);
  });

  test("says that the access policy is missing, with the lines that grant it", async () => {
    await add();
    deployment.sandbox.microsoft.faults.set({ accessPolicy: "missing-unauthorized" });
    const html = await tryIt();
    expect(html).toContain("The access policy is missing");
    expect(html).toContain("Grant-CsApplicationAccessPolicy");
    expect(textsOf(html, 'button[data-copy="grant-lines"]')).toHaveLength(1);
    expect(html).toContain(deployment.parts.clientId);
  });

  test("says that the directory knows no such account", async () => {
    // While the directory does not answer, an object id is taken as it is.
    deployment.sandbox.microsoft.faults.set({ graph: "down" });
    await add({ organizers: "7d0c5a1e-0000-4000-8000-00000000ffff" });
    deployment.sandbox.microsoft.faults.clear();
    expect(await tryIt()).toContain("The directory knows no such account");
  });

  test("says that Teams refuses for another reason, and to look at license and policy", async () => {
    await add();
    const { meetings } = deployment.parts;
    const open = meetings.open.bind(meetings);
    const refuses = () => Promise.reject(new MeetingsFault("refused", "403"));
    Object.assign(meetings, { open: refuses });
    expect(await tryIt()).toMatch(/Teams refuses[^]*license with Teams, and that its meeting policy allows/);
    Object.assign(meetings, { open });
  });

  test("says that Teams does not answer", async () => {
    await add();
    deployment.sandbox.microsoft.faults.set({ graph: "down" });
    expect(await tryIt()).toContain("Teams does not answer");
  });
});

describe("what a department is made of is found, and nothing is saved meanwhile", () => {
  test("locations as a tree, those of another department only shown, and many ticked at once", async () => {
    const all = await add({ locations: "", find: "locations" });
    expect(all.status).toBe(200);
    const ids = fieldsIn(all, "pickedLocations");
    expect(ids.length).toBeGreaterThan(2);
    expect(all.html).toContain("belongs to");
    const [part] = said.locations;
    const some = await add({ locations: "", find: "locations", findLocations: "CARDIOLOGY c" });
    expect(fieldsIn(some, "pickedLocations")).toContain(part);
    expect(fieldsIn(some, "pickedLocations").length).toBeLessThan(ids.length);
    expect(some.html).toContain("Found for “CARDIOLOGY c”");
    // The page's script leads there.
    expect(textsOf(some.html, "#said legend")).toEqual(["Found for “CARDIOLOGY c”"]);
    // As a browser sends a box that is ticked, together with another search.
    const ticked = await add({
      locations: "",
      pickedLocations: part ?? "",
      find: "accounts",
      findAccounts: "tele",
    });
    expect(linesIn(ticked, "locations")).toEqual([part]);
    expect(fieldsIn(ticked, "pickedOrganizers")).toContain(TELEHEALTH_PRIMARY_CARE);
    expect(await deployment.parts.departmentSettings.list()).toEqual([]);
  });

  test("accounts by the beginning of a name, by Enter in the field, too", async () => {
    const page = await add({ organizers: "", findAccounts: "telehealth c" });
    expect(fieldsIn(page, "pickedOrganizers")).toEqual([TELEHEALTH_CARDIOLOGY]);
    const guest = await add({ organizers: "", findAccounts: "noor" });
    expect([
      fieldsIn(guest, "pickedOrganizers"),
      guest.html.includes("is a guest of this directory"),
    ]).toEqual([[], true]);
    const saved = await add({ organizers: "", pickedOrganizers: TELEHEALTH_CARDIOLOGY });
    expect(saved.url.pathname).toBe("/portal/departments/heart-clinic");
    expect((await deployment.parts.departmentSettings.read("heart-clinic"))?.value.organizers).toEqual([
      TELEHEALTH_CARDIOLOGY,
    ]);
  });

  test("a form that is edited keeps the version that it showed, so what somebody else changed is still told", async () => {
    await add();
    const { departmentSettings } = deployment.parts;
    const setting = await departmentSettings.read("heart-clinic");
    if (setting === undefined) throw new Error("no department");
    const actor = { kind: "program", name: "test" } as const;
    const changed = { ...setting.value, name: "Changed meanwhile" };
    await departmentSettings.replace(
      { actor, action: "department.edited" },
      "heart-clinic",
      setting.revision,
      changed,
    );
    const edit = (more: Record<string, string>) =>
      administrator.send(at("/departments/heart-clinic/edit"), typed(more));
    const shown = await edit({ revision: String(setting.revision), find: "accounts", findAccounts: "tele" });
    const revision = fieldIn(shown, "revision");
    expect((await edit({ revision })).status).toBe(409);
  });

  test.each([
    ["", "Choose the FHIR connection first."],
    ["nowhere", "The FHIR connection is off or gone"],
  ])("locations of %j are not asked for, and it says why", async (connection, says) => {
    expect((await add({ connection, find: "locations" })).html).toContain(says);
  });

  test("a directory that refuses is told, and ids can be entered", async () => {
    deployment.sandbox.microsoft.faults.set({ graph: "down" });
    expect((await add({ findAccounts: "tele" })).html).toContain("Enter object ids.");
  });
});
