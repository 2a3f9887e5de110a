/**
 * Reads which appointment a form asks about: a chart system and an id in it. The id is used only to find the records about
 * it.
 */
import type { Request } from "express";
import { isFhirId } from "../../../domain/fhirId.ts";
import { fhirBaseUrl } from "../../../domain/fhirBaseUrl.ts";
import { connectionSchema } from "../../../domain/hospital.ts";
import type { Appointment } from "../../../records/holdings.ts";
import { fieldOf, type FieldFaults } from "../fields.ts";
import type { PortalPicks } from "../parts.ts";

export interface Typed {
  readonly connection: string;
  readonly appointment: string;
}

export type AskedAppointment =
  | { readonly ok: true; readonly typed: Typed; readonly appointment: Appointment }
  | { readonly ok: false; readonly typed: Typed; readonly faults: FieldFaults<keyof Typed> };

type Picks = Pick<PortalPicks, "connectionSettings" | "environment" | "formerAddresses" | "hospital">;

/** The id in a text: the id itself, or a reference to the appointment, which people copy. */
export function appointmentIdIn(text: string): string | undefined {
  const id = text.replace(/^Appointment\//, "");
  return isFhirId(id) ? id : undefined;
}

export async function appointmentAsked(picks: Picks, request: Request): Promise<AskedAppointment> {
  const typed = {
    connection: fieldOf(request, "connection").slice(0, 500),
    appointment: fieldOf(request, "appointment").slice(0, 200),
  };
  const base = await baseUrlOf(picks, typed.connection);
  const id = appointmentIdIn(typed.appointment);
  if (base !== undefined && id !== undefined)
    return { ok: true, typed, appointment: { fhirBaseUrl: base, appointmentId: id } };
  const faults = {
    ...(base === undefined && { connection: typed.connection === "" ? NONE_CHOSEN : NO_CONNECTION }),
    ...(id === undefined && { appointment: NO_ID }),
  };
  return { ok: false, typed, faults };
}

const NONE_CHOSEN = "Choose the FHIR connection, or enter its id or the base URL that it had.";
const NO_CONNECTION =
  "There is no connection with this id, and none had this base URL. The list of FHIR connections has their ids.";
const NO_ID = "Enter the Appointment’s FHIR id: up to 128 letters, digits, and any of . _ ~ -";

/**
 * The base URL of the chart system: also of a connection that is off, and also a former one, because what was kept through
 * it is still there.
 */
async function baseUrlOf(picks: Picks, said: string) {
  const { connectionSettings, environment, formerAddresses, hospital } = picks;
  const urlIn = (text: string) => {
    const verdict = fhirBaseUrl(text, { loopback: environment === "local" });
    return verdict.ok ? verdict.url : undefined;
  };
  const ofStack = hospital.stackConnections.find(({ id }) => id === said);
  if (ofStack !== undefined) return ofStack.fhirBaseUrl;
  if (!connectionSchema.shape.id.safeParse(said).success) {
    const url = urlIn(said);
    if (url === undefined || (await hospital.connectionByUrl(url)) !== undefined) return url;
    return (await formerAddresses.list()).find((former) => former.fhirBaseUrl === url)?.fhirBaseUrl;
  }
  const setting = await connectionSettings.read(said);
  return setting && urlIn(setting.value.fhirBaseUrl);
}
