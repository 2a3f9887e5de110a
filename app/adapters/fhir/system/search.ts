/**
 * Searches the appointments of locations in a time range: page by page, with the newest copy of each, and a report of what
 * could not be read.
 */
import type { ReadHint } from "../../../ports/ehr.ts";
import {
  MOST_LOCATIONS,
  type AppointmentPage,
  type AppointmentSearch,
  type AppointmentsRead,
  type BrokenOff,
  MOST_IDS,
  type SystemAppointment,
  type Trouble,
} from "../../../ports/systemEhr.ts";
import { Unreadable } from "../../wire/members.ts";
import { isNewer } from "../appointments.ts";
import { bareId } from "../references.ts";
import type { Bundle } from "../resources.ts";
import { isOther } from "../search.ts";
import { isRedacted, Shortfall } from "../shortfall.ts";
import { isUsable, readAppointment, type ReadAppointment } from "./appointment.ts";
import type { Asking } from "./ask.ts";
import { pages, type Stop } from "./pages.ts";

/** The page size asked for. Millennium's own limits differ by resource, and it may apply them without saying so. */
const PAGE_SIZE = 100;
const MOST_PAGES = 500;
/** After this many pages in a row with nothing new on them, the server is taken to go round in a circle. */
const MOST_REPEATING = 3;

export async function* searchAppointments(
  asking: Asking,
  { locations, from, before, mostOnPage = PAGE_SIZE }: AppointmentSearch,
): AsyncGenerator<AppointmentPage | BrokenOff> {
  if (locations.length === 0 || locations.length > MOST_LOCATIONS)
    throw new Error("a search takes 1 to " + String(MOST_LOCATIONS) + " locations");
  const ids = locations.flatMap((id) => bareId(id, "Location", asking.connection.fhirBaseUrl) ?? []);
  if (ids.length < locations.length) throw new Error("a location's id is none");
  // The search allows one kind of participant, given once, and a range of two dates with time and zone:
  // https://docs.oracle.com/en/industries/health/millennium-platform-apis/mfrap/api-appointment.html
  const query = new URLSearchParams({ location: ids.join(",") });
  query.append("date", "ge" + from.toISOString());
  query.append("date", "lt" + before.toISOString());
  query.append("_count", String(mostOnPage));
  const gathering = new Gathering(asking);
  const bundles = pages(asking, "Appointment", query, MOST_PAGES);
  let repeating = 0;
  for (;;) {
    const { done, value } = await bundles.next();
    if (done === true) {
      if (value?.kind === "incomplete") yield { kind: "broken-off", by: { kind: "incomplete" } };
      else if (value !== undefined) yield { kind: "broken-off", by: value };
      return;
    }
    const before = gathering.size;
    const page = gathering.take(value);
    yield page;
    repeating = page.repeated > 0 && gathering.size === before ? repeating + 1 : 0;
    if (repeating === MOST_REPEATING) {
      yield { kind: "broken-off", by: { kind: "no-way-on" } };
      return;
    }
  }
}

/** A server may put even these on several pages. */
const MOST_PAGES_OF_IDS = 10;

/** Millennium takes several ids in `_id`, which stands alone: {@link searchAppointments} names the page. */
export async function appointmentsById(
  asking: Asking,
  ids: readonly string[],
): Promise<AppointmentsRead | Trouble> {
  if (ids.length === 0 || ids.length > MOST_IDS)
    throw new Error("1 to " + String(MOST_IDS) + " ids are read at once");
  const own = ids.flatMap((id) => bareId(id, "Appointment", asking.connection.fhirBaseUrl) ?? []);
  const found = new Map<string, SystemAppointment>();
  const said = (isWhole: boolean): AppointmentsRead => ({
    kind: "read-by-id",
    appointments: [...found.values()],
    isWhole,
  });
  // What is no id is shown by no server.
  if (own.length === 0) return said(true);
  const gathering = new Gathering(asking);
  const bundles = pages(
    asking,
    "Appointment",
    new URLSearchParams({ _id: own.join(",") }),
    MOST_PAGES_OF_IDS,
  );
  let isWhole = true;
  for (;;) {
    const { done, value } = await bundles.next();
    if (done === true) {
      if (value === undefined) return said(isWhole);
      return isShort(value) ? said(false) : value;
    }
    const { appointments, hints } = gathering.take(value);
    // An outcome among the results may say why one is missing.
    if (hints.length > 0 || value.entry.some(isOutcomeEntry)) isWhole = false;
    for (const each of appointments) if (own.includes(each.id)) found.set(each.id, each);
  }
}

/** Whether the chart system answered, and not with all. */
const isShort = (stop: Stop): stop is Exclude<Stop, Trouble> =>
  stop.kind === "no-way-on" || stop.kind === "too-many-pages" || stop.kind === "incomplete";

const isOutcomeEntry = ({ resource, search }: Bundle["entry"][number]): boolean =>
  search?.mode === "outcome" || isOther(resource);

const MOST_FIELDS = 12;

/** What has been seen of the search so far: only which copy of each appointment, without the appointments themselves. */
class Gathering {
  readonly #asking: Asking;
  readonly #seen = new Map<string, ReadAppointment["meta"]>();
  readonly #shortfall = new Shortfall();

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  /** How many appointments have come. */
  get size(): number {
    return this.#seen.size;
  }

  /**
   * Takes a page. The same id on two pages is one appointment that changed in between; the newer copy counts, in whatever
   * order the copies come.
   */
  take(bundle: Bundle): AppointmentPage {
    const { entry } = bundle;
    const found = new Map<string, SystemAppointment>();
    const skipped = new Set<string>();
    let repeated = 0;
    let unread = 0;
    let keptBack = this.#newlyKeptBack(bundle);
    for (const one of entry) {
      const { resource } = one;
      if (isOutcomeEntry(one)) continue;
      const read = this.#read(resource);
      if (read instanceof Unreadable) {
        if (isRedacted(resource)) {
          keptBack += 1;
          continue;
        }
        unread += 1;
        for (const field of read.members) if (skipped.size < MOST_FIELDS) skipped.add(field);
        continue;
      }
      const { appointment, meta } = read;
      if (this.#seen.has(appointment.id)) {
        repeated += 1;
        if (!isNewer(meta, this.#seen.get(appointment.id))) continue;
      }
      this.#seen.set(appointment.id, meta);
      found.set(appointment.id, appointment);
      // It may be a video visit, and is not found as one.
      const unsure = appointment.hints.find(({ kind }) => kind === "type-unreadable");
      if (unsure?.kind !== "type-unreadable") continue;
      unread += 1;
      for (const field of unsure.fields) if (skipped.size < MOST_FIELDS) skipped.add(field);
    }
    const hints: ReadHint[] = [];
    if (keptBack > 0) hints.push({ kind: "entries-kept-back", count: keptBack });
    if (unread > 0) hints.push({ kind: "entries-skipped", count: unread, fields: [...skipped] });
    return { kind: "page", appointments: [...found.values()], repeated, hints };
  }

  /** 1 where the search says for the first time that something is kept back on purpose. */
  #newlyKeptBack(bundle: Bundle): 0 | 1 {
    const before = this.#shortfall.isKeptBack;
    this.#shortfall.take(bundle);
    return this.#shortfall.isKeptBack && !before ? 1 : 0;
  }

  #read(resource: unknown): ReadAppointment | Unreadable {
    const { connection } = this.#asking;
    try {
      const read = readAppointment(resource, connection);
      return isUsable(read, connection) ? read : new Unreadable("an id that is none", ["id"]);
    } catch (error) {
      if (error instanceof Unreadable) return error;
      throw error;
    }
  }
}
