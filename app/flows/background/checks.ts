/** The checks of background work, in words for an administrator. */
import { MOST_COUNTED, type WaitingForRows, type WorkSays } from "../../records/workStanding.ts";
import type { Check, CheckName } from "../../web/flow.ts";

/**
 * How long a job may be due: jobs may wait for a moment, and within this time all work that comes round each minute has come
 * round several times.
 */
const TOO_LONG_SECONDS = 600;

export function workChecks({ worker, jobs }: WorkSays): readonly Check[] {
  return [
    check("worker", workerFault(worker, jobs)),
    jobs === undefined ? notKnown("jobs-due") : check("jobs-due", dueFault(jobs.oldestDueSeconds)),
    jobs === undefined ? notKnown("jobs-poisoned") : check("jobs-poisoned", poisonedFault(jobs.poisoned)),
    jobs?.waitingForRows === undefined
      ? notKnown("jobs-waiting")
      : check("jobs-waiting", waitingFault(jobs.waitingForRows)),
  ];
}

const NOT_KNOWN = "How background work stands is not known, because the store does not answer.";
const notKnown = (name: CheckName): Check => ({ name, unseen: NOT_KNOWN });

const check = (name: CheckName, fault: string | undefined): Check => ({
  name,
  ...(fault !== undefined && { fault }),
});

function workerFault(worker: WorkSays["worker"], jobs: WorkSays["jobs"]): string | undefined {
  if (worker === "queue-silent")
    return "The queue of background work does not answer this process. Look for the event queue.not_answering in the connector's log: it says why.";
  if (jobs === undefined) return NOT_KNOWN;
  if (jobs.sweptSeconds === undefined)
    return "No process has taken background work yet. Check that the site's setting CONNECTOR_WORKER is not off.";
  if (jobs.sweptSeconds > TOO_LONG_SECONDS)
    return `No process has taken background work for ${minutes(jobs.sweptSeconds)}. Check that the site runs and its setting CONNECTOR_WORKER is not off.`;
  return undefined;
}

/** Whether a job has been due for too long: then more jobs come than are done, or nobody does them. */
export const isLate = (dueForSeconds: number): boolean => dueForSeconds > TOO_LONG_SECONDS;

function dueFault(seconds: number): string | undefined {
  return isLate(seconds)
    ? `A job has been due for ${minutes(seconds)}. More work comes than is done, or nobody does it.`
    : undefined;
}

function poisonedFault(count: number): string | undefined {
  if (count === 0) return undefined;
  const many =
    count >= MOST_COUNTED
      ? `${String(MOST_COUNTED)} jobs or more`
      : count === 1
        ? "1 job"
        : `${String(count)} jobs`;
  return `${many} failed too often and will not be tried again by themselves. The log’s event job.poisoned names the reason of each: mend it.`;
}

function waitingFault(all: readonly WaitingForRows[]): string | undefined {
  if (all.length === 0) return undefined;
  const each = all.map(({ kind, container, count }) => {
    const where = container === undefined ? "for what other keys have sealed" : `for a row in ${container}`;
    return count === 1
      ? `1 job of the kind ${kind} waits ${where}`
      : `${String(count)} jobs of the kind ${kind} wait ${where}`;
  });
  return `${each.join("; ")}, which cannot be read. The log’s event job.waits_for_row says what is wrong with each.`;
}

const minutes = (seconds: number) => `${String(Math.floor(seconds / 60))} minutes`;
