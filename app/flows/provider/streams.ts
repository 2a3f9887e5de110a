/** Which pages are told as it happens: so many of one launch at most, and so many in this process. */

export interface Streams {
  /** @returns what gives the place back; undefined where there is none. `check` looks whether the page may still be shown. */
  add(launch: string, check: () => void): (() => void) | undefined;
  /** Looks at once at all that a launch has. */
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
