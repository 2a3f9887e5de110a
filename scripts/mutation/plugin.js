/**
 * Our additions to Stryker: a line for each mutant as soon as it is judged, so that a run may be cut short; functions whose
 * arguments are not mutated; a sample of the mutants where not all are wanted (sample.js); and its runner for Vitest,
 * corrected and made faster:
 * - Vitest 5 writes " > " between a suite and its test, where the runner expects a blank. Uncorrected, the runner selects
 *   none of a suite's tests, and every mutant in them seems to survive.
 * - A file that cannot be imported, or whose hooks fail, has no failed test. Uncorrected, its mutant seems to survive.
 * - Code that a file's hooks run counts as covered by the file's tests (hooks.js). Uncorrected, it counts as if it ran at
 *   import, and every mutant of a flow costs all tests.
 * - Code that runs at import is judged by the files that import it, each in isolation. Everything else is judged in one
 *   thread that is kept, so that it is started and its modules are imported only once.
 * - A mutant meets the quicker half of its files first, and the others, such as those that start a deployment, only if it
 *   survives these.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { strykerPlugins as theirs } from "@stryker-mutator/vitest-runner";
import { UNJUDGED } from "./excuses.ts";
import { isChosen } from "./sample.js";

/** The number of runs after which the thread is replaced, because mutants leave state behind. */
const MOST_RUNS = 40;
/** The file with what the dry run found out about tests. */
const KNOWN = process.env.MUTATION_LINES + ".known";

function runner(injector) {
  const [plugin] = theirs;
  const inner = plugin.factory(injector);
  /**
   * Vitest's names of tests by Stryker's; the ids of each file's tests; for each mutant the files that run it at import; and
   * how long each file takes.
   */
  let [named, testsOf, importers, costs] = [new Map(), new Map(), new Map(), new Map()];
  const thread = { keeps: false, kept: undefined, runs: 0 };
  return {
    capabilities: () => inner.capabilities(),
    async init() {
      await keepThreads(thread);
      await inner.init();
      // After a mutant that did not end there is a new process, in which no dry run was made.
      if (existsSync(KNOWN))
        [named, testsOf, importers, costs] = JSON.parse(readFileSync(KNOWN, "utf8")).map(
          (one) => new Map(one),
        );
    },
    dispose: () => inner.dispose(),
    async dryRun(options) {
      alone(true);
      const result = await inner.dryRun(options);
      for (const file of inner.ctx.state.getFiles()) {
        const tests = testsIn(file).filter((test) => test.result);
        for (const { fullTestName } of tests) named.set(fullTestName.replaceAll(" > ", " "), fullTestName);
        costs.set(file.filepath, (file.collectDuration ?? 0) + (file.result?.duration ?? 0));
        for (const mutant of Object.keys(file.meta.mutantCoverage?.static ?? {}))
          importers.set(mutant, [...(importers.get(mutant) ?? []), file.filepath]);
      }
      for (const { id } of result.tests ?? []) {
        const file = fileOf(id);
        testsOf.set(file, [...(testsOf.get(file) ?? []), id]);
      }
      if (result.mutantCoverage) handHooksOn(result.mutantCoverage.perTest);
      writeFileSync(KNOWN, JSON.stringify([named, testsOf, importers, costs].map((one) => [...one])));
      return result;
    },
    async mutantRun(options) {
      // Of this status no line is written: see Lines.
      if (!isChosen(options.activeMutant)) return { status: "error", errorMessage: "not in the sample" };
      const atImport = options.mutantActivation === "static";
      alone(atImport);
      const files = importers.get(options.activeMutant.id) ?? [];
      const wanted = atImport ? files.flatMap((file) => testsOf.get(file) ?? []) : options.testFilter;
      if (wanted === undefined) return judged(options);
      const inOrder = [...new Set(wanted.map(fileOf))].sort(
        (a, b) => (costs.get(a) ?? 0) - (costs.get(b) ?? 0),
      );
      const quicker = new Set(inOrder.slice(0, Math.ceil(inOrder.length / 2)));
      const [first, then] = [true, false].map((is) => wanted.filter((id) => quicker.has(fileOf(id)) === is));
      let result;
      for (const some of [first, then].filter(({ length }) => length > 0)) {
        result = await judged({ ...options, testFilter: some.map(asVitestNames) });
        if (result.status !== "survived") return result;
      }
      return result ?? judged({ ...options, testFilter: [] });
    },
  };

  async function judged(run) {
    const result = await inner.mutantRun(run);
    const failed = inner.ctx.state.getFiles().find((file) => file.result?.state === "fail");
    return result.status === "survived" && failed
      ? { status: "killed", killedBy: [], nrOfTests: 0, failureMessage: failed.name + " failed as a whole" }
      : result;
  }

  function alone(isolate) {
    thread.keeps = !isolate;
    for (const project of inner.ctx.projects) project.config.isolate = isolate;
  }

  function handHooksOn(perTest) {
    for (const [id, coverage] of Object.entries(perTest).filter(([id]) => id.endsWith("#"))) {
      delete perTest[id];
      for (const test of testsOf.get(id.slice(0, -1)) ?? [])
        for (const [mutant, hits] of Object.entries(coverage)) {
          perTest[test] ??= {};
          perTest[test][mutant] = (perTest[test][mutant] ?? 0) + hits;
        }
    }
  }

  function fileOf(id) {
    return id.slice(0, id.indexOf("#"));
  }

  function asVitestNames(id) {
    const at = id.indexOf("#");
    const name = id.slice(at + 1);
    return id.slice(0, at + 1) + (named.get(name.replaceAll(" > ", " ")) ?? name);
  }
}
runner.inject = ["$injector"];

/** Vitest ends its threads after each run. While `thread.keeps` is set, its thread is kept and is not told to stop. */
async function keepThreads(thread) {
  const { ThreadsPoolWorker } = await import("vitest/node");
  const { start, stop, send } = ThreadsPoolWorker.prototype;
  Object.assign(ThreadsPoolWorker.prototype, {
    start() {
      if (thread.keeps && thread.kept) {
        this._thread = thread.kept;
        thread.kept = undefined;
      }
      return start.call(this);
    },
    send(message) {
      this.stays = message.type === "stop" && thread.keeps && ++thread.runs % MOST_RUNS > 0;
      if (!this.stays) return send.call(this, message);
      const stopped = { __vitest_worker_response__: true, type: "stopped" };
      process.nextTick(() => this._thread.emit("message", stopped));
    },
    stop() {
      if (!this.stays) return stop.call(this);
      this._thread.removeAllListeners("message");
      thread.kept = this._thread;
      this._thread = undefined;
      return Promise.resolve();
    },
  });
}

const testsIn = (task) => (task.type === "test" ? [task] : (task.tasks ?? []).flatMap((one) => testsIn(one)));

class Lines {
  onMutantTested(mutant) {
    if (!isChosen(mutant)) return;
    const { fileName, location, mutatorName, replacement, status } = mutant;
    const line = { fileName, line: location.start.line, mutatorName, replacement, status };
    appendFileSync(process.env.MUTATION_LINES, JSON.stringify(line) + "\n");
  }
}

class Unjudged {
  shouldIgnore({ listKey, parent }) {
    const name = parent?.callee?.property?.name;
    return listKey === "arguments" && Object.hasOwn(UNJUDGED, name) ? UNJUDGED[name] : undefined;
  }
}

export const strykerPlugins = [
  { kind: "TestRunner", name: "vitest-5", factory: runner },
  { kind: "Reporter", name: "lines", injectableClass: Lines },
  { kind: "Ignore", name: "unjudged", injectableClass: Unjudged },
];
export { strykerValidationSchema } from "@stryker-mutator/vitest-runner";
