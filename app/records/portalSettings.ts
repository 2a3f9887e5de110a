/** Everything that administrators set in the portal, and the changes that wait for a second person. */
import type { Approvals } from "../domain/approvals.ts";
import { portalApprovals } from "./approvalSettings.ts";
import { openFormerAddresses } from "./formerAddresses.ts";
import { givenRecords } from "./givenRecords.ts";
import { guide } from "./guide.ts";
import { portalAllocation } from "./portalAllocation.ts";
import { portalConnections } from "./portalConnections.ts";
import { portalDepartments } from "./portalDepartments.ts";
import { portalReports } from "./portalReports.ts";
import { portalManagers } from "./portalManagers.ts";
import { portalTexting } from "./portalTexting.ts";
import { openProposals, proposals } from "./proposals.ts";
import { openSettings, type SettingsDeps } from "./settings.ts";

export function openPortalSettings(
  deps: SettingsDeps,
  {
    loopback,
    said,
  }: { /** True on a laptop. */ readonly loopback: boolean; readonly said: Approvals | undefined },
) {
  const connectionSettings = openSettings(portalConnections, deps);
  const departmentSettings = openSettings(portalDepartments, deps);
  const approvalSettings = openSettings(portalApprovals, deps);
  const textingSettings = openSettings(portalTexting, deps);
  const allocationSettings = openSettings(portalAllocation, deps);
  const managerSettings = openSettings(portalManagers, deps);
  const reportSettings = openSettings(portalReports, deps);
  const formerAddresses = openFormerAddresses(deps);
  return {
    connectionSettings,
    departmentSettings,
    approvalSettings,
    textingSettings,
    allocationSettings,
    managerSettings,
    reportSettings,
    givenSettings: openSettings(givenRecords, deps),
    guideSettings: openSettings(guide, deps),
    formerAddresses,
    proposals: openProposals({
      ...deps,
      settings: openSettings(proposals, deps),
      connections: connectionSettings,
      departments: departmentSettings,
      approvals: approvalSettings,
      texting: textingSettings,
      allocation: allocationSettings,
      managers: managerSettings,
      reports: reportSettings,
      formerAddresses,
      loopback,
      said,
    }),
  };
}
