/**
 * The meeting of a visit: when it comes, what Teams does not give, and what becomes of one that somebody changes in Teams.
 */
import { expect, test } from "vitest";
import { RISK_WORDS } from "../../../../app/domain/risks.ts";
import { laterForTeams, meetingJob } from "../../../../app/flows/provider/meetingJob.ts";
import type { CallEvents } from "../../../../app/ports/callEvents.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import { connectionOf, departmentOf } from "../../../harness/findingDeployment.ts";

test.each([
  ["unavailable", "no-meeting"],
  ["access-policy", "no-access-policy"],
  ["refused", "meeting-refused"],
] as const)(
  "Teams says %s: the chart has its links all the same, and the meeting comes when it can",
  async (fault, risk) => {
    const { chart, deployment, look, found, book, check } = findingHospital();
    book();
    deployment.teams.fault = fault;
    await look();
    expect(chart.booked.get("a")?.patient).toContain("/j/");
    expect(await found()).toMatchObject({ risk, hasMeeting: false });
    expect(await check("visits-at-risk")).toMatchObject({ move: RISK_WORDS[risk].move });
    deployment.teams.fault = undefined;
    deployment.forward(20);
    await look();
    expect(await found()).toMatchObject({ hasMeeting: true, ready: deployment.now() });
    expect((await found()).risk).toBeUndefined();
    expect((await check("visits-at-risk"))?.fault).toBeUndefined();
    expect(chart.counts.writes).toBe(1);
  },
);

test("a meeting that comes after the start says for good why it was late", async () => {
  const { deployment, look, found, book } = findingHospital();
  book();
  deployment.teams.fault = "access-policy";
  await look();
  deployment.teams.fault = undefined;
  deployment.forward(HOUR + 5);
  await look();
  expect(await found()).toMatchObject({ hasMeeting: true, late: "no-access-policy" });
});

test("a meeting that was moved while Teams was away follows, and is at risk until then", async () => {
  const { chart, deployment, look, found, book } = findingHospital();
  book();
  await look();
  deployment.teams.fault = "unavailable";
  chart.change("a", { start: deployment.inMinutes(2 * HOUR) });
  await look();
  expect((await found()).risk).toBe("meeting-other-times");
  deployment.teams.fault = undefined;
  deployment.forward(6);
  await look();
  expect((await found()).risk).toBeUndefined();
  expect([...deployment.teams.times.values()][0]?.start).toEqual(chart.booked.get("a")?.start);
});

test("an organizer is warned of at 1,600 meetings of a month, and begins anew in the next", async () => {
  const { deployment, look, check } = findingHospital();
  await look();
  const organizer = "7d0c5a1e-0000-4000-8000-00000000a001";
  for (let count = 0; count < 1_599; count++) await deployment.parts.meetingCounts.count(organizer);
  expect((await check("organizer-meetings", organizer))?.fault).toBeUndefined();
  await deployment.parts.meetingCounts.count(organizer);
  expect((await check("organizer-meetings", organizer))?.fault).toContain("1600 meetings this month");
  deployment.forward(31 * 24 * HOUR);
  expect((await check("organizer-meetings", organizer))?.fault).toBeUndefined();
});

test("a count that cannot be read keeps no visit from its meeting, and the check says that it begins anew", async () => {
  const { deployment, look, found, book, check } = findingHospital();
  const organizers = [1, 2].map((number) => "7d0c5a1e-0000-4000-8000-00000000a00" + String(number));
  for (const organizer of organizers) {
    await deployment.parts.meetingCounts.count(organizer);
    const id = ["meetings", organizer, deployment.now().toISOString().slice(0, 7)].join("-");
    const row = await deployment.store.read("ticks", "meetings", id);
    if (row === undefined) throw new Error("no row");
    await deployment.store.replace("ticks", { ...row, body: { ...row.body, count: "many" } }, row.etag);
    expect((await check("organizer-meetings", organizer))?.unseen).toMatch(/cannot be read.*counted anew/);
  }
  book();
  await look();
  expect(await found()).toMatchObject({ hasMeeting: true });
  const counts = await Promise.all(organizers.map((one) => deployment.parts.meetingCounts.of(one)));
  expect(counts.filter((count) => count !== undefined)).toEqual([1]);
});

test("meetings are counted when they are made, for the organizer who has them, and kept with the visit", async () => {
  const { deployment, look, book } = findingHospital();
  for (let count = 0; count < 40; count++)
    book({ id: String(count), start: deployment.inMinutes(HOUR + count) });
  await look();
  const organizers = departmentOf("lamna").organizers ?? [];
  const counts = await Promise.all(organizers.map((one) => deployment.parts.meetingCounts.of(one)));
  expect(counts.reduce<number>((sum, one = 0) => sum + one, 0)).toBe(40);
  for (const [index, organizer] of organizers.entries())
    expect(counts[index]).toBe(
      [...deployment.teams.made.keys()].filter((key) => key.startsWith(organizer)).length,
    );
});

test("a move that is seen while a visit is being prepared is prepared for, too", async () => {
  const { chart, deployment, look, book } = findingHospital({
    connections: [connectionOf("lamna", { writeBack: { links: false } })],
  });
  const booked = book();
  const open = deployment.teams.open.bind(deployment.teams);
  deployment.teams.open = async (wanted) => {
    deployment.teams.open = open;
    const made = await open(wanted);
    chart.change("a", { start: deployment.inMinutes(2 * HOUR) });
    await deployment.round("finding.near", "lamna");
    return made;
  };
  await look();
  await look();
  expect([...deployment.teams.times.values()].map(({ start }) => start)).toEqual([booked.start]);
});

test("a visit that is cancelled while Teams is asked is cancelled, though the meeting comes", async () => {
  const { chart, deployment, look, book, found } = findingHospital();
  book();
  const open = deployment.teams.open.bind(deployment.teams);
  deployment.teams.open = async (wanted) => {
    const made = await open(wanted);
    chart.change("a", { status: "cancelled" });
    await deployment.round("finding.near", "lamna");
    return made;
  };
  await look();
  expect((await found()).standing).toBe("cancelled");
  expect((await deployment.parts.visits.byId(deployment.visitOf("lamna", "a")))?.state).toBe("cancelled");
});

test("a meeting counts once it is given, however often it was asked for", async () => {
  const { deployment, look, book } = findingHospital();
  book();
  deployment.teams.fault = "unavailable";
  for (let count = 0; count < 5; count++) {
    await look();
    deployment.forward(5);
  }
  const organizers = departmentOf("lamna").organizers ?? [];
  const counted = async () =>
    (await Promise.all(organizers.map((one) => deployment.parts.meetingCounts.of(one)))).reduce<number>(
      (sum, one = 0) => sum + one,
      0,
    );
  expect(await counted()).toBe(0);
  deployment.teams.fault = undefined;
  deployment.forward(HOUR - 30);
  await look();
  expect(await counted()).toBe(1);
});

/** A visit that has its meeting, with functions that change the meeting in Teams. */
async function withMeeting(options: Parameters<typeof findingHospital>[0] = {}, minutes = 2 * HOUR) {
  const opened = findingHospital(options);
  const { deployment, book, look } = opened;
  const booked = book({ start: deployment.inMinutes(minutes) });
  await look();
  const visit = async () => {
    const now = await deployment.parts.visits.byId(deployment.visitOf("lamna", "a"));
    if (now === undefined) throw new Error("no visit");
    return now;
  };
  const remove = async () => void deployment.teams.deleted.add((await visit()).meeting.id);
  /** Lets so much time pass that a meeting that Teams does not show counts as deleted. */
  const sure = async () => {
    deployment.forward(3);
    await deployment.work();
  };
  return { ...opened, booked, visit, remove, sure };
}

test("a meeting that somebody deletes in Teams is made anew before the visit, and the links stay", async () => {
  const { chart, deployment, look, found, booked, visit, remove, sure } = await withMeeting();
  const { provider, patient } = booked;
  const before = await visit();
  for (const again of [1, 2]) {
    await remove();
    await look("finding.soon");
    await sure();
    const { meeting, people, epoch } = await visit();
    expect(meeting).toMatchObject({ again });
    expect(deployment.teams.deleted.has(meeting.id)).toBe(false);
    expect([people, epoch]).toEqual([before.people, before.epoch]);
    expect(deployment.teams.times.get(meeting.id)?.start).toEqual(booked.start);
    // It is there from now on, and is moved like the first one.
    const made = deployment.teams.made.size;
    await look("finding.soon");
    expect(deployment.teams.made.size).toBe(made);
  }
  chart.change("a", { start: deployment.inMinutes(3 * HOUR) });
  await look();
  expect(deployment.teams.times.get((await visit()).meeting.id)?.start).toEqual(booked.start);
  expect([booked.provider, booked.patient]).toEqual([provider, patient]);
  expect((await found()).risk).toBeUndefined();
});

test("a meeting is made anew for another account where its own is the department's no more, such as one that was deleted", async () => {
  const { deployment, look, found, visit, remove, sure } = await withMeeting();
  const { organizer, meeting } = await visit();
  const other = "7d0c5a1e-0000-4000-8000-00000000a009";
  deployment.reset({ departments: [departmentOf("lamna", { organizers: [other] })] });
  await look("finding.soon");
  await sure();
  expect(await visit()).toMatchObject({ organizer, meeting });
  await remove();
  await look("finding.soon");
  await sure();
  const { meeting: anew, organizer: now } = await visit();
  expect([now, anew.again, anew.id.startsWith(other)]).toEqual([other, 1, true]);
  expect((await found()).risk).toBeUndefined();
});

test("a meeting that Teams does not show for a moment is kept, however often it is looked at meanwhile", async () => {
  const { chart, deployment, look, found, visit, remove, sure } = await withMeeting();
  const { meeting } = await visit();
  for (let time = 0; time < 2; time++) {
    await remove();
    await look("finding.soon");
    for (const minutes of [31, 32]) {
      chart.change("a", { minutes });
      await look();
    }
    expect((await visit()).meeting).toEqual(meeting);
    expect((await found()).meetingGone).toEqual(deployment.now());
    deployment.teams.deleted.clear();
    await sure();
    expect((await found()).meetingGone).toBeUndefined();
  }
  expect((await visit()).meeting).toEqual(meeting);
  expect(deployment.teams.made.size).toBe(1);
});

test.each([
  ["the chart is down", "chart", { kind: "down", reason: "it is ill" }],
  ["the connector is too busy for the chart", "chart", { kind: "busy", retryAfterMs: 240_000 }],
  ["the chart takes no links", "chart-write", { kind: "busy", retryAfterMs: 240_000 }],
  ["Teams is away", "teams", undefined],
] as const)(
  "a meeting that Teams does not show is looked at again in time though %s meanwhile, and is at risk until it is there",
  async (_, where, trouble) => {
    const { chart, deployment, look, found, visit, remove, sure, check } = await withMeeting({}, 45);
    await remove();
    await look("finding.soon");
    expect(await found()).toMatchObject({ risk: "meeting-not-shown", meetingGone: deployment.now() });
    expect(await check("visits-at-risk")).toMatchObject({
      fault: expect.stringContaining("Teams does not show its meeting") as string,
      move: "nobody",
    });
    const gone = (await found()).meetingGone;
    if (where === "teams") {
      deployment.teams.fault = "unavailable";
      await sure();
      // A short silence of Teams does not count as an answer.
      expect(await found()).toMatchObject({ risk: "meeting-not-shown", meetingGone: gone });
      deployment.teams.fault = undefined;
    } else {
      if (where === "chart-write") chart.change("a", { minutes: 31 });
      chart.trouble = (request) => (where === "chart" || request === "write" ? trouble : undefined);
    }
    await sure();
    const { meeting } = await visit();
    expect(meeting).toMatchObject({ again: 1 });
    expect(deployment.teams.deleted.has(meeting.id)).toBe(false);
    expect((await found()).risk).toBeUndefined();
    expect((await found()).meetingGone).toBeUndefined();
  },
);

test("a meeting that is deleted while the chart is down is noticed and made anew, and what else is wrong stays said", async () => {
  const { chart, deployment, look, found, visit, remove, sure } = await withMeeting();
  chart.trouble = () => ({ kind: "down", reason: "it is ill" });
  expect(await look("finding.far")).toBe(false);
  await remove();
  expect(await look("finding.soon")).toBe(true);
  expect((await found()).risk).toBe("meeting-not-shown");
  await sure();
  expect((await visit()).meeting).toMatchObject({ again: 1 });
  expect((await found()).risk).toBeUndefined();
  await deployment.parts.foundVisits.edit(deployment.visitOf("lamna", "a"), (one) => ({
    found: { ...one, risk: "foreign-link" },
  }));
  await remove();
  deployment.forward(20);
  await look("finding.soon");
  expect(await found()).toMatchObject({ risk: "foreign-link", meetingGone: deployment.now() });
  await sure();
  expect((await visit()).meeting).toMatchObject({ again: 2 });
  expect((await found()).risk).toBe("foreign-link");
});

test.each([2 * HOUR, 40 * HOUR])(
  "Teams shows no meeting to which a new time could be told: no job fails, and the meeting is made anew (%i minutes ahead)",
  async (minutes) => {
    const { chart, deployment, look, found, booked, visit, remove } = await withMeeting({}, minutes);
    const { jobs, visits, foundVisits } = deployment.parts;
    deployment.others["meeting"] = meetingJob({ jobs, visits, foundVisits });
    await remove();
    // A launch has seen the new time first.
    chart.change("a", { start: deployment.inMinutes(minutes + HOUR) });
    const { id, connectionId } = await visit();
    const times = { start: booked.start, end: deployment.inMinutes(minutes + HOUR + 30) };
    const facts = { connectionId, appointmentId: "a", department: departmentOf("lamna"), ...times };
    await laterForTeams({ jobs, hospital: deployment.parts.hospital }, await visits.open(facts));
    for (let minute = 0; minute < 20; minute++) {
      deployment.forward(1);
      await deployment.work();
    }
    expect((await jobs.readSlice("poisoned", { limit: 10 })).jobs).toEqual([]);
    const { meeting } = await visit();
    expect(meeting).toMatchObject({ again: 1 });
    expect(deployment.teams.times.get(meeting.id)?.start).toEqual(booked.start);
    deployment.forward(5);
    await look();
    expect((await found()).risk).toBeUndefined();
    // Of a visit that only launches know, nothing more can be done: it is tried for as long as it makes sense.
    await foundVisits.remove(id);
    await remove();
    const moved = { start: deployment.inMinutes(2 * HOUR), end: deployment.inMinutes(3 * HOUR) };
    await laterForTeams(
      { jobs, hospital: deployment.parts.hospital },
      await visits.open({ ...facts, ...moved }),
    );
    for (let minute = 0; minute < 10 * HOUR; minute += 10) {
      deployment.forward(10);
      await deployment.work();
    }
    expect((await jobs.readSlice("poisoned", { limit: 10 })).jobs).toEqual([]);
    expect(
      (await jobs.readSlice("lapsed", { limit: 10 })).jobs.map(({ job }) => job.lastFailure?.reason),
    ).toContain("meeting.not-shown");
  },
);

test("after an outage of Teams a visit has its meeting within ten minutes, however long it lasted", async () => {
  const { deployment, look, found, book } = findingHospital();
  book({ start: deployment.inMinutes(8 * HOUR) });
  deployment.teams.fault = "unavailable";
  for (let minute = 0; minute < 7.5 * HOUR; minute++) {
    await deployment.work();
    if (minute === 0) await look();
    deployment.forward(1);
  }
  deployment.teams.fault = undefined;
  for (let minute = 0; minute < 10; minute++) {
    deployment.forward(1);
    await deployment.work();
  }
  expect((await found()).hasMeeting).toBe(true);
});

test.each(["somebody is in it", "it is not known who is in, and the links are open"])(
  "a meeting that is deleted is not made anew while %s: the visit is at risk until nobody is",
  async (why) => {
    const { deployment, look, found, visit, remove, check } = await withMeeting({}, 20);
    const tell = async (as: "in" | "left") => {
      const people = [{ id: "1", look: "outside", whereabouts: as }] as const;
      await deployment.parts.presences.tell(
        await visit(),
        { kind: "roster", at: deployment.now(), people },
        deployment.now(),
      );
    };
    const { meeting } = await visit();
    const isTold = async () => {
      const subscription = { id: "s", until: deployment.inMinutes(HOUR) };
      await deployment.parts.presences.watching(await visit(), { subscription });
    };
    if (why.startsWith("somebody")) {
      await isTold();
      await tell("in");
    }
    await remove();
    await look("finding.soon");
    expect((await visit()).meeting).toEqual(meeting);
    expect(await found()).toMatchObject({ risk: "meeting-gone" });
    expect((await check("visits-at-risk"))?.fault).toContain("was deleted while somebody may be in it");
    deployment.forward(6);
    if (why.startsWith("somebody")) await tell("left");
    else await isTold();
    await deployment.work();
    expect((await visit()).meeting).toMatchObject({ again: 1 });
    expect((await found()).risk).toBeUndefined();
  },
);

test("where Teams told who is in a meeting that is gone, it is asked to tell who is in the new one", async () => {
  const { deployment, look, visit, remove, sure } = await withMeeting({ callEvents: {} as CallEvents });
  const { id } = await visit();
  await deployment.parts.presences.watching(await visit(), {
    subscription: { id: "s", until: deployment.inMinutes(3 * HOUR) },
  });
  const told: (string | undefined)[] = [];
  deployment.others["watch"] = async () => {
    told.push((await deployment.parts.presences.of(id))?.subscription?.id, (await visit()).meeting.joinUrl);
    return { kind: "done" };
  };
  await remove();
  await look("finding.soon");
  await sure();
  expect(told).toEqual([]);
  deployment.forward(1);
  await deployment.work();
  expect(told).toEqual([undefined, (await visit()).meeting.joinUrl]);
  expect((await visit()).meeting.again).toBe(1);
});

test("a meeting whose times somebody changes in Teams has the chart's again", async () => {
  const { deployment, look, found, booked, visit } = await withMeeting();
  const { id } = (await visit()).meeting;
  deployment.teams.times.set(id, {
    start: deployment.inMinutes(5 * HOUR),
    end: deployment.inMinutes(6 * HOUR),
  });
  await look("finding.soon");
  expect(deployment.teams.times.get(id)?.start).toEqual(booked.start);
  expect(await visit()).toMatchObject({ meeting: { id } });
  expect((await found()).risk).toBeUndefined();
});

test("an account that loses its policy has its visits at risk, though they have their meetings", async () => {
  const { deployment, look, found } = await withMeeting();
  deployment.teams.fault = "access-policy";
  await look("finding.soon");
  expect(await found()).toMatchObject({ risk: "no-access-policy", hasMeeting: true });
  deployment.teams.fault = undefined;
  deployment.forward(16);
  await deployment.work();
  expect((await found()).risk).toBeUndefined();
});

test("the meetings of the next day are looked at a hundred in a round, in turn, and those of the next hour each time", async () => {
  const { deployment, look, book } = findingHospital();
  for (let count = 0; count < 150; count++)
    book({ id: String(count), start: deployment.inMinutes(count < 10 ? 40 : 3 * HOUR + count) });
  book({ id: "far", start: deployment.inMinutes(40 * HOUR) });
  await look();
  const lookedAt: string[] = [];
  const given = deployment.teams.look.bind(deployment.teams);
  deployment.teams.look = (meeting) => {
    lookedAt.push(meeting.id);
    return given(meeting);
  };
  const round = async () => {
    lookedAt.length = 0;
    await look("finding.soon");
    deployment.forward(1);
    return new Set(lookedAt);
  };
  const [first, second] = [await round(), await round()];
  expect([first.size, second.size, new Set([...first, ...second]).size]).toEqual([100, 100, 150]);
  // Where Teams is away, the others are not asked for, and nobody is at risk for that.
  deployment.teams.fault = "unavailable";
  expect((await round()).size).toBeLessThan(10);
  expect(
    (await deployment.flow.checks()).find(({ name }) => name === "visits-at-risk")?.fault,
  ).toBeUndefined();
});

test("Teams that is away is one line of the log, however many visits meet it and however long", async () => {
  const { deployment, look, book } = findingHospital();
  for (let count = 0; count < 20; count++)
    book({ id: String(count), start: deployment.inMinutes(3 * HOUR + count) });
  const lines = () => deployment.logged.filter((line) => line.includes('"meeting.not_opened"')).length;
  const away = async (minutes: number) => {
    deployment.teams.fault = "unavailable";
    for (let minute = 0; minute < minutes; minute++) {
      await look();
      deployment.forward(1);
    }
    deployment.teams.fault = undefined;
  };
  await away(30);
  expect(lines()).toBe(1);
  deployment.forward(HOUR);
  await look();
  expect(lines()).toBe(1);
  book({ id: "another", start: deployment.inMinutes(2 * HOUR) });
  await away(5);
  expect(lines()).toBe(2);
});
