/**
 * A clinician holds back the messages about a visit that the connector writes by itself, and lets them go. Both are in the
 * visit's own row, so neither asks the chart or Teams, and both are in the audit trail: whoever holds back messages answers for
 * what the patient is not told.
 */
import * as z from "zod";
import type { Visit } from "../../domain/visit.ts";
import type { Session } from "../../records/sessions.ts";
import { audited, ifChanged } from "./audited.ts";
import { membersIn, visitShown, type Form } from "./formMembers.ts";
import { heldOfPatient, isCancelled } from "./heldElsewhere.ts";
import type { NoVisit } from "./opened.ts";
import type { ProviderParts } from "./parts.ts";
import { fault, type HeldVisit } from "./problems.ts";
import type { Said } from "./said.ts";
import { onVisit } from "./visitActions.ts";

/** Holds back from now on what has not left yet. Sent twice, the form finds it held back. */
export async function holdMessages(
  parts: ProviderParts,
  session: Session,
  form: Form,
): Promise<NoVisit | Said> {
  return onVisit(parts, session, form, async (visit) => {
    // No patient is told of a consult, so no page of one has made this form.
    if (visit.kind === "consult") throw fault({ kind: "request-unreadable" });
    const isNew =
      visit.held === undefined &&
      (await audited(parts, session, visit, {
        ...{ action: "visit.messages-held", came: ifChanged },
        act: () => parts.visits.holdMessages(visit.id),
      }));
    if (isNew) parts.log.info("visit.messages_held", { connection: session.connection.id });
    return { kind: isNew ? "messages-held" : "messages-held-before" };
  });
}

const letGoSchema = z.object({
  ...visitShown,
  held: z.iso.datetime().transform((text) => new Date(text)),
});

/**
 * Lets go what the page showed, and nothing that was held back since. A visit that the chart has canceled has no page to act on,
 * and its patient may still be to be told of that: its messages can be let go by whoever is told of it. So can those of each
 * visit of the chart's patient, beside the one that is open and where none is.
 */
export async function letMessagesGo(
  parts: ProviderParts,
  session: Session,
  form: Form,
): Promise<NoVisit | Said> {
  const { visit: shown, held } = membersIn(letGoSchema, form);
  const isShown = (one: HeldVisit) => one.visit === shown;
  const letGo = async (id: Visit["id"]): Promise<Said> => {
    const isHeld = async () => (await parts.visits.byId(id))?.held?.getTime();
    const isNew =
      (await isHeld()) === held.getTime() &&
      (await audited(
        parts,
        session,
        { id },
        {
          ...{ action: "visit.messages-let-go", came: ifChanged },
          act: () => parts.visits.letMessagesGo(id, held),
        },
      ));
    if (isNew) parts.log.info("visit.messages_let_go", { connection: session.connection.id });
    return { kind: (await isHeld()) === undefined ? "messages-let-go" : "messages-held-since" };
  };
  const elsewhere = async () => (await heldOfPatient(parts, session)).find(isShown);
  let said: NoVisit | Said;
  try {
    said = await onVisit(parts, session, form, ({ id }) => letGo(id));
  } catch (error) {
    if (!isCancelled(error)) throw error;
    const theirs = error.problem.held?.find(isShown) ?? (await elsewhere());
    if (theirs === undefined) throw error;
    return letGo(theirs.visit);
  }
  if (!IS_OF_ANOTHER.has(said.kind)) return said;
  const theirs = await elsewhere();
  return theirs === undefined ? said : letGo(theirs.visit);
}

/** What an act on the visit of this launch says where the form is about another one. */
const IS_OF_ANOTHER = new Set<(NoVisit | Said)["kind"]>(["no-visit", "none-picked", "other-visit"]);
