/** What must be true before a stack sends a text, each fault a sentence that starts with the key to change. */
import type { StackSettings } from "./schema.ts";
import { GLOBAL_EVENTS_WORDS } from "./messaging.ts";

export function messagingFaults(stack: StackSettings): string[] {
  return [...consentFaults(stack), ...numberFaults(stack), ...textFaults(stack), ...eventFaults(stack)];
}

function consentFaults({ sms }: StackSettings): string[] {
  if (sms === undefined) return [];
  return (["sendOnBehalf", "attendeesConsent"] as const).flatMap((consent) =>
    sms.consents[consent] === undefined
      ? [
          "sms.consents." +
            consent +
            ": is missing; texts need both consents, each with who gave it (by) and the day (at), or leave sms out and an administrator gives them in the portal",
        ]
      : [],
  );
}

function numberFaults({ numbers, number }: StackSettings): string[] {
  return numbers === "portal" && number !== undefined
    ? ["number: contradicts numbers: portal, by which an administrator gets it; leave one of them out"]
    : [];
}

function textFaults(stack: StackSettings): string[] {
  const { sms } = stack;
  if (sms === undefined) return [];
  const faults: string[] = [];
  if (stack.numbers === "stack" && stack.number === undefined)
    faults.push("number: is missing; texts are sent from it. Add it, or say numbers: portal");
  if (
    stack.environment === "production" &&
    stack.number !== undefined &&
    stack.number.verification !== "approved"
  )
    faults.push(
      "number.verification: must be approved before production sends texts, since carriers block numbers that are not verified; leave sms out until then",
    );
  const known = new Set((stack.connections ?? []).map(({ id }) => id));
  for (const [index, id] of sms.connections.entries())
    if (!known.has(id))
      faults.push("sms.connections[" + String(index) + "]: no connection of this stack has the id " + id);
  if (stack.environment === "test" && stack.staffRecipients === undefined)
    faults.push(
      "staffRecipients: is missing; a test deployment texts only the staff listed there, and nobody without it",
    );
  return faults;
}

function eventFaults(stack: StackSettings): string[] {
  if (stack.geography === "americas" || stack.events.accepted !== undefined) return [];
  return stack.sms === undefined && stack.number === undefined
    ? []
    : [
        "events.accepted: is missing; delivery reports carry phone numbers through Event Grid's global topic, which may leave " +
          stack.geography +
          '. Texts need this acceptance, word for word: "' +
          GLOBAL_EVENTS_WORDS +
          '"',
      ];
}
