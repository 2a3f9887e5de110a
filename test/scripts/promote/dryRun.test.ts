/** A dry run refuses what a real run refuses, in the same words, and leaves no trace. */
import { expect, test } from "vitest";
import { dryRun, type Looked } from "../../../scripts/promote/dryRun.ts";
import type { Production } from "../../../scripts/promote/port.ts";
import { promote, type Wanted } from "../../../scripts/promote/promote.ts";
import { NotForTheRecord } from "../../../scripts/promote/run.ts";
import { NEW, OLD, session, world, type World } from "./world.ts";

const WANTED: Wanted = { what: "promotion", digest: NEW, who: "Sam Brenner on runner-1", checks: [] };
const WATCHING = {
  now: () => new Date("2026-11-29T22:00:00Z"),
  done: () => undefined,
  say: () => undefined,
  isStopped: () => false,
};

type Broken = Partial<Pick<Production, "plan" | "start" | "approve" | "approvable">>;

/** What a dry run says in a world. It changes nothing there, since its stack file is a copy. */
async function dry(w: World, wanted = WANTED, broken: Broken = {}) {
  const before = structuredClone({ ...w, calls: [] });
  const said: string[] = [];
  const copy = session({ ...w, calls: [] });
  const code = await dryRun({ ...copy, ...broken } satisfies Looked, wanted, (line) => said.push(line));
  expect({ ...w, calls: [] }).toEqual(before);
  return { code, said: said.join("\n") };
}

test("what would go through is said to go on to the approval, with what that asks for", async () => {
  const { code, said } = await dry(world());
  expect(code).toBe(0);
  expect(said).toContain("It would go on from here to the approval.\nIt asks to type lamna-production.");
  expect(said).toContain("Digest of this plan: p");
});

const fails = (fault: Error) => () => Promise.reject(fault);
const POLICY = new NotForTheRecord("a policy refused it", "EHR-KV-08: a key has one use");

test.each<[string, Partial<World>, Partial<Wanted>, Broken]>([
  [
    "a check does not hold",
    {},
    { checks: [{ about: "lamna-test has not drifted", holds: fails(new Error("1 difference")) }] },
    {},
  ],
  ["production runs something else", { azure: { site: NEW, slot: OLD } }, {}, {}],
  ["production runs it already", {}, { digest: OLD }, {}],
  ["a policy refuses", {}, {}, { plan: fails(POLICY) }],
  [
    "it is not approved",
    {},
    {},
    {
      approve: fails(new Error("0 of 1 approvals")),
      approvable: fails(new Error("0 of 1 approvals")),
    },
  ],
])("a real run and a dry run refuse alike: %s", async (_what, differs, asked, broken) => {
  const wanted = { ...WANTED, ...asked };
  const { code, said } = await dry({ ...world(), ...differs }, wanted, broken);
  const real = await promote({ ...session({ ...world(), ...differs }), ...broken }, wanted, WATCHING);
  expect(real.why).toEqual(expect.stringMatching(/.{10}/));
  expect(said).toContain("It would be refused:\n" + (real.why ?? ""));
  expect(code).toBe(1);
});

test("the package is not run before its plan is approved, and so in no dry run", async () => {
  const start = fails(new Error("it was run"));
  expect(await dry(world(), WANTED, { start })).toMatchObject({ code: 0 });
  const approve = fails(new Error("0 of 1 approvals"));
  const real = await promote({ ...session(world()), start, approve }, WANTED, WATCHING);
  expect(real.why).toBe("approved: 0 of 1 approvals");
});

test("while somebody promotes, it is told who, as a real run is", async () => {
  const w = { ...world(), holder: "Alex Romero" };
  const real = await promote(session(w), WANTED, WATCHING).catch((fault: unknown) => fault);
  expect(real).toMatchObject({ name: "Taken" });
  const { code, said } = await dry(w);
  expect([code, said]).toEqual([1, "It would be refused:\n" + (real as Error).message]);
});

test.each([
  ["swap", "goes on from there to the end", "done"],
  ["apply", "goes back from there", "went-back"],
])("after a kill at %s it says that a real run would first end that one", async (name, says, outcome) => {
  const calls = await callsOf();
  const w = world();
  const killed = session(w, [{ call: calls.indexOf(name), moment: "after", is: "kill" }]);
  await promote(killed, WANTED, WATCHING).catch(() => undefined);
  const { code, said } = await dry(w);
  expect(code).toBe(3);
  expect(said).toContain("came to no end: it was at the step");
  expect(said).toContain(says);
  expect(await promote(session(w), WANTED, WATCHING)).toMatchObject({ outcome, isEarlier: true });
});

async function callsOf(): Promise<readonly string[]> {
  const w = world();
  await promote(session(w), WANTED, WATCHING);
  return w.calls;
}
