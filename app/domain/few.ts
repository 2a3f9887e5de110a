/** Runs what it is given, at most so many at once, the rest in turn. Others' systems are asked by many of us at the same time. */
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
      // Its place goes to the next in turn.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
