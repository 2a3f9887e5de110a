/** Our runner around Stryker's runner for Vitest: what it passes on, and which of its verdicts it believes. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const lines = join(mkdtempSync(join(tmpdir(), "plugin-")), "lines.jsonl");
process.env["MUTATION_LINES"] = lines;
const plugin = fileURLToPath(new URL("../../../scripts/mutation/plugin.js", import.meta.url));

interface Run {
  readonly activeMutant: { readonly id: string };
  readonly mutantActivation: "static" | "runtime";
  readonly testFilter?: readonly string[];
}
interface Runner {
  init(): Promise<void>;
  dryRun(options: object): Promise<{ readonly mutantCoverage: object }>;
  mutantRun(options: Run): Promise<{ readonly status: string }>;
}
interface Plugins {
  readonly strykerPlugins: readonly {
    readonly name: string;
    readonly factory?: (injector: object) => Runner;
    readonly injectableClass?: new () => {
      shouldIgnore(path: object): string | undefined;
      onMutantTested(result: object): void;
    };
  }[];
}
const { strykerPlugins } = (await import(plugin)) as Plugins;
const named = (name: string) => strykerPlugins.find((one) => one.name === name);

const file = (name: string, ...tests: string[]) => ({
  name,
  filepath: "/" + name,
  type: "suite",
  meta: { mutantCoverage: { static: name === "b.test.ts" ? { 7: 1 } : {} } },
  tasks: tests.map((fullTestName) => ({ type: "test", fullTestName, result: { state: "pass" } })),
  result: { state: "pass" },
});

/** Our runner around a runner that only notes what it is asked. */
function runner(result: { readonly status: string } = { status: "survived" }) {
  const files = [file("a.test.ts", "suite > one", "suite > two"), file("b.test.ts", "three")];
  const project = { config: { isolate: true } };
  const runs: Run[] = [];
  const inner = {
    capabilities: () => ({}),
    init: () => Promise.resolve(),
    dispose: () => Promise.resolve(),
    ctx: { state: { getFiles: () => files }, projects: [project] },
    dryRun: () =>
      Promise.resolve({
        tests: ["/a.test.ts#suite one", "/a.test.ts#suite two", "/b.test.ts#three"].map((id) => ({ id })),
        mutantCoverage: {
          static: { 7: 1 },
          perTest: { "/a.test.ts#": { 5: 2 }, "/a.test.ts#suite one": { 5: 1, 6: 1 } },
        },
      }),
    mutantRun: (run: Run) => {
      runs.push(run);
      return Promise.resolve(result);
    },
  };
  const injector = { provideValue: () => ({ injectClass: () => inner }) };
  const made = named("vitest-5")?.factory?.(injector);
  if (made === undefined) throw new Error("no runner");
  return { made, runs, files, project };
}

const mutant = (id: string, mutantActivation: Run["mutantActivation"], testFilter?: string[]): Run => ({
  activeMutant: { id },
  mutantActivation,
  ...(testFilter && { testFilter }),
});

test("what a file's hooks pass through is all its tests' own", async () => {
  const { made, project } = runner();
  expect((await made.dryRun({})).mutantCoverage).toMatchObject({
    perTest: { "/a.test.ts#suite one": { 5: 3, 6: 1 }, "/a.test.ts#suite two": { 5: 2 } },
  });
  expect(project.config.isolate).toBe(true);
});

test("tests are picked by the names that Vitest gives them, also by a process that made no dry run", async () => {
  await runner().made.dryRun({});
  const { made, runs, project } = runner();
  await made.init();
  await made.mutantRun(mutant("5", "runtime", ["/a.test.ts#suite two"]));
  expect(runs[0]?.testFilter).toEqual(["/a.test.ts#suite > two"]);
  expect(project.config.isolate).toBe(false);
});

test("what runs at import is judged alone, by the files that import it", async () => {
  const { made, runs, project } = runner();
  await made.dryRun({});
  await made.mutantRun(mutant("7", "static"));
  expect([runs[0]?.testFilter, project.config.isolate]).toEqual([["/b.test.ts#three"], true]);
});

test("a file that fails as a whole has noticed", async () => {
  const { made, files } = runner();
  await made.dryRun({});
  expect(await made.mutantRun(mutant("7", "static"))).toMatchObject({ status: "survived" });
  Object.assign(files[1] ?? {}, { result: { state: "fail" } });
  expect(await made.mutantRun(mutant("7", "static"))).toMatchObject({ status: "killed" });
});

test("descriptions of fields are judged by nobody, and that is a reason", () => {
  const Ignorer = named("unjudged")?.injectableClass;
  const ignorer = Ignorer && new Ignorer();
  const of = (name: string, listKey = "arguments") =>
    ignorer?.shouldIgnore({ listKey, parent: { callee: { property: { name } } } });
  expect(of("meta")).toMatch(/descriptions/);
  expect([of("regex"), of("meta", "elements"), of("toString")]).toEqual([undefined, undefined, undefined]);
});

test("each mutant is a line as soon as it is judged", () => {
  const Lines = named("lines")?.injectableClass;
  const location = { start: { line: 3 } };
  if (Lines)
    new Lines().onMutantTested({
      fileName: "a.ts",
      location,
      mutatorName: "Regex",
      replacement: "x",
      status: "Killed",
    });
  expect(JSON.parse(readFileSync(lines, "utf8"))).toEqual({
    fileName: "a.ts",
    line: 3,
    mutatorName: "Regex",
    replacement: "x",
    status: "Killed",
  });
});

test("of a sample others are judged with another seed, about one in so many, the same ones in every process", async () => {
  const sample = fileURLToPath(new URL("../../../scripts/mutation/sample.js", import.meta.url));
  const mutants = Array.from({ length: 1_000 }, (_, number) => ({
    id: String(number),
    mutatorName: "Regex",
    replacement: "x",
  }));
  const chosen = async (oneIn: string, seed: string) => {
    Object.assign(process.env, { MUTATION_ONE_IN: oneIn, MUTATION_SEED: seed });
    const fresh = (await import(`${sample}?${oneIn}${seed}${String(Math.random())}`)) as {
      readonly isChosen: (mutant: object) => boolean;
    };
    return mutants.filter(fresh.isChosen).map(({ id }) => id);
  };
  const one = await chosen("10", "a");
  expect([one.length > 60, one.length < 140]).toEqual([true, true]);
  expect(await chosen("10", "a")).toEqual(one);
  expect(await chosen("10", "b")).not.toEqual(one);
  expect(await chosen("1", "a")).toHaveLength(mutants.length);
});
