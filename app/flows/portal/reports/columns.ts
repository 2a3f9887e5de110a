/** The columns of the connector report, defined once for the page, the file and programs. */
import { momentFormat } from "../../../domain/formatters.ts";
import { METRICS, type Metric } from "../../../domain/metrics.ts";
import type { Usage } from "../../../domain/usage.ts";
import type { PortalPicks } from "../parts.ts";
import type { Person, ReportRow } from "./rows.ts";

export interface Column {
  /** The name that programs and addresses use. */
  readonly id: string;
  readonly name: string;
  readonly of: (row: ReportRow) => string | number | undefined;
  /** A fixed code for programs, where `of` gives words for people, which may change. */
  readonly code?: (row: ReportRow) => string;
  /** The text on the page, where it differs from `of`. */
  readonly shown?: (row: ReportRow) => string | undefined;
  /**
   * Whether the page shows the column by default (`usual`) or when it is chosen (`asked`); `file`: it is in files only,
   * whose export is recorded in the audit trail.
   */
  readonly page: "usual" | "asked" | "file";
  /**
   * Present where the report can be sorted by the column. The highest numbers, the latest times and the first words come
   * first, unless the other direction is asked for.
   */
  readonly sorts?: "numbers" | "times" | "words";
  /** Present where the value is of the primary, whom the directory names when the report is shown. */
  readonly ofStaff?: (person: Person) => string | undefined;
  /**
   * Present where the value is a name that may be another one on the next page; the id of whom or what it names, if anybody
   * or anything.
   */
  readonly named?: (usage: Usage) => string | undefined;
  /** Present where the value depends on the month's other visits. */
  readonly ofMonth?: true;
  /** Present for a column that exists only where the deployment reads how good calls were. */
  readonly ofCalls?: true;
}

const utc = (at: Date | undefined) => at?.toISOString().replace(/\.\d+Z$/, "Z");
const local = (at: Date | undefined, { timeZone }: ReportRow) =>
  at && momentFormat("en-US", timeZone, "moment in a text").format(at);
/** As in 2026-08-04 14:30 CDT: with the year, and in an order that sorts. */
function localInFile(at: Date | undefined, { timeZone }: ReportRow): string | undefined {
  if (at === undefined) return undefined;
  const parts = momentFormat("en-US", timeZone, "moment in a file").formatToParts(at);
  const part = (wanted: string) => parts.find(({ type }) => type === wanted)?.value ?? "";
  const day = [part("year"), part("month"), part("day")].join("-");
  return [day, [part("hour"), part("minute")].join(":"), part("timeZoneName")].join(" ");
}
const inUtc = (at: Date | undefined) => at?.toISOString().slice(0, 16).replace("T", " ");

/** A length of time in words: 75 seconds is "1 min 15 s". */
export function spanWords(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  const parts = [
    ...(minutes > 0 ? [`${String(minutes)} min`] : []),
    ...(rest > 0 ? [`${String(rest)} s`] : []),
  ];
  return parts.length === 0 ? "0 s" : parts.join(" ");
}

const ofCalls = (id: string, metric: Metric<number | undefined>): Column => ({
  id,
  name: metric.name,
  of: ({ usage }) => metric.of(usage),
  page: "asked",
  sorts: "numbers",
  ofCalls: true,
});

const ofStaff = (id: string, name: string, of: (person: Person) => string | undefined): Column => ({
  id,
  name,
  of: ({ primary }) => primary && of(primary),
  ofStaff: of,
  named: (usage) => METRICS.primary.of(usage),
  page: "usual",
  sorts: "words",
});

const COLUMNS: readonly Column[] = [
  {
    id: "scheduled",
    name: "Scheduled (UTC)",
    of: ({ usage }) => utc(usage.start),
    shown: ({ usage }) => inUtc(usage.start),
    page: "usual",
  },
  {
    id: "status",
    name: "Status",
    of: ({ usage }) => METRICS.status.of(usage),
    code: ({ usage }) => usage.outcome,
    page: "usual",
    sorts: "words",
  },
  {
    id: "start",
    name: "Start (UTC)",
    of: ({ usage }) => utc(METRICS.start.of(usage)),
    shown: ({ usage }) => inUtc(METRICS.start.of(usage)),
    page: "usual",
    sorts: "times",
  },
  {
    id: "startLocal",
    name: "Start (department’s time)",
    of: (row) => localInFile(METRICS.start.of(row.usage), row),
    shown: (row) => local(METRICS.start.of(row.usage), row),
    page: "usual",
  },
  {
    id: "opened",
    name: METRICS.opened.name + " (UTC)",
    of: ({ usage }) => utc(METRICS.opened.of(usage)),
    shown: ({ usage }) => inUtc(METRICS.opened.of(usage)),
    page: "asked",
    sorts: "times",
  },
  {
    id: "durationSeconds",
    name: "Duration (s)",
    of: ({ usage }) => METRICS.duration.of(usage),
    shown: ({ usage }) => spanWords(METRICS.duration.of(usage)),
    page: "usual",
    sorts: "numbers",
  },
  ofStaff("primary", METRICS.primary.name, ({ name }) => name),
  ofStaff("primaryEmail", "Primary’s email", ({ email }) => email),
  {
    id: "department",
    name: "Department",
    of: ({ department }) => department,
    named: ({ departmentId }) => departmentId,
    page: "usual",
    sorts: "words",
  },
  {
    id: "attendees",
    name: "Attendees",
    of: ({ usage }) => METRICS.attendees.of(usage),
    page: "usual",
    sorts: "numbers",
  },
  {
    id: "atOnce",
    name: "At most at once",
    of: ({ usage }) => METRICS.atOnce.of(usage),
    page: "asked",
    sorts: "numbers",
  },
  {
    id: "withinLimit",
    name: "Within limit",
    of: ({ usage, isBeyondLimit }) => METRICS.withinLimit.of(usage, isBeyondLimit),
    page: "usual",
    sorts: "words",
    ofMonth: true,
  },
  {
    id: "lobbySeconds",
    name: "Lobby wait (s)",
    of: ({ usage }) => METRICS.lobbyWait.of(usage),
    shown: ({ usage }) => spanWords(METRICS.lobbyWait.of(usage)),
    page: "usual",
    sorts: "numbers",
  },
  {
    id: "usageStatus",
    name: METRICS.usageStatus.name,
    of: ({ usage }) => METRICS.usageStatus.of(usage),
    page: "asked",
    sorts: "words",
  },
  {
    id: "joining",
    name: "Way of joining",
    of: ({ usage }) => METRICS.wayOfJoining.of(usage),
    page: "asked",
    sorts: "words",
  },
  { id: "texts", name: "Texts", of: ({ usage }) => METRICS.texts.of(usage), page: "usual", sorts: "numbers" },
  {
    id: "mails",
    name: "E-mails",
    of: ({ usage }) => METRICS.mails.of(usage),
    page: "asked",
    sorts: "numbers",
  },
  {
    id: "reached",
    name: "Reached",
    of: ({ usage }) => METRICS.reached.of(usage),
    page: "asked",
    sorts: "words",
  },
  ofCalls("lossPercent", METRICS.loss),
  ofCalls("jitterMs", METRICS.jitter),
  ofCalls("roundTripMs", METRICS.roundTrip),
  ofCalls("streams", METRICS.streams),
  ofCalls("poorStreams", METRICS.poorStreams),
  { id: "appointment", name: "Appointment ID", of: ({ appointment }) => appointment, page: "file" },
];

/** The columns that the deployment has, in their order. */
export const columnsOf = ({ callRecords }: Pick<PortalPicks, "callRecords">): readonly Column[] =>
  COLUMNS.filter(({ ofCalls }) => ofCalls !== true || callRecords !== undefined);

/** The columns of these that the page shows: the chosen ones, or the usual ones if none is chosen. */
export function columnsShown(columns: readonly Column[], chosen: readonly string[]): readonly Column[] {
  const own = columns.filter(({ id, page }) => page !== "file" && chosen.includes(id));
  return own.length > 0 ? own : columns.filter(({ page }) => page === "usual");
}
