import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  asShown,
  launchFrom,
  launchOf,
  launchScenario,
  patientLink,
  signInToPowerChart,
} from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";
import { heading } from "./otherChart.ts";
import { textsOf } from "../../../harness/html.ts";

/** An address below a page, whatever the page says. */
const at = (page: Page, path: string) => new URL(page.url.pathname + path, page.url);

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterEach(() => deployment.sandbox.oracle.faults.clear());
afterAll(() => deployment.stop());

/** The patients of the charts that are opened here. */
const PAT = "Example, Pat";
const LUIS = "Moreno, Luis";
const isCallback = (url: URL) => url.pathname.startsWith("/launch/callback");

/** Makes the record say that the visit's status could not be written to its chart. */
async function givenUp(page: Page): Promise<void> {
  const { foundVisits, visits, now } = deployment.parts;
  const id = visits.claims(patientLink(page).split("/").at(-1) ?? "")?.visit;
  const visit = id && (await visits.byId(id));
  if (visit === undefined) throw new Error("no visit");
  const { connectionId, departmentId, start, end } = visit;
  const seen = { standing: "on", seen: "", firstSeen: now(), changes: 0, hasMeeting: true } as const;
  const found = { id: visit.id, connectionId, departmentId, location: "1", start, end, ...seen };
  await foundVisits.add(found, "appointment");
  await foundVisits.edit(visit.id, (each) => ({ found: { ...each, unfulfilled: "locked" } }));
}

/** One clinician's browser with two charts open: Pat's and Luis's. */
async function twoCharts(): Promise<{ person: Person; pat: Page; luis: Page }> {
  const person = new Person();
  const pat = await launchScenario(deployment, person, "startsSoon");
  const luis = await launchScenario(deployment, person, "inProgress");
  return { person, pat, luis };
}

function expectChart(page: Page, whose: string, link: string): void {
  expect(page.status).toBe(200);
  expect(page.html).toContain(whose);
  expect(page.html).not.toContain(whose === PAT ? LUIS : PAT);
  expect(patientLink(page)).toBe(link);
}

describe("two charts in one browser", () => {
  test("keep their own patient and link whatever is clicked, reloaded or gone back to", async () => {
    const { person, pat, luis } = await twoCharts();
    expectChart(pat, PAT, patientLink(pat));
    expectChart(luis, LUIS, patientLink(luis));
    for (const [page, whose] of [
      [pat, PAT],
      [luis, LUIS],
      [luis, LUIS],
      [pat, PAT],
      [luis, LUIS],
      [pat, PAT],
    ] as const)
      expectChart(await person.open(page.url), whose, patientLink(page));
    const both = await Promise.all([person.open(pat.url), person.open(luis.url), person.open(pat.url)]);
    both.forEach((page, index) =>
      expectChart(page, index === 1 ? LUIS : PAT, patientLink(index === 1 ? luis : pat)),
    );
  });

  test("keep apart when their launches cross: the one begun first ends last", async () => {
    const person = new Person();
    const first = await launchOf(deployment, "startsSoon");
    const second = { ...(await launchOf(deployment, "inProgress")), practitionerId: first.practitionerId };
    await signInToPowerChart(deployment, person, first);
    const { oracle } = deployment.sandbox;
    const [toPat, toLuis] = [
      await person.open(oracle.launchUrl(first), isCallback),
      await person.open(oracle.launchUrl(second), isCallback),
    ];
    const luis = await person.open(toLuis.url);
    const pat = await person.open(toPat.url);
    expectChart(pat, PAT, patientLink(pat));
    expectChart(luis, LUIS, patientLink(luis));
    // "Back" past the visit's page: the old answer is used up, and neither chart minds.
    for (const old of [toPat.url, toLuis.url])
      expect(heading(await person.open(old))).toBe("This sign-in was already used");
    expectChart(await person.open(pat.url), PAT, patientLink(pat));
    expectChart(await person.open(luis.url), LUIS, patientLink(luis));
  });

  test("have a cookie each, good for its own address only", async () => {
    const { person, pat, luis } = await twoCharts();
    const cookies = person.cookies().filter(({ name }) => name === "visit");
    expect(cookies.map(({ path }) => path).sort()).toEqual([pat.url.pathname, luis.url.pathname].sort());
    const ofPat = cookies.find(({ path }) => path === pat.url.pathname);
    const asked = await fetch(luis.url, { headers: { cookie: "visit=" + (ofPat?.value ?? "") } });
    expect([asked.status, heading({ html: await asked.text() })]).toEqual([401, "You have been signed out"]);
    expect((await new Person().open(luis.url)).status).toBe(401);
  });

  test("are changed one by one: what is done in one leaves the other as it is", async () => {
    const { person, pat, luis } = await twoCharts();
    const before = asShown(await person.open(luis.url));
    await person.send(at(pat, "/invitations"), { role: "interpreter" });
    const renewed = await person.send(at(pat, "/links"), { person: "0" });
    expect(patientLink(renewed)).not.toBe(patientLink(pat));
    const ended = await person.send(at(pat, "/end"), {});
    expect(ended.html).toContain("Links closed at");
    // No link is offered that leads nowhere.
    expect(ended.html).not.toMatch(/id="link-|Make a link/);
    expect(ended.html).not.toContain("does not say that the visit is over");
    await givenUp(renewed);
    expect((await person.open(pat.url)).html).toMatch(
      /does not say that the visit is over.*open for change/s,
    );
    expect(asShown(await person.open(luis.url))).toBe(before);
    await person.send(at(pat, "/reopening"), {});
    await person.send(at(pat, "/consult"), { department: "cardiology" });
    expect(asShown(await person.open(luis.url))).toBe(before);
    // Another window on Pat's chart is not turned into the consult either.
    expect(patientLink(await launchScenario(deployment, person, "startsSoon"))).toBe(patientLink(renewed));
  });

  test("let nobody pick the other patient's visit", async () => {
    const { person } = await twoCharts();
    const choice = await launchFrom(
      deployment,
      person,
      await launchOf(deployment, "firstOfTwo", { fromEncounter: false }),
    );
    const theirs = await deployment.sandbox.oracle.clinic(ORACLE_TENANT).visit("startsSoon");
    const refused = await person.send(at(choice, "/choice"), { appointment: theirs.id });
    expect(refused.status).toBe(404);
    expect(heading(await person.open(choice.url))).toBe("Which visit?");
  });
});

describe("whose chart it is", () => {
  test("stands on the visit's page and on the choice", async () => {
    const visit = await launchScenario(deployment, new Person(), "startsSoon");
    expect(visit.html).toContain(PAT);
    expect(visit.html).toContain("Born ");
    const launch = await launchOf(deployment, "firstOfTwo", { fromEncounter: false });
    const choice = await launchFrom(deployment, new Person(), launch);
    expect(choice.html).toContain("Whitfield, Owen");
    expect(choice.html).toContain("Born ");
  });

  test("is left out where the EHR shows it itself", async () => {
    deployment.sandbox.oracle.faults.set("noPatientBanner");
    const visit = await launchScenario(deployment, new Person(), "startsSoon");
    const launch = await launchOf(deployment, "firstOfTwo", { fromEncounter: false });
    const choice = await launchFrom(deployment, new Person(), launch);
    expect([visit.status, heading(choice)]).toEqual([200, "Which visit?"]);
    // The link is sent to the chart's number all the same.
    expect(visit.html).toMatch(/Text to \(•••\)/);
    for (const { html } of [visit, choice]) {
      expect(html).not.toMatch(/Example|Whitfield|Owen/);
      expect(html).not.toContain("Born ");
    }
  });

  test("does not stand in the title, which PowerChart's tabs and the window list show", async () => {
    const visit = await launchScenario(deployment, new Person(), "startsSoon");
    expect(textsOf(visit.html, "title")[0]).toBe("Video visit · Lamna Healthcare");
  });
});
