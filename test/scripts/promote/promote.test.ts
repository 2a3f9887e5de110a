/**
 * Promotion with a failure or a kill at every call that it makes to the outside, and again while it goes back or resumes.
 */
import { expect, test } from "vitest";
import { promotionRecord, type PromotionRecord } from "../../../app/domain/promotion.ts";
import { journalSchema } from "../../../scripts/promote/kept.ts";
import type { Journal } from "../../../scripts/promote/port.ts";
import { promote, type Ending, type Wanted } from "../../../scripts/promote/promote.ts";
import { NotForTheRecord } from "../../../scripts/promote/run.ts";
import { BEFORE_OLD, NEW, OLD, session, world, type Mishap, type World } from "./world.ts";

const WANTED: Wanted = { what: "promotion", digest: NEW, who: "Sam Brenner on runner-1", checks: [] };

async function run(
  w: World,
  mishaps: readonly Mishap[] = [],
  wanted = WANTED,
  isStopped: () => boolean = () => false,
) {
  const said: string[] = [];
  const steps: string[] = [];
  const told: string[] = [];
  const ending: Ending | Error = await promote(session(w, mishaps), wanted, {
    now: () => new Date("2026-11-29T22:00:00Z"),
    done: ({ step, told: what = "" }) => {
      steps.push(step);
      told.push(what);
    },
    say: (line) => said.push(line),
    isStopped,
  }).catch((fault: unknown) => fault as Error);
  return { ending, said: said.join("\n"), steps, told };
}

/** Runs the command again until no earlier run is left to finish. */
async function bringToItsEnd(w: World): Promise<void> {
  for (let runs = 0; w.journal !== undefined; runs++) {
    expect(runs, "runs that bring it to its end").toBeLessThan(3);
    const before = w.journal;
    // The turn of a run that was killed ends by itself.
    w.holder = undefined;
    const { said } = await run(w);
    expect(said).toContain(`it was at the step "${before.step}"`);
  }
}

const last = (w: World): PromotionRecord | undefined => [...w.records.values()].at(-1);

/** Checks that production runs the old or the new package, and that stack file, state, slot and record agree. */
function refuseBetween(w: World, whatHappened: string): void {
  const isNew = w.azure.site === NEW;
  const release = isNew ? { site: NEW, staging: OLD } : { site: OLD, staging: BEFORE_OLD };
  expect(
    {
      file: w.file,
      state: w.state,
      azure: w.azure,
      inPlace: w.inPlace,
      swapping: w.swapping,
      journal: w.journal,
    },
    whatHappened,
  ).toEqual({
    file: release,
    state: release,
    azure: { site: release.site, slot: release.staging },
    inPlace: false,
    swapping: false,
    journal: undefined,
  });
  const record = last(w);
  if (record === undefined) expect(isNew, whatHappened).toBe(false);
  else
    expect([record.runs, record.outcome], whatHappened).toEqual([w.azure.site, isNew ? "done" : "went-back"]);
}

test("a package whose stored bytes were replaced since it was applied is not swapped in", async () => {
  const w = { ...world(), replaced: NEW };
  const { ending } = await run(w);
  expect(ending).toMatchObject({
    outcome: "went-back",
    why: expect.stringContaining("swapped: other bytes") as string,
  });
  expect(w.calls).not.toContain("swap");
  refuseBetween(w, "after its bytes were replaced");
});

const MISHAPS = (["failure", "kill"] as const).flatMap((is) =>
  (["before", "halfway", "under way", "after"] as const).map((moment) => ({ is, moment })),
);

test("in its order: staged, planned, approved, started, applied, tried, declared, swapped, refreshed, unchanged, recorded", async () => {
  const w = world();
  const { ending, steps } = await run(w);
  expect(ending).toMatchObject({
    outcome: "done",
    record: { runs: NEW, approvals: [{ by: "Sam Brenner" }] },
  });
  expect(steps.join(" ")).toBe(
    "checked staged planned approved started applied tried declared swapped refreshed unchanged recorded",
  );
  refuseBetween(w, "nothing");
  expect(last(w)).toMatchObject({
    outcome: "done",
    before: { site: OLD, staging: BEFORE_OLD },
    plan: "p",
  });
});

test("whatever fails or is killed at any call, production runs the old or the new, and all say which", async () => {
  const calls = await callsOf([]);
  expect(calls.length).toBeGreaterThan(25);
  for (const { is, moment } of MISHAPS)
    for (const [call, name] of calls.entries()) {
      const w = world();
      const { ending } = await run(w, [{ call, moment, is }]);
      const whatHappened = `${is} ${moment} call ${String(call)}, ${name}`;
      // After a failure, unless at the record or the journal, the run has already gone back.
      if (
        is === "failure" &&
        !["take", "declared", "write", "end", "record", "vouch", "running"].includes(name)
      ) {
        expect(ending, whatHappened).toMatchObject({ outcome: "went-back" });
        refuseBetween(w, whatHappened);
        expect(last(w)?.because, whatHappened).toContain(": " + name + " failed.");
      }
      await bringToItsEnd(w);
      refuseBetween(w, whatHappened);
    }
});

test("a stack file that is edited at any call after its plan is never carried out: not by the update, not on the way back", async () => {
  const calls = await callsOf([]);
  for (let edited = calls.indexOf("plan") + 1; edited < calls.length; edited++)
    for (const mishap of [
      undefined,
      ...[...calls.keys()].map((call): Mishap => ({ call, moment: "after", is: "kill" })),
    ]) {
      const w: World = { ...world(), edited };
      const { ending } = await run(w, mishap && [mishap]);
      if (mishap) {
        w.holder = undefined;
        await run(w);
      }
      const whatHappened = `edited at call ${String(edited)}, ${JSON.stringify(mishap)}`;
      // A run that begins after the edit includes it in its plan and has it approved.
      if (mishap === undefined || w.journal !== undefined)
        expect(w.restAtAzure, whatHappened).toBe("approved");
      if (mishap === undefined && w.journal !== undefined)
        expect(ending, whatHappened).toMatchObject({
          outcome: "stuck",
          why: expect.stringContaining("the file was edited.") as string,
        });
      // Nothing was deployed yet, so going back needs no update.
      if (mishap === undefined && edited <= calls.indexOf("apply") - 2)
        expect(ending, whatHappened).toMatchObject({ outcome: "went-back" });
      w.edited = undefined;
      w.rest = w.restAtAzure;
      await bringToItsEnd(w);
      refuseBetween(w, whatHappened);
    }
});

test("a package that does not answer never stays, wherever the run is killed", async () => {
  const calls = await callsOf([], { servesNew: false });
  for (const [call, name] of calls.entries())
    for (const moment of ["before", "halfway", "under way", "after"] as const) {
      const w = { ...world(), servesNew: false };
      await run(w, [{ call, moment, is: "kill" }]);
      await bringToItsEnd(w);
      expect(w.azure.site, `kill ${moment} call ${String(call)}, ${name}`).toBe(OLD);
      refuseBetween(w, name);
    }
});

test("so it is when going back, or the run that goes on after a kill, fails or is killed at any call in its turn", async () => {
  const calls = await callsOf([]);
  for (const first of calls.keys())
    for (const is of ["failure", "kill"] as const) {
      const mishap: Mishap = { call: first, moment: "after", is };
      const more = await callsAfter(mishap);
      for (let second = 0; second < more; second++)
        for (const again of MISHAPS) {
          const w = world();
          // A run that failed makes the further calls itself; after a kill, the next run makes them.
          const further = { ...again, call: is === "failure" ? first + 1 + second : second };
          await run(w, is === "failure" ? [mishap, further] : [mishap]);
          w.holder = undefined;
          if (is === "kill" && w.journal !== undefined) await run(w, [further]);
          await bringToItsEnd(w);
          refuseBetween(w, JSON.stringify([mishap, further]));
        }
    }
});

test("a kill after the swap is gone on from, one before is gone back on, and the next run says which it found", async () => {
  const calls = await callsOf([]);
  const swap = calls.indexOf("swap");
  const swapped = world();
  await run(swapped, [{ call: swap, moment: "after", is: "kill" }]);
  // The next run is on another machine, whose stack file is unchanged.
  swapped.file = world().file;
  const on = await run(swapped);
  expect(on.ending).toMatchObject({ outcome: "done", isEarlier: true });
  expect(on.said).toContain("It goes on from there.");
  refuseBetween(swapped, "killed after the swap");

  const before = world();
  await run(before, [{ call: swap, moment: "before", is: "kill" }]);
  const back = await run(before);
  expect(back.ending).toMatchObject({ outcome: "went-back", isEarlier: true });
  expect(back.said).not.toContain("It goes on");
  expect(back.said).toContain("by Sam Brenner on runner-1");
  expect(back.said).toContain(`at the step "swapped"`);
  // Now the new run gets its turn.
  expect((await run(before)).ending).toMatchObject({ outcome: "done" });
});

test("what went back after the swap and was killed on the way goes on going back", async () => {
  const calls = await callsOf([]);
  const w = world();
  const failing: Mishap = { call: calls.indexOf("refresh"), moment: "before", is: "failure" };
  // The calls on the way back are: read the journal, ask what runs, swap.
  await run(w, [failing, { call: failing.call + 3, moment: "before", is: "kill" }]);
  expect(w.azure.site).toBe(NEW);
  const { ending, said } = await run(w);
  expect(ending).toMatchObject({ outcome: "went-back", why: "refreshed: refresh failed." });
  expect(said).toContain(`at the step "refreshed", going back`);
  refuseBetween(w, "killed on the way back");
});

test.each([
  ["is not signed, because the test deployment does not answer,", "vouch"],
  ["cannot be written", "record"],
])("a record that %s takes nothing back, and the next run writes it", async (_how, name) => {
  const w = world();
  const { ending } = await run(w, [
    { call: (await callsOf([])).indexOf(name), moment: "before", is: "failure" },
  ]);
  expect(ending).toMatchObject({ outcome: "stuck" });
  expect([w.azure.site, w.records.size]).toEqual([NEW, 0]);
  expect((await run(w)).ending).toMatchObject({ outcome: "done", isEarlier: true });
  expect(last(w)?.evidence).toBe("signed");
  refuseBetween(w, "no record");
});

test("a record that the test deployment does not vouch for is kept without a signature, and the step says why", async () => {
  const w = { ...world(), vouched: { unsigned: "it runs another package" } };
  const { ending, told } = await run(w);
  expect(ending).toMatchObject({ outcome: "done" });
  expect(last(w)).not.toHaveProperty("evidence");
  expect(told).toContain("not signed: it runs another package");
});

test("a canary visit that fails in the slot never reaches production", async () => {
  const w = { ...world(), canaryPasses: false };
  const { ending } = await run(w);
  expect(ending).toMatchObject({ outcome: "went-back", why: "tried: the canary visit failed." });
  expect(w.calls).not.toContain("swap");
  refuseBetween(w, "canary");
});

test("a package that does not answer after the swap is swapped back", async () => {
  const w = { ...world(), servesNew: false };
  const { ending, said } = await run(w);
  expect(ending).toMatchObject({ outcome: "went-back", why: "swapped: the site does not answer." });
  expect(said).toContain("Swapped back: production runs aaaaaaaaaaaa.");
  refuseBetween(w, "no answer");
});

test("whoever asks it to stop has it go back until the swap, and to its end after it", async () => {
  const early = world();
  const back = await run(early, [], WANTED, () => early.calls.includes("apply"));
  expect(back.ending).toMatchObject({ outcome: "went-back", why: "tried: it was asked to stop." });
  refuseBetween(early, "stopped early");
  const late = world();
  expect((await run(late, [], WANTED, () => late.calls.includes("swap"))).ending).toMatchObject({
    outcome: "done",
  });
});

test("words that may tell a setting are told to whoever sits there, and kept neither in the journal nor in the record", async () => {
  const w = world();
  const production = session(w);
  const writes: string[] = [];
  const ending = await promote(
    {
      ...production,
      take: async (who) => {
        const taken = await production.take(who);
        return {
          ...taken,
          write: (journal) => {
            writes.push(JSON.stringify(journal));
            return taken.write(journal);
          },
        };
      },
      apply: () => Promise.reject(new NotForTheRecord("Pulumi did not do it", "CONNECTOR_TENANT is lamna")),
    },
    WANTED,
    { now: () => new Date(0), done: () => undefined, say: () => undefined, isStopped: () => false },
  );
  expect(ending).toMatchObject({ outcome: "went-back", why: "applied: CONNECTOR_TENANT is lamna" });
  expect(last(w)?.because).toBe("applied: Pulumi did not do it");
  expect(writes.join("") + JSON.stringify(last(w))).not.toContain("CONNECTOR_TENANT");
});

test("what does not hold is refused, all of it at once, before anything is written", async () => {
  const fails = (words: string) => () => Promise.reject(new Error(words));
  const w = world();
  const { ending } = await run(w, [], {
    ...WANTED,
    checks: [
      { about: "drift", holds: fails("1 difference") },
      { about: "canary", holds: fails("none today") },
    ],
  });
  expect(ending).toMatchObject({ outcome: "refused", why: "drift: 1 difference\ncanary: none today" });
  expect(w).toMatchObject({ file: world().file, journal: undefined, holder: undefined });
  expect((await run({ ...world(), azure: { site: BEFORE_OLD, slot: OLD } })).ending).toMatchObject({
    outcome: "refused",
    why: expect.stringContaining("the site runs 000000000000 and the slot aaaaaaaaaaaa") as string,
  });
  expect((await run(world(), [], { ...WANTED, digest: OLD })).ending).toMatchObject({
    why: "production: it runs aaaaaaaaaaaa already",
  });
});

test("of two at once one goes, and one is told who is running", async () => {
  const w = world();
  const [one, other] = await Promise.all([run(w), run(w, [], { ...WANTED, who: "Alex Romero" })]);
  expect(one.ending).toMatchObject({ outcome: "done" });
  expect(other.ending).toMatchObject({ name: "Taken", message: "Sam Brenner on runner-1 promotes now" });
});

test("what somebody else has put into the slot is swapped into production neither on the way nor on the way back", async () => {
  const calls = await callsOf([]);
  const w = { ...world(), strangeSlot: calls.indexOf("declare", calls.indexOf("tryOut")) };
  const { ending } = await run(w);
  expect(ending).toMatchObject({
    outcome: "went-back",
    why: "swapped: the slot runs cccccccccccc and not bbbbbbbbbbbb, so it is not swapped in.",
  });
  expect(w.calls).not.toContain("swap");
  refuseBetween(w, "a strange slot");

  const back = { ...world(), strangeSlot: calls.indexOf("refresh") };
  const failing: Mishap = { call: calls.indexOf("refresh"), moment: "after", is: "failure" };
  expect((await run(back, [failing])).ending).toMatchObject({
    outcome: "stuck",
    why: expect.stringContaining(
      "the slot runs cccccccccccc and not aaaaaaaaaaaa, so it is not swapped in.",
    ) as string,
  });
  expect(back.azure.site).toBe(NEW);
  // Somebody has corrected it by hand.
  back.azure.slot = OLD;
  await bringToItsEnd(back);
  expect(back.azure.site).toBe(OLD);
  refuseBetween(back, "a strange slot that was put right");
});

test("a site that somebody else has changed meanwhile is left alone, in words", async () => {
  const w = world();
  await run(w, [{ call: (await callsOf([])).indexOf("swap"), moment: "after", is: "kill" }]);
  w.azure.site = "c".repeat(64);
  const { ending } = await run(w);
  expect(ending).toMatchObject({ outcome: "stuck" });
  expect((ending as Ending).why).toContain(
    "neither the old package, aaaaaaaaaaaa, nor the new one, bbbbbbbbbbbb",
  );
  expect(w.journal).toBeDefined();
});

async function callsOf(mishaps: readonly Mishap[], differs: Partial<World> = {}): Promise<readonly string[]> {
  const w = { ...world(), ...differs };
  await run(w, mishaps);
  return w.calls;
}

/** How many calls follow the mishap, in the same run or in the next one. */
async function callsAfter(mishap: Mishap): Promise<number> {
  const w = world();
  await run(w, [mishap]);
  if (mishap.is === "failure") return w.calls.length - mishap.call - 1;
  const before = w.calls.length;
  w.holder = undefined;
  if (w.journal !== undefined) await run(w);
  return w.calls.length - before;
}

test("what is noted is read again, however long a fault and however many have approved", async () => {
  const w = world();
  const production = session(w);
  const long = "x".repeat(20_000);
  const { who: _who, ...wanted } = WANTED;
  const read: unknown[] = [];
  await promote(
    {
      ...production,
      async take(who) {
        const taken = await production.take(who);
        const write = (journal: Journal) => {
          read.push(journalSchema.parse(journal));
          return taken.write(journal);
        };
        return { ...taken, write };
      },
      approve: () =>
        Promise.resolve(
          Array.from({ length: 200 }, () => ({
            by: long,
            how: "signature" as const,
            at: "2026-11-29T22:00:00Z",
          })),
        ),
      tryOut: () => Promise.reject(new Error(long)),
    },
    { ...wanted, who: long },
    { now: () => new Date(0), done: () => undefined, say: () => undefined, isStopped: () => false },
  );
  expect(read.length).toBeGreaterThan(5);
  expect(promotionRecord.parse(last(w)).outcome).toBe("went-back");
});
