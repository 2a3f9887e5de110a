/**
 * Why a bearer token proves nothing: our directory did not issue it for us, or it has expired or is not valid yet. One with an
 * `unknown-key` may be proved a little later: the directory may sign with a key that it published after its keys were read.
 */
export type Unproven =
  | "malformed"
  | "algorithm"
  | "signature"
  | "unknown-key"
  | "foreign-key"
  | "expired"
  | "not-yet-valid"
  | "issuer"
  | "tenant"
  | "audience";
