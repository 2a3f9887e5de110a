/** A vendor that takes nothing now is asked by one message at a time, however many wait for it. */
import { expect, test } from "vitest";
import { leftAlone } from "../../../../app/adapters/acs/leftAlone.ts";
import type { Handover } from "../../../../app/ports/texts.ts";

const NOON = Date.parse("2027-01-12T12:00:00Z");
const TAKEN: Handover = { kind: "accepted", providerId: "1" };
const UNREACHABLE: Handover = { kind: "not-now", reason: "unreachable" };

function vendor() {
  const at: { ms: number; asked: number; answer: Handover } = { ms: NOON, asked: 0, answer: UNREACHABLE };
  const unlessAway = leftAlone(() => new Date(at.ms));
  const ask = () => {
    at.asked += 1;
    return Promise.resolve(at.answer);
  };
  const send = (handOver = ask) => unlessAway(handOver);
  const later = (seconds: number) => void (at.ms += seconds * 1_000);
  return { at, send, later };
}

test("one that is away is asked four times a minute, with a thousand messages", async () => {
  const { at, send, later } = vendor();
  for (let second = 0; second < 60; second++) {
    for (let each = 0; each < 20; each++) expect(await send()).toEqual(UNREACHABLE);
    later(1);
  }
  expect(at.asked).toBe(4);
});

test("once it is back, all are handed over", async () => {
  const { at, send, later } = vendor();
  await send();
  at.answer = TAKEN;
  later(14);
  expect(await send()).toEqual(UNREACHABLE);
  later(1);
  expect([await send(), await send(), await send()]).toEqual([TAKEN, TAKEN, TAKEN]);
  expect(at.asked).toBe(4);
});

test("while one message asks, the others do not", async () => {
  const { at, send, later } = vendor();
  await send();
  later(15);
  const asking = Promise.withResolvers<Handover>();
  const probe = send(() => asking.promise);
  expect([await send(), await send()]).toEqual([UNREACHABLE, UNREACHABLE]);
  asking.resolve(TAKEN);
  expect([await probe, at.asked]).toEqual([TAKEN, 1]);
  at.answer = TAKEN;
  expect(await send()).toEqual(TAKEN);
});

test("a probe that breaks lets the next one ask", async () => {
  const { at, send, later } = vendor();
  await send();
  later(15);
  await expect(send(() => Promise.reject(new Error("a bug")))).rejects.toThrow("a bug");
  at.answer = TAKEN;
  expect(await send()).toEqual(TAKEN);
});

test("a probe without an answer does not say that the vendor is back", async () => {
  const { at, send, later } = vendor();
  await send();
  at.answer = { kind: "unknown" };
  later(15);
  expect([await send(), await send()]).toEqual([{ kind: "unknown" }, UNREACHABLE]);
});

test("what may have left by a probe is repeated soon, whatever the vendor asked for before", async () => {
  const { at, send, later } = vendor();
  at.answer = { kind: "not-now", reason: "busy", retryAfterMs: 300_000 };
  await send();
  later(299);
  expect(await send()).toEqual({ kind: "not-now", reason: "busy", retryAfterMs: 1_000 });
  at.answer = { kind: "unknown" };
  later(1);
  expect(await send()).toEqual({ kind: "unknown" });
  at.answer = TAKEN;
  later(14);
  expect((await send()).kind).toBe("not-now");
  later(1);
  expect(await send()).toEqual(TAKEN);
});

test("what was under way when the vendor went away does not say that it is back", async () => {
  const { send } = vendor();
  const before = Promise.withResolvers<Handover>();
  const early = send(() => before.promise);
  await send();
  before.resolve(TAKEN);
  expect([await early, await send()]).toEqual([TAKEN, UNREACHABLE]);
});

test("of answers that come together the longest wait counts", async () => {
  const { send, later } = vendor();
  const first = Promise.withResolvers<Handover>();
  const second = Promise.withResolvers<Handover>();
  const both = [send(() => first.promise), send(() => second.promise)];
  first.resolve({ kind: "not-now", reason: "busy", retryAfterMs: 40_000 });
  await both[0];
  second.resolve(UNREACHABLE);
  await both[1];
  later(30);
  expect(await send()).toEqual({ kind: "not-now", reason: "busy", retryAfterMs: 10_000 });
});

test("the time that the vendor asks for is left to it, and said to whoever comes meanwhile", async () => {
  const { at, send, later } = vendor();
  at.answer = { kind: "not-now", reason: "busy", retryAfterMs: 40_000 };
  await send();
  later(30);
  expect(await send()).toEqual({ kind: "not-now", reason: "busy", retryAfterMs: 10_000 });
  later(9.9);
  expect(await send()).toEqual({ kind: "not-now", reason: "busy", retryAfterMs: 1_000 });
  expect(at.asked).toBe(1);
  later(0.1);
  await send();
  expect(at.asked).toBe(2);
});

test("one that asks for a day is asked again after five minutes", async () => {
  const { at, send, later } = vendor();
  at.answer = { kind: "not-now", reason: "busy", retryAfterMs: 86_400_000 };
  await send();
  later(299);
  await send();
  expect(at.asked).toBe(1);
  later(1);
  await send();
  expect(at.asked).toBe(2);
});

test("a clock that was set back does not keep the vendor alone", async () => {
  const { at, send, later } = vendor();
  await send();
  later(-3_600);
  await send();
  expect(at.asked).toBe(2);
});
