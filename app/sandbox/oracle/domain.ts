/** One tenant with everything that belongs to it. */
import type { Clinic } from "./clinic/clinic.ts";
import type { OracleTenant } from "./options.ts";
import type { Addresses } from "./smart/addresses.ts";

export interface Domain {
  readonly tenant: OracleTenant;
  readonly at: Addresses;
  readonly clinic: Clinic;
}
