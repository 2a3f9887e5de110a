/** The chart is told how a visit goes: that the patient came, was let in, and that the visit is over. */
import { describe, expect, test } from "vitest";
import { arriveSoon, fulfilSoon } from "../../../../app/records/preparing.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import { connectionOf } from "../../../harness/findingDeployment.ts";

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
    const { chart, deployment, look, book, found } = findingHospital({
      connections: [connectionOf("lamna", { writeBack: { links: true, status: { arrived, checkedIn } } })],
    });
    book({ start: deployment.inMinutes(5) });
    await look();
    const visit = await deployment.parts.visits.byId(deployment.visitOf("lamna", "a"));
    if (visit === undefined) throw new Error("no visit");
    chart.change("a", { status });
    await arriveSoon(deployment.parts.jobs, visit, said);
    await deployment.work();
    expect([chart.booked.get("a")?.status, (await found()).unarrived]).toEqual([after, why]);
    // However often it is told.
    chart.change("a", { status: "booked" });
    await arriveSoon(deployment.parts.jobs, visit, said);
    await deployment.work();
    expect(chart.booked.get("a")?.status).toBe("booked");
  },
);

test("a chart that gives times without a zone is told that the patient came", async () => {
  const { chart, deployment, look, book } = findingHospital({
    connections: [connectionOf("lamna", { writeBack: { links: true, status: { arrived: true } } })],
  });
  book({ start: deployment.inMinutes(5), hoursBehind: 6 });
  await look();
  const visit = await deployment.parts.visits.byId(deployment.visitOf("lamna", "a"));
  if (visit === undefined) throw new Error("no visit");
  expect(visit.start).toEqual(deployment.inMinutes(5));
  await arriveSoon(deployment.parts.jobs, visit, "arrived");
  await deployment.work();
  expect(chart.booked.get("a")?.status).toBe("arrived");
});

test("a chart that was away when the patient came is told within an hour after the end, and not later", async () => {
  const { chart, deployment, look, book } = findingHospital({
    connections: [connectionOf("lamna", { writeBack: { links: true, status: { arrived: true } } })],
  });
  for (const id of ["a", "b"]) book({ id, start: deployment.inMinutes(5) });
  await look();
  const come = async (id: string) => {
    const visit = await deployment.parts.visits.byId(deployment.visitOf("lamna", id));
    if (visit !== undefined) await arriveSoon(deployment.parts.jobs, visit, "arrived");
    await deployment.work();
  };
  chart.trouble = () => ({ kind: "down", reason: "an outage" });
  await come("a");
  chart.trouble = () => undefined;
  deployment.forward(60);
  await deployment.work();
  chart.trouble = () => ({ kind: "down", reason: "an outage" });
  await come("b");
  chart.trouble = () => undefined;
  deployment.forward(60);
  await deployment.work();
  expect(["a", "b"].map((id) => chart.booked.get(id)?.status)).toEqual(["arrived", "booked"]);
});

test.each(["is moved in the chart alone", "is moved, and the move is seen"])(
  "that the patient came is not said of the time to which the visit %s while the chart was away",
  async (what) => {
    const { chart, deployment, look, book } = findingHospital({
      connections: [connectionOf("lamna", { writeBack: { links: true, status: { arrived: true } } })],
    });
    book({ start: deployment.inMinutes(5) });
    await look();
    const visit = await deployment.parts.visits.byId(deployment.visitOf("lamna", "a"));
    if (visit === undefined) throw new Error("no visit");
    chart.trouble = () => ({ kind: "down", reason: "an outage" });
    await arriveSoon(deployment.parts.jobs, visit, "arrived");
    await deployment.work();
    chart.trouble = () => undefined;
    chart.change("a", { start: deployment.inMinutes(20 * HOUR) });
    if (what.endsWith("seen")) await look();
    deployment.forward(20);
    await deployment.work();
    expect(chart.booked.get("a")?.status).toBe("booked");
  },
);

test("a visit that is over before the chart took that the patient was let in is both in the end", async () => {
  const { chart, deployment, look, book, found } = findingHospital({
    connections: [
      connectionOf("lamna", { writeBack: { links: true, status: { checkedIn: true, fulfilled: true } } }),
    ],
  });
  book({ start: deployment.inMinutes(1) });
  await look();
  const visit = await deployment.parts.visits.byId(deployment.visitOf("lamna", "a"));
  if (visit === undefined) throw new Error("no visit");
  chart.trouble = () => ({ kind: "limited", retryAfterMs: 20 * 60_000 });
  await arriveSoon(deployment.parts.jobs, visit, "checked-in");
  await deployment.work();
  chart.trouble = () => undefined;
  deployment.forward(2);
  await deployment.parts.visits.end(visit.id);
  await fulfilSoon(deployment.parts.jobs, visit);
  deployment.forward(6);
  await deployment.work();
  expect([chart.booked.get("a")?.status, (await found()).unfulfilled]).toEqual(["booked", "other-status"]);
  deployment.forward(20);
  await deployment.work();
  expect(chart.booked.get("a")?.status).toBe("checked-in");
  deployment.forward(6);
  await deployment.work();
  expect([chart.booked.get("a")?.status, (await found()).unfulfilled]).toEqual(["fulfilled", undefined]);
});

describe("once staff have closed the links, the chart says that the visit is over", () => {
  const closable = async () => {
    const opened = findingHospital({
      connections: [connectionOf("lamna", { writeBack: { links: true, status: { fulfilled: true } } })],
    });
    const { deployment, book, look, chart } = opened;
    book({ start: deployment.inMinutes(1) });
    await look();
    chart.change("a", { status: "checked-in" });
    deployment.forward(2);
    const visit = await deployment.parts.visits.byId(deployment.visitOf("lamna", "a"));
    if (visit === undefined) throw new Error("no visit");
    const close = async () => {
      await deployment.parts.visits.end(visit.id);
      await fulfilSoon(deployment.parts.jobs, visit);
    };
    const after = async (minutes: number) => {
      deployment.forward(minutes);
      await deployment.work();
      return chart.booked.get("a")?.status;
    };
    return { ...opened, visit, close, after };
  };

  test("five minutes after they were closed last", async () => {
    const { deployment, visit, close, after } = await closable();
    await close();
    expect(await after(3)).toBe("checked-in");
    await deployment.parts.visits.reopen(visit.id);
    expect(await after(1)).toBe("checked-in");
    await close();
    expect(await after(4)).toBe("checked-in");
    expect(await after(1)).toBe("fulfilled");
  });

  test("and not while somebody is in the meeting, as far as Teams tells", async () => {
    const { deployment, visit, close, after } = await closable();
    const tell = (as: "in" | "left") =>
      deployment.parts.presences.tell(
        visit,
        { kind: "roster", at: deployment.now(), people: [{ id: "1", look: "outside", whereabouts: as }] },
        deployment.now(),
      );
    await tell("in");
    await close();
    expect(await after(30)).toBe("checked-in");
    await tell("left");
    expect(await after(2)).toBe("fulfilled");
  });

  test("whoever was in before the visit was moved, and never left as far as was told, is not in it now", async () => {
    const { deployment, book, look, close, after, chart, visit } = await closable();
    await deployment.parts.presences.tell(
      visit,
      { kind: "roster", at: deployment.now(), people: [{ id: "1", look: "outside", whereabouts: "in" }] },
      deployment.now(),
    );
    book({ start: deployment.inMinutes(24 * HOUR) });
    await look();
    chart.change("a", { status: "checked-in" });
    deployment.forward(24 * HOUR);
    await close();
    expect(await after(6)).toBe("fulfilled");
  });

  test("whose leaving was never told is in no longer than links are good", async () => {
    const { deployment, visit, close, after } = await closable();
    await deployment.parts.presences.tell(
      visit,
      { kind: "roster", at: deployment.now(), people: [{ id: "1", look: "outside", whereabouts: "in" }] },
      deployment.now(),
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
    const { chart, deployment, look, book, found } = findingHospital({
      connections: [connectionOf("lamna", { writeBack: { links: true, status: { fulfilled } } })],
    });
    book({ start: deployment.inMinutes(5) });
    await look();
    const visit = deployment.visitOf("lamna", "a");
    const fulfil = () =>
      deployment.parts.jobs.add({
        kind: "fulfil",
        key: visit + String(deployment.now().getTime()),
        of: { visit },
      });
    chart.change("a", { status });
    await deployment.parts.visits.end(visit);
    await fulfil();
    await deployment.work();
    expect(chart.booked.get("a")?.status).toBe(status);
    deployment.forward(10);
    await fulfil();
    await deployment.work();
    expect(chart.booked.get("a")?.status).toBe(after);
    const isGivenUp = fulfilled && after !== "fulfilled";
    expect((await found()).unfulfilled).toBe(isGivenUp ? "other-status" : undefined);
    if (!isGivenUp) return;
    chart.change("a", { status: "checked-in" });
    deployment.forward(1);
    await fulfil();
    await deployment.work();
    expect([chart.booked.get("a")?.status, (await found()).unfulfilled]).toEqual(["fulfilled", undefined]);
  },
);
