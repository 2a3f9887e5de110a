/** Whose an appointment is: whatever way it comes by, it is compared with the patient whose chart is open. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { patientLink } from "../../../harness/clinician.ts";
import { Person } from "../../../harness/person.ts";
import {
  appointment,
  days,
  minutes,
  of,
  PATIENT,
  PLACE,
  readInPart,
  startChartAt,
  type ChartAt,
} from "./chartAt.ts";
import { heading } from "./otherChart.ts";
import { json, MARKS } from "./smallServer.ts";
import { fieldsIn } from "../../../harness/html.ts";

let chart: ChartAt;
beforeAll(async () => {
  chart = await startChartAt();
});
afterEach(() => {
  chart.server.reset();
  chart.logged();
});
afterAll(() => chart.stop());

const OWN = "Patient/" + MARKS.patient;
const told = (page: { readonly status: number; readonly html: string }) => [page.status, heading(page)];
const NOT_USABLE = [404, "The chart’s answer could not be used"];
const NONE = [404, "No video visit today"];
const OPEN = [200, "Video Visit"];
const times = (html: string) => fieldsIn({ html }, "appointment");

describe("an appointment of another patient", () => {
  const FOREIGN = () => appointment({ id: "a-9", participant: of("Patient/pat9"), description: "Theirs" });

  test.each<[string, string]>([
    ["relative", "Patient/pat9"],
    ["of an id that begins like this one's", OWN + "9"],
    ["of this id on another server", "https://elsewhere.example/fhir/" + OWN],
    ["of this id below another base of the same host", "BASE/../other/" + OWN],
    ["of another version of another patient", "Patient/pat9/_history/1"],
    ["by a search and not an id", "Patient?identifier=" + MARKS.patient],
  ])(
    "in the search's answer (%s) is dropped, and the page says why there is nothing",
    async (_how, reference) => {
      const { fhirBaseUrl } = chart.server;
      chart.searchFinds(appointment({ participant: of(reference.replace("BASE", fhirBaseUrl)) }));
      const page = await chart.launchToSearch();
      expect(told(page)).toEqual(NOT_USABLE);
      expect(page.html).toContain("another patient");
      expect(readInPart(chart.logged())).toContainEqual({ reason: "foreign-dropped", count: 1 });
    },
  );

  test("beside the patient's own takes nothing away, and the page says that the answer was not usable as it stood", async () => {
    chart.searchFinds(FOREIGN(), appointment());
    const page = await chart.launchToSearch();
    expect(told(page)).toEqual(OPEN);
    expect(page.html).toContain("The chart’s answer was not usable as it stood");
    expect(page.html).not.toContain("Theirs");
  });

  test("named by the encounter is not opened: the patient's own is", async () => {
    chart.answers("Encounter/e-1", {
      resourceType: "Encounter",
      appointment: [{ reference: "Appointment/a-9" }],
    });
    chart.answers("Appointment/a-9", FOREIGN());
    chart.searchFinds(appointment());
    const page = await chart.launch();
    expect(told(page)).toEqual(OPEN);
    expect(page.html).toContain("not usable");
    expect(readInPart(chart.logged())).toEqual([{ reason: "foreign-dropped", count: 1 }]);
    chart.searchFinds();
    expect(told(await chart.launch())).toEqual(NOT_USABLE);
  });

  test("cannot be picked, and is not kept", async () => {
    chart.searchFinds(
      appointment(),
      appointment({ id: "a-2", start: minutes(5), end: minutes(35) }),
      FOREIGN(),
    );
    chart.answers("Appointment/a-9", FOREIGN());
    const person = new Person();
    const choice = await chart.launchToSearch(person);
    expect(times(choice.html)).toEqual(["a-1", "a-2"]);
    const page = await person.send(choice.url.href + "/choice", { appointment: "a-9" });
    expect(told(page)).toEqual([404, "That visit cannot be opened now"]);
    expect(told(await person.open(choice.url))).toEqual([200, "Which visit?"]);
  });

  test("is what the open visit has become when the chart gives it to somebody else: nothing of it is shown", async () => {
    const person = new Person();
    const page = await chart.launch(person);
    const link = patientLink(page);
    chart.answers(
      "Appointment/a-1",
      appointment({
        participant: of("Patient/pat9"),
        serviceType: [{ text: "Video Visit" }, { text: "Theirs" }],
      }),
    );
    const after = await person.open(page.url);
    expect(told(after)).toEqual([404, "This visit is no longer this patient’s"]);
    for (const kept of [link, "Theirs", "Join in Teams", "Sign in to join"])
      expect(after.html).not.toContain(kept);
    expect(JSON.stringify(chart.logged())).toContain("chart.visit-of-another-patient");
    for (const path of ["/links", "/invitations"])
      expect((await person.send(page.url.href + path, { person: "0", role: "relative" })).status).toBe(404);
    chart.answers("Appointment/a-1", appointment());
    expect(patientLink(await person.open(page.url))).toBe(link);
  });

  test("is what the server answers with for an id that was asked for: it is not taken for that one", async () => {
    const person = new Person();
    const page = await chart.launch(person);
    chart.answers("Appointment/a-1", appointment({ id: "a-2" }));
    const unread = await person.open(page.url);
    expect([unread.status, unread.html.includes("The chart answered something unreadable")]).toEqual([
      200,
      true,
    ]);
    expect(patientLink(unread)).toBe(patientLink(page));
    chart.answers("Appointment/a-1", appointment());
    chart.answers(OWN, { resourceType: "Patient", id: "pat9", name: [{ text: "Theirs" }] });
    const other = await person.open(page.url);
    expect([other.status, other.html.includes("Theirs")]).toEqual([200, false]);
    expect(other.html).toContain("Patient not known here");
  });
});

describe("this chart's patient", () => {
  test.each<[string, string]>([
    ["relative", OWN],
    ["in a version", OWN + "/_history/3"],
    ["absolute below the base", "BASE/" + OWN],
    ["absolute below the base, the host in capitals", "UPPER/" + OWN],
  ])("is the same by every reference to that record: %s", async (_how, reference) => {
    const { fhirBaseUrl } = chart.server;
    const [base, upper] = [fhirBaseUrl, fhirBaseUrl.replace("localhost", "LOCALHOST")];
    const participant = of(reference.replace("BASE", base).replace("UPPER", upper));
    chart.answers("Appointment/a-1", appointment({ participant }));
    expect(told(await chart.launch())).toEqual(OPEN);
  });

  test("is the one who replaced it, too, and a visit under that id is theirs whatever way it comes by", async () => {
    chart.answers(OWN, {
      resourceType: "Patient",
      id: MARKS.patient,
      active: false,
      link: [{ type: "replaced-by", other: { reference: "Patient/pat-new" } }],
    });
    chart.answers("Patient/pat-new", {
      resourceType: "Patient",
      id: "pat-new",
      name: [{ text: MARKS.patientName }],
    });
    const theirs = appointment({ participant: of("Patient/pat-new") });
    chart.answers("Appointment/a-1", theirs);
    const person = new Person();
    const page = await chart.launch(person);
    expect([...told(page), page.html.includes(MARKS.patientName)]).toEqual([...OPEN, true]);
    expect(told(await person.open(page.url))).toEqual(OPEN);
    chart.server.answers.set("/fhir/Appointment", ({ path }) =>
      json({ resourceType: "Bundle", ...(path.includes("pat-new") && { entry: [{ resource: theirs }] }) }),
    );
    expect(told(await chart.launchToSearch())).toEqual(OPEN);
  });

  describe("whose record was combined into another one", () => {
    const CURRENT = "Patient/pat-new";
    const theirs = (change: Readonly<Record<string, unknown>> = {}) =>
      appointment({ participant: of(CURRENT), ...change });
    const combined = (under: { readonly old: readonly object[]; readonly current: readonly object[] }) => {
      chart.answers(OWN, {
        resourceType: "Patient",
        id: MARKS.patient,
        link: [{ type: "replaced-by", other: { reference: CURRENT } }],
      });
      chart.answers(CURRENT, { resourceType: "Patient", id: "pat-new", name: [{ text: MARKS.patientName }] });
      chart.server.answers.set("/fhir/Appointment", ({ path }) => {
        const found = path.includes("pat-new") ? under.current : under.old;
        return json({ resourceType: "Bundle", entry: found.map((resource) => ({ resource })) });
      });
      for (const resource of [...under.old, ...under.current])
        chart.answers("Appointment/" + (resource as { readonly id: string }).id, resource);
    };
    const old = (change: Readonly<Record<string, unknown>>) => appointment({ id: "a-old", ...change });

    test.each<[string, Readonly<Record<string, unknown>>]>([
      ["yesterday's visit", { start: days(-1.2), end: days(-1.18), status: "fulfilled" }],
      ["tomorrow's visit", { start: days(1.2), end: days(1.22) }],
      ["a cancelled visit", { status: "cancelled" }],
      ["a missed visit", { status: "noshow" }],
      ["an office visit", { serviceType: [{ text: "Office Visit" }] }],
    ])("has today's visit under the other id, whatever is under this one: %s", async (_what, change) => {
      combined({ old: [old(change)], current: [theirs()] });
      expect(told(await chart.launchToSearch())).toEqual(OPEN);
    });

    test("is searched for under the other id only where this one has no visit today", async () => {
      combined({ old: [appointment()], current: [theirs({ id: "a-2" })] });
      chart.server.received.length = 0;
      expect(told(await chart.launchToSearch())).toEqual(OPEN);
      expect(chart.server.received.filter(({ path }) => path.includes("patient=pat-new"))).toEqual([]);
    });

    test("keeps an open visit that names them in words only, whatever is under this id", async () => {
      const inWords = appointment({ participant: [{ actor: { display: "Somebody" } }, PLACE] });
      combined({ old: [old({ start: days(1.2), end: days(1.22) })], current: [inWords] });
      chart.answers("Appointment/a-1", inWords);
      const person = new Person();
      const page = await chart.launchToSearch(person);
      expect(told(page)).toEqual(OPEN);
      expect(told(await person.open(page.url))).toEqual(OPEN);
    });

    test("has a visit cancelled that is, also where the other id cannot be searched under: there may be more", async () => {
      combined({ old: [old({ status: "cancelled" })], current: [] });
      chart.answers(CURRENT, {}, 500);
      const answer = chart.server.answers.get("/fhir/Appointment");
      chart.server.answers.set("/fhir/Appointment", async (asked) =>
        asked.path.includes("pat-new") ? json({}, 500) : ((await answer?.(asked)) ?? json({})),
      );
      const page = await chart.launchToSearch();
      expect(page.status).toBe(410);
      chart.answers(OWN, {}, 500);
      expect((await chart.launchToSearch()).status).toBe(410);
      expect(readInPart(chart.logged())).toContainEqual({ reason: "list-incomplete" });
    });
  });

  test("named in words only is proven by their own search, and not by an encounter alone", async () => {
    const withPatientInWords = (id: string, from: number) =>
      appointment({
        id,
        start: minutes(from),
        end: minutes(from + 30),
        participant: [{ actor: { display: "Somebody" } }, PLACE],
      });
    chart.searchFinds(withPatientInWords("a-1", 0), withPatientInWords("a-2", 40));
    for (const [id, from] of [
      ["a-1", 0],
      ["a-2", 40],
    ] as const)
      chart.answers("Appointment/" + id, withPatientInWords(id, from));
    const person = new Person();
    const choice = await chart.launchToSearch(person);
    expect(times(choice.html)).toEqual(["a-1", "a-2"]);
    const picked = await person.send(choice.url.href + "/choice", { appointment: "a-2" });
    expect(told(picked)).toEqual(OPEN);
    expect(told(await person.open(choice.url))).toEqual(OPEN);
    chart.searchFinds();
    expect(told(await person.open(choice.url))).toEqual([404, "This visit is no longer this patient’s"]);
    chart.server.reset();
    chart.answers("Appointment/a-1", withPatientInWords("a-1", 0));
    chart.searchFinds();
    expect(told(await chart.launch())).toEqual(NOT_USABLE);
    chart.searchFinds(withPatientInWords("a-1", 0));
    expect(told(await chart.launch())).toEqual(OPEN);
  });

  test.each<[string, object]>([
    ["something contained", { reference: "#p" }],
    ["a URN", { reference: "urn:uuid:1b8b3b7e-0000-4000-8000-000000000001" }],
    ["an identifier", { type: "Patient", identifier: { system: "urn:mrn", value: "4" } }],
    ["words", { display: "Somebody" }],
    ["an empty reference", { reference: "", display: "Somebody" }],
    ["null", { reference: null }],
  ])("named by %s is named in words only", async (_what, actor) => {
    const theirs = appointment({ participant: [{ actor }, PLACE] });
    chart.searchFinds(theirs);
    expect(told(await chart.launchToSearch())).toEqual(OPEN);
    chart.server.reset();
    chart.answers("Appointment/a-1", theirs);
    chart.searchFinds();
    expect(told(await chart.launch())).toEqual(NOT_USABLE);
  });

  test.each<[string, unknown]>([
    ["a path that is no reference", { type: "Patient", reference: "somewhere/else/" + MARKS.patient }],
    ["an id without a type", { type: "Patient", reference: "pat9" }],
    ["a reference with more after it", { reference: OWN + "/name" }],
    ["a reference from the host on", { reference: "/fhir/Patient/pat9" }],
    ["an id alone", { reference: "pat9" }],
    ["a type in small letters", { reference: "patient/pat9" }],
    ["a whole address with its type in small letters", { reference: "BASE/patient/pat9" }],
    ["references in a list", { reference: ["Patient/pat9"] }],
    ["actors in a list", [{ reference: "Patient/pat9" }]],
    ["a reference that is an object", { reference: { value: "Patient/pat9" }, type: "Patient" }],
    ["an actor that is a text", "Patient/pat9"],
  ])("named by %s is somebody of whom nothing is known, even to their own search", async (_what, given) => {
    const actor = JSON.parse(JSON.stringify(given).replace("BASE", chart.server.fhirBaseUrl)) as unknown;
    chart.searchFinds(appointment({ participant: [{ actor }, PLACE] }));
    expect(told(await chart.launchToSearch())).toEqual(NOT_USABLE);
  });

  test.each<[string, unknown]>([
    ["a participant in a form that cannot be read", [{ reference: "Practitioner/1" }]],
    ["an id alone", { reference: "4711" }],
  ])("is theirs although %s takes part, too", async (_what, actor) => {
    chart.searchFinds(appointment({ participant: [PATIENT, PLACE, { actor }] }));
    expect(told(await chart.launchToSearch())).toEqual(OPEN);
  });

  test("who comes without an id is not taken for the one who was asked for", async () => {
    chart.answers(OWN, { resourceType: "Patient", name: [{ text: "Theirs" }] });
    const page = await chart.launch();
    expect([page.status, page.html.includes("Theirs")]).toEqual([200, false]);
    expect(page.html).toContain("Patient not known here");
  });

  test.each<[string, unknown]>([
    ["a type in front", OWN],
    ["the whole address", "BASE/" + OWN],
  ])("is asked for by its id, however the token says it: %s", async (_how, patient) => {
    const { server } = chart;
    const token = server.answers.get("/token");
    server.answers.set("/token", async (asked) => {
      const reply = await token?.(asked);
      const body = JSON.parse(reply?.body ?? "{}") as object;
      return json({
        ...body,
        patient: String(patient).replace("BASE", server.fhirBaseUrl),
        encounter: "Encounter/e-1",
      });
    });
    server.received.length = 0;
    const page = await chart.launch();
    expect([...told(page), page.html.includes(MARKS.patientName)]).toEqual([...OPEN, true]);
    const paths = server.received.map(({ path }) => path).filter((path) => path.startsWith("/fhir/"));
    expect(paths).toContain("/fhir/" + OWN);
    expect(paths.filter((path) => /%2F|Patient\/Patient|Encounter\/Encounter/.test(path))).toEqual([]);
  });
});

describe("the encounter's appointments", () => {
  const named = (...ids: readonly string[]) => {
    chart.answers("Encounter/e-1", {
      resourceType: "Encounter",
      appointment: ids.map((id) => ({ reference: "Appointment/" + id })),
    });
  };
  const there = (id: string, change: Readonly<Record<string, unknown>> = {}) => {
    chart.answers("Appointment/" + id, appointment({ id, ...change }));
  };
  const lastWeek = { start: days(-7), end: days(-6.98) };

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["last week's", lastWeek],
    ["next week's", { start: days(7), end: days(7.02) }],
    ["one that was cancelled", { status: "cancelled" }],
    ["one that was entered in error", { status: "entered-in-error" }],
    ["a no-show", { status: "noshow" }],
    ["one that is not booked", { status: "proposed" }],
    ["one on the waiting list", { status: "waitlist" }],
    ["an office visit", { serviceType: [{ text: "Office Visit" }] }],
    ["another patient's", { participant: of("Patient/pat9") }],
    ["one without a start", { start: null }],
  ])("are all looked at: after %s comes today's", async (_which, change) => {
    named("a-0", "a-1");
    there("a-0", change);
    there("a-1", { status: "arrived" });
    chart.searchFinds();
    const page = await chart.launch();
    expect([...told(page), page.html.includes("Arrived")]).toEqual([...OPEN, true]);
  });

  test.each<[string, unknown]>([
    ["in a version", [{ reference: "Appointment/a-1/_history/2" }]],
    ["absolute", [{ reference: "BASE/Appointment/a-1" }]],
    ["alone and no list", { reference: "Appointment/a-1" }],
    [
      "after words and something contained",
      [null, { display: "x" }, { reference: "#1" }, { reference: "Appointment/a-1" }],
    ],
    ["twice", [{ reference: "Appointment/a-1" }, { reference: "Appointment/a-1" }]],
  ])("are found by every reference to them: %s", async (_how, named) => {
    chart.answers("Encounter/e-1", {
      resourceType: "Encounter",
      appointment: JSON.parse(JSON.stringify(named).replace("BASE", chart.server.fhirBaseUrl)) as unknown,
    });
    chart.searchFinds();
    chart.server.received.length = 0;
    expect(told(await chart.launch())).toEqual(OPEN);
    expect(chart.server.received.filter(({ path }) => path.endsWith("/Appointment/a-1"))).toHaveLength(1);
  });

  test("are read to a limit, and the page says that there may be more", async () => {
    named("a-1", ...Array.from({ length: 20 }, (_, at) => "b-" + String(at)));
    there("a-1");
    const page = await chart.launch();
    expect(told(page)).toEqual(OPEN);
    expect(page.html).toContain("did not send the whole list of appointments");
  });

  test("that are gone or not to be read are passed over", async () => {
    named("gone", "forbidden", "broken", "a-1");
    chart.answers("Appointment/forbidden", {}, 403);
    chart.answers("Appointment/broken", {}, 500);
    there("a-1");
    expect(told(await chart.launch())).toEqual(OPEN);
  });

  test("that cannot be read are said, because what is shown in their place may be another visit", async () => {
    const words = "The appointment that this chart was opened from could not be read.";
    named("a-1");
    there("a-1");
    expect((await chart.launch()).html).not.toContain(words);
    chart.answers("Appointment/a-1", {}, 403);
    chart.searchFinds(appointment({ id: "a-2", start: minutes(10), end: minutes(25) }));
    const page = await chart.launch();
    expect([...told(page), page.html.includes(words)]).toEqual([200, "Is this the visit?", true]);
    const person = new Person();
    const asked = await chart.launch(person);
    expect(told(await person.send(asked.url.href + "/choice", { appointment: "a-2" }))).toEqual(OPEN);
  });

  test("that are none of today's leave the search, and what it finds", async () => {
    named("a-0");
    there("a-0", lastWeek);
    chart.searchFinds(appointment({ id: "a-2", start: minutes(10), end: minutes(25) }));
    expect(told(await chart.launch())).toEqual(OPEN);
    chart.searchFinds();
    expect(told(await chart.launch())).toEqual(NONE);
  });

  test("of which several are today's are the clinician's to choose from, as are only those", async () => {
    named("a-1", "a-2", "a-0");
    there("a-0", lastWeek);
    there("a-1");
    there("a-2", { start: minutes(45), end: minutes(60) });
    const person = new Person();
    const choice = await chart.launch(person);
    expect([...told(choice), times(choice.html)]).toEqual([200, "Which visit?", ["a-1", "a-2"]]);
    const page = await person.send(choice.url.href + "/choice", { appointment: "a-2" });
    expect(told(page)).toEqual(OPEN);
  });

  test.each([403, 429, 500, 404])("are searched for where the encounter answers %i", async (status) => {
    chart.answers("Encounter/e-1", {}, status);
    expect(told(await chart.launch())).toEqual(OPEN);
  });
});

describe("a choice", () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["an office visit", { serviceType: [{ text: "Office Visit" }] }],
    ["tomorrow's", { start: days(1.5), end: days(1.52) }],
    ["a cancelled one", { status: "cancelled" }],
    ["a no-show", { status: "noshow" }],
    ["one that nobody has booked", { status: "proposed" }],
  ])("that was made up does not take %s", async (_which, change) => {
    const other = appointment({ id: "a-3", ...change });
    chart.searchFinds(appointment(), appointment({ id: "a-2", start: minutes(40), end: minutes(60) }), other);
    chart.answers("Appointment/a-3", other);
    const person = new Person();
    const choice = await chart.launchToSearch(person);
    const page = await person.send(choice.url.href + "/choice", { appointment: "a-3" });
    expect(told(page)).toEqual([404, "That visit cannot be opened now"]);
    expect(told(await person.open(choice.url))).toEqual([200, "Which visit?"]);
  });

  test("says with whom each visit is, where the chart does", async () => {
    const by = (display: string) => ({ actor: { reference: "Practitioner/x", display } });
    chart.searchFinds(
      appointment({
        participant: [
          PATIENT,
          PLACE,
          by("Nurse, Kim"),
          { ...by("Sample MD, Robin"), type: [{ coding: [{ code: "PPRF" }] }] },
        ],
      }),
      appointment({ id: "a-2", start: minutes(40), end: minutes(60) }),
    );
    const choice = await chart.launchToSearch();
    expect(choice.html).toContain("with Sample MD, Robin, Nurse, Kim");
  });
});

describe("the same appointment twice over pages", () => {
  test.each<[string, object, object, string]>([
    ["the higher version first", { versionId: "2-1" }, { versionId: "1-1" }, "first"],
    ["the higher version last", { versionId: "9-9" }, { versionId: "10-1" }, "last"],
    ["the later date first", { lastUpdated: days(-1) }, { lastUpdated: days(-2) }, "first"],
    [
      "a date against a version",
      { versionId: "1", lastUpdated: days(-1) },
      { versionId: "2", lastUpdated: days(-2) },
      "first",
    ],
    ["versions that are no numbers", { versionId: "b" }, { versionId: "a" }, "last"],
    ["no version at all", {}, {}, "last"],
  ])("counts once, in its newer version: %s", async (_which, first, last, newer) => {
    const copy = (meta: object, isNewer: boolean) =>
      appointment({ meta, status: isNewer ? "arrived" : "cancelled" });
    // The visit is as it is read by its id, so the search alone says that the patient has arrived.
    chart.searchFinds(appointment());
    await chart.launchToSearch();
    const { fhirBaseUrl, answers } = chart.server;
    answers.set("/fhir/Appointment", ({ path }) =>
      path.includes("page=2")
        ? json({ resourceType: "Bundle", entry: [{ resource: copy(last, newer === "last") }] })
        : json({
            resourceType: "Bundle",
            link: [{ relation: "next", url: fhirBaseUrl + "/Appointment?page=2" }],
            entry: [{ resource: copy(first, newer === "first") }],
          }),
    );
    const page = await chart.launchToSearch();
    expect([...told(page), page.html.includes("Arrived")]).toEqual([...OPEN, true]);
  });
});
