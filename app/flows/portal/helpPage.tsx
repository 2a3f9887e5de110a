/**
 * The help page: the terms of the published guide and where each is in this portal, and what customers ask for by ticket at
 * Microsoft.
 */
import type { PortalSession } from "../../records/portalSessions.ts";
import { Card } from "../../web/components.tsx";
import { isOpenTo, portalPath, type PortalPageName } from "./addresses.ts";
import type { PortalPages } from "./pages.tsx";

interface Word {
  readonly word: string;
  readonly means: string;
  /** The page on which it is seen or set. */
  readonly at?: readonly [page: PortalPageName, says: string];
}

export function helpPage(pages: PortalPages, session: PortalSession): string {
  const main = (
    <>
      <Card title="Words of the guide">
        <Words words={WORDS} session={session} />
      </Card>
      <Card title="What is asked for by ticket elsewhere">
        <p>
          With Microsoft’s connector these are the support’s to change. Here each is set, or is said not to be
          there.
        </p>
        <Words words={BY_TICKET} session={session} />
      </Card>
    </>
  );
  return pages({ session, at: "help", title: "Help", main });
}

function Words({ words, session }: { readonly words: readonly Word[]; readonly session: PortalSession }) {
  return (
    <dl class="facts glossary">
      {words.map(({ word, means, at }) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>
            {means} {at !== undefined && <Where at={at} session={session} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Where({
  at: [page, says],
  session,
}: {
  readonly at: NonNullable<Word["at"]>;
  readonly session: PortalSession;
}) {
  return isOpenTo(session.rights, page) ? <a href={portalPath(page)}>{says}</a> : undefined;
}

const WORDS: readonly Word[] = [
  {
    word: "EHR connector configuration portal",
    means: "This portal. Whoever has the connector’s role for administrators signs in to it.",
    at: ["home", "Home"],
  },
  {
    word: "Microsoft 365 global admin",
    means:
      "A Global Administrator of the hospital’s directory. Consents, setting texts live and exceptions are theirs; everything else is an administrator’s.",
    at: ["approvals", "Approvals"],
  },
  {
    word: "FHIR base URL",
    means:
      "The address of a chart system’s FHIR server. A connection is one base URL with its environment and its registrations at Oracle.",
    at: ["connections", "FHIR connections"],
  },
  {
    word: "Test and production environment",
    means:
      "Which kind of chart system a base URL is. A production connection can be turned on after a visit has succeeded on a test one.",
    at: ["connections", "FHIR connections"],
  },
  {
    word: "Department",
    means:
      "A set of the chart’s locations, with the Teams accounts that own its meetings, and with the name, phone number and time zone that patients see.",
    at: ["departments", "Departments"],
  },
  {
    word: "SMS notifications",
    means: "Texts to patients: a confirmation, reminders, and what has changed. Off until both consents.",
    at: ["texts", "Texts"],
  },
  {
    word: "Consent checkboxes",
    means:
      "Two: that this hospital’s connector may send for the organization, and that attendees have consented. Who agreed, when, and to which words is kept.",
    at: ["texts", "Texts"],
  },
  {
    word: "Your phone numbers",
    means: "The number that texts are sent from, and how far the carriers’ verification is.",
    at: ["texts", "Texts"],
  },
  {
    word: "SMS configuration",
    means:
      "Which connections’ patients are texted. One number serves many: a patient who replies STOP ends texts of all of them.",
    at: ["texts", "Texts"],
  },
  {
    word: "Integration records",
    means: "What Oracle is given of each connection, for provider and patient launch.",
    at: ["integration", "Integration records"],
  },
  {
    word: "Provider launch",
    means: "A clinician opens a visit from PowerChart. The chart says which visit it is.",
    at: ["integration", "Integration records"],
  },
  {
    word: "Patient launch",
    means: "There is none: a patient comes by a link, in a text, in a mail, or in the chart.",
    at: ["integration", "Integration records"],
  },
  {
    word: "PowerChart, patient board",
    means: "Where clinicians see their patients and open a visit by the Teams entry.",
  },
  {
    word: "Lobby",
    means:
      "Where Teams lets people wait until staff let them in. Who enters without waiting is each department’s to say.",
    at: ["departments", "Departments"],
  },
  {
    word: "Virtual Appointments report",
    means: "Visits, how long they were, who conducted them, and texts.",
    at: ["reports", "Reports"],
  },
];

const BY_TICKET: readonly Word[] = [
  {
    word: "Joining in the browser",
    means:
      "There is no switch, and none is needed: each link leads to Teams’ own page for guests. Whether people without an account may join meetings is a setting of Teams, which a Teams administrator changes; the checks say whether it has worked.",
    at: ["checks", "Checks"],
  },
  {
    word: "Group visits",
    means:
      "Not offered: a visit has one patient. Family, interpreters and colleagues join it by links of their own, which the clinician sends from the visit’s page.",
  },
  {
    word: "One FHIR base URL for several organizations",
    means:
      "Not offered: a deployment is one hospital’s. Another organization that shares the chart system runs its own, registered at Oracle by itself. Within the hospital, departments divide a base URL.",
    at: ["departments", "Departments"],
  },
  {
    word: "Another owner of the set-up",
    means:
      "No ticket: whoever has the role for administrators in the directory sees and changes everything here.",
    at: ["audit", "Audit"],
  },
];
