/**
 * A scheduler's work on the board: to book, move, cancel, mark as an error and delete visits, at any time and for anybody.
 */
import type { Request, Response } from "express";
import * as z from "zod";
import { instantOf } from "../clinic/clock.ts";
import { visitLocations } from "../clinic/locations.ts";
import type { Around } from "./frame.tsx";
import { participantId } from "./words.ts";

const WEEK_MINUTES = 10_080;
/** What a browser sends for a day and a time, by the clinic's clock. A day or time that there is not is refused. */
const momentSchema = z.iso
  .datetime({ local: true, offset: false })
  .transform((shown) => instantOf(shown.slice(0, MINUTES_LONG)));
const MINUTES_LONG = "2026-08-04T14:30".length;

const bookingSchema = z.object({
  startsIn: z.coerce.number().int().min(-1440).max(43_200),
  /** It counts instead, where it is filled in. */
  startsAt: z.union([z.literal("").transform(() => undefined), momentSchema]).optional(),
  minutes: z.coerce.number().int().min(5).max(480),
  type: z.enum(["Video Visit", "Office Visit"]),
  practitioner: z.string(),
  location: z.enum(visitLocations),
});

export async function book(around: Around, now: Date, request: Request, response: Response): Promise<void> {
  const { clinic } = around.domain;
  const patient = await clinic.chart.read("Patient", part(request, "patient"));
  const asked = bookingSchema.safeParse(request.body);
  const practitioner = clinic.clinicians.find(({ id }) => id === asked.data?.practitioner);
  if (patient === undefined || asked.data === undefined || practitioner === undefined) {
    notHere(response);
    return;
  }
  const { startsIn, startsAt, minutes, type, location } = asked.data;
  const start = startsAt ?? new Date(Math.floor(now.getTime() / 60_000 + startsIn) * 60_000);
  const booking = { patientId: patient.id, practitionerId: practitioner.id, location, type, start, minutes };
  backTo(response, patient.id, await clinic.book(booking));
}

const changeSchema = z.union([
  z.object({
    do: z.literal("move"),
    minutes: z.coerce.number().int().min(-WEEK_MINUTES).max(WEEK_MINUTES),
  }),
  z.object({ do: z.literal("moveTo"), to: momentSchema }),
  z.object({ do: z.enum(["cancel", "error", "delete"]) }),
]);

export async function change(around: Around, request: Request, response: Response): Promise<void> {
  const { clinic } = around.domain;
  const id = part(request, "id");
  const found = await clinic.chart.read("Appointment", id);
  const asked = changeSchema.safeParse(request.body);
  if (found === undefined || asked.data === undefined) {
    notHere(response);
    return;
  }
  switch (asked.data.do) {
    case "move":
      if (found.start !== undefined) await clinic.move(id, asked.data.minutes);
      break;
    case "moveTo":
      if (found.start !== undefined)
        await clinic.move(id, (asked.data.to.getTime() - Date.parse(found.start)) / 60_000);
      break;
    case "cancel":
      await clinic.cancel(id);
      break;
    case "error":
      await clinic.markAsError(id);
      break;
    case "delete":
      await clinic.remove(id);
  }
  backTo(response, participantId(found, "Patient"), id);
}

const backTo = (response: Response, patientId: string, appointmentId: string) => {
  response.redirect(303, `/charts/${patientId}?visit=${appointmentId}`);
};

export function notHere(response: Response): void {
  response.status(404).type("text/plain").send("Not in this chart system\n");
}

export function part(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === "string" ? value : "";
}
