import { describe, expect, test } from "vitest";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import {
  invited,
  linkState,
  listed,
  MOST_GUESTS,
  present,
  renewed,
  VisitFull,
  wantsOwnMeeting,
  type Visit,
} from "../../../app/domain/visit.ts";

const rules = { opensMinutesBefore: 30, closesMinutesAfter: 240 };
const at = (time: string) => new Date("2026-12-01T" + time + ":00Z");
const visit: Visit = {
  id: "AAAAAAAAAAAAAAAA" as VisitId,
  kind: "appointment",
  connectionId: "lamna",
  departmentId: "cardiology",
  start: at("15:00"),
  end: at("15:30"),
  state: "open",
  organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
  meeting: { id: "m", joinUrl: "https://teams.example/j" },
  people: [{ number: 0, role: "patient", generation: 2 }],
  epoch: 77,
};

describe("a patient's link", () => {
  test.each([
    ["14:29", "early"],
    ["14:30", "open"],
    ["15:00", "open"],
    ["19:30", "open"],
    ["19:31", "over"],
  ])("at %s for a visit from 15:00 to 15:30 is %s", (time, state) => {
    expect(linkState(visit, { person: 0, generation: 2, epoch: 77 }, rules, at(time))).toBe(state);
  });

  test("is revoked when a newer one was made, and for people the visit does not know", () => {
    expect(linkState(visit, { person: 0, generation: 1, epoch: 77 }, rules, at("15:00"))).toBe("revoked");
    expect(linkState(visit, { person: 1, generation: 0, epoch: 77 }, rules, at("15:00"))).toBe("revoked");
  });

  test("is revoked when the record was made anew after it, and when one of the two has no epoch", () => {
    const standing = (epoch: number | undefined, claimed: { epoch?: number }) => {
      const { epoch: _own, ...without } = visit;
      const kept = epoch === undefined ? without : { ...visit, epoch };
      return linkState(kept, { person: 0, generation: 2, ...claimed }, rules, at("15:00"));
    };
    expect(standing(78, { epoch: 77 })).toBe("revoked");
    expect(standing(77, {})).toBe("revoked");
    expect(standing(undefined, { epoch: 77 })).toBe("revoked");
    expect(standing(undefined, {})).toBe("open");
  });

  test.each([
    ["10:00", "open", "doubted"],
    ["15:00", "open", "doubted"],
    ["19:31", "open", "over"],
    ["15:00", "ended", "over"],
    ["10:00", "cancelled", "cancelled"],
  ] as const)("at %s, while nobody knows whose the visit is, which is %s, is %s", (time, state, isSaid) => {
    const doubted = { ...visit, state, doubted: at("09:00") };
    expect(linkState(doubted, { person: 0, generation: 2, epoch: 77 }, rules, at(time))).toBe(isSaid);
    expect(linkState(doubted, { person: 0, generation: 1, epoch: 77 }, rules, at(time))).toBe("revoked");
  });

  test("says so when the visit is cancelled or ended, whatever the time", () => {
    expect(
      linkState(
        { ...visit, state: "cancelled" },
        { person: 0, generation: 2, epoch: 77 },
        rules,
        at("10:00"),
      ),
    ).toBe("cancelled");
    expect(
      linkState({ ...visit, state: "ended" }, { person: 0, generation: 2, epoch: 77 }, rules, at("15:10")),
    ).toBe("over");
  });
});

describe("the people of a visit", () => {
  test("guests get numbers of their own; the patient is number 0", () => {
    const two = invited(invited(visit, "interpreter"), "relative");
    expect(two.people.map(({ number, role }) => [number, role])).toEqual([
      [0, "patient"],
      [1, "interpreter"],
      [2, "relative"],
    ]);
  });

  test("a visit takes a bounded number of guests", () => {
    let full = visit;
    for (let guest = 0; guest < MOST_GUESTS; guest++) full = invited(full, "guest");
    expect(() => invited(full, "guest")).toThrow(VisitFull);
  });

  test("whom the chart names counts among those who are there, not among those who were given a link", () => {
    const named = { number: 1, role: "interpreter", generation: 0, ofChart: true } as const;
    const gone = { number: 2, role: "guest", generation: 0, removed: true } as const;
    const both = { people: [...visit.people, named, gone] };
    expect([present(both), listed(both)].map((all) => all.map(({ number }) => number))).toEqual([
      [0, 1],
      [0],
    ]);
  });

  test("a new link revokes that person's alone", () => {
    const after = renewed(invited(visit, "interpreter"), 0);
    expect(after.people).toEqual([
      { number: 0, role: "patient", generation: 3 },
      { number: 1, role: "interpreter", generation: 0 },
    ]);
  });

  test("after the last generation a person gets a number that nobody had", () => {
    const worn = { ...visit, people: [{ number: 0, role: "patient", generation: 255 } as const] };
    const after = renewed(worn, 0);
    expect(after.people).toEqual([{ number: 1, role: "patient", generation: 0 }]);
    expect(linkState(after, { person: 0, generation: 255, epoch: 77 }, rules, at("15:00"))).toBe("revoked");
  });
});

test.each([
  ["another patient's", { knownTo: "another" }, {}, "15:00", true],
  ["another patient's, until the links close", { knownTo: "another" }, {}, "19:30", true],
  ["another patient's, but over", { knownTo: "another" }, {}, "19:31", false],
  ["another patient's, but ended", { knownTo: "another" }, { state: "ended" }, "15:00", false],
  ["one that the same patient knows", { knownTo: "former" }, {}, "15:00", false],
  ["its own", {}, {}, "15:00", false],
] as const)("a visit whose meeting is %s", (_whose, known, more, now, wants) => {
  const changed: Visit = { ...visit, ...more, meeting: { ...visit.meeting, ...known } };
  expect(wantsOwnMeeting(changed, rules, at(now))).toBe(wants);
});
