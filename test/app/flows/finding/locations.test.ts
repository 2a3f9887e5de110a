/** Where visits are looked for: the locations of departments, and those below them. */
import { describe, expect, test } from "vitest";
import { someOf } from "../../../../app/flows/finding/leftOut.ts";
import { departmentsAt, readLocations } from "../../../../app/flows/finding/locations.ts";
import { seenAs } from "../../../../app/flows/finding/seen.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import { connectionOf, departmentOf } from "../../../harness/findingDeployment.ts";

test("a department without its location leaves its visits at risk until another one has it", async () => {
  const { deployment, look, found, book } = findingHospital();
  book();
  await look();
  deployment.reset({ departments: [departmentOf("lamna", { locations: ["loc-2"] })] });
  await look();
  expect(await found()).toMatchObject({ standing: "away", risk: "department-unknown" });
  deployment.reset({ departments: [departmentOf("lamna", { id: "other" })] });
  await look();
  expect(await found()).toMatchObject({ standing: "on", departmentId: "other" });
});

test("where a department gives up a ward, and another has the building, the ward's rooms are searched on at once", async () => {
  const departments = (ward: readonly string[]) => [
    departmentOf("lamna", { id: "building", locations: ["building"] }),
    departmentOf("lamna", { id: "ward", locations: ["elsewhere", ...ward] }),
  ];
  const { chart, deployment, look, found, book } = findingHospital({ departments: departments(["ward"]) });
  chart.below = new Map([
    ["building", ["ward"]],
    ["ward", ["room"]],
  ]);
  book({ location: "room" });
  await look("finding.locations");
  await look();
  expect(await found()).toMatchObject({ standing: "on", departmentId: "ward" });
  deployment.reset({ departments: departments([]) });
  chart.trouble = (request) => (request === "locations" ? { kind: "down", reason: "it is ill" } : undefined);
  await look("finding.locations");
  await look();
  expect(await found()).toMatchObject({ standing: "on", departmentId: "building" });
  chart.trouble = () => undefined;
  chart.isTooLarge = true;
  await look("finding.locations");
  await look();
  expect(await found()).toMatchObject({ standing: "on", departmentId: "building" });
});

test("locations below a department's are searched once they were read; a chart with too many says so", async () => {
  const { chart, deployment, look, found, book, check } = findingHospital();
  chart.below = new Map([["loc-1", ["room-1"]]]);
  book({ location: "room-1" });
  await look();
  await expect(found()).rejects.toThrow("was not found");
  await look("finding.locations");
  await look();
  expect((await found()).location).toBe("room-1");
  expect((await check("locations"))?.fault).toBeUndefined();
  chart.isTooLarge = true;
  deployment.forward(24 * HOUR);
  await look("finding.locations");
  expect((await check("locations"))?.fault).toContain("more locations than can be read");
  // What was known is not forgotten.
  const searched = await departmentsAt(deployment.parts, "lamna");
  expect([...searched.keys()]).toEqual(["loc-1", "room-1"]);
});

test("locations of another chart, to which a connection of that id has led, are not searched, and read anew", async () => {
  const { chart, deployment, look } = findingHospital();
  chart.below = new Map([["loc-1", ["room-1"]]]);
  await look("finding.locations");
  const { locations } = deployment.parts;
  const kept = await locations.of("lamna");
  const searched = async () => [...(await departmentsAt(deployment.parts, "lamna")).keys()];
  expect(await searched()).toEqual(["loc-1", "room-1"]);
  if (kept === undefined) throw new Error("nothing was read");
  await locations.keep("lamna", { ...kept, chart: "https://other.example/r4" });
  expect(await searched()).toEqual(["loc-1"]);
  await look("finding.locations");
  expect(await searched()).toEqual(["loc-1", "room-1"]);
  expect(await locations.of("lamna")).toEqual(kept);
  // An earlier release has not said of which chart they are.
  const { chart: _unsaid, ...before } = kept;
  await locations.keep("lamna", before);
  expect(await searched()).toEqual(["loc-1", "room-1"]);
});

test.each([
  ["one that two departments name is the first one's", ["building"], "first"],
  ["one's own comes before one below", ["hall", "ward"], "second"],
  ["a ward comes before the building that it is in", ["building", "ward"], "second"],
  ["in whatever order they stand", ["ward", "building"], "second"],
  ["a room is the nearest one's above", ["room"], "second"],
  ["of two below, the one that lies deeper counts", ["hall", "room"], "second"],
  ["of two that lie in each other, the first counts", ["round-1", "round-2"], "first"],
])("of several locations that departments name, %s", async (_, locations, department) => {
  const departments = [
    departmentOf("lamna", { id: "first", locations: ["building", "round-1", "building"] }),
    departmentOf("lamna", { id: "second", locations: ["building", "ward", "round-2"] }),
  ];
  const { chart, deployment, look } = findingHospital({ departments });
  chart.below = new Map([
    ["building", ["hall", "ward"]],
    ["ward", ["room"]],
    ["round-1", ["round-2"]],
    ["round-2", ["round-1"]],
  ]);
  await look("finding.locations");
  const departmentOfEach = await departmentsAt(deployment.parts, "lamna");
  const appointment = { id: "a", status: "booked", locations, isVideo: true } as const;
  const said = { ...appointment, rooms: { order: "absent" as const }, hints: [] };
  const id = deployment.visitOf("lamna", "a");
  const seen = seenAs(
    said,
    departmentOfEach,
    { id, connectionId: "lamna" },
    { said: String, patients: (ids) => ids },
  );
  expect(seen.where?.department.id).toBe(department);
});

describe("an appointment that names locations of two departments, in another order each time", () => {
  const CHICAGO = departmentOf("lamna", { timeZone: "America/Chicago" });
  const NEW_YORK = departmentOf("lamna", {
    ...{ id: "lamna-east", timeZone: "America/New_York", locations: ["loc-2"], phone: "(202) 555-0177" },
  });

  test.each([
    ["times with a zone", {}, [CHICAGO, NEW_YORK]],
    ["times without a zone", { hoursBehind: 6 }, [CHICAGO, NEW_YORK]],
    ["the hospital's other order", { hoursBehind: 5 }, [NEW_YORK, CHICAGO]],
  ])("stays in the hospital's first, and nobody is told of a move: %s", async (_, more, departments) => {
    const { chart, deployment, look, found, book, told } = findingHospital({ departments });
    book({ start: deployment.inMinutes(300), locations: ["loc-2", "loc-1"], patients: ["p", "q"], ...more });
    await look();
    const [first, writes] = [await found(), chart.counts.writes];
    expect(first.departmentId).toBe(departments[0]?.id);
    for (const locations of [
      ["loc-1", "loc-2"],
      ["loc-2", "loc-1"],
      ["loc-1", "loc-2"],
    ]) {
      chart.change("a", { locations, patients: locations[0] === "loc-1" ? ["q", "p"] : ["p", "q"] });
      await look();
      await look("finding.far");
      expect(await found()).toEqual(first);
    }
    expect([(await told()).length, chart.counts.writes]).toEqual([1, writes]);
  });

  test("stays in the department that it has while that one's location is named", async () => {
    const { chart, deployment, look, found, book, told } = findingHospital({ departments: [NEW_YORK] });
    book({
      start: deployment.inMinutes(300),
      locations: ["loc-1", "loc-2"],
      location: "loc-2",
      hoursBehind: 5,
    });
    await look();
    deployment.reset({ departments: [CHICAGO, NEW_YORK] });
    await look();
    expect((await found()).departmentId).toBe("lamna-east");
    chart.change("a", { status: "cancelled" });
    await look();
    expect((await found()).departmentId).toBe("lamna-east");
    chart.change("a", { status: "booked", locations: ["loc-1"], location: "loc-1" });
    await look();
    expect((await found()).departmentId).toBe(CHICAGO.id);
    expect((await told()).map(([change]) => change)).toEqual(["new", "cancelled", "new"]);
  });
});

test("each department's location is searched, however many there are", async () => {
  const locations = Array.from({ length: 120 }, (_, index) => "loc-" + String(index));
  const { chart, look, found, book } = findingHospital({
    departments: [departmentOf("lamna", { locations })],
  });
  book({ location: "loc-119" });
  await look();
  expect(chart.counts.searches).toBe(3);
  expect((await found()).hasMeeting).toBe(true);
});

test("locations are read once a day, at once for a new department, and one reading that fails is told and takes nothing away", async () => {
  const { chart, deployment, look, check } = findingHospital();
  chart.below = new Map([
    ["loc-1", ["room-1"]],
    ["loc-2", ["room-2"]],
  ]);
  let readings = 0;
  chart.trouble = () => {
    readings += 1;
    return undefined;
  };
  await look("finding.locations");
  deployment.forward(HOUR);
  await look("finding.locations");
  expect(readings).toBe(1);
  deployment.reset({ departments: [departmentOf("lamna", { locations: ["loc-1", "loc-2"] })] });
  await look("finding.locations");
  const known = async () => (await deployment.parts.locations.of("lamna"))?.below.map(({ id }) => id);
  expect(await known()).toEqual(["room-1", "room-2"]);
  deployment.forward(24 * HOUR);
  chart.trouble = () => ({ kind: "down", reason: "it is ill" });
  expect(await look("finding.locations")).toBe(false);
  expect(await known()).toEqual(["room-1", "room-2"]);
  expect((await check("locations"))?.fault).toContain("could not be read");
  chart.trouble = () => undefined;
  await look("finding.locations");
  expect((await check("locations"))?.fault).toBeUndefined();
});

test("what has changed of a department's locations is told no more once no department is left", async () => {
  const { deployment, check } = findingHospital();
  const at = new Date();
  const changes = [{ id: "loc-1", what: "gone", at } as const];
  await deployment.parts.locations.keep("lamna", {
    below: [],
    roots: ["loc-1"],
    changes,
    isCut: false,
    readAt: at,
  });
  expect((await check("locations"))?.fault).toContain("has not shown location loc-1");
  deployment.reset({ departments: [] });
  expect((await check("locations"))?.fault).toBeUndefined();
});

describe("a reading of locations", () => {
  const reading = (roots: readonly string[] = ["loc-2", "loc-1", "loc-2"]) => {
    const opened = findingHospital({ departments: [departmentOf("lamna", { locations: [...roots] })] });
    const { chart, deployment } = opened;
    const given = chart.chart({} as never, { tokenEndpoint: "" }, {} as never);
    const read = (more: object = {}) =>
      readLocations({ ...deployment.parts, ...more }, "lamna", new AbortController().signal);
    const kept = async () => deployment.parts.locations.of("lamna");
    return { ...opened, given, read, kept };
  };

  test("keeps what is known of each location that is set, by list or by id, and what lies below", async () => {
    const { chart, deployment, given, read, kept } = reading(["loc-2", "loc-1", "loc-2", "loc-3"]);
    chart.locations = [{ id: "loc-1", name: "Unit 1", partOf: "house" }];
    chart.below = new Map([["loc-1", ["room-1"]]]);
    const asked: string[] = [];
    given.location = (id) => {
      asked.push(id);
      return Promise.resolve(id === "loc-2" ? { kind: "shown", name: "Unit 2" } : { kind: "shown" });
    };
    await read();
    expect(asked).toEqual(["loc-2", "loc-3"]);
    expect(await kept()).toEqual({
      below: [{ id: "room-1", root: "loc-1" }],
      lacking: { unreadable: 0, keptBack: 0 },
      roots: ["loc-1", "loc-2", "loc-3"],
      known: [
        { id: "loc-1", name: "Unit 1", partOf: "house" },
        { id: "loc-2", name: "Unit 2" },
        { id: "loc-3" },
      ],
      changes: [],
      chart: connectionOf("lamna").fhirBaseUrl,
      isCut: false,
      readAt: deployment.now(),
    });
  });

  test("of more than fifty asks for others each day, so that each has its turn", () => {
    const ids = Array.from({ length: 130 }, (_, index) => String(index));
    const onDay = (day: number) =>
      someOf(ids, new Date(Date.parse("2027-01-12T15:00:00Z") + day * 86_400_000));
    for (const everyDays of [1, 2, 5]) {
      const had = new Set([0, 1, 2, 3, 4, 5, 6, 7].flatMap((turn) => onDay(turn * everyDays)));
      expect([everyDays, had.size]).toEqual([everyDays, 130]);
    }
    expect(new Set(onDay(3)).size).toBe(50);
    expect(someOf(ids.slice(0, 50), new Date(5 * 86_400_000))).toEqual(ids.slice(0, 50));
  });

  test("tells those that are gone, asks for fifty of them at most, and for none after one that was not answered", async () => {
    const ids = Array.from({ length: 60 }, (_, index) => "loc-" + String(index + 100));
    const { given, read, kept, deployment } = reading(ids);
    const asked: string[] = [];
    given.location = (id) => {
      asked.push(id);
      return Promise.resolve({ kind: "not-shown" });
    };
    await read();
    expect([asked.length, (await kept())?.changes?.length]).toEqual([50, 50]);
    expect((await kept())?.changes?.[0]).toMatchObject({ what: "gone", at: deployment.now() });
    expect(ids).toEqual(expect.arrayContaining(asked));
    const silent = reading(["loc-1", "loc-2", "loc-3"]);
    const answers = [{ kind: "not-shown" }, { kind: "down", reason: "ill" }, { kind: "not-shown" }] as const;
    let count = 0;
    silent.given.location = () => Promise.resolve(answers[count++] ?? answers[0]);
    await silent.read();
    expect([count, (await silent.kept())?.changes?.map(({ id }) => id)]).toEqual([2, ["loc-1"]]);
  });

  test("of a chart with too many keeps those that were known below, asks for the others by id, and is said", async () => {
    const { chart, deployment, given, read, kept } = reading(["loc-1"]);
    chart.below = new Map([["loc-1", ["room-1"]]]);
    await read();
    deployment.forward(24 * HOUR);
    chart.isTooLarge = true;
    given.location = () => Promise.resolve({ kind: "not-shown" });
    await read();
    expect(await kept()).toMatchObject({
      below: [{ id: "room-1", root: "loc-1" }],
      roots: ["loc-1"],
      changes: [{ id: "loc-1", what: "gone" }],
      isCut: true,
      readAt: deployment.now(),
    });
    const lines = deployment.logged.filter((line) => line.includes('"locations.too_many"'));
    expect(lines).toEqual([expect.stringContaining('"connection":"lamna"')]);
    // Of one that was never read nothing is known below.
    const never = reading(["loc-1"]);
    never.chart.isTooLarge = true;
    await never.read();
    expect(await never.kept()).toMatchObject({ below: [], isCut: true });
  });

  test("is made a day after the last one, and not for a connection without locations, or without a chart", async () => {
    const { deployment, given, read, kept } = reading();
    await read();
    const first = (await kept())?.readAt;
    deployment.forward(24 * HOUR - 1);
    await read();
    expect((await kept())?.readAt).toEqual(first);
    deployment.forward(1);
    await read();
    expect((await kept())?.readAt).toEqual(deployment.now());
    deployment.forward(48 * HOUR);
    given.locationsBelow = () => Promise.reject(new Error("it is asked"));
    deployment.reset({ departments: [] });
    await read();
    deployment.reset({ departments: [departmentOf("lamna")], connections: [] });
    await read();
  });

  test("that fails says why", async () => {
    const { chart, read } = reading();
    const standings = { of: () => Promise.resolve({ ok: false, reason: "no address" }) };
    await expect(read({ standings })).rejects.toThrow("the chart is not asked: no address");
    chart.trouble = () => ({ kind: "limited", retryAfterMs: 1 });
    await expect(read()).rejects.toThrow("locations were not read: limited");
  });
});

test("each location says which named one it lies below, and which named ones are above that", async () => {
  const { chart, deployment, look } = findingHospital({
    departments: [
      departmentOf("lamna", { id: "house", locations: ["house"] }),
      departmentOf("lamna", { id: "ward", locations: ["ward", "east"] }),
    ],
  });
  chart.below = new Map([
    ["house", ["hall", "east"]],
    ["east", ["ward"]],
    ["ward", ["room"]],
  ]);
  await look("finding.locations");
  const all = await departmentsAt(deployment.parts, "lamna");
  expect(
    [...all].map(([id, { department, named, above }]) => [id, department.id, named, [...above]]),
  ).toEqual([
    ["house", "house", "house", []],
    ["ward", "ward", "ward", ["east", "house"]],
    ["east", "ward", "east", ["house"]],
    ["hall", "house", "house", []],
    ["room", "ward", "ward", ["east", "house"]],
  ]);
});

describe("a reading that lacks locations", () => {
  const ROOM = { id: "room-1", root: "loc-1" };
  const opened = async () => {
    const all = findingHospital();
    all.chart.below = new Map([["loc-1", ["room-1"]]]);
    await all.look("finding.locations");
    all.deployment.forward(24 * HOUR);
    const below = async () => (await all.deployment.parts.locations.of("lamna"))?.below;
    return { ...all, below };
  };

  test("takes nothing away that the chart still shows by its id: its visits are found on", async () => {
    const { chart, deployment, look, found, book, below } = await opened();
    book({ location: "room-1", start: deployment.inMinutes(60 * 30) });
    await look("finding.far");
    chart.below = new Map();
    await look("finding.locations");
    await look("finding.far");
    expect(await below()).toEqual([ROOM]);
    expect(await found()).toMatchObject({ standing: "on" });
    expect(deployment.logged.join("")).toContain("locations.left_out");
  });

  test("leaves out what the chart does not show by its id, or says to be elsewhere", async () => {
    const gone = await opened();
    gone.chart.below = new Map();
    gone.chart.hidden.add("room-1");
    await gone.look("finding.locations");
    expect(await gone.below()).toEqual([]);
    const moved = await opened();
    moved.chart.below = new Map();
    moved.chart.locations = [{ id: "room-1", partOf: "elsewhere" }, { id: "elsewhere" }];
    await moved.look("finding.locations");
    expect(await moved.below()).toEqual([]);
  });

  test("that lacks one in between keeps the rooms below it", async () => {
    const { chart, deployment, look, below } = await opened();
    chart.below = new Map([["loc-1", ["ward", "room-1"]]]);
    await look("finding.locations");
    deployment.forward(24 * HOUR);
    chart.below = new Map();
    chart.locations = [{ id: "room-1", partOf: "ward" }];
    await look("finding.locations");
    expect(await below()).toContainEqual(ROOM);
  });
});
