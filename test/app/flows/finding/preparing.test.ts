/** A visit that was found is made ready; what cannot be made ready is at risk, and says why. */
import { expect, onTestFinished, test } from "vitest";
import { RISKS } from "../../../../app/domain/found.ts";
import type { FhirBaseUrl } from "../../../../app/domain/fhirBaseUrl.ts";
import { RISK_WORDS } from "../../../../app/domain/risks.ts";
import { openHoldings } from "../../../../app/records/holdings.ts";
import { jobId } from "../../../../app/records/jobs.ts";
import { prepareSoon } from "../../../../app/records/preparing.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import { connectionOf, departmentOf, findingPlace, keyring } from "../../../harness/findingPlace.ts";
import { scriptedChart } from "../../../harness/scriptedChart.ts";

test.each([
  ["registration", "administrator"],
  ["scopes", "oracle"],
  ["token", "oracle"],
  ["proof", "administrator"],
  ["clocks", "administrator"],
] as const)(
  "a system client that is not let in (%s) says so, whose move it is, and that its visits are at risk",
  async (why, move) => {
    const { chart, place, look, found, book, check } = findingHospital();
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
  const { chart, place, look, found, book } = findingHospital();
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

test("every risk says why, whose move it is and what is next", () => {
  for (const risk of RISKS)
    expect(RISK_WORDS[risk].why + ". " + RISK_WORDS[risk].next).toMatch(/^\w.*\. [A-Z].*\.$/);
});

test("a visit that an administrator has deleted is neither found nor prepared again, and nothing of it is left", async () => {
  const { chart, place, look, book } = findingHospital();
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
  const { chart, place, look, book, found } = findingHospital();
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

test("the work on a visit that was cancelled meanwhile cancels it once more", async () => {
  const { chart, place, look, book } = findingHospital();
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

test("a connection that has another chart by now leaves the old chart's visits as they are, and touches no stranger's", async () => {
  const writeBack = { links: true, status: { fulfilled: true } };
  const { chart, place, look, book, found } = findingHospital({
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

test.each(["has another chart", "is not there any more"])(
  "what waits for a visit that was cancelled, and whose connection %s by now, touches no stranger's",
  async (what) => {
    const { chart, place, look, book, found } = findingHospital();
    book();
    await look();
    const cancelled = place.visitOf("lamna", "a");
    chart.change("a", { status: "cancelled" });
    await look();
    expect((await found()).standing).toBe("cancelled");
    const other = { fhirBaseUrl: "https://fhir.example/r4/other" as FhirBaseUrl };
    place.reset({ connections: what.startsWith("has") ? [connectionOf("lamna", other)] : [] });
    chart.booked.clear();
    book();
    if (what.startsWith("has")) await look();
    await prepareSoon(place.parts.jobs, cancelled);
    await place.work();
    expect(await place.parts.jobs.read(jobId("prepare", cancelled))).toMatchObject({
      job: { state: "done" },
    });
    const stranger = place.parts.foundVisits.idOf(other.fhirBaseUrl, "a");
    if (what.startsWith("has")) expect((await place.parts.visits.byId(stranger))?.state).toBe("open");
  },
);

test("after an outage a visit is prepared by whoever reads the chart again, however long it was put off", async () => {
  const { chart, place, look, book, found } = findingHospital();
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
    const { chart, place, look, book, found } = findingHospital();
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
  const { place, look, book } = findingHospital();
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

test("those that are away keep no visit that is on from being looked up, and have their turn one after another", async () => {
  const { chart, place, look, found, book } = findingHospital();
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
  const { reads, readsTogether } = chart.counts;
  expect(await look("finding.far")).toBe(true);
  expect((await found("on")).risk).toBe("left-locations");
  expect([chart.counts.reads, chart.counts.readsTogether]).toEqual([reads, readsTogether + 2]);
  await look("finding.far");
  const risks = await Promise.all(
    Array.from({ length: 150 }, async (_, count) => (await found("away-" + String(count))).risk),
  );
  expect(new Set(risks)).toEqual(new Set(["not-video"]));
});

test("appointments that cannot be read, or say no time, are counted for the administrator until they can", async () => {
  const { chart, place, look, book, check } = findingHospital();
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
