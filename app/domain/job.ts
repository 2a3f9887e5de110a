/**
 * A job's life: pure, so that what a worker, a sweep and an administrator may do with it stands in one place. A job is kept
 * (records/jobs.ts); a message of the queue only says that it is time to look at it.
 *
 *   waiting -> running -> done
 *      ^          |-> waiting (later; not now; handed back)      running -> waiting (its holder vanished or hung)
 *      |          '-> poisoned, when it failed too often         waiting -> lapsed, when it makes no sense any more
 *      '--- replayed --- poisoned, lapsed -> discarded
 */
export type Ids = Readonly<Record<string, string>>;

/** What every kind of job says of itself. */
export interface KindRule {
  /** The names of the ids that say what it is about: ids of our own records, never content. */
  readonly ids: readonly string[];
  /** Whoever takes longer hangs. */
  readonly limitSeconds: number;
}
export type KindRules = Readonly<Record<string, KindRule>>;

/** Every kind of job. A new one is a line here, and a flow's handler that server.ts names: without one it does not compile. */
export const JOB_KINDS = {
  /** Does nothing: that it was done says that jobs come through. */
  canary: { ids: ["slot"], limitSeconds: 30 },
  /** Tells Teams of a change to a visit that it has not taken over. */
  meeting: { ids: ["visit"], limitSeconds: 30 },
  /** Sees to it that a visit that was found has its meeting, and the chart its links. */
  prepare: { ids: ["visit"], limitSeconds: 120 },
  /** Says in the chart that the patient has come, or was let in: `status` is arrived or checked-in, `start` the visit's when they came. */
  arrive: { ids: ["visit", "status", "start"], limitSeconds: 60 },
  /** Says in the chart that a visit is over. */
  fulfil: { ids: ["visit"], limitSeconds: 60 },
  /**
   * Tells a patient of a visit, or records why not. `what` and `by` are of domain/visitMessages.ts; `as` says whether patients were told of anything when the message came up: "live" or "pilot".
   */
  message: { ids: ["visit", "what", "by", "as"], limitSeconds: 120 },
  /** Closes a visit's meeting once the visit is over, and opens it again where that is not so any more. */
  room: { ids: ["visit"], limitSeconds: 60 },
  /** Sees to it that Teams tells who is in a visit's meeting, for as long as somebody wants to know. */
  watch: { ids: ["visit"], limitSeconds: 60 },
  /** Takes what Teams has told. */
  notification: { ids: ["visit", "notification"], limitSeconds: 30 },
  /** Says what a visit was, for reports. */
  usage: { ids: ["visit"], limitSeconds: 60 },
} as const satisfies KindRules;
export type JobKinds = typeof JOB_KINDS;
export type JobKind = keyof JobKinds;

/** What a kind of job is about. */
export type IdsOf<Rules extends KindRules, K extends keyof Rules> = Readonly<
  Record<Rules[K]["ids"][number], string>
>;

/**
 * Does one kind of job. It may be called again after it has done its work, because a process can be killed between that
 * and saying so: whatever it does outside has an id that makes the second time harmless, or is asked for first. It hands
 * `signal` to every outward call; once that says so, somebody else may have the job.
 * What it throws counts as a failure, for which an outcome with a reason is the better word.
 */
export type Handler<I extends Ids = Ids> = (task: Task<I>) => Promise<Outcome>;

export interface Task<I extends Ids = Ids> {
  /** Deterministic: what an outside effect's own id is made of. */
  readonly id: string;
  readonly of: I;
  readonly due: Date;
  /** How often it was begun, this time included. From 2 on, an earlier time may have done its work already. */
  readonly tries: number;
  readonly signal: AbortSignal;
}

export type Handlers<Rules extends KindRules = JobKinds> = {
  readonly [K in keyof Rules]: Handler<IdsOf<Rules, K>>;
};

/** Reasons are codes, like `graph.429`: never content. */
export type Outcome =
  | { readonly kind: "done" }
  /**
   * A vendor is busy or away: no failure, however often, and tried again after `afterSeconds`, which double each time where
   * they may grow, or else later each time.
   */
  | {
      readonly kind: "not-now";
      readonly reason: string;
      readonly afterSeconds?: number;
      readonly growsToSeconds?: number;
    }
  /** Counted, and tried again later each time until it was too often. */
  | { readonly kind: "failed"; readonly reason: string }
  /** Trying again would not help. */
  | { readonly kind: "hopeless"; readonly reason: string };

export type JobState = (typeof JOB_STATES)[number];
export const JOB_STATES = ["waiting", "running", "done", "poisoned", "lapsed", "discarded"] as const;
export const FAILURES = ["failed", "hung", "vanished", "not-now"] as const;

export interface LastFailure {
  /** `hung` took longer than its kind may; `vanished` is a process that was killed, or lost its way to the store. */
  readonly how: (typeof FAILURES)[number];
  readonly reason: string;
  readonly at: Date;
}

export interface Job {
  readonly id: string;
  /** Of this release or another. */
  readonly kind: string;
  readonly of: Ids;
  readonly state: JobState;
  /** Not before; later after each failure. */
  readonly due: Date;
  readonly usefulUntil?: Date;
  readonly tries: number;
  /** Times it failed or hung; how often its process vanished; how often a vendor said not now. */
  readonly failures: number;
  readonly losses: number;
  readonly postponements: number;
  readonly lastFailure?: LastFailure;
  /** Who has it, and how often they said since that they live. */
  readonly holder?: string;
  readonly beat: number;
  /** When it last got a message, so that a sweep gives none to those who have one. */
  readonly wokenAt: Date;
  /** When it came to its end. */
  readonly endedAt?: Date;
}

/** Jobs under way in one process. */
export const JOBS_AT_ONCE = 32;

/** How patient the work is. */
export interface Patience {
  readonly firstWaitSeconds: number;
  readonly longestWaitSeconds: number;
  /** So many failures make poison. */
  readonly failures: number;
  /** So many vanished processes make poison: a job may be what kills them. */
  readonly losses: number;
}
export const PATIENCE: Patience = {
  firstWaitSeconds: 30,
  longestWaitSeconds: 3_600,
  failures: 8,
  losses: 20,
};

const REASON = /^[a-z0-9][a-z0-9._-]{0,63}$/i;
/** What is no code is not kept: it could be content. */
export const reasonCode = (reason: string): string => (REASON.test(reason) ? reason : "no-code");

/** Seconds until the next try: doubling up to a ceiling, and spread by `chance` (from 0 to 1) below it. */
export function waitSeconds(
  { firstWaitSeconds, longestWaitSeconds }: Patience,
  times: number,
  chance: number,
) {
  const doubled = firstWaitSeconds * 2 ** Math.min(times - 1, 30);
  return Math.min(doubled, longestWaitSeconds) * (0.75 + chance / 4);
}

export function isOpen({ state }: Job): boolean {
  return state === "waiting" || state === "running";
}

/** Somebody begins it, and from now on says regularly that they live. */
export function begun(job: Job, holder: string): Job {
  return { ...job, state: "running", holder, beat: 0, tries: job.tries + 1 };
}

export function beaten(job: Job): Job {
  return { ...job, beat: job.beat + 1 };
}

export interface Moment {
  readonly now: Date;
  /** From 0 to 1. */
  readonly chance: number;
  readonly patience: Patience;
}

/** What becomes of a job by what its handler said. */
export function settled(job: Job, outcome: Outcome, moment: Moment): Job {
  switch (outcome.kind) {
    case "done":
      return ended(job, "done", moment.now);
    case "not-now": {
      const postponements = job.postponements + 1;
      const usual = waitSeconds(moment.patience, postponements, moment.chance);
      const lastFailure = failure("not-now", outcome.reason, moment.now);
      const due = later(moment.now, asAsked(outcome, postponements) ?? usual);
      return waiting({ ...job, postponements, lastFailure }, due, moment.now);
    }
    case "failed":
      return failed(job, failure("failed", outcome.reason, moment.now), moment);
    case "hopeless": {
      const lastFailure = failure("failed", outcome.reason, moment.now);
      return ended({ ...job, failures: job.failures + 1, lastFailure }, "poisoned", moment.now);
    }
  }
}

/**
 * What becomes of one that may have been asked for again since it was begun. Done then, it is wanted once more; put off, it is
 * tried when it was asked for, because what it was put off for may be over; failed, it waits for the later of the two.
 */
export function settledSince(begun: Job, job: Job, outcome: Outcome, moment: Moment): Job {
  const isWanted = job.due.getTime() > begun.due.getTime();
  if (!isWanted) return settled(job, outcome, moment);
  if (outcome.kind === "done") return waiting({ ...job, ...ANEW }, job.due, moment.now);
  const next = settled(job, outcome, moment);
  return outcome.kind === "not-now" && next.state === "waiting"
    ? waiting(next, latest(job.due, moment.now), moment.now)
    : next;
}

/** It took longer than its kind may. */
export function hung(job: Job, moment: Moment): Job {
  return failed(job, failure("hung", "took-too-long", moment.now), moment);
}

/** Its holder no longer says that they live. Nobody's failure, unless it goes on like that. */
export function vanished(job: Job, { now, patience }: Moment): Job {
  const lost = { ...job, losses: job.losses + 1, lastFailure: failure("vanished", "no-sign-of-life", now) };
  return lost.losses >= patience.losses ? ended(lost, "poisoned", now) : waiting(lost, job.due, now);
}

/** The process stops before the job is done: somebody else takes it at once, and nothing is counted. */
export function handedBack(job: Job, now: Date): Job {
  return waiting(job, job.due, now);
}

/** It makes no sense any more. It is kept, because a clock may have been wrong. */
export function lapsed(job: Job, now: Date): Job {
  return ended(job, "lapsed", now);
}

/** An administrator wants it tried again: at once, with all patience, and whatever the time it made sense until. */
export function replayed(job: Job, now: Date): Job {
  const { usefulUntil: _until, endedAt: _ended, ...rest } = job;
  return { ...rest, ...ANEW, due: now, wokenAt: now };
}

/** What it is for has come up again after it was done or had lapsed. */
export function anew(job: Job, { due, usefulUntil }: Pick<Job, "due" | "usefulUntil">): Job {
  const { usefulUntil: _until, endedAt: _ended, ...rest } = job;
  return { ...rest, ...ANEW, due, wokenAt: due, ...(usefulUntil !== undefined && { usefulUntil }) };
}

/** Asked for again while it is under way: whoever has it may have looked before what it is for was there. */
export function askedAgain(job: Job, { due, usefulUntil }: Pick<Job, "due" | "usefulUntil">): Job {
  const { usefulUntil: _until, ...rest } = job;
  const next = new Date(Math.max(due.getTime(), job.due.getTime() + 1));
  return { ...rest, due: next, ...(usefulUntil !== undefined && { usefulUntil }) };
}

/** What it was put off for is over. */
export function broughtForward(job: Job, due: Date): Job {
  return { ...job, due, wokenAt: due, postponements: 0 };
}

/** It lapsed by a clock that was wrong: by this one it makes sense still. */
export function revived(job: Job, now: Date): Job {
  const { endedAt: _, ...rest } = job;
  return { ...rest, ...ANEW, wokenAt: now };
}
const ANEW = { state: "waiting", failures: 0, losses: 0, postponements: 0 } as const;

export function discarded(job: Job, now: Date): Job {
  return ended(job, "discarded", now);
}

export const isPastUse = ({ usefulUntil }: Job, now: Date): boolean =>
  usefulUntil !== undefined && usefulUntil.getTime() <= now.getTime();

function failed(job: Job, lastFailure: LastFailure, { now, chance, patience }: Moment): Job {
  const failures = job.failures + 1;
  const told = { ...job, failures, lastFailure };
  if (failures >= patience.failures) return ended(told, "poisoned", now);
  // Somebody may have asked for it again meanwhile, at a later time.
  return waiting(told, latest(job.due, later(now, waitSeconds(patience, failures, chance))), now);
}

/** Back in line; past its use by then, it lapses now. */
function waiting(job: Job, due: Date, now: Date): Job {
  const { holder: _, ...rest } = job;
  const wokenAt = latest(due, now);
  const next: Job = { ...rest, state: "waiting", due, wokenAt };
  return isPastUse(next, due) ? lapsed(next, now) : next;
}

function ended(job: Job, state: JobState, now: Date): Job {
  const { holder: _, ...rest } = job;
  return { ...rest, state, endedAt: now };
}

/** What a vendor asks for, within reason. */
function asAsked({ afterSeconds = 0, growsToSeconds }: NotNow, times: number): number | undefined {
  if (!(afterSeconds > 0)) return undefined;
  const asked = Math.min(Math.max(afterSeconds, 1), 86_400);
  return growsToSeconds === undefined
    ? asked
    : Math.min(asked * 2 ** Math.min(times - 1, 30), growsToSeconds);
}

type NotNow = Extract<Outcome, { kind: "not-now" }>;

const failure = (how: LastFailure["how"], reason: string, at: Date): LastFailure => ({
  how,
  reason: reasonCode(reason),
  at,
});

const latest = (one: Date, other: Date) => (one.getTime() > other.getTime() ? one : other);
const later = (now: Date, seconds: number) => new Date(now.getTime() + Math.ceil(seconds * 1000));
