/** What comes of looking at a meeting and putting it right, by what Teams says, and what is said of the visit then. */
import { describe, expect, test } from "vitest";
import type { FoundVisit, Risk } from "../../../../app/domain/found.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { asMended, meetingAlone, withMeeting, type Mended } from "../../../../app/flows/finding/meeting.ts";
import { openOutages } from "../../../../app/log.ts";
import { MeetingsFault } from "../../../../app/ports/meetings.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";

const at = (minute: number) => new Date(Date.UTC(2027, 0, 4, 8, minute));

describe("what is said of a visit whose meeting was looked at", () => {
  const known = (more: Partial<FoundVisit> = {}): FoundVisit => ({
    id: "AAAAAAAAAAAAAAAA" as VisitId,
    connectionId: "lamna",
    departmentId: "clinic",
    location: "loc-1",
    start: at(60),
    end: at(90),
    standing: "on",
    seen: "s",
    firstSeen: at(0),
    changes: 1,
    hasMeeting: true,
    ...more,
  });
  const OF_MEETING: readonly Risk[] = [
    "no-meeting",
    "meeting-not-shown",
    "meeting-gone",
    "meeting-other-times",
    "no-access-policy",
    "meeting-refused",
  ];

  test.each(OF_MEETING)("it is at risk no more because of %s once its meeting is well", (risk) => {
    expect(asMended(known({ risk, meetingGone: at(1) }), {})).toEqual(known());
    expect(asMended(known({ risk }), { risk: "meeting-gone" })).toEqual(known({ risk: "meeting-gone" }));
  });

  test.each<[risk: Risk | undefined, mended: Mended, after: Partial<FoundVisit>]>([
    [
      undefined,
      { risk: "meeting-not-shown", goneSince: at(2) },
      { risk: "meeting-not-shown", meetingGone: at(2) },
    ],
    [
      "foreign-link",
      { risk: "meeting-gone", goneSince: at(2) },
      { risk: "foreign-link", meetingGone: at(2) },
    ],
    ["foreign-link", {}, { risk: "foreign-link" }],
    ["chart-silent", {}, { risk: "chart-silent" }],
  ])("what else is wrong stays said: %s", (risk, mended, after) => {
    const found = known({ meetingGone: at(1), ...(risk !== undefined && { risk }) });
    expect(asMended(found, mended)).toEqual(known(after));
  });

  test("what says nothing that lasts is replaced, too", () => {
    const silent = new Set<Risk>(["chart-silent"]);
    expect(asMended(known({ risk: "chart-silent", meetingGone: at(1) }), {}, silent)).toEqual(known());
    expect(asMended(known({ risk: "chart-silent" }), { risk: "meeting-gone" }, silent).risk).toBe(
      "meeting-gone",
    );
    expect(asMended(known({ risk: "not-let-in" }), {}, silent).risk).toBe("not-let-in");
  });

  test("it is the very same visit where nothing is new, nothing was told, or it does not take place", () => {
    const gone = known({ risk: "meeting-gone", meetingGone: at(1) });
    const away = known({ standing: "away", risk: "not-shown", meetingGone: at(1) });
    for (const [found, mended] of [
      [known(), {}],
      [gone, { risk: "meeting-gone", goneSince: at(1) }],
      [gone, { isUntold: true }],
      [away, { risk: "meeting-gone", goneSince: at(1) }],
    ] as const)
      expect(asMended(found, mended)).toBe(found);
    expect(asMended(gone, { risk: "meeting-gone", goneSince: at(2) })).toEqual({
      ...gone,
      meetingGone: at(2),
    });
  });
});

const later = (reason: string, afterSeconds: number, growsToSeconds?: number) => ({
  later: { kind: "not-now", reason, afterSeconds, ...(growsToSeconds && { growsToSeconds }) },
});

/** A visit that has its meeting, `minutes` minutes before its start, and a Teams whose answers the test sets. */
async function visit(minutes = HOUR) {
  const opened = findingHospital();
  const { deployment, book, look, found } = opened;
  book({ start: deployment.inMinutes(minutes) });
  await look();
  const away = openOutages(deployment.parts.log, "meeting.not_opened", deployment.now);
  const known = await deployment.parts.visits.byId(deployment.visitOf("lamna", "a"));
  if (known === undefined) throw new Error("no visit");
  const alone = async (more: Partial<FoundVisit> = {}) =>
    meetingAlone(deployment.parts, away, { ...(await found()), ...more });
  return { ...opened, away, visit: known, alone };
}

test("a meeting that is as it was asked for has nothing to be said of", async () => {
  const { alone, deployment } = await visit();
  expect(await alone()).toEqual({});
  expect(await alone({ meetingGone: deployment.now() })).toEqual({});
});

test.each([
  ["has no meeting", HOUR, { hasMeeting: false }, 0],
  ["starts in a day", 24 * HOUR, {}, 0],
  ["starts within a day", 24 * HOUR - 1, {}, 1],
] as const)("of a visit that %s the meeting is looked at, or not", async (_, minutes, more, looks) => {
  const { alone, deployment } = await visit(minutes);
  expect(await alone(more)).toEqual(looks === 0 ? { isUntold: true } : {});
  expect(deployment.teams.looks).toBe(looks);
});

test("where Teams has not taken over the new times, the meeting is looked at however far ahead it is", async () => {
  const { alone, chart, deployment, look } = await visit(30 * HOUR);
  deployment.teams.move = () => Promise.reject(new MeetingsFault("not-taken", "it is running"));
  chart.change("a", { start: deployment.inMinutes(40 * HOUR) });
  await look();
  deployment.teams.looks = 0;
  expect(await alone()).toEqual({});
  expect(deployment.teams.looks).toBeGreaterThan(0);
  expect([...deployment.teams.times.values()].map(({ start }) => start)).toEqual([
    deployment.inMinutes(40 * HOUR),
  ]);
});

test.each([
  ["unavailable", { isUntold: true }, { risk: "meeting-not-shown", ...later("meeting.not-shown", 120) }],
  ["refused", { isUntold: true }, { risk: "meeting-not-shown", ...later("meeting.not-shown", 120) }],
  [
    "access-policy",
    { risk: "no-access-policy", ...later("graph.access-policy", 30, 900) },
    { risk: "no-access-policy", ...later("graph.access-policy", 30, 900) },
  ],
] as const)(
  "where Teams says %s to a look, the meeting is taken to be as it was known to be",
  async (reason, well, gone) => {
    const { alone, deployment } = await visit();
    deployment.teams.fault = reason;
    expect(await alone()).toEqual(well);
    const meetingGone = at(-5);
    expect(await alone({ meetingGone })).toEqual({ ...gone, goneSince: meetingGone });
    const lines = deployment.logged.filter((line) => line.includes('"meeting.not_opened"'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "{}")).toMatchObject({ connection: "lamna", department: "lamna-clinic" });
  },
);

test.each([
  [undefined, "not-shown"],
  [119_999, "not-shown"],
  [120_000, "made anew"],
] as const)("one that is gone since %s milliseconds is %s", async (since, what) => {
  const { alone, deployment, visit: known } = await visit();
  deployment.teams.deleted.add(known.meeting.id);
  const goneSince = new Date(deployment.now().getTime() - (since ?? 0));
  const mended = await alone(since === undefined ? {} : { meetingGone: goneSince });
  if (what === "made anew") expect(mended).toEqual({});
  else expect(mended).toEqual({ risk: "meeting-not-shown", ...later("meeting.not-shown", 120), goneSince });
  expect(deployment.teams.made.size).toBe(what === "made anew" ? 2 : 1);
});

test.each<
  [what: string, minutes: number, presence: "in" | "told" | "lapsed" | "trouble" | undefined, isUse: boolean]
>([
  ["nobody knows who is in, and the links are open", 30, undefined, true],
  ["nobody knows who is in, and the links open in a minute", 31, undefined, false],
  ["somebody is in, however early", HOUR, "in", true],
  ["Teams tells that nobody is", 20, "told", false],
  ["Teams tells no more", 20, "lapsed", true],
  ["Teams has trouble telling", 20, "trouble", true],
])("one that is gone is in use, or not, where %s", async (_, minutes, presence, isUse) => {
  const { alone, deployment, visit: known } = await visit(minutes);
  const { presences } = deployment.parts;
  const until = presence === "lapsed" ? deployment.now() : deployment.inMinutes(1);
  if (presence !== undefined)
    await presences.watching(known, {
      subscription: { id: "s", until },
      ...(presence === "trouble" && { trouble: "refused" as const }),
    });
  const people = [{ id: "1", look: "outside", whereabouts: "in" }] as const;
  if (presence === "in")
    await presences.tell(known, { kind: "roster", at: deployment.now(), people }, deployment.now());
  deployment.teams.deleted.add(known.meeting.id);
  const goneSince = deployment.inMinutes(-3);
  expect(await alone({ meetingGone: goneSince })).toEqual(
    isUse ? { risk: "meeting-gone", ...later("meeting.in-use", 300), goneSince } : {},
  );
});

test.each([
  ["gone", "unavailable", { risk: "no-meeting", ...later("graph.unavailable", 30, 600) }, true],
  ["gone", "refused", { risk: "meeting-refused", ...later("graph.refused", 30, 900) }, true],
  ["other", "unavailable", { risk: "meeting-other-times", ...later("graph.unavailable", 30, 600) }, false],
  ["other", "not-taken", { risk: "meeting-other-times", ...later("graph.times-not-taken", 30, 600) }, false],
  ["other", "refused", { risk: "meeting-refused", ...later("graph.refused", 30, 900) }, false],
  ["other", "access-policy", { risk: "no-access-policy", ...later("graph.access-policy", 30, 900) }, false],
] as const)(
  "one that is %s, and that Teams does not mend (%s), is at risk",
  async (look, reason, said, isGone) => {
    const { alone, deployment, visit: known } = await visit();
    const refuse = () => Promise.reject(new MeetingsFault(reason, "Teams says no"));
    if (look === "gone") deployment.teams.deleted.add(known.meeting.id);
    else
      deployment.teams.times.set(known.meeting.id, {
        start: deployment.inMinutes(5),
        end: deployment.inMinutes(6),
      });
    Object.assign(deployment.teams, { open: refuse, move: refuse });
    const goneSince = deployment.inMinutes(-3);
    expect(await alone({ meetingGone: goneSince })).toEqual({ ...said, ...(isGone && { goneSince }) });
  },
);

describe("a visit that is given its meeting", () => {
  const department = departmentOf("lamna");
  const opening = async (fault?: MeetingsFault["reason"]) => {
    const opened = findingHospital();
    const { deployment, found, book } = opened;
    book();
    await deployment.round("finding.near", "lamna");
    const away = openOutages(deployment.parts.log, "meeting.not_opened", deployment.now);
    deployment.teams.fault = fault;
    const { start, end } = await found();
    const facts = { connectionId: "lamna", appointmentId: "a", department, start, end };
    const { expected, ...mended } = await withMeeting(deployment.parts, away, facts, await found());
    return { ...opened, away, facts, expected, mended };
  };

  test("has nothing else to be said of, and what is due by its end is asked for", async () => {
    const { expected, mended, deployment } = await opening();
    expect(expected.visit?.meeting.joinUrl).toContain("teams.example");
    // It had none that could have been looked at.
    expect(mended).toEqual({ isUntold: true });
    const { jobs } = await deployment.parts.jobs.readSlice("open", {
      before: deployment.inMinutes(72 * HOUR),
      limit: 100,
    });
    expect(new Set(jobs.map(({ job }) => job.kind))).toEqual(new Set(["prepare", "usage", "room"]));
  });

  test.each([
    ["unavailable", { risk: "no-meeting", ...later("graph.unavailable", 30, 600) }],
    ["not-taken", { risk: "no-meeting", ...later("graph.times-not-taken", 30, 600) }],
    ["access-policy", { risk: "no-access-policy", ...later("graph.access-policy", 30, 900) }],
    ["refused", { risk: "meeting-refused", ...later("graph.refused", 30, 900) }],
  ] as const)("or has links alone, where Teams says %s", async (reason, said) => {
    const { expected, mended, deployment } = await opening(reason);
    expect([expected.visit, expected.links.people.length]).toEqual([undefined, 2]);
    expect(mended).toEqual({ isUntold: true, ...said });
    expect(deployment.logged.join("")).toContain('"department":"lamna-clinic"');
  });

  test("has its meeting at other times for as long as Teams does not take the new ones", async () => {
    const { facts, away, found, deployment } = await opening();
    deployment.teams.move = () => Promise.reject(new MeetingsFault("not-taken", "it is running"));
    const moved = { ...facts, end: deployment.inMinutes(3 * HOUR) };
    const { expected, ...mended } = await withMeeting(deployment.parts, away, moved, await found());
    expect(expected.visit?.behind).toBeDefined();
    expect(mended).toEqual({
      risk: "meeting-other-times",
      ...later("meeting.behind", 300),
      isUntold: true,
    });
  });
});
