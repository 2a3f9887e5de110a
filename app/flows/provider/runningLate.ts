/** "Running late" on the clinician's page: whether it is said now, whether it can be, and whether the patient is texted. */
import { isUnsaid } from "../../domain/appointmentStatus.ts";
import type { FoundVisit } from "../../domain/found.ts";
import { lateSince, lateUntil, mayBeLate, MOST_LATE_TEXTS } from "../../domain/lateness.ts";
import type { Presence } from "../../domain/presence.ts";
import { sendingTimeOf } from "../../domain/sendingTime.ts";
import type { Visit } from "../../domain/visit.ts";
import { nameOf } from "../../domain/visitMessages.ts";
import type { Withheld } from "../../domain/withheld.ts";
import { toldNow } from "../../messages/whyNot.ts";
import type { OpenVisit } from "./opened.ts";
import { optionalParts, type OptionalParts } from "./optional.ts";
import { hasSystemClient } from "../../ports/systemEhr.ts";
import type { Session } from "../../records/sessions.ts";
import { lateTextsIn, lateTextsOf, textOfClick, type LateText, type LateTexts } from "./lateTexts.ts";
import type { ProviderPicks } from "./parts.ts";
import type { Sending } from "./sending.ts";
import { textedUnasked } from "./unasked.ts";

/**
 * `staff`: only whoever is listed as staff, as in a pilot. `unknown`: what decides it cannot be read now. The text waits for
 * that for as long as it is of use. `no`: patients of this chart get none, or nobody does at this time.
 */
export type Texted = "yes" | "no" | "staff" | "unknown" | Untexted;
/** What stands against the text of this visit alone, as far as its page knows. */
export type Untexted = Extract<
  Withheld,
  | "held"
  | "several-patients"
  | "not-found"
  | "declined"
  | "deceased"
  | "inactive"
  | "replaced"
  | "preference"
  | "prefers-mail"
  | "no-mobile"
  | "opted-out"
  | "late-often"
>;

export type Lateness =
  /** It says nothing to anybody at this time, or of this visit. */
  | { readonly kind: "not-now" }
  | { readonly kind: "can-be-said"; readonly texted: Texted; readonly before?: LateTexts }
  | { readonly kind: "said"; readonly since: Date; readonly until: Date; readonly text?: LateText };

type SaidParts = Pick<ProviderPicks, "hospital" | "log" | "now" | "presences">;

/** @param sending what was read of sending for the same page */
export async function latenessOf(
  parts: SaidParts & Pick<ProviderPicks, "environment" | "foundVisits" | "messageRules" | "messaging">,
  session: Session,
  open: Pick<OpenVisit, "appointment" | "patient" | "visit">,
  sending: Pick<Sending, "chart" | "sent">,
  optional = optionalParts(parts),
): Promise<Lateness> {
  const { visit, patient } = open;
  const now = parts.now();
  if (!mayBeLate(visit, parts.hospital.visitRules, now)) return { kind: "not-now" };
  let read: Promise<Presence | undefined> | undefined;
  const presence = () => (read ??= optional.read("late", () => parts.presences.of(visit.id), undefined));
  const since = lateSince(visit, now, visit.late && (await presence()));
  const texts = await lateTextsOf(now, visit, sending, optional, presence);
  const byChart = textedUnasked(parts, session, patient);
  if (since !== undefined) {
    // What was held back when it was clicked has not left.
    const isHeld = visit.held !== undefined && visit.held <= since;
    const text = textOfClick(texts, sending, { since, areTexted: byChart !== "no" && !isHeld });
    return { kind: "said", since, until: lateUntil(since), ...(text !== undefined && { text }) };
  }
  // Whoever was seen already would be asked back to a lobby that nobody looks at.
  if (open.appointment?.status === "fulfilled") return { kind: "not-now" };
  const canBeSaid = (texted: Texted): Lateness => ({
    kind: "can-be-said",
    texted,
    ...(texts !== undefined && { before: texts }),
  });
  if (byChart === "no" || !(await isTextTime(parts, visit, now))) return canBeSaid("no");
  const found = await optional.read("chart-told", () => parts.foundVisits.byId(visit.id), UNREAD);
  const why = whyUntexted(open, sending, found);
  if (why !== undefined && why !== "unknown") return canBeSaid(why);
  const isUnknown = why === "unknown" || texts === "unread" || parts.messageRules.isUnknown === true;
  return canBeSaid(isUnknown ? "unknown" : byChart);
}

const UNREAD = "unread" as const;

/** Since when it is said that staff run late; undefined where that is not said now. */
export async function lateNow(
  parts: SaidParts,
  visit: Visit,
  optional = optionalParts(parts),
): Promise<Date | undefined> {
  const now = parts.now();
  if (!mayBeLate(visit, parts.hospital.visitRules, now)) return undefined;
  return lateSince(visit, now, await presenceIfLate(parts, visit, optional));
}

/** Who is in the meeting, of whom somebody may have ended that staff run late; undefined also where that cannot be read. */
export async function presenceIfLate(
  { presences }: Pick<ProviderPicks, "presences">,
  { id, late }: Visit,
  optional: OptionalParts,
): Promise<Presence | undefined> {
  return late && optional.read("late", () => presences.of(id), undefined);
}

/**
 * Why the patient of this visit is not texted, in the order in which the job asks. The job reads the chart by the system
 * client, and the page by the clinician's sign-in; each of these says the same in both.
 */
function whyUntexted(
  { appointment, patient, visit }: Pick<OpenVisit, "appointment" | "patient" | "visit">,
  { chart, sent }: Pick<Sending, "chart" | "sent">,
  found: FoundVisit | typeof UNREAD | undefined,
): Untexted | "unknown" | undefined {
  if (visit.held !== undefined) return "held";
  if (new Set(appointment?.patients).size > 1) return "several-patients";
  const isFound = found === UNREAD || found?.standing === "on";
  if (!isFound || appointment?.isVideo === false) return "not-found";
  if (appointment?.isDeclined === true) return "declined";
  if (lateTextsIn(sent).length >= MOST_LATE_TEXTS) return "late-often";
  if (typeof patient === "object") {
    const { gone, prefers, textNumber } = patient;
    if (gone !== undefined) return gone;
    if (prefers === "other") return "preference";
    if (prefers === "mail") return "prefers-mail";
    if (textNumber === undefined) return "no-mobile";
    if (chart.isStopped && chart.isStopUnknown !== true) return "opted-out";
  }
  const isKnown =
    found !== UNREAD &&
    typeof patient === "object" &&
    chart.isStopUnknown !== true &&
    appointment !== undefined &&
    !isUnsaid(appointment.status);
  return isKnown ? undefined : "unknown";
}

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
  const asked = { kind: "late", due: now, now, start, end } as const;
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
  if (messaging === undefined || !hasSystemClient(connection)) return;
  const what = nameOf({ kind: "late", said });
  await jobs.add({
    kind: "message",
    key: [id, what].join(" "),
    of: { visit: id, what, by: "any", as: toldNow(messaging, connection) },
    due: jobs.now(),
  });
}
