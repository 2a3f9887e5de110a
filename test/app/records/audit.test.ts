/** The audit trail as it is kept: each write with its event, in order, for six years; and who is signed in to read it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { verifyChain } from "../../../app/domain/auditChain.ts";
import { GLOBAL_ADMINISTRATOR } from "../../../app/domain/portalRights.ts";
import { jsonLog } from "../../../app/log.ts";
import { SealBroken } from "../../../app/ports/keyring.ts";
import { StoreFault, type Store } from "../../../app/ports/store.ts";
import { openAudit, SETTINGS, type Commit, type Entry } from "../../../app/records/audit.ts";
import { expireEvents } from "../../../app/records/auditRetention.ts";
import { openPortalSessions, type PortalSession } from "../../../app/records/portalSessions.ts";

const START = Date.parse("2026-11-28T12:00:00.000Z");
const MINUTE_MS = 60_000;
let time: number;
let store: Store;
let logged: string[];
const now = () => new Date(time);
const log = jsonLog((line) => logged.push((JSON.parse(line) as { event: string }).event), now);
beforeEach(() => {
  time = START;
  logged = [];
  store = openSqliteStore({ file: ":memory:", now, tell: () => undefined });
});
afterEach(() => store.close());

const ENTRY: Entry = {
  actor: { kind: "person", objectId: "one" },
  action: "thing.done",
  object: { kind: "thing", id: "a" },
  changes: [{ member: "m", from: "x", to: "y" }],
};
const write = (id: string) =>
  ({ kind: "create", item: { partition: SETTINGS.partition, id, body: { v: 1 } } }) as const;
const commit = (audit: ReturnType<typeof openAudit>, ...entries: readonly Entry[]) =>
  audit.commit(() => Promise.resolve({ writes: [], entries }));

describe("the trail", () => {
  test("is empty at first, and counts how often this process has changed a setting", async () => {
    const audit = openAudit({ store, log, now });
    expect([await audit.head(), await audit.events({ limit: 9 }), audit.writes()]).toEqual([
      { number: 0, hash: "" },
      [],
      0,
    ]);
    await commit(audit, ENTRY);
    await commit(audit, ENTRY, { ...ENTRY, reason: "because" });
    await audit.commit(() => Promise.resolve(undefined));
    expect(audit.writes()).toBe(0);
    for (const id of ["a", "b"])
      await audit.commit(() => Promise.resolve({ writes: [write(id)], entries: [ENTRY] }));
    expect(audit.writes()).toBe(2);
    expect(openAudit({ store, log, now }).writes()).toBe(0);
  });

  test("has each event with its time, in the order of the chain", async () => {
    const audit = openAudit({ store, log, now });
    await commit(audit, ENTRY);
    time += MINUTE_MS;
    await commit(audit, ENTRY, { ...ENTRY, reason: "because" });
    const events = await audit.events({ limit: 9 });
    expect(events.map(({ hash: _hash, previous: _previous, ...event }) => event)).toEqual([
      { ...ENTRY, number: 3, at: "2026-11-28T12:01:00.000Z", reason: "because" },
      { ...ENTRY, number: 2, at: "2026-11-28T12:01:00.000Z" },
      { ...ENTRY, number: 1, at: "2026-11-28T12:00:00.000Z" },
    ]);
    expect(verifyChain(events.toReversed(), await audit.head())).toEqual([]);
  });

  test("follows the number alone: of instances that write in the same millisecond, and of a clock that was set back, none stands elsewhere", async () => {
    const instances = Array.from({ length: 4 }, () => openAudit({ store, log, now }));
    for (let round = 0; round < 5; round++) {
      await Promise.all(instances.map((audit) => commit(audit, ENTRY, { ...ENTRY, action: "thing.undone" })));
      time -= MINUTE_MS;
    }
    const events = [];
    for await (const event of openAudit({ store, log, now }).inOrder()) events.push(event);
    expect(events.map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_none, at) => at + 1));
    expect(events.map(({ action }) => action)).toEqual(
      Array.from({ length: 40 }, (_none, at) => (at % 2 === 0 ? "thing.done" : "thing.undone")),
    );
    expect(verifyChain(events, await openAudit({ store, log, now }).head())).toEqual([]);
  });

  test("is read in pages, with each event once, from any number on", async () => {
    const audit = openAudit({ store, log, now });
    await commit(audit, ...Array.from({ length: 12 }, () => ENTRY));
    const numbers = async (before?: number) =>
      (await audit.events({ limit: 5, ...(before !== undefined && { before }) })).map(({ number }) => number);
    expect(await numbers()).toEqual([12, 11, 10, 9, 8]);
    expect(await numbers(8)).toEqual([7, 6, 5, 4, 3]);
    expect(await numbers(1)).toEqual([]);
  });

  test("is read whole in its order, however long it is, without what else is set", async () => {
    const audit = openAudit({ store, log, now });
    for (let times = 0; times < 6; times++) await commit(audit, ...Array.from({ length: 90 }, () => ENTRY));
    await audit.commit(() =>
      Promise.resolve({
        writes: [{ ...write("z"), item: { ...write("z").item, sort: "thing/z" } }],
        entries: [],
      }),
    );
    const numbers: number[] = [];
    for await (const { number } of audit.inOrder()) numbers.push(number);
    expect(numbers).toEqual(Array.from({ length: 540 }, (_none, at) => at + 1));
  });

  test("makes what is written and its event together, or neither", async () => {
    const audit = openAudit({ store, log, now });
    await audit.commit(() => Promise.resolve({ writes: [write("a")], entries: [ENTRY] }));
    await expect(audit.commit(() => Promise.reject(new Error("it is not as it was shown")))).rejects.toThrow(
      "not as it was shown",
    );
    expect([(await audit.head()).number, (await store.read("settings", "hospital", "a"))?.body]).toEqual([
      1,
      { v: 1 },
    ]);
    // Without an event the end is written all the same, so that whoever was quicker is noticed.
    await audit.commit(() => Promise.resolve({ writes: [write("b")], entries: [] }));
    expect([(await audit.head()).number, await store.read("settings", "hospital", "b")]).toEqual([
      1,
      expect.anything(),
    ]);
  });

  test("plans anew where somebody else was quicker", async () => {
    const audit = openAudit({ store, log, now });
    const seen: number[] = [];
    await audit.commit(async (): Promise<Commit> => {
      seen.push((await audit.head()).number);
      if (seen.length === 1) await commit(openAudit({ store, log, now }), ENTRY);
      return { writes: [], entries: [ENTRY] };
    });
    expect([seen, (await audit.head()).number]).toEqual([[0, 1], 2]);
  });

  test("pairs what was intended with what came of it, by a text of its own", async () => {
    const audit = openAudit({ store, log, now });
    await audit.during(ENTRY, () => Promise.resolve());
    await audit.during(ENTRY, () => Promise.resolve());
    const acts = (await audit.events({ limit: 9 })).map(({ act }) => act);
    expect(acts.map((act) => act?.phase)).toEqual(["done", "intended", "done", "intended"]);
    expect([acts[0]?.id === acts[1]?.id, acts[1]?.id === acts[2]?.id]).toEqual([true, false]);
  });

  test.each([
    ["done", () => Promise.resolve(7)],
    ["failed", () => Promise.reject(new Error("the act failed"))],
  ])("where it cannot tell that an act was %s, the log does, and the act's end stays", async (_how, act) => {
    let isFull = false;
    const full: Store = {
      ...store,
      batch: (...batch: Parameters<Store["batch"]>) =>
        isFull ? Promise.reject(new StoreFault("full")) : store.batch(...batch),
    };
    const audit = openAudit({ store: full, log, now });
    const ended = await audit
      .during<number>(ENTRY, () => {
        isFull = true;
        return act();
      })
      .catch((error: unknown) => String(error));
    expect([ended, logged]).toEqual([_how === "done" ? 7 : "Error: the act failed", ["audit.not_written"]]);
  });

  test("keeps an event a little longer than the six years after which it is taken away", async () => {
    await commit(openAudit({ store, log, now }), ENTRY);
    const row = await store.read("settings", "hospital", "event-1");
    expect([row?.sort, row?.expiresAt]).toEqual([
      "event/000000000001",
      new Date(START + (6 * 366 + 92) * 86_400_000),
    ]);
  });
});

describe("after six years", () => {
  const { signal } = new AbortController();
  const sixYearsOn = Date.parse("2032-11-28T12:00:00.000Z");

  test("an event is taken away to the day, and what is left says which they were", async () => {
    const audit = openAudit({ store, log, now });
    await commit(audit, ENTRY, ENTRY);
    time += 1;
    await commit(audit, ENTRY);
    const [, second] = await audit.events({ limit: 2 });
    time = sixYearsOn - 1;
    expect(await expireEvents({ store, audit, now }, signal)).toBe(0);
    time = sixYearsOn;
    expect(await expireEvents({ store, audit, now }, signal)).toBe(2);
    const left = (await audit.events({ limit: 9 })).toReversed();
    expect(left.map(({ number }) => number)).toEqual([3, 4]);
    expect(left.at(-1)).toMatchObject({
      ...{
        actor: { kind: "program", name: "retention" },
        action: "audit.expired",
        object: { kind: "audit" },
      },
      changes: [
        { member: "first", from: "1" },
        { member: "last", from: "2" },
        { member: "hash", from: second?.hash },
      ],
    });
    expect(verifyChain(left, await audit.head())).toEqual([]);
  });

  test("many events go in several steps, which can be stopped in between", async () => {
    const audit = openAudit({ store, log, now });
    for (let times = 0; times < 3; times++) await commit(audit, ...Array.from({ length: 80 }, () => ENTRY));
    time = sixYearsOn;
    const stopped = new AbortController();
    stopped.abort();
    expect(await expireEvents({ store, audit, now }, stopped.signal)).toBe(0);
    expect(await expireEvents({ store, audit, now }, signal)).toBe(240);
    expect((await audit.events({ limit: 99 })).map(({ action }) => action)).toEqual(
      Array.from({ length: 3 }, () => "audit.expired"),
    );
  });

  test("an event of a leap day is kept until the day after", async () => {
    time = Date.parse("2028-02-29T10:00:00.000Z");
    const audit = openAudit({ store, log, now });
    await commit(audit, ENTRY);
    time = Date.parse("2034-03-01T09:59:59.999Z");
    expect(await expireEvents({ store, audit, now }, signal)).toBe(0);
    time += 1;
    expect(await expireEvents({ store, audit, now }, signal)).toBe(1);
  });
});

describe("a session with the portal", () => {
  const keyring = {
    seal: (context: string, clear: string) => JSON.stringify([context, clear]),
    open: (context: string, sealed: string) => {
      const [of, clear] = JSON.parse(sealed) as [string, string];
      if (of !== context) throw new SealBroken("sealed for something else");
      return clear;
    },
  } as unknown as Parameters<typeof openPortalSessions>[0]["keyring"];
  const ADMINISTRATOR = {
    ...{ objectId: "o", displayName: "Sam", userName: "sam@lamna.example", appRoles: ["Connector.Operator"] },
    directoryRoles: [GLOBAL_ADMINISTRATOR],
  };
  const sessions = () => openPortalSessions({ store, keyring, now });
  const row = () => store.read("portalSessions", "s", "s");
  const of = async (id = "s") => sessions().of(id);
  const isFresh = async () => {
    const found = await of();
    return typeof found === "string" ? found : found.isFresh;
  };

  test("has who signed in, with the rights that their roles give", async () => {
    await sessions().start("s", ADMINISTRATOR);
    expect(await of()).toEqual({
      ...{ id: "s", administrator: ADMINISTRATOR, isFresh: true },
      rights: ["configure", "decide", "report", "departments", "operate"],
    });
    const { directoryRoles: _none, ...unknown } = ADMINISTRATOR;
    await sessions().start("t", unknown);
    const found = (await of("t")) as PortalSession;
    expect([found.administrator, found.rights]).toEqual([unknown, ["operate"]]);
    expect(await of("other")).toBe("none");
  });

  test("is over after half an hour without use, and stays so", async () => {
    await sessions().start("s", ADMINISTRATOR);
    time += 30 * MINUTE_MS;
    expect(await isFresh()).toBe(true);
    time += 30 * MINUTE_MS + 1;
    expect([await of(), await of()]).toEqual(["idle", "idle"]);
    // A clock that was ahead for a moment has ended nothing.
    time -= MINUTE_MS;
    expect(await isFresh()).toBe(true);
  });

  test("that was used in a future that a clock has come back from is over, too", async () => {
    await sessions().start("s", ADMINISTRATOR);
    time -= 30 * MINUTE_MS;
    // A sign-in of the future is not a fresh one.
    expect(await isFresh()).toBe(false);
    time -= 31 * MINUTE_MS;
    expect(await of()).toBe("idle");
  });

  test("is noted as used to the minute", async () => {
    await sessions().start("s", ADMINISTRATOR);
    const first = await row();
    time += MINUTE_MS - 1;
    await of();
    expect((await row())?.etag).toBe(first?.etag);
    time += 1;
    await of();
    const { etag, body, expiresAt } = (await row()) ?? {};
    expect([etag === first?.etag, body]).toEqual([false, { ...first?.body, seenAt: now().toISOString() }]);
    expect(expiresAt).toEqual(new Date(START + 8 * 60 * MINUTE_MS));
  });

  test("goes on while the store takes nothing, which is tried once a minute, and is over when nobody used it", async () => {
    let tries = 0;
    let isFull = true;
    const full = {
      ...store,
      replace: (...of: Parameters<Store["replace"]>) =>
        isFull ? (tries++, Promise.reject(new StoreFault("full"))) : store.replace(...of),
      remove: () => Promise.reject(new StoreFault("full")),
    };
    const process = openPortalSessions({ store: full, keyring, now });
    await process.start("s", ADMINISTRATOR);
    const isReadOnly = async () => {
      const found = await process.of("s");
      return typeof found === "string" ? found : (found.isReadOnly ?? false);
    };
    for (let minutes = 0; minutes < 60; minutes += 20) {
      time += 20 * MINUTE_MS;
      expect([await isReadOnly(), await isReadOnly(), tries]).toEqual([true, false, minutes / 20 + 1]);
    }
    expect((await row())?.body["seenAt"]).toBe(new Date(START).toISOString());
    time += 30 * MINUTE_MS + 1;
    expect([await isReadOnly(), await isReadOnly()]).toEqual(["idle", "idle"]);
    time -= 30 * MINUTE_MS + 1;
    await process.start("t", ADMINISTRATOR);
    isFull = false;
    time += MINUTE_MS;
    await process.of("t");
    expect((await store.read("portalSessions", "t", "t"))?.body["seenAt"]).toBe(now().toISOString());
    await expect(process.end("t")).rejects.toThrow(StoreFault);
  });

  test("decides for an hour, and lasts eight at most", async () => {
    await sessions().start("s", ADMINISTRATOR);
    const used = async (minutes: number) => {
      while (time < START + minutes * MINUTE_MS) {
        time = Math.min(time + 20 * MINUTE_MS, START + minutes * MINUTE_MS);
        await of();
      }
      return isFresh();
    };
    expect([await used(59), await used(60), await used(479), await used(480)]).toEqual([
      true,
      false,
      false,
      "none",
    ]);
  });

  test("ends, and one that cannot be read or opened is none", async () => {
    await sessions().start("s", ADMINISTRATOR);
    await sessions().end("s");
    await sessions().end("s");
    expect([await of(), await row()]).toEqual(["none", undefined]);
    for (const body of [
      { sealed: JSON.stringify(["other", "{}"]) },
      { sealed: JSON.stringify(["portal session t", "{}"]) },
      { appRoles: 7 },
    ]) {
      await sessions().start("t", ADMINISTRATOR);
      const stored = await store.read("portalSessions", "t", "t");
      if (stored === undefined) throw new Error("no row");
      await store.replace("portalSessions", { ...stored, body: { ...stored.body, ...body } }, stored.etag);
      expect(await of("t")).toBe("none");
      await sessions().end("t");
    }
    const broken = openPortalSessions({
      store,
      keyring: {
        ...keyring,
        open: () => {
          throw new Error("a bug");
        },
      },
      now,
    });
    await sessions().start("u", ADMINISTRATOR);
    await expect(broken.of("u")).rejects.toThrow("a bug");
  });
});
