/** Closing a run that nobody resumes: it gets a record, wherever it was killed, and nothing else changes. */
import { expect, test } from "vitest";
import { promotionRecord } from "../../../app/domain/promotion.ts";
import { close, show } from "../../../scripts/promote/close.ts";
import { promote, type Wanted } from "../../../scripts/promote/promote.ts";
import { NEW, OLD, session, world, type World } from "./world.ts";

const WANTED: Wanted = { what: "promotion", digest: NEW, who: "Sam Brenner on runner-1", checks: [] };
const now = () => new Date("2026-11-29T22:00:00Z");
const ID = "2026-11-29T22-00-00-bbbbbbbbbbbb";

async function killedAt(call: number): Promise<World> {
  const w = world();
  const watching = { now, done: () => undefined, say: () => undefined, isStopped: () => false };
  await promote(session(w, [{ call, moment: "after", is: "kill" }]), WANTED, watching).catch(() => undefined);
  w.holder = undefined;
  return w;
}

async function closed(w: World, id = ID) {
  const said: string[] = [];
  const code = await close(session(w), id, {
    who: "Alex Romero",
    now,
    say: (line) => said.push(line),
  }).catch((fault: unknown) => fault as Error);
  return { code, said: said.join("\n") };
}

async function shown(w: World) {
  const said: string[] = [];
  return { code: await show(session(w), (line) => said.push(line)), said: said.join("\n") };
}

test("wherever it was killed, its journal becomes a record that says where, and no more is touched", async () => {
  const calls = await callsOf();
  for (const [call, name] of calls.entries()) {
    const w = await killedAt(call);
    const { journal } = w;
    if (journal === undefined) continue;
    const before = structuredClone([w.file, w.state, w.azure, w.locked]);
    const written = w.records.get(ID);
    const { code, said } = await closed(w);
    expect([code, w.journal, w.holder], name).toEqual([0, undefined, undefined]);
    expect([w.file, w.state, w.azure, w.locked], name).toEqual(before);
    expect(said).toContain(`came to no end: it was at the step "${journal.step}"`);
    expect(said).toContain(`release.site: ${w.azure.site} and release.staging: ${w.azure.slot} in`);
    // A record that the run wrote before it was killed stays.
    expect(w.records.get(ID)).toEqual(written);
    const record = promotionRecord.parse(w.records.get(ID + "-closed"));
    expect(record).toMatchObject({
      outcome: "closed",
      runs: w.azure.site,
      because: `closed by Alex Romero, at the step "${journal.step}"`,
    });
    // The next run finds nothing to end.
    expect(await shown(w)).toMatchObject({ code: 0 });
  }
});

test("what is open is told with what the next run would do, and how it is closed", async () => {
  const calls = await callsOf();
  const swapped = await shown(await killedAt(calls.indexOf("swap")));
  expect(swapped.code).toBe(1);
  expect(swapped.said).toContain("A promotion to bbbbbbbbbbbb by Sam Brenner on runner-1, begun at 2026");
  expect(swapped.said).toContain(
    "The site runs bbbbbbbbbbbb, the slot aaaaaaaaaaaa; the stack file says bbb",
  );
  expect(swapped.said).toContain("goes on from there to the end");
  expect(swapped.said).toContain(`npm run promotion -- lamna-production --close ${ID}`);
  const strange = await killedAt(calls.indexOf("swap"));
  strange.azure.site = "c".repeat(64);
  expect((await shown(strange)).said).toContain("neither the old package nor the new one");
  expect(await shown(world())).toEqual({
    code: 0,
    said: [
      "No promotion of lamna-production is open.",
      "The site runs aaaaaaaaaaaa, the slot 000000000000; the stack file says aaaaaaaaaaaa and 000000000000.",
    ].join("\n"),
  });
});

test("only the run that was looked at is closed, and none that is under way", async () => {
  const w = await killedAt((await callsOf()).indexOf("apply"));
  const other = await closed(w, "another");
  expect([other.code, w.journal?.id]).toEqual([1, ID]);
  expect(other.said).toContain(`What is open is ${ID} and not another. Nothing was closed.`);
  w.holder = "Kim Duarte";
  expect((await closed(w)).code).toMatchObject({ name: "Taken" });
  expect(await shown(w)).toEqual({ code: 1, said: "Kim Duarte promotes now" });
  expect(w.journal?.id).toBe(ID);
  expect((await closed(world())).said).toContain("there is nothing to close");
});

test("a site that does not say what it runs leaves it open, in words", async () => {
  const w = await killedAt((await callsOf()).indexOf("apply"));
  w.azure.site = "latest";
  expect((await closed(w)).code).toMatchObject({
    message: expect.stringContaining("does not say which") as string,
  });
  expect([w.journal?.id, w.records.size]).toEqual([ID, 0]);
  w.azure.site = OLD;
  expect((await closed(w)).code).toBe(0);
});

async function callsOf(): Promise<readonly string[]> {
  const w = world();
  const watching = { now, done: () => undefined, say: () => undefined, isStopped: () => false };
  await promote(session(w), WANTED, watching);
  return w.calls;
}
