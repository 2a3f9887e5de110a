/** The visits of a report, a page of the store at a time, with what is looked up only to be shown: names, and appointments' ids. */
import { setImmediate as othersTurn } from "node:timers/promises";
import type { VisitId } from "../../../domain/linkToken.ts";
import { METRICS } from "../../../domain/metrics.ts";
import type { Usage } from "../../../domain/usage.ts";
import { SealBroken } from "../../../ports/keyring.ts";
import { UnreadableRecord } from "../../../records/record.ts";
import { expiry } from "../../../records/visitRow.ts";
import type { PortalPicks } from "../parts.ts";
import { fits, type ReportFilter } from "./asked.ts";

export interface ReportRow {
  readonly usage: Usage;
  readonly department: string;
  readonly timeZone: string;
  readonly primary?: { readonly objectId: string; readonly name?: string; readonly email?: string };
  /** While the visit's own record is kept. */
  readonly appointment?: string;
}

export type RowPicks = Pick<PortalPicks, "directory" | "hospital" | "log" | "now" | "usages" | "visits">;

/** Rows that fit, and how many could not be read. Others have their turn after each page. */
export async function* usagesOf(
  { usages }: Pick<PortalPicks, "usages">,
  filter: ReportFilter,
): AsyncGenerator<{ readonly usages: readonly Usage[]; readonly damaged: number }> {
  const order = filter.order === "newest" ? "descending" : "ascending";
  for await (const page of usages.between(filter.from, filter.before, order)) {
    yield { usages: page.usages.filter((usage) => fits(filter, usage)), damaged: page.damaged };
    await othersTurn();
  }
}

export interface Lookups {
  /** What an account of the staff is called; its object id where the directory does not say. */
  names(objectIds: readonly string[]): Promise<(objectId: string) => string>;
  /** What a department is called; its id where there is none any more. */
  department(id: string): string;
  rows(usages: readonly Usage[], withAppointments: boolean): Promise<readonly ReportRow[]>;
}

/** So many people are asked for at once, and so many times without an answer before nobody is asked any more. */
const AT_ONCE = 8;
const SILENCES = 3;

/** For one report: nobody is asked for twice in it. */
export async function lookups({ directory, hospital, log, now, visits }: RowPicks): Promise<Lookups> {
  const connections = await hospital.connections();
  const departments = await Promise.all(connections.map(({ id }) => hospital.departments(id)));
  const byId = new Map(departments.flat().map((one) => [one.id, one]));
  const people = new Map<string, Awaited<ReturnType<typeof directory.person>>>();
  let silences = 0;

  async function learn(ids: readonly string[]): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => !people.has(id));
    for (let next = 0; next < unknown.length && silences < SILENCES; next += AT_ONCE) {
      const some = unknown.slice(next, next + AT_ONCE);
      const found = await Promise.all(some.map((id) => directory.person(id)));
      for (const [index, id] of some.entries()) people.set(id, found[index]);
      silences = found.every((one) => one === undefined) ? silences + 1 : 0;
    }
  }

  /** One visit that cannot be read ends no report. */
  async function appointmentOf(id: VisitId): Promise<string | undefined> {
    try {
      return await visits.appointmentId(id);
    } catch (error) {
      if (!(error instanceof UnreadableRecord || error instanceof SealBroken)) throw error;
      log.error("report.appointment_unreadable", error);
      return undefined;
    }
  }

  return {
    async names(objectIds) {
      await learn(objectIds);
      return (objectId) => people.get(objectId)?.displayName ?? objectId;
    },
    department: (id) => byId.get(id)?.name ?? id,
    async rows(usages, withAppointments) {
      await learn(usages.flatMap((usage) => METRICS.primary.of(usage) ?? []));
      return Promise.all(
        usages.map(async (usage): Promise<ReportRow> => {
          const { id, departmentId } = usage;
          const department = byId.get(departmentId);
          const objectId = METRICS.primary.of(usage);
          const person = objectId === undefined ? undefined : people.get(objectId);
          const mayKnow = withAppointments && expiry(usage) > now();
          const appointment = mayKnow ? await appointmentOf(id) : undefined;
          return {
            usage,
            department: department?.name ?? departmentId,
            timeZone: department?.timeZone ?? "UTC",
            ...(objectId !== undefined && {
              primary: { objectId, ...(person && { name: person.displayName, email: person.userName }) },
            }),
            ...(appointment !== undefined && { appointment }),
          };
        }),
      );
    },
  };
}
