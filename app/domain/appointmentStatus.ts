/**
 * The states of an appointment in FHIR R4, and what each means for its visit.
 * https://hl7.org/fhir/R4/valueset-appointmentstatus.html
 */

/** "unknown" means that the chart gives no status, or one that R4 does not have. */
export type AppointmentStatus =
  | "proposed"
  | "pending"
  | "waitlist"
  | "booked"
  | "arrived"
  | "checked-in"
  | "fulfilled"
  | "cancelled"
  | "noshow"
  | "entered-in-error"
  | "unknown";

/**
 * `on`: it takes place, took place or is about to. `not-booked`: nobody has booked it yet. `off`: it does not take place,
 * and whoever has a link is told so. `missed`: the chart says that the patient did not come; see app/decisions/0024.
 */
export type Standing = "on" | "not-booked" | "off" | "missed";

const STANDINGS: Readonly<Record<AppointmentStatus, Standing>> = {
  proposed: "not-booked",
  waitlist: "not-booked",
  pending: "on",
  booked: "on",
  arrived: "on",
  "checked-in": "on",
  fulfilled: "on",
  cancelled: "off",
  "entered-in-error": "off",
  noshow: "missed",
  unknown: "on",
};

export const standingOf = (status: AppointmentStatus): Standing => STANDINGS[status];

/** Whether the chart does not say how the visit stands, so that it may be cancelled. */
export const isUnsaid = (status: AppointmentStatus): boolean => status === "unknown";

/**
 * Whether somebody has still to accept the appointment. Staff may open its visit and its links are ready, but its patient is
 * told of it once it is booked; see app/decisions/0024.
 */
export const isUnconfirmed = (status: AppointmentStatus): boolean => status === "pending";

/** Whether the chart says that the visit takes place. Only that brings back a visit that was cancelled. */
export const saysOn = (status: AppointmentStatus): boolean =>
  standingOf(status) === "on" && !isUnsaid(status);

/**
 * The status that a chart gives, however it spells it: a canceled visit must not go on because of a letter. Blanks, hyphens
 * and underlines say nothing.
 */
export function appointmentStatus(text: string | undefined): AppointmentStatus {
  return BY_LETTERS.get(lettersOf(text ?? "")) ?? "unknown";
}

const lettersOf = (word: string): string => word.toLowerCase().replace(/[\s_-]+/g, "");
const BY_LETTERS: ReadonlyMap<string, AppointmentStatus> = new Map([
  ...(Object.keys(STANDINGS) as AppointmentStatus[]).map((status) => [lettersOf(status), status] as const),
  ["canceled", "cancelled"],
]);
