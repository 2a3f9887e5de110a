import { defineConfig } from "vitest/config";

// For scripts/mutate.ts, which names the tests. Each file has a world of its own: Stryker says anew in each what is wrong now.
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    include: (process.env["MUTATION_TESTS"] ?? "").split("\n"),
    setupFiles: ["scripts/mutation/hooks.js"],
    exclude: ["**/node_modules/**", "**/*.slow.test.*", "**/*.browser.test.*"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
