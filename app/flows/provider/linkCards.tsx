/** The card of links to hand out: a row for each person, with whatever can be done with that person's link. */
import { dayIn } from "../../domain/day.ts";
import { cameByLink } from "../../domain/whoWaits.ts";
import { fullness, isDoubted, listed, type GuestRole, type Person } from "../../domain/visit.ts";
import { Button, Card, CopyButton, CopyField } from "../../web/components.tsx";
import { once } from "../../web/once.tsx";
import { formatNearDay, formatShortClock } from "../../web/time.ts";
import { FULL } from "./fullWords.ts";
import { shortMoment } from "./nearness.ts";
import type { Said } from "./said.ts";
import { SaidNotice } from "./saidNotice.tsx";
import { SendForm, SentList, ToldOtherwise } from "./sendCards.tsx";
import {
  Ask,
  guestNumber,
  inSentence,
  Labelled,
  NewLink,
  Remove,
  unaskedWords,
  type Of,
} from "./linkAsks.tsx";
import { isAbout } from "./visitCards.tsx";
import { VisitForm } from "./visitForm.tsx";
import type { VisitView } from "./visitView.ts";

/** The roles of guests, in the order in which they are listed. */
const NAMES: Readonly<Record<GuestRole, string>> = {
  colleague: "Colleague",
  interpreter: "Interpreter",
  relative: "Family or caregiver",
  guest: "Guest",
};
const GUESTS = Object.keys(NAMES) as GuestRole[];

export function Links(view: VisitView) {
  const { visit, department } = view.open;
  const people = listed(visit);
  const rows = (["patient", ...GUESTS] as const).flatMap((role) => people.filter((one) => one.role === role));
  const { opensAt, closesAt, now } = view;
  const zone = department.timeZone;
  return (
    <Card title="Links">
      {rows.length > 0 && (
        <ul class="people">
          {rows.map((person) => (
            <Row key={person.number} view={view} person={person} />
          ))}
        </ul>
      )}
      <Removed {...view} />
      {isAbout(view, "guest-removed") && <SaidNotice said={view.said} />}
      <Invite {...view} />
      <p class="quiet">
        {isDoubted(visit) ? (
          NO_LINKS_NOW
        ) : (
          <>
            Each link is one person’s, opens from {shortMoment(opensAt, zone, now)} to{" "}
            {dayIn(zone, closesAt) === dayIn(zone, opensAt)
              ? formatShortClock(closesAt, zone)
              : shortMoment(closesAt, zone, now)}
            {visit.kind === "appointment" && ", and stays the same if the visit is moved"}.
          </>
        )}{" "}
        Colleagues sign in with their hospital account; everybody else waits in the waiting room (Teams says
        lobby) until staff admit them.
      </p>
    </Card>
  );
}

const NO_LINKS_NOW =
  "Until the chart says whose this visit is, links can only be turned off: none is shown, sent or made for somebody else.";

function Invite(view: VisitView) {
  if (isDoubted(view.open.visit)) return null;
  const full = fullness(view.open.visit);
  if (full !== undefined) return <p>{FULL[full]}</p>;
  return (
    <VisitForm view={view} to="/invitations" class="inline-form">
      <input type="hidden" name="invitation" value={view.invitation} />
      <WhoElse />
    </VisitForm>
  );
}

const WhoElse = once(() => (
  <>
    <label>
      Who else joins?
      <select name="role">
        {GUESTS.map((role) => (
          <option key={role} value={role}>
            {NAMES[role]}
          </option>
        ))}
      </select>
    </label>
    <Button weight="secondary">Make a link</Button>
  </>
));

/** Says which guests were removed, so that nobody looks for the numbers that are missing. */
function Removed(view: VisitView) {
  const removed = view.open.visit.people.filter((one) => one.removed === true && one.ofChart !== true);
  if (removed.length === 0) return null;
  return <p class="quiet">Removed: {removed.map((person) => inSentence(view, person)).join(", ")}.</p>;
}

function Row({ view, person }: Of) {
  const isPatient = person.role === "patient";
  const id = isPatient ? "link-patient" : "link-" + String(person.number);
  const whose = inSentence(view, person);
  const { said } = view;
  // What may have been sent already is shown, and not put into the form again.
  const isToBeSent = said?.person === person.number && said.kind !== "link-sent-before";
  const isGood = !isDoubted(view.open.visit);
  const isSendable = isGood && view.sending.isPossible;
  const { typed, picked } = isToBeSent && isSendable ? said : NOTHING_ENTERED;
  return (
    <li class="person">
      <div class="person-line">
        <p>
          <strong>{person.role === "patient" ? "Patient" : NAMES[person.role]}</strong>{" "}
          <span class="quiet">
            {isPatient ? (
              <Opened view={view} person={person} />
            ) : (
              "Guest " + guestNumber(view.open.visit, person)
            )}
          </span>
        </p>
        {isGood && (
          <CopyButton
            of={id}
            copied={`The link of ${whose} is copied`}
            notCopied="Could not copy. The link is selected: press Ctrl+C."
          >
            {isPatient ? "Copy patient’s link" : <Labelled whose={whose}>Copy link</Labelled>}
          </CopyButton>
        )}
      </div>
      {isGood && <p class="copy-said" role="status" />}
      {isGood && <p class="on-paper">{view.links.get(person.number)}</p>}
      {isAbout(view, "link-renewed") && view.said.person === person.number && (
        <SaidNotice said={view.said} also={isPatient ? unaskedWords(view) : undefined} />
      )}
      {isAbout(view, "guest-invited") && isNewest(person, view) && <SaidNotice said={view.said} />}
      {isAboutSending(view) && view.said.person === person.number && (
        <SaidNotice said={typed === undefined ? view.said : { kind: view.said.kind }} />
      )}
      <SentList view={view} person={person} />
      <ToldOtherwise view={view} person={person} />
      <div class="asks">
        {isGood && (
          <Ask label={<Labelled whose={whose}>Show</Labelled>}>
            <input
              id={id}
              type="text"
              readOnly
              aria-label={isPatient ? "The patient’s link" : `The link of ${whose}`}
              value={view.links.get(person.number) ?? ""}
            />
          </Ask>
        )}
        {isSendable && (
          <Ask
            label={<Labelled whose={whose}>Send link</Labelled>}
            isOpen={typed !== undefined || picked !== undefined}
          >
            <SendForm view={view} person={person} typed={typed} picked={picked} />
          </Ask>
        )}
        {isPatient && isGood && <Messages {...view} />}
        <NewLink view={view} person={person} />
        {!isPatient && <Remove view={view} person={person} />}
      </div>
    </li>
  );
}

const NOTHING_ENTERED: Pick<Said, "typed" | "picked"> = {};

export const isAboutSending = (view: VisitView) =>
  isAbout(
    view,
    ...(["link-sent", "link-perhaps-sent", "link-not-sent"] as const),
    ...(["link-sent-before", "link-sent-often", "link-visit-often", "link-too-many"] as const),
    ...(["link-to-nobody", "link-to-other", "link-to-two", "link-sending-off", "link-sent-unknown"] as const),
  );

/** Whether this person was invited last: that one has the highest number of those who were. */
const isNewest = ({ number }: Person, { open }: VisitView) =>
  number === Math.max(...open.visit.people.flatMap((one) => (one.ofChart === true ? [] : one.number)));

/** Whether the person whom it is about, or who was just invited, has a row in which that is said. */
export const hasRow = (view: VisitView): boolean =>
  listed(view.open.visit).some((person) =>
    view.said?.kind === "guest-invited" ? isNewest(person, view) : person.number === view.said?.person,
  );

/** "Opened at 3:46 AM", with the day where that was another; what is said of a link is seen, or has to be so. */
function Opened({ view, person: { opened } }: Of) {
  if (opened === undefined) return <>{unnoted(view)}</>;
  const zone = view.open.department.timeZone;
  const [day, today] = [opened, view.now].map((date) => formatNearDay(date, zone, view.now));
  const on = day === today ? "" : " on " + String(day);
  return <>{`Opened${on} at ${formatShortClock(opened, zone)}`}</>;
}

function unnoted({ open, waiting }: VisitView): string {
  const came = cameByLink(open.visit, "people" in waiting ? waiting.people : []);
  if (came === "not-known") return "Not known whether the link was opened";
  return came ? "Opened: somebody has come by it" : "Link not seen to be opened yet";
}

const LANGUAGES = [
  ["en", "English"],
  ["es", "Spanish"],
] as const;

function Messages({ messages }: VisitView) {
  return (
    <Ask label="Message">
      <div class="messages">
        {LANGUAGES.map(([language, name]) => (
          <CopyField
            key={language}
            id={"message-" + language}
            label={"In " + name}
            value={messages[language]}
            copy={`Copy ${name} message`}
            copied={`The ${name} message is copied`}
            notCopied="Could not copy. The message is selected: press Ctrl+C."
          />
        ))}
      </div>
    </Ask>
  );
}
