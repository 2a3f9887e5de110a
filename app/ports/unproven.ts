/** Why a bearer token proves nothing: our directory did not give it out for us, or its time is over or has not come. */
export type Unproven =
  | "malformed"
  | "algorithm"
  | "signature"
  | "foreign-key"
  | "expired"
  | "not-yet-valid"
  | "issuer"
  | "tenant"
  | "audience";
