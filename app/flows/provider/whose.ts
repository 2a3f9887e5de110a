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
import { isInDoubt, unlessUnread, type Unread } from "./leftOut.ts";
import { chartProblem } from "./notRead.ts";
import { namesOf, otherIdsOf, provesNothing } from "./patientNames.ts";

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
/** How many ids are searched under that a record has replaced; a patient has fewer. */
const MOST_REPLACED = 8;
const AT_ONCE = 3;

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
      return isIn(await this.around(near)) || isIn(await this.aroundUnderOthers(near));
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
    const { current = this.#patient, replaced } = await otherIdsOf(this.#chart, this.#patient);
    const ids = [...new Set([this.#patient, current])];
    const inTurn = atMost(AT_ONCE);
    const searched = (id: string) => inTurn(() => this.#search(id, moment, BOOKED_AHEAD_MS));
    const former = replaced.slice(0, MOST_REPLACED).map((id) =>
      unlessUnread(
        () => searched(id),
        () => undefined,
      ),
    );
    const found = await Promise.all([...ids.map(searched), ...former]);
    return found.filter((one) => one !== undefined);
  }

  /**
   * The same under the patient's other ids: the visits of records that were combined may be under any of them. A search that
   * fails costs nothing of what another one found, and the list is then not whole. A replaced id under which the chart shows
   * nothing to search proves nothing.
   */
  async aroundUnderOthers(moment: Date): Promise<Found> {
    const first = await this.around(moment);
    const failed: Unread[] = [];
    const found: Found[] = [];
    let isWhole = true;
    const ids = await unlessUnread(
      () => otherIdsOf(this.#chart, this.#patient),
      (error) => failed.push(error),
    );
    const { current, replaced = [] } = ids ?? {};
    const inTurn = atMost(AT_ONCE);
    const search = (id: string) =>
      inTurn(async () => {
        const came = await unlessUnread(
          () => this.#under(id, moment),
          (error) => {
            const isNoneToSearch =
              id !== current && error instanceof EhrFault && provesNothing(error.problem.kind);
            if (isNoneToSearch) isWhole = false;
            else failed.push(error);
          },
        );
        if (came !== undefined) found.push(came);
      });
    const asked = [...(current === undefined ? [] : [current]), ...replaced.slice(0, MOST_REPLACED)];
    await Promise.all(asked.map(search));
    const [error] = failed;
    if (error !== undefined && [first, ...found].every(({ own }) => own.length === 0))
      throw first.unsure.find((one) => isInDoubt(one.error))?.error ?? error;
    isWhole &&= error === undefined && replaced.length <= MOST_REPLACED;
    return together(isWhole ? found : [...found, LIST_INCOMPLETE]);
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

const LIST_INCOMPLETE: Found = { ...NOTHING_FOUND, hints: [{ kind: "list-incomplete" }] };

/** What several searches found: each appointment once, though several ids of the patient may lead to it. */
function together(all: readonly Found[]): Found {
  const once = <T>(each: readonly T[], idOf: (one: T) => string): readonly T[] => [
    ...new Map(each.map((one) => [idOf(one), one])).values(),
  ];
  return {
    own: once(
      all.flatMap(({ own }) => own),
      ({ id }) => id,
    ),
    off: once(
      all.flatMap(({ off }) => off),
      ({ appointment }) => appointment.id,
    ),
    unsure: once(
      all.flatMap(({ unsure }) => unsure),
      ({ appointment }) => appointment.id,
    ),
    unread: all.flatMap(({ unread }) => unread),
    unshown: all.flatMap(({ unshown }) => unshown),
    hints: all.flatMap(({ hints }) => hints),
  };
}

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
