/** Where a visit takes place: what one user or one moment does not show, stands in nobody else's way. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { FhirBaseUrl } from "../../../../app/domain/fhirBaseUrl.ts";
import type { FoundVisit } from "../../../../app/domain/found.ts";
import { departmentLookup } from "../../../../app/flows/provider/departments.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";
import { appointment, minutes, PATIENT, startChartAt, type ChartAt } from "./chartAt.ts";
import { heading } from "./otherChart.ts";
import { json, LOCATION } from "./smallServer.ts";

let chart: ChartAt;
beforeAll(async () => {
  chart = await startChartAt();
});
afterEach(() => chart.server.reset());
afterAll(() => chart.stop());

const told = (page: { readonly status: number; readonly html: string }) => [page.status, heading(page)];
const OPEN = [200, "Video Visit"];
const HIDDEN = [502, "The chart did not show where this visit takes place"];
const UNKNOWN = [409, "This department is not set up for video visits"];
let rooms = 0;
/** No test knows another's rooms. */
const newRoom = () => "room-" + String(++rooms);
const at = (...locations: readonly string[]) => ({
  participant: [PATIENT, ...locations.map((location) => ({ actor: { reference: "Location/" + location } }))],
});
const location = (id: string, partOf: unknown) => {
  chart.answers("Location/" + id, { resourceType: "Location", id, partOf });
};
const unit = { reference: "Location/" + LOCATION };
const askedFor = () => chart.server.received.filter(({ path }) => path.startsWith("/fhir/Location/"));

describe("a location that is not shown once", () => {
  test.each([404, 403, 429, 500])(
    "(%i) is asked for again by whoever opens the visit next",
    async (status) => {
      const room = newRoom();
      chart.searchFinds(appointment(at(room)));
      chart.answers("Location/" + room, {}, status);
      expect(told(await chart.launchToSearch())).toEqual(HIDDEN);
      location(room, unit);
      expect(told(await chart.launchToSearch())).toEqual(OPEN);
      chart.server.received.length = 0;
      expect(told(await chart.launchToSearch())).toEqual(OPEN);
      // What was said once is remembered.
      expect(askedFor()).toEqual([]);
    },
  );

  test("belongs to nothing until the chart says to what", async () => {
    const room = newRoom();
    chart.searchFinds(appointment(at(room)));
    location(room, null);
    expect(told(await chart.launchToSearch())).toEqual(UNKNOWN);
    location(room, unit);
    expect(told(await chart.launchToSearch())).toEqual(OPEN);
  });

  test.each<[string, unknown]>([
    ["words only", { display: "Unit 4" }],
    ["another server's", { reference: "https://elsewhere.example/fhir/Location/" + LOCATION }],
    ["an id that is none", { reference: "Location/.." }],
    ["nothing that could be read", "Unit 4"],
  ])("whose parent is %s is not known to belong nowhere", async (_what, partOf) => {
    const room = newRoom();
    chart.searchFinds(appointment(at(room)));
    location(room, partOf);
    expect(told(await chart.launchToSearch())).toEqual(HIDDEN);
  });

  test.each<[string, unknown]>([
    ["absolute", { reference: "BASE/Location/" + LOCATION }],
    ["in a version", { reference: "Location/" + LOCATION + "/_history/2" }],
  ])("is found by a parent that is %s", async (_what, partOf) => {
    const room = newRoom();
    chart.searchFinds(appointment(at(room)));
    location(room, JSON.parse(JSON.stringify(partOf).replace("BASE", chart.server.fhirBaseUrl)));
    expect(told(await chart.launchToSearch())).toEqual(OPEN);
  });
});

describe("a location that the system client has placed", () => {
  /** Finding visits has the appointment at a location below the department's. */
  async function foundAt(location: string, change: Partial<FoundVisit> = {}) {
    const { foundVisits, hospital } = chart.deployment.parts;
    const [department] = await hospital.departments("other");
    const id = foundVisits.idOf(chart.server.fhirBaseUrl as FhirBaseUrl, "a-1");
    await foundVisits.remove(id);
    await foundVisits.add(
      {
        id,
        connectionId: "other",
        departmentId: department?.id ?? "none",
        location,
        start: new Date(minutes(0)),
        end: new Date(minutes(30)),
        standing: "on",
        seen: foundVisits.hash(id, "said"),
        firstSeen: new Date(minutes(-600)),
        changes: 1,
        hasMeeting: true,
        ...change,
      },
      "a-1",
    );
  }
  const NOT_SHOWN = "The chart does not show the appointment’s location";

  test.each([403, 404, 500])(
    "and answers the clinician %i is its department's, which is said",
    async (status) => {
      const room = newRoom();
      chart.searchFinds(appointment(at(room)));
      chart.answers("Location/" + room, {}, status);
      await foundAt(room);
      const page = await chart.launchToSearch();
      expect([...told(page), page.html.includes(NOT_SHOWN)]).toEqual([...OPEN, true]);
      expect(page.html).not.toContain("may be missing here");
      location(room, unit);
      const shown = await chart.launchToSearch();
      expect([...told(shown), shown.html.includes(NOT_SHOWN)]).toEqual([...OPEN, false]);
    },
  );

  test.each<[string, Partial<FoundVisit>]>([
    ["is cancelled", { standing: "cancelled" }],
    ["is away", { standing: "away" }],
    ["was elsewhere", { location: "room-before" }],
    ["has a department that is gone", { departmentId: "gone" }],
    ["is another connection's", { connectionId: "lamna" }],
  ])("says nothing where what was found %s", async (_what, change) => {
    const room = newRoom();
    chart.searchFinds(appointment(at(room)));
    chart.answers("Location/" + room, {}, 403);
    await foundAt(room, change);
    expect(told(await chart.launchToSearch())).toEqual(HIDDEN);
  });
});

describe("a neighbour whose location cannot be read", () => {
  const two = (neighbours: string) => {
    chart.searchFinds(
      appointment(at(LOCATION)),
      appointment({ id: "a-2", start: minutes(40), end: minutes(60), ...at(neighbours) }),
    );
  };

  test.each<[string, (room: string) => void, string?]>([
    ["answers 403", (room) => chart.answers("Location/" + room, {}, 403)],
    ["answers 500", (room) => chart.answers("Location/" + room, {}, 500)],
    [
      "answers a page",
      (room) => chart.server.answers.set("/fhir/Location/" + room, () => ({ status: 200, body: "<html>" })),
    ],
    [
      "is another location",
      (room) => chart.answers("Location/" + room, { resourceType: "Location", id: "x", partOf: unit }),
    ],
    ["has no parent", (room) => location(room, null), "Location not set up"],
  ])(
    "(it %s) takes nothing with it: the choice stands",
    async (_what, answers, words = "Location not shown by the chart") => {
      const room = newRoom();
      two(room);
      answers(room);
      const page = await chart.launchToSearch();
      expect(told(page)).toEqual([200, "Which visit?"]);
      expect(page.html).toContain("Lamna Other Clinic");
      expect(page.html).toContain(words);
    },
  );
});

describe("locations without end", () => {
  const busy = { now: 0, most: 0 };
  const slowly = (path: string) => {
    chart.server.answers.set(path, async () => {
      busy.most = Math.max(busy.most, ++busy.now);
      await new Promise((resolve) => setImmediate(resolve));
      busy.now -= 1;
      return json({ resourceType: "Location" });
    });
  };

  test("2,000 of them cost a few requests, a few at a time", async () => {
    const many = Array.from({ length: 2_000 }, () => newRoom());
    for (const room of many) slowly("/fhir/Location/" + room);
    chart.searchFinds(
      ...many.map((room, index) =>
        appointment({ id: "b-" + String(index), start: minutes(20), end: minutes(40), ...at(room) }),
      ),
      appointment(at(LOCATION)),
    );
    chart.server.received.length = 0;
    busy.most = 0;
    const page = await chart.launchToSearch();
    expect(told(page)).toEqual([200, "Which visit?"]);
    expect(askedFor().length).toBeLessThanOrEqual(40);
    expect(busy.most).toBeLessThanOrEqual(4);
    expect(page.html).toContain("did not show where every visit takes place");
  });

  test("one that many visits share is asked for once, and only for visits of today", async () => {
    const [room, elsewhere, office] = [newRoom(), newRoom(), newRoom()];
    location(room, { reference: "Location/unknown-unit" });
    location("unknown-unit", undefined);
    const of = (id: string, from: number, where: string) =>
      appointment({ id, start: minutes(from), end: minutes(from + 20), ...at(where) });
    chart.searchFinds(of("a-1", 0, room), of("a-2", 25, room), of("a-3", 50 * 60, elsewhere), {
      ...of("a-4", 30, office),
      serviceType: [{ text: "Office Visit" }],
    });
    chart.server.received.length = 0;
    await chart.launchToSearch();
    expect(
      askedFor()
        .map(({ path }) => path)
        .sort(),
    ).toEqual(["/fhir/Location/" + room, "/fhir/Location/unknown-unit"].sort());
  });

  test("that lie in each other are gone round once", async () => {
    const [one, other] = [newRoom(), newRoom()];
    location(one, { reference: "Location/" + other });
    location(other, { reference: "Location/" + one });
    chart.searchFinds(appointment(at(one)));
    chart.server.received.length = 0;
    expect(told(await chart.launchToSearch())).toEqual(UNKNOWN);
    expect(askedFor()).toHaveLength(2);
  });

  test("of a chart that fails are not asked for one after the other", async () => {
    const many = Array.from({ length: 20 }, () => newRoom());
    for (const room of many) chart.answers("Location/" + room, {}, 500);
    chart.searchFinds(appointment(at(...many)));
    chart.server.received.length = 0;
    expect(told(await chart.launchToSearch())).toEqual(HIDDEN);
    expect(askedFor().length).toBeLessThanOrEqual(5);
  });
});

test.each([
  ["the ward in the building", ["building", "ward"], "inner"],
  ["whichever is named first", ["ward", "building"], "inner"],
  ["what is below them", ["hall", "room"], "inner"],
  ["the first where neither contains the other", ["building", "elsewhere"], "outer"],
  ["the first of two that are part of each other", ["round-1", "round-2"], "outer"],
])("of the locations of several departments counts %s", async (_what, locations, department) => {
  const partOf = new Map([
    ["hall", "building"],
    ["room", "ward"],
    ["ward", "floor"],
    ["floor", "building"],
    ["round-1", "round-2"],
    ["round-2", "round-1"],
  ]);
  const parentLocation = (id: string) => {
    const parent = partOf.get(id);
    return Promise.resolve(
      parent === undefined ? { kind: "top" as const } : { kind: "part-of" as const, id: parent },
    );
  };
  const departments = [
    departmentOf("lamna", { id: "outer", locations: ["building", "round-1"] }),
    departmentOf("lamna", { id: "inner", locations: ["ward", "elsewhere", "round-2"] }),
  ];
  const start = new Date("2027-01-12T15:00:00Z");
  const end = new Date("2027-01-12T15:30:00Z");
  const found = await departmentLookup({ parentLocation }, departments, () => Promise.resolve(undefined))({
    id: "a",
    status: "booked",
    start,
    end,
    clock: "instant",
    patients: [],
    patientElsewhere: false,
    locations,
    clinicians: [],
    type: "Video Visit",
    isVideo: true,
    hints: [],
  });
  expect(found.department?.id).toBe(department);
});
