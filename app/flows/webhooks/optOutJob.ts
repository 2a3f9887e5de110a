/**
 * Notes that the owner of a number wants no texts any more, or wants them again. The row about the number may be damaged, or
 * another release's, for longer than Event Grid brings the event again; and whoever mends it brings back what it said before,
 * or nothing. So what was said is kept as a job then, which waits for the row.
 */
import type { Handlers } from "../../domain/job.ts";
import type { Parts } from "../../parts.ts";
import { isSaid, type Said } from "../../records/optOuts.ts";
import { UnreadableRecord } from "../../records/record.ts";

type OptOutPicks = Pick<Parts, "jobs" | "log" | "optOuts">;

/** @param number E.164; the job has its keyed hash */
export async function noteSaid(
  { jobs, log, optOuts }: OptOutPicks,
  number: string,
  said: Said,
  at: Date,
): Promise<void> {
  try {
    await NOTED[said](optOuts, number, at);
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    log.error("opt_out.waits", error);
    const optOut = optOuts.idOf(number);
    await jobs.add({
      kind: "opt-out",
      key: [optOut, said, String(at.getTime())].join("."),
      of: { optOut, said, at: at.toISOString() },
      due: jobs.now(),
    });
  }
}

const NOTED: Readonly<
  Record<Said, (optOuts: OptOutPicks["optOuts"], number: string, at: Date) => Promise<void>>
> = {
  stopped: (optOuts, number, at) => optOuts.stop(number, at),
  "stopped-now": (optOuts, number, at) => optOuts.stopNow(number, at),
  started: (optOuts, number, at) => optOuts.start(number, at),
};

/** What was said last counts, so it makes no difference how long the job has waited, nor how often it is done. */
export const optOutJob =
  ({ jobs, optOuts }: Pick<OptOutPicks, "jobs" | "optOuts">): Handlers["opt-out"] =>
  async ({ of: { optOut, said, at } }) => {
    if (!isSaid(said)) return { kind: "failed", reason: "opt-out.unknown" };
    await optOuts.say(optOut, said, new Date(at), jobs.now());
    return { kind: "done" };
  };
