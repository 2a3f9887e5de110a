/** Which messages the rules ask for. */
import type { messagesOf } from "../../domain/defaults.ts";
import type { ToldKind } from "../../domain/messages.ts";
import type { VisitMessage } from "../../domain/visitMessages.ts";

/**
 * Whether the connection's rules ask for the message. A reminder may have come up by a guess, while they could not be read, or
 * by rules that have been changed since.
 */
export function isWanted(
  message: VisitMessage,
  kind: ToldKind,
  { kinds, remindMinutesBefore }: ReturnType<typeof messagesOf>,
): boolean {
  // That staff run late is no rule's message: staff have asked for it.
  if (kind === "late") return true;
  return (
    kinds.includes(kind) &&
    (message.kind !== "reminder" || remindMinutesBefore.includes(message.minutesBefore))
  );
}
