/**
 * A year of invented visits, distributed as in a hospital: few on Saturdays and none on holidays, more in winter, slowly
 * growing in number. Some patients do not come, some visits are never ended, and the lobby is full in the afternoon. The
 * same day always gives the same visits.
 */
import { qualityOf, type Quality, type Stream } from "../../app/domain/callQuality.ts";
import { measured, type MessageCount, type Outcome, type Usage } from "../../app/domain/usage.ts";
import type { VisitId } from "../../app/domain/linkToken.ts";
import type { Stay, Wait } from "../../app/domain/stays.ts";
import type { Log } from "../../app/log.ts";
import type { Store } from "../../app/ports/store.ts";
import { openAudit } from "../../app/records/audit.ts";
import { ALLOCATION_ID, portalAllocation } from "../../app/records/portalAllocation.ts";
import { openSettings } from "../../app/records/settings.ts";
import { openUsages } from "../../app/records/usages.ts";

export interface YearOf {
  readonly id: string;
  readonly connection: string;
  /** Object ids of the department's clinicians. */
  readonly staff: readonly string[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DAYS = 365;
/** The number of visits on a usual Wednesday, in each department. */
const VISITS_A_DAY = 7;
/** Factors for the days of the week, beginning with Sunday. */
const WEEK = [0, 1.15, 1.05, 1, 0.95, 0.75, 0.15];
const HOLIDAYS = new Set(["01-01", "07-04", "12-24", "12-25", "12-31"]);
/** Memorial Day, Labor Day and Thanksgiving: the month, the day of the week, and the first date on which it can be. */
const HOLIDAYS_OF_WEEKS = [
  { month: 5, weekday: 1, first: 25 },
  { month: 9, weekday: 1, first: 1 },
  { month: 11, weekday: 4, first: 22 },
] as const;
/** Factors for the hours in which visits begin, from 8 to 17 o'clock in Chicago's winter time. */
const HOURS = [1, 1.4, 1.3, 1, 0.5, 1.2, 1.3, 1.1, 0.7];
const FIRST_HOUR_UTC = 14;
/** Outcomes in thousandths; all other visits are completed. */
const ELSE: readonly (readonly [Exclude<Outcome, "completed">, number])[] = [
  ["patient-absent", 85],
  ["staff-absent", 18],
  ["not-together", 9],
  ["nobody-came", 14],
  ["not-known", 12],
];

/**
 * Writes a year of visits up to now, or those of fewer days.
 * @returns the number of visits
 */
export async function fillYear(
  store: Store,
  departments: readonly YearOf[],
  now: Date,
  days = DAYS,
): Promise<number> {
  const usages = openUsages({ store, now: () => now });
  let count = 0;
  for (const usage of yearOf(departments, now, days)) {
    await usages.write(usage);
    count += 1;
  }
  return count;
}

/**
 * Allocates about as many visits a month as there were in the last one, so that the month's allocation may run out. Where
 * somebody has set the allocation, or taken it away, it stays as it is.
 */
export async function allocateFor(
  store: Store,
  departments: readonly YearOf[],
  { now, log }: { readonly now: Date; readonly log: Log },
): Promise<void> {
  const deps = { store, log, now: () => now };
  const audit = openAudit(deps);
  const settings = openSettings(portalAllocation, { ...deps, audit });
  for await (const { object } of audit.inOrder()) if (object.kind === portalAllocation.name) return;
  const completed = new Map<string, number>();
  const month = [new Date(now.getTime() - 30 * DAY_MS), now] as const;
  for await (const { usages } of openUsages(deps).between(...month, "ascending"))
    for (const { outcome, departmentId } of usages)
      if (outcome === "completed") completed.set(departmentId, (completed.get(departmentId) ?? 0) + 1);
  const all = [...completed.values()].reduce((sum, count) => sum + count, 0);
  await settings.add(
    { actor: { kind: "program", name: "npm start -- year" }, action: "allocation.set" },
    ALLOCATION_ID,
    {
      hospital: tens(all),
      // The first department's share runs out in each month, the second's in few.
      departments: departments.slice(0, SHARES.length).map(({ id }, index) => ({
        id,
        visits: tens((completed.get(id) ?? 0) * (SHARES[index] ?? 1)),
      })),
    },
  );
}

const SHARES = [0.8, 1.1];

const tens = (count: number): number => Math.max(10, Math.round(count / 10) * 10);

export function* yearOf(departments: readonly YearOf[], now: Date, days = DAYS): Generator<Usage> {
  const chance = chances(now.getUTCFullYear() * 400 + now.getUTCMonth() * 31 + now.getUTCDate());
  const today = now.getTime() - (now.getTime() % DAY_MS);
  let number = 0;
  for (let ago = days; ago >= 0; ago--) {
    const day = new Date(today - ago * DAY_MS);
    for (const [index, department] of departments.entries()) {
      const wanted = VISITS_A_DAY * busyness(day, ago) * (1.3 - 0.25 * index);
      const visits = Math.round(wanted * (0.75 + chance() * 0.5));
      for (let visit = 0; visit < visits; visit++) {
        const usage = visitOf({ chance, day, department, number: number++ });
        if (usage.end < now) yield usage;
      }
    }
  }
}

function isHoliday(day: Date): boolean {
  const [month, date] = [day.getUTCMonth() + 1, day.getUTCDate()];
  return (
    HOLIDAYS.has(day.toISOString().slice(5, 10)) ||
    HOLIDAYS_OF_WEEKS.some(
      (one) =>
        one.month === month && one.weekday === day.getUTCDay() && date >= one.first && date < one.first + 7,
    )
  );
}

function busyness(day: Date, ago: number): number {
  if (isHoliday(day)) return 0;
  const winter = 1 + 0.2 * Math.cos((2 * Math.PI * (day.getTime() / DAY_MS - 20)) / 365.25);
  const growth = 1 - (0.25 * ago) / DAYS;
  return (WEEK[day.getUTCDay()] ?? 0) * winter * growth;
}

type Chance = () => number;
interface Drawn {
  readonly chance: Chance;
  readonly day: Date;
  readonly department: YearOf;
  readonly number: number;
}

function visitOf({ chance, day, department, number }: Drawn): Usage {
  const hour = drawnBy(HOURS, chance);
  const minutes = (FIRST_HOUR_UTC + hour) * 60 + Math.floor(chance() * 4) * 15;
  const start = new Date(day.getTime() + minutes * MINUTE_MS);
  const outcome = outcomeBy(chance);
  const at = (minute: number) => new Date(start.getTime() + Math.round(minute * 60) * 1000);
  const account = department.staff[Math.floor(chance() ** 1.5 * department.staff.length)] ?? "";
  // Staff fall behind in the course of a day.
  const behind = (hour / HOURS.length) * long(chance, 6);
  const { stays, waits } = meetingBy(outcome, { chance, at, account, behind });
  return {
    ...measured({ stays, waits }, { organizer: "", opened: [account] }),
    outcome,
    id: ("year" + String(number).padStart(12, "0")) as VisitId,
    connectionId: department.connection,
    departmentId: department.id,
    start,
    end: at(30),
    source: outcome === "not-known" ? "none" : "presence",
    messages: messagesBy(chance),
    ...(outcome === "completed" && { quality: qualityBy(chances(number * 7919 + 1)) }),
  };
}

/** The calls of most visits are good, those of a few are not, and of a bad network all streams suffer. */
function qualityBy(chance: Chance): Quality {
  chance();
  const bad = chance() ** 6;
  const streams = Array.from({ length: 8 }, (_, number): Stream => {
    const some = 0.5 + chance();
    const measured = { jitterMs: 4 + 60 * bad * some, roundTripMs: 30 + 500 * bad * some };
    return number % 2 === 0
      ? { ...measured, kind: "audio", lossRate: 0.002 + 0.15 * bad * some, degradation: 1.2 * bad * some }
      : {
          ...measured,
          kind: "video",
          lossRate: 0.004 + 0.2 * bad * some,
          framesPerSecond: 26 - 22 * bad * some,
        };
  });
  return qualityOf(streams);
}

function outcomeBy(chance: Chance): Outcome {
  let drawn = chance() * 1000;
  for (const [outcome, parts] of ELSE) {
    if (drawn < parts) return outcome;
    drawn -= parts;
  }
  return "completed";
}

interface Came {
  readonly chance: Chance;
  readonly at: (minute: number) => Date;
  readonly account: string;
  /** How many minutes late the member of staff is. */
  readonly behind: number;
}

function meetingBy(
  outcome: Outcome,
  { chance, at, account, behind }: Came,
): { stays: Stay[]; waits: Wait[] } {
  const came = -8 + chance() * 12;
  const staffCame = -3 + chance() * 8 + behind;
  const staff = (from: number, to: number): Stay => ({
    who: account,
    account,
    look: "staff",
    from: at(from),
    to: at(to),
  });
  const look = chance() < 0.06 ? "phone" : "outside";
  const patient = (from: number, to: number): Stay => ({ who: "patient", look, from: at(from), to: at(to) });
  switch (outcome) {
    case "completed": {
      const admitted = Math.max(came, staffCame) + 0.2 + long(chance, 1.5);
      // In a few visits somebody forgets to leave.
      const takes = chance() < 0.004 ? 150 + chance() * 90 : 2 + long(chance, 7) + long(chance, 9);
      const guests =
        chance() < 0.14 ? [{ ...patient(admitted + 1, admitted + takes), who: "interpreter" }] : [];
      return {
        stays: [staff(staffCame, admitted + takes + 0.5), patient(admitted, admitted + takes), ...guests],
        waits: [{ look, from: at(came), admitted: at(admitted) }],
      };
    }
    case "patient-absent":
      return { stays: [staff(staffCame, staffCame + 8 + long(chance, 4))], waits: [] };
    case "staff-absent":
      return { stays: [], waits: [{ look, from: at(came) }] };
    case "not-together":
      return { stays: [staff(20, 26)], waits: [{ look, from: at(came) }] };
    default:
      return { stays: [], waits: [] };
  }
}

function messagesBy(chance: Chance): MessageCount[] {
  const sent = (kind: MessageCount["kind"], way: MessageCount["way"]): MessageCount => {
    const drawn = chance();
    const state = drawn < 0.93 ? "delivered" : drawn < 0.97 ? "failed" : "accepted";
    return { kind, way, state, count: 1 };
  };
  const way = chance() < 0.82 ? "text" : "mail";
  return [
    ...(chance() < 0.95 ? [sent("confirmation", way), sent("reminder", way)] : []),
    ...(chance() < 0.08 ? [sent("update", way)] : []),
    ...(chance() < 0.12 ? [sent("link", "text")] : []),
    ...(chance() < 0.05 ? [sent("guest-link", "mail")] : []),
  ];
}

/** An exponentially distributed length: mostly short, seldom long. */
const long = (chance: Chance, mean: number): number => -mean * Math.log(1 - chance());

function drawnBy(weights: readonly number[], chance: Chance): number {
  let drawn = chance() * weights.reduce((sum, one) => sum + one, 0);
  for (const [index, weight] of weights.entries()) {
    if (drawn < weight) return index;
    drawn -= weight;
  }
  return 0;
}

/**
 * Numbers from 0 to 1 that are always the same for the same seed.
 * https://en.wikipedia.org/wiki/Linear_congruential_generator
 */
function chances(seed: number): Chance {
  let now = seed % 2 ** 32;
  return () => {
    now = (now * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return now / 2 ** 32;
  };
}
