/** Charts as servers send them: what is unambiguous is taken, and what cannot be read is said and never just gone. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Person } from "../../../harness/person.ts";
import { formatClockBefore, formatShortClock } from "../../../../app/web/time.ts";
import { appointment, minutes, PATIENT, PLACE, readInPart, startChartAt, type ChartAt } from "./chartAt.ts";
import { heading } from "./otherChart.ts";
import { json, MARKS, type Reply } from "./smallServer.ts";
import { textOf } from "../../../../infra/rehearsal/visit/html.ts";

let chart: ChartAt;
beforeAll(async () => {
  chart = await startChartAt();
});
afterEach(() => {
  chart.server.reset();
  chart.logged();
});
afterAll(() => chart.stop());

const ZONE = "America/Chicago";
const told = (page: { readonly status: number; readonly html: string }) => [page.status, heading(page)];
const OPEN = [200, "Video Visit"];
const NONE = [404, "No video visit today"];
const NOT_FHIR = "The chart answered something unreadable";
const text = ({ html }: { readonly html: string }) => textOf(html);
const clock = (from: number) => formatShortClock(new Date(minutes(from)), ZONE).replace(/\s/g, " ");
const span = (from: number, to: number) =>
  [formatClockBefore(new Date(minutes(from)), new Date(minutes(to)), ZONE), clock(to)].join(" – ");
/** The time of a moment without what says its zone, as the clinic's clock shows it. */
const onTheWall = (from: number) =>
  new Date(minutes(from)).toLocaleString("sv-SE", { timeZone: ZONE }).replace(" ", "T");

describe("an appointment is opened whatever is odd about", () => {
  const good = { start: minutes(0), end: minutes(30) };
  test.each<[string, Readonly<Record<string, unknown>>]>([
    [
      "something contained of another kind",
      { contained: [{ resourceType: "Device", id: "d", type: { text: "pump" } }] },
    ],
    ["something contained that is nothing", { contained: [null, {}, "x"] }],
    ["an id that is a number", { id: 4 }],
    ["a length in quotation marks", { end: undefined, minutesDuration: "30" }],
    ["an end that is null", { end: null, minutesDuration: 30 }],
    ["a start with a capital-less zone", { start: minutes(0).toLowerCase() }],
    ["a zone without a colon", { start: minutes(0).replace("Z", "+0000") }],
    ["a zone of hours only", { start: minutes(0).replace("Z", "+00") }],
    ["a start without seconds", { start: minutes(0).replace(/:\d\d\.\d+Z/, "Z") }],
    ["a blank in place of the T", { start: minutes(0).replace("T", " ") }],
    ["blanks around the start", { start: " " + minutes(0) + " " }],
    ["nobody among the participants", { participant: [null, PATIENT, PLACE] }],
    [
      "a participant without an actor",
      { participant: [{ status: "accepted" }, { actor: null }, PATIENT, PLACE] },
    ],
    ["an actor's name that is a number", { participant: [{ actor: { display: 7 } }, PATIENT, PLACE] }],
    ["a single type instead of a list", { serviceType: { text: "Video Visit" } }],
    ["a type in a coding only", { serviceType: [null, { coding: { display: "Video Visit" } }] }],
    ["a description that is a list", { description: ["x"] }],
    ["a meta that is text", { meta: "x" }],
    ["a status in capitals", { status: "Booked" }],
    ["a status that is absent with a reason", { status: undefined, _status: { extension: [] } }],
  ])("%s", async (_what, change) => {
    chart.searchFinds(appointment({ ...good, ...change }));
    const page = await chart.launchToSearch();
    expect(told(page), JSON.stringify(chart.logged())).toEqual(OPEN);
  });

  test("a start in a leap second", async () => {
    const start = minutes(0).replace(/:\d\d\.\d+Z/, ":60Z");
    chart.searchFinds(appointment({ start, end: undefined, minutesDuration: 30 }));
    const page = await chart.launchToSearch();
    expect([...told(page), text(page).includes(span(1, 31))]).toEqual([...OPEN, true]);
  });

  test("rooms that are named by an object", async () => {
    const room = {
      resourceType: "HealthcareService",
      id: "41",
      type: { text: "Patient Virtual Meeting Room" },
    };
    chart.searchFinds(appointment({ serviceType: [{ text: "Visit" }], contained: [room] }));
    expect(told(await chart.launchToSearch())).toEqual([200, "Visit"]);
  });
});

describe("an entry that cannot be read is counted and named, and the page says that a visit may be missing", () => {
  test.each<[string, unknown, string]>([
    ["no id", appointment({ id: undefined }), "id"],
    ["an id of dots", appointment({ id: { x: 1 } }), "id"],
    ["no start", appointment({ start: undefined }), "start"],
    ["a start in words", appointment({ start: "tomorrow" }), "start"],
    ["a day as its start", appointment({ start: minutes(0).slice(0, 10) }), "start"],
    ["a start on a day that there is not", appointment({ start: "2026-02-31T10:00:00Z" }), "start"],
    ["a start at an hour that there is not", appointment({ start: "2026-02-21T25:00:00Z" }), "start"],
    ["a start that is a number", appointment({ start: 1_900_000_000_000 }), "start"],
    ["no kind", { id: "a-1", start: minutes(0) }, "resourceType"],
    ["nothing in it", {}, "resourceType"],
    ["a kind that is misspelled", appointment({ resourceType: "appointment" }), "resourceType"],
    ["a list within the list", { resourceType: "Bundle", entry: [{ resource: appointment() }] }, "id"],
  ])("%s", async (_what, entry, field) => {
    chart.searchFinds(entry);
    const page = await chart.launchToSearch();
    expect(told(page)).toEqual(NONE);
    expect(text(page)).toContain("One appointment in this chart could not be read");
    expect(readInPart(chart.logged())).toEqual([
      { reason: "entries-skipped", count: 1, names: expect.arrayContaining([field]) as string[] },
    ]);
  });

  test("that is counted by the server, and not sent", async () => {
    chart.server.answers.set("/fhir/Appointment", () => json({ resourceType: "Bundle", total: 2 }));
    const page = await chart.launchToSearch();
    expect(told(page)).toEqual(NONE);
    expect(text(page)).toContain("did not send the whole list of appointments");
    chart.server.answers.set("/fhir/Appointment", () => json({ resourceType: "Bundle", total: 0 }));
    expect(text(await chart.launchToSearch())).not.toContain("whole list");
  });

  test("that is counted by the server beside one that it sends, without a next page", async () => {
    chart.answers("Appointment", { resourceType: "Bundle", total: 3, entry: [{ resource: appointment() }] });
    const page = await chart.launchToSearch();
    expect([...told(page), text(page).includes("whole list")]).toEqual([...OPEN, true]);
    chart.answers("Appointment", { resourceType: "Bundle", total: 1, entry: [{ resource: appointment() }] });
    expect(text(await chart.launchToSearch())).not.toContain("whole list");
  });

  test.each<[string, readonly object[], string]>([
    ["an error", [{ severity: "error", code: "processing" }], "processing"],
    ["an error in no words of FHIR's", [{ severity: "fatal", code: "Jo" }], "other"],
    ["too many", [{ severity: "information", code: "value" }, { code: "too-costly" }], "too-costly"],
    ["an answer that came too late", [{ severity: "warning", code: "timeout" }], "timeout"],
  ])("that the server says is missing: %s", async (_what, issue, code) => {
    const resource = { resourceType: "OperationOutcome", issue };
    for (const search of [undefined, { mode: "outcome" }]) {
      chart.answers("Appointment", { resourceType: "Bundle", entry: [{ resource, search }] });
      const page = await chart.launchToSearch();
      expect([...told(page), text(page).includes("whole list")]).toEqual([...NONE, true]);
      expect(readInPart(chart.logged())).toEqual([{ reason: "list-incomplete", names: [code] }]);
    }
  });

  test("that the server keeps back on purpose, which is said apart", async () => {
    const resource = {
      resourceType: "OperationOutcome",
      issue: [{ severity: "warning", code: "suppressed" }],
    };
    const redacted = { resourceType: "Appointment", meta: { security: [{ code: "REDACTED" }] } };
    const entry = [{ resource }, { resource: redacted }];
    chart.answers("Appointment", { resourceType: "Bundle", entry });
    const page = await chart.launchToSearch();
    expect([...told(page), text(page).includes("whole list")]).toEqual([...NONE, false]);
    expect(text(page)).toContain("keeps some appointments back on purpose");
    expect(readInPart(chart.logged())).toEqual([{ reason: "entries-kept-back", count: 2 }]);
  });

  test("several together, beside one that can", async () => {
    chart.searchFinds(
      null,
      appointment({ id: null }),
      appointment({ start: "x" }),
      appointment({ start: "y", id: "a-2" }),
      appointment(),
    );
    const page = await chart.launchToSearch();
    expect(told(page)).toEqual(OPEN);
    expect(text(page)).toContain("4 appointments in this chart could not be read");
    const entries = chart.logged();
    expect(readInPart(entries)).toEqual([
      { reason: "entries-skipped", count: 4, names: expect.arrayContaining(["id", "start"]) as string[] },
    ]);
    expect(JSON.stringify(entries)).not.toContain(MARKS.patient);
  });

  test.each<[string, unknown]>([
    [
      "an office visit without a start",
      appointment({ start: undefined, serviceType: [{ text: "Office Visit" }] }),
    ],
    [
      "a request that nobody has booked",
      appointment({ status: "proposed", start: undefined, end: undefined }),
    ],
    ["the server's own remark", { resourceType: "OperationOutcome", issue: [] }],
    [
      "the server's own warning",
      { resourceType: "OperationOutcome", issue: [{ severity: "warning", code: "processing" }] },
    ],
    ["somebody who was included", { resourceType: "Patient", id: "pat1" }],
  ])("but not %s", async (_what, entry) => {
    chart.searchFinds(entry);
    const page = await chart.launchToSearch();
    expect([...told(page), text(page).includes("could not be read")]).toEqual([...NONE, false]);
    expect(readInPart(chart.logged())).toEqual([]);
  });
});

describe("a length that cannot be is taken as 30 minutes, or as the one that can, and the page says so", () => {
  test.each<[string, Readonly<Record<string, unknown>>, number]>([
    ["an end before the start", { end: minutes(-15) }, 30],
    ["an end before the start, and a length", { end: minutes(-15), minutesDuration: 20 }, 20],
    ["an end at the start", { end: minutes(0) }, 30],
    ["an end at the start, and a length", { end: minutes(0), minutesDuration: 45 }, 45],
    ["a length below nothing", { end: undefined, minutesDuration: -30 }, 30],
    ["a length of nothing", { end: undefined, minutesDuration: 0 }, 30],
    ["a length without end", { end: undefined, minutesDuration: 1e12 }, 30],
    ["an end in words", { end: "noon" }, 30],
    ["neither end nor length", { end: undefined }, 30],
    ["an end without the zone that the start has", { end: onTheWall(30) }, 30],
  ])("%s", async (_what, change, length) => {
    chart.searchFinds(appointment(change));
    const page = await chart.launchToSearch();
    expect(told(page)).toEqual(OPEN);
    expect(text(page)).toContain(span(0, length));
    expect(text(page)).toContain("does not say how long this visit is");
    // The page stays as it is while the visit is open.
    chart.answers("Appointment/a-1", appointment(change));
    expect(text(await chart.launch())).toContain(span(0, length));
  });

  test("and nothing is assumed where the chart says it", async () => {
    for (const change of [{}, { end: undefined, minutesDuration: 30 }]) {
      chart.searchFinds(appointment(change));
      expect(text(await chart.launchToSearch())).not.toContain("how long");
    }
    expect(readInPart(chart.logged())).toEqual([]);
  });
});

describe("times without a zone are the department's", () => {
  test("and the page says that this is assumed", async () => {
    const wall = { start: onTheWall(0), end: onTheWall(30) };
    chart.searchFinds(appointment(wall));
    chart.answers("Appointment/a-1", appointment(wall));
    for (const page of [await chart.launchToSearch(), await chart.launch()]) {
      expect([...told(page), text(page).includes(span(0, 30))]).toEqual([...OPEN, true]);
      expect(text(page)).toContain("time without a time zone");
    }
  });
});

describe("a status", () => {
  const WORDS = "or gives it in a form that cannot be read, so the visit may be canceled";

  test.each(["cancelled", "Canceled"])("in a list of one is that one: %s", async (status) => {
    chart.searchFinds(appointment({ status: [status] }));
    expect((await chart.launchToSearch()).status).toBe(410);
  });

  test.each<[string, unknown]>([
    ["an object", { value: "cancelled" }],
    ["two in a list", ["cancelled", "booked"]],
    ["words that nobody sees", "\u200b"],
  ])("that is %s opens the visit, and the page says that it may be canceled", async (_what, status) => {
    chart.searchFinds(appointment());
    await chart.launchToSearch();
    chart.searchFinds(appointment({ status }));
    chart.answers("Appointment/a-1", appointment({ status }));
    const person = new Person();
    const page = await chart.launchToSearch(person);
    expect([...told(page), text(page).includes(WORDS)]).toEqual([...OPEN, true]);
    expect(readInPart(chart.logged())).toContainEqual({ reason: "status-unreadable" });
    expect(text(await person.open(page.url))).toContain(WORDS);
  });

  test("that cannot be read opens no visit that the chart has canceled before", async () => {
    chart.searchFinds(appointment({ status: "cancelled" }));
    await chart.launchToSearch();
    chart.searchFinds(appointment({ status: { value: "booked" } }));
    const page = await chart.launchToSearch();
    expect([...told(page), text(page).includes("still says that it is canceled")]).toEqual([
      410,
      "This visit was canceled",
      true,
    ]);
  });

  test("that is absent, or a word of the hospital's own, is no fault", async () => {
    for (const status of [undefined, null, "", "Rescheduled"]) {
      chart.searchFinds(appointment({ status }));
      expect(text(await chart.launchToSearch())).not.toContain(WORDS);
    }
  });
});

describe("one appointment that the chart cannot show", () => {
  const REQUIRED = {
    resourceType: "OperationOutcome",
    issue: [{ severity: "fatal", code: "required", location: ["/f:Appointment/f:status"] }],
  };
  /** The search has today's visit, and fails wherever an appointment of some minutes from now is among its results. */
  const hides = (from: number, body: object = REQUIRED) => {
    chart.searchFinds();
    chart.server.answers.set("/fhir/Appointment", ({ path }) => {
      const [first = "", last = ""] = new URLSearchParams(path.split("?")[1])
        .getAll("date")
        .map((date) => date.slice(2));
      const isIn = (at: string) => first <= at && at < last;
      if (isIn(minutes(from)) || isIn(minutes(from + 30))) return json(body, 500);
      const found = isIn(minutes(0)) || isIn(minutes(30)) ? [{ resource: appointment() }] : [];
      return json({ resourceType: "Bundle", entry: found });
    });
    chart.answers("Appointment/a-1", appointment());
  };
  const WORDS = "One appointment in this chart could not be read, and may be a video visit of today.";

  test.each([
    ["yesterday", "which lacks its status", -24 * 60, REQUIRED],
    ["tomorrow", "of which a 500 says nothing more", 26 * 60, {}],
  ] as const)("of %s, %s, shuts nobody out of today's visit", async (_when, _why, from, body) => {
    hides(from, body);
    const page = await chart.launchToSearch();
    expect(told(page)).toEqual(OPEN);
    expect(text(page)).toContain(WORDS);
    expect(readInPart(chart.logged())).toEqual([{ reason: "entries-skipped", count: 1 }]);
  });

  test("of today has the clinician asked whether the other one is meant", async () => {
    hides(60);
    const person = new Person();
    const asked = await chart.launchToSearch(person);
    expect(told(asked)).toEqual([200, "Is this the visit?"]);
    expect(text(asked)).toContain(WORDS);
    const opened = await person.send(asked.url.href + "/choice", { appointment: "a-1" });
    expect(told(opened)).toEqual(OPEN);
  });

  test("and is asked for by its id does not pass in a minute, and the page does not say so", async () => {
    const person = new Person();
    const visit = await chart.launch(person);
    chart.answers("Appointment/a-1", REQUIRED, 500);
    const page = await person.open(visit.url);
    expect(told(page)).toEqual([200, "Video visit"]);
    expect(text(page)).toContain("The chart answered something unreadable");
    // The search shows it at another time than it is known at, so it would have to be read.
    chart.searchFinds(appointment({ start: minutes(10), end: minutes(40) }));
    chart.answers("Appointment/a-1", REQUIRED, 500);
    const refused = await chart.launchToSearch();
    expect(told(refused)).toEqual([502, "The chart cannot show this record"]);
    expect(text(refused)).not.toContain("Try again in a minute");
  });
});

describe("the search's pages", () => {
  const page = (entry: readonly unknown[], next?: string): Reply =>
    json({
      resourceType: "Bundle",
      ...(next !== undefined && {
        link: [
          { relation: "self", url: "x" },
          { relation: "next", url: next },
        ],
      }),
      entry: entry.map((resource) => ({ resource })),
    });
  const second = () => appointment({ id: "a-2", start: minutes(40), end: minutes(60) });

  test.each<[string, string, string]>([
    ["at the base itself, with a query", "BASE?_getpages=1", "/fhir?_getpages=1"],
    ["at the base with a slash", "BASE/?_getpages=1", "/fhir/?_getpages=1"],
    ["from the search on", "Appointment?page=2", "/fhir/Appointment?page=2"],
    ["a query alone", "?page=2", "/fhir/Appointment?page=2"],
    ["from the host on", "/fhir/next/2", "/fhir/next/2"],
  ])("are followed: %s", async (_how, next, path) => {
    const { answers, fhirBaseUrl } = chart.server;
    answers.set("/fhir/Appointment", ({ path: asked }) =>
      asked.includes("patient=")
        ? page([appointment()], next.replace("BASE", fhirBaseUrl))
        : page([second()]),
    );
    answers.set(path.replace(/\?.*/, ""), answers.get(path.replace(/\?.*/, "")) ?? (() => page([second()])));
    const choice = await chart.launchToSearch();
    expect(told(choice)).toEqual([200, "Which visit?"]);
    const followed = chart.server.received.find((each) => each.path === path);
    expect(followed?.authorization).toBe("Bearer " + MARKS.accessToken);
  });

  test.each<[string, string]>([
    ["to another host", "https://elsewhere.example/fhir/Appointment?page=2"],
    ["out of the base", "BASE/../Appointment?page=2"],
    ["out of the base, in disguise", "BASE/%2e%2e%2fAppointment?page=2"],
    ["to a base that begins alike", "BASEx/Appointment?page=2"],
    ["by another protocol", "ftp://localhost/fhir/Appointment"],
    ["to nowhere", "http://"],
    ["to themselves", "SELF"],
    ["to a page that is not there", "BASE/gone"],
    ["to a page that is forbidden", "BASE/forbidden"],
    ["to a page that is broken", "BASE/broken"],
    ["to a page that is no list", "BASE/html"],
  ])(
    "that lead %s leave the first one, and the page says that the list may not be whole",
    async (_where, next) => {
      const { answers, fhirBaseUrl } = chart.server;
      for (const [name, status] of [
        ["forbidden", 403],
        ["broken", 500],
      ] as const)
        chart.answers(name, {}, status);
      answers.set("/fhir/html", () => ({
        status: 200,
        headers: { "content-type": "text/html" },
        body: "<html>",
      }));
      answers.set("/fhir/Appointment", ({ path }) =>
        page([appointment()], next.replace("BASE", fhirBaseUrl).replace("SELF", chart.server.origin + path)),
      );
      chart.server.received.length = 0;
      const visit = await chart.launchToSearch();
      expect(told(visit)).toEqual(OPEN);
      expect(text(visit)).toContain("did not send the whole list of appointments");
      expect(readInPart(chart.logged())).toEqual([{ reason: "list-incomplete" }]);
      const outside = chart.server.received.filter(
        ({ path, authorization }) =>
          authorization?.startsWith("Bearer") === true && !/^\/fhir[/?]/.test(path),
      );
      expect(outside).toEqual([]);
    },
  );

  test("come to an end, however many there are", async () => {
    const { answers, fhirBaseUrl } = chart.server;
    let number = 0;
    answers.set("/fhir/Appointment", () =>
      page([appointment()], fhirBaseUrl + "/Appointment?page=" + String(++number)),
    );
    const visit = await chart.launchToSearch();
    expect([...told(visit), number]).toEqual([...OPEN, 10]);
    expect(text(visit)).toContain("did not send the whole list");
  });
});

describe("what is not FHIR is told as that, and the log says what came", () => {
  const words: Reply = {
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: "Sign in, Jo",
  };
  const outcome = json({ resourceType: "OperationOutcome", issue: [{ diagnostics: "Jo is not here" }] });
  test.each<[string, Reply, string]>([
    ["words", words, "content type text/plain; the answer is not JSON"],
    ["an OperationOutcome", outcome, "an OperationOutcome came in its place"],
    ["nothing", { status: 200, body: "" }, "the answer is empty"],
    ["a list", json([]), "the whole answer"],
    ["another resource", json({ resourceType: "Patient", id: "Jo" }), "resourceType"],
    ["another kind of content", { ...words, headers: { "content-type": "x/jo" } }, "content type other"],
  ])("%s", async (_what, reply, said) => {
    const person = new Person();
    const open = await chart.launch(person);
    for (const path of ["/fhir/Appointment/a-1", "/fhir/Appointment"]) {
      chart.server.reset();
      chart.logged();
      chart.server.answers.set(path, () => reply);
      const isOpen = path.endsWith("a-1");
      const page = isOpen ? await person.open(open.url) : await chart.launchToSearch();
      // A visit that was open stays on its page.
      expect([page.status, text(page).includes(NOT_FHIR)]).toEqual([isOpen ? 200 : 502, true]);
      const log = JSON.stringify(chart.logged());
      expect(log).toContain(said);
      expect(log).not.toMatch(/Jo\b|x\/jo/);
    }
  });

  test.each([200, 403])(
    "but a web page with %i in its stead is told as a chart that fails",
    async (status) => {
      chart.logged();
      chart.server.answers.set("/fhir/Appointment", () => ({ status, body: "<html>Sign in, Jo</html>" }));
      const page = await chart.launchToSearch();
      expect([page.status, text(page).includes(NOT_FHIR)]).toEqual([502, false]);
      const log = JSON.stringify(chart.logged());
      expect(log).toContain(`answered ${String(status)} with a web page, as somebody in between does`);
      expect(log).not.toContain("Jo");
    },
  );

  test.each<[number, string, string]>([
    [302, "The chart is at another address", "fhirBaseUrl"],
    [400, "The chart did not answer what was asked for", "the status"],
    [422, "The chart did not answer what was asked for", "the status"],
    [409, "The chart answers with an error", "the status"],
    [408, "The chart answers with an error", "the status"],
    [403, "The chart would not show this visit", "scopes"],
  ])("a search with %i says who can do something", async (status, title, forIt) => {
    chart.answers("Appointment", { resourceType: "OperationOutcome" }, status);
    const page = await chart.launchToSearch();
    expect([...told(page), text(page).includes(forIt)]).toEqual([502, title, true]);
    if (status !== 403) expect(text(page)).not.toContain("can see the appointment");
  });

  test("but a byte order mark before it is no fault", async () => {
    const { answers } = chart.server;
    answers.set("/fhir/Appointment", () => ({
      status: 200,
      body: "\uFEFF" + JSON.stringify({ resourceType: "Bundle", entry: [{ resource: appointment() }] }),
    }));
    expect(told(await chart.launchToSearch())).toEqual(OPEN);
  });

  test("a search that is not there is not an empty one", async () => {
    for (const status of [404, 410]) {
      chart.answers("Appointment", { resourceType: "OperationOutcome" }, status);
      expect(told(await chart.launchToSearch())).toEqual([502, "The chart would not show this visit"]);
      expect(JSON.stringify(chart.logged())).toContain("knows no search for appointments");
    }
  });

  test.each([null, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])(
    "an appointment whose start becomes %s says so where it was open before, and is as ever when it has one again",
    async (start) => {
      const person = new Person();
      const open = await chart.launch(person);
      chart.answers("Appointment/a-1", appointment({ start, end: start }));
      const page = await person.open(open.url);
      expect([page.status, text(page).includes(NOT_FHIR)]).toEqual([200, true]);
      expect(JSON.stringify(chart.logged())).toContain("no start that can be read");
      chart.server.reset();
      const after = await person.open(open.url);
      expect([after.status, text(after).includes(NOT_FHIR)]).toEqual([200, false]);
    },
  );
});

/** A person's age today, in whole years. */
function ageOf(born: string): string {
  const today = new Date().toISOString().slice(0, 10);
  const years = Number(today.slice(0, 4)) - Number(born.slice(0, 4));
  return String(today.slice(5) < born.slice(5) ? years - 1 : years);
}

describe("whose chart it is", () => {
  const masked = {
    extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "masked" }],
  };
  const banner = async (record: Readonly<Record<string, unknown>>) => {
    chart.answers("Patient/" + MARKS.patient, { resourceType: "Patient", id: MARKS.patient, ...record });
    const page = await chart.launch();
    expect(told(page)).toEqual(OPEN);
    return textOf(page.html, "section.banner");
  };
  const HIDES = "The chart does not show, or hides, ";

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      "a given name that is masked",
      { name: [{ family: "Probe", given: [null], _given: [masked] }] },
      "Probe " + HIDES + "the patient’s given name",
    ],
    [
      "a family name that is masked",
      { name: [{ _family: masked, given: ["Pat"] }] },
      "Pat " + HIDES + "the patient’s family name",
    ],
    [
      "a whole name that is masked",
      { name: [{ _text: masked, _family: masked }] },
      "Name hidden in the chart " + HIDES + "the patient’s name",
    ],
    [
      "a name that is a number",
      { name: [{ text: { x: 1 } }] },
      "Name hidden in the chart " + HIDES + "the patient’s name",
    ],
    [
      "a birth date that is masked",
      { name: [{ text: "Probe" }], _birthDate: masked },
      "Probe " + HIDES + "the date of birth",
    ],
    [
      "a birth date that there is not",
      { name: [{ text: "Probe" }], birthDate: "1970-13-45" },
      "Probe " + HIDES + "the date of birth",
    ],
    [
      "a record that another one replaced, and not which",
      { active: false, name: [{ text: "Probe" }], link: [{ other: { reference: "Patient/p-2" } }] },
      "Probe " + HIDES + "which record replaced this one",
    ],
  ])("is said as far as it can be read: %s", async (_what, record, words) => {
    expect(await banner(record)).toMatch(words);
    expect(readInPart(chart.logged())).toMatchObject([{ reason: "patient-unreadable" }]);
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["a given name that is no list", { name: [{ family: "Probe", given: "Pat" }] }, "Probe, Pat"],
    ["a name that is no list", { name: { family: "Probe", given: ["Pat"] } }, "Probe, Pat"],
    ["a name with an empty text", { name: [{ text: "", family: "Probe" }] }, "Probe"],
    ["nobody among the names", { name: [null, { text: "Probe" }] }, "Probe"],
    [
      "a name that ends some day",
      {
        name: [
          { text: "Then", period: { end: "2001" } },
          { text: "Probe", period: { end: "2999-12" } },
        ],
      },
      "Probe",
    ],
    [
      "a link without a type",
      { name: [{ text: "Probe" }], link: [{ other: { reference: "Patient/p-2" } }] },
      "Probe",
    ],
    [
      "a link to nobody",
      { name: [{ text: "Probe" }], link: [null, { type: "seealso", other: { display: "x" } }] },
      "Probe",
    ],
    ["no name", {}, "Name not in the chart"],
    ["a name that turns what follows around", { name: [{ text: "Pro\u202Ebe,\nPat\u0000" }] }, "Pro be, Pat"],
    [
      "a language by its tag alone",
      { name: [{ text: "Probe" }], communication: [{ language: { coding: [{ code: "es-MX" }] } }] },
      "Probe Mexican Spanish, interpreter?",
    ],
    [
      "a day of birth to come",
      { name: [{ text: "Probe" }], birthDate: "2990-01-02" },
      "Probe Born January 2, 2990",
    ],
    ["a year of birth", { name: [{ text: "Probe" }], birthDate: "1970" }, "Probe Born 1970"],
    [
      "a day of birth",
      { name: [{ text: "Probe" }], birthDate: "1970-02-01" },
      `Probe Born February 1, 1970 (${ageOf("1970-02-01")})`,
    ],
  ])("is read: %s", async (_what, record, words) => {
    expect(await banner(record)).toBe(words);
    expect(readInPart(chart.logged())).toEqual([]);
  });

  test.each([403, 404, 500])(
    "is not known where the record answers %i, and the visit is there all the same",
    async (status) => {
      chart.answers("Patient/" + MARKS.patient, {}, status);
      const page = await chart.launch();
      expect(told(page)).toEqual(OPEN);
      expect(text(page)).toContain("Patient not known here");
      expect(text(page)).toContain("Check in the chart itself whose it is");
    },
  );
});
