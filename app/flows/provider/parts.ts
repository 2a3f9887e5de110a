import type { Request } from "express";
import type { Parts } from "../../parts.ts";
import type { Session } from "../../records/sessions.ts";

/** What the clinicians' flow picks. */
export type ProviderPicks = Pick<
  Parts,
  | "callEvents"
  | "canaries"
  | "directory"
  | "ehr"
  | "environment"
  | "foundVisits"
  | "heard"
  | "hospital"
  | "jobs"
  | "log"
  | "messages"
  | "messaging"
  | "now"
  | "optOuts"
  | "presences"
  | "publicUrl"
  | "queue"
  | "sendingRate"
  | "sessions"
  | "signIns"
  | "staffAccounts"
  | "standings"
  | "testVisits"
  | "traces"
  | "vault"
  | "visits"
>;

/** What its steps are given. */
export interface ProviderParts extends ProviderPicks {
  /**
   * Does what reads the chart, with a grant that has time to go; when the chart refuses the token, once more with a new one.
   * So whatever `act` changes, it changes after its last look at the chart. @throws Fault, EhrFault, SessionOver, and what
   * `act` does
   */
  readonly withFreshSession: <T>(session: Session, act: (fresh: Session) => Promise<T>) => Promise<T>;
  /** The session of each request that has come with one: what goes wrong after that is said beside its patient. */
  readonly sessionsOf: WeakMap<Request, Session>;
}
