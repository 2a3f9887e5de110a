/** What the row of a person's link asks before it is done: a new link, and the removal of a guest. */
import type { ComponentChildren } from "preact";
import { isDoubted, type Person, type Visit } from "../../domain/visit.ts";
import { Button, Unseen } from "../../web/components.tsx";
import { VisitForm } from "./visitForm.tsx";
import type { VisitView } from "./visitView.ts";

export interface Of {
  readonly view: VisitView;
  readonly person: Person;
}

/**
 * Which of all guests whom the page has ever invited this one is, from 1 on. It tells two interpreters apart and is never
 * another's. The number in the link is none to show: the chart's own link has one, too, and it may change.
 */
export const guestNumber = ({ people }: Pick<Visit, "people">, { number }: Person): string => {
  const guests = people.filter(({ role, ofChart }) => role !== "patient" && ofChart !== true);
  return String(guests.findIndex((guest) => guest.number === number) + 1);
};

/** How a person is named in a sentence. */
export const inSentence = ({ open: { visit } }: VisitView, person: Person) =>
  person.role === "patient" ? "the patient" : "guest " + guestNumber(visit, person);

/** Adds for screen readers whose link it is; others see that from the row. */
export function Labelled({ whose, children }: { readonly whose: string; readonly children: string }) {
  return (
    <>
      {children}
      <Unseen> of {whose}</Unseen>
    </>
  );
}

/** A question that opens where its label is, without script. */
export function Ask(props: { label: ComponentChildren; isOpen?: boolean; children: ComponentChildren }) {
  const { label, children } = props;
  return (
    <details class="ask" open={props.isOpen === true}>
      <summary>{label}</summary>
      {children}
    </details>
  );
}

/** The meeting stays the same, and Teams asks nobody for a link. */
const STILL_KNOCKS =
  "Whoever has Teams open from it can still ask to join: look who waits before you let anybody in.";

/** Where the new link goes by itself: it may be just there that the old one must not have gone. */
export function unaskedWords({ unasked }: VisitView): string | undefined {
  if (unasked === undefined) return undefined;
  const what = unasked.way === "text" ? "number" : "address";
  const to =
    unasked.to === undefined ? `the ${what} in the chart` : `${unasked.to}, the ${what} in the chart`;
  if (unasked.isHeld === true)
    return `The messages of this visit are held back: until they are let go, none brings the new link by itself to ${to}.`;
  return `Reminders, and what else the connector sends by itself, bring the new link to ${to}.`;
}

/** Offers a new link. It asks first, because the old link stops working. */
export function NewLink({ view, person }: Of) {
  const who = person.role === "patient" ? "The patient" : "Whoever has it";
  return (
    <Ask label={<Labelled whose={inSentence(view, person)}>New link</Labelled>}>
      <VisitForm view={view} to="/links">
        <p>
          Turn off the old link? {who} can no longer join with it
          {isDoubted(view.open.visit)
            ? ", also once the chart says whose this visit is. Then send the new one."
            : ": send the new one."}{" "}
          {STILL_KNOCKS}
        </p>
        {person.role === "patient" && view.unasked && (
          <p>
            {unaskedWords(view)}
            {view.unasked.isHeld !== true &&
              " Is that somebody else’s? Correct it there first, or hold back messages on this page."}
          </p>
        )}
        <input type="hidden" name="person" value={String(person.number)} />
        <input type="hidden" name="generation" value={String(person.generation)} />
        <Button weight="danger">Turn off and make a new link</Button>
      </VisitForm>
    </Ask>
  );
}

export function Remove({ view, person }: Of) {
  const whose = inSentence(view, person);
  return (
    <Ask label={<Labelled whose={whose}>Remove</Labelled>}>
      <VisitForm view={view} to="/removals">
        <p>
          Turn off this link for good? Whoever has it can no longer join with it. {STILL_KNOCKS} Whoever is in
          the meeting already stays until you remove them in Teams.
        </p>
        <input type="hidden" name="person" value={String(person.number)} />
        <Button weight="danger">Remove {whose}</Button>
      </VisitForm>
    </Ask>
  );
}
