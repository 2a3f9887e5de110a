/** Changes that wait for a second person: how long they do, and that nobody slips through while one is asked for. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { jsonLog } from "../../../app/log.ts";
import type { Store } from "../../../app/ports/store.ts";
import { portalApprovals, type PortalApprovals } from "../../../app/records/approvalSettings.ts";
import { openAudit } from "../../../app/records/audit.ts";
import { portalConnections, type PortalConnection } from "../../../app/records/portalConnections.ts";
import { portalAllocation } from "../../../app/records/portalAllocation.ts";
import { portalManagers } from "../../../app/records/portalManagers.ts";
import { portalReports } from "../../../app/records/portalReports.ts";
import { portalMessages } from "../../../app/records/portalMessages.ts";
import { portalTexting } from "../../../app/records/portalTexting.ts";
import { portalDepartments } from "../../../app/records/portalDepartments.ts";
import { givenRecords } from "../../../app/records/givenRecords.ts";
import { openProposals, proposals, ProposalExpired } from "../../../app/records/proposals.ts";
import { USUAL_LIMITS } from "../../../app/domain/callQuality.ts";
import { onlyStops, rightFor, type SettingChange } from "../../../app/records/settingChange.ts";
import { openSettings, SettingMoved, type Settings } from "../../../app/records/settings.ts";

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
  const texting = openSettings(portalTexting, deps);
  const messages = openSettings(portalMessages, deps);
  const given = openSettings(givenRecords, deps);
  const made = openProposals({
    settings: openSettings(proposals, deps),
    connections,
    departments: openSettings(portalDepartments, deps),
    texting,
    messages,
    given,
    stackConnections: new Set(["of-stack"]),
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
  return { audit, connections, approvals, texting, messages, given, proposals: made };
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
  await expect(waiting.approve(other, proposal, () => Promise.resolve())).rejects.toThrow(ProposalExpired);
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

const GONE = { actor: one, action: "connection.removed" } as const;
const consent = { by: "one", at: "2026-11-28T12:00:00.000Z", words: 1 };
const consents = { sendOnBehalf: consent, attendeesConsent: consent };

describe("a connection that is removed", () => {
  const withConsents = async (value: {
    connections: string[];
    charts?: { connection: string; fhirBaseUrl: string }[];
  }) => {
    const all = opened();
    const { revision } = await all.connections.add(added, "lamna", after);
    await all.given.add({ actor: one, action: "integration.given" }, "lamna", { values: [] });
    await all.texting.add({ actor: one, action: "texting.agreed" }, "texting", { consents, ...value });
    const removal = { kind: "connection", id: "lamna", shown: revision, before: after } as const;
    return { ...all, removal };
  };
  const chart = { connection: "lamna", fhirBaseUrl: after.fhirBaseUrl };

  test.each([
    [
      "with its chart",
      { connections: ["lamna", "other"], charts: [chart] },
      { connections: ["other"], charts: [], consents },
    ],
    ["of an earlier release", { connections: ["lamna", "other"] }, { connections: ["other"], consents }],
    ["the only one", { connections: ["lamna"], charts: [chart] }, { connections: [] }],
  ])("takes its consents out, %s, and what Oracle was given, in one batch", async (_how, value, left) => {
    const { audit, given, proposals: made, removal, texting } = await withConsents(value);
    const { number } = await audit.head();
    expect(await made.make(GONE, removal)).toBe("made");
    expect((await texting.read("texting"))?.value).toEqual(left);
    expect(await given.read("lamna")).toBeUndefined();
    const events = await audit.events({ limit: 3 });
    expect(events.map((event) => event.number)).toEqual([number + 3, number + 2, number + 1]);
    expect(events.map(({ action }) => action).sort()).toEqual([
      "connection.removed",
      "integration.removed",
      "texting.connection-removed",
    ]);
  });

  test("takes its messages' rules with it, and leaves the hospital's and the others'", async () => {
    const { messages, proposals: made, removal } = await withConsents({ connections: [] });
    const rules = (connection: string) => ({ connection, kinds: [] });
    const hours = { from: "09:00", to: "20:00" };
    const both = { hours, connections: [rules("lamna"), rules("other")] };
    await messages.add({ actor: one, action: "messages.rules" }, "messages", both);
    await made.make(GONE, removal);
    expect((await messages.read("messages"))?.value).toEqual({ hours, connections: [rules("other")] });
  });

  test("does so, too, when a second person approves it", async () => {
    const {
      approvals,
      given,
      proposals: made,
      removal,
      texting,
    } = await withConsents({ connections: ["lamna"] });
    await askForOne(approvals);
    expect(await made.make(GONE, removal)).toBe("waits");
    expect((await texting.read("texting"))?.value.connections).toEqual(["lamna"]);
    const [proposal] = await made.waiting();
    await (proposal && made.approve(other, proposal, () => Promise.resolve()));
    expect((await texting.read("texting"))?.value).toEqual({ connections: [] });
    expect(await given.read("lamna")).toBeUndefined();
  });

  test("and that the stack file has, too, keeps what was said of it", async () => {
    const {
      connections,
      given,
      messages,
      proposals: made,
      texting,
    } = await withConsents({ connections: ["of-stack"] });
    const { revision } = await connections.add(added, "of-stack", after);
    await given.add({ actor: one, action: "integration.given" }, "of-stack", { values: [] });
    const rules = { connections: [{ connection: "of-stack", kinds: [] }] };
    await messages.add({ actor: one, action: "messages.rules" }, "messages", rules);
    await made.make(GONE, { kind: "connection", id: "of-stack", shown: revision, before: after });
    expect((await messages.read("messages"))?.value).toEqual(rules);
    expect((await texting.read("texting"))?.value.connections).toEqual(["of-stack"]);
    expect(await given.read("of-stack")).toBeDefined();
  });
});

const on = { ...after, enabled: true };
const agreed = { consents, connections: ["lamna"], live: true };
const staff = { phones: ["+12025550147"], mails: [] };
const limits = { ...USUAL_LIMITS, keepsAppointments: false };
const keepsIds = { ...limits, keepsAppointments: true };
const CHANGES: readonly [string, SettingChange, boolean, "configure" | "decide"][] = [
  ["a connection off", { kind: "connection", id: "a", before: on, after }, true, "configure"],
  ["a connection on", { kind: "connection", id: "a", before: after, after: on }, false, "configure"],
  [
    "off and renamed",
    { kind: "connection", id: "a", before: on, after: { ...after, name: "B" } },
    false,
    "configure",
  ],
  ["nothing at all", { kind: "connection", id: "a", before: after, after }, false, "configure"],
  ["a connection gone", { kind: "connection", id: "a", before: on }, false, "configure"],
  [
    "a connection without a visit",
    {
      kind: "connection",
      id: "a",
      before: after,
      after: { ...on, cleared: { by: "override", reason: "r", at: consent.at } },
    },
    false,
    "decide",
  ],
  ["texts agreed to", { kind: "texting", id: "t", after: agreed }, false, "decide"],
  [
    "texts withdrawn",
    { kind: "texting", id: "t", before: agreed, after: { connections: [], live: true } },
    true,
    "decide",
  ],
  [
    "back to a pilot",
    { kind: "texting", id: "t", before: agreed, after: { ...agreed, live: false } },
    true,
    "decide",
  ],
  ["live", { kind: "texting", id: "t", before: { ...agreed, live: false }, after: agreed }, false, "decide"],
  [
    "verification",
    { kind: "texting", id: "t", after: { connections: [], verification: "submitted" } },
    false,
    "configure",
  ],
  [
    "staff listed",
    { kind: "texting", id: "t", before: agreed, after: { ...agreed, staff } },
    false,
    "decide",
  ],
  [
    "staff left out",
    { kind: "texting", id: "t", before: { ...agreed, staff }, after: agreed },
    false,
    "configure",
  ],
  [
    "a second person asked",
    { kind: "approvals", id: "a", after: { secondPerson: true } },
    false,
    "configure",
  ],
  ["none asked", { kind: "approvals", id: "a", after: { secondPerson: false } }, false, "decide"],
  ["ids kept longer", { kind: "reports", id: "r", after: keepsIds }, false, "decide"],
  [
    "ids kept longer, and limits",
    { kind: "reports", id: "r", before: limits, after: { ...keepsIds, jitterMs: 40 } },
    false,
    "decide",
  ],
  [
    "limits",
    { kind: "reports", id: "r", before: limits, after: { ...limits, jitterMs: 40 } },
    false,
    "configure",
  ],
  [
    "limits where ids are kept already",
    { kind: "reports", id: "r", before: keepsIds, after: { ...keepsIds, jitterMs: 40 } },
    false,
    "configure",
  ],
  ["ids kept no longer", { kind: "reports", id: "r", before: keepsIds, after: limits }, false, "configure"],
  ["a manager gone", { kind: "manager", id: "m", before: { departments: ["a"] } }, true, "configure"],
  ["a manager set", { kind: "manager", id: "m", after: { departments: ["a"] } }, false, "configure"],
];

test.each(CHANGES)("%s: whether it waits, and whose right it needs", (_what, of, stops, right) => {
  expect([onlyStops(of), rightFor(of, "production")]).toEqual([stops, right]);
});

test("staff are listed in a test deployment by any administrator", () => {
  const of = { kind: "texting", id: "t", before: agreed, after: { ...agreed, staff } } as const;
  expect(rightFor(of, "test")).toBe("configure");
});

test("what only stops something is made at once, though a second person is asked", async () => {
  const { approvals, connections, proposals: made } = opened();
  const { revision } = await connections.add(added, "lamna", on);
  await askForOne(approvals);
  const off = { kind: "connection", id: "lamna", shown: revision, before: on, after } as const;
  expect(await made.make({ actor: one, action: "connection.turned-off" }, off)).toBe("made");
  expect((await connections.read("lamna"))?.value.enabled).toBe(false);
  const again = { ...off, shown: revision + 1, before: after, after: on };
  expect(await made.make({ actor: one, action: "connection.turned-on" }, again)).toBe("waits");
});

test("a form cannot bring back what somebody took away after it was read, by naming the revision since", async () => {
  const { texting, proposals: made } = opened();
  const action = "texting.verification";
  const first = await texting.add({ actor: one, action }, "texting", { consents, connections: ["lamna"] });
  const { revision } = await texting.replace({ actor: other, action }, "texting", first.revision, {
    connections: [],
  });
  const of = { kind: "texting", id: "texting", before: first.value } as const;
  const late = { ...of, shown: revision, after: { ...first.value, verification: "approved" } } as const;
  await expect(made.make({ actor: one, action }, late)).rejects.toThrow(SettingMoved);
  expect((await texting.read("texting"))?.value).toEqual({ connections: [] });
});
