/** A call of a vendor as a trace tells it: what was asked, by words of ours and never by an id or a name, and how it went. */

export interface VendorCall {
  /** Host of the vendor's. */
  readonly host: string;
  /** Method and the words of the address that are known: `GET Appointment`, `POST users onlineMeetings createOrGet`. */
  readonly what: string;
  /** Absent where no answer came. */
  readonly status?: number;
  readonly milliseconds: number;
  /** What the vendor's support asks for. */
  readonly requestIds: readonly string[];
}

export type NoteCall = (call: VendorCall) => void;

/** Words of addresses that are no ids: what stands between them is left out. */
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

/** Oracle's and Microsoft's names for it. https://learn.microsoft.com/graph/best-practices-concept#reliability-and-support */
const ID_HEADERS = [
  "x-request-id",
  "cerner-correlation-id",
  "opc-request-id",
  "request-id",
  "x-ms-request-id",
];
/** Where they look like ids: what else a server writes there may be anything. */
const ID = /^\/?[0-9a-f-]{8,64}(\/[0-9a-f]{8,64}){0,2}$/i;

export function requestIdsIn(header: (name: string) => string | undefined): readonly string[] {
  return ID_HEADERS.flatMap((name) => header(name) ?? []).filter((id) => ID.test(id));
}
