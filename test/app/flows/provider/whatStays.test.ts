/** What was opened stays: joined, revoked, ended and shown, while the chart or Teams is down. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FaultName } from "../../../../app/sandbox/oracle/faults.ts";
import {
  ACCOUNT,
  guestLinks,
  launchScenario,
  patientLink,
  signInToMicrosoft,
} from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";
import { heading } from "./otherChart.ts";

let deployment: Deployment;
let person: Person;
let visit: Page;
beforeAll(async () => {
  deployment = await startDeployment();
});
beforeEach(async () => {
  person = new Person();
  // A test may have let hours pass: then the patient has another visit that starts soon.
  await deployment.sandbox.oracle.clinic(ORACLE_TENANT).roll();
  visit = await launchScenario(deployment, person, "startsSoon");
});
afterEach(() => {
  deployment.sandbox.microsoft.faults.clear();
  deployment.sandbox.oracle.faults.clear();
});
afterAll(() => deployment.stop());

const act = (path: string, fields: Record<string, string> = {}) =>
  person.send(new URL(visit.url.pathname + path, visit.url), fields);
const tap = async (link: string) =>
  (await new Person().open(link, (url) => url.origin !== deployment.url)).status;
const linksOfGuests = (page: Page) => [...guestLinks(page).values()];
const MINUTE_MS = 60_000;

// First, while the vendors' clock is still everybody's.
describe("the question which Microsoft account is the clinician's", () => {
  const ANOTHER = ACCOUNT.replace("b001", "b002");
  const NAMES = { [ACCOUNT]: "Robin Sample, MD", [ANOTHER]: "Avery" };

  test("links the account that was shown, and asks again when another tab has put one in its place", async () => {
    const question = await signInToMicrosoft(person, visit, ACCOUNT);
    const picker = await person.open(new URL(visit.url.pathname + "/sign-in?account=other", visit.url));
    await person.send(picker.url, { account: ANOTHER });
    const asked = await person.send(question.url, { answer: "yes", account: ACCOUNT });
    expect(asked.url.pathname).toMatch(/account$/);
    expect(asked.html).toContain(NAMES[ANOTHER]);
    expect((await person.open(visit.url)).html).toContain("Sign in to join");
  });

  test("answered twice with yes is linked, and both answers lead to the visit", async () => {
    const question = await signInToMicrosoft(person, visit, ACCOUNT);
    const both = [1, 2].map(() => person.send(question.url, { answer: "yes", account: ACCOUNT }));
    for (const page of await Promise.all(both))
      expect([page.status, page.html.includes("You join as")]).toEqual([200, true]);
  });
});

const DOWN: readonly FaultName[] = ["unavailable", "serverError", "forbidden"];

describe.each(DOWN)("while the chart has the fault %s,", (fault) => {
  test("the visit stays on its page, which says what it could not read", async () => {
    deployment.sandbox.oracle.faults.set(fault);
    const page = await person.open(visit.url);
    expect(page.status).toBe(200);
    expect(patientLink(page)).toBe(patientLink(visit));
    expect(page.html).toMatch(/Times are as of \d/);
    expect(page.html).toContain("Patient not known here");
    // The next view catches up.
    deployment.sandbox.oracle.faults.clear();
    const after = await person.open(visit.url);
    expect(after.html).not.toContain("Times are as of");
    expect(after.html).not.toContain("Patient not known here");
  });

  test("a wrong link is revoked, a guest invited, the visit ended and opened again", async () => {
    deployment.sandbox.oracle.faults.set(fault);
    const renewed = await act("/links", { person: "0" });
    expect([renewed.status, await tap(patientLink(visit)), await tap(patientLink(renewed))]).toEqual([
      200, 410, 302,
    ]);
    const guest = linksOfGuests(await act("/invitations", { role: "interpreter" })).at(-1) ?? "";
    expect(await tap(guest)).toBe(302);
    const ended = await act("/end");
    expect([ended.status, await tap(patientLink(renewed)), await tap(guest)]).toEqual([200, 410, 410]);
    await act("/reopening");
    expect(await tap(patientLink(renewed))).toBe(302);
  });

  test("a consult is begun, ended and left again", async () => {
    deployment.sandbox.oracle.faults.set(fault);
    const consult = await act("/consult", { department: "cardiology" });
    expect([consult.status, heading(consult)]).toEqual([200, "Consult"]);
    expect((await act("/end")).html).toContain("Links closed at");
    expect(patientLink(await act("/back"))).toBe(patientLink(visit));
  });
});

test("a first launch needs the chart, and says so", async () => {
  deployment.sandbox.oracle.faults.set("unavailable");
  expect((await launchScenario(deployment, new Person(), "inProgress")).status).toBe(502);
});

describe("when Teams does not take a new time over", () => {
  test.each([
    ["because it is down", { graph: "down" }],
    ["because the access policy is withdrawn", { accessPolicy: "missing-forbidden" }],
  ] as const)("%s, the visit has it all the same, and Teams hears of it later", async (_why, faults) => {
    const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
    const { id } = await clinic.visit("startsSoon");
    const meeting = () => {
      const thread = /meeting_([^%"]+)%40thread/.exec(visit.html)?.[1] ?? "none";
      return deployment.sandbox.microsoft.meetings().find((each) => each.thread === thread);
    };
    const before = meeting()?.endDateTime ?? "";
    deployment.sandbox.microsoft.faults.set(faults);
    await clinic.move(id, 5);
    const page = await person.open(visit.url);
    expect([page.status, patientLink(page)]).toEqual([200, patientLink(visit)]);
    expect(page.html).toContain("This visit was moved");
    expect(page.html).toContain("Teams has not taken over a change yet");
    expect(await tap(patientLink(page))).toBe(302);
    expect(meeting()?.endDateTime).toBe(before);

    deployment.sandbox.microsoft.faults.clear();
    deployment.clock.forward(MINUTE_MS);
    expect((await person.open(visit.url)).html).not.toContain("Teams has not taken over");
    const { start = "", end = "" } = await clinic.visit("startsSoon");
    const times = [meeting()?.startDateTime, meeting()?.endDateTime].map((time) => Date.parse(time ?? ""));
    expect(times).toEqual([Date.parse(start), Date.parse(end)]);
  });
});

test("what Teams has not taken over it is told later, though nobody looks at the page again", async () => {
  const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
  const { id } = await clinic.visit("startsSoon");
  deployment.sandbox.microsoft.faults.set({ graph: "down" });
  await clinic.move(id, 5);
  await person.open(visit.url);
  deployment.sandbox.microsoft.faults.clear();
  deployment.clock.forward(2 * MINUTE_MS);
  const end = deployment.work();
  const { start = "" } = await clinic.visit("startsSoon");
  const isTold = () =>
    deployment.sandbox.microsoft
      .meetings()
      .some(({ startDateTime }) => Date.parse(startDateTime) === Date.parse(start));
  while (!isTold()) await new Promise((resolve) => setImmediate(resolve));
  await end();
  expect((await person.open(visit.url)).html).not.toContain("Teams has not taken over");
});

describe("consults", () => {
  const location = (page: Page) => /<p>(Lamna [^<]+)/.exec(page.html)?.[1]?.trim();
  const joined = ({ html }: Page) => /meeting_([^%"]+)%40thread/.exec(html)?.[1];

  test("of two departments are two meetings, each with its own way back to the patient's visit", async () => {
    const cardiology = await act("/consult", { department: "cardiology" });
    const primary = await act("/consult", { department: "family-medicine" });
    expect([location(cardiology), location(primary)]).toEqual(["Lamna Cardiology", "Lamna Family Medicine"]);
    expect(new Set([joined(visit), joined(cardiology), joined(primary)]).size).toBe(3);
    expect(joined(await act("/consult", { department: "cardiology" }))).toBe(joined(cardiology));
    const back = await act("/back");
    expect([heading(back), patientLink(back)]).toEqual([heading(visit), patientLink(visit)]);
  });

  test("that was ended is begun anew as another one; two clicks begin one", async () => {
    const first = await act("/consult", { department: "cardiology" });
    await act("/end");
    const two = [1, 2].map(() => act("/consult", { department: "cardiology" }));
    const [second, third] = await Promise.all(two);
    const now = await person.open(visit.url);
    expect(now.html).not.toContain("Links closed at");
    expect(joined(now)).not.toBe(joined(first));
    expect([second, third].map((page) => page && joined(page))).toEqual([joined(now), joined(now)]);
  });
});

test("an appointment that the chart gives to another patient is not shown under this patient's name", async () => {
  const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
  const [mine, other] = [await clinic.visit("startsSoon"), await clinic.visit("inProgress")];
  const patientOf = (resource: typeof mine) =>
    resource.participant
      .flatMap(({ actor }) => actor?.reference ?? [])
      .find((one) => one.startsWith("Patient/"));
  const [own = "", foreign = ""] = [patientOf(mine), patientOf(other)];
  const give = (from: string, to: string) =>
    clinic.change(mine.id, (now) => ({
      ...now,
      participant: now.participant.map((one) =>
        one.actor?.reference === from ? { ...one, actor: { reference: to } } : one,
      ),
    }));
  await give(own, foreign);
  try {
    const page = await person.open(visit.url);
    expect([page.status, heading(page)]).toEqual([404, "This visit is no longer this patient’s"]);
    expect(page.html).not.toContain("link-patient");
  } finally {
    await give(foreign, own);
  }
});

describe("a page that is left alone", () => {
  const title = (page: Page) => [page.status, heading(page)];

  test("stays open around its visit, and is closed half an hour after", async () => {
    // From before the start until an hour after the end nobody is asked for a sign of life.
    deployment.clock.forward(80 * MINUTE_MS);
    expect((await person.open(visit.url)).status).toBe(200);
    deployment.clock.forward(95 * MINUTE_MS);
    for (const _view of [1, 2])
      expect(title(await person.open(visit.url))).toEqual([401, "This page was closed"]);
  });
});

test("signing out ends the page for this browser, and says what it does not end", async () => {
  const cookie = () => person.cookies().filter(({ name }) => name === "visit");
  expect(cookie()).toHaveLength(1);
  const copied = new Person();
  const out = await act("/sign-out");
  expect([out.status, heading(out)]).toEqual([200, "You are signed out of this page"]);
  expect(out.html).toContain("not signed out of PowerChart");
  expect((await copied.open(visit.url)).status).toBe(401);
  expect((await person.open(visit.url)).status).toBe(401);
  expect(await tap(patientLink(visit))).toBe(302);
  expect((await act("/sign-out")).status).toBe(200);
});
