import { configDefaults, defineConfig } from "vitest/config";

const slow = "test/**/*.slow.test.{ts,tsx}";
const browser = "test/**/*.browser.test.{ts,tsx}";

// `npm test` runs fast and browser; `slow` (emulators) belongs to .ci/run.
export default defineConfig({
  // Pages are Preact, rendered on the server.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    // A process for each file: node:sqlite, environment and Pulumi's one global engine stay apart.
    pool: "forks",
    // Left alone it leaves one core idle, which on two cores is half of them.
    maxWorkers: "100%",
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          name: "fast",
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: [...configDefaults.exclude, slow, browser],
          // A test takes a second at most; a machine that does other things besides may take long over it.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: [browser],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "slow",
          include: [slow],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
