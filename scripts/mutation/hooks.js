/**
 * Set up in every test file by which mutants are judged. It attributes what runs in the file's hooks and between its tests
 * to the file. See plugin.js.
 */
import { beforeAll, expect, inject } from "vitest";

const ns = (globalThis[inject("globalNamespace")] ??= {});
// The thread may have judged another mutant before, which would then stay in what is imported now.
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
