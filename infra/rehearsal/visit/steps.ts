/** Runs the steps of a rehearsal one after the other: each is timed, and one that fails says what to do about it. */

interface TroubleMore {
  readonly stackKey?: string | undefined;
  readonly log?: string;
  readonly cause?: unknown;
}

/** A step that did not succeed. */
export class Trouble extends Error {
  override readonly name = "Trouble";
  /** The key in the stack file that has to be changed, if the cause is there. */
  readonly stackKey: string | undefined;
  /** The log of the program that failed. */
  readonly log: string | undefined;

  constructor(told: string, more: TroubleMore = {}) {
    super(told, more);
    this.stackKey = more.stackKey;
    this.log = more.log;
  }
}

export interface StepDone {
  readonly name: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  readonly told?: string;
  readonly stackKey?: string;
}

/** Does the work as a step of that name; what the work tells is shown beside the name. */
export type Step = <T>(name: string, work: (tell: (words: string) => void) => T | Promise<T>) => Promise<T>;

export interface Steps {
  readonly step: Step;
  readonly done: readonly StepDone[];
}

/** @param hear called when each step begins and when it ends */
export function steps(hear: (name: string, done?: StepDone) => void, signal: AbortSignal): Steps {
  const done: StepDone[] = [];
  const interrupted = stopped(signal);
  const finish = (step: StepDone) => {
    done.push(step);
    hear(step.name, step);
  };
  return {
    done,
    step: async (name, work) => {
      signal.throwIfAborted();
      hear(name);
      const began = performance.now();
      const milliseconds = () => Math.round(performance.now() - began);
      try {
        let told: string | undefined;
        const tell = (words: string) => void (told = words);
        const result = await Promise.race([work(tell), interrupted]);
        signal.throwIfAborted();
        finish({ name, ok: true, milliseconds: milliseconds(), ...(told !== undefined && { told }) });
        return result;
      } catch (error) {
        // Whoever aborted it has given the reason.
        signal.throwIfAborted();
        const { stackKey } = error instanceof Trouble ? error : {};
        const told = error instanceof Error ? error.message : String(error);
        finish({
          name,
          ok: false,
          milliseconds: milliseconds(),
          told,
          ...(stackKey !== undefined && { stackKey }),
        });
        throw error;
      }
    },
  };
}

/** Rejects when the signal is aborted, and never resolves. Work that is no longer awaited ends by itself. */
function stopped(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  // Whoever races against it gets the rejection; between two steps nobody does, so it is marked as handled.
  promise.catch(() => undefined);
  return promise;
}
