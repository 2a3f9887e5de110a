/** Department managers: an administrator sets which departments they see, and no number of another one reaches them. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { Usage } from "../../../../app/domain/usage.ts";
import {
  ADDRESSES,
  portalPath,
  type PortalAddress,
  type PortalPageName,
} from "../../../../app/flows/portal/addresses.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { withSystemClients } from "../../../harness/stack.ts";
import { attributesOf, tablesIn } from "../../../harness/html.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let deployment: Deployment;
const administrator = new Person();
const manager = new Person();
const [own, other] = ["cardiology", "family-medicine"];
const ago = (days: number) => new Date(deployment.parts.now().getTime() - days * DAY_MS);

beforeAll(async () => {
  deployment = await startDeployment({ stack: withSystemClients });
  await signInToPortal(deployment, administrator, "administrator");
  await signInToPortal(deployment, manager, "departmentManager");
});
afterAll(() => deployment.stop());

const open = (path: string, by = manager) => by.open(deployment.url + path);
const send = (name: PortalPageName, fields: Record<string, string>, by = administrator, id = "") =>
  by.send(deployment.url + portalPath(name, id), fields);
const visit = (number: number, departmentId: string, days: number, more: Partial<Usage> = {}): Usage => {
  const start = ago(days);
  const at = (minutes: number) => new Date(start.getTime() + minutes * 60_000);
  return {
    id: String(number).padStart(16, "0") as VisitId,
    connectionId: "lamna",
    departmentId,
    start,
    end: at(30),
    outcome: "completed",
    source: "presence",
    opened: start,
    together: at(1),
    over: at(21),
    attendees: 2,
    atOnce: 2,
    byPhone: 0,
    lobbySeconds: 60,
    staff: [{ account: PORTAL_ACCOUNTS.administrator, seconds: 1200 }],
    messages: [{ kind: "reminder", way: "text", state: "delivered", count: 1 }],
    ...more,
  };
};
const atRisk = async (appointment: string, departmentId: string): Promise<VisitId> => {
  const { foundVisits, hospital, now } = deployment.parts;
  const department = await hospital.department(departmentId);
  const connection = await hospital.connection(department?.connection ?? "");
  if (department === undefined || connection === undefined) throw new Error("no department");
  const id = foundVisits.idOf(connection.fhirBaseUrl, appointment);
  const start = new Date(now().getTime() + HOUR_MS);
  const seen = {
    seen: foundVisits.hash(id, "said"),
    firstSeen: now(),
    changes: 0,
    hasMeeting: true,
  } as const;
  const when = { start, end: new Date(start.getTime() + HOUR_MS), standing: "on", risk: "no-link" } as const;
  const where = { connectionId: connection.id, departmentId, location: department.locations[0] ?? "" };
  await foundVisits.add({ id, ...where, ...when, ...seen }, appointment);
  return id;
};

test("before an administrator sets any, the role shows nothing, and says who sets them", async () => {
  await deployment.parts.usages.write(visit(1, own, 3));
  for (const path of [
    "/portal/reports",
    "/portal/reports/usage",
    "/portal/reports/texts",
    "/portal/reports/allocation",
  ])
    expect((await open(path)).html).toContain("An administrator of the connector sets yours");
  const file = await send("reportCsv", { days: "30" }, manager);
  expect([file.html.includes("sets yours"), file.html.includes("Scheduled (UTC),")]).toEqual([true, false]);
  expect((await open("/portal/visits-at-risk")).html).toContain("set for you");
});

test("what is typed of a manager is judged, and a form that shows an old version changes nothing", async () => {
  const departments = { ["department-" + own]: "yes" };
  const nobody = await send("setManager", { person: "nobody@lamna.example", ...departments });
  expect([nobody.status, nobody.html.includes("knows no account")]).toEqual([422, true]);
  const none = await send("setManager", { person: "dana.osei@lamna.example" });
  expect([none.status, none.html.includes("Tick at least one")]).toEqual([422, true]);
  const set = await send("setManager", { person: "dana.osei@lamna.example", ...departments });
  expect(set.html).toContain("Dana Osei");
  const again = await send("setManager", { person: PORTAL_ACCOUNTS.departmentManager, ...departments });
  expect([again.status, again.html.includes("This person is in the list already.")]).toEqual([409, true]);
  expect(again.html).not.toContain("Somebody else has changed");
  const tickedIn = ({ html }: Page) =>
    attributesOf(html, '[name^="department-"][value="yes"][checked]', "name").map((name) => name.slice(11));
  const ticked = { ["department-" + other]: "yes" };
  const unknown = await send("setManager", { person: "nobody@lamna.example", ...ticked });
  expect([unknown.status, tickedIn(unknown)]).toEqual([422, [other]]);
  const person = PORTAL_ACCOUNTS.departmentManager;
  const kept = String((await deployment.parts.managerSettings.read(person))?.revision);
  const revisionOf = ({ html }: Page) =>
    attributesOf(html, 'form[action$="managers"] [name="revision"]', "value")[0];
  const moved = await send("setManager", { person, revision: "77", ...ticked });
  expect([moved.status, tickedIn(moved), revisionOf(moved)]).toEqual([409, [other], kept]);
  expect(moved.html).toContain("Somebody else has changed");
  expect(tablesIn(moved.html)).toContain("Lamna Family Medicine | Lamna Cardiology");
  // A form that is refused for something else is still the one that was opened.
  const unticked = await send("setManager", { person, revision: "77" });
  expect([unticked.status, tickedIn(unticked), revisionOf(unticked)]).toEqual([422, [], "77"]);
  expect(unticked.html).toContain("Edit: Dana Osei");
  const [event] = await deployment.parts.audit.events({ limit: 1 });
  expect(event).toMatchObject({
    action: "manager.set",
    object: { kind: "manager", id: PORTAL_ACCOUNTS.departmentManager },
  });
});

/** Every address that the role opens, asked in every way that might tell something of another department. */
const opened = (Object.entries(ADDRESSES) as [PortalPageName, PortalAddress][]).filter(
  ([, { needs, by }]) => needs !== "anybody" && by === undefined && needs.includes("departments"),
);
const QUERIES: readonly Readonly<Record<string, string>>[] = [
  {},
  { days: "90" },
  { days: "7", department: other },
  { days: "90", department: own, standing: "no-show" },
  { days: "90", standing: "not-known", order: "oldest" },
  { days: "90", order: "-department" },
  { days: "90", order: "attendees", after: "2020-01-01T00:00:00.000Z 0000000000000002 1" },
  { from: "2000-01-01", to: "2000-01-02" },
  { days: "90", after: "2020-01-01T00:00:00.000Z 0000000000000002" },
];

async function everything(): Promise<readonly string[]> {
  const told: string[] = [];
  for (const [name, { method }] of opened)
    for (const query of QUERIES) {
      const id = name === "tellAppointment" ? "0000000000000009" : "";
      const page =
        method === "post"
          ? await send(name, query, manager, id)
          : await open(portalPath(name, id) + "?" + new URLSearchParams(query).toString());
      // The minute in which it was made.
      told.push([name, page.status, page.html.replaceAll(/as of [\d :-]+UTC/g, "")].join(" "));
    }
  return told;
}

describe("of another department", () => {
  test("nothing that happens, is set or is broken changes anything that a manager is shown", async () => {
    // On a busy machine the directory answers too late now and then, and a page says so.
    const person = {
      objectId: PORTAL_ACCOUNTS.administrator,
      displayName: "Alex",
      userName: "alex@lamna.example",
    };
    const directory = vi.spyOn(deployment.parts.directory, "account").mockResolvedValue(person);
    await deployment.parts.usages.write(visit(2, own, 4));
    await atRisk("own", own);
    const before = await everything();
    expect(before.join("")).toContain("alex@lamna.example");
    const { usages } = deployment.parts;
    for (let number = 10; number < 80; number++) await usages.write(visit(number, other, 1 + (number % 60)));
    await usages.write(visit(90, other, 2, { outcome: "patient-absent", staff: [] }));
    await usages.write(visit(91, "gone", 2));
    await atRisk("others", other);
    const set = await send("setAllocation", { hospital: "1", ["department-" + other]: "1" });
    expect(set.status).toBe(200);
    expect((await open("/portal/reports/usage?days=90", administrator)).html).toContain("<dd>74</dd>");
    expect(await everything()).toEqual(before);
    directory.mockRestore();
  });

  test("a visit’s appointment is told from a visit that is none by nothing, and the own one’s is told", async () => {
    const [mine, theirs] = [await atRisk("own", own), await atRisk("others", other)];
    const none = await send("tellAppointment", {}, manager, "0000000000000009");
    const refused = await send("tellAppointment", {}, manager, theirs);
    expect([refused.status, refused.html]).toEqual([none.status, none.html]);
    const shown = await send("tellAppointment", {}, manager, mine);
    expect(shown.html).toContain("<code>own</code>");
    expect((await deployment.parts.audit.events({ limit: 1 }))[0]).toMatchObject({
      action: "appointment.shown",
    });
  });

  test("rows that cannot be read are told without how many", async () => {
    const { store } = deployment.parts;
    const month = ago(2).toISOString().slice(0, 7);
    const row = await store.read("usage", month, "90".padStart(16, "0"));
    if (row === undefined) throw new Error("no row");
    await store.replace("usage", { ...row, body: { ...row.body, attendees: "many" } }, row.etag);
    const { html } = await open("/portal/reports?days=30");
    expect(html).toContain("Some rows of this time cannot be read");
    expect(html).not.toMatch(/1 row of/);
    await deployment.parts.usages.remove("90".padStart(16, "0") as VisitId);
  });
});

test("a manager's file has their departments' visits alone, and the audit says whose", async () => {
  const file = await send("reportCsv", { days: "30" }, manager);
  const lines = file.html.trimEnd().split("\r\n");
  expect(lines).toHaveLength(1 + 2);
  const [event] = await deployment.parts.audit.events({ limit: 1 });
  expect(event).toMatchObject({
    action: "report.exported",
    actor: { kind: "person", objectId: PORTAL_ACCOUNTS.departmentManager },
  });
  expect(event?.changes).toContainEqual({ member: "departments", to: own });
});

test("whoever administers sees every department, whatever is set for them", async () => {
  await send("setManager", { person: PORTAL_ACCOUNTS.administrator, ["department-" + own]: "yes" });
  expect((await open("/portal/reports?days=90&department=" + other, administrator)).html).toContain("<tr>");
  expect((await open("/portal/visits-at-risk", administrator)).html).toContain("What else is wrong");
});

test("while a change of a manager waits, another one is refused with what was ticked in the form, and the page says so", async () => {
  const { approvalSettings, managerSettings, proposals } = deployment.parts;
  const actor = { kind: "person", objectId: PORTAL_ACCOUNTS.globalAdministrator } as const;
  const required = { actor, action: "approvals.required" };
  const asks = await approvalSettings.add(required, "approvals", { secondPerson: true });
  const person = PORTAL_ACCOUNTS.departmentManager;
  const revision = String((await managerSettings.read(person))?.revision);
  const fields = { person, revision, ["department-" + other]: "yes" };
  await send("setManager", fields);
  expect((await open("/portal/managers", administrator)).html).toContain(
    "A change of the departments of Dana Osei",
  );
  const waits = await send("setManager", fields);
  expect([waits.status, waits.html.includes("nothing else can be saved of this person")]).toEqual([
    409,
    true,
  ]);
  expect(waits.html).toContain(`name="department-${other}" value="yes" checked`);
  const waiting = await proposals.read("manager." + person);
  if (typeof waiting !== "object") throw new Error("nothing waits");
  await proposals.reject(actor, waiting);
  await approvalSettings.remove({ actor, action: "approvals.loosened" }, "approvals", asks.revision);
});

test("a manager whose departments are taken away sees nothing from the next page on", async () => {
  const id = PORTAL_ACCOUNTS.departmentManager;
  const now = await deployment.parts.managerSettings.read(id);
  await send("removeManager", { revision: String(now?.revision) }, administrator, id);
  expect((await open("/portal/reports")).html).toContain("sets yours");
  expect((await open("/portal/managers")).status).toBe(403);
});
