/**
 * The chart gives a visit to another patient. Whoever had it before may have its meeting open in Teams: the new patient gets a
 * meeting of their own, and nobody of before counts as them.
 */
import { describe, expect, test } from "vitest";
import { isPatientWaiting } from "../../../../app/domain/whoWaits.ts";
import { standings } from "../../../../app/domain/presence.ts";
import { whyShut, type Visit } from "../../../../app/domain/visit.ts";
import { takeJob } from "../../../../app/flows/presence/take.ts";
import { watchJob } from "../../../../app/flows/presence/watch.ts";
import type { PresencePicks } from "../../../../app/flows/presence/parts.ts";
import { CallEventsFault, type CallEvents } from "../../../../app/ports/callEvents.ts";
import { arriveSoon } from "../../../../app/records/preparing.ts";
import { connectionOf, departmentOf } from "../../../harness/findingDeployment.ts";
import { findingHospital } from "../../../harness/findingHospital.ts";

function hospital() {
  const subscribed: string[] = [];
  const removed: string[] = [];
  /** What happens once while Graph or the vault is asked. */
  const meanwhile: (() => Promise<void>)[] = [];
  const callEvents = {
    async subscribe({ joinUrl, until }) {
      subscribed.push(joinUrl);
      const id = "s" + String(subscribed.length);
      await meanwhile.pop()?.();
      return { id, until, replaced: [] };
    },
    async renew() {
      await meanwhile.pop()?.();
      throw new CallEventsFault("unavailable", "away");
    },
    remove: (id) => Promise.resolve(void removed.push(id)),
    async read() {
      const at = deployment.now();
      await meanwhile.pop()?.();
      return { kind: "roster", at, people: [{ id: "a", look: "outside", whereabouts: "lobby" }] };
    },
  } as Pick<CallEvents, "subscribe" | "renew" | "remove" | "read"> as CallEvents;
  const all = findingHospital({
    callEvents,
    connections: [
      connectionOf("lamna", { writeBack: { links: true, status: { arrived: true, checkedIn: true } } }),
    ],
  });
  const { deployment } = all;
  const { parts } = deployment;
  deployment.others["watch"] = watchJob({
    ...parts,
    callEvents,
    clientStates: { of: () => "state" },
  } as unknown as PresencePicks);
  const id = deployment.visitOf("lamna", "a");
  const kept = async (): Promise<Visit> => {
    const visit = await parts.visits.byId(id);
    if (visit === undefined) throw new Error("no visit");
    return visit;
  };
  const comes = async (
    who: string,
    look: "outside" | "staff" = "outside",
    whereabouts: "in" | "lobby" = "lobby",
  ) =>
    parts.presences.tell(
      await kept(),
      { kind: "roster", at: deployment.now(), people: [{ id: who, look, whereabouts }] },
      deployment.now(),
    );
  /** The patient of now taps the link. */
  const taps = async () => {
    const visit = await kept();
    const [patient] = visit.people;
    if (patient === undefined) throw new Error("no patient");
    await parts.visits.noteOpened(parts.visits.token(visit, patient));
  };
  const isWaiting = async () => {
    const presence = await parts.presences.of(id);
    return presence !== undefined && isPatientWaiting(await kept(), standings(presence));
  };
  const given = async () => {
    all.chart.change("a", { patients: ["p-b"] });
    await all.look();
  };
  /** Teams tells by that subscription that the one before waits. */
  const tells = async (subscription: string) => {
    const item = { data: "", dataKey: "", dataSignature: "", certificateId: "" };
    const notifications = {
      read: () => Promise.resolve({ item, heard: deployment.now(), subscription }),
      remove: () => Promise.resolve(),
    };
    const testVisits = { waited: () => Promise.resolve() };
    const job = takeJob({ ...parts, callEvents, notifications, testVisits } as unknown as PresencePicks);
    const of = { visit: id, notification: "n" };
    const { signal } = new AbortController();
    return job({ id: "n", of, due: deployment.now(), tries: 1, signal });
  };
  /** Gives the visit to the other patient, as a launch does that comes in between. */
  const givenBeside = async () => {
    const { start, end } = await kept();
    const patients = { ids: ["p-b"], namesOf: () => Promise.resolve([]) };
    all.chart.change("a", { patients: ["p-b"] });
    await parts.visits.open({
      ...{ connectionId: "lamna", appointmentId: "a", department: departmentOf("lamna") },
      ...{ patients, start, end },
    });
  };
  const watch = async () => {
    deployment.forward(2);
    await deployment.work();
  };
  return {
    ...{ ...all, parts, subscribed, removed, meanwhile, id, kept, comes, taps, isWaiting, given },
    ...{ tells, givenBeside, watch },
  };
}

test("the new patient has another meeting, and what Teams tells is of that one", async () => {
  const { book, look, deployment, subscribed, kept, comes, taps, isWaiting, givenBeside } = hospital();
  book({ start: deployment.inMinutes(20), patients: ["p-a"] });
  await look();
  const before = await kept();
  await taps();
  await comes("a");
  expect(await isWaiting()).toBe(true);
  await givenBeside();
  await look();
  const after = await kept();
  expect(after.meeting.joinUrl).not.toBe(before.meeting.joinUrl);
  expect([after.meeting.again, after.meeting.knownTo]).toEqual([1, undefined]);
  expect(await isWaiting()).toBe(false);
  deployment.forward(2);
  await deployment.work();
  expect(subscribed).toEqual([before.meeting.joinUrl, after.meeting.joinUrl]);
  await taps();
  expect(await isWaiting()).toBe(false);
  await comes("b");
  expect(await isWaiting()).toBe(true);
});

test("where it is given back, the first patient has a third meeting", async () => {
  const { book, look, chart, deployment, kept, given } = hospital();
  book({ start: deployment.inMinutes(120), patients: ["p-a"] });
  await look();
  const meetings = [(await kept()).meeting.joinUrl];
  await given();
  meetings.push((await kept()).meeting.joinUrl);
  chart.change("a", { patients: ["p-a"] });
  await look();
  meetings.push((await kept()).meeting.joinUrl);
  expect(new Set(meetings).size).toBe(3);
});

test("who was in the meeting stays there, and the new patient does not come upon them", async () => {
  const { book, look, deployment, kept, comes, givenBeside } = hospital();
  book({ start: deployment.inMinutes(0), patients: ["p-a"] });
  await look();
  const { meeting } = await kept();
  await comes("doctor", "staff", "in");
  await comes("a", "outside", "in");
  await givenBeside();
  const after = await kept();
  expect(after.meeting.id).not.toBe(meeting.id);
  expect(deployment.teams.closed.has(meeting.id)).toBe(false);
});

describe("while somebody is in the meeting or waits, who may be the same person under another id", () => {
  const IN_USE = [true, "doubted", "whose-untold"];

  test.each(["lobby", "in"] as const)(
    "(%s) nobody is parted by a look: no link leads in, it is at risk, and nobody is taken for the patient",
    async (whereabouts) => {
      const all = hospital();
      const { book, look, deployment, kept, comes, taps, isWaiting, given, parts, id, found } = all;
      book({ start: deployment.inMinutes(5), patients: ["p-a"] });
      await look();
      const before = await kept();
      await taps();
      await comes("a", "outside", whereabouts);
      await given();
      const state = async () => [
        (await kept()).meeting.id === before.meeting.id && (await kept()).epoch === before.epoch,
        whyShut(await kept(), parts.hospital.visitRules, deployment.now()),
        (await found()).risk,
      ];
      expect(await state()).toEqual(IN_USE);
      expect((await kept()).doubted).toEqual(deployment.now());
      expect(await isWaiting()).toBe(false);
      await look();
      expect(await state()).toEqual(IN_USE);
      // Once they have left, it is the other patient's.
      await parts.presences.tell(
        before,
        {
          kind: "roster",
          at: deployment.inMinutes(2),
          people: [{ id: "a", look: "outside", whereabouts: "left" }],
        },
        deployment.now(),
      );
      deployment.forward(3);
      await look();
      const after = await kept();
      expect([after.meeting.id === before.meeting.id, after.doubted, (await found()).risk]).toEqual([
        false,
        undefined,
        undefined,
      ]);
      expect((await parts.visits.ofLink(id))?.meeting).toEqual(after.meeting);
    },
  );

  test.each([
    ["is not, where something was lost since their link was opened", true, true, true],
    ["is, where all was told, and nobody came", true, false, false],
    ["is, where something was lost, and nobody has opened a link", false, true, false],
  ])("while Teams tells, the visit is given away or not: it %s", async (_what, hasTapped, isLost, isKept) => {
    const { book, look, deployment, kept, taps, watch, given, parts, subscribed } = hospital();
    book({ start: deployment.inMinutes(5), patients: ["p-a"] });
    await look();
    const before = await kept();
    await watch();
    expect(subscribed).toEqual([before.meeting.joinUrl]);
    if (hasTapped) await taps();
    if (isLost) await parts.presences.missed(before, deployment.now());
    await given();
    expect((await kept()).meeting.id === before.meeting.id).toBe(isKept);
  });

  test("that they came is told to the chart once the chart names them again", async () => {
    const { book, look, chart, deployment, parts, kept, comes, taps, given } = hospital();
    book({ start: deployment.inMinutes(5), patients: ["p-a"] });
    await look();
    await taps();
    await comes("a");
    await given();
    await arriveSoon(parts.jobs, await kept(), "arrived");
    await deployment.work();
    expect(chart.booked.get("a")?.status).toBe("booked");
    chart.change("a", { patients: ["p-a"] });
    await look();
    deployment.forward(2);
    await deployment.work();
    expect((await kept()).doubted).toBeUndefined();
    deployment.forward(3);
    await deployment.work();
    expect(chart.booked.get("a")?.status).toBe("arrived");
  });

  test("it is in doubt no longer, once the chart names nobody by an id", async () => {
    const { book, look, chart, deployment, kept, comes, given } = hospital();
    book({ start: deployment.inMinutes(5), patients: ["p-a"] });
    await look();
    await comes("a");
    await given();
    expect((await kept()).doubted).toBeDefined();
    Object.assign(chart.booked.get("a") ?? {}, { patients: undefined });
    deployment.forward(2);
    await look();
    expect((await kept()).doubted).toBeUndefined();
  });

  test.each([
    ["where Teams tells nothing, and a link was opened since it is good", -20, true],
    ["not where it was opened before that", -60, false],
  ])("so it is %s", async (_what, opened, isKept) => {
    const { book, look, chart, deployment } = findingHospital();
    const { visits } = deployment.parts;
    const kept = async () => visits.byId(deployment.visitOf("lamna", "a"));
    book({ start: deployment.inMinutes(70), patients: ["p-a"] });
    await look();
    const before = await kept();
    const [patient] = before?.people ?? [];
    if (before === undefined || patient === undefined) throw new Error("no visit");
    deployment.forward(70 + opened);
    await visits.noteOpened(visits.token(before, patient));
    deployment.forward(-opened - 10);
    chart.change("a", { patients: ["p-b"] });
    await look();
    expect((await kept())?.meeting.id === before.meeting.id).toBe(isKept);
  });
});

test("however many open the visit at once, the new patient has one meeting", async () => {
  const { book, look, deployment, parts, id, kept } = hospital();
  book({ start: deployment.inMinutes(120), patients: ["p-a"] });
  await look();
  const { start, end, meeting } = await kept();
  const facts = {
    connectionId: "lamna",
    appointmentId: "a",
    department: departmentOf("lamna"),
    patients: { ids: ["p-b"], namesOf: () => Promise.resolve([]) },
    ...{ start, end },
  };
  const all = await Promise.all(Array.from({ length: 30 }, () => parts.visits.open(facts)));
  const urls = new Set(all.map((one) => one.meeting.joinUrl));
  expect(urls.size).toBe(1);
  expect(urls.has(meeting.joinUrl)).toBe(false);
  expect([...deployment.teams.made.keys()]).toHaveLength(2);
  // Some of them renew the patient's link at the same moment.
  await Promise.all([
    ...Array.from({ length: 10 }, () => parts.visits.open(facts)),
    parts.visits.renewLink(id, 0),
  ]);
  expect([...urls]).toEqual([(await kept()).meeting.joinUrl]);
});

test("while Teams makes no meeting, no link leads into the one of before; the links are in the chart, and it is at risk", async () => {
  const { book, look, deployment, parts, id, kept, given, found, subscribed } = hospital();
  book({ start: deployment.inMinutes(20), patients: ["p-a"] });
  await look();
  const before = await kept();
  deployment.teams.fault = "unavailable";
  await given();
  const link = await parts.visits.ofLink(id);
  expect([link?.state, link?.meeting, link?.epoch === before.epoch]).toEqual(["open", undefined, false]);
  expect((await found()).risk).toBe("no-meeting");
  await expect(
    parts.visits.open({
      ...{ connectionId: "lamna", appointmentId: "a", department: departmentOf("lamna") },
      ...{ start: before.start, end: before.end },
    }),
  ).rejects.toThrow("unavailable");
  deployment.teams.fault = undefined;
  deployment.forward(5);
  await deployment.work();
  await look();
  const after = await kept();
  expect((await parts.visits.ofLink(id))?.meeting).toEqual(after.meeting);
  expect(after.meeting.again).toBe(1);
  expect((await found()).risk).toBeUndefined();
  deployment.forward(2);
  await deployment.work();
  expect(subscribed.at(-1)).toBe(after.meeting.joinUrl);
});

test("that the one before has come is not told to the chart of the next", async () => {
  const { book, look, chart, deployment, parts, kept, comes, given } = hospital();
  book({ start: deployment.inMinutes(5), patients: ["p-a"] });
  await look();
  await comes("a");
  await given();
  await arriveSoon(parts.jobs, await kept(), "arrived");
  await deployment.work();
  expect(chart.booked.get("a")?.status).toBe("booked");
});

test("it is told of the next, although it was told of the one before", async () => {
  const { book, look, chart, deployment, parts, kept, comes, given } = hospital();
  book({ start: deployment.inMinutes(5), patients: ["p-a"] });
  await look();
  await arriveSoon(parts.jobs, await kept(), "arrived");
  await deployment.work();
  expect(chart.booked.get("a")?.status).toBe("arrived");
  chart.change("a", { status: "booked" });
  await given();
  await comes("b");
  await arriveSoon(parts.jobs, await kept(), "arrived");
  await deployment.work();
  expect(chart.booked.get("a")?.status).toBe("arrived");
});

test("a visit that is over keeps its meeting and what is known of it, until it takes place after all", async () => {
  const { book, look, chart, deployment, parts, id, kept, comes, given } = hospital();
  book({ start: deployment.inMinutes(0), patients: ["p-a"] });
  await look();
  const { meeting } = await kept();
  await comes("a", "outside", "in");
  await parts.visits.end(id);
  await given();
  expect((await kept()).meeting.id).toBe(meeting.id);
  expect((await parts.presences.of(id))?.people).toHaveLength(1);
  expect((await parts.visits.ofLink(id))?.meeting).toBeUndefined();
  chart.change("a", { start: deployment.inMinutes(120) });
  await look();
  const after = await kept();
  expect([after.state, after.meeting.again, after.roomClosed]).toEqual(["open", 1, undefined]);
  expect((await parts.visits.ofLink(id))?.meeting).toEqual(after.meeting);
});

test("after a new link for the same patient nobody is taken for them", async () => {
  const { book, look, deployment, parts, id, kept, comes, taps, isWaiting } = hospital();
  book({ start: deployment.inMinutes(5), patients: ["p-a"] });
  await look();
  await taps();
  await parts.visits.renewLink(id, 0);
  await taps();
  deployment.forward(1);
  await comes("whoever");
  expect(await isWaiting()).toBe(false);
  expect((await kept()).meeting.again).toBeUndefined();
});

test("what is told of the meeting of before while the visit gets another one is not the new patient's", async () => {
  const { book, look, chart, deployment, parts, id, meanwhile, taps, tells, givenBeside, watch } = hospital();
  book({ start: deployment.inMinutes(20), patients: ["p-a"] });
  await look();
  await watch();
  expect(await tells("s1")).toEqual({ kind: "done" });
  expect((await parts.presences.of(id))?.people).toHaveLength(1);
  await taps();
  meanwhile.push(givenBeside);
  expect(await tells("s1")).toEqual({ kind: "done" });
  expect((await parts.presences.of(id))?.people).toEqual([]);
  await deployment.work();
  expect(chart.booked.get("a")?.status).toBe("booked");
});

test("that the one before has come is not told late, once the next has come", async () => {
  const { book, look, chart, deployment, parts, kept, comes, givenBeside } = hospital();
  book({ start: deployment.inMinutes(5), patients: ["p-a"] });
  await look();
  await comes("a");
  await arriveSoon(parts.jobs, await kept(), "arrived");
  await givenBeside();
  await comes("somebody");
  await deployment.work();
  expect(chart.booked.get("a")?.status).toBe("booked");
});

test("an arrival that the release before asked for, without an epoch, is told once", async () => {
  const { book, look, chart, deployment, parts, id, kept } = hospital();
  book({ start: deployment.inMinutes(5), patients: ["p-a"] });
  await look();
  const visit = await kept();
  const start = visit.start;
  await parts.jobs.add({
    kind: "arrive",
    key: [id, "arrived", String(start.getTime())].join("."),
    of: { visit: id, status: "arrived", start: start.toISOString() },
  });
  await deployment.work();
  expect(chart.booked.get("a")?.status).toBe("arrived");
  chart.change("a", { status: "booked" });
  await arriveSoon(parts.jobs, visit, "arrived");
  await deployment.work();
  expect(chart.booked.get("a")?.status).toBe("booked");
});

test("a subscription that was made for the meeting of before goes, and the new one is watched", async () => {
  const { book, look, deployment, parts, id, subscribed, removed, kept, meanwhile, givenBeside, watch } =
    hospital();
  book({ start: deployment.inMinutes(46), patients: ["p-a"] });
  await look();
  const before = await kept();
  meanwhile.push(givenBeside);
  await watch();
  const after = await kept();
  expect([before.meeting.again, after.meeting.again, removed]).toEqual([undefined, 1, ["s1"]]);
  await watch();
  expect(subscribed).toEqual([before.meeting.joinUrl, after.meeting.joinUrl]);
  expect((await parts.presences.of(id))?.subscription?.id).toBe("s2");
});

test("and so does one that was made while the new meeting was still to come", async () => {
  const { book, look, deployment, parts, id, removed, meanwhile, comes, givenBeside, watch } = hospital();
  book({ start: deployment.inMinutes(46), patients: ["p-a"] });
  await look();
  meanwhile.push(async () => {
    deployment.teams.fault = "unavailable";
    await givenBeside().catch(() => undefined);
    await comes("a");
  });
  await watch();
  expect(removed).toEqual(["s1"]);
  expect((await parts.presences.of(id))?.people).toEqual([]);
  deployment.teams.fault = undefined;
  await look();
  await watch();
  expect((await parts.presences.of(id))?.subscription?.id).toBe("s2");
});

test("a visit that the release before gave to another patient gets another meeting", async () => {
  const { book, look, deployment, id, kept, givenBeside } = hospital();
  book({ start: deployment.inMinutes(120), patients: ["p-b"] });
  await look();
  const { meeting } = await kept();
  const row = await deployment.store.read("visits", id, id);
  if (row === undefined) throw new Error("no visit");
  const { meetingKnown: _new, ...body } = row.body;
  const relinked = deployment.now().toISOString();
  await deployment.store.replace("visits", { ...row, body: { ...body, relinked } }, row.etag);
  expect((await kept()).meeting.knownTo).toBe("another");
  await givenBeside();
  const after = (await kept()).meeting;
  expect([after.id === meeting.id, after.again, after.knownTo]).toEqual([false, 1, undefined]);
});
