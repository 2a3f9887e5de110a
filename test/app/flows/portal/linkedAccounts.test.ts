/** Linked accounts are listed, removed, and gone by themselves when Microsoft has not known the account on three days. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { linkedAccountRound } from "../../../../app/flows/portal/linkedAccounts/round.ts";
import { signInToPortal } from "../../../harness/administrator.ts";
import { ACCOUNT } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { attributesOf, linkAt } from "../../../harness/html.ts";

const NOBODY = "7d0c5a1e-0000-4000-8000-0000000000ff";
const DAY_MS = 86_400_000;
const user = (number: number) => "https://fhir.example/r4/x/Practitioner/" + String(number);

let deployment: Deployment;
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());
beforeEach(async () => {
  deployment.sandbox.microsoft.faults.clear();
  const { staffAccounts } = deployment.parts;
  for (const { id } of (await staffAccounts.readSlice(500)).accounts) await staffAccounts.remove(id);
  await signInToPortal(deployment, administrator, "administrator");
});

const list = (query = "") => administrator.open(deployment.url + "/portal/linked-accounts" + query);
const rows = (html: string) =>
  attributesOf(html, 'form[action^="/portal/linked-accounts/"][action*="/remove"]', "action");
const events = async () => (await deployment.parts.audit.events({ limit: 500 })).toReversed();

test("without one the page says so", async () => {
  expect((await list()).html).toContain("There are no linked accounts.");
});

test("each is listed once, page by page, with the account’s name as Microsoft has it now", async () => {
  const { staffAccounts } = deployment.parts;
  for (let number = 1; number <= 30; number++) await staffAccounts.link(user(number), ACCOUNT);
  await staffAccounts.link(user(31), NOBODY);
  const found: string[] = [];
  let html = (await list()).html;
  expect(html).toMatch(/Robin Sample/);
  for (;;) {
    found.push(...rows(html));
    const more = linkAt(html, "More")?.replace("/portal/linked-accounts", "");
    if (more === undefined) break;
    html = (await list(more)).html;
  }
  expect([found.length, new Set(found).size]).toEqual([31, 31]);
  expect(html).toContain(NOBODY);
  expect((await list("?after=nowhere")).status).toBe(200);
});

test("whoever removes one on a later page is led back to it, and is told that it was done", async () => {
  const { staffAccounts } = deployment.parts;
  for (let number = 1; number <= 27; number++) await staffAccounts.link(user(number), ACCOUNT);
  const more = linkAt((await list()).html, "More") ?? "none";
  const later = await administrator.open(deployment.url + more);
  const shown = rows(later.html);
  expect(shown).toHaveLength(2);
  const back = await administrator.send(deployment.url + (shown[0] ?? ""), {});
  expect(back.url.pathname + back.url.search).toBe(more + "&done");
  expect([rows(back.html), back.html.includes("Done. This page")]).toEqual([[shown[1]], true]);
  const empty = await administrator.send(deployment.url + (shown[1] ?? ""), {});
  expect(empty.html).toContain("There are no linked accounts on this page.");
  const first = await administrator.open(
    deployment.url + (linkAt(empty.html, "From the beginning") ?? "none"),
  );
  expect(rows(first.html)).toHaveLength(25);
});

test("the page's address of the release before leads to it, and its form removes one", async () => {
  const { staffAccounts } = deployment.parts;
  for (const number of [1, 2]) await staffAccounts.link(user(number), ACCOUNT);
  const { url, html } = await administrator.open(deployment.url + "/portal/staff-links?after=nowhere");
  expect(url.pathname + url.search).toBe("/portal/linked-accounts?after=nowhere");
  expect((await administrator.open(deployment.url + "/portal/staff-linksx")).status).toBe(404);
  expect((await administrator.open(deployment.url + "/portal/staff-links/x")).status).toBe(404);
  const [action = ""] = rows((await list()).html);
  const before = action.replace("linked-accounts", "staff-links");
  const after = await administrator.send(deployment.url + before, {});
  expect([html.includes("Linked accounts"), after.status, rows(after.html).length]).toEqual([true, 200, 1]);
});

test("a removed one is gone, told in a pair, and a second time changes nothing", async () => {
  const { staffAccounts } = deployment.parts;
  await staffAccounts.link(user(1), ACCOUNT);
  await staffAccounts.link(user(2), ACCOUNT);
  const [action = ""] = rows((await list()).html);
  const after = await administrator.send(deployment.url + action, {});
  expect([after.status, rows(after.html).length]).toEqual([200, 1]);
  const told = await events();
  expect(told.slice(-2)).toMatchObject(
    ["intended", "done"].map((phase) => ({
      action: "staff-link.removed",
      act: { phase },
      changes: [{ member: "account", from: ACCOUNT }],
    })),
  );
  await administrator.send(deployment.url + action, {});
  expect(await events()).toEqual(told);
});

describe("an account that is not there any more", () => {
  // The round's own: a token that the vendor has given is not as old for its client as for everybody else.
  let today: Date;
  const forward = (milliseconds: number) => void (today = new Date(today.getTime() + milliseconds));
  const look = () => {
    const picks = { ...deployment.parts, now: () => today, checks: () => Promise.resolve([]) };
    return linkedAccountRound(picks).run({ signal: new AbortController().signal });
  };
  const kept = async (number: number) =>
    (await deployment.parts.staffAccounts.of(user(number))) !== undefined;
  beforeEach(async () => {
    today = new Date("2026-11-28T06:00:00Z");
    await deployment.parts.staffAccounts.link(user(1), NOBODY);
    await deployment.parts.staffAccounts.link(user(2), ACCOUNT);
  });

  test("goes on the third day, however often it is looked for in one, and no other does", async () => {
    for (const isKept of [true, true, true, true, false]) {
      await look();
      expect([await kept(1), await kept(2)]).toEqual([isKept, true]);
      // Twice a day.
      forward(DAY_MS / 2);
    }
    const last = (await events()).at(-1);
    expect(last).toMatchObject({
      action: "staff-link.removed",
      actor: { kind: "program", name: "staff-links" },
      act: { phase: "done" },
      reason: "Microsoft did not know the account on three days.",
    });
  });

  test("a directory that is down for days has said nothing of anybody", async () => {
    deployment.sandbox.microsoft.faults.set({ graph: "down" });
    for (let day = 0; day < 5; day++) {
      await look();
      forward(DAY_MS);
    }
    expect([await kept(1), await kept(2)]).toEqual([true, true]);
  });

  test("one that is found again begins anew", async () => {
    const { staffAccounts } = deployment.parts;
    await look();
    forward(DAY_MS);
    await look();
    const [missing] = (await staffAccounts.readSlice(500)).accounts.filter(
      ({ objectId }) => objectId === NOBODY,
    );
    expect(missing?.notFoundOn).toHaveLength(2);
    expect((await list()).html).toContain("Not found on " + (missing?.notFoundOn.join(", ") ?? "?"));
    await staffAccounts.looked(missing?.id ?? "", NOBODY, "found");
    forward(DAY_MS);
    await look();
    expect(await kept(1)).toBe(true);
  });

  test("a link that is another account’s meanwhile is not counted for it", async () => {
    const { staffAccounts } = deployment.parts;
    await look();
    await staffAccounts.link(user(1), ACCOUNT);
    const links = (await staffAccounts.readSlice(500)).accounts;
    expect(links.map(({ notFoundOn }) => notFoundOn)).toEqual([[], []]);
    for (const { id } of links)
      expect(await staffAccounts.looked(id, NOBODY, { notFoundOn: "2026-12-24" })).toBe(0);
  });
});
