/**
 * Whose an appointment is. However an appointment was found, this file, and no other, compares it with the chart's patient.
 */
import { atMost } from "../../domain/few.ts";
import { standingOf } from "../../domain/appointmentStatus.ts";
import type { Range } from "../../domain/halfHours.ts";
import {
  EhrFault,
  type Chart,
  type ChartAppointment,
  type ReadHint,
  type StatedAppointment,
  type UntimedAppointment,
} from "../../ports/ehr.ts";
import { isInDoubt, isOfOne, unlessUnread, type Unread } from "./leftOut.ts";
import { chartProblem } from "./notRead.ts";
import { currentOf, namesOf } from "./patientNames.ts";

export interface Found {
  readonly own: readonly ChartAppointment[];
  /** Those that do not take place, whosesoever they are, and with or without times. */
  readonly off: readonly OffAppointment[];
  /** Those of which it could not be read whose they are, and why. */
  readonly unsure: readonly UnsureAppointment[];
  /** Ids of those that the encounter names and that could not be read. */
  readonly unread: readonly string[];
  /** The times of which the chart shows nothing; see {@link AppointmentList.unshown}. */
  readonly unshown: readonly Range[];
  readonly hints: readonly ReadHint[];
}

/**
 * @param untold why it cannot be read whether it names this patient by another id
 * @throws what keeps that from being known; otherwise the appointment counts as another patient's
 */
export type OfOthers = (appointment: StatedAppointment, untold: Unread | undefined) => Promise<void>;

const nothingNoted: OfOthers = (_appointment, untold) =>
  untold === undefined ? Promise.resolve() : Promise.reject(untold);

interface UnsureAppointment {
  readonly appointment: ChartAppointment | UntimedAppointment;
  readonly error: Unread;
}

interface OffAppointment {
  readonly appointment: ChartAppointment | UntimedAppointment;
  readonly isOwn: boolean;
}

/** How far around now is searched: a day and a half either way contains today in every time zone. */
export const REACH_MS = 36 * 3_600_000;
/** How far ahead visits are booked. */
const BOOKED_AHEAD_MS = 366 * 86_400_000;
/** How many appointments of an encounter are read; an encounter has fewer. */
const MOST_OF_ENCOUNTER = 20;
const MOST_FAILED = 2;

/**
 * Decides whether appointments are the chart's patient's. A patient has the id with which the chart was opened and, where
 * records were combined, other ids.
 */
export class Whose {
  readonly #chart: Chart;
  readonly #patient: string;
  readonly #ofOthers: OfOthers;
  readonly #searches = new Map<string, Promise<Found>>();

  /** @param ofOthers told of each appointment that does not name the patient, as far as can be read */
  constructor(chart: Chart, patient: string, ofOthers: OfOthers = nothingNoted) {
    this.#chart = chart;
    this.#patient = patient;
    this.#ofOthers = ofOthers;
  }

  /**
   * @param near a moment that the appointment is near: this patient's own search there proves whose an appointment is that
   * names its patient only in words
   */
  async owns(appointment: StatedAppointment, near: Date): Promise<boolean> {
    if (isInWords(appointment)) {
      const isIn = ({ own }: Found) => own.some(({ id }) => id === appointment.id);
      return isIn(await this.around(near)) || isIn(await this.aroundUnderCurrent(near));
    }
    return this.#namesOrNoted(appointment, true);
  }

  /**
   * A search gives no visit to anybody else. But where it finds one that this patient has declined, or that may be theirs by
   * another id, the appointment itself says more.
   */
  async #namesOrNoted(appointment: StatedAppointment, isReadById: boolean): Promise<boolean> {
    let untold: Unread | undefined;
    const names = await unlessUnread(
      () => this.#names(appointment),
      (error) => (untold = error),
    );
    if (names === true) return true;
    const hasDeclined = appointment.declined?.includes(this.#patient) === true;
    if (isReadById || hasDeclined || untold !== undefined) await this.#ofOthers(appointment, untold);
    return false;
  }

  async #names({ patients }: StatedAppointment): Promise<boolean> {
    if (patients.includes(this.#patient)) return true;
    if (patients.length === 0) return false;
    const names = await namesOf(this.#chart, this.#patient);
    return patients.some((id) => names.includes(id));
  }

  /** @param read reads an appointment by its id, as {@link Chart.appointment} does */
  async ofEncounter(encounter: string | undefined, now: Date, read: Chart["appointment"]): Promise<Found> {
    if (encounter === undefined || encounter === "") return NOTHING_FOUND;
    const named = await this.#chart.appointmentsOfEncounter(encounter);
    const inTurn = atMost(3);
    const unread: string[] = [];
    let failed = 0;
    const came = await Promise.all(
      named.ids.slice(0, MOST_OF_ENCOUNTER).map((id) =>
        inTurn(async () => {
          // A chart that goes on failing is not asked for the rest.
          if (failed >= MOST_FAILED) return void unread.push(id);
          // One that could not be read may be shown by the search.
          return unlessUnread(
            () => read(id),
            (error) => {
              if (error instanceof EhrFault && error.problem.kind === "chart-unavailable") failed += 1;
              unread.push(id);
            },
          );
        }),
      ),
    );
    const shown = came.filter((appointment) => appointment !== undefined);
    const found = await this.#sorted(shown, (appointment) => this.owns(appointment, now));
    const lacking: ReadHint[] = [
      ...(unread.length > 0 ? [{ kind: "encounter-visit-unreadable" } as const] : []),
      ...(named.ids.length > MOST_OF_ENCOUNTER ? [{ kind: "list-incomplete" } as const] : []),
    ];
    return { ...found, unread, hints: [...named.hints, ...lacking, ...found.hints] };
  }

  /** The appointments near a moment, from the search under the id with which the chart was opened. */
  around(moment: Date): Promise<Found> {
    return this.#under(this.#patient, moment);
  }

  /** Those from around a moment on, as far ahead as visits are booked, under each id that the patient has. */
  async onwards(moment: Date): Promise<readonly Found[]> {
    const current = await currentOf(this.#chart, this.#patient);
    const ids = [...new Set([this.#patient, current])];
    return Promise.all(ids.map((id) => this.#search(id, moment, BOOKED_AHEAD_MS)));
  }

  /**
   * The same under the id that the patient has now: the visits of a record that was combined are under the other id. A search
   * that fails costs nothing of what the first one found, and the list is then not whole.
   */
  async aroundUnderCurrent(moment: Date): Promise<Found> {
    const first = await this.around(moment);
    try {
      const current = await currentOf(this.#chart, this.#patient);
      return current === this.#patient ? NOTHING_FOUND : await this.#under(current, moment);
    } catch (error) {
      if (!isOfOne(error)) throw error;
      if (first.own.length === 0) throw first.unsure.find((one) => isInDoubt(one.error))?.error ?? error;
      return { ...NOTHING_FOUND, hints: [{ kind: "list-incomplete" }] };
    }
  }

  /** Each moment is asked for once under each id. */
  #under(id: string, moment: Date): Promise<Found> {
    const name = moment.toISOString() + " " + id;
    const found = this.#searches.get(name) ?? this.#search(id, moment);
    this.#searches.set(name, found);
    return found;
  }

  async #search(id: string, moment: Date, ahead = REACH_MS): Promise<Found> {
    const from = new Date(moment.getTime() - REACH_MS);
    const before = new Date(moment.getTime() + ahead);
    const list = await this.#chart.appointments(id, from, before);
    const found = await this.#sorted(
      list.found,
      async (each) => isInWords(each) || (await this.#namesOrNoted(each, false)),
    );
    return { ...found, unshown: list.unshown ?? [], hints: [...list.hints, ...found.hints] };
  }

  async #sorted(
    appointments: readonly (ChartAppointment | UntimedAppointment)[],
    owns: (appointment: StatedAppointment) => Promise<boolean>,
  ): Promise<Found> {
    const own: ChartAppointment[] = [];
    const off: OffAppointment[] = [];
    const unsure: UnsureAppointment[] = [];
    let count = 0;
    for (const appointment of appointments) {
      const isOwn = await unlessUnread(
        () => owns(appointment),
        (error) => unsure.push({ appointment, error }),
      );
      // Who has declined has no visit by it, and it is nobody's mistake that the search finds it.
      if (isOwn === false && appointment.declined?.includes(this.#patient) !== true) count += 1;
      else if (isOwn === true && appointment.start !== undefined) own.push(appointment);
      if (standingOf(appointment.status) === "off") off.push({ appointment, isOwn: isOwn === true });
    }
    return {
      ...NOTHING_FOUND,
      own,
      off,
      unsure,
      hints: count === 0 ? [] : [{ kind: "foreign-dropped", count }],
    };
  }
}

/** Whether it names its patient in words only. */
const isInWords = ({ patients, patientElsewhere }: StatedAppointment) =>
  patients.length === 0 && !patientElsewhere;

const NOTHING_FOUND: Found = { own: [], off: [], unsure: [], unread: [], unshown: [], hints: [] };

/**
 * Whether an appointment is known to be the patient's: what is held back of another patient's visit is none of this one's page,
 * and neither is it while nobody can say whose it is.
 */
export async function isKnownToBeOwn(
  chart: Chart,
  patient: string | undefined,
  ...appointment: Parameters<Whose["owns"]>
): Promise<boolean> {
  if (patient === undefined) return false;
  try {
    return await new Whose(chart, patient).owns(...appointment);
  } catch (error) {
    if (chartProblem(error) === undefined) throw error;
    return false;
  }
}
