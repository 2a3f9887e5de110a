/** The people of a visit: whatever is done to them, no link is ever another's, and none that was turned off opens again. */
import { describe, expect, test } from "vitest";
import { linkPathFor } from "../../../app/domain/addresses.ts";
import {
  LAST_EPOCH,
  LAST_GENERATION,
  LAST_NUMBER,
  linkKey,
  makeLinkToken,
  readLinkToken,
  type VisitId,
} from "../../../app/domain/linkToken.ts";
import {
  fullness,
  invited,
  linkState,
  MOST_GUESTS,
  newLinks,
  present,
  relinked,
  renewed,
  VisitFull,
  withoutGuest,
  type Person,
  type Visit,
} from "../../../app/domain/visit.ts";

const rules = { opensMinutesBefore: 30, closesMinutesAfter: 240 };
const now = new Date("2026-12-01T15:00:00Z");
const keys = { current: 1, byVersion: new Map([[1, linkKey(Buffer.alloc(32, 7))]]) };

function visitOf(...people: readonly Person[]): Visit {
  return {
    id: "AAAAAAAAAAAAAAAA" as VisitId,
    kind: "appointment",
    connectionId: "lamna",
    departmentId: "cardiology",
    start: now,
    end: new Date("2026-12-01T15:30:00Z"),
    state: "open",
    organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
    meeting: { id: "m", joinUrl: "https://teams.example/j" },
    people,
    epoch: 77,
  };
}

const patient: Person = { number: 0, role: "patient", generation: 0 };
const person = (number: number, generation = 0, more: Partial<Person> = {}): Person => ({
  number,
  role: "guest",
  generation,
  ...more,
});
/** The claims of a link after it was written as text and read again. */
const link = ({ number, generation }: Person) =>
  makeLinkToken(keys, { visit: visitOf().id, person: number, generation, epoch: 77 });
const standing = (visit: Visit, token: string) => {
  const claims = readLinkToken(keys, token);
  if (claims === undefined) throw new Error("no link of ours");
  return linkState(visit, claims, rules, now);
};
const numbers = ({ people }: Visit) => people.map(({ number, generation }) => [number, generation]);

describe("who is invited", () => {
  test.each<[string, readonly Person[], number]>([
    ["first, without a patient", [], 1],
    ["after the patient", [patient], 1],
    ["after others", [patient, person(1), person(2)], 3],
    ["after somebody who was removed", [patient, person(1, 1, { removed: true })], 2],
    ["after a gap", [patient, person(7)], 8],
    ["after a patient who got a new number", [{ ...patient, number: 3 }], 4],
  ])("%s gets the next number", (_case, people, number) => {
    const after = invited(visitOf(...people), "colleague");
    expect(after.people.at(-1)).toEqual({ number, role: "colleague", generation: 0 });
    expect(after.people.slice(0, -1)).toEqual(people);
  });

  test("by one form is one, however often it is sent, also after they were removed", () => {
    const once = invited(visitOf(patient), "interpreter", "form-1");
    expect(once.people.at(-1)).toEqual({
      number: 1,
      role: "interpreter",
      generation: 0,
      invitation: "form-1",
    });
    expect(invited(once, "interpreter", "form-1")).toBe(once);
    const removed = withoutGuest(once, 1);
    expect(invited(removed, "interpreter", "form-1")).toBe(removed);
    // Another form, the same form with another choice, and a form without a mark invite somebody else.
    expect(invited(once, "interpreter", "form-2").people).toHaveLength(3);
    expect(invited(once, "relative", "form-1").people).toHaveLength(3);
    expect(invited(invited(visitOf(), "guest"), "guest").people).toHaveLength(2);
  });

  test("by a form that was sent before is no reason to say that the visit is full", () => {
    let full = invited(visitOf(patient), "guest", "form-1");
    while (fullness(full) === undefined) full = invited(full, "guest");
    expect(invited(full, "guest", "form-1")).toBe(full);
    expect(() => invited(full, "guest", "form-2")).toThrow(VisitFull);
  });
});

describe("a visit has no room left for anybody", () => {
  const guests = (count: number, more: Partial<Person> = {}) =>
    Array.from({ length: count }, (_, index) => person(index + 1, 0, more));
  test.each<[string, readonly Person[], "guests" | "numbers" | undefined]>([
    ["nobody", [], undefined],
    ["one guest less than the most", [patient, ...guests(MOST_GUESTS - 1)], undefined],
    ["as many guests as there can be", [patient, ...guests(MOST_GUESTS)], "guests"],
    ["as many, colleagues among them", [...guests(MOST_GUESTS, { role: "colleague" })], "guests"],
    ["as many, and they were removed", [patient, ...guests(MOST_GUESTS, { removed: true })], undefined],
    ["the last number is free", [patient, person(LAST_NUMBER - 1)], undefined],
    ["the last number is given", [patient, person(LAST_NUMBER)], "numbers"],
    ["the last number was given", [patient, person(LAST_NUMBER, 1, { removed: true })], "numbers"],
  ])("%s: %#", (_case, people, full) => {
    const visit = visitOf(...people);
    expect(fullness(visit)).toBe(full);
    if (full === undefined) expect(invited(visit, "guest").people).toHaveLength(people.length + 1);
    else expect(() => invited(visit, "guest")).toThrow(expect.objectContaining({ of: full }));
  });
});

describe("a new link", () => {
  test.each<[string, readonly Person[], number, number | undefined, readonly (readonly number[])[]]>([
    [
      "revokes that person's alone",
      [patient, person(1, 4)],
      1,
      undefined,
      [
        [0, 0],
        [1, 5],
      ],
    ],
    [
      "revokes the link that was shown",
      [patient, person(1, 4)],
      1,
      4,
      [
        [0, 0],
        [1, 5],
      ],
    ],
    [
      "leaves a newer link than was shown",
      [patient, person(1, 5)],
      1,
      4,
      [
        [0, 0],
        [1, 5],
      ],
    ],
    [
      "after the last generation has a number that nobody had",
      [person(1, LAST_GENERATION), person(2)],
      1,
      undefined,
      [
        [3, 0],
        [2, 0],
      ],
    ],
    [
      "of the patient, too",
      [{ ...patient, generation: LAST_GENERATION }, person(1)],
      0,
      undefined,
      [
        [2, 0],
        [1, 0],
      ],
    ],
    ["is not made for somebody who was removed", [person(1, 4, { removed: true })], 1, undefined, [[1, 4]]],
    ["is not made for nobody", [patient], 9, undefined, [[0, 0]]],
  ])("%s", (_case, people, number, shown, after) => {
    const before = visitOf(...people);
    expect(numbers(renewed(before, number, shown))).toEqual(after);
  });

  test("says that somebody may have the meeting's address from the one before", () => {
    const before = visitOf(patient, person(1));
    expect(renewed(before, 0).meeting).toEqual({ ...before.meeting, knownTo: "former" });
    expect(renewed(before, 0, 7)).toBe(before);
    const anothers = { ...before, meeting: { ...before.meeting, knownTo: "another" } } as const;
    expect(renewed(anothers, 0).meeting.knownTo).toBe("another");
  });

  test("that cannot be made is said, and takes none away", () => {
    const worn = visitOf(person(1, LAST_GENERATION), person(LAST_NUMBER));
    expect(() => renewed(worn, 1)).toThrow(expect.objectContaining({ of: "numbers" }));
    expect(standing(worn, link(person(1, LAST_GENERATION)))).toBe("open");
  });
});

describe("a guest who is removed", () => {
  test.each<[string, Person, readonly number[]]>([
    ["stays in the list, a generation on", person(1, 4), [1, 5]],
    ["after the last generation has a number that nobody had", person(1, LAST_GENERATION), [10, 0]],
  ])("%s, so that no older release opens the link either", (_case, guest, left) => {
    const after = withoutGuest(visitOf(patient, guest, person(9)), 1);
    expect(numbers(after)).toEqual([[0, 0], left, [9, 0]]);
    expect(present(after).map(({ number }) => number)).toEqual([0, 9]);
    expect(standing(after, link(guest))).toBe("revoked");
    // The link that such a release would show next does not open either.
    expect(standing(after, link(person(left[0] ?? 0, left[1])))).toBe("revoked");
  });

  test("is removed also where neither number nor generation can be raised", () => {
    const guest = person(LAST_NUMBER, LAST_GENERATION);
    const after = withoutGuest(visitOf(guest), LAST_NUMBER);
    expect(after.people).toEqual([{ ...guest, removed: true }]);
    expect(standing(after, link(guest))).toBe("revoked");
  });

  test("is removed once, keeps the mark of their form, and is nobody else", () => {
    const before = visitOf(patient, person(1, 0, { role: "colleague", invitation: "form-1" }), person(2));
    const after = withoutGuest(before, 1);
    expect(after.people).toEqual([
      patient,
      { number: 1, role: "colleague", generation: 1, invitation: "form-1", removed: true },
      person(2),
    ]);
    expect(withoutGuest(after, 1)).toBe(after);
    expect(withoutGuest(after, 7)).toBe(after);
  });

  test("is never the patient", () => {
    const before = visitOf(patient, person(1));
    expect(withoutGuest(before, 0)).toBe(before);
  });
});

test("through many changes no link is given to two people, and none opens again after it was turned off", () => {
  // Drawn by a small generator with a fixed seed, so that a failure can be repeated.
  let seed = 20261201;
  const draw = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const roles = ["colleague", "interpreter", "relative", "guest"] as const;
  let visit = visitOf({ ...patient, generation: LAST_GENERATION - 3 });
  const good = new Set(present(visit).map(link));
  const ever = new Set(good);
  const off = new Set<string>();
  const refusals = new Set<string>();
  for (let step = 0; step < 1500; step++) {
    const before = visit;
    const one = present(visit)[draw(present(visit).length)] ?? patient;
    try {
      const what = draw(4);
      if (what < 2) visit = invited(visit, roles[draw(4)] ?? "guest");
      else if (what === 2) visit = withoutGuest(visit, one.number);
      else visit = renewed(visit, one.number);
    } catch (error) {
      if (!(error instanceof VisitFull)) throw error;
      refusals.add(error.of);
      expect(visit).toBe(before);
      continue;
    }
    const next = new Set(present(visit).map(link));
    expect(next.size).toBe(present(visit).length);
    for (const token of good) if (!next.has(token)) off.add(token);
    for (const token of next) {
      if (!good.has(token)) expect(ever.has(token), "a link that somebody has had").toBe(false);
      ever.add(token);
      expect(standing(visit, token)).toBe("open");
    }
    good.clear();
    for (const token of next) good.add(token);
    if (step % 100 === 99) for (const token of off) expect(standing(visit, token)).toBe("revoked");
    for (const { number, generation } of visit.people)
      expect(number <= LAST_NUMBER && generation <= LAST_GENERATION).toBe(true);
  }
  // Both limits were reached.
  expect(refusals).toEqual(new Set(["guests", "numbers"]));
});

test.each<[Person["role"], string]>([
  ["patient", "/j"],
  ["colleague", "/s"],
  ["interpreter", "/j"],
  ["relative", "/j"],
  ["guest", "/j"],
])("the link of a %s lies below %s", (role, path) => {
  expect(linkPathFor({ role })).toBe(path);
});

describe("links for other patients than before", () => {
  const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
  const opened = at(-1);
  const before: Visit = { ...visitOf(person(0), person(1, 3)), epoch: 7, movedFrom: at(-60), late: at(-5) };
  const old = { ...before, people: before.people.map((one) => ({ ...one, opened })) };

  test("are new for everybody, and nobody has opened theirs; nothing of what concerned the others stays", () => {
    const { movedFrom: _moved, late: _late, ...visit } = before;
    expect(relinked(old, 9, at(0))).toEqual({
      ...visit,
      epoch: 9,
      relinked: at(0),
      meeting: { ...before.meeting, knownTo: "another" },
      people: before.people.map((one) => ({ ...one, generation: one.generation + 1 })),
    });
  });

  test.each([
    ["ended", -1, "open"],
    ["ended", 0, "ended"],
    ["cancelled", -1, "cancelled"],
  ] as const)("of a visit that is %s open, unless its start has passed: %s", (state, minutes, after) => {
    const now = new Date(before.start.getTime() + minutes * 60_000);
    expect(relinked({ ...before, state }, 9, now).state).toBe(after);
  });

  test.each([
    [7, 9, 9],
    [7, 7, 8],
    [LAST_EPOCH, LAST_EPOCH, 0],
    [undefined, 7, 7],
  ])("have another epoch than before: from %s with %i it is %i", (was, random, epoch) => {
    const { epoch: _none, ...bare } = before;
    const visit = was === undefined ? bare : { ...bare, epoch: was };
    expect(newLinks(visit, random).epoch).toBe(epoch);
  });

  test("open by their epoch alone where no generation is left", () => {
    const worn = { ...before, people: [person(0, LAST_GENERATION)] };
    expect(newLinks(worn, 9).people).toEqual([person(0, LAST_GENERATION)]);
    expect(newLinks({ ...before, people: [person(0, LAST_GENERATION - 1)] }, 9).people).toEqual([
      person(0, LAST_GENERATION),
    ]);
  });
});
