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
import { portalMessages } from "./portalMessages.ts";
import { portalManagers } from "./portalManagers.ts";
import { portalTexting } from "./portalTexting.ts";
import { openProposals, proposals } from "./proposals.ts";
import { openSettings, type SettingsDeps } from "./settings.ts";
import type { UnreadableSetting } from "./unreadableSetting.ts";

export function openPortalSettings(
  deps: SettingsDeps,
  {
    loopback,
    said,
    stack,
  }: {
    /** True on a laptop. */
    readonly loopback: boolean;
    readonly said: Approvals | undefined;
    /** The connections of the stack file. */
    readonly stack: readonly { readonly id: string }[];
  },
) {
  const connectionSettings = openSettings(portalConnections, deps);
  const departmentSettings = openSettings(portalDepartments, deps);
  const approvalSettings = openSettings(portalApprovals, deps);
  const textingSettings = openSettings(portalTexting, deps);
  const messageSettings = openSettings(portalMessages, deps);
  const allocationSettings = openSettings(portalAllocation, deps);
  const managerSettings = openSettings(portalManagers, deps);
  const reportSettings = openSettings(portalReports, deps);
  const givenSettings = openSettings(givenRecords, deps);
  const guideSettings = openSettings(guide, deps);
  const proposalSettings = openSettings(proposals, deps);
  const formerAddresses = openFormerAddresses(deps);
  // What is set of texts has a check and a page of its own (decision 128). Of the rules of messages, which each process reads
  // anew every few seconds, it is told there whether they can be read (unreadableRules).
  const listed = [
    ...[connectionSettings, departmentSettings, approvalSettings, allocationSettings, managerSettings],
    ...[reportSettings, givenSettings, guideSettings, proposalSettings],
  ];
  return {
    /**
     * The settings whose rows cannot be read, so that they are missing wherever they are listed; but for those of texts and of
     * messages.
     */
    unreadableSettings: async (): Promise<readonly UnreadableSetting[]> =>
      (await Promise.all(listed.map((one) => one.unreadable()))).flat(),
    connectionSettings,
    departmentSettings,
    approvalSettings,
    textingSettings,
    messageSettings,
    allocationSettings,
    managerSettings,
    reportSettings,
    givenSettings,
    guideSettings,
    formerAddresses,
    proposals: openProposals({
      ...deps,
      settings: proposalSettings,
      connections: connectionSettings,
      departments: departmentSettings,
      approvals: approvalSettings,
      texting: textingSettings,
      messages: messageSettings,
      allocation: allocationSettings,
      managers: managerSettings,
      reports: reportSettings,
      given: givenSettings,
      formerAddresses,
      loopback,
      stackConnections: new Set(stack.map(({ id }) => id)),
      said,
    }),
  };
}
