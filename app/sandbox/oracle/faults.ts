/** Faults that a person or a test can switch on, and how the page describes them, in the page's order. */
export const FAULTS = {
  signInRefused: "The authorization server refuses the sign-in (access_denied)",
  pkceRequired: "The authorization server insists on PKCE",
  tokenRefused: "The token endpoint refuses the code (invalid_grant)",
  scopesTrimmed: "Only openid, fhirUser, launch and online_access are granted",
  systemScopesTrimmed: "A system client is granted system/Patient.read only",
  openidMissing: "openid is not granted, so no id_token comes",
  idTokenWrongAudience: "The id_token is for another application",
  idTokenExpired: "The id_token expired an hour ago",
  idTokenOtherKey: "The id_token is signed by a key that is not published",
  idTokenWrongIssuer: "The id_token names another issuer",
  fhirUserElsewhere: "fhirUser points outside the FHIR base URL",
  noPatientBanner: "need_patient_banner is false",
  slow: "Token and FHIR answers are late, by the seconds given",
  throttled: "FHIR answers 429 without Retry-After",
  throttledWithRetryAfter: "FHIR answers 429 with Retry-After, in the seconds given",
  forbidden: "FHIR answers 403 that is not FHIR (insufficient scopes)",
  preconditionFailed: "A PATCH answers 412",
  locked: "A PATCH answers 423 (appointment open for change elsewhere)",
  associationFailed: "A PATCH answers 424 (a needed side operation failed)",
  smallPages: "A page of a search has five entries, whatever was asked for",
  pagesOverlap: "Each further page of a search begins with the last entry of the one before",
  laterPagesFail: "Each page of a search but the first answers 500",
  outcomeAmongResults: "A search has a warning among its results (OperationOutcome)",
  outcomeInPlace: "FHIR answers 200 with an OperationOutcome in place of what was asked for",
  locationRenamed: "The Cardiology Clinic is called Heart Center, and is part of the South Building",
  locationGone: "The chart does not show the Cardiology Clinic any more",
  byIdFails: "An appointment that is asked for by its id answers 500; other searches show it",
  serverError: "FHIR answers 500",
  badGateway: "FHIR answers 502",
  unavailable: "FHIR answers 503",
} as const satisfies Record<string, string>;

export type FaultName = keyof typeof FAULTS;

/** Faults that take a number of seconds, with the default of each. */
export const FAULT_SECONDS: Partial<Record<FaultName, number>> = { slow: 5, throttledWithRetryAfter: 30 };

export interface FaultSetting {
  readonly seconds?: number;
}

/** The menu of faults. A fault that is on applies to every tenant from the next request on. */
export interface FaultMenu {
  set(name: FaultName, setting?: FaultSetting): void;
  /** Switches a fault off, or all of them when none is named. */
  clear(name?: FaultName): void;
  isOn(name: FaultName): boolean;
  /** The seconds of a fault that is on; 0 otherwise. */
  seconds(name: FaultName): number;
  on(): readonly FaultName[];
}

export function faultMenu(): FaultMenu {
  const active = new Map<FaultName, number>();
  return {
    set: (name, setting) => {
      active.set(name, setting?.seconds ?? FAULT_SECONDS[name] ?? 0);
    },
    clear: (name) => {
      if (name === undefined) active.clear();
      else active.delete(name);
    },
    isOn: (name) => active.has(name),
    seconds: (name) => active.get(name) ?? 0,
    on: () => [...active.keys()],
  };
}

export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(FAULTS, text);
}
