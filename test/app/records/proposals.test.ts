/** Changes that wait for a second person: how long they do, and that nobody slips through while one is asked for. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { jsonLog } from "../../../app/log.ts";
import type { Store } from "../../../app/ports/store.ts";
import { portalApprovals, type PortalApprovals } from "../../../app/records/approvalSettings.ts";
import { openAudit, SETTINGS } from "../../../app/records/audit.ts";
import { portalConnections, type PortalConnection } from "../../../app/records/portalConnections.ts";
import { portalAllocation } from "../../../app/records/portalAllocation.ts";
import { portalManagers } from "../../../app/records/portalManagers.ts";
import { portalReports } from "../../../app/records/portalReports.ts";
import { portalMessages } from "../../../app/records/portalMessages.ts";
import { portalTexting } from "../../../app/records/portalTexting.ts";
import { portalDepartments } from "../../../app/records/portalDepartments.ts";
import { givenRecords } from "../../../app/records/givenRecords.ts";
import { addressesEntry, NothingToHold, type AddressesChange } from "../../../app/records/addressesChange.ts";
import { OwnProposal, ProposalExpired, ProposalStale } from "../../../app/records/notApproved.ts";
import { ChangeWaits, openProposals, proposalId, proposals } from "../../../app/records/proposals.ts";
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

/** `read`: how whether a second person is asked is read; `said`: what the stack file says of it. */
function opened(
  read?: (approvals: Settings<PortalApprovals>) => Settings<PortalApprovals>["read"],
  said?: { readonly secondPerson: boolean },
) {
  const noted: object[] = [];
  const audit = openAudit({ store, log, now });
  const deps = { store, audit, log, now };
  const connections = openSettings(portalConnections, deps);
  const approvals = openSettings(portalApprovals, deps);
  const texting = openSettings(portalTexting, deps);
  const messages = openSettings(portalMessages, deps);
  const given = openSettings(givenRecords, deps);
  const departments = openSettings(portalDepartments, deps);
  const allocation = openSettings(portalAllocation, deps);
  const managers = openSettings(portalManagers, deps);
  const reports = openSettings(portalReports, deps);
  const made = openProposals({
    settings: openSettings(proposals, deps),
    connections,
    departments,
    texting,
    messages,
    given,
    stackConnections: new Set(["of-stack"]),
    allocation,
    managers,
    reports,
    approvals: { ...approvals, ...(read && { read: read(approvals) }) },
    audit,
    formerAddresses: { note: (address) => Promise.resolve(void noted.push(address)) },
    loopback: false,
    now,
    said,
  });
  const others = { departments, allocation, managers, reports };
  return { audit, connections, approvals, texting, messages, given, ...others, noted, proposals: made };
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
  // The list of what is kept says the same.
  expect(proposals.record.kept).toBe("until answered, 7 days at most");
  expect(portalConnections.record.kept).toBe("until removed in the portal");
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

  test("goes while these rows cannot be read; one that is made anew with its id begins without what stayed", async () => {
    const {
      connections,
      given,
      messages,
      proposals: made,
      removal,
      texting,
    } = await withConsents({
      connections: ["lamna", "other"],
    });
    await messages.add({ actor: one, action: "messages.rules" }, "messages", {
      connections: [{ connection: "lamna", kinds: [] }],
    });
    const rows = ["texting-texting", "messages-messages", "given-records-lamna"];
    const kept = await Promise.all(rows.map((id) => store.read("settings", "hospital", id)));
    for (const row of kept) if (row) await store.replace("settings", { ...row, body: {} }, row.etag);
    expect(await made.make(GONE, removal)).toBe("made");
    for (const row of kept) {
      const now = row && (await store.read("settings", "hospital", row.id));
      if (now) await store.replace("settings", { ...now, body: row.body }, now.etag);
    }
    expect((await texting.read("texting"))?.value.connections).toEqual(["lamna", "other"]);
    expect(await made.make(added, { kind: "connection", id: "lamna", after })).toBe("made");
    expect((await texting.read("texting"))?.value).toEqual({ connections: ["other"], consents });
    expect((await messages.read("messages"))?.value).toEqual({});
    expect(await given.read("lamna")).toBeUndefined();
    // Whoever edits it later loses nothing.
    const { revision } = (await connections.read("lamna")) ?? { revision: 0 };
    await texting.replace(
      { actor: one, action: "texting.agreed" },
      "texting",
      (await texting.read("texting"))?.revision ?? 0,
      {
        ...{ consents, connections: ["lamna", "other"] },
      },
    );
    const edit = {
      kind: "connection",
      id: "lamna",
      shown: revision,
      before: after,
      after: { ...after, name: "New" },
    } as const;
    expect(await made.make(added, edit)).toBe("made");
    expect((await texting.read("texting"))?.value.connections).toEqual(["lamna", "other"]);
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
  ["a laptop's first: back to a pilot", { kind: "texting", id: "t", after: { live: false } }, true, "decide"],
  ["a laptop's first: live", { kind: "texting", id: "t", after: { live: true } }, false, "decide"],
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

const trail = async ({ audit }: ReturnType<typeof opened>, limit: number) =>
  (await audit.events({ limit })).map(({ action, actor, object }) => [
    action,
    actor.kind === "person" ? actor.objectId : actor.name,
    object.id,
  ]);
const onlyWaiting = async ({ proposals: made }: ReturnType<typeof opened>) => {
  const [only, ...more] = await made.waiting();
  if (only === undefined || more.length > 0) throw new Error("not one change waits");
  return only;
};
const hold = () => Promise.resolve();

const ward = {
  name: "Ward",
  phone: "(202) 555-0100",
  timeZone: "America/Chicago",
  connection: "lamna",
  lobby: "staff",
  locations: ["w1"],
  organizers: ["7d0c5a1e-0000-4000-8000-00000000aaaa"],
} as const;
const EACH: readonly (readonly [SettingChange["kind"], object])[] = [
  ["connection", after],
  ["department", ward],
  ["approvals", { secondPerson: true }],
  ["texting", { connections: [], live: true }],
  ["messages", { aheadDays: 3 }],
  ["allocation", { hospital: 5, departments: [] }],
  ["manager", { departments: ["a"] }],
  ["reports", limits],
];

test.each(EACH)(
  "a change of %s is made among its own kind, alone or by a second person",
  async (kind, value) => {
    const all = opened();
    const settings = {
      ...{ connection: all.connections, department: all.departments, manager: all.managers },
      ...{ approvals: all.approvals, texting: all.texting, messages: all.messages },
      ...{ allocation: all.allocation, reports: all.reports },
    }[kind];
    const of = (id: string) => ({ kind, id, after: value }) as unknown as SettingChange;
    expect(await all.proposals.make({ actor: one, action: "made" }, of("alone"))).toBe("made");
    expect((await settings.read("alone"))?.value).toEqual(value);
    const said = opened(undefined, { secondPerson: true });
    expect(await said.proposals.make({ actor: one, action: "made", reason: "why" }, of("two"))).toBe("waits");
    expect(await settings.read("two")).toBeUndefined();
    const proposal = await onlyWaiting(said);
    expect([proposal.id, proposal.value]).toEqual([
      kind + ".two",
      { of: of("two"), action: "made", reason: "why", by: "one" },
    ]);
    expect(proposalId(of("two"))).toBe(proposal.id);
    await said.proposals.approve(other, proposal, hold);
    expect((await settings.read("two"))?.value).toEqual(value);
    expect(await said.proposals.waiting()).toEqual([]);
    const [made] = (await said.audit.events({ limit: 2 })).filter(({ action }) => action === "made");
    expect([made?.reason, made?.object.id]).toEqual(["why", "two"]);
  },
);

describe("whether a second person is asked", () => {
  const asks = (all: ReturnType<typeof opened>) => all.proposals.isAsked();

  test("is said by the stack file, else by the portal, and is not so otherwise", async () => {
    const all = opened();
    expect(await asks(all)).toBe(false);
    await askForOne(all.approvals);
    expect([await asks(all), await asks(opened(undefined, { secondPerson: false }))]).toEqual([true, false]);
    expect(await asks(opened(undefined, { secondPerson: true }))).toBe(true);
  });

  test("is read again with what is written, be it the very change that asks for one", async () => {
    const all = opened();
    const of = { kind: "approvals", id: "approvals", after: { secondPerson: true } } as const;
    expect(await all.proposals.make({ actor: one, action: "approvals.required" }, of)).toBe("made");
    expect(await asks(all)).toBe(true);
  });
});

describe("a change that waits", () => {
  const asked = () => opened(undefined, { secondPerson: true });
  const edited = { ...after, name: "Edited" };

  test("is told as proposed, approved and made, each by whom", async () => {
    const all = asked();
    await all.proposals.make(added, OF);
    expect(await trail(all, 1)).toEqual([["change.proposed", "one", "connection.lamna"]]);
    await all.proposals.approve(other, await onlyWaiting(all), hold);
    expect(await trail(all, 2)).toEqual([
      ["connection.added", "other", "lamna"],
      ["change.approved", "other", "connection.lamna"],
    ]);
  });

  test("is approved by nobody who proposed it, and by nobody twice", async () => {
    const all = asked();
    await all.proposals.make(added, OF);
    const proposal = await onlyWaiting(all);
    await expect(all.proposals.approve(one, proposal, hold)).rejects.toThrow(OwnProposal);
    expect(await all.connections.list()).toEqual([]);
    await all.proposals.approve(other, proposal, hold);
    await expect(all.proposals.approve(other, proposal, hold)).rejects.toThrow(SettingMoved);
  });

  test("is rejected by others and taken back by who proposed it, and nothing is changed", async () => {
    const all = asked();
    for (const [who, action] of [
      [other, "change.rejected"],
      [one, "change.withdrawn"],
    ] as const) {
      await all.proposals.make(added, OF);
      await all.proposals.reject(who, await onlyWaiting(all));
      expect(await trail(all, 1)).toEqual([[action, who.objectId, "connection.lamna"]]);
    }
    expect([await all.connections.list(), await all.proposals.waiting()]).toEqual([[], []]);
  });

  test("keeps others of the same setting away, unless they replace it, which is told", async () => {
    const all = asked();
    await all.proposals.make(added, OF);
    const first = await onlyWaiting(all);
    const another = { actor: other, action: "connection.added" } as const;
    const unseen = all.proposals.make(another, OF);
    await expect(unseen).rejects.toMatchObject({ name: "ChangeWaits" });
    await expect(unseen).rejects.toThrow(ChangeWaits);
    await expect(all.proposals.make(another, OF, first.revision + 1)).rejects.toThrow(ChangeWaits);
    expect(await all.proposals.make(another, { ...OF, after: edited }, first.revision)).toBe("waits");
    const second = await onlyWaiting(all);
    expect([second.value.by, second.revision > first.revision]).toEqual(["other", true]);
    // Where nobody is asked any more, it is made in the place of the one that waited.
    const alone = opened(undefined, { secondPerson: false });
    expect(await alone.proposals.make(another, OF, second.revision)).toBe("made");
    expect(await trail(alone, 2)).toEqual([
      ["change.replaced", "other", "connection.lamna"],
      ["connection.added", "other", "lamna"],
    ]);
    expect(await alone.proposals.waiting()).toEqual([]);
  });

  test("is not made over what was changed or made since", async () => {
    const all = asked();
    await all.proposals.make(added, OF);
    await all.connections.add(added, "lamna", after);
    await expect(all.proposals.approve(other, await onlyWaiting(all), hold)).rejects.toThrow(ProposalStale);
    await all.proposals.reject(other, await onlyWaiting(all));
    const { revision } = (await all.connections.read("lamna")) ?? { revision: 0 };
    const of = { kind: "connection", id: "lamna", shown: revision, before: after, after: edited } as const;
    await all.proposals.make(added, of);
    await all.connections.replace(added, "lamna", revision, { ...after, name: "Meanwhile" });
    await expect(all.proposals.approve(other, await onlyWaiting(all), hold)).rejects.toThrow(ProposalStale);
    expect((await all.connections.read("lamna"))?.value.name).toBe("Meanwhile");
    // A change of what nobody has been shown is not even proposed.
    for (const wrong of [
      { ...of, shown: revision },
      { ...of, shown: revision + 1 },
    ])
      await expect(all.proposals.make(added, wrong)).rejects.toThrow(SettingMoved);
  });
});

describe("the base URL that a connection had", () => {
  const had = { connectionId: "lamna", fhirBaseUrl: after.fhirBaseUrl, environment: "test" };
  test.each<readonly [string, Partial<PortalConnection> | undefined, boolean]>([
    ["is kept where it has another one", { fhirBaseUrl: "https://fhir.example/r4/other" }, true],
    ["is kept where it becomes production", { environment: "production" }, true],
    ["is kept where it goes", undefined, true],
    ["stays its own where another member changes", { name: "B" }, false],
  ])("%s", async (_what, change, isKept) => {
    for (const how of ["alone", "approved"]) {
      const all = opened(undefined, { secondPerson: how === "approved" });
      const { revision } = await all.connections.add(added, "lamna", after);
      const next = change === undefined ? {} : { after: { ...after, ...change } };
      await all.proposals.make(added, {
        kind: "connection",
        id: "lamna",
        shown: revision,
        before: after,
        ...next,
      });
      if (how === "approved") {
        expect(all.noted).toEqual([]);
        await all.proposals.approve(other, await onlyWaiting(all), hold);
      }
      expect(all.noted).toEqual(isKept ? [had] : []);
      const { revision: now } = (await all.connections.read("lamna")) ?? {};
      if (now !== undefined) await all.connections.remove(added, "lamna", now);
    }
  });

  test("is none where it is no base URL, and a department has none", async () => {
    const all = opened();
    const local = { ...after, fhirBaseUrl: "http://localhost/r4" };
    const { revision } = await all.connections.add(added, "lamna", local);
    await all.proposals.make(added, { kind: "connection", id: "lamna", shown: revision, before: local });
    const made = await all.departments.add(added, "ward", {
      ...ward,
      locations: ["w1"],
      organizers: [...ward.organizers],
    });
    await all.proposals.make(added, {
      kind: "department",
      id: "ward",
      shown: made.revision,
      before: made.value,
    });
    expect(all.noted).toEqual([]);
  });
});

describe("other sign-in addresses", () => {
  const addresses = (name: string) => ({
    ...{ issuer: `https://${name}.example`, jwksUri: `https://${name}.example/keys` },
    ...{
      authorizationEndpoint: `https://${name}.example/sign-in`,
      tokenEndpoint: `https://${name}.example/token`,
    },
  });
  const of: AddressesChange = {
    kind: "addresses",
    id: "lamna",
    before: addresses("old"),
    after: addresses("new"),
  };
  const approved = { actor: one, action: "sign-in-addresses.approved" } as const;

  const never = () => Promise.reject(new Error("nobody is to hold"));
  const named = () => Promise.resolve(true);
  const told = async ({ audit }: ReturnType<typeof opened>, count: number) =>
    (await audit.events({ limit: count }))
      .toReversed()
      .map(({ actor, action, act }) => [
        actor.kind === "person" ? actor.objectId : actor.name,
        act === undefined ? action : act.phase,
      ]);
  /** One of them waits, and a second person is asked. */
  const waits = async () => {
    const all = opened(undefined, { secondPerson: true });
    expect(await all.proposals.makeHold(approved, of, never)).toBe("waits");
    return { all, proposal: await onlyWaiting(all) };
  };

  test("wait, and are held to once a second person agrees, which is told before and after", async () => {
    const { all, proposal } = await waits();
    const again = all.proposals.makeHold({ ...approved, actor: other }, of, never);
    await expect(again).rejects.toThrow(ChangeWaits);
    expect([proposal.id, proposal.value]).toEqual([
      "addresses.lamna",
      { of, action: approved.action, by: "one" },
    ]);
    const held: unknown[] = [];
    await expect(all.proposals.approve(one, proposal, hold)).rejects.toThrow(OwnProposal);
    await all.proposals.approve(other, proposal, (now) => Promise.resolve(void held.push(now)));
    expect(held).toEqual([of]);
    expect(await told(all, 3)).toEqual([
      ["other", "change.approved"],
      ["other", "intended"],
      ["other", "done"],
    ]);
    expect([await all.proposals.waiting(), await all.connections.list()]).toEqual([[], []]);
    expect(await all.proposals.makeHold(approved, of, never)).toBe("waits");
  });

  test("that wait are held to by nobody but a second person", async () => {
    const { all, proposal } = await waits();
    expect(await told(all, 1)).toEqual([["one", "change.proposed"]]);
    time += 3 * DAY_MS;
    await all.proposals.finish(never, named);
    expect(await all.proposals.read(proposal.id)).toEqual(proposal);
    expect(await all.proposals.read("addresses.other")).toBeUndefined();
    const { container } = proposals.record;
    const row = await store.read(container, SETTINGS.partition, "proposal-" + proposal.id);
    if (row === undefined) throw new Error("no row");
    await store.replace(container, { ...row, body: { ...row.body, value: "damaged" } }, row.etag);
    expect(await all.proposals.read(proposal.id)).toBe("unreadable");
  });

  test("that were rejected meanwhile are not held to", async () => {
    const { all, proposal } = await waits();
    await all.proposals.reject(other, proposal);
    const approving = opened().proposals.approve({ kind: "person", objectId: "third" }, proposal, never);
    await expect(approving).rejects.toThrow(SettingMoved);
    expect(await told(all, 1)).toEqual([["other", "change.rejected"]]);
  });

  test("that somebody rejects at the moment in which they are approved are held to, or were rejected first", async () => {
    const { all, proposal } = await waits();
    const held: unknown[] = [];
    const [approving, rejecting] = await Promise.allSettled([
      all.proposals.approve(other, proposal, (now) => Promise.resolve(void held.push(now))),
      opened().proposals.reject(one, proposal),
    ]);
    expect([approving.status, rejecting.status].toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(held).toHaveLength(approving.status === "fulfilled" ? 1 : 0);
  });

  test("that are being held to cannot be rejected, approved or proposed any more, and do not wait", async () => {
    const { all, proposal } = await waits();
    const answers: unknown[] = [];
    await all.proposals.approve(other, proposal, async () => {
      const { proposals: meanwhile } = opened(undefined, { secondPerson: true });
      answers.push(await meanwhile.waiting(), await meanwhile.read(proposal.id));
      for (const late of [
        meanwhile.reject(other, proposal),
        meanwhile.approve(other, proposal, never),
        meanwhile.makeHold(approved, of, never),
      ])
        answers.push(await late.then(String, (error: unknown) => (error as Error).name));
      await meanwhile.finish(never, named);
    });
    expect(answers).toEqual([[], undefined, "SettingMoved", "SettingMoved", "ChangeWaits"]);
    expect(await told(all, 1)).toEqual([["other", "done"]]);
  });

  test("are held to a little later where whoever approved them was killed, or failed", async () => {
    const { all, proposal } = await waits();
    const failing = () => Promise.reject(new Error("the store is gone"));
    await expect(all.proposals.approve(other, proposal, failing)).rejects.toThrow("gone");
    const held: unknown[] = [];
    const holding = (now: AddressesChange) => Promise.resolve(void held.push(now));
    time += 2 * 60_000 - 1;
    await all.proposals.finish(holding, named);
    expect([held, await all.proposals.waiting()]).toEqual([[], []]);
    time += 1;
    await expect(all.proposals.finish(failing, named)).rejects.toThrow("gone");
    await opened().proposals.finish(holding, named);
    await opened().proposals.finish(never, named);
    expect(held).toEqual([of]);
    expect(await told(all, 7)).toEqual([
      ["other", "change.approved"],
      ["other", "intended"],
      ["other", "failed"],
      ["approvals", "intended"],
      ["approvals", "failed"],
      ["approvals", "intended"],
      ["approvals", "done"],
    ]);
    expect(await all.proposals.makeHold(approved, of, never)).toBe("waits");
  });

  test("that the server does not name any more are taken away by the round, which says so, and wait while it says nothing", async () => {
    const { all, proposal } = await waits();
    await expect(all.proposals.approve(other, proposal, never)).rejects.toThrow("nobody");
    time += 2 * 60_000;
    const silent = all.proposals.finish(never, () => Promise.reject(new Error("it says nothing")));
    await expect(silent).rejects.toThrow("it says nothing");
    expect(await told(all, 1)).toEqual([["other", "failed"]]);
    await all.proposals.finish(never, () => Promise.resolve(false));
    const [event] = await all.audit.events({ limit: 1 });
    expect(event).toMatchObject({
      actor: { kind: "program", name: "approvals" },
      action: "sign-in-addresses.not-used",
      object: { kind: "connection", id: "lamna" },
    });
    expect(await told(all, 2)).toEqual([
      ["other", "failed"],
      ["approvals", "sign-in-addresses.not-used"],
    ]);
    await all.proposals.finish(never, named);
    expect(await all.proposals.makeHold(approved, of, never)).toBe("waits");
  });

  test("whose proposal is damaged meanwhile are held to, and nothing is said to be done that is not", async () => {
    const { all, proposal } = await waits();
    const { container } = proposals.record;
    await all.proposals.approve(other, proposal, async () => {
      const row = await store.read(container, SETTINGS.partition, "proposal-" + proposal.id);
      if (row === undefined) throw new Error("no row");
      await store.replace(container, { ...row, body: { ...row.body, value: "damaged" } }, row.etag);
    });
    expect(await told(all, 1)).toEqual([["other", "intended"]]);
  });

  test("of a connection that is gone are taken away, and hinder no others", async () => {
    const { all, proposal } = await waits();
    await all.proposals.makeHold(approved, { ...of, id: "other" }, never);
    const second = await all.proposals.read("addresses.other");
    if (second === undefined || second === "unreadable") throw new Error("none waits");
    for (const each of [proposal, second])
      await expect(all.proposals.approve(other, each, never)).rejects.toThrow("nobody");
    time += 2 * 60_000;
    const held: string[] = [];
    await all.proposals.finish(
      ({ id }) =>
        id === "lamna" ? Promise.reject(new NothingToHold("gone")) : Promise.resolve(void held.push(id)),
      named,
    );
    await all.proposals.finish(never, named);
    expect(held).toEqual(["other"]);
  });

  test("that whoever approved them holds to after all, while the round did so, are held to twice and taken away once", async () => {
    const { all, proposal } = await waits();
    const held: string[] = [];
    await all.proposals.approve(other, proposal, async () => {
      time += 2 * 60_000;
      await opened().proposals.finish(() => Promise.resolve(void held.push("by the round")), named);
      held.push("by the second person");
    });
    expect(held).toEqual(["by the round", "by the second person"]);
    expect(await told(all, 2)).toEqual([
      ["approvals", "done"],
      ["other", "done"],
    ]);
  });

  test("are held to at once where nobody else is asked, and wait if somebody is by then", async () => {
    const all = opened();
    const held: unknown[] = [];
    const holding = (now: AddressesChange) => Promise.resolve(void held.push(now));
    expect(await all.proposals.makeHold(approved, of, holding)).toBe("made");
    expect(await told(all, 2)).toEqual([
      ["one", "intended"],
      ["one", "done"],
    ]);
    const failing = () => Promise.reject(new NothingToHold("the connection is gone"));
    const failed = await all.proposals.makeHold(approved, of, failing).catch(String);
    expect(failed).toBe("NothingToHold: the connection is gone");
    let reads = 0;
    const slips = opened((approvals) => async (id) => {
      if (++reads === 2) await askForOne(approvals);
      return approvals.read(id);
    });
    expect(await slips.proposals.makeHold(approved, of, never)).toBe("waits");
    expect(held).toEqual([of]);
  });

  test("are told address by address", () => {
    const { object, changes, action } = addressesEntry(approved, {
      ...of,
      after: { ...of.before, issuer: "https://new.example" },
    });
    expect([object, action, changes]).toEqual([
      { kind: "connection", id: "lamna" },
      "sign-in-addresses.approved",
      [{ member: "issuer", from: "https://old.example", to: "https://new.example" }],
    ]);
  });
});

test("of several changes those are taken away that have waited for too long, and one that is answered meanwhile is no fault", async () => {
  const all = opened(undefined, { secondPerson: true });
  await all.proposals.make(added, OF);
  time += 3 * DAY_MS;
  await all.proposals.make(added, { ...OF, id: "other" });
  time += 4 * DAY_MS;
  await all.proposals.expire();
  expect((await onlyWaiting(all)).id).toBe("connection.other");
  time += 7 * DAY_MS;
  const proposal = await onlyWaiting(all);
  await Promise.all([
    all.proposals.reject(other, proposal),
    all.proposals.expire(),
    opened().proposals.expire(),
  ]).catch((error: unknown) => {
    // The rejection may come second; expiring never fails.
    if (!(error instanceof SettingMoved)) throw error;
  });
  expect(await opened().proposals.waiting()).toEqual([]);
});

test("what is removed with a connection leaves what is said of others, member by member", async () => {
  const all = opened();
  const { revision } = await all.connections.add(added, "lamna", after);
  const chart = { connection: "lamna", fhirBaseUrl: after.fhirBaseUrl };
  const mine = {
    connections: ["other"],
    notTexted: ["lamna", "third"],
    charts: [{ ...chart, connection: "other" }],
  };
  await all.texting.add(added, "texting", { ...mine, consents, live: true });
  const removal = { kind: "connection", id: "lamna", shown: revision, before: after } as const;
  await all.proposals.make(GONE, removal);
  expect((await all.texting.read("texting"))?.value).toEqual({
    ...mine,
    notTexted: ["third"],
    consents,
    live: true,
  });
  expect(await trail(all, 2)).toEqual([
    ["texting.connection-removed", "one", "texting"],
    ["connection.removed", "one", "lamna"],
  ]);
});

test("nothing is changed beside a connection that was in none of it, or that stays", async () => {
  const all = opened();
  const { revision } = await all.connections.add(added, "lamna", after);
  await all.texting.add(added, "texting", { connections: ["other"], notTexted: [], charts: [] });
  await all.messages.add(added, "messages", { connections: [{ connection: "other", kinds: [] }] });
  await all.given.add(added, "other", { values: [] });
  const edit = { kind: "connection", id: "lamna", shown: revision, before: after, after: on } as const;
  await all.proposals.make(added, edit);
  await all.proposals.make(GONE, { kind: "connection", id: "lamna", shown: revision + 1, before: on });
  expect((await trail(all, 2)).map(([action]) => action)).toEqual(["connection.removed", "connection.added"]);
});

test("a connection is removed although what is set of texts is damaged, which stays as it is", async () => {
  const all = opened();
  const { revision } = await all.connections.add(added, "lamna", after);
  await all.texting.add(added, "texting", { connections: ["lamna"] });
  const [partition, id] = ["hospital", "texting-texting"] as const;
  const row = await store.read("settings", partition, id);
  if (row === undefined) throw new Error("nothing is set of texts");
  const { etag, ...damaged } = { ...row, body: { ...row.body, value: "damaged" } };
  await store.replace("settings", damaged, etag);
  await all.proposals.make(GONE, { kind: "connection", id: "lamna", shown: revision, before: after });
  expect(await all.connections.read("lamna")).toBeUndefined();
  expect((await store.read("settings", partition, id))?.body["value"]).toBe("damaged");
});

test("the last rules of messages that go with a connection leave the hospital's own", async () => {
  const all = opened();
  const { revision } = await all.connections.add(added, "lamna", after);
  await all.messages.add(added, "messages", {
    aheadDays: 3,
    connections: [{ connection: "lamna", kinds: [] }],
  });
  await all.proposals.make(GONE, { kind: "connection", id: "lamna", shown: revision, before: after });
  expect((await all.messages.read("messages"))?.value).toEqual({ aheadDays: 3 });
  expect(await trail(all, 1)).toEqual([["messages.connection-removed", "one", "messages"]]);
});
