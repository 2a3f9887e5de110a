/** The system client at the sandbox's chart system, which is as strict as Millennium: what it reads, what it writes, and what it is refused. */
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { SystemAppointment, SystemChart } from "../../../../app/ports/systemEhr.ts";
import type { FaultName } from "../../../../app/sandbox/oracle/faults.ts";
import { combinedPatient } from "../../../../app/sandbox/oracle/clinic/people.ts";
import type { ScenarioName } from "../../../../app/sandbox/oracle/clinic/scenarios.ts";
import { application, oracleHealth, rsa, stranger, ORACLE_TENANT } from "../../sandbox/oracle/oracle.ts";
import { SIGNS, systemChart, systemCharts, withSecret, wholeSearch, type OpenedAs } from "./systemClient.ts";

const clock = { now: new Date() };
const oracle = await oracleHealth({ clock });
const { base, tokenUrl } = application(oracle);
const clinic = oracle.clinic(ORACLE_TENANT);
const client = (change: Partial<OpenedAs> = {}) =>
  systemChart({ base, tokenEndpoint: tokenUrl, now: () => clock.now, key: rsa.privateKey, ...change });
const chart = client();

const FAMILY_MEDICINE = ["21000101", "21000111"];
const CARDIOLOGY = "21000102";
const HOUR = 3_600_000;
const around = () => ({
  from: new Date(clock.now.getTime() - 4 * HOUR),
  before: new Date(clock.now.getTime() + 80 * HOUR),
});
const LINKS = {
  provider: "https://visit.example.org/s/8Lw2r",
  patient: "https://visit.example.org/j/Zp3kQ",
  start: new Date("2026-12-01T15:00:00Z"),
  end: new Date("2026-12-01T15:30:00Z"),
};

const read = async (name: ScenarioName): Promise<SystemAppointment> => {
  const { id } = await clinic.visit(name);
  return now(chart, id);
};
const now = async (of: SystemChart, id: string): Promise<SystemAppointment> => {
  const answer = await of.appointment(id);
  if (answer.kind !== "read") throw new Error(JSON.stringify(answer));
  return answer.appointment;
};
const forWriting = (appointment: SystemAppointment) => ({
  ...appointment,
  version: appointment.version ?? "none",
});
const asked = (method: string) => oracle.received().filter((each) => each.method === method).length;

afterEach(() => {
  oracle.faults.clear();
  // Its answers are dated by the real clock.
  clock.now = new Date();
});
afterAll(() => oracle.stop());

describe("appointments of locations", () => {
  test("are found with their times, states, locations, rooms and patients' ids, and without anybody's name", async () => {
    const { found, end, pages } = await wholeSearch(chart, { locations: FAMILY_MEDICINE, ...around() });
    expect(end).toBeUndefined();
    expect(pages).toHaveLength(1);
    const { id, start } = await clinic.visit("startsSoon");
    expect(found.get(id)).toMatchObject({
      status: "booked",
      times: { start: new Date(start ?? ""), clock: "instant" },
      locations: ["21000101"],
      isVideo: true,
      patients: ["41000001"],
      rooms: { order: "documented" },
      hints: [],
    });
    expect(found.get((await clinic.visit("inPerson")).id)).toMatchObject({
      isVideo: false,
      rooms: { order: "absent" },
    });
    expect(found.get((await clinic.visit("cancelled")).id)).toMatchObject({ status: "cancelled" });
    expect([...found.keys()]).toContain((await clinic.visit("inRoomBelow")).id);
    expect([...found.keys()]).not.toContain((await clinic.visit("inProgress")).id);
    const everything = JSON.stringify([...found.values()]);
    for (const { name } of await clinic.patients()) expect(everything).not.toContain(name?.[0]?.text);
  });

  test("over several pages: each once, and what comes twice or is kept back is counted", async () => {
    const locations = [...FAMILY_MEDICINE, CARDIOLOGY, "21000103", "21000104"];
    const whole = await wholeSearch(chart, { locations, ...around() });
    oracle.faults.set("smallPages");
    oracle.faults.set("pagesOverlap");
    oracle.faults.set("outcomeAmongResults");
    const paged = await wholeSearch(chart, { locations, ...around() });
    expect(paged.pages.length).toBeGreaterThan(2);
    expect([...paged.found.keys()]).toEqual([...whole.found.keys()]);
    expect(paged.pages.map(({ repeated }) => repeated)).toEqual(paged.pages.map((_, at) => Math.min(at, 1)));
    expect(paged.pages.flatMap(({ hints }) => hints)).toEqual([{ kind: "entries-kept-back", count: 1 }]);
  });

  test("that change while they are paged through come once more, as they are now", async () => {
    oracle.faults.set("smallPages");
    oracle.faults.set("pagesOverlap");
    let changed = "";
    const again: boolean[] = [];
    for await (const page of chart.appointments({ locations: FAMILY_MEDICINE, ...around() })) {
      if (page.kind !== "page") throw new Error("no page");
      if (changed !== "") again.push(page.repeated > 0 && page.appointments.some(({ id }) => id === changed));
      else {
        changed = page.appointments.at(-1)?.id ?? "";
        await clinic.move(changed, 1);
      }
    }
    expect(again[0]).toBe(true);
    await clinic.move(changed, -1);
  });

  test("of a page that fails are missing, which is said last, and those before it are good", async () => {
    oracle.faults.set("smallPages");
    oracle.faults.set("laterPagesFail");
    const { said } = await wholeSearch(chart, { locations: FAMILY_MEDICINE, ...around() });
    expect(said).toMatchObject([
      { kind: "page", repeated: 0 },
      { kind: "broken-off", by: { kind: "down", reason: expect.stringContaining("500") as string } },
    ]);
    expect(said[0]?.kind === "page" && said[0].appointments).toHaveLength(5);
  });

  test("are asked for 1 to 50 locations at once", async () => {
    const search = (locations: string[]) => wholeSearch(chart, { locations, ...around() });
    await expect(search([])).rejects.toThrow("1 to 50 locations");
    await expect(search(Array.from({ length: 51 }, (_, at) => String(at)))).rejects.toThrow();
    await expect(search(["1&patient=41000001"])).rejects.toThrow("a location's id is none");
  });
});

describe("one appointment", () => {
  test("is read as it stands, with the version that a change has to name", async () => {
    const { id, meta } = await clinic.visit("cancelled");
    expect(await chart.appointment(id)).toMatchObject({
      kind: "read",
      appointment: { id, version: meta?.versionId, status: "cancelled" },
    });
  });

  test.each(["61999999", "../Patient/41000001", ""])("%j is not shown", async (id) => {
    expect(await chart.appointment(id)).toEqual({ kind: "not-shown" });
  });

  test("is read among others as when it is read alone; what is not shown is missing", async () => {
    const visits = await Promise.all([clinic.visit("startsSoon"), clinic.visit("cancelled")]);
    const ids = visits.map(({ id }) => id);
    const came = await chart.appointmentsById([...ids, "61999999", "../Patient/41000001"]);
    const singly = await Promise.all(ids.map((id) => now(chart, id)));
    expect(came).toEqual({
      kind: "read-by-id",
      isWhole: true,
      appointments: expect.arrayContaining(singly) as unknown,
    });
    expect(came.kind === "read-by-id" && came.appointments).toHaveLength(2);
    expect(await chart.appointmentsById([""])).toEqual({
      kind: "read-by-id",
      isWhole: true,
      appointments: [],
    });
    await expect(chart.appointmentsById([])).rejects.toThrow("1 to 50 ids");
    await expect(chart.appointmentsById(Array.from({ length: 51 }, String))).rejects.toThrow("1 to 50 ids");
  });

  test("that fails by its id, alone and among others, is shown by other searches all the same", async () => {
    oracle.faults.set("byIdFails");
    const { id } = await clinic.visit("startsSoon");
    const down = { kind: "down", reason: expect.stringContaining("500") as string };
    expect([await chart.appointment(id), await chart.appointmentsById([id, "61999999"])]).toEqual([
      down,
      down,
    ]);
    const { said } = await wholeSearch(chart, { locations: FAMILY_MEDICINE, ...around() });
    expect(said.some((page) => page.kind === "page" && page.appointments.some((one) => one.id === id))).toBe(
      true,
    );
  });

  test("that comes as an OperationOutcome with status 200 is not read", async () => {
    oracle.faults.set("outcomeInPlace");
    const { id } = await clinic.visit("startsSoon");
    expect(await chart.appointment(id)).toMatchObject({ kind: "not-fhir" });
    expect((await wholeSearch(chart, { locations: FAMILY_MEDICINE, ...around() })).end).toMatchObject({
      kind: "not-fhir",
    });
  });
});

describe("links", () => {
  test("are added to a visit without rooms, stand in the room they are for, and are replaced later", async () => {
    const before = await read("withoutRooms");
    expect(before.rooms).toEqual({ order: "absent" });
    expect(await chart.writeLinks(forWriting(before), LINKS)).toEqual({ kind: "written" });
    const after = await read("withoutRooms");
    const { provider, patient, start, end } = LINKS;
    expect(after.rooms).toEqual({ provider, patient, period: { start, end }, order: "documented" });
    expect(after.version).not.toBe(before.version);
    const other = { ...LINKS, patient: "https://visit.example.org/j/other" };
    expect(await chart.writeLinks(forWriting(after), other)).toEqual({ kind: "written" });
    expect((await read("withoutRooms")).rooms.patient).toBe(other.patient);
  });

  test("are told by their rooms' names where the chart has them in the other order", async () => {
    const before = await read("laterToday");
    expect(before.rooms).toEqual({ order: "other" });
    expect(await chart.writeLinks(forWriting(before), LINKS)).toEqual({ kind: "written" });
    const { start, end, ...written } = LINKS;
    expect((await read("laterToday")).rooms).toEqual({ ...written, period: { start, end }, order: "other" });
  });

  test("are not written upon another version than was read", async () => {
    const before = await read("tomorrowCardiology");
    await clinic.move(before.id, 15);
    const refused = { kind: "refused", why: "changed-meanwhile" };
    expect(await chart.writeLinks(forWriting(before), LINKS)).toEqual(refused);
    expect((await read("tomorrowCardiology")).rooms).toEqual({ order: "documented" });
  });

  test("that somebody else has added since are found by the refusal", async () => {
    const before = await read("inThreeDays");
    expect(await chart.writeLinks(forWriting(before), LINKS)).toEqual({ kind: "written" });
    const { version } = forWriting(await read("inThreeDays"));
    const again = await chart.writeLinks({ ...before, version }, LINKS);
    expect(again).toEqual({ kind: "refused", why: "changed-meanwhile" });
  });

  test.each<[FaultName, string]>([
    ["preconditionFailed", "changed-meanwhile"],
    ["locked", "locked"],
    ["associationFailed", "side-effect"],
  ])("meet %s: %s, and nothing is written", async (fault, why) => {
    const before = await read("eveningBehavioral");
    oracle.faults.set(fault);
    expect(await chart.writeLinks(forWriting(before), LINKS)).toEqual({ kind: "refused", why });
    expect(await read("eveningBehavioral")).toEqual(before);
  });

  test("go to no visit that is not a Video Visit", async () => {
    const refused = { kind: "refused", why: "rule" };
    expect(await chart.writeLinks(forWriting(await read("inPerson")), LINKS)).toEqual(refused);
  });

  test.each([
    ["a link of 256 characters", { patient: "https://visit.example.org/j/".padEnd(256, "x") }, {}],
    ["one link of two in the chart", {}, { rooms: { provider: "x", order: "documented" as const } }],
    ["a version that would end a header", {}, { version: '1"\r\nx: "' }],
  ])("are not sent: %s", async (_, links, change) => {
    const before = await read("eveningBehavioral");
    const sent = asked("PATCH");
    const outcome = await chart.writeLinks({ ...forWriting(before), ...change }, { ...LINKS, ...links });
    expect(outcome).toEqual({ kind: "refused", why: "not-sent" });
    expect(asked("PATCH")).toBe(sent);
  });
});

test("a status moves on as Millennium allows, and no other way", async () => {
  const before = await read("withInterpreter");
  expect(await chart.writeStatus(forWriting(before), "fulfilled")).toEqual({ kind: "refused", why: "rule" });
  expect(await chart.writeStatus(forWriting(before), "arrived")).toEqual({ kind: "written" });
  const stale = await chart.writeStatus(forWriting(before), "checked-in");
  expect(stale).toEqual({ kind: "refused", why: "changed-meanwhile" });
  expect((await read("withInterpreter")).status).toBe("arrived");
});

describe("locations", () => {
  test.each<[string[], [string, string][]]>([
    [["21000101"], [["21000111", "21000101"]]],
    [
      ["21000011", "21000101"],
      [
        ["21000111", "21000101"],
        ["21000101", "21000011"],
        ["21000102", "21000011"],
      ],
    ],
    [[CARDIOLOGY], []],
  ])("below %j, each under the nearest", async (roots, locations) => {
    const read = await chart.locationsBelow(roots);
    expect(read).toMatchObject({ kind: "found", locations: locations.map(([id, root]) => ({ id, root })) });
    const root = read.kind === "found" ? read.all.find(({ id }) => id === roots[0]) : undefined;
    expect(root?.name).toBeDefined();
  });

  test("all are listed with their names and what they are part of", async () => {
    const all = await chart.locations();
    const room = all.kind === "all" ? all.locations.find(({ id }) => id === "21000111") : undefined;
    expect([room?.name, room?.partOf]).toEqual(["Family Medicine Room 3", "21000101"]);
  });

  test("one is read to see that all is well, with what the chart calls it", async () => {
    expect(await chart.location(CARDIOLOGY)).toEqual({ kind: "shown", name: "Cardiology Clinic" });
    expect(await chart.location("21999999")).toEqual({ kind: "not-shown" });
  });
});

test("a patient's record that was combined into another is known by both ids; the other says what it says", async () => {
  const { oldId, currentId } = combinedPatient;
  expect(await chart.patientIds(oldId)).toEqual({ kind: "ids", ids: [oldId, currentId] });
  expect(await chart.patientIds(currentId)).toEqual({ kind: "ids", ids: [currentId] });
  expect(await chart.patientIds("12999999")).toEqual({ kind: "not-shown" });
  expect(await chart.patientIds("Patient/../12999999")).toEqual({ kind: "not-shown" });
});

describe("whom a message goes to", () => {
  const recipient = async (id: string) => chart.recipient(id);

  test("is the patient's mobile number and mail address, in the language of the chart", async () => {
    const [patient = ""] = (await read("startsSoon")).patients ?? [];
    expect(await recipient(patient)).toEqual({
      kind: "read",
      recipient: expect.objectContaining({
        textNumber: expect.stringMatching(/^\+1\d{10}$/) as string,
        mail: expect.stringContaining("@") as string,
      }) as object,
    });
  });

  test("is whoever the record was combined into", async () => {
    const { oldId, currentId } = combinedPatient;
    expect(await recipient(oldId)).toEqual(await recipient(currentId));
    expect((await recipient(oldId)).kind).toBe("read");
  });

  test("is nobody where the chart shows no such record, and not known while it is away", async () => {
    expect(await recipient("12999999")).toEqual({ kind: "not-shown" });
    expect(await recipient("Patient/../12999999")).toEqual({ kind: "not-shown" });
    oracle.faults.set("unavailable");
    expect((await recipient(combinedPatient.currentId)).kind).not.toBe("read");
  });
});

describe("the token", () => {
  const tokens = () => oracle.received().filter(({ path }) => path.endsWith("/token")).length;
  const some = (of: SystemChart) => Promise.all(Array.from({ length: 6 }, () => of.location(CARDIOLOGY)));

  test("is asked for once, however many ask, and again shortly before it ends", async () => {
    const own = client();
    const before = tokens();
    await some(own);
    await some(own);
    expect(tokens()).toBe(before + 1);
    clock.now = new Date(clock.now.getTime() + 520_000);
    await some(own);
    expect(tokens()).toBe(before + 2);
  });

  test.each<[string, Partial<OpenedAs>, object]>([
    ["a wrong secret", { change: { system: withSecret("wrong") } }, { why: "registration" }],
    ["another key than is published", { key: stranger.privateKey }, { why: "registration" }],
    ["an unknown client", { change: { system: { ...SIGNS, clientId: "nobody" } } }, { why: "registration" }],
    [
      "scopes that are not registered",
      { change: { system: { ...SIGNS, scopes: ["system/Practitioner.read"] } } },
      { why: "scopes" },
    ],
    [
      "scopes of a clinician",
      { change: { system: { ...SIGNS, scopes: ["user/Appointment.read"] } } },
      { why: "scopes" },
    ],
  ])("is not given for %s", async (_, change, said) => {
    expect(await client(change).location(CARDIOLOGY)).toMatchObject({ kind: "shut-out", ...said });
  });

  test("cannot be asked for without our own key, and that is said as it is", async () => {
    const without = systemChart({ base, tokenEndpoint: tokenUrl, now: () => clock.now });
    expect(await without.location(CARDIOLOGY)).toMatchObject({
      kind: "shut-out",
      why: "proof",
      reason: "The vault has no key named fhir-client",
    });
  });

  test("is kept for a connection as long as nobody changes it", async () => {
    const charts = systemCharts({ base, tokenEndpoint: tokenUrl, now: () => clock.now, key: rsa.privateKey });
    const before = tokens();
    await charts({}).location(CARDIOLOGY);
    await charts({}).location(CARDIOLOGY);
    expect(tokens()).toBe(before + 1);
    const changed = charts({ system: withSecret("wrong") });
    expect(await changed.location(CARDIOLOGY)).toMatchObject({ kind: "shut-out" });
  });

  test("is given for a secret, too", async () => {
    const own = client({ change: { system: withSecret("s3cret: with colon") } });
    expect(await own.location(CARDIOLOGY)).toEqual({ kind: "shown", name: "Cardiology Clinic" });
  });

  test("asks for the right to write only where something is written", async () => {
    const before = forWriting(await read("eveningCardiology"));
    const silent = client({ environment: "production" });
    const sent = asked("PATCH");
    expect(await silent.writeLinks(before, LINKS)).toMatchObject({ kind: "shut-out", why: "scopes" });
    expect(asked("PATCH")).toBe(sent);
    const told = client({
      environment: "production",
      change: { writeBack: { status: { fulfilled: true } } },
    });
    expect(await told.writeStatus(before, "arrived")).toEqual({ kind: "written" });
  });
});

describe("a chart system that is not well", () => {
  test("and says that we are too many is left alone as long as it asks, and asked again then", async () => {
    const own = client();
    expect(await own.location(CARDIOLOGY)).toEqual({ kind: "shown", name: "Cardiology Clinic" });
    oracle.faults.set("throttledWithRetryAfter", { seconds: 30 });
    expect(await own.location(CARDIOLOGY)).toEqual({ kind: "limited", retryAfterMs: 30_000 });
    oracle.faults.clear();
    const before = asked("GET");
    clock.now = new Date(clock.now.getTime() + 29_000);
    expect(await own.location(CARDIOLOGY)).toEqual({ kind: "limited", retryAfterMs: 1_000 });
    expect(asked("GET")).toBe(before);
    clock.now = new Date(clock.now.getTime() + 2_000);
    expect(await own.location(CARDIOLOGY)).toEqual({ kind: "shown", name: "Cardiology Clinic" });
  });

  test("and does not say for how long is left alone for longer each time", async () => {
    const own = client();
    oracle.faults.set("throttled");
    const rests: number[] = [];
    for (const wait of [0, 15_000, 30_000, 60_000, 120_000, 240_000, 300_000]) {
      clock.now = new Date(clock.now.getTime() + wait);
      const answer = await own.location(CARDIOLOGY);
      rests.push(answer.kind === "limited" ? answer.retryAfterMs : 0);
    }
    expect(rests).toEqual([15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
  });

  test.each<[FaultName, number, object]>([
    ["badGateway", 2, { kind: "down" }],
    ["unavailable", 2, { kind: "down" }],
    // One record lacks what FHIR requires: asking again changes nothing.
    ["serverError", 1, { kind: "not-fhir" }],
    ["forbidden", 1, { kind: "shut-out", why: "scopes" }],
  ])("%s: asked %i times, and told as what it is", async (fault, times, said) => {
    const own = client();
    await own.location(CARDIOLOGY);
    const before = asked("GET");
    oracle.faults.set(fault);
    expect(await own.location(CARDIOLOGY)).toMatchObject(said);
    expect(asked("GET")).toBe(before + times);
  });
});
