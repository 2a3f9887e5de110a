/** Visits: opened once with their meeting, kept in step with the chart, ended, and the links into them. */
import { isYounger } from "../domain/age.ts";
import type { Department } from "../domain/hospital.ts";
import {
  makeLinkToken,
  readLinkToken,
  type LinkClaims,
  type LinkToken,
  type VisitId,
} from "../domain/linkToken.ts";
import { organizerFor } from "../domain/organizers.ts";
import {
  inStep,
  invited,
  linkOpened,
  renewed,
  sameTimes,
  withoutGuest,
  type GuestRole,
  type Person,
  type Visit,
} from "../domain/visit.ts";
import type { Keyring } from "../ports/keyring.ts";
import { MeetingsFault, type Meetings, type Moved } from "../ports/meetings.ts";
import type { Store } from "../ports/store.ts";
import type { Log } from "../log.ts";
import type { Hospital } from "./hospital.ts";
import { newBody, nextBody } from "./record.ts";
import { asMembers, expiry, keptIn, visits, type Kept } from "./visitRow.ts";
import { changeRow, createOrRead, type NextRow } from "./writing.ts";

/** The visits that the connector knows, and the links into them. Whatever can happen twice is harmless the second time. */
export interface Visits {
  /**
   * The visit of an appointment: opened with its meeting the first time, brought up to date later. Where Teams does not
   * take a change over, the visit has it all the same and says so; Teams is asked again at a later call.
   * @throws MeetingsFault when there is no meeting yet and none can be opened.
   */
  open(appointment: AppointmentFacts): Promise<Visit>;
  /** Tells Teams of the change that it has not taken over; nothing where there is none. */
  catchUp(id: VisitId): Promise<CaughtUp>;
  /** A visit among colleagues, without a patient: one per `key`. @throws MeetingsFault as `open` does. */
  openConsult(consult: ConsultFacts): Promise<Visit>;
  /** A consult that was opened before. */
  consultOf(consult: Pick<ConsultFacts, "connectionId" | "key">): Promise<Visit | undefined>;
  byId(id: VisitId): Promise<Visit | undefined>;
  /** The chart says cancelled: patients' links say so from now on. A visit that was never opened stays so. */
  cancel(connectionId: string, appointmentId: string): Promise<void>;
  /** Staff end a visit, or open it again. */
  end(id: VisitId): Promise<void>;
  reopen(id: VisitId): Promise<void>;
  /**
   * A guest with a link of their own; one for each `invitation`, however often it is sent. Answers whether somebody was
   * invited now. @throws VisitFull
   */
  invite(id: VisitId, role: GuestRole, invitation?: string): Promise<boolean>;
  /**
   * Revokes the person's link and makes the next one, unless their link is not of the `shown` generation any more. Answers
   * whether it was revoked now. @throws VisitFull
   */
  renewLink(id: VisitId, person: number, shown?: number): Promise<boolean>;
  /** Revokes a guest's link for good. Answers whether it was revoked now. */
  removeGuest(id: VisitId, person: number): Promise<boolean>;
  token(visit: Visit, person: Person): LinkToken;
  /** A person has opened a link: kept to the minute, at most once in each, and only while the link is good. */
  noteOpened(token: string): Promise<void>;
  /** What a link claims, if this connector made it; asks nobody. */
  claims(token: string): LinkClaims | undefined;
}

/** `running`: somebody is in the meeting, so Teams takes no other times yet. The rest is why it refused. */
export type CaughtUp = "in-step" | "running" | MeetingsFault["reason"];

export interface AppointmentFacts {
  readonly connectionId: string;
  readonly appointmentId: string;
  readonly department: Department;
  readonly start: Date;
  readonly end: Date;
}

export interface ConsultFacts extends Omit<AppointmentFacts, "appointmentId"> {
  readonly key: string;
}

export interface VisitsDeps {
  readonly store: Store;
  readonly meetings: Meetings;
  readonly keyring: Keyring;
  readonly hospital: Hospital;
  readonly log: Log;
  readonly now: () => Date;
  /** A whole number from 0 to {@link LAST_EPOCH}, at random. */
  readonly newEpoch: () => number;
}

export function openVisits(deps: VisitsDeps): Visits {
  const { keyring } = deps;
  /** Answers whether anything has changed. */
  const edit = async (id: VisitId, change: (visit: Visit) => Visit): Promise<boolean> => {
    let changed = false;
    await changeVisit(deps, id, (kept) => {
      const visit = change(kept.visit);
      changed = visit !== kept.visit;
      return withVisit(kept, visit);
    });
    return changed;
  };
  return {
    async open(facts) {
      const id = await appointmentVisitId(deps, facts.connectionId, facts.appointmentId);
      return (await keepInStep(deps, id, facts)) ?? (await begin(deps, id, facts));
    },
    async openConsult(facts) {
      const id = consultVisitId(deps, facts);
      return (await readVisit(deps, id)) ?? (await begin(deps, id, facts));
    },
    catchUp: (id) => catchUp(deps, id),
    consultOf: (consult) => readVisit(deps, consultVisitId(deps, consult)),
    byId: (id) => readVisit(deps, id),
    async cancel(connectionId, appointmentId) {
      const id = await appointmentVisitId(deps, connectionId, appointmentId);
      if ((await readVisit(deps, id)) === undefined) return;
      await edit(id, (visit) => (visit.state === "open" ? { ...visit, state: "cancelled" } : visit));
    },
    async end(id) {
      await edit(id, (visit) => (visit.state === "ended" ? visit : { ...visit, state: "ended" }));
    },
    async reopen(id) {
      await edit(id, (visit) => (visit.state === "ended" ? { ...visit, state: "open" } : visit));
    },
    invite: (id, role, invitation) => edit(id, (visit) => invited(visit, role, invitation)),
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

/** The very same where nothing changed, so that nothing is written. */
const withVisit = (kept: Kept, visit: Visit): Kept => (visit === kept.visit ? kept : { ...kept, visit });

async function readVisit({ store }: VisitsDeps, id: VisitId): Promise<Visit | undefined> {
  const stored = await store.read(visits.container, id, id);
  return stored && keptIn(stored).visit;
}

/** Resource ids mean nothing without their server, so the base URL is part of the hash: renaming a connection moves nothing. */
async function appointmentVisitId(
  deps: VisitsDeps,
  connectionId: string,
  appointmentId: string,
): Promise<VisitId> {
  const connection = await deps.hospital.connection(connectionId);
  if (connection === undefined) throw new Error("no connection " + connectionId);
  return visitId(deps, ["appointment", connection.fhirBaseUrl, appointmentId]);
}

function consultVisitId(
  deps: VisitsDeps,
  { connectionId, key }: Pick<ConsultFacts, "connectionId" | "key">,
): VisitId {
  return visitId(deps, ["consult", connectionId, key]);
}

/** 96 of the hash's 128 bits. */
function visitId({ keyring }: VisitsDeps, parts: readonly string[]): VisitId {
  return keyring.hash("visit", JSON.stringify(parts)).slice(0, 16) as VisitId;
}

/** Two who open at once get one meeting (its id makes it so) and one row (the second finds the first's). */
async function begin(
  { store, meetings, keyring, newEpoch }: VisitsDeps,
  id: VisitId,
  facts: AppointmentFacts | ConsultFacts,
): Promise<Visit> {
  const { connectionId, department, start, end } = facts;
  const { lobby } = department;
  const organizer = organizerFor(department, id);
  const meeting = await meetings.open({ visitId: id, organizer, start, end, lobby });
  const place = { connectionId, departmentId: department.id, organizer, meeting, epoch: newEpoch() };
  const common = { id, start, end, ...place } as const;
  const kept: Kept =
    "appointmentId" in facts
      ? {
          visit: { ...common, kind: "appointment", state: "open", people: [PATIENT] },
          lobby,
          appointment: keyring.seal("visit " + id, facts.appointmentId),
        }
      : { visit: { ...common, kind: "consult", state: "open", people: [] }, lobby };
  const body = newBody(visits, asMembers(kept));
  const item = { partition: id, id, body, expiresAt: expiry(kept.visit) };
  return keptIn(await createOrRead(store, visits.container, item)).visit;
}

const PATIENT: Person = { number: 0, role: "patient", generation: 0 };

/** Teams is asked again a minute later at the earliest: while somebody is in the meeting, it refuses each time. */
const NOT_ASKED_AGAIN_MS = 60_000;

/** What the chart says now holds, whatever Teams says of it. The organizer stays whoever it was. Undefined where none is known. */
async function keepInStep(
  deps: VisitsDeps,
  id: VisitId,
  facts: AppointmentFacts,
): Promise<Visit | undefined> {
  const { start, end, department } = facts;
  const now = deps.now();
  const changed = await changeKept(deps, id, (kept) => {
    const next = inStep(kept.visit, { start, end, departmentId: department.id });
    const differs = !sameTimes(next, kept.visit) || department.lobby !== kept.lobby;
    if (!differs || kept.visit.behind !== undefined) return withVisit(kept, next);
    // Written before Teams is asked, so that a process that ends in between leaves it to the next view.
    return withVisit(kept, { ...next, behind: new Date(now.getTime() - NOT_ASKED_AGAIN_MS) });
  });
  if (changed === undefined) return undefined;
  const { visit, lobby } = changed;
  if (visit.behind === undefined || isYounger(visit.behind.getTime(), now, NOT_ASKED_AGAIN_MS)) return visit;
  return (await broughtInStep(deps, { visit, lobby }, department.lobby)).visit;
}

async function catchUp(deps: VisitsDeps, id: VisitId): Promise<CaughtUp> {
  const stored = await deps.store.read(visits.container, id, id);
  const kept = stored && keptIn(stored);
  if (kept?.visit.behind === undefined || kept.visit.state !== "open") return "in-step";
  const department = await deps.hospital.department(kept.visit.departmentId);
  return (await broughtInStep(deps, kept, department?.lobby ?? kept.lobby)).caughtUp;
}

/** Asks Teams, and keeps what came of it. */
async function broughtInStep(
  deps: VisitsDeps,
  { visit, lobby: before }: Pick<Kept, "visit" | "lobby">,
  lobby: Department["lobby"],
): Promise<{ readonly visit: Visit; readonly caughtUp: CaughtUp }> {
  const now = deps.now();
  const caughtUp = await tellTeams(deps, visit, before, lobby);
  const after = await changeVisit(deps, visit.id, (kept) => {
    // The chart may have moved it once more meanwhile: then the other one asks.
    if (kept.visit.behind === undefined || !sameTimes(kept.visit, visit)) return kept;
    if (caughtUp !== "in-step") return { ...kept, visit: { ...kept.visit, behind: now } };
    const { behind: _over, ...inStepNow } = kept.visit;
    return { ...kept, visit: inStepNow, lobby };
  });
  return { visit: after, caughtUp };
}

async function tellTeams(
  { meetings, log }: VisitsDeps,
  { id, connectionId, organizer, meeting, start, end }: Visit,
  before: Department["lobby"],
  lobby: Department["lobby"],
): Promise<CaughtUp> {
  try {
    if (lobby !== before) await meetings.open({ visitId: id, organizer, start, end, lobby });
    const moved: Moved = await meetings.move({ organizer, id: meeting.id }, { start, end });
    return moved === "moved" ? "in-step" : "running";
  } catch (error) {
    if (!(error instanceof MeetingsFault)) throw error;
    log.error("meeting.not_changed", error, { connection: connectionId });
    return error.reason;
  }
}

async function changeVisit(deps: VisitsDeps, id: VisitId, edit: (kept: Kept) => Kept): Promise<Visit> {
  const kept = await changeKept(deps, id, edit);
  if (kept === undefined) throw new Error("the visit is no longer kept");
  return kept.visit;
}

/** Undefined where there is no such visit. */
async function changeKept(
  { store }: VisitsDeps,
  id: VisitId,
  edit: (kept: Kept) => Kept,
): Promise<Kept | undefined> {
  const stored = await changeRow(
    store,
    visits.container,
    { partition: id, id },
    (row): NextRow | undefined => {
      const before = keptIn(row);
      const after = edit(before);
      if (after === before) return undefined;
      return { body: nextBody(visits, row, asMembers(after)), expiresAt: expiry(after.visit) };
    },
  );
  return stored && keptIn(stored);
}
