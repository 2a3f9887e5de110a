/** An administrator looks up whether a number has ended texts, and takes that away; the number itself is kept nowhere. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";

let deployment: Deployment;
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment();
  await signInToPortal(deployment, administrator, "administrator");
});
afterAll(() => deployment.stop());

const post = (path: string, fields: Record<string, string>) =>
  administrator.send(deployment.url + "/portal/opt-outs/" + path, fields);
const look = (number: string) => post("number", { number });
const events = async () => (await deployment.parts.audit.events({ limit: 500 })).toReversed();
const stopped = async (number: string) => {
  const at = deployment.parts.now();
  await deployment.parts.optOuts.stop(number, at);
  return at.toISOString();
};

test.each([
  ["call me", "Enter one whole phone number"],
  ["2025550123 x9", "Enter one whole phone number"],
  ["2".repeat(5_000), "Enter one whole phone number"],
  ["900-555-0100", "The connector texts no such number"],
])("%.30j is refused beside the field, and told nowhere", async (number, says) => {
  const before = await events();
  for (const page of [await look(number), await post("removal", { number, since: "", reason: "Asked" })])
    expect([page.status, page.html.includes("Error: " + says)]).toEqual([422, true]);
  expect(await events()).toEqual(before);
});

test("of a number that said nothing the page says so, and the audit trail has its hash", async () => {
  const page = await look("(202) 555-0142");
  expect([page.status, page.html.includes("This number has not opted out here")]).toEqual([200, true]);
  expect(page.html).not.toContain("/portal/opt-outs/removal");
  const { id } = await deployment.parts.optOuts.about("+12025550142");
  expect((await events()).at(-1)).toMatchObject({
    action: "opt-out.looked-up",
    object: { kind: "phone number", id },
  });
});

test("one that said STOP is shown since when, and texted again after a reasoned removal, told in a pair", async () => {
  const number = "+12025550143";
  const since = await stopped(number);
  const page = await look("202.555.0143");
  expect(page.html).toContain("opted out since");
  expect(page.html).toContain(since.slice(0, 16).replace("T", " ") + " UTC");
  expect(page.html).toContain("until the patient texts START");

  const before = await events();
  for (const [reason, says] of [
    [" ", "Enter the reason. Nothing was removed."],
    ["Patient of 202-555-0143 called", "Leave the number out"],
    ["Called from 555 0143", "Leave the number out"],
    ["Called from another phone, (202) 555-0199", "Leave the number out"],
    ["Asked for Patient/12724066", "Leave ids of the chart out"],
  ] as const) {
    const refused = await post("removal", { number, since, reason });
    expect([reason, refused.status, refused.html.includes(says)]).toEqual([reason, 422, true]);
  }
  expect([await events(), await deployment.parts.optOuts.isStopped(number)]).toEqual([before, true]);

  deployment.clock.forward(1_000);
  const reason = "Asked for it at the front desk";
  const removed = await post("removal", { number, since, reason });
  expect([removed.status, removed.html.includes("The opt-out is removed")]).toEqual([200, true]);
  expect(await deployment.parts.optOuts.isStopped(number)).toBe(false);
  const { id } = await deployment.parts.optOuts.about(number);
  const told = await events();
  expect(told.slice(-2)).toMatchObject(
    ["intended", "done"].map((phase) => ({
      action: "opt-out.removed",
      object: { kind: "phone number", id },
      reason,
      act: { phase },
    })),
  );

  await post("removal", { number, since, reason });
  expect(await events()).toEqual(told);
});

test("a STOP that came after the form was shown stays", async () => {
  const number = "+12025550144";
  const since = await stopped(number);
  deployment.clock.forward(60_000);
  await stopped(number);
  const before = await events();
  const page = await post("removal", { number, since, reason: "Asked for it by phone" });
  expect([page.status, page.html.includes("Nothing was removed")]).toEqual([409, true]);
  expect([await events(), await deployment.parts.optOuts.isStopped(number)]).toEqual([before, true]);
});

test("a STOP that is said after the removal counts, though our clock was ahead", async () => {
  const number = "+12025550145";
  const since = await stopped(number);
  deployment.clock.forward(600_000);
  await post("removal", { number, since, reason: "Asked for it by phone" });
  expect(await deployment.parts.optOuts.isStopped(number)).toBe(false);
  await deployment.parts.optOuts.stop(number, new Date(Date.parse(since) + 60_000));
  expect(await deployment.parts.optOuts.isStopped(number)).toBe(true);
});

test("what was removed is removed, though the STOP's clock was ahead of ours", async () => {
  const number = "+12025550146";
  const ahead = new Date(deployment.clock.now().getTime() + 3_600_000);
  await deployment.parts.optOuts.stop(number, ahead);
  const page = await post("removal", { number, since: ahead.toISOString(), reason: "Asked for it by phone" });
  expect([page.status, page.html.includes("The opt-out is removed")]).toEqual([200, true]);
  expect(await deployment.parts.optOuts.isStopped(number)).toBe(false);
});

test("no number stands in the audit trail or the store", async () => {
  const { store } = deployment.parts;
  const kept = await Promise.all(
    (["messages", "settings", "portalSessions"] as const).map((name) => store.changes(name, 1000)),
  );
  expect(JSON.stringify(kept)).toContain("opt-out.removed");
  expect(JSON.stringify([kept, await events()])).not.toMatch(/55501\d\d/);
});
