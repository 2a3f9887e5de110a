/**
 * Rows of a version that this release does not read, of the kinds that it makes anew where they are damaged: it answers
 * safely without them and leaves them as they are.
 */
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import type { Usage } from "../../../app/domain/usage.ts";
import { jsonLog } from "../../../app/log.ts";
import type { Keyring } from "../../../app/ports/keyring.ts";
import type { ContainerName, Stored } from "../../../app/ports/store.ts";
import { openCanaries } from "../../../app/records/canaries.ts";
import { openDepartmentDays } from "../../../app/records/departmentDays.ts";
import { openHeard } from "../../../app/records/heard.ts";
import { openLocationRecords } from "../../../app/records/locations.ts";
import { openMeetingCounts } from "../../../app/records/meetingCounts.ts";
import { openSearched } from "../../../app/records/searched.ts";
import { openSendingRate } from "../../../app/records/sendingRate.ts";
import { openStaffAccounts } from "../../../app/records/staffAccounts.ts";
import { openStrayRecords } from "../../../app/records/strays.ts";
import { openTestVisits } from "../../../app/records/testVisits.ts";
import { openUsages } from "../../../app/records/usages.ts";

const NOW = new Date("2027-01-12T15:00:00Z");
const LATER = new Date("2027-01-14T15:00:00Z");

function opened() {
  let at = NOW;
  const now = () => at;
  const store = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => store.close());
  const log = jsonLog(() => undefined, now);
  const hash = (...texts: readonly string[]) => Buffer.from(texts.join(" ")).toString("base64url");
  const keyring = { hash } as unknown as Keyring;
  const hospital = { connection: () => Promise.resolve({ id: "c", environment: "test" }) } as never;
  const open = () => ({
    canaries: openCanaries({ store, log, now, packageDigest: "ours" }),
    departmentDays: openDepartmentDays({ store, now }),
    heard: openHeard({ store, log, now }),
    locations: openLocationRecords({ store }),
    meetingCounts: openMeetingCounts({ store, now }),
    searched: openSearched({ store }),
    sendingRate: openSendingRate({ store, now }),
    staffAccounts: openStaffAccounts({ store, keyring, log, now }),
    strays: openStrayRecords({ store }),
    testVisits: openTestVisits({ store, hospital, log, now }),
    usages: openUsages({ store, now }),
  });
  return { store, open, later: () => void (at = LATER) };
}

type Records = ReturnType<ReturnType<typeof opened>["open"]>;

interface Case {
  readonly kind: string;
  readonly container: ContainerName;
  /** Makes the row that is then another release's. */
  readonly make: (records: Records) => Promise<unknown>;
  /** Each way in which this release would change it. */
  readonly change: readonly ((records: Records) => Promise<unknown>)[];
  /** Whether those are refused in words, because a person or a turn waits for them. */
  readonly isRefused?: true;
  readonly read?: (records: Records) => Promise<unknown>;
  /** What reading it answers meanwhile. */
  readonly answer?: unknown;
}

const searchedFor = { connectionId: "c", chart: "chart" };
const [FROM, LIMITS] = ["+18335550100", [{ seconds: 60, most: 2 }]] as const;
const kept = { below: [], isCut: false, readAt: NOW };

const MONTH_BEFORE = new Date("2026-12-12T15:00:00Z");
const usage: Usage = {
  id: "visit" as VisitId,
  connectionId: "c",
  departmentId: "d",
  start: NOW,
  end: NOW,
  outcome: "completed",
  source: "presence",
  attendees: 2,
  atOnce: 2,
  byPhone: 0,
  staff: [],
  messages: [],
};

const CASES: readonly Case[] = [
  {
    kind: "heard",
    container: "ticks",
    make: ({ heard }) => heard.told(),
    change: [({ heard }) => heard.textSent(), ({ heard }) => heard.told()],
    read: ({ heard }) => heard.last(),
    answer: {},
  },
  {
    kind: "a test visit",
    container: "settings",
    make: ({ testVisits }) => testVisits.opened("c"),
    change: [({ testVisits }) => testVisits.tapped("c"), ({ testVisits }) => testVisits.waited("c")],
    read: ({ testVisits }) => testVisits.list(),
    answer: [],
  },
  {
    kind: "the last visit of a department",
    container: "ticks",
    make: ({ departmentDays }) => departmentDays.had("d", NOW),
    change: [({ departmentDays }) => departmentDays.watch("d"), ({ departmentDays: d }) => d.had("d", LATER)],
    read: ({ departmentDays }) => departmentDays.quietDays("d"),
    answer: undefined,
  },
  {
    kind: "what has been searched",
    container: "ticks",
    make: ({ searched }) => searched.change(searchedFor, () => new Map([["l", 14]])),
    change: [({ searched }) => searched.change(searchedFor, () => new Map([["m", 7]]))],
    read: ({ searched }) => searched.of(searchedFor),
    // Whatever is found counts as booked before, so nobody is told of it as if it were new.
    answer: new Map(),
  },
  {
    kind: "stray locations",
    container: "ticks",
    make: ({ strays }) => strays.keep("c", { found: [{ id: "l", visits: 2, at: NOW }] }),
    change: [({ strays }) => strays.keep("c", { found: [] })],
    read: ({ strays }) => strays.of("c"),
    answer: undefined,
  },
  {
    kind: "the count of meetings",
    container: "ticks",
    make: ({ meetingCounts }) => meetingCounts.count("organizer"),
    change: [({ meetingCounts }) => meetingCounts.count("organizer")],
    read: ({ meetingCounts }) => meetingCounts.of("organizer"),
    answer: undefined,
  },
  {
    kind: "a canary visit",
    container: "ticks",
    make: ({ canaries }) => canaries.launched("c"),
    change: [({ canaries }) => canaries.ran("c", NOW, []), ({ canaries }) => canaries.begun("c")],
    read: ({ canaries }) => canaries.of("c"),
    answer: {},
  },
  {
    kind: "the locations of a chart",
    container: "ticks",
    make: ({ locations }) => locations.keep("c", kept),
    change: [({ locations }) => locations.keep("c", { ...kept, isCut: true })],
  },
  {
    kind: "what a visit was",
    container: "usage",
    make: ({ usages }) => usages.write(usage),
    change: [
      ({ usages }) => usages.write({ ...usage, attendees: 3 }),
      // The visit was moved to another month, where it has no row yet.
      ({ usages }) => usages.write({ ...usage, start: MONTH_BEFORE, end: MONTH_BEFORE }),
      ({ usages }) => usages.remove(usage.id),
    ],
    isRefused: true,
  },
  {
    kind: "a linked account",
    container: "staffAccounts",
    make: ({ staffAccounts }) => staffAccounts.link("https://ehr.example/Practitioner/1", "mine"),
    change: [
      ({ staffAccounts }) => staffAccounts.link("https://ehr.example/Practitioner/1", "other"),
      ({ staffAccounts }) => staffAccounts.link("https://ehr.example/Practitioner/1", "mine"),
      ({ staffAccounts }) => staffAccounts.unlink("https://ehr.example/Practitioner/1", "mine"),
    ],
    isRefused: true,
    read: ({ staffAccounts }) => staffAccounts.of("https://ehr.example/Practitioner/1"),
    answer: undefined,
  },
];

const rowIn = async (
  store: ReturnType<typeof opened>["store"],
  container: ContainerName,
): Promise<Stored> => {
  const items = (await store.changes(container, 9)).items.filter(({ id }) => !id.includes("~"));
  const [row] = items;
  if (row === undefined || items.length > 1) throw new Error(`${String(items.length)} rows`);
  return row;
};

test.each(CASES)("$kind stays as the other release wrote it", async (one) => {
  const { store, open, later } = opened();
  await one.make(open());
  const { etag: _etag, ...before } = await rowIn(store, one.container);
  const theirs = { ...before, body: { ...before.body, v: 7, note: "theirs" } };
  const written = await store.replace(one.container, theirs, (await rowIn(store, one.container)).etag);
  later();
  for (const change of one.change)
    if (one.isRefused === true) await expect(change(open())).rejects.toThrow("Run the release that wrote it");
    else await change(open());
  if (one.read) expect(await one.read(open())).toEqual(one.answer);
  expect(await rowIn(store, one.container)).toEqual(written);
});

test.each(CASES)("$kind of a version that is too old begins anew", async (one) => {
  const { store, open } = opened();
  await one.make(open());
  const row = await rowIn(store, one.container);
  await store.replace(one.container, { ...row, body: { ...row.body, v: 0 } }, row.etag);
  for (const change of one.change.slice(0, 1)) await change(open());
  expect((await rowIn(store, one.container)).body).toMatchObject({ v: 1 });
});

test("a test visit that another release's row kept from being noted is noted once that has gone", async () => {
  const { store, open } = opened();
  const { testVisits } = open();
  await open().testVisits.opened("c");
  const row = await rowIn(store, "settings");
  const theirs = await store.replace("settings", { ...row, body: { ...row.body, v: 7 } }, row.etag);
  await testVisits.waited("c");
  await store.replace("settings", { ...row, body: { ...row.body, v: 1 } }, theirs.etag);
  await testVisits.waited("c");
  const at = NOW.toISOString();
  expect(await testVisits.list()).toMatchObject([{ waitedAt: at, lastWaitedAt: at }]);
});

test("locations that another release has kept are kept beside its row, for every process", async () => {
  const { store, open } = opened();
  const { locations } = open();
  await locations.keep("c", kept);
  const row = await rowIn(store, "ticks");
  await store.replace("ticks", { ...row, body: { ...row.body, v: 7 } }, row.etag);
  await expect(locations.of("c")).rejects.toThrow("Run the release that wrote it");
  await locations.keep("c", { ...kept, isCut: true });
  expect(await locations.of("c")).toEqual({ ...kept, isCut: true });
  await open().locations.keep("c", { ...kept, below: [{ id: "l", root: "r" }] });
  expect(await open().locations.of("c")).toEqual({ ...kept, below: [{ id: "l", root: "r" }] });
  // The other release has kept them in a form that both read.
  const theirs = await rowIn(store, "ticks");
  await store.replace("ticks", { ...theirs, body: { ...theirs.body, v: 1 } }, theirs.etag);
  expect(await locations.of("c")).toEqual(kept);
});

test("of locations that several releases have kept those that were read last count, wherever they are", async () => {
  const { store, open } = opened();
  const { locations } = open();
  await locations.keep("c", kept);
  const row = await rowIn(store, "ticks");
  const theirs = await store.replace("ticks", { ...row, body: { ...row.body, v: 7 } }, row.etag);
  const later = { ...kept, isCut: true, readAt: LATER };
  await locations.keep("c", later);
  // What both read is older there than what this release has kept since.
  const own = await store.replace("ticks", { ...row, body: { ...row.body, v: 1 } }, theirs.etag);
  expect(await locations.of("c")).toEqual(later);
  const latest = { ...kept, readAt: new Date(LATER.getTime() + 1) };
  await locations.keep("c", latest);
  expect(await locations.of("c")).toEqual(latest);
  const { partition, id } = own;
  await store.remove("ticks", partition, id, (await store.read("ticks", partition, id))?.etag ?? "");
  expect(await locations.of("c")).toEqual(later);
});

test("a counter of another release leaves no room until its minute has ended, and stays", async () => {
  const { store, open } = opened();
  const { sendingRate } = open();
  expect(await sendingRate.take(FROM, 1, LIMITS)).toBeUndefined();
  const row = await rowIn(store, "messages");
  await store.replace("messages", { ...row, body: { ...row.body, v: 7 } }, row.etag);
  const before = await rowIn(store, "messages");
  expect(await sendingRate.take(FROM, 1, LIMITS)).toBe(60_000);
  expect(await sendingRate.take(FROM, 1, LIMITS, 3)).toBe(60_000);
  const all = (await store.changes("messages", 9)).items;
  expect(all.find(({ id }) => id === before.id)).toEqual(before);
});
