/**
 * Messages' rules and words, edited in the portal where the stack file is silent: judged field by field, counted in segments,
 * compared when two administrators change them, and in force at once.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { messagesOf } from "../../../../app/domain/defaults.ts";
import { MESSAGES_ID, type PortalMessages } from "../../../../app/records/portalMessages.ts";
import { signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { rowsIn } from "../../../harness/html.ts";

let deployment: Deployment;
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment({
    stack: (all) => ({
      ...all,
      messages: { aheadDays: 21 },
      connections: all.connections?.map((one, index) =>
        index === 0 ? { ...one, messages: { kinds: ["confirmation", "reminder"] } } : one,
      ),
    }),
  });
  await signInToPortal(deployment, administrator, "administrator");
});
afterAll(() => deployment.stop());

const at = (path: string) => deployment.url + "/portal/texts" + path;
const kept = async () => deployment.parts.messageSettings.read(MESSAGES_ID);
async function send(path: string, fields: Record<string, string>, revision?: number): Promise<Page> {
  const shown = revision ?? (await kept())?.revision ?? 0;
  return administrator.send(at(path), { revision: String(shown), ...fields });
}
const RULES = {
  connections: "lamna lamna-test",
  from: "09:00",
  to: "20:00",
  byMail: "yes",
  "kind-lamna-test-confirmation": "yes",
  "kind-lamna-test-reminder": "yes",
  "remind-lamna": "1 day\n2 minutes",
  "remind-lamna-test": "2 days\n90 minutes",
};
const WORDS = Object.fromEntries(
  ["en", "es"].flatMap((language) =>
    ["confirmation", "update", "cancellation", "reminder"].map((kind) => [`words-${language}-${kind}`, ""]),
  ),
);
const CONFIRMATION = "words-en-confirmation";

test("what the stack file says is locked by its key; the rest is set, counts at once, and is in the audit", async () => {
  const { html } = await administrator.open(at("/rules"));
  for (const key of ["messages.aheadDays", "connections[].messages.kinds of lamna"])
    expect(html).toContain(key);
  expect(html.match(/ disabled/g)).toHaveLength(5);
  const page = await send("/rules", { ...RULES, aheadDays: "3", "kind-lamna-cancellation": "yes" });
  expect([page.status, page.url.pathname]).toEqual([200, "/portal/texts"]);
  const { messageRules, environment, hospital, audit } = deployment.parts;
  expect([messageRules.aheadDays, messageRules.hours]).toEqual([21, { from: "09:00", to: "20:00" }]);
  const [first, second] = hospital.stackConnections.map((one) =>
    messagesOf(environment, one, messageRules.connections),
  );
  expect(first).toEqual({ kinds: ["confirmation", "reminder"], remindMinutesBefore: [1440, 2] });
  expect(second).toEqual({ kinds: ["confirmation", "reminder"], remindMinutesBefore: [2880, 90] });
  const [event] = await audit.events({ limit: 1 });
  expect(event).toMatchObject({ action: "messages.rules", object: { kind: "messages" } });
  expect((await kept())?.value).not.toHaveProperty("aheadDays");
});

test("the rules of a connection that is off stay, so that nothing else is sent once it is on again", async () => {
  const { messageRulesNow, messageSettings } = deployment.parts;
  const setTo = async (connections: NonNullable<PortalMessages["connections"]>) => {
    const { revision = 0, value } = (await kept()) ?? {};
    const change = { actor: { kind: "program", name: "test" }, action: "messages.rules" } as const;
    await messageSettings.replace(change, MESSAGES_ID, revision, { ...value, connections });
    await messageRulesNow.refresh();
  };
  const off = { connection: "off", kinds: [] };
  const others = messageRulesNow.connections as NonNullable<PortalMessages["connections"]>;
  await setTo([...others, off]);
  expect((await send("/rules", RULES)).status).toBe(200);
  expect((await kept())?.value.connections).toContainEqual(off);
  await setTo(others);
});

test("a connection that the form did not have keeps its rules, whatever else is typed", async () => {
  const before = { ...RULES, "kind-lamna-test-reminder": "", "remind-lamna-test": "" };
  expect((await send("/rules", before)).status).toBe(200);
  const { messageRules } = deployment.parts;
  const had = messageRules.connections;
  expect(had).toEqual([{ connection: "lamna-test", kinds: ["confirmation"] }]);
  for (const [connections, from] of [
    ["lamna", "09:10"],
    ["", "09:20"],
    ["nobody", "09:30"],
  ] as const) {
    const typed = { connections, from, to: "20:00", "remind-lamna": RULES["remind-lamna"] };
    const page = await send("/rules", typed);
    expect([connections, page.status]).toEqual([connections, 200]);
    expect([messageRules.hours, messageRules.connections]).toEqual([{ from, to: "20:00" }, had]);
  }
});

test("without reminders none is kept, at all hours is said so, and mails can be left to staff", async () => {
  const without = {
    ...RULES,
    "kind-lamna-test-reminder": "",
    "remind-lamna-test": "",
    byMail: "",
    always: "yes",
  };
  expect((await send("/rules", without)).status).toBe(200);
  const { messageRules } = deployment.parts;
  expect([messageRules.hours, messageRules.byMail]).toEqual(["always", false]);
  expect((await kept())?.value).toMatchObject({ allHours: true });
  expect(messageRules.connections).toEqual([{ connection: "lamna-test", kinds: ["confirmation"] }]);
  expect((await administrator.open(at(""))).html).toContain(
    "Patients are mailed only when staff send them a link",
  );
});

test.each([
  [{ from: "21:00", to: "08:00" }, "Enter two times of one day"],
  [{ from: "8", to: "21:00" }, "Enter two times of one day"],
  [{ "remind-lamna-test": "soon" }, "“soon” is no time before a visit"],
])("rules such as %o are refused by their field, and what was typed stays", async (change, words) => {
  const before = await kept();
  const page = await send("/rules", { ...RULES, ...change });
  expect([page.status, page.html.includes(words)]).toEqual([422, true]);
  for (const typed of Object.values(change)) expect(page.html).toContain(typed);
  expect(await kept()).toEqual(before);
});

test("two administrators: the second one sees each field that differs, and nothing is lost of either", async () => {
  const { revision = 0 } = (await kept()) ?? {};
  await send("/rules", RULES);
  const page = await send("/rules", { ...RULES, from: "10:00", "remind-lamna-test": "3 hours" }, revision);
  expect(page.status).toBe(409);
  expect(page.html).toContain("Somebody else has changed this setting meanwhile");
  const rows = rowsIn(page.html).filter((cells) => cells.length === 3);
  expect(rows.slice(1)).toEqual([
    ["From", "10:00", "09:00"],
    [expect.stringContaining("reminders"), "3 hours", "2 days\n90 minutes"],
  ]);
  expect(deployment.parts.messageRules.hours).toEqual({ from: "09:00", to: "20:00" });
});

test("words of the hospital’s own are texted from then on, and every other text stays the connector’s", async () => {
  const own = "{sender}: See you {when}! {link} STOP to end.";
  expect((await send("/words", { ...WORDS, [CONFIRMATION]: own })).status).toBe(200);
  expect(deployment.parts.messageRules.words).toEqual([{ kind: "confirmation", language: "en", text: own }]);
  const { html } = await administrator.open(at(""));
  expect(html).toContain("Lamna Healthcare: See you ");
  expect(html).toContain("Visit reminder, ");
});

test.each([
  ["{sender}: {patient}, {when} {link} STOP", "has {patient}, which is no name"],
  ["{sender}: {when} {link} STOP. " + "A".repeat(60), "characters too long for one segment"],
  ["{sender}: ¡Atención! {when} {link} STOP", "Without ó it has more room"],
])("words such as %s are refused, and say why", async (text, why) => {
  const before = await kept();
  const page = await send("/words", { ...WORDS, [CONFIRMATION]: text });
  expect([page.status, page.html.includes(why)]).toEqual([422, true]);
  expect(await kept()).toEqual(before);
});

test("while it is typed it is shown as it would be sent, with its segments and the characters that double the cost", async () => {
  const preview = async (text: string) =>
    (await send("/words/preview", { of: CONFIRMATION, [CONFIRMATION]: text })).html;
  expect(await preview("{sender}: {when} {link} STOP")).toMatch(
    /Lamna Healthcare: .* STOP<\/p>[^]*1 segment/,
  );
  const dear = await preview("{sender}: Visita de vídeo {when}. Entre: {link} STOP");
  expect(dear).toMatch(/[23] segments/);
  expect(dear).toContain("í makes it cost double");
  expect(await preview("{sender} [{when}] {link} STOP")).toContain("[ ] make it cost double");
  expect(await preview("{sender}: <b>{when}</b> {link} STOP")).toContain("&lt;b>");
});

test("what the stack file says by now is not exported beside it, though it was set here before", async () => {
  const { messageSettings } = deployment.parts;
  const before = await kept();
  const { revision = 0, value } = before ?? {};
  const change = { actor: { kind: "program", name: "test" }, action: "messages.rules" } as const;
  const lamna = { connection: "lamna", kinds: ["update" as const], remindMinutesBefore: [30] };
  const others = value?.connections ?? [];
  await messageSettings.replace(change, MESSAGES_ID, revision, {
    ...value,
    aheadDays: 3,
    connections: [...others, lamna],
  });
  const { html: fragment } = await administrator.open(deployment.url + "/portal/connections.yaml");
  expect(fragment).not.toContain("aheadDays: 3");
  expect(fragment).toContain("# In the stack file already, and therefore left out: messages.aheadDays.");
  expect(fragment).toContain('# Put it under the connection lamna: messages: {"remindMinutesBefore":[30]}.');
  await messageSettings.replace(change, MESSAGES_ID, revision + 1, value ?? {});
});

test("what is set waits for a second person where one is asked, and the export says it", async () => {
  const { html: fragment } = await administrator.open(deployment.url + "/portal/connections.yaml");
  expect(fragment).toContain('      hours: { from: "09:00", to: "20:00" }');
  expect(fragment).toContain('          text: "{sender}: See you {when}! {link} STOP to end."');
  expect(fragment).toContain("# Put it under the connection lamna-test: messages: ");
  const { approvalSettings, messageRules } = deployment.parts;
  const actor = { kind: "person", objectId: "somebody" } as const;
  await approvalSettings.add({ actor, action: "approvals.required" }, "approvals", { secondPerson: true });
  const waits = await send("/rules", { ...RULES, from: "07:00" });
  expect([waits.url.pathname, messageRules.hours]).toEqual([
    "/portal/approvals/messages.messages",
    { from: "09:00", to: "20:00" },
  ]);
});
