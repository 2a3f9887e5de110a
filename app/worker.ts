/**
 * What the connector does by itself, without anybody's request: jobs that a message wakes it for, and what comes round. Any
 * number of processes may work on one store and queue; each job is one's at a time.
 */
import type { KindRules } from "./domain/job.ts";
import type { Message } from "./ports/queue.ts";
import { MOST_AT_ONCE } from "./ports/queue.ts";
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
  /** What comes round, of all flows. */
  readonly rounds: readonly Tick[];
  /** Whether this process takes what concerns everybody, or only what concerns itself. */
  readonly takesWork: boolean;
  /** Is told how the worker is. */
  readonly standing: Pick<WorkStanding, "worker">;
}

/** @returns what ends it: what is under way may finish within the pace's drain, then it is handed back. */
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

  /** Never rejects: a message that could not be attended to comes again. */
  const attended = async (message: Message) => {
    try {
      await attend(deps, message, handingBack.signal);
    } catch (error) {
      log.error("message.not_attended", error);
    }
  };
  const take = (message: Message) => {
    const doing = attended(message).finally(() => {
      underWay.delete(doing);
      bell.ring();
    });
    underWay.add(doing);
  };
  /** Asked for before the end began, and come after: for others, at once. */
  const putBack = (message: Message) => {
    const doing = tried(deps, () => queue.hide(message, 0)).then(() => void underWay.delete(doing));
    underWay.add(doing);
  };

  const say = (state: WorkerState) => {
    if (!isEnding()) standing.worker(state);
  };
  /** Also the second queue, which is needed one day: whoever reads the log today can still make it. */
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
  // By then the queue has said what time it is.
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
  /** Resolves at the next ring. */
  next(): Promise<undefined>;
  within(heard: Promise<undefined>, seconds: number): Promise<void>;
}

/** Wakes whoever waits for something to do. A ring that comes while nobody waits yet is heard by who asked before. */
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
 * While each turn of the event loop brings some to their end there will be room for more of them at once: one look is dear.
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
