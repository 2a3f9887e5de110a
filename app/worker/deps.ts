/** What the worker needs to do jobs. */
import type { Handlers, KindRules, UndoneOf } from "../domain/job.ts";
import type { Log } from "../log.ts";
import type { Queue } from "../ports/queue.ts";
import type { Jobs } from "../records/jobs.ts";
import type { Pace } from "./pace.ts";

export interface WorkDeps<Rules extends KindRules> {
  readonly jobs: Jobs<Rules>;
  /** The queue's clock counts, because each machine's own clock may differ and be wrong. */
  readonly queue: Queue;
  readonly handlers: Handlers<Rules>;
  readonly undone: UndoneOf<Rules>;
  readonly log: Log;
  /** A random number from 0 to 1. */
  readonly chance: () => number;
  /** A new, unique holder each time. */
  readonly holder: () => string;
  readonly pace: Pace;
  /** The holders that belong to this process. None of them is gone, whatever a clock says. */
  readonly held: Set<string>;
}
