/** Counts the open streams: there is a limit for each launch, and one for this process. */

export interface Streams {
  /**
   * @param check checks whether the page may still be shown, and ends the stream if not
   * @returns a function that gives the place back; undefined where no place is left
   */
  add(launch: string, check: () => void): (() => void) | undefined;
  /** Runs `check` of all streams of a launch now. */
  check(launch: string): void;
}

export function openStreams(most: { readonly ofLaunch: number; readonly inAll: number }): Streams {
  const streams = new Map<string, Set<() => void>>();
  let inAll = 0;
  return {
    add(launch, check) {
      const ofLaunch = streams.get(launch) ?? new Set<() => void>();
      if (ofLaunch.size >= most.ofLaunch || inAll >= most.inAll) return undefined;
      streams.set(launch, ofLaunch.add(check));
      inAll += 1;
      return () => {
        if (!ofLaunch.delete(check)) return;
        inAll -= 1;
        if (ofLaunch.size === 0) streams.delete(launch);
      };
    },
    check(launch) {
      for (const check of streams.get(launch) ?? []) check();
    },
  };
}
