/** The clinician's page of one visit, for as long as the session lives. */
import { linkPathFor, visitPath } from "../../domain/addresses.ts";
import { closes, isDoubted, opens, listed, type Person, type Visit } from "../../domain/visit.ts";
import { isStillClosed } from "../../domain/watching.ts";
import { Button } from "../../web/components.tsx";
import { joinsAs } from "./account.ts";
import { ConsultForm } from "./consultForm.tsx";
import { consultsOf, consultsUntold, type OfferedConsults } from "./consults.ts";
import type { ProviderPicks } from "./parts.ts";
import { HeldBack, HeldElsewhereCards } from "./heldCard.tsx";
import { RunningLate } from "./lateCard.tsx";
import { latenessOf } from "./runningLate.ts";
import type { OpenVisit } from "./opened.ts";
import { optionalParts, type OptionalParts } from "./optional.ts";
import { MissingParts } from "./optionalNotice.tsx";
import type { Pages } from "./pages.ts";
import { messagesTo } from "./messageToCopy.ts";
import { NotReadNotices } from "./notReadNotice.tsx";
import { PatientBanner } from "./patientBanner.tsx";
import { ReadHints } from "./readHints.tsx";
import { Declined } from "./declined.tsx";
import { NotVideo } from "./notVideo.tsx";
import { SeveralPatients } from "./severalPatients.tsx";
import type { Session } from "../../records/sessions.ts";
import { staffOpened } from "../../records/staffOpened.ts";
import { isWhichVisit, wasDone, type Said } from "./said.ts";
import { SaidNotice } from "./saidNotice.tsx";
import { saidNow } from "./saidNow.ts";
import { sendingOf } from "./sending.ts";
import {
  ChatNotice,
  CloseLinks,
  Ended,
  Heading,
  isAbout,
  JoinCard,
  movedTo,
  NotInChart,
} from "./visitCards.tsx";
import { hasRow, isAboutSending, Links } from "./linkCards.tsx";
import { mayWriteUnasked, unaskedOf } from "./unasked.ts";
import { newInvitation } from "./visitActions.ts";
import { patientsTime, WayBack } from "./wayBack.tsx";
import { VisitForm } from "./visitForm.tsx";
import type { VisitView } from "./visitView.ts";
import { waitingIn } from "./waiting.ts";
import { WaitingCard } from "./waitingCard.tsx";
import { Away, Workstation } from "./workstation.tsx";

export async function visitPage(
  parts: ProviderPicks,
  pages: Pages,
  session: Session,
  open: OpenVisit,
  { said: asked }: { readonly said?: Said },
): Promise<string> {
  const { visit } = open;
  const links = new Map(listed(visit).map((person) => [person.number, linkOf(parts, visit, person)]));
  const rules = parts.hospital.visitRules;
  const optional = optionalParts(parts);
  const sent = sendingOf(parts, open, session, optional);
  const [account, unwritten, consults, sending, waiting, lateness] = await Promise.all([
    accountOf(parts, session, visit, optional),
    optional.read("chart-told", () => unwrittenOf(parts, open), undefined),
    optional.read("departments", () => consultsOf(parts, session), consultsUntold(session)),
    sent,
    waitingIn(parts, visit, optional),
    sent.then((known) => latenessOf(parts, session, open, known, optional)),
  ]);
  const isInDoubt = isDoubted(visit);
  const unasked = isInDoubt ? undefined : unaskedOf(parts, session, open, sending);
  const patients =
    visit.kind === "consult"
      ? await optional.read("patients-visit", () => patientsTime(parts, session), undefined)
      : undefined;
  const shown: Omit<VisitView, "said"> = {
    base: visitPath(session.launchId),
    open,
    account,
    links,
    messages: messagesTo(parts, open, links),
    invitation: newInvitation(),
    sending,
    opensAt: opens(visit, rules),
    closesAt: closes(visit, rules),
    now: parts.now(),
    isMeetingClosed: isStillClosed(visit, rules, parts.now()),
    isPicked: session.place?.kind === "appointment" && session.place.picked === true,
    waiting,
    lateness,
    isHoldable: mayWriteUnasked(parts, session, visit),
    missing: optional.missing,
    ...(unwritten !== undefined && { unwritten }),
    ...(unasked !== undefined && { unasked }),
  };
  const said = saidNow(asked, shown);
  const view: VisitView = { ...shown, ...(said !== undefined && { said }) };
  const isEnded = visit.state === "ended";
  /** Its links, as far as staff and the chart have a say in that. */
  const areGood = !isEnded && !isInDoubt;
  const main = (
    <>
      <PatientBanner
        patient={open.patient}
        session={session}
        now={view.now}
        zones={[open.department.timeZone]}
      />
      <Away />
      {visit.kind === "consult" && <WayBack view={view} to={patients} />}
      <ReadHints hints={open.hints} />
      {open.appointment?.isDeclined === true && areGood && <Declined />}
      {areGood && <NotVideo {...open} />}
      <SeveralPatients {...open} areLinksShown={areGood} />
      <NotReadNotices
        notRead={notReadIn(view)}
        isInDoubt={isInDoubt}
        zone={open.department.timeZone}
        now={view.now}
      />
      <MissingParts missing={view.missing} isInDoubt={isInDoubt} />
      {said !== undefined && !hasItsCard(view, said) && (
        <SaidNotice said={said} also={said.kind === "visit-moved" ? movedTo(view) : undefined} />
      )}
      {(view.isPicked || isByEncounter(session)) && <OtherVisits view={view} />}
      <div class="visit-grid">
        <div class="visit-now">
          <Heading {...view} />
          {isEnded ? <Ended {...view} /> : <JoinCard {...view} />}
          {!isEnded && <WaitingCard {...view} />}
          {!isEnded && <RunningLate {...view} />}
          {!isEnded && <NotInChart {...view} />}
          <HeldBack {...view} />
          <HeldElsewhereCards of={session} held={open.heldElsewhere} now={view.now} isBeside />
          <ChatNotice />
        </div>
        {!isEnded && (
          <div class="visit-people">
            <Links {...view} />
          </div>
        )}
        <div class="visit-rest">
          <Consults view={view} session={session} offered={consults} />
          {!isEnded && <CloseLinks {...view} />}
        </div>
      </div>
      <Workstation base={view.base} />
    </>
  );
  return pages({
    title: titleOf(view),
    main,
    scripts: ["copy.js", "join.js", "forms.js", "away.js", "attention.js", "waiting.js"],
    ofTestChart: session.connection.environment === "test",
  });
}

const notReadIn = ({ open, isMeetingClosed }: VisitView): OpenVisit["notRead"] =>
  isMeetingClosed ? [...open.notRead, { kind: "meeting-closed" }] : open.notRead;

const linkOf = ({ publicUrl, visits }: ProviderPicks, visit: Visit, person: Person): string =>
  [publicUrl + linkPathFor(person), visits.token(visit, person)].join("/");

/** What no card of an open visit's page is about. */
const OF_NO_CARD = new Set<Said["kind"]>([
  "guest-gone",
  "link-of-chart",
  "link-off",
  "link-off-doubted",
  "link-replaced",
  "links-closed",
  "links-not-open",
  "links-over",
  "links-doubted",
  "links-unread",
]);

/** Whether a card of the page, as it is now, says what was just done; what no card says stands at the top. */
function hasItsCard(view: VisitView, said: Said): boolean {
  if (isWhichVisit(said)) return said.kind === "visit-chosen";
  if (view.open.visit.state === "ended") return true;
  if (OF_NO_CARD.has(said.kind)) return false;
  return isAbout(view, "guest-invited", "link-renewed") || isAboutSending(view) ? hasRow(view) : true;
}

function titleOf({ open: { visit }, said }: VisitView): string {
  const what = visit.kind === "consult" ? "Consult" : "Video visit";
  return said !== undefined && wasDone(said) ? "Done · " + what : what;
}

/** Whether the encounter from which the chart was opened may have decided which visit this is, and not the clinician. */
const isByEncounter = ({ grant, place }: Session): boolean =>
  grant.encounter !== undefined && place?.kind !== "consult";

/** Offers to pick another visit: the pick may have been wrong, or the encounter may be another visit's. */
function OtherVisits({ view }: { readonly view: VisitView }) {
  return (
    <VisitForm view={view} to="/choose-again" class="inline-note">
      {view.isPicked && <p>You picked this visit.</p>}
      <Button weight="quiet">Not this visit? See today’s visits</Button>
    </VisitForm>
  );
}

/** Offers consults. It is folded, because it is wanted seldom, and never by somebody who is looking for the patient. */
function Consults(props: {
  readonly view: VisitView;
  readonly session: Session;
  readonly offered: OfferedConsults;
}) {
  const { view, session, offered } = props;
  if (view.open.visit.kind === "consult") return null;
  const { departments, begun } = offered;
  const nameOf = (departmentId: string) =>
    departments === undefined
      ? "a department whose name cannot be read now"
      : (departments.find(({ id }) => id === departmentId)?.name ??
        "a department that is not set up any more");
  const others = (departments ?? []).filter(({ id }) => !begun.includes(id));
  return (
    <details class="card fold" open={begun.length > 0}>
      <summary>Consult without the patient</summary>
      <p>A separate video visit with colleagues; the patient’s link does not lead to it.</p>
      {begun.map((id) => (
        <form key={id} method="post" action={view.base + "/consult"} class="inline-note">
          <input type="hidden" name="department" value={id} />
          <p>You began a consult with {nameOf(id)}.</p>
          <Button weight="secondary">Go to it</Button>
        </form>
      ))}
      <ConsultForm launchId={session.launchId} departments={others} />
    </details>
  );
}

async function accountOf(
  parts: ProviderPicks,
  session: Session,
  visit: Visit,
  optional: OptionalParts,
): Promise<VisitView["account"]> {
  const objectId = await optional.read("account", () => joinsAs(parts, session), session.account);
  if (objectId === undefined) return undefined;
  if (visit.state === "open") await staffOpened(parts, visit, objectId);
  const person = await parts.directory.person(objectId);
  return { id: objectId, name: person?.displayName, userName: person?.userName };
}

/** Why the chart does not say how the visit goes; known only for visits that were found. */
async function unwrittenOf(
  { foundVisits }: ProviderPicks,
  { visit }: OpenVisit,
): Promise<VisitView["unwritten"]> {
  if (visit.kind !== "appointment") return undefined;
  const found = await foundVisits.byId(visit.id);
  return visit.state === "ended" ? found?.unfulfilled : found?.unarrived;
}
