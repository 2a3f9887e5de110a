/** The form of a flow: what it is given, and what it gives the process. */
import type { Router } from "express";
import type { Handlers, JobKind } from "../domain/job.ts";
import type { Mover } from "../domain/mover.ts";
import type { AdminConsent } from "./adminConsent.ts";
import type { CallerAddress } from "./callerAddress.ts";
import type { MicrosoftSignIn } from "./microsoftSignIn.ts";
import type { RenderPage } from "./page.tsx";

/** What the server gives each flow besides the parts that it picks. */
export interface House {
  readonly renderPage: RenderPage;
  readonly caller: CallerAddress;
  readonly microsoftSignIn: MicrosoftSignIn;
  readonly adminConsent: AdminConsent;
  /** Aborted when the process is about to stop, so that answers that would go on for minutes end. */
  readonly stopping: AbortSignal;
}

/**
 * What people and programs do here, in the form that the process needs. `K` are the kinds of job that the flow does;
 * server.ts names the flow of each kind, and does not compile if one is missing.
 */
export interface Flow<K extends JobKind = never> {
  /** Its addresses, in full. Whatever is thrown there becomes a page in the flow's own words. */
  readonly routes: Router;
  /** How the flow does the jobs of its kinds. A job is made by `parts.jobs.add`, in this or any other flow. */
  readonly jobs: Pick<Handlers, K>;
  /** The flow's periodic work. */
  readonly ticks: readonly Tick[];
  /** The current state of what the flow depends on, for administrators. */
  readonly checks: () => Promise<readonly Check[]>;
}

/**
 * Periodic work. What concerns everybody is done by one process at a time: the first time at once, then in each period, and
 * after an outage once, as soon as a process works again. What concerns a process is done by each process, at its start and
 * in each period. What fails is logged and tried again.
 */
export interface Tick {
  readonly name: string;
  /** A process that takes no background work, such as the staging slot's, still does what only concerns itself. */
  readonly concerns: "this-process" | "everybody";
  readonly everySeconds: number;
  /**
   * The ids, such as of connections, for each of which the tick runs separately: one that is slow or fails stops no other.
   */
  readonly each?: () => Promise<readonly string[]>;
  readonly run: (turn: Turn) => Promise<void>;
}

export interface Turn {
  /** The one of `each` that the turn is for. */
  readonly of?: string;
  /**
   * When the tick was known first, which may be long before its first turn is done. Absent for what concerns this process,
   * and where a release that did not keep it knew the tick first.
   */
  readonly begun?: Date;
  /** When the last turn that was done began; absent the first time, and for what concerns this process. */
  readonly since?: Date;
  /** How far turns have come that were not done since then, as they said by `reach`. */
  readonly reached?: Date;
  /**
   * Keeps with the tick that all before a moment is done. A turn that has much to do, and whose process may end before all is
   * done, says so step by step; the next turn goes on from there. Absent for what concerns this process.
   */
  readonly reach?: (moment: Date) => Promise<void>;
  /** Once it is aborted, another process may do the work; to be passed to every outward call. */
  readonly signal: AbortSignal;
  /** To be told how many things could not be read, which is kept with the tick. Absent for what concerns this process. */
  readonly leftOut?: (count: number) => void;
  /**
   * To be told how often a chart said that it keeps something back on purpose, which is kept with the tick. Absent for what
   * concerns this process.
   */
  readonly keptBack?: (times: number) => void;
  /**
   * To be told of how many half hours a chart's answers were too large to be read, which is kept with the tick. Absent for
   * what concerns this process.
   */
  readonly tooLarge?: (halfHours: number) => void;
  /**
   * To be told of how many visits a chart showed a change without their own records, which is kept with the tick. Absent for
   * what concerns this process.
   */
  readonly changeUnread?: (visits: number) => void;
}

export interface Check {
  readonly name: CheckName;
  /** The id of what was checked, where there are several. */
  readonly of?: string;
  /** Why it is not well, in words for an administrator; absent when it is. */
  readonly fault?: string;
  /** Present where the fault hinders nobody yet, or is a deliberate choice. */
  readonly isWarning?: true;
  /** Why it cannot be told from here whether it is well; then there is no fault. */
  readonly unseen?: string;
  /** Present where there is nothing yet that could be looked at, which `unseen` says: nobody has to do anything. */
  readonly isNothingYet?: true;
  /** The day (YYYY-MM-DD, UTC) on which people's use last proved that it is well, where nothing else can. */
  readonly provedOn?: string;
  /** Whose move it is while there is a fault; left out, it is the administrators'. */
  readonly move?: Mover;
}

/** A check that has looked at nothing is not well: there is nothing yet. @param because goes on after a colon */
export const nothingYet = (check: Pick<Check, "name" | "of">, because: string): Check => ({
  ...check,
  unseen: `Nothing to check yet: ${because}.`,
  isNothingYet: true,
});

/**
 * Thrown by a turn that can give a code for why it was not complete; the code is kept with the tick. Other errors have none.
 */
export class TurnFailed extends Error {
  override readonly name: string = "TurnFailed";
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The name under which a tick is kept that runs for each of several separately. */
export const tickOf = (name: string, of: string): string => name + "." + of;
/** What is checked. The portal has words for each (flows/portal/checkWords.ts). */
export type CheckName =
  /** One of the other checks could not be made. */
  | "checks"
  | "connection"
  | "launches"
  | "launch-scopes"
  | "launch-environment"
  | "clock"
  | "signing-keys"
  | "graph-permissions"
  | "organizers"
  | "anonymous-join"
  | "presence"
  | "settings-read"
  | "texts-set"
  | "consents"
  | "number"
  | "going-live"
  | "mail"
  | "text-reports"
  | "text-starts"
  | "canary"
  | "version"
  | "data-geography"
  | "store"
  | "worker"
  | "jobs-due"
  | "jobs-poisoned"
  | "jobs-waiting"
  | "system-client"
  | "visits-found"
  | "locations"
  | "stray-locations"
  | "quiet-departments"
  | "visits-at-risk"
  | "organizer-meetings";
