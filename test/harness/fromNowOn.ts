/** What every server of the tests says of a request. */
export interface Asked {
  readonly path: string;
}

/**
 * The requests that a server gets from now on. A server's own list begins with the newest, and a stand-in forgets old ones,
 * so comparing the length of the list before and after would prove nothing.
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
