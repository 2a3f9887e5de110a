/** Reads the chart when a message is about to be sent: whether what it tells is still so, and how the patient is reached. */
import { chartAt, putOff, UNWELL } from "../../charts/chartAt.ts";
import { isUnconfirmed, isUnsaid, standingOf } from "../../domain/appointmentStatus.ts";
import type { FoundVisit } from "../../domain/found.ts";
import type { Department } from "../../domain/hospital.ts";
import type { Outcome } from "../../domain/job.ts";
import { sameTimes } from "../../domain/visit.ts";
import { timesIn } from "../../domain/wallClock.ts";
import type { Withheld } from "../../domain/withheld.ts";
import { isTold, type Message } from "../../records/messages.ts";
import type { Recipient, SystemAppointment, SystemChart, SystemConnection } from "../../ports/systemEhr.ts";
import type { Occasion } from "./occasion.ts";
import type { MessagePicks } from "./parts.ts";
import { eachPerson, hasPatient, isTo, whoseIs, type Whose } from "./whose.ts";

export type InChart =
  | {
      readonly kind: "so";
      readonly connection: SystemConnection;
      readonly chart: SystemChart;
      readonly appointment: SystemAppointment;
      readonly recipient: Recipient;
      readonly whose: Whose;
    }
  | { readonly kind: "withheld"; readonly code: Withheld }
  | { readonly kind: "later"; readonly outcome: Outcome };

/** The chart no longer says what is to be told. The flow that finds visits will see that soon, and have the new state told. */
export const OTHER_NOW = {
  kind: "later",
  outcome: { kind: "not-now", reason: "messages.chart-differs", afterSeconds: 15, growsToSeconds: 300 },
} as const satisfies InChart;

/** Somebody has still to accept the appointment. */
export const PENDING_NOW = {
  kind: "later",
  outcome: { kind: "not-now", reason: "messages.pending", afterSeconds: 15, growsToSeconds: 300 },
} as const satisfies InChart;

/** The chart does not show the patient's record now; it may do so later. */
export const HIDDEN_NOW = {
  kind: "later",
  outcome: { kind: "not-now", reason: "messages.patient-hidden", afterSeconds: 15, growsToSeconds: 300 },
} as const satisfies InChart;

export async function inChart(
  parts: MessagePicks,
  occasion: Occasion,
  department: Department,
  signal: AbortSignal,
): Promise<InChart> {
  const { found, kind } = occasion;
  const at = await chartAt(parts, found.connectionId, { as: "job", signal });
  // The connection's system client may come back; until it is too late, the patient may still be told.
  if (at.kind === "gone") return { kind: "later", outcome: UNWELL };
  if (at.kind === "unwell") return { kind: "later", outcome: UNWELL };
  const { connection, chart } = at;
  const id = await parts.foundVisits.appointmentId(found.id);
  // Where a connection has another chart by now, the appointment of that id is somebody else's.
  if (id === undefined || parts.foundVisits.idOf(connection.fhirBaseUrl, id) !== found.id)
    return { kind: "withheld", code: "no-chart" };
  const read = await chart.appointment(id);
  if (read.kind === "not-shown") return OTHER_NOW;
  if (read.kind !== "read") return { kind: "later", outcome: putOff(read) };
  const { appointment } = read;
  // It may be cancelled, and nobody is told of a visit that may be.
  if (isUnsaid(appointment.status)) return OTHER_NOW;
  // Staff who say that they run late hold the visit, whoever has still to accept it in the chart.
  if (isUnconfirmed(appointment.status) && kind !== "late")
    return parts.queue.now().getTime() < pendingUntil(occasion)
      ? PENDING_NOW
      : { kind: "withheld", code: "pending" };
  const standing = standingOf(appointment.status);
  if (standing === "missed")
    return parts.queue.now() < found.start ? OTHER_NOW : { kind: "withheld", code: "missed" };
  if (appointment.status === "fulfilled") return { kind: "withheld", code: "ended" };
  if (standing !== (kind === "cancellation" ? "off" : "on")) return OTHER_NOW;
  if (kind !== "cancellation") {
    if (!isAsFound(appointment, found, department)) return OTHER_NOW;
    // Whoever does not come is told of no visit that does take place, and may accept it after all while it is ahead.
    if (appointment.isDeclined === true)
      return parts.queue.now().getTime() < found.start.getTime() - acceptedBeforeMs(kind)
        ? OTHER_NOW
        : { kind: "withheld", code: "declined" };
  }
  const { patients = [] } = appointment;
  // Whom a cancelled visit names no more it will not name again.
  if (patients.length === 0)
    return hasPatient(found) && kind !== "cancellation"
      ? OTHER_NOW
      : { kind: "withheld", code: "no-patient" };
  const told = patients.length === 1 ? [] : await toldOf(parts, occasion);
  const people =
    patients.length > MOST_ASKED
      ? inGroup(parts, found, patients, told)
      : await inTurn(parts, found, chart, patients, told);
  if (people === undefined) return SEVERAL;
  const isAlone = people.length === 1;
  const isNamed = (each: string) => people.some(({ whose: { all } }) => all.has(each));
  const isAsSeen = found.patients === undefined || (hasPatient(found) && found.patients.every(isNamed));
  // The appointment was given to another patient since it was seen, or to the first one.
  if (!isAsSeen && kind !== "cancellation") return OTHER_NOW;
  const [one, another] = isAsSeen
    ? people.filter(({ whose }) => isAlone || told.some((each) => isTo(whose, each)))
    : await stillNamed(parts, occasion, people);
  // Somebody who was told of no visit is sent no cancellation.
  if (one === undefined && isAlone) return { kind: "withheld", code: "not-told" };
  if (one === undefined || another !== undefined) return SEVERAL;
  const { whose } = one;
  const who = await chart.recipient(one.id);
  if (who.kind === "not-shown") return HIDDEN_NOW;
  if (who.kind !== "read") return { kind: "later", outcome: putOff(who) };
  return { kind: "so", connection, chart, appointment, recipient: who.recipient, whose };
}

/**
 * Until how long before its start a reminder waits for whoever has declined, or has still to accept. At the start it is too
 * late, which would be the reason that is kept, and a risk; so it is given up when it surely comes up once more before that
 * (domain/waits.ts).
 */
const ANSWERED_BEFORE_MS = 120_000;
const acceptedBeforeMs = (kind: Occasion["kind"]): number => (kind === "reminder" ? ANSWERED_BEFORE_MS : 0);

/** Until when it is waited for whoever has still to accept the appointment, who may do so while it is under way. */
const pendingUntil = ({ kind, found: { start, end } }: Occasion): number =>
  kind === "reminder"
    ? start.getTime() - ANSWERED_BEFORE_MS
    : Math.max(start.getTime(), end.getTime() - 2_000 * PENDING_NOW.outcome.growsToSeconds);

/**
 * Whether it is a video visit still, at its times and in its department. What became a visit in person, or is somewhere else,
 * was found to take place here by an older answer, and whoever is told to join would stay at home.
 */
function isAsFound(
  { isVideo, locations, times: said }: SystemAppointment,
  found: FoundVisit,
  { timeZone, locations: ours }: Department,
): boolean {
  const times = said && timesIn(timeZone, said);
  const isHere = locations.some((each) => each === found.location || ours.includes(each));
  return isVideo && isHere && times !== undefined && sameTimes(times, found);
}

/**
 * One person may have several ids where records were combined. An appointment with more ids than this is a group's, and the
 * chart is not asked about each of them.
 */
const MOST_ASKED = 4;
const SEVERAL: InChart = { kind: "withheld", code: "several-patients" };

type People = ReturnType<typeof eachPerson>;

/**
 * The people whom an appointment names. The chart is asked about one after the other, because each may cost it a request. A
 * link belongs to one patient only, so nobody of several is told of a visit, unless they were told of it before.
 * @returns undefined where nobody is told
 */
async function inTurn(
  parts: MessagePicks,
  found: Occasion["found"],
  chart: SystemChart,
  patients: readonly string[],
  told: readonly Message[],
): Promise<People | undefined> {
  const named: People[number][] = [];
  for (const id of patients) {
    named.push({ id, whose: await whoseIs(parts, found, chart, id) });
    if (told.length === 0 && eachPerson(named).length > 1) return undefined;
  }
  return eachPerson(named);
}

/**
 * The ids that a group's appointment names, each as a person. Where somebody was told under an id that it does not name, nobody
 * knows who of the group that is.
 * @returns undefined where nobody is told
 */
function inGroup(
  { messages }: Pick<MessagePicks, "messages">,
  { id: visit }: Occasion["found"],
  patients: readonly string[],
  told: readonly Message[],
): People | undefined {
  const each = patients.map((id) => {
    const named = messages.patientHash(visit, id);
    return { id, whose: { named, all: new Set([named]) } };
  });
  const isNamed = ({ patient }: Message) => each.some(({ whose }) => whose.named === patient);
  return told.length > 0 && told.every(isNamed) ? each : undefined;
}

/**
 * Whom a cancelled visit still names of those who were told of it, and whoever alone is left of its patients. The chart may
 * have named others besides in between, or name somebody else since the same edit.
 */
async function stillNamed(
  { messages }: Pick<MessagePicks, "messages">,
  { found }: Occasion,
  people: People,
): Promise<People> {
  const told = (await messages.of(found.id)).filter((one) => isTold(one) && one.kind !== "late");
  const known = new Set(told.flatMap(({ patient }) => patient ?? []));
  if (people.length === 1) found.patients?.forEach((each) => known.add(each));
  return people.filter(({ whose }) => [...whose.all].some((each) => known.has(each)));
}

/**
 * What was told of a visit that has several patients by now. Whoever was told of it while it was theirs alone has its link,
 * and is told, too, that it is moved or cancelled.
 */
async function toldOf(
  { messages }: Pick<MessagePicks, "messages">,
  { found, kind }: Occasion,
): Promise<readonly Message[]> {
  if (kind !== "update" && kind !== "cancellation") return [];
  return (await messages.of(found.id)).filter((one) => isTold(one) && one.kind !== "late");
}
