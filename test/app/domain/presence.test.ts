import { expect, test } from "vitest";
import {
  isSomebodySomewhere,
  NOBODY,
  standings,
  toldOf,
  type Look,
  type Whereabouts,
  type Presence,
  type Told,
} from "../../../app/domain/presence.ts";
import { isStillClosed, isToldBy, lookedAgain, nextStep } from "../../../app/domain/watching.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 28, 10, minute));
const tells = (minute: number, key: string, whereabouts: Whereabouts): Told => ({
  at: at(minute),
  isEnd: false,
  people: [{ key, look: "outside", whereabouts }],
});
const ends = (minute: number): Told => ({ at: at(minute), isEnd: true, people: [] });
const after = (all: readonly Told[]): Presence => all.reduce(toldOf, NOBODY);
const shown = (all: readonly Told[]) =>
  standings(after(all)).map(({ whereabouts, since }) => [whereabouts, since.getUTCMinutes()]);

test("somebody waits since they came, is in since they were let in, and has left", () => {
  expect(shown([tells(1, "a", "lobby")])).toEqual([["lobby", 1]]);
  expect(shown([tells(1, "a", "lobby"), tells(2, "a", "lobby")])).toEqual([["lobby", 1]]);
  expect(shown([tells(1, "a", "lobby"), tells(3, "a", "in")])).toEqual([["in", 3]]);
  expect(shown([tells(1, "a", "lobby"), tells(3, "a", "in"), tells(4, "a", "left")])).toEqual([["left", 4]]);
});

test("nobody stays where the call has ended, told or not; whoever comes after is there", () => {
  expect(shown([tells(1, "a", "lobby"), ends(5)])).toEqual([["left", 5]]);
  expect(shown([tells(1, "a", "in"), ends(5), tells(6, "b", "lobby")])).toEqual([
    ["left", 5],
    ["lobby", 6],
  ]);
});

test("somebody is what most was told of them, in whatever order: an item may leave out who it is about", () => {
  const look = (minute: number, how: Look): Told => ({
    ...tells(minute, "a", "in"),
    people: [{ key: "a", look: how, whereabouts: "in", ...(how === "staff" && { account: "b002" }) }],
  });
  const all = [look(1, "staff"), look(2, "outside"), look(3, "phone")];
  for (const order of [all, all.toReversed()])
    expect(after(order).people).toMatchObject([{ look: "staff", account: "b002" }]);
  expect(after([look(1, "outside"), look(2, "phone")]).people).toMatchObject([{ look: "phone" }]);
});

test("an item that does not say where somebody is moves nobody, lets nobody in, and may tell who they are", () => {
  const inPart = (minute: number, look: Look = "unnamed"): Told => ({
    at: at(minute),
    isEnd: false,
    people: [{ key: "a", look }],
  });
  expect(shown([tells(1, "a", "lobby"), inPart(2)])).toEqual([["lobby", 1]]);
  expect(shown([tells(1, "a", "lobby"), inPart(2), tells(3, "a", "in"), inPart(4)])).toEqual([["in", 3]]);
  expect(shown([tells(1, "a", "in"), tells(2, "a", "left"), inPart(3)])).toEqual([["left", 2]]);
  expect(after([tells(1, "a", "lobby"), inPart(2, "staff")]).people).toMatchObject([{ look: "staff" }]);
  expect(after([inPart(1)])).toEqual(NOBODY);
  expect(isSomebodySomewhere(NOBODY, inPart(1))).toBe(true);
  expect(isSomebodySomewhere(NOBODY, tells(1, "a", "in"))).toBe(false);
  expect(isSomebodySomewhere(after([tells(1, "a", "lobby")]), inPart(2))).toBe(false);
});

/** Random numbers from a seed, the same in each run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What happens in an invented room, and what Teams tells of it, minute by minute. */
function visit(next: () => number): readonly Told[] {
  const told: Told[] = [];
  const there = new Map<string, Whereabouts>();
  for (let minute = 1; minute < 40; minute++) {
    const key = "abcd"[Math.floor(next() * 4)] ?? "a";
    const whereabouts = there.get(key);
    if (whereabouts === "left") continue;
    const now = whereabouts === undefined ? "lobby" : whereabouts === "lobby" && next() < 0.7 ? "in" : "left";
    there.set(key, now);
    told.push(tells(minute, key, now));
    if ([...there.values()].every((one) => one === "left")) {
      told.push(ends(minute));
      there.clear();
      break;
    }
  }
  return told;
}

test("10,000 visits, told late, doubled and in any order, come to what they were", () => {
  const next = numbers(7);
  for (let count = 0; count < 10_000; count++) {
    const told = visit(next);
    const mixed = [...told, ...told.filter(() => next() < 0.3)]
      .map((one) => [next(), one] as const)
      .toSorted(([one], [other]) => one - other)
      .map(([, one]) => one);
    expect(after(mixed).ends).toEqual(after(told).ends);
    expect(byKey(after(mixed))).toEqual(byKey(after(told)));
  }
});
const byKey = ({ people }: Presence) => Object.fromEntries(people.map((one) => [one.key, one]));

test("whatever was lost, an end that was told leaves nobody waiting", () => {
  const next = numbers(11);
  for (let count = 0; count < 1_000; count++) {
    const told = [...visit(next).filter(() => next() < 0.6), ends(50)];
    expect(shown(told).filter(([whereabouts]) => whereabouts !== "left")).toEqual([]);
  }
});

test("whoever comes and leaves without end hides nobody who waits or is in, nor who comes after", () => {
  const coming = (count: number): Told[] => [
    tells(2 * count, "again " + String(count), "lobby"),
    tells(2 * count + 1, "again " + String(count), "left"),
  ];
  const churn = Array.from({ length: 300 }, (_, count) => coming(10 + count)).flat();
  const all = after([tells(1, "a", "lobby"), tells(2, "b", "in"), ...churn, tells(900, "c", "lobby")]);
  expect(all.people).toHaveLength(100);
  const there = all.people.filter(({ moments }) => moments.at(-1)?.whereabouts !== "left");
  expect(there.map(({ key }) => key)).toEqual(["a", "b", "c"]);
  expect(all.people.map(({ key }) => key)).toContain("again 299");
  expect(all.people.map(({ key }) => key)).not.toContain("again 0");
});

test("somebody who moves without end stands where they were last", () => {
  const moves = Array.from({ length: 101 }, (_, count) =>
    tells(count, "a", count % 2 === 0 ? "lobby" : "in"),
  );
  const all = after([...moves, tells(101, "a", "left")]);
  expect(all.people.map(({ moments }) => moments.length)).toEqual([60]);
  expect(standings(all)).toEqual([{ look: "outside", whereabouts: "left", since: at(101) }]);
});

test("however often the call has ended, its last end counts", () => {
  const calls = Array.from({ length: 40 }, (_, count) => ends(count));
  expect(shown([...calls, tells(41, "a", "in"), ends(50)])).toEqual([["left", 50]]);
});

const RULES = { opensMinutesBefore: 30, closesMinutesAfter: 240 };
const booked = { start: at(50), end: new Date(at(50).getTime() + 30 * 60_000), state: "open" } as const;
const later = (minutes: number) => new Date(booked.end.getTime() + minutes * 60_000);

test.each([
  ["too early", undefined, at(0), { kind: "wait", until: at(5) }],
  ["45 minutes before", undefined, at(5), { kind: "subscribe", until: later(270) }],
  ["told until the end", { id: "1", until: later(270) }, at(6), { kind: "wait", until: later(240) }],
  ["told until its links close", { id: "1", until: later(240) }, at(20), { kind: "wait", until: later(240) }],
  ["told nearly long enough", { id: "1", until: later(210) }, at(20), { kind: "wait", until: later(180) }],
  ["told for a minute less", { id: "1", until: later(209) }, at(20), { kind: "renew", until: later(270) }],
  ["told not long enough", { id: "1", until: at(40) }, at(20), { kind: "renew", until: later(270) }],
  ["told no more", { id: "1", until: at(19) }, at(20), { kind: "subscribe", until: later(270) }],
  ["told no more from now on", { id: "1", until: at(20) }, at(20), { kind: "subscribe", until: later(270) }],
  ["told for half an hour", { id: "1", until: at(50) }, at(20), { kind: "renew", until: later(270) }],
  [
    "told no more, after its links closed",
    { id: "1", until: later(250) },
    later(250),
    { kind: "subscribe", until: later(310) },
  ],
  [
    "told for half an hour, after its links closed",
    { id: "1", until: later(280) },
    later(250),
    { kind: "renew", until: later(310) },
  ],
  [
    "told for longer, after its links closed",
    { id: "1", until: later(281) },
    later(250),
    { kind: "wait", until: later(265) },
  ],
  ["somebody still in", { id: "1", until: later(270) }, later(240), { kind: "renew", until: later(300) }],
  ["looked at again", { id: "1", until: later(300) }, later(240), { kind: "wait", until: later(255) }],
  ["a day after its links closed", { id: "1", until: later(1700) }, later(1680), { kind: "over" }],
] as const)("a visit is watched: %s", (_case, subscription, now, step) => {
  expect(nextStep({ ...booked, isAnybodyIn: true }, subscription, RULES, now)).toEqual(step);
});

test("a visit whose links have closed, with nobody in, is watched no more", () => {
  const subscription = { id: "1", until: later(270) };
  expect(nextStep({ ...booked, isAnybodyIn: false }, subscription, RULES, later(240)).kind).toBe("over");
});

test.each([
  ["cancelled", true, "over"],
  ["cancelled", false, "over"],
  ["ended", false, "over"],
  ["ended", true, "subscribe"],
] as const)("a visit that is %s, with somebody in: %s, is: %s", (state, isAnybodyIn, kind) => {
  expect(nextStep({ ...booked, state, isAnybodyIn }, undefined, RULES, at(20)).kind).toBe(kind);
});

test.each([
  ["for as long as asked", { kind: "wait", until: at(59) }, at(200), at(59)],
  ["for a shorter time", { kind: "renew", until: at(300) }, at(50), at(20)],
  ["for hardly any time", { kind: "renew", until: at(300) }, at(21), at(6)],
  ["and nobody needs it any more", { kind: "over" }, at(200), undefined],
] as const)("a subscription that was made %s is looked at again", (_case, step, until, due) => {
  expect(lookedAgain(step, { id: "1", until }, at(5))).toEqual(due);
});

test.each([
  ["asked to be closed", { roomAsked: 1 }, at(60), true],
  ["closed", { roomClosed: at(1) }, at(60), true],
  ["never closed", {}, at(60), false],
  ["closed, as it is over", { roomClosed: at(1) }, later(240), false],
  ["closed, as staff have ended it", { roomClosed: at(1), state: "ended" }, at(60), false],
] as const)("a meeting that was %s", (_case, more, now, isClosed) => {
  expect(isStillClosed({ ...booked, ...more }, RULES, now)).toBe(isClosed);
});

test("a visit is told of by the subscription that it has, and by those that it had", () => {
  const subscription = { id: "AB-1", until: at(9) };
  expect(
    ["ab-1", "AB-1", "CD-2", "ef-3"].map((id) => isToldBy({ subscription, former: ["cd-2"] }, id)),
  ).toEqual([true, true, true, false]);
  expect(isToldBy({}, "ab-1")).toBe(false);
});
