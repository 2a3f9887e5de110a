/** The forms that send somebody their link, and the list of what was sent with what became of it. */
import { isDoubted, type Person } from "../../domain/visit.ts";
import type { Message } from "../../records/messages.ts";
import { Button } from "../../web/components.tsx";
import { formatNearDay, formatShortClock } from "../../web/time.ts";
import type { Picked } from "./said.ts";
import { shortMoment } from "./nearness.ts";
import { isReplaced, linksSentTo, sentUnasked, toldOtherwise } from "./sending.ts";
import { whyNotWords } from "./sentWords.ts";
import { VisitForm } from "./visitForm.tsx";
import type { VisitView } from "./visitView.ts";

interface Of {
  readonly view: VisitView;
  readonly person: Person;
}

/** @param props.typed what was typed before, and was not used. @param props.picked what was picked with it */
export function SendForm(
  props: Of & { readonly typed?: string | undefined; readonly picked?: Picked | undefined },
) {
  const { view, person, typed, picked } = props;
  const { chart, sent } = view.sending;
  const { language } = picked ?? view.sending;
  const isPatient = person.role === "patient";
  const id = "send-" + String(person.number);
  const ways = isPatient
    ? [
        ...(chart.number === undefined || chart.isStopped
          ? []
          : [["text", "Text to " + chart.number.masked] as const]),
        ...(chart.mail === undefined ? [] : [["mail", "E-mail to " + chart.mail.masked] as const]),
      ]
    : [];
  const offered = [...ways, ["typed", "Another number or address"] as const];
  // What was picked may be offered no more: the chart may have lost its number.
  const before = [picked?.to, ...(typed === undefined ? [] : ["typed"])];
  const way = before.find((one) => offered.some(([it]) => it === one)) ?? offered[0]?.[0];
  return (
    <VisitForm view={view} to="/messages" class="send">
      {isPatient && chart.gone !== undefined && <p>{GONE[chart.gone]}</p>}
      {isPatient && chart.isStopped && <p>{noTextsTo(chart)}</p>}
      {isPatient && chart.prefers !== undefined && <p>{PREFERS[chart.prefers]}</p>}
      {isPatient && chart.number && <input type="hidden" name="text" value={chart.number.hash} />}
      {isPatient && chart.mail && <input type="hidden" name="mail" value={chart.mail.hash} />}
      <input type="hidden" name="person" value={String(person.number)} />
      <input type="hidden" name="generation" value={String(person.generation)} />
      <input type="hidden" name="sent" value={String(linksSentTo(sent, person).length)} />
      {ways.length === 0 ? (
        <input type="hidden" name="to" value="typed" />
      ) : (
        <fieldset>
          <legend>Where to?</legend>
          {offered.map(([one, words]) => (
            <label key={one}>
              <input type="radio" name="to" value={one} checked={one === way} />
              {words}
            </label>
          ))}
        </fieldset>
      )}
      <label for={id}>
        {ways.length === 0 ? "Mobile number or e-mail address" : "The other number or address"}
      </label>
      <input
        id={id}
        type="text"
        name="typed"
        value={typed}
        maxLength={200}
        autocomplete="off"
        required={ways.length === 0}
      />
      <label>
        Language
        <select name="language">
          <option value="en" selected={language === "en"}>
            English
          </option>
          <option value="es" selected={language === "es"}>
            Spanish
          </option>
        </select>
      </label>
      <Button weight="secondary">Send link</Button>
      <p class="quiet">A number or address that you type is used once and not kept.</p>
    </VisitForm>
  );
}

const noTextsTo = ({ number, isStopUnknown }: VisitView["sending"]["chart"]): string =>
  isStopUnknown
    ? `Whether ${number?.masked ?? "this number"} has ended texts (STOP) cannot be read now, so it gets none.`
    : `${number?.masked ?? "This number"} has ended texts (STOP), and gets none.`;

const GONE = {
  deceased:
    "The chart says that this patient has died. No link is sent to the number or the e-mail address in the chart.",
  inactive:
    "The chart says that this patient’s record is not in use. No link is sent to the number or the e-mail address in the chart.",
  replaced:
    "Another record has replaced this patient’s, or may have, and the chart does not show which. No link is sent to the number or the e-mail address in the chart.",
} as const;

/** What the chart says about reminders. It is only shown, because a person may ask for a link in another way. */
const PREFERS = {
  text: "The chart says that this patient wants appointment reminders by text.",
  mail: "The chart says that this patient wants appointment reminders by e-mail.",
  other:
    "The chart says that this patient wants appointment reminders neither by text nor by e-mail. Ask before you send.",
} as const;

const WHAT: Readonly<Record<Message["kind"], string>> = {
  confirmation: "First notice",
  update: "New time",
  cancellation: "Cancellation",
  reminder: "Reminder",
  late: "Running late",
  link: "Link",
};

/** What this person was sent: how, when, and whether it arrived. */
export function SentList({ view, person }: Of) {
  const { sent } = view.sending;
  const links = linksSentTo(sent, person);
  const theirs = person.role === "patient" ? [...links, ...sentUnasked(sent)] : links;
  if (theirs.length === 0) return null;
  const zone = view.open.department.timeZone;
  return (
    <ul class="sent" aria-label="Sent">
      {theirs
        .toSorted((one, other) => other.begun.localeCompare(one.begun))
        .map((message) => {
          const at = new Date(message.begun);
          const [day, today] = [at, view.now].map((date) => formatNearDay(date, zone, view.now));
          const when = (day === today ? "" : String(day) + ", ") + formatShortClock(at, zone);
          const how = message.way === "text" ? "by text" : "by e-mail";
          return (
            <li key={message.id}>
              {WHAT[message.kind]} {how}, {when}: <strong>{becameOf(message)}</strong>
              {isReplaced(message, person, view.open.visit.relinked) && "; this link was replaced since"}
            </li>
          );
        })}
    </ul>
  );
}

/** Says that a guest was told another time: the connector tells nobody but the patient what has changed. */
export function ToldOtherwise({ view, person }: Of) {
  const start = toldOtherwise(view, person);
  if (start === undefined) return null;
  const { department, visit } = view.open;
  return (
    <p>
      <strong>Was told {shortMoment(start, department.timeZone, view.now)}.</strong> The connector does not
      tell guests that a visit was moved: {isDoubted(visit) ? "call" : "send the link again"}.
    </p>
  );
}

function becameOf(message: Message): string {
  switch (message.state) {
    case "delivered":
      return "reached";
    case "begun":
    case "accepted":
      return "not confirmed";
    case "waiting":
      return "waits to be sent";
    case "refused":
    case "withheld":
      return "not sent: " + whyNotWords(message);
    case "failed":
      return "not reached: " + whyNotWords(message);
  }
}
