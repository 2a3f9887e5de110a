/** Which tests judge which files: those that ask them through their own door. */

export interface Judged {
  /** A folder or a file; the first line that has a file is the file's. */
  readonly of: string;
  readonly tests: readonly string[];
  /** It was measured whole and reaches the bar: CI takes its share of these. */
  readonly measured: boolean;
}

export const JUDGED: readonly Judged[] = [
  { of: "app/domain", tests: ["test/app/domain/**/*.test.ts"], measured: false },
  words("app/flows/patient/english.ts", "test/app/flows/patient/words.test.ts"),
  words("app/flows/patient/spanish.ts", "test/app/flows/patient/words.test.ts"),
  words("app/flows/provider/faultWords.ts", "test/app/flows/provider/faultWords.test.ts"),
  words("app/flows/provider/launchWords.ts", "test/app/flows/provider/faultWords.test.ts"),
  words("app/flows/provider/commonFaultWords.ts", "test/app/flows/provider/faultWords.test.ts"),
  words("app/flows/provider/accountWords.ts", "test/app/flows/provider/faultWords.test.ts"),
  words("app/flows/staff/faultWords.ts", "test/app/flows/staff/words.test.ts"),
  words("app/flows/staff/words.ts", "test/app/flows/staff/words.test.ts"),
  {
    of: "app/web",
    tests: [
      "test/app/web/**/*.test.{ts,tsx}",
      "test/app/flows/{patient,staff}/**/*.test.ts",
      "test/app/flows/provider/{security.pages,security.state,refusals,limits}.test.ts",
      "test/app/{server,health}.test.ts",
    ],
    measured: false,
  },
  adapter("fhir", "test/app/flows/provider/**/*.test.ts"),
  adapter("entra", "test/app/flows/{staff,webhooks}/**/*.test.ts"),
  adapter("graph"),
  adapter("keyvault"),
  flow("patient"),
  flow("staff"),
  flow("webhooks"),
  flow("background"),
  flow("provider"),
];

/** The line that judges a file. */
export const judgeOf = (file: string): Judged | undefined =>
  JUDGED.find(({ of }) => file === of || file.startsWith(of + "/"));

function words(of: string, test: string): Judged {
  return { of, tests: [test], measured: false };
}

function adapter(name: string, ...more: readonly string[]): Judged {
  return {
    of: "app/adapters/" + name,
    tests: [`test/app/adapters/${name}/**/*.test.ts`, ...more],
    measured: false,
  };
}

function flow(name: string): Judged {
  return { of: "app/flows/" + name, tests: [`test/app/flows/${name}/**/*.test.ts`], measured: false };
}
