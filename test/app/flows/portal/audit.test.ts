/** The audit trail in the portal, and what the verifier says of an export of it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import { verifyChain, type MemberChange } from "../../../../app/domain/auditChain.ts";
import { auditTicks } from "../../../../app/flows/portal/auditTicks.ts";
import { judged, verdictOn } from "../../../../scripts/verifyAudit.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { linkAt, textsOf } from "../../../harness/html.ts";
import { elementsOf } from "../../../../infra/rehearsal/visit/html.ts";

const VALUE: PortalConnection = {
  name: "=1+1",
  fhirBaseUrl: "https://fhir.example/r4/other",
  environment: "test",
  visitTypes: ["Video Visit"],
  enabled: false,
};
const actor = { kind: "person", objectId: PORTAL_ACCOUNTS.administrator } as const;

let deployment: Deployment;
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment();
  await signInToPortal(deployment, administrator, "administrator");
  const { connectionSettings } = deployment.parts;
  for (let index = 1; index <= 60; index++)
    await connectionSettings.add({ actor, action: "connection.added" }, "c" + String(index), VALUE);
  const edited = { ...VALUE, name: "<b>Other</b>" };
  const revision = (await connectionSettings.read("c1"))?.revision ?? 0;
  await connectionSettings.replace(
    { actor, action: "connection.edited", reason: "=cmd()" },
    "c1",
    revision,
    edited,
  );
});
afterAll(() => deployment.stop());

const page = (query = "") => administrator.open(deployment.url + "/portal/audit" + query);
const numbers = (html: string) => textsOf(html, 'th[scope="row"]').map(Number);
const older = (html: string) => linkAt(html, "Older events")?.replace("/portal/audit", "");

describe("the page", () => {
  test("shows the newest first, fifty at once, and every older one once", async () => {
    const first = await page();
    expect(numbers(first.html)).toEqual(Array.from({ length: 50 }, (_none, index) => 62 - index));
    const second = await page(older(first.html));
    expect(numbers(second.html)).toEqual(Array.from({ length: 12 }, (_none, index) => 12 - index));
    expect(older(second.html)).toBeUndefined();
    expect(first.html).toContain("=1+1 → &lt;b>Other&lt;/b>");
  });

  test.each([
    ["?action=connection.edited", 1],
    ["?object=c7", 1],
    ["?action=connection.&object=c1", 2],
    ["?actor=" + PORTAL_ACCOUNTS.administrator.toUpperCase(), 50],
    ["?actor=alex.romero%40lamna.example", 50],
    ["?actor=nobody%40lamna.example", 0, 422],
    ["?actor=nobody", 0, 422],
    ["?before=3", 2],
    ["?action=portal.signed-in", 1],
    ["?before=x&action=%00", 0],
  ])("by %s has %i", async (query, count, status = 200) => {
    const shown = await page(query);
    expect([shown.status, numbers(shown.html)]).toMatchObject([status, { length: count }]);
  });
});

describe("what an event says", () => {
  const WHO = { actor: { kind: "person", objectId: PORTAL_ACCOUNTS.operator } } as const;
  const NOBODY = "7d0c5a1e-0000-4000-8000-00000000dead";
  const told = (action: string, changes: readonly MemberChange[], objectId?: string) =>
    deployment.parts.audit.commit(() =>
      Promise.resolve({
        writes: [],
        entries: [
          {
            actor: objectId === undefined ? WHO.actor : { kind: "person", objectId },
            action,
            object: { kind: "proposal", id: "department.sleep" },
            changes,
          },
        ],
      }),
    );
  const row = async () => {
    const { html } = await page("?object=department.sleep");
    return elementsOf(html, "tr").find((one) => one.querySelector('th[scope="row"]'))?.outerHTML ?? "";
  };
  const person = async (objectId: string) =>
    (await deployment.parts.directory.person(objectId))?.displayName ?? "nobody";

  test("names who did it as the directory does, beside the object id", async () => {
    await told("staff-link.removed", [{ member: "account", from: PORTAL_ACCOUNTS.reportReader }]);
    expect(await row()).toContain(
      `${await person(PORTAL_ACCOUNTS.operator)}<span class="quiet"><code>${PORTAL_ACCOUNTS.operator}`,
    );
    expect(await row()).toContain(
      `Account:</strong> ${await person(PORTAL_ACCOUNTS.reportReader)} (${PORTAL_ACCOUNTS.reportReader}) (taken away)`,
    );
    await told("staff-link.removed", [], NOBODY);
    expect(await row()).toContain(`Name not known<span class="quiet"><code>${NOBODY}`);
  });

  test("of a proposal what would differ, in words, and not all that it holds", async () => {
    const value = { name: "Sleep", nameInTexts: "false", locations: '["a","b"]' };
    const members = Object.entries(value).flatMap(([member, to]) => [
      { member: "of.before." + member, to },
      { member: "of.after." + member, to: member === "locations" ? '["a","c"]' : to },
    ]);
    const at = { member: "of.after.seen", to: "2026-11-29T08:15:40.123Z" };
    await told("change.proposed", [
      { member: "action", to: "department.edited" },
      { member: "by", to: PORTAL_ACCOUNTS.administrator },
      { member: "reason", to: "Said already" },
      { member: "of.kind", to: "department" },
      ...members,
      at,
    ]);
    const shown = await row();
    const items = textsOf(shown, "li").map((item) => item.split(/: (.*)/s).slice(0, 2));
    expect(items).toEqual([
      ["What it would do", "Edit a department"],
      ["Proposed by", `${await person(PORTAL_ACCOUNTS.administrator)} (${PORTAL_ACCOUNTS.administrator})`],
      ["Locations", "a, b → a, c"],
      ["seen", "2026-11-29 08:15 (UTC)"],
    ]);
    await told("allocation.set", [{ member: "departments", to: '[{"id":"sleep","visits":100}]' }]);
    expect(await row()).toContain("Departments:</strong> id sleep, visits 100</li>");
  });

  test("in many fields are folded, so that the list stays one", async () => {
    const changes = Array.from({ length: 7 }, (_none, index) => ({ member: "m" + String(index), to: "x" }));
    await told("connection.edited", changes);
    expect(await row()).toContain("<summary>7 fields</summary>");
  });
});

describe("an export", () => {
  const take = (as: string) => administrator.send(deployment.url + "/portal/audit." + as, {});

  test("as JSON is whole, says that it was taken, and each change in it is found", async () => {
    const { html: text, headers } = await take("json");
    expect(headers.get("content-disposition")).toContain("filename=audit.json");
    expect(verdictOn(text)).toMatchObject({ exitCode: 0 });
    const trail = JSON.parse(text) as { events: { action: string; number: number }[] };
    expect(trail.events.at(-1)?.action).toBe("audit.exported");
    const changed = text.replace('"c7"', '"c8"');
    expect(verdictOn(changed)).toMatchObject({
      exitCode: 1,
      lines: ["Event 8 was changed after it was written.", expect.any(String)],
    });
    const without = JSON.stringify({ ...trail, events: trail.events.filter(({ number }) => number !== 9) });
    expect(verdictOn(without)).toMatchObject({
      exitCode: 1,
      lines: ["Event 9 is missing.", expect.any(String)],
    });
    const cut = JSON.stringify({ ...trail, events: trail.events.slice(0, -2) });
    expect(verdictOn(cut).exitCode).toBe(1);
    expect(verdictOn(JSON.stringify({ ...trail, events: trail.events.toReversed() })).exitCode).toBe(1);
  });

  test("as CSV holds no formula", async () => {
    const { html: text } = await take("csv");
    const lines = text.trim().split("\r\n");
    expect(lines.length).toBeGreaterThan(61);
    expect(lines[2]).toContain("name: (none) -> =1+1");
    expect(text).toContain("'=cmd()");
    expect(text).not.toMatch(/(^|,)"?[=@]/m);
  });

  test.each(["", "{", "null", "[]", "{}", '{"events":[]}', '{"events":{},"head":{"number":0,"hash":""}}'])(
    "is not %j",
    (text) => {
      expect(verdictOn(text)).toMatchObject({ exitCode: 2 });
    },
  );
});

describe("on the command line", () => {
  let folder: string;
  let file: string;
  let head: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "audit-"));
    file = join(folder, "audit.json");
    const { html: text } = await administrator.send(deployment.url + "/portal/audit.json", {});
    head = (JSON.parse(text) as { head: { hash: string } }).head.hash;
    await writeFile(file, text);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("a trail is compared with the hashes that the log has kept", () => {
    expect(judged([file, "--head", head])).toMatchObject({ exitCode: 0 });
    const other = "0".repeat(64);
    expect(judged([file, "--head", head, "--head", other])).toEqual({
      exitCode: 1,
      lines: [expect.stringContaining("No event has the hash " + other), "The audit trail is NOT whole."],
    });
  });

  test.each([
    [[], "One file is verified."],
    [["a.json", "b.json"], "One file is verified."],
    [["a.json", "--head", "abc"], "“abc” is no hash"],
    [["a.json", "--tail", "abc"], "--tail"],
    [["nowhere.json"], "The file nowhere.json cannot be read (ENOENT)."],
  ])("%j is refused in words", (args, says) => {
    const { exitCode, lines } = judged(args);
    expect([exitCode, lines.join("\n")]).toEqual([2, expect.stringContaining(says)]);
  });
});

describe("what comes round", () => {
  const { signal } = new AbortController();

  test("tells the log how the trail ends, in a hash that the verifier takes", async () => {
    const { audit } = deployment.parts;
    const before = deployment.logged.length;
    await tickOf("audit.head").run({ signal });
    const { number, hash } = await audit.head();
    const entry: unknown = JSON.parse(deployment.logged.slice(before).join(""));
    expect(entry).toMatchObject({ event: "audit.head", count: number, hash });
  });

  // Last, because the clock goes on for everybody.
  test("takes events away after six years, and what stays is whole", async () => {
    const { audit } = deployment.parts;
    await tickOf("audit.retention").run({ signal });
    const { number } = await audit.head();
    expect((await audit.events({ limit: 1, before: 2 })).map((event) => event.number)).toEqual([1]);
    deployment.clock.forward((6 * 365 + 2) * 86_400_000);
    await tickOf("audit.retention").run({ signal });
    const left = (await audit.events({ limit: 500 })).toReversed();
    expect(left.map((event) => [event.number, event.action])).toEqual([[number + 1, "audit.expired"]]);
    expect(verifyChain(left, await audit.head())).toEqual([]);
  });

  const tickOf = (name: string) => {
    const tick = auditTicks(deployment.parts).find((each) => each.name === name);
    if (tick === undefined) throw new Error("nothing comes round as " + name);
    return tick;
  };
});
