/**
 * Every address of the portal, with the method that it takes and the right that it needs. Routes are made from this table
 * alone, and a test tries each address as every kind of person.
 */
import { PATHS } from "../../domain/addresses.ts";
import type { PortalRight } from "../../domain/portalRights.ts";

export interface PortalAddress {
  readonly method: "get" | "post";
  /** Below {@link PATHS.portal}; parameters as Express writes them. */
  readonly path: string;
  /** `anybody`: everybody is let in, signed in or not. A list: one of these rights is enough. */
  readonly needs: "anybody" | readonly [PortalRight, ...PortalRight[]];
  /** `token`: programs ask, by a token of the directory; a session is ignored. Absent: people ask, by their session. */
  readonly by?: "token";
  /** `each-connection`: its form has a field for each connection, of which there may be thousands. */
  readonly takes?: "each-connection";
}

export const ADDRESSES = {
  /** Somebody who administers nothing is led on to their own page. */
  home: { method: "get", path: "", needs: ["configure", "report", "departments", "operate"] },
  setUp: { method: "get", path: "/set-up", needs: ["configure"] },
  moveSetUp: { method: "post", path: "/set-up", needs: ["configure"] },
  connections: { method: "get", path: "/connections", needs: ["configure"] },
  /** The connections as a fragment of a stack file. */
  exportConnections: { method: "get", path: "/connections.yaml", needs: ["configure"] },
  newConnection: { method: "get", path: "/new-connection", needs: ["configure"] },
  addConnection: { method: "post", path: "/new-connection", needs: ["configure"] },
  connection: { method: "get", path: "/connections/:id", needs: ["configure"] },
  connectionForm: { method: "get", path: "/connections/:id/edit", needs: ["configure"] },
  editConnection: { method: "post", path: "/connections/:id/edit", needs: ["configure"] },
  switchConnection: { method: "post", path: "/connections/:id/switch", needs: ["configure"] },
  /** Turns a production connection on without a test visit before. */
  overrideConnection: { method: "post", path: "/connections/:id/override", needs: ["decide"] },
  /** Switches off the alarm that sign-in addresses are other ones than those found first. */
  approveSignIn: { method: "post", path: "/connections/:id/sign-in", needs: ["decide"] },
  connectionRemoval: { method: "get", path: "/connections/:id/remove", needs: ["configure"] },
  removeConnection: { method: "post", path: "/connections/:id/remove", needs: ["configure"] },
  approvals: { method: "get", path: "/approvals", needs: ["configure"] },
  /** Every administrator may make the rule stricter; only a Global Administrator may loosen it. */
  requireApproval: { method: "post", path: "/approvals/require", needs: ["configure"] },
  loosenApproval: { method: "post", path: "/approvals/loosen", needs: ["decide"] },
  proposal: { method: "get", path: "/approvals/:id", needs: ["configure"] },
  approveProposal: { method: "post", path: "/approvals/:id/approve", needs: ["configure"] },
  rejectProposal: { method: "post", path: "/approvals/:id/reject", needs: ["configure"] },
  /** The records that Oracle is given about each connection. */
  integration: { method: "get", path: "/integration-records", needs: ["configure"] },
  integrationRecords: { method: "get", path: "/integration-records/:id", needs: ["configure"] },
  integrationText: { method: "get", path: "/integration-records/:id/text", needs: ["configure"] },
  integrationJson: { method: "get", path: "/integration-records/:id/json", needs: ["configure"] },
  markGiven: { method: "post", path: "/integration-records/:id/given", needs: ["configure"] },
  departments: { method: "get", path: "/departments", needs: ["configure"] },
  newDepartment: { method: "get", path: "/new-department", needs: ["configure"] },
  addDepartment: { method: "post", path: "/new-department", needs: ["configure"] },
  department: { method: "get", path: "/departments/:id", needs: ["configure"] },
  departmentForm: { method: "get", path: "/departments/:id/edit", needs: ["configure"] },
  editDepartment: { method: "post", path: "/departments/:id/edit", needs: ["configure"] },
  /** Asks Teams for a meeting of each account; no setting is changed. */
  tryDepartment: { method: "post", path: "/departments/:id/try", needs: ["configure"] },
  departmentRemoval: { method: "get", path: "/departments/:id/remove", needs: ["configure"] },
  removeDepartment: { method: "post", path: "/departments/:id/remove", needs: ["configure"] },
  texts: { method: "get", path: "/texts", needs: ["configure"] },
  /** Gives both consents, for the connections that are named. */
  agreeToTexts: { method: "post", path: "/texts/consents", needs: ["decide"], takes: "each-connection" },
  /** Says from which number each connection's patients are texted, which is what the consents are for. */
  configureTexts: {
    method: "post",
    path: "/texts/configuration",
    needs: ["decide"],
    takes: "each-connection",
  },
  withdrawTexts: { method: "post", path: "/texts/withdrawal", needs: ["decide"] },
  /** Adding somebody in production needs a Global Administrator. */
  listStaff: { method: "post", path: "/texts/staff", needs: ["configure"] },
  tryText: { method: "post", path: "/texts/trial", needs: ["configure"] },
  /** Begins the purchase of the number; while one is under way it does nothing. */
  generateNumber: { method: "post", path: "/texts/number", needs: ["configure"] },
  /** How far the purchase is, for the open page to show. */
  numberProgress: { method: "get", path: "/texts/number", needs: ["configure"] },
  /** Says that the number was given back in Azure, so that another one can be generated. */
  giveBackNumber: { method: "post", path: "/texts/number/given-back", needs: ["configure"] },
  messageRules: { method: "get", path: "/texts/rules", needs: ["configure"] },
  editMessageRules: { method: "post", path: "/texts/rules", needs: ["configure"] },
  words: { method: "get", path: "/texts/words", needs: ["configure"] },
  editWords: { method: "post", path: "/texts/words", needs: ["configure"] },
  /** What one text becomes while it is typed; nothing is kept. */
  previewWords: { method: "post", path: "/texts/words/preview", needs: ["configure"] },
  verifyNumber: { method: "post", path: "/texts/verification", needs: ["configure"] },
  /** Shows what going live will do, before anybody does it. */
  goLive: { method: "get", path: "/texts/live", needs: ["configure"] },
  setLive: { method: "post", path: "/texts/live", needs: ["decide"] },
  /** Department managers see the visits of their departments. */
  atRisk: { method: "get", path: "/visits-at-risk", needs: ["configure", "departments"] },
  /** Decrypts which appointment a visit is, and records that in the audit trail. */
  tellAppointment: { method: "post", path: "/visits-at-risk/:id", needs: ["configure", "departments"] },
  /** Which manager sees which departments. */
  managers: { method: "get", path: "/managers", needs: ["configure"] },
  setManager: { method: "post", path: "/managers", needs: ["configure"] },
  removeManager: { method: "post", path: "/managers/:id/remove", needs: ["configure"] },
  /** What Microsoft Graph's consent lacks. */
  consent: { method: "get", path: "/consent", needs: ["configure"] },
  /** Leads to Microsoft, which decides who may consent. */
  beginConsent: { method: "get", path: "/consent/begin", needs: ["configure"] },
  checks: { method: "get", path: "/checks", needs: ["configure"] },
  /** Background work that was given up, and what can be done about it. */
  work: { method: "get", path: "/work", needs: ["configure"] },
  /** The job's id is in a form, because it must not be in an address. */
  replayWork: { method: "post", path: "/work/replay", needs: ["configure"] },
  discardWork: { method: "post", path: "/work/discard", needs: ["configure"] },
  audit: { method: "get", path: "/audit", needs: ["configure"] },
  auditCsv: { method: "post", path: "/audit.csv", needs: ["configure"] },
  auditJson: { method: "post", path: "/audit.json", needs: ["configure"] },
  privacy: { method: "get", path: "/privacy", needs: ["configure"] },
  /** The appointment is in a form, because no address may name one. */
  appointment: { method: "post", path: "/privacy/appointment", needs: ["configure"] },
  deleteAppointment: { method: "post", path: "/privacy/deletion", needs: ["configure"] },
  optOuts: { method: "get", path: "/opt-outs", needs: ["configure"] },
  /** The number is in a form, because no address may name one. */
  optOut: { method: "post", path: "/opt-outs/number", needs: ["configure"] },
  removeOptOut: { method: "post", path: "/opt-outs/removal", needs: ["configure"] },
  linkedAccounts: { method: "get", path: "/linked-accounts", needs: ["configure"] },
  removeLinkedAccount: { method: "post", path: "/linked-accounts/:id/remove", needs: ["configure"] },
  /** A reference says nothing by itself, so it may be in the address. */
  traces: { method: "get", path: "/traces", needs: ["configure"] },
  reports: { method: "get", path: "/reports", needs: ["report", "departments"] },
  reportUsage: { method: "get", path: "/reports/usage", needs: ["report", "departments"] },
  reportTexts: { method: "get", path: "/reports/texts", needs: ["report", "departments"] },
  /** How good the calls of visits were. */
  reportQuality: { method: "get", path: "/reports/quality", needs: ["report", "departments"] },
  /** Beyond which limits calls are poor, and whether appointments' ids are kept. */
  reportSettings: { method: "get", path: "/reports/settings", needs: ["configure"] },
  setReports: { method: "post", path: "/reports/settings", needs: ["configure"] },
  reportWords: { method: "get", path: "/reports/words", needs: ["report", "departments"] },
  reportCsv: { method: "post", path: "/reports/visits.csv", needs: ["report", "departments"] },
  reportAllocation: { method: "get", path: "/reports/allocation", needs: ["report", "departments"] },
  setAllocation: { method: "post", path: "/reports/allocation", needs: ["configure"] },
  /** The file by which departments are charged. */
  reportAllocationCsv: { method: "post", path: "/reports/allocation.csv", needs: ["report", "departments"] },
  reportJson: { method: "get", path: "/api/report", needs: ["report"], by: "token" },
  operators: { method: "get", path: "/operators", needs: ["operate"] },
  standing: { method: "get", path: "/api/standing", needs: ["operate"], by: "token" },
  /** Makes the canary visit of every connection now. */
  canary: { method: "post", path: "/api/canary", needs: ["operate"], by: "token" },
  help: { method: "get", path: "/help", needs: ["configure", "report", "departments", "operate"] },
  /** Signs that this deployment has tested the package that it runs. */
  evidence: { method: "post", path: "/api/evidence", needs: ["operate"], by: "token" },
  signIn: { method: "get", path: "/sign-in", needs: "anybody" },
  signOut: { method: "post", path: "/sign-out", needs: "anybody" },
} as const satisfies Readonly<Record<string, PortalAddress>>;

export type PortalPageName = keyof typeof ADDRESSES;

/** The whole path of an address; `id` replaces `:id` in those that have it. */
export const portalPath = (name: PortalPageName, id = ""): string =>
  PATHS.portal + ADDRESSES[name].path.replace(":id", encodeURIComponent(id));

/** Whether somebody with these rights may see that page. */
export const isOpenTo = (rights: readonly PortalRight[], name: PortalPageName): boolean => {
  const { needs }: PortalAddress = ADDRESSES[name];
  return needs === "anybody" || needs.some((right) => rights.includes(right));
};

/** The address at which Microsoft asks whether the portal may read somebody's directory roles; `page` opens next. */
export const rolesAddress = (page: string): string =>
  portalPath("signIn") + "?" + new URLSearchParams({ account: "roles", page }).toString();
