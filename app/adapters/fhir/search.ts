/**
 * Searches for appointments over all pages of the result. Entries that can be read are used; those that cannot are counted,
 * and their members named.
 */
import type { z } from "zod";
import {
  endsReading,
  EhrFault,
  type AppointmentList,
  type ChartAppointment,
  type ReadHint,
  type UntimedAppointment,
} from "../../ports/ehr.ts";
import { readMembers, Unreadable } from "../wire/members.ts";
import { appointmentSchema, chartAppointment, isNewer, isVideo } from "./appointments.ts";
import { readResource, type Opened } from "./reading.ts";
import { withinBase } from "./references.ts";
import { bundleSchema, type Bundle } from "./resources.ts";
import { isRedacted, Shortfall } from "./shortfall.ts";

const MOST_PAGES = 10;

/** @throws EhrFault when the first page cannot be read */
export async function searchAppointments(opened: Opened, first: string): Promise<AppointmentList> {
  const gathered = new Gathered(opened);
  const asked = new Set<string>();
  let next: string | undefined = first;
  let isIncomplete = false;
  while (next !== undefined) {
    if (asked.has(next) || asked.size === MOST_PAGES) isIncomplete = true;
    const page: Bundle | undefined = isIncomplete ? undefined : await pageAt(opened, next, asked.size === 0);
    if (page === undefined) {
      isIncomplete = true;
      break;
    }
    asked.add(next);
    gathered.take(page);
    const link: Bundle["link"][number] | undefined = page.link.find(({ relation }) => relation === "next");
    const following: string | undefined =
      link && withinBase(opened.connection.fhirBaseUrl, link.url ?? "#", next);
    if (link !== undefined && following === undefined) isIncomplete = true;
    next = following;
  }
  return { found: gathered.byStart(), hints: gathered.hints(isIncomplete) };
}

/** One page; undefined for a later page that cannot be read, because the earlier pages are still good. */
async function pageAt(opened: Opened, url: string, isFirst: boolean): Promise<Bundle | undefined> {
  try {
    const read = await readResource(opened, url, bundleSchema);
    if (read === undefined && isFirst)
      throw new EhrFault({ kind: "chart-refused" }, "the chart system knows no search for appointments");
    return read?.value;
  } catch (error) {
    if (isFirst || !(error instanceof EhrFault) || endsReading(error)) throw error;
    return undefined;
  }
}

class Gathered {
  readonly #newest = new Map<string, { readonly meta: Meta; readonly appointment: Listed }>();
  readonly #fields = new Set<string>();
  readonly #opened: Opened;
  readonly #shortfall = new Shortfall();
  #skipped = 0;
  #redacted = 0;

  constructor(opened: Opened) {
    this.#opened = opened;
  }

  /**
   * Takes a page. An id that comes on two pages counts once, in its newest version, because a record may change between two
   * pages.
   */
  take(page: Bundle): void {
    this.#shortfall.take(page);
    for (const { resource, search } of page.entry) {
      if (search?.mode === "outcome" || isOther(resource)) continue;
      const read = readEntry(resource);
      if (read instanceof Unreadable) {
        if (isRedacted(resource)) this.#redacted += 1;
        else this.#skip(read.members);
        continue;
      }
      const { value } = read;
      const appointment = chartAppointment(read, this.#opened.connection);
      if (appointment !== undefined) {
        const known = this.#newest.get(value.id);
        if (known === undefined || isNewer(value.meta, known.meta))
          this.#newest.set(value.id, { meta: value.meta, appointment });
      } else if (isVideo(value, this.#opened.connection)) {
        this.#skip(["start"]);
      }
    }
  }

  /** Those without a start come last. */
  byStart(): Listed[] {
    const found = [...this.#newest.values()].map(({ appointment }) => appointment);
    const startOf = ({ start }: Listed) => start?.getTime() ?? Infinity;
    return found.sort((a, b) => (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0));
  }

  hints(isIncomplete: boolean): ReadHint[] {
    const hints: ReadHint[] = [];
    const { codes, isCountedMore, isKeptBack } = this.#shortfall;
    const keptBack = this.#redacted + Number(isKeptBack);
    if (isIncomplete || isCountedMore || codes.length > 0)
      hints.push({ kind: "list-incomplete", ...(codes.length > 0 && { fields: codes }) });
    if (keptBack > 0) hints.push({ kind: "entries-kept-back", count: keptBack });
    if (this.#skipped > 0)
      hints.push({ kind: "entries-skipped", count: this.#skipped, fields: [...this.#fields] });
    return hints;
  }

  #skip(fields: readonly string[]): void {
    this.#skipped += 1;
    for (const field of fields) if (this.#fields.size < MOST_FIELDS) this.#fields.add(field);
  }
}

type Listed = ChartAppointment | UntimedAppointment;
type Meta = z.output<typeof appointmentSchema>["meta"];

const MOST_FIELDS = 12;

/**
 * Whether this is a resource of another kind, such as an OperationOutcome among the results. A resource without a kind may
 * be anything, and a Bundle may hold anything, so neither is called other.
 */
export function isOther(resource: unknown): boolean {
  if (typeof resource !== "object" || resource === null || !("resourceType" in resource)) return false;
  const { resourceType } = resource;
  return typeof resourceType === "string" && KIND.test(resourceType) && !MAYBE_APPOINTMENTS.has(resourceType);
}

/** FHIR's kinds begin with a capital: "appointment" is a misspelled one. */
const KIND = /^[A-Z]/;
const MAYBE_APPOINTMENTS = new Set(["Appointment", "Bundle"]);

function readEntry(resource: unknown) {
  try {
    return readMembers(appointmentSchema, resource);
  } catch (error) {
    if (error instanceof Unreadable) return error;
    throw error;
  }
}
