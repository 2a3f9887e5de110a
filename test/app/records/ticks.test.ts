/**
 * A tick's record: due at once when it is new, changed by one at a time, and its turns are the same for every process.
 */
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { jsonLog } from "../../../app/log.ts";
import type { Json } from "../../../app/ports/store.ts";
import { nextTurn, openTicks, turnOf, type TickState } from "../../../app/records/ticks.ts";

const NOW = new Date("2027-01-12T15:00:00Z");

function opened() {
  const store = openSqliteStore({ file: ":memory:", now: () => NOW });
  onTestFinished(() => store.close());
  const lines: string[] = [];
  const log = jsonLog(
    (line) => void lines.push(line),
    () => NOW,
  );
  return { ticks: openTicks({ store, log, now: () => NOW }), store, log, lines };
}

test("one that is new is due at once, and is known from then on", async () => {
  const { ticks } = opened();
  expect(await ticks.peek("finding.near")).toBeUndefined();
  const first = { due: NOW, begun: NOW, beat: 0, failures: 0 };
  expect((await ticks.of("finding.near")).state).toEqual(first);
  expect(await ticks.peek("finding.near")).toEqual(first);
  expect(await ticks.peek("finding.far")).toBeUndefined();
});

test("what is written of it is read as it was written, with a reason that is a code", async () => {
  const { ticks } = opened();
  const at = (minute: number) => new Date(NOW.getTime() + minute * 60_000);
  const state: TickState = {
    due: at(1),
    begun: at(-9),
    last: at(-1),
    reached: at(-3),
    holder: "me",
    beat: 3,
    failures: 2,
    leftOut: 0,
    keptBack: 1,
    tooLarge: 2,
    changeUnread: 3,
    lastFailure: { reason: "ehr.unwell", at: at(-2) },
  };
  expect((await ticks.write(await ticks.of("t"), state))?.state).toEqual(state);
  expect(await ticks.peek("t")).toEqual(state);
  const {
    begun: _begun,
    last: _last,
    reached: _reached,
    holder: _holder,
    leftOut: _out,
    keptBack: _kept,
    tooLarge: _large,
    changeUnread: _unread,
    lastFailure: _failure,
    ...bare
  } = state;
  await ticks.write(await ticks.of("t"), bare);
  expect(await ticks.peek("t")).toEqual(bare);
  await ticks.write(await ticks.of("t"), { ...state, lastFailure: { reason: "Maria Lopez", at: at(0) } });
  expect((await ticks.peek("t"))?.lastFailure?.reason).not.toContain("Maria");
});

test("of two who read it one changes it", async () => {
  const { ticks } = opened();
  const [one, other] = [await ticks.of("t"), await ticks.of("t")];
  const mine = await ticks.write(one, { ...one.state, beat: 1 });
  expect(mine?.state.beat).toBe(1);
  expect(await ticks.write(other, { ...other.state, beat: 7 })).toBeUndefined();
  expect(mine && (await ticks.write(mine, { ...mine.state, beat: 2 }))?.state.beat).toBe(2);
  expect((await ticks.peek("t"))?.beat).toBe(2);
});

test.each<[what: string, damage: Record<string, Json>]>([
  ["without a due time", { due: "soon" }],
  ["without a version", { v: "one" }],
  ["whose beat is no number", { beat: "x", holder: "somebody" }],
])(
  "one whose row cannot be read (%s) begins anew, which is logged, and keeps what nobody knows",
  async (_what, damage) => {
    const { ticks, store, lines } = opened();
    const later = new Date(NOW.getTime() + 3_600_000);
    const kept = await ticks.write(await ticks.of("t"), { due: later, last: NOW, beat: 4, failures: 0 });
    if (kept === undefined) throw new Error("not kept");
    const { stored } = kept;
    await store.replace("ticks", { ...stored, body: { ...stored.body, newer: 1, ...damage } }, stored.etag);
    expect(await ticks.peek("t")).toBeUndefined();
    const anew = await ticks.of("t");
    // Nobody knows up to when it had looked: it looks back for a day.
    const begun = new Date(NOW.getTime() - 86_400_000);
    expect(anew.state).toEqual({ due: NOW, begun, beat: 0, failures: 0 });
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ event: "record.unreadable", level: "error", names: ["t"] }),
    ]);
    expect(await ticks.write(anew, { ...anew.state, last: NOW })).toBeDefined();
    expect(await ticks.peek("t")).toEqual({ ...anew.state, last: NOW });
    expect((await store.read("ticks", "ticks", "t"))?.body).toMatchObject({ v: 1, newer: 1 });
  },
);

test("one of a newer release is left to it", async () => {
  const { ticks, store } = opened();
  const { stored } = await ticks.of("t");
  await store.replace("ticks", { ...stored, body: { ...stored.body, v: 7 } }, stored.etag);
  await expect(ticks.of("t")).rejects.toThrow("Run the release that wrote it");
  await expect(ticks.peek("t")).rejects.toThrow("Run the release that wrote it");
});

test("a store that fails is no one who was quicker", async () => {
  const { store, log } = opened();
  const ticks = openTicks({
    log,
    store: { ...store, replace: () => Promise.reject(new TypeError("a bug")) },
    now: () => NOW,
  });
  await expect(ticks.write(await ticks.of("t"), { due: NOW, beat: 1, failures: 0 })).rejects.toThrow("a bug");
});

test.each([
  ["2027-01-12T15:00:00.000Z", 900, "2027-01-12T15:00:00.000Z", "2027-01-12T15:15:00.000Z"],
  ["2027-01-12T15:14:59.999Z", 900, "2027-01-12T15:00:00.000Z", "2027-01-12T15:15:00.000Z"],
  ["2027-01-12T15:14:59.999Z", 86_400, "2027-01-12T00:00:00.000Z", "2027-01-13T00:00:00.000Z"],
])("at %s a turn of %i s began at %s, and the next begins at %s", (moment, seconds, began, next) => {
  const at = new Date(moment);
  expect([turnOf(at, seconds), nextTurn(at, seconds)].map((turn) => turn.toISOString())).toEqual([
    began,
    next,
  ]);
});
