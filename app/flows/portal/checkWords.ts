/** The one table of what the connector looks at in itself, in words for administrators. */
import type { Mover } from "../../domain/mover.ts";
import type { CheckName } from "../../web/flow.ts";
import type { PortalPageName } from "./addresses.ts";

export interface CheckWords {
  readonly title: string;
  /** What it means while it is well. */
  readonly well: string;
  /** What it means for people while it is not. */
  readonly wrong: string;
  readonly next: string;
  /** Whose move it is, where the flow does not say so itself. */
  readonly move: Mover;
  /** The page that says more, where there is one. */
  readonly at?: PortalPageName;
}

export const CHECK_WORDS: Readonly<Record<CheckName, CheckWords>> = {
  connection: {
    title: "FHIR connections",
    well: "Clinicians can open visits from every chart system that is on.",
    wrong: "Clinicians may not be able to open visits from this chart system.",
    next: "Open the connection: its page says what to ask of whom.",
    move: "administrator",
  },
  checks: {
    title: "Checks",
    well: "All that the connector depends on can be looked at.",
    wrong: "Something could not be looked at, so something may be wrong that is not listed here.",
    next: "Reload this page in a minute. If it stays, have the platform team look for checks.failed in the connector’s log.",
    move: "administrator",
  },
  canary: {
    title: "Canary visits",
    well: "Each hour a visit is tried without a patient, up to the meeting and the link.",
    wrong: "What a visit needs did not work when it was last tried without a patient.",
    next: "Do what the reason says. It is tried again each hour, and at once by npm run smoke.",
    move: "administrator",
  },
  worker: {
    title: "Background work",
    well: "The connector does by itself what comes round, such as asking chart systems how they are.",
    wrong:
      "What the connector does by itself stands still, such as putting meetings right after a move. Visits that are open go on.",
    next: "Have the platform team check that the site runs and that its setting CONNECTOR_WORKER is not off; restart the site if it is.",
    move: "administrator",
  },
  "jobs-due": {
    title: "Work in time",
    well: "No work waits for longer than it should.",
    wrong: "What should be done by now is done late, such as a meeting that moves with its appointment.",
    next: "Wait ten minutes: a backlog after an outage is worked off by itself. If it stays, have the platform team look for job.failed in the connector’s log.",
    move: "nobody",
  },
  "jobs-poisoned": {
    title: "Work that was given up",
    well: "No work was tried in vain until it was given up.",
    wrong:
      "Something was tried for hours and given up, such as a meeting that Teams refused. It is not tried again by itself.",
    next: "Have the platform team look for job.poisoned in the connector’s log, which names the reason, and mend that. Trying it again from here comes with the next version.",
    move: "administrator",
  },
  "visits-found": {
    title: "Finding visits",
    well: "Video visits are found in every chart that the connector reads by itself.",
    wrong: "New and moved visits of this chart are not known, so nobody has a link to them.",
    next: "See on the connection’s page whether its system client is registered and the chart answers.",
    move: "administrator",
  },
  locations: {
    title: "Locations",
    well: "Every location of a department is searched.",
    wrong: "Visits at locations that are not listed are not found.",
    next: "List every location in which video visits are held at its department.",
    move: "administrator",
  },
  "visits-at-risk": {
    title: "Visits of the next 24 hours",
    well: "Each has its meeting and its links, or still has time to get them.",
    wrong: "Patients or clinicians may not get into some of these visits.",
    next: "Open the list: it says for each visit why, and what to do next.",
    move: "administrator",
    at: "atRisk",
  },
  "organizer-meetings": {
    title: "Meetings of each organizer",
    well: "No account comes near the 2,000 meetings that Teams gives it in a month.",
    wrong: "Once the account has 2,000 meetings, Teams refuses the next until the month is over.",
    next: "Add another account to the department’s organizers.",
    move: "administrator",
  },
};
