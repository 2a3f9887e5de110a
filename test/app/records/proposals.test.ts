/** Changes that wait for a second person: how long they do, and that nobody slips through while one is asked for. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { jsonLog } from "../../../app/log.ts";
import type { Store } from "../../../app/ports/store.ts";
import { portalApprovals, type PortalApprovals } from "../../../app/records/approvalSettings.ts";
import { openAudit } from "../../../app/records/audit.ts";
import { portalConnections, type PortalConnection } from "../../../app/records/portalConnections.ts";
import { portalAllocation } from "../../../app/records/portalAllocation.ts";
import { portalManagers } from "../../../app/records/portalManagers.ts";
import { portalReports } from "../../../app/records/portalReports.ts";
import { portalTexting } from "../../../app/records/portalTexting.ts";
import { portalDepartments } from "../../../app/records/portalDepartments.ts";
import {
  openProposals,
  proposals,
  ProposalExpired,
  type SettingChange,
} from "../../../app/records/proposals.ts";
import { openSettings, type Settings } from "../../../app/records/settings.ts";

const DAY_MS = 86_400_000;
let time: number;
const now = () => new Date(time);
const log = jsonLog(() => undefined, now);
let store: Store;
beforeEach(() => {
  time = Date.parse("2026-11-28T12:00:00.000Z");
  store = openSqliteStore({ file: ":memory:", now, tell: () => undefined });
});
afterEach(() => store.close());

const one = { kind: "person", objectId: "one" } as const;
const other = { kind: "person", objectId: "other" } as const;
const after: PortalConnection = {
  name: "Lamna",
  fhirBaseUrl: "https://fhir.example/r4/tenant",
  environment: "test",
  visitTypes: ["Video Visit"],
  enabled: false,
};
const added = { actor: one, action: "connection.added" } as const;
const OF: SettingChange = { kind: "connection", id: "lamna", after };
const askForOne = (approvals: Settings<PortalApprovals>) =>
  approvals.add({ actor: other, action: "approvals.required" }, "approvals", { secondPerson: true });

/** `read`: how whether a second person is asked is read. */
function opened(read?: (approvals: Settings<PortalApprovals>) => Settings<PortalApprovals>["read"]) {
  const audit = openAudit({ store, log, now });
  const deps = { store, audit, log, now };
  const connections = openSettings(portalConnections, deps);
  const approvals = openSettings(portalApprovals, deps);
  const made = openProposals({
    settings: openSettings(proposals, deps),
    connections,
    departments: openSettings(portalDepartments, deps),
    texting: openSettings(portalTexting, deps),
    allocation: openSettings(portalAllocation, deps),
    managers: openSettings(portalManagers, deps),
    reports: openSettings(portalReports, deps),
    approvals: { ...approvals, ...(read && { read: read(approvals) }) },
    audit,
    formerAddresses: { note: () => Promise.resolve() },
    loopback: false,
    now,
    said: undefined,
  });
  return { audit, connections, approvals, proposals: made };
}

test("a change waits for seven days; then nobody approves it, and it is taken away", async () => {
  const { approvals, audit, connections, proposals: waiting } = opened();
  await askForOne(approvals);
  expect(await waiting.make(added, OF)).toBe("waits");
  time += 7 * DAY_MS - 1;
  await waiting.expire();
  const [proposal] = await waiting.waiting();
  if (proposal === undefined) throw new Error("it does not wait any more");
  time += 1;
  await expect(waiting.approve(other, proposal)).rejects.toThrow(ProposalExpired);
  await waiting.expire();
  expect([await waiting.waiting(), await connections.list()]).toEqual([[], []]);
  const [event] = await audit.events({ limit: 1 });
  expect(event).toMatchObject({ action: "change.expired", actor: { kind: "program", name: "approvals" } });
});

test.each([1, 2])(
  "who asks for a second person after it was read for the %i. time is in time: the change waits",
  async (times) => {
    let reads = 0;
    const { connections, proposals: waiting } = opened((approvals) => async (id) => {
      const said = await approvals.read(id);
      if (++reads === times) await askForOne(opened().approvals);
      return said;
    });
    expect(await waiting.make(added, OF)).toBe("waits");
    expect([(await waiting.waiting()).length, await connections.list()]).toEqual([1, []]);
  },
);
