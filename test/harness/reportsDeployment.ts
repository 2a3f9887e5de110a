/** Visits that are held and counted on a store of their own. The test moves the clock, and says who comes and goes. */
import { callEventIn } from "../../app/adapters/graph/callEvent.ts";
import type { VisitId } from "../../app/domain/linkToken.ts";
import type { Usage } from "../../app/domain/usage.ts";
import type { Visit } from "../../app/domain/visit.ts";
import type { Attendance } from "../../app/ports/attendance.ts";
import type { CallRecords } from "../../app/ports/callRecords.ts";
import type { ReportPicks } from "../../app/flows/reports/parts.ts";
import { reportsFlow } from "../../app/flows/reports/reports.ts";
import { countInTime } from "../../app/records/counting.ts";
import { openAudit } from "../../app/records/audit.ts";
import { openHoldings } from "../../app/records/holdings.ts";
import { openMessages } from "../../app/records/messages.ts";
import { portalReports } from "../../app/records/portalReports.ts";
import { openPresences } from "../../app/records/presences.ts";
import { openSettings } from "../../app/records/settings.ts";
import { openDepartmentDays } from "../../app/records/departmentDays.ts";
import { openUsages } from "../../app/records/usages.ts";
import { departmentOf, findingDeployment, keyring } from "./findingDeployment.ts";
import { scriptedChart } from "./scriptedChart.ts";
import { ORACLE_TENANT } from "./stack.ts";

export const LAMNA = "lamna";

/**
 * @param attendance what Teams reports afterwards of a meeting; left out, the deployment does without
 * @param callRecords what Teams records of calls; left out, the deployment does without
 */
export function reportsDeployment(attendance?: Attendance, callRecords?: CallRecords) {
  const deployment = findingDeployment({ charts: { [LAMNA]: scriptedChart() } });
  const { store, now } = deployment;
  const presences = openPresences({ store, keyring });
  const messages = openMessages({ store, keyring, now });
  const usages = openUsages({ store, now });
  const { log } = deployment.parts;
  const reportSettings = openSettings(portalReports, {
    store,
    audit: openAudit({ store, log, now }),
    log,
    now,
  });
  const departmentDays = openDepartmentDays({ store, now });
  const records = { departmentDays, callRecords, messages, presences, reportSettings, usages };
  const picks: ReportPicks = { ...deployment.parts, attendance, ...records };
  const reports = reportsFlow(picks);
  deployment.others["usage"] = reports.jobs.usage;
  const department = departmentOf(LAMNA);

  return {
    ...deployment,
    picks,
    reports,
    holdings: openHoldings({ store, keyring, now }),
    messages,
    presences,
    usages,
    /**
     * A visit that begins in `inMinutes` minutes and lasts half an hour. Called again for an appointment, it moves the
     * visit.
     */
    async visit(appointmentId: string, inMinutes: number): Promise<Visit> {
      const [start, end] = [deployment.inMinutes(inMinutes), deployment.inMinutes(inMinutes + 30)];
      const facts = { connectionId: LAMNA, appointmentId, department, start, end };
      const visit = await deployment.parts.visits.open(facts);
      await countInTime(deployment.parts.jobs, visit, "once");
      return visit;
    },
    /** Tells of an event, as Graph's notification says it once it is decrypted. */
    async tell(visit: Visit, event: object): Promise<void> {
      await presences.tell(visit, callEventIn(event, ORACLE_TENANT), now());
    },
    /** Moves the clock on to that time, and does the jobs that are due by then. */
    async until(at: Date): Promise<void> {
      const minutes = () => (at.getTime() - now().getTime()) / 60_000;
      while (minutes() > 0) {
        deployment.forward(minutes() > 60 ? minutes() - 60 : Math.min(10, minutes()));
        await deployment.work();
      }
    },
    async row(id: VisitId): Promise<Usage | undefined> {
      const rows = await this.rows();
      const own = rows.filter((one) => one.id === id);
      if (own.length > 1) throw new Error("a visit has several rows");
      return own[0];
    },
    async rows(order: "ascending" | "descending" = "ascending"): Promise<readonly Usage[]> {
      const all: Usage[] = [];
      const [from, before] = [deployment.inMinutes(-400 * 1440), deployment.inMinutes(60 * 1440)];
      for await (const slice of usages.between(from, before, order)) all.push(...slice.usages);
      return all;
    },
  };
}
