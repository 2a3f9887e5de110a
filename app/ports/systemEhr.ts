import type { AppointmentStatus } from "../domain/appointmentStatus.ts";
import type { ConfiguredClient, ConfiguredConnection } from "../domain/hospital.ts";
import type { ReadHint, SignInEndpoints } from "./ehr.ts";

/**
 * The hospital's chart system as the connector itself uses it, without a person: by the connection's system client. Nothing
 * here names a patient, and only {@link SystemChart.recipient} says how one is reached. Nothing here throws for what a chart
 * system does: every outcome is a value, and only a bug throws.
 */
export interface SystemEhr {
  /**
   * Opens nothing by itself, so it may be made for each use. Where the client proves itself is the `tokenEndpoint` of the
   * connection's standing (records/standings.ts); a connection that does not stand well is not asked.
   *
   * Its token is kept until shortly before its end, by each process for itself. Requests of a process to one connection wait
   * for their turn: a few at a time, fewer while the chart system is slow. Where many jobs wait already, for this chart
   * system or for others, a job is answered with {@link Busy} at once. Once the chart system has said that they are too
   * many, each is answered with {@link Limited} at once, without being sent, until the time that it asked for is over.
   */
  chart(
    connection: SystemConnection,
    endpoints: Pick<SignInEndpoints, "tokenEndpoint">,
    asker: Asker,
  ): SystemChart;
}

/** On whose behalf the chart system is asked. */
export interface Asker {
  /** `round`: it looks at all visits, and waits for its turn however long the line is. */
  readonly as: "round" | "job";
  /** Once it says so, nobody waits for an answer any more, and nothing more is sent. */
  readonly signal: AbortSignal;
}

/** A connection whose system client is registered. Without it nothing is polled and nothing is written. */
export type SystemConnection = ConfiguredConnection & { readonly system: ConfiguredClient };

export const hasSystemClient = (connection: ConfiguredConnection): connection is SystemConnection =>
  connection.system !== undefined;

export interface SystemChart {
  /**
   * Appointments at these locations that start or end in the range, of every status but `proposed`, by their start as far as
   * the chart system keeps to its word. Page by page, each asked for when the caller wants it; whoever stops early asks for
   * no more. A page that cannot be had is the last thing that comes ({@link BrokenOff}), and what came before it is good all
   * the same: as the order is by start, the rest is had by asking again from the last start that was seen.
   *
   * That an appointment is missing here proves nothing about it. It is not asked for every location in the world: 50 ids a
   * search at most, or it throws.
   */
  appointments(search: AppointmentSearch): AsyncIterable<AppointmentPage | BrokenOff>;
  /** One by its id, as it stands now. Only this says that one is cancelled, and only this is written upon. */
  appointment(id: string): Promise<AppointmentRead | NotShown | Trouble>;
  /** Every location that is part of one of these, at any depth. Up to 50 requests: to be asked once a day. */
  locationsBelow(roots: readonly string[]): Promise<LocationsBelow | TooManyLocations | Trouble>;
  /** Every location, by its kind. Up to 50 requests: for a person who looks for one, and kept for a while. */
  locations(): Promise<Locations | TooManyLocations | Trouble>;
  /** Whether the authorization server lets the system client in; a token that is still good is not asked for anew. */
  letIn(): Promise<{ readonly kind: "let-in" } | Trouble>;
  /** Whether a location can be read, which proves token, scopes and the way there; and what the chart calls it. */
  location(id: string): Promise<LocationShown | NotShown | Trouble>;
  /**
   * Every id that the chart has for a patient, as far as it says: records get combined. Nothing else of the patient is read.
   */
  patientIds(id: string): Promise<PatientIds | NotShown | Trouble>;
  /**
   * How an appointment's patient is reached, as the chart says now: for a message that is about to be sent, and kept
   * nowhere. A record that was combined into another leads to that one; `not-shown` also where it cannot be told which.
   */
  recipient(patient: string): Promise<RecipientRead | NotShown | Trouble>;
  /**
   * Writes both links and how long they are for into the two rooms, in one change: added where neither room has a link,
   * replaced where both have one. `read` is the appointment as it was just read by id: if it is another by now, nothing is
   * written. The rooms' places are the documented ones, so read it again afterwards to see that each link is in its room.
   * Links have 255 characters at most. Whether the connection allows writing ({@link Connection.writeBack}) and whose links
   * stand there now is the caller's to judge, before.
   */
  writeLinks(read: ForWriting, links: LinksToWrite): Promise<Written | WriteRefused | Trouble>;
  /**
   * Moves the status on. The chart system allows booked to arrived or checked-in, arrived to checked-in, and checked-in to
   * fulfilled; whether that is right is the caller's to judge. `read` as with {@link writeLinks}.
   */
  writeStatus(read: ForWriting, status: WritableStatus): Promise<Written | WriteRefused | Trouble>;
}

export interface AppointmentSearch {
  /** Ids, 1 to {@link MOST_LOCATIONS}. */
  readonly locations: readonly string[];
  readonly from: Date;
  readonly before: Date;
}

/** How many locations one search takes, so that its address stays short enough for servers in between. */
export const MOST_LOCATIONS = 50;

export interface AppointmentPage {
  readonly kind: "page";
  /**
   * Those of this page that can be read. One that came on an earlier page comes again only when it is newer: then the later
   * one counts.
   */
  readonly appointments: readonly SystemAppointment[];
  /** How many of this page's entries had come before. */
  readonly repeated: number;
  /** Entries that were left out because they could not be read, and how many. */
  readonly hints: readonly ReadHint[];
}

/** The search ends here before its end. */
export interface BrokenOff {
  readonly kind: "broken-off";
  readonly by:
    | Trouble
    /**
     * It names no next page that may be asked for: elsewhere than below the base URL, one that was asked for, or no address.
     */
    | { readonly kind: "no-way-on" }
    /** More pages than a search is followed over. */
    | { readonly kind: "too-many-pages" };
}

/** What an appointment says, without anybody's name. */
export interface SystemAppointment {
  readonly id: string;
  /** Opaque; what is written upon names it. Absent where the chart says none, and then nothing can be written. */
  readonly version?: string;
  readonly status: AppointmentStatus;
  /** Absent where it has none that can be read. One that is cancelled need not have any. */
  readonly times?: AppointmentTimes;
  readonly locations: readonly string[];
  /**
   * Ids of the patients that it names, for keyed hashes, since links are made for somebody (decision 29), and for
   * {@link SystemChart.recipient}. Absent where it names them by words alone, or as another server's.
   */
  readonly patients?: readonly string[];
  /** It has virtual rooms, or is of a type that the hospital names as video. */
  readonly isVideo: boolean;
  readonly rooms: Rooms;
  readonly hints: readonly ReadHint[];
}

export interface AppointmentTimes {
  /** With {@link clock} "wall", as though the clock on the wall showed UTC; see domain/wallClock.ts. */
  readonly start: Date;
  /** After the start. */
  readonly end: Date;
  /** "wall": the chart wrote the times without a zone, and only the department tells which. */
  readonly clock: "instant" | "wall";
}

/** The two virtual rooms, told by their names, and the links that stand in them. */
export interface Rooms {
  /** As it stands there, whoever wrote it. Absent: no such room, or no link in it. */
  readonly provider?: string;
  readonly patient?: string;
  /**
   * Where the documented places for writing would hit. "absent": it has no rooms yet, which a first write makes.
   * "documented": the provider's room is the first that it contains, the patient's the second, and there is no third.
   * "other": anything else, such as the other order, one room only, two of a kind, or something else before them.
   */
  readonly order: "absent" | "documented" | "other";
  /** How long the first link says that it is for; absent where it says nothing that can be read. */
  readonly period?: { readonly start: Date; readonly end: Date };
}

export interface AppointmentRead {
  readonly kind: "read";
  readonly appointment: SystemAppointment;
}

/** Not there, or hidden from the system client: these look alike, and neither means cancelled. */
export interface NotShown {
  readonly kind: "not-shown";
}

export interface RecipientRead {
  readonly kind: "read";
  readonly recipient: Recipient;
}

export interface Recipient {
  /** Nobody is to be written to. */
  readonly gone?: "deceased" | "inactive";
  /** The best that can be texted, as +12025550123. */
  readonly textNumber?: string;
  readonly mail?: string;
  /** The one that the patient prefers, as BCP 47. */
  readonly language?: string;
  /** How the patient wants to be reminded of appointments; "other" is neither by text nor by mail. */
  readonly prefers?: "text" | "mail" | "other";
}

export interface LocationShown {
  readonly kind: "shown";
  /** Absent where the chart says none. */
  readonly name?: string;
}

export interface PatientIds {
  readonly kind: "ids";
  /** That which was asked for among them. */
  readonly ids: readonly string[];
}

export interface Locations {
  readonly kind: "all";
  readonly places: readonly Place[];
}

export interface Place {
  readonly id: string;
  /** Absent where the chart says none. */
  readonly name?: string;
  /** Of which it is a part. */
  readonly partOf?: string;
}

export interface LocationsBelow {
  readonly kind: "found";
  /** Without the roots themselves. `root` is the nearest one above. */
  readonly places: readonly { readonly id: string; readonly root: string }[];
}

/** The chart has more locations than are paged through: only those that are listed can be searched by. */
export interface TooManyLocations {
  readonly kind: "too-many";
}

export interface ForWriting extends Pick<SystemAppointment, "id" | "rooms"> {
  readonly version: string;
}

export interface LinksToWrite {
  /** For the provider's room. */
  readonly provider: string;
  /** For the patient's room. */
  readonly patient: string;
  /** How long the links are for; the end is after the start. */
  readonly start: Date;
  readonly end: Date;
}

export type WritableStatus = "arrived" | "checked-in" | "fulfilled";

/** It is written. Its new version is read, not guessed. */
export interface Written {
  readonly kind: "written";
}

export interface WriteRefused {
  readonly kind: "refused";
  readonly why:
    /** It is another one than was read, or its links were added meanwhile: read it again (409, 412). */
    | "changed-meanwhile"
    /** Somebody has it open for change: later (423). */
    | "locked"
    /** Something that belongs to the change could not be done, so nothing was written: later (424). */
    | "side-effect"
    /**
     * A rule of the chart system's forbids it, now and when asked again: no Video Visit, a status that may not follow (400,
     * 422).
     */
    | "rule"
    /** It is not there any more, or not shown (404, 410). */
    | "not-shown"
    /** What was read has one link of two, or what is to be written is too long: nothing was sent. */
    | "not-sent";
}

/** What stands between us and the chart. */
export type Trouble = Busy | Limited | Down | ShutOut | NotFhir;

/** Too many of our own jobs are at charts already: the chart system was not asked, and nothing is known of it. */
export interface Busy {
  readonly kind: "busy";
  readonly retryAfterMs: number;
}

/** Too many requests: none of this process goes there until that time is over. */
export interface Limited {
  readonly kind: "limited";
  /** As the chart system asks, or as we think where it says nothing. Milliseconds. */
  readonly retryAfterMs: number;
}

/**
 * It, or its authorization server, does not answer or is ill. What was being written may be written all the same: read it.
 */
export interface Down {
  readonly kind: "down";
  /** For administrators and the log. */
  readonly reason: string;
}

/** It will not let the system client in until a person changes something. */
export interface ShutOut {
  readonly kind: "shut-out";
  readonly why:
    /** Client id, key, secret or scopes are not as registered, or the tenant has not enabled the application. */
    | "registration"
    /** Fewer scopes were granted than the connection needs. */
    | "scopes"
    /** The chart refuses tokens of its own authorization server, a new one, too. */
    | "token"
    /** Our own key or secret is missing. */
    | "proof"
    /** Clocks differ by minutes, and what is signed for a time is refused. */
    | "clocks";
  readonly reason: string;
}

/** It answered with something else than was asked for. */
export interface NotFhir {
  readonly kind: "not-fhir";
  readonly reason: string;
}
