/** Which tests judge a folder's mutants: those that ask it through its own door. */

export interface Judged {
  readonly folder: string;
  readonly tests: readonly string[];
  /**
   * Whether CI takes its share of it. Elsewhere it has not been brought to the bar yet, or a mutant costs a deployment's
   * start, which is for `npm run mutate` alone.
   */
  readonly inShare: boolean;
}

export const JUDGED: readonly Judged[] = [
  { folder: "app/domain", tests: ["test/app/domain/**/*.test.ts"], inShare: true },
  {
    folder: "app/web",
    tests: ["test/app/web/**/*.test.{ts,tsx}", "test/app/flows/**/*.test.ts", "test/app/server.test.ts"],
    inShare: false,
  },
  adapter("fhir", false, "test/app/flows/provider/**/*.test.ts"),
  adapter("entra", false),
  adapter("graph", true),
  adapter("keyvault", false),
  { folder: "app/flows/patient", tests: ["test/app/flows/patient/**/*.test.ts"], inShare: false },
  { folder: "app/flows/provider", tests: ["test/app/flows/provider/**/*.test.ts"], inShare: false },
  { folder: "app/flows/webhooks", tests: ["test/app/flows/webhooks/**/*.test.ts"], inShare: false },
];

function adapter(name: string, inShare: boolean, ...more: readonly string[]): Judged {
  return {
    folder: "app/adapters/" + name,
    tests: [`test/app/adapters/${name}/**/*.test.ts`, ...more],
    inShare,
  };
}
