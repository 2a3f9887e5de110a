/**
 * Whatever happens to notifications on their way, the reports' rows say what happened in the rooms. The rooms are invented
 * at random. What happened is counted a second time by code that is independent of the connector: it looks at who was where
 * from one change to the next. `VISITS=10000` tries that many visits.
 */
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Look } from "../../../../app/domain/presence.ts";
import type { AttendanceReport } from "../../../../app/ports/attendance.ts";
import { METRICS } from "../../../../app/domain/metrics.ts";
import type { Usage } from "../../../../app/domain/usage.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import { reportsDeployment } from "../../../harness/reportsDeployment.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";

const COUNT = Number(process.env["VISITS"] ?? "150");

let deployment: ReturnType<typeof reportsDeployment>;
beforeAll(() => (deployment = reportsDeployment()));
afterAll(() => deployment.close());

/**
 * The seed of a generator that gives the same numbers in every run:
 * https://en.wikipedia.org/wiki/Linear_congruential_generator
 */
let seed = 20_270_112;
const chance = (): number => (seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
const below = (most: number): number => Math.floor(chance() * most);
const shuffled = <T>(all: readonly T[]): T[] =>
  all
    .map((one) => ({ one, by: chance() }))
    .toSorted((a, b) => a.by - b.by)
    .map(({ one }) => one);

/** Somebody's way through a room, in seconds from the visit's start. */
interface Guest {
  readonly id: string;
  readonly account?: string;
  readonly isPhone: boolean;
  /** Waits from `came` until `admitted`; absent for one who was never let in. */
  readonly came: number;
  readonly admitted?: number;
  readonly left: number;
}

/** What happens earlier than 45 minutes before the start does not count: who is there by then counts from then on. */
const FIRST = -45 * 60;
const EARLIEST = -60 * 60;

/** An invented room. Each second has at most one event, so that no two happen at the same moment. */
function room(): readonly Guest[] {
  const moments = shuffled(Array.from({ length: 1_200 }, (_, second) => second));
  const early = shuffled(Array.from({ length: -EARLIEST }, (_, second) => EARLIEST + second));
  const drawn = () => moments.pop() ?? 0;
  const some = (most: number) => Array.from({ length: below(most + 1) }, (_, index) => index);
  const staff = some(2).flatMap((number) =>
    (chance() < 0.4 ? [0, 1] : [0]).map((again) => {
      const first = chance() < 0.2 ? (early.pop() ?? 0) : drawn();
      const [came = 0, left = 0] = [first, drawn()].toSorted((a, b) => a - b);
      const account = `7d0c5a1e-0000-4000-8000-00000000b00${String(number)}`;
      return {
        id: `s${String(number)}-${String(again)}`,
        account,
        isPhone: false,
        came,
        admitted: came,
        left,
      };
    }),
  );
  const others = some(3).map((number) => {
    const [came = 0, admitted = 0, left = 0] = [drawn(), drawn(), drawn()].toSorted((a, b) => a - b);
    const isLetIn = chance() < 0.8;
    return { id: `o${String(number)}`, isPhone: chance() < 0.2, came, left, ...(isLetIn && { admitted }) };
  });
  return [...staff, ...others];
}

/** A time, in seconds, during which nothing changed in a room. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly staff: ReadonlySet<string>;
  readonly others: ReadonlySet<string>;
  readonly waiting: boolean;
}

/** The moments at which anybody came, was let in or left. */
const changesOf = (guests: readonly Guest[]): readonly number[] =>
  [...new Set(guests.flatMap(({ came, admitted, left }) => [came, admitted ?? left, left]))].toSorted(
    (a, b) => a - b,
  );

/** Counts what happened in a room, from change to change. */
function counted(guests: readonly Guest[]) {
  const changes = [FIRST, ...changesOf(guests).filter((at) => at > FIRST)];
  const stretches: Stretch[] = changes.map((from, index) => {
    const inside = guests.filter(({ admitted = Infinity, left }) => admitted <= from && from < left);
    return {
      from,
      to: changes[index + 1] ?? from,
      staff: new Set(inside.flatMap(({ account }) => account ?? [])),
      others: new Set(inside.filter(({ account }) => account === undefined).map(({ id }) => id)),
      waiting: guests.some(
        ({ account, came, admitted = Infinity, left }) =>
          account === undefined && came <= from && from < Math.min(admitted, left),
      ),
    };
  });
  const first = (is: (stretch: Stretch) => boolean): number | undefined => stretches.find(is)?.from;
  const size = ({ staff, others }: Stretch) => staff.size + others.size;
  const ever = new Set(stretches.flatMap(({ staff, others }) => [...staff, ...others]));
  const phones = guests.filter(({ id, isPhone }) => isPhone && ever.has(id)).length;
  const together = first(({ staff, others }) => staff.size > 0 && others.size > 0);
  const emptied = stretches.findLast((stretch) => size(stretch) > 0)?.to ?? FIRST;
  const waited = first(({ waiting }) => waiting);
  const letIn = first(({ others }) => others.size > 0);
  const withOthers = (account: string) =>
    stretches
      .filter(({ staff, others }) => staff.has(account) && others.size > 0)
      .reduce((sum, { from, to }) => sum + to - from, 0);
  return {
    start: together,
    opened: first((stretch) => size(stretch) > 0),
    duration: together === undefined ? undefined : emptied - together,
    attendees: ever.size,
    atOnce: Math.max(...stretches.map(size)),
    byPhone: phones,
    lobbyWait: waited === undefined || letIn === undefined ? undefined : letIn - waited,
    staff: [...ever]
      .filter((id) => id.startsWith("7d0c"))
      .map((account) => [account, withOthers(account)])
      .toSorted(),
  };
}

/** The same numbers according to the connector's row. */
function told(visit: Visit, row: Usage | undefined) {
  if (row === undefined) throw new Error("no row");
  const second = (at: Date | undefined) => at && (at.getTime() - visit.start.getTime()) / 1000;
  return {
    start: second(METRICS.start.of(row)),
    opened: second(METRICS.opened.of(row)),
    duration: METRICS.duration.of(row),
    attendees: METRICS.attendees.of(row),
    atOnce: METRICS.atOnce.of(row),
    byPhone: row.byPhone,
    lobbyWait: METRICS.lobbyWait.of(row),
    staff: row.staff.map(({ account, seconds }) => [account, seconds]).toSorted(),
  };
}

/** The notifications that Graph sends about a room. */
function eventsOf(visit: Visit, guests: readonly Guest[]): readonly object[] {
  const at = (second: number) => new Date(visit.start.getTime() + second * 1000).toISOString();
  const identity = ({ id, account, isPhone }: Guest) => {
    if (account !== undefined) return { user: { id: account, tenantId: ORACLE_TENANT } };
    return isPhone ? { phone: { id } } : { guest: { id } };
  };
  const roster = (second: number, guest: Guest, more: object) => ({
    eventType: "rosterUpdated",
    eventDateTime: at(second),
    "participants@delta": [{ id: guest.id, info: { identity: identity(guest) }, ...more }],
  });
  const each = guests.flatMap((guest) => [
    ...(guest.account === undefined ? [roster(guest.came, guest, { isInLobby: true })] : []),
    ...(guest.admitted === undefined ? [] : [roster(guest.admitted, guest, { isInLobby: false })]),
    roster(guest.left, guest, { removedState: { reason: "left" } }),
  ]);
  const last = Math.max(...guests.map(({ left }) => left));
  return guests.length === 0 ? [] : [...each, { eventType: "callEnded", eventDateTime: at(last) }];
}

interface Held {
  readonly visit: Visit;
  readonly guests: readonly Guest[];
}

async function heldAt(where: ReturnType<typeof reportsDeployment>): Promise<readonly [Held, ...Held[]]> {
  const held: Held[] = [];
  for (let number = 0; number < COUNT; number++) {
    const visit = await where.visit("visit-" + String(number), 5);
    const guests = room();
    for (const { account } of guests)
      if (account !== undefined) await where.presences.staffCame(visit, account);
    held.push({ visit, guests });
  }
  const [first, ...others] = held;
  if (first === undefined) throw new Error("no visit");
  return [first, ...others];
}

/** Delivers the rooms' notifications in any order, some of them twice and some after the rows were made. */
async function bring(
  where: ReturnType<typeof reportsDeployment>,
  held: readonly [Held, ...Held[]],
  isLost: (visit: number) => boolean,
): Promise<ReadonlyMap<string, Usage>> {
  const inTime: [Visit, object][] = [];
  const late: [Visit, object][] = [];
  for (const [number, { visit, guests }] of held.entries()) {
    const events = eventsOf(visit, guests).filter(() => !isLost(number));
    const doubled = events.filter(() => chance() < 0.2);
    for (const event of shuffled([...events, ...doubled]))
      (chance() < 0.15 ? late : inTime).push([visit, event]);
  }
  const after = (minutes: number) => new Date(held[0].visit.end.getTime() + minutes * 60_000);
  for (const [visit, event] of inTime) await where.tell(visit, event);
  await where.until(after(11));
  for (const [visit, event] of late) await where.tell(visit, event);
  await where.until(after(31));
  const rows = new Map<string, Usage>((await where.rows()).map((row) => [row.id, row]));
  expect(rows.size).toBe(COUNT);
  return rows;
}

test("rows are what the rooms did, however often and in whichever order it was told", async () => {
  const held = await heldAt(deployment);
  const rows = await bring(deployment, held, () => false);
  for (const { visit, guests } of held)
    expect(told(visit, rows.get(visit.id)), visit.id).toEqual(counted(guests));
});

/** When each session began, which lasts until nobody is in the meeting any more. */
function sessionsOf(guests: readonly Guest[]): readonly number[] {
  const isIn = (now: number) => guests.some(({ admitted = Infinity, left }) => admitted <= now && now < left);
  return changesOf(guests).filter((now) => isIn(now) && !isIn(now - 1));
}

/** Teams' attendance reports, one of each session, without those who only waited. */
function reportsOf({ visit, guests }: Held): readonly AttendanceReport[] {
  const at = (second: number) => new Date(visit.start.getTime() + second * 1000);
  const sessions = sessionsOf(guests);
  return sessions.map((began, number) => {
    const next = sessions[number + 1] ?? Infinity;
    const people = guests.flatMap(({ id, account, isPhone, admitted, left }) => {
      if (admitted === undefined || admitted < began || admitted >= next) return [];
      const looks =
        account === undefined ? { look: isPhone ? "phone" : "outside" } : { look: "staff", account };
      return [{ id, ...(looks as { look: Look }), stays: [{ from: at(admitted), to: at(left) }] }];
    });
    return { id: String(number), people };
  });
}

test("with reports of attendance rows are what the rooms did, whatever was lost of what was told", async () => {
  const reports = new Map<string, readonly AttendanceReport[]>();
  const elsewhere = reportsDeployment({ reportsOf: ({ id }) => Promise.resolve(reports.get(id) ?? []) });
  onTestFinished(() => elsewhere.close());
  const held = await heldAt(elsewhere);
  for (const one of held) reports.set(one.visit.meeting.id, reportsOf(one));
  // Of every third visit nothing is told at all, as where a deployment does without.
  const rows = await bring(elsewhere, held, (number) => number % 3 === 0 || chance() < 0.3);
  for (const { visit, guests } of held) {
    const row = rows.get(visit.id);
    // Who waited is told while it happens, and never again.
    const { lobbyWait: _waited, ...what } = counted(guests);
    const cameIn = guests.some(({ admitted }) => admitted !== undefined);
    if (!cameIn) expect(row?.attendees, visit.id).toBe(0);
    else {
      const { lobbyWait: _told, ...said } = told(visit, row);
      expect(said, visit.id).toEqual(what);
      expect(row?.source).toBe("attendance");
    }
  }
});

test("where the later sessions have no reports, rows are what the rooms did by both", async () => {
  const reports = new Map<string, readonly AttendanceReport[]>();
  const elsewhere = reportsDeployment({ reportsOf: ({ id }) => Promise.resolve(reports.get(id) ?? []) });
  onTestFinished(() => elsewhere.close());
  const held = await heldAt(elsewhere);
  let withoutSome = 0;
  for (const one of held) {
    const all = reportsOf(one);
    const made = all.slice(0, below(all.length + 1));
    if (made.length > 0 && made.length < all.length) withoutSome += 1;
    reports.set(one.visit.meeting.id, made);
  }
  expect(withoutSome).toBeGreaterThan(COUNT / 20);
  const rows = await bring(elsewhere, held, () => false);
  for (const { visit, guests } of held)
    expect(told(visit, rows.get(visit.id)), visit.id).toEqual(counted(guests));
});
