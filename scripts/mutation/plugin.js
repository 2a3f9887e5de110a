/**
 * What Stryker needs of us: a line for each mutant as soon as it is judged, so that a run may be cut short, and its runner
 * for Vitest, put right for Vitest 5: it picks tests by their name with a blank between suite and test, where Vitest now
 * writes " > ". Left alone it picks none of a suite's tests, and every mutant in them seems to live.
 */
import { appendFileSync } from "node:fs";
import { strykerPlugins as theirs } from "@stryker-mutator/vitest-runner";

function runner(injector) {
  const [plugin] = theirs;
  const inner = plugin.factory(injector);
  const named = new Map();
  return {
    capabilities: () => inner.capabilities(),
    init: () => inner.init(),
    dispose: () => inner.dispose(),
    async dryRun(options) {
      const result = await inner.dryRun(options);
      const full = inner.ctx.state.getFiles().flatMap((file) => testsIn(file));
      for (const { fullTestName } of full) named.set(fullTestName.replaceAll(" > ", " "), fullTestName);
      return result;
    },
    mutantRun(options) {
      const { testFilter } = options;
      return inner.mutantRun({
        ...options,
        ...(testFilter && { testFilter: testFilter.map(asVitestNames) }),
      });
    },
  };

  function asVitestNames(id) {
    const at = id.indexOf("#");
    const name = id.slice(at + 1);
    return id.slice(0, at + 1) + (named.get(name.replaceAll(" > ", " ")) ?? name);
  }
}
runner.inject = ["$injector"];

const testsIn = (task) => (task.type === "test" ? [task] : (task.tasks ?? []).flatMap((one) => testsIn(one)));

class Lines {
  onMutantTested({ fileName, location, mutatorName, replacement, status }) {
    const line = { fileName, line: location.start.line, mutatorName, replacement, status };
    appendFileSync(process.env.MUTATION_LINES, JSON.stringify(line) + "\n");
  }
}

export const strykerPlugins = [
  { kind: "TestRunner", name: "vitest-5", factory: runner },
  { kind: "Reporter", name: "lines", injectableClass: Lines },
];
export { strykerValidationSchema } from "@stryker-mutator/vitest-runner";
