/** Which kinds of visit the board always has, and when each of them is. */
import { ISO_DAY, SECOND } from "./clock.ts";
import { combinedPatient, clinicians, patientId } from "./people.ts";
import type { LocationName } from "./locations.ts";

/** A kind of visit of which the board always has one, so that every walk can be tried at any hour. */
export interface Scenario {
  readonly startsInMinutes: number;
  /** The newest visit of this kind is used while it starts between these minutes from now. After that a new one is added. */
  readonly serves: readonly [fromMinutes: number, toMinutes: number];
  readonly minutes: number;
  readonly patientId: string;
  readonly practitionerId: string;
  readonly location: LocationName;
  readonly status: "proposed" | "booked" | "arrived" | "fulfilled" | "cancelled";
  readonly type: "Video Visit" | "Office Visit";
  /** Order of the virtual rooms in `contained`, because Millennium keeps no fixed order. */
  readonly rooms: "patientFirst" | "providerFirst" | "none";
  readonly encounter: "linked" | "unlinked";
  /** Display name of a participant without a reference. */
  readonly alsoPresent?: string;
  /**
   * Set for visits that must not start tomorrow, because a launch offers today's visits. Late in the evening such a visit
   * starts this many minutes before midnight instead.
   */
  readonly latestBeforeMidnight?: number;
}

const soon = [-10, 15] as const;
const underWay = [-28, 0] as const;
const later = [25, 300] as const;
const thisEvening = { latestBeforeMidnight: 5 } as const;

const PLAN = {
  startsSoon: visit(5, soon, 0, 0, "familyMedicine", { encounter: "linked" }),
  inProgress: visit(-10, underWay, 1, 1, "cardiology", { status: "arrived", encounter: "linked" }),
  inProgressBehavioral: visit(-18, [-48, 0], 8, 3, "behavioralHealth", { status: "arrived", minutes: 50 }),
  laterToday: visit(120, later, 2, 0, "familyMedicine", { ...thisEvening, rooms: "patientFirst" }),
  firstOfTwo: visit(20, [-60, 60], 4, 2, "familyMedicine", { latestBeforeMidnight: 140 }),
  secondOfTwo: visit(110, [-60, 150], 4, 1, "cardiology", {
    latestBeforeMidnight: 50,
    rooms: "patientFirst",
  }),
  cancelled: visit(45, later, 5, 2, "familyMedicine", {
    ...thisEvening,
    status: "cancelled",
    encounter: "linked",
  }),
  withoutRooms: visit(60, later, 6, 1, "cardiology", { ...thisEvening, rooms: "none", encounter: "linked" }),
  inPerson: visit(30, later, 9, 0, "familyMedicine", { type: "Office Visit", rooms: "none" }),
  outsideDepartments: visit(15, [-10, 60], 10, 4, "sleepLaboratory", { encounter: "linked" }),
  inRoomBelow: visit(25, [-10, 60], 11, 2, "familyMedicineRoom3", {
    encounter: "linked",
  }),
  withoutMobile: visit(90, later, 7, 3, "behavioralHealth", { ...thisEvening, encounter: "linked" }),
  withInterpreter: visit(75, later, 12, 0, "familyMedicine", {
    ...thisEvening,
    alsoPresent: "Interpreter cart",
  }),
  over: visit(-150, [-600, -120], 13, 0, "familyMedicine", { status: "fulfilled", encounter: "linked" }),
  tomorrow: visit(24 * 60, [14 * 60, 30 * 60], 14, 0, "familyMedicine", {}),
  tomorrowCardiology: visit(24 * 60 + 45, [14 * 60, 31 * 60], 15, 1, "cardiology", {}),
  inThreeDays: visit(72 * 60, [49 * 60, 80 * 60], 16, 3, "behavioralHealth", {}),
  proposed: visit(48 * 60, [24 * 60, 60 * 60], 17, 2, "familyMedicine", {
    status: "proposed",
    rooms: "none",
  }),
  ofCombinedChart: visit(180, later, 4, 4, "sleepLaboratory", {
    ...thisEvening,
    patientId: combinedPatient.currentId,
  }),
  eveningCardiology: visit(210, later, 19, 1, "cardiology", { rooms: "patientFirst" }),
  eveningBehavioral: visit(195, later, 20, 3, "behavioralHealth", { minutes: 50 }),
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof PLAN;

export const scenarioNames: readonly ScenarioName[] = Object.keys(PLAN).filter(isScenarioName);

export function scenario(name: ScenarioName): Scenario {
  return PLAN[name];
}

export function isScenarioName(text: string): text is ScenarioName {
  return Object.hasOwn(PLAN, text);
}

/** When the next visit of this kind starts, rounded to five minutes. */
export function startOf(planned: Scenario, now: Date): Date {
  const step = 5 * 60_000;
  const wanted = Math.ceil((now.getTime() + planned.startsInMinutes * 60_000) / step) * step;
  if (planned.latestBeforeMidnight === undefined) return new Date(wanted);
  const latest = now.getTime() + untilMidnight(now) - planned.latestBeforeMidnight * 60_000;
  return new Date(Math.min(wanted, Math.floor(latest / step) * step));
}

export function stillServes(planned: Scenario, start: Date, now: Date): boolean {
  const [from, to] = planned.serves;
  const minutes = (start.getTime() - now.getTime()) / 60_000;
  const isNear = minutes >= from && minutes <= to + 5;
  if (planned.latestBeforeMidnight === undefined) return isNear;
  // Late in the evening, a new visit would not start later than this one.
  return clinicDay(start) === clinicDay(now) && (isNear || start >= startOf(planned, now));
}

/** The calendar day of an instant in the clinic's time zone, such as 2026-12-01. */
export function clinicDay(instant: Date): string {
  return ISO_DAY.format(instant);
}

function untilMidnight(now: Date): number {
  const clock = SECOND.format(now);
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(":").map(Number);
  return 24 * 3_600_000 - ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/** A visit that somebody booked on the board. It belongs to no scenario, so it is not followed by a new one. */
export function plannedVisit(
  booked: Pick<Scenario, "patientId" | "practitionerId" | "location" | "type" | "minutes">,
): Scenario {
  const { patientId, practitionerId, location, type, minutes } = booked;
  return {
    startsInMinutes: 0,
    serves: [0, 0],
    minutes,
    patientId,
    practitionerId,
    location,
    status: "booked",
    type,
    rooms: type === "Video Visit" ? "providerFirst" : "none",
    encounter: "linked",
  };
}

function visit(
  startsInMinutes: number,
  serves: Scenario["serves"],
  patientIndex: number,
  clinicianIndex: number,
  location: LocationName,
  rest: Partial<Scenario>,
): Scenario {
  return {
    startsInMinutes,
    serves,
    minutes: 30,
    patientId: patientId(patientIndex),
    practitionerId: clinicians[clinicianIndex]?.id ?? "",
    location,
    status: "booked",
    type: "Video Visit",
    rooms: "providerFirst",
    encounter: "unlinked",
    ...rest,
  };
}
