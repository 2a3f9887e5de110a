/**
 * Having something for as long as one says that one lives. Whoever could not say so for most of the lease must take it for
 * lost before anybody else may take it, by a clock that only goes forward, whatever happens to the time of day.
 */
export interface Lease {
  readonly signal: AbortSignal;
  /** Never rejects. */
  readonly lost: Promise<undefined>;
  /** No more signs of life; resolves when none is under way. */
  end(): Promise<void>;
  /** Milliseconds until it has to be taken for lost. */
  left(): number;
  /** Whoever works under it is to stop. */
  stop(why: string): void;
}

const SIGN_AT = 1 / 3;
const LOST_AT = 0.7;
const LOOKS = 12;
const FIRST_PAUSE_MS = 50;

/**
 * @param beganAt `performance.now()` from before it was taken.
 * @param sign says that we live; false when somebody else has it. What it throws is tried again.
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
      // Whoever signs has said what is wrong; there is time for more tries.
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

/** What must be said in the end is said again and again, while it is still ours to say. */
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

/** How a piece of work under a lease ended. */
export type Verdict<T> =
  | { readonly how: "answered"; readonly answer: T }
  | { readonly how: "threw"; readonly cause: unknown }
  /** It took too long. */
  | { readonly how: "hung" }
  | { readonly how: "lost" }
  /** The process ends, and waits no longer. */
  | { readonly how: "stopped" };

/** Does the work until it ends in one of these ways; in all but the first two it is told to stop, and not waited for. */
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

/** What throws before it promises anything has failed like the rest. */
async function startedBy<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return work(signal);
}
