/** `npm test [-- arguments for vitest]`: the fast suite and the browser tests; the last line says how many passed. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureChromium } from "./chromium.js";
import { exitWith, run, say } from "./child.js";
import { ensure } from "./install.js";
import { environmentOn24, root } from "./node24.js";

const report = join(root, ".cache", "vitest.json");
/** Node's compile cache: each test file runs in a process of its own, and most of them load the same packages. */
const compiled = join(root, ".cache", "compiled");

await exitWith(async () => {
  const node = await ensure("all");
  const asked = process.argv.slice(2);
  const projects = asked.some((word) => word.startsWith("--project"))
    ? []
    : ["fast", "together", "browser"].flatMap((name) => ["--project", name]);
  const chromium = await ensureChromium();
  const reporters = ["--reporter=default", "--reporter=json", "--outputFile.json=" + report];
  rmSync(report, { force: true });
  const code = await run(
    node,
    [
      join("node_modules", "vitest", "vitest.mjs"),
      "run",
      "--config",
      ".vitest.config.ts",
      ...projects,
      ...reporters,
      ...asked,
    ],
    { cwd: root, env: { ...environmentOn24(), CHROMIUM_PATH: chromium ?? "", NODE_COMPILE_CACHE: compiled } },
  );
  const { passed, failed, skipped } = counts(code);
  say([passed + " passed", failed + " failed", skipped + " skipped"].join(", "));
  return code !== 0 || failed > 0 || passed === 0 ? 1 : 0;
});

/**
 * The numbers in the report. A file that could not be loaded counts as a failure, and so does a run that failed without any.
 */
function counts(code) {
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests, testResults } = readReport();
  const unloaded = testResults.filter((file) => file.status === "failed" && !hasFailedTest(file)).length;
  const failed = numFailedTests + unloaded;
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped: numPendingTests + numTodoTests };
}

function hasFailedTest(file) {
  return file.assertionResults.some((test) => test.status === "failed");
}

function readReport() {
  try {
    return JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  }
}
