import { configDefaults, defineConfig } from "vitest/config";

const slow = "test/**/*.slow.test.{ts,tsx}";
/** Whole deployments by the engine or in the Azure in memory: each in processes and folders of its own, so two go at a time. */
const deployments = "test/{engine,fidelity,infra}/**/*.slow.test.ts";
const browser = "test/**/*.browser.test.{ts,tsx}";
/** Files that leave nothing behind in their process: they share one, which spares each its own start and imports. */
const together = [
  "test/app/{config,domain,web}/**/*.test.{ts,tsx}",
  "test/app/adapters/fhir/{chart,discovery,obstacles,pace,patientWords,reading,rooms,writtenTo}.test.ts",
  "test/app/adapters/{entra/{adminConsent,callers},graph/hostile,wire/rules}.test.ts",
  "test/app/flows/{finding/damagedRows,reports/{callHours,countRules}}.test.ts",
  "test/app/flows/{canary/steps,staff/link,webhooks/{checks,events,routes,takeEvents}}.test.ts",
  "test/app/flows/messages/{checks,inChart,jobRules,occasion,order,plan,sent}.test.ts",
  "test/app/flows/presence/{checks,items,routes,take,watch}.test.ts",
  "test/app/messages/{handOver,tellOtherwise}.test.ts",
  "test/app/records/{alone,anotherRelease,canaries,departmentDays,jobs,meetingCounts,presences,usages}.test.ts",
  "test/app/records/{staffAccounts,standings,testVisits,ticks,visitStates}.test.ts",
  "test/contracts/**/*.test.ts",
  "test/infra/{policy,stack}/**/*.test.ts",
  "test/infra/{stack,settings,security,samples}.test.ts",
  "test/infra/rehearsal/controlPlane/**/*.test.ts",
  "test/infra/rehearsal/{costs,report,queue,cosmos*}.test.ts",
];

// `npm test` runs fast, together and browser; `deployments` and `slow` (emulators, kills, packages) belong to .ci/run.
export default defineConfig({
  // Pages are Preact, rendered on the server.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    // A process for each file, but for those together: environment and Pulumi's one global engine stay apart.
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
          exclude: [...configDefaults.exclude, slow, browser, ...together],
          // A test takes a second at most; a machine that does other things besides may take long over it.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "together",
          include: together,
          exclude: [...configDefaults.exclude, slow, browser],
          isolate: false,
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
          name: "deployments",
          include: [deployments],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "slow",
          include: [slow],
          exclude: [...configDefaults.exclude, deployments],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
