/**
 * The visits of a report, one slice of the store's list at a time, with what is looked up only for showing: names, and appointments'
 * ids.
 */
import { METRICS } from "../../../domain/metrics.ts";
import type { Usage } from "../../../domain/usage.ts";
import { SealBroken } from "../../../ports/keyring.ts";
import { REPORTS_ID, portalReports } from "../../../records/portalReports.ts";
import { UnreadableRecord } from "../../../records/record.ts";
import { isUnreadable, orUnreadable, type UnreadableSetting } from "../../../records/unreadableSetting.ts";
import { expiry } from "../../../records/visitRow.ts";
import type { PortalPicks } from "../parts.ts";
import { fits, type ReportFilter } from "./asked.ts";
import { allocationFor, limits } from "./limits.ts";
import { departmentsOf, zoneOf, type Only } from "./whose.ts";

export interface Person {
  readonly name: string;
  readonly email?: string;
}

export interface ReportRow {
  readonly usage: Usage;
  readonly department: string;
  readonly timeZone: string;
  readonly primary?: Person;
  /**
   * Whether the allocated number of visits of its month was completed before it; false where that was not asked for, and
   * undefined where what is allocated cannot be read.
   */
  readonly isBeyondLimit: boolean | undefined;
  /** The appointment's id; present while the visit's own record is kept, and longer where an administrator has set it. */
  readonly appointment?: string;
}

export type RowPicks = Pick<
  PortalPicks,
  | "allocationSettings"
  | "callRecords"
  | "directory"
  | "hospital"
  | "log"
  | "now"
  | "reportSettings"
  | "usages"
  | "visits"
>;

/** The rows that fit the filter, and how many could not be read. */
export async function* usagesOf(
  { usages }: Pick<PortalPicks, "usages">,
  filter: ReportFilter,
): AsyncGenerator<{ readonly usages: readonly Usage[]; readonly damaged: number }> {
  const order = filter.order === "newest" ? "descending" : "ascending";
  for await (const slice of usages.between(filter.from, filter.before, order)) {
    yield { usages: slice.usages.filter((usage) => fits(filter, usage)), damaged: slice.damaged };
  }
}

/** What of a row is looked up: names of staff, whether it is within the limit, the appointment's id. */
export type Wanted = "names" | "limit" | "appointments";

export interface Lookups {
  /** The names of staff accounts; for one that the directory does not name, its object id with the reason. */
  names(objectIds: readonly string[]): Promise<(objectId: string) => string>;
  /** A department's name; for one that no longer exists, its id and that it does not exist. */
  department(id: string): string;
  rows(usages: readonly Usage[], wanted: readonly Wanted[]): Promise<readonly ReportRow[]>;
  /** The member of staff with this account; without an e-mail address where the directory does not name them. */
  person(objectId: string): Promise<Person>;
  /** Whether the directory did not answer when it was asked for somebody. */
  wasSilent(): boolean;
  /** The settings that cannot be read, and that the rows were made without. */
  readonly unread: readonly UnreadableSetting[];
}

export const reportsSet = ({ reportSettings }: Pick<PortalPicks, "reportSettings">) =>
  orUnreadable(portalReports.name, REPORTS_ID, () => reportSettings.read(REPORTS_ID));

/** How many people are asked for at once, and after how many failures to answer the directory is not asked any more. */
const AT_ONCE = 8;
const SILENCES = 3;

/** The lookups of one report: each name is asked for only once in it. */
export async function lookups(picks: RowPicks, only: Only): Promise<Lookups> {
  const { directory, log, now, reportSettings, visits } = picks;
  const departments = await departmentsOf(picks);
  const byId = new Map(departments.map((one) => [one.id, one]));
  const people = new Map<string, Awaited<ReturnType<typeof directory.account>>>();
  const allocation = await allocationFor(picks, only);
  const isBeyond = isUnreadable(allocation)
    ? () => Promise.resolve(undefined)
    : limits(picks, allocation, zoneOf(departments));
  const set = await reportsSet({ reportSettings });
  // Where that cannot be read, none is shown that an administrator may want to be kept no longer.
  const keepsAppointments = !isUnreadable(set) && set?.value.keepsAppointments === true;
  let silences = 0;
  let wasSilent = false;

  async function learn(ids: readonly string[]): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => !people.has(id));
    for (let next = 0; next < unknown.length && silences < SILENCES; next += AT_ONCE) {
      const some = unknown.slice(next, next + AT_ONCE);
      const found = await Promise.all(some.map((id) => directory.account(id)));
      for (const [index, id] of some.entries()) people.set(id, found[index] ?? "not-told");
      silences = found.every((one) => one === "not-told") ? silences + 1 : 0;
      wasSilent ||= found.includes("not-told");
    }
  }

  /** The appointment's id; undefined if it cannot be read, so that one such visit does not end the report. */
  async function appointmentOf(usage: Usage): Promise<string | undefined> {
    const { id, appointment } = usage;
    try {
      if (expiry(usage) > now()) return await visits.appointmentId(id);
      return appointment === undefined || !keepsAppointments
        ? undefined
        : visits.appointmentIn(id, appointment);
    } catch (error) {
      if (!(error instanceof UnreadableRecord || error instanceof SealBroken)) throw error;
      log.error("report.appointment_unreadable", error);
      return undefined;
    }
  }

  function personOf(objectId: string): Person {
    const found = people.get(objectId) ?? "not-told";
    if (found === "unknown") return { name: objectId + " (not in the directory any more)" };
    if (found === "not-told") return { name: objectId + " (the directory did not say)" };
    return { name: found.displayName, email: found.userName };
  }
  const department = (id: string) => byId.get(id)?.name ?? id + " (no department any more)";

  return {
    async names(objectIds) {
      await learn(objectIds);
      return (objectId) => personOf(objectId).name;
    },
    department,
    async person(objectId) {
      await learn([objectId]);
      return personOf(objectId);
    },
    wasSilent: () => wasSilent,
    unread: [allocation, set].filter((one) => isUnreadable(one)),
    async rows(usages, wanted) {
      const [withNames, withLimit] = [wanted.includes("names"), wanted.includes("limit")];
      if (withNames) await learn(usages.flatMap((usage) => METRICS.primary.of(usage) ?? []));
      return Promise.all(
        usages.map(async (usage): Promise<ReportRow> => {
          const { departmentId } = usage;
          const objectId = withNames ? METRICS.primary.of(usage) : undefined;
          const appointment = wanted.includes("appointments") ? await appointmentOf(usage) : undefined;
          return {
            usage,
            department: department(departmentId),
            timeZone: byId.get(departmentId)?.timeZone ?? "UTC",
            isBeyondLimit: withLimit && (await isBeyond(usage)),
            ...(objectId !== undefined && { primary: personOf(objectId) }),
            ...(appointment !== undefined && { appointment }),
          };
        }),
      );
    },
  };
}
