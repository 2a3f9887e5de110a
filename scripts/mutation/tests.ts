/** Which tests judge a folder's mutants: those that ask it through its own door. */

export interface Judged {
  readonly folder: string;
  readonly tests: readonly string[];
  /**
   * What CI takes its share of: files and folders that were measured and reach the bar. The others wait for somebody who
   * runs `npm run mutate` on them, and many cost a deployment's start for each mutant.
   */
  readonly share: readonly string[];
}

export const JUDGED: readonly Judged[] = [
  {
    folder: "app/domain",
    tests: ["test/app/domain/**/*.test.ts"],
    share: ["app/domain/day.ts", "app/domain/linkToken.ts", "app/domain/mac.ts"],
  },
  {
    folder: "app/web",
    tests: ["test/app/web/**/*.test.{ts,tsx}", "test/app/flows/**/*.test.ts", "test/app/server.test.ts"],
    share: [],
  },
  adapter("fhir", [], "test/app/flows/provider/**/*.test.ts"),
  adapter("entra", []),
  adapter("graph", ["app/adapters/graph"]),
  adapter("keyvault", []),
  { folder: "app/flows/patient", tests: ["test/app/flows/patient/**/*.test.ts"], share: [] },
  { folder: "app/flows/provider", tests: ["test/app/flows/provider/**/*.test.ts"], share: [] },
  { folder: "app/flows/webhooks", tests: ["test/app/flows/webhooks/**/*.test.ts"], share: [] },
];

function adapter(name: string, share: readonly string[], ...more: readonly string[]): Judged {
  return {
    folder: "app/adapters/" + name,
    tests: [`test/app/adapters/${name}/**/*.test.ts`, ...more],
    share,
  };
}
