/** Which tests judge which files: those that test them through their own exports. */

import { OF_RECORDS } from "./testsOfRecords.ts";

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
  alone("app/domain/timeBefore.ts", "test/app/flows/portal/messageForms.test.ts"),
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
  adapter("wire"),
  alone("app/flows/patient", "test/app/flows/patient/{answers,checks,door,trouble,waiting,words}.test.ts"),
  alone("app/flows/staff", "test/app/flows/staff/{answers,link,words}.test.ts"),
  // Without a deployment: they notice in milliseconds what the walks of these flows notice in seconds.
  alone("app/flows/webhooks", "test/app/flows/webhooks/{checks,events,optOutJob,routes,takeEvents}.test.ts"),
  flow("background"),
  {
    of: "app/flows/messages",
    tests: [
      "test/app/flows/messages/{afterFailure,atRisk,belief,checks,comesBack,inChart,inDoubt}.test.ts",
      "test/app/flows/messages/{givenUp,jobRules,knownAlready,messageJob,occasion,order,passedOn,pending,plan}.test.ts",
      "test/app/flows/messages/{runningLate,sent,unheard,waiting,ways,whatPatientsBelieve,whose}.test.ts",
    ],
    measured: false,
  },
  alone(
    "app/flows/presence",
    "test/app/flows/presence/{arrivals,checks,items,killed,moved,routes,subscriptions,take,thereAndBack,watch}.test.ts",
  ),
  flow("finding"),
  flow("reports"),
  // Each has tests without a deployment, which judge a mutant in a fraction of a second; the walks with one take minutes. So
  // there is no entry for the flow as a whole: a new file needs such tests of its own.
  ...Object.entries({
    "{acting,audited}": "visitActions.ts,whatFollows.ts",
    "{audited,holding}": "audited.ts",
    "{acting,flowPages}": "formMembers.ts",
    believed: "believed.ts",
    cancelled: "cancelled.ts",
    departures: "departures.ts",
    foundDepartment: "foundDepartment.ts",
    heldElsewhere: "heldElsewhere.ts",
    "{holding,heldElsewhere}": "holding.ts",
    keptVisit: "keptVisit.ts,whoseUntold.ts",
    lateTexts: "lateTexts.ts",
    leftOut: "leftOut.ts",
    ofToday: "ofToday.ts",
    optional: "optional.ts,optionalNotice.tsx",
    saidNow: "saidNow.ts",
    unasked: "unasked.ts",
    visitCancelled: "visitCancelled.ts",
    inDoubt: "ofOthers.ts",
    "{locate,whose}": "whose.ts",
    "{chartRules,opening}": "shownPatient.ts",
    chartRules: "browser.ts,departments.ts,faultChart.ts,nextVisit.ts,patientNames.ts",
    "{opening,visitCards,chartRules}": "notRead.ts",
    "{flowPages,chartRules}": "faults.tsx",
    "{flowPages,live}": "liveAddresses.ts,liveRoutes.ts",
    flowPages: "noVisitAnswer.ts,provider.ts,routes.ts",
    "{flowPages,formsOfOnePerson}": "postedForms.ts",
    "{keySetOutage,flowPages}": "keySet.ts",
    launchChecks: "checks.ts",
    launching: "account.ts,beginLaunch.ts,finishLaunch.ts,problems.ts",
    locate: "locate.ts",
    "{locate,meantVisit}": "looks.ts",
    nearness: "messageToCopy.ts,nearness.ts",
    opening: "choosing.ts,opened.ts",
    "{opening,pagesShown}": "consults.ts,noteBeside.ts,openVisit.ts",
    pagesShown:
      "accountPage.tsx,choicePage.tsx,consultForm.tsx,hints.ts,noVisitPage.tsx,pages.ts,parts.ts,patientBanner.tsx,readHints.tsx,severalPatients.tsx,signedOutPage.tsx,todaysVisits.tsx,visitPage.tsx,visitView.ts,workstation.tsx",
    sendingLinks: "sentWords.ts",
    "{visitCards,faultWords}": "fullWords.ts",
    "{visitCards,lateTexts}": "lateCard.tsx",
    "{sendingLinks,unasked}": "sending.ts",
    "{sendingLinks,audited}": "sendLink.ts",
    sessions: "freshSession.ts,kept.ts,session.ts",
    streams: "streams.ts",
    visitCards:
      "notReadNotice.tsx,saidNotice.tsx,sendCards.tsx,statusWords.ts,visitCards.tsx,visitForm.tsx,waitingCard.tsx",
    "{pagesShown,visitCards}": "declined.tsx,linkAsks.tsx,linkCards.tsx,notVideo.tsx,said.ts,wayBack.tsx",
    "{pagesShown,visitCards,flowPages}": "heldCard.tsx",
    "{room,visitJobs}": "meetingJob.ts,roomJob.ts",
    "{waiting,whoWaits}": "followed.ts,waiting.ts",
    "{late,whoWaits,lateTexts,acting}": "runningLate.ts",
  }).flatMap(([names, files]) =>
    files
      .split(",")
      .map((file) => alone("app/flows/provider/" + file, `test/app/flows/provider/${names}.test.{ts,tsx}`)),
  ),
  alone("app/flows/canary", "test/app/flows/canary/steps.test.ts"),
  ...portal({
    "access.ts addresses.ts movedPages.ts": "letIn",
    "approvals/beneath.ts approvals/approvalsPage.tsx approvals/proposalPage.tsx approvals/refusals.ts":
      "approvalPages",
    "approvals/round.ts": "approvalRounds",
    "audit.ts auditShown.ts": "auditReading",
    "auditPage.tsx auditTicks.ts": "audit",
    "comparisonTable.tsx": "approvalPages",
    "distinctNames.ts": "standing",
    "done.ts": "decided,letIn",
    "auditWords.ts": "auditWords,auditReading",
    "connections/acts.ts connections/shown.ts connections/asked.ts connections/waitsAt.ts": "decided",
    "connections/clearing.ts connections/looking.ts connections/rows.ts": "standing",
    "connections/form.ts": "forms",
    "connections/judge.ts connections/others.ts": "connectionJudged",
    "consent/answers.tsx managers/answers.ts optOuts/answers.tsx": "decided",
    "departments/form.ts": "forms",
    "departments/judge.ts departments/length.ts": "departmentJudged",
    "evidence.ts": "programAnswers",
    "faults.tsx faultWords.ts parts.ts problems.ts sentForm.tsx signInAgainPage.tsx consent/faultWords.ts":
      "faults",
    "fields.ts inputs.tsx merging.ts people.tsx waitingInForm.tsx": "forms",
    "messageRules/judge.ts messageRules/preview.ts messageRules/typed.ts": "messageForms",
    "ofMany.ts": "ofMany",
    "ownChecks.ts setUp.ts standing.ts visitsAhead.ts": "standing",
    "privacy/answers.tsx privacy/asked.ts privacy/heldPage.tsx privacy/heldWords.ts privacy/subscription.ts":
      "held",
    "programs.ts": "letIn,programAnswers",
    "reports/allocated.ts reports/asked.ts reports/columns.ts reports/limits.ts reports/page.ts":
      "reportReading",
    "reports/rows.ts reports/sorting.ts reports/spans.ts reports/summary.ts reports/whose.ts":
      "reportReading",
    "signIn.ts signInTrail.ts asked.ts": "signIn,decided",
    "linkedAccounts/answers.tsx linkedAccounts/round.ts": "decided,linkedAccounts",
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
    linkedAccounts: "linkedAccounts,access",
    texts: "texts,number,messageRules",
    traces: "traces,access",
    work: "checks,access",
    "addressRound.ts changedMeanwhile.tsx": "formerAddresses,connections",
    "checkWords.ts homePage.tsx setUpPage.tsx": "home",
    "globalAdministrator.tsx listTable.tsx status.tsx": "approvalPages",
    "helpPage.tsx next.tsx icon.tsx movers.ts pages.tsx portal.ts": "help,home,access",
    "operatorsPage.tsx signedOutPage.tsx": "access",
  }),
  flow("portal"),
  alone("app/messages", "test/app/messages/{handOver,tellOtherwise,unheard,whyNot}.test.ts"),
  ...OF_RECORDS,
  { of: "app/records", tests: ["test/app/records/**/*.test.ts", "test/privacy/*.test.ts"], measured: false },
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

/** Files or folders of the portal, and the names of the tests that judge them. */
function portal(by: Readonly<Record<string, string>>): readonly Judged[] {
  return Object.entries(by).flatMap(([names, tests]) =>
    names.split(" ").map((name) => ({
      of: "app/flows/portal/" + name,
      tests: tests.split(",").map((test) => `test/app/flows/portal/${test}.test.{ts,tsx}`),
      measured: false,
    })),
  );
}
