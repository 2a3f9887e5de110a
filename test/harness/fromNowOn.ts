/** A request, as far as every server here tells. */
export interface Asked {
  readonly path: string;
}

/**
 * What a server is asked from now on. `received` gives the newest request first, and may have forgotten old ones, as a
 * stand-in does: so all of them, counted before and after, would say nothing.
 */
export function fromNowOn<R extends Asked>(server: {
  readonly received: () => readonly R[];
}): () => readonly R[] {
  const [newest] = server.received();
  return () => {
    const all = server.received();
    const known = newest === undefined ? -1 : all.indexOf(newest);
    return known < 0 ? all : all.slice(0, known);
  };
}
