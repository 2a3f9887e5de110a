import type { Wait } from "../../../../app/domain/retry.ts";

/**
 * A clock for several runs at the same time. It stands still while any of them has something to do. Once all of them wait,
 * it moves on to the earliest moment for which one waits, and wakes all that wait for it. So the runs meet as on a real
 * clock.
 */
export function sharedTime(runs: number) {
  let now = 0;
  let going = runs;
  let waiting: readonly { readonly until: number; readonly goOn: () => void }[] = [];

  function moveOn(): void {
    if (waiting.length < going) return;
    now = Math.min(...waiting.map(({ until }) => until));
    const due = waiting.filter(({ until }) => until === now);
    waiting = waiting.filter(({ until }) => until !== now);
    for (const { goOn } of due) goOn();
  }

  const wait: Wait = (milliseconds) =>
    new Promise((goOn) => {
      waiting = [...waiting, { until: now + milliseconds, goOn }];
      moveOn();
    });

  /** One of the runs; once it is over, the others need not wait for it. */
  async function run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      going -= 1;
      moveOn();
    }
  }

  return { wait, run };
}
