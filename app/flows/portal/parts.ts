/** The parts that the portal picks, and the checks of everything that the connector depends on. */
import type { Parts } from "../../parts.ts";
import type { CanaryOf } from "../../records/canaries.ts";
import type { Check } from "../../web/flow.ts";

export type PortalPicks = Pick<
  Parts,
  | "allocationSettings"
  | "apiCallers"
  | "approvals"
  | "approvalSettings"
  | "audit"
  | "callRecords"
  | "connectionSettings"
  | "callEvents"
  | "canaries"
  | "dataRegions"
  | "clientId"
  | "departmentDays"
  | "departmentSettings"
  | "directory"
  | "ehr"
  | "environment"
  | "formerAddresses"
  | "foundVisits"
  | "grants"
  | "givenSettings"
  | "guideSettings"
  | "holdings"
  | "hospital"
  | "jobs"
  | "keyring"
  | "locations"
  | "managerSettings"
  | "meetings"
  | "log"
  | "now"
  | "numberPurchases"
  | "numbers"
  | "optOuts"
  | "portalSessions"
  | "presences"
  | "proposals"
  | "reportSettings"
  | "publicUrl"
  | "sendingRate"
  | "stackFile"
  | "staffAccounts"
  | "standings"
  | "systemEhr"
  | "testVisits"
  | "tested"
  | "textingNow"
  | "textingSettings"
  | "messageRules"
  | "messageRulesNow"
  | "messageSettings"
  | "messaging"
  | "store"
  | "traces"
  | "unreadableSettings"
  | "usages"
  | "vault"
  | "visits"
> & {
  /** The checks of all flows. */
  readonly checks: () => Promise<readonly Check[]>;
  /** Makes the canary visit of every connection. */
  readonly visitAll: () => Promise<readonly CanaryOf[]>;
  readonly packageDigest: string;
  /** Whether the store took what it was given when it was last tried, at most half a minute ago. */
  readonly storeTakesWrites: () => Promise<boolean>;
};
