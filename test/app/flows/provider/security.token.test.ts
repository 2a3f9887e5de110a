import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, patientLink, signInToMicrosoft } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { heading, launchAddress, withChart } from "./otherChart.ts";
import { json, MARKS, startSmallServer, type SmallServer } from "./smallServer.ts";

let other: SmallServer;
let elsewhere: SmallServer;
let deployment: Deployment;
const folder = mkdtempSync(join(tmpdir(), "secrets-"));
beforeAll(async () => {
  [other, elsewhere] = await Promise.all([startSmallServer(), startSmallServer()]);
  deployment = await startDeployment({ stack: withChart(other), sqliteFile: join(folder, "store.sqlite") });
});
afterEach(() => {
  other.reset();
  elsewhere.received.length = 0;
});
afterAll(async () => {
  await deployment.stop();
  await Promise.all([other.stop(), elsewhere.stop()]);
  rmSync(folder, { recursive: true });
});

const launch = (person = new Person()) => person.open(launchAddress(deployment.url, other.fhirBaseUrl));
const withoutEncounter = () =>
  other.answers.set("/fhir/Encounter/e-1", () => json({ resourceType: "Encounter" }));

describe("the access token goes nowhere but below the base URL", () => {
  const nextLinks: Readonly<Record<string, () => string>> = {
    "on another server": () => elsewhere.fhirBaseUrl + "/Appointment?page=2",
    "on the same host, outside the base URL": () => other.origin + "/elsewhere/Appointment?page=2",
    "that steps out of the base URL": () => other.fhirBaseUrl + "/../elsewhere/Appointment?page=2",
    "with the right host as a user name": () =>
      other.fhirBaseUrl.replace(/^http:\/\/([^/]+)/, "http://$1@" + new URL(elsewhere.origin).host) +
      "/Appointment",
  };
  test.each(Object.entries(nextLinks))("not to a next page %s", async (_name, url) => {
    withoutEncounter();
    const bundle = { resourceType: "Bundle", link: [{ relation: "next", url: url() }] };
    other.answers.set("/fhir/Appointment", () => json(bundle));
    const before = other.received.length;
    const page = await launch();
    expect([page.status, heading(page)]).toEqual([404, "No video visit today"]);
    expect(page.html).toContain("did not send the whole list");
    expect(elsewhere.received).toEqual([]);
    expect(other.received.slice(before).filter(({ path }) => path.includes("page=2"))).toEqual([]);
  });

  test("but to a next page below it", async () => {
    withoutEncounter();
    const first = {
      resourceType: "Bundle",
      link: [{ relation: "next", url: other.fhirBaseUrl + "/second" }],
    };
    const second = other.answers.get("/fhir/Appointment");
    other.answers.set("/fhir/Appointment", () => json(first));
    if (second !== undefined) other.answers.set("/fhir/second", second);
    expect((await launch()).status).toBe(200);
  });

  test("not after a redirect", async () => {
    withoutEncounter();
    other.answers.set("/fhir/Appointment", () => ({
      status: 302,
      headers: { location: elsewhere.fhirBaseUrl + "/Appointment" },
      body: "",
    }));
    const page = await launch();
    expect([page.status, heading(page)]).toEqual([502, "The chart is at another address"]);
    expect(elsewhere.received).toEqual([]);
  });

  test("and the code goes to no redirect of the token endpoint", async () => {
    other.answers.set("/token", () => ({
      status: 307,
      headers: { location: elsewhere.origin + "/token" },
      body: "",
    }));
    const page = await launch();
    expect(page.status).toBe(502);
    expect(elsewhere.received).toEqual([]);
  });
});

describe("a reference to another server names nobody here", () => {
  test("an encounter's appointment elsewhere is not looked up under the same id", async () => {
    const reference = elsewhere.fhirBaseUrl + "/Appointment/a-2";
    other.answers.set("/fhir/Encounter/e-1", () =>
      json({ resourceType: "Encounter", appointment: [{ reference }] }),
    );
    const before = other.received.length;
    expect((await launch()).status).toBe(200);
    expect(other.received.slice(before).filter(({ path }) => path.endsWith("/a-2"))).toEqual([]);
    expect(elsewhere.received).toEqual([]);
  });

  test("an appointment's patient elsewhere is not this patient", async () => {
    const participant = [{ actor: { reference: elsewhere.fhirBaseUrl + "/Patient/" + MARKS.patient } }];
    const start = new Date().toISOString();
    const appointment = { resourceType: "Appointment", id: "a-1", status: "booked", start, participant };
    other.answers.set("/fhir/Appointment/a-1", () =>
      json({ ...appointment, serviceType: [{ text: "Video Visit" }] }),
    );
    other.answers.set("/fhir/Appointment", () => json({ resourceType: "Bundle" }));
    const page = await launch();
    expect([page.status, heading(page)]).toEqual([404, "The chart’s answer could not be used"]);
  });

  test("a record that a record elsewhere replaced is shown as it is", async () => {
    const link = [{ type: "replaced-by", other: { reference: elsewhere.fhirBaseUrl + "/Patient/p-2" } }];
    const record = { resourceType: "Patient", id: MARKS.patient, name: [{ text: MARKS.patientName }], link };
    other.answers.set("/fhir/Patient/" + MARKS.patient, () => json(record));
    other.answers.set("/fhir/Patient/p-2", () =>
      json({ resourceType: "Patient", id: "p-2", name: [{ text: "Wrong, W" }] }),
    );
    const page = await launch();
    expect(page.html).toContain(MARKS.patientName);
    expect(page.html).not.toContain("Wrong");
  });
});

describe("what is secret", () => {
  const SECRETS = [MARKS.accessToken, MARKS.refreshToken, MARKS.code];
  const ABOUT_PEOPLE = [
    MARKS.patient,
    MARKS.patientName,
    "Markworthy",
    MARKS.practitioner,
    "robin.sample",
    "Robin Sample",
    ACCOUNT,
  ];

  test("stands in no page, no address after the callback, no line of the log and nowhere in the store's files", async () => {
    const person = new Person();
    const isCallback = (url: URL) => url.pathname.startsWith("/launch/callback");
    const away = await person.open(launchAddress(deployment.url, other.fhirBaseUrl), isCallback);
    const state = away.url.searchParams.get("state") ?? "missing";
    const visit = await person.open(away.url);
    const question = await signInToMicrosoft(person, visit, ACCOUNT);
    const joined = await person.send(question.url, { answer: "yes", account: ACCOUNT });
    expect(joined.html).toContain("You join as");
    const used = await person.open(away.url);
    const patient = await person.open(patientLink(visit).replace("/j/", "/v/"));
    other.answers.set("/fhir/Appointment/a-1", () => json({ code: 403, message: MARKS.accessToken }, 403));
    const refused = await person.open(visit.url);
    other.answers.set("/token", () => json({ error: "invalid_grant", error_description: MARKS.code }, 400));
    const unredeemed = await launch();

    const pages: readonly Page[] = [visit, question, joined, used, patient, refused, unredeemed];
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200, 409, 200, 200, 403]);
    for (const secret of [...SECRETS, state]) {
      for (const page of pages) expect(page.html).not.toContain(secret);
      expect(deployment.logged.join("")).not.toContain(secret);
    }
    // The callback's own address holds code and state; nothing that comes of it does.
    const after = [...visit.way.slice(1), ...question.way, ...joined.way, ...patient.way, ...refused.way];
    for (const url of after)
      for (const secret of [...SECRETS, state, ...ABOUT_PEOPLE])
        expect(decodeURIComponent(url.href)).not.toContain(secret);
    for (const mark of ABOUT_PEOPLE) expect(deployment.logged.join("")).not.toContain(mark);
    for (const mark of [MARKS.patient, MARKS.patientName, MARKS.practitioner])
      for (const page of [used, patient]) expect(page.html).not.toContain(mark);
    // The chart refuses the appointment, and shows the patient still.
    expect(refused.html).toContain(MARKS.patientName);
    for (const mark of [MARKS.patient, MARKS.practitioner]) expect(refused.html).not.toContain(mark);
    for (const { name, value } of person.cookies())
      for (const secret of [...SECRETS, state, ...ABOUT_PEOPLE]) expect(name + value).not.toContain(secret);

    const stored = readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1"));
    expect(stored.join("")).toContain('"departmentId":"other-clinic"');
    const cookies = person.cookies().map(({ value }) => value);
    // The linked account's object id is what is kept of the clinician.
    for (const secret of [...SECRETS, state, ...cookies, ...ABOUT_PEOPLE.filter((mark) => mark !== ACCOUNT)])
      expect(stored.join("")).not.toContain(secret);
  });
});
