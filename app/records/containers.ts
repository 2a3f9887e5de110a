/** Every kind of thing that the connector keeps, and the containers that hold them, which infra makes in Azure. */
import type { ContainerName, Stored } from "../ports/store.ts";
import { answers } from "./answers.ts";
import { portalAllocation } from "./portalAllocation.ts";
import { portalApprovals } from "./approvalSettings.ts";
import { auditEvents, auditHead } from "./audit.ts";
import { canaries } from "./canaries.ts";
import { formerAddresses } from "./formerAddresses.ts";
import { foundVisits } from "./foundRow.ts";
import { jobs } from "./jobRow.ts";
import { keys } from "./keys.ts";
import { meetingCounts } from "./meetingCounts.ts";
import { keptLocations } from "./locations.ts";
import { messages } from "./messages.ts";
import { otherStarts } from "./otherStarts.ts";
import { notifications } from "./notifications.ts";
import { numberPurchases } from "./numberPurchase.ts";
import { optOuts } from "./optOuts.ts";
import { portalSessions } from "./portalSessions.ts";
import { presences } from "./presenceRow.ts";
import { givenRecords } from "./givenRecords.ts";
import { guide } from "./guide.ts";
import { heard } from "./heard.ts";
import { portalConnections } from "./portalConnections.ts";
import { portalDepartments } from "./portalDepartments.ts";
import { portalReports } from "./portalReports.ts";
import { portalMessages } from "./portalMessages.ts";
import { portalManagers } from "./portalManagers.ts";
import { portalTexting } from "./portalTexting.ts";
import { proposals } from "./proposals.ts";
import type { RecordKind } from "./record.ts";
import { searched } from "./searched.ts";
import { strays } from "./strays.ts";
import { departmentDays } from "./departmentDays.ts";
import { sendingRate } from "./sendingRate.ts";
import { sessions } from "./sessions.ts";
import { signInAddresses } from "./signInAddresses.ts";
import { signIns } from "./signIns.ts";
import { staffAccounts } from "./staffAccounts.ts";
import { testVisits } from "./testVisits.ts";
import { ticks } from "./ticks.ts";
import { visitChanges } from "./visitChanges.ts";
import { traces } from "./traces.ts";
import { tombstones } from "./tombstones.ts";
import { visitLinks } from "./visitLinks.ts";
import { usages } from "./usages.ts";
import { visits } from "./visitRow.ts";

/** The kinds in the order in which people read about them. */
export const kinds: readonly RecordKind[] = [
  visits,
  visitLinks,
  foundVisits,
  visitChanges,
  otherStarts,
  presences,
  notifications,
  messages,
  usages,
  optOuts,
  answers,
  sendingRate,
  tombstones,
  staffAccounts,
  sessions,
  traces,
  signIns,
  signInAddresses,
  jobs,
  ticks,
  keptLocations,
  searched,
  strays,
  departmentDays,
  meetingCounts,
  canaries,
  heard,
  portalSessions,
  portalConnections.record,
  portalDepartments.record,
  portalApprovals.record,
  portalTexting.record,
  portalMessages.record,
  numberPurchases,
  portalAllocation.record,
  portalManagers.record,
  portalReports.record,
  proposals.record,
  givenRecords.record,
  guide.record,
  testVisits,
  formerAddresses,
  auditEvents,
  auditHead,
  keys,
];

export interface ContainerDefinition {
  readonly name: ContainerName;
  readonly partitionKey: "/partition";
  /** Whether single items expire (`defaultTtl: -1`). */
  readonly ttl: boolean;
}

export const containers: readonly ContainerDefinition[] = [
  ...new Set(kinds.map(({ container }) => container)),
].map((name) => ({
  name,
  partitionKey: "/partition",
  ttl: kinds.some(({ container, expires }) => container === name && expires),
}));

/** The kind that a row belongs to; undefined when no kind of this release has such rows. */
export function kindOf(container: string, { id, body }: Pick<Stored, "id" | "body">): RecordKind | undefined {
  const there = kinds.filter((kind) => kind.container === container);
  return (
    there.find(({ rows }) => rows !== undefined && id.startsWith(rows)) ??
    there.find(({ marked }) => marked !== undefined && body[marked] !== undefined) ??
    there.find(({ rows, marked }) => rows === undefined && marked === undefined)
  );
}
