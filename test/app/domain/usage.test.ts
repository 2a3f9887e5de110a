/** What the reports count of a visit, depending on who was there. */
import { expect, test } from "vitest";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import { METRICS } from "../../../app/domain/metrics.ts";
import { NOBODY, toldOf, type Look, type Whereabouts, type Presence } from "../../../app/domain/presence.ts";
import { meetingOf, since, staysSince } from "../../../app/domain/stays.ts";
import { measured, type MessageCount, type Usage } from "../../../app/domain/usage.ts";

const at = (minute: number) => new Date(Date.parse("2027-01-12T15:00:00Z") + minute * 60_000);
const ORGANIZER = "organizer";

type Step = readonly [minute: number, who: string, whereabouts: Whereabouts];
const LOOKS: Readonly<Record<string, Look>> = {
  s: "staff",
  t: "phone",
  o: "outside",
  a: "attendee",
  u: "unnamed",
};

/**
 * Whose name begins with s is of the staff, with t on the telephone, a and u are not named; `s1b` is account s1 with
 * another device.
 */
function presence(steps: readonly Step[], ends: readonly number[] = []): Presence {
  const told = steps.map(([minute, who, whereabouts]) => {
    const look = LOOKS[who.slice(0, 1)] ?? "outside";
    const account = look === "staff" ? { account: who.slice(0, 2) } : {};
    return { at: at(minute), isEnd: false, people: [{ key: who, look, whereabouts, ...account }] };
  });
  const over = ends.map((minute) => ({ at: at(minute), isEnd: true, people: [] }));
  return [...told, ...over].reduce(toldOf, NOBODY);
}

const usage = (
  steps: readonly Step[],
  ends: readonly number[] = [],
  messages: readonly MessageCount[] = [],
) =>
  ({
    ...measured(meetingOf(presence(steps, ends)), { organizer: ORGANIZER, opened: ["s1", "s2", "s3"] }),
    id: "AAAAAAAAAAAAAAAA" as VisitId,
    connectionId: "lamna",
    departmentId: "clinic",
    start: at(0),
    end: at(30),
    source: "presence",
    messages,
  }) satisfies Usage;

const USUAL: readonly Step[] = [
  [-5, "o1", "lobby"],
  [-2, "s1", "in"],
  [1, "o1", "in"],
  [20, "o1", "left"],
  [22, "s1", "left"],
];

test("a usual visit: the two reports' starts and durations differ as they are defined", () => {
  const visit = usage(USUAL, [22]);
  expect(METRICS.start.of(visit)).toEqual(at(1));
  expect(METRICS.opened.of(visit)).toEqual(at(-2));
  expect(METRICS.duration.of(visit)).toBe(21 * 60);
  expect(METRICS.usageDuration.of(visit)).toBe(21 * 60);
  expect(METRICS.lobbyWait.of(visit)).toBe(6 * 60);
  expect(visit).toMatchObject({ outcome: "completed", attendees: 2, atOnce: 2 });
  expect(visit.staff).toEqual([{ account: "s1", seconds: 19 * 60 }]);
});

const OUTCOMES: readonly (readonly [string, readonly Step[], string, string, string | undefined])[] = [
  ["staff alone", [[0, "s1", "in"]], "patient-absent", "No show", "No show"],
  [
    "two of the staff alone",
    [
      [0, "s1", "in"],
      [1, "s2", "in"],
    ],
    "patient-absent",
    "No show",
    undefined,
  ],
  ["a patient in the lobby alone", [[0, "o1", "lobby"]], "staff-absent", "No show", undefined],
  ["a patient inside alone", [[0, "o1", "in"]], "staff-absent", "No show", undefined],
  [
    "one after the other",
    [
      [0, "o1", "lobby"],
      [5, "o1", "left"],
      [6, "s1", "in"],
    ],
    "not-together",
    "No show",
    undefined,
  ],
  ["nobody", [], "nobody-came", "No show", undefined],
  ["both", USUAL, "completed", "Completed", "Completed"],
];
test.each(OUTCOMES)(
  "%s: a visit that one side joined is a no-show and not missing",
  (_who, steps, outcome, status, inUsageReport) => {
    const visit = usage(steps, [40]);
    expect(visit.outcome).toBe(outcome);
    expect(METRICS.status.of(visit)).toMatch(new RegExp("^" + status));
    expect(METRICS.usageStatus.of(visit)).toBe(inUsageReport);
    expect(METRICS.isCompleted.of(visit)).toBe(status === "Completed");
    expect(METRICS.isNoShow.of(visit)).toBe(status === "No show");
    expect(METRICS.duration.of(visit) !== undefined).toBe(status === "Completed");
    if (status !== "Completed") expect(METRICS.usageDuration.of(visit)).toBe(0);
  },
);

const [STAFF, GUEST]: readonly Step[] = [
  [0, "s1", "in"],
  [0, "o1", "in"],
];
test.each([
  ["staff and one of unknown side", [STAFF, [1, "u1", "in"]], "not-known", "not known"],
  ["a guest and one of unknown side", [GUEST, [1, "u1", "in"]], "not-known", "not known"],
  ["one of unknown side", [[1, "u1", "in"]], "not-known", "not known"],
  ["staff, and one of unknown side who waits", [STAFF, [1, "u1", "lobby"]], "not-together", "video"],
  [
    "staff and one who waited",
    [
      [-5, "u1", "lobby"],
      [-2, "s1", "in"],
      [1, "u1", "in"],
    ],
    "completed",
    "not known",
  ],
  [
    "one who waited, and came in twice",
    [
      [-5, "u1", "lobby"],
      [1, "u1", "in"],
      [2, "u1", "left"],
      [3, "u1", "in"],
    ],
    "staff-absent",
    "not known",
  ],
  ["both, and one of unknown side", [STAFF, GUEST, [1, "u1", "in"]], "completed", "not known"],
  ["staff and one who attends", [STAFF, [1, "a1", "in"]], "completed", "not known"],
  ["one who attends", [[1, "a1", "in"]], "staff-absent", "not known"],
] as readonly (readonly [string, readonly Step[], string, string])[])(
  "%s: nobody whom Teams does not name is taken for a guest or for staff",
  (_who, steps, outcome, way) => {
    const visit = usage(steps, [40]);
    expect([visit.outcome, METRICS.wayOfJoining.of(visit)]).toEqual([outcome, way]);
  },
);

test("whom a report does not name looks as they were told to come, unless that may have been somebody else", () => {
  const told = presence(
    [
      [0, "s1", "in"],
      [3, "t1", "in"],
      [8, "o1", "in"],
      [8.5, "t2", "in"],
    ],
    [30],
  );
  const stay = (who: string, look: Look, from: number) => ({ who, look, from: at(from), to: at(30) });
  const reported = [
    stay("s1", "staff", 0),
    stay("r1", "attendee", 3.2),
    stay("r2", "unnamed", 2.9),
    stay("r3", "attendee", 8),
    stay("r4", "attendee", 15),
    stay("r5", "unnamed", 0),
  ];
  const looks = meetingOf(told, reported).stays.map(({ look }) => look);
  expect(looks).toEqual(["staff", "phone", "phone", "attendee", "attendee", "unnamed"]);
});

test("whom neither a report nor anything told live names, and who waited, is of the other side", () => {
  const told = presence(
    [
      [-5, "u1", "lobby"],
      [0, "s1", "in"],
      [1, "u1", "in"],
    ],
    [30],
  );
  const stay = (who: string, look: Look, from: number) => ({ who, look, from: at(from), to: at(30) });
  const known = { organizer: ORGANIZER, opened: ["s1"] };
  const outcomeWith = (from: number) =>
    measured(meetingOf(told, [stay("s1", "staff", 0), stay("r1", "unnamed", from)]), known).outcome;
  expect(outcomeWith(1.2)).toBe("completed");
  expect(outcomeWith(9)).toBe("not-known");
});

test("attendees in total and at most at once are two numbers", () => {
  const visit = usage(
    [
      [0, "s1", "in"],
      [1, "o1", "in"],
      [5, "o1", "left"],
      [6, "o2", "in"],
      [7, "t1", "in"],
      [8, "o2", "left"],
      [30, "s1", "left"],
    ],
    [31],
  );
  expect(METRICS.attendees.of(visit)).toBe(4);
  expect(METRICS.atOnce.of(visit)).toBe(3);
  expect(METRICS.wayOfJoining.of(visit)).toBe("video and phone");
});

test("an account with two devices, or that comes again, is one attendee and its time counts once", () => {
  const visit = usage(
    [
      [0, "s1a", "in"],
      [2, "o1", "in"],
      [5, "s1b", "in"],
      [10, "s1a", "left"],
      [12, "s1b", "left"],
      [20, "s1c", "in"],
      [25, "s1c", "left"],
    ],
    [30],
  );
  expect(visit).toMatchObject({ attendees: 2, atOnce: 2, staff: [{ account: "s1", seconds: 900 }] });
});

test("an account whose earlier device was told of later has the time of both", () => {
  const visit = usage(
    [
      [0, "o1", "in"],
      [10, "s1a", "in"],
      [0, "s1b", "in"],
      [5, "s1b", "left"],
      [20, "s1a", "left"],
    ],
    [30],
  );
  expect(visit).toMatchObject({ staff: [{ account: "s1", seconds: 900 }] });
});

test("the department's own account is nobody's: it is counted, and never the one who saw the patient", () => {
  const steps: readonly Step[] = [[0, ORGANIZER.slice(0, 2), "in"]];
  const people = presence([...steps, [1, "o1", "in"]]).people.map((one) =>
    one.account === undefined ? one : { ...one, account: ORGANIZER },
  );
  expect(people).toHaveLength(2);
  const staffed = people.map((one) =>
    one.key.startsWith("or") ? { ...one, look: "staff" as const, account: ORGANIZER } : one,
  );
  const visit = measured(meetingOf({ people: staffed, ends: [at(10)] }), {
    organizer: ORGANIZER,
    opened: [],
  });
  expect(visit).toMatchObject({ outcome: "completed", staff: [] });
});

test("whoever never left by what was told stayed until the last thing that was told; an end ends every stay", () => {
  const untold = usage([
    [0, "s1", "in"],
    [2, "o1", "in"],
    [17, "o2", "lobby"],
  ]);
  expect(METRICS.duration.of(untold)).toBe(15 * 60);
  const ended = usage(
    [
      [0, "s1", "in"],
      [2, "o1", "in"],
    ],
    [10],
  );
  expect(METRICS.duration.of(ended)).toBe(8 * 60);
  const again = usage(
    [
      [0, "s1", "in"],
      [2, "o1", "in"],
      [12, "o1", "in"],
      [20, "o1", "left"],
    ],
    [10, 20],
  );
  expect(again.over).toEqual(at(20));
  expect(again.staff).toEqual([{ account: "s1", seconds: 480 }]);
});

test("they met also where that somebody was let in is the last thing that was told", () => {
  const visit = usage([
    [0, "s1", "in"],
    [1, "o1", "lobby"],
    [3, "o1", "in"],
  ]);
  expect(visit).toMatchObject({ outcome: "completed", attendees: 2, atOnce: 2, together: at(3) });
});

test("who waits in vain has no wait that ended, and staff who wait are not counted", () => {
  expect(
    METRICS.lobbyWait.of(
      usage(
        [
          [0, "o1", "lobby"],
          [5, "o1", "left"],
        ],
        [6],
      ),
    ),
  ).toBeUndefined();
  expect(
    METRICS.lobbyWait.of(
      usage(
        [
          [0, "s1", "lobby"],
          [1, "o1", "lobby"],
          [3, "s1", "in"],
          [4, "o1", "in"],
        ],
        [9],
      ),
    ),
  ).toBe(180);
});

const message = (
  kind: MessageCount["kind"],
  state: string,
  way: MessageCount["way"] = "text",
): MessageCount => ({ kind, state, way, count: 1 });
const REACHED: readonly (readonly [string, readonly MessageCount[], string])[] = [
  ["nothing was sent", [], "not told"],
  ["a guest alone was told", [message("guest-link", "delivered")], "not told"],
  [
    "one failed and one arrived",
    [message("reminder", "failed"), message("link", "delivered", "mail")],
    "yes",
  ],
  ["one was handed over", [message("reminder", "accepted"), message("confirmation", "failed")], "not known"],
  ["all failed or were withheld", [message("reminder", "failed"), message("update", "withheld")], "no"],
];
test.each(REACHED)("reached, where %s", (_how, messages, reached) => {
  expect(METRICS.reached.of(usage(USUAL, [], messages))).toBe(reached);
});

test("texts and e-mails that left are counted, not those that were withheld", () => {
  const visit = usage(
    USUAL,
    [],
    [
      { ...message("reminder", "delivered"), count: 2 },
      message("link", "failed"),
      message("update", "withheld"),
      message("guest-link", "accepted", "mail"),
    ],
  );
  expect(METRICS.texts.of(visit)).toBe(3);
  expect(METRICS.mails.of(visit)).toBe(1);
});

test("each number has a name of its own and says what it is", () => {
  const all = Object.values(METRICS);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  for (const { says } of all) expect(says).toMatch(/^[A-Z].{30,}\.$/s);
});

test.each([
  [
    "beside a known clinician",
    [
      [1, "s1", "in"],
      [2, "s9", "in"],
      [20, "s9", "left"],
      [20, "s1", "left"],
    ],
    "not-known",
  ],
  [
    "alone",
    [
      [2, "s9", "in"],
      [20, "s9", "left"],
    ],
    "not-known",
  ],
  [
    "who waits in vain",
    [
      [2, "s9", "lobby"],
      [20, "s9", "left"],
    ],
    "not-known",
  ],
  [
    "beside staff and a guest",
    [
      [1, "s1", "in"],
      [2, "s9", "in"],
      [3, "o1", "in"],
      [20, "s9", "left"],
    ],
    "completed",
  ],
] as const)(
  "an employee whom the visit does not know as staff, %s, is reported by no account",
  (_how, steps, outcome) => {
    const visit = usage(steps, [20]);
    expect(visit.outcome).toBe(outcome);
    expect(visit.staff.map(({ account }) => account)).not.toContain("s9");
  },
);

const whoIs = (steps: readonly Step[], ends: readonly number[], from: number) =>
  since(presence(steps, ends), at(from)).people.map(({ key, moments }) => [
    key,
    ...moments.map((moment) => [(moment.at.getTime() - at(0).getTime()) / 60_000, moment.whereabouts]),
  ]);

test.each<[what: string, steps: readonly Step[], ends: readonly number[], left: unknown]>([
  ["who came before and is there has come then", [[-5, "o1", "in"]], [], [["o1", [0, "in"]]]],
  [
    "who waits waits since then",
    [
      [-5, "o1", "lobby"],
      [3, "o1", "in"],
    ],
    [],
    [["o1", [0, "lobby"], [3, "in"]]],
  ],
  [
    "who has left is not there",
    [
      [-5, "o1", "in"],
      [-1, "o1", "left"],
    ],
    [],
    [],
  ],
  ["who came at that very moment came then", [[0, "o1", "in"]], [], [["o1", [0, "in"]]]],
  ["who came four hours before may be there still", [[-240, "o1", "in"]], [], [["o1", [0, "in"]]]],
  ["who came longer before is taken to have left", [[-240.02, "o1", "in"]], [], []],
  ["whose call has ended meanwhile is not there", [[-5, "o1", "in"]], [-2], []],
  ["whose call ended in the moment in which they came is not there", [[-5, "o1", "in"]], [-5], []],
  ["whose call ended before they came is there", [[-5, "o1", "in"]], [-6], [["o1", [0, "in"]]]],
  ["whose call ends at that very moment is there until then", [[-5, "o1", "in"]], [0], [["o1", [0, "in"]]]],
])("of what was told before a visit was moved: %s", (_what, steps, ends, left) => {
  expect(whoIs(steps, ends, 0)).toEqual(left);
});

test("ends before are gone, and one at that moment counts", () => {
  const { ends } = since(presence([[1, "o1", "in"]], [-1, 0, 5]), at(0));
  expect(ends).toEqual([at(0), at(5)]);
});

test("stays are cut to what was after the visit was moved", () => {
  const stay = (from: number, to: number) => ({
    who: "o1",
    look: "outside" as const,
    from: at(from),
    to: at(to),
  });
  expect(staysSince([stay(-9, -1), stay(-9, 0), stay(-9, 5), stay(0, 5), stay(2, 5)], at(0))).toEqual([
    stay(0, 5),
    stay(0, 5),
    stay(2, 5),
  ]);
});
