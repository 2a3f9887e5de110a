/** What a rehearsal does, one step after the other: each is timed, and one that fails says what to do about it. */

interface TroubleMore {
  readonly stackKey?: string | undefined;
  readonly log?: string;
  readonly cause?: unknown;
}

/** A step that did not succeed. */
export class Trouble extends Error {
  override readonly name = "Trouble";
  /** The key in the stack file that is to be changed, where one is to blame. */
  readonly stackKey: string | undefined;
  /** What the program in trouble said itself. */
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

/** Does the work under that name; what it tells stands beside the name. */
export type Step = <T>(name: string, work: (tell: (words: string) => void) => Promise<T>) => Promise<T>;

export interface Steps {
  readonly step: Step;
  readonly done: readonly StepDone[];
}

/** @param hear of each step as it begins and as it ends */
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
        // Whoever stopped it knows why.
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

/** Never resolves. A work that nobody waits for any more ends by itself. */
function stopped(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  // Whoever races against it hears of it; between two steps nobody does.
  promise.catch(() => undefined);
  return promise;
}
