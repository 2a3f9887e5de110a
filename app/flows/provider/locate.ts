/** Finds the appointments that a launch may be about: those of the encounter, otherwise this patient's video visits of today. */
import { standingOf } from "../../domain/appointmentStatus.ts";
import { closes, opens } from "../../domain/visit.ts";
import type {
  Chart,
  ChartAppointment,
  ReadHint,
  StatedAppointment,
  UntimedAppointment,
} from "../../ports/ehr.ts";
import type { Session } from "../../records/sessions.ts";
import { readKnown, unlessOther, type Believing, type KeptBefore, type Known } from "./believed.ts";
import { cancelEach, cancelNow, takenOff } from "./cancelled.ts";
import { departmentLookup, type Candidate } from "./departments.ts";
import { foundDepartment } from "./foundDepartment.ts";
import { distinctHints, logHints } from "./hints.ts";
import { inRemovedDepartment } from "./keptVisit.ts";
import { LeftOut, unlessUnread, type Unread } from "./leftOut.ts";
import {
  isDecided,
  isOn,
  locationHints,
  MOST_OFFERED,
  noneOf,
  NOT_WHOLE,
  offeredOf,
  type Offer,
  unlessDeleted,
  type Today,
} from "./looks.ts";
import { chartProblem } from "./notRead.ts";
import type { NoVisit, NoVisitReason } from "./opened.ts";
import { ofOthers } from "./ofOthers.ts";
import { isNear, isOfToday } from "./ofToday.ts";
import type { ProviderPicks } from "./parts.ts";
import { visitCancelled } from "./visitCancelled.ts";
import { isKnownToBeOwn, Whose, type Found } from "./whose.ts";

type LocateParts = Pick<ProviderPicks, "foundVisits" | "hospital" | "jobs" | "log" | "now" | "visits">;
type Chartside = Pick<Session, "connection" | "grant" | "place" | "asksWhich">;

/** Today's visits of this chart's patient. @throws Fault visit-cancelled, EhrFault */
export async function locate(parts: LocateParts, session: Chartside, chart: Chart): Promise<Offer | NoVisit> {
  const looked = await lookAround(parts, session, chart, session.asksWhich === true);
  logHints(parts.log, session.connection.id, looked.hints);
  return looked;
}

/**
 * The visit that was picked, if today's list offers it: the id in the form alone proves nothing.
 * @throws Fault visit-cancelled, EhrFault
 */
export async function locateChosen(
  parts: LocateParts,
  session: Chartside,
  chart: Chart,
  appointmentId: string,
): Promise<Candidate | NoVisit> {
  // What was offered may have come of any look.
  const offer = await locate(parts, { ...session, asksWhich: true }, chart);
  if (offer.kind === "no-visit") return offer;
  const chosen = offer.candidates.find(({ appointment }) => appointment.id === appointmentId);
  return chosen ?? { kind: "no-visit", because: "not-offered", hints: offer.hints };
}

/** An open visit, as the chart has it now. */
type Kept =
  | { readonly kind: "kept"; readonly candidate: Candidate; readonly hints: readonly ReadHint[] }
  /** Nobody has booked it any more, and it has no times. */
  | { readonly kind: "untimed"; readonly appointment: UntimedAppointment };

/** The visit that this launch has open, as the chart has it now. @throws Fault visit-cancelled, EhrFault */
export async function locateKept(
  parts: LocateParts,
  session: Chartside,
  chart: Chart,
  appointmentId: string,
): Promise<Kept | NoVisit> {
  const { connection, grant } = session;
  const none = (because: NoVisitReason): NoVisit => ({ kind: "no-visit", because, hints: [] });
  const { before, appointment } = await readKnown({ parts, chart, session }, appointmentId);
  // An appointment that is not found is not cancelled: another user may see it, so its links stay.
  if (appointment === undefined) return none("not-shown");
  const near = appointment.start ?? before.visit?.start ?? parts.now();
  // Whosesoever it is by now, it does not take place.
  if (isOff(appointment)) {
    await cancelNow(parts, connection, appointment.id, before);
    const isTheirs = before.visit?.held && (await isKnownToBeOwn(chart, grant.patient, appointment, near));
    throw visitCancelled([appointment], isTheirs ? [before.visit] : []);
  }
  if (grant.patient === undefined) return none("no-patient");
  const whose = new Whose(chart, grant.patient, ofOthers({ parts, chart, session }));
  const isOwn = await whose.owns(appointment, near);
  if (!isOwn) {
    parts.log.warn("chart.visit-of-another-patient", { connection: connection.id });
    return none("other-patient");
  }
  if (appointment.start === undefined) {
    logHints(parts.log, connection.id, appointment.hints);
    return { kind: "untimed", appointment };
  }
  const departments = await parts.hospital.departments(connection.id);
  const lookUp = departmentLookup(chart, departments, foundDepartment(parts, connection, departments));
  const candidate = { ...(await lookUp(appointment)), before };
  const hints = distinctHints([...candidate.appointment.hints, ...locationHints([candidate])]);
  logHints(parts.log, connection.id, hints);
  return { kind: "kept", candidate, hints };
}

/** @param isAll whether to look for all of today's, whatever the first look finds */
async function lookAround(
  parts: LocateParts,
  session: Chartside,
  chart: Chart,
  isAll: boolean,
): Promise<Offer | NoVisit> {
  const { connection, grant } = session;
  if (grant.patient === undefined) return { kind: "no-visit", because: "no-patient", hints: [] };
  const whose = new Whose(chart, grant.patient, ofOthers({ parts, chart, session }));
  const departments = await parts.hospital.departments(connection.id);
  const lookUp = departmentLookup(chart, departments, foundDepartment(parts, connection, departments));
  const now = parts.now();
  const rules = parts.hospital.visitRules;
  const isTimeOfToday = (
    times: Pick<ChartAppointment, "start" | "end">,
    department?: Candidate["department"],
  ) =>
    isOfToday(times, department, departments, now) ||
    (opens(times, rules) <= now && now <= closes(times, rules));
  const isToday = ({ appointment, department }: Candidate) => isTimeOfToday(appointment, department);

  const believing: Believing = { parts, chart, session };
  /** Those that do not take place, with what was kept of each before; and those of them that the clinician is told of. */
  const off = new Map<string, KeptBefore>();
  const toldOff: StatedAppointment[] = [];
  /** Why some that are said not to take place could not be read. */
  const unread: Unread[] = [];
  const leftOut = new LeftOut();
  /** What was read by its id, which no search contradicts. */
  const settled = new Set<string>();
  const befores = new Map<string, KeptBefore>();
  const mayBeToday = (each: ChartAppointment) => isNear(each, now) && isTimeOfToday(each);
  /** Leaves an appointment out that cannot be read; what is no video visit of today in any case is not missed. */
  const leave = (each: ChartAppointment | UntimedAppointment, error: Unread) => {
    if (each.isVideo && each.start !== undefined && standingOf(each.status) === "on" && mayBeToday(each))
      leftOut.add(each.id, error);
  };

  /** @param shown how the search shows it, where it shows it as a visit of today that takes place */
  const placedAs = async (
    { before, appointment }: Known,
    shown?: ChartAppointment,
  ): Promise<Candidate | undefined> => {
    const contradict = () => {
      if (shown !== undefined && standingOf(shown.status) === "on") leftOut.addContradicted(shown.id);
    };
    if (appointment === undefined) {
      contradict();
      return undefined;
    }
    settled.add(appointment.id);
    const isOwn = await whose.owns(appointment, appointment.start ?? now);
    if (!isOwn && !isOff(appointment)) contradict();
    if (isOff(appointment)) {
      off.set(appointment.id, before);
      if (isOwn) toldOff.push(appointment);
    } else if (isOwn && appointment.start !== undefined && appointment.isVideo)
      return { ...(await lookUp(appointment)), before };
    return undefined;
  };

  const today = async (found: Found, areRead = false): Promise<Today> => {
    const isNew = ({ id }: StatedAppointment) => !settled.has(id);
    const told = found.off.filter(
      ({ appointment: one, isOwn }) => isOwn && one.isVideo && (one.start === undefined || mayBeToday(one)),
    );
    const areTold = new Set(told.map(({ appointment }) => appointment));
    const offNow = found.off.map(({ appointment }) => appointment).filter(isNew);
    const taken = await takenOff(believing, offNow, areRead ? befores : undefined, (one) => areTold.has(one));
    for (const [id, before] of taken.cancelled) off.set(id, before);
    toldOff.push(...[...areTold].filter(({ id }) => taken.cancelled.has(id)));
    unread.push(...taken.unread);
    for (const id of taken.unshown) leftOut.addContradicted(id);
    for (const { appointment, error } of found.unsure) leave(appointment, error);
    leftOut.wereShown([...found.own, ...found.off.map(({ appointment }) => appointment)].map(({ id }) => id));
    if (found.unshown.some(({ from, before }) => isTimeOfToday({ start: from, end: before })))
      leftOut.addUnshown();
    const near = found.own.filter((each) => each.isVideo && isNear(each, now) && !isOff(each) && isNew(each));
    const copies = await Promise.all(near.map(lookUp));
    const believed = await Promise.all([
      ...copies.map((copy) => {
        const before = areRead ? befores.get(copy.appointment.id) : undefined;
        if (before !== undefined) return { ...copy, before };
        if (!isToday(copy)) return copy;
        return unlessUnread(
          () => unlessOther(believing, copy, (known) => placedAs(known, copy.appointment)),
          (error) => leave(copy.appointment, error),
        );
      }),
      ...taken.on.map((known) =>
        unlessUnread(
          () => placedAs(known),
          (error) => {
            if (known.appointment !== undefined) leave(known.appointment, error);
          },
        ),
      ),
    ]);
    if (areRead) for (const id of befores.keys()) settled.add(id);
    const placed = believed.filter((one) => one !== undefined);
    for (const { appointment } of placed) leftOut.wasRead(appointment.id);
    const candidates = placed.filter(isToday);
    const on = await Promise.all(
      candidates
        .filter(isOn)
        .map(async (each) => inRemovedDepartment(parts, await unlessDeleted(parts, connection, each))),
    );
    const after = placed.filter((each) => isOn(each) && !isToday(each) && each.appointment.start > now);
    const unsure = found.own.flatMap((appointment) => {
      const isOne = standingOf(appointment.status) === "on" && isTimeOfToday(appointment);
      return isOne ? appointment.hints.filter(({ kind }) => kind === "type-unreadable") : [];
    });
    return { on, candidates, after, hints: [...found.hints, ...locationHints(on), ...unsure] };
  };

  const ofEncounter = async () => {
    const named = await whose.ofEncounter(grant.encounter, now, async (id) => {
      const { before, appointment } = await readKnown(believing, id);
      if (appointment !== undefined) befores.set(appointment.id, before);
      return appointment;
    });
    const look = await today(named, true);
    // What the encounter names itself is meant as much as another one of now that it names.
    if (!isDecided([look], now)) leftOut.addNamed(named.unread);
    return look;
  };
  const looks: Today[] = [];
  /** What a look that fails would have shown may be what is meant. */
  const failed = (error: Unread) => {
    const reason = chartProblem(error) ?? "record-unreadable";
    parts.log.error("chart.not_read", error, { connection: connection.id, reason });
    leftOut.addUnshown();
    looks.push(NOT_WHOLE);
  };
  const searches = [() => whose.around(now), () => whose.aroundUnderOthers(now)];
  for (const look of [ofEncounter, ...searches.map((search) => async () => today(await search()))]) {
    if (!isAll && isDecided(looks, now)) break;
    const mayFail = look === ofEncounter ? isAll : looks.some((before) => before.on.length > 0);
    const found = mayFail ? await unlessUnread(look, failed) : await look();
    if (found !== undefined) looks.push(found);
  }
  const on = offeredOf(looks, now, isAll);
  const hints = distinctHints([
    ...looks.flatMap((look) => look.hints),
    ...on.flatMap(({ appointment }) => appointment.hints),
    ...(on.length > MOST_OFFERED ? [{ kind: "list-incomplete" } as const] : []),
    ...leftOut.hints(),
  ]);
  leftOut.log(parts.log, connection.id);
  const [first, ...others] = on.slice(0, MOST_OFFERED);
  // The chart now says that these do not take place, whatever their day and kind: whoever has a link to one of them is told
  // so from now on.
  await cancelEach(parts, connection, off);
  if (first !== undefined)
    return {
      kind: "offer",
      candidates: [first, ...others],
      hints,
      ...(leftOut.mayBeMeant && { mayBeOther: true as const }),
      ...(isAll && { isAskedFor: true as const }),
    };
  if (toldOff.length > 0) {
    logHints(parts.log, connection.id, hints);
    const kept = new Set(toldOff.map(({ id }) => off.get(id)?.visit));
    throw visitCancelled(toldOff, [...kept], hints);
  }
  const cause = unread[0] ?? leftOut.first;
  if (cause !== undefined) throw cause;
  return noneOf(looks, hints, leftOut);
}

const isOff = ({ status }: StatedAppointment) => standingOf(status) === "off";
