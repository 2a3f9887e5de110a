/**
 * In every test file that mutants are judged by: what runs in its hooks, and between its tests, is its own. See plugin.js.
 */
import { beforeAll, expect, inject } from "vitest";

const ns = (globalThis[inject("globalNamespace")] ??= {});
// The thread may have judged another mutant before, and what is imported now stays in it.
if (inject("mode") === "mutant" && inject("mutantActivation") === "runtime") ns.activeMutant = undefined;

let hooks;
let test;
Object.defineProperty(ns, "currentTestId", {
  configurable: true,
  get: () => test ?? hooks,
  set: (id) => {
    test = id;
  },
});
beforeAll(() => {
  hooks = expect.getState().testPath + "#";
});
