/**
 * What it means for everybody that nobody knows whose a visit is: for each link and its calendar file, before its time and at
 * it; for the page of whoever has the visit open; and for a launch of the chart of before, which notes it.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { guestLinks, patientLink } from "../../../harness/clinician.ts";
import { textsOf } from "../../../harness/html.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { appointment, minutes, PLACE, startChartAt, type ChartAt } from "./chartAt.ts";
import { heading } from "./otherChart.ts";
import { json } from "./smallServer.ts";

const UNTOLD = "The chart does not say whose this visit is";
const CALL = "Please call us about this visit";
const TWO_MINUTES_MS = 120_000;
const NOW = { start: minutes(0), end: minutes(60) };
const MOVED = { start: minutes(130), end: minutes(160) };
const ill = { resourceType: "OperationOutcome", issue: [{ severity: "fatal", code: "exception" }] };

let chart: ChartAt;
/** The appointment's id, another one for each test. */
let id = "d-0";
let count = 0;
beforeAll(async () => {
  chart = await startChartAt();
});
beforeEach(() => {
  chart.server.reset();
  id = "d-" + String(++count);
});
afterAll(() => chart.stop());

const participants = (patients: readonly string[], declined: readonly string[] = []) => [
  ...patients.map((one) => ({ actor: { reference: "Patient/" + one } })),
  ...declined.map((one) => ({ actor: { reference: "Patient/" + one }, status: "declined" })),
  PLACE,
];
const records = (patient: string) =>
  chart.answers("Patient/" + patient, { resourceType: "Patient", id: patient, name: [{ text: patient }] });
const fails = (patient: string) => chart.answers("Patient/" + patient, ill, 500);

/** The chart says, by the appointment's id, whose it is; a search shows it as before. */
function names(patients: readonly string[], times = NOW, declined: readonly string[] = []): void {
  const participant = participants(patients, declined);
  chart.answers("Appointment/" + id, appointment({ id, participant, ...times }));
}

/** A launch of this patient's chart, as a new person. */
async function launched(patient: string) {
  const token = chart.server.answers.get("/token");
  chart.server.answers.set("/token", async (request) => {
    const answer = await token?.(request);
    return json({ ...(JSON.parse(answer?.body ?? "{}") as object), patient });
  });
  const person = new Person();
  return { person, page: await chart.launchToSearch(person) };
}

/** The visit of these patients, opened from the first one's chart. */
async function opened(patients: readonly string[], times = NOW) {
  for (const one of patients) records(one);
  chart.searchFinds(appointment({ id, participant: participants(patients), ...times }));
  const { person, page } = await launched(patients[0] ?? "");
  const reload = () => person.open(page.url);
  const act = (path: string, fields: Record<string, string>) =>
    person.send(new URL(page.url.pathname + path, page.url), fields);
  return { person, page, link: patientLink(page), reload, act };
}

/** The appointment is another patient's, whose own chart's search shows it. */
function isOf(patient: string, times = NOW): void {
  chart.searchFinds(appointment({ id, participant: participants([patient]), ...times }));
}

const tap = async (link: string) => new Person().open(link, (url) => url.origin !== chart.deployment.url);
const statuses = async (...links: readonly string[]) =>
  Promise.all(links.map(async (link) => (await tap(link)).status));
const asPage = (link: string) => link.replace("/j/", "/v/");

describe("each link says to call, and no time", () => {
  test.each([
    ["before it opens", 60],
    ["once it is open", 0],
  ])(
    "%s: the patient's, another participant's, a colleague's, and their calendar files",
    async (_when, from) => {
      const times = { start: minutes(from), end: minutes(from + 30) };
      const { link, act } = await opened(["p-1"], times);
      await act("/invitations", { role: "relative" });
      const links = guestLinks(await act("/invitations", { role: "colleague" }));
      const [guest = "", colleague = ""] = [1, 2].map((number) => links.get(number));
      expect(await statuses(asPage(link), asPage(link) + "/visit.ics")).toEqual([200, 200]);
      isOf("p-9", from > 0 ? MOVED : times);
      fails("p-9");
      expect(heading((await launched("p-9")).page)).toBe(UNTOLD);
      const shown = await Promise.all(
        [
          link,
          asPage(link),
          asPage(link) + "/visit.ics",
          guest,
          asPage(guest),
          asPage(guest) + "/visit.ics",
        ].map(tap),
      );
      for (const page of shown) {
        expect([page.status, heading(page)]).toEqual([409, CALL]);
        expect(page.html).toContain("Lamna Other Clinic");
        expect(page.html).not.toMatch(/\d:\d\d|DTSTART|Join/);
      }
      const spanish = await tap(asPage(link) + "?lang=es");
      expect([spanish.status, heading(spanish)]).toEqual([409, "Por favor, llámenos por esta consulta"]);
      const staff = await tap(colleague);
      const isTimed = /\d:\d\d/.test(staff.html);
      expect([staff.status, heading(staff), isTimed]).toEqual([
        409,
        "This visit cannot be joined now",
        false,
      ]);
      expect((await new Person().send(asPage(link), {})).status).toBe(409);
    },
  );
});

describe("a launch of the chart of before", () => {
  const isUntold = ({ status, html }: Page) => [status, html.includes(UNTOLD), html.includes("link-patient")];

  test("notes it on its open page, whose record cannot be read; after two minutes it counts as another's", async () => {
    const { link, reload } = await opened(["p-1"]);
    names(["p-9"]);
    records("p-9");
    fails("p-1");
    expect(isUntold(await reload())).toEqual([200, true, false]);
    expect(await statuses(link)).toEqual([409]);
    chart.deployment.clock.forward(TWO_MINUTES_MS - 1_000);
    expect(isUntold(await reload())).toEqual([200, true, false]);
    chart.deployment.clock.forward(1_000);
    expect(heading(await reload())).toBe("This visit is no longer this patient’s");
    expect(await statuses(link)).toEqual([409]);
    // It was a mistake: the link is good again, and it is the same.
    names(["p-1"]);
    expect(patientLink(await reload())).toBe(link);
    expect(await statuses(link)).toEqual([302]);
  });

  test("says so when it is given away for good meanwhile", async () => {
    const { link, reload } = await opened(["p-1"]);
    isOf("p-9");
    records("p-9");
    const theirs = await launched("p-9");
    expect(await statuses(link, patientLink(theirs.page))).toEqual([410, 302]);
    fails("p-1");
    for (let times = 0; times < 2; times += 1)
      expect(heading(await reload())).toBe("This visit is no longer this patient’s");
    expect(await statuses(patientLink(theirs.page))).toEqual([302]);
  });

  test.each<[what: string, before: string[], after: string[], declined?: string[]]>([
    ["it is another patient's", ["p-1"], ["p-9"]],
    ["they were taken off a group", ["p-1", "p-2"], ["p-2"]],
    ["they have declined, and another comes", ["p-1", "p-2"], ["p-2"], ["p-1"]],
  ])("notes it where %s, and their record can be read", async (_what, before, after, declined) => {
    const { link, reload } = await opened(before);
    for (const one of after) records(one);
    names(after, NOW, declined);
    expect(heading(await reload())).toBe("This visit is no longer this patient’s");
    expect(await statuses(link)).toEqual([409]);
    names(before);
    expect(patientLink(await reload())).toBe(link);
    expect(await statuses(link)).toEqual([302]);
  });

  test("notes it where a search finds it under another id, and their record cannot be read", async () => {
    const { link } = await opened(["p-1"]);
    isOf("p-9");
    records("p-9");
    fails("p-1");
    const { page } = await launched("p-1");
    expect([page.status, heading(page), page.html.includes("stays valid")]).toEqual([502, UNTOLD, false]);
    expect(await statuses(link)).toEqual([409]);
  });

  test("notes it where the search finds one that they have declined, as the appointment itself says", async () => {
    const { link } = await opened(["p-1", "p-2"]);
    chart.searchFinds(appointment({ id, participant: participants(["p-2"], ["p-1"]), ...NOW }));
    await launched("p-1");
    expect(await statuses(link)).toEqual([409]);
    names(["p-1", "p-2"]);
    await launched("p-1");
    expect(await statuses(link)).toEqual([302]);
  });

  test("notes it where the encounter names it", async () => {
    const { link } = await opened(["p-1"]);
    isOf("p-9");
    records("p-9");
    chart.searchFinds();
    names(["p-9"]);
    const { person } = await launched("p-1");
    chart.answers("Encounter/e-1", {
      resourceType: "Encounter",
      appointment: [{ reference: "Appointment/" + id }],
    });
    expect(await statuses(link)).toEqual([302]);
    await chart.launch(person);
    expect(await statuses(link)).toEqual([409]);
  });

  test("notes nothing where the appointment names nobody by an id", async () => {
    const { link, reload } = await opened(["p-1"]);
    chart.answers(
      "Appointment/" + id,
      appointment({ id, participant: [{ actor: { display: "X" } }, PLACE], ...NOW }),
    );
    chart.answers("Appointment", { resourceType: "Bundle" });
    expect(heading(await reload())).toBe("This visit is no longer this patient’s");
    expect(await statuses(link)).toEqual([302]);
  });
});

describe("the visit's page", () => {
  /** A group's page, whose appointment names somebody else in place of one, and was moved. */
  async function inDoubt() {
    const all = await opened(["p-1", "p-2"]);
    await all.act("/invitations", { role: "relative" });
    records("p-1");
    fails("p-3");
    names(["p-1", "p-3"], MOVED);
    return { ...all, shown: await all.reload() };
  }

  test("says nothing of good links, and offers none to copy, send or make", async () => {
    const { shown, link } = await inDoubt();
    expect([shown.status, shown.html.includes(UNTOLD)]).toEqual([200, true]);
    for (const gone of [
      "can be copied",
      "still good",
      "stay as they are",
      "Copy link",
      "Copy patient",
      "stays the same",
      link,
    ])
      expect(shown.html).not.toContain(gone);
    for (const form of ["/messages", "/invitations", "/late"])
      expect(shown.html).not.toContain(`${shown.url.pathname}${form}"`);
    expect(textsOf(shown.html, "summary")).toContain("New link of the patient");
    expect(shown.html).toContain("No link shows the new time yet.");
    expect(shown.html).toContain("Sign in to join");
  });

  test("sends nothing, invites nobody, and says no lateness; a link that is turned off stays off", async () => {
    const { act, link, reload } = await inDoubt();
    const refused = "Not done: the chart does not say whose this visit is.";
    const to = {
      person: "0",
      generation: "0",
      sent: "0",
      to: "typed",
      typed: "someone@example.com",
      language: "en",
    };
    const before = (await chart.deployment.parts.store.changes("messages", 100)).items.length;
    for (const page of [
      await act("/messages", to),
      await act("/invitations", { role: "guest" }),
      await act("/late", {}),
    ])
      expect(page.html).toContain(refused);
    expect((await chart.deployment.parts.store.changes("messages", 100)).items.length).toBe(before);
    const renewed = await act("/links", { person: "0" });
    expect(renewed.html).toContain("The new one is here once the chart says whose this visit is.");
    names(["p-1", "p-2"]);
    const after = await reload();
    expect([...guestLinks(after).keys()]).toEqual([1]);
    expect(await statuses(link, patientLink(after))).toEqual([410, 302]);
  });
});
