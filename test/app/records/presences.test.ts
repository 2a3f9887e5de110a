/**
 * What is kept of who was in a visit's meeting: keyed hashes and times, bounded, the same in whatever order it is told.
 */
import { describe, expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import { AttendanceFault, type AttendanceReport } from "../../../app/ports/attendance.ts";
import type { CallEvent } from "../../../app/ports/callEvents.ts";
import { openPresences } from "../../../app/records/presences.ts";
import { keyring } from "../../harness/findingDeployment.ts";

const VISIT = { id: "AAAABBBBCCCCDDDD" as VisitId, end: new Date("2027-01-12T15:30:00Z") };
const OTHER = { ...VISIT, id: "DDDDCCCCBBBBAAAA" as VisitId };
const NURSE = "7d0c5a1e-0000-4000-8000-00000000b001";
const at = (minute: number) => new Date(Date.UTC(2027, 0, 12, 15, minute));

function opened() {
  const store = openSqliteStore({ file: ":memory:", now: () => at(0) });
  onTestFinished(() => store.close());
  let writes = 0;
  const counting = {
    ...store,
    replace(...what: Parameters<typeof store.replace>) {
      writes += 1;
      return store.replace(...what);
    },
  };
  const presences = openPresences({ store: counting, keyring });
  const row = (id: VisitId = VISIT.id) => store.read("visits", id, "presence-" + id);
  return { presences, store, row, writes: () => writes, of: () => presences.of(VISIT.id) };
}
const came = (id: string, minute: number, more: Partial<CallEvent["people"][number]> = {}): CallEvent => ({
  kind: "roster",
  at: at(minute),
  people: [{ id, look: "outside", whereabouts: "in", ...more }],
});
const subscription = (id: string) => ({ id, until: at(45) });

describe("what Teams tells", () => {
  test("is kept with when it was heard, under keyed hashes, until a week after the visit", async () => {
    const { presences, of, row } = opened();
    expect(await of()).toBeUndefined();
    await presences.tell(VISIT, came("8:teamsvisitor:pat", 1), at(2));
    const key = keyring.hash("participant", VISIT.id + " 8:teamsvisitor:pat");
    expect(await of()).toEqual({
      ends: [],
      heard: at(2),
      people: [{ key, look: "outside", moments: [{ at: at(1), whereabouts: "in" }] }],
    });
    const kept = await row();
    expect(JSON.stringify(kept?.body)).not.toContain("teamsvisitor");
    expect(kept?.expiresAt).toEqual(new Date("2027-01-19T15:30:00Z"));
    expect(await presences.of(OTHER.id)).toBeUndefined();
  });

  test("of somebody is another's in another visit", async () => {
    const { presences, of } = opened();
    for (const visit of [VISIT, OTHER]) await presences.tell(visit, came("g", 1), at(2));
    const [one] = (await of())?.people ?? [];
    const [other] = (await presences.of(OTHER.id))?.people ?? [];
    expect(one?.key).not.toBe(other?.key);
  });

  test("by a subscription that tells of another meeting by now is not kept, and that one is not noted again", async () => {
    const { presences, of } = opened();
    const [theirs, own] = [subscription("s1"), subscription("s2")];
    await presences.watching(VISIT, { subscription: theirs });
    expect(await presences.tell(VISIT, came("a", 1), at(2), "S1")).toBe(true);
    await presences.meetingOfAnother(VISIT);
    expect(await presences.tell(VISIT, came("a", 2), at(3), "s1")).toBe(false);
    await presences.watching(VISIT, { subscription: theirs, trouble: "limit" }, "s1");
    expect(await of()).toEqual({ ends: [], people: [] });
    await presences.watching(VISIT, { subscription: own });
    await presences.watching(VISIT, { subscription: theirs }, "s1");
    expect(await of()).toEqual({ ends: [], people: [], subscription: own });
    expect(await presences.tell(VISIT, came("b", 4), at(5), "s2")).toBe(true);
    await presences.watching(VISIT, { trouble: "limit" }, "s2");
    expect(await presences.tell(VISIT, came("b", 6), at(7), "s2")).toBe(true);
    expect((await of())?.people).toHaveLength(1);
  });

  test("ends the trouble that there was, and is heard at the latest time, whenever it comes", async () => {
    const { presences, of, writes } = opened();
    await presences.watching(VISIT, { trouble: "refused" });
    await presences.tell(VISIT, { kind: "ended", at: at(9), people: [] }, at(10));
    expect(await of()).toEqual({ ends: [at(9)], heard: at(10), people: [] });
    await presences.tell(VISIT, { kind: "started", at: at(1), people: [] }, at(3));
    expect((await of())?.heard).toEqual(at(10));
    const before = writes();
    await presences.tell(VISIT, { kind: "ended", at: at(9), people: [] }, at(10));
    expect(writes()).toBe(before);
  });
});

test("who watches, and why nobody does, replace each other; the subscriptions of before are known, five at most", async () => {
  const { presences, of } = opened();
  for (const id of ["s1", "s1", "s2", "s3", "s4", "s5", "s6", "s7"])
    await presences.watching(VISIT, { subscription: subscription(id) });
  expect(await of()).toEqual({
    ends: [],
    people: [],
    subscription: subscription("s7"),
    former: ["s2", "s3", "s4", "s5", "s6"],
  });
  expect(await presences.subscriptionOf(VISIT.id)).toBe("s7");
  await presences.watching(VISIT, { trouble: "limit" });
  expect(await of()).toEqual({
    ends: [],
    people: [],
    trouble: "limit",
    former: ["s3", "s4", "s5", "s6", "s7"],
  });
  await presences.meetingAnew(VISIT);
  expect(await of()).toEqual({ ends: [], people: [] });
  expect([await presences.subscriptionOf(VISIT.id), await presences.subscriptionOf(OTHER.id)]).toEqual([
    undefined,
    undefined,
  ]);
});

describe("a subscription", () => {
  test("is noted in place of the one that was known, or not at all", async () => {
    const { presences, of } = opened();
    const [one, two, three] = ["s1", "s2", "s3"].map(subscription) as [
      ReturnType<typeof subscription>,
      ReturnType<typeof subscription>,
      ReturnType<typeof subscription>,
    ];
    expect(await presences.subscribed(VISIT, one, undefined)).toBe(true);
    expect(await presences.subscribed(VISIT, three, two)).toBe(false);
    expect((await of())?.subscription).toEqual(one);
    expect(await presences.subscribed(VISIT, two, one, ["lost"])).toBe(true);
    expect(await of()).toEqual({ ends: [], people: [], subscription: two, former: ["lost", "s1"] });
    // Told twice it is one, with its new end.
    const longer = { ...two, until: at(59) };
    expect(await presences.subscribed(VISIT, longer, one)).toBe(true);
    expect(await of()).toEqual({ ends: [], people: [], subscription: longer, former: ["lost", "s1"] });
  });

  test("ends the trouble that there was", async () => {
    const { presences, of } = opened();
    await presences.watching(VISIT, { trouble: "refused" });
    expect(await presences.subscribed(VISIT, subscription("s1"), undefined)).toBe(true);
    expect(await of()).toEqual({ ends: [], people: [], subscription: subscription("s1") });
  });

  test("is known of a row that cannot be read, so that it can be removed at Graph", async () => {
    const { presences, store, row } = opened();
    await presences.watching(VISIT, { subscription: subscription("s1") });
    const kept = await row();
    if (kept === undefined) throw new Error("no row");
    await store.replace("visits", { ...kept, body: { ...kept.body, people: "many" } }, kept.etag);
    await expect(presences.of(VISIT.id)).rejects.toMatchObject({ name: "UnreadableRecord" });
    expect(await presences.subscriptionOf(VISIT.id)).toBe("s1");
  });
});

test("what was lost is known by the last time", async () => {
  const { presences, of } = opened();
  for (const minute of [5, 9, 7]) await presences.missed(VISIT, at(minute));
  expect(await of()).toEqual({ ends: [], people: [], gap: at(9) });
});

describe("staff", () => {
  test("who opened the visit and came are told apart from others with an account, each once", async () => {
    const { presences, of, row } = opened();
    for (const account of [NURSE, NURSE, "another"]) await presences.staffCame(VISIT, account);
    await presences.tell(VISIT, came("n", 1, { look: "staff", account: NURSE }), at(1));
    await presences.tell(VISIT, came("n2", 2, { look: "staff", account: NURSE }), at(2));
    await presences.tell(VISIT, came("e", 3, { look: "staff", account: "employee" }), at(3));
    const watched = await of();
    if (watched === undefined) throw new Error("nothing is known");
    expect(watched.staff).toHaveLength(2);
    expect(presences.staffIn(VISIT.id, watched)).toEqual([NURSE]);
    expect(presences.staffIn(OTHER.id, watched)).toEqual([]);
    expect(JSON.stringify((await row())?.body["staff"])).not.toContain("another");
  });

  test("who came by the reports alone are known, too", async () => {
    const { presences, of } = opened();
    await presences.staffCame(VISIT, NURSE);
    await presences.reported(VISIT, [report("1", ["n", 1, 9, NURSE])], at(40));
    const watched = await of();
    expect(watched && presences.staffIn(VISIT.id, watched)).toEqual([NURSE]);
  });

  test("are a hundred at most, the last ones", async () => {
    const { presences, of } = opened();
    for (let number = 0; number <= 100; number++) await presences.staffCame(VISIT, String(number));
    const { staff = [] } = (await of()) ?? {};
    expect([staff.length, staff.at(-1)]).toEqual([100, keyring.hash("staff of a visit", VISIT.id + " 100")]);
  });
});

const report = (
  id: string,
  ...people: readonly (readonly [id: string, from: number, to: number, account?: string])[]
): AttendanceReport => ({
  id,
  people: people.map(([person, from, to, account]) => ({
    id: person,
    look: account === undefined ? "outside" : "staff",
    ...(account !== undefined && { account }),
    stays: [{ from: at(from), to: at(to) }],
  })),
});
const unread = (id: string): AttendanceReport => ({
  id,
  people: [],
  fault: new AttendanceFault("refused", "no"),
});

describe("reports of attendance", () => {
  const stays = async ({ of }: ReturnType<typeof opened>) =>
    ((await of())?.reported?.stays ?? []).map(({ from, to }) =>
      [from, to].map((moment) => (moment.getTime() - at(0).getTime()) / 60_000),
    );

  test("replace those before, in the order of coming, and name nobody but accounts", async () => {
    const kept = opened();
    await kept.presences.reported(VISIT, [report("1", ["pat", 1, 9], ["nurse", 0, 9, NURSE])], at(40));
    const { reported } = (await kept.of()) ?? {};
    const who = keyring.hash("participant", VISIT.id + " 1 pat");
    expect(reported).toEqual({
      read: at(40),
      stays: [
        { who: NURSE, look: "staff", account: NURSE, from: at(0), to: at(9) },
        { who, look: "outside", from: at(1), to: at(9) },
      ],
    });
    await kept.presences.reported(VISIT, [report("2", ["pat", 20, 29])], at(50));
    expect(await stays(kept)).toEqual([[20, 29]]);
  });

  test("of which one cannot be read leave what was known, except what the others tell anew", async () => {
    const kept = opened();
    const { presences } = kept;
    await presences.reported(VISIT, [report("1", ["a", 1, 5]), report("2", ["b", 10, 15])], at(40));
    await presences.reported(VISIT, [report("1", ["a", 1, 7]), unread("2")], at(41));
    expect(await stays(kept)).toEqual([
      [1, 7],
      [10, 15],
    ]);
    // Stays that touch are one; somebody else's are not.
    await presences.reported(VISIT, [report("1", ["a", 7, 8]), unread("2")], at(42));
    expect(await stays(kept)).toEqual([
      [7, 8],
      [10, 15],
    ]);
    await presences.reported(VISIT, [report("1", ["a", 9, 10]), unread("2")], at(43));
    expect(await stays(kept)).toEqual([
      [7, 8],
      [9, 10],
      [10, 15],
    ]);
    await presences.reported(VISIT, [report("1", ["a", 5, 7]), unread("2")], at(44));
    expect(await stays(kept)).toEqual([
      [5, 7],
      [9, 10],
      [10, 15],
    ]);
  });

  test("tell of five hundred stays at most, the last ones", async () => {
    const kept = opened();
    const many = Array.from({ length: 501 }, (_, index) => [String(index), index, index + 1] as const);
    await kept.presences.reported(VISIT, [report("1", ...many)], at(40));
    const told = await stays(kept);
    expect([told.length, told[0]]).toEqual([500, [1, 2]]);
  });
});

describe("the records of calls", () => {
  const call = (id: string, version = 1) => ({ id, version, from: at(0), to: at(9), joinUrl: "" });
  const quality = (streams: number) => ({ streams, poorStreams: 0 });

  test("are read once in each version, and the newest one counts", async () => {
    const { presences, of } = opened();
    expect(await presences.isToBeRead(VISIT.id, call("c"))).toBe(true);
    await presences.measured(VISIT, call("c", 2), quality(2));
    for (const [id, version, is] of [
      ["c", 1, false],
      ["c", 2, false],
      ["c", 3, true],
      ["d", 1, true],
    ] as const)
      expect(await presences.isToBeRead(VISIT.id, { id, version })).toBe(is);
    await presences.measured(VISIT, call("c", 1), quality(1));
    await presences.measured(VISIT, call("c", 2), quality(1));
    await presences.measured(VISIT, call("d"), quality(4));
    await presences.measured(VISIT, call("c", 3), quality(3));
    const { calls = [] } = (await of()) ?? {};
    expect(calls.map((one) => [one.version, one.quality.streams, one.to])).toEqual([
      [1, 4, at(9)],
      [3, 3, at(9)],
    ]);
    expect(calls[0]?.key).toBe(keyring.hash("call", VISIT.id + " d"));
  });

  test("are fifty at most, the last ones", async () => {
    const { presences, of } = opened();
    for (let number = 0; number <= 50; number++)
      await presences.measured(VISIT, call(String(number)), quality(number));
    const { calls = [] } = (await of()) ?? {};
    expect([calls.length, calls[0]?.quality.streams]).toEqual([50, 1]);
  });
});
