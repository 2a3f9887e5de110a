import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { combinedPatient } from "../../../app/sandbox/oracle/clinic/people.ts";
import { startDeployment, type Deployment } from "../../harness/deployment.ts";
import {
  ACCOUNT,
  launchFrom,
  launchOf,
  launchScenario,
  patientLink,
  signInToMicrosoft,
  signInToPowerChart,
  STRANGER,
} from "../../harness/clinician.ts";
import { Person, type Page } from "../../harness/person.ts";
import { TENANT, TEST_TENANT } from "../../harness/stack.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterEach(() => {
  deployment.sandbox.oracle.faults.clear();
  deployment.sandbox.microsoft.faults.clear();
});
afterAll(() => deployment.stop());

const heading = (page: Page) => /<h1[^>]*>([^<]+)<\/h1>/.exec(page.html)?.[1];

describe("two charts open in one browser", () => {
  test("never mix, in any order of clicks", async () => {
    const person = new Person();
    const first = await launchOf(deployment, "startsSoon");
    const second = { ...(await launchOf(deployment, "inRoomBelow")), practitionerId: first.practitionerId };
    await signInToPowerChart(deployment, person, first);
    const toFirst = await person.open(deployment.sandbox.oracle.launchUrl(first), (url) =>
      url.pathname.includes("/launch/callback"),
    );
    const toSecond = await person.open(deployment.sandbox.oracle.launchUrl(second), (url) =>
      url.pathname.includes("/launch/callback"),
    );
    const pageOfSecond = await person.open(toSecond.url);
    const pageOfFirst = await person.open(toFirst.url);
    expect(pageOfFirst.html).toContain("Example, Pat");
    expect(pageOfSecond.html).not.toContain("Example, Pat");
    expect(patientLink(pageOfFirst)).not.toBe(patientLink(pageOfSecond));
    for (const page of [pageOfSecond, pageOfFirst, pageOfSecond]) {
      const again = await person.open(page.url);
      expect(patientLink(again)).toBe(patientLink(page));
    }
    await person.send(pageOfFirst.url.href + "/links", { person: "0" });
    expect(patientLink(await person.open(pageOfSecond.url))).toBe(patientLink(pageOfSecond));
  });

  test("the cookie of one opens no other", async () => {
    const person = new Person();
    const page = await launchScenario(deployment, person, "startsSoon");
    const stranger = await launchScenario(deployment, new Person(), "inRoomBelow");
    expect((await person.open(stranger.url)).status).toBe(401);
    expect((await person.open(page.url)).status).toBe(200);
  });
});

describe("the visit in the chart", () => {
  test("of two today, the clinician picks one, and the page shows whose chart it is", async () => {
    const person = new Person();
    const launch = await launchOf(deployment, "firstOfTwo", { fromEncounter: false });
    const choice = await launchFrom(deployment, person, launch);
    expect(heading(choice)).toBe("Which visit?");
    expect(choice.html).toContain("Whose chart this is");
    const clinic = deployment.sandbox.oracle.clinic(TENANT);
    const page = await person.send(choice.url.href + "/choice", {
      appointment: (await clinic.visit("secondOfTwo")).id,
    });
    expect(page.html).toContain("Lamna Cardiology");
    const others = await clinic.visit("startsSoon");
    const elsewhere = await person.send(choice.url.href + "/choice", { appointment: others.id });
    expect([elsewhere.status, elsewhere.html.includes("Which visit?")]).toEqual([404, false]);
  });

  test("of a combined record is found under the record that replaced it", async () => {
    const launch = await launchOf(deployment, "firstOfTwo", { fromEncounter: false });
    const page = await launchFrom(deployment, new Person(), { ...launch, patientId: combinedPatient.oldId });
    expect(heading(page)).toBe("Which visit?");
  });

  test("in a room belongs to the department of the unit above", async () => {
    expect((await launchScenario(deployment, new Person(), "inRoomBelow")).html).toContain(
      "Lamna Family Medicine",
    );
  });

  test("without virtual rooms is one by its type; an office visit is none, and a consult is offered", async () => {
    expect((await launchScenario(deployment, new Person(), "withoutRooms")).status).toBe(200);
    const person = new Person();
    const none = await launchScenario(deployment, person, "inPerson");
    expect([none.status, heading(none)]).toEqual([404, "No video visit today"]);
    const consult = await person.send(none.url.href + "/consult", { department: "cardiology" });
    expect([consult.status, heading(consult)]).toEqual([200, "Consult"]);
    expect(consult.html).not.toContain("link-patient");
  });

  test("is the same visit with the same link whenever it is opened", async () => {
    const first = patientLink(await launchScenario(deployment, new Person(), "inProgress"));
    expect(patientLink(await launchScenario(deployment, new Person(), "inProgress"))).toBe(first);
  });

  test("is kept in step: moved with its link, cancelled for everybody", async () => {
    const clinic = deployment.sandbox.oracle.clinic(TENANT);
    const appointment = await clinic.visit("withoutMobile");
    const person = new Person();
    const page = await launchScenario(deployment, person, "withoutMobile");
    await clinic.move(appointment.id, 15);
    const moved = await person.open(page.url);
    expect(moved.html, moved.html).toContain("This visit was moved");
    expect(patientLink(moved)).toBe(patientLink(page));
    await clinic.cancel(appointment.id);
    expect((await person.open(page.url)).html).toContain("cancelled");
    const patient = await new Person().open(patientLink(page));
    expect([patient.status, patient.html.includes("cancel")]).toEqual([410, true]);
  });

  test("has a meeting of the department's account, in which outsiders wait and nobody is named", async () => {
    await launchScenario(deployment, new Person(), "inProgressBehavioral");
    const meetings = JSON.stringify(deployment.sandbox.microsoft.meetings());
    expect(meetings).toContain("organizationExcludingGuests");
    expect(meetings).not.toContain('"isDialInBypassEnabled":true');
    for (const name of ["Lindqvist", "Example", "Sample"]) expect(meetings).not.toContain(name);
  });
});

describe("the one Microsoft sign-in", () => {
  test("is remembered for the EHR user, shows who joins, and can be undone", async () => {
    const person = new Person();
    const visit = await launchScenario(deployment, person, "inRoomBelow");
    const question = await signInToMicrosoft(person, visit, ACCOUNT);
    const joined = await person.send(question.url, { answer: "yes" });
    expect(joined.html).toContain("You join as");
    const later = await launchScenario(deployment, new Person(), "inRoomBelow");
    expect(later.html).toContain("robin.sample@lamna.example");
    deployment.sandbox.microsoft.faults.set({ profileConsent: "missing" });
    expect((await person.open(visit.url)).html).toContain("the Microsoft account that you linked");
    await person.send(visit.url.href + "/unlink", {});
    expect((await person.open(visit.url)).html).toContain("Sign in to join");
  });

  test("of another tenant is refused, with the way back to the visit", async () => {
    for (const foreignSignIn of ["refused", "token"] as const) {
      deployment.sandbox.microsoft.faults.set({ foreignSignIn });
      const person = new Person();
      const visit = await launchScenario(deployment, person, "startsSoon");
      const page = await signInToMicrosoft(person, visit, STRANGER);
      if (foreignSignIn === "token") expect(page.html).toContain(visit.url.pathname);
      expect(page.status).toBeGreaterThanOrEqual(400);
    }
  });
});

describe("what can go wrong has a page of its own", () => {
  test("Teams refusing or not answering, until a reload finds it mended", async () => {
    const { faults } = deployment.sandbox.microsoft;
    faults.set({ accessPolicy: "missing-unauthorized" });
    const person = new Person();
    const refused = await launchScenario(deployment, person, "over");
    expect(refused.html).toContain("Grant-CsApplicationAccessPolicy");
    faults.set({ accessPolicy: "missing-forbidden" });
    expect((await person.open(refused.url)).html).toContain("Grant-CsApplicationAccessPolicy");
    for (const graph of ["throttles", "down"] as const) {
      faults.set({ accessPolicy: "granted", graph });
      expect((await person.open(refused.url)).status).toBe(502);
    }
    faults.clear();
    expect((await person.open(refused.url)).status).toBe(200);
  });

  test("a place that no department has, a test chart at the production address, an old browser", async () => {
    expect((await launchScenario(deployment, new Person(), "outsideDepartments")).html).toContain(
      "not set up",
    );
    const { oracle } = deployment.sandbox;
    const wrong = await new Person().open(
      deployment.url +
        "/launch/provider?" +
        new URLSearchParams({ iss: oracle.fhirBaseUrl(TEST_TENANT), launch: "x" }).toString(),
    );
    expect([wrong.status, heading(wrong)]).toEqual([403, "This is a test chart"]);
    const old = new Person("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko");
    expect((await old.open(deployment.url + "/launch/provider")).html).toContain("Edge");
  });

  test.each(["signInRefused", "tokenRefused", "scopesTrimmed", "serverError", "forbidden"] as const)(
    "%s",
    async (fault) => {
      deployment.sandbox.oracle.faults.set(fault);
      const page = await launchScenario(deployment, new Person(), "startsSoon");
      expect(page.status).toBeGreaterThanOrEqual(400);
      expect(page.html).toContain("What to do");
    },
  );
});
