/**
 * Searches for appointments over all pages of the result. Entries that can be read are used; those that cannot are counted,
 * and their members named.
 */
import type * as z from "zod";
import { cutAt, isShort, middleOf, type Range } from "../../domain/halfHours.ts";
import {
  endsReading,
  EhrFault,
  type AppointmentList,
  type ChartAppointment,
  type ReadHint,
  type UntimedAppointment,
} from "../../ports/ehr.ts";
import { TooLarge } from "../wire/body.ts";
import { readMembers, Unreadable } from "../wire/members.ts";
import { appointmentSchema, chartAppointment, isNewer, isVideo } from "./appointments.ts";
import { readResource, StatusAnswered, type Opened } from "./reading.ts";
import { withinBase } from "./references.ts";
import { bundleSchema, type Bundle } from "./resources.ts";
import { Unreachable } from "./send.ts";
import { isRedacted, Shortfall } from "./shortfall.ts";

const MOST_PAGES = 10;
/** How many searches are made for one range whose parts fail. One record costs about twenty, which is what a person waits for. */
const MOST_SEARCHES = 32;
const AT_ONCE = 4;
/**
 * After so many searches without any page, which are the range, its halves and their halves, it is no single record that
 * fails: the chart as a whole does not answer.
 */
const MOST_UNANSWERED = 7;

/**
 * Where a part of the range fails each time, because one record cannot be shown or the answer is too large, it is halved
 * until it hides only little. What lies next to the middle of the range comes first.
 * @param addressOf the search's address for a part of the range
 * @throws EhrFault when nothing of the range can be read
 */
export async function searchAppointments(
  opened: Opened,
  range: Range,
  addressOf: (part: Range) => string,
): Promise<AppointmentList> {
  const gathered = new Gathered(opened);
  const middle = (range.from.getTime() + range.before.getTime()) / 2;
  const awayFromMiddle = ({ from, before }: Range) =>
    Math.max(0, from.getTime() - middle, middle - before.getTime());
  let toRead: Range[] = [range];
  const unshown: Range[] = [];
  const away: Range[] = [];
  let searches = 0;
  let first: EhrFault | undefined;
  while (toRead.length > 0 && searches < MOST_SEARCHES) {
    const now = toRead.splice(0, Math.min(AT_ONCE, MOST_SEARCHES - searches));
    searches += now.length;
    const failed = await Promise.all(now.map((part) => searchIn(gathered, opened, addressOf(part))));
    for (const [index, part] of now.entries()) {
      const error = failed[index];
      if (error === undefined) continue;
      first ??= error;
      if (!isOfItsPart(error)) away.push(part);
      else if (isShort(part)) unshown.push(part);
      else toRead.push(...cutAt(part, [middleOf(part)]));
    }
    if (first !== undefined && !gathered.isAnswered && (searches >= MOST_UNANSWERED || toRead.length === 0))
      throw asAWhole(first);
    toRead = toRead.toSorted((one, other) => awayFromMiddle(one) - awayFromMiddle(other));
  }
  const unread = [...away, ...toRead];
  if (unread.length > 0) gathered.isIncomplete = true;
  const lacking = together([...unshown, ...unread]);
  return {
    found: gathered.byStart(),
    hints: gathered.hints(together(unshown).length),
    ...(lacking.length > 0 && { unshown: lacking }),
  };
}

/** Whether a search failed because of what lies in its range, so that its parts are worth asking for. */
function isSurelyOfItsPart({ problem, cause }: EhrFault): boolean {
  if (problem.kind !== "chart-not-fhir") return false;
  return problem.instead === "record" || (cause instanceof Unreachable && cause.cause instanceof TooLarge);
}

/** A 500 may be that in whatever words it comes; a server that is down, restarted or busy says so in others. */
const isOfItsPart = (error: EhrFault): boolean =>
  isSurelyOfItsPart(error) || (error.cause instanceof StatusAnswered && error.cause.status === 500);

/** Where nothing of a range can be read, it is not one record that cannot be shown. */
const asAWhole = (error: EhrFault): EhrFault =>
  error.problem.kind === "chart-not-fhir" && error.problem.instead === "record"
    ? new EhrFault({ kind: "chart-unavailable", answered: "error" }, error.message, { cause: error })
    : error;

/** The parts that follow on each other as one: an appointment lies in the half hour of its start and in that of its end. */
function together(parts: readonly Range[]): readonly Range[] {
  const all: Range[] = [];
  for (const part of parts.toSorted((one, other) => one.from.getTime() - other.from.getTime())) {
    const last = all.at(-1);
    if (last?.before.getTime() === part.from.getTime())
      all[all.length - 1] = { ...last, before: part.before };
    else all.push(part);
  }
  return all;
}

/**
 * All pages of one search.
 * @returns why its first page cannot be read, or why a later one cannot that may be read in parts. A later page that fails in
 * another way leaves the list incomplete, because the earlier pages are still good.
 */
async function searchIn(gathered: Gathered, opened: Opened, first: string): Promise<EhrFault | undefined> {
  const shortfall = new Shortfall();
  const asked = new Set<string>();
  let next: string | undefined = first;
  while (next !== undefined) {
    if (asked.has(next) || asked.size === MOST_PAGES) {
      gathered.isIncomplete = true;
      break;
    }
    const page: Bundle | EhrFault = await pageAt(opened, next);
    if (page instanceof EhrFault) {
      if (asked.size === 0 || isSurelyOfItsPart(page)) return page;
      gathered.isIncomplete = true;
      break;
    }
    asked.add(next);
    shortfall.take(page);
    gathered.take(page);
    const link: Bundle["link"][number] | undefined = page.link.find(({ relation }) => relation === "next");
    const following: string | undefined =
      link && withinBase(opened.connection.fhirBaseUrl, link.url ?? "#", next);
    if (link !== undefined && following === undefined) gathered.isIncomplete = true;
    next = following;
  }
  gathered.lacks(shortfall);
  return undefined;
}

/** One page, or why it cannot be read. @throws EhrFault where nothing more of the chart can be read */
async function pageAt(opened: Opened, url: string): Promise<Bundle | EhrFault> {
  try {
    const read = await readResource(opened, url, bundleSchema);
    return (
      read?.value ??
      new EhrFault({ kind: "chart-refused" }, "the chart system knows no search for appointments")
    );
  } catch (error) {
    if (!(error instanceof EhrFault) || endsReading(error)) throw error;
    return error;
  }
}

class Gathered {
  readonly #newest = new Map<string, { readonly meta: Meta; readonly appointment: Listed }>();
  readonly #fields = new Set<string>();
  readonly #opened: Opened;
  readonly #codes = new Set<string>();
  /** Whether further pages, or parts of the range, could not be read. */
  isIncomplete = false;
  /** Whether any page came. */
  isAnswered = false;
  #keptBack = 0;
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
    this.isAnswered = true;
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

  /** Takes what one search's pages say that they lack. */
  lacks({ codes, isCountedMore, isKeptBack }: Shortfall): void {
    for (const code of codes) this.#codes.add(code);
    if (isCountedMore) this.isIncomplete = true;
    if (isKeptBack) this.#keptBack = 1;
  }

  /** Those without a start come last. */
  byStart(): Listed[] {
    const found = [...this.#newest.values()].map(({ appointment }) => appointment);
    const startOf = ({ start }: Listed) => start?.getTime() ?? Infinity;
    return found.sort((a, b) => (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0));
  }

  /** @param unshown how many parts of the range could not be shown */
  hints(unshown: number): ReadHint[] {
    const hints: ReadHint[] = [];
    const codes = [...this.#codes];
    const keptBack = this.#redacted + this.#keptBack;
    const skipped = this.#skipped + unshown;
    if (this.isIncomplete || codes.length > 0)
      hints.push({ kind: "list-incomplete", ...(codes.length > 0 && { fields: codes }) });
    if (keptBack > 0) hints.push({ kind: "entries-kept-back", count: keptBack });
    if (skipped > 0) hints.push({ kind: "entries-skipped", count: skipped, fields: [...this.#fields] });
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
