/** What each step of the clinicians' flow is given. */
import type { Request } from "express";
import type { Parts } from "../../parts.ts";
import type { Session } from "../../records/sessions.ts";

/** The parts that the clinicians' flow picks. */
export type ProviderPicks = Pick<
  Parts,
  | "audit"
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
  | "messageRules"
  | "messages"
  | "messaging"
  | "notifications"
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
  | "workStanding"
>;

export interface ProviderParts extends ProviderPicks {
  /**
   * Runs `act`, which reads the chart, with a grant that is still valid for a while; when the chart refuses the token, `act`
   * is run once more with a new one. So `act` must change things only after it has read the chart for the last time.
   * @throws Fault, EhrFault, SessionOver, and what `act` throws
   */
  readonly withFreshSession: <T>(session: Session, act: (fresh: Session) => Promise<T>) => Promise<T>;
  /**
   * The session of each request that came with one: if something goes wrong after that, the fault's page shows the session's
   * patient.
   */
  readonly sessionsOf: WeakMap<Request, Session>;
}
