/** The chart is told how a visit goes: that the patient came, was let in, and that the visit is over. */
import { describe, expect, test } from "vitest";
import { arriveJob, fulfilJob } from "../../../../app/flows/finding/status.ts";
import type { NotShown, Trouble, Written, WriteRefused } from "../../../../app/ports/systemEhr.ts";
import { jobId } from "../../../../app/records/jobs.ts";
import { arriveSoon, fulfilSoon } from "../../../../app/records/preparing.ts";
import type { Booked } from "../../../harness/scriptedChart.ts";
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
    // This holds however often it is told.
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

test.each<[what: string, off: Partial<Booked>, on: Partial<Booked>]>([
  ["was cancelled", { status: "cancelled" }, { status: "booked" }],
  ["was moved", { start: new Date("2027-01-11T08:00:00Z") }, {}],
  ["was not shown", { isHidden: true }, { isHidden: false }],
])(
  "a patient who came while the visit %s for some minutes is told of once it is back",
  async (_, off, on) => {
    for (const isSeen of [true, false]) {
      const { chart, deployment, look, book } = findingHospital({
        connections: [connectionOf("lamna", { writeBack: { links: true, status: { arrived: true } } })],
      });
      const start = deployment.inMinutes(20);
      book({ start });
      await look();
      const visit = await deployment.parts.visits.byId(deployment.visitOf("lamna", "a"));
      if (visit === undefined) throw new Error("no visit");
      chart.change("a", off);
      if (isSeen) await look();
      await arriveSoon(deployment.parts.jobs, visit, "arrived");
      await deployment.work();
      chart.change("a", { ...on, start });
      await look();
      deployment.forward(6);
      await look();
      expect(chart.booked.get("a")?.status).toBe("arrived");
    }
  },
);

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

  const [DOCTOR, NURSE] = ["7d0c5a1e-0000-4000-8000-00000000b001", "7d0c5a1e-0000-4000-8000-00000000b002"];
  const staff = (account?: string) => ({ look: "staff" as const, ...(account !== undefined && { account }) });

  test.each<
    [
      what: string,
      people: readonly {
        readonly look: "staff" | "outside" | "phone" | "unnamed";
        readonly account?: string;
        readonly whereabouts?: "lobby" | "in";
      }[],
      more: "" | "gap" | "trouble" | "untold",
      after: string,
    ]
  >([
    ["nobody came", [], "", "checked-in"],
    ["nobody but a clinician came", [staff(DOCTOR)], "", "checked-in"],
    ["nobody but somebody with an account came", [staff()], "", "checked-in"],
    ["nobody but two who opened the visit came", [staff(DOCTOR), staff(NURSE)], "", "checked-in"],
    [
      "the patient waited in vain",
      [staff(DOCTOR), { look: "outside", whereabouts: "lobby" }],
      "",
      "checked-in",
    ],
    ["the patient came", [staff(DOCTOR), { look: "outside" }], "", "fulfilled"],
    ["the patient dialled in", [staff(DOCTOR), { look: "phone" }], "", "fulfilled"],
    ["somebody unnamed came", [staff(DOCTOR), { look: "unnamed" }], "", "fulfilled"],
    ["an employee came, who may be the patient", [staff(DOCTOR), staff("other")], "", "fulfilled"],
    ["an account came that is not told", [staff(DOCTOR), staff()], "", "fulfilled"],
    ["something was lost of who came", [staff(DOCTOR)], "gap", "fulfilled"],
    ["Teams has ceased to tell", [staff(DOCTOR)], "trouble", "fulfilled"],
    ["Teams told nothing", [], "untold", "fulfilled"],
  ])("but not where nobody but staff was in the meeting: %s", async (_, people, more, status) => {
    const { deployment, visit, close, after, found } = await closable();
    const { presences } = deployment.parts;
    const tell = (kind: "roster" | "ended", all: Parameters<typeof presences.tell>[1]["people"]) =>
      presences.tell(visit, { kind, at: deployment.now(), people: all }, deployment.now());
    for (const account of [DOCTOR, NURSE]) await presences.staffCame(visit, account);
    if (more !== "untold")
      await tell(
        "roster",
        people.map((one, index) => ({ id: String(index), whereabouts: "in", ...one })),
      );
    deployment.forward(10);
    if (more !== "untold") await tell("ended", []);
    if (more === "gap") await presences.missed(visit, deployment.now());
    if (more === "trouble") await presences.watching(visit, { trouble: "refused" });
    await close();
    expect(await after(6)).toBe(status);
    expect((await found()).unfulfilled).toBe(status === "fulfilled" ? undefined : "nobody-came");
    const isLogged = deployment.logged.some((line) => line.includes("nobody-came"));
    expect(isLogged).toBe(status !== "fulfilled");
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

describe("what comes of telling the chart", () => {
  /** Tells a chart, which gives these answers, that the patient has come. */
  const telling = async (
    answers: {
      readonly write?: Written | WriteRefused | Trouble;
      readonly read?: NotShown | Trouble;
      readonly isUnversioned?: boolean;
    },
    status: "arrived" | "checked-in" = "arrived",
  ) => {
    const opened = findingHospital({
      connections: [
        connectionOf("lamna", { writeBack: { links: true, status: { arrived: true, checkedIn: true } } }),
      ],
    });
    const { chart, deployment, look, book, found } = opened;
    book({ start: deployment.inMinutes(5) });
    await look();
    const visit = await deployment.parts.visits.byId(deployment.visitOf("lamna", "a"));
    if (visit === undefined) throw new Error("no visit");
    const given = chart.chart({} as never, { tokenEndpoint: "" }, {} as never);
    const asked: unknown[] = [];
    const appointment = given.appointment.bind(given);
    given.appointment = async (id) => {
      const read = await appointment(id);
      if (answers.read !== undefined) return answers.read;
      if (read.kind !== "read" || answers.isUnversioned !== true) return read;
      const { version: _, ...unversioned } = read.appointment;
      return { ...read, appointment: unversioned };
    };
    given.writeStatus = ({ id, version }, to) => {
      asked.push([id, version, to]);
      return Promise.resolve(answers.write ?? { kind: "written" });
    };
    const arrive = (of: Readonly<Record<string, string>> = {}, more: object = {}) =>
      arriveJob({ ...deployment.parts, ...more })({
        id: "job",
        of: { visit: visit.id, status, start: visit.start.toISOString(), ...of },
        due: deployment.now(),
        tries: 1,
        signal: new AbortController().signal,
      });
    const lines = () => deployment.logged.filter((line) => line.includes('"status.'));
    return { ...opened, visit, arrive, asked, lines, unarrived: async () => (await found()).unarrived };
  };
  const DONE = { kind: "done" };
  const ELSEWHERE = {
    ...{ kind: "not-now", reason: "visit.elsewhere", afterSeconds: 60, growsToSeconds: 300 },
  };

  test("it is told once, of what was just read, and that is logged", async () => {
    const { arrive, asked, chart, lines, unarrived } = await telling({});
    expect(await arrive()).toEqual(DONE);
    expect(asked).toEqual([["a", String(chart.booked.get("a")?.version), "arrived"]]);
    expect(await unarrived()).toBeUndefined();
    expect(lines().map((line) => JSON.parse(line) as object)).toMatchObject([
      { event: "status.written", connection: "lamna", names: ["arrived"] },
    ]);
  });

  test.each<[why: WriteRefused["why"], unarrived: string]>([
    ["locked", "locked"],
    ["changed-meanwhile", "changed-meanwhile"],
    ["rule", "refused"],
    ["not-shown", "refused"],
    ["side-effect", "refused"],
  ])("a chart that refuses it (%s) is not asked again, and why is kept", async (why, kept) => {
    const { arrive, asked, lines, unarrived } = await telling({ write: { kind: "refused", why } });
    expect([await arrive(), asked.length, await unarrived()]).toEqual([DONE, 1, kept]);
    expect(lines().map((line) => JSON.parse(line) as object)).toMatchObject([
      { event: "status.not_written", connection: "lamna", names: ["arrived"], reason: why },
    ]);
  });

  test("a chart that gives no version is not written to", async () => {
    const { arrive, asked, unarrived, lines } = await telling({ isUnversioned: true });
    expect([await arrive(), asked.length, await unarrived()]).toEqual([DONE, 0, "refused"]);
    expect(lines().map((line) => JSON.parse(line) as object)).toMatchObject([
      { event: "status.not_written", reason: "booked" },
    ]);
  });

  test("what was not written once is written later, and is said no more", async () => {
    const { arrive, chart, unarrived } = await telling({});
    chart.change("a", { status: "noshow" });
    await arrive();
    expect(await unarrived()).toBe("other-status");
    chart.change("a", { status: "fulfilled" });
    await arrive();
    expect(await unarrived()).toBeUndefined();
  });

  test.each<[what: string, answers: Parameters<typeof telling>[0], outcome: object]>([
    ["does not show the visit", { read: { kind: "not-shown" } }, ELSEWHERE],
    [
      "is away",
      { read: { kind: "down", reason: "ill" } },
      { kind: "not-now", reason: "ehr.down", afterSeconds: 30, growsToSeconds: 300 },
    ],
    [
      "is away when it is written to",
      { write: { kind: "down", reason: "ill" } },
      { kind: "not-now", reason: "ehr.write.down", afterSeconds: 30, growsToSeconds: 300 },
    ],
    [
      "is too busy",
      { write: { kind: "busy", retryAfterMs: 15_000 } },
      { kind: "not-now", reason: "ehr.write.busy", afterSeconds: 15, growsToSeconds: 240 },
    ],
  ])("a chart that %s is told later, or not at all", async (_, answers, outcome) => {
    const { arrive, unarrived, lines } = await telling(answers);
    expect([await arrive(), await unarrived(), lines()]).toEqual([outcome, undefined, []]);
  });

  test("nothing is asked of a chart that does not stand well, nor of a connection that is gone", async () => {
    const { arrive, asked, deployment } = await telling({});
    const standings = { of: () => Promise.resolve({ ok: false, reason: "no address" }) };
    expect(await arrive({}, { standings })).toMatchObject({ kind: "not-now", reason: "ehr.unwell" });
    deployment.reset({ connections: [] });
    expect(await arrive()).toEqual(ELSEWHERE);
    // An hour after the end it is too late.
    deployment.forward(5 + 30 + HOUR - 6);
    expect(await arrive()).toEqual(ELSEWHERE);
    deployment.forward(1);
    expect(await arrive()).toEqual(DONE);
    expect(asked).toEqual([]);
  });

  test.each<[what: string, of: Readonly<Record<string, string>>]>([
    ["another status", { status: "fulfilled" }],
    ["no status", { status: "" }],
    ["no visit", { visit: "AAAAAAAAAAAAAAAA" }],
  ])("nothing is told of %s", async (_, of) => {
    const { arrive, asked } = await telling({});
    expect([await arrive(of), asked]).toEqual([DONE, []]);
  });

  test("nothing is told of a visit that is cancelled, and of one that its staff have closed it is", async () => {
    const closed = await telling({}, "checked-in");
    await closed.deployment.parts.visits.end(closed.visit.id);
    await closed.arrive();
    expect(closed.asked).toHaveLength(1);
    // Before, the chart could not be told that the visit is over.
    const kept = await closed.deployment.parts.jobs.read(jobId("fulfil", closed.visit.id));
    expect(kept?.job.of).toEqual({ visit: closed.visit.id });
    const open = await telling({}, "checked-in");
    await open.arrive();
    expect(await open.deployment.parts.jobs.read(jobId("fulfil", open.visit.id))).toBeUndefined();
    const cancelled = await telling({});
    await cancelled.deployment.parts.visits.cancel("lamna", "a");
    await cancelled.arrive();
    expect(cancelled.asked).toEqual([]);
  });

  test("a visit that only a launch knows is told of, too", async () => {
    const { arrive, asked, deployment, visit } = await telling({});
    await deployment.parts.foundVisits.remove(visit.id);
    expect([await arrive(), asked.length]).toEqual([DONE, 1]);
  });
});

test("that a visit is over is not told before its start, nor where somebody is in it, nor of one that is open", async () => {
  const { deployment, book, look, chart } = findingHospital({
    connections: [connectionOf("lamna", { writeBack: { links: true, status: { fulfilled: true } } })],
  });
  book({ start: deployment.inMinutes(1) });
  await look();
  chart.change("a", { status: "checked-in" });
  const visit = await deployment.parts.visits.byId(deployment.visitOf("lamna", "a"));
  if (visit === undefined) throw new Error("no visit");
  const fulfil = (more: object = {}) =>
    fulfilJob({ ...deployment.parts, ...more })({
      id: "job",
      of: { visit: visit.id },
      due: deployment.now(),
      tries: 1,
      signal: new AbortController().signal,
    });
  const status = () => chart.booked.get("a")?.status;
  await deployment.parts.visits.end(visit.id);
  expect([await fulfil(), status()]).toEqual([{ kind: "done" }, "checked-in"]);
  deployment.forward(1);
  const people = [{ id: "1", look: "outside", whereabouts: "in" }] as const;
  await deployment.parts.presences.tell(
    visit,
    { kind: "roster", at: deployment.now(), people },
    deployment.now(),
  );
  expect(await fulfil()).toEqual({ kind: "not-now", reason: "visit.somebody-in", afterSeconds: 60 });
  await deployment.parts.visits.reopen(visit.id);
  expect([await fulfil(), status()]).toEqual([{ kind: "done" }, "checked-in"]);
  await deployment.parts.visits.end(visit.id);
  // Its links close four hours after its end; whose leaving was never told counts as gone then.
  const by = (milliseconds: number) => ({
    queue: {
      ...deployment.parts.queue,
      now: () => new Date(visit.end.getTime() + 240 * 60_000 + milliseconds),
    },
  });
  expect(await fulfil(by(-1))).toMatchObject({ kind: "not-now" });
  expect([await fulfil(by(0)), status()]).toEqual([{ kind: "done" }, "fulfilled"]);
});
