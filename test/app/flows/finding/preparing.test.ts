/** A visit that was found is made ready; what cannot be made ready is at risk, and says why. */
import { describe, expect, onTestFinished, test } from "vitest";
import { RISKS, type FoundVisit } from "../../../../app/domain/found.ts";
import type { FhirBaseUrl } from "../../../../app/domain/fhirBaseUrl.ts";
import { departmentsAt } from "../../../../app/flows/finding/locations.ts";
import { seenAs } from "../../../../app/flows/finding/seen.ts";
import { RISK_WORDS } from "../../../../app/domain/risks.ts";
import { jobId } from "../../../../app/records/jobs.ts";
import { arriveSoon, fulfilSoon, prepareSoon } from "../../../../app/records/preparing.ts";
import { openHoldings } from "../../../../app/records/holdings.ts";
import {
  connectionOf,
  departmentOf,
  findingPlace,
  keyring,
  OURS,
  type FindingPlaceOptions,
} from "../../../harness/findingPlace.ts";
import { scriptedChart, type Booked } from "../../../harness/scriptedChart.ts";

const HOUR = 60;

function hospital(options: Partial<FindingPlaceOptions> = {}) {
  const chart = scriptedChart((link) => !link.startsWith(OURS));
  const place = findingPlace({ charts: { lamna: chart }, ...options });
  onTestFinished(() => place.close());
  const look = async (name: "finding.near" | "finding.far" | "finding.locations" = "finding.near") => {
    const done = await place.round(name, "lamna");
    await place.work();
    return done;
  };
  const found = async (id = "a"): Promise<FoundVisit> => {
    const one = await place.parts.foundVisits.byId(place.visitOf("lamna", id));
    if (one === undefined) throw new Error(id + " was not found");
    return one;
  };
  const book = (more: Partial<Booked> = {}) => chart.book({ id: "a", start: place.inMinutes(HOUR), ...more });
  const check = async (name: string, of = "lamna") =>
    (await place.flow.checks()).find((one) => one.name === name && one.of === of);
  return { chart, place, look, found, book, check };
}

const FOREIGN = "https://other-vendor.example/meet/1";

test.each([
  [
    "a foreign link in both rooms",
    { provider: FOREIGN, patient: FOREIGN, order: "documented" },
    "foreign-link",
  ],
  ["a foreign link in one room", { patient: FOREIGN, order: "documented" }, "foreign-link"],
  [
    "a foreign link beside one of ours",
    { provider: OURS + "/s/x", patient: FOREIGN, order: "documented" },
    "foreign-link",
  ],
  [
    "a link at a host that begins like ours",
    { provider: OURS + ".evil.example/s/x", patient: OURS + "/j/x", order: "documented" },
    "foreign-link",
  ],
  ["what is no address", { provider: "room 4", patient: "room 4", order: "documented" }, "foreign-link"],
  ["one link of two", { provider: OURS + "/s/x", order: "documented" }, "half-linked"],
  [
    "links of ours in each other's rooms",
    { provider: OURS + "/j/x", patient: OURS + "/s/x", order: "documented" },
    "links-swapped",
  ],
  ["rooms in another order", { order: "other" }, "rooms-other"],
] as const)(
  "%s: nothing is written, the visit is at risk, and its meeting is there",
  async (_, rooms, risk) => {
    const { chart, place, look, found, book, check } = hospital();
    const { provider, patient } = book(rooms);
    await look();
    await look("finding.far");
    expect(chart.counts.writes).toBe(0);
    expect(chart.booked.get("a")).toMatchObject({
      ...(provider && { provider }),
      ...(patient && { patient }),
    });
    expect(await found()).toMatchObject({ risk, hasMeeting: true });
    expect((await found()).ready).toBeUndefined();
    expect((await check("visits-at-risk"))?.fault).toContain(RISK_WORDS[risk].why);
    // Nobody is asked each minute about what only a person can mend.
    const { reads } = chart.counts;
    place.forward(1);
    await look();
    expect(chart.counts.reads).toBe(reads);
  },
);

test.each([true, false])(
  "links of ours in a chart with its rooms in the other order are right until the visit is moved (written to: %s)",
  async (links) => {
    const { chart, place, look, found, book } = hospital();
    const booked = book();
    await look();
    chart.change("a", { order: "other" });
    place.forward(1);
    await look();
    expect((await found()).risk).toBeUndefined();
    place.reset({ connections: [connectionOf("lamna", { writeBack: { links } })] });
    const { provider } = booked;
    chart.change("a", { start: place.inMinutes(2 * HOUR) });
    await look();
    await look("finding.far");
    // Whoever wrote to the documented places now would put them into each other's rooms.
    expect(chart.counts.writes).toBe(1);
    expect(chart.booked.get("a")?.provider).toBe(provider);
    expect((await found()).risk).toBe(links ? "rooms-other" : undefined);
  },
);

test("a foreign link that is taken out makes room for ours", async () => {
  const { chart, place, look, found, book } = hospital();
  book({ provider: FOREIGN, patient: FOREIGN, order: "documented" });
  await look();
  book({ order: "documented", version: 2 });
  place.forward(1);
  await look();
  expect(chart.booked.get("a")?.patient).toContain(OURS + "/j/");
  expect((await found()).risk).toBeUndefined();
});

test("a chart that puts them into each other's rooms is found out at once, and not written to again", async () => {
  const { chart, place, look, found, book } = hospital();
  book({ swaps: true });
  await look();
  expect(await found()).toMatchObject({ risk: "links-swapped" });
  place.forward(15);
  await look();
  await look("finding.far");
  expect(chart.counts.writes).toBe(1);
});

test("links of ours that are not the good ones any more are replaced: those of another visit, and those of nobody", async () => {
  const { chart, look, found, book } = hospital();
  const other = book({ id: "b" });
  await look();
  book({ provider: other.provider ?? "", patient: other.patient ?? "", order: "documented" });
  book({ id: "c", provider: OURS + "/s/no-token", patient: OURS + "/j/no-token", order: "documented" });
  await look();
  for (const id of ["a", "c"]) {
    expect(chart.booked.get(id)?.patient).not.toBe(other.patient);
    expect((await found(id)).risk).toBeUndefined();
  }
});

test("a chart that nothing is written to is only looked at; a copy of production's links is at risk", async () => {
  const writes = { links: false };
  const { chart, place, look, found, book } = hospital({
    environment: "production",
    connections: [connectionOf("lamna", { environment: "test", writeBack: writes })],
  });
  book({ id: "plain" });
  book({ id: "foreign", provider: FOREIGN, patient: FOREIGN, order: "documented" });
  await look();
  const other = place.visitOf("lamna", "plain");
  const token = place.parts.visits.token(
    { id: other, epoch: 1 },
    { number: 0, role: "patient", generation: 0 },
  );
  book({ id: "copied", provider: FOREIGN, patient: OURS + "/j/" + token, order: "documented" });
  book({ id: "dead", patient: OURS + "/j/nothing", order: "documented" });
  await look();
  expect(chart.counts.writes).toBe(0);
  expect((await found("plain")).ready).toBeDefined();
  expect((await found("foreign")).risk).toBeUndefined();
  expect((await found("copied")).risk).toBe("wrong-environment");
  expect((await found("dead")).risk).toBe("dead-link");
});

test.each(["production", "test"] as const)(
  "a %s deployment writes to no chart unless the connection says so",
  async (environment) => {
    const { writeBack: _, ...silent } = connectionOf("lamna", { environment: "test" });
    const { chart, look, found, book } = hospital({ environment, connections: [silent] });
    book();
    await look();
    expect([chart.counts.writes, (await found()).hasMeeting]).toEqual([0, true]);
  },
);

test.each([
  ["unavailable", "no-meeting"],
  ["access-policy", "no-access-policy"],
  ["refused", "meeting-refused"],
] as const)(
  "Teams says %s: the chart has its links all the same, and the meeting comes when it can",
  async (fault, risk) => {
    const { chart, place, look, found, book, check } = hospital();
    book();
    place.teams.fault = fault;
    await look();
    expect(chart.booked.get("a")?.patient).toContain("/j/");
    expect(await found()).toMatchObject({ risk, hasMeeting: false });
    expect(await check("visits-at-risk")).toMatchObject({ move: RISK_WORDS[risk].move });
    place.teams.fault = undefined;
    place.forward(20);
    await look();
    expect(await found()).toMatchObject({ hasMeeting: true, ready: place.now() });
    expect((await found()).risk).toBeUndefined();
    expect((await check("visits-at-risk"))?.fault).toBeUndefined();
    expect(chart.counts.writes).toBe(1);
  },
);

test.each([
  ["registration", "administrator"],
  ["scopes", "oracle"],
  ["token", "oracle"],
  ["proof", "administrator"],
  ["clocks", "administrator"],
] as const)(
  "a system client that is not let in (%s) says so, whose move it is, and that its visits are at risk",
  async (why, move) => {
    const { chart, place, look, found, book, check } = hospital();
    book({ start: place.inMinutes(23 * HOUR) });
    place.teams.fault = "unavailable";
    await look();
    place.teams.fault = undefined;
    chart.book({ id: "b", start: place.inMinutes(2 * HOUR) });
    chart.trouble = (request) => (request === "read" ? { kind: "shut-out", why, reason: "no" } : undefined);
    await look();
    expect((await found("b")).risk).toBe("not-let-in");
    chart.trouble = () => ({ kind: "shut-out", why, reason: "no" });
    expect(await look()).toBe(false);
    expect(await check("system-client")).toMatchObject({ move, fault: expect.any(String) as string });
    // What Teams says of another one stays said.
    expect((await found()).risk).toBe("no-meeting");
    chart.trouble = () => undefined;
    place.forward(15);
    expect(await look()).toBe(true);
    expect(await check("system-client")).toEqual({ name: "system-client", of: "lamna" });
    expect((await found("b")).risk).toBeUndefined();
  },
);

test("a system client that may not write leaves its visits at risk, and the rounds go on", async () => {
  const { chart, place, look, found, book } = hospital();
  book();
  chart.trouble = (request) =>
    request === "write" ? { kind: "shut-out", why: "scopes", reason: "no" } : undefined;
  expect(await look()).toBe(true);
  expect((await found()).risk).toBe("not-let-in");
  chart.trouble = () => undefined;
  place.forward(15);
  await place.work();
  expect((await found()).risk).toBeUndefined();
});

test("a meeting that comes after the start says for good why it was late", async () => {
  const { place, look, found, book } = hospital();
  book();
  place.teams.fault = "access-policy";
  await look();
  place.teams.fault = undefined;
  place.forward(HOUR + 5);
  await look();
  expect(await found()).toMatchObject({ hasMeeting: true, late: "no-access-policy" });
});

test("a meeting that was moved while Teams was away follows, and is at risk until then", async () => {
  const { chart, place, look, found, book } = hospital();
  book();
  await look();
  place.teams.fault = "unavailable";
  chart.change("a", { start: place.inMinutes(2 * HOUR) });
  await look();
  expect((await found()).risk).toBe("meeting-other-times");
  place.teams.fault = undefined;
  place.forward(6);
  await look();
  expect((await found()).risk).toBeUndefined();
  expect([...place.teams.times.values()][0]?.start).toEqual(chart.booked.get("a")?.start);
});

test("somebody has the appointment open in the chart: it is written when that is over", async () => {
  const { chart, place, look, found, book } = hospital();
  book();
  let isLocked = true;
  const given = chart.chart({} as never, { tokenEndpoint: "" }, {} as never);
  const writeLinks = given.writeLinks.bind(given);
  given.writeLinks = (...write) =>
    isLocked ? Promise.resolve({ kind: "refused", why: "locked" }) : writeLinks(...write);
  await look();
  expect((await found()).risk).toBe("chart-locked");
  isLocked = false;
  place.forward(2);
  await place.work();
  expect((await found()).risk).toBeUndefined();
  expect(chart.counts.writes).toBe(1);
});

test("a link that was replaced is replaced in the chart: at once where it is asked for, by the far round where not", async () => {
  const { chart, place, look, book } = hospital();
  const booked = book();
  await look();
  const id = place.visitOf("lamna", "a");
  const first = booked.patient;
  await place.parts.visits.renewLink(id, 0);
  await prepareSoon(place.parts.jobs, id);
  await place.work();
  const second = booked.patient;
  await place.parts.visits.renewLink(id, 0);
  await look("finding.far");
  expect(new Set([first, second, booked.patient]).size).toBe(3);
  expect(chart.counts.writes).toBe(3);
});

test.each([
  ["before it has its meeting", 5 * 24 * HOUR, "finding.far"],
  ["after it has its meeting", HOUR, "finding.near"],
] as const)(
  "given to another patient %s, the chart has other links and the old ones are dead",
  async (_, ahead, name) => {
    const { chart, place, look, book } = hospital();
    const booked = book({ start: place.inMinutes(ahead) });
    await look(name);
    const before = booked.patient ?? "";
    chart.change("a", { patients: ["somebody else"] });
    await look(name);
    expect(booked.patient).not.toBe(before);
    const visit = await place.parts.visits.ofLink(place.visitOf("lamna", "a"));
    const claims = place.parts.visits.claims(before.split("/").at(-1) ?? "");
    expect(visit?.epoch).not.toBe(claims?.epoch);
    chart.change("a", { patients: ["somebody else", "and another"] });
    const now = booked.patient;
    await look(name);
    expect(booked.patient).toBe(now);
  },
);

test("a department without its location leaves its visits at risk until another one has it", async () => {
  const { place, look, found, book } = hospital();
  book();
  await look();
  place.reset({ departments: [departmentOf("lamna", { locations: ["loc-2"] })] });
  await look();
  expect(await found()).toMatchObject({ standing: "away", risk: "department-unknown" });
  place.reset({ departments: [departmentOf("lamna", { id: "other" })] });
  await look();
  expect(await found()).toMatchObject({ standing: "on", departmentId: "other" });
});

test("locations below a department's are searched once they were read; a chart with too many says so", async () => {
  const { chart, place, look, found, book, check } = hospital();
  chart.below = new Map([["loc-1", ["room-1"]]]);
  book({ location: "room-1" });
  await look();
  await expect(found()).rejects.toThrow("was not found");
  await look("finding.locations");
  await look();
  expect((await found()).location).toBe("room-1");
  expect((await check("locations"))?.fault).toBeUndefined();
  chart.isTooLarge = true;
  place.forward(24 * HOUR);
  await look("finding.locations");
  expect((await check("locations"))?.fault).toContain("more locations than can be read");
  // What was known is not forgotten.
  const searched = await departmentsAt(place.parts, "lamna");
  expect([...searched.keys()]).toEqual(["loc-1", "room-1"]);
});

test("a location that two departments name is the first one's, and one's own comes before one below", async () => {
  const departments = [
    departmentOf("lamna", { id: "first", locations: ["loc-1"] }),
    departmentOf("lamna", { id: "second", locations: ["loc-1", "loc-2"] }),
  ];
  const { chart, place, look } = hospital({ departments });
  chart.below = new Map([["loc-1", ["room-1"]]]);
  await look("finding.locations");
  const departmentOfEach = await departmentsAt(place.parts, "lamna");
  expect(departmentOfEach.get("loc-1")?.id).toBe("first");
  const appointment = { id: "a", status: "booked", locations: ["room-1", "loc-2"], isVideo: true } as const;
  const said = { ...appointment, rooms: { order: "absent" as const }, hints: [] };
  const id = place.visitOf("lamna", "a");
  const seen = seenAs(
    said,
    departmentOfEach,
    { id, connectionId: "lamna" },
    { said: String, patients: (ids) => ids },
  );
  expect(seen.place?.department.id).toBe("second");
});

test("each department's location is searched, however many there are", async () => {
  const locations = Array.from({ length: 120 }, (_, index) => "loc-" + String(index));
  const { chart, look, found, book } = hospital({ departments: [departmentOf("lamna", { locations })] });
  book({ location: "loc-119" });
  await look();
  expect(chart.counts.searches).toBe(3);
  expect((await found()).hasMeeting).toBe(true);
});

test("one connection that is down stops no other", async () => {
  const down = scriptedChart();
  const well = scriptedChart();
  const place = findingPlace({ charts: { down, well } });
  onTestFinished(() => place.close());
  down.trouble = () => ({ kind: "down", reason: "it is ill" });
  well.book({ id: "a", start: place.inMinutes(HOUR) });
  const each = await place.flow.ticks.find(({ name }) => name === "finding.near")?.each?.();
  expect(each).toEqual(["down", "well"]);
  expect([await place.round("finding.near", "down"), await place.round("finding.near", "well")]).toEqual([
    false,
    true,
  ]);
  await place.work();
  expect(well.booked.get("a")?.patient).toContain("/j/");
  place.forward(11);
  await place.round("finding.near", "well");
  const checks = await place.flow.checks();
  const faultOf = (of: string) => checks.find((one) => one.name === "visits-found" && one.of === of)?.fault;
  expect([faultOf("down"), faultOf("well")]).toEqual([
    expect.stringContaining("not been read yet"),
    undefined,
  ]);
});

test("an organizer is warned of at 1,600 meetings of a month, and begins anew in the next", async () => {
  const { place, look, check } = hospital();
  await look();
  const organizer = "7d0c5a1e-0000-4000-8000-00000000a001";
  for (let count = 0; count < 1_599; count++) await place.parts.meetingCounts.count(organizer);
  expect((await check("organizer-meetings", organizer))?.fault).toBeUndefined();
  await place.parts.meetingCounts.count(organizer);
  expect((await check("organizer-meetings", organizer))?.fault).toContain("1600 meetings this month");
  place.forward(31 * 24 * HOUR);
  expect((await check("organizer-meetings", organizer))?.fault).toBeUndefined();
});

test("meetings are counted when they are made, for the organizer who has them, and kept with the visit", async () => {
  const { place, look, book } = hospital();
  for (let count = 0; count < 40; count++) book({ id: String(count), start: place.inMinutes(HOUR + count) });
  await look();
  const organizers = departmentOf("lamna").organizers ?? [];
  const counts = await Promise.all(organizers.map((one) => place.parts.meetingCounts.of(one)));
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(40);
  for (const [index, organizer] of organizers.entries())
    expect(counts[index]).toBe(
      [...place.teams.made.keys()].filter((key) => key.startsWith(organizer)).length,
    );
});

test.each([
  ["arrived", true, "booked", "arrived", undefined],
  ["arrived", false, "booked", "booked", undefined],
  ["arrived", true, "checked-in", "checked-in", undefined],
  ["arrived", true, "noshow", "noshow", "other-status"],
  ["arrived", true, "pending", "pending", "other-status"],
  ["checked-in", true, "booked", "checked-in", undefined],
  ["checked-in", true, "arrived", "checked-in", undefined],
  ["checked-in", false, "arrived", "arrived", undefined],
  ["checked-in", true, "fulfilled", "fulfilled", undefined],
] as const)(
  "a patient has %s, with the switch %s, and the chart says %s: it is %s",
  async (said, isOn, status, after, why) => {
    const { arrived, checkedIn } = {
      arrived: said === "arrived" && isOn,
      checkedIn: said !== "arrived" && isOn,
    };
    const { chart, place, look, book, found } = hospital({
      connections: [connectionOf("lamna", { writeBack: { links: true, status: { arrived, checkedIn } } })],
    });
    book({ start: place.inMinutes(5) });
    await look();
    const visit = await place.parts.visits.byId(place.visitOf("lamna", "a"));
    if (visit === undefined) throw new Error("no visit");
    chart.change("a", { status });
    await arriveSoon(place.parts.jobs, visit, said);
    await place.work();
    expect([chart.booked.get("a")?.status, (await found()).unarrived]).toEqual([after, why]);
    // However often it is told.
    chart.change("a", { status: "booked" });
    await arriveSoon(place.parts.jobs, visit, said);
    await place.work();
    expect(chart.booked.get("a")?.status).toBe("booked");
  },
);

test("a chart that was away when the patient came is told within an hour after the end, and not later", async () => {
  const { chart, place, look, book } = hospital({
    connections: [connectionOf("lamna", { writeBack: { links: true, status: { arrived: true } } })],
  });
  for (const id of ["a", "b"]) book({ id, start: place.inMinutes(5) });
  await look();
  const come = async (id: string) => {
    const visit = await place.parts.visits.byId(place.visitOf("lamna", id));
    if (visit !== undefined) await arriveSoon(place.parts.jobs, visit, "arrived");
    await place.work();
  };
  chart.trouble = () => ({ kind: "down", reason: "an outage" });
  await come("a");
  chart.trouble = () => undefined;
  place.forward(60);
  await place.work();
  chart.trouble = () => ({ kind: "down", reason: "an outage" });
  await come("b");
  chart.trouble = () => undefined;
  place.forward(60);
  await place.work();
  expect(["a", "b"].map((id) => chart.booked.get(id)?.status)).toEqual(["arrived", "booked"]);
});

test.each(["is moved in the chart alone", "is moved, and the move is seen"])(
  "that the patient came is not said of the time to which the visit %s while the chart was away",
  async (what) => {
    const { chart, place, look, book } = hospital({
      connections: [connectionOf("lamna", { writeBack: { links: true, status: { arrived: true } } })],
    });
    book({ start: place.inMinutes(5) });
    await look();
    const visit = await place.parts.visits.byId(place.visitOf("lamna", "a"));
    if (visit === undefined) throw new Error("no visit");
    chart.trouble = () => ({ kind: "down", reason: "an outage" });
    await arriveSoon(place.parts.jobs, visit, "arrived");
    await place.work();
    chart.trouble = () => undefined;
    chart.change("a", { start: place.inMinutes(20 * HOUR) });
    if (what.endsWith("seen")) await look();
    place.forward(20);
    await place.work();
    expect(chart.booked.get("a")?.status).toBe("booked");
  },
);

describe("once staff have closed the links, the chart says that the visit is over", () => {
  const closable = async () => {
    const opened = hospital({
      connections: [connectionOf("lamna", { writeBack: { links: true, status: { fulfilled: true } } })],
    });
    const { place, book, look, chart } = opened;
    book({ start: place.inMinutes(1) });
    await look();
    chart.change("a", { status: "checked-in" });
    place.forward(2);
    const visit = await place.parts.visits.byId(place.visitOf("lamna", "a"));
    if (visit === undefined) throw new Error("no visit");
    const close = async () => {
      await place.parts.visits.end(visit.id);
      await fulfilSoon(place.parts.jobs, visit);
    };
    const after = async (minutes: number) => {
      place.forward(minutes);
      await place.work();
      return chart.booked.get("a")?.status;
    };
    return { ...opened, visit, close, after };
  };

  test("five minutes after they were closed last", async () => {
    const { place, visit, close, after } = await closable();
    await close();
    expect(await after(3)).toBe("checked-in");
    await place.parts.visits.reopen(visit.id);
    expect(await after(1)).toBe("checked-in");
    await close();
    expect(await after(4)).toBe("checked-in");
    expect(await after(1)).toBe("fulfilled");
  });

  test("and not while somebody is in the meeting, as far as Teams tells", async () => {
    const { place, visit, close, after } = await closable();
    const tell = (as: "in" | "left") =>
      place.parts.presences.tell(
        visit,
        { kind: "roster", at: place.now(), people: [{ id: "1", look: "outside", place: as }] },
        place.now(),
      );
    await tell("in");
    await close();
    expect(await after(30)).toBe("checked-in");
    await tell("left");
    expect(await after(2)).toBe("fulfilled");
  });

  test("whoever was in before the visit was moved, and never left as far as was told, is not in it now", async () => {
    const { place, book, look, close, after, chart, visit } = await closable();
    await place.parts.presences.tell(
      visit,
      { kind: "roster", at: place.now(), people: [{ id: "1", look: "outside", place: "in" }] },
      place.now(),
    );
    book({ start: place.inMinutes(24 * HOUR) });
    await look();
    chart.change("a", { status: "checked-in" });
    place.forward(24 * HOUR);
    await close();
    expect(await after(6)).toBe("fulfilled");
  });

  test("whose leaving was never told is in no longer than links are good", async () => {
    const { place, visit, close, after } = await closable();
    await place.parts.presences.tell(
      visit,
      { kind: "roster", at: place.now(), people: [{ id: "1", look: "outside", place: "in" }] },
      place.now(),
    );
    await close();
    expect(await after(200)).toBe("checked-in");
    expect(await after(80)).toBe("fulfilled");
  });
});

test.each([
  ["checked-in", true, "fulfilled"],
  ["checked-in", false, "checked-in"],
  ["booked", true, "booked"],
  ["arrived", true, "arrived"],
] as const)(
  "staff close the links of a visit that is %s, with the switch %s: it is %s",
  async (status, fulfilled, after) => {
    const { chart, place, look, book, found } = hospital({
      connections: [connectionOf("lamna", { writeBack: { links: true, status: { fulfilled } } })],
    });
    book({ start: place.inMinutes(5) });
    await look();
    const visit = place.visitOf("lamna", "a");
    const fulfil = () =>
      place.parts.jobs.add({ kind: "fulfil", key: visit + String(place.now().getTime()), of: { visit } });
    chart.change("a", { status });
    await place.parts.visits.end(visit);
    await fulfil();
    await place.work();
    expect(chart.booked.get("a")?.status).toBe(status);
    place.forward(10);
    await fulfil();
    await place.work();
    expect(chart.booked.get("a")?.status).toBe(after);
    const isGivenUp = fulfilled && after !== "fulfilled";
    expect((await found()).unfulfilled).toBe(isGivenUp ? "other-status" : undefined);
    if (!isGivenUp) return;
    chart.change("a", { status: "checked-in" });
    place.forward(1);
    await fulfil();
    await place.work();
    expect([chart.booked.get("a")?.status, (await found()).unfulfilled]).toEqual(["fulfilled", undefined]);
  },
);

test("every risk says why, whose move it is and what is next", () => {
  for (const risk of RISKS)
    expect(RISK_WORDS[risk].why + ". " + RISK_WORDS[risk].next).toMatch(/^\w.*\. [A-Z].*\.$/);
});

test("a visit that an administrator has deleted is neither found nor prepared again, and nothing of it is left", async () => {
  const { chart, place, look, book } = hospital();
  const booked = book();
  await look();
  const about = { fhirBaseUrl: connectionOf("lamna").fhirBaseUrl, appointmentId: "a" };
  const holdings = openHoldings({ store: place.store, keyring, now: place.now });
  const kinds = async () =>
    (await holdings.about(about)).map(({ kind, row }) => (kind.rows ?? kind.container) + ":" + row.id).length;
  expect(await kinds()).toBe(7);
  await holdings.delete(about);
  expect(await kinds()).toBe(1);
  const { writes } = chart.counts;
  chart.change("a", { start: place.inMinutes(2 * HOUR) });
  await look();
  await look("finding.far");
  expect([await kinds(), chart.counts.writes]).toEqual([1, writes]);
  expect(await place.parts.visits.ofLink(place.visitOf("lamna", "a"))).toBeUndefined();
  expect(booked.patient).toContain("/j/");
});

test("a process that is killed between keeping a move and asking for the work leaves nothing unprepared", async () => {
  const { chart, place, look, book, found } = hospital();
  const booked = book();
  await look();
  const { jobs } = place.parts;
  const add = jobs.add.bind(jobs);
  jobs.add = () => Promise.reject(new Error("killed"));
  chart.change("a", { start: place.inMinutes(2 * HOUR) });
  expect(await look()).toBe(false);
  expect((await found()).start).toEqual(booked.start);
  jobs.add = add;
  await look();
  expect([...place.teams.times.values()].map(({ start }) => start)).toEqual([booked.start]);
  expect(booked.period?.start).toEqual(booked.start);
});

test("a move that is seen while a visit is being prepared is prepared for, too", async () => {
  const { chart, place, look, book } = hospital({
    connections: [connectionOf("lamna", { writeBack: { links: false } })],
  });
  const booked = book();
  const open = place.teams.open.bind(place.teams);
  place.teams.open = async (wanted) => {
    place.teams.open = open;
    const made = await open(wanted);
    chart.change("a", { start: place.inMinutes(2 * HOUR) });
    await place.round("finding.near", "lamna");
    return made;
  };
  await look();
  await look();
  expect([...place.teams.times.values()].map(({ start }) => start)).toEqual([booked.start]);
});

test("a visit that is cancelled while Teams is asked is cancelled, though the meeting comes", async () => {
  const { chart, place, look, book, found } = hospital();
  book();
  const open = place.teams.open.bind(place.teams);
  place.teams.open = async (wanted) => {
    const made = await open(wanted);
    chart.change("a", { status: "cancelled" });
    await place.round("finding.near", "lamna");
    return made;
  };
  await look();
  expect((await found()).standing).toBe("cancelled");
  expect((await place.parts.visits.byId(place.visitOf("lamna", "a")))?.state).toBe("cancelled");
});

test("the work on a visit that was cancelled meanwhile cancels it once more", async () => {
  const { chart, place, look, book } = hospital();
  book();
  await look();
  const id = place.visitOf("lamna", "a");
  chart.change("a", { status: "cancelled" });
  await look();
  const times = { start: place.inMinutes(HOUR), end: place.inMinutes(HOUR + 30) };
  const department = departmentOf("lamna");
  await place.parts.visits.open({ connectionId: "lamna", appointmentId: "a", department, ...times });
  expect((await place.parts.visits.byId(id))?.state).toBe("open");
  await prepareSoon(place.parts.jobs, id);
  await place.work();
  expect((await place.parts.visits.byId(id))?.state).toBe("cancelled");
});

test("links are written to visits that were found before writing was switched on", async () => {
  const connections = (links: boolean) => [connectionOf("lamna", { writeBack: { links } })];
  const { chart, place, look, book, found } = hospital({ connections: connections(false) });
  const booked = book();
  book({ id: "far", start: place.inMinutes(40 * HOUR) });
  await look();
  expect((await found()).links).toBeUndefined();
  const { reads } = chart.counts;
  await look("finding.far");
  expect(chart.counts.reads).toBe(reads);
  place.reset({ connections: connections(true) });
  place.forward(1);
  await look();
  expect(booked.patient).toContain(OURS + "/j/");
  expect(chart.booked.get("far")?.patient).toContain(OURS + "/j/");
  expect((await found()).links).toBeDefined();
});

test("a connection that has another chart by now leaves the old chart's visits as they are, and touches no stranger's", async () => {
  const writeBack = { links: true, status: { fulfilled: true } };
  const { chart, place, look, book, found } = hospital({
    connections: [connectionOf("lamna", { writeBack })],
  });
  book();
  book({ id: "b", start: place.inMinutes(-10) });
  await look();
  await place.parts.visits.end(place.visitOf("lamna", "b"));
  const other = { fhirBaseUrl: "https://fhir.example/r4/other" as FhirBaseUrl };
  place.reset({ connections: [connectionOf("lamna", { writeBack, ...other })] });
  chart.booked.clear();
  book({ status: "cancelled", location: "elsewhere" });
  book({ id: "b", status: "checked-in", location: "elsewhere" });
  await look();
  await look("finding.far");
  expect(await found()).toMatchObject({ standing: "away", risk: "not-shown" });
  const visit = place.visitOf("lamna", "a");
  expect((await place.parts.visits.byId(visit))?.state).toBe("open");
  await place.parts.jobs.add({ kind: "fulfil", key: "b", of: { visit: place.visitOf("lamna", "b") } });
  await place.work();
  expect(chart.booked.get("b")?.status).toBe("checked-in");
});

test.each([
  ["changed-meanwhile", 8],
  ["locked", 5],
] as const)(
  "a chart that goes on answering %s is tried less and less often, and as often as each quarter of an hour",
  async (why, most) => {
    const { chart, place, look, book } = hospital();
    book({ start: place.inMinutes(10 * HOUR) });
    const given = chart.chart({} as never, { tokenEndpoint: "" }, {} as never);
    let tries = 0;
    given.writeLinks = () => {
      tries += 1;
      chart.change("a", {});
      return Promise.resolve({ kind: "refused", why });
    };
    const triesIn = async (minutes: number) => {
      const before = tries;
      for (let minute = 0; minute < minutes; minute++) {
        place.forward(1);
        await look();
      }
      return tries - before;
    };
    await look();
    expect(await triesIn(HOUR)).toBeLessThanOrEqual(most + 4);
    expect(await triesIn(HOUR)).toBe(4);
  },
);

test("a chart that says that an appointment has changed, which has not, does not take the links", async () => {
  const { chart, place, look, book, found } = hospital();
  book();
  const given = chart.chart({} as never, { tokenEndpoint: "" }, {} as never);
  let tries = 0;
  given.writeLinks = () => {
    tries += 1;
    return Promise.resolve({ kind: "refused", why: "changed-meanwhile" });
  };
  await look();
  place.forward(10);
  await look();
  expect(await found()).toMatchObject({ risk: "write-refused", hasMeeting: true });
  expect(tries).toBe(1);
});

test("after an outage a visit is prepared by whoever reads the chart again, however long it was put off", async () => {
  const { chart, place, look, book, found } = hospital();
  await look();
  book({ start: place.inMinutes(20 * HOUR) });
  await place.round("finding.near", "lamna");
  chart.trouble = () => ({ kind: "down", reason: "it is ill" });
  for (let minute = 0; minute < 4 * HOUR; minute++) {
    await look();
    place.forward(1);
  }
  expect((await found()).risk).toBe("chart-silent");
  // It has just been tried, and is not due for a quarter of an hour.
  const { reads } = chart.counts;
  for (let minute = 0; chart.counts.reads === reads; minute++) {
    if (minute === HOUR) throw new Error("it is not tried any more");
    place.forward(1);
    await look();
  }
  chart.trouble = () => undefined;
  place.forward(1);
  await look();
  expect((await found()).ready).toEqual(place.now());
});

test.each(["read", "write"] as const)(
  "a chart that the connector itself is too busy to %s puts no visit at risk, and is tried less and less often",
  async (request) => {
    const { chart, place, look, book, found } = hospital();
    book();
    chart.trouble = (asked) => (asked === request ? { kind: "busy", retryAfterMs: 15_000 } : undefined);
    await look();
    place.forward(1);
    await place.work();
    expect((await found()).risk).toBeUndefined();
    expect((await found()).ready).toBeUndefined();
    const job = (await place.parts.jobs.read(jobId("prepare", place.visitOf("lamna", "a"))))?.job;
    expect(job?.due).toEqual(new Date(place.now().getTime() + 30_000));
    chart.trouble = () => undefined;
    place.forward(1);
    await place.work();
    expect((await found()).ready).toEqual(place.now());
  },
);

test("what failed keeps its back-off, whoever reads the chart", async () => {
  const { place, look, book } = hospital();
  await look();
  book();
  await place.round("finding.near", "lamna");
  const id = jobId("prepare", place.visitOf("lamna", "a"));
  const due = place.inMinutes(30);
  const lastFailure = { how: "failed", reason: "ehr.down", at: place.now() } as const;
  const kept = await place.parts.jobs.read(id);
  if (kept === undefined) throw new Error("no job " + id);
  await place.parts.jobs.write(kept, { ...kept.job, due, failures: 1, lastFailure });
  place.forward(10);
  await look();
  expect((await place.parts.jobs.read(id))?.job).toMatchObject({ due, failures: 1 });
});

test("a meeting counts once it is given, however often it was asked for", async () => {
  const { place, look, book } = hospital();
  book();
  place.teams.fault = "unavailable";
  for (let count = 0; count < 5; count++) {
    await look();
    place.forward(5);
  }
  const organizers = departmentOf("lamna").organizers ?? [];
  const counted = async () =>
    (await Promise.all(organizers.map((one) => place.parts.meetingCounts.of(one)))).reduce(
      (sum, one) => sum + one,
      0,
    );
  expect(await counted()).toBe(0);
  place.teams.fault = undefined;
  place.forward(HOUR - 30);
  await look();
  expect(await counted()).toBe(1);
});

test("those that are away keep no visit that is on from being looked up, and have their turn one after another", async () => {
  const { chart, place, look, found, book } = hospital();
  for (let count = 0; count < 150; count++)
    book({ id: "away-" + String(count), start: place.inMinutes(2 * HOUR + count), isHidden: false });
  await look();
  for (let count = 0; count < 150; count++) chart.change("away-" + String(count), { isHidden: true });
  await look();
  await look();
  book({ id: "on", start: place.inMinutes(7 * HOUR) });
  await look();
  chart.change("on", { location: "elsewhere" });
  for (let count = 0; count < 150; count++)
    chart.change("away-" + String(count), { isHidden: false, isVideo: false });
  chart.isSearchEmpty = true;
  const { reads } = chart.counts;
  expect(await look("finding.far")).toBe(true);
  expect((await found("on")).risk).toBe("left-locations");
  expect(chart.counts.reads).toBe(reads + 100);
  await look("finding.far");
  const risks = await Promise.all(
    Array.from({ length: 150 }, async (_, count) => (await found("away-" + String(count))).risk),
  );
  expect(new Set(risks)).toEqual(new Set(["not-video"]));
});

test("locations are read once a day, at once for a new department, and one reading that fails is told and takes nothing away", async () => {
  const { chart, place, look, check } = hospital();
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
  place.forward(HOUR);
  await look("finding.locations");
  expect(readings).toBe(1);
  place.reset({ departments: [departmentOf("lamna", { locations: ["loc-1", "loc-2"] })] });
  await look("finding.locations");
  const known = async () => (await place.parts.locations.of("lamna"))?.below.map(({ id }) => id);
  expect(await known()).toEqual(["room-1", "room-2"]);
  place.forward(24 * HOUR);
  chart.trouble = () => ({ kind: "down", reason: "it is ill" });
  expect(await look("finding.locations")).toBe(false);
  expect(await known()).toEqual(["room-1", "room-2"]);
  expect((await check("locations"))?.fault).toContain("could not be read");
  chart.trouble = () => undefined;
  await look("finding.locations");
  expect((await check("locations"))?.fault).toBeUndefined();
});

test("appointments that cannot be read, or say no time, are counted for the administrator until they can", async () => {
  const { chart, place, look, book, check } = hospital();
  book();
  book({ id: "b", isTimeless: true });
  book({ id: "c", isTimeless: true, location: "elsewhere" });
  chart.skipped = 2;
  await look();
  await look("finding.far");
  expect((await check("visits-found"))?.fault).toContain("Of the chart's appointments 3 cannot be read");
  expect(place.logged.join("")).toContain("visits.unreadable");
  chart.skipped = 0;
  chart.change("b", { isTimeless: false });
  await look("finding.far");
  expect((await check("visits-found"))?.fault).toBeUndefined();
});

test("links stay when the patient's records were combined, and are replaced when it is another patient", async () => {
  const { chart, place, look, found, book } = hospital();
  book({ patients: ["old"] });
  await look();
  const { patient } = chart.booked.get("a") ?? {};
  chart.combined.set("current", ["old"]);
  chart.trouble = (request) => (request === "patient" ? { kind: "down", reason: "it is ill" } : undefined);
  chart.change("a", { patients: ["current"] });
  await look();
  expect(chart.booked.get("a")?.patient).toBe(patient);
  expect((await found()).prepared).not.toBe((await found()).seen);
  chart.trouble = () => undefined;
  place.forward(15);
  await look();
  expect(chart.booked.get("a")?.patient).toBe(patient);
  expect(await found()).toMatchObject({ prepared: (await found()).seen });
  chart.change("a", { patients: ["somebody else"] });
  await look();
  expect(chart.booked.get("a")?.patient).not.toBe(patient);
});
