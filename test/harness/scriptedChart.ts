/**
 * A chart system whose appointments a test moves, cancels and damages. It is as strict about writes as Millennium, and
 * counts what it is asked.
 */
import type { AppointmentStatus } from "../../app/domain/appointmentStatus.ts";
import type {
  AppointmentPage,
  AppointmentSearch,
  BrokenOff,
  ChartLocation,
  LocationsLacking,
  Rooms,
  Recipient,
  SystemAppointment,
  SystemChart,
  SystemEhr,
  Trouble,
} from "../../app/ports/systemEhr.ts";

export interface Booked {
  readonly id: string;
  start: Date;
  minutes: number;
  status: AppointmentStatus;
  location: string;
  /** All its locations, in the order in which they are shown; without it, the one by which it is searched. */
  locations?: readonly string[];
  isVideo: boolean;
  patients: readonly string[];
  provider?: string;
  patient?: string;
  period?: { start: Date; end: Date };
  order: Rooms["order"];
  /** Whether a write puts each link into the other room, although the rooms look as documented. */
  swaps: boolean;
  isHidden: boolean | "by-id";
  /** Whether its patients have declined it. */
  isDeclined?: boolean;
  /** Whether it has no time that can be read. */
  isTimeless?: boolean;
  /** Its times are without a zone, as shown by a clock that is this many hours behind UTC. */
  hoursBehind?: number;
  version: number;
}

export interface ScriptedChart extends SystemEhr {
  readonly booked: Map<string, Booked>;
  book(booking: Pick<Booked, "id" | "start"> & Partial<Booked>): Booked;
  change(id: string, change: Partial<Booked>): void;
  /** How patients are reached, by their ids. A patient who is not listed has no number and no mail address. */
  readonly recipients: Map<string, Recipient>;
  /** Called before each request; a trouble that it returns is the answer. */
  trouble: (
    request: "search" | "page" | "read" | "ids" | "write" | "locations" | "patient",
    search?: AppointmentSearch,
  ) => Trouble | undefined;
  /** Ids of appointments that break any page of a search that has one of them. */
  readonly unshowable: Set<string>;
  /** What a read by its id answers for an appointment that searches show. */
  readonly unreadable: Map<string, Trouble>;
  /** Whether a search repeats its entries on a later page. */
  repeats: boolean;
  pageSize: number;
  /** For each location, those that lie below it. */
  below: ReadonlyMap<string, readonly string[]>;
  /** The locations that the chart lists. */
  locations: readonly ChartLocation[];
  lacking: LocationsLacking;
  /** Locations and patients that are not shown when they are read by their ids. */
  readonly hidden: Set<string>;
  isTooLarge: boolean;
  /** Patients' records that were combined: for the id that is valid now, the ids that it replaced. */
  readonly combined: Map<string, readonly string[]>;
  /** How many entries of each page cannot be read. */
  skipped: number;
  /** How often a search says that the chart keeps appointments back on purpose. */
  keptBack: number;
  /** How many ids a search by ids accepts; the rest are silently left out. */
  mostIds: number;
  /** Whether a search finds nothing, although each appointment can be read by its id. */
  isSearchEmpty: boolean;
  readonly counts: {
    searches: number;
    pages: number;
    reads: number;
    /** How many requests read several appointments by their ids. */
    readsTogether: number;
    writes: number;
    writesWithoutChange: number;
    most: number;
  };
  readonly foreignTouched: string[];
  /** Called before a write is done, and after. */
  onWrite: (when: "before" | "after") => void;
}

export function scriptedChart(isForeign: (link: string) => boolean = () => false): ScriptedChart {
  const booked = new Map<string, Booked>();
  const counts = {
    searches: 0,
    pages: 0,
    reads: 0,
    readsTogether: 0,
    writes: 0,
    writesWithoutChange: 0,
    most: 0,
  };
  let underWay = 0;
  const inTurn = async <T>(act: () => T): Promise<T> => {
    underWay += 1;
    counts.most = Math.max(counts.most, underWay);
    try {
      await Promise.resolve();
      return act();
    } finally {
      underWay -= 1;
    }
  };
  let sorted: readonly Booked[] | undefined;

  const scripted: ScriptedChart = {
    booked,
    counts,
    foreignTouched: [],
    recipients: new Map(),
    unshowable: new Set(),
    unreadable: new Map(),
    repeats: false,
    pageSize: 100,
    below: new Map(),
    locations: [],
    lacking: { unreadable: 0, keptBack: 0 },
    hidden: new Set(),
    isTooLarge: false,
    combined: new Map(),
    skipped: 0,
    keptBack: 0,
    mostIds: Infinity,
    isSearchEmpty: false,
    trouble: () => undefined,
    onWrite: () => undefined,
    book(booking) {
      const one: Booked = {
        minutes: 30,
        status: "booked",
        location: "loc-1",
        isVideo: true,
        patients: ["p-" + booking.id],
        order: "absent",
        swaps: false,
        isHidden: false,
        version: 1,
        ...booking,
      };
      booked.set(one.id, one);
      sorted = undefined;
      return one;
    },
    change(id, change) {
      const one = booked.get(id);
      if (one === undefined) throw new Error("nothing is booked as " + id);
      Object.assign(one, change, { version: one.version + 1 });
      sorted = undefined;
    },
    chart: () => chart,
  };

  const chart: SystemChart = {
    async *appointments(search: AppointmentSearch): AsyncIterable<AppointmentPage | BrokenOff> {
      counts.searches += 1;
      const first = scripted.trouble("search", search);
      if (first !== undefined) {
        yield { kind: "broken-off", by: first };
        return;
      }
      sorted ??= [...booked.values()].sort((one, other) => one.start.getTime() - other.start.getTime());
      const [from, before] = [search.from.getTime(), search.before.getTime()];
      const hits = sorted.filter(
        (one) =>
          one.isHidden !== true &&
          !scripted.isSearchEmpty &&
          search.locations.includes(one.location) &&
          ((one.start.getTime() >= from && one.start.getTime() < before) ||
            (endOf(one).getTime() >= from && endOf(one).getTime() < before)),
      );
      for (let at = 0; at < hits.length; at += scripted.pageSize) {
        counts.pages += 1;
        const page = hits.slice(at, at + scripted.pageSize);
        const ill = page.some(({ id }) => scripted.unshowable.has(id)) ? UNSHOWABLE : undefined;
        const broken = (at > 0 ? scripted.trouble("page", search) : undefined) ?? ill;
        if (broken !== undefined) {
          yield { kind: "broken-off", by: broken };
          return;
        }
        const again = scripted.repeats && at > 0 ? hits.slice(at - 1, at) : [];
        const appointments = await inTurn(() => [...again, ...page].map(shown));
        yield { kind: "page", appointments, repeated: again.length, hints: skippedAs(scripted) };
      }
    },
    appointment: (id) =>
      inTurn(() => {
        counts.reads += 1;
        const trouble = scripted.trouble("read") ?? scripted.unreadable.get(id);
        if (trouble !== undefined) return trouble;
        const one = booked.get(id);
        return one?.isHidden !== false ? { kind: "not-shown" } : { kind: "read", appointment: shown(one) };
      }),
    appointmentsById: (ids) =>
      inTurn(() => {
        counts.readsTogether += 1;
        const trouble = scripted.trouble("ids") ?? scripted.trouble("read");
        if (trouble !== undefined) return trouble;
        if (ids.some((id) => scripted.unshowable.has(id))) return UNSHOWABLE;
        const unreadable = ids.map((id) => scripted.unreadable.get(id)).find((one) => one !== undefined);
        if (unreadable !== undefined) return unreadable;
        const appointments = ids.slice(0, scripted.mostIds).flatMap((id) => {
          const one = booked.get(id);
          return one?.isHidden !== false ? [] : [shown(one)];
        });
        return {
          kind: "read-by-id",
          appointments: appointments.slice(scripted.skipped),
          isWhole: scripted.skipped === 0,
        };
      }),
    locations: () =>
      Promise.resolve({ kind: "all", locations: scripted.locations, lacking: scripted.lacking }),
    locationsBelow: (roots) =>
      inTurn(() => {
        const trouble = scripted.trouble("locations");
        if (trouble !== undefined) return trouble;
        if (scripted.isTooLarge) return { kind: "too-many" };
        const locations = roots.flatMap((root) =>
          (scripted.below.get(root) ?? []).map((id) => ({ id, root })),
        );
        return { kind: "found", locations, all: scripted.locations, lacking: scripted.lacking };
      }),
    letIn: () => Promise.resolve({ kind: "let-in" }),
    location: (id) => Promise.resolve(scripted.hidden.has(id) ? { kind: "not-shown" } : { kind: "shown" }),
    patientIds: (id) =>
      inTurn(
        () => scripted.trouble("patient") ?? { kind: "ids", ids: [id, ...(scripted.combined.get(id) ?? [])] },
      ),
    recipient: (patient) =>
      inTurn(() => {
        const recipient = scripted.recipients.get(patient) ?? {};
        if (scripted.hidden.has(patient)) return { kind: "not-shown" };
        return scripted.trouble("patient") ?? { kind: "read", recipient };
      }),
    writeLinks: (read, links) =>
      inTurn(() => {
        const trouble = scripted.trouble("write");
        if (trouble !== undefined) return trouble;
        const one = booked.get(read.id);
        if (one?.isHidden !== false) return { kind: "refused", why: "not-shown" };
        if (String(one.version) !== read.version) return { kind: "refused", why: "changed-meanwhile" };
        const had = [one.provider, one.patient];
        if ((had[0] === undefined) !== (had[1] === undefined)) return { kind: "refused", why: "not-sent" };
        if (!one.isVideo) return { kind: "refused", why: "rule" };
        scripted.onWrite("before");
        counts.writes += 1;
        if (had.some((link) => link !== undefined && isForeign(link))) scripted.foreignTouched.push(one.id);
        const isSamePeriod =
          one.period?.start.getTime() === links.start.getTime() &&
          one.period.end.getTime() === links.end.getTime();
        if (isSamePeriod && one.provider === links.provider && one.patient === links.patient)
          counts.writesWithoutChange += 1;
        scripted.change(read.id, {
          provider: one.swaps ? links.patient : links.provider,
          patient: one.swaps ? links.provider : links.patient,
          period: { start: links.start, end: links.end },
          order: "documented",
        });
        scripted.onWrite("after");
        return { kind: "written" };
      }),
    writeStatus: (read, status) =>
      inTurn(() => {
        const one = booked.get(read.id);
        if (one === undefined) return { kind: "refused", why: "not-shown" };
        if (String(one.version) !== read.version) return { kind: "refused", why: "changed-meanwhile" };
        scripted.change(read.id, { status });
        return { kind: "written" };
      }),
  };
  return scripted;
}

const UNSHOWABLE: Trouble = { kind: "not-fhir", reason: "it cannot show a record" };

const skippedAs = ({
  skipped,
  keptBack,
}: Pick<ScriptedChart, "skipped" | "keptBack">): AppointmentPage["hints"] => [
  ...(keptBack === 0 ? [] : [{ kind: "entries-kept-back", count: keptBack } as const]),
  ...(skipped === 0 ? [] : [{ kind: "entries-skipped", count: skipped, fields: ["id"] } as const]),
];

export const endOf = ({ start, minutes }: Pick<Booked, "start" | "minutes">) =>
  new Date(start.getTime() + minutes * 60_000);

function shownBy(
  hoursBehind: number | undefined,
  { start, end }: { readonly start: Date; readonly end: Date },
) {
  if (hoursBehind === undefined) return { start, end, clock: "instant" as const };
  const shown = (at: Date) => new Date(at.getTime() - hoursBehind * 3_600_000);
  return { start: shown(start), end: shown(end), clock: "wall" as const };
}

function shown(one: Booked): SystemAppointment {
  const { id, status, location, isVideo, patients, provider, patient, period, order, version, start } = one;
  return {
    id,
    version: String(version),
    status,
    ...(one.isTimeless !== true && { times: shownBy(one.hoursBehind, { start, end: endOf(one) }) }),
    locations: one.locations ?? [location],
    isVideo,
    patients,
    ...(one.isDeclined === true && { isDeclined: true as const }),
    rooms: {
      ...(provider !== undefined && { provider }),
      ...(patient !== undefined && { patient }),
      order,
      ...(period !== undefined && { period }),
    },
    hints: [],
  };
}
