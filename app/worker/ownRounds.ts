/** Ticks that concern this process only. Each runs at the start and then each time it is due; failures are logged. */
import type { Log } from "../log.ts";
import type { Tick } from "../web/flow.ts";

/** @returns a function that stops the ticks; those that are running go on to their end */
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
