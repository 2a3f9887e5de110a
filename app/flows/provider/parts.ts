import type { Parts } from "../../parts.ts";
import type { Session } from "../../records/sessions.ts";

/** What the clinicians' flow picks. */
export type ProviderPicks = Pick<
  Parts,
  | "directory"
  | "ehr"
  | "environment"
  | "hospital"
  | "log"
  | "now"
  | "publicUrl"
  | "sessions"
  | "signIns"
  | "staffAccounts"
  | "standings"
  | "vault"
  | "visits"
>;

/** What its steps are given. */
export interface ProviderParts extends ProviderPicks {
  /** The session with a grant that has time to go. @throws Fault, EhrFault, SessionOver */
  readonly freshSession: (session: Session) => Promise<Session>;
  /**
   * Does what reads the chart; when the chart refuses the token, once more with a new one. So whatever `act` changes, it
   * changes after its last look at the chart. @throws Fault, EhrFault, SessionOver, and what `act` does
   */
  readonly acceptedSession: <T>(session: Session, act: (session: Session) => Promise<T>) => Promise<T>;
}
