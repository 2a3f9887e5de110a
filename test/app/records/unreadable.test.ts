/** Rows that this release cannot read, of another version or damaged: what people are told, and how they go on. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Body, ContainerName, Json } from "../../../app/ports/store.ts";
import { ACCOUNT, launchScenario, patientLink } from "../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../harness/deployment.ts";
import { Person, type Page } from "../../harness/person.ts";
import { heading } from "../flows/provider/otherChart.ts";

let folder: string;
let file: string;
let deployment: Deployment;
let person: Person;
let visit: Page;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unreadable-"));
  file = join(folder, "connector.sqlite");
  deployment = await startDeployment({ sqliteFile: file });
});
beforeEach(async () => {
  person = new Person();
  visit = await launchScenario(deployment, person, "startsSoon");
});
afterAll(async () => {
  await deployment.stop();
  await rm(folder, { recursive: true });
});

/** Changes every row of a container as another program might. */
function damage(container: ContainerName, change: (body: Body) => Body): void {
  const database = new DatabaseSync(file);
  const update = database.prepare("update items set body = ? where container = ? and id = ?");
  for (const { id, body } of database
    .prepare("select id, body from items where container = ?")
    .all(container))
    update.run(JSON.stringify(change(JSON.parse(String(body)) as Body)), container, String(id));
  database.close();
}

const ofVersion2 = (body: Body): Body => ({ ...body, v: 2 });
const without =
  (name: string) =>
  (body: Body): Body => ({ ...body, [name]: undefined });
const logged = () => deployment.logged.join("");

describe("an account's link", () => {
  const link = async () => {
    const picker = await person.open(new URL(visit.url.pathname + "/sign-in?account=other", visit.url));
    const question = await person.send(picker.url, { account: ACCOUNT });
    return person.send(question.url, { answer: "yes", account: ACCOUNT });
  };

  test("that is damaged keeps nobody out: the clinician signs in once more, and it is made anew", async () => {
    await link();
    damage("staffAccounts", without("objectId"));
    const page = await person.open(visit.url);
    expect([page.status, page.html.includes("Sign in to join")]).toEqual([200, true]);
    expect(logged()).toContain("A row in staffAccounts");
    expect((await link()).html).toContain("You join as");
  });

  test("of another version is left to the release that wrote it: the visit goes on, and who mends it is told", async () => {
    expect((await link()).html).toContain("You join as");
    damage("staffAccounts", ofVersion2);
    const page = await person.open(visit.url);
    expect([page.status, page.html.includes("Sign in to join")]).toEqual([200, true]);
    const joins = await link();
    expect([joins.status, joins.html.includes("You join as")]).toEqual([200, true]);
    expect(joins.html).toContain("It is not linked for other visits");
    const unlink = () =>
      person.send(new URL(visit.url.pathname + "/unlink", visit.url), { account: ACCOUNT });
    expect((await unlink()).html).toContain("Sign in to join");
    const refused = await unlink();
    expect([refused.status, heading(refused)]).toEqual([
      503,
      "Which Microsoft account is yours cannot be changed just now",
    ]);
    expect(refused.html).toContain("Run the release that wrote the record");
    damage("staffAccounts", (body) => ({ ...body, v: 1 }));
    expect((await person.open(visit.url)).html).toContain("You join as");
  });
});

test.each([
  ["of another version", ofVersion2],
  ["without a version", without("v")],
  ["that is damaged", without("launchId")],
  ["whose seal is broken", (body: Body): Body => ({ ...body, sealed: "AAAA" })],
])("a session %s has ended, and opening the visit again begins a new one", async (_how, change) => {
  damage("sessions", change);
  const over = await person.open(visit.url);
  expect([over.status, heading(over)]).toEqual([401, "You have been signed out"]);
  expect((await launchScenario(deployment, person, "startsSoon")).status).toBe(200);
});

test.each([
  ["of another version", ofVersion2],
  ["that is damaged", without("cookie")],
  ["whose seal is broken", (body: Body): Body => ({ ...body, sealed: "AAAA" })],
])("a sign-in %s is none: the clinician begins anew", async (_how, change) => {
  const picker = await person.open(new URL(visit.url.pathname + "/sign-in", visit.url));
  damage("signIns", change);
  const page = await person.send(picker.url, { account: ACCOUNT });
  expect([page.status, heading(page)]).toEqual([401, "The Microsoft sign-in is no longer good"]);
  expect(logged()).toContain('"event":"record.unreadable"');
  const again = await person.open(new URL(visit.url.pathname + "/sign-in?account=other", visit.url));
  expect(heading(await person.send(again.url, { account: ACCOUNT }))).toBe("Is this your Microsoft account?");
});

test("a visit of another version is not guessed at: patient and clinician are told, and the log says what to do", async () => {
  const link = patientLink(visit);
  damage("visits", ofVersion2);
  const tap = await new Person().open(link, (url) => url.origin !== deployment.url);
  expect([tap.status, heading(tap)]).toEqual([503, "We can't open your visit right now"]);
  const page = await person.open(visit.url);
  expect([page.status, heading(page)]).toEqual([503, "The connector cannot use its store"]);
  expect(logged()).toContain(
    "A row in visits has version 2, and this release reads 1. Run the release that wrote it, or the one between.",
  );
  damage("visits", (body) => ({ ...body, v: 1 }));
  expect((await person.open(visit.url)).status).toBe(200);
});

test.each<[member: string, value: Json | undefined]>([
  ["state", undefined],
  ["state", "waiting"],
  ["start", undefined],
  ["end", "soon"],
  ["end", null],
  ["people", undefined],
  ["people", {}],
  ["people", [null]],
  ["people", [{ number: 0, role: "patient" }]],
  ["people", [{ number: "0", generation: 0 }]],
  ["joinUrl", undefined],
  ["joinUrl", "javascript:alert(1)"],
])(
  "a visit whose %s is %j opens to nobody: patient and clinician are told, and the log names the member",
  async (member, value) => {
    const link = patientLink(visit);
    const whole = new Map<string, Json | undefined>();
    damage("visits", (body) => {
      whole.set(JSON.stringify(body["appointment"]), body[member]);
      return { ...body, [member]: value };
    });
    const before = deployment.logged.length;
    try {
      const tap = await new Person().open(link, (url) => url.origin !== deployment.url);
      expect([tap.status, heading(tap)]).toEqual([503, "We can't open your visit right now"]);
      const page = await person.open(visit.url);
      expect([page.status, heading(page)]).toEqual([503, "The connector cannot use its store"]);
      expect(deployment.logged.slice(before).join("")).toContain(
        `A row in visits is not as this release writes it (${member}). Restore the store, or remove that row.`,
      );
    } finally {
      damage("visits", (body) => ({ ...body, [member]: whole.get(JSON.stringify(body["appointment"])) }));
    }
    expect((await person.open(visit.url)).status).toBe(200);
  },
);

test("sign-in addresses that cannot be read stop that connection's launches, and the log names the row", async () => {
  damage("signInAddresses", without("tokenEndpoint"));
  await deployment.probeAll();
  expect(logged()).toMatch(
    /"event":"connection.failing","connection":"lamna","reason":"A row in signInAddresses/,
  );
  const page = await launchScenario(deployment, new Person(), "startsSoon");
  expect([page.status, heading(page)]).toEqual([503, "The chart connection is not working"]);
});
