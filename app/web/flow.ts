import type { Router } from "express";
import type { Handlers, JobKind } from "../domain/job.ts";
import type { Mover } from "../domain/mover.ts";
import type { CallerAddress } from "./callerAddress.ts";
import type { MicrosoftSignIn } from "./microsoftSignIn.ts";
import type { RenderPage } from "./page.tsx";

/** What the server gives each flow beside the parts that it picks. */
export interface House {
  readonly renderPage: RenderPage;
  readonly caller: CallerAddress;
  readonly microsoftSignIn: MicrosoftSignIn;
  /** The process is about to stop: what would go on for minutes ends. */
  readonly stopping: AbortSignal;
}

/**
 * What people and programs do here, as the process needs to know it. `K` are the kinds of job that it does; server.ts
 * names the flow of each kind, and does not compile without.
 */
export interface Flow<K extends JobKind = never> {
  /** Its addresses, whole. Whatever is thrown in it becomes a page in its own words. */
  readonly routes: Router;
  /** How it does the jobs of its kinds. One is made by `parts.jobs.add`, here or in any other flow. */
  readonly jobs: Pick<Handlers, K>;
  /** What it does by itself whenever it comes round. */
  readonly ticks: readonly Tick[];
  /** How what it depends on stands now, for administrators. */
  readonly checks: () => Promise<readonly Check[]>;
}

/**
 * Work that comes round. What concerns everybody is done by one process at a time: the first time at once, then in each
 * period, and after an outage once, as soon as somebody works again. What concerns a process is done by each, at its start
 * and in each period. What fails is logged and tried again.
 */
export interface Tick {
  readonly name: string;
  /** A process that takes no background work, such as the staging slot's, still does what only concerns itself. */
  readonly concerns: "this-process" | "everybody";
  readonly everySeconds: number;
  /** Where it comes round for several by themselves, such as connections, their ids: one that is slow or fails stops no other. */
  readonly each?: () => Promise<readonly string[]>;
  readonly run: (turn: Turn) => Promise<void>;
}

export interface Turn {
  /** Which of `each` it is for. */
  readonly of?: string;
  /** When the turn before began that was done; absent the first time, and for what concerns this process. */
  readonly since?: Date;
  /** Once it says so, somebody else may do it: for every outward call. */
  readonly signal: AbortSignal;
  /** Told how much it came upon that it could not read; kept with the tick. Absent for what concerns this process. */
  readonly leftOut?: (count: number) => void;
}

export interface Check {
  readonly name: CheckName;
  /** Which one of them, by its id. */
  readonly of?: string;
  /** Why it is not well, in words for an administrator; absent when it is. */
  readonly fault?: string;
  /** What the fault says hinders nobody yet, or is as somebody has chosen. */
  readonly isWarning?: true;
  /** Why it cannot be told from here whether it is well; then there is no fault. */
  readonly unseen?: string;
  /** Whose move it is while there is a fault; left out, the administrators'. */
  readonly move?: Mover;
}

/** Thrown by a turn that can say by a code why it was not whole; kept with the tick. What else is thrown has none. */
export class TurnFailed extends Error {
  override readonly name: string = "TurnFailed";
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Under which name a tick that comes round for each by itself is kept. */
export const tickOf = (name: string, of: string): string => name + "." + of;
/** What is checked. The portal has words for each (flows/portal/checkWords.ts). */
export type CheckName =
  /** One of the others could not be made. */
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
  | "consents"
  | "number"
  | "going-live"
  | "mail"
  | "text-reports"
  | "canary"
  | "store"
  | "worker"
  | "jobs-due"
  | "jobs-poisoned"
  | "system-client"
  | "visits-found"
  | "locations"
  | "visits-at-risk"
  | "organizer-meetings";
