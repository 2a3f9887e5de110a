import { expect, test } from "vitest";
import { policiesFor, RULES } from "../../../infra/policy/policies.ts";
import type { CasesById, RuleCases } from "./cases.ts";
import { askedCases } from "./casesAsked.ts";
import { dataCases } from "./casesData.ts";
import { edgeCases } from "./casesEdge.ts";
import { messagingCases } from "./casesMessaging.ts";
import { stackCases } from "./casesStack.ts";
import { watchingCases } from "./casesWatching.ts";
import { siteCases } from "./casesSite.ts";
import { judge, judgeBy } from "./judge.ts";
import { edited, shown, type Scene } from "./scene.ts";
import { lamnaTest } from "../stacks.ts";
import { production, trial, withOthers } from "./sound.ts";

const CASES: CasesById = {
  ...siteCases,
  ...dataCases,
  ...messagingCases,
  ...watchingCases,
  ...edgeCases,
  ...stackCases,
  ...askedCases,
};
const ids = RULES.map(({ id }) => id);

const said = async (id: string, scene: Scene, preview: boolean, cases: RuleCases) => {
  const violations = await judge(
    shown(scene, { preview }),
    { ...scene.said, ...cases.said },
    RULES.filter((rule) => rule.id === id),
  );
  return violations.map(({ message, undecided }) => ({ message, undecided }));
};

test.each([
  ["production", production],
  ["test", trial],
])("a sound %s deployment passes every rule, before and after it is made", async (_environment, scene) => {
  for (const preview of [true, false]) expect(await judge(shown(scene, { preview }), scene.said)).toEqual([]);
});

/** The scene for a rule's cases. Most have also one of each resource that the program does not make. */
const sceneFor = (id: string): Scene => (id in askedCases ? production : withOthers);

const refusals = Object.entries(CASES).flatMap(([id, cases]) => [
  ...cases.fails.map(([what, ...edits]) => ({
    id,
    what,
    cases,
    scene: edited(sceneFor(id), ...edits),
    later: false,
  })),
  ...(cases.failsLater ?? []).map(([what, ...edits]) => ({
    id,
    what,
    cases,
    scene: edited(sceneFor(id), ...edits),
    later: true,
  })),
  ...(cases.inTest?.fails ?? []).map(([what, ...edits]) => ({
    id,
    what,
    cases,
    scene: edited(trial, ...edits),
    later: false,
  })),
]);

test.each(refusals)("$id refuses: $what", async ({ id, scene, later, cases }) => {
  for (const preview of later ? [false] : [true, false]) {
    const violations = await said(id, scene, preview, cases);
    expect(violations).not.toEqual([]);
    expect(violations.every(({ undecided }) => !undecided)).toBe(true);
  }
});

const allowances = Object.entries(CASES).flatMap(([id, cases]) => [
  ...(cases.passes ?? []).map(([what, ...edits]) => ({
    id,
    what,
    cases,
    scene: edited(sceneFor(id), ...edits),
  })),
  ...(cases.inTest?.passes ?? []).map(([what, ...edits]) => ({
    id,
    what,
    cases,
    scene: edited(trial, ...edits),
  })),
]);

test.each(allowances)("$id lets through: $what", async ({ id, scene, cases }) => {
  for (const preview of [true, false]) expect(await said(id, scene, preview, cases)).toEqual([]);
});

test("every rule has a case that fails, and says what it is about, what it answers and what to do", () => {
  expect(new Set(ids).size).toBe(ids.length);
  expect(Object.keys(CASES).sort()).toEqual([...ids].sort());
  const told = policiesFor(lamnaTest);
  expect(told.map(({ name }) => name)).toEqual(ids);
  for (const { name, description, severity, framework, remediationSteps, enforcementLevel } of told) {
    expect(name).toMatch(/^EHR-[A-Z]+-\d\d$/);
    expect(description.length, name).toBeGreaterThan(15);
    expect(severity, name).toBeDefined();
    expect(framework?.reference, name).toMatch(/^164\.\d{3}\(/);
    expect(framework?.specification, name).toMatch(/HITRUST CSF v11\.3 \d\d\./);
    expect(remediationSteps?.length ?? 0, name).toBeGreaterThan(20);
    expect(enforcementLevel, name).toBe("mandatory");
  }
});

test("the rules that hospitals were promised are all there", () => {
  const counts = { WEB: 24, COS: 13, KV: 6, STO: 7, ACS: 5, EG: 2, LOG: 4, NET: 1, WAF: 1, ID: 1, GEN: 5 };
  const named = Object.entries(counts).flatMap(([area, count]) =>
    Array.from({ length: count }, (_, index) => "EHR-" + area + "-" + String(index + 1).padStart(2, "0")),
  );
  expect(named.filter((id) => !ids.includes(id))).toEqual([]);
});

test.each([
  ["no stack file at all", undefined, "teams-ehr-connector:connector: is missing"],
  ["one that cannot be deployed", { ...lamnaTest, budgets: {} }, "budgets: is not a setting"],
])("with %s the pack describes itself, and lets nothing be made", async (_what, settings, words) => {
  const pack = policiesFor(settings);
  expect(pack.map(({ name }) => name)).toEqual(["EHR-GEN-00", ...ids]);
  const [one, ...more] = await judgeBy(pack, shown(trial, { preview: true }).slice(0, 1));
  expect(one).toMatchObject({ policy: "EHR-GEN-00", level: "mandatory" });
  expect(one?.message).toContain(words);
  // One report is about the resource, the other about the stack.
  expect(more).toHaveLength(1);
});
