import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { MOST_GUESTS } from "../../../../app/domain/visit.ts";
import { combinedPatient } from "../../../../app/sandbox/oracle/clinic/people.ts";
import {
  ACCOUNT,
  asShown,
  guestLinks,
  launchFrom,
  launchOf,
  launchScenario,
  meetingOf,
  patientLink,
  signInToMicrosoft,
} from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";
import { heading } from "./otherChart.ts";

const PRIMARY_CARE = "7d0c5a1e-0000-4000-8000-00000000a002";

/** An address below a page, whatever the page says. */
const at = (page: Page, path: string) => new URL(page.url.pathname + path, page.url);

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment({
    stack: (stack) => ({
      ...stack,
      departments: stack.departments?.map((department) =>
        department.id === "family-medicine" ? { ...department, lobby: "staffAndGuestAccounts" } : department,
      ),
    }),
  });
});
afterEach(() => deployment.sandbox.microsoft.faults.clear());
afterAll(() => deployment.stop());

/** Where a link leads: 302 is the Teams lobby. */
const tap = async (link: string) =>
  (await new Person().open(link, (url) => url.origin !== deployment.url)).status;
const linksOfGuests = (page: Page) => [...guestLinks(page).values()];
const meeting = (page: Page) => meetingOf(deployment, page);

describe("the choice between two visits of today", () => {
  const ofTwo = () => launchOf(deployment, "firstOfTwo", { fromEncounter: false });

  test("is kept for this launch, and asked anew at the next", async () => {
    const person = new Person();
    const choice = await launchFrom(deployment, person, await ofTwo());
    const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
    const [first, second] = [await clinic.visit("firstOfTwo"), await clinic.visit("secondOfTwo")];
    for (const { id } of [first, second]) expect(choice.html).toContain('value="' + id + '"');
    const picked = await person.send(at(choice, "/choice"), { appointment: second.id });
    expect(patientLink(await person.open(choice.url))).toBe(patientLink(picked));
    expect(heading(await launchFrom(deployment, new Person(), await ofTwo()))).toBe("Which visit?");
  });

  test("is not asked when the chart was opened from an encounter that says which", async () => {
    const page = await launchScenario(deployment, new Person(), "inRoomBelow");
    expect(heading(page)).toBe("Video Visit");
  });

  test("finds them under the record that replaced a combined one", async () => {
    const launch = { ...(await ofTwo()), patientId: combinedPatient.oldId };
    expect(heading(await launchFrom(deployment, new Person(), launch))).toBe("Which visit?");
  });

  test("leaves out visits of other days, other kinds, and those that were cancelled", async () => {
    for (const none of ["tomorrow", "inThreeDays", "proposed", "inPerson"] as const) {
      const launch = await launchOf(deployment, none, { fromEncounter: false });
      expect(heading(await launchFrom(deployment, new Person(), launch)), none).toBe("No video visit today");
    }
  });
});

describe("what is a video visit", () => {
  test("in a room below a unit belongs to the unit's department", async () => {
    const page = await launchScenario(deployment, new Person(), "inRoomBelow");
    expect(page.html).toContain("Lamna Family Medicine");
  });

  test("is said by its type where there are no virtual rooms; an office visit is none, and a consult is offered", async () => {
    expect((await launchScenario(deployment, new Person(), "withoutRooms")).status).toBe(200);
    const person = new Person();
    const none = await launchScenario(deployment, person, "inPerson");
    expect([none.status, heading(none)]).toEqual([404, "No video visit today"]);
    const consult = await person.send(at(none, "/consult"), { department: "cardiology" });
    expect([consult.status, heading(consult)]).toEqual([200, "Consult"]);
    expect(consult.html).not.toContain("link-patient");
  });
});

describe("links", () => {
  test("of guests are their own: each is renewed and revoked alone", async () => {
    const person = new Person();
    const visit = await launchScenario(deployment, person, "startsSoon");
    await person.send(at(visit, "/invitations"), { role: "interpreter" });
    const page = await person.send(at(visit, "/invitations"), { role: "relative" });
    const [interpreter = "", relative = ""] = linksOfGuests(page);
    expect(page.html).toMatch(/<strong>Interpreter<\/strong> <span class="quiet">Guest 1</);
    expect(new Set([interpreter, relative, patientLink(page)]).size).toBe(3);

    const renewed = await person.send(at(visit, "/links"), { person: "1" });
    expect(linksOfGuests(renewed)[0]).not.toBe(interpreter);
    const now = [interpreter, linksOfGuests(renewed)[0] ?? "", relative, patientLink(visit)];
    expect(await Promise.all(now.map(tap))).toEqual([410, 302, 302, 302]);

    const forPatient = await person.send(at(visit, "/links"), { person: "0" });
    const later = [patientLink(visit), patientLink(forPatient), relative];
    expect(await Promise.all(later.map(tap))).toEqual([410, 302, 302]);
    expect(patientLink(await launchScenario(deployment, new Person(), "startsSoon"))).toBe(
      patientLink(forPatient),
    );
  });

  test("for nobody who exists, or of a role that does not, are refused", async () => {
    const person = new Person();
    const visit = await launchScenario(deployment, person, "inRoomBelow");
    const before = asShown(await person.open(visit.url));
    for (const number of ["7", "-1", "0.5", "x", ""])
      expect((await person.send(at(visit, "/links"), { person: number })).status, number).toBe(400);
    for (const role of ["patient", "staff", "organizer"])
      expect((await person.send(at(visit, "/invitations"), { role })).status, role).toBe(400);
    expect(asShown(await person.open(visit.url))).toBe(before);
  });
});

describe("a visit that has as many guests as there can be", () => {
  test("says so, offers no more links, and takes no more guests from a page that was open before", async () => {
    const person = new Person();
    let page = await launchScenario(deployment, person, "over");
    const invited: string[] = [];
    while (page.html.includes("Make a link")) {
      page = await person.send(at(page, "/invitations"), { role: "relative" });
      invited.push(linksOfGuests(page).at(-1) ?? "");
      if (invited.length > MOST_GUESTS) throw new Error("there is no end to guests");
    }
    expect([invited.length, new Set(invited).size]).toEqual([MOST_GUESTS, MOST_GUESTS]);
    expect(page.html).toContain("This visit has 20 guests, the most there can be.");
    const late = await person.send(at(page, "/invitations"), { role: "interpreter" });
    expect([late.status, heading(late)]).toEqual([409, "No link was made"]);
    expect(late.html).toContain("This visit has 20 guests, the most there can be.");
    expect(linksOfGuests(await person.open(page.url))).toEqual(invited);
    // A new link is no new guest.
    const renewed = await person.send(at(page, "/links"), { person: "1" });
    expect(linksOfGuests(renewed)).toHaveLength(MOST_GUESTS);
    expect(linksOfGuests(renewed)[0]).not.toBe(invited[0]);
  });
});

describe("a consult", () => {
  test("is a visit of its own without a patient's link, the same one at every look, in this connection's departments only", async () => {
    const person = new Person();
    const visit = await launchScenario(deployment, person, "startsSoon");
    const consult = await person.send(at(visit, "/consult"), { department: "cardiology" });
    expect([heading(consult), consult.html.includes("link-patient")]).toEqual(["Consult", false]);
    expect(consult.html).toContain("Lamna Cardiology");
    const ofVisit = await meeting(visit);
    const ofConsult = await meeting(await person.send(at(consult, "/invitations"), { role: "colleague" }));
    expect(ofConsult.thread).not.toBe(ofVisit.thread);
    expect((await meeting(await person.open(visit.url))).thread).toBe(ofConsult.thread);

    const other = await launchScenario(deployment, new Person(), "startsSoon");
    expect((await meeting(other)).thread).toBe(ofVisit.thread);
    const refused = await person.send(at(visit, "/consult"), { department: "cardiology-test" });
    expect(refused.status).toBe(400);
  });
});

describe("a visit that the chart moves", () => {
  test("takes its meeting along and keeps its link", async () => {
    const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
    const { id } = await clinic.visit("withoutRooms");
    const person = new Person();
    const visit = await launchScenario(deployment, person, "withoutRooms");
    const before = await meeting(visit);
    await clinic.move(id, 20);
    const moved = await person.open(visit.url);
    const after = await meeting(moved);
    expect(moved.html).toContain("This visit was moved");
    expect([patientLink(moved), after.thread]).toEqual([patientLink(visit), before.thread]);
    const { start = "", end = "" } = await clinic.visit("withoutRooms");
    const times = [after.startDateTime, after.endDateTime].map((time) => Date.parse(time));
    expect(times).toEqual([Date.parse(start), Date.parse(end)]);
  });
});

describe("the meeting", () => {
  test("has the department's organizer and lobby rule, and dial-in waits as everybody else", async () => {
    const primary = await meeting(await launchScenario(deployment, new Person(), "startsSoon"));
    expect(primary.organizer).toBe(PRIMARY_CARE);
    expect(primary.options.lobbyBypassSettings).toEqual({
      scope: "organization",
      isDialInBypassEnabled: false,
    });
    const cardiology = await meeting(await launchScenario(deployment, new Person(), "inProgress"));
    expect(cardiology.organizer).toBe("7d0c5a1e-0000-4000-8000-00000000a001");
    expect(cardiology.options).toMatchObject({
      lobbyBypassSettings: { scope: "organizationExcludingGuests", isDialInBypassEnabled: false },
      allowedPresenters: "organization",
      allowMeetingChat: "limited",
      recordAutomatically: false,
    });
  });

  test("is told nothing of patient, clinician, appointment or kind of visit", async () => {
    const launch = await launchOf(deployment, "inProgress");
    const appointment = await deployment.sandbox.oracle.clinic(ORACLE_TENANT).visit("inProgress");
    const made = await meeting(await launchFrom(deployment, new Person(), launch));
    expect(made.subject).toBe("Video visit");
    expect(made.externalId).toMatch(/^[\w-]{16}$/);
    expect(made.attendees).toEqual([]);
    const all = JSON.stringify(deployment.sandbox.microsoft.meetings());
    for (const mark of [
      launch.patientId,
      launch.practitionerId,
      appointment.id,
      launch.encounterId ?? "none",
      "Moreno",
      "Park",
    ])
      expect(all).not.toContain(mark);
  });

  test("is one, however many open the visit at the same moment", async () => {
    const before = deployment.sandbox.microsoft.meetings().length;
    const people = [1, 2, 3].map(() => launchScenario(deployment, new Person(), "withoutMobile"));
    const links = (await Promise.all(people)).map(patientLink);
    expect(new Set(links).size).toBe(1);
    expect(deployment.sandbox.microsoft.meetings()).toHaveLength(before + 1);
  });
});

test("whatever a clinician does leaves one line in the log, which says what and where, and nothing of whom", async () => {
  const person = new Person();
  const before = deployment.logged.length;
  const choice = await launchFrom(
    deployment,
    person,
    await launchOf(deployment, "firstOfTwo", { fromEncounter: false }),
  );
  const { id } = await deployment.sandbox.oracle.clinic(ORACLE_TENANT).visit("secondOfTwo");
  const visit = await person.send(at(choice, "/choice"), { appointment: id });
  const question = await signInToMicrosoft(person, visit, ACCOUNT);
  const writes: readonly (readonly [string, Record<string, string>])[] = [
    ["account", { answer: "yes", account: ACCOUNT }],
    ["unlink", {}],
    ["invitations", { role: "relative" }],
    ["links", { person: "1" }],
    ["end", {}],
    ["reopening", {}],
    ["consult", { department: "cardiology" }],
  ];
  expect(question.url.pathname).toMatch(/account$/);
  for (const [path, fields] of writes)
    expect((await person.send(at(visit, "/" + path), fields)).status, path).toBe(200);
  const lines = deployment.logged.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ event }) => event)).toEqual([
    "launch.begun",
    "launch.finished",
    "visit.chosen",
    "account.linked",
    "account.unlinked",
    "guest.invited",
    "link.renewed",
    "visit.ended",
    "visit.reopened",
    "consult.begun",
  ]);
  for (const { time: _at, level, event: _what, ...where } of lines) {
    expect(level).toBe("info");
    expect({ department: "cardiology", ...where }).toEqual({ connection: "lamna", department: "cardiology" });
  }
});

describe("the Microsoft account", () => {
  const isAsked = (page: Page) => page.html.includes("Sign in to join");

  test("is kept only after a yes", async () => {
    const person = new Person();
    const visit = await launchScenario(deployment, person, "startsSoon");
    const question = await signInToMicrosoft(person, visit, ACCOUNT);
    expect(question.html).toContain("Robin Sample, MD");
    expect(isAsked(await person.open(visit.url))).toBe(true);
    expect(isAsked(await person.send(question.url, { answer: "no", account: ACCOUNT }))).toBe(true);
    // The question is gone with its answer, and a late yes links nobody.
    expect((await person.open(question.url)).url.href).toBe(visit.url.href);
    const late = await person.send(question.url, { answer: "yes", account: ACCOUNT });
    expect([late.status, isAsked(late)]).toEqual([200, true]);
    expect(isAsked(await launchScenario(deployment, new Person(), "startsSoon"))).toBe(true);
  });

  test("can be another than the one that is signed in", async () => {
    const person = new Person();
    const visit = await launchScenario(deployment, person, "startsSoon");
    await signInToMicrosoft(person, visit, ACCOUNT);
    // Signed in already, Microsoft asks nothing; "Use another account" makes it ask.
    expect((await person.open(at(visit, "/sign-in"))).url.pathname).toBe(visit.url.pathname + "/account");
    const picker = await person.open(visit.url.href + "/sign-in?account=other");
    expect(picker.url.searchParams.get("prompt")).toBe("select_account");
    const question = await person.send(picker.url, { account: ACCOUNT.replace("b001", "b003") });
    expect(question.html).toContain("Jordan Ortega, NP");
  });

  test("is that clinician's alone, at every workstation, until somebody else says so", async () => {
    const person = new Person();
    const visit = await launchScenario(deployment, person, "startsSoon");
    const question = await signInToMicrosoft(person, visit, ACCOUNT);
    await person.send(question.url, { answer: "yes", account: ACCOUNT });
    const elsewhere = new Person();
    const again = await launchScenario(deployment, elsewhere, "over");
    expect(again.html).toContain("robin.sample@lamna.example");
    deployment.sandbox.microsoft.faults.set({ profileConsent: "missing" });
    expect((await elsewhere.open(again.url)).html).toContain("the Microsoft account that you linked");
    expect(isAsked(await launchScenario(deployment, new Person(), "inProgress"))).toBe(true);

    await elsewhere.send(at(again, "/unlink"), {});
    expect(isAsked(await person.open(visit.url))).toBe(true);
  });

  test("of a sign-in begun at one visit is not offered by another browser's answer", async () => {
    const person = new Person();
    const visit = await launchScenario(deployment, person, "startsSoon");
    const picker = await person.open(at(visit, "/sign-in"));
    const thief = new Person();
    const body = new URLSearchParams({ account: ACCOUNT });
    const headers = { "sec-fetch-site": "same-origin", origin: picker.url.origin };
    const answer = await fetch(picker.url, { method: "POST", body, headers, redirect: "manual" });
    const callback = new URL(answer.headers.get("location") ?? "");
    expect(heading(await thief.open(callback))).toBe("The Microsoft sign-in began in another window");
    expect((await person.open(callback)).html).toContain("Is this your Microsoft account?");
    expect(heading(await person.open(callback))).toBe("This Microsoft sign-in was already used");
  });
});
