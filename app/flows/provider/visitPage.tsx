/** Everything about one visit, for as long as the session lives. */
import { closes, opens, type Person } from "../../domain/visit.ts";
import { Card } from "../../web/components.tsx";
import { ConsultForm } from "./consultForm.tsx";
import type { LaunchDeps } from "./deps.ts";
import type { OpenVisit } from "./openVisit.ts";
import type { Pages } from "./pages.ts";
import { PatientBanner } from "./patientBanner.tsx";
import type { Session } from "./sessions.ts";
import { linkedAccount } from "./staffLinks.ts";
import { Ended, Heading, JoinCard } from "./visitCards.tsx";
import { Invite, PatientLink } from "./linkCards.tsx";
import type { VisitView } from "./visitView.ts";

export async function visitPage(
  deps: LaunchDeps,
  pages: Pages,
  session: Session,
  open: OpenVisit,
): Promise<string> {
  const { visit } = open;
  const link = (person: Person) => deps.publicUrl + "/j/" + deps.visits.token(visit, person);
  const rules = deps.hospital.visitRules;
  const [account, departments] = await Promise.all([
    accountOf(deps, session),
    deps.hospital.departments(session.connection.id),
  ]);
  const view: VisitView = {
    base: "/visits/" + session.launchId,
    open,
    account,
    links: new Map(visit.people.map((person) => [person.number, link(person)])),
    opensAt: opens(visit, rules),
    closesAt: closes(visit, rules),
  };
  const main = (
    <>
      <PatientBanner patient={open.patient} />
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
    </>
  );
  return pages({
    title: visit.kind === "consult" ? "Consult" : "Video visit",
    main,
    scripts: ["copy.js", "join.js"],
  });
}

async function accountOf(deps: LaunchDeps, session: Session): Promise<VisitView["account"]> {
  const objectId = await linkedAccount(deps, session);
  if (objectId === undefined) return undefined;
  const person = await deps.directory.person(objectId);
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
