/** The words for the connector's checks of its own work. */
import type { CheckWords } from "./about.ts";

export const CONNECTOR_WORDS = {
  checks: {
    about: "connector",
    title: "Checks",
    well: "All that the connector depends on can be looked at.",
    wrong: "Something could not be looked at, so something may be wrong that is not listed here.",
    next: "Reload this page in a minute. If it stays, have the platform team look for checks.failed in the connector’s log.",
    move: "administrator",
  },
  canary: {
    about: "connector",
    title: "Canary visits",
    well: "Each hour a visit is tried out without a patient, up to the meeting and the link.",
    wrong: "Something that a visit needs did not work when it was last tried out without a patient.",
    next: "Do what the reason says. It is tried again each hour, and at once by npm run smoke.",
    move: "administrator",
  },
  version: {
    about: "connector",
    title: "One version at work",
    well: "One package works on this store. Whether a newer one was published is not asked: the connector calls nobody for it.",
    wrong:
      "Two versions of the connector use one store. Each reads what the other writes, but what only the newer one can do happens only some of the time.",
    next: "This is expected during a release, and goes away by itself two hours after it. Otherwise have the platform team restart the site, and look for a second site with these settings.",
    move: "administrator",
  },
  "data-geography": {
    about: "connector",
    title: "Where data lies",
    well: "Site, store, and texts and mails lie in one geography, as Azure tells the connector.",
    wrong:
      "Something that the connector keeps or processes lies in another geography than the rest, or where no deployment may be.",
    next: "Have the platform team compare the resources’ regions with geography in the stack file: Azure’s own policies hold what pulumi up makes, and not what was made by hand.",
    move: "administrator",
  },
  store: {
    about: "connector",
    title: "Store",
    well: "The store takes what it is given.",
    wrong: "No visit can be opened and no link made until the store takes what it is given.",
    next: "Have the platform team look for store.not_ready in the connector’s log: it names the store and what to do.",
    move: "administrator",
  },
  worker: {
    about: "connector",
    title: "Background work",
    well: "The connector does by itself what comes round, such as asking chart systems how they are.",
    wrong:
      "What the connector does by itself stands still, such as putting meetings right after a move. Visits that are open go on.",
    next: "Have the platform team check that the site runs and that its setting CONNECTOR_WORKER is not off; restart the site if it is.",
    move: "administrator",
  },
  "jobs-due": {
    about: "connector",
    title: "Work in time",
    well: "No work waits for longer than it should.",
    wrong: "What should be done by now is done late, such as a meeting that moves with its appointment.",
    next: "Wait ten minutes: a backlog after an outage is worked off by itself. If it stays, have the platform team look for job.failed in the connector’s log.",
    move: "nobody",
  },
  "jobs-poisoned": {
    about: "connector",
    title: "Work that was given up",
    well: "No work was tried in vain until it was given up.",
    wrong:
      "Something was tried for hours and given up, such as a meeting that Teams refused. It is not tried again by itself.",
    next: "Open the list: it names each reason. Mend that, and have the work tried again, or discard it.",
    move: "administrator",
    at: "work",
  },
  "jobs-waiting": {
    about: "connector",
    title: "Work that waits for a row",
    well: "No work waits for a row of the store that cannot be read.",
    wrong:
      "Something is not done because a row of the store cannot be read, such as telling a patient that their visit is cancelled. It is done by itself once the row can be read.",
    next: "Expected for minutes during a release. Otherwise have the platform team restore the row, or remove it where the log says that it may be.",
    move: "administrator",
  },
} as const satisfies Readonly<Record<string, CheckWords>>;
