/** A change of a setting: from which value to which, and what it means for who may make it. */
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { Environment } from "../domain/environment.ts";
import type { PortalRight } from "../domain/portalRights.ts";
import { addsTo } from "../domain/texting.ts";
import { portalApprovals } from "./approvalSettings.ts";
import { portalAllocation } from "./portalAllocation.ts";
import { portalConnections } from "./portalConnections.ts";
import { portalDepartments } from "./portalDepartments.ts";
import { portalManagers } from "./portalManagers.ts";
import { portalMessages } from "./portalMessages.ts";
import { portalReports } from "./portalReports.ts";
import { portalTexting } from "./portalTexting.ts";
import type { SettingKind } from "./settingKind.ts";

const changeOf = <N extends string, V extends z.ZodObject>(kind: N, { value }: SettingKind<V>) =>
  z.object({
    kind: z.literal(kind),
    id: z.string(),
    /** The revision that the change is based on; absent for a new setting. */
    shown: z.int().exactOptional(),
    before: value.exactOptional(),
    /** Absent where the setting is to be removed. */
    after: value.exactOptional(),
  });

export const settingChange = z.discriminatedUnion("kind", [
  changeOf("connection", portalConnections),
  changeOf("department", portalDepartments),
  changeOf("approvals", portalApprovals),
  changeOf("texting", portalTexting),
  changeOf("messages", portalMessages),
  changeOf("allocation", portalAllocation),
  changeOf("manager", portalManagers),
  changeOf("reports", portalReports),
]);

/** The value when the change was made, and the new one. */
export type SettingChange = z.output<typeof settingChange>;

/**
 * Whether a change only stops something that can be started again without typing anything anew. Such a change does not wait
 * for a second person (decision 119).
 */
export function onlyStops(of: SettingChange): boolean {
  // Where nothing was set of texts, the defaults apply, and they may be stopped: that counts as an empty setting.
  const before = of.before ?? (of.kind === "texting" ? {} : undefined);
  const { after } = of;
  if (before === undefined || isDeepStrictEqual(before, after)) return false;
  switch (of.kind) {
    case "connection":
      return isDeepStrictEqual(of.after, { ...of.before, enabled: false });
    case "texting":
      return isDeepStrictEqual(after, { ...before, live: false }) || isWithdrawal(of);
    case "manager":
      return after === undefined;
    default:
      return false;
  }
}

function isWithdrawal({ before = {}, after }: Extract<SettingChange, { readonly kind: "texting" }>): boolean {
  const { consents: _consents, charts: _charts, notTexted: _before, ...rest } = before;
  // Whoever is not texted by choice is texted even less.
  const { notTexted: _after, ...of } = after ?? {};
  return isDeepStrictEqual(of, { ...rest, connections: [] });
}

/** The right that somebody needs to make a change, and to approve it. It depends on what the change does, not on its form. */
export function rightFor(of: SettingChange, environment: Environment): PortalRight {
  return isDecision(of, environment) ? "decide" : "configure";
}

/** Whether reports would keep appointments' ids, by which the chart names people, for longer than before. */
export const keepsLonger = ({
  before,
  after,
}: Pick<Extract<SettingChange, { readonly kind: "reports" }>, "before" | "after">): boolean =>
  after?.keepsAppointments === true && before?.keepsAppointments !== true;

function isDecision(of: SettingChange, environment: Environment): boolean {
  switch (of.kind) {
    case "approvals":
      return of.after?.secondPerson !== true;
    case "connection":
      return of.after?.cleared?.by === "override" && !isDeepStrictEqual(of.after.cleared, of.before?.cleared);
    case "texting": {
      const [before, after] = [of.before, of.after];
      const isOther = (["consents", "connections", "charts", "live"] as const).some(
        (member) => !isDeepStrictEqual(before?.[member], after?.[member]),
      );
      const isFirst = before === undefined && after?.consents === undefined && after?.live === undefined;
      const addsStaff = after?.staff !== undefined && addsTo(before?.staff, after.staff);
      return (isOther && !isFirst) || (addsStaff && environment === "production");
    }
    case "reports":
      return keepsLonger(of);
    default:
      return false;
  }
}
