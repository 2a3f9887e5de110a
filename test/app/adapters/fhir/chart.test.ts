/**
 * The chart read with the clinician's rights: whose an appointment is, when and where, and what is said about what cannot
 * be read.
 */
import { describe, expect, test } from "vitest";
import { isNewer } from "../../../../app/adapters/fhir/appointments.ts";
import { openChart, type ChartDeps } from "../../../../app/adapters/fhir/chart.ts";
import { isOther } from "../../../../app/adapters/fhir/search.ts";
import { Unreachable, type Incoming } from "../../../../app/adapters/fhir/send.ts";
import { TooLarge } from "../../../../app/adapters/wire/body.ts";
import type { ConfiguredConnection } from "../../../../app/domain/hospital.ts";

const BASE = "https://ehr.example/r4";
let now = Date.parse("2027-01-12T15:00:00Z");
type Says = object | number | Error;
/** An answer in place of a resource. */
class Status {
  readonly status: number;
  readonly body: object;
  constructor(status: number, body: object) {
    this.status = status;
    this.body = body;
  }
}

/** A server that has these resources by their paths, and answers 404 for all others. */
function server(resources: Readonly<Record<string, Says>> | ((path: string) => Says)) {
  const asked: string[] = [];
  const locations: ChartDeps["locations"] = new Map();
  const deps: ChartDeps = {
    now: () => new Date(now),
    wait: () => Promise.resolve(),
    locations,
    send: ({ url }) => {
      const path = url.slice(BASE.length + 1);
      asked.push(path);
      const says = typeof resources === "function" ? resources(path) : (resources[path] ?? 404);
      if (says instanceof Error) return Promise.reject(says);
      if (says instanceof Status)
        return Promise.resolve({ status: says.status, headers: {}, body: JSON.stringify(says.body) });
      const answer: Incoming =
        typeof says === "number"
          ? { status: says, headers: {}, body: "" }
          : { status: 200, headers: {}, body: JSON.stringify(says) };
      return Promise.resolve(answer);
    },
  };
  const connection = { fhirBaseUrl: BASE, visitTypes: ["Video Visit"] } as unknown as ConfiguredConnection;
  const grant = { accessToken: "t", obtainedAt: 0, expiresAt: 0, fhirUser: "", needPatientBanner: true };
  return { asked, locations, chart: () => openChart(deps, connection, grant) };
}
/** What a server sends in place of a value that it does not show. */
const MASKED = {
  extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "masked" }],
};
const actor = (reference: string, more: object = {}) => ({ actor: { reference, ...more } });
const appointment = (more: object = {}) => ({
  resourceType: "Appointment",
  id: "a1",
  status: "booked",
  start: "2027-01-12T16:00:00Z",
  end: "2027-01-12T16:30:00Z",
  serviceType: [{ text: "Video Visit" }],
  participant: [actor("Patient/1"), actor("Location/7")],
  ...more,
});
const read = async (more: object) =>
  await server({ "Appointment/a1": appointment(more) })
    .chart()
    .appointment("a1");

test("an appointment is whose, when and where the chart says", async () => {
  expect(await read({})).toEqual({
    id: "a1",
    status: "booked",
    start: new Date("2027-01-12T16:00:00Z"),
    end: new Date("2027-01-12T16:30:00Z"),
    clock: "instant",
    patients: ["1"],
    patientElsewhere: false,
    locations: ["7"],
    clinicians: [],
    isVideo: true,
    type: "Video Visit",
    hints: [],
  });
});

test.each<[what: string, more: object, told: object]>([
  [
    "a patient of another server",
    { participant: [actor("https://other.example/Patient/1")] },
    { patients: [], patientElsewhere: true },
  ],
  [
    "two patients",
    { participant: [actor("Patient/1"), actor("Patient/2")] },
    { patients: ["1", "2"], patientElsewhere: false },
  ],
  [
    "a patient who has declined, and one who comes",
    {
      participant: [
        { ...actor("Patient/1"), status: "Declined" },
        { ...actor("Patient/2"), status: ["accepted"] },
      ],
    },
    { patients: ["2"], patientElsewhere: false, declined: ["1"] },
  ],
  [
    "a patient who has declined, and one of another server",
    {
      participant: [{ ...actor("Patient/1"), status: "declined" }, actor("https://other.example/Patient/2")],
    },
    { patients: [], patientElsewhere: true, declined: ["1"] },
  ],
  [
    "two patients who have declined",
    { participant: ["1", "2"].map((id) => ({ ...actor("Patient/" + id), status: "declined" })) },
    { patients: ["1", "2"], isDeclined: true },
  ],
  [
    "a patient who has declined once, and not another time",
    { participant: [{ ...actor("Patient/1"), status: "declined" }, actor("Patient/1")] },
    { patients: ["1"] },
  ],
  ...["needs-action", "tentative", "accepted", "entered", "", null, 4, {}].map(
    (status): [string, object, object] => [
      "a participation that is " + JSON.stringify(status),
      {
        participant: [
          { ...actor("Patient/1"), status },
          { ...actor("Location/7"), status },
        ],
      },
      { patients: ["1"], locations: ["7"] },
    ],
  ),
  [
    "a location that has declined, and one that has not",
    { participant: [{ ...actor("Location/6"), status: "declined" }, actor("Location/7")] },
    { locations: ["7"] },
  ],
  [
    "a location that has declined alone",
    { participant: [{ ...actor("Location/6"), status: "declined" }] },
    { locations: ["6"] },
  ],
  [
    "a clinician who has declined",
    {
      participant: [
        { ...actor("Practitioner/3", { display: "Sample MD, Robin" }), status: "declined" },
        { ...actor("Practitioner/4", { display: "Other MD, Kim" }), status: "accepted" },
      ],
    },
    { clinicians: [{ name: "Other MD, Kim", resources: [BASE + "/Practitioner/4"] }] },
  ],
  [
    "a location of another server",
    { participant: [actor("https://other.example/Location/7")] },
    { locations: [] },
  ],
  ["another type", { serviceType: [{ text: "In Person" }] }, { isVideo: false, type: "In Person" }],
  ["no type", { serviceType: [], description: "Telehealth" }, { isVideo: false, type: "Telehealth" }],
  ["no words at all", { serviceType: [] }, { isVideo: false, type: "Video visit" }],
  [
    "virtual rooms",
    {
      serviceType: [],
      contained: [{ resourceType: "HealthcareService", type: [{ text: "Patient Virtual Meeting Room" }] }],
    },
    { isVideo: true },
  ],
  [
    "a member that cannot be read",
    { minutesDuration: "soon" },
    { hints: [{ kind: "members-ignored", fields: ["minutesDuration"] }] },
  ],
  [
    "a type in which nothing can be seen",
    { serviceType: [{ text: " \u200b" }], description: "\u2060" },
    {
      isVideo: false,
      type: "Video visit",
      hints: [
        { kind: "members-ignored", fields: ["serviceType[].text", "description"] },
        { kind: "type-unreadable", fields: ["serviceType[].text"] },
      ],
    },
  ],
  [
    "a type of signs alone",
    { serviceType: [{ text: " , ", coding: [{ code: "-", display: "***" }] }], description: "\u2014" },
    {
      isVideo: false,
      type: "Video visit",
      hints: [
        {
          kind: "members-ignored",
          fields: ["serviceType[].text", "serviceType[].coding[].display", "description"],
        },
        { kind: "type-unreadable", fields: ["serviceType[].text", "serviceType[].coding[].display"] },
      ],
    },
  ],
  [
    "a clinician whose name is a sign",
    { participant: [{ actor: { reference: "Practitioner/4", display: "-" } }] },
    { clinicians: [], hints: [{ kind: "members-ignored", fields: ["participant[].actor.display"] }] },
  ],
  [
    "a type that is no text",
    { serviceType: [{ coding: [{ display: {} }] }] },
    {
      isVideo: false,
      hints: [
        { kind: "members-ignored", fields: ["serviceType[].coding[].display"] },
        { kind: "type-unreadable", fields: ["serviceType[].coding[].display"] },
      ],
    },
  ],
  [
    "a type that can be read in part",
    { serviceType: [{ text: "In Person", coding: [{ code: " " }] }] },
    { isVideo: false, hints: [{ kind: "members-ignored", fields: ["serviceType[].coding[].code"] }] },
  ],
  [
    "a type with what nobody sees",
    { serviceType: [{ text: "\u200bVideo  Visit " }] },
    { isVideo: true, hints: [] },
  ],
  [
    "a room of a type that cannot be read",
    { serviceType: [], contained: [{ resourceType: "HealthcareService", type: [{ text: {} }] }] },
    { isVideo: false, hints: [{ kind: "type-unreadable", fields: ["contained[].type"] }] },
  ],
  [
    "a service that is no room",
    { serviceType: [], contained: [{ resourceType: "HealthcareService", type: [{ text: "Clinic" }] }] },
    { isVideo: false, hints: [] },
  ],
  [
    "a length of half a minute",
    { end: undefined, minutesDuration: 0.5 },
    { end: new Date("2027-01-12T16:30:00Z"), hints: [{ kind: "duration-assumed" }] },
  ],
  [
    "a length that is not whole",
    { end: undefined, minutesDuration: "29.6" },
    { end: new Date("2027-01-12T16:30:00Z"), hints: [] },
  ],
  [
    "an end half a minute after the start",
    { end: "2027-01-12T16:00:30Z", minutesDuration: 20 },
    { end: new Date("2027-01-12T16:20:00Z"), hints: [{ kind: "duration-assumed" }] },
  ],
  [
    "an end a minute after the start",
    { end: "2027-01-12T16:01:00Z" },
    { end: new Date("2027-01-12T16:01:00Z"), hints: [] },
  ],
  [
    "no end",
    { end: undefined },
    { end: new Date("2027-01-12T16:30:00Z"), hints: [{ kind: "duration-assumed" }] },
  ],
  [
    "a length and no end",
    { end: undefined, minutesDuration: 20 },
    { end: new Date("2027-01-12T16:20:00Z"), hints: [] },
  ],
  [
    "a length and an end before the start",
    { end: "2027-01-12T16:00:00Z", minutesDuration: 20 },
    { end: new Date("2027-01-12T16:20:00Z"), hints: [{ kind: "duration-assumed" }] },
  ],
  [
    "a type in capitals",
    { serviceType: [{ coding: [{ display: "VIDEO VISIT" }] }] },
    { isVideo: true, type: "VIDEO VISIT", hints: [] },
  ],
  [
    "a type that is masked",
    { serviceType: [{ _text: MASKED }] },
    { isVideo: false, hints: [{ kind: "type-unreadable", fields: ["serviceType[]"] }] },
  ],
  [
    "a room whose type is masked",
    {
      serviceType: [{ text: "Visit" }],
      contained: [{ resourceType: "HealthcareService", type: [{ _text: MASKED }] }],
    },
    { isVideo: false, hints: [{ kind: "type-unreadable", fields: ["contained[].type"] }] },
  ],
  [
    "one patient who is named in several ways",
    {
      participant: [
        actor("Patient/1"),
        actor("https://ehr.example/r4/Patient/1"),
        actor("Patient/1/_history/3"),
        actor("Patient/2"),
      ],
    },
    { patients: ["1", "2"], patientElsewhere: false },
  ],
  [
    "somebody who is masked",
    { participant: [{ actor: { display: "X", _reference: MASKED } }] },
    { patients: [], patientElsewhere: true },
  ],
  [
    "a patient who is masked, beside one who is not",
    { participant: [actor("Patient/1"), { actor: { type: "Patient", _reference: MASKED } }] },
    { patients: ["1"], patientElsewhere: true },
  ],
  [
    "a clinician who is masked",
    { participant: [{ actor: { type: "Practitioner", _reference: MASKED } }] },
    { patients: [], patientElsewhere: false },
  ],
  [
    "no length at all",
    { end: undefined, minutesDuration: 0 },
    { end: new Date("2027-01-12T16:30:00Z"), hints: [{ kind: "duration-assumed" }] },
  ],
  [
    "the longest length",
    { end: undefined, minutesDuration: 1440 },
    { end: new Date("2027-01-13T16:00:00Z"), hints: [] },
  ],
  ["too long a length", { end: undefined, minutesDuration: 1441 }, { end: new Date("2027-01-12T16:30:00Z") }],
  [
    "an end a day later",
    { end: "2027-01-13T16:00:00Z" },
    { end: new Date("2027-01-13T16:00:00Z"), hints: [] },
  ],
  [
    "an end that stands for none",
    { end: "9999-12-31T23:59:59Z" },
    { end: new Date("2027-01-12T16:30:00Z"), hints: [{ kind: "duration-assumed" }] },
  ],
  [
    "an end more than a day later, and a length",
    { end: "2027-01-13T16:00:01Z", minutesDuration: 20 },
    { end: new Date("2027-01-12T16:20:00Z"), hints: [{ kind: "duration-assumed" }] },
  ],
  [
    "an end without a zone",
    { end: "2027-01-12T16:45:00" },
    { end: new Date("2027-01-12T16:30:00Z"), clock: "instant" },
  ],
  [
    "times without a zone",
    { start: "2027-01-12T16:00:00", end: "2027-01-12T16:45:00" },
    { clock: "wall", end: new Date("2027-01-12T16:45:00Z") },
  ],
  [
    "clinicians",
    {
      participant: [
        actor("Practitioner/1", { display: "Avery Park" }),
        actor("Patient/1", { display: "Pat" }),
        { ...actor("PractitionerRole/2", { display: "Kim\nLee" }), type: [{ coding: [{ code: "PPRF" }] }] },
        actor("Practitioner/3"),
        actor("NoPractitioner/4", { display: "Nobody" }),
        actor("https://ehr.example/r4/Practitioner/1", { display: "Avery Park" }),
      ],
    },
    {
      clinicians: [
        { name: "Kim Lee", resources: ["https://ehr.example/r4/PractitionerRole/2"] },
        { name: "Avery Park", resources: ["https://ehr.example/r4/Practitioner/1"] },
      ],
      patients: ["1"],
    },
  ],
])("an appointment with %s", async (_what, more, told) => {
  expect(await read(more)).toMatchObject(told);
});

test("one without a start is no appointment, and one that is not shown is none", async () => {
  // A year in which there are no visits stands for none.
  for (const start of ["soon", "1969-12-31T23:59:59Z", "3000-01-01T00:00:00Z"])
    await expect(read({ start })).rejects.toMatchObject({ problem: { kind: "chart-not-fhir" } });
  expect((await read({ start: "1970-01-01T00:00:00Z" }))?.start).toEqual(new Date(0));
  expect(await server({}).chart().appointment("a1")).toBeUndefined();
});

test.each<[one: object | undefined, other: object | undefined, newer: boolean]>([
  [{ lastUpdated: "2027-01-12T15:00:01Z" }, { lastUpdated: "2027-01-12T15:00:00Z" }, true],
  [{ lastUpdated: "2027-01-12T15:00:00Z" }, { lastUpdated: "2027-01-12T15:00:01Z" }, false],
  [
    { lastUpdated: "2027-01-12T15:00:00Z", versionId: "1" },
    { lastUpdated: "2027-01-12T15:00:00Z", versionId: "2" },
    false,
  ],
  [{ versionId: "10-1" }, { versionId: "9-2" }, true],
  [{ versionId: "9-2" }, { versionId: "10-1" }, false],
  [{ versionId: "9" }, { versionId: "9-1" }, false],
  [{ versionId: "9" }, { versionId: "9" }, true],
  [{ versionId: "1" }, { versionId: "a9" }, true],
  [{ versionId: "a1" }, { versionId: "9" }, true],
  [undefined, { versionId: "9" }, true],
  [{ versionId: "1" }, undefined, true],
])("the copy %j is newer than %j: %s", (one, other, newer) => {
  expect(isNewer(one, other)).toBe(newer);
});

test.each<[resource: unknown, other: boolean]>([
  [{ resourceType: "OperationOutcome" }, true],
  [{ resourceType: "Appointment" }, false],
  [{ resourceType: "Bundle" }, false],
  [{ resourceType: "appointment" }, false],
  [{ resourceType: 7 }, false],
  [{}, false],
  [null, false],
  ["OperationOutcome", false],
])("%j is something else than an appointment: %s", (resource, other) => {
  expect(isOther(resource)).toBe(other);
});

const SEARCH =
  "Appointment?patient=1&date=ge2027-01-12T00%3A00%3A00.000Z&date=lt2027-01-13T00%3A00%3A00.000Z";
const [from, before] = [new Date("2027-01-12T00:00:00Z"), new Date("2027-01-13T00:00:00Z")];
const bundle = (resources: readonly unknown[], more: object = {}) => ({
  resourceType: "Bundle",
  entry: resources.map((resource) => ({ resource })),
  ...more,
});
const next = (url: string) => ({ link: [{ relation: "next", url }] });
const search = (resources: Readonly<Record<string, Says>>) =>
  server(resources).chart().appointments("Patient/1", from, before);

describe("a search", () => {
  test("gives each appointment once, in its newest copy, by start, over all pages", async () => {
    const { asked, chart } = server({
      [SEARCH]: bundle(
        [
          appointment({ id: "late", start: "2027-01-12T18:00:00Z" }),
          appointment({ meta: { versionId: "2" } }),
        ],
        next(BASE + "/Appointment?page=2"),
      ),
      "Appointment?page=2": bundle([
        appointment({ meta: { versionId: "1" }, status: "cancelled" }),
        appointment({ id: "early", start: "2027-01-12T08:00:00Z" }),
      ]),
    });
    const { found, hints } = await chart().appointments("1", from, before);
    expect(found.map(({ id, status }) => id + " " + status)).toEqual([
      "early booked",
      "a1 booked",
      "late booked",
    ]);
    expect([hints, asked]).toEqual([[], [SEARCH, "Appointment?page=2"]]);
  });

  test("counts what may be a video visit and cannot be read, and nothing else", async () => {
    const { found, hints } = await search({
      [SEARCH]: bundle([
        appointment(),
        appointment({ id: "b", start: "soon" }),
        appointment({ id: "c", start: "soon", serviceType: [] }),
        appointment({ id: "d", start: undefined, status: "waitlist" }),
        appointment({ id: "e", start: undefined, status: "proposed" }),
        appointment({ id: "f", start: undefined, status: "cancelled" }),
        { resourceType: "Appointment" },
        { resourceType: "OperationOutcome" },
      ]),
    });
    // What nobody has booked, or does not take place, needs no time.
    expect(found.map(({ id, start }) => [id, start !== undefined])).toEqual([
      ["a1", true],
      ["d", false],
      ["e", false],
      ["f", false],
    ]);
    expect(hints).toEqual([{ kind: "entries-skipped", count: 2, fields: ["start", "id"] }]);
  });

  test("leaves out what is marked as an outcome", async () => {
    const entry = [{ resource: { hello: 1 }, search: { mode: "outcome" } }];
    expect(await search({ [SEARCH]: { resourceType: "Bundle", entry } })).toEqual({ found: [], hints: [] });
  });

  test.each<[what: string, resources: Readonly<Record<string, Says>>]>([
    ["a later page fails", { [SEARCH]: bundle([appointment()], next("?page=2")), "Appointment?page=2": 500 }],
    ["a later page is not there", { [SEARCH]: bundle([appointment()], next("?page=2")) }],
    ["the next page is this one", { [SEARCH]: bundle([appointment()], next(BASE + "/" + SEARCH)) }],
    [
      "the next page is elsewhere",
      { [SEARCH]: bundle([appointment()], next("https://other.example/r4/Appointment")) },
    ],
    ["the next page has no address", { [SEARCH]: bundle([appointment()], { link: [{ relation: "next" }] }) }],
  ])("says that it is incomplete where %s", async (_what, resources) => {
    const { found, hints } = await search(resources);
    expect([found.length, hints]).toEqual([1, [{ kind: "list-incomplete" }]]);
  });

  test("says that it is incomplete where the server counts what it does not send", async () => {
    const { hints } = await search({ [SEARCH]: bundle([], { total: 1 }) });
    expect(hints).toEqual([{ kind: "list-incomplete" }]);
    const some = await search({ [SEARCH]: bundle([appointment()], { total: 5 }) });
    expect(some.hints).toEqual([{ kind: "list-incomplete" }]);
    const all = bundle([appointment(), appointment({ id: "b", start: "soon" })], { total: 2 });
    expect((await search({ [SEARCH]: all })).hints).toMatchObject([{ kind: "entries-skipped" }]);
    const overPages = {
      [SEARCH]: bundle([appointment()], { total: 2, ...next("?page=2") }),
      "Appointment?page=2": bundle([appointment({ id: "b" })], { total: 2 }),
    };
    expect((await search(overPages)).hints).toEqual([]);
  });

  test("is read for ten pages", async () => {
    const pages = Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [
        "Appointment?page=" + String(at),
        bundle([], next("?page=" + String(at + 1))),
      ]),
    );
    const { asked, chart } = server({ [SEARCH]: bundle([], next("?page=0")), ...pages });
    expect((await chart().appointments("1", from, before)).hints).toEqual([{ kind: "list-incomplete" }]);
    expect(asked).toHaveLength(10);
  });

  test.each<[what: string, first: Says, kind: string]>([
    ["is away", 503, "chart-unavailable"],
    ["is not there", 404, "chart-refused"],
    ["ends the session", 401, "token-refused"],
  ])("whose first page %s gives nothing", async (_what, first, kind) => {
    await expect(search({ [SEARCH]: first })).rejects.toMatchObject({ problem: { kind } });
  });

  test("ends where a later page ends the session, and a bug is a bug", async () => {
    const first = bundle([appointment()], next("?page=2"));
    await expect(search({ [SEARCH]: first, "Appointment?page=2": 401 })).rejects.toMatchObject({
      problem: { kind: "token-refused" },
    });
    await expect(search({ [SEARCH]: first, "Appointment?page=2": new TypeError("a bug") })).rejects.toThrow(
      TypeError,
    );
  });
});

describe("a search whose range fails because of what lies in it", () => {
  const MIDDLE = Date.parse("2027-01-12T15:10:00Z");
  const HOUR_MS = 3_600_000;
  const around = [-36, 36].map((hours) => new Date(MIDDLE + hours * HOUR_MS)) as [Date, Date];
  const at = (hours: number) => new Date(MIDDLE + hours * HOUR_MS);
  const lasting = (id: string, hours: number, more: object = {}) =>
    appointment({ id, start: at(hours).toISOString(), end: at(hours + 0.5).toISOString(), ...more });
  const REQUIRED = new Status(500, {
    resourceType: "OperationOutcome",
    issue: [{ severity: "fatal", code: "required", location: ["/f:Appointment/f:status"] }],
  });
  /** Finds what starts or ends in the range that is asked for, and answers `fails` where that is one of the damaged. */
  function damaged(
    good: readonly ReturnType<typeof lasting>[],
    bad: readonly number[],
    fails: Says = REQUIRED,
  ) {
    return server((path) => {
      const [from = NaN, before = NaN] = new URLSearchParams(path.split("?")[1])
        .getAll("date")
        .map((text) => Date.parse(text.slice(2)));
      const isIn = (start: number) => [start, start + HOUR_MS / 2].some((one) => from <= one && one < before);
      if (bad.some((hours) => isIn(at(hours).getTime()))) return fails;
      return bundle(good.filter(({ start }) => isIn(Date.parse(start))));
    });
  }
  const skipped = (count: number) => ({ kind: "entries-skipped", count, fields: [] });
  const tooLarge = new Unreachable("too large", { cause: new TooLarge(1) });

  test.each<[what: string, bad: number, fails: Says, most: number]>([
    ["yesterday's, which lacks its status", -24, REQUIRED, 19],
    ["one that goes on now", -0.25, REQUIRED, 31],
    ["tomorrow's, of which a 500 says nothing more", 20.3, 500, 31],
    ["one that is too large to be read", 30, tooLarge, 31],
  ])("shows the others of %s", async (_what, bad, fails, most) => {
    const { asked, chart } = damaged([lasting("a", 1), lasting("b", -3)], [bad], fails);
    const { found, hints, unshown = [] } = await chart().appointments("1", ...around);
    expect([found.map(({ id }) => id), hints]).toEqual([["b", "a"], [skipped(1)]]);
    expect(unshown).toHaveLength(1);
    expect(unshown[0]?.from.getTime()).toBeLessThanOrEqual(at(bad).getTime());
    expect(unshown[0]?.before.getTime()).toBeGreaterThan(at(bad).getTime());
    expect(unshown[0]?.before.getTime()).toBeLessThanOrEqual(at(bad + 1.5).getTime());
    expect(asked.length).toBeLessThanOrEqual(most);
  });

  test("reads what is next to its middle first, and says that it is not whole where too much fails", async () => {
    const bad = Array.from({ length: 30 }, (_one, index) => -35 + index);
    const { asked, chart } = damaged([lasting("a", 2)], bad);
    const { found, hints, unshown = [] } = await chart().appointments("1", ...around);
    expect(found.map(({ id }) => id)).toEqual(["a"]);
    expect(hints[0]).toEqual({ kind: "list-incomplete" });
    expect(asked).toHaveLength(32);
    // Of what was not asked for any more nothing is shown, either.
    expect(unshown[0]?.from).toEqual(around[0]);
  });

  test("that fails as a whole is given up soon, as a chart that does not answer", async () => {
    for (const fails of [REQUIRED, 500]) {
      const { asked, chart } = server(() => fails);
      await expect(chart().appointments("1", ...around)).rejects.toMatchObject({
        problem: { kind: "chart-unavailable", answered: "error" },
      });
      expect(asked).toHaveLength(7);
    }
  });

  test("fails at a later page only: what came before it stays, and the rest is asked for in parts", async () => {
    let count = 0;
    const { chart } = server((path) => {
      if (path.includes("page=2")) return REQUIRED;
      return ++count === 1 ? bundle([lasting("a", 1)], next("?page=2")) : bundle([lasting("b", 3)]);
    });
    const { found, hints } = await chart().appointments("1", ...around);
    expect([found.map(({ id }) => id), hints]).toEqual([["a", "b"], []]);
  });

  test("is not asked for in parts where the chart is away, and a session that ends in a part ends it", async () => {
    const away = server(() => 503);
    await expect(away.chart().appointments("1", ...around)).rejects.toMatchObject({
      problem: { kind: "chart-unavailable" },
    });
    expect(new Set(away.asked).size).toBe(1);
    let count = 0;
    const over = server(() => (++count === 1 ? REQUIRED : 401));
    await expect(over.chart().appointments("1", ...around)).rejects.toMatchObject({
      problem: { kind: "token-refused" },
    });
    let asked = 0;
    const part = server(() => (++asked === 1 ? REQUIRED : asked === 2 ? bundle([]) : 503));
    // A visit of now may lie in the part that is away, so what the other part shows is not opened unasked.
    const middle = new Date("2027-01-12T15:00:00Z");
    expect(await part.chart().appointments("1", ...around)).toEqual({
      ...{ found: [], hints: [{ kind: "list-incomplete" }] },
      unshown: [{ from: around[0], before: middle }],
    });
  });

  test("a record that cannot be shown is told by its id as one that does not pass", async () => {
    await expect(
      server(() => REQUIRED)
        .chart()
        .appointment("a1"),
    ).rejects.toMatchObject({
      problem: { kind: "chart-not-fhir", instead: "record" },
    });
  });
});

describe("an encounter", () => {
  const encounter = (...references: string[]) => ({
    resourceType: "Encounter",
    id: "e1",
    appointment: references.map((reference) => ({ reference })),
  });
  const unreadable = { ids: [], hints: [{ kind: "encounter-unreadable" }] };

  test("names its appointments, each once, and those of no other server", async () => {
    const { chart } = server({
      "Encounter/e1": encounter(
        "Appointment/b",
        "Appointment/a",
        "Appointment/b",
        "https://x.example/Appointment/c",
        "Slot/d",
      ),
    });
    expect(await chart().appointmentsOfEncounter("Encounter/e1")).toEqual({ ids: ["b", "a"], hints: [] });
  });

  test.each<[what: string, says: Says]>([
    ["not shown", 404],
    ["refused", 403],
    ["no encounter", { resourceType: "Patient" }],
  ])("that is %s names none, with a hint", async (_what, says) => {
    expect(await server({ "Encounter/e1": says }).chart().appointmentsOfEncounter("e1")).toEqual(unreadable);
  });

  test.each<[what: string, says: Says, kind: string]>([
    ["the session is over", 401, "token-refused"],
    ["the chart is silent", new Unreachable("no"), "chart-unavailable"],
  ])("is no matter where %s", async (_what, says, kind) => {
    await expect(
      server({ "Encounter/e1": says }).chart().appointmentsOfEncounter("e1"),
    ).rejects.toMatchObject({ problem: { kind } });
  });
});

describe("a location's parent", () => {
  const location = (more: object = {}) => ({ resourceType: "Location", id: "7", ...more });
  test.each<[what: string, says: Says, told: object]>([
    ["is another location", location({ partOf: { reference: "Location/8" } }), { kind: "part-of", id: "8" }],
    ["is none", location(), { kind: "top" }],
    [
      "is of another server",
      location({ partOf: { reference: "https://x.example/Location/8" } }),
      { kind: "hidden" },
    ],
    ["cannot be read", location({ partOf: "Location/8" }), { kind: "hidden" }],
    ["is not shown", 404, { kind: "hidden" }],
    ["is refused", 403, { kind: "hidden" }],
    ["fails", 500, { kind: "failed" }],
    ["is no location", { resourceType: "Patient" }, { kind: "failed" }],
  ])("%s", async (_what, says, told) => {
    expect(await server({ "Location/7": says }).chart().parentLocation("7")).toEqual(told);
  });

  test("ends the reading where the session is over, and a bug is a bug", async () => {
    const parent = (says: Says) => server({ "Location/7": says }).chart().parentLocation("7");
    await expect(parent(401)).rejects.toMatchObject({ problem: { kind: "token-refused" } });
    await expect(parent(new TypeError("a bug"))).rejects.toThrow(TypeError);
  });

  test("that was told is kept for an hour, for whoever asks; one that was not is asked for again", async () => {
    const { asked, chart, locations } = server({
      "Location/7": location({ partOf: { reference: "Location/8" } }),
      "Location/9": location({ id: "9" }),
    });
    const later = (milliseconds: number) => void (now += milliseconds);
    for (const _time of [1, 2])
      expect(await chart().parentLocation("7")).toEqual({ kind: "part-of", id: "8" });
    later(3_599_999);
    await chart().parentLocation("7");
    expect(asked).toHaveLength(1);
    later(1);
    await chart().parentLocation("7");
    expect(asked).toHaveLength(2);
    for (const _time of [1, 2]) await chart().parentLocation("9");
    expect(asked).toHaveLength(4);
    expect([...locations.keys()]).toEqual([BASE + " 7"]);
  });

  test("is forgotten with all others once there are five thousand", async () => {
    const { chart, locations } = server({ "Location/7": location({ partOf: { reference: "Location/8" } }) });
    for (let count = 0; count < 4_999; count++) locations.set(String(count), { parent: "x", at: now });
    await chart().parentLocation("7");
    expect(locations.size).toBe(5_000);
    now += 3_600_000;
    await chart().parentLocation("7");
    expect(locations.size).toBe(1);
  });
});

describe("a patient", () => {
  const patient = (more: object = {}) => ({ resourceType: "Patient", id: "1", ...more });
  const of = async (more: object) =>
    server({ "Patient/1": patient(more) })
      .chart()
      .patient("1");

  test("of whom the chart says nothing has nothing but the id", async () => {
    const bare = await of({});
    expect([bare, Object.keys(bare)]).toEqual([
      { id: "1", replaced: [], hints: [] },
      ["id", "replaced", "hints"],
    ]);
  });

  test.each<[what: string, name: unknown, told: string | undefined, hidden?: string[]]>([
    ["its text", [{ text: "Maria Lopez", family: "X" }], "Maria Lopez"],
    ["its parts", [{ family: "Lopez", given: ["Maria", "Ana"] }], "Lopez, Maria Ana"],
    ["the official one", [{ text: "Maria" }, { text: "Maria Lopez", use: "official" }], "Maria Lopez"],
    ["the first that is in use", [{ text: "Old", use: "old" }, { text: "New" }], "New"],
    ["the first that is not over", [{ text: "Old", period: { end: "2020" } }, { text: "New" }], "New"],
    [
      "the usual one before a nickname",
      [
        { text: "Mia", use: "nickname" },
        { text: "Maria L", use: "temp" },
        { text: "Maria", use: "usual" },
      ],
      "Maria",
    ],
    ["one of no use before a nickname", [{ text: "Mia", use: "Nickname" }, { text: "Maria" }], "Maria"],
    [
      "one of a use that there is not",
      [
        { text: "Mia", use: "nickname" },
        { text: "Maria", use: "x" },
      ],
      "Maria",
    ],
    ["a nickname, where there is no other", [{ text: "Mia", use: "nickname" }], "Mia"],
    ["no old one", [{ text: "Old", use: "old" }], undefined, ["name.current"]],
    ["no maiden name", [{ text: "Old", use: "maiden" }], undefined, ["name.current"]],
    ["none that is over", [{ text: "Old", period: { end: "2020" } }], undefined, ["name.current"]],
    [
      "a name and not a maiden one",
      [
        { text: "Old", use: "maiden" },
        { text: "Mia", use: "nickname" },
      ],
      "Mia",
    ],
    ["a hidden family", [{ given: ["Maria"], _family: {} }], "Maria", ["name.family"]],
    ["a hidden given name", [{ family: "Lopez", _given: [{}] }], "Lopez", ["name.given"]],
    ["all hidden", [{ _family: {}, _given: [{}] }], undefined, ["name"]],
    ["no form that can be read", ["Maria"], undefined, ["name"]],
  ])("is called by %s", async (_what, name, told, hidden) => {
    const read = await of({ name });
    expect(read.name).toBe(told);
    expect(read.hints).toEqual(hidden === undefined ? [] : [{ kind: "patient-unreadable", fields: hidden }]);
  });

  test.each<[what: string, name: unknown, told: string | undefined, blank: string[]]>([
    ["text", [{ text: " \u200b", family: "Lopez" }], "Lopez", ["name[].text"]],
    ["a given name", [{ family: "Lopez", given: ["Maria", "\u00a0"] }], "Lopez, Maria", ["name[].given"]],
    ["a family name", [{ family: "\u3164", given: ["Maria"] }], "Maria", ["name[].family"]],
    [
      "a whole name",
      [
        { text: "\u2800", use: "official" },
        { text: "Maria", use: "nickname" },
      ],
      "Maria",
      ["name[].text"],
    ],
    ["every name", [{ text: "\t" }], undefined, ["name[].text"]],
    [
      "a name that is a comma",
      [
        { text: " , ", use: "official" },
        { family: "Probe", use: "usual" },
      ],
      "Probe",
      ["name[].text"],
    ],
    ["a text of a dash, beside its parts", [{ text: "\u2014", family: "Probe" }], "Probe", ["name[].text"]],
    ["a filler beside a mark", [{ text: "\u3164\u0301", family: "Probe" }], "Probe", ["name[].text"]],
  ])("in whose record %s is blank has what can be seen, and the log names the member", async (...row) => {
    const [, name, told, blank] = row;
    const read = await of({ name });
    expect([read.name, read.hints]).toEqual([told, [{ kind: "members-ignored", fields: blank }]]);
  });

  test.each<[what: string, name: object, told: string | undefined, hidden: string]>([
    ["the whole name", { text: "***" }, undefined, "name"],
    ["all parts", { family: "***", given: "*" }, undefined, "name"],
    ["the family name", { family: "***", given: "Pat" }, "Pat", "name.family"],
    ["a given name", { family: "Probe", given: ["-"] }, "Probe", "name.given"],
  ])("in whose record signs stand in place of %s is told to be hidden", async (_what, name, told, hidden) => {
    const read = await of({ name: [name] });
    expect(read.name).toBe(told);
    expect(read.hints[0]).toEqual({ kind: "patient-unreadable", fields: [hidden] });
    expect(read.hints[1]?.kind).toBe("members-ignored");
  });

  test.each(["王", "Ω", "7", "नी"])("in whose record a name of one letter is a name: %s", async (family) => {
    expect(await of({ name: [{ family }] })).toMatchObject({ name: family, hints: [] });
  });

  test.each<[more: object, birthDate: string | undefined, isHidden: boolean]>([
    [{ birthDate: "1980-02-29" }, "1980-02-29", false],
    [{ birthDate: "1980-02-30" }, undefined, true],
    [{ _birthDate: {} }, undefined, true],
    [{ birthDate: {} }, undefined, true],
    [{}, undefined, false],
  ])("was born: %j", async (more, birthDate, isHidden) => {
    const read = await of(more);
    expect([read.birthDate, read.hints.length > 0]).toEqual([birthDate, isHidden]);
  });

  test.each<[communication: object, language: object | undefined]>([
    [{ language: { coding: [{ code: "es-MX" }] } }, { code: "es-mx", name: "Mexican Spanish" }],
    [{ language: { coding: [{ code: "312", system: "other" }] } }, { name: "312" }],
    [
      { language: { coding: [{ code: "es", system: "urn:ietf:bcp:47", display: "Spanish" }] } },
      { code: "es", name: "Spanish" },
    ],
    [{ language: { text: " Español " } }, { code: "es", name: "Español" }],
    [{ language: {} }, undefined],
    [{ language: { text: "-", coding: [{ code: "es", display: "***" }] } }, { code: "es", name: "Spanish" }],
    [{ language: { text: "-", coding: [{ code: "--" }] } }, undefined],
  ])("speaks: %j", async (communication, language) => {
    expect((await of({ communication: [communication] })).language).toEqual(language);
  });

  test.each<[what: string, more: object, hidden: boolean]>([
    [
      "by another that is named",
      { link: [{ type: "replaced-by", other: { reference: "Patient/2" } }] },
      true,
    ],
    ["by another that is not named", { link: [{ type: "replaced-by" }] }, true],
    [
      "by one of another server",
      { link: [{ type: "replaced-by", other: { reference: "https://x.example/Patient/2" } }] },
      true,
    ],
    ["perhaps, as it is not in use", { active: false, link: [{ other: { reference: "Patient/2" } }] }, true],
    ["by nobody, as it is in use", { active: true, link: [{ other: { reference: "Patient/2" } }] }, false],
    [
      "by nobody, as it only refers",
      { active: false, link: [{ type: "seealso", other: { reference: "Patient/2" } }] },
      false,
    ],
  ])("that was replaced %s, and cannot be followed, says so", async (_what, more, hidden) => {
    const { hints } = await of(more);
    expect(hints).toEqual(hidden ? [{ kind: "patient-unreadable", fields: ["link"] }] : []);
  });

  test("that is not shown ends the page, and is asked for once for each page", async () => {
    await expect(server({}).chart().patient("1")).rejects.toMatchObject({
      problem: { kind: "chart-refused" },
    });
    const { asked, chart } = server({ "Patient/1": patient() });
    const opened = chart();
    expect(await opened.patient("1")).toBe(await opened.patient("Patient/1"));
    expect(asked).toHaveLength(1);
    await chart().patient("1");
    expect(asked).toHaveLength(2);
  });

  test.each<[what: string, old: Says, names: string[], isUnsure: true | undefined]>([
    ["that is out of use", patient({ id: "9", active: false }), ["9"], undefined],
    ["that is not shown", 403, ["9"], undefined],
    ["that is in use and says nothing of it", patient({ id: "9", active: true }), [], undefined],
    ["that is no record", { resourceType: "Patient", id: "8" }, [], undefined],
    ["that fails", 503, [], true],
  ])("that says it replaced one %s", async (_what, old, replaced, areIdsUnsure) => {
    const link = [{ type: "replaces", other: { reference: "Patient/9" } }];
    const { chart } = server({ "Patient/1": patient({ link }), "Patient/9": old });
    const { replaced: told, areIdsUnsure: areUnsure } = await chart().patient("1");
    expect([told, areUnsure]).toEqual([replaced, areIdsUnsure]);
  });

  test("whose next record fails is shown as it is, and may have another id", async () => {
    const link = [{ type: "replaced-by", other: { reference: "Patient/2" } }];
    for (const [status, areIdsUnsure] of [
      [500, true],
      [404, undefined],
      [400, undefined],
    ] as const) {
      const { chart } = server({ "Patient/1": patient({ link }), "Patient/2": status });
      const { id, areIdsUnsure: areUnsure, hints } = await chart().patient("1");
      expect([id, areUnsure, hints]).toEqual([
        "1",
        areIdsUnsure,
        [{ kind: "patient-unreadable", fields: ["link"] }],
      ]);
    }
  });

  test("that was combined again and again is followed to its end, and in a circle not for ever", async () => {
    const leadsTo = (id: string, to: string) => ({
      ...patient({ id }),
      link: [
        { type: "replaced-by", other: { reference: "Patient/" + to } },
        { type: "replaces", other: { reference: "Patient/before-" + id } },
      ],
    });
    const circle = server({ "Patient/1": leadsTo("1", "2"), "Patient/2": leadsTo("2", "1") });
    expect(await circle.chart().patient("1")).toMatchObject({
      id: "2",
      replaced: ["1", "before-1", "before-2"],
    });
    expect(circle.asked).toEqual(["Patient/1", "Patient/2", "Patient/before-1", "Patient/before-2"]);
    const silent = server({ "Patient/1": leadsTo("1", "2"), "Patient/2": new Unreachable("no") });
    await expect(silent.chart().patient("1")).rejects.toMatchObject({
      problem: { kind: "chart-unavailable" },
    });
  });
});
