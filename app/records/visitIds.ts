/**
 * A visit's id is a keyed hash of what it is about. So whoever knows the appointment finds the visit, but the visit does not
 * reveal it.
 */
import type { FhirBaseUrl } from "../domain/fhirBaseUrl.ts";
import type { VisitId } from "../domain/linkToken.ts";
import type { Keyring } from "../ports/keyring.ts";

type Hashing = Pick<Keyring, "hash">;

/**
 * Resource ids mean nothing without their server, so the base URL is part of the hash. Renaming a connection changes no id.
 */
export const appointmentVisitId = (keyring: Hashing, fhirBaseUrl: FhirBaseUrl, appointmentId: string) =>
  visitId(keyring, ["appointment", fhirBaseUrl, appointmentId]);

export const consultVisitId = (keyring: Hashing, connectionId: string, key: string) =>
  visitId(keyring, ["consult", connectionId, key]);

/** The id has 96 of the hash's 128 bits. */
const visitId = (keyring: Hashing, parts: readonly string[]): VisitId =>
  keyring.hash("visit", JSON.stringify(parts)).slice(0, 16) as VisitId;
