/** What is found about one appointment and erased with it, container by container, and nothing of another one. */
import { createHash } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { FhirBaseUrl } from "../../../app/domain/fhirBaseUrl.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import { jsonLog } from "../../../app/log.ts";
import { SealBroken, type Keyring } from "../../../app/ports/keyring.ts";
import { StoreFault, type ContainerName } from "../../../app/ports/store.ts";
import { openFormerAddresses } from "../../../app/records/formerAddresses.ts";
import { openHoldings } from "../../../app/records/holdings.ts";
import { openOptOuts } from "../../../app/records/optOuts.ts";
import { UnreadableRecord } from "../../../app/records/record.ts";
import { rowsOf } from "../../../app/records/rowsOf.ts";
import { isTombstone, tombstone, tombstoneUntil, VisitDeleted } from "../../../app/records/tombstones.ts";
import { usageRowsOf } from "../../../app/records/usages.ts";

const DAY_MS = 86_400_000;
const NOW = new Date("2026-11-28T10:00:00.000Z");
const now = () => NOW;
const log = jsonLog(() => undefined, now);
const later = (days: number) => new Date(NOW.getTime() + days * DAY_MS);
const keyring = {
  hash: (purpose, value) =>
    createHash("sha256").update([purpose, value].join(" ")).digest("base64url").slice(0, 16),
  open: () => {
    throw new SealBroken("nothing is sealed here");
  },
} satisfies Pick<Keyring, "hash" | "open"> as unknown as Keyring;
const of = (appointmentId: string, base = "https://chart.example/r4") => ({
  fhirBaseUrl: base as FhirBaseUrl,
  appointmentId,
});

function opened() {
  const store = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => store.close());
  const holdings = openHoldings({ store, keyring, now });
  const put = (container: ContainerName, partition: string, id: string, more: object = {}) =>
    store.create(container, { partition, id, body: { v: 1 }, ...more });
  /** A row of every kind that is about a visit; its end is known by the row itself or by its links. */
  async function visited(visit: VisitId, end = later(1)) {
    await put("visits", visit, visit, { expiresAt: new Date(end.getTime() + 7 * DAY_MS) });
    await put("visits", visit, "links-" + visit, { expiresAt: new Date(end.getTime() + 366 * DAY_MS) });
    await put("visits", visit, "presence-" + visit);
    await put("visits", "found", "found-" + visit);
    await put("visits", "found", `change-${visit}-1`);
    await put("visits", "found", `change-${visit}-22`);
    await put("jobs", "j-" + visit, "meeting:" + visit, { body: { v: 1, of: { visit } } });
    for (let number = 0; number < 101; number++)
      await put("messages", visit, `message-${String(number)}`, { sort: String(number).padStart(3, "0") });
    await put("usage", "2026-11", visit);
  }
  const containers = ["visits", "jobs", "messages", "usage", "sessions"] as const;
  const ids = async () => {
    const found: string[] = [];
    for (const container of containers)
      for await (const { partition, id } of rowsOf(store, container))
        found.push([container, partition, id].join(" "));
    return found.sort();
  };
  return { store, holdings, put, visited, ids };
}

test("an appointment is one of its chart system, and its hash tells neither", () => {
  const { holdings } = opened();
  const ids = [of("1"), of("2"), of("1", "https://other.example/r4")].map((each) => holdings.idOf(each));
  expect([new Set(ids).size, holdings.idOf(of("1")) === ids[0]]).toEqual([3, true]);
  expect(ids.join(" ")).not.toMatch(/chart|example/);
});

test("everything about it is found and erased but a mark, and everything of another one stays", async () => {
  const { store, holdings, put, visited, ids } = opened();
  const [visit, other] = [holdings.idOf(of("1")), holdings.idOf(of("2"))];
  await visited(other);
  await put("jobs", "j", "look", { body: { v: 1 } });
  await put("jobs", "j", "look:2", { body: { v: 1, of: "visit" } });
  await put("jobs", "j", "look:3", { body: { v: 1, of: null } });
  await put("sessions", "s", "s");
  const before = await ids();
  await visited(visit);

  const about = await holdings.about(of("1"));
  const counts = new Map<string, number>();
  for (const { kind } of about) {
    const name = [kind.container, kind.rows].join(" ").trim();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  expect(Object.fromEntries(counts)).toEqual({
    ...{ visits: 1, "visits links-": 1, "visits presence-": 1, "visits found-": 1, "visits change-": 2 },
    ...{ jobs: 1, messages: 101, usage: 1 },
  });
  await holdings.delete(of("1"));
  expect(await ids()).toEqual([...before, ["visits", visit, visit].join(" ")].sort());
  const [left, ...more] = await holdings.about(of("1"));
  expect([left?.kind.marked, left?.row.body, left?.row.expiresAt, more]).toEqual([
    "deleted",
    { v: 1, deleted: NOW.toISOString() },
    later(1 + 366),
    [],
  ]);
  const row = await store.read("visits", visit, visit);
  await holdings.delete(of("1"));
  expect(await store.read("visits", visit, visit)).toEqual(row);
});

test.each([
  ["by its links alone, whose end is known for longer", true, later(3), later(3 + 366)],
  ["that nobody knows of", false, undefined, later(366)],
])("an appointment is marked %s", async (_which, hasLinks, end = later(0), until) => {
  const { holdings, put } = opened();
  const visit = holdings.idOf(of("1"));
  if (hasLinks)
    await put("visits", visit, "links-" + visit, { expiresAt: new Date(end.getTime() + 366 * DAY_MS) });
  await holdings.delete(of("1"));
  const about = await holdings.about(of("1"));
  expect(about.map(({ row }) => [row.id, row.expiresAt])).toEqual([[visit, until]]);
});

test.each([
  [undefined, later(366)],
  [later(-5), later(366)],
  [later(10), later(376)],
])("a mark about an end at %s stays until %s", (end, until) => {
  expect(tombstoneUntil(end, NOW)).toEqual(until);
  expect(tombstone("v", end, NOW)).toEqual({
    ...{ partition: "v", id: "v", expiresAt: until },
    body: { v: 1, deleted: NOW.toISOString() },
  });
  expect(isTombstone(tombstone("v", end, NOW))).toBe(true);
  expect(isTombstone({ body: { v: 1 } })).toBe(false);
  expect(new VisitDeleted().message).toBe("an administrator has deleted this visit");
});

test("what reports count of a visit is looked for in every month that they are kept, and in the next one", async () => {
  const { store, put } = opened();
  const visit = "visit00000000001" as VisitId;
  for (const month of ["2025-09", "2025-10", "2026-05", "2026-11", "2026-12", "2027-01"])
    await put("usage", month, visit);
  const months = (await usageRowsOf({ store, now }, visit)).map(({ partition }) => partition);
  expect(months).toEqual(["2025-10", "2026-05", "2026-11", "2026-12"]);
});

test("rows are given slice by slice, each once", async () => {
  const { store, put } = opened();
  for (let number = 0; number < 1001; number++) await put("jobs", "p", "job:" + String(number));
  const found = new Set<string>();
  let count = 0;
  for await (const { id } of rowsOf(store, "jobs")) {
    found.add(id);
    count++;
  }
  expect([found.size, count]).toEqual([1001, 1001]);
});

test("whether a number has ended texts is not known where its row cannot be read, or the store is away", async () => {
  const { store } = opened();
  const optOuts = openOptOuts({ store, keyring, log });
  await optOuts.stop("+12025550147", NOW);
  const { id } = await optOuts.about("+12025550147");
  const { etag = "", ...row } = (await store.read("messages", id, id)) ?? {};
  await store.replace("messages", { ...row, partition: id, id, body: { v: 1, state: "?" } }, etag);
  expect(await optOuts.isStopped("+12025550147")).toBe("not-known");
  await expect(optOuts.about("+12025550147")).rejects.toThrow(UnreadableRecord);
  const away = { ...store, read: () => Promise.reject(new StoreFault("it is away")) };
  expect(await openOptOuts({ store: away, keyring, log }).isStopped("+12025550147")).toBe("not-known");
  const broken = { ...store, read: () => Promise.reject(new TypeError("a bug")) };
  await expect(openOptOuts({ store: broken, keyring, log }).isStopped("+12025550147")).rejects.toThrow(
    "a bug",
  );
});

test("of two requests to end or want texts the later one counts, and of two at one moment the one that ends them", async () => {
  const { store } = opened();
  const optOuts = openOptOuts({ store, keyring, log });
  const is = () => optOuts.isStopped("+12025550147");
  const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
  expect(await is()).toBe(false);
  await optOuts.stop("+12025550147", at(5));
  await optOuts.start("+12025550147", at(5));
  await optOuts.start("+12025550147", at(4));
  expect([await is(), await optOuts.isStopped("+12025550148")]).toEqual([true, false]);
  await optOuts.start("+12025550147", at(6));
  await optOuts.stop("+12025550147", at(5));
  expect([await is(), "stoppedAt" in (await optOuts.about("+12025550147"))]).toEqual([false, false]);
  await optOuts.stop("+12025550147", at(6));
  const { id, stoppedAt } = await optOuts.about("+12025550147");
  expect([id, stoppedAt]).toEqual(["optout-" + keyring.hash("opt-out", "+12025550147"), at(6)]);
  expect((await store.read("messages", id, id))?.expiresAt).toBeUndefined();
});

test("a STOP of which nobody knows when it was said counts, whatever was said before, and a later START ends it", async () => {
  const optOuts = openOptOuts({ store: opened().store, keyring, log });
  const number = "+12025550147";
  const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
  await optOuts.start(number, later(120));
  await optOuts.stopNow(number, NOW);
  expect((await optOuts.about(number)).stoppedAt).toEqual(later(120));
  await optOuts.start(number, later(121));
  expect(await optOuts.isStopped(number)).toBe(false);
  await optOuts.stopNow(number, later(300));
  expect((await optOuts.about(number)).stoppedAt).toEqual(later(300));
});

test("a START that comes in while such a STOP is written does not win over it", async () => {
  const { store } = opened();
  const number = "+12025550147";
  const beside = openOptOuts({ store, keyring, log });
  await beside.start(number, later(1));
  let isFirst = true;
  const slow: typeof store = {
    ...store,
    async replace(...what) {
      if (isFirst) await beside.start(number, later(2));
      isFirst = false;
      return store.replace(...what);
    },
  };
  await openOptOuts({ store: slow, keyring, log }).stopNow(number, NOW);
  expect((await beside.about(number)).stoppedAt).toEqual(later(2));
});

test("an administrator lifts the request to end texts that they were shown, and no later one", async () => {
  const { store } = opened();
  const optOuts = openOptOuts({ store, keyring, log });
  const number = "+12025550147";
  expect(await optOuts.remove(number, NOW, NOW)).not.toHaveProperty("stoppedAt");
  await optOuts.stop(number, NOW);
  expect((await optOuts.remove(number, new Date(NOW.getTime() - 1), NOW)).stoppedAt).toEqual(NOW);
  const after = await optOuts.remove(number, NOW, later(1));
  expect(after).not.toHaveProperty("stoppedAt");
  const row = await store.read("messages", after.id, after.id);
  expect([row?.body["state"], row?.body["at"], row?.expiresAt]).toEqual([
    "started",
    "2026-11-28T10:00:00.001Z",
    later(8),
  ]);
  await optOuts.stop(number, NOW);
  expect(await optOuts.isStopped(number)).toBe(false);
  await optOuts.stop(number, new Date(NOW.getTime() + 1));
  expect(await optOuts.isStopped(number)).toBe(true);
  const started = new Date(NOW.getTime() + 2);
  await optOuts.start(number, started);
  expect((await store.read("messages", after.id, after.id))?.expiresAt).toEqual(
    new Date(started.getTime() + 7 * DAY_MS),
  );
});

test("a base URL that a connection had is kept once, beside others, and all of them are read", async () => {
  const { store } = opened();
  const former = openFormerAddresses({ store });
  const address = (number: number, environment: "test" | "production" = "test") =>
    ({
      connectionId: "c" + String(number).padStart(4, "0"),
      fhirBaseUrl: `https://chart.example/r4/${String(number)}` as FhirBaseUrl,
      environment,
    }) as const;
  expect(await former.list()).toEqual([]);
  await former.note(address(1));
  await former.note(address(1));
  await former.note(address(1, "production"));
  await former.note({ ...address(1), fhirBaseUrl: address(2).fhirBaseUrl });
  expect(
    (await former.list()).map(({ environment, fhirBaseUrl }) => [environment, fhirBaseUrl.slice(-1)]).sort(),
  ).toEqual([
    ["production", "1"],
    ["test", "1"],
    ["test", "2"],
  ]);
  for (let number = 2; number < 504; number++) await former.note(address(number));
  const all = await former.list();
  expect([all.length, all.at(-1)]).toEqual([505, address(503)]);
});
