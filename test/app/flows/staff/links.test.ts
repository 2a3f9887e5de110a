import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ACCOUNT,
  STRANGER,
  guestLinks,
  launchEarly,
  launchScenario,
  patientLink,
  signInToMicrosoft,
} from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";
import { clicked, get, invite, joinAs, NAVIGATION, signInsUnderWay } from "./colleague.ts";
import { attributesOf, textsOf } from "../../../harness/html.ts";

/** Another of the sandbox's invented clinicians. */
const COLLEAGUE = "7d0c5a1e-0000-4000-8000-00000000b002";

let deployment: Deployment;
let clinician: Person;
let visit: Page;
let staff: string;
beforeAll(async () => {
  deployment = await startDeployment();
  clinician = new Person();
  const opened = await launchScenario(deployment, clinician, "startsSoon");
  const question = await signInToMicrosoft(clinician, opened, ACCOUNT);
  visit = await clinician.send(question.url, { answer: "yes", account: ACCOUNT });
  staff = await invite(clinician, visit, "colleague");
});
afterAll(() => deployment.stop());

const act = (path: string, fields: Record<string, string> = {}) =>
  clinician.send(new URL(visit.url.pathname + path, visit.url), fields);
const heading = (html: string) => textsOf(html, "h1")[0];
const joinUrl = ({ html }: Page) => attributesOf(html, '[href^="http"][data-join]', "href")[0] ?? "none";
const isTeams = (url: URL) => url.pathname.includes("meetup-join");
const below = (link: string, path: string) => link.replace(/\/[sjv]\//, path);

describe("a colleague's link", () => {
  test("leads by way of Microsoft's sign-in into the visit's meeting, and leaves no cookie and no account behind", async () => {
    expect(new URL(staff).pathname).toMatch(/^\/s\/[\w-]{38}$/);
    const before = deployment.logged.length;
    const colleague = new Person();
    const room = await joinAs(colleague, staff, COLLEAGUE);
    expect(room.way.some(isTeams), String(room.url)).toBe(true);
    expect(room.way.map(String)).toContain(joinUrl(await clinician.open(visit.url)));
    expect(colleague.cookies().filter(({ host }) => host === "127.0.0.1")).toEqual([]);
    const lines = deployment.logged.slice(before).join("");
    expect(lines).toContain('"event":"colleague.joined"');
    for (const name of [COLLEAGUE, "Avery", "avery.park"]) expect(lines).not.toContain(name);
    const rows = await Promise.all(
      (["visits", "signIns", "staffAccounts"] as const).map((kind) =>
        deployment.parts.store.changes(kind, 1000),
      ),
    );
    expect(JSON.stringify(rows)).not.toContain(COLLEAGUE);
    // By keyed hashes it is known who has opened the visit as staff: the clinician from the chart, and the colleague.
    const { presences, visits } = deployment.parts;
    const id = visits.claims(staff.split("/").at(-1) ?? "")?.visit;
    const watched = id && (await presences.of(id));
    if (id === undefined || watched === undefined) throw new Error("nothing is known of the visit");
    const came = [ACCOUNT, COLLEAGUE, STRANGER].map((account) => ({
      key: account,
      look: "staff" as const,
      account,
      moments: [],
    }));
    expect(presences.staffIn(id, { ...watched, people: came })).toEqual([ACCOUNT, COLLEAGUE]);
  });

  test("asks Microsoft each time, and whoever is signed in there is asked nothing", async () => {
    const colleague = new Person();
    await joinAs(colleague, staff, COLLEAGUE);
    const again = await colleague.open(clicked(staff), isTeams);
    expect([again.status, isTeams(again.url)]).toEqual([302, true]);
    expect(again.way.map(({ pathname }) => pathname.split("/").at(-1))).toContain("authorize");
  });

  test("shows nothing of patient, clinician, department or kind of visit", async () => {
    const { html } = await new Person().open(staff);
    expect(heading(html)).toBe("Join a video visit");
    for (const mark of ["Example", "Ortega", "Family Medicine", "Video Visit", "teams"])
      expect(html).not.toContain(mark);
  });

  test("is copied on the clinician's page beside its holder, and the raw Teams address is not", async () => {
    const page = await clinician.open(visit.url);
    expect(page.html).toMatch(/<strong>Colleague<\/strong> <span class="quiet">Guest 1</);
    expect(guestLinks(page).get(1)).toBe(staff);
    expect(attributesOf(page.html, 'input[value*="meetup-join"]', "value")).toEqual([]);
    expect(joinUrl(page)).toContain("meetup-join");
  });

  test("is nobody's but staff's: where nobody signs in it leads on to where they do, and a patient's leads back", async () => {
    const guest = await invite(clinician, visit, "interpreter");
    for (const path of ["/j/", "/v/"]) {
      const answer = await get(below(staff, path), NAVIGATION);
      expect([answer.status, answer.headers.location], path).toEqual([302, new URL(staff).pathname]);
    }
    const calendar = await get(below(staff, "/v/") + "/visit.ics", NAVIGATION);
    expect([calendar.status, calendar.headers.location]).toEqual([302, new URL(staff).pathname]);
    for (const link of [patientLink(visit), guest]) {
      const answer = await get(below(link, "/s/"), NAVIGATION);
      expect([answer.status, answer.headers.location]).toEqual([302, new URL(link).pathname]);
      expect((await get(link, NAVIGATION)).headers.location).toContain("meetup-join");
    }
  });
});

describe("whoever is no person's browser begins no sign-in", () => {
  const { "sec-fetch-mode": _mode, "sec-fetch-dest": _dest, ...old } = NAVIGATION;
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ["a preview, which says nothing", { "user-agent": "SkypeUriPreview Preview/0.5" }, "GET"],
    ["a program", {}, "GET"],
    ["a picture in a page", { ...NAVIGATION, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }, "GET"],
    ["a frame in a page", { ...NAVIGATION, "sec-fetch-dest": "iframe" }, "GET"],
    ["a script in a page", { ...NAVIGATION, "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" }, "GET"],
    ["a browser that loads ahead", { ...NAVIGATION, "sec-purpose": "prefetch;prerender" }, "GET"],
    ["a browser that loads ahead, as it used to say", { ...NAVIGATION, purpose: "prefetch" }, "GET"],
    ["a check of the address alone", NAVIGATION, "HEAD"],
    ["a browser of before, which gets a button", old, "GET"],
  ])("%s", async (_case, headers, method) => {
    const before = await signInsUnderWay(deployment);
    const answer = await get(staff, headers, method);
    expect([answer.status, answer.headers["set-cookie"]]).toEqual([200, undefined]);
    if (method === "GET") {
      expect(answer.html).toContain(`href="${new URL(clicked(staff)).pathname}?anyway=1"`);
      expect(heading(answer.html)).toBe("Join a video visit");
    } else expect((await get(clicked(staff), headers, method)).status).toBe(200);
    expect(await signInsUnderWay(deployment)).toBe(before);
  });

  test("and a person's does, at once", async () => {
    const before = await signInsUnderWay(deployment);
    const answer = await get(staff, NAVIGATION);
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toMatch(/\/oauth2\/v2\.0\/authorize\?/);
    expect(answer.headers.location).not.toContain(staff.split("/").at(-1));
    expect(answer.headers["referrer-policy"]).toBe("no-referrer");
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(String(answer.headers["set-cookie"])).toMatch(
      /^signin-[\w-]{12}=[\w-]{43}; .*Path=\/signin; .*HttpOnly; SameSite=Lax$/,
    );
    expect(await signInsUnderWay(deployment)).toBe(before + 1);
  });
});

describe("a browser that Teams does not join from", () => {
  const FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0";
  const IN_APP =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
  test.each([
    [FIREFOX, "Please open this link in Microsoft Edge or Chrome", "may not work in this browser"],
    [IN_APP, "Please open this link in Safari or Chrome", "inside another app"],
  ])("%s is told which does, and may go on all the same", async (agent, title, why) => {
    const before = await signInsUnderWay(deployment);
    const { html } = await get(staff, { ...NAVIGATION, "user-agent": agent });
    expect(heading(html)).toBe(title);
    expect(html).toContain(why);
    expect(html).toContain(`value="${staff}"`);
    expect(await signInsUnderWay(deployment)).toBe(before);
    expect((await get(clicked(staff), { ...NAVIGATION, "user-agent": agent })).status).toBe(302);
  });
});

describe("a staff link that does not lead on says why, to staff", () => {
  test.each([
    ["is none of ours", "A".repeat(38)],
    ["was cut off", "AAAA"],
    ["is empty", ""],
    ["has more below it", "x/y/z"],
  ])("where it %s", async (_case, token) => {
    const answer = await get(deployment.url + "/s/" + token, NAVIGATION);
    expect(answer.status).toBe(404);
    expect(answer.html).toContain("whole link from your message");
    expect(answer.html).toContain("ask whoever invited you for a new one");
  });

  test("where it is written with what mail adds to it, it leads on", async () => {
    for (const spoiled of [staff + ".", staff + "%3E", staff.replace("/s/", "/S/")]) {
      const answer = await get(spoiled, NAVIGATION);
      expect([answer.status, answer.headers.location?.includes("authorize")], spoiled).toEqual([302, true]);
    }
  });

  test("where it was replaced or taken back, and the sign-in that was begun with it does not help", async () => {
    const link = await invite(clinician, visit, "colleague");
    const number = [...guestLinks(await clinician.open(visit.url))].find(([, each]) => each === link)?.[0];
    const colleague = new Person();
    const picker = await colleague.open(clicked(link));
    await act("/links", { person: String(number) });
    const late = await colleague.send(picker.url, { account: COLLEAGUE });
    expect([late.status, heading(late.html)]).toEqual([410, "This link no longer works"]);
    const next = guestLinks(await clinician.open(visit.url)).get(number ?? -1) ?? "";
    expect((await get(next, NAVIGATION)).status).toBe(302);

    await act("/removals", { person: String(number) });
    for (const gone of [link, next]) {
      const answer = await get(gone, NAVIGATION);
      expect([answer.status, heading(answer.html)]).toEqual([410, "This link no longer works"]);
      expect((await get(below(gone, "/j/"), NAVIGATION)).headers.location).toBe(new URL(gone).pathname);
    }
  });

  test("where the visit was ended, until it is opened again", async () => {
    await act("/end");
    const ended = await get(staff, NAVIGATION);
    expect([ended.status, heading(ended.html)]).toEqual([410, "This visit has ended"]);
    await act("/reopening");
    expect((await get(staff, NAVIGATION)).status).toBe(302);
  });

  test("where the chart has cancelled it", async () => {
    const person = new Person();
    const other = await launchScenario(deployment, person, "withoutRooms");
    const link = await invite(person, other, "colleague");
    const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
    await clinic.cancel((await clinic.visit("withoutRooms")).id);
    await person.open(other.url);
    const answer = await get(link, NAVIGATION);
    expect([answer.status, heading(answer.html)]).toEqual([410, "This visit was canceled"]);
  });

  test("where it is too early: with the day and the time, and a button for when it opens", async () => {
    const person = new Person();
    const later = await launchEarly(deployment, person);
    const link = await invite(person, later, "colleague");
    const before = await signInsUnderWay(deployment);
    const { status, html } = await get(clicked(link), NAVIGATION);
    expect([status, heading(html)]).toEqual([200, "This video visit is not open yet"]);
    expect(html).toMatch(/You can join (today|tomorrow, \w+,) from \d+:\d\d\s[AP]M\./);
    expect(html).toMatch(/data-opens-in="\d{5,}"/);
    expect(html).toContain(`href="${new URL(link).pathname}?anyway=1"`);
    expect(await signInsUnderWay(deployment)).toBe(before);
  });
});

describe("a visit whose record goes", () => {
  test("takes its colleagues' links along: whoever has one reads that the visit is over, and anew it stays off", async () => {
    const person = new Person();
    const other = await launchScenario(deployment, person, "inProgress");
    const link = await invite(person, other, "colleague");
    const { store } = deployment.parts;
    const { items } = await store.changes("visits", 100);
    for (const { partition, id, etag } of items) await store.remove("visits", partition, id, etag);
    const forgotten = await get(link, NAVIGATION);
    expect([forgotten.status, heading(forgotten.html)]).toEqual([410, "This visit has ended"]);
    const anew = await person.open(other.url);
    await invite(person, anew, "colleague");
    const revoked = await get(link, NAVIGATION);
    expect([revoked.status, heading(revoked.html)]).toEqual([410, "This link no longer works"]);
  });
});
