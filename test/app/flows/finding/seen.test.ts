/** What becomes of a visit by what the chart now says of it: rules without a chart, a store or a clock. */
import { describe, expect, test } from "vitest";
import type { DepartmentOf } from "../../../../app/domain/departmentOf.ts";
import type { FoundVisit, Risk } from "../../../../app/domain/found.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import {
  firstSeen,
  isMissedSince,
  isMovedIntoPast,
  lacksTimes,
  notSeen,
  seenAgain,
  seenAs,
  withoutDepartment,
  type Seen,
} from "../../../../app/flows/finding/seen.ts";
import type { SystemAppointment } from "../../../../app/ports/systemEhr.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";

const at = (minute: number) => new Date(Date.UTC(2027, 0, 4, 8, minute));
const NOW = at(0);
const justAfter = (moment: Date) => new Date(moment.getTime() + 1);
const ID = "AAAAAAAAAAAAAAAA" as VisitId;

const clinic = departmentOf("lamna", { id: "clinic" });
const ward = departmentOf("lamna", { id: "ward" });
const departments: DepartmentOf = new Map(
  [["loc-1", clinic] as const, ["loc-2", clinic] as const, ["loc-3", ward] as const].map(
    ([named, department]) => [named, { department, order: 0, named, above: new Set<string>() }],
  ),
);

const appointment: SystemAppointment = {
  id: "a",
  version: "1",
  status: "booked",
  times: { start: at(60), end: at(90), clock: "instant" },
  locations: ["loc-1"],
  isVideo: true,
  patients: ["p"],
  rooms: {
    provider: "to-staff",
    patient: "to-patient",
    order: "documented",
    period: { start: at(60), end: at(90) },
  },
  hints: [],
};
const { times: _times, ...timeless } = appointment;
const { patients: _patients, ...unnamed } = appointment;

const seenOf = (one: SystemAppointment, of: DepartmentOf = departments): Seen =>
  seenAs(
    one,
    of,
    { id: ID, connectionId: "lamna" },
    { said: (said) => said, patients: (ids) => ids.map((id) => "hash of " + id) },
  );
const changed = (more: Partial<SystemAppointment>) => ({ ...appointment, ...more });
const rooms = (more: Partial<SystemAppointment["rooms"]>) => ({ rooms: { ...appointment.rooms, ...more } });

describe("what the chart says of a visit", () => {
  const times = { start: at(60), end: at(90), clock: "instant" } as const;
  const another = new Map([
    ["loc-1", { department: ward, order: 0, named: "loc-1", above: new Set<string>() }],
  ]);

  test("is another text for each thing that decides something, and the same for whatever does not", () => {
    const texts = [
      seenOf(appointment),
      seenOf(changed({ status: "arrived" })),
      seenOf(changed({ isVideo: false })),
      seenOf(changed({ patients: ["q"] })),
      seenOf(unnamed),
      seenOf(timeless),
      seenOf(changed({ times: { ...times, start: at(61) } })),
      seenOf(changed({ times: { ...times, end: at(91) } })),
      seenOf(changed({ locations: ["loc-2"] })),
      seenOf(changed({ locations: ["elsewhere"] })),
      seenOf(appointment, another),
      seenOf(changed(rooms({ provider: "another" }))),
      seenOf(changed(rooms({ patient: "another" }))),
      seenOf(changed(rooms({ order: "other" }))),
      seenOf(changed(rooms({ period: { start: at(61), end: at(90) } }))),
      seenOf(changed(rooms({ period: { start: at(60), end: at(91) } }))),
      seenOf(changed({ rooms: { order: "absent" } })),
    ].map(({ hash }) => hash);
    expect(new Set(texts).size).toBe(texts.length);
    const same = changed({ version: "2", hints: [{ kind: "entries-skipped", count: 1, fields: [] }] });
    expect(seenOf(same).hash).toBe(texts[0]);
    expect(seenOf({ ...appointment }).hash).toBe(texts[0]);
  });

  test("has its department and its times as instants, by the department's clock where it gives no zone", () => {
    expect(seenOf(appointment)).toEqual({
      id: ID,
      connectionId: "lamna",
      appointment,
      where: { location: "loc-1", department: clinic },
      times: { start: at(60), end: at(90) },
      patients: ["hash of p"],
      hash: expect.any(String) as string,
    });
    const wall = changed({ times: { ...times, clock: "wall" } });
    // In Chicago it is six hours earlier.
    expect(seenOf(wall).times).toEqual({ start: at(60 + 6 * 60), end: at(90 + 6 * 60) });
    expect(seenOf({ ...wall, locations: ["elsewhere"] }).times).toEqual({ start: at(60), end: at(90) });
    expect(seenOf(timeless)).not.toHaveProperty("times");
    expect(seenOf(changed({ locations: ["elsewhere"] }))).not.toHaveProperty("where");
    expect(seenOf(changed({ locations: [] }))).not.toHaveProperty("where");
  });

  test.each<[what: string, one: SystemAppointment]>([
    ["is no video visit", { ...appointment, isVideo: false }],
    ["names no patient", { ...appointment, patients: [] }],
    ["says nothing of patients", unnamed],
  ])("has no patient where the appointment %s", (_, one) => {
    expect(seenOf(one)).not.toHaveProperty("patients");
  });

  test.each([
    ["a visit", timeless, true],
    ["one with times", appointment, false],
    ["one that is not at our locations", { ...timeless, locations: ["elsewhere"] }, false],
    ["one that is no video visit", { ...timeless, isVideo: false }, false],
    ["one that is cancelled", { ...timeless, status: "cancelled" }, false],
    ["one that was missed", { ...timeless, status: "noshow" }, false],
    ["one that nobody has booked", { ...timeless, status: "proposed" }, false],
  ] as const)("lacks times or does not: %s", (_, one, lacks) => {
    expect(lacksTimes(seenOf(one))).toBe(lacks);
  });
});

describe("a visit that nobody has found before", () => {
  test("is kept as it is, and told as new", () => {
    const seen = seenOf(appointment);
    expect(firstSeen(seen, NOW)).toEqual({
      change: "new",
      found: {
        id: ID,
        connectionId: "lamna",
        departmentId: "clinic",
        location: "loc-1",
        start: at(60),
        end: at(90),
        patients: ["hash of p"],
        standing: "on",
        seen: seen.hash,
        firstSeen: NOW,
        changes: 0,
        hasMeeting: false,
      },
    });
    expect(firstSeen(seenOf(unnamed), NOW)?.found.patients).toEqual([]);
  });

  test("is told to nobody once it is over, which it is at its end", () => {
    const seen = seenOf(appointment);
    expect(firstSeen(seen, at(90))).toEqual({
      found: expect.objectContaining({ risk: "found-over", late: "found-over", standing: "on" }) as unknown,
    });
    const before = firstSeen(seen, new Date(at(90).getTime() - 1));
    expect(before?.change).toBe("new");
    expect(before?.found).not.toHaveProperty("risk");
    expect(before?.found).not.toHaveProperty("late");
  });

  test.each([
    ["is not at our locations", changed({ locations: ["elsewhere"] })],
    ["says no time", timeless],
    ["is cancelled", changed({ status: "cancelled" })],
    ["was missed", changed({ status: "noshow" })],
    ["is on a waiting list", changed({ status: "waitlist" })],
    ["is no video visit", changed({ isVideo: false })],
  ])("is none where it %s", (_, one) => {
    expect(firstSeen(seenOf(one), NOW)).toBeUndefined();
  });
});

const known = (more: Partial<FoundVisit> = {}): FoundVisit => ({
  id: ID,
  connectionId: "lamna",
  departmentId: "clinic",
  location: "loc-1",
  start: at(60),
  end: at(90),
  patients: ["hash of p"],
  standing: "on",
  seen: seenOf(appointment).hash,
  firstSeen: at(-60),
  changes: 1,
  hasMeeting: true,
  ...more,
});
const later = changed({ times: { start: at(70), end: at(100), clock: "instant" } });
const over = changed({ times: { start: at(-90), end: NOW, clock: "instant" } });
const again = (found: FoundVisit, one: SystemAppointment, now = NOW) => seenAgain(found, seenOf(one), now);

test("only a status that says so brings back a visit that does not take place by its status", () => {
  const unread = changed({ status: "unknown" });
  for (const found of [
    known({ standing: "cancelled" }),
    known({ standing: "missed" }),
    known({ standing: "away", risk: "not-booked" }),
    known({ standing: "away", risk: "not-shown", wasCancelled: true }),
  ]) {
    expect(again(found, unread)).toEqual({ found });
    expect(again(found, changed({ status: "pending" })).found.standing).toBe("on");
  }
  expect(again(known(), unread).found.standing).toBe("on");
  for (const risk of ["not-shown", "left-locations", "department-unknown", "not-video"] as const)
    expect(again(known({ standing: "away", risk }), unread).found.standing).toBe("on");
  expect(firstSeen(seenOf(unread), NOW)?.found.standing).toBe("on");
});

describe("a visit that was found before", () => {
  test("is the very same where nothing has changed, and another where anything has", () => {
    const found = known();
    expect(again(found, appointment)).toEqual({ found });
    expect(again(found, appointment).found).toBe(found);
    // The chart says what it said, and still it stands otherwise by now, or its patients were not kept.
    const { patients: _, ...before } = found;
    for (const one of [known({ standing: "away", risk: "not-shown" }), before, known({ seen: "other" })]) {
      expect(again(one, appointment).found).not.toBe(one);
      expect(again(one, appointment).found).toEqual(found);
    }
  });

  test("goes where and when the chart says, and stays where and when it was as far as the chart says nothing", () => {
    const moved = again(known(), { ...later, locations: ["loc-3"] });
    expect(moved).toEqual({
      change: "moved",
      found: expect.objectContaining({
        departmentId: "ward",
        location: "loc-3",
        start: at(70),
        end: at(100),
        seen: seenOf({ ...later, locations: ["loc-3"] }).hash,
      }) as unknown,
    });
    const elsewhere = again(known(), { ...timeless, locations: ["elsewhere"] });
    expect(elsewhere).toEqual({
      found: expect.objectContaining({
        departmentId: "clinic",
        location: "loc-1",
        start: at(60),
        end: at(90),
        standing: "away",
        risk: "left-locations",
      }) as unknown,
    });
  });

  test.each<[what: string, found: Partial<FoundVisit>, one: SystemAppointment, change: string | undefined]>([
    ["it starts later", {}, later, "moved"],
    ["it ends later", {}, changed({ times: { start: at(60), end: at(99), clock: "instant" } }), undefined],
    ["it is another patient's", {}, changed({ patients: ["q"] }), "new"],
    ["it is the first patient's", { patients: [] }, changed({ patients: ["q"] }), "new"],
    ["it is still nobody's", { patients: [] }, { ...unnamed, locations: ["bed"] }, undefined],
    ["it is nobody's any more", {}, { ...unnamed, locations: ["bed"] }, undefined],
    ["it has another patient besides", {}, changed({ patients: ["p", "q"] }), "new"],
    ["its patient was not kept", { patients: undefined } as object, changed({ patients: ["q"] }), undefined],
    ["the chart names nobody any more", {}, unnamed, undefined],
    ["it is cancelled", {}, changed({ status: "cancelled" }), "cancelled"],
    [
      "it was cancelled already",
      { standing: "cancelled" },
      changed({ status: "entered-in-error" }),
      undefined,
    ],
    [
      "it is cancelled again after it was away",
      { standing: "away", wasCancelled: true },
      changed({ status: "cancelled" }),
      undefined,
    ],
    ["it is on again", { standing: "cancelled" }, appointment, "new"],
    ["it is on again after it was away", { standing: "away", wasCancelled: true }, appointment, "new"],
    [
      "it comes back and was never cancelled",
      { standing: "away", risk: "not-shown" },
      appointment,
      undefined,
    ],
    ["it comes back later", { standing: "away", risk: "not-shown" }, later, "moved"],
    ["it comes back as it was while it was away", { standing: "away", wasAt: at(50) }, appointment, "moved"],
    [
      "it comes back as it was before",
      { standing: "away", start: at(70), wasAt: at(60) },
      appointment,
      undefined,
    ],
    ["the patient missed it", {}, changed({ status: "noshow" }), undefined],
    ["it has moved into the past", {}, over, undefined],
    [
      "it is cancelled after its end",
      { start: at(-60), end: at(-30) },
      { ...timeless, status: "cancelled" },
      undefined,
    ],
  ])("what patients are told where %s", (_, found, one, change) => {
    expect(again(known(found), one).change).toBe(change);
  });

  test.each<[what: string, found: Partial<FoundVisit>, one: SystemAppointment, was: Date | undefined]>([
    ["away at another time", {}, { ...later, status: "waitlist" }, at(60)],
    ["missed at another time", {}, { ...later, status: "noshow" }, at(60)],
    ["away at its own time", {}, changed({ status: "waitlist" }), undefined],
    [
      "away at yet another time",
      { standing: "away", wasAt: at(50) },
      { ...later, status: "waitlist" },
      at(50),
    ],
    [
      "away, and back at its time",
      { standing: "away", start: at(70), wasAt: at(60) },
      changed({ isVideo: false }),
      undefined,
    ],
    ["on at another time", {}, later, undefined],
    ["on again", { standing: "away", wasAt: at(50) }, appointment, undefined],
    ["cancelled", { standing: "away", wasAt: at(50) }, changed({ status: "cancelled" }), undefined],
  ])("remembers when it was believed to be where it is %s", (_, found, one, was) => {
    const next = again(known(found), one).found;
    expect("wasAt" in next).toBe(was !== undefined);
    if (was !== undefined) expect(next.wasAt).toEqual(was);
  });

  test("is cancelled at the times at which its patient would come", () => {
    const off = { ...later, status: "cancelled" } as const;
    expect(again(known(), off)).toMatchObject({ change: "cancelled", found: { start: at(60), end: at(90) } });
    const away = known({ standing: "away", start: at(70), end: at(95), wasAt: at(50) });
    expect(again(away, off)).toMatchObject({ change: "cancelled", found: { start: at(50), end: at(75) } });
    expect(again(known(), { ...over, status: "cancelled" }).change).toBe("cancelled");
  });

  test("keeps whose it was while it does not take place", () => {
    const off = { ...changed({ patients: ["q"] }), status: "cancelled" } as const;
    expect(again(known(), off).found.patients).toEqual(["hash of p"]);
    expect(again(known(), unnamed).found.patients).toEqual(["hash of p"]);
    expect(again(known(), changed({ patients: ["q"] })).found.patients).toEqual(["hash of q"]);
    const { patients: _, ...before } = known();
    expect(again(before, { ...unnamed, isVideo: false }).found).not.toHaveProperty("patients");
  });

  test.each<[before: Risk | undefined, one: SystemAppointment, after: Risk | undefined]>([
    ["foreign-link", later, "foreign-link"],
    ["not-shown", later, undefined],
    ["left-locations", later, undefined],
    ["department-unknown", later, undefined],
    ["not-video", later, undefined],
    ["not-booked", later, undefined],
    ["foreign-link", changed({ status: "cancelled" }), undefined],
    ["foreign-link", changed({ status: "noshow" }), undefined],
    ["foreign-link", changed({ isVideo: false }), "not-video"],
    ["not-video", changed({ status: "waitlist" }), "not-booked"],
    [undefined, changed({ locations: ["elsewhere"] }), "left-locations"],
    [undefined, later, undefined],
  ])(
    "at risk because of %s, is by the next look at risk because of what is so then",
    (before, one, after) => {
      const { found } = again(known(before === undefined ? {} : { risk: before }), one);
      expect(found.risk).toBe(after);
      expect("risk" in found).toBe(after !== undefined);
    },
  );

  test.each<[what: string, found: Partial<FoundVisit>, one: SystemAppointment, isKept: boolean]>([
    ["moved", {}, later, true],
    ["back", { standing: "away" }, appointment, false],
    ["moved into the past", {}, over, false],
    ["cancelled", {}, changed({ status: "cancelled" }), true],
  ])("counts as prepared for what it was when it is %s, or does not", (_, found, one, isKept) => {
    const next = again(known({ prepared: "before", ...found }), one).found;
    expect("prepared" in next).toBe(isKept);
    if (isKept) expect(next.prepared).toBe("before");
  });
  test("that was never prepared has nothing that says so", () => {
    expect(again(known(), later).found).not.toHaveProperty("prepared");
  });

  test.each<[what: string, one: SystemAppointment, isKept: boolean]>([
    ["its end alone", changed({ times: { start: at(60), end: at(99), clock: "instant" } }), true],
    ["its start, while it is away", { ...later, status: "waitlist" }, true],
    ["its start", later, false],
    ["its patient", changed({ patients: ["q"] }), false],
    ["that it is cancelled", changed({ status: "cancelled" }), false],
  ])(
    "of which a message was too late says so on until there is something else to be told: %s",
    (_, one, isKept) => {
      expect("isUntold" in again(known({ isUntold: true }), one).found).toBe(isKept);
      expect(again(known(), one).found).not.toHaveProperty("isUntold");
    },
  );

  test.each<[what: string, found: Partial<FoundVisit>, one: SystemAppointment, was: boolean]>([
    ["away", { standing: "cancelled" }, changed({ status: "waitlist" }), true],
    ["missed", { standing: "cancelled" }, changed({ status: "noshow" }), true],
    ["away for another reason", { standing: "away", wasCancelled: true }, changed({ isVideo: false }), true],
    ["on", { standing: "away", wasCancelled: true }, appointment, false],
    ["cancelled", { standing: "away", wasCancelled: true }, changed({ status: "cancelled" }), false],
    ["away without having been cancelled", {}, changed({ status: "waitlist" }), false],
  ])("that was cancelled and is %s by now is remembered as that, or need not be", (_, found, one, was) => {
    const next = again(known(found), one).found;
    expect("wasCancelled" in next).toBe(was);
    if (was) expect(next.wasCancelled).toBe(true);
  });
});

test.each<[what: string, end: Date, standing: FoundVisit["standing"], after: Date, is: boolean]>([
  ["to what is over at this moment", at(90), "on", NOW, true],
  ["to what ends a moment later", at(90), "on", justAfter(NOW), false],
  ["and the patient has missed it", at(90), "missed", NOW, true],
  ["and it is cancelled", at(90), "cancelled", NOW, false],
  ["and it is away", at(90), "away", NOW, false],
  ["a moment before its end", justAfter(NOW), "on", NOW, true],
  ["when it was over already", NOW, "on", at(-10), false],
])("a visit was moved into the past, or not: %s", (_, before, standing, end, is) => {
  expect(isMovedIntoPast(known({ end: before }), { standing, end }, NOW)).toBe(is);
});

test.each<[what: string, since: Date, after: Partial<FoundVisit>, is: boolean]>([
  ["it took place since", at(-31), {}, true],
  ["it was over when the chart was read last", at(-30), {}, false],
  ["it does not take place", at(-31), { standing: "missed" }, false],
  ["it is to come", at(-31), { end: at(1) }, false],
])("what was moved and took place unnoticed was missed, or was not: %s", (_, since, after, is) => {
  expect(isMissedSince(since, known(), known({ end: at(-30), ...after }), NOW)).toBe(is);
});

test("what the chart does not show any more is away, unless it is known to be cancelled", () => {
  expect(notSeen(known())).toEqual(known({ standing: "away", risk: "not-shown" }));
  expect(notSeen(known({ standing: "away", risk: "not-video" }))).toEqual(
    known({ standing: "away", risk: "not-shown" }),
  );
  expect(notSeen(known({ risk: "not-shown" })).standing).toBe("away");
  for (const found of [known({ standing: "cancelled" }), known({ standing: "away", risk: "not-shown" })])
    expect(notSeen(found)).toBe(found);
});

test("what was missed and is not shown stays missed, unless somebody was told otherwise of it", () => {
  const missed = known({ standing: "missed" });
  expect(notSeen(missed)).toBe(missed);
  expect(notSeen(missed, { isContradicted: true })).toEqual(known({ standing: "away", risk: "not-shown" }));
  expect(notSeen(known(), { isContradicted: true }).standing).toBe("away");
});

test("a visit without a department is away where it was to take place, and as it was otherwise", () => {
  expect(withoutDepartment(known())).toEqual(known({ standing: "away", risk: "department-unknown" }));
  const missed = known({ standing: "missed" });
  expect(withoutDepartment(missed)).toBe(missed);
});
