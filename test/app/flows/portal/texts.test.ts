/**
 * Texts in the portal: off until both consents, for the connections that were ticked, live by a Global Administrator alone.
 */
import { Fragment, h } from "preact";
import { renderToString as render } from "preact-render-to-string";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CONSENT_WORDS } from "../../../../app/domain/textConsents.ts";
import type { Environment } from "../../../../app/domain/environment.ts";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import { openTextingNow, TEXTING_ID, type PortalTexting } from "../../../../app/records/portalTexting.ts";
import { mailSenderOf } from "../../../../app/domain/mailing.ts";
import type { PortalRight } from "../../../../app/domain/portalRights.ts";
import type { AskedBySomebody } from "../../../../app/flows/portal/access.ts";
import { textsAnswers } from "../../../../app/flows/portal/texts/answers.tsx";
import { textsAsSet, type AsSet } from "../../../../app/flows/portal/texts/asSet.ts";
import { Consents, textedWords } from "../../../../app/flows/portal/texts/consents.tsx";
import { livePage } from "../../../../app/flows/portal/texts/livePage.tsx";
import { MailCard } from "../../../../app/flows/portal/texts/mailCard.tsx";
import { StaffCard } from "../../../../app/flows/portal/texts/staffCard.tsx";
import { LiveCard, Words } from "../../../../app/flows/portal/texts/wordsAndLive.tsx";
import type { DataRegions } from "../../../../app/records/dataRegions.ts";
import type { PortalSession } from "../../../../app/records/portalSessions.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { connectionOf } from "../../../harness/findingDeployment.ts";
import { fieldsIn, tablesIn, textsOf } from "../../../harness/html.ts";
import { textOf } from "../../../../infra/rehearsal/visit/html.ts";

const SILENT = { error: () => undefined };

let deployment: Deployment;
const decides = new Person();
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment();
  await signInToPortal(deployment, decides, "globalAdministrator");
  await signInToPortal(deployment, administrator, "administrator");
});
afterAll(() => deployment.stop());

const at = (path: string) => deployment.url + "/portal/texts" + path;
/** Sends a form as the page shows it now, with some fields changed. */
async function send(path: string, fields: Record<string, string>, who = decides): Promise<Page> {
  const shown = await deployment.parts.textingSettings.read(TEXTING_ID);
  return who.send(at(path), { revision: String(shown?.revision ?? 0), ...fields });
}
const numberNow = () => deployment.parts.messaging?.number ?? "";
const BOTH = { sendOnBehalf: "yes", attendeesConsent: "yes" };
const texted = () => {
  const { messaging } = deployment.parts;
  return deployment.parts.hospital.stackConnections
    .filter((one) => messaging?.textsPatientsOf(one))
    .map(({ id }) => id);
};

test("the page has both consents in the document’s words, the number, and every text with its segments", async () => {
  const { html } = await decides.open(at(""));
  for (const words of Object.values(CONSENT_WORDS)) expect(html).toContain(words);
  expect(html).toContain(deployment.parts.messaging?.number ?? "none");
  expect(textsOf(html, 'td[lang="en"], td[lang="es"]')).toHaveLength(10);
  expect(html).not.toContain("A character doubles the cost");
  expect(html).toContain(">Segments</th>");
  expect(html).not.toContain("No text leaves from here");
});

test("where no text can leave, nothing is said of segments and cost", async () => {
  const dataRegions: DataRegions = { told: () => [{ what: "texts and mails", region: "europe" }] };
  const { samples } = await textsAsSet({ ...deployment.parts, dataRegions });
  expect(samples.map(({ charged }) => charged)).toEqual(samples.map(() => undefined));
  const html = render(h(Words, { samples }));
  expect(textsOf(html, 'td[lang="en"], td[lang="es"]')).toHaveLength(10);
  expect(html).toContain("No text leaves from here");
  expect(html).not.toMatch(/Segments|cost/);
});

test("the page says where mails come from, and that from Azure’s domain only staff’s links are mailed", async () => {
  const { html } = await decides.open(at(""));
  const { address = "" } = deployment.parts.messaging?.mailSender ?? {};
  expect(html).toContain(address);
  const card = (sender: string) =>
    render(MailCard({ mailSender: mailSenderOf(sender, undefined), stackFile: "Pulumi.lamna.yaml" }));
  expect(card("DoNotReply@0c1f.azurecomm.net")).toContain(
    "from Azure’s domain until a domain of the hospital’s",
  );
  expect(card("DoNotReply@mail.lamna.example")).not.toContain("Azure’s domain");
});

test("the page says what is sent for each connection, how long before, and at which hours", async () => {
  const { html } = await decides.open(at(""));
  expect(html).toMatch(/<dt[^>]*>Sending hours<\/dt><dd[^>]*>Always/);
  expect(html).toContain("At most 14 days before the visit");
  expect(
    tablesIn(html).match(/First notice, Moved, Canceled, Reminder \| 1 day, 2 minutes before/g),
  ).toHaveLength(2);
});

test("what the stack file says is shown ticked and locked, with its file and key", () => {
  const shown = render(
    Consents({
      ...{ said: { ...said, connections: [...said.connections] }, stackFile: "Pulumi.lamna.yaml" },
      names: new Map(),
      connections: [
        { id: "stacks", name: "Stack’s", isTexted: true },
        { id: "own", name: "Own", isTexted: false },
      ],
    } as unknown as Parameters<typeof Consents>[0]),
  );
  expect(textsOf(shown, "fieldset.field[disabled]")).toHaveLength(2);
  expect(shown.match(/ checked/g)).toHaveLength(3);
  for (const words of ["Pulumi.lamna.yaml", "sms.consents", "sms.connections"])
    expect(shown).toContain(words);
});

test.each([
  [{}, undefined],
  [{ number: undefined, verification: "notStarted" }, "there is a number"],
  [{ verification: "submitted" }, "the carriers have approved the number"],
  [{ isLive: false }, "texts are live"],
  [{ verification: "rejected", isLive: false }, "the carriers have approved the number and texts are live"],
  [{ environment: "test", isLive: false }, undefined],
  [{ environment: "test", isLive: false, verification: "rejected" }, "the carriers have approved the number"],
])("texts that are on, with %j, wait until %s", (change, until) => {
  const connections = [{ id: "own", name: "Own", isTexted: true, isOn: true }];
  const all = { number: "+18335550100", verification: "approved", isLive: true, names: new Map(), ...change };
  const props = { ...all, said, connections, stackFile: "x" } as unknown as Parameters<typeof Consents>[0];
  const words = textOf(render(Consents(props)));
  expect(/None is sent to them until (.*): see below/.exec(words)?.[1]).toBe(until);
});

test("on a laptop a first setting ends texts of nobody; a withdrawal does", async () => {
  const all = texted();
  expect([all.length > 0, await deployment.parts.textingSettings.read(TEXTING_ID)]).toEqual([
    true,
    undefined,
  ]);
  await send("/staff", { phones: "(202) 555-0147", mails: "" });
  expect((await deployment.parts.textingSettings.read(TEXTING_ID))?.value).toEqual({
    staff: { phones: ["+12025550147"], mails: [] },
  });
  expect([texted(), deployment.parts.textingNow.current().isAgreed]).toEqual([all, true]);
  await send("/withdrawal", {});
  expect([texted(), deployment.parts.textingNow.current().isAgreed]).toEqual([[], false]);
  const { textingNow, textingSettings } = deployment.parts;
  const shown = await textingSettings.read(TEXTING_ID);
  const change = { actor: { kind: "program", name: "test" }, action: "texting.removed" } as const;
  await textingSettings.remove(change, TEXTING_ID, shown?.revision ?? 0);
  await textingNow.refresh();
});

const chartOf = (id: string) =>
  deployment.parts.hospital.stackConnections.find((one) => one.id === id)?.fhirBaseUrl;

test("one consent is none, no connection is none; both are kept with who, when and which wording", async () => {
  expect((await send("/withdrawal", {})).status).toBe(200);
  expect(texted()).toEqual([]);
  const one = await send("/consents", { sendOnBehalf: "yes", "connection-lamna": "yes" });
  expect([one.status, one.html.includes("Both consents are needed")]).toEqual([422, true]);
  expect((await send("/consents", BOTH)).status).toBe(422);
  expect(texted()).toEqual([]);
  const page = await send("/consents", { ...BOTH, "connection-lamna-test": "yes" });
  expect([page.status, page.url.pathname, texted()]).toEqual([200, "/portal/texts", ["lamna-test"]]);
  // Who unticks something to stop texts is told that they go on.
  const title = (html: string) => textsOf(html, ".notice-title")[0];
  expect(title(one.html)).toBe("Texts stay off");
  for (const fields of [BOTH, { sendOnBehalf: "yes", "connection-lamna-test": "yes" }]) {
    const less = await send("/consents", fields);
    expect([less.status, title(less.html)]).toEqual([422, "Nothing was changed: texts are still on"]);
    expect(less.html).toContain("To stop texts, take the consents back.");
    expect(texted()).toEqual(["lamna-test"]);
  }
  const by = PORTAL_ACCOUNTS.globalAdministrator;
  const { displayName = "" } = (await deployment.parts.directory.person(by)) ?? {};
  expect(page.html.split(`Agreed to by ${displayName} (<code>${by}</code>) on`)).toHaveLength(3);
  const consent = { by, at: expect.any(String) as string, words: 1 };
  expect((await deployment.parts.textingSettings.read(TEXTING_ID))?.value).toEqual({
    consents: { sendOnBehalf: consent, attendeesConsent: consent },
    connections: ["lamna-test"],
    charts: [{ connection: "lamna-test", fhirBaseUrl: chartOf("lamna-test") }],
    notTexted: ["lamna"],
  });
  const [event] = await deployment.parts.audit.events({ limit: 1 });
  expect(event).toMatchObject({ action: "texting.agreed", object: { kind: "texting" } });
});

test("each connection is given the number or none, by a Global Administrator, and STOP’s reach is said", async () => {
  const { html } = await administrator.open(at(""));
  expect(html).toContain("an opt-out is for the number that texts come from");
  const all = { "number-lamna": "texted", "number-lamna-test": "texted" };
  expect((await send("/configuration", all, administrator)).status).toBe(403);
  expect(texted()).toEqual(["lamna-test"]);
  expect((await send("/configuration", all)).status).toBe(200);
  expect(texted()).toEqual(["lamna", "lamna-test"]);
  const why = () => {
    const [lamna] = deployment.parts.hospital.stackConnections;
    return lamna && deployment.parts.textingNow.current().whyNotTexted(lamna);
  };
  await send("/configuration", { "number-lamna-test": "texted" });
  expect([texted(), why()]).toEqual([["lamna-test"], "chosen"]);
  await send("/withdrawal", {});
  const unagreed = await send("/configuration", all);
  expect([unagreed.status, texted(), unagreed.html.includes("Nobody has agreed")]).toEqual([409, [], true]);
  await send("/consents", { ...BOTH, "connection-lamna-test": "yes" });
});

test("of a connection that the form did not have, nothing is chosen by it; and a form may have thousands", async () => {
  const { connectionSettings, textingNow, textingSettings } = deployment.parts;
  const { html } = await decides.open(at(""));
  const shown = fieldsIn({ html }, "connections").map((ids) => ids.split(" ").toSorted());
  expect(shown).toEqual([
    ["lamna", "lamna-test"],
    ["lamna", "lamna-test"],
  ]);
  const actor = { kind: "program", name: "test" } as const;
  const value = {
    name: "Added meanwhile",
    fhirBaseUrl: "https://fhir.example/r4/meanwhile",
    environment: "test",
    visitTypes: ["Video Visit"],
    enabled: true,
  } satisfies PortalConnection;
  const { revision } = await connectionSettings.add(
    { actor, action: "connection.added" },
    "meanwhile",
    value,
  );
  const about = { id: "meanwhile", fhirBaseUrl: value.fhirBaseUrl };
  const notTexted = async () => (await textingSettings.read(TEXTING_ID))?.value.notTexted;
  const others = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, index) => ["number-none-of-" + String(index), ""]),
  );
  const fields = { connections: "lamna lamna-test", "number-lamna": "", "number-lamna-test": "texted" };
  expect((await send("/configuration", { ...others, ...fields })).status).toBe(200);
  expect([await notTexted(), textingNow.current().whyNotTexted(about)]).toEqual([["lamna"], "not-said"]);
  const ticks = { ...BOTH, connections: "lamna lamna-test", "connection-lamna-test": "yes" };
  expect((await send("/consents", { ...others, ...ticks })).status).toBe(200);
  expect([await notTexted(), textingNow.current().whyNotTexted(about)]).toEqual([["lamna"], "not-said"]);
  // Whoever had it in the form and gave it none has chosen so, and a form without it leaves that as it is.
  const now = { ...fields, connections: "lamna lamna-test meanwhile", "number-meanwhile": "" };
  await send("/configuration", now);
  expect(textingNow.current().whyNotTexted(about)).toBe("chosen");
  await send("/configuration", { ...now, "number-meanwhile": "texted" });
  await send("/configuration", fields);
  expect(textingNow.current().textsPatientsOf(about)).toBe(true);
  await send("/configuration", now);
  await connectionSettings.remove({ actor, action: "connection.removed" }, "meanwhile", revision);
});

test("a connection is given its number before it is first turned on, as the document has it, and is texted from then on", async () => {
  const { connectionSettings, hospital, messaging, textingSettings } = deployment.parts;
  const actor = { kind: "program", name: "test" } as const;
  const value = {
    name: "Not allowed yet",
    fhirBaseUrl: "https://fhir.example/r4/later",
    environment: "production",
    visitTypes: ["Video Visit"],
    enabled: false,
  } satisfies PortalConnection;
  const { revision } = await connectionSettings.add({ actor, action: "connection.added" }, "later", value);
  const { html } = await decides.open(at(""));
  expect(html.match(/Not allowed yet \(off\)/g)?.length).toBeGreaterThanOrEqual(3);
  const page = await send("/configuration", { "number-lamna-test": "texted", "number-later": "texted" });
  expect(page.html).toContain("Patients of Not allowed yet (off) are texted once it is on.");
  const kept = (await textingSettings.read(TEXTING_ID))?.value;
  expect(kept?.connections).toEqual(["lamna-test", "later"]);
  // Its rules, too, are set before.
  const rules = await decides.open(at("/rules"));
  expect(rules.html).toContain('name="kind-later-confirmation"');
  const on = { ...value, enabled: true };
  const after = await connectionSettings.replace({ actor, action: "connection.on" }, "later", revision, on);
  const later = await hospital.connection("later");
  expect(later && messaging?.textsPatientsOf(later)).toBe(true);
  // Another chart under the same name is not what was agreed to.
  const moved = { ...on, fhirBaseUrl: "https://fhir.example/r4/moved" };
  const last = await connectionSettings.replace(
    { actor, action: "connection.edited" },
    "later",
    after.revision,
    moved,
  );
  const elsewhere = await hospital.connection("later");
  expect(elsewhere && deployment.parts.textingNow.current().whyNotTexted(elsewhere)).toBe("other-chart");
  expect(elsewhere && messaging?.whyNotTexted(elsewhere)).toBe("other-chart");
  await connectionSettings.remove({ actor, action: "connection.removed" }, "later", last.revision);
  await send("/consents", { ...BOTH, "connection-lamna-test": "yes" });
});

test("patients of several connections that are off are texted once they are on", () => {
  const linked = ["Own", "East", "West"].map((name) => ({ name, isOn: name === "Own" }));
  const words = textedWords(linked as unknown as Parameters<typeof textedWords>[0], "production");
  expect(words).toBe("Patients of Own are texted. Patients of East, West are texted once they are on.");
});

test("of test charts it is said that listed staff alone are texted, whichever deployment reads them", () => {
  const of = (name: string, environment: string) => ({ name, isOn: true, environment });
  const both = [of("Own", "production"), of("Trial", "test")] as unknown as Parameters<typeof textedWords>[0];
  expect(textedWords(both, "production")).toBe(
    "Patients of Own are texted. Of Trial listed staff alone are texted, always: it has a test chart.",
  );
  expect(textedWords(both.slice(1), "test")).toBe(
    "Of Trial listed staff alone are texted, always: it is a test deployment.",
  );
  expect(textedWords(both, "local")).toBe("Patients of Own, Trial are texted.");
});

test("where the stack file says who gets the number, it is neither generated nor given back here", async () => {
  for (const [path, title] of [
    ["/number", "Nothing was bought"],
    ["/number/given-back", "The number was not given up"],
  ] as const) {
    const { status, html } = await send(path, { number: "+18335550100", reason: "Released" });
    expect([status, html.includes(title)]).toEqual([409, true]);
    expect(html).toContain("under number or numbers");
  }
});

test("a connection that is off keeps its number when others’ are set, for the chart that was agreed to", async () => {
  const { textingSettings } = deployment.parts;
  const charts = [{ connection: "off", fhirBaseUrl: "https://fhir.example/r4/off" }];
  const { revision = 0, value = { connections: [] } } = (await textingSettings.read(TEXTING_ID)) ?? {};
  const change = { actor: { kind: "program", name: "test" }, action: "texting.configured" } as const;
  const withOff = { ...value, connections: [...(value.connections ?? []), "off", "of-no-chart"], charts };
  await textingSettings.replace(change, TEXTING_ID, revision, withOff);
  await send("/configuration", { "number-lamna-test": "texted" });
  const now = (await textingSettings.read(TEXTING_ID))?.value;
  expect(now?.connections).toEqual(["lamna-test", "off"]);
  expect(now?.charts).toContainEqual(charts[0]);
  await send("/consents", { ...BOTH, "connection-lamna-test": "yes" });
  expect((await textingSettings.read(TEXTING_ID))?.value.connections).toEqual(["lamna-test"]);
});

test("texts go live by a Global Administrator, after a page that says what will happen, and back to a pilot", async () => {
  await send("/live", { turn: "pilot" });
  expect(deployment.parts.messaging?.isLive).toBe(false);
  const { html } = await administrator.open(at("/live"));
  expect(html).toMatch(/0 visits are known for the next 14 days[^]*no first notice/);
  expect(html).toContain("Only a Global Administrator sets texts live.");
  expect((await send("/live", { turn: "live" }, administrator)).status).toBe(403);
  expect(deployment.parts.messaging?.isLive).toBe(false);
  await send("/live", { turn: "live" });
  expect(deployment.parts.messaging?.isLive).toBe(true);
  await send("/configuration", {});
  expect((await decides.open(at(""))).html).toContain("no connection is linked to the number");
  await send("/withdrawal", {});
  await send("/live", { turn: "pilot" });
  const refused = await send("/live", { turn: "live" });
  expect([refused.status, refused.html.includes("Nobody has agreed to texts yet")]).toEqual([409, true]);
});

test.each([true, false])(
  "live with connections that are texted (%s), the card says whether texts go out",
  (isTexted) => {
    const shown = render(
      LiveCard({
        ...{ isLive: true, connections: [{ id: "lamna", name: "Lamna", isTexted }], stackFile: "" },
        session: { rights: ["decide"] },
      } as unknown as Parameters<typeof LiveCard>[0]),
    );
    expect(["What is sent goes to patients", "Texts are off"].map((words) => shown.includes(words))).toEqual([
      isTexted,
      !isTexted,
    ]);
    expect(shown).toContain("Back to a pilot");
  },
);

test("in a test deployment the card says that it never goes live, and leads to no page about that", () => {
  const shown = render(
    LiveCard({
      ...{ isLive: false, environment: "test", connections: [], stackFile: "" },
      session: { rights: ["decide"] },
    } as unknown as Parameters<typeof LiveCard>[0]),
  );
  expect(textOf(shown)).toContain("It is a test deployment, and never goes live");
  expect([shown.includes("Pilot"), shown.includes("<a ")]).toEqual([false, false]);
});

test("going live says who is texted, who is only mailed, and who is not told at all", async () => {
  const of = async (change: Partial<AsSet>) => {
    const set = { ...(await textsAsSet(deployment.parts)), isAgreed: true, isLive: false, ...change };
    const known = { visits: 1, days: 14 };
    const page = livePage((parts) => render(h(Fragment, null, parts.main)), sessionOf(["configure"]), {
      ...{ set, known, environment: set.environment },
    });
    return textOf(page);
  };
  const connections: AsSet["connections"] = [
    { id: "a", name: "Linked", isOn: true, environment: "production", isTexted: true },
    { id: "b", name: "None", isOn: true, environment: "production", isTexted: false },
    { id: "c", name: "Copy", isOn: true, environment: "test", isTexted: true },
  ];
  const own = { environment: "production", connections, number: "+18335550100" } as const;
  const mailSender = mailSenderOf("DoNotReply@mail.lamna.example", undefined);
  const live = await of({ ...own, isLive: true });
  expect([live.includes("goes to patients already"), live.includes("Set live")]).toEqual([true, false]);
  const both = await of({ ...own, mailSender });
  expect(both).toContain("Patients of Linked are texted and mailed from now on.");
  expect(both).toContain("Patients of None are mailed from now on, and not texted");
  expect(both).not.toContain("Copy");
  const azures = mailSenderOf("DoNotReply@0c1f.azurecomm.net", undefined);
  const texts = await of({ ...own, mailSender: azures });
  expect(texts).toContain("Patients of Linked are texted from now on.");
  expect(texts).not.toContain("mailed");
  const none = connections.slice(1);
  expect(await of({ ...own, connections: none, mailSender: azures })).toContain(
    "no connection of production is linked to the number, and nobody is mailed",
  );
  expect(await of({ ...own, isAgreed: false })).toContain("nobody has agreed to texts");
});

test("an administrator enters how far the carriers are, and only an approved number is texted from", async () => {
  await send("/verification", { number: numberNow(), verification: "rejected" }, administrator);
  expect(deployment.parts.messaging?.isApproved).toBe(false);
  expect(
    (await send("/verification", { number: numberNow(), verification: "soon" }, administrator)).status,
  ).toBe(422);
  await send("/verification", { number: numberNow(), verification: "approved" }, administrator);
  expect(deployment.parts.messaging?.isApproved).toBe(true);
});

test("staff are listed one a line, as texts need them; what is none is said by itself and nothing is kept", async () => {
  const PHONE = "+12025550147";
  const wrong = await send("/staff", { phones: "(202) 555-0147\n911", mails: "kim" }, administrator);
  expect(wrong.status).toBe(422);
  for (const words of [
    "“911” is no number that texts arrive at",
    "“kim” is no mail address",
    "(202) 555-0147\n911",
  ])
    expect(wrong.html).toContain(words);
  expect(wrong.html).toMatch(/id="said" tabindex="-1"><div class="notice error" role="alert">/);
  expect(wrong.html.indexOf("Some fields need another look")).toBeLessThan(wrong.html.indexOf("<h2>"));
  // A long line is in the form whole, and is not repeated whole.
  const long = (await send("/staff", { phones: "", mails: "k".repeat(5_000) }, administrator)).html;
  expect(long).toContain(`“${"k".repeat(80)}…” is no mail address`);
  expect(long.split("k".repeat(5_000))).toHaveLength(2);
  expect(deployment.parts.messaging?.isStaff(PHONE)).toBe(false);
  const mails = "Kim@lamna.example\n\nkim@lamna.example";
  await send("/staff", { phones: "(202) 555-0147\r\n+1 202 555 0147", mails }, administrator);
  const { staff } = (await deployment.parts.textingSettings.read(TEXTING_ID))?.value ?? {};
  expect(staff).toEqual({ phones: [PHONE], mails: ["kim@lamna.example"] });
  const { messaging } = deployment.parts;
  expect([PHONE, "kim@LAMNA.example", "+12025550148"].map((one) => messaging?.isStaff(one))).toEqual([
    true,
    true,
    false,
  ]);
});

test("the list of staff that was typed is in the form after somebody else has changed it", async () => {
  const now = String((await deployment.parts.textingSettings.read(TEXTING_ID))?.revision);
  const typed = { phones: "+12025550149", mails: "kim@lamna.example" };
  const moved = await send("/staff", { revision: "77", ...typed });
  expect(moved.status).toBe(409);
  const ofRevision = (revision: string) =>
    new RegExp(
      `/staff" class="stacked">(<input [^>]*>)?<input type="hidden" name="revision" value="${revision}"`,
    );
  expect(moved.html).toContain(">+12025550149</textarea>");
  expect(moved.html).toMatch(ofRevision(now));
  expect(tablesIn(moved.html)).toContain("+12025550149 | +12025550147");
  // A form that is refused for something else is still the one that was opened.
  expect((await send("/staff", { revision: "77", mails: "kim" })).html).toMatch(ofRevision("77"));
});

test("what was chosen in the other forms is in them after somebody else has changed texts, and Save keeps it", async () => {
  await send("/consents", { ...BOTH, "connection-lamna": "yes" });
  const { revision } = (await deployment.parts.textingSettings.read(TEXTING_ID)) ?? {};
  const formIn = (page: Page, path: string) =>
    new RegExp(`<form[^>]*action="/portal/texts${path}"[^]*?</form>`).exec(page.html)?.[0] ?? "";
  const ticked = (form: string) =>
    [...form.matchAll(/name="([^"]*)" value="yes" checked/g)].map(([, name]) => name);
  const chosenIn = (form: string) =>
    [
      ...form.matchAll(/<select[^>]*name="([^"]*)"[^>]*>(?:(?!<\/select>)[^])*?value="([^"]*)" selected/g),
    ].map(([, ...one]) => one.join("="));
  const shown = { connections: "lamna lamna-test" };
  for (const [at, isMoved] of [
    ["77", true],
    [String(revision), false],
  ] as const) {
    const consents = await send("/consents", {
      ...{ revision: at, ...shown, "connection-lamna-test": "yes", sendOnBehalf: "yes" },
      ...(isMoved && { attendeesConsent: "yes" }),
    });
    const both = ["sendOnBehalf", "attendeesConsent"].slice(0, isMoved ? 2 : 1);
    expect([consents.status, ticked(formIn(consents, "/consents"))]).toEqual([
      isMoved ? 409 : 422,
      [...both, "connection-lamna-test"],
    ]);
    expect(formIn(consents, "/consents")).toContain(`name="revision" value="${String(revision)}"`);
    // The other forms show what is kept.
    expect(chosenIn(formIn(consents, "/configuration"))).toEqual(["number-lamna=texted"]);
    expect(tablesIn(consents.html).includes("Texted | Not texted")).toBe(isMoved);
  }
  const old = { revision: "77", ...shown };
  const configured = await send("/configuration", { ...old, "number-lamna-test": "texted" });
  expect([configured.status, chosenIn(formIn(configured, "/configuration"))]).toEqual([
    409,
    ["number-lamna-test=texted"],
  ]);
  // A connection that the form did not have is as it is kept.
  const fewer = await send("/configuration", { ...old, connections: "lamna-test" });
  expect(chosenIn(formIn(fewer, "/configuration"))).toEqual(["number-lamna=texted"]);
  const entered = await send("/verification", { ...old, number: numberNow(), verification: "submitted" });
  expect([entered.status, chosenIn(formIn(entered, "/verification"))]).toEqual([
    409,
    ["verification=submitted"],
  ]);
  expect(tablesIn(entered.html)).toContain("Submitted | Approved");
  // What was said of another number is not kept for this one.
  const other = await send("/verification", { ...old, number: "+18445550199", verification: "rejected" });
  expect([other.status, chosenIn(formIn(other, "/verification"))]).toEqual([409, ["verification=approved"]]);
  const live = await send("/live", { ...old, turn: "live" });
  expect([live.status, live.html.includes("What will happen"), formIn(live, "/live")]).toEqual([
    409,
    true,
    expect.stringContaining(`name="revision" value="${String(revision)}"`),
  ]);
  await send("/withdrawal", {});
  const tried = await send("/trial", { to: "+12025550147" });
  expect([tried.status, chosenIn(formIn(tried, "/trial"))]).toEqual([409, ["to=+12025550147"]]);
});

/** The same deployment, were it a production one. */
const production = () => ({ ...deployment.parts, environment: "production" as const });
const sessionOf = (rights: readonly PortalRight[], isFresh = true) =>
  ({
    administrator: { objectId: "somebody", userName: "somebody@lamna.example" },
    rights,
    isFresh,
  }) as PortalSession;

test("in production only a Global Administrator adds to the list of staff, and every administrator takes off it", async () => {
  const kept = () => deployment.parts.textingSettings.read(TEXTING_ID);
  const answers = textsAnswers(production(), () => "");
  const list = async (session: PortalSession, phones: string, mails: string) => {
    const body = { revision: String((await kept())?.revision ?? 0), phones, mails };
    const asked = { request: { body }, response: { redirect: () => undefined }, session };
    return answers.listStaff(asked as unknown as AskedBySomebody);
  };
  const [PHONE, OTHER, MAIL] = ["+12025550147", "+12025550148", "kim@lamna.example"];
  const ordinary = sessionOf(["configure"]);
  const had = (await kept())?.value.staff;
  expect(had).toEqual({ phones: [PHONE], mails: [MAIL] });
  for (const [phones, mails] of [
    [`${PHONE}\n${OTHER}`, MAIL],
    [OTHER, ""],
    [PHONE, `${MAIL}\njules@lamna.example`],
  ] as const) {
    await expect(list(ordinary, phones, mails)).rejects.toMatchObject({ kind: "role-missing" });
    const stale = sessionOf(["configure", "decide"], false);
    await expect(list(stale, phones, mails)).rejects.toMatchObject({ kind: "sign-in-again" });
  }
  expect((await kept())?.value.staff).toEqual(had);
  await list(ordinary, "", MAIL.toUpperCase());
  expect((await kept())?.value.staff).toEqual({ phones: [], mails: [MAIL.toUpperCase()] });
  await list(sessionOf(["configure", "decide"]), PHONE, MAIL);
  expect((await kept())?.value.staff).toEqual(had);
  const about = { stackFile: "Pulumi.lamna.yaml", names: new Map<string, string>(), refusal: undefined };
  const shown = { ...(await textsAsSet(production())), ...about };
  expect(render(StaffCard(shown))).toContain("Only a Global Administrator adds to the list");
});

test("a test text goes to one of the listed staff, once, and to nobody else", async () => {
  const { desk } = deployment.sandbox.communication;
  const texts = () => desk.texts.flatMap((one) => (one.kind === "text" ? [one.to + " " + one.text] : []));
  const others = await send("/trial", { to: "+12025550148" }, administrator);
  expect([others.status, texts()]).toEqual([409, []]);
  const unagreed = await send("/trial", { to: "+12025550147" }, administrator);
  expect([unagreed.status, texts()]).toEqual([409, []]);
  expect(unagreed.html).toContain("Nobody has agreed to texts");
  await send("/consents", { ...BOTH, "connection-lamna-test": "yes" });
  const sent = await send("/trial", { to: "+12025550147" }, administrator);
  expect([sent.status, sent.html.includes("The test text was sent")]).toEqual([200, true]);
  expect(texts()).toEqual([
    expect.stringMatching(/^\+12025550147 Lamna Healthcare: This is a test of texts/),
  ]);
  await send("/verification", { number: numberNow(), verification: "rejected" }, administrator);
  const unapproved = await send("/trial", { to: "+12025550147" }, administrator);
  expect([unapproved.status, texts().length]).toEqual([409, 1]);
  expect(unapproved.html).toContain("code 4010");
  await send("/verification", { number: numberNow(), verification: "approved" }, administrator);
  const [event] = (await deployment.parts.audit.events({ limit: 9 })).filter(
    ({ action }) => action === "texting.tried",
  );
  expect(event).toMatchObject({ object: { kind: "texting" }, changes: [] });
  await unreadableAsStackSays(async () => {
    const unread = await administrator.send(at("/trial"), { to: "+12025550147" });
    expect([unread.status, texts().length]).toEqual([503, 1]);
    expect(unread.html).toContain("No test text was sent");
  });
  await send("/withdrawal", {});
});

/** The row of what is set of texts is damaged, and the stack file says all that was set. */
async function unreadableAsStackSays(meanwhile: () => Promise<void>): Promise<void> {
  const { store, textingNow } = deployment.parts;
  const [container, partition, id] = ["settings", "hospital", "texting-texting"] as const;
  const row = await store.read(container, partition, id);
  if (row === undefined) throw new Error("nothing is set of texts");
  const { etag, body, ...where } = row;
  const current = textingNow.current.bind(textingNow);
  const stands = current();
  await store.replace(container, { ...where, body: { ...body, value: "damaged" } }, etag);
  Object.assign(textingNow, { current: () => ({ ...stands, unreadable: "damaged" }) });
  await meanwhile();
  Object.assign(textingNow, { current });
  const damaged = await store.read(container, partition, id);
  await store.replace(container, { ...where, body }, damaged?.etag ?? "none");
  await textingNow.refresh();
}

test("a change of texts waits for a second person where one is asked, and counts once it is approved", async () => {
  const { approvalSettings, proposals, textingNow } = deployment.parts;
  const actor = { kind: "person", objectId: PORTAL_ACCOUNTS.globalAdministrator } as const;
  await approvalSettings.add({ actor, action: "approvals.required" }, "approvals", { secondPerson: true });
  const waits = await send("/consents", { ...BOTH, "connection-lamna": "yes" });
  expect([waits.url.pathname, texted()]).toEqual(["/portal/approvals/texting.texting", []]);
  expect((await decides.open(at(""))).html).toContain("A change of texts waits");
  const again = await send("/staff", { phones: "+12025550149" });
  expect(again.status).toBe(409);
  for (const words of [">+12025550149</textarea>", "nothing else can be saved here"])
    expect(again.html).toContain(words);
  const [proposal] = await proposals.waiting();
  const approve = (who: Person) =>
    who.send(deployment.url + "/portal/approvals/texting.texting/approve", {
      revision: String(proposal?.revision),
    });
  expect([(await approve(administrator)).status, texted()]).toEqual([403, []]);
  const second = new Person();
  await signInToPortal(deployment, second, "secondGlobalAdministrator");
  const page = await approve(second);
  expect([page.status, texted()]).toEqual([200, ["lamna"]]);
  expect(textingNow.current().isLive).toBe(false);
});

const OWN = connectionOf("own").fhirBaseUrl;
const ANOTHER = "https://fhir.ehr.example/r4/another";
const consent = { by: "somebody", at: "2026-11-29T00:00:00.000Z", words: 1 };
const consents = { sendOnBehalf: consent, attendeesConsent: consent };
const said = {
  consents: {
    sendOnBehalf: { by: "somebody", at: "2026-11-29" },
    attendeesConsent: { by: "somebody", at: "2026-11-29" },
  },
  connections: ["stacks"],
} as const;

test.each<[what: string, environment: Environment, value: PortalTexting, texted: number, isAgreed: boolean]>([
  ["nobody has chosen any", "local", { live: true }, 2, true],
  ["an earlier release says that nobody has chosen any", "local", { connections: [], live: true }, 2, true],
  ["somebody has chosen none", "local", { connections: [], notTexted: ["own"] }, 0, false],
  ["somebody has agreed, and chosen none", "local", { connections: [], consents }, 0, true],
  ["somebody has chosen, and nobody agreed", "local", { connections: ["own"] }, 0, false],
  ["of a deployment nobody has chosen any", "production", { connections: [], live: true }, 0, false],
])("where %s in %s, %j texts the patients of %i connections", async (...row) => {
  const [, environment, value, count, isAgreed] = row;
  const setting = { id: TEXTING_ID, value, revision: 1, changedAt: new Date() };
  const said = { said: undefined, listed: undefined, seed: undefined, log: SILENT };
  const settings = { read: () => Promise.resolve(setting) };
  const now = (await openTextingNow({ settings, environment, ...said })).current();
  const texted = ["other", "own"].map((id) => connectionOf(id)).filter(now.textsPatientsOf);
  expect([texted.length, now.isAgreed]).toEqual([count, isAgreed]);
});

test.each<
  [
    environment: Environment,
    isSaid: boolean,
    own: PortalTexting | undefined,
    texted: readonly string[],
    isLive: boolean,
  ]
>([
  ["local", false, undefined, ["stacks", "own"], true],
  ["production", false, undefined, [], false],
  ["production", false, { connections: ["own"], live: true }, [], true],
  ["production", false, { consents, connections: ["own"] }, ["own"], false],
  ["production", false, { consents, connections: ["own"], live: true }, ["own"], true],
  [
    "production",
    false,
    { consents, connections: ["own"], charts: [{ connection: "own", fhirBaseUrl: OWN }], live: true },
    ["own"],
    true,
  ],
  [
    "production",
    false,
    { consents, connections: ["own"], charts: [{ connection: "own", fhirBaseUrl: ANOTHER }], live: true },
    [],
    true,
  ],
  ["production", true, { consents, connections: ["own"], live: true }, ["stacks"], true],
  ["test", true, { connections: [], live: true }, ["stacks"], false],
])("in %s, the stack file speaking (%s), what the portal says counts as %o", async (...row) => {
  const [environment, isSaid, value, isTexted, isLive] = row;
  const setting = value && { id: TEXTING_ID, value, revision: 1, changedAt: new Date() };
  const now = await openTextingNow({
    settings: { read: () => Promise.resolve(setting) },
    environment,
    said: isSaid ? { ...said, connections: [...said.connections] } : undefined,
    listed: undefined,
    seed: undefined,
    log: SILENT,
  });
  const { textsPatientsOf, ...stands } = now.current();
  expect(stands.isAgreed).toBe(isSaid || value?.consents !== undefined || environment === "local");
  const all = ["stacks", "own"].map((id) => connectionOf(id));
  expect(all.filter(textsPatientsOf).map(({ id }) => id)).toEqual(isTexted);
  expect(stands.isLive).toBe(isLive);
});
