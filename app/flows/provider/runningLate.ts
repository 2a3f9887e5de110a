/** "Running late" on the clinician's page: whether it is said now, whether it can be, and whether the patient is texted. */
import { lateSince, lateUntil, mayBeLate } from "../../domain/lateness.ts";
import type { Presence } from "../../domain/presence.ts";
import { sendingTimeOf } from "../../domain/sendingTime.ts";
import type { Visit } from "../../domain/visit.ts";
import { nameOf } from "../../domain/visitMessages.ts";
import { toldNow, UNREADABLE, whyNotWrittenTo, whyNoTexts } from "../../messages/whyNot.ts";
import { optionalParts, type OptionalParts } from "./optional.ts";
import { hasSystemClient } from "../../ports/systemEhr.ts";
import type { Session } from "../../records/sessions.ts";
import type { ProviderPicks } from "./parts.ts";

/**
 * `staff`: only whoever is listed as staff, as in a pilot. `unknown`: what decides it cannot be read now. The text waits for
 * that for as long as it is of use.
 */
export type Texted = "yes" | "no" | "staff" | "unknown";

export type Lateness =
  /** It says nothing to anybody at this time, or of this visit. */
  | { readonly kind: "not-now" }
  | { readonly kind: "can-be-said"; readonly texted: Texted }
  | { readonly kind: "said"; readonly since: Date; readonly until: Date };

export async function latenessOf(
  parts: Pick<
    ProviderPicks,
    "environment" | "hospital" | "log" | "messageRules" | "messaging" | "now" | "presences"
  >,
  session: Session,
  visit: Visit,
  optional = optionalParts(parts),
): Promise<Lateness> {
  const now = parts.now();
  if (!mayBeLate(visit, parts.hospital.visitRules, now)) return { kind: "not-now" };
  const presence = await presenceIfLate(parts, visit, optional);
  const since = lateSince(visit, now, presence);
  if (since !== undefined) return { kind: "said", since, until: lateUntil(since) };
  const byChart = textedBy(parts, session);
  const texted = parts.messageRules.isUnknown && byChart !== "no" ? "unknown" : byChart;
  const isTime = texted !== "no" && (await isTextTime(parts, visit, now));
  return { kind: "can-be-said", texted: isTime ? texted : "no" };
}

/** Who is in the meeting, of whom somebody may have ended that staff run late; undefined also where that cannot be read. */
export async function presenceIfLate(
  { presences }: Pick<ProviderPicks, "presences">,
  { id, late }: Visit,
  optional: OptionalParts,
): Promise<Presence | undefined> {
  return late && optional.read("late", () => presences.of(id), undefined);
}

/** Whether patients of this chart are texted unasked. Of one visit, something else may still stand against it. */
function textedBy(
  { environment, messaging }: Pick<ProviderPicks, "environment" | "messaging">,
  { connection }: Session,
): Texted {
  if (messaging === undefined || !hasSystemClient(connection)) return "no";
  const from = { environment, messaging, connection };
  const why = whyNoTexts(from);
  if (why !== undefined && why !== UNREADABLE) return "no";
  const toPatients = whyNotWrittenTo(from, NOT_LISTED);
  if (toPatients === UNREADABLE || why === UNREADABLE) return "unknown";
  return toPatients === undefined ? "yes" : "staff";
}

/** Stands for a number that is nobody's of the staff. */
const NOT_LISTED = "";

/**
 * Whether a text that staff ask for now would leave: the visit has not ended, and people are awake. While the hours are not
 * known, it says only whether the visit has ended.
 */
async function isTextTime(
  { hospital, messageRules }: Pick<ProviderPicks, "hospital" | "messageRules">,
  { departmentId, start, end }: Visit,
  now: Date,
): Promise<boolean> {
  const zone = (await hospital.department(departmentId))?.timeZone;
  if (zone === undefined) return false;
  const asked = { kind: "late", due: now, known: now, now, start, end } as const;
  const hours = messageRules.isUnknown ? "always" : messageRules.hours;
  return sendingTimeOf({ ...asked, zone, hours }).kind === "send";
}

/**
 * Has the patient texted, once for each click: asked for again, it is the same job. The job asks consent, opt-out, hours and
 * the chart when it is done, and its record says why nothing was sent.
 */
export async function textLate(
  { jobs, messaging }: Pick<ProviderPicks, "jobs" | "messaging">,
  { connection }: Session,
  { id }: Visit,
  said: Date,
): Promise<void> {
  if (messaging === undefined) return;
  const what = nameOf({ kind: "late", said });
  await jobs.add({
    kind: "message",
    key: [id, what].join(" "),
    of: { visit: id, what, by: "any", as: toldNow(messaging, connection) },
    due: jobs.now(),
  });
}
