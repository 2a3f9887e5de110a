/** What went wrong outside, in the kinds that the clinician's pages know. */
import { Fault } from "../../web/fault.ts";
import { EhrFault } from "../../ports/ehr.ts";
import { MeetingsFault } from "../../ports/meetings.ts";
import { StaffSignInFault } from "../../ports/staff.ts";
import { VaultFault } from "../../ports/vault.ts";

/** The fault for a known failure outside; anything else, being a bug, as it is. */
export function asFault(error: unknown): unknown {
  if (error instanceof EhrFault) return ehrFault(error);
  if (error instanceof MeetingsFault) return new Fault({ kind: MEETINGS[error.reason] }, { cause: error });
  if (error instanceof StaffSignInFault) return new Fault({ kind: STAFF[error.reason] }, { cause: error });
  if (error instanceof VaultFault) return new Fault({ kind: "connection-failing" }, { cause: error });
  return error;
}

function ehrFault(error: EhrFault): Fault {
  return new Fault(error.problem, { cause: error });
}

const MEETINGS = {
  "access-policy": "meetings-access-policy",
  unavailable: "meetings-unavailable",
  refused: "meetings-refused",
} as const;

const STAFF = {
  "other-tenant": "staff-account-other-tenant",
  declined: "staff-sign-in-failed",
  invalid: "staff-sign-in-failed",
  unavailable: "staff-sign-in-failed",
} as const;
