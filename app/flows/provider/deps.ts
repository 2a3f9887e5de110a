import type { Log } from "../../log.ts";
import type { Ehr } from "../../ports/ehr.ts";
import type { Hospital } from "../../records/hospital.ts";
import type { Keyring } from "../../ports/keyring.ts";
import type { Directory, StaffSignIn } from "../../ports/staff.ts";
import type { Standings } from "../../ports/standing.ts";
import type { Store } from "../../ports/store.ts";
import type { Visits } from "../../ports/visits.ts";

/** What the clinician's walk needs of the outside. */
export interface LaunchDeps {
  readonly hospital: Hospital;
  readonly standings: Standings;
  readonly ehr: Ehr;
  readonly visits: Visits;
  readonly staffSignIn: StaffSignIn;
  readonly directory: Directory;
  readonly store: Store;
  readonly keyring: Keyring;
  readonly log: Log;
  readonly now: () => Date;
  /** Origin that vendors and people reach us at, without a final slash. */
  readonly publicUrl: string;
  /** Which connections `/launch/provider` serves; `/launch/test` always serves test ones. */
  readonly serves: "test" | "production";
}
