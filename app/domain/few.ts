/**
 * Runs what it is given, at most `most` at once and the rest in turn, because many of our calls may go to another's system
 * at the same time.
 */
export function atMost(most: number): <T>(run: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      // The turn goes to the next one in line.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
