/** What the form of a setting says of a change of that setting that waits for a second person. */
import type { Proposal } from "../../records/proposals.ts";
import type { Setting } from "../../records/settings.ts";
import { Notice } from "../../web/components.tsx";

/**
 * How the form stands to the change that waits: it has that change in it and replaces it; it replaces a removal, or that a
 * connection is turned on, neither of which it holds; the change came after the form was opened, and is merged with what was
 * typed, but for a connection that it turns on; or it does not wait any more.
 */
export type InForm = "has-it" | "removal" | "turns-on" | "merged" | "merged-turns-on" | "gone";

export const isMerged = (inForm: InForm | undefined): boolean =>
  inForm === "merged" || inForm === "merged-turns-on";

/** @param instead revision of the waiting change that the form shows, if it shows one */
export function inFormOf(
  waiting: Setting<Proposal> | undefined,
  instead: number | undefined,
): Extract<InForm, "has-it" | "removal" | "turns-on"> | undefined {
  if (waiting === undefined || waiting.revision !== instead) return undefined;
  const { of } = waiting.value;
  if (of.after === undefined) return "removal";
  return turnsOn(of) ? "turns-on" : "has-it";
}

export const turnsOn = (of: Proposal["of"]): boolean =>
  of.kind === "connection" && of.after?.enabled === true && of.before?.enabled !== true;

const TURNS_ON = "It turns the connection on, which is not in the form and has to be done again. ";

/** @param at address of the change that waits */
export function WaitingInForm({
  what,
  at,
  inForm,
}: {
  readonly what: "connection" | "department";
  readonly at: string;
  readonly inForm: InForm | undefined;
}) {
  if (inForm === undefined || inForm === "merged") return null;
  if (inForm === "gone")
    return (
      <Notice kind="warning" title={`The change of this ${what} does not wait any more`}>
        <p>
          Nothing was saved: it was answered or taken back since you opened the form. What you typed is in the
          form, together with what the form had of that change. Look it over, and choose Done.
        </p>
      </Notice>
    );
  const isRemoval = inForm === "removal";
  const says = {
    "has-it": "The form has it. ",
    "turns-on": TURNS_ON,
    "merged-turns-on": TURNS_ON,
    removal: "",
  }[inForm];
  return (
    <Notice
      kind="info"
      title={`${isRemoval ? "The removal" : "A change"} of this ${what} waits for a second person`}
    >
      <p>
        <a href={at}>Look at the change that waits</a>. {says}Done puts what is in the form in its place, and
        the new change waits as that one did.
      </p>
    </Notice>
  );
}

/**
 * For a form of which nothing can be saved while a change waits.
 * @param what such as "messages"
 * @param at address of the change that waits
 * @param but what cannot be saved, where it is not all that the page has
 */
export const NothingUntilAnswered = ({
  what,
  at,
  but = "here",
}: {
  readonly what: string;
  readonly at: string;
  readonly but?: string;
}) => (
  <Notice kind="info" title={`A change of ${what} waits for a second person`}>
    <p>
      <a href={at}>Look at the change that waits</a>. Until it is answered, nothing else can be saved {but}.
    </p>
  </Notice>
);
