/** A change of the configuration waits for a second administrator, who approves or rejects it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import type { PortalDepartment } from "../../../../app/records/portalDepartments.ts";
import { proposals } from "../../../../app/records/proposals.ts";
import { openSettings } from "../../../../app/records/settings.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { heading } from "../provider/otherChart.ts";
import { fieldIn, rowsIn, tablesIn } from "../../../harness/html.ts";

const actor = { kind: "program", name: "test" } as const;
const VALUE = {
  name: "Awaiting",
  fhirBaseUrl: "https://fhir.example/r4/awaiting",
  environment: "test",
  visitTypes: ["Video Visit"],
  provider: {
    clientId: "provider",
    authentication: { method: "client_secret_basic", sealedSecret: "sealed-before" },
  },
  enabled: false,
} satisfies PortalConnection;

let deployment: Deployment;
const one = new Person();
const other = new Person();
const third = new Person();
beforeAll(async () => {
  deployment = await startDeployment();
  await signInToPortal(deployment, one, "administrator");
  await signInToPortal(deployment, other, "globalAdministrator");
  await signInToPortal(deployment, third, "secondGlobalAdministrator");
  await deployment.parts.connectionSettings.add({ actor, action: "connection.added" }, "waits", VALUE);
});
afterAll(() => deployment.stop());

type Fields = Record<string, string>;
const at = (path: string) => deployment.url + "/portal" + path;
const kept = async () => deployment.parts.connectionSettings.read("waits");
const approvalsRevision = async () =>
  String((await deployment.parts.approvalSettings.read("approvals"))?.revision ?? 0);
const revision = async () => String((await kept())?.revision ?? 0);
const turnOn = async (who = one) =>
  who.send(at("/connections/waits/switch"), { turn: "on", revision: await revision() });
const answer = async (who: Person, how: "approve" | "reject", id = "connection.waits") => {
  const page = await who.open(at("/approvals/" + id));
  return who.send(at(`/approvals/${id}/${how}`), { revision: fieldIn(page, "revision") });
};
const lastActions = async (limit: number) =>
  (await deployment.parts.audit.events({ limit })).map(({ action, actor: who }) => [
    action,
    who.kind === "person" ? who.objectId : who.name,
  ]);
/** The form of the connection as its reader would send it, with what they change. */
const edited = async (who: Person, fields: Fields) => {
  const page = await who.open(at("/connections/waits/edit"));
  return who.send(at("/connections/waits/edit"), {
    ...{ name: VALUE.name, fhirBaseUrl: VALUE.fhirBaseUrl, environment: "test", visitTypes: "Video Visit" },
    ...{ providerClientId: "provider", providerMethod: "secret", systemMethod: "key" },
    ...{ revision: fieldIn(page, "revision"), was: fieldIn(page, "was"), instead: fieldIn(page, "instead") },
    ...fields,
  });
};

test("is made at once, as long as nobody asks for a second person", async () => {
  await turnOn();
  expect((await kept())?.value.enabled).toBe(true);
  const off = await one.send(at("/connections/waits/switch"), { turn: "off", revision: await revision() });
  expect([off.status, (await kept())?.value.enabled]).toEqual([200, false]);
});

test("before it is turned on the page says whom it takes, and the way out", async () => {
  const { html } = await one.open(at("/approvals"));
  expect(html).toMatch(/two Global Administrators for what only they may do: to agree to texts/);
  expect(html).toContain("With one Global Administrator nobody can approve these.");
  expect(html).toContain(
    "<code>approvals.secondPerson: false</code> in <code>stacks/Pulumi.local.yaml</code>",
  );
});

test("every administrator makes it stricter, and from then on what is proposed waits", async () => {
  const page = await one.send(at("/approvals/require"), { revision: "0" });
  expect(page.html).toContain("Only a Global Administrator or the stack file can loosen it.");
  const waiting = await turnOn();
  expect([waiting.url.pathname, heading(waiting)]).toEqual([
    "/portal/approvals/connection.waits",
    "Awaiting: a change waits",
  ]);
  expect(waiting.html).toContain("Turn a connection on");
  expect((await kept())?.value.enabled).toBe(false);
  expect((await one.open(at("/connections/waits"))).html).toContain("A change waits for a second person");
  expect((await one.open(at(""))).html).toContain("1 change waits");
  expect(await lastActions(1)).toEqual([["change.proposed", PORTAL_ACCOUNTS.administrator]]);
});

test("another change of the same connection is told that one waits", async () => {
  const again = await turnOn(other);
  expect([again.status, again.html.includes("Another change of this connection waits")]).toEqual([409, true]);
  // The form of a connection does not hold whether it is on, so whoever saves it is told what is lost.
  const { html } = await other.open(at("/connections/waits/edit"));
  expect(html).toContain("It turns the connection on, which is not in the form");
  expect(html).not.toContain("The form has it");
});

test("nobody approves what they have proposed, however they ask", async () => {
  const own = await one.open(at("/approvals/connection.waits"));
  expect(own.html).not.toContain("Approve it");
  const refused = await one.send(at("/approvals/connection.waits/approve"), {
    revision: fieldIn(own, "revision"),
  });
  expect([refused.status, refused.html.includes("Somebody else has to look at it")]).toEqual([409, true]);
  expect((await kept())?.value.enabled).toBe(false);
});

test("somebody else approves it: it is written then, and both are in the trail", async () => {
  expect((await answer(other, "approve")).status).toBe(200);
  expect((await kept())?.value.enabled).toBe(true);
  expect(await lastActions(3)).toEqual([
    ["connection.turned-on", PORTAL_ACCOUNTS.globalAdministrator],
    ["change.approved", PORTAL_ACCOUNTS.globalAdministrator],
    ["change.proposed", PORTAL_ACCOUNTS.administrator],
  ]);
  const late = await other.send(at("/approvals/connection.waits/approve"), { revision: "1" });
  expect([late.status, late.html.includes("It does not wait any more")]).toEqual([409, true]);
});

test("what is rejected, or taken back, changes nothing", async () => {
  const before = await kept();
  for (const [who, action] of [
    [other, "change.rejected"],
    [one, "change.withdrawn"],
  ] as const) {
    await one.send(at("/connections/waits/remove"), { revision: await revision() });
    expect((await one.open(at("/approvals"))).html).toContain("Remove a connection");
    await answer(who, "reject");
    expect((await lastActions(1))[0]?.[0]).toBe(action);
  }
  expect(await kept()).toEqual(before);
  expect(await deployment.parts.proposals.waiting()).toEqual([]);
});

test("what was changed beneath meanwhile is said, nothing is overwritten and nothing is lost", async () => {
  const page = await edited(one, { name: "Proposed", visitTypes: "Video Visit\nTelehealth" });
  expect(page.url.pathname).toBe("/portal/approvals/connection.waits");
  const now = await kept();
  if (now === undefined) throw new Error("no connection");
  const { connectionSettings } = deployment.parts;
  const changed = { ...now.value, environment: "test", name: "Meanwhile" } as const;
  await connectionSettings.replace({ actor, action: "connection.edited" }, "waits", now.revision, changed);

  const stale = await other.open(at("/approvals/connection.waits"));
  expect(stale.html).toContain("It was changed by somebody else since this was proposed");
  expect(tablesIn(stale.html)).toContain("Awaiting | Proposed | Meanwhile");
  expect(stale.html).not.toContain("Approve it");
  const refused = await other.send(at("/approvals/connection.waits/approve"), {
    revision: fieldIn(stale, "revision"),
  });
  expect([refused.status, (await kept())?.value.name]).toEqual([409, "Meanwhile"]);

  const form = await other.open(at("/connections/waits/edit"));
  expect(form.html).toContain('value="Proposed"');
  expect(form.html).toContain("Telehealth");
  const anew = await edited(other, { name: "Both", visitTypes: "Video Visit\nTelehealth" });
  expect([anew.status, anew.url.pathname]).toEqual([200, "/portal/approvals/connection.waits"]);
  expect((await answer(one, "approve")).status).toBe(200);
  expect((await kept())?.value).toMatchObject({ name: "Both", visitTypes: ["Video Visit", "Telehealth"] });
});

const SYSTEM = { systemClientId: "system", systemMethod: "secret" };

test("a change that waits is replaced only by who has seen it, and its secret stays unseen", async () => {
  await edited(one, { name: "First", ...SYSTEM, systemSecret: "s3cret-word" });
  const form = await other.open(at("/connections/waits/edit"));
  expect(form.html).toContain("Error: A client secret that you entered has to be entered again.");
  const unseen = await edited(other, { name: "Second", ...SYSTEM, systemSecret: "another", instead: "" });
  expect([unseen.status, unseen.html.includes("Look at the change that waits")]).toEqual([409, true]);
  const page = await one.open(at("/approvals/connection.waits"));
  expect(rowsIn(page.html).flat()).toContain("First");
  expect(page.html).toContain("System client’s secret");
  const trail = JSON.stringify(await deployment.parts.audit.events({ limit: 3 }));
  for (const text of [page.html, trail]) expect(text).not.toMatch(/s3cret-word|sealed-before|"to":"sealed/);
  const [proposal] = await deployment.parts.proposals.waiting();
  const { of } = proposal?.value ?? {};
  const secret = of?.kind === "connection" && of.after?.system?.authentication;
  expect(secret).toMatchObject({ sealedSecret: expect.any(String) as string });
  expect(trail).not.toContain((secret as { sealedSecret: string }).sealedSecret);
  await answer(one, "reject");
});

test("a department's change that waits is in its form, merged with what was changed meanwhile, and replaced from there", async () => {
  const { departmentSettings, proposals: waiting } = deployment.parts;
  const ward: PortalDepartment = {
    name: "Ward",
    phone: "(202) 555-0100",
    timeZone: "America/Chicago",
    connection: "lamna",
    locations: ["ward-1", "ward-2"],
    organizers: [PORTAL_ACCOUNTS.administrator],
    lobby: "staff",
  };
  await departmentSettings.add({ actor, action: "department.added" }, "ward", ward);
  const address = at("/departments/ward/edit");
  const keptWard = async () => departmentSettings.read("ward");
  const edit = async (who: Person, fields: Fields, form?: Page) => {
    const page = form ?? (await who.open(address));
    return who.send(address, {
      ...{ name: "Ward", phone: ward.phone, timeZone: ward.timeZone, connection: "lamna", lobby: "staff" },
      ...{ locations: "ward-1\nward-2", organizers: PORTAL_ACCOUNTS.administrator, nameInTexts: "no" },
      ...{
        revision: fieldIn(page, "revision"),
        was: fieldIn(page, "was"),
        instead: fieldIn(page, "instead"),
      },
      ...fields,
    });
  };
  const opened = await other.open(address);
  expect(opened.html).not.toContain("A change of this department waits");
  const proposed = await edit(one, { name: "Proposed", locations: "ward-1\nward-2\nward-3" });
  expect(proposed.url.pathname).toBe("/portal/approvals/department.ward");
  // Whoever has not seen it does not replace it, and has both in the form then.
  const unseen = await edit(other, { name: "Unseen", phone: "(202) 555-0122" }, opened);
  expect([unseen.status, unseen.html.includes("Another change of this department waits")]).toEqual([
    409,
    true,
  ]);
  expect(tablesIn(unseen.html)).toContain("Ward | Proposed | Unseen");
  for (const text of ['value="Unseen"', 'value="(202) 555-0122"', "ward-1\nward-2\nward-3</textarea>"])
    expect(unseen.html).toContain(text);
  expect((await keptWard())?.value.name).toBe("Ward");

  const { revision: shown = 0 } = (await keptWard()) ?? {};
  const meanwhile = { ...ward, phone: "(202) 555-0111", locations: ["ward-2", "ward-4"] as [string, string] };
  await departmentSettings.replace({ actor, action: "department.edited" }, "ward", shown, meanwhile);
  const stale = await other.open(at("/approvals/department.ward"));
  expect(stale.html).toContain('href="/portal/departments/ward/edit">Go on with it in the form');
  const form = await other.open(address);
  expect(form.html).toContain("Somebody else has changed this department meanwhile");
  expect(form.html).toContain('value="Proposed"');
  expect(form.html).toContain('value="(202) 555-0111"');
  expect(form.html).toContain("ward-2\nward-4\nward-3</textarea>");
  // What is found on the way does not lose which change is replaced.
  const found = await edit(other, { find: "accounts", findAccounts: "nobody-of-that-name" }, form);
  expect(fieldIn(found, "instead")).toBe(fieldIn(form, "instead"));
  const locations = "ward-2\nward-4\nward-3";
  const anew = await edit(other, { name: "Both", phone: meanwhile.phone, locations }, found);
  expect([anew.status, anew.url.pathname]).toEqual([200, "/portal/approvals/department.ward"]);
  expect(await waiting.waiting()).toHaveLength(1);
  expect((await answer(one, "approve", "department.ward")).status).toBe(200);
  expect((await keptWard())?.value).toMatchObject({
    name: "Both",
    locations: ["ward-2", "ward-4", "ward-3"],
  });

  // What was rejected while it was in somebody's form is told there, and does not hold the form up.
  const now = { name: "Both", phone: meanwhile.phone, locations };
  await edit(one, { ...now, name: "Rejected" });
  const held = await other.open(address);
  await answer(one, "reject", "department.ward");
  const gone = await edit(other, { ...now, name: "Mine" }, held);
  expect([gone.status, gone.html.includes("does not wait any more")]).toEqual([409, true]);
  expect([fieldIn(gone, "instead"), gone.html.includes('value="Mine"')]).toEqual(["", true]);
  expect((await edit(other, { ...now, name: "Mine" }, gone)).url.pathname).toMatch(/approvals/);
  // What was approved while it was in somebody's form holds nothing up either.
  const behind = await one.open(address);
  expect((await answer(one, "approve", "department.ward")).status).toBe(200);
  const moved = await edit(one, { ...now, name: "After" }, behind);
  expect([moved.status, fieldIn(moved, "instead")]).toEqual([409, ""]);
  expect(moved.html).not.toContain("waits for a second person");

  await one.send(at("/departments/ward/remove"), { revision: fieldIn(moved, "revision") });
  const removal = await other.open(address);
  expect(removal.html).toContain("The removal of this department waits for a second person");
  expect(removal.html).not.toContain("The form has it");
  const again = await edit(other, { ...now, name: "Unseen" }, moved);
  expect(again.html).toContain("The removal of this department waits");
  await answer(one, "reject", "department.ward");
});

test("who has not seen the change of a connection that waits gets it beside what they typed, and neither is lost", async () => {
  const opened = await other.open(at("/connections/waits/edit"));
  const before = (await kept())?.value.name ?? "";
  const first = { name: "First name", visitTypes: "Video Visit\nTelehealth" };
  expect((await edited(one, first)).url.pathname).toBe("/portal/approvals/connection.waits");
  const mine = { name: before, visitTypes: "Video Visit\nTelehealth\nOther" };
  const shown = { revision: fieldIn(opened, "revision"), was: fieldIn(opened, "was"), instead: "" };
  const unseen = await edited(other, { ...mine, ...shown });
  expect([unseen.status, unseen.html.includes("Another change of this connection waits")]).toEqual([
    409,
    true,
  ]);
  expect(tablesIn(unseen.html)).toContain(`${before} | First name | Not changed by you`);
  expect(unseen.html).toContain('value="First name"');
  expect(unseen.html).toContain("Video Visit\nTelehealth\nOther</textarea>");
  await answer(one, "reject");
  const gone = await edited(other, { ...mine, ...shown, instead: fieldIn(unseen, "instead") });
  expect([gone.status, gone.html.includes("does not wait any more")]).toEqual([409, true]);
  expect(fieldIn(gone, "instead")).toBe("");
  await one.send(at("/connections/waits/remove"), { revision: await revision() });
  const removal = await other.open(at("/connections/waits/edit"));
  expect(removal.html).toContain("The removal of this connection waits for a second person");
  await answer(one, "reject");
});

test("a new connection waits, too, and two that wait do not become one chart system twice", async () => {
  const added = (id: string) =>
    deployment.parts.proposals.make(
      { actor: { kind: "person", objectId: PORTAL_ACCOUNTS.administrator }, action: "connection.added" },
      { kind: "connection", id, after: { ...VALUE, fhirBaseUrl: "https://fhir.example/r4/new" } },
    );
  expect([await added("new-one"), await added("new-two")]).toEqual(["waits", "waits"]);
  await answer(other, "approve", "connection.new-one");
  const refused = await answer(other, "approve", "connection.new-two");
  expect([refused.status, refused.html.includes("A chart system is connected once.")]).toEqual([409, true]);
  const ids = (await deployment.parts.connectionSettings.list()).map(({ id }) => id);
  expect(ids).toEqual(["new-one", "waits"]);
  await answer(other, "reject", "connection.new-two");
});

test("a connection is turned off at once, and turned on by a second person", async () => {
  const turn = async (how: "on" | "off") =>
    one.send(at("/connections/waits/switch"), { turn: how, revision: await revision() });
  await turn("on");
  await answer(other, "approve");
  expect((await kept())?.value.enabled).toBe(true);
  expect((await turn("off")).url.pathname).toBe("/portal/connections/waits");
  expect([(await kept())?.value.enabled, await deployment.parts.proposals.waiting()]).toEqual([false, []]);
});

test("it is loosened by a Global Administrator and a second one, and by no other administrator", async () => {
  const fields = { revision: await approvalsRevision() };
  expect((await one.send(at("/approvals/loosen"), fields)).status).toBe(403);
  const proposed = await other.send(at("/approvals/loosen"), fields);
  expect([proposed.url.pathname, heading(proposed)]).toEqual([
    "/portal/approvals/approvals.approvals",
    "Approvals: a change waits",
  ]);
  expect(proposed.html).toContain("Nothing is changed yet: it waits for a second person.");
  expect(await deployment.parts.proposals.isAsked()).toBe(true);
  const shown = await one.open(at("/approvals/approvals.approvals"));
  expect([
    shown.html.includes("Approve it"),
    shown.html.includes("only a Global Administrator approves it"),
  ]).toEqual([false, true]);
  const refused = await answer(one, "approve", "approvals.approvals");
  expect([refused.status, heading(refused)]).toEqual([403, "Your account has no role for this page"]);
  expect(await deployment.parts.proposals.isAsked()).toBe(true);
  await answer(third, "approve", "approvals.approvals");
  expect(await deployment.parts.proposals.isAsked()).toBe(false);
});

test("what has waited for seven days is not approved any more, and the page says until when it waited", async () => {
  const { parts } = deployment;
  const weekAgo = () => new Date(parts.now().getTime() - 7 * 86_400_000);
  const old = openSettings(proposals, { ...parts, now: weekAgo });
  const after = { ...VALUE, fhirBaseUrl: "https://fhir.example/r4/late" };
  await old.add({ actor, action: "change.proposed" }, "connection.late", {
    of: { kind: "connection", id: "late", after },
    action: "connection.added",
    by: PORTAL_ACCOUNTS.administrator,
  });
  const shown = await other.open(at("/approvals/connection.late"));
  expect(shown.html).toMatch(/Waits until.*then it is taken away/);
  const late = await answer(other, "approve", "connection.late");
  expect([late.status, late.html.includes("It has waited for 7 days")]).toEqual([409, true]);
  expect(await parts.connectionSettings.read("late")).toBeUndefined();
});
