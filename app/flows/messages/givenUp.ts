/**
 * A message's job that was given up: it failed too often, or one process after the other vanished with it. Nobody is told by it,
 * unless an administrator has it tried again, so the clinic is.
 */
import { messagesOf } from "../../domain/defaults.ts";
import type { UndoneOf } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { textNameOf, toldNamed, visitMessageNamed } from "../../domain/visitMessages.ts";
import type { Message } from "../../records/messages.ts";
import { occasionOf } from "./occasion.ts";
import type { MessagePicks } from "./parts.ts";
import { toldNobody, toldOtherwise, type Telling } from "./telling.ts";
import { markUntold, orAtRisk } from "./waiting.ts";
import { isWanted } from "./wanted.ts";

export const givenUp =
  (parts: MessagePicks): Required<UndoneOf>["message"] =>
  async ({ of }) => {
    const { messaging, visits } = parts;
    const message = visitMessageNamed(of.what);
    const visit = of.visit as VisitId;
    if (message === undefined || messaging === undefined) return;
    const occasion = await orAtRisk(parts, { visit, message }, async () =>
      (await visits.isDeleted(visit)) ? undefined : occasionOf(parts, visit, message),
    );
    if (occasion === undefined || occasion.kind === "late") return;
    const { isSuperseded, isElsewhere, isToldFirst, wasKnownBefore } = occasion;
    if (isSuperseded || isElsewhere === true || isToldFirst === true || wasKnownBefore) return;
    const { signal } = new AbortController();
    await leftUntold({ parts, messaging, of, message, occasion, signal });
  };

/** What the job had found out before it failed counts; where it came to nothing, it is as where it is too late. */
async function leftUntold(telling: Telling): Promise<void> {
  const { parts, of, message, occasion } = telling;
  const { found } = occasion;
  const records = await parts.messages.of(found.id);
  const text = of.by === "mail" ? undefined : records.find(isOf("text", textNameOf(of.what, of.by)));
  const last = records.find(isOf("mail", of.what)) ?? text;
  if (last !== undefined) {
    await toldNobody(telling, undefined, last, text);
    return;
  }
  if (!(await mayBeWanted(telling))) return;
  const belief = await toldOtherwise(telling, undefined);
  // In a pilot patients are told nothing that is new to them.
  if (belief?.by === "told" || toldNamed(of.as) !== "pilot") await markUntold(parts, found, message, belief);
}

/** What waits has surely not left. */
const isOf =
  (way: Message["way"], name: string) =>
  (one: Message): boolean =>
    one.way === way && one.which === name && one.state !== "waiting";

/** Whether the rules ask for it, as far as they can be read. */
async function mayBeWanted({ parts, message, occasion }: Telling): Promise<boolean> {
  const { connections, isUnknown } = parts.messageRules;
  const connection = await parts.hospital.connection(occasion.found.connectionId);
  if (isUnknown === true || connection === undefined) return true;
  return isWanted(message, occasion.kind, messagesOf(parts.environment, connection, connections));
}
