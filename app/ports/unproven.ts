/** Why a bearer token proves nothing: our directory did not issue it for us, or it has expired or is not valid yet. */
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
