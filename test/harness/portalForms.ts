/** Each form of the portal as somebody would send it. The compiler refuses this table if one is missing. */
import type { ADDRESSES } from "../../app/flows/portal/addresses.ts";
import { PORTAL_ACCOUNTS } from "./administrator.ts";

type Addresses = typeof ADDRESSES;
/**
 * The names of the addresses that take a form. A program's requests have no session and no form, so theirs are left out.
 */
export type FormName = {
  [N in keyof Addresses]: Addresses[N] extends { readonly by: "token" }
    ? never
    : Addresses[N]["method"] extends "post"
      ? N
      : never;
}[keyof Addresses];

export interface Form {
  readonly id?: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Whether the form says which version of a setting it showed. A form that does not may be sent twice without harm. */
  readonly says: "version" | "none";
}

const OLD = { revision: "999999" };
const CONNECTION = { name: "Own", environment: "test", visitTypes: "Video Visit" };
const METHODS = { providerMethod: "key", systemMethod: "key" };
export const DEPARTMENT = {
  name: "Ward",
  connection: "lamna",
  locations: "ward-1",
  organizers: PORTAL_ACCOUNTS.administrator,
  lobby: "staff",
  phone: "(202) 555-0100",
  timeZone: "America/Chicago",
  nameInTexts: "no",
};
export const FORMS: Readonly<Record<FormName, Form>> = {
  moveSetUp: { fields: { step: "connections", go: "on" }, says: "none" },
  addConnection: {
    fields: { ...CONNECTION, ...METHODS, id: "own", fhirBaseUrl: "https://fhir.example/r4/own" },
    says: "none",
  },
  editConnection: {
    id: "own",
    fields: { ...OLD, ...CONNECTION, ...METHODS, fhirBaseUrl: "https://fhir.example/r4/own", name: "Other" },
    says: "version",
  },
  switchConnection: { id: "own", fields: { ...OLD, turn: "on" }, says: "version" },
  overrideConnection: { id: "own", fields: { ...OLD, reason: "Because" }, says: "version" },
  approveSignIn: { id: "lamna", fields: { addresses: "{}" }, says: "version" },
  removeConnection: { id: "own", fields: OLD, says: "version" },
  markGiven: { id: "lamna", fields: { shown: "what it was" }, says: "version" },
  addDepartment: { fields: { ...DEPARTMENT, name: "Another", locations: "ward-2" }, says: "none" },
  editDepartment: { id: "ward", fields: { ...OLD, ...DEPARTMENT }, says: "version" },
  tryDepartment: { id: "ward", fields: {}, says: "none" },
  removeDepartment: { id: "ward", fields: OLD, says: "version" },
  requireApproval: { fields: OLD, says: "version" },
  loosenApproval: { fields: OLD, says: "version" },
  approveProposal: { id: "connection.waits", fields: OLD, says: "version" },
  rejectProposal: { id: "connection.waits", fields: OLD, says: "version" },
  agreeToTexts: {
    fields: { ...OLD, sendOnBehalf: "yes", attendeesConsent: "yes", "connection-lamna": "yes" },
    says: "version",
  },
  configureTexts: { fields: OLD, says: "version" },
  withdrawTexts: { fields: OLD, says: "version" },
  listStaff: { fields: { ...OLD, phones: "+12025550147", mails: "" }, says: "version" },
  tryText: { fields: { to: "+12025550147" }, says: "none" },
  generateNumber: { fields: {}, says: "none" },
  giveBackNumber: { fields: { number: "+18445550199", reason: "Because" }, says: "version" },
  editMessageRules: { fields: { ...OLD, aheadDays: "7" }, says: "version" },
  editWords: { fields: OLD, says: "version" },
  previewWords: { fields: {}, says: "none" },
  verifyNumber: { fields: { ...OLD, verification: "submitted" }, says: "version" },
  setLive: { fields: { ...OLD, turn: "live" }, says: "version" },
  setManager: {
    fields: { ...OLD, person: PORTAL_ACCOUNTS.departmentManager, "department-cardiology": "yes" },
    says: "version",
  },
  removeManager: { id: PORTAL_ACCOUNTS.departmentManager, fields: OLD, says: "version" },
  replayWork: { fields: { job: "canary:nothing" }, says: "none" },
  discardWork: { fields: { job: "canary:nothing" }, says: "none" },
  auditCsv: { fields: {}, says: "none" },
  auditJson: { fields: {}, says: "none" },
  reportCsv: { fields: { days: "30" }, says: "none" },
  setAllocation: { fields: { ...OLD, hospital: "100" }, says: "version" },
  setReports: { fields: { ...OLD, lossPercent: "5" }, says: "version" },
  reportAllocationCsv: { fields: {}, says: "none" },
  appointment: { fields: { connection: "lamna", appointment: "1" }, says: "none" },
  deleteAppointment: {
    fields: { connection: "lamna", appointment: "1", again: "1", reason: "Asked for" },
    says: "none",
  },
  tellAppointment: { id: "nothing", fields: {}, says: "none" },
  optOut: { fields: { number: "2025550123" }, says: "none" },
  removeOptOut: { fields: { number: "2025550123", since: "", reason: "Asked for" }, says: "none" },
  removeLinkedAccount: { id: "nobody", fields: {}, says: "none" },
  signOut: { fields: {}, says: "none" },
};
