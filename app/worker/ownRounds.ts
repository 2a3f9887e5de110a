/** What comes round for this process alone: done at the start and whenever it comes round; what fails is logged. */
import type { Log } from "../log.ts";
import type { Tick } from "../web/flow.ts";

/** @returns what ends it. What is under way goes on to its end. */
export function ownRounds(ticks: readonly Tick[], log: Log): () => void {
  const signal = new AbortController().signal;
  const doNow = async ({ name, run }: Tick) => {
    try {
      await run({ signal });
    } catch (error) {
      log.error("tick.failed", error, { names: [name] });
    }
  };
  const timers = ticks.map((tick) => setInterval(() => void doNow(tick), tick.everySeconds * 1000));
  for (const tick of ticks) void doNow(tick);
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
