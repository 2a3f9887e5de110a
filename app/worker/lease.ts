/**
 * A lease on something: it is held as long as its holder gives signs of life. A holder that could not give one for most of
 * the lease must treat it as lost, before another process may take it. The time is measured by a monotonic clock, so a
 * change of the system time does not matter.
 */
export interface Lease {
  readonly signal: AbortSignal;
  /** Resolves when the lease is lost; never rejects. */
  readonly lost: Promise<undefined>;
  /** Stops the signs of life; resolves when none is under way. */
  end(): Promise<void>;
  /** Milliseconds until the lease must be treated as lost. */
  left(): number;
  /** Tells the work under the lease to stop. */
  stop(why: string): void;
}

const SIGN_AT = 1 / 3;
const LOST_AT = 0.7;
const LOOKS = 12;
const FIRST_PAUSE_MS = 50;

/**
 * @param beganAt `performance.now()` from before the lease was taken
 * @param sign gives a sign of life; false when another process has the lease. When it throws, it is tried again.
 */
export function keepLease(leaseSeconds: number, beganAt: number, sign: () => Promise<boolean>): Lease {
  const lease = leaseSeconds * 1000;
  const controller = new AbortController();
  const { promise: lost, resolve: tellLost } = Promise.withResolvers<undefined>();
  let signedAt = beganAt;
  let underWay: Promise<void> | undefined;
  const stop = (why: string) => controller.abort(new LeaseOver(why));

  const lose = () => {
    clearInterval(timer);
    stop("somebody else may have it");
    tellLost(undefined);
  };
  const signOnce = async () => {
    const at = performance.now();
    try {
      if (await sign()) signedAt = at;
      else lose();
    } catch {
      // `sign` has reported its failure itself, and there is time for more tries.
    } finally {
      underWay = undefined;
    }
  };
  const left = () => signedAt + lease * LOST_AT - performance.now();
  const timer = setInterval(() => {
    if (left() <= 0) lose();
    else if (performance.now() - signedAt >= lease * SIGN_AT) underWay ??= signOnce();
  }, lease / LOOKS);

  return {
    signal: controller.signal,
    lost,
    left,
    stop,
    async end() {
      clearInterval(timer);
      await underWay;
    },
  };
}

/** Repeats what must be written at the end until it succeeds, as long as the lease is held. */
export async function whileLeased<T>(lease: Lease, say: () => Promise<T>): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    try {
      return await say();
    } catch (error) {
      if (lease.left() <= pause) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

export class LeaseOver extends Error {
  override readonly name = "LeaseOver";
}

/** How work under a lease ended. */
export type Verdict<T> =
  | { readonly how: "answered"; readonly answer: T }
  | { readonly how: "threw"; readonly cause: unknown }
  /** The work took too long. */
  | { readonly how: "hung" }
  | { readonly how: "lost" }
  /** The process is ending, and waits no longer. */
  | { readonly how: "stopped" };

/**
 * Does the work until it ends in one of these ways. The work is told to stop in all but the first two, and is not waited
 * for.
 */
export async function underLease<T>(
  lease: Lease,
  { limitSeconds, stopping }: { readonly limitSeconds: number; readonly stopping: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Verdict<T>> {
  const { promise, resolve } = Promise.withResolvers<Verdict<T>>();
  const stopped = () => resolve({ how: "stopped" });
  const limit = setTimeout(() => resolve({ how: "hung" }), limitSeconds * 1000);
  stopping.addEventListener("abort", stopped);
  if (stopping.aborted) stopped();
  void lease.lost.then(() => resolve({ how: "lost" }));
  startedBy(work, lease.signal).then(
    (answer) => resolve({ how: "answered", answer }),
    (cause: unknown) => resolve({ how: "threw", cause }),
  );
  const verdict = await promise;
  clearTimeout(limit);
  stopping.removeEventListener("abort", stopped);
  if (verdict.how === "hung" || verdict.how === "stopped") lease.stop(verdict.how);
  return verdict;
}

/** Starts the work. An error that it throws before it returns a promise becomes a rejection like any other. */
async function startedBy<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return work(signal);
}
