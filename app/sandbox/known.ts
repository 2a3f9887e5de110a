/** Where each rule of the stand-ins is known from, and since when. */
import { type Documented, DOCUMENTS, type Rules } from "./documents.ts";

/** How a rule of a stand-in is known, and since which month. */
export type Source = "recorded" | "document" | "observed" | "guess";

/**
 * The rules by source, and by month or document. One that a file has several sentences for is recorded if one of them is.
 */
export interface Known extends Readonly<Record<Exclude<Source, "document">, ByMonth>> {
  readonly document: readonly Documented[];
}

/** Rules by the month since which they are known, such as `2026-11`. */
type ByMonth = Readonly<Record<string, Rules>>;

/** Each rule as `file: what`, or as the type of a resource, such as `azure-native:web:WebApp`. */
export const listed = (rules: Rules): readonly string[] =>
  Object.entries(rules).flatMap(([where, said]) =>
    said.split(" ").map((what) => where + (where.includes(":") ? ":" : ": ") + what),
  );

/** All rules that a source has. */
export const rulesOf = (known: Known, source: Source): readonly string[] =>
  (source === "document" ? known.document.map(({ rules }) => rules) : Object.values(known[source])).flatMap(
    listed,
  );

export const SANDBOX_KNOWN: Known = {
  recorded: {
    "2021-03": {
      "communication/inventory": "InternalError",
      "communication/purchasedRoutes": "NotFound",
      "communication/textRoutes": "400 401",
      "microsoft/entra/discovery": "AADSTS90002",
    },
    "2021-04": {
      "microsoft/vault/access": "Unauthorized",
      "microsoft/vault/contents": "KeyNotFound",
      "oracle/fhir/guard": "login",
    },
    "2024-02": { "microsoft/graph/policy": "General" },
    "2024-05": { "communication/searchRoutes": "BadRequest" },
    "2025-02": { "microsoft/graph/meetingRoutes": "BadRequest" },
    "2026-05": { "microsoft/graph/bodies": "InvalidArgument" },
    "2026-06": { "oracle/smart/authorize": "unauthorized_client" },
  },
  document: DOCUMENTS,
  observed: {
    "2020-11": { "microsoft/graph/subscriptionRoutes": "Conflict" },
    "2026-11": {
      "communication/access": "Denied",
      "communication/mailRoutes": "DomainNotLinked",
      "microsoft/entra/codes": "AADSTS500112",
      "microsoft/entra/token": "AADSTS1002012 AADSTS50148",
      "microsoft/graph/policy": "Forbidden",
      "microsoft/graph/userRoutes": "Request_ResourceNotFound",
      "microsoft/vault/secretRoutes": "SecretNotFound",
      "oracle/fhir/guard": "insufficient-scopes",
    },
  },
  guess: {
    "2026-11": {
      "communication/access": "Forbidden",
      "communication/answers": "BadRequest",
      "communication/inventory": "BadRequest PhoneNumberPurchaseLimitReached",
      "communication/mailRoutes": "NotFound",
      "communication/operations": "NotFound",
      "communication/purchasedRoutes": "BadRequest UnsupportedMediaType",
      "communication/reservationRoutes": "Conflict NotFound UnsupportedMediaType",
      "communication/searchRoutes": "Conflict NotFound",
      "communication/start": "HttpsRequired InternalServerError NotFound ServiceUnavailable",
      "communication/textRoutes": "429",
      "communication/version": "UnsupportedApiVersion",
      "microsoft/entra/signInRequest": "AADSTS90015",
      "microsoft/graph/attendanceRoutes": "NotFound",
      "microsoft/graph/callRecordRoutes": "NotFound",
      "microsoft/vault/algorithms": "BadParameter",
      "microsoft/vault/routes": "BadParameter NotFound",
      "microsoft/vault/shapes": "BadParameter",
      "oracle/fhir/guard": "exception processing throttled transient",
      "oracle/fhir/paging": "exception invalid",
      "oracle/fhir/patchAppointment": "structure",
      "oracle/fhir/routes": "502 not-supported structure",
      "oracle/fhir/search": "not-supported",
      "oracle/fhir/videoLinks": "too-long",
    },
  },
};

/** How many rules each source has, over all tables. */
export const totalsOf = (...all: readonly Known[]): Readonly<Record<Source, number>> => {
  const count = (source: Source) => all.flatMap((known) => rulesOf(known, source)).length;
  return {
    recorded: count("recorded"),
    document: count("document"),
    observed: count("observed"),
    guess: count("guess"),
  };
};
