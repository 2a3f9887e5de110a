import type { ConfiguredConnection } from "../domain/hospital.ts";
import type { SignInEndpoints } from "./ehr.ts";

/** How a connection stands by its last probe. One that fails stops no other. */
export interface Standings {
  /** The last word; when that was a failure of some time ago, or there is none, asks again first. */
  of(connection: ConfiguredConnection): Promise<Standing>;
}

export type Standing =
  | { readonly ok: true; readonly endpoints: SignInEndpoints; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly reason: string };
