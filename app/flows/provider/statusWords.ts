/** What clinicians read of an appointment's state in the chart. */
import type { AppointmentStatus } from "../../domain/appointmentStatus.ts";

export const STATUS_WORDS: Readonly<Record<AppointmentStatus, string>> = {
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
