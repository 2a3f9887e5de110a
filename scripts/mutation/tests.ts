/** Which tests judge which files: those that test them through their own exports. */

export interface Judged {
  /** A folder or a file; for a file, the first entry that contains it applies. */
  readonly of: string;
  readonly tests: readonly string[];
  /** Whether it was measured completely and reaches the required score; CI chooses from these. */
  readonly measured: boolean;
}

const DOMAIN: Judged = { of: "app/domain", tests: ["test/app/domain/**/*.test.ts"], measured: false };

export const JUDGED: readonly Judged[] = [
  ...["day", "linkToken", "mac"].map((name) => ({
    ...DOMAIN,
    of: "app/domain/" + name + ".ts",
    measured: true,
  })),
  DOMAIN,
  alone("app/flows/patient/english.ts", "test/app/flows/patient/words.test.ts"),
  alone("app/flows/patient/spanish.ts", "test/app/flows/patient/words.test.ts"),
  alone("app/flows/staff/faultWords.ts", "test/app/flows/staff/words.test.ts"),
  alone("app/flows/provider/faultWords.ts", "test/app/flows/provider/faultWords.test.ts"),
  alone("app/flows/provider/launchWords.ts", "test/app/flows/provider/faultWords.test.ts"),
  alone("app/flows/provider/commonFaultWords.ts", "test/app/flows/provider/faultWords.test.ts"),
  alone("app/flows/provider/accountWords.ts", "test/app/flows/provider/faultWords.test.ts"),
  { of: "app/web", tests: ["test/app/web/**/*.test.{ts,tsx}"], measured: false },
  ...[
    "clientAuthentication",
    "idToken",
    "keySets",
    "references",
    "signIn",
    "telecom",
    "times",
    "tokenEndpoint",
  ].map((name) => alone("app/adapters/fhir/" + name + ".ts", `test/app/adapters/fhir/${name}.test.ts`)),
  adapter("fhir"),
  adapter("entra", "test/app/adapters/standIn.test.ts"),
  ...["meetingRules", "meetings"].map((name) => ({
    ...adapter("graph"),
    of: "app/adapters/graph/" + name + ".ts",
    measured: true,
  })),
  adapter("graph"),
  adapter("keyvault"),
  alone("app/flows/patient", "test/app/flows/patient/{answers,checks,tap,trouble,waiting,words}.test.ts"),
  alone("app/flows/staff", "test/app/flows/staff/{answers,link,words}.test.ts"),
  flow("webhooks"),
  flow("background"),
  flow("messages", "test/app/messages/**/*.test.ts"),
  flow("presence"),
  flow("finding"),
  flow("reports"),
  flow("canary"),
  flow("provider"),
  alone("app/flows/portal/addresses.ts", "test/app/flows/portal/access*.test.ts"),
  alone(
    "app/flows/portal/access.ts",
    "test/app/flows/portal/{access*,signInAgain,directoryRoles,programs}.test.ts",
  ),
  ...Object.entries({
    approvals: "approvals,approvalsOfStack",
    atRisk: "atRisk,departmentManagers",
    checks: "checks,home",
    connections: "connections,connectionList,clearing,formerAddresses,stackFragment,approvals",
    consent: "consent,directoryRoles",
    departments: "departments,departmentManagers",
    integration: "integration,connections",
    managers: "departmentManagers,access",
    messageRules: "messageRules,texts",
    optOuts: "optOuts,access",
    privacy: "privacy,formerAddresses",
    reports: "reports,allocation,callQuality,departmentManagers",
    staffLinks: "staffLinks,access",
    texts: "texts,number,messageRules",
    traces: "traces,access",
    work: "checks,access",
  }).map(([folder, names]) =>
    alone("app/flows/portal/" + folder, `test/app/flows/portal/{${names}}.test.ts`),
  ),
  flow("portal"),
  { of: "app/messages", tests: ["test/app/{messages,flows/messages}/**/*.test.ts"], measured: false },
  {
    of: "app/records",
    tests: ["test/app/records/**/*.test.ts", "test/contracts/store/**/*.test.ts", "test/privacy/*.test.ts"],
    measured: false,
  },
];

/** The entry that applies to a file. */
export const judgeOf = (file: string): Judged | undefined =>
  JUDGED.find(({ of }) => file === of || file.startsWith(of + "/"));

/** An entry for a file or folder that is completely tested by a few test files. */
function alone(of: string, test: string): Judged {
  return { of, tests: [test], measured: false };
}

function adapter(name: string, ...more: readonly string[]): Judged {
  return {
    of: "app/adapters/" + name,
    tests: [`test/app/adapters/${name}/**/*.test.ts`, ...more],
    measured: false,
  };
}

function flow(name: string, ...more: readonly string[]): Judged {
  return {
    of: "app/flows/" + name,
    tests: [`test/app/flows/${name}/**/*.test.ts`, ...more],
    measured: false,
  };
}
