/** What clinicians read of an appointment's state in the chart. */
import type { AppointmentStatus } from "../../domain/appointmentStatus.ts";
import type { StatedAppointment } from "../../ports/ehr.ts";

const WORDS: Readonly<Record<AppointmentStatus, string>> = {
  proposed: "Asked for, not yet booked",
  pending: "Not yet confirmed",
  waitlist: "On the waiting list",
  booked: "Booked",
  arrived: "Arrived",
  "checked-in": "Checked in",
  fulfilled: "Completed in the chart",
  cancelled: "Canceled",
  noshow: "Marked as no-show in the chart",
  "entered-in-error": "Entered by mistake",
  unknown: "State not in the chart",
};

/**
 * The chart's status is the appointment's, whoever of its patients has come (decision 103): of several it says no more than
 * that at least one has.
 */
export function statusWords({ status, patients }: Pick<StatedAppointment, "status" | "patients">): string {
  const count = new Set(patients).size;
  if (count < 2) return WORDS[status];
  const atLeastOne = `At least one of ${String(count)} patients has `;
  if (status === "arrived") return atLeastOne + "arrived";
  return status === "checked-in" ? atLeastOne + "checked in" : WORDS[status];
}
