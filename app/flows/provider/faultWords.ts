/**
 * The table of problems by kind: what the clinician reads, and a line for IT where IT can mend it. That a chart has no visit to
 * open is no problem and is told in noVisitPage.tsx.
 */
import type { CommonProblem, Words } from "../../web/fault.ts";
import { ACCOUNT_WORDS } from "./accountWords.ts";
import { LAUNCH_WORDS } from "./launchWords.ts";
import {
  AGAIN,
  backTo,
  COMMON_WORDS,
  DID,
  DOES,
  logHasStatus,
  PHONE,
  TELL_IT,
  type Told,
} from "./commonFaultWords.ts";
import { noLinkMade } from "./fullWords.ts";
import type { ProviderProblem } from "./problems.ts";

const NOTHING_LOST = TELL_IT + " The patient's link stays valid. " + PHONE;

/** What came in place of what was asked for. No person's rights are the reason, so nobody is sent to look at those. */
const NOT_FHIR: Readonly<
  Record<"content" | "redirect" | "status" | "record", Pick<Told, "title" | "happened" | "forIt">>
> = {
  content: {
    title: "The chart answered something unreadable",
    happened:
      "Oracle Health answered something that is not FHIR, the language of charts, so nothing of it was used.",
    forIt:
      "The log names the content type or the member that could not be read, or says that the answer is too large.",
  },
  redirect: {
    title: "The chart is at another address",
    happened:
      "Oracle Health answered that the chart is to be asked at another address. The connector asks only where it was set up to.",
    forIt:
      "The log has the status. Compare the connection's fhirBaseUrl with the address in Oracle's console. No redirect is followed, because a token goes to no other address.",
  },
  status: {
    title: "The chart did not answer what was asked for",
    happened: "Oracle Health did not take the connector's question, and did not refuse you anything.",
    forIt:
      "The log has the status. It is about the connector's request, such as what the server does not know or take, and not about the person's rights.",
  },
  record: {
    title: "The chart cannot show this record",
    happened:
      "Oracle Health answered that the record lacks something that it must have, so it shows it to nobody here.",
    forIt:
      "The log has the request ids. It does not pass by itself: the record has to be mended in the chart, and Oracle can say what it lacks.",
  },
};

export const WORDS: Words<ProviderProblem | CommonProblem, Told> = {
  ...COMMON_WORDS,
  ...LAUNCH_WORDS,
  ...ACCOUNT_WORDS,
  "chart-unavailable": ({ answered }) => ({
    status: 502,
    title: "The chart " + DOES[answered ?? "silent"],
    happened: `Oracle Health ${DID[answered ?? "silent"]}.`,
    next: "Try again in a minute. The patient's link stays valid. " + PHONE,
    ...logHasStatus(answered),
  }),
  "chart-refused": () => ({
    status: 502,
    title: "The chart would not show this visit",
    happened: "You are signed in, but Oracle Health refused to show the appointment.",
    next: "Check that you can see the appointment in the chart, then open the visit again. If you can, tell your IT help desk.",
    forIt:
      "The log has the status of the refusal. Check the app's scopes and the person's access to the record.",
  }),
  "chart-not-fhir": ({ instead }) => ({ ...NOT_FHIR[instead ?? "content"], status: 502, next: NOTHING_LOST }),
  "whose-untold": () => ({
    status: 502,
    title: "The chart does not say whose this visit is",
    happened:
      "The appointment names another patient than before. It may be the same person, whose records were combined, but a record that would say so cannot be read in the chart now.",
    next:
      "Open the visit again in two minutes. If the record cannot be read then either, the visit counts as another patient's and gets new links. Until then no link that was sent leads into it. " +
      PHONE,
    forIt: "The log has the answer: that patient's record, and not the whole chart, may be what fails.",
  }),
  "session-over": () => ({
    status: 401,
    title: "You have been signed out",
    happened: "This visit page is no longer connected to the chart. A meeting in progress goes on.",
    next: AGAIN,
  }),
  "form-outdated": () => ({
    status: 400,
    title: "This page was out of date",
    happened:
      "The form did not say all that it must, or went where nothing is any more, as when a page is left open while the connector is updated. Nothing was changed.",
    next: "Go back to the visit: its page is loaded anew. Then do it again there.",
    forIt:
      "If it happens on a fresh page, a proxy or an extension of the browser takes something out of forms.",
  }),
  "session-idle": () => ({
    status: 401,
    title: "This page was closed",
    happened:
      "Nobody has used it for 30 minutes, and workstations are shared. A meeting in progress goes on, and links that were sent stay good.",
    next: AGAIN,
  }),
  "visit-cancelled": ({ held, isMistake, mayBeMore, mayBeOff }) => ({
    status: 410,
    title: isMistake === true ? "This visit was booked by mistake" : "This visit was canceled",
    happened:
      isMistake === true
        ? "The chart says the appointment was entered in error. The patient's link now says that the visit is canceled."
        : mayBeOff === true
          ? "The chart said that the appointment is canceled, and does not say now that it takes place. The patient's link still says that it is canceled."
          : "The chart says the appointment is canceled. The patient's link now says so, too.",
    next:
      (mayBeOff === true ? "Check with the schedule, and tell your IT help desk. " : "") +
      (held === undefined ? "" : "Call the patient, whose messages are held back. ") +
      "Whoever was sent a guest’s link, such as an interpreter, is not told by the connector: tell them that it is off. " +
      "If the visit should take place, schedule it again in the chart and open the new appointment." +
      (mayBeMore === true
        ? " Not every appointment in this chart could be read, so another visit of today may be missing: compare with the schedule."
        : ""),
  }),
  "visit-deleted": () => ({
    status: 410,
    title: "This visit is not by video any more",
    happened:
      "An administrator of the hospital has deleted what the connector kept about this appointment. Its links no longer work, and no video visit is made for it again.",
    next: "To see the patient by video, schedule a new appointment in the chart and open that one. " + PHONE,
    forIt: "The portal’s audit trail says who deleted it, when and why: appointment.deleted.",
  }),
  "department-unknown": ({ location }) => ({
    status: 409,
    title: "This department is not set up for video visits",
    happened:
      location === undefined
        ? "The department for which the consult was asked is not set up any more."
        : "The appointment's location, " + location + ", belongs to no department here.",
    next: TELL_IT + " " + PHONE,
    forIt:
      "Add the Location id to a department: on the portal's page Departments, or in the stack file under departments[].locations.",
  }),
  "location-absent": () => ({
    status: 409,
    title: "The appointment does not say where it takes place",
    happened: "The chart names no location for this appointment, so its department is not known.",
    next: "Ask whoever schedules to give the appointment its location, then open it again. " + PHONE,
    forIt:
      "Nothing is to be set up here. The appointment has no participant that is a Location of this chart; if the scheduler sees one, the log names the members that could not be read.",
  }),
  "department-unreadable": () => ({
    status: 502,
    title: "The chart did not show where this visit takes place",
    happened:
      "Oracle Health did not show you what the appointment's location is part of, or failed when it was asked, so its department is not known.",
    next: "Try again in a minute. " + PHONE + " If it stays so, tell your IT help desk.",
    forIt:
      "Check the app's user/Location.read scope, or add the appointment's own Location id to a department: on the portal's page Departments, or in the stack file under departments[].locations.",
  }),
  "meetings-unavailable": ({ answered }) => ({
    status: 502,
    title: "Teams " + DOES[answered ?? "silent"],
    happened: `Microsoft Teams ${DID[answered ?? "silent"]}, so the meeting could not be opened.`,
    next: "Try again in a minute. The patient's link stays valid. " + PHONE,
    ...logHasStatus(answered),
  }),
  "meetings-access-policy": () => ({
    status: 502,
    title: "Teams does not allow this department's meetings yet",
    happened: "The connector may not open meetings for the department's account.",
    next: TELL_IT + " " + PHONE,
    forIt:
      "In Teams PowerShell: New-CsApplicationAccessPolicy with the connector's app id, then Grant-CsApplicationAccessPolicy to each of the department's organizers; the log names the one that lacks it. It takes up to 30 minutes.",
  }),
  "meetings-refused": () => ({
    status: 502,
    title: "Teams refused the meeting",
    happened: "Microsoft Teams answered, but would not open the meeting.",
    next: TELL_IT + " " + PHONE,
    forIt:
      "The log names the organizer and the reason: that account must exist, be enabled and have a Teams license (departments[].organizer, or one of organizers).",
  }),
  "visit-full": ({ of, back }) => ({ status: 409, ...noLinkMade(of), ...backTo(back) }),
  "store-failing": () => ({
    status: 503,
    title: "The connector cannot use its store",
    happened:
      "What the connector keeps about visits could not be read or written just now, so this was not done.",
    next:
      "Try again in a minute. The patient's link stays valid. " +
      PHONE +
      " If it stays so, tell your IT help desk.",
    forIt:
      "Find this page's reference in the log: its cause names the store and what to do. /readyz says it, too.",
  }),
  "settings-not-read": () => ({
    status: 503,
    title: "The settings cannot be read just now",
    happened:
      "The connector cannot read which chart systems the hospital has set up, so it cannot say whether this one is among them.",
    next: "Try again in a minute. " + PHONE + " If it stays so, tell your IT help desk.",
    forIt:
      "Find this page's reference in the log: its cause names the store and what to do. /readyz says it, too.",
  }),
  "browser-too-old": () => ({
    status: 400,
    title: "This window is too old for video visits",
    happened: "PowerChart opened this page in Internet Explorer, which can no longer be used safely.",
    next: TELL_IT + " " + PHONE,
    forIt: "Set PowerChart to open this app in Edge (WebView2).",
  }),
};
