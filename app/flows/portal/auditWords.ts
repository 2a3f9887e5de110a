/** The words of audit events and of settings for people: what was done, to what, and the members of a setting. */
import { ITEMS_ONLY } from "../../domain/memberChanges.ts";

/** The words of actions, in the order of the filter. */
export const ACTIONS: Readonly<Record<string, string>> = {
  "allocation.removed": "The allocation of visits was taken away",
  "allocation.set": "The allocation of visits was set",
  "appointment.deleted": "What was held about an appointment was deleted",
  "appointment.looked-up": "What is held about an appointment was looked up",
  "appointment.shown": "Which appointment a visit is was shown",
  "approvals.loosened": "Changes no longer wait for a second person",
  "approvals.required": "Changes wait for a second person",
  "audit.expired": "The oldest events were taken away after their time",
  "audit.exported": "The audit trail was exported",
  "change.approved": "A change was approved",
  "change.expired": "A change that waited for too long was taken away",
  "change.proposed": "A change was proposed",
  "change.rejected": "A change was rejected",
  "change.replaced": "A change that waited was replaced",
  "change.withdrawn": "A change was taken back",
  "connection.added": "A connection was added",
  "connection.edited": "A connection was edited",
  "connection.overridden": "A connection was turned on without a visit",
  "connection.removed": "A connection was removed",
  "connection.turned-off": "A connection was turned off",
  "connection.turned-on": "A connection was turned on",
  "consent.given": "The directory consented to the connector’s permissions",
  "consent.not-given": "A consent to the connector’s permissions did not come about",
  "department.added": "A department was added",
  "department.edited": "A department was edited",
  "department.removed": "A department was removed",
  "evidence.signed": "It was signed that this deployment has tested its package",
  "integration.given": "Integration records were marked as given to Oracle",
  "integration.removed": "What Oracle was given of a removed connection was forgotten",
  "manager.removed": "A department manager was removed",
  "manager.set": "The departments of a department manager were set",
  "opt-out.looked-up": "Whether a number has ended texts was looked up",
  "opt-out.removed": "An opt-out was removed",
  "messages.connection-removed": "The rules of a removed connection’s messages were forgotten",
  "messages.rules": "What is sent, and when, was set",
  "messages.words": "What texts say was set",
  "number.asked": "A phone number was asked for",
  "number.given-back": "The phone number was given back",
  "number.had": "The phone number is there",
  "number.not-had": "No phone number could be had",
  "portal.sign-in-refused": "A sign-in to the portal was refused",
  "portal.signed-in": "Somebody signed in to the portal",
  "reports.set": "What administrators say of reports was set",
  "report.exported": "A report of visits was exported",
  "set-up.left": "The set-up was left",
  "set-up.moved": "The set-up was moved to another step",
  "set-up.over": "The set-up was finished",
  "sign-in-addresses.approved": "Other sign-in addresses were approved",
  "sign-in-addresses.not-used":
    "Approved sign-in addresses were not used, because the server names others by now",
  "staff-link.removed": "A linked account was removed",
  "texting.agreed": "Texts were agreed to",
  "texting.configured": "The number of each connection’s texts was set",
  "texting.connection-removed": "A removed connection was taken out of texts",
  "texting.live": "Texts were set live",
  "texting.pilot": "Texts were set back to a pilot",
  "texting.staff": "The staff whom texts and mails may reach were listed",
  "texting.tried": "A text was tried",
  "texting.verification": "The verification of the number was entered",
  "texting.verification-anew": "The number was given back, so the next one is not verified yet",
  "texting.verification-begins": "A new number is there, which the carriers have not verified yet",
  "texting.withdrawn": "The consents to texts were taken back",
  "visit.guest-invited": "A guest of a visit was invited on its page",
  "visit.guest-removed": "A guest of a visit was removed on its page",
  "visit.late-said": "It was said on a visit’s page that staff run late",
  "visit.late-taken-back": "That staff run late was taken back on a visit’s page",
  "visit.link-replaced": "A link of a visit was replaced on its page",
  "visit.link-sent": "A link of a visit was sent from its page",
  "visit.links-closed": "The links of a visit were closed on its page",
  "visit.links-opened": "The links of a visit were opened again on its page",
  "visit.messages-held": "The messages of a visit were held back on its page",
  "visit.messages-let-go": "The messages of a visit were let go again on its page",
  "work.discarded": "Work that was given up was discarded",
  "work.replayed": "Work that was given up is tried again",
};

/** The words of an action. One that only an earlier or a later release has is shown by its name. */
export const actionWords = (action: string): string => wordsIn(ACTIONS, action);

const MEMBERS: Readonly<Record<string, string>> = {
  name: "Name",
  fhirBaseUrl: "FHIR base URL",
  environment: "Environment",
  visitTypes: "Visit types",
  "writeBack.links": "Links in the chart",
  "writeBack.status.arrived": "Status: arrived",
  "writeBack.status.checkedIn": "Status: checked in",
  "writeBack.status.fulfilled": "Status: fulfilled",
  enabled: "Turned on",
  "provider.clientId": "Provider client id",
  "provider.authentication.method": "Provider client’s proof",
  "provider.authentication.sealedSecret": "Provider client’s secret",
  "system.clientId": "System client id",
  "system.authentication.method": "System client’s proof",
  "system.authentication.sealedSecret": "System client’s secret",
  "cleared.by": "Allowed for production by",
  "cleared.connectionId": "Allowed by a visit on",
  "cleared.stack": "Allowed by the promotion from",
  "cleared.record": "Allowed by the record",
  "cleared.at": "Allowed at",
  "cleared.reason": "Allowed because",
  connection: "FHIR connection",
  ehrUser: "EHR user, as a keyed hash",
  person: "Person of the visit, by number",
  recipient: "To a typed number or address, or the chart’s",
  way: "By text or mail",
  role: "Role",
  lobby: "Who enters without waiting",
  locations: "Locations",
  nameEs: "Name in Spanish",
  nameInTexts: "Named in texts",
  organizers: "Accounts that own its meetings",
  phone: "Phone number",
  timeZone: "Time zone",
  "consents.sendOnBehalf.by": "Consent to send on behalf: by",
  "consents.sendOnBehalf.at": "Consent to send on behalf: at",
  "consents.sendOnBehalf.words": "Consent to send on behalf: wording",
  "consents.attendeesConsent.by": "Attendees’ consent acknowledged by",
  "consents.attendeesConsent.at": "Attendees’ consent acknowledged at",
  "consents.attendeesConsent.words": "Attendees’ consent: wording",
  connections: "Connections whose patients are texted",
  live: "Patients get texts",
  issuer: "Issuer",
  authorizationEndpoint: "Clinicians sign in at",
  tokenEndpoint: "Tokens come from",
  jwksUri: "Key set of the server",
  values: "Values that Oracle was given",
  charts: "Charts that the consents were given for",
  verification: "Verification of the number",
  verifiedNumber: "Number that this verification is of",
  lossPercent: "Packet loss above which calls are poor (%)",
  jitterMs: "Jitter above which calls are poor (ms)",
  roundTripMs: "Round trip above which calls are poor (ms)",
  poorStreamsPercent: "Poor streams above which calls are poor (%)",
  keepsAppointments: "Reports keep appointments’ ids",
  notTexted: "Connections that were given no number",
  number: "Phone number",
  "staff.phones": "Staff whom texts may reach",
  "staff.mails": "Staff whom mails may reach",
  aheadDays: "Days before the visit at which patients are first told",
  hours: "Sending hours",
  "hours.from": "Sending hours: from",
  "hours.to": "Sending hours: to",
  allHours: "Messages go at all hours",
  byMail: "Patients are mailed",
  words: "What texts say",
  areaCode: "Area code",
  "ended.how": "Why not",
  hospital: "Visits a month of the whole hospital",
  departments: "Departments",
  secondPerson: "Changes wait for a second person",
  account: "Account",
  action: "What it would do",
  by: "Proposed by",
  first: "First event",
  hash: "Hash of the last one",
  last: "Last event",
  reason: "Reason",
  roles: "Roles",
  days: "Days up to now",
  from: "First day",
  to: "Last day",
  department: "Department",
  standing: "How visits came out",
  order: "In which order",
  appointmentIds: "Appointments’ ids",
  state: "Where it stands",
  step: "Step",
};

export const memberWords = (member: string): string =>
  member.endsWith(ITEMS_ONLY)
    ? wordsIn(MEMBERS, member.slice(0, -ITEMS_ONLY.length)) + ", what was taken out and what came in"
    : wordsIn(MEMBERS, member);

const VALUES: Readonly<Record<string, string>> = {
  private_key_jwt: "the deployment’s key (private_key_jwt)",
  client_secret_basic: "a client secret",
  true: "yes",
  false: "no",
};

export function valueWords(value: string | undefined): string {
  if (value === undefined) return "–";
  const list = listIn(value);
  if (list !== undefined) return list.length === 0 ? "none" : list.map(valueWords).join(", ");
  const things = thingsIn(value);
  if (things !== undefined) return things.map(thingWords).join("; ");
  return momentWords(value) ?? wordsIn(VALUES, value);
}

/** A list of texts, which is kept as JSON; undefined if the value is no such list. */
export function listIn(value: string): readonly string[] | undefined {
  const list = jsonListIn(value);
  return list?.every((each) => typeof each === "string") === true ? list : undefined;
}

/** A list of objects with members; undefined if the value is no such list. */
function thingsIn(value: string): readonly object[] | undefined {
  const list = jsonListIn(value);
  const isThing = (each: unknown) => typeof each === "object" && each !== null && !Array.isArray(each);
  return list?.every(isThing) === true ? (list as readonly object[]) : undefined;
}

const thingWords = (thing: object): string =>
  Object.entries(thing)
    .map(
      ([member, value]) => `${member} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`,
    )
    .join(", ");

function jsonListIn(value: string): readonly unknown[] | undefined {
  if (!value.startsWith("[")) return undefined;
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) ? (list as readonly unknown[]) : undefined;
  } catch {
    return undefined;
  }
}

/** A point in time, to the minute; undefined if the value is none. */
export const momentWords = (value: string): string | undefined =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value)
    ? value.slice(0, 16).replace("T", " ") + " (UTC)"
    : undefined;

/**
 * The words for a text of ours. The text may be somebody else's, such as `constructor`, which every object has, so only own
 * members count.
 */
function wordsIn(words: Readonly<Record<string, string>>, text: string): string {
  return Object.hasOwn(words, text) ? (words[text] ?? text) : text;
}

/** Who acted, where no account of the directory is known: the connector itself, or a clinician who has linked none. */
export const programWords = (name: string): string =>
  name === "unlinked-clinician" ? "A clinician without a linked account" : `The connector (${name})`;
