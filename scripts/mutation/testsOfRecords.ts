/** Which tests judge which files of records; see tests.ts. */
export const OF_RECORDS = [
  ...records({
    "audit auditRetention portalSessions": "audit",
    canaries: "canaries",
    departmentDays: "departmentDays",
    "formerAddresses optOuts rowsOf tombstones": "erasing",
    holdings: "erasing,holdings",
    hospital: "hospital",
    "jobRow jobs": "jobs",
    meetingCounts: "meetingCounts",
    notifications: "notifications",
    portalConnections: "portalConnections,settings",
    "presenceRow presences": "presences,presenceRow,holdings",
    "addressesChange proposals removedWith": "proposals",
    record: "record",
    sendingRate: "sendingRate",
    "settingChange setOfTexts": "proposals",
    "settingKind settings": "settings,proposals",
    unreadableSetting: "record,settings",
    signIns: "signIns",
    "signInAddresses standings": "standings,probeAll",
    staffAccounts: "staffAccounts",
    testVisits: "testVisits",
    ticks: "ticks",
    writing: "writing,anotherRelease",
  }),
  ...["locations", "searched", "strays"].map((name) =>
    alone(`app/records/${name}.ts`, "test/app/flows/finding/{damagedRows,locations,rounds,strays}.test.ts"),
  ),
  ...["keptVisits", "visits", "visitInStep", "visitLinks", "visitPatients", "visitRoom", "visitRow"].map(
    (name) => ({
      of: `app/records/${name}.ts`,
      tests: ["test/app/records/visitStates.test.ts", "test/app/flows/provider/{acting,visitJobs}.test.ts"],
      measured: false,
    }),
  ),
  ...Object.entries({
    "test/app/records/alone.test.ts":
      "answers clientStates containers dataRegions guide portalDepartments portalMessages reach soundVisit staffOpened traces trialRow visitFacts visitIds",
    "test/app/flows/finding/{damagedRows,looks,prepared,rounds,status}.test.ts test/app/records/foundRows.test.ts":
      "foundRow foundVisits",
    "test/app/flows/finding/{links,looks,prepared,preparing,status}.test.ts": "expectedVisits preparing",
    "test/app/flows/finding/looks.test.ts test/app/flows/messages/{occasion,plan,whose}.test.ts test/app/records/{foundRows,visitChanges}.test.ts":
      "visitChanges",
    "test/app/flows/portal/{number,texts}.test.ts": "numberPurchase",
    "test/app/flows/presence/{subscriptions,watch}.test.ts test/app/flows/provider/whoWaits.test.ts":
      "watching",
    "test/app/flows/background/*.test.ts test/app/worker/{badDays,upkeep}.test.ts": "workStanding",
    "test/app/records/usages.test.ts": "counting quality",
    "test/app/worker/{badDays,jobs,outages}.test.ts": "jobMessages waking",
    "test/app/adapters/keyvault/keyring.test.ts test/app/records/unknownMembers.test.ts": "keys",
    "test/app/records/{heard,anotherRelease}.test.ts": "heard",
    "test/app/records/messages.test.ts test/app/messages/send.test.ts test/app/flows/provider/sendingLinks.test.ts":
      "messages",
    "test/app/records/{settings,textingUnreadable,proposals}.test.ts": "portalTexting",
    "test/app/records/{proposals,settings}.test.ts test/app/flows/portal/messageForms.test.ts":
      "approvalSettings givenRecords portalAllocation portalManagers portalReports portalSettings",
    "test/privacy/rows.test.ts": "table",
    "test/app/flows/finding/{locations,rounds,strays}.test.ts": "aboutLocations",
  }).flatMap(([tests, names]) =>
    names.split(" ").map((name) => ({
      of: `app/records/${name}.ts`,
      tests: tests.split(" "),
      measured: false,
    })),
  ),
  alone("app/records/visitMeeting.ts", "test/app/flows/finding/{meetings,mended}.test.ts"),
  alone("app/records/visitPeople.ts", "test/app/flows/provider/acting.test.ts"),
  alone("app/records/jobUpkeep.ts", "test/app/worker/{badDays,outages,upkeep}.test.ts"),
  alone("app/records/sessions.ts", "test/app/flows/provider/sessions.test.ts"),
  alone("app/records/usages.ts", "test/{app/records/usages,app/flows/reports/upkeep}.test.ts"),
];

function alone(of: string, test: string) {
  return { of, tests: [test], measured: false };
}

/** Files of records, and the names of the tests that judge them. */
function records(by: Readonly<Record<string, string>>) {
  return Object.entries(by).flatMap(([names, tests]) =>
    names.split(" ").map((name) => ({
      of: `app/records/${name}.ts`,
      tests: tests.split(",").map((test) => `test/app/records/${test}.test.ts`),
      measured: false,
    })),
  );
}
