/**
 * Appointments' ids in the rows of reports. They are kept there only while an administrator has set it; once that is taken
 * back, they are removed from all rows.
 */
import type { Handlers } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { addUntilDone } from "../../records/jobUpkeep.ts";
import { REPORTS_ID } from "../../records/portalReports.ts";
import type { Tick } from "../../web/flow.ts";
import type { ReportPicks } from "./parts.ts";

const HOUR_SECONDS = 3_600;
/** A change that is older has been followed long ago. */
const FOLLOWED_MS = 30 * 86_400_000;

/** The appointment's id, sealed, if reports are to keep it. */
export async function appointmentKept(
  { reportSettings, visits }: Pick<ReportPicks, "reportSettings" | "visits">,
  visit: VisitId,
): Promise<string | undefined> {
  const isKept = (await reportSettings.read(REPORTS_ID))?.value.keepsAppointments === true;
  return isKept ? visits.sealedAppointment(visit) : undefined;
}

/**
 * Looks whether appointments' ids are to be kept no longer. For one revision of the setting there is one job, which is tried
 * again where it was given up.
 */
export function forgetTick({ jobs, reportSettings, queue }: ReportPicks): Tick {
  return {
    name: "reports.forget",
    concerns: "everybody",
    everySeconds: HOUR_SECONDS,
    async run() {
      const setting = await reportSettings.read(REPORTS_ID);
      if (setting === undefined || setting.value.keepsAppointments) return;
      if (queue.now().getTime() - setting.changedAt.getTime() > FOLLOWED_MS) return;
      const revision = String(setting.revision);
      await addUntilDone(jobs, { kind: "forget", key: revision, of: { revision }, due: jobs.now() });
    },
  };
}

export function forgetJob({ reportSettings, usages }: ReportPicks): Handlers["forget"] {
  return async ({ signal }) => {
    // Somebody may have set meanwhile that they are kept after all.
    const isKept = (await reportSettings.read(REPORTS_ID))?.value.keepsAppointments === true;
    if (!isKept) await usages.forgetAppointments(signal);
    return { kind: "done" };
  };
}
