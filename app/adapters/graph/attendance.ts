/**
 * Attendance reports from Microsoft Graph, read with application permissions.
 * https://learn.microsoft.com/graph/api/meetingattendancereport-list
 */
import * as z from "zod";
import { objectId } from "../../domain/guid.ts";
import type { Look } from "../../domain/presence.ts";
import { AttendanceFault, type Attendance, type AttendanceReport } from "../../ports/attendance.ts";
import { amount, listOf, readMembers, text, Unreadable } from "../wire/members.ts";
import { nextLink, nextPath, pagesOf, type ListGoesOn, type Page } from "../wire/pages.ts";
import { earliest, interval, latest, moment, momentsIn, staysIn } from "./attendanceIntervals.ts";
import {
  callGraph,
  deadlineIn,
  GraphRefusal,
  GraphUnavailable,
  type Deadline,
  type GraphAccess,
} from "./call.ts";

export interface AttendanceAccess extends GraphAccess {
  /** The hospital's tenant: accounts of it are staff. */
  readonly tenantId: string;
}

const DEADLINE_MS = 20_000;
/**
 * People leave a visit's meeting and enter it again a few times. Far more reports than that are not the doing of a visit.
 */
const MOST_REPORTS = 50;
const MOST_PAGES = 10;
const VERSION = "/v1.0";

export function graphAttendance(access: AttendanceAccess): Attendance {
  return {
    async reportsOf({ organizer, id }) {
      const deadline = deadlineIn(DEADLINE_MS, access.now());
      const meeting = `/users/${encodeURIComponent(organizer)}/onlineMeetings/${encodeURIComponent(id)}`;
      const path = meeting + "/attendanceReports";
      const ids = await idsOf(access, path, deadline);
      const notAsked = ids.slice(0, -MOST_REPORTS);
      const reports: AttendanceReport[] = [];
      let stopped: AttendanceFault | undefined;
      for (const one of ids.slice(-MOST_REPORTS)) {
        const report: AttendanceReport =
          stopped === undefined
            ? await reportOf(access, path, one, deadline)
            : { id: one, people: [], fault: stopped };
        reports.push(report);
        // The others are asked for when the visit is counted again.
        if (report.fault !== undefined && isBusy(report.fault)) stopped = report.fault;
      }
      const [first] = reports;
      if (first?.fault !== undefined && reports.every(({ fault }) => fault !== undefined)) throw first.fault;
      return [...notAsked.map((one) => ({ id: one, people: [], fault: TOO_MANY })), ...reports];
    },
  };
}

const TOO_MANY = new AttendanceFault(
  "refused",
  `The meeting has more than ${String(MOST_REPORTS)} reports of attendance; the last of them are read.`,
);

const isBusy = ({ cause }: AttendanceFault) => cause instanceof GraphUnavailable && cause.isBusy;

async function reportOf(
  access: AttendanceAccess,
  list: string,
  id: string,
  deadline: Deadline,
): Promise<AttendanceReport> {
  const path = list + "/" + encodeURIComponent(id) + "?$expand=attendanceRecords";
  try {
    const first = read(reportSchema, await ask(access, path, deadline));
    const records = [...first.attendanceRecords];
    const more = nextPath(access.graph + VERSION, { "@odata.nextLink": first[MORE_RECORDS] }, notWhole);
    for await (const { value } of listed(access, recordPage, more, deadline)) records.push(...value);
    return reportIn(
      first,
      records.flatMap((one) => one ?? []),
      access.tenantId,
    );
  } catch (fault) {
    if (!(fault instanceof AttendanceFault)) throw fault;
    return { id, people: [], fault };
  }
}

const listSchema = z.object({
  value: listOf(z.object({ id: text })),
  ...nextLink,
});

async function idsOf(access: GraphAccess, list: string, deadline: Deadline): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { value } of listed(access, listSchema, list, deadline))
    ids.push(...value.map(({ id }) => id));
  return ids;
}

/** With less than all pages, people who came would be counted as people who did not. */
const listed = <S extends z.ZodType<Page>>(
  access: GraphAccess,
  schema: S,
  first: string | undefined,
  deadline: Deadline,
): AsyncGenerator<z.output<S>> =>
  pagesOf<z.output<S>>({
    base: access.graph + VERSION,
    path: first,
    most: MOST_PAGES,
    read: async (path) => read(schema, await ask(access, path, deadline)),
    unless: notWhole,
  });

const notWhole = (cause: ListGoesOn) => new AttendanceFault("refused", cause.message, { cause });

const record = z.object({
  id: text.optional(),
  identity: z
    .object({ "@odata.type": text.optional(), id: text.optional(), tenantId: text.optional() })
    .optional(),
  role: text.optional(),
  totalAttendanceInSeconds: amount.optional(),
  attendanceIntervals: listOf(interval.optional()).optional(),
});
/** Graph has the rest of a long list within an answer at an address of its own, too. */
const MORE_RECORDS = "attendanceRecords@odata.nextLink";
const reportSchema = z.object({
  id: text,
  meetingStartDateTime: moment.optional(),
  meetingEndDateTime: moment.optional(),
  attendanceRecords: listOf(record.optional()),
  [MORE_RECORDS]: text.optional(),
});
const recordPage = z.object({ value: listOf(record.optional()), ...nextLink });

function reportIn(
  { id, meetingStartDateTime, meetingEndDateTime }: z.output<typeof reportSchema>,
  records: readonly z.output<typeof record>[],
  tenantId: string,
): AttendanceReport {
  const told = records.flatMap(({ attendanceIntervals: intervals = [] }) => intervals.flatMap(momentsIn));
  const from = meetingStartDateTime ?? earliest(told);
  const to = meetingEndDateTime ?? latest(told);
  const meeting = from !== undefined && to !== undefined && from <= to ? { from, to } : undefined;
  return {
    id,
    people: records.map((one, index) => ({
      id: one.id ?? `without an id, ${String(index)}`,
      ...looksOf(one, tenantId),
      stays: staysIn(one.attendanceIntervals ?? [], one.totalAttendanceInSeconds, meeting),
    })),
  };
}

/**
 * Microsoft's page has two types of identity, both of somebody who is signed in; of whoever is not, and of telephones, it
 * says nothing, and the identity may be absent. In its example an account of the organization itself has no tenant. Then the
 * role tells: in a visit's meeting accounts of the hospital's directory are presenters, and nobody else is (the rules of
 * meetings, `allowedPresenters`). https://learn.microsoft.com/graph/api/resources/attendancerecord
 */
function looksOf(
  { identity, role }: z.output<typeof record>,
  tenantId: string,
): { look: Look; account?: string } {
  const { id, tenantId: tenant, "@odata.type": type = "" } = identity ?? {};
  if (type.endsWith("PhoneIdentity")) return { look: "phone" };
  // Whoever presents may make anybody else a presenter while the meeting goes on.
  if (OUTSIDE_TYPE.test(type) || OUTSIDE_ID.test(id ?? "")) return { look: "outside" };
  if (tenant !== undefined && tenant.toLowerCase() !== tenantId.toLowerCase()) return { look: "outside" };
  if (tenant !== undefined || PRESENTS.test(role ?? "")) {
    const account = objectId.safeParse(id).data;
    return { look: "staff", ...(account !== undefined && { account }) };
  }
  return { look: /^attendee$/i.test(role ?? "") ? "attendee" : "unnamed" };
}

const PRESENTS = /^(presenter|organizer)$/i;
const OUTSIDE_TYPE = /(guest|azureCommunicationServicesUser)identity$/i;
/** How Teams writes ids of people without an account, and of those of Communication Services. */
const OUTSIDE_ID = /^(8:)?(teamsvisitor|acs):/i;

function read<S extends z.ZodType>(schema: S, json: unknown): z.output<S> {
  try {
    return readMembers(schema, json).value;
  } catch (cause) {
    if (!(cause instanceof Unreadable)) throw cause;
    // A success that is something else refuses nothing: Graph is in disorder, or somebody in between has answered.
    throw new AttendanceFault("unavailable", "Graph's answer is no report of attendance.", { cause });
  }
}

async function ask(access: GraphAccess, path: string, deadline: Deadline): Promise<unknown> {
  try {
    return (await callGraph(access, { method: "GET", path }, deadline)).json;
  } catch (cause) {
    if (cause instanceof GraphUnavailable) throw new AttendanceFault("unavailable", cause.message, { cause });
    if (!(cause instanceof GraphRefusal)) throw cause;
    const why = cause.lacksAccessPolicy
      ? "the access policy in Teams does not cover the organizer"
      : cause.message;
    throw new AttendanceFault("refused", `Graph gives no report of attendance: ${why}`, { cause });
  }
}
