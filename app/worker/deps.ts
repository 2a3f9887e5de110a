import type { Handlers, KindRules } from "../domain/job.ts";
import type { Log } from "../log.ts";
import type { Queue } from "../ports/queue.ts";
import type { Jobs } from "../records/jobs.ts";
import type { Pace } from "./pace.ts";

/** What it takes to do jobs. */
export interface WorkDeps<Rules extends KindRules> {
  readonly jobs: Jobs<Rules>;
  /** Its clock is the one that counts: a machine's own may be wrong, and another one each time. */
  readonly queue: Queue;
  readonly handlers: Handlers<Rules>;
  readonly log: Log;
  /** From 0 to 1. */
  readonly chance: () => number;
  /** Another one each time. */
  readonly holder: () => string;
  readonly pace: Pace;
  /** Holders that are this process: whatever a clock says, none of those is gone. */
  readonly held: Set<string>;
}
