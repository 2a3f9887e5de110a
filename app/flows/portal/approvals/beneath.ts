/** What lies beneath a change that waits: the setting as it is by now, and what prevents the change. */
import { approvalsOf } from "../../../domain/defaults.ts";
import type { Environment } from "../../../domain/environment.ts";
import type { PortalRight } from "../../../domain/portalRights.ts";
import type { Proposal } from "../../../records/proposals.ts";
import { rightFor } from "../../../records/settingChange.ts";
import { clearingOf, isCleared } from "../connections/clearing.ts";
import { takenSince } from "../connections/others.ts";
import { NO_OVERRIDE, NOT_CLEARED } from "../connections/refusals.ts";
import { namedNow, type NamedNow } from "../connections/signIn.ts";
import { typedFrom } from "../departments/form.ts";
import { judged as judgedDepartment } from "../departments/judge.ts";
import type { PortalPicks } from "../parts.ts";
import type { Refusal } from "./approvalsPage.tsx";
import { ADDRESSES_UNSAID, LOCKED_NOW, OTHER_ADDRESSES_NOW, STACKS, takenNow } from "./refusals.ts";

/** The setting as it is now; undefined if there is none. */
export async function nowOf(
  picks: Pick<
    PortalPicks,
    | "connectionSettings"
    | "departmentSettings"
    | "approvalSettings"
    | "textingSettings"
    | "messageSettings"
    | "allocationSettings"
    | "managerSettings"
    | "reportSettings"
  >,
  { kind, id }: Proposal["of"],
) {
  switch (kind) {
    case "connection":
      return picks.connectionSettings.read(id);
    case "department":
      return picks.departmentSettings.read(id);
    case "approvals":
      return picks.approvalSettings.read(id);
    case "texting":
      return picks.textingSettings.read(id);
    case "messages":
      return picks.messageSettings.read(id);
    case "allocation":
      return picks.allocationSettings.read(id);
    case "manager":
      return picks.managerSettings.read(id);
    case "reports":
      return picks.reportSettings.read(id);
    case "addresses":
      return undefined;
  }
}

/** What prevents a change by now that did not when it was proposed. */
export async function obstacleOf(picks: PortalPicks, of: Proposal["of"]): Promise<Refusal | undefined> {
  if (of.kind === "addresses") return NOT_NAMED[await namedNow(picks, of)];
  if (of.kind === "approvals") return picks.approvals?.secondPerson === undefined ? undefined : STACKS;
  if (of.kind === "texting") return picks.textingNow.said === undefined ? undefined : LOCKED_NOW;
  if (of.after === undefined) return undefined;
  if (of.kind === "allocation" || of.kind === "manager" || of.kind === "reports") return undefined;
  // What the stack file says by now goes before it, member by member.
  if (of.kind === "messages") return undefined;
  if (of.kind === "department") {
    if (picks.hospital.stackDepartments.some(({ id }) => id === of.id)) return LOCKED_NOW;
    const verdict = await judgedDepartment(picks, typedFrom(of.id, of.after), of.id);
    return verdict.ok ? undefined : takenNow(Object.values(verdict.faults).join(" "));
  }
  if (picks.hospital.stackConnections.some(({ id }) => id === of.id)) return LOCKED_NOW;
  const taken = await takenSince(picks, of.id, of.after);
  if (taken !== undefined) return takenNow(taken);
  const { enabled, cleared } = of.after;
  const isNew = cleared !== undefined && JSON.stringify(cleared) !== JSON.stringify(of.before?.cleared);
  if (!enabled || !isNew) return undefined;
  if (cleared.by === "override") return approvalsOf(picks.approvals).testOverride ? undefined : NO_OVERRIDE;
  // The visit that cleared it may have been on a chart that is known as production by now.
  return isCleared(await clearingOf(picks)) ? undefined : NOT_CLEARED;
}

const NOT_NAMED: Readonly<Record<NamedNow, Refusal | undefined>> = {
  named: undefined,
  others: OTHER_ADDRESSES_NOW,
  unsaid: ADDRESSES_UNSAID,
};

/** The right that whoever approves the change needs: that of the change itself. */
export const rightOf = (of: Proposal["of"], environment: Environment): PortalRight =>
  of.kind === "addresses" ? "decide" : rightFor(of, environment);
