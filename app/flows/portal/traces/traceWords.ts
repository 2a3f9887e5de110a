/** The words of traces for people: whose request it was, what was requested, and how it ended. */
import { PATHS } from "../../../domain/addresses.ts";
import type { Trace } from "../../../records/traces.ts";

const OUTCOMES: Readonly<Record<string, string>> = {
  // Requests that ended well.
  "launch.finished": "The chart’s sign-in was finished",
  "visit.opened": "The visit was opened",
  // There was no visit to open.
  "no-visit.contradicted": "The chart’s search showed a visit of today that its own record did not",
  "no-visit.none-today": "The chart showed no video visit for today",
  "no-visit.no-patient": "The chart did not say whose chart is open",
  "no-visit.missed": "The chart says that the patient did not come",
  "no-visit.not-this-patients": "The chart answered with another patient’s visits",
  "no-visit.other-patient": "The visit is another patient’s now",
  "no-visit.not-shown": "The chart does not show the visit that was open",
  "no-visit.not-offered": "What was picked is not among today’s visits",
  // Problems between the chart and the visit's page.
  "unknown-chart-system": "The chart system is not connected",
  "wrong-environment": "A test chart came to production’s address, or the other way round",
  "awaiting-registration": "The connection awaits its registration at Oracle",
  "connection-failing": "The chart connection is not working",
  "proof-missing": "The connector’s key or secret for the chart was out of reach",
  "launch-invalid": "The address did not come from a chart",
  "launch-too-long": "The chart sent too much",
  "answer-invalid": "The chart’s answer was not complete",
  "launch-expired": "The chart’s sign-in took too long",
  "launch-reused": "The chart’s sign-in was used a second time",
  "launch-other-browser": "The chart’s sign-in came back in another browser",
  "sign-in-refused": "The chart did not let the clinician in",
  "registration-refused": "The chart does not accept the connector",
  "code-refused": "The chart did not complete the sign-in",
  "sign-in-unavailable": "The chart’s sign-in did not answer, or failed",
  "sign-in-unproven": "The chart’s sign-in proved nothing",
  "clocks-differ": "The chart’s clock and ours do not agree",
  "not-staff": "Somebody who is not staff opened a visit from the chart",
  "scopes-trimmed": "The chart gave fewer permissions than a visit needs",
  "keys-unreadable": "The chart’s keys could not be read",
  "token-refused": "A token was refused",
  // Problems on the visit's page.
  "chart-unavailable": "The chart did not answer, or failed",
  "chart-refused": "The chart refused to show the visit",
  "chart-not-fhir": "The chart answered something unreadable",
  "session-over": "The session was over",
  "form-outdated": "A form of an older page was sent",
  "session-idle": "Nobody had used the page for too long",
  "whose-untold": "A patient’s record could not be read, so it was not known whose the visit is",
  "visit-cancelled": "The visit is canceled in the chart",
  "visit-deleted": "What was held about the visit was deleted",
  "department-unknown": "No department has the visit’s location",
  "location-absent": "The appointment does not say where it takes place",
  "department-unreadable": "The chart did not show where the visit takes place",
  "meetings-unavailable": "Teams did not answer, or failed",
  "meetings-access-policy": "The department’s account lacks the application access policy",
  "meetings-refused": "Teams refused the meeting",
  "visit-full": "The visit has as many people as it can have",
  "browser-too-old": "The browser is too old for video visits",
  // Problems at Microsoft's sign-in.
  "staff-account-other-tenant": "The Microsoft account is another organization’s",
  "staff-account-guest": "The Microsoft account is a guest’s",
  "staff-account-organizer": "The Microsoft account owns a department’s meetings",
  "staff-link-of-another-release":
    "Another release linked the Microsoft account; run that one, or the one between",
  "staff-sign-in-failed": "The Microsoft sign-in did not work",
  "staff-sign-in-declined": "Somebody went back before Microsoft had signed them in",
  "staff-sign-in-expired": "The Microsoft sign-in took too long",
  "staff-sign-in-reused": "The Microsoft sign-in was used a second time",
  "staff-sign-in-other-browser": "The Microsoft sign-in came back in another browser",
  "account-other-tenant": "The Microsoft account is another organization’s",
  "account-guest": "The Microsoft account is a guest’s",
  "account-organizer": "The Microsoft account owns a department’s meetings",
  "account-unproven": "Microsoft did not say whose account it is",
  "sign-in-cancelled": "Somebody went back before Microsoft had signed them in",
  "roles-not-read": "Nobody had consented that the portal reads somebody’s directory roles",
  "sign-in-failed": "The Microsoft sign-in did not work",
  "consent-declined": "Nobody consented to the connector’s permissions",
  "consent-other-tenant": "Another organization consented",
  "consent-failed": "The consent at Microsoft did not work",
  "consent-late": "A consent’s answer came too late",
  "consent-used": "A consent’s answer came a second time",
  "consent-other-browser": "A consent’s answer came back in another browser",
  "sign-in-late": "The Microsoft sign-in took too long",
  "sign-in-used": "The Microsoft sign-in was used a second time",
  "sign-in-other-browser": "The Microsoft sign-in came back in another browser",
  // Problems in the portal.
  "signed-out": "Nobody was signed in",
  "role-missing": "The account has no role for the page",
  "sign-in-again": "A fresh sign-in was asked for",
  "own-departments-unreadable": "Which departments the manager sees could not be read",
  "signed-in-as-another": "The form was on a page of somebody who had signed in before",
  "token-missing": "A program showed no token",
  "caller-role-missing": "The program has no role for it",
  "directory-failing": "Microsoft’s keys could not be read",
  "not-vouched": "The deployment did not sign that it has tested a package",
  // Problems that may occur anywhere.
  "too-much-to-keep": "A change was more than the store takes at once",
  "store-failing": "The connector could not use its store",
  "settings-not-read": "The portal’s settings could not be read",
  "not-found": "There is no such page",
  "not-same-origin": "The form was not sent from our page",
  "too-many-requests": "Too many requests came at once",
  "request-unreadable": "The request could not be read",
  "request-too-large": "The request was too large",
  unexpected: "Something went wrong in the connector",
};

/** How a request ended. An outcome that only an earlier or a later release has is shown by its code. */
export const outcomeWords = ({ outcome }: Pick<Trace, "outcome">): string =>
  Object.hasOwn(OUTCOMES, outcome) ? (OUTCOMES[outcome] ?? outcome) : outcome;

const FLOWS: Readonly<Record<string, string>> = {
  provider: "A clinician",
  patient: "A patient",
  staff: "A colleague",
  portal: "An administrator",
};

export const whoWords = ({ flow }: Pick<Trace, "flow">): string =>
  Object.hasOwn(FLOWS, flow) ? (FLOWS[flow] ?? flow) : flow;

/** The words of addresses by their beginning; the first that fits is used. */
const ADDRESSES: readonly (readonly [begins: string, words: string])[] = [
  [PATHS.launchCallback, "Came back from the chart’s sign-in"],
  [PATHS.launches, "Opened a visit from the chart"],
  [PATHS.signInCallback, "Came back from Microsoft’s sign-in"],
  [PATHS.visits, "The visit’s page"],
  [PATHS.linkPage + "/", "The patient’s page about the visit"],
  [PATHS.link + "/", "A patient’s or guest’s link"],
  [PATHS.staffLink + "/", "A colleague’s link"],
  [PATHS.portal, "The portal"],
];

/** What was requested, in words where the address is one of ours. */
export function askedWords({ what }: Pick<Trace, "what">): string {
  const path = what.slice(what.indexOf(" ") + 1);
  return ADDRESSES.find(([begins]) => path.startsWith(begins))?.[1] ?? "Another address";
}
