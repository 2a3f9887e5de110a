/** Room in a minute, and what is promised of the next ones to those who found none. */
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { openSendingRate, type Rank } from "../../../app/records/sendingRate.ts";

const LIMITS = [{ seconds: 60, most: 2 }];
const FROM = "+18335550100";

function counters() {
  let at = Date.parse("2027-01-04T10:00:00Z");
  const now = () => new Date(at);
  const store = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => store.close());
  const rates = [openSendingRate({ store, now }), openSendingRate({ store, now })] as const;
  /** Asks for room. @returns the minutes after which it may be asked for again; 0 if there was room */
  const take = async (rank?: Rank, by = 0) =>
    ((await rates[by === 0 ? 0 : 1].take(FROM, 1, LIMITS, rank)) ?? 0) / 60_000;
  const giveBack = (taken: Date) => rates[0].giveBack(FROM, 1, LIMITS, taken);
  const damage = async () => {
    const { items } = await store.changes("messages", 99);
    for (const row of items)
      await store.replace("messages", { ...row, body: { ...row.body, sent: "many" } }, row.etag);
    return items.length;
  };
  return { take, giveBack, now, damage, forward: (minutes: number) => void (at += minutes * 60_000) };
}

test("those who find no room are promised one minute after the other, over all instances", async () => {
  const { take } = counters();
  const all = [];
  for (let number = 0; number < 8; number++) all.push(await take(3, number % 2));
  expect(all).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
});

test("who comes first by rank is promised the next minute, though it is promised to others after it", async () => {
  const { take, forward } = counters();
  for (const minutes of [0, 0, 1, 1, 2]) expect(await take(2)).toBe(minutes);
  expect([await take(1), await take(1), await take(1), await take(0)]).toEqual([1, 1, 2, 1]);
  forward(1);
  // Both rooms of this minute are taken; whoever asks then is promised room in a later minute.
  expect([await take(1), await take(1), await take(2), await take(2)]).toEqual([0, 0, 2, 2]);
});

test("a counter that cannot be read begins anew, and holds nobody up", async () => {
  const { take, damage } = counters();
  expect([await take(), await take(), await take()]).toEqual([0, 0, 1]);
  expect(await damage()).toBe(1);
  expect([await take(), await take(), await take()]).toEqual([0, 0, 1]);
});

test("without a rank it is the next minute, for everybody", async () => {
  const { take } = counters();
  for (const minutes of [0, 0, 1, 1, 1]) expect(await take()).toBe(minutes);
});

test("room of which the vendor took nothing is there again, in the minute of which it was taken, and never more than there was", async () => {
  const { take, giveBack, now, forward } = counters();
  const first = now();
  expect([await take(), await take(), await take()]).toEqual([0, 0, 1]);
  await giveBack(first);
  expect([await take(), await take()]).toEqual([0, 1]);
  forward(1);
  await giveBack(first);
  expect([await take(), await take(), await take()]).toEqual([0, 0, 1]);
  for (let times = 0; times < 5; times++) await giveBack(now());
  expect([await take(), await take(), await take()]).toEqual([0, 0, 1]);
});
