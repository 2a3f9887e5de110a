/** Visits are found before anybody opens them, and what has changed is told apart. */
import { expect, test } from "vitest";
import { knownTogether, type KnownLately } from "../../../../app/flows/finding/known.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import { departmentOf, OURS } from "../../../harness/findingDeployment.ts";
import type { ScriptedChart } from "../../../harness/scriptedChart.ts";

const DAY = 24 * HOUR;

test("a new visit has its meeting and its links, each in its room, and both lead where they should", async () => {
  const { chart, deployment, look, found, told } = findingHospital();
  const booked = chart.book({ id: "a", start: deployment.inMinutes(HOUR) });
  await look();
  const visit = await deployment.parts.visits.byId(deployment.visitOf("lamna", "a"));
  expect(visit?.meeting.joinUrl).toContain("teams.example");
  expect(await found("a")).toMatchObject({ standing: "on", hasMeeting: true, ready: deployment.now() });
  expect((await found("a")).risk).toBeUndefined();
  const token = (link = "") => deployment.parts.visits.claims(link.split("/").at(-1) ?? "");
  expect(booked.provider).toMatch(new RegExp("^" + OURS + "/s/"));
  expect(booked.patient).toMatch(new RegExp("^" + OURS + "/j/"));
  expect(token(booked.patient)).toMatchObject({ visit: visit?.id, person: 0 });
  expect(visit?.people.find(({ number }) => number === token(booked.provider)?.person)).toMatchObject({
    role: "colleague",
    ofChart: true,
  });
  expect(await told()).toEqual([["new", booked.start.getTime()]]);
  // Nothing has changed: nothing is asked, made or written.
  const { reads, writes } = chart.counts;
  deployment.forward(1);
  await look();
  expect([chart.counts.reads, chart.counts.writes, await told()]).toEqual([
    reads,
    writes,
    [["new", booked.start.getTime()]],
  ]);
});

test("two weeks ahead it has links, which stay the same when it gets its meeting two days before", async () => {
  const { chart, deployment, look, found } = findingHospital();
  const booked = chart.book({ id: "a", start: deployment.inMinutes(10 * DAY) });
  await look("finding.far");
  const { provider, patient } = booked;
  expect([provider, patient]).toEqual([expect.stringContaining("/s/"), expect.stringContaining("/j/")]);
  expect(deployment.teams.made.size).toBe(0);
  expect(await deployment.parts.visits.byId(deployment.visitOf("lamna", "a"))).toBeUndefined();
  expect(await deployment.parts.visits.ofLink(deployment.visitOf("lamna", "a"))).toMatchObject({
    start: booked.start,
    state: "open",
  });
  deployment.forward(8 * DAY + 1);
  await look();
  expect(deployment.teams.made.size).toBe(1);
  expect([booked.provider, booked.patient]).toEqual([provider, patient]);
  expect(chart.counts.writes).toBe(1);
  expect((await found("a")).hasMeeting).toBe(true);
});

test("a visit that is moved keeps its links; its meeting, and how long the links are for, follow", async () => {
  const { chart, deployment, look, told } = findingHospital();
  const booked = chart.book({ id: "a", start: deployment.inMinutes(HOUR) });
  await look();
  const { provider, patient, start } = booked;
  chart.change("a", { start: deployment.inMinutes(3 * HOUR) });
  deployment.forward(1);
  await look();
  expect([booked.provider, booked.patient]).toEqual([provider, patient]);
  expect(booked.period?.start).toEqual(booked.start);
  expect([...deployment.teams.times.values()][0]?.start).toEqual(booked.start);
  expect(await told()).toEqual([
    ["new", start.getTime()],
    ["moved", booked.start.getTime(), start.getTime()],
  ]);
  expect(chart.counts.writesWithoutChange).toBe(0);
});

test("moved out of sight of the near round it is read by its id, and is moved, not gone", async () => {
  const { chart, deployment, look, found, told } = findingHospital();
  const booked = chart.book({ id: "a", start: deployment.inMinutes(HOUR) });
  await look();
  chart.change("a", { start: deployment.inMinutes(5 * DAY) });
  await look();
  expect(await found("a")).toMatchObject({ standing: "on", start: booked.start });
  expect((await told()).map(([change]) => change)).toEqual(["new", "moved"]);
});

test.each(["cancelled", "entered-in-error"] as const)(
  "one that is %s is cancelled once, and its links say so",
  async (status) => {
    const { chart, deployment, look, found, told } = findingHospital();
    chart.book({ id: "a", start: deployment.inMinutes(HOUR) });
    await look();
    chart.change("a", { status });
    await look();
    await look();
    expect((await found("a")).standing).toBe("cancelled");
    expect((await deployment.parts.visits.byId(deployment.visitOf("lamna", "a")))?.state).toBe("cancelled");
    expect((await told()).map(([change]) => change)).toEqual(["new", "cancelled"]);
  },
);

test.each(["booked", "cancelled"])(
  "a visit that a launch found cancelled while the chart gave the connector nothing, and that is %s when it does again",
  async (status) => {
    const { chart, deployment, look } = findingHospital();
    chart.book({ id: "a", start: deployment.inMinutes(5 * HOUR) });
    await look();
    const state = async () => (await deployment.parts.visits.byId(deployment.visitOf("lamna", "a")))?.state;
    await deployment.parts.visits.cancel("lamna", "a");
    expect(await state()).toBe("cancelled");
    if (status === "cancelled") chart.change("a", { status });
    await look("finding.far");
    await look("finding.soon");
    expect(await state()).toBe(status === "booked" ? "open" : "cancelled");
  },
);

test("a search that says cancelled is not believed before the appointment itself says so", async () => {
  const { chart, deployment, look, found, told } = findingHospital();
  chart.book({ id: "a", start: deployment.inMinutes(HOUR) });
  await look();
  chart.change("a", { status: "cancelled" });
  chart.trouble = (request) => (request === "read" ? { kind: "down", reason: "it is ill" } : undefined);
  await look();
  expect((await found("a")).standing).toBe("on");
  expect((await told()).map(([change]) => change)).toEqual(["new"]);
});

test("one that was cancelled before it had a meeting has a link that says so", async () => {
  const { chart, deployment, look } = findingHospital();
  chart.book({ id: "a", start: deployment.inMinutes(10 * DAY) });
  await look("finding.far");
  chart.change("a", { status: "cancelled" });
  await look("finding.far");
  expect((await deployment.parts.visits.ofLink(deployment.visitOf("lamna", "a")))?.state).toBe("cancelled");
});

test("on again after it was cancelled it is new again, with the same links", async () => {
  const { chart, deployment, look, told } = findingHospital();
  const booked = chart.book({ id: "a", start: deployment.inMinutes(HOUR) });
  await look();
  const { patient } = booked;
  chart.change("a", { status: "cancelled" });
  await look();
  chart.change("a", { status: "booked" });
  await look();
  expect((await deployment.parts.visits.byId(deployment.visitOf("lamna", "a")))?.state).toBe("open");
  expect(booked.patient).toBe(patient);
  expect((await told()).map(([change]) => change)).toEqual(["new", "cancelled", "new"]);
});

test.each([
  ["is not shown any more", { isHidden: true }, "not-shown"],
  ["has left our locations", { location: "elsewhere" }, "left-locations"],
  ["is no video visit any more", { isVideo: false }, "not-video"],
  ["is on a waiting list", { status: "waitlist" }, "not-booked"],
] as const)(
  "one that %s tells nobody anything, keeps its links and is at risk; it comes back as it was",
  async (_, change, risk) => {
    const { chart, deployment, look, found, told } = findingHospital();
    const booked = chart.book({ id: "a", start: deployment.inMinutes(HOUR) });
    await look();
    const was = { isHidden: false, location: booked.location, isVideo: true, status: booked.status };
    const { patient } = booked;
    chart.change("a", change);
    await look();
    expect(await found("a")).toMatchObject({ standing: "away", risk });
    expect((await deployment.parts.visits.byId(deployment.visitOf("lamna", "a")))?.state).toBe("open");
    chart.change("a", was);
    await look("finding.far");
    await look();
    expect(await found("a")).toMatchObject({ standing: "on" });
    expect((await found("a")).risk).toBeUndefined();
    expect(booked.patient).toBe(patient);
    expect((await told()).map(([each]) => each)).toEqual(["new"]);
  },
);

test("to a visit that the patient missed nothing is sent and nothing is done", async () => {
  const { chart, deployment, look, found, told } = findingHospital();
  chart.book({ id: "a", start: deployment.inMinutes(-10) });
  await look();
  chart.change("a", { status: "noshow" });
  await look();
  expect((await found("a")).standing).toBe("missed");
  expect((await told()).map(([change]) => change)).toEqual(["new"]);
});

test("what is no video visit, and what is not booked, is not kept", async () => {
  const { chart, deployment, look } = findingHospital();
  chart.book({ id: "a", start: deployment.inMinutes(HOUR), isVideo: false });
  chart.book({ id: "b", start: deployment.inMinutes(HOUR), status: "proposed" });
  chart.book({ id: "c", start: deployment.inMinutes(HOUR), status: "cancelled" });
  await look();
  for (const id of ["a", "b", "c"])
    expect(await deployment.parts.foundVisits.byId(deployment.visitOf("lamna", id))).toBeUndefined();
});

test("after an outage what was missed is found; what is over by then is said, and nobody is told of it", async () => {
  const { chart, deployment, look, found, told } = findingHospital();
  const { start } = chart.book({ id: "moved", start: deployment.inMinutes(30 * HOUR) });
  await look();
  chart.trouble = () => ({ kind: "down", reason: "it is ill" });
  chart.change("moved", { start: deployment.inMinutes(2 * HOUR) });
  chart.book({ id: "over", start: deployment.inMinutes(HOUR) });
  const soon = chart.book({ id: "soon", start: deployment.inMinutes(5 * HOUR) });
  for (let minutes = 0; minutes < 4 * HOUR; minutes += HOUR) {
    deployment.forward(HOUR);
    expect(await look()).toBe(false);
  }
  chart.trouble = () => undefined;
  expect(await look()).toBe(true);
  const lines = deployment.logged.filter((line) => line.includes('"visits.found_over"'));
  expect(lines).toEqual([expect.stringContaining('"count":2')]);
  expect(await found("moved")).toMatchObject({ start: deployment.inMinutes(-2 * HOUR), late: "found-over" });
  expect(await found("over")).toMatchObject({ risk: "found-over", late: "found-over", hasMeeting: false });
  expect(await found("soon")).toMatchObject({ hasMeeting: true });
  expect(await told()).toEqual([start, soon.start].map((one) => ["new", one.getTime()]));
});

test("a search that breaks off is gone on with from where it came to; what repeats is seen once", async () => {
  const { chart, deployment, look, told } = findingHospital();
  chart.pageSize = 10;
  chart.repeats = true;
  for (let count = 0; count < 60; count++)
    chart.book({ id: "v-" + String(count), start: deployment.inMinutes(HOUR + count) });
  let pages = 0;
  chart.trouble = (request) =>
    request === "page" && ++pages === 3 ? { kind: "down", reason: "a page fails" } : undefined;
  expect(await look()).toBe(true);
  expect(await told()).toHaveLength(60);
});

test("a batch that was not read whole says nothing about those that it did not show", async () => {
  const { chart, deployment, look, found } = findingHospital();
  chart.pageSize = 1;
  chart.book({ id: "a", start: deployment.inMinutes(HOUR) });
  chart.book({ id: "b", start: deployment.inMinutes(2 * HOUR) });
  await look();
  chart.trouble = (request) => (request === "page" ? { kind: "limited", retryAfterMs: 60_000 } : undefined);
  const { reads } = chart.counts;
  expect(await look()).toBe(false);
  expect(chart.counts.reads).toBe(reads);
  expect((await found("b")).standing).toBe("on");
});

test("on again after it was cancelled and waited for, at the same time, it is told as new again", async () => {
  const { chart, deployment, look, told } = findingHospital();
  chart.book({ id: "a", start: deployment.inMinutes(HOUR) });
  await look();
  for (const status of ["cancelled", "waitlist", "cancelled", "waitlist", "booked"] as const) {
    chart.change("a", { status });
    await look();
  }
  expect((await deployment.parts.visits.byId(deployment.visitOf("lamna", "a")))?.state).toBe("open");
  expect((await told()).map(([change]) => change)).toEqual(["new", "cancelled", "new"]);
});

test("a record that can never be shown hides only what is within half an hour of it, and that is said", async () => {
  const { chart, deployment, look, found } = findingHospital();
  chart.pageSize = 10;
  for (let hour = 1; hour < 47; hour++)
    chart.book({ id: "v-" + String(hour), start: deployment.inMinutes(hour * HOUR) });
  chart.unshowable.add("v-20");
  expect(await look()).toBe(false);
  for (let hour = 1; hour < 47; hour++)
    if (hour !== 20) expect(await found("v-" + String(hour))).toMatchObject({ hasMeeting: true });
  // What was found is looked after all the same: one that is moved away is read by its id.
  chart.change("v-40", { location: "elsewhere" });
  await look();
  expect(await found("v-40")).toMatchObject({ risk: "left-locations" });
});

test.each<[status: "cancelled" | "noshow", standing: string, told: readonly string[]]>([
  ["cancelled", "cancelled", ["new", "cancelled", "new"]],
  ["noshow", "missed", ["new", "moved"]],
])(
  "beside a record that can never be shown, what was %s and is booked again at another time is on again",
  async (status, standing, changes) => {
    const { chart, deployment, look, found, told } = findingHospital();
    chart.book({ id: "other", start: deployment.inMinutes(HOUR) });
    chart.book({ id: "a", start: deployment.inMinutes(20 * HOUR) });
    await look();
    chart.change("a", { status });
    await look();
    expect(await found("a")).toMatchObject({ standing });
    chart.book({ id: "damaged", start: deployment.inMinutes(22 * HOUR) });
    chart.unshowable.add("damaged");
    chart.change("a", { status: "booked", start: deployment.inMinutes(22 * HOUR) });
    await look();
    expect(await found("a")).toMatchObject({ standing: "on", start: deployment.inMinutes(22 * HOUR) });
    const ofOther = ["new"];
    expect((await told()).map(([change]) => change).toSorted()).toEqual([...ofOther, ...changes].toSorted());
    expect((await deployment.parts.visits.byId(deployment.visitOf("lamna", "a")))?.state).toBe("open");
    // While the search shows all, what is cancelled is left alone.
    chart.unshowable.clear();
    chart.change("a", { status: "cancelled" });
    await look();
    chart.change("a", { isHidden: true });
    const { reads } = chart.counts;
    await look();
    expect(chart.counts.reads).toBe(reads);
  },
);

test("what was missed stays so where the chart does not show it, unless a page shows it otherwise", async () => {
  const { chart, deployment, look, found } = findingHospital();
  chart.book({ id: "a", start: deployment.inMinutes(20 * HOUR) });
  chart.book({ id: "other", start: deployment.inMinutes(30 * HOUR) });
  chart.book({ id: "damaged", start: deployment.inMinutes(22 * HOUR) });
  await look();
  chart.change("a", { status: "noshow" });
  await look();
  chart.unshowable.add("damaged");
  chart.change("a", { isHidden: true });
  const { reads } = chart.counts;
  await look();
  expect(chart.counts.reads).toBeGreaterThan(reads);
  expect((await found("a")).standing).toBe("missed");
  chart.change("a", { isHidden: "by-id", status: "booked", start: deployment.inMinutes(21 * HOUR) });
  await look();
  expect(await found("a")).toMatchObject({ standing: "away", risk: "not-shown" });
});

test("a chart that answers nothing is asked a few times in a round, not for each part of it", async () => {
  const { chart, look } = findingHospital();
  chart.trouble = () => ({ kind: "down", reason: "it is ill" });
  await look();
  expect(chart.counts.searches).toBeLessThanOrEqual(5);
});

test("after an outage what is soon is asked for before what was missed", async () => {
  const { chart, deployment, look } = findingHospital();
  await look();
  deployment.forward(3 * DAY);
  const searched: Date[] = [];
  chart.trouble = (_, search) => {
    if (search !== undefined) searched.push(search.from);
    return undefined;
  };
  expect(await look()).toBe(true);
  expect(searched).toEqual([deployment.inMinutes(-HOUR), deployment.inMinutes(-3 * DAY - HOUR)]);
});

test("a batch of locations that is slow or fails holds up no other of its connection, and is said", async () => {
  const locations = Array.from({ length: 120 }, (_, count) => "loc-" + String(count + 100));
  const departments = [departmentOf("lamna", { locations })];
  const { chart, deployment, look, found, told, check } = findingHospital({ departments });
  expect((await check("visits-found"))?.fault).toContain("have not been read yet");
  // Locations were added: the first batch has come round, and the others have not.
  await deployment.roundOf("finding.near", "lamna");
  expect((await check("visits-found"))?.fault).toBeUndefined();
  chart.trouble = (_, search) =>
    search?.locations.includes("loc-150") === true
      ? { kind: "shut-out", why: "scopes", reason: "no" }
      : undefined;
  await deployment.roundOf("finding.near", "lamna.2");
  expect((await check("visits-found"))?.fault).toContain("some of its locations");
  chart.trouble = () => undefined;
  await look();
  await look("finding.far");
  const near = deployment.flow.ticks.find(({ name }) => name === "finding.near");
  expect(await near?.each?.()).toEqual(["lamna", "lamna.2", "lamna.3"]);
  for (const [id, location] of [
    ["a", "loc-100"],
    ["b", "loc-150"],
    ["c", "loc-219"],
  ] as const)
    chart.book({ id, location, start: deployment.inMinutes(HOUR) });
  // The second batch is not answered for as long as anybody waits.
  const answered = Promise.withResolvers<undefined>();
  const given = chart.chart.bind(chart);
  chart.chart = (...args) => {
    const whole = given(...args);
    return {
      ...whole,
      async *appointments(search) {
        if (search.locations.includes("loc-150")) await answered.promise;
        yield* whole.appointments(search);
      },
    };
  };
  const slow = deployment.roundOf("finding.near", "lamna.2");
  expect([
    await deployment.roundOf("finding.near", "lamna"),
    await deployment.roundOf("finding.near", "lamna.3"),
  ]).toEqual([true, true]);
  await deployment.work();
  expect([(await found("a")).hasMeeting, (await found("c")).hasMeeting]).toEqual([true, true]);
  await expect(found("b")).rejects.toThrow("was not found");
  answered.resolve(undefined);
  expect(await slow).toBe(true);
  await deployment.work();
  expect(await found("b")).toMatchObject({ hasMeeting: true });
  // Each batch's locations were searched before, so all are new, and none is told as one that was known.
  expect((await deployment.changes.readSlice({ limit: 100 })).changes.some((one) => one.knownBefore)).toBe(
    false,
  );
  expect(await told()).toHaveLength(3);
  chart.trouble = (_, search) =>
    search?.locations.includes("loc-150") === true
      ? { kind: "shut-out", why: "scopes", reason: "no" }
      : undefined;
  deployment.forward(11);
  expect(await look()).toBe(false);
  expect(await check("system-client")).toMatchObject({ move: "oracle" });
  expect((await check("visits-found"))?.fault).toContain("11 minutes ago");
  chart.change("b", { location: "loc-100", start: deployment.inMinutes(2 * HOUR) });
  chart.trouble = () => undefined;
  await look();
  // It was given to another batch's location, and both batches have seen it.
  expect(await found("b")).toMatchObject({ location: "loc-100", changes: 2, standing: "on" });
  expect((await check("visits-found"))?.fault).toBeUndefined();
});

test.each(["near", "far"] as const)(
  "a visit that is moved wholly into the past says so behind its links, without a launch (%s round)",
  async (reach) => {
    const { chart, deployment, look, found, told } = findingHospital();
    const ahead = reach === "near" ? 2 * HOUR : 3 * DAY;
    const round = reach === "near" ? "finding.near" : "finding.far";
    chart.book({ id: "a", start: deployment.inMinutes(30 * HOUR) });
    await look();
    const id = deployment.visitOf("lamna", "a");
    const behind = async () => (await deployment.parts.visits.byId(id))?.start;
    for (const minutes of [-50, -5 * DAY]) {
      chart.change("a", { start: deployment.inMinutes(ahead) });
      await look(round);
      expect(await behind()).toEqual(deployment.inMinutes(ahead));
      const start = deployment.inMinutes(minutes);
      chart.change("a", { start });
      await look(round);
      expect([await behind(), (await found("a")).start]).toEqual([start, start]);
      // The chart was read all the while, so nothing was missed.
      expect((await found("a")).late).toBeUndefined();
    }
    // Nobody is told of a visit that is over.
    expect((await told()).every(([, start]) => Number(start) > deployment.now().getTime())).toBe(true);
  },
);

test("a row of ours that cannot be read stops nobody else's visit, and is said", async () => {
  const { chart, deployment, look, found } = findingHospital();
  chart.book({ id: "a", start: deployment.inMinutes(HOUR) });
  chart.book({ id: "b", start: deployment.inMinutes(2 * HOUR) });
  await look();
  const { container, partition, id } = {
    container: "visits",
    partition: "found",
    id: "found-" + deployment.visitOf("lamna", "a"),
  } as const;
  const row = await deployment.store.read(container, partition, id);
  if (row === undefined) throw new Error("it was not kept");
  const { etag, ...kept } = row;
  const damaged = await deployment.store.replace(container, { ...kept, body: { v: 1, start: 7 } }, etag);
  chart.change("b", { start: deployment.inMinutes(3 * HOUR) });
  chart.book({ id: "c", start: deployment.inMinutes(4 * HOUR) });
  for (const name of ["finding.near", "finding.far"] as const) expect(await look(name)).toBe(true);
  expect(await found("b")).toMatchObject({ start: deployment.inMinutes(3 * HOUR), hasMeeting: true });
  expect(await found("c")).toMatchObject({ hasMeeting: true });
  const atRisk = (await deployment.flow.checks()).find(({ name }) => name === "visits-at-risk");
  expect(atRisk?.fault).toContain("1 visit cannot be read in the store");
  expect(deployment.logged.join("")).toContain("visits.rows_unreadable");
  // Whoever removes the row has it found anew.
  await deployment.store.remove(container, partition, id, damaged.etag);
  await look();
  expect(await found("a")).toMatchObject({ hasMeeting: true, changes: 2 });
});

test("a visit behind the links that cannot be read is said where the next day is looked over, and stops no other", async () => {
  const { chart, deployment, look } = findingHospital();
  chart.book({ id: "a", start: deployment.inMinutes(2 * HOUR) });
  chart.book({ id: "b", start: deployment.inMinutes(3 * HOUR) });
  await look();
  const id = deployment.visitOf("lamna", "a");
  const row = await deployment.store.read("visits", id, id);
  if (row === undefined) throw new Error("it was not kept");
  const { etag, ...kept } = row;
  await deployment.store.replace("visits", { ...kept, body: { v: 1, start: 7 } }, etag);
  for (const name of ["finding.near", "finding.far"] as const) await look(name);
  expect(deployment.logged.join("")).not.toContain("visits.rows_unreadable");
  expect(await deployment.round("finding.soon", "lamna")).toBe(true);
  const [said, ...more] = deployment.logged.filter((line) => line.includes("visits.rows_unreadable"));
  expect(JSON.parse(said ?? "{}")).toMatchObject({ connection: "lamna", count: 1 });
  expect(more).toEqual([]);
  expect(deployment.teams.looks).toBe(1);
});

test("what was read for all batches of a connection is kept no longer than until each was given it", async () => {
  const { chart, deployment, look } = findingHospital();
  chart.book({ id: "a", start: deployment.inMinutes(2 * HOUR) });
  await look();
  const lately: KnownLately = new Map();
  const range = { from: deployment.now(), before: deployment.inMinutes(3 * HOUR) };
  const read = (connectionId: string, number: number, count: number) =>
    knownTogether(
      deployment.parts,
      lately,
      { name: "near " + connectionId, number, count, connectionId },
      range,
    );
  expect((await read("lamna", 1, 1)).visits.size).toBe(1);
  expect(lately.size).toBe(0);
  const [one, other] = await Promise.all([read("lamna", 1, 2), read("lamna", 2, 2)]);
  expect(lately.size).toBe(0);
  // Each batch takes out of its own what it sees.
  one.visits.clear();
  expect(other.visits.size).toBe(1);
  // Of a connection whose other batch does not come, as where it was removed, nothing is kept for longer than seconds.
  await read("removed", 1, 2);
  expect([...lately.keys()]).toEqual(["near removed"]);
  deployment.forward(1);
  await read("lamna", 1, 1);
  expect(lately.size).toBe(0);
});

test("visits that are not shown any more are read by their ids, many at once, and none is cancelled for that", async () => {
  const { chart, deployment, look, found, told } = findingHospital();
  const ids = Array.from({ length: 60 }, (_, count) => "v-" + String(count));
  for (const [count, id] of ids.entries()) chart.book({ id, start: deployment.inMinutes(2 * HOUR + count) });
  await look();
  const [moved = "", cancelled = "", spoilt = "", ...others] = ids;
  for (const id of others) chart.change(id, { isHidden: true });
  chart.change(moved, { start: deployment.inMinutes(5 * DAY) });
  chart.change(cancelled, { location: "elsewhere", status: "cancelled" });
  chart.change(spoilt, { location: "elsewhere" });
  const { reads, readsTogether } = chart.counts;
  await deployment.round("finding.near", "lamna");
  // What the answer leaves out without a word is read alone before it counts as not shown, and not again.
  expect([chart.counts.reads, chart.counts.readsTogether]).toEqual([
    reads + others.length,
    readsTogether + 2,
  ]);
  await deployment.round("finding.far", "lamna");
  expect(chart.counts.reads).toBe(reads + others.length);
  expect((await told()).map(([change]) => change).filter((change) => change !== "new")).toEqual([
    "moved",
    "cancelled",
  ]);
  expect((await found(spoilt)).risk).toBe("left-locations");
  for (const id of others) expect(await found(id)).toMatchObject({ standing: "away", risk: "not-shown" });
});

test("visits that a search has just shown and that an answer by ids leaves out are not lost", async () => {
  const { chart, deployment, look, found } = findingHospital();
  const ids = Array.from({ length: 60 }, (_, count) => "v-" + String(count));
  for (const [count, id] of ids.entries()) chart.book({ id, start: deployment.inMinutes(2 * HOUR + count) });
  await look();
  for (const [count, id] of ids.entries())
    chart.change(id, { start: deployment.inMinutes(3 * HOUR + count) });
  // A server may take fewer ids than it is given, and say nothing of that.
  chart.mostIds = 10;
  await look();
  for (const id of ids) expect(await found(id)).toMatchObject({ standing: "on", changes: 2 });
});

const ILL = { kind: "down", reason: "it is ill" } as const;

/** The search by ids fails each time, and so does the first of the visits when it is read alone once. */
function failing(chart: ScriptedChart): void {
  let reads = 0;
  chart.trouble = (request) => {
    if (request === "ids") return ILL;
    return request === "read" && ++reads === 1 ? ILL : undefined;
  };
}

test.each([
  ["one of them cannot be shown", (chart: ScriptedChart) => void chart.unshowable.add("v-0")],
  ["an entry cannot be read", (chart: ScriptedChart) => void (chart.skipped = 1)],
  ["their search alone fails", failing],
])("where %s, those that are not shown are read one by one", async (_, spoil) => {
  const { chart, deployment, look, found } = findingHospital();
  for (let count = 0; count < 10; count++)
    chart.book({ id: "v-" + String(count), start: deployment.inMinutes(2 * HOUR + count) });
  await look();
  for (let count = 0; count < 10; count++) chart.change("v-" + String(count), { location: "elsewhere" });
  chart.change("v-9", { isHidden: true });
  chart.book({ id: "other", start: deployment.inMinutes(HOUR) });
  spoil(chart);
  await look();
  for (let count = 0; count < 9; count++)
    expect((await found("v-" + String(count))).risk).toBe("left-locations");
  expect((await found("v-9")).risk).toBe("not-shown");
});
