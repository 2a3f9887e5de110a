/** A STOP or a START that meets a row that cannot be read is noted at once, and counts as soon as the row can be read. */
import { expect, onTestFinished, test } from "vitest";
import { replyOf } from "../../../../app/domain/replies.ts";
import { textDelivery } from "../../../../app/domain/delivery.ts";
import type { Told } from "../../../../app/flows/webhooks/events.ts";
import { optOutJob } from "../../../../app/flows/webhooks/optOutJob.ts";
import { takeEvents, type TakePicks } from "../../../../app/flows/webhooks/takeEvents.ts";
import type { Body } from "../../../../app/ports/store.ts";
import { openOptOuts, optOuts as kind } from "../../../../app/records/optOuts.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import { findingDeployment, keyring } from "../../../harness/findingDeployment.ts";

const NUMBER = "+12025550147";
const DAY = 24 * 60;

function hospital(reportFails?: Error) {
  const deployment = findingDeployment({ charts: {} });
  onTestFinished(() => deployment.close());
  const { parts, store, now } = deployment;
  const { jobs, log, hospital } = parts;
  const optOuts = openOptOuts({ store, keyring, log });
  const heard: string[] = [];
  const picks = {
    heard: {
      told: () => Promise.resolve(),
      startLost: () => Promise.resolve(void heard.push("a START is lost")),
    },
    messages: {
      report: () => (reportFails ? Promise.reject(reportFails) : Promise.resolve(undefined)),
    },
    ...{ hospital, jobs, log, now, optOuts },
  } as unknown as TakePicks;
  deployment.others["opt-out"] = optOutJob({ jobs, optOuts });
  const row = async () => {
    const { id } = await optOuts.about(NUMBER);
    const there = await store.read(kind.container, id, id);
    if (there === undefined) throw new Error("there is no row");
    return there;
  };
  /** Another program changes the row. */
  const change = async (id: string, body: Body | undefined) => {
    const there = await store.read(kind.container, id, id);
    if (there === undefined) throw new Error("there is no row");
    const { etag, ...item } = there;
    if (body === undefined) await store.remove(kind.container, id, id, etag);
    else await store.replace(kind.container, { ...item, body }, etag);
  };
  const take = (told: readonly Told[], lostStarts: readonly string[] = []) =>
    takeEvents(picks, { told, others: 0, unreadable: 0, lostReplies: 0, lostStarts });
  const says = (words: string, timed = true): Told => ({
    ...{ kind: "reply", reply: replyOf(words), number: NUMBER, which: "in", at: now(), timed },
  });
  const minutesLater = async (minutes: number) => {
    for (let passed = 0; passed < minutes; passed += 5) {
      deployment.forward(5);
      await deployment.work();
    }
  };
  return { ...deployment, heard, optOuts, row, change, take, says, minutesLater };
}

const WAYS: readonly (readonly [string, (body: Body) => Body])[] = [
  ["damaged", (body) => ({ ...body, at: "never" })],
  ["another release's", (body) => ({ ...body, v: 9 })],
];
const THEN = ["is restored", "is removed"] as const;

const EACH = WAYS.flatMap(([what, unread]) =>
  THEN.flatMap((then) =>
    (
      [
        ["STOP", true, true],
        ["STOP", false, true],
        ["START", true, false],
      ] as const
    ).map((said) => [...said, what, then, unread] as const),
  ),
);

test.each(EACH)(
  "%s (with its time: %s) counts (%s) when the row is %s for days, and then %s",
  async (words, timed, isStopped, _what, then, unread) => {
    const at = hospital();
    // What the row said before is the contrary.
    await at.optOuts[words === "STOP" ? "start" : "stop"](NUMBER, at.now());
    const { id, body } = await at.row();
    at.forward(5);
    await at.change(id, unread(body));
    // It is taken, so Event Grid need not bring it again; that it does so is harmless.
    const said = at.says(words, timed);
    await at.take([said]);
    await at.take([said]);
    await at.minutesLater(2 * DAY);
    expect(await at.optOuts.isStopped(NUMBER)).toBe("not-known");
    const waits = (await at.parts.jobs.readSlice("open", { limit: 10 })).jobs.map(({ job }) => [
      job.kind,
      job.lastFailure?.reason,
    ]);
    expect(waits).toEqual([["opt-out", "row.unreadable.messages"]]);
    await at.change(id, then === "is restored" ? body : undefined);
    await at.minutesLater(10);
    expect(await at.optOuts.isStopped(NUMBER)).toBe(isStopped);
    expect((await at.parts.jobs.readSlice("open", { limit: 10 })).jobs).toEqual([]);
  },
);

test("what was said last counts, in whichever order it is noted", async () => {
  const at = hospital();
  await at.optOuts.start(NUMBER, at.now());
  const { id, body } = await at.row();
  at.forward(5);
  await at.change(id, { ...body, at: "never" });
  const stop = at.says("STOP");
  at.forward(5);
  await at.take([at.says("START")]);
  await at.take([stop]);
  await at.change(id, body);
  await at.minutesLater(10);
  expect(await at.optOuts.isStopped(NUMBER)).toBe(false);
});

test("what was said last counts, in whichever order it is noted, also where the row is removed after more than a week", async () => {
  const at = hospital();
  await at.optOuts.stop(NUMBER, at.now());
  const { id, body } = await at.row();
  at.forward(5);
  await at.change(id, { ...body, at: "never" });
  const stop = at.says("STOP");
  at.forward(5);
  await at.take([at.says("START")]);
  await at.minutesLater(9 * DAY);
  await at.change(id, undefined);
  await at.minutesLater(10);
  // An older word that is noted only now, as one whose job waited for longer.
  await at.take([stop]);
  expect(await at.optOuts.isStopped(NUMBER)).toBe(false);
});

test("a store that fails is asked again by Event Grid, and no job is made", async () => {
  const at = hospital();
  const failing = { ...at.optOuts, stop: () => Promise.reject(new Error("away")) };
  Object.assign(at.optOuts, failing);
  await expect(at.take([at.says("STOP")])).rejects.toThrow("away");
  expect((await at.parts.jobs.readSlice("open", { limit: 10 })).jobs).toEqual([]);
});

test("a report that the number has ended texts counts, although the message's own row cannot be read", async () => {
  const at = hospital(new UnreadableRecord("A row in messages is no message", { container: "messages" }));
  const report: Told = {
    ...{ kind: "report", id: "m", number: NUMBER, at: at.now() },
    delivery: textDelivery("Failed", "4007"),
  };
  await expect(at.take([report])).rejects.toThrow(UnreadableRecord);
  expect(await at.optOuts.isStopped(NUMBER)).toBe(true);
});

test("a START that does not count is told where it cannot be read whether the number is stopped", async () => {
  const at = hospital();
  await at.optOuts.stop(NUMBER, at.now());
  const { id, body } = await at.row();
  await at.change(id, { ...body, at: "never" });
  await at.take([], [NUMBER]);
  expect(at.heard).toEqual(["a START is lost"]);
});
