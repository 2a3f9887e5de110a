/** Everything about one visit, for as long as the session lives. */
import { linkPathFor, visitPath } from "../../domain/addresses.ts";
import { closes, opens, present, type Person } from "../../domain/visit.ts";
import { Button, Card, Notice } from "../../web/components.tsx";
import { ConsultForm } from "./consultForm.tsx";
import type { ProviderPicks } from "./parts.ts";
import type { OpenVisit } from "./opened.ts";
import type { Pages } from "./pages.ts";
import { NotReadNotices } from "./notReadNotice.tsx";
import { PatientBanner } from "./patientBanner.tsx";
import { ReadHints } from "./readHints.tsx";
import type { Session } from "../../records/sessions.ts";
import { Ended, Heading, JoinCard } from "./visitCards.tsx";
import { Invite, PatientLink } from "./linkCards.tsx";
import { newInvitation } from "./visitActions.ts";
import type { VisitView } from "./visitView.ts";

export async function visitPage(
  parts: ProviderPicks,
  pages: Pages,
  session: Session,
  open: OpenVisit,
  hasNotSignedIn: boolean,
): Promise<string> {
  const { visit } = open;
  const link = (person: Person) =>
    [parts.publicUrl + linkPathFor(person), parts.visits.token(visit, person)].join("/");
  const rules = parts.hospital.visitRules;
  const [account, departments] = await Promise.all([
    accountOf(parts, session),
    parts.hospital.departments(session.connection.id),
  ]);
  const view: VisitView = {
    base: visitPath(session.launchId),
    open,
    account,
    links: new Map(present(visit).map((person) => [person.number, link(person)])),
    invitation: newInvitation(),
    opensAt: opens(visit, rules),
    closesAt: closes(visit, rules),
  };
  const main = (
    <>
      <PatientBanner patient={open.patient} />
      {visit.kind === "consult" && <WayBack base={view.base} />}
      {hasNotSignedIn && <NotSignedIn />}
      <NotReadNotices notRead={open.notRead} zone={open.department.timeZone} />
      <ReadHints hints={open.hints} />
      <div class="visit-grid">
        <div>
          <Heading {...view} />
          {visit.state === "ended" ? <Ended {...view} /> : <JoinCard {...view} />}
          <ChatNotice />
        </div>
        <div>
          {visit.state !== "ended" && (
            <>
              <PatientLink {...view} />
              <Invite {...view} />
            </>
          )}
          <Card title="Consult without the patient">
            <p>A separate video visit with colleagues; the patient’s link does not lead to it.</p>
            <ConsultForm launchId={session.launchId} departments={departments} />
          </Card>
        </div>
      </div>
      <Workstation base={view.base} />
    </>
  );
  return pages({
    title: visit.kind === "consult" ? "Consult" : "Video visit",
    main,
    scripts: ["copy.js", "join.js"],
  });
}

/** For whoever went back at Microsoft. */
function NotSignedIn() {
  return (
    <Notice kind="warning" title="You did not sign in.">
      <p>Nothing was changed. To join, press Join and sign in with your hospital account.</p>
    </Notice>
  );
}

function WayBack({ base }: Pick<VisitView, "base">) {
  return (
    <form method="post" action={base + "/back"}>
      <Button weight="secondary">← Back to the patient’s visit</Button>
    </form>
  );
}

/** This page cannot know who sits in front of it. */
function Workstation({ base }: Pick<VisitView, "base">) {
  return (
    <form method="post" action={base + "/sign-out"} class="workstation">
      <p class="quiet">
        This page does not notice when you sign out of PowerChart. Before somebody else uses this workstation,
        close it.
      </p>
      <Button weight="secondary">Sign out of this page</Button>
    </form>
  );
}

async function accountOf(parts: ProviderPicks, session: Session): Promise<VisitView["account"]> {
  const objectId = await parts.staffAccounts.of(session.grant.fhirUser);
  if (objectId === undefined) return undefined;
  const person = await parts.directory.person(objectId);
  return { name: person?.displayName, userName: person?.userName };
}

/** What the customer's document asks clinicians to be told. */
function ChatNotice() {
  return (
    <p class="quiet">
      The meeting chat is not part of the medical record. Copy what belongs in the record into the chart; chat
      messages are kept as your Teams administrator has set.
    </p>
  );
}
