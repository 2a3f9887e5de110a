/** A visit that was found is made ready; what cannot be made ready is at risk, and says why. */
import { expect, onTestFinished, test } from "vitest";
import { RISKS } from "../../../../app/domain/found.ts";
import type { FhirBaseUrl } from "../../../../app/domain/fhirBaseUrl.ts";
import { RISK_WORDS } from "../../../../app/domain/risks.ts";
import { openHoldings } from "../../../../app/records/holdings.ts";
import { jobId } from "../../../../app/records/jobs.ts";
import { prepareSoon } from "../../../../app/records/preparing.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import {
  connectionOf,
  departmentOf,
  findingDeployment,
  keyring,
} from "../../../harness/findingDeployment.ts";
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
    const { chart, deployment, look, found, book, check } = findingHospital();
    book({ start: deployment.inMinutes(23 * HOUR) });
    deployment.teams.fault = "unavailable";
    await look();
    deployment.teams.fault = undefined;
    chart.book({ id: "b", start: deployment.inMinutes(2 * HOUR) });
    chart.trouble = (request) => (request === "read" ? { kind: "shut-out", why, reason: "no" } : undefined);
    await look();
    expect((await found("b")).risk).toBe("not-let-in");
    chart.trouble = () => ({ kind: "shut-out", why, reason: "no" });
    expect(await look()).toBe(false);
    expect(await check("system-client")).toMatchObject({ move, fault: expect.any(String) as string });
    // What Teams says of another one stays said.
    expect((await found()).risk).toBe("no-meeting");
    chart.trouble = () => undefined;
    deployment.forward(15);
    expect(await look()).toBe(true);
    expect(await check("system-client")).toEqual({ name: "system-client", of: "lamna" });
    expect((await found("b")).risk).toBeUndefined();
  },
);

test("a system client that may not write leaves its visits at risk, and the rounds go on", async () => {
  const { chart, deployment, look, found, book } = findingHospital();
  book();
  chart.trouble = (request) =>
    request === "write" ? { kind: "shut-out", why: "scopes", reason: "no" } : undefined;
  expect(await look()).toBe(true);
  expect((await found()).risk).toBe("not-let-in");
  chart.trouble = () => undefined;
  deployment.forward(15);
  await deployment.work();
  expect((await found()).risk).toBeUndefined();
});

test("one connection that is down stops no other", async () => {
  const down = scriptedChart();
  const well = scriptedChart();
  const deployment = findingDeployment({ charts: { down, well } });
  onTestFinished(() => deployment.close());
  down.trouble = () => ({ kind: "down", reason: "it is ill" });
  well.book({ id: "a", start: deployment.inMinutes(HOUR) });
  const each = await deployment.flow.ticks.find(({ name }) => name === "finding.near")?.each?.();
  expect(each).toEqual(["down", "well"]);
  expect([
    await deployment.round("finding.near", "down"),
    await deployment.round("finding.near", "well"),
  ]).toEqual([false, true]);
  await deployment.work();
  expect(well.booked.get("a")?.patient).toContain("/j/");
  deployment.forward(11);
  await deployment.round("finding.near", "well");
  const checks = await deployment.flow.checks();
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
  const { chart, deployment, look, book } = findingHospital();
  const booked = book();
  await look();
  const about = { fhirBaseUrl: connectionOf("lamna").fhirBaseUrl, appointmentId: "a" };
  const holdings = openHoldings({ store: deployment.store, keyring, now: deployment.now });
  const kinds = async () =>
    (await holdings.about(about)).map(({ kind, row }) => (kind.rows ?? kind.container) + ":" + row.id).length;
  expect(await kinds()).toBe(7);
  await holdings.delete(about);
  expect(await kinds()).toBe(1);
  const { writes } = chart.counts;
  chart.change("a", { start: deployment.inMinutes(2 * HOUR) });
  await look();
  await look("finding.far");
  expect([await kinds(), chart.counts.writes]).toEqual([1, writes]);
  expect(await deployment.parts.visits.ofLink(deployment.visitOf("lamna", "a"))).toBeUndefined();
  expect(booked.patient).toContain("/j/");
});

test("a process that is killed between keeping a move and asking for the work leaves nothing unprepared", async () => {
  const { chart, deployment, look, book, found } = findingHospital();
  const booked = book();
  await look();
  const { jobs } = deployment.parts;
  const add = jobs.add.bind(jobs);
  jobs.add = () => Promise.reject(new Error("killed"));
  chart.change("a", { start: deployment.inMinutes(2 * HOUR) });
  expect(await look()).toBe(false);
  expect((await found()).start).toEqual(booked.start);
  jobs.add = add;
  await look();
  expect([...deployment.teams.times.values()].map(({ start }) => start)).toEqual([booked.start]);
  expect(booked.period?.start).toEqual(booked.start);
});

test("the work on a visit that was cancelled meanwhile cancels it once more", async () => {
  const { chart, deployment, look, book } = findingHospital();
  book();
  await look();
  const id = deployment.visitOf("lamna", "a");
  chart.change("a", { status: "cancelled" });
  await look();
  const times = { start: deployment.inMinutes(HOUR), end: deployment.inMinutes(HOUR + 30) };
  const department = departmentOf("lamna");
  await deployment.parts.visits.open({ connectionId: "lamna", appointmentId: "a", department, ...times });
  expect((await deployment.parts.visits.byId(id))?.state).toBe("open");
  await prepareSoon(deployment.parts.jobs, id);
  await deployment.work();
  expect((await deployment.parts.visits.byId(id))?.state).toBe("cancelled");
});

test("a connection that has another chart by now leaves the old chart's visits as they are, and touches no stranger's", async () => {
  const writeBack = { links: true, status: { fulfilled: true } };
  const { chart, deployment, look, book, found } = findingHospital({
    connections: [connectionOf("lamna", { writeBack })],
  });
  book();
  book({ id: "b", start: deployment.inMinutes(-10) });
  await look();
  await deployment.parts.visits.end(deployment.visitOf("lamna", "b"));
  const other = { fhirBaseUrl: "https://fhir.example/r4/other" as FhirBaseUrl };
  deployment.reset({ connections: [connectionOf("lamna", { writeBack, ...other })] });
  chart.booked.clear();
  book({ status: "cancelled", location: "elsewhere" });
  book({ id: "b", status: "checked-in", location: "elsewhere" });
  await look();
  await look("finding.far");
  expect(await found()).toMatchObject({ standing: "away", risk: "not-shown" });
  const visit = deployment.visitOf("lamna", "a");
  expect((await deployment.parts.visits.byId(visit))?.state).toBe("open");
  await deployment.parts.jobs.add({
    kind: "fulfil",
    key: "b",
    of: { visit: deployment.visitOf("lamna", "b") },
  });
  await deployment.work();
  expect(chart.booked.get("b")?.status).toBe("checked-in");
});

test.each(["has another chart", "is not there any more"])(
  "what waits for a visit that was cancelled, and whose connection %s by now, touches no stranger's",
  async (what) => {
    const { chart, deployment, look, book, found } = findingHospital();
    book();
    await look();
    const cancelled = deployment.visitOf("lamna", "a");
    chart.change("a", { status: "cancelled" });
    await look();
    expect((await found()).standing).toBe("cancelled");
    const other = { fhirBaseUrl: "https://fhir.example/r4/other" as FhirBaseUrl };
    deployment.reset({ connections: what.startsWith("has") ? [connectionOf("lamna", other)] : [] });
    chart.booked.clear();
    book();
    if (what.startsWith("has")) await look();
    await prepareSoon(deployment.parts.jobs, cancelled);
    await deployment.work();
    expect(await deployment.parts.jobs.read(jobId("prepare", cancelled))).toMatchObject({
      job: { state: "done" },
    });
    const stranger = deployment.parts.foundVisits.idOf(other.fhirBaseUrl, "a");
    if (what.startsWith("has")) expect((await deployment.parts.visits.byId(stranger))?.state).toBe("open");
  },
);

test("after an outage a visit is prepared by whoever reads the chart again, however long it was put off", async () => {
  const { chart, deployment, look, book, found } = findingHospital();
  await look();
  book({ start: deployment.inMinutes(20 * HOUR) });
  await deployment.round("finding.near", "lamna");
  chart.trouble = () => ({ kind: "down", reason: "it is ill" });
  for (let minute = 0; minute < 4 * HOUR; minute++) {
    await look();
    deployment.forward(1);
  }
  expect((await found()).risk).toBe("chart-silent");
  // It has just been tried, and is not due for a quarter of an hour.
  const { reads } = chart.counts;
  for (let minute = 0; chart.counts.reads === reads; minute++) {
    if (minute === HOUR) throw new Error("it is not tried any more");
    deployment.forward(1);
    await look();
  }
  chart.trouble = () => undefined;
  deployment.forward(1);
  await look();
  expect((await found()).ready).toEqual(deployment.now());
});

test.each(["read", "write"] as const)(
  "a chart that the connector itself is too busy to %s puts no visit at risk, and is tried less and less often",
  async (request) => {
    const { chart, deployment, look, book, found } = findingHospital();
    book();
    chart.trouble = (asked) => (asked === request ? { kind: "busy", retryAfterMs: 15_000 } : undefined);
    await look();
    deployment.forward(1);
    await deployment.work();
    expect((await found()).risk).toBeUndefined();
    expect((await found()).ready).toBeUndefined();
    const job = (await deployment.parts.jobs.read(jobId("prepare", deployment.visitOf("lamna", "a"))))?.job;
    expect(job?.due).toEqual(new Date(deployment.now().getTime() + 30_000));
    chart.trouble = () => undefined;
    deployment.forward(1);
    await deployment.work();
    expect((await found()).ready).toEqual(deployment.now());
  },
);

test("what failed keeps its back-off, whoever reads the chart", async () => {
  const { deployment, look, book } = findingHospital();
  await look();
  book();
  await deployment.round("finding.near", "lamna");
  const id = jobId("prepare", deployment.visitOf("lamna", "a"));
  const due = deployment.inMinutes(30);
  const lastFailure = { how: "failed", reason: "ehr.down", at: deployment.now() } as const;
  const kept = await deployment.parts.jobs.read(id);
  if (kept === undefined) throw new Error("no job " + id);
  await deployment.parts.jobs.write(kept, { ...kept.job, due, failures: 1, lastFailure });
  deployment.forward(10);
  await look();
  expect((await deployment.parts.jobs.read(id))?.job).toMatchObject({ due, failures: 1 });
});

test("those that are away keep no visit that is on from being looked up, and have their turn one after another", async () => {
  const { chart, deployment, look, found, book } = findingHospital();
  for (let count = 0; count < 150; count++)
    book({ id: "away-" + String(count), start: deployment.inMinutes(2 * HOUR + count), isHidden: false });
  await look();
  for (let count = 0; count < 150; count++) chart.change("away-" + String(count), { isHidden: true });
  await look();
  await look();
  book({ id: "on", start: deployment.inMinutes(7 * HOUR) });
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
  const { chart, deployment, look, book, check } = findingHospital();
  book();
  book({ id: "b", isTimeless: true });
  book({ id: "c", isTimeless: true, location: "elsewhere" });
  chart.skipped = 2;
  await look();
  await look("finding.far");
  const unread = (await check("visits-found"))?.fault ?? "";
  expect(unread).toContain("Of the chart's appointments 3 cannot be read");
  expect(unread).not.toContain("keeps appointments back");
  expect(deployment.logged.join("")).toContain("visits.unreadable");
  // What the chart keeps back on purpose is said apart, and counts for nothing that cannot be read.
  chart.keptBack = 1;
  await look("finding.far");
  const both = (await check("visits-found"))?.fault ?? "";
  expect(both).toContain("Of the chart's appointments 3 cannot be read");
  expect(both).toContain("The chart says that it keeps appointments back from the connector on purpose");
  expect(deployment.logged.join("")).toContain("visits.kept_back");
  chart.keptBack = 0;
  chart.skipped = 0;
  chart.change("b", { isTimeless: false });
  await look("finding.far");
  expect((await check("visits-found"))?.fault).toBeUndefined();
});
