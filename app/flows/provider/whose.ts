/**
 * Whose an appointment is. However an appointment was found, this file, and no other, compares it with the chart's patient.
 */
import { atMost } from "../../domain/few.ts";
import { standingOf } from "../../domain/appointmentStatus.ts";
import {
  endsReading,
  EhrFault,
  type Chart,
  type ChartAppointment,
  type ReadHint,
  type StatedAppointment,
  type UntimedAppointment,
} from "../../ports/ehr.ts";
import { namesOf } from "./patientNames.ts";

export interface Found {
  readonly own: readonly ChartAppointment[];
  /** Those that do not take place, whosesoever they are, and with or without times. */
  readonly off: readonly OffAppointment[];
  readonly hints: readonly ReadHint[];
}

interface OffAppointment {
  readonly appointment: ChartAppointment | UntimedAppointment;
  readonly isOwn: boolean;
}

/** How far around now is searched: a day and a half either way contains today in every time zone. */
export const REACH_MS = 36 * 3_600_000;
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
  readonly #searches = new Map<string, Promise<Found>>();

  constructor(chart: Chart, patient: string) {
    this.#chart = chart;
    this.#patient = patient;
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
    return this.#names(appointment);
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
    const unreadable: ReadHint[] = [];
    let failed = 0;
    const came = await Promise.all(
      named.ids.slice(0, MOST_OF_ENCOUNTER).map((id) =>
        inTurn(async () => {
          try {
            return failed >= MOST_FAILED ? undefined : await read(id);
          } catch (error) {
            if (!(error instanceof EhrFault) || endsReading(error)) throw error;
            // This one could not be read; the search may show it. A chart that goes on failing is not asked for the rest.
            if (error.problem.kind === "chart-unavailable") failed += 1;
            unreadable.push({ kind: "encounter-visit-unreadable" });
            return undefined;
          }
        }),
      ),
    );
    const shown = came.filter((appointment) => appointment !== undefined);
    const found = await sorted(shown, (appointment) => this.owns(appointment, now));
    if (named.ids.length > MOST_OF_ENCOUNTER) unreadable.push({ kind: "list-incomplete" });
    return { ...found, hints: [...named.hints, ...unreadable, ...found.hints] };
  }

  /** The appointments near a moment, from the search under the id with which the chart was opened. */
  around(moment: Date): Promise<Found> {
    return this.#under(this.#patient, moment);
  }

  /**
   * The same under the id that the patient has now: the visits of a record that was combined are under the other id. A search
   * that fails costs nothing of what the first one found, and the list is then not whole.
   */
  async aroundUnderCurrent(moment: Date): Promise<Found> {
    const first = await this.around(moment);
    try {
      const [, current = this.#patient] = await namesOf(this.#chart, this.#patient);
      return current === this.#patient ? NOTHING_FOUND : await this.#under(current, moment);
    } catch (error) {
      if (!(error instanceof EhrFault) || endsReading(error) || first.own.length === 0) throw error;
      return { own: [], off: [], hints: [{ kind: "list-incomplete" }] };
    }
  }

  /** Each moment is asked for once under each id. */
  #under(id: string, moment: Date): Promise<Found> {
    const name = moment.toISOString() + " " + id;
    const found = this.#searches.get(name) ?? this.#search(id, moment);
    this.#searches.set(name, found);
    return found;
  }

  async #search(id: string, moment: Date): Promise<Found> {
    const [from, before] = [-REACH_MS, REACH_MS].map((reach) => new Date(moment.getTime() + reach));
    if (from === undefined || before === undefined) throw new RangeError("no range");
    const list = await this.#chart.appointments(id, from, before);
    const found = await sorted(list.found, async (each) => isInWords(each) || (await this.#names(each)));
    return { ...found, hints: [...list.hints, ...found.hints] };
  }
}

/** Whether it names its patient in words only. */
const isInWords = ({ patients, patientElsewhere }: StatedAppointment) =>
  patients.length === 0 && !patientElsewhere;

const NOTHING_FOUND: Found = { own: [], off: [], hints: [] };

async function sorted(
  appointments: readonly (ChartAppointment | UntimedAppointment)[],
  owns: (appointment: StatedAppointment) => Promise<boolean>,
): Promise<Found> {
  const own: ChartAppointment[] = [];
  const off: OffAppointment[] = [];
  let count = 0;
  for (const appointment of appointments) {
    const isOwn = await owns(appointment);
    if (!isOwn) count += 1;
    else if (appointment.start !== undefined) own.push(appointment);
    if (standingOf(appointment.status) === "off") off.push({ appointment, isOwn });
  }
  return { own, off, hints: count === 0 ? [] : [{ kind: "foreign-dropped", count }] };
}
