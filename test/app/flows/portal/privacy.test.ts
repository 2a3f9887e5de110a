/**
 * What is held about an appointment, and what its deletion leaves: nothing but a tombstone, and links that say so
 * everywhere.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { table } from "../../../../app/records/table.ts";
import { verifyChain } from "../../../../app/domain/auditChain.ts";
import { signInToPortal } from "../../../harness/administrator.ts";
import { guestLinks, launchFrom, launchOf, patientLink } from "../../../harness/clinician.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";
import { heading } from "../provider/otherChart.ts";
import { textsOf } from "../../../harness/html.ts";

let deployment: Deployment;
const administrator = new Person();
const clinician = new Person();
let appointment: string;
let visit: Page;
let links: { readonly patients: string; readonly guests: string; readonly colleagues: string };
beforeAll(async () => {
  deployment = await startDeployment();
  await signInToPortal(deployment, administrator, "administrator");
  appointment = (await deployment.sandbox.oracle.clinic(ORACLE_TENANT).visit("startsSoon")).id;
  visit = await launchFrom(deployment, clinician, await launchOf(deployment, "startsSoon"));
  const act = (path: string, fields: Record<string, string>) =>
    clinician.send(new URL(visit.url.pathname + path, visit.url), fields);
  await act("/invitations", { role: "interpreter" });
  visit = await act("/invitations", { role: "colleague" });
  const guests = guestLinks(visit);
  links = { patients: patientLink(visit), guests: guests.get(1) ?? "", colleagues: guests.get(2) ?? "" };
});
afterAll(() => deployment.stop());

const post = (path: string, fields: Record<string, string>) =>
  administrator.send(deployment.url + "/portal/privacy/" + path, fields);
const look = (connection: string, id: string) => post("appointment", { connection, appointment: id });
const connectionId = async () => (await deployment.parts.hospital.connections())[0]?.id ?? "";
const everything = async () => {
  const { parts } = deployment;
  const kept = await Promise.all(
    (["visits", "sessions", "jobs", "messages", "usage"] as const).map((name) =>
      parts.store.changes(name, 1000),
    ),
  );
  // A trace says nothing of a visit, and is kept after the answer.
  return kept.flatMap(({ items }) => items).filter(({ id }) => !id.startsWith("trace-"));
};
const DAY_MS = 86_400_000;
/** The facts of an appointment of half an hour that is `days` days from now. */
async function factsOf(appointmentId: string, days: number) {
  const { hospital, now } = deployment.parts;
  const [department] = await hospital.departments(await connectionId());
  if (department === undefined) throw new Error("no department");
  const start = new Date(now().getTime() + days * DAY_MS);
  const patients = { ids: ["p"], namesOf: (id: string) => Promise.resolve([id]) };
  const end = new Date(start.getTime() + 1_800_000);
  return { connectionId: department.connection, appointmentId, department, patients, start, end };
}
const trail = async () => (await deployment.parts.audit.events({ limit: 100 })).toReversed();

test("the page names everything that is kept", async () => {
  const page = await administrator.open(deployment.url + "/portal/privacy");
  expect(page.status).toBe(200);
  for (const { what } of table) expect(page.html).toContain(what.slice(1).split("'")[0]);
});

test("the page offers the connections to choose from", async () => {
  const connections = await deployment.parts.hospital.connections();
  expect(connections.length).toBeGreaterThan(0);
  const page = await administrator.open(deployment.url + "/portal/privacy");
  for (const { id, name } of connections) expect(page.html).toContain(`<option value="${id}">${name}`);
});

test.each([
  ["", "123", "Choose the FHIR connection, or enter its id"],
  ["nowhere", "123", "There is no connection with this id"],
  ["lamna", "a b", "Enter the Appointment’s FHIR id"],
  ["lamna", "x".repeat(129), "Enter the Appointment’s FHIR id"],
])("what %j and %j lack is said beside the field", async (connection, id, says) => {
  const page = await look(connection === "lamna" ? await connectionId() : connection, id);
  expect([page.status, page.html.includes(says)]).toEqual([422, true]);
});

test("of an appointment that nobody opened nothing is held", async () => {
  const page = await look(await connectionId(), "never-opened");
  expect([page.status, page.html.includes("Nothing is held about it.")]).toEqual([200, true]);
});

test("what is held is shown field by field, and who looked is told by the hash alone", async () => {
  const page = await look(await connectionId(), "Appointment/" + appointment);
  expect(page.status).toBe(200);
  for (const shown of [
    "A visit, under a keyed hash",
    "Which links into a visit are good",
    "A clinician&#39;s session|A clinician's session",
    "object id of the department&#39;s account|object id of the department's account",
    "until a year after the visit's end|until a year after the visit&#39;s end",
    "interpreter",
  ])
    expect(page.html).toMatch(new RegExp(shown));
  expect(page.html).not.toMatch(/<dd>[[{]|&quot;/);
  expect(textsOf(page.html, "dd")).toContainEqual(
    expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d \(UTC\)$/),
  );
  expect(page.html).not.toContain("teams.microsoft.com");
  expect(page.url.href).not.toContain(appointment);
  const last = (await trail()).at(-1);
  expect(last).toMatchObject({ action: "appointment.looked-up", object: { kind: "visit" } });
  expect(last?.object.id).toMatch(/^[\w-]{16}$/);
});

/** Notes a subscription by which Graph tells who is in the visit's meeting. */
async function teamsTells(id: VisitId): Promise<void> {
  const { callEvents, clientStates, now, presences, visits } = deployment.parts;
  const visit = await visits.byId(id);
  if (visit === undefined || callEvents === undefined) throw new Error("there is nothing to tell of");
  const to = { joinUrl: visit.meeting.joinUrl, clientState: clientStates.of(id) };
  const subscription = await callEvents.subscribe({ ...to, until: new Date(now().getTime() + 3_600_000) });
  await presences.watching(visit, { subscription });
}

describe("deletion", () => {
  test("asks for a reason, and does nothing without one", async () => {
    const before = await everything();
    const page = await post("deletion", { connection: await connectionId(), appointment, reason: " " });
    expect([page.status, page.html.includes("Enter the reason. Nothing was deleted.")]).toEqual([422, true]);
    expect(await everything()).toEqual(before);
  });

  test("takes no reason that says whose it is: no id of the appointment or of another record, and no number", async () => {
    const before = await everything();
    for (const reason of [
      "The patient asked, Appointment/" + appointment,
      `Asked for (${appointment})`,
      "Patient/12724066 asked",
      "Called from (202) 555-0143",
    ]) {
      const page = await post("deletion", { connection: await connectionId(), appointment, reason });
      expect([reason, page.status, page.html.includes("Leave the appointment’s id")]).toEqual([
        reason,
        422,
        true,
      ]);
    }
    expect(await everything()).toEqual(before);
  });

  test("of what nobody holds forbids a visit, once its id was typed a second time", async () => {
    const { holdings, hospital } = deployment.parts;
    const [connection] = await hospital.connections();
    if (connection === undefined) throw new Error("no connection");
    const about = { fhirBaseUrl: connection.fhirBaseUrl, appointmentId: "nothing-held" };
    const asked = await look(connection.id, "nothing-held");
    expect(asked.html).toContain("Nothing is held. Forbid a video visit for this appointment?");
    expect(asked.html).not.toContain(">Delete it<");
    const fields = { connection: connection.id, appointment: "nothing-held", reason: "Asked for." };
    for (const again of [{}, { again: "nothing-hold" }]) {
      const page = await post("deletion", { ...fields, ...again });
      expect([page.status, page.html.includes("Enter the same id. Nothing was forbidden.")]).toEqual([
        422,
        true,
      ]);
      expect(await holdings.about(about)).toEqual([]);
    }
    const done = await post("deletion", { ...fields, again: "Appointment/nothing-held" });
    expect([done.status, (await holdings.about(about)).length]).toEqual([200, 1]);
  });

  test("leaves a tombstone alone, and the audit trail says why, in a pair", async () => {
    const { jobs, holdings, hospital } = deployment.parts;
    const [connection] = await hospital.connections();
    if (connection === undefined) throw new Error("no connection");
    const about = { fhirBaseUrl: connection.fhirBaseUrl, appointmentId: appointment };
    const id = holdings.idOf(about);
    await jobs.add({ kind: "meeting", key: id + ".1.2", of: { visit: id } });
    const message = { partition: id, id: "message-1", sort: "1", body: { v: 1 } };
    await deployment.parts.store.create("messages", message);
    const other = await jobs.add({ kind: "meeting", key: "another", of: { visit: "another" } });
    expect((await holdings.about(about)).map(({ kind }) => kind.container).sort()).toEqual([
      // Those by which Teams is asked who is waiting, the meeting is closed and the visit is counted, and the one just
      // made.
      "jobs",
      "jobs",
      "jobs",
      "jobs",
      "messages",
      "sessions",
      "visits",
      "visits",
    ]);
    await teamsTells(id);
    expect(deployment.sandbox.microsoft.subscriptions()).toHaveLength(1);
    const page = await post("deletion", {
      connection: connection.id,
      appointment,
      reason: "The patient asked for it.",
    });
    expect([page.status, page.html.includes("It is deleted")]).toEqual([200, true]);
    expect(deployment.sandbox.microsoft.subscriptions()).toEqual([]);
    expect(page.html).not.toContain(">Delete it<");
    const left = (await everything()).filter((row) => JSON.stringify(row).includes(id));
    expect(left.map(({ body }) => Object.keys(body))).toEqual([["v", "deleted"]]);
    const week = deployment.parts.now().getTime() + 7 * 86_400_000;
    expect(left[0]?.expiresAt?.getTime()).toBeGreaterThan(week);
    expect([other, await jobs.read("meeting:another")]).toEqual(["added", expect.anything()]);
    const events = await trail();
    expect(events.slice(-2).map(({ action, act, reason }) => [action, act?.phase, reason])).toEqual([
      ["appointment.deleted", "intended", "The patient asked for it."],
      ["appointment.deleted", "done", "The patient asked for it."],
    ]);
    expect(verifyChain(events, await deployment.parts.audit.head())).toEqual([]);
    expect(JSON.stringify(events)).not.toContain(appointment);
    expect(deployment.logged.join("")).not.toContain(appointment);
  });

  test("links say so, to patients in their language, and to colleagues", async () => {
    const title = "This visit is not by video any more";
    for (const link of [
      links.patients,
      links.guests,
      links.colleagues,
      links.patients.replace("/j/", "/v/"),
    ]) {
      const page = await new Person().open(link);
      expect([link, page.status, heading(page)]).toEqual([link, 410, title]);
    }
    const spanish = await new Person().open(links.patients + "?lang=es");
    expect([spanish.status, heading(spanish)]).toEqual([410, "Esta consulta ya no es por video"]);
  });

  test("the page that was open is closed, and another launch makes nothing", async () => {
    expect((await clinician.open(visit.url)).status).toBe(401);
    const before = await everything();
    const again = await launchFrom(deployment, new Person(), await launchOf(deployment, "startsSoon"));
    expect([again.status, heading(again)]).toEqual([410, "This visit is not by video any more"]);
    const made = (await everything()).filter(({ id }) => !before.some((row) => row.id === id));
    expect(made.map(({ body }) => Object.keys(body))).toEqual([expect.arrayContaining(["launchId"])]);
  });

  test("a job that was made before does nothing", async () => {
    const { holdings, hospital, visits } = deployment.parts;
    const [connection] = await hospital.connections();
    if (connection === undefined) throw new Error("no connection");
    const id = holdings.idOf({ fhirBaseUrl: connection.fhirBaseUrl, appointmentId: appointment });
    expect(await visits.catchUp(id)).toBe("in-step");
    await expect(visits.end(id)).rejects.toThrow("an administrator has deleted this visit");
  });

  test("a second time changes nothing", async () => {
    const before = (await everything()).filter(({ body }) => body["deleted"] !== undefined);
    await post("deletion", { connection: await connectionId(), appointment, reason: "Once more." });
    const after = (await everything()).filter(({ body }) => body["deleted"] !== undefined);
    expect(after).toEqual(before);
  });

  test.each([
    ["opened", 9],
    ["found", 12],
  ] as const)(
    "an appointment that is moved and %s stays deleted as long as if it had been so then",
    async (how, days) => {
      const { holdings, hospital, visits } = deployment.parts;
      const facts = await factsOf(appointment, days);
      const made = how === "opened" ? visits.open(facts) : visits.expect(facts, false);
      await expect(made).rejects.toThrow("has deleted this visit");
      const [connection] = await hospital.connections();
      if (connection === undefined) throw new Error("no connection");
      const id = holdings.idOf({ fhirBaseUrl: connection.fhirBaseUrl, appointmentId: appointment });
      const after = (await everything()).find((row) => row.id === id);
      expect(after?.expiresAt).toEqual(new Date(facts.end.getTime() + 366 * DAY_MS));
    },
  );

  test("one that nobody has opened or found stays deleted for a year, however far off it is", async () => {
    const { holdings, hospital, visits, now } = deployment.parts;
    const [connection] = await hospital.connections();
    if (connection === undefined) throw new Error("no connection");
    const about = { fhirBaseUrl: connection.fhirBaseUrl, appointmentId: "not-opened-yet" };
    const yearOn = now().getTime() + 366 * DAY_MS;
    await holdings.delete(about);
    const [held] = await holdings.about(about);
    expect(held?.row.expiresAt?.getTime()).toBeGreaterThanOrEqual(yearOn);
    const facts = await factsOf("not-opened-yet", 90);
    await expect(visits.expect(facts, false)).rejects.toThrow("has deleted this visit");
    const [later] = await holdings.about(about);
    expect(later?.row.expiresAt).toEqual(new Date(facts.end.getTime() + 366 * DAY_MS));
  });
});
