/** A colleague's sign-in: whose it may be, how often it is good, and what it says where it is not. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, launchScenario, signInToMicrosoft, STRANGER } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { answerFor, clicked, get, invite, joinAs, NAVIGATION } from "./colleague.ts";
import { attributesOf, textsOf } from "../../../harness/html.ts";

/** An interpreter of another organization, as a guest of the hospital's directory. */
const GUEST = "7d0c5a1e-0000-4000-8000-00000000c001";
/** The account that owns a department's meetings. */
const ORGANIZER = "7d0c5a1e-0000-4000-8000-00000000a001";

let deployment: Deployment;
let clinician: Person;
let visit: Page;
let staff: string;
beforeAll(async () => {
  deployment = await startDeployment();
  clinician = new Person();
  visit = await launchScenario(deployment, clinician, "startsSoon");
  staff = await invite(clinician, visit, "colleague");
});
afterEach(() => deployment.sandbox.microsoft.faults.clear());
afterAll(() => deployment.stop());

const heading = ({ html }: Pick<Page, "html">) => textsOf(html, "h1")[0];
const isTeams = (url: URL) => url.pathname.includes("meetup-join");
/** The address to which the page's only button leads. */
const back = ({ html, url }: Page) => {
  const [href] = attributesOf(html, "a.button", "href");
  return href === undefined ? undefined : new URL(href, url);
};
const linesSince = (before: number) => deployment.logged.slice(before).join("");

describe("who may join as staff", () => {
  test.each([
    ["is stopped at Microsoft's page", "refused"],
    ["comes back in a token of its own tenant", "token"],
  ] as const)("an account of another tenant that %s does not", async (_case, foreignSignIn) => {
    deployment.sandbox.microsoft.faults.set({ foreignSignIn });
    const page = await joinAs(new Person(), staff, STRANGER);
    expect(page.way.some(isTeams)).toBe(false);
    if (foreignSignIn === "refused") return;
    expect([page.status, heading(page)]).toEqual([403, "This Microsoft account is not the hospital's"]);
  });

  test("a guest of the hospital's directory does not, and reads whom to ask; another account gets in", async () => {
    const colleague = new Person();
    const before = deployment.logged.length;
    const page = await joinAs(colleague, staff, GUEST);
    expect([page.status, heading(page)]).toEqual([403, "This account is a guest's"]);
    expect(page.html).toContain("ask whoever invited you for a guest");
    expect(linesSince(before)).toContain('"reason":"account-guest"');
    expect(linesSince(before)).not.toMatch(/Noor|haddad|colleague\.joined/i);

    const again = back(page);
    expect(again?.href).toBe(clicked(staff) + "&account=other");
    const picker = await colleague.open(again ?? "");
    expect(picker.url.searchParams.get("prompt")).toBe("select_account");
    expect((await colleague.send(picker.url, { account: ACCOUNT })).way.some(isTeams)).toBe(true);
  });

  test("a department's own account does not, and reads which one to choose", async () => {
    const before = deployment.logged.length;
    const page = await joinAs(new Person(), staff, ORGANIZER);
    expect([page.status, heading(page)]).toEqual([403, "This account belongs to a department"]);
    expect(page.way.some(isTeams)).toBe(false);
    expect(back(page)?.href).toBe(clicked(staff) + "&account=other");
    expect(linesSince(before)).toContain('"reason":"account-organizer"');
  });

  test("somebody who turns back at Microsoft has not joined, and has a way back", async () => {
    const colleague = new Person();
    const before = deployment.logged.length;
    const page = await joinAs(colleague, staff, "cancel");
    expect(heading(page)).toBe("You did not sign in");
    expect(page.html).not.toContain("For IT");
    expect(linesSince(before)).toContain(
      '"level":"warn","event":"fault","flow":"staff","reason":"sign-in-cancelled"',
    );
    const picker = await colleague.open(back(page) ?? "");
    expect((await colleague.send(picker.url, { account: ACCOUNT })).way.some(isTeams)).toBe(true);
  });

  test("nobody, where Microsoft's answer proves nothing, or Microsoft does not answer", async () => {
    const page = await joinAs(new Person(), staff, "nobody-we-know");
    expect([page.status, heading(page)]).toEqual([502, "The Microsoft sign-in did not work"]);
    expect(back(page)?.href).toBe(clicked(staff));
  });
});

describe("a sign-in is good once, for ten minutes, in the browser that began it", () => {
  test("another browser cannot use it, and does not spoil it", async () => {
    const colleague = new Person();
    const picker = await colleague.open(clicked(staff));
    const answer = await answerFor(picker, ACCOUNT);
    const thief = await new Person().open(answer);
    expect([thief.status, heading(thief)]).toEqual([403, "This sign-in began in another browser"]);
    expect((await colleague.open(answer, isTeams)).status).toBe(302);
    const again = await colleague.open(answer);
    expect([again.status, heading(again)]).toEqual([409, "This sign-in was already used"]);
  });

  test("the answer's way to Teams names neither the link nor the answer to anybody", async () => {
    const colleague = new Person();
    const picker = await colleague.open(clicked(staff));
    const last = await colleague.open(await answerFor(picker, ACCOUNT), isTeams);
    expect(last.headers.get("referrer-policy")).toBe("no-referrer");
    expect(last.headers.get("cache-control")).toBe("no-store");
    for (const url of last.way.slice(0, -1)) expect(url.href).not.toContain(staff.split("/").at(-1));
  });

  test("it leads nowhere but to the visit's own meeting, whatever is added to the answer", async () => {
    const colleague = new Person();
    const picker = await colleague.open(
      clicked(staff) + "&link=https://evil.example&redirect_uri=https://evil.example",
    );
    expect(picker.url.searchParams.get("redirect_uri")).toBe(deployment.url + "/signin/callback");
    const answer = await answerFor(picker, ACCOUNT);
    answer.searchParams.set("link", "https://evil.example");
    const last = await colleague.open(answer, isTeams);
    expect(isTeams(last.url)).toBe(true);
  });
});

describe("an answer belongs to the flow that asked", () => {
  test("a colleague's does not link a clinician's account, and a clinician's does not join", async () => {
    const person = new Person();
    const page = await launchScenario(deployment, person, "inProgress");
    const picker = await person.open(new URL(page.url.pathname + "/sign-in", page.url));
    const forVisit = await answerFor(picker, ACCOUNT);
    const forStaff = await answerFor(await person.open(clicked(staff)), ACCOUNT);
    const swapped = (answer: URL, flow: string) => {
      const url = new URL(answer);
      const state = url.searchParams.get("state") ?? "";
      url.searchParams.set("state", state.replace(/^[a-z]+\./, flow + "."));
      return url;
    };
    // A state with another flow's name is nobody's.
    const [toStaff, toVisit] = [swapped(forVisit, "staff"), swapped(forStaff, "visit")];
    expect(heading(await person.open(toStaff))).toBe("This sign-in is no longer good");
    expect(heading(await person.open(toVisit))).toBe("The Microsoft sign-in is no longer good");
    expect(heading(await person.open(swapped(forStaff, "staffs")))).toBe("This sign-in was not begun here");
    // Nor does a chart's callback take it.
    const chart = new URL("/launch/callback/lamna" + forStaff.search, deployment.url);
    expect(heading(await person.open(chart))).toBe("This sign-in is no longer good");
    // Each is still good where it belongs.
    expect((await person.open(forStaff, isTeams)).status).toBe(302);
    expect((await person.open(forVisit)).html).toContain("Is this your Microsoft account?");
  });

  test("two links in two tabs lead each to its own meeting", async () => {
    const other = await launchScenario(deployment, clinician, "inProgress");
    const second = await invite(clinician, other, "colleague");
    const colleague = new Person();
    const [one, two] = [await colleague.open(clicked(staff)), await colleague.open(clicked(second))];
    const toSecond = await colleague.open(await answerFor(two, ACCOUNT), isTeams);
    const toFirst = await colleague.open(await answerFor(one, ACCOUNT), isTeams);
    expect([toFirst.status, toSecond.status]).toEqual([302, 302]);
    expect(toFirst.url.href).not.toBe(toSecond.url.href);
  });
});

describe("a visit that changes", () => {
  test("keeps its colleagues' links: at another time, and with a clinician who signs in meanwhile", async () => {
    const question = await signInToMicrosoft(clinician, visit, ACCOUNT);
    await clinician.send(question.url, { answer: "no", account: ACCOUNT });
    const { visits } = deployment.parts;
    const claims = visits.claims(staff.split("/").at(-1) ?? "");
    if (claims === undefined) throw new Error("no link of ours");
    const known = await visits.byId(claims.visit);
    const later = await joinAs(new Person(), staff, ACCOUNT);
    expect(later.way.map(String)).toContain(known?.meeting.joinUrl);
  });

  test("to another department leaves them good, and once too early, in a zone of the hospital", async () => {
    const { store } = deployment.parts;
    const link = await invite(clinician, visit, "colleague");
    const id = deployment.parts.visits.claims(link.split("/").at(-1) ?? "")?.visit ?? "";
    const row = await store.read("visits", id, id);
    if (row === undefined) throw new Error("no visit");
    const inHours = (hours: number) =>
      new Date(deployment.clock.now().getTime() + hours * 3_600_000).toISOString();
    const moved = { ...row.body, start: inHours(5), end: inHours(6), departmentId: "no-longer-there" };
    const changed = await store.replace("visits", { ...row, body: moved }, row.etag);
    const early = await get(link, NAVIGATION);
    expect([early.status, heading(early)]).toEqual([200, "This video visit is not open yet"]);
    expect(early.html).toContain("Central");
    await store.replace("visits", { ...changed, body: row.body }, changed.etag);
    expect((await get(link, NAVIGATION)).status).toBe(302);
  });
});

// From here on the clock is ahead of the vendors' tokens.
test("a sign-in that took more than ten minutes is too late, and says what to do", async () => {
  const colleague = new Person();
  const picker = await colleague.open(clicked(staff));
  const answer = await answerFor(picker, ACCOUNT);
  deployment.clock.forward(11 * 60_000);
  const page = await colleague.open(answer);
  expect([page.status, heading(page)]).toEqual([401, "This sign-in is no longer good"]);
  expect(page.html).toContain("Open the link from your message again.");
});
