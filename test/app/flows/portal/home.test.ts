/** The start page and the guided set-up of a hospital that has set up nothing, and how things stand once it has. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHECK_WORDS } from "../../../../app/flows/portal/checkWords.ts";
import { howItStands } from "../../../../app/flows/portal/standing.ts";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import type { Check, CheckName } from "../../../../app/web/flow.ts";
import { signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TEST_TENANT } from "../../../harness/stack.ts";
import { linkAt, textsOf } from "../../../harness/html.ts";

let deployment: Deployment;
const administrator = new Person();
const another = new Person();
let landed: Page;
beforeAll(async () => {
  deployment = await startDeployment({
    stack: ({ connections: _theirs, departments: _too, ...stack }) => stack,
  });
  landed = await signInToPortal(deployment, administrator, "administrator");
  await signInToPortal(deployment, another, "globalAdministrator");
});
afterAll(() => deployment.stop());

const at = (path: string) => deployment.url + "/portal" + path;
const go = (step: string, where: string, who = administrator) => who.send(at("/set-up"), { step, go: where });
const stepIn = ({ html }: Page) => textsOf(html, "h2").find((title) => /^Step \d of 4: /.test(title));

describe("the guided set-up", () => {
  test("is where the first administrator lands, at the document's first step", () => {
    expect([landed.url.pathname, stepIn(landed)]).toEqual([
      "/portal/set-up",
      "Step 1 of 4: FHIR connections",
    ]);
    expect(landed.html).toContain("Review and finish");
  });

  test("stays after a connection was made, which it counts, and leads back from its page", async () => {
    expect(landed.html).toContain("No chart system is connected yet.");
    await make("first", { environment: "production", enabled: false });
    expect((await administrator.open(at("/set-up"))).html).toContain(
      "1 connection is there, and it is not on",
    );
    await make("second", { provider });
    expect((await administrator.open(at(""))).html).toContain("You are at step 1 of 4: FHIR connections.");
    const panel = (await administrator.open(at("/connections/second"))).html;
    expect(linkAt(panel, "Go on with the set-up")).toBe("/portal/set-up");
    await unmake("first");
    await unmake("second");
  });

  test("goes on, and back, and does not go where there is no step", async () => {
    expect(stepIn(await go("connections", "on"))).toBe("Step 2 of 4: Departments");
    expect(stepIn(await go("departments", "back"))).toBe("Step 1 of 4: FHIR connections");
    expect(stepIn(await go("connections", "back"))).toBe("Step 1 of 4: FHIR connections");
    expect(stepIn(await go("nowhere", "on"))).toBe("Step 1 of 4: FHIR connections");
  });

  test("is left at any step, and another administrator resumes it there", async () => {
    await go("connections", "on");
    const home = await go("departments", "out");
    expect(home.url.pathname).toBe("/portal");
    expect(home.html).toContain("You are at step 2 of 4: Departments.");
    expect((await another.open(at(""))).html).toContain("You are at step 2 of 4: Departments.");
    expect(stepIn(await another.open(at("/set-up")))).toBe("Step 2 of 4: Departments");
  });

  test("is over after its last step, and the trail tells who moved it", async () => {
    await go("departments", "on");
    await go("texts", "on");
    const home = await go("review", "on");
    expect(home.url.pathname).toBe("/portal");
    expect(home.html).not.toContain("Go on with the set-up");
    await make("third", {});
    expect((await administrator.open(at("/connections/third"))).html).not.toContain("Go on with the set-up");
    await unmake("third");
    const events = await deployment.parts.audit.events({ limit: 10 });
    expect(events.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["set-up.moved", "set-up.left", "set-up.over"]),
    );
  });
});

const actor = { kind: "program", name: "test" } as const;
async function make(id: string, change: Partial<PortalConnection>): Promise<void> {
  const value = {
    name: id,
    fhirBaseUrl: deployment.sandbox.oracle.backChannel + "/r4/" + ORACLE_TEST_TENANT,
    environment: "test",
    visitTypes: ["Video Visit"],
    enabled: true,
    ...change,
  } satisfies PortalConnection;
  await deployment.parts.connectionSettings.add({ actor, action: "connection.added" }, id, value);
}
const provider = { clientId: "x", authentication: { method: "private_key_jwt" } } as const;
async function unmake(id: string): Promise<void> {
  const { connectionSettings } = deployment.parts;
  const { revision } = (await connectionSettings.read(id)) ?? { revision: 0 };
  await connectionSettings.remove({ actor, action: "connection.removed" }, id, revision);
}

const stands = (checks: readonly Check[]) =>
  howItStands({ ...deployment.parts, checks: () => Promise.resolve(checks) });

test("every check of every flow has words of its own, well and not", async () => {
  for (const name of Object.keys(CHECK_WORDS).filter((each) => each !== "connection") as CheckName[]) {
    const words = CHECK_WORDS[name];
    const { works } = await stands([{ name }]);
    expect(works).toMatchObject([{ title: words.title, means: words.well }]);
    const { wrong } = await stands([{ name, fault: "Something was found." }]);
    expect(wrong).toMatchObject([
      {
        title: words.title,
        means: words.wrong,
        found: "Something was found.",
        next: words.next,
        move: words.move,
      },
    ]);
    const warned = await stands([{ name, fault: "Perhaps.", isWarning: true }]);
    expect(warned.wrong).toMatchObject([{ means: words.warns ?? words.wrong, word: "Take note" }]);
  }
  const texts = Object.values(CHECK_WORDS).flatMap(({ title, well, wrong, warns = [], next }) =>
    [title, well, wrong, warns, next].flat(),
  );
  // What may have other causes is not told as if it were known.
  for (const name of ["launches", "anonymous-join"] as const)
    expect(CHECK_WORDS[name].warns).toContain(" may be ");
  expect(CHECK_WORDS.locations.warns).toContain("are found as before");
  expect(new Set(texts).size).toBe(texts.length);
});

test("a check of one connection is told by its name, and as well only where it is so everywhere", async () => {
  await make("east", { name: "East", fhirBaseUrl: "https://fhir.example/r4/east", enabled: false });
  const fault = "Not read.";
  const { title, well } = CHECK_WORDS["visits-found"];
  const some = await stands([
    { name: "visits-found", of: "west" },
    { name: "visits-found", of: "east", fault },
    { name: "organizer-meetings", of: "an-account", fault },
  ]);
  expect(some.works).toEqual([]);
  expect(some.wrong).toMatchObject([
    { title: title + ": East", at: "/portal/connections/east" },
    { title: CHECK_WORDS["organizer-meetings"].title + ": an-account" },
  ]);
  const all = await stands(["west", "east"].map((of) => ({ name: "visits-found", of }) as const));
  expect([all.works, all.wrong]).toEqual([[{ check: "visits-found", title, means: well }], []]);
});

test("a production connection that waits to be allowed is told, with what is missing", async () => {
  await make("waits", { environment: "production", enabled: false });
  const { wrong } = await stands([]);
  expect(wrong).toMatchObject([
    {
      title: "waits",
      at: "/portal/connections/waits",
      word: "Not allowed yet",
      next: "Add a connection to a test domain.",
      move: "administrator",
    },
  ]);
  await unmake("waits");
});

test("a check that only use proves says when it last did", async () => {
  const { well } = CHECK_WORDS["anonymous-join"];
  const { works } = await stands([{ name: "anonymous-join", provedOn: "2026-11-02" }]);
  expect(works).toMatchObject([{ means: well + " Last proved on 2026-11-02." }]);
});

test("a check says itself whose move it is, where it knows", async () => {
  const { wrong } = await stands([{ name: "worker", fault: "x", move: "microsoft" }]);
  expect(wrong[0]?.move).toBe("microsoft");
});

test("what is wrong is told with the next step and whose move it is, and nobody outside is asked", async () => {
  await make("waiting", { fhirBaseUrl: "https://fhir.example/r4/waiting" });
  await make("gone", { provider, fhirBaseUrl: "https://no-such-host.invalid/r4/x" });
  await make("good", { provider });
  await deployment.probeAll();
  const asked = deployment.sandbox.oracle.received().length;
  const { html } = await administrator.open(at(""));
  expect(deployment.sandbox.oracle.received()).toHaveLength(asked);
  expect(html).toContain("1 FHIR connection is on");
  expect(html).toMatch(
    />waiting<.*Awaiting registration.*enter the client id that Oracle gives you\..*It is your move\./,
  );
  expect(html).toMatch(/>gone<.*Failing.*Check the host name/);
  expect(html).not.toMatch(/jobs-due|jobs-poisoned|>worker</);
});

test("many checks of one kind that are not well are told by their number, and hide no other", async () => {
  const many = Array.from({ length: 25 }, (_, index): Check => {
    return { name: "visits-found", of: "chart-" + String(index), fault: "Not read.", move: "oracle" };
  });
  const { wrong } = await stands([...many, { name: "worker", fault: "x" }]);
  const ofChecks = wrong.filter(({ title }) => /^(Finding visits|Background work)/.test(title));
  expect(ofChecks).toHaveLength(22);
  expect(ofChecks[20]).toMatchObject({ title: "Finding visits: 5 more", move: "oracle" });
});

test("many connections that are not well are told by their number", async () => {
  for (let number = 0; number < 25; number++)
    await make("many-" + String(number), { fhirBaseUrl: "https://fhir.example/r4/" + String(number) });
  const { wrong } = await stands([]);
  expect(wrong).toHaveLength(21);
  expect(wrong.at(-1)).toMatchObject({ title: "7 more FHIR connections", at: "/portal/connections" });
});
