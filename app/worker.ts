/**
 * What the connector does by itself, without a request: jobs for which a message wakes it, and ticks. Any number of
 * processes may work on one store and queue; each job is done by one process at a time.
 */
import type { KindRules } from "./domain/job.ts";
import type { Message } from "./ports/queue.ts";
import { LeaseLost, MOST_AT_ONCE } from "./ports/queue.ts";
import type { Ticks } from "./records/ticks.ts";
import type { WorkerState, WorkStanding } from "./records/workStanding.ts";
import type { Tick } from "./web/flow.ts";
import { attend } from "./worker/attend.ts";
import type { WorkDeps } from "./worker/deps.ts";
import { tried } from "./worker/messages.ts";
import { rounds } from "./worker/rounds.ts";
import { ownRounds } from "./worker/ownRounds.ts";

export interface WorkerOptions<Rules extends KindRules> extends Omit<WorkDeps<Rules>, "held"> {
  readonly ticks: Ticks;
  /** The ticks of all flows. */
  readonly rounds: readonly Tick[];
  /** Whether this process does the work that concerns everybody, or only what concerns itself. */
  readonly takesWork: boolean;
  /** Is told the worker's state. */
  readonly standing: Pick<WorkStanding, "worker">;
}

/** After this many messages in a row that could not be attended to, it is the store that fails and not a message. */
const FAILURES_IN_A_ROW = 5;

/**
 * @returns a function that ends the work: what is under way may finish within the pace's `drainSeconds`, then it is handed
 * back
 */
export function beginWork<Rules extends KindRules>(options: WorkerOptions<Rules>): () => Promise<void> {
  const { log, takesWork, standing } = options;
  const endOwn = ownRounds(
    options.rounds.filter(({ concerns }) => concerns === "this-process"),
    log,
  );
  if (!takesWork) {
    standing.worker("off");
    return () => {
      endOwn();
      return Promise.resolve();
    };
  }
  const endTaking = takeWork(options);
  return async () => {
    endOwn();
    await endTaking();
  };
}

function takeWork<Rules extends KindRules>(options: WorkerOptions<Rules>): () => Promise<void> {
  const { jobs, queue, log, pace, standing } = options;
  const comesRound = rounds(
    { ...options, now: queue.now },
    options.rounds.filter(({ concerns }) => concerns === "everybody"),
  );
  const ending = new AbortController();
  const isEnding = () => ending.signal.aborted;
  const handingBack = new AbortController();
  const underWay = new Set<Promise<void>>();
  const deps: WorkDeps<Rules> = { ...options, held: new Set() };
  const bell = newBell();
  jobs.onDue(bell.ring);

  let failedInARow = 0;
  let pauses = 0;
  /** Never rejects: a message whose handling failed comes again. */
  const attended = async (message: Message) => {
    try {
      await attend(deps, message, handingBack.signal);
      failedInARow = 0;
      pauses = 0;
    } catch (error) {
      // Somebody else has the message by now.
      if (error instanceof LeaseLost) return;
      failedInARow += 1;
      log.error("message.not_attended", error);
    }
  };
  /**
   * Waits, longer each time, where it must be the store that fails and not a message: otherwise all that waits in the queue
   * would be received at full speed, and fail.
   */
  const storeIsBack = async () => {
    if (failedInARow < FAILURES_IN_A_ROW) return;
    await endedWithin(ending.signal, Math.min(2 ** pauses, pace.silenceSeconds));
    pauses += 1;
    // The next failure brings the next pause.
    failedInARow = FAILURES_IN_A_ROW - 1;
  };
  const take = (message: Message) => {
    const doing = attended(message).finally(() => {
      underWay.delete(doing);
      bell.ring();
    });
    underWay.add(doing);
  };
  /**
   * Puts back a message that was requested before the end began and came after it, so that another process gets it at once.
   */
  const putBack = (message: Message) => {
    const doing = tried(deps, () => queue.hide(message, 0)).then(() => void underWay.delete(doing));
    underWay.add(doing);
  };

  const say = (state: WorkerState) => {
    if (!isEnding()) standing.worker(state);
  };
  /**
   * Checks the queue as a whole. The second queue, which holds the buried messages, is checked too: it will be needed one
   * day, and a person who reads the log today can still create it.
   */
  const wholly = async () => {
    try {
      await queue.ready();
    } catch (error) {
      log.error("queue.not_whole", error);
    }
  };
  const loop = async () => {
    let silences = 0;
    while (!isEnding()) {
      await quiet(underWay);
      await storeIsBack();
      if (isEnding()) break;
      const free = pace.atOnce - underWay.size;
      const heard = bell.next();
      try {
        const messages = free > 0 ? await queue.receive(Math.min(free, MOST_AT_ONCE), pace.leaseSeconds) : [];
        for (const message of messages) {
          if (isEnding()) putBack(message);
          else take(message);
        }
        if (silences > 0) log.info("queue.answers_again");
        silences = 0;
        say("working");
        if (free === 0 || messages.length === 0) await bell.within(heard, pace.idleSeconds);
      } catch (error) {
        silences += 1;
        say("queue-silent");
        if (silences === 1) log.error("queue.not_answering", error);
        await bell.within(heard, Math.min(2 ** (silences - 1), pace.silenceSeconds));
      }
    }
  };
  const looking = async () => {
    while (!isEnding()) {
      await comesRound.look(handingBack.signal);
      await endedWithin(ending.signal, pace.ticksEverySeconds);
    }
  };
  // By now the queue has answered, so its time is known.
  const loops = wholly().then(() => Promise.all([loop(), looking()]));
  const finished = async () => {
    await loops;
    await Promise.all(underWay);
    await comesRound.over();
  };

  return async () => {
    standing.worker("ending");
    ending.abort();
    bell.ring();
    const late = setTimeout(() => handingBack.abort(), pace.drainSeconds * 1000);
    await finished();
    clearTimeout(late);
  };
}

interface Bell {
  readonly ring: () => void;
  /** A promise that resolves at the next ring. */
  next(): Promise<undefined>;
  within(heard: Promise<undefined>, seconds: number): Promise<void>;
}

/**
 * Wakes the loop when there may be work. A promise taken before a ring is resolved by it, even if nobody waits for it yet.
 */
function newBell(): Bell {
  let waiting = Promise.withResolvers<undefined>();
  return {
    ring: () => {
      waiting.resolve(undefined);
      waiting = Promise.withResolvers<undefined>();
    },
    next: () => waiting.promise,
    async within(heard, seconds) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => resolve(undefined), seconds * 1000);
      await Promise.race([heard, promise]);
      clearTimeout(timer);
    },
  };
}

/**
 * Waits as long as each turn of the event loop finishes some of the work, so that room for several messages is filled by one
 * request to the queue, which is expensive.
 */
async function quiet(underWay: ReadonlySet<unknown>): Promise<void> {
  for (let before = Infinity; underWay.size > 0 && underWay.size < before;) {
    before = underWay.size;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function endedWithin(signal: AbortSignal, seconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), seconds * 1000);
  const ended = () => resolve(undefined);
  signal.addEventListener("abort", ended);
  if (signal.aborted) ended();
  await promise;
  signal.removeEventListener("abort", ended);
  clearTimeout(timer);
}
