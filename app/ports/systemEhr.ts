/**
 * The hospital's chart system as the connector itself uses it, without a person, through the connection's system client.
 * Nothing here names a patient, and only {@link SystemChart.recipient} says how one is reached. Nothing here throws for what
 * a chart system does: every outcome is a value, and only a bug throws.
 */
import type { AppointmentStatus } from "../domain/appointmentStatus.ts";
import type { ConfiguredClient, ConfiguredConnection } from "../domain/hospital.ts";
import type { ReadHint, SignInEndpoints } from "./ehr.ts";

export interface SystemEhr {
  /**
   * The chart of a connection. This sends nothing, so it may be called for each use. The client authenticates at the
   * `tokenEndpoint` of the connection's standing (records/standings.ts); a connection that does not stand well is not asked.
   *
   * Each process keeps its own token until shortly before it expires. A process's requests to one connection wait for their
   * turn: a few are sent at a time, and fewer while the chart system is slow. Where many jobs wait already, for this chart
   * system or for others, a job is answered with {@link Busy} at once. Once the chart system has said that there are too
   * many requests, each is answered with {@link Limited} at once and not sent, until the time that it asked for is over.
   */
  chart(
    connection: SystemConnection,
    endpoints: Pick<SignInEndpoints, "tokenEndpoint">,
    asker: Asker,
  ): SystemChart;
}

/** On whose behalf the chart system is asked. */
export interface Asker {
  /** `round`: the caller goes through all visits, and waits for its turn however long the line is. */
  readonly as: "round" | "job";
  /** Once it aborts, no answer is waited for, and nothing more is sent. */
  readonly signal: AbortSignal;
}

/** A connection whose system client is registered. Without it nothing is polled and nothing is written. */
export type SystemConnection = ConfiguredConnection & { readonly system: ConfiguredClient };

export const hasSystemClient = (connection: ConfiguredConnection): connection is SystemConnection =>
  connection.system !== undefined;

export interface SystemChart {
  /**
   * Appointments at these locations that start or end in the range, of every status but `proposed`, sorted by start as far
   * as the chart system does so. They come page by page, each asked for when the caller wants it; a caller that stops early
   * asks for no more. If a page cannot be read, {@link BrokenOff} comes last, and the pages before it are still good:
   * because of the order, the rest can be read by asking again from the last start that was seen.
   *
   * An appointment that is missing here may exist all the same. A search takes at most 50 location ids; with more it throws.
   */
  appointments(search: AppointmentSearch): AsyncIterable<AppointmentPage | BrokenOff>;
  /**
   * An appointment by its id, as it is now. Only this read tells that an appointment is cancelled, and writes are made only
   * to what it returned.
   */
  appointment(id: string): Promise<AppointmentRead | NotShown | Trouble>;
  /**
   * Several appointments by their ids, as they are now, in one request. What it says of those that it shows counts as much
   * as what {@link appointment} says. It takes 1 to {@link MOST_IDS} ids; with others it throws.
   */
  appointmentsById(ids: readonly string[]): Promise<AppointmentsRead | Trouble>;
  /** Every location below one of these, at any depth. It takes up to 50 requests, so it should be asked for once a day. */
  locationsBelow(roots: readonly string[]): Promise<LocationsBelow | TooManyLocations | Trouble>;
  /**
   * Every location, kind by kind. It takes up to 50 requests: it is for a person who looks for a location, and the answer
   * should be kept for a while.
   */
  locations(): Promise<Locations | TooManyLocations | Trouble>;
  /** Whether the authorization server gives the system client a token; a token that is still good is not requested again. */
  letIn(): Promise<{ readonly kind: "let-in" } | Trouble>;
  /** Reads a location, which proves the token, the scopes and the connection; and gives the chart's name for it. */
  location(id: string): Promise<LocationShown | NotShown | Trouble>;
  /**
   * Every id that the chart has for a patient, as far as it says, because records get combined. Nothing else of the patient
   * is read.
   */
  patientIds(id: string): Promise<PatientIds | NotShown | Trouble>;
  /**
   * How an appointment's patient can be reached according to the chart now. It is for a message that is about to be sent,
   * and is kept nowhere. A record that was combined into another is followed to that one; `not-shown` also means that the
   * chart does not say which one.
   */
  recipient(patient: string): Promise<RecipientRead | NotShown | Trouble>;
  /**
   * Writes both links and their period into the two rooms, in one change: added where neither room has a link, replaced
   * where both have one. `read` is the appointment as it was just read by id; if it has changed since, nothing is written.
   * The links go to the documented positions, so the appointment must be read again afterwards to see that each link is in its
   * room. Links have 255 characters at most. Before calling this, the caller checks whether the connection allows writing
   * ({@link Connection.writeBack}) and whose links are in the rooms now.
   */
  writeLinks(read: ForWriting, links: LinksToWrite): Promise<Written | WriteRefused | Trouble>;
  /**
   * Changes the status. The chart system allows booked to arrived or checked-in, arrived to checked-in, and checked-in to
   * fulfilled; the caller checks whether the change is right. `read` is as in {@link writeLinks}.
   */
  writeStatus(read: ForWriting, status: WritableStatus): Promise<Written | WriteRefused | Trouble>;
}

export interface AppointmentSearch {
  /** Ids of locations, 1 to {@link MOST_LOCATIONS} of them. */
  readonly locations: readonly string[];
  readonly from: Date;
  readonly before: Date;
  /** How many appointments a page has at most. Left out, as many as suit the chart system; it may send fewer. */
  readonly mostOnPage?: number;
}

/** How many locations one search takes, so that its address stays short enough for the servers on the way. */
export const MOST_LOCATIONS = 50;

export interface AppointmentPage {
  readonly kind: "page";
  /**
   * The appointments of this page that can be read. One that came on an earlier page comes again only when this copy is
   * newer; then the later copy counts.
   */
  readonly appointments: readonly SystemAppointment[];
  /** How many of this page's entries had come on earlier pages. */
  readonly repeated: number;
  /** Tells which entries were left out because they could not be read, and how often the chart keeps some back. */
  readonly hints: readonly ReadHint[];
}

/** The search stopped before its end. */
export interface BrokenOff {
  readonly kind: "broken-off";
  readonly by:
    | Trouble
    /** The next page's address cannot be used: it is not below the base URL, was used before, or is no address. */
    | { readonly kind: "no-way-on" }
    /** The search has more pages than are followed. */
    | { readonly kind: "too-many-pages" }
    /** All pages came, and the chart system says that results are missing. */
    | { readonly kind: "incomplete" };
}

/** What an appointment says, without any names. */
export interface SystemAppointment {
  readonly id: string;
  /** An opaque value that every write names. Absent where the chart gives none; then nothing can be written. */
  readonly version?: string;
  readonly status: AppointmentStatus;
  /** Absent where it has no times that can be read. A cancelled appointment need not have any. */
  readonly times?: AppointmentTimes;
  readonly locations: readonly string[];
  /**
   * Ids of the patients whom it names; one who has declined is not among them where another one comes. They are for keyed hashes, because links are made for a certain patient (decision
   * 29), and for {@link SystemChart.recipient}. Absent where it names them by words only, or as another server's.
   */
  readonly patients?: readonly string[];
  /** Present where all the patients whom it names have declined: none of them is written to. */
  readonly isDeclined?: true;
  /** Whether it has virtual rooms, or is of a type that the hospital names as video. */
  readonly isVideo: boolean;
  readonly rooms: Rooms;
  readonly hints: readonly ReadHint[];
}

export interface AppointmentTimes {
  /**
   * With {@link clock} "wall", this is the time that would be shown if the local clock showed UTC; see domain/wallClock.ts.
   */
  readonly start: Date;
  /** Always after the start. */
  readonly end: Date;
  /** "wall": the chart gave the times without a zone, so the department's zone applies. */
  readonly clock: "instant" | "wall";
}

/** The two virtual rooms, identified by their names, and the links in them. */
export interface Rooms {
  /** The link as it is in the room, whoever wrote it. Absent where there is no such room, or no link in it. */
  readonly provider?: string;
  readonly patient?: string;
  /**
   * Which rooms a write to the documented positions would change. "absent": the appointment has no rooms yet, and a first write
   * makes them. "documented": the provider's room is the first contained resource, the patient's the second, and there is no
   * third room. "other": anything else, such as the other order, only one room, two of a kind, or another resource before
   * them.
   */
  readonly order: "absent" | "documented" | "other";
  /** The period that the first link gives; absent where it gives none that can be read. */
  readonly period?: { readonly start: Date; readonly end: Date };
}

export interface AppointmentRead {
  readonly kind: "read";
  readonly appointment: SystemAppointment;
}

export interface AppointmentsRead {
  readonly kind: "read-by-id";
  readonly appointments: readonly SystemAppointment[];
  /** Whether the others are {@link NotShown}. Otherwise nothing is known of them. */
  readonly isWhole: boolean;
}

/** How many appointments are read by their ids at once, so that the address stays short. */
export const MOST_IDS = 50;

/** The record does not exist, or is hidden from the system client. These look alike, and neither means cancelled. */
export interface NotShown {
  readonly kind: "not-shown";
}

export interface RecipientRead {
  readonly kind: "read";
  readonly recipient: Recipient;
}

export interface Recipient {
  /** The reason why nobody is to be written to, if there is one. */
  readonly gone?: "deceased" | "inactive";
  /** The best number that can be texted, such as +12025550123. */
  readonly textNumber?: string;
  readonly mail?: string;
  /** The language that the patient prefers, as a BCP 47 tag. */
  readonly language?: string;
  /** How the patient wants to be reminded of appointments; "other" means neither by text nor by mail. */
  readonly prefers?: "text" | "mail" | "other";
}

export interface LocationShown {
  readonly kind: "shown";
  /** Absent where the chart gives no name. */
  readonly name?: string;
}

export interface PatientIds {
  readonly kind: "ids";
  /** All ids, including the one that was asked for. */
  readonly ids: readonly string[];
}

export interface Locations {
  readonly kind: "all";
  readonly locations: readonly ChartLocation[];
  readonly lacking: LocationsLacking;
}

/** What a reading of locations lacks: each may be asked for by its id. */
export interface LocationsLacking {
  /** How many could not be read. */
  readonly unreadable: number;
  /** How often the chart system says that it keeps some back on purpose. */
  readonly keptBack: number;
}

export interface ChartLocation {
  readonly id: string;
  /** Absent where the chart gives no name. */
  readonly name?: string;
  /** Id of the location of which this one is a part. */
  readonly partOf?: string;
}

export interface LocationsBelow {
  readonly kind: "found";
  /** The locations below the roots; a root that lies below another one is among them. `root` is the nearest root above. */
  readonly locations: readonly { readonly id: string; readonly root: string }[];
  /** Every location that was read, the roots among them as far as the chart lists them. */
  readonly all: readonly ChartLocation[];
  readonly lacking: LocationsLacking;
}

/** The chart has more locations than are read, so only those that are listed by their ids can be searched by. */
export interface TooManyLocations {
  readonly kind: "too-many";
}

export interface ForWriting extends Pick<SystemAppointment, "id" | "rooms"> {
  readonly version: string;
}

export interface LinksToWrite {
  /** The link for the provider's room. */
  readonly provider: string;
  /** The link for the patient's room. */
  readonly patient: string;
  /** The period of the links; the end is after the start. */
  readonly start: Date;
  readonly end: Date;
}

export type WritableStatus = "arrived" | "checked-in" | "fulfilled";

/** The change was written. The new version has to be read and must not be guessed. */
export interface Written {
  readonly kind: "written";
}

export interface WriteRefused {
  readonly kind: "refused";
  readonly why:
    /** The appointment has changed since it was read, or links were added meanwhile; it has to be read again (409, 412). */
    | "changed-meanwhile"
    /** Somebody has the appointment open for editing; try later (423). */
    | "locked"
    /** Something that belongs to the change could not be done, so nothing was written; try later (424). */
    | "side-effect"
    /**
     * A rule of the chart system forbids the change, now and later: it is not a Video Visit, or the status may not follow
     * (400, 422).
     */
    | "rule"
    /** The appointment no longer exists, or is not shown (404, 410). */
    | "not-shown"
    /**
     * Nothing was sent, because the appointment that was read has one link of two, or because what is to be written is too
     * long.
     */
    | "not-sent";
}

/** Why the chart could not be used. */
export type Trouble = Busy | Limited | Down | ShutOut | NotFhir | AnswerTooLarge;

/** Too many of our own jobs are at chart systems already, so the chart system was not asked and nothing is known of it. */
export interface Busy {
  readonly kind: "busy";
  readonly retryAfterMs: number;
}

/** There were too many requests: this process sends none to the chart system until that time is over. */
export interface Limited {
  readonly kind: "limited";
  /** How long the chart system asks us to wait, or our own choice where it does not say. Milliseconds. */
  readonly retryAfterMs: number;
}

/**
 * The chart system, or its authorization server, does not answer or is failing. A write may have been done all the same, so
 * read again.
 */
export interface Down {
  readonly kind: "down";
  /** For administrators and the log. */
  readonly reason: string;
}

/** The system client is refused until a person changes something. */
export interface ShutOut {
  readonly kind: "shut-out";
  readonly why:
    /** The client id, key, secret or scopes differ from the registration, or the tenant has not enabled the application. */
    | "registration"
    /** Fewer scopes were granted than the connection needs. */
    | "scopes"
    /** The chart system refuses the tokens of its own authorization server, a new one included. */
    | "token"
    /** Our own key or secret is missing. */
    | "proof"
    /** The clocks differ by minutes, so what is signed for a certain time is refused. */
    | "clocks";
  readonly reason: string;
}

/**
 * The chart system answers with more than is read. It answers likewise when it is asked again for the same; asked for less, it
 * may not. A write may have been done all the same.
 */
export interface AnswerTooLarge {
  readonly kind: "too-large";
  /** Names the chart system's host and the limit. For administrators and the log. */
  readonly reason: string;
}

/** The chart system answered with something other than what was asked for. */
export interface NotFhir {
  readonly kind: "not-fhir";
  readonly reason: string;
}
