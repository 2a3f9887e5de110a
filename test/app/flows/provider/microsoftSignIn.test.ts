/** The clinician's Microsoft sign-in when it comes to nothing: it is told as what it is, and leads back to the visit. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, launchOf, launchScenario, signInToPowerChart } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { answerFor } from "../staff/colleague.ts";
import { heading } from "./otherChart.ts";

/** An interpreter of another organization, as a guest of the hospital's directory. */
const GUEST = "7d0c5a1e-0000-4000-8000-00000000c001";
/** The account that owns a department's meetings. */
const ORGANIZER = "7d0c5a1e-0000-4000-8000-00000000a001";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const seen = (page: Page) => [page.status, heading(page)];
const wayBack = (visit: Page) => `href="${visit.url.pathname}"`;

async function atThePicker(person = new Person()) {
  const visit = await launchScenario(deployment, person, "startsSoon");
  const picker = await person.open(visit.url.href + "/sign-in");
  /** The address of Microsoft's answer, which has not been requested yet. */
  const answer = (account: string) => answerFor(picker, account);
  return { person, visit, picker, answer };
}

test("who goes back at Microsoft is back at the visit, and reads that they did not sign in", async () => {
  const { person, visit, picker } = await atThePicker();
  const page = await person.send(picker.url, { account: "cancel" });
  expect([page.status, page.url.pathname]).toEqual([200, visit.url.pathname]);
  expect(page.html).toContain("You did not sign in.");
  expect(page.html).toContain("Sign in to join");
  expect((await person.open(visit.url)).html).not.toContain("You did not sign in.");
});

describe("an account that is nobody's own cannot be linked", () => {
  test.each([
    ["a guest's", GUEST, "A guest account cannot be linked"],
    ["a department's", ORGANIZER, "This account belongs to a department"],
  ])("%s", async (_name, account, title) => {
    const { person, visit, picker } = await atThePicker();
    const page = await person.send(picker.url, { account });
    expect(seen(page)).toEqual([403, title]);
    expect(page.html).toContain(wayBack(visit));
    expect((await person.open(visit.url.href + "/account")).url.pathname).toBe(visit.url.pathname);
  });
});

describe("an answer of Microsoft's that cannot be used speaks of Microsoft's sign-in, and leads back to the visit", () => {
  test("in another browser", async () => {
    const { visit, answer } = await atThePicker();
    const page = await new Person().open(await answer(ACCOUNT));
    expect(seen(page)).toEqual([403, "The Microsoft sign-in began in another window"]);
    expect(page.html).toContain(wayBack(visit));
  });

  test("a second time", async () => {
    const { person, visit, answer } = await atThePicker();
    const address = await answer(ACCOUNT);
    await person.open(address);
    const page = await person.open(address);
    expect(seen(page)).toEqual([409, "This Microsoft sign-in was already used"]);
    expect(page.html).toContain(wayBack(visit));
  });

  test("with a state that names no page of ours: there is no way back, and no other", async () => {
    for (const end of ["", ".", ".//evil.example/aaaaaaaaaaaaa", ".javascript:alert(1)"]) {
      const state = "visit." + "S".repeat(43) + end;
      const page = await new Person().open(
        deployment.url + "/signin/callback?code=x&state=" + encodeURIComponent(state),
      );
      expect(seen(page)).toEqual([401, "The Microsoft sign-in is no longer good"]);
      expect(page.html).not.toMatch(/evil|javascript|Back to the visit/);
    }
  });
});

test("the state of one kind of sign-in is good for no other", async () => {
  const person = new Person();
  const launch = await launchOf(deployment, "startsSoon");
  await signInToPowerChart(deployment, person, launch);
  const chart = await person.open(deployment.sandbox.oracle.launchUrl(launch), ({ pathname }) =>
    pathname.startsWith("/launch/callback/"),
  );
  const { answer } = await atThePicker(person);
  const microsoft = await answer(ACCOUNT);
  const swapped = async (address: URL, state: string | null) => {
    const url = new URL(address);
    url.searchParams.set("state", state ?? "");
    return seen(await person.open(url));
  };
  expect(await swapped(chart.url, microsoft.searchParams.get("state"))).toEqual([
    401,
    "This sign-in is no longer good",
  ]);
  // A state of the chart's names no flow of Microsoft's.
  expect(await swapped(microsoft, chart.url.searchParams.get("state"))).toEqual([
    400,
    "This sign-in was not begun here",
  ]);
  // Neither is used up by that.
  expect((await person.open(chart.url)).status).toBe(200);
  const linked = await person.open(microsoft);
  expect(linked.url.pathname, linked.html + deployment.logged.slice(-3).join("")).toMatch(/\/account$/);
});

// The last, because time does not run back.
test("an answer that comes too late speaks of Microsoft's sign-in, and leads back to the visit", async () => {
  const { person, visit, answer } = await atThePicker();
  const address = await answer(ACCOUNT);
  deployment.clock.forward(11 * 60_000);
  const page = await person.open(address);
  expect(seen(page)).toEqual([401, "The Microsoft sign-in is no longer good"]);
  expect(page.html).toContain(wayBack(visit));
  expect((await person.open(visit.url)).status).toBe(200);
});
