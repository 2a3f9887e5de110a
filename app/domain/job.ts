/**
 * A job's life, as pure functions, so that what a worker, a sweep and an administrator may do with a job stands
 * together. A job is kept (records/jobs.ts); a message of the queue only says that it is time to look at it.
 *
 *   waiting -> running -> done
 *      ^          |-> waiting (later; not now; handed back)      running -> waiting (its holder vanished or hung)
 *      |          '-> poisoned, when it failed too often         waiting -> lapsed, when it makes no sense any more
 *      '--- replayed --- poisoned, lapsed -> discarded
 */
export type Ids = Readonly<Record<string, string>>;

/** What every kind of job declares. */
export interface KindRule {
  /** The names of the ids that say what it is about: ids of our own records, never content. */
  readonly ids: readonly string[];
  /** A job that takes longer counts as hung. */
  readonly limitSeconds: number;
  /** However often it fails, it is tried again: nobody would say it a second time. */
  readonly isNeverGivenUp?: true;
}
export type KindRules = Readonly<Record<string, KindRule>>;

/**
 * Every kind of job. A new kind needs a line here and a flow's handler that server.ts names; without the handler it does not
 * compile.
 */
export const JOB_KINDS = {
  /** Does nothing; that it was done shows that jobs get through. */
  canary: { ids: ["slot"], limitSeconds: 30 },
  /** Tells Teams of a change to a visit that it has not taken over. */
  meeting: { ids: ["visit"], limitSeconds: 30 },
  /** Ensures that a found visit has its meeting, and that the chart has its links. */
  prepare: { ids: ["visit"], limitSeconds: 120 },
  /**
   * Says in the chart that the patient has come, or was let in. `status` is arrived or checked-in, `start` is the visit's
   * start when they came. `epoch`, which a job of the release before lacks, is that of the visit's links then.
   */
  arrive: { ids: ["visit", "status", "start"], limitSeconds: 60 },
  /** Says in the chart that a visit is over. */
  fulfil: { ids: ["visit"], limitSeconds: 60 },
  /**
   * Tells a patient of a visit, or records why not. `what` and `by` are explained in domain/visitMessages.ts; `as` says
   * how patients were told when this one came up.
   */
  message: { ids: ["visit", "what", "by", "as"], limitSeconds: 120 },
  /** Closes a visit's meeting once the visit is over, and opens it again where the visit is no longer over. */
  room: { ids: ["visit"], limitSeconds: 60 },
  /** Sees to it that Teams tells who is in a visit's meeting, for as long as somebody wants to know. */
  watch: { ids: ["visit"], limitSeconds: 60 },
  /** Processes what Teams has told. */
  notification: { ids: ["visit", "notification"], limitSeconds: 30 },
  /** Works out what a visit was, for reports. */
  usage: { ids: ["visit"], limitSeconds: 60 },
  /**
   * Reads how good the calls of visits were that began in an hour. `hour` is the moment from which the hour's calls are
   * still to be read; `look` says at which of several times it looks.
   */
  calls: { ids: ["hour", "look"], limitSeconds: 600 },
  /** Removes appointments' ids from the rows of reports, once an administrator wants them to be kept no longer. */
  forget: { ids: ["revision"], limitSeconds: 900 },
  /**
   * Notes what the owner of a number said of texts. `optOut` is the id of what is kept of the number, `said` what it was,
   * and `at` when.
   */
  "opt-out": { ids: ["optOut", "said", "at"], limitSeconds: 60, isNeverGivenUp: true },
  /** Buys the number that an administrator asked for, or goes on with it. */
  number: { ids: ["purchase"], limitSeconds: 900 },
} as const satisfies KindRules;
export type JobKinds = typeof JOB_KINDS;
export type JobKind = keyof JobKinds;

/** What a kind of job is about. */
export type IdsOf<Rules extends KindRules, K extends keyof Rules> = Readonly<
  Record<Rules[K]["ids"][number], string>
>;

/**
 * Does one kind of job. It may be called again after it has done its work, because a process can be killed between doing the
 * work and saying so. Each outside effect therefore has an id that makes a second time harmless, or is looked for first. The
 * handler hands `signal` to every outward call; once the signal is aborted, somebody else may have the job. A thrown error
 * counts as a failure, but an outcome with a reason says more.
 */
export type Handler<I extends Ids = Ids> = (task: Task<I>) => Promise<Outcome>;

export interface Task<I extends Ids = Ids> {
  /** A deterministic id, from which the ids of outside effects are made. */
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

/**
 * Called when a job of its kind ends undone: it failed too often, or makes no sense any more. It is called before that is
 * written, so it may be called again, and for a job that an administrator replays afterwards.
 */
export type Undone<I extends Ids = Ids> = (job: {
  readonly of: I;
  readonly usefulUntil?: Date;
}) => Promise<void>;

/** For the kinds of which somebody wants to know that a job ended undone. */
export type UndoneOf<Rules extends KindRules = JobKinds> = {
  readonly [K in keyof Rules]?: Undone<IdsOf<Rules, K>>;
};

/** The reasons are codes, such as `graph.429`, and never content. */
export type Outcome =
  | { readonly kind: "done" }
  /**
   * A vendor is busy or away. This never counts as a failure, however often it happens. The job is tried again after
   * `afterSeconds`, which double each time where they may grow; without them it is tried later each time. A wait for another
   * reason begins anew.
   */
  | {
      readonly kind: "not-now";
      readonly reason: string;
      readonly afterSeconds?: number;
      readonly growsToSeconds?: number;
    }
  /** The failure is counted, and the job is tried again, later each time, until it has failed too often. */
  | { readonly kind: "failed"; readonly reason: string }
  /** Trying again would not help. */
  | { readonly kind: "hopeless"; readonly reason: string };

/**
 * Why a job waits that has come upon a row that cannot be read; the name of the row's container may follow, after a dot. It
 * waits five minutes at most each time, in which the row may be mended.
 */
export const ROW_UNREADABLE = "row.unreadable";

export type JobState = (typeof JOB_STATES)[number];
export const JOB_STATES = ["waiting", "running", "done", "poisoned", "lapsed", "discarded"] as const;
export const FAILURES = ["failed", "hung", "vanished", "not-now"] as const;

export interface LastFailure {
  /** `hung`: it took longer than its kind may. `vanished`: its process was killed, or could no longer reach the store. */
  readonly how: (typeof FAILURES)[number];
  readonly reason: string;
  readonly at: Date;
}

export interface Job {
  readonly id: string;
  /** A kind that this release knows, or another release's. */
  readonly kind: string;
  readonly of: Ids;
  readonly state: JobState;
  /** The job does not begin before this time, which is later after each failure. */
  readonly due: Date;
  readonly usefulUntil?: Date;
  readonly tries: number;
  /**
   * How often it failed or hung; how often its process vanished; how often in a row it was put off for the same reason.
   */
  readonly failures: number;
  readonly losses: number;
  readonly postponements: number;
  readonly lastFailure?: LastFailure;
  /** The process that has the job, and how often it has said since then that it is alive. */
  readonly holder?: string;
  readonly beat: number;
  /** When the job last got a message, so that a sweep gives no second one to a job that has one. */
  readonly wokenAt: Date;
  /** When the job ended. */
  readonly endedAt?: Date;
}

/** The most jobs under way at once in one process. */
export const JOBS_AT_ONCE = 32;

/** How long and how often a job is tried. */
export interface Patience {
  readonly firstWaitSeconds: number;
  readonly longestWaitSeconds: number;
  /** A job that has failed this often is poisoned. */
  readonly failures: number;
  /** A job whose process has vanished this often is poisoned, because the job itself may be what kills the processes. */
  readonly losses: number;
}
export const PATIENCE: Patience = {
  firstWaitSeconds: 30,
  longestWaitSeconds: 3_600,
  failures: 8,
  losses: 20,
};

/** What is never given up is tried at least this often. */
const NEVER_GIVEN_UP_SECONDS = 300;
/** How long and how often a job of a kind is tried. */
export const patienceFor = (rule: KindRule | undefined, patience: Patience): Patience =>
  rule?.isNeverGivenUp === true
    ? {
        firstWaitSeconds: patience.firstWaitSeconds,
        longestWaitSeconds: Math.min(patience.longestWaitSeconds, NEVER_GIVEN_UP_SECONDS),
        failures: Number.POSITIVE_INFINITY,
        losses: Number.POSITIVE_INFINITY,
      }
    : patience;

const REASON = /^[a-z0-9][a-z0-9._-]{0,63}$/i;
/** A reason that is not a code is not kept, because it could be content. */
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

/** A process begins the job, and from now on says regularly that it is alive. */
export function begun(job: Job, holder: string): Job {
  return { ...job, state: "running", holder, beat: 0, tries: job.tries + 1 };
}

export function beaten(job: Job): Job {
  return { ...job, beat: job.beat + 1 };
}

export interface Moment {
  readonly now: Date;
  /** A number from 0 to 1. */
  readonly chance: number;
  readonly patience: Patience;
}

/** What becomes of a job after what its handler said. */
export function settled(job: Job, outcome: Outcome, moment: Moment): Job {
  switch (outcome.kind) {
    case "done":
      return ended(job, "done", moment.now);
    case "not-now": {
      const postponements = isAgain(job, outcome) ? job.postponements + 1 : 1;
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
 * What becomes of a job that may have been asked for again since it was begun. If it is done, it is wanted once more. If it
 * is put off, it is tried at the time it was asked for, because what it was put off for may be over. If it failed, it waits
 * for the later of the two times.
 */
export function settledSince(begun: Job, job: Job, outcome: Outcome, moment: Moment): Job {
  const isWanted = job.due.getTime() > begun.due.getTime();
  if (!isWanted) return settled(job, outcome, moment);
  if (outcome.kind === "done") return waiting({ ...neverFailed(job), ...ANEW }, job.due, moment.now);
  const next = settled(job, outcome, moment);
  return outcome.kind === "not-now" && next.state === "waiting"
    ? waiting(next, latest(job.due, moment.now), moment.now)
    : next;
}

/** The job took longer than its kind may. */
export function hung(job: Job, moment: Moment): Job {
  return failed(job, failure("hung", "took-too-long", moment.now), moment);
}

/** The job's holder no longer says that it is alive. This counts as nobody's failure, unless it happens too often. */
export function vanished(job: Job, { now, patience }: Moment): Job {
  const lost = { ...job, losses: job.losses + 1, lastFailure: failure("vanished", "no-sign-of-life", now) };
  return lost.losses >= patience.losses ? ended(lost, "poisoned", now) : waiting(lost, job.due, now);
}

/** The process stops before the job is done. Somebody else may take the job at once, and nothing is counted. */
export function handedBack(job: Job, now: Date): Job {
  return waiting(job, job.due, now);
}

/** The job makes no sense any more. It is kept, because a clock may have been wrong. */
export function lapsed(job: Job, now: Date): Job {
  return ended(job, "lapsed", now);
}

/**
 * An administrator wants the job tried again: at once, with its failures no longer counted, and without the time after which
 * it made no sense.
 */
export function replayed(job: Job, now: Date): Job {
  const { usefulUntil: _until, endedAt: _ended, ...rest } = job;
  return { ...rest, ...ANEW, due: now, wokenAt: now };
}

/** What the job is for has come up again after the job was done or had lapsed; how it failed before is past. */
export function anew(job: Job, { due, usefulUntil }: Pick<Job, "due" | "usefulUntil">): Job {
  const { usefulUntil: _until, endedAt: _ended, ...rest } = neverFailed(job);
  return { ...rest, ...ANEW, due, wokenAt: due, ...(usefulUntil !== undefined && { usefulUntil }) };
}

/** The job is asked for again while it is under way: its holder may have looked before what the job is for was there. */
export function askedAgain(job: Job, { due, usefulUntil }: Pick<Job, "due" | "usefulUntil">): Job {
  const { usefulUntil: _until, ...rest } = job;
  const next = new Date(Math.max(due.getTime(), job.due.getTime() + 1));
  return { ...rest, due: next, ...(usefulUntil !== undefined && { usefulUntil }) };
}

/** What the job was put off for is over. */
export function broughtForward(job: Job, due: Date): Job {
  return { ...job, due, wokenAt: due, postponements: 0 };
}

/** The job lapsed by a clock that was wrong; by this clock it still makes sense. */
export function revived(job: Job, now: Date): Job {
  const { endedAt: _, ...rest } = job;
  return { ...rest, ...ANEW, wokenAt: now };
}

function neverFailed(job: Job): Job {
  const { lastFailure: _, ...rest } = job;
  return rest;
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
  // Somebody may have asked for the job again meanwhile, for a later time.
  return waiting(told, latest(job.due, later(now, waitSeconds(patience, failures, chance))), now);
}

/** The job waits again; if it will be past its use when it is due, it lapses now. */
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

/** Whether the job waits once more for what it waited for last. A wait for something else begins anew. */
const isAgain = ({ lastFailure }: Job, { reason }: NotNow): boolean =>
  lastFailure?.how === "not-now" && lastFailure.reason === reasonCode(reason);

/** The wait that a vendor asks for, within limits. */
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
