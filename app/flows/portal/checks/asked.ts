/**
 * The prerequisites of the published document, and the problems of the published troubleshooting page; each with the checks
 * that answer it, or the reason why nothing here can.
 * https://learn.microsoft.com/microsoftteams/teams-app-in-azure/ehr-admin-oracle-health
 */
import type { Mover } from "../../../domain/mover.ts";
import type { CheckName } from "../../../web/flow.ts";

export interface AskedFor {
  /** The published words, shortened. */
  readonly says: string;
  /** The checks that answer it; the worst of them counts. */
  readonly by?: readonly [CheckName, ...CheckName[]];
  /** What the checks leave open, or why there are none. */
  readonly why?: string;
  readonly next?: string;
  readonly move?: Mover;
}

export const PREREQUISITES: readonly AskedFor[] = [
  {
    says: "A subscription to Microsoft Cloud for Healthcare or the standalone connector",
    why: "This connector runs in the hospital’s own Azure subscription and asks for neither. What the hospital has bought is not visible from here.",
  },
  {
    says: "Users have a license that includes Teams meetings",
    by: ["organizers"],
    why: "The accounts that own meetings are tried; clinicians’ own licenses are not visible from here.",
    next: "See in the Microsoft 365 admin center that clinicians have a license with Teams.",
  },
  {
    says: "Teams is adopted and used in the organization",
    by: ["organizers"],
  },
  {
    says: "A Microsoft 365 Global Administrator",
    by: ["graph-permissions"],
    why: "Consents are theirs alone, and so is setting texts live.",
  },
  {
    says: "Systems meet the software and browser requirements for Teams",
    why: "Browsers are seen when they come: one that is too old gets a page that says so. Firewalls between a workstation and Teams are not visible from here.",
    next: "Have IT compare the network with Microsoft’s list of Teams addresses and ports.",
    move: "administrator",
  },
  {
    says: "Oracle Health version November 2018 or later",
    by: ["connection"],
    why: "A chart system that speaks FHIR R4 with appointments is new enough.",
  },
  {
    says: "Enrolled in Oracle’s code program, with a registration",
    by: ["connection", "launches"],
  },
  {
    says: "PowerChart opens Microsoft Edge, not Internet Explorer",
    why: "Which browser PowerChart opens is known only when a clinician comes; Internet Explorer gets a page that says what to do.",
    next: "Open a visit from PowerChart on a clinician’s workstation.",
    move: "administrator",
  },
];

export const SYMPTOMS: readonly AskedFor[] = [
  { says: "“FHIR URL isn’t valid”", by: ["connection"] },
  { says: "“OAUTH2” error while the connection is set up", by: ["launches", "signing-keys", "canary"] },
  {
    says: "The approver cannot sign in to the chart system",
    why: "Nobody approves a connection at the chart system here; a launch by a clinician proves it.",
  },
  {
    says: "After the first set-up nobody can launch: launch URL, environment or registration differ",
    by: ["launches", "launch-environment", "launch-scopes"],
  },
  {
    says: "“Tenant config not found”: a launch at the other environment’s FHIR URL",
    by: ["launch-environment"],
  },
  {
    says: "Group visits fail",
    why: "Group visits are not offered with Oracle Health, here as in Microsoft’s connector. A visit has one patient; guests and an interpreter are invited from its page.",
  },
  { says: "The provider misses that the patient arrives", by: ["presence", "text-reports"] },
  { says: "The patient is told to install Teams", by: ["anonymous-join"] },
  {
    says: "The patient can chat after the visit",
    why: "Meetings are made with chat while they run only. A meeting that the clinician leaves without ending goes on, which only people can see.",
    next: "Tell clinicians to use End meeting instead of Leave.",
    move: "administrator",
  },
  {
    says: "The portal is closed or shows everything locked",
    why: "You can read this, so you have the role. What the stack file says is locked here, and each page names the file.",
    next: "Give the app role Connector.Admin to whoever lacks it: Entra admin center, Enterprise applications, Users and groups.",
    move: "administrator",
  },
  {
    says: "Several organizations want one connector",
    why: "One deployment serves one Microsoft 365 organization, with as many chart systems as it has.",
    next: "Add a connection for each FHIR base URL; another organization gets a deployment of its own.",
    move: "administrator",
  },
  {
    says: "Citrix: the meeting opens on the remote desktop",
    why: "Where a workstation opens Teams is not visible from here.",
    next: "Have *.teams.microsoft.com sent to the local machine, or Teams optimized for the virtual desktop.",
    move: "administrator",
  },
  { says: "Texts do not arrive", by: ["consents", "number", "going-live", "text-reports", "text-starts"] },
  { says: "No meeting is made", by: ["organizers", "organizer-meetings", "graph-permissions"] },
];
