/** Visits: they are opened once with their meeting, kept in step with the chart, and ended; and the links into them. */
import {
  makeLinkToken,
  readLinkToken,
  type LinkClaims,
  type LinkToken,
  type VisitId,
} from "../domain/linkToken.ts";
import {
  cancelled,
  inStep,
  invited,
  linkOpened,
  renewed,
  withChartLink,
  withoutGuest,
  type GuestRole,
  type KnownVisit,
  type Person,
  type Visit,
} from "../domain/visit.ts";
import { holding, lettingGo } from "../domain/holding.ts";
import { notLate, onTime, runningLate } from "../domain/lateness.ts";
import type { Presence } from "../domain/presence.ts";
import { MeetingsFault, type MeetingLook } from "../ports/meetings.ts";
import { openOutages } from "../log.ts";
import { expected, expectedVisit, type ExpectedLinks } from "./expectedVisits.ts";
import { begin, changeKept, changeVisit, isDeleted, readKept, readVisit, withVisit } from "./keptVisits.ts";
import type { AppointmentFacts, ConsultFacts, VisitsDeps } from "./visitFacts.ts";
import { linksOrAnew, type linksThere } from "./visitLinks.ts";
import { appointmentVisitId, consultVisitId } from "./visitIds.ts";
import { lookAtMeeting, mendMeeting, type MeetingMended, type Mending } from "./visitMeeting.ts";
import { setRoom, type RoomSet } from "./visitRoom.ts";
import type { OpenedBy } from "./visitDoubt.ts";
import type { Kept } from "./visitRow.ts";
import {
  catchUp,
  compare,
  keepInStep,
  noteWhose,
  type CaughtUp,
  type ChartedFacts,
  type Compared,
} from "./visitInStep.ts";

/** The visits that the connector knows, and the links into them. Whatever may happen twice does no harm the second time. */
export interface Visits {
  /**
   * The visit of an appointment: opened with its meeting the first time, brought up to date later. Where Teams does not take
   * a change over, the visit changes all the same and records that Teams is behind; Teams is asked again at a later call.
   * Where the appointment belongs to other patients than the links were made for, all links are replaced first, and the
   * meeting is made anew. Where it cannot be learned whether they are others, nobody is led into the meeting any more until it
   * can, and after two minutes they count as others. A visit that was cancelled is open again, unless `mayBeOff` says that it may be cancelled still.
   * Where the row of its links is damaged, all links are made anew, because somebody is there who can give them to people.
   * @throws MeetingsFault when there is no meeting for these patients yet and none can be opened, VisitDeleted, VisitChanged
   * where it is not as it was `before` any more, and what `patients` throws
   */
  open(appointment: AppointmentFacts): Promise<Visit>;
  /**
   * The visit of an appointment for which there is no department here, or none any more: brought up to date as by `open`, in
   * the department that it has had. Undefined where no visit is known.
   * @throws VisitChanged as `open` does, and what `patients` throws
   */
  known(appointment: Omit<AppointmentFacts, "department">): Promise<Visit | undefined>;
  /**
   * Whether `open`, or `known` without a department, would change a visit that is known: revive it, move it, or give it to
   * other patients, which may not be to be learned.
   */
  compare(appointment: ChartedFacts): Promise<Compared>;
  /**
   * Takes note of whose the appointment is, as somebody reads it who has another patient's chart open: where its links were
   * made for others, or that cannot be learned, nobody is led into the meeting any more until the visit is opened for whom it
   * names, or names those of before. Everything else of it stays as it is.
   * @returns the visit as it is then; undefined where none is known
   * @throws VisitChanged as `open` does
   */
  noteWhose(
    appointment: Pick<AppointmentFacts, "connectionId" | "appointmentId" | "patients" | "before">,
  ): Promise<Visit | undefined>;
  /** The visit of an appointment as it is kept. Undefined where none is known. */
  ofAppointment(
    appointment: Pick<AppointmentFacts, "connectionId" | "appointmentId">,
  ): Promise<Visit | undefined>;
  /** Tells Teams of a change that it has not taken over; does nothing where there is none. */
  catchUp(id: VisitId): Promise<CaughtUp>;
  /** Whether Teams still has the visit's meeting as it was asked for. @throws MeetingsFault */
  lookAtMeeting(id: VisitId): Promise<MeetingLook>;
  /**
   * Puts a meeting right that somebody has changed, and makes one anew that somebody has deleted, unless somebody may be in
   * it. The visit's links stay the same.
   * @throws MeetingsFault
   */
  mendMeeting(id: VisitId, mending: Mending): Promise<MeetingMended>;
  /** A visit among colleagues, without a patient; there is one for each `key`. @throws MeetingsFault as `open` does */
  openConsult(consult: ConsultFacts): Promise<Visit>;
  /** A consult that was opened before; undefined where there is none. */
  consultOf(consult: Pick<ConsultFacts, "connectionId" | "key">): Promise<Visit | undefined>;
  byId(id: VisitId): Promise<Visit | undefined>;
  /** The same, with the keyed hashes of the patients for whom its links were made, where that is kept. */
  withPatients(id: VisitId): Promise<Pick<Kept, "visit" | "patients"> | undefined>;
  /**
   * The links of a visit that perhaps nobody has opened yet, with one for the chart's provider room. They are valid from now
   * on, and stay the same when the visit gets its meeting. With `meeting`, the visit is opened as by `open`, but it waits for
   * links that cannot be read: nobody is there, and people have them. It gives a visit to nobody else while somebody may be in
   * its meeting.
   * @throws as `open` does; MeetingsFault only with `meeting`; UnreadableRecord; and WhoseUntold
   */
  expect(appointment: AppointmentFacts, meeting: boolean): Promise<Expected>;
  /**
   * The visit that a link leads into, even while it has no meeting yet, or only one that was another patient's. Whether the
   * link leads in at all is said by `linkState` alone.
   */
  ofLink(id: VisitId): Promise<KnownVisit | undefined>;
  /** The id of the visit's appointment, if it is known and the visit has one. */
  appointmentId(id: VisitId): Promise<string | undefined>;
  /** The same id, sealed, to be kept somewhere else as well. */
  sealedAppointment(id: VisitId): Promise<string | undefined>;
  /** Opens what `sealedAppointment` gave for the visit, also when its record is gone. @throws SealBroken */
  appointmentIn(id: VisitId, sealed: string): string;
  /** How many patients share the patient's link, as far as is known: 1 where it was made for one, or nobody has said. */
  patientsSharing(id: VisitId): Promise<number>;
  /** Whether an administrator has deleted the visit; asked where `byId` finds none. */
  isDeleted(id: VisitId): Promise<boolean>;
  /**
   * The chart says that the appointment is cancelled, so patients' links say so from now on. A visit that was never opened
   * is not made for that.
   */
  cancel(connectionId: string, appointmentId: string): Promise<void>;
  /**
   * The chart has moved the visit to times that are over, so its links say so from now on. Teams is not told: its times
   * decide nothing. A visit that was never opened is not made for that.
   */
  moveIntoPast(id: VisitId, times: Pick<Visit, "start" | "end">): Promise<void>;
  /**
   * Staff end a visit, or open it again.
   * @param start the start that is meant: where the visit has another one by now, it is not ended
   * @returns whether it is ended, and whether it was by this call
   */
  end(id: VisitId, start?: Date): Promise<{ readonly isEnded: boolean; readonly isNew: boolean }>;
  /** @returns whether it was opened again by this call */
  reopen(id: VisitId): Promise<boolean>;
  /**
   * Staff say that they run late. While that is said already, saying it again changes nothing.
   * @param presence who is in the meeting; left out where it is not known
   * @returns since when it is said
   */
  runLate(id: VisitId, presence?: Presence): Promise<{ readonly since: Date; readonly isNew: boolean }>;
  /** Takes back what was said at that moment. @returns whether it was taken back by this call */
  onTime(id: VisitId, said: Date): Promise<boolean>;
  /** Staff hold back the messages that go by themselves. @returns whether they are held back by this call */
  holdMessages(id: VisitId): Promise<boolean>;
  /** Lets go what is held back since that moment. @returns whether it was let go by this call */
  letMessagesGo(id: VisitId, since: Date): Promise<boolean>;
  /**
   * Closes the visit's meeting to everybody, or opens it again as before.
   * @throws MeetingsFault
   */
  setRoom(id: VisitId, isOver: (visit: Visit) => boolean): Promise<RoomSet>;
  /**
   * Adds a guest with a link of their own; one for each `invitation`, however often it is sent.
   * @returns the number of whoever was invited by this call; undefined where nobody was
   * @throws VisitFull
   */
  invite(id: VisitId, role: GuestRole, invitation?: string): Promise<number | undefined>;
  /**
   * Revokes the person's link and makes the next one, unless their link is no longer of the `shown` generation.
   * @returns whether it was revoked by this call
   * @throws VisitFull
   */
  renewLink(id: VisitId, person: number, shown?: number): Promise<boolean>;
  /** Revokes a guest's link for good. @returns whether it was revoked by this call */
  removeGuest(id: VisitId, person: number): Promise<boolean>;
  token(visit: Pick<Visit, "id" | "epoch">, person: Person): LinkToken;
  /** A person has opened a link. The time is kept to the minute, at most once in each, and only while the link is valid. */
  noteOpened(token: string): Promise<void>;
  /** What a link claims, if this connector made it. Neither the store nor a vendor is asked. */
  claims(token: string): LinkClaims | undefined;
}

/** A visit's links; `visit` is there where it has its meeting. */
export interface Expected {
  readonly links: ExpectedLinks;
  readonly visit?: Visit;
}

export function openVisits(given: Omit<VisitsDeps, "away">): Visits {
  const deps = { ...given, away: openOutages(given.log, "meeting.not_changed", given.now) };
  const { keyring } = deps;
  /** @returns whether anything has changed */
  const edit = async (id: VisitId, change: (visit: Visit) => Visit): Promise<boolean> => {
    let changed = false;
    await changeVisit(deps, id, (kept) => {
      const visit = change(kept.visit);
      changed = visit !== kept.visit;
      return withVisit(kept, visit);
    });
    return changed;
  };
  const open = async (
    id: VisitId,
    facts: AppointmentFacts,
    by: OpenedBy,
    remembered?: typeof linksThere,
  ): Promise<Visit> => {
    const kept = await keepInStep(deps, id, facts, by);
    if (kept !== undefined) return kept;
    const begun = await begin(deps, id, facts, remembered);
    // Somebody else may have begun the visit meanwhile, and for other patients.
    return (await keepInStep(deps, id, facts, by)) ?? begun;
  };
  return {
    open: async (facts) =>
      open(await idOf(deps, facts), facts, "launch", (_deps, id) => linksOrAnew(deps, id)),
    known: async (facts) => keepInStep(deps, await idOf(deps, facts), facts, "launch"),
    compare: async (facts) => compare(deps, await idOf(deps, facts), facts),
    noteWhose: async (facts) => noteWhose(deps, await idOf(deps, facts), facts),
    ofAppointment: async (facts) => readVisit(deps, await idOf(deps, facts)),
    async expect(facts, meeting) {
      const id = await idOf(deps, facts);
      if (!meeting && (await readVisit(deps, id)) === undefined)
        return { links: await expected(deps, id, facts) };
      const isOpened = await open(id, facts, "job").then(
        () => true,
        (error: unknown) => {
          if (meeting || !(error instanceof MeetingsFault)) throw error;
          return false;
        },
      );
      const visit = await changeVisit(deps, id, (kept) => withVisit(kept, withChartLink(kept.visit)));
      return isOpened ? { links: visit, visit } : { links: visit };
    },
    async ofLink(id) {
      const visit = await readVisit(deps, id);
      if (visit === undefined) return expectedVisit(deps, id);
      if (visit.meeting.knownTo !== "another") return visit;
      const { meeting: _anothers, ...known } = visit;
      return known;
    },
    async openConsult(facts) {
      const id = consultVisitId(keyring, facts.connectionId, facts.key);
      return (await readVisit(deps, id)) ?? (await begin(deps, id, facts));
    },
    catchUp: (id) => catchUp(deps, id),
    lookAtMeeting: (id) => lookAtMeeting(deps, id),
    mendMeeting: (id, mending) => mendMeeting(deps, id, mending),
    consultOf: (consult) => readVisit(deps, consultVisitId(keyring, consult.connectionId, consult.key)),
    byId: (id) => readVisit(deps, id),
    withPatients: (id) => readKept(deps, id),
    async appointmentId(id) {
      const sealed = (await readKept(deps, id))?.appointment;
      return sealed === undefined ? undefined : keyring.open("visit " + id, sealed);
    },
    sealedAppointment: async (id) => (await readKept(deps, id))?.appointment,
    appointmentIn: (id, sealed) => keyring.open("visit " + id, sealed),
    patientsSharing: async (id) => (await readKept(deps, id))?.patients?.length ?? 1,
    isDeleted: (id) => isDeleted(deps, id),
    async cancel(connectionId, appointmentId) {
      const id = await idOf(deps, { connectionId, appointmentId });
      if ((await readVisit(deps, id)) === undefined) return;
      await edit(id, (visit) => {
        const next = cancelled(visit, deps.now());
        return next === visit ? visit : notLate(next);
      });
    },
    async moveIntoPast(id, { start, end }) {
      if ((await readVisit(deps, id)) === undefined) return;
      await edit(id, (visit) => inStep(visit, { ...visit, start, end, mayBeOff: true }, deps.now()));
    },
    async end(id, start) {
      const isMeant = (visit: Visit) => start === undefined || visit.start.getTime() === start.getTime();
      let isNew = false;
      const after = await changeVisit(deps, id, (kept) => {
        const { visit } = kept;
        isNew = visit.state !== "ended" && isMeant(visit);
        if (!isNew) return kept;
        return withVisit(kept, { ...notLate(visit), state: "ended", closedAt: deps.now() });
      });
      return { isEnded: after.state === "ended" && isMeant(after), isNew };
    },
    reopen: (id) => edit(id, (visit) => (visit.state === "ended" ? { ...visit, state: "open" } : visit)),
    async runLate(id, presence) {
      const at = deps.now();
      let isNew = false;
      const { late = at } = await changeVisit(deps, id, (kept) => {
        const visit = runningLate(kept.visit, at, presence);
        isNew = visit !== kept.visit;
        return withVisit(kept, visit);
      });
      return { since: late, isNew };
    },
    onTime: (id, said) => edit(id, (visit) => onTime(visit, said)),
    holdMessages: (id) => edit(id, (visit) => holding(visit, deps.now())),
    letMessagesGo: (id, since) => edit(id, (visit) => lettingGo(visit, since)),
    setRoom: (id, isOver) => setRoom(deps, id, isOver),
    async invite(id, role, invitation) {
      let number: number | undefined;
      await edit(id, (visit) => {
        const after = invited(visit, role, invitation);
        number = after === visit ? undefined : after.people.at(-1)?.number;
        return after;
      });
      return number;
    },
    renewLink: (id, person, shown) => edit(id, (visit) => renewed(visit, person, shown)),
    removeGuest: (id, person) => edit(id, (visit) => withoutGuest(visit, person)),
    token: ({ id, epoch }, { number, generation }) => {
      const claims = { visit: id, person: number, generation, ...(epoch !== undefined && { epoch }) };
      return makeLinkToken(keyring.links, claims);
    },
    async noteOpened(token) {
      const claims = readLinkToken(keyring.links, token);
      if (claims === undefined) return;
      const at = deps.now();
      await changeKept(deps, claims.visit, (kept) =>
        kept.visit.epoch === claims.epoch ? withVisit(kept, linkOpened(kept.visit, claims, at)) : kept,
      );
    },
    claims: (token) => readLinkToken(keyring.links, token),
  };
}

async function idOf(
  { hospital, keyring }: VisitsDeps,
  { connectionId, appointmentId }: Pick<AppointmentFacts, "connectionId" | "appointmentId">,
): Promise<VisitId> {
  const connection = await hospital.connection(connectionId);
  if (connection === undefined) throw new Error("no connection " + connectionId);
  return appointmentVisitId(keyring, connection.fhirBaseUrl, appointmentId);
}
