/**
 * A call of a vendor as a trace records it: what was asked, in words of our own and never with an id or a name, and how it
 * went.
 */

export interface VendorCall {
  /** The vendor's host. */
  readonly host: string;
  /** The method and the known words of the address: `GET Appointment`, `POST users onlineMeetings createOrGet`. */
  readonly what: string;
  /** The status of the answer; absent where none came. */
  readonly status?: number;
  /** That the answer was larger than is read. */
  readonly tooLarge?: true;
  readonly milliseconds: number;
  /** The request ids, which the vendor's support asks for. */
  readonly requestIds: readonly string[];
}

export type NoteCall = (call: VendorCall) => void;

/** The words of addresses that are not ids. Whatever stands between them is left out. */
const WORDS = new Set([
  ...[
    "Appointment",
    "CareTeam",
    "Encounter",
    "Location",
    "Patient",
    "Person",
    "Practitioner",
    "PractitionerRole",
  ],
  ...["metadata", "smart-configuration", "openid-configuration", "authorize", "token", "jwks", "keys"],
  ...["users", "onlineMeetings", "createOrGet"],
]);

export function whatIsAsked(method: string, { pathname }: URL): string {
  return [method, ...pathname.split("/").filter((word) => WORDS.has(word))].join(" ");
}

/**
 * The headers in which Oracle and Microsoft give the request id.
 * https://learn.microsoft.com/graph/best-practices-concept#reliability-and-support
 */
const ID_HEADERS = [
  "x-request-id",
  "cerner-correlation-id",
  "opc-request-id",
  "request-id",
  "x-ms-request-id",
];
/** Only values that look like ids are kept, because a server may write anything else there. */
const ID = /^\/?[0-9a-f-]{8,64}(\/[0-9a-f]{8,64}){0,2}$/i;

export function requestIdsIn(header: (name: string) => string | undefined): readonly string[] {
  return ID_HEADERS.flatMap((name) => header(name) ?? []).filter((id) => ID.test(id));
}
