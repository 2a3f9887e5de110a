/** Pages that say what went wrong, beside the patient of the launch: whose chart it is, and how to go on or leave. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  ACCOUNT,
  launchFrom,
  launchOf,
  launchScenario,
  signInToMicrosoft,
} from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { fromNowOn } from "../../../harness/fromNowOn.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TENANT, ORACLE_TEST_TENANT } from "../../../harness/stack.ts";
import { heading } from "./otherChart.ts";
import { textsOf } from "../../../harness/html.ts";
import { elementOf } from "../../../../infra/rehearsal/visit/html.ts";

const BAR = '<p class="test-bar">TEST – not for patient care</p>';
const OF_TEST = { tenant: ORACLE_TEST_TENANT, clientId: "connector-provider-test" };

let deployment: Deployment;
let person: Person;
beforeAll(async () => {
  deployment = await startDeployment();
});
beforeEach(() => {
  person = new Person();
});
afterEach(() => {
  deployment.sandbox.oracle.faults.clear();
  deployment.sandbox.microsoft.faults.clear();
});
afterAll(() => deployment.stop());

const at = (page: Page, path: string) => new URL(page.url.pathname + path, page.url);
const bannerName = ({ html }: Page) => textsOf(html, ".banner-name")[0];
const wayOn = ({ html }: Page) => {
  const way = elementOf(html, "p.actions > a.button.primary");
  return way && [way.getAttribute("href"), way.text];
};
/** Checks that the page is hidden when the clinician leaves it, so that nobody else reads it. */
const canBeLeft = ({ html, url }: Page) =>
  html.includes('id="away"') &&
  html.includes("/away.js") &&
  html.includes(`action="${url.pathname}/sign-out"`);

describe("a fault of a launch whose patient is known says whose chart it is, and can be signed out of", () => {
  test("when the visit is cancelled", async () => {
    const page = await launchScenario(deployment, person, "cancelled");
    expect([page.status, heading(page)]).toEqual([410, "This visit was canceled"]);
    expect(bannerName(page)).toMatch(/, /);
    expect(canBeLeft(page)).toBe(true);
    expect(page.html).toContain("<strong>Lamna Healthcare</strong>");
    expect(wayOn(page)).toBeUndefined();
    const left = await person.send(at(page, "/sign-out"), {});
    expect(heading(left)).toBe("You are signed out of this page");
    const after = await person.open(page.url);
    expect([after.status, bannerName(after), canBeLeft(after)]).toEqual([401, undefined, false]);
  });

  test("when the department is not set up, and when Teams is down: then the page can be tried again", async () => {
    const page = await launchScenario(deployment, person, "outsideDepartments");
    expect([page.status, bannerName(page) !== undefined, canBeLeft(page)]).toEqual([409, true, true]);
    deployment.sandbox.microsoft.faults.set({ graph: "down" });
    const down = await launchScenario(deployment, person, "laterToday");
    expect([down.status, canBeLeft(down), wayOn(down)]).toEqual([
      502,
      true,
      [down.url.pathname, "Try again"],
    ]);
    expect(down.html).toMatch(/href="tel:[^"]+">Call /);
  });

  test("when the chart itself is down: it is not asked once more, and the page says that it does not know", async () => {
    deployment.sandbox.oracle.faults.set("serverError");
    const page = await launchScenario(deployment, person, "startsSoon");
    expect([page.status, bannerName(page), wayOn(page)]).toEqual([
      502,
      "Patient not known here",
      [page.url.pathname, "Try again"],
    ]);
    const asked = fromNowOn(deployment.sandbox.oracle);
    await person.open(page.url);
    const first = asked().filter(({ path }) => path.includes("/Patient/"));
    expect(first.length).toBeLessThanOrEqual(1);
  });

  test("when a form of the page is refused: the way leads back to the visit", async () => {
    const visit = await launchScenario(deployment, person, "startsSoon");
    const page = await person.send(at(visit, "/links"), { person: "none" });
    expect([page.status, bannerName(page)]).toEqual([400, bannerName(visit)]);
    expect(wayOn(page)).toEqual([visit.url.pathname, "Back to the visit"]);
  });

  test("unless the chart shows it itself", async () => {
    deployment.sandbox.oracle.faults.set("noPatientBanner");
    const page = await launchScenario(deployment, person, "cancelled");
    expect([page.status, bannerName(page), canBeLeft(page)]).toEqual([410, undefined, true]);
  });

  test("and nobody without the launch's cookie", async () => {
    const page = await launchScenario(deployment, person, "cancelled");
    const other = await new Person().open(page.url);
    expect([other.status, bannerName(other), canBeLeft(other)]).toEqual([401, undefined, false]);
  });
});

describe("the page of a fault is marked as a test's", () => {
  const markOf = ({ html }: Page) => html.includes(BAR);
  const launchAt = (path: string) => deployment.url + path + "?iss=x&launch=y";

  test("with a test chart open, and after it was signed out of", async () => {
    const cancelled = await launchFrom(deployment, person, await launchOf(deployment, "cancelled", OF_TEST));
    expect([cancelled.status, markOf(cancelled)]).toEqual([410, true]);
    expect(markOf(await person.send(at(cancelled, "/sign-out"), {}))).toBe(true);
    const other = await launchScenario(deployment, person, "cancelled");
    expect([other.status, markOf(other)]).toEqual([410, false]);
    expect(markOf(await person.send(at(other, "/sign-out"), {}))).toBe(false);
  });

  test("before that by the address: where test charts open visits and come back to", async () => {
    deployment.sandbox.oracle.faults.set("signInRefused");
    for (const [how, isTest] of [
      [OF_TEST, true],
      [{ tenant: ORACLE_TENANT }, false],
    ] as const) {
      const page = await launchFrom(deployment, new Person(), await launchOf(deployment, "startsSoon", how));
      expect([page.status, markOf(page)]).toEqual([403, isTest]);
    }
    expect(markOf(await person.open(launchAt("/launch/test")))).toBe(true);
    expect(markOf(await person.open(launchAt("/launch/provider")))).toBe(false);
  });
});

describe("the question which account it is can be answered", () => {
  test.each(["cancelled", "outsideDepartments"] as const)("beside a visit that is %s", async (name) => {
    const page = await launchScenario(deployment, person, name);
    expect(page.status).toBeGreaterThanOrEqual(400);
    const question = await signInToMicrosoft(person, page, ACCOUNT);
    expect([question.status, heading(question)]).toEqual([200, "Is this your Microsoft account?"]);
    await person.send(question.url, { answer: "yes", account: ACCOUNT });
    const open = await launchFrom(deployment, person, {
      ...(await launchOf(deployment, "startsSoon")),
      practitionerId: (await launchOf(deployment, name)).practitionerId,
    });
    expect(open.html).toContain("You join as");
  });

  test("while Teams is down", async () => {
    deployment.sandbox.microsoft.faults.set({ graph: "down" });
    const page = await launchScenario(deployment, person, "withInterpreter");
    expect(page.status).toBe(502);
    const question = await signInToMicrosoft(person, page, ACCOUNT);
    expect([question.status, heading(question)]).toEqual([200, "Is this your Microsoft account?"]);
  });
});
