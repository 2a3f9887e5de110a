import { expect } from "vitest";
import { LeaseLost, LONGEST_SECONDS, type Message, type Queue } from "../../../app/ports/queue.ts";
import type { QueueUnderTest } from "./queueUnderTest.ts";

/** Takes the one message that is in the queue. */
async function taken(queue: Queue, leaseSeconds = 60): Promise<Message> {
  const messages = await queue.receive(32, leaseSeconds);
  expect(messages).toHaveLength(1);
  const [message] = messages;
  if (message === undefined) throw new Error("no message");
  return message;
}

const texts = (messages: readonly { readonly text: string }[]) => messages.map(({ text }) => text).toSorted();
const lost = (call: Promise<unknown>) => expect(call).rejects.toBeInstanceOf(LeaseLost);
const NOTHING: readonly string[] = [];
const DAY = 86_400;

export type Check = keyof typeof CHECKS;
export const CHECKS = {
  "a message is received as it was sent, counted, and gone once it is removed": async ({
    queue,
    pass,
  }: QueueUnderTest) => {
    const text = `{"job":"told & <asked>: \\"né\\" 🏥"}`;
    await queue.send(text, 0);
    const message = await taken(queue, 5);
    expect(message).toMatchObject({ text, deliveries: 1 });
    await queue.remove(message);
    await pass(6);
    expect(await queue.receive(1, 1)).toEqual([]);
  },

  "a leased message is nobody else's": async ({ queue }: QueueUnderTest) => {
    await queue.send("one", 0);
    await taken(queue);
    expect(await queue.receive(32, 60)).toEqual([]);
  },

  "two that ask at once never get the same message": async ({ queue }: QueueUnderTest) => {
    for (let at = 0; at < 20; at++) await queue.send("m" + String(at), 0);
    const batches = await Promise.all(Array.from({ length: 8 }, () => queue.receive(5, 60)));
    const all = batches.flat();
    expect(batches.every((batch) => batch.length <= 5)).toBe(true);
    expect(new Set(all.map(({ id }) => id)).size).toBe(20);
    expect(all).toHaveLength(20);
  },

  "what was not removed comes again after its lease, counted, and the receipt of before is worth nothing":
    async ({ queue, pass }: QueueUnderTest) => {
      await queue.send("again", 0);
      const first = await taken(queue, 2);
      await pass(3);
      const second = await taken(queue);
      expect(second).toMatchObject({ id: first.id, text: "again", deliveries: 2 });
      await lost(queue.remove(first));
      await lost(queue.hide(first, 60));
      await lost(queue.bury(first, "too-late"));
      expect(await queue.buried(32)).toEqual([]);
      await queue.remove(second);
    },

  "a lease that is over but that nobody took is as good as before": async ({
    queue,
    pass,
  }: QueueUnderTest) => {
    await queue.send("mine", 0);
    const message = await taken(queue, 1);
    await pass(2);
    await queue.remove(message);
    expect(await queue.receive(1, 1)).toEqual([]);
  },

  "a renewed lease lasts from then on, and takes the place of the one before": async ({
    queue,
    pass,
  }: QueueUnderTest) => {
    await queue.send("long", 0);
    const first = await taken(queue, 3);
    await pass(2);
    const second = await queue.hide(first, 4);
    await pass(2);
    expect(await queue.receive(1, 1)).toEqual([]);
    await lost(queue.remove(first));
    await lost(queue.hide(first, 4));
    const third = await queue.hide(second, 4);
    expect(third).toMatchObject({ id: first.id, text: "long", deliveries: 1 });
    await queue.remove(third);
  },

  "a removed message is lost to who still has its receipt": async ({ queue }: QueueUnderTest) => {
    await queue.send("gone", 0);
    const message = await taken(queue);
    await queue.remove(message);
    await lost(queue.remove(message));
    await lost(queue.hide(message, 1));
  },

  "a message is put back, at once or later, with its text or another": async ({
    queue,
    pass,
  }: QueueUnderTest) => {
    await queue.send("early", 0);
    await queue.hide(await taken(queue), 0);
    const again = await taken(queue);
    expect(again).toMatchObject({ text: "early", deliveries: 2 });
    await queue.hide(again, 2, "seen & noted");
    expect(await queue.receive(1, 1)).toEqual([]);
    await pass(3);
    expect(await taken(queue)).toMatchObject({ text: "seen & noted", deliveries: 3 });
  },

  "a message is seen after its delay and not before": async ({ queue, pass }: QueueUnderTest) => {
    await queue.send("soon", 3);
    await queue.send("sooner", 0.4);
    await pass(1.5);
    expect(texts(await queue.receive(32, 60))).toEqual(["sooner"]);
    await pass(2);
    expect(texts(await queue.receive(32, 60))).toEqual(["soon"]);
  },

  "a delay of seven days is taken, by sending and by putting back": async ({ queue }: QueueUnderTest) => {
    await queue.send("in a week", LONGEST_SECONDS);
    expect(await queue.receive(32, 60)).toEqual([]);
    await queue.send("now", 0);
    await queue.hide(await taken(queue), LONGEST_SECONDS);
    expect(await queue.receive(32, 60)).toEqual([]);
  },

  "a message lives for longer than seven days, and a longer delay is cut to them: who gets it early puts it back":
    async ({ queue, pass }: QueueUnderTest) => {
      await queue.send("in ten days", 10 * DAY);
      await pass(7 * DAY - 5);
      expect(await queue.receive(32, 60)).toEqual([]);
      await pass(10);
      await queue.hide(await taken(queue), 3 * DAY);
      await pass(3 * DAY - 5);
      expect(await queue.receive(32, 60)).toEqual([]);
      await pass(10);
      expect(await taken(queue)).toMatchObject({ text: "in ten days", deliveries: 2 });
      await pass(30 * DAY);
      expect(await taken(queue)).toMatchObject({ text: "in ten days" });
    },

  "up to 32 are taken at once, all of which come": async ({ queue }: QueueUnderTest) => {
    for (let at = 0; at < 40; at++) await queue.send("m" + String(at), 0);
    const first = await queue.receive(32, 60);
    const rest = await queue.receive(32, 60);
    expect([first.length, rest.length]).toEqual([32, 8]);
    expect(new Set([...first, ...rest].map(({ text }) => text)).size).toBe(40);
  },

  "what nobody can do anything with is buried with its reason, replayed, or discarded": async ({
    queue,
    pass,
  }: QueueUnderTest) => {
    await queue.send("odd", 0);
    await queue.send("odder", 0);
    for (const message of await queue.receive(32, 2)) await queue.bury(message, "unreadable");
    await pass(3);
    expect(await queue.receive(32, 60)).toEqual([]);
    const buried = await queue.buried(32);
    expect(texts(buried)).toEqual(["odd", "odder"]);
    expect(buried.map(({ reason, deliveries }) => [reason, deliveries])).toEqual([
      ["unreadable", 1],
      ["unreadable", 1],
    ]);
    const idOf = (text: string) => buried.find((one) => one.text === text)?.id ?? "";
    expect(await queue.replay(idOf("odd"))).toBe(true);
    expect(await taken(queue)).toMatchObject({ text: "odd", deliveries: 1 });
    expect(await queue.discard(idOf("odder"))).toBe(true);
    expect([await queue.replay(idOf("odd")), await queue.discard(idOf("odder"))]).toEqual([false, false]);
    expect(texts(await queue.buried(32))).toEqual(NOTHING);
  },

  "one is found among many that are buried": async ({ queue }: QueueUnderTest) => {
    for (let at = 0; at < 70; at++) await queue.send("m" + String(at), 0);
    for (let batches = 0; batches < 3; batches++)
      for (const message of await queue.receive(32, 600)) await queue.bury(message, "r");
    const seen = await queue.buried(32);
    expect(seen).toHaveLength(32);
    const last = seen.at(-1);
    expect(await queue.replay(last?.id ?? "")).toBe(true);
    expect(await queue.discard("00000000-0000-4000-8000-000000000000")).toBe(false);
    expect(texts(await queue.receive(32, 60))).toEqual([last?.text]);
    expect(await queue.buried(32)).toHaveLength(32);
  },

  "what some queue could not take is refused by every one": async ({ queue }: QueueUnderTest) => {
    for (const text of ["", "a\u0001b", "a\nb", "\ud800", "a\uffffb", "x".repeat(4_097)])
      await expect(queue.send(text, 0)).rejects.toBeInstanceOf(RangeError);
    await queue.send("x".repeat(4_096), 0);
    const message = await taken(queue);
    await expect(queue.hide(message, 1, "a\u0000b")).rejects.toBeInstanceOf(RangeError);
    for (const seconds of [-1, NaN]) {
      await expect(queue.send("t", seconds)).rejects.toBeInstanceOf(RangeError);
      await expect(queue.hide(message, seconds)).rejects.toBeInstanceOf(RangeError);
    }
    for (const most of [0, 33, 1.5]) await expect(queue.receive(most, 60)).rejects.toBeInstanceOf(RangeError);
    for (const lease of [0, 0.5, LONGEST_SECONDS + 1, NaN])
      await expect(queue.receive(1, lease)).rejects.toBeInstanceOf(RangeError);
  },

  "what a stranger wrote is taken, put back, buried and replayed as it is; of what is very long the beginning is buried":
    async ({ queue, byStranger }: QueueUnderTest) => {
      const odd = '{\n\t"job": "a"\n}';
      await byStranger(odd);
      await queue.hide(await taken(queue), 0);
      await queue.bury(await taken(queue), "unreadable");
      const [buried] = await queue.buried(32);
      expect(await queue.replay(buried?.id ?? "")).toBe(true);
      const again = await taken(queue);
      expect(again.text).toBe(odd);
      await queue.remove(again);
      for (const text of ["", " ", "7", "true", "\n", "&lt;"]) {
        await byStranger(text);
        await queue.bury(await taken(queue), "unreadable");
        const [one] = await queue.buried(32);
        expect(one).toMatchObject({ text, reason: "unreadable" });
        expect(await queue.discard(one?.id ?? "")).toBe(true);
      }
      const long = '"'.repeat(60_000);
      await byStranger(long);
      await queue.bury(await taken(queue), "unreadable");
      const [cut] = await queue.buried(32);
      expect(cut).toMatchObject({ text: long.slice(0, 4_096), reason: "unreadable" });
      expect(await queue.discard(cut?.id ?? "")).toBe(true);
    },

  "its clock is the queue's, whatever the machine's says": async ({ queue, pass, time }: QueueUnderTest) => {
    const behind = async () => {
      await queue.ready();
      const now = queue.now().getTime();
      return (time().getTime() - now) / 1000;
    };
    const before = await behind();
    await pass(2);
    for (const seconds of [before, await behind()]) {
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(seconds).toBeLessThan(600);
    }
  },

  "it says that it answers": async ({ queue }: QueueUnderTest) => {
    await queue.ready();
  },
} as const satisfies Readonly<Record<string, (subject: QueueUnderTest) => Promise<void>>>;
