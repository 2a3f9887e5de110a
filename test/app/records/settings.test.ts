/** What administrators set, with its audit trail: on the very store of a laptop. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { verifyChain } from "../../../app/domain/auditChain.ts";
import { jsonLog } from "../../../app/log.ts";
import { BatchTooLarge, StoreFault, type Body, type Store } from "../../../app/ports/store.ts";
import { openAudit, SETTINGS, type Audit } from "../../../app/records/audit.ts";
import { portalConnections, type PortalConnection } from "../../../app/records/portalConnections.ts";
import { portalTexting, TEXTING_ID } from "../../../app/records/portalTexting.ts";
import { openSettings, SettingMoved, SettingTaken, type Settings } from "../../../app/records/settings.ts";

let later = 0;
const now = () => new Date(Date.parse("2026-11-28T12:00:00.000Z") + later);
const actor = { kind: "person", objectId: "7d0c5a1e-0000-4000-8000-00000000b001" } as const;
const change = (action: string) => ({ actor, action });
const VALUE: PortalConnection = {
  name: "Lamna test",
  fhirBaseUrl: "https://fhir.example/r4/tenant",
  environment: "test",
  visitTypes: ["Video Visit"],
  enabled: false,
};

let store: Store;
let audit: Audit;
let connections: Settings<PortalConnection>;
beforeEach(() => {
  later = 0;
  store = openSqliteStore({ file: ":memory:", now, tell: () => undefined });
  ({ audit, connections } = opened(store));
});
afterEach(() => store.close());

function opened(on: Store, lines: string[] = []) {
  const log = jsonLog((line) => void lines.push(line), now);
  const ownAudit = openAudit({ store: on, log, now });
  return {
    audit: ownAudit,
    connections: openSettings(portalConnections, { store: on, audit: ownAudit, log, now }),
  };
}
const wholeChain = async () => [...(await audit.events({ limit: 1000 }))].reverse();

describe("a setting", () => {
  test.each([
    ["damaged", (body: Body): Body => ({ ...body, revision: "one" }), "Lamna test"],
    ["damaged", (): Body => ({}), undefined],
    ["another-release", (body: Body): Body => ({ ...body, v: 99 }), "Lamna test"],
  ] as const)("that cannot be read is told beside the list: %s", async (why, spoil, name) => {
    await connections.add(change("connection.added"), "lamna", VALUE);
    const row = await store.read(SETTINGS.container, SETTINGS.partition, "connection-lamna");
    if (row === undefined) throw new Error("no row");
    await store.replace(SETTINGS.container, { ...row, body: spoil(row.body) }, row.etag);
    const other = await connections.add(change("connection.added"), "other", VALUE);
    expect(await connections.list()).toEqual([other]);
    expect(await connections.unreadable()).toEqual([
      { kind: "connection", id: "lamna", row: "connection-lamna", why, ...(name && { name }) },
    ]);
  });

  test("that cannot be read is looked at again after a while, told once in the log, and listed once its row is mended", async () => {
    const lines: string[] = [];
    const lamna = await connections.add(change("connection.added"), "lamna", VALUE);
    const rowNow = async () => {
      const row = await store.read(SETTINGS.container, SETTINGS.partition, "connection-lamna");
      if (row === undefined) throw new Error("no row");
      return row;
    };
    const whole = await rowNow();
    await store.replace(SETTINGS.container, { ...whole, body: {} }, whole.etag);
    const { connections: anew } = opened(store, lines);
    expect(await anew.list()).toEqual([]);
    later = 10_000;
    expect(await anew.list()).toEqual([]);
    expect(lines.filter((line) => line.includes("setting.unreadable"))).toHaveLength(1);
    await store.replace(SETTINGS.container, whole, (await rowNow()).etag);
    later = 19_999;
    expect(await anew.list()).toEqual([]);
    later = 20_000;
    expect([await anew.list(), await anew.unreadable()]).toEqual([[lamna], []]);
  });

  test("is added, replaced and removed, each with its event", async () => {
    await connections.add(change("connection.added"), "lamna", VALUE);
    const renamed = await connections.replace(change("connection.edited"), "lamna", 1, {
      ...VALUE,
      name: "Lamna",
    });
    expect(renamed).toMatchObject({ id: "lamna", revision: 2, value: { name: "Lamna" } });
    expect(await connections.read("lamna")).toEqual(renamed);
    expect(await connections.list()).toEqual([renamed]);
    await connections.remove(change("connection.removed"), "lamna", 2);
    expect(await connections.list()).toEqual([]);

    const events = await wholeChain();
    expect(events.map(({ action, object }) => [action, object.kind, object.id])).toEqual([
      ["connection.added", "connection", "lamna"],
      ["connection.edited", "connection", "lamna"],
      ["connection.removed", "connection", "lamna"],
    ]);
    expect(events[1]?.changes).toEqual([{ member: "name", from: "Lamna test", to: "Lamna" }]);
    expect(verifyChain(events, await audit.head())).toEqual([]);
  });

  test("that another has changed is left as it is, and whoever came second is shown what it is now", async () => {
    await connections.add(change("connection.added"), "lamna", VALUE);
    await connections.replace(change("connection.edited"), "lamna", 1, { ...VALUE, name: "First" });
    const second = connections.replace(change("connection.edited"), "lamna", 1, { ...VALUE, name: "Second" });
    await expect(second).rejects.toMatchObject({
      name: "SettingMoved",
      now: { revision: 2, value: { name: "First" } },
    });
    await expect(connections.remove(change("connection.removed"), "lamna", 1)).rejects.toThrow(SettingMoved);
    await expect(connections.remove(change("connection.removed"), "nobody", 1)).rejects.toMatchObject({
      name: "SettingMoved",
    });
    await expect(connections.add(change("connection.added"), "lamna", VALUE)).rejects.toThrow(SettingTaken);
    expect(await wholeChain()).toHaveLength(2);
  });

  test("that another process has changed is in the next list, and nobody reads them all when nothing was changed", async () => {
    let lists = 0;
    const counted = {
      ...store,
      list: (...asked: Parameters<Store["list"]>) => (lists++, store.list(...asked)),
    };
    const other = opened(counted).connections;
    const first = await connections.add(change("connection.added"), "lamna", VALUE);
    expect([await other.list(), await other.list(), lists]).toEqual([[first], [first], 1]);
    const renamed = await connections.replace(change("connection.edited"), "lamna", 1, {
      ...VALUE,
      name: "Other",
    });
    // What was told since is looked at, and the settings are listed anew.
    expect([await other.list(), lists]).toEqual([[renamed], 3]);
  });

  test("is not read anew because of what clinicians do to visits, and is once it has changed", async () => {
    let lists: unknown[] = [];
    const counted = {
      ...store,
      list: (...asked: Parameters<Store["list"]>) => (lists.push(asked[2].from), store.list(...asked)),
    };
    const other = opened(counted).connections;
    const first = await connections.add(change("connection.added"), "lamna", VALUE);
    await other.list();
    const visit = { ...change("visit.late-said"), object: { kind: "visit", id: "v" }, changes: [] };
    const acts = async (count: number) => {
      for (let each = 0; each < count; each++) await audit.during(visit, () => Promise.resolve());
    };
    const before = audit.writes();
    await acts(20);
    expect(audit.writes()).toBe(before);
    lists = [];
    expect([await other.list(), await other.list(), lists]).toEqual([
      [first],
      [first],
      ["event/000000000000"],
    ]);
    // Among them, and before them, a change is seen.
    await acts(1);
    const edited = { ...VALUE, name: "Other" };
    const renamed = await connections.replace(change("connection.edited"), "lamna", 1, edited);
    await acts(1);
    expect([await other.list(), await other.list()]).toEqual([[renamed], [renamed]]);
    // Nobody looks through many events for it.
    await acts(51);
    lists = [];
    expect([await other.list(), lists]).toEqual([[renamed], ["connection/"]]);
    expect(audit.writes()).toBe(before + 1);
  });

  test("is read anew where an event that was told since cannot be read", async () => {
    const other = opened(store).connections;
    await connections.add(change("connection.added"), "lamna", VALUE);
    await other.list();
    const renamed = await connections.replace(change("connection.edited"), "lamna", 1, {
      ...VALUE,
      name: "Other",
    });
    const row = await store.read(SETTINGS.container, SETTINGS.partition, "event-2");
    if (row === undefined) throw new Error("no event");
    await store.replace(SETTINGS.container, { ...row, body: { v: 1 } }, row.etag);
    expect(await other.list()).toEqual([renamed]);
  });

  test("is changed by two at once: one is done, the other is told", async () => {
    await connections.add(change("connection.added"), "lamna", VALUE);
    const other = opened(store).connections;
    const ended = await Promise.allSettled(
      [connections, other, connections, other].map((each, index) =>
        each.replace(change("connection.edited"), "lamna", 1, { ...VALUE, name: "Name " + String(index) }),
      ),
    );
    expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await connections.read("lamna"))?.revision).toBe(2);
    expect(verifyChain(await wholeChain(), await audit.head())).toEqual([]);
  });

  test("of many, made at once by two processes, each is there with its event, and the chain is whole", async () => {
    const other = opened(store).connections;
    await Promise.all(
      Array.from({ length: 20 }, (_none, index) =>
        (index % 2 === 0 ? connections : other).add(change("connection.added"), "c" + String(index), VALUE),
      ),
    );
    expect(await connections.list()).toHaveLength(20);
    const events = await wholeChain();
    expect(new Set(events.map(({ object }) => object.id)).size).toBe(20);
    expect(verifyChain(events, await audit.head())).toEqual([]);
  });

  test("is not there when its event cannot be written", async () => {
    const full: Store = { ...store, batch: () => Promise.reject(new StoreFault("the disk is full")) };
    await expect(opened(full).connections.add(change("connection.added"), "lamna", VALUE)).rejects.toThrow(
      StoreFault,
    );
    expect([await connections.list(), await audit.head()]).toEqual([[], { number: 0, hash: "" }]);
  });

  test("keeps its secret out of the audit trail", async () => {
    const provider = {
      clientId: "c",
      authentication: { method: "client_secret_basic", sealedSecret: "SEALED" },
    } as const;
    await connections.add(change("connection.added"), "lamna", { ...VALUE, provider });
    expect(JSON.stringify(await wholeChain())).not.toContain("SEALED");
    expect((await wholeChain())[0]?.changes).toContainEqual({
      member: "provider.authentication.sealedSecret",
      to: "(not shown)",
    });
  });

  test("that was removed and is made again is another one to whoever was shown the first", async () => {
    const first = await connections.add(change("connection.added"), "lamna", VALUE);
    await connections.remove(change("connection.removed"), "lamna", first.revision);
    await connections.add(change("connection.added"), "lamna", {
      ...VALUE,
      fhirBaseUrl: "https://evil.example",
    });
    const late = connections.replace(change("connection.edited"), "lamna", first.revision, VALUE);
    await expect(late).rejects.toThrow(SettingMoved);
  });

  test("that cannot be read hides none of the others", async () => {
    await connections.add(change("connection.added"), "lamna", VALUE);
    const other = await connections.add(change("connection.added"), "other", VALUE);
    const row = await store.read(SETTINGS.container, SETTINGS.partition, "connection-lamna");
    if (row === undefined) throw new Error("no row");
    await store.replace(SETTINGS.container, { ...row, body: { ...row.body, value: 7 } }, row.etag);
    expect(await connections.list()).toEqual([other]);
  });

  test("is changed without losing what a later release has written into it", async () => {
    await connections.add(change("connection.added"), "lamna", VALUE);
    const row = await store.read(SETTINGS.container, SETTINGS.partition, "connection-lamna");
    if (row === undefined) throw new Error("no row");
    const value = { ...(row.body["value"] as object), later: "kept" };
    await store.replace(SETTINGS.container, { ...row, body: { ...row.body, value } }, row.etag);
    await connections.replace(change("connection.edited"), "lamna", 1, { ...VALUE, name: "Lamna" });
    const after = await store.read(SETTINGS.container, SETTINGS.partition, "connection-lamna");
    expect(after?.body["value"]).toMatchObject({ name: "Lamna", later: "kept" });
  });
});

describe("an act that is no change of a setting", () => {
  const entry = { actor, action: "visit.forgotten", object: { kind: "visit" }, changes: [] };

  test("is told before and after it", async () => {
    const done = await audit.during(entry, async () => {
      expect((await wholeChain()).map(({ act }) => act?.phase)).toEqual(["intended"]);
      return 7;
    });
    expect(done).toBe(7);
    expect((await wholeChain()).map(({ act }) => act?.phase)).toEqual(["intended", "done"]);
    expect(verifyChain(await wholeChain(), await audit.head())).toEqual([]);
  });

  test("that failed is told so, and one that was killed stays open", async () => {
    await expect(audit.during(entry, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect((await wholeChain()).map(({ act }) => act?.phase)).toEqual(["intended", "failed"]);
    void audit.during(entry, () => new Promise(() => undefined));
    while ((await audit.head()).number < 3) await new Promise((resolve) => setImmediate(resolve));
    expect(verifyChain(await wholeChain(), await audit.head())).toMatchObject([{ kind: "open", number: 3 }]);
  });

  test("may be told in one batch with changes, and is not begun where those cannot be made", async () => {
    const shown = await connections.add(change("connection.added"), "lamna", VALUE);
    const edit = (name: string, revision: number) => async () => {
      const value = { ...VALUE, name };
      const plan = await connections.plan(change("connection.edited"), "lamna", { shown: revision, value });
      const { write, entry: edited } = await plan();
      return { writes: [write], entries: [edited] };
    };
    const names = async () => (await connections.read("lamna"))?.value.name;
    let meanwhile: string | undefined;
    const act = async () => void (meanwhile = await names());
    const together = {
      before: edit("Before", shown.revision),
      after: edit("After", shown.revision + 1),
    };
    await audit.during(entry, act, together);
    expect([meanwhile, await names()]).toEqual(["Before", "After"]);
    expect((await wholeChain()).slice(1).map(({ action, act: one }) => one?.phase ?? action)).toEqual([
      "connection.edited",
      "intended",
      "connection.edited",
      "done",
    ]);
    await expect(audit.during(entry, () => Promise.reject(new Error("begun")), together)).rejects.toThrow(
      SettingMoved,
    );
    const why: unknown[] = [];
    const after = (error?: unknown) =>
      Promise.resolve(void why.push(error)).then(() => ({ writes: [], entries: [] }));
    const failing = audit.during(entry, () => Promise.reject(new Error("no")), { after });
    await expect(failing).rejects.toThrow("no");
    expect(why).toEqual([new Error("no")]);
    expect(verifyChain(await wholeChain(), await audit.head())).toEqual([]);
  });

  test("is not begun when it cannot be told", async () => {
    const full: Store = { ...store, batch: () => Promise.reject(new StoreFault("the disk is full")) };
    let begun = false;
    const act = () => {
      begun = true;
      return Promise.resolve();
    };
    await expect(opened(full).audit.during(entry, act)).rejects.toThrow(StoreFault);
    expect(begun).toBe(false);
  });
});

test("events are read newest first, page by page", async () => {
  for (const id of ["a", "b", "c", "d", "e"]) await connections.add(change("connection.added"), id, VALUE);
  const first = await audit.events({ limit: 2 });
  expect(first.map(({ number }) => number)).toEqual([5, 4]);
  expect((await audit.events({ limit: 9, before: 4 })).map(({ number }) => number)).toEqual([3, 2, 1]);
});

test("what is set of thousands of connections at once is written with its event, and too much is refused beforehand", async () => {
  const log = jsonLog(() => undefined, now);
  const texting = openSettings(portalTexting, { store, audit, log, now });
  const consent = { by: actor.objectId, at: now().toISOString(), words: 1 };
  const consents = { sendOnBehalf: consent, attendeesConsent: consent };
  const of = (count: number) => {
    const ids = Array.from({ length: count }, (_, number) => `hospital-of-the-county-${String(number)}`);
    const base = "https://fhir-ehr-code.cerner.com/r4/ec2458f2-1e24-41c8-b71b-0e701a";
    const charts = ids.map((id, number) => ({ connection: id, fhirBaseUrl: base + String(number) }));
    return { consents, connections: ids, charts };
  };
  const agreed = await texting.add(change("texting.agreed"), TEXTING_ID, of(4_000));
  await texting.replace(change("texting.configured"), TEXTING_ID, agreed.revision, of(4_001));
  const [last] = await audit.events({ limit: 1 });
  expect(last?.changes.map(({ member, from }) => [member, from])).toEqual([
    ["charts (what differs)", "[]"],
    ["connections (what differs)", "[]"],
  ]);
  expect(last?.changes[1]?.to).toBe('["hospital-of-the-county-4000"]');
  const before = await audit.head();
  const shown = (await texting.read(TEXTING_ID))?.revision ?? 0;
  await expect(
    texting.replace(change("texting.configured"), TEXTING_ID, shown, of(12_000)),
  ).rejects.toBeInstanceOf(BatchTooLarge);
  expect([await audit.head(), (await texting.read(TEXTING_ID))?.value.connections?.length]).toEqual([
    before,
    4_001,
  ]);
});
